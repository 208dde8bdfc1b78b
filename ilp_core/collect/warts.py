"""What the report tells of a file's rows beyond what was rejected: counted while the rows go by."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.coded import Coded
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import rows_where
from ilp_core.words import loads

#: Rows after the first of one incident, under the name that the report gives them.
SHARED_CASE: Final = "rows that share an earlier row's incident number"
#: How spreadsheets write a long number, or a code like 31E1: one digit before the point, two or more behind the E.
_SPREADSHEET: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}")
#: Fields and helpers of layouts that hold keys and offence codes as the file gives them.
_CODES: Final = frozenset({"id", "case", "incident", "code", "key_code", "type"})


class Warts:
    """Counts what is odd in the rows of one layout, batch after batch, as its ``odd`` and its ``case`` say."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cases: set[str] = set()
        self._counts: Counter[str] = Counter()

    def see(self, batch: Fields) -> None:
        """Count a batch as the file gives it, and take its ``case`` out."""
        self._counts.update(self._layout.odd(batch))
        self._counts[loads.WART_SPREADSHEET] += _mangled(batch)
        case = batch.pop("case", None)
        if case is None:
            return
        used = np.flatnonzero(np.bincount(case.codes, minlength=len(case.words)))
        numbers = {case.words[place].strip() for place in used.tolist()}
        blank = rows_where(case, lambda number: not number.strip()) if "" in numbers else 0
        numbers.discard("")
        before = len(self._cases)
        self._cases |= numbers
        self._counts[SHARED_CASE] += len(case) - blank - (len(self._cases) - before)

    def counts(self) -> dict[str, int]:
        """A few words to a number of rows, for what was seen at all."""
        return dict(sorted((+self._counts).items()))


def _mangled(batch: Fields) -> int:
    """In how many rows a spreadsheet made a number of a code or a key, and so may have made several codes one."""
    # Of a file without codes the offence's words are the code.
    wanted = _CODES if {"code", "type"} & batch.keys() else _CODES | {"description"}
    columns = [column for name, column in batch.items() if name.partition(" ")[0] in wanted]
    found = np.zeros(len(next(iter(batch.values()))), dtype=bool)
    for column in columns:
        found |= _where_mangled(column)
    return int(found.sum())


def _where_mangled(column: Coded) -> npt.NDArray[np.bool_]:
    # Millions of keys go by: most are told apart without the pattern.
    words = np.array(
        ["E+" in word and bool(_SPREADSHEET.fullmatch(word.strip())) for word in column.words], dtype=bool
    )
    rows: npt.NDArray[np.bool_] = words[column.codes]
    return rows
