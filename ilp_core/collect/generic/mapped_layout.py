"""From a mapping to a layout: how the columns of a batch become the desk's fields."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from ilp_core.collect.coded import constant, joined
from ilp_core.collect.dates import LONGEST_DATE, parse_dates
from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.points_in_text import split_point
from ilp_core.collect.generic.traits import number_text
from ilp_core.collect.generic.understood import TIMES, Truths
from ilp_core.collect.layout import Fields, Layout

#: The name that ``--format`` takes for every mapped layout.
GENERIC: Final = "generic"

_CLOCK_AT_END: Final = re.compile(
    r"(?:T|,? +)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?$"
)
_BARE_CLOCK: Final = re.compile(r"(\d{1,4})(?: ?(?:hrs?|h|uhr))?", re.I)


def layout_of(mapping: ColumnMap) -> Layout:
    """The layout that reads files as ``mapping`` says. Every column it names must be there."""
    columns = {
        _part(name, number): column
        for name, several in mapping.columns.items()
        if not (name == "id" and mapping.keyless)
        for number, column in enumerate(several)
    }
    return Layout(
        name=mapping.source,
        title=f"a file of {mapping.source}",
        columns=columns,
        source=mapping.source,
        family=GENERIC,
        zone=mapping.zone,
        order=mapping.style.order,
        dates=partial(parse_dates, style=mapping.style),
        month_only=mapping.month_only,
        monthly=mapping.month_only,
        crs=mapping.crs,
        prepare=partial(_prepare, mapping),
    )


def _part(name: str, number: int) -> str:
    return name if number == 0 else f"{name} {number + 1}"


def _prepare(mapping: ColumnMap, given: Fields) -> Fields:
    rows = len(next(iter(given.values())))
    fields: Fields = {}
    for name, columns in mapping.columns.items():
        parts = [given[key] for number in range(len(columns)) if (key := _part(name, number)) in given]
        if len(parts) > 1:
            fields[name] = joined(*parts, join=_moment if name in TIMES else _together)
        elif parts:
            fields[name] = parts[0]
    for name, truths in mapping.truths.items():
        if name in fields:
            fields[name] = fields[name].map(partial(_truth, _folded(truths)))
    if "point" in fields:
        point = fields.pop("point")
        fields["lat"], fields["lon"] = (
            point.map(lambda text: split_point(text)[0]),
            point.map(lambda text: split_point(text)[1]),
        )
    elif mapping.numbers != "plain":
        for name in ("lat", "lon"):
            if name in fields:
                fields[name] = fields[name].map(lambda text: number_text(text, mapping.numbers))
    return _with_code(mapping, fields, rows)


def _with_code(mapping: ColumnMap, fields: Fields, rows: int) -> Fields:
    """An offence code for every row: of its column, else the description itself, else the one all rows have."""
    if "description" in fields and "code" in fields and not mapping.offences:
        fields["code"] = joined(fields["code"], fields["description"], join=lambda code, text: code.strip() or text)
    elif "code" not in fields:
        fields["code"] = fields.get("description", constant(mapping.same_offence, rows))
    if mapping.offences:
        fields["code"] = fields["code"].map(lambda code: code.strip().upper())
    return fields


def _moment(date: str, *clocks: str) -> str:
    """A date and its clock time from columns of their own; a clock time that the date has too is a placeholder."""
    clock = " ".join(part.strip() for part in clocks if part.strip())
    date = date.strip()
    if not clock or len(date) > LONGEST_DATE:
        # So long a text is no date, and to look for its clock time could take hours.
        return date
    bare = _BARE_CLOCK.fullmatch(clock)
    if bare:
        # A spreadsheet takes the leading zeros of 0001 away.
        digits = bare[1].zfill(4)
        clock = f"{digits[:2]}:{digits[2:]}"
    return f"{_CLOCK_AT_END.sub('', date)} {clock}" if date else ""


def _together(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _folded(truths: Truths) -> Truths:
    return Truths(tuple(word.casefold() for word in truths.true), tuple(word.casefold() for word in truths.false))


def _truth(truths: Truths, text: str) -> str:
    word = text.strip().casefold()
    if not word:
        return ""
    if word in truths.true:
        return "true"
    return "false" if word in truths.false or "*" in truths.false else ""
