"""The ten-codes as a table that an agency edits: code, meaning, and whether it is an emergency and confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ilp_core.collect.tables.text import Row, read_table, told, unfit, write_table
from ilp_core.domain.ten_codes import TenCode
from ilp_core.words.en import tables as words

COLUMNS: Final = ("code", "meaning", "emergency", "confirmed")
#: Such as 10-33, 11-99, signal 13 or code 0; a lone number would be found in every address.
_CODE: Final = re.compile(r"\d{1,2}-\d{1,3}[a-z]?|(?:signal|code|status) [\w-]{1,6}")
_TRUTH: Final = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def write_ten_codes(codes: Iterable[TenCode]) -> str:
    """The codes as CSV, one row each, in their order."""
    return write_table(COLUMNS, (list(cells(each).values()) for each in codes))


def read_ten_codes(text: str) -> tuple[list[TenCode], list[str]]:
    """The codes of a CSV table, and what is wrong with it; where anything is, there are no codes."""
    rows, problems = read_table(text, COLUMNS)
    codes, more = ten_codes_of(rows)
    problems += more
    return ([], told(problems)) if problems else (codes, [])


def ten_codes_of(rows: Sequence[Row]) -> tuple[list[TenCode], list[str]]:
    """The codes of rows of texts, and what is wrong with them; where anything is, there are no codes."""
    problems: list[str] = []
    codes: dict[str, TenCode] = {}
    first: dict[str, str] = {}
    for row in rows:
        code, faults = _code(row)
        problems += faults
        if code is None:
            continue
        if code.code in first:
            problems.append(words.TWICE.format(where=row.where, key=code.code, first=first[code.code]))
        first.setdefault(code.code, row.where)
        codes[code.code] = code
    return ([], problems) if problems else (list(codes.values()), [])


def cells(code: TenCode) -> dict[str, str]:
    """A code as the texts of its row, by column."""
    texts = (code.code, code.meaning, "yes" if code.emergency else "no", "yes" if code.confirmed else "no")
    return dict(zip(COLUMNS, texts, strict=True))


def _code(row: Row) -> tuple[TenCode | None, list[str]]:
    where, cell = row.where, row.cells
    faults = unfit(row)
    if faults:
        return None, faults
    code = " ".join(cell["code"].casefold().split())
    if not _CODE.fullmatch(code):
        faults.append(words.BAD_CODE.format(where=where, text=cell["code"] or "a blank cell"))
    if not cell["meaning"]:
        faults.append(words.NO_MEANING.format(where=where))
    truths = {column: _TRUTH.get(cell[column].casefold() or "no") for column in ("emergency", "confirmed")}
    faults += [
        words.BAD_TRUTH.format(where=where, column=column, text=cell[column])
        for column, truth in truths.items()
        if truth is None
    ]
    return (None, faults) if faults else (TenCode(code, cell["meaning"], *map(bool, truths.values())), [])
