"""Tables as text that a spreadsheet opens, changes and saves: written without anything it would run, read with every
fault named. What the columns mean is for each table's own file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ilp_core.words import tables as words

#: Signs with which a cell becomes a formula, in wide spelling too; a spreadsheet may drop spaces before them.
_FORMULA: Final = "=+-@\t\r＝＋－＠"
#: Texts that a spreadsheet turns into other numbers, dates or times: leading zeros, long digits, 4E10, 10-12, 9:30.
_CHANGED: Final = re.compile(r"0\d+|\d{16,}|\d+[eE][+-]?\d+|\d+[-/]\d+(?:[-/]\d+)?|\d+\.\d+\.\d+|\d+:\d+(?::\d+)?")
#: Most rows of a table, most signs of a cell and most faults told [this project's choice].
MOST_ROWS: Final = 20_000
LONGEST: Final = 200
MOST_PROBLEMS: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by column, and where it stands as a person finds it."""

    where: str
    cells: Mapping[str, str]


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV. A cell that a spreadsheet would run or change gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def read_table(text: str, columns: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of a CSV table with ``columns``, and what is wrong with it. Column names match without case, the
    separator is a comma, a semicolon or a tab, blank rows are left out, and further columns are not looked at."""
    text = text.removeprefix("\ufeff")
    listed = ", ".join(columns)
    head, _, _ = text.partition("\n")
    if not head.strip():
        return [], [words.EMPTY.format(columns=listed)]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[Row] = []
    problems: list[str] = []
    try:
        names = [name.strip().casefold() for name in next(reader)]
        problems = [words.TWICE_COLUMN.format(column=name) for name in columns if names.count(name) > 1]
        problems += [
            words.MISSING_COLUMN.format(column=name, columns=listed) for name in columns if name not in names
        ]
        if problems:
            return [], problems
        place = {name: names.index(name) for name in columns}
        for cells in reader:
            where = words.LINE.format(number=reader.line_num)
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MOST_ROWS:
                problems.append(words.TOO_MANY_ROWS.format(most=MOST_ROWS))
                break
            if any(cell.strip() for cell in cells[len(names) :]):
                problems.append(words.MANY_FIELDS.format(where=where))
            padded = [*cells, *[""] * (len(names) - len(cells))]
            rows.append(Row(where, {name: _bare(padded[at].strip()) for name, at in place.items()}))
    except csv.Error as error:
        where = words.LINE.format(number=reader.line_num)
        problems.append(words.NOT_A_TABLE.format(where=where, why=str(error)))
    return rows, problems


def rows_of(table: str, entries: object, columns: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of a table that JSON holds as a list of objects, and what is wrong with it. A column that is left out
    is blank; numbers and truth values are read as their texts."""
    if not isinstance(entries, list):
        return [], [words.NOT_A_LIST.format(table=table)]
    if len(entries) > MOST_ROWS:
        return [], [words.TOO_MANY_ROWS.format(most=MOST_ROWS)]
    rows: list[Row] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        where = words.ENTRY.format(table=table, number=number)
        if not isinstance(entry, dict):
            problems.append(words.NOT_A_ROW.format(where=where))
            continue
        rows.append(Row(where, {name: _text(entry.get(name)) for name in columns}))
    return rows, problems


def unfit(row: Row) -> list[str]:
    """What is wrong with a row's texts whatever they mean: too long, or signs that are no text."""
    faults = []
    for column, cell in row.cells.items():
        if len(cell) > LONGEST:
            faults.append(words.TOO_LONG.format(where=row.where, column=column, most=LONGEST))
        elif not cell.isprintable():
            faults.append(words.SIGNS.format(where=row.where, column=column))
    return faults


def told(problems: Sequence[str]) -> list[str]:
    """The problems, or the first of very many and how many more there are."""
    shown = list(problems[:MOST_PROBLEMS])
    if len(problems) > MOST_PROBLEMS:
        shown.append(words.MORE.format(count=len(problems) - MOST_PROBLEMS))
    return shown


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _guarded(cell: str) -> str:
    risky = cell.strip(" ")[:1] in tuple(_FORMULA) or cell.startswith("'") or _CHANGED.fullmatch(cell)
    return f"'{cell}" if risky else cell


def _bare(cell: str) -> str:
    """A cell as it was before ``_guarded``; an apostrophe that guards nothing is a person's own and stays."""
    return cell[1:] if cell.startswith("'") and _guarded(cell[1:]) == cell else cell
