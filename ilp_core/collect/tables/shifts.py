"""The shifts as a table that an agency edits: the agency's own with a blank unit, and those of its units."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ilp_core.collect.tables.text import Row, read_table, told, unfit, write_table
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import parse_hours
from ilp_core.words import tables as words

COLUMNS: Final = ("unit", "name", "hours", "days")
_NAME: Final = re.compile(r"[\w-][\w -]{0,29}")

#: A shift and the unit whose it is, None for the agency's own.
UnitShift = tuple[str | None, Shift]


def write_shifts(shifts: Iterable[UnitShift]) -> str:
    """The shifts as CSV, one row each, in their order."""
    return write_table(COLUMNS, (list(cells(each).values()) for each in shifts))


def read_shifts(text: str, units: Collection[str]) -> tuple[list[UnitShift], list[str]]:
    """The shifts of a CSV table, and what is wrong with it; where anything is, there are no shifts. ``units`` are the
    names of the units that exist."""
    rows, problems = read_table(text, COLUMNS)
    shifts, more = shifts_of(rows, units)
    problems += more
    return ([], told(problems)) if problems else (shifts, [])


def shifts_of(rows: Sequence[Row], units: Collection[str]) -> tuple[list[UnitShift], list[str]]:
    """The shifts of rows of texts, and what is wrong with them; where anything is, there are no shifts."""
    problems: list[str] = []
    shifts: list[UnitShift] = []
    first: dict[tuple[str | None, str], str] = {}
    for row in rows:
        found, faults = _shift(row, units)
        problems += faults
        if found is None:
            continue
        key = (found[0], found[1].name)
        if key in first:
            named = " ".join(part for part in key if part)
            problems.append(words.TWICE.format(where=row.where, key=named, first=first[key]))
        first.setdefault(key, row.where)
        shifts.append(found)
    return ([], problems) if problems else (shifts, [])


def cells(each: UnitShift) -> dict[str, str]:
    """A shift as the texts of its row, by column."""
    unit, shift = each
    texts = (unit or "", shift.name, str(shift.hours), ",".join(shift.days or ()))
    return dict(zip(COLUMNS, texts, strict=True))


def _shift(row: Row, units: Collection[str]) -> tuple[UnitShift | None, list[str]]:
    where, cell = row.where, row.cells
    faults = unfit(row)
    if faults:
        return None, faults
    name = cell["name"].casefold()
    if not _NAME.fullmatch(name):
        faults.append(words.BAD_NAME.format(where=where))
    if cell["unit"] and cell["unit"] not in units:
        faults.append(words.UNKNOWN_UNIT.format(where=where, unit=cell["unit"]))
    try:
        hours = parse_hours(cell["hours"])
    except ValueError:
        return None, [*faults, words.BAD_HOURS.format(where=where, text=cell["hours"] or "blank cells")]
    days = _days(cell["days"])
    if days == ():
        faults.append(words.BAD_DAYS.format(where=where, text=cell["days"]))
    return (None, faults) if faults else ((cell["unit"] or None, Shift(name, hours, days)), [])


def _days(text: str) -> tuple[Weekday, ...] | None:
    """The weekdays of a cell in order of the week, None for a blank one, none at all where one is not a weekday."""
    named = {part for part in re.split(r"[,;\s]+", text.casefold()) if part}
    if not named:
        return None
    return tuple(day for day in WEEKDAYS if day in named) if named <= set(WEEKDAYS) else ()
