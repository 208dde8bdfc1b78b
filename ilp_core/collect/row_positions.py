"""The positions of a batch's rows in degrees, and how many of those that a file gives come to a place on Earth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ilp_core.collect.coded import Coded, constant
from ilp_core.collect.dates import Truth
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.members import Member
from ilp_core.collect.points import Degrees, degrees, usable
from ilp_core.collect.projection import unproject
from ilp_core.collect.reading import open_table

#: Blanks, words such as "unknown", and 0 in any spelling give no position.
_GIVEN: Final = re.compile("[1-9]")
#: From here on a number is no degree (``generic/positions.py`` takes such numbers for metres or feet).
_LEAST_METRES: Final = 200.0


def row_positions(layout: Layout, fields: Fields) -> tuple[Degrees, Degrees]:
    """Latitude and longitude of every row of a batch that ``layout`` has prepared; NaN where it has none."""
    lat, lon = _numbers(fields)
    if layout.crs is not None:
        zero = (lat == 0) | (lon == 0)
        lat, lon = unproject(layout.crs, np.where(zero, np.nan, lon), np.where(zero, np.nan, lat))
    nowhere = ~usable(lat, lon, layout.null_points)
    lat[nowhere] = lon[nowhere] = np.nan
    return lat, lon


def _numbers(fields: Fields) -> tuple[Degrees, Degrees]:
    blank = constant("", len(next(iter(fields.values()))))
    return degrees(fields.get("lat", blank)), degrees(fields.get("lon", blank))


@dataclass(slots=True)
class PositionCount:
    """Of all rows: how many give a position, and of these how many come to a place on Earth, how many are numbers
    too large for degrees, and how many can be degrees."""

    rows: int = 0
    given: int = 0
    placed: int = 0
    large: int = 0
    small: int = 0

    def see(self, batch: Fields, prepared: Fields, lat: Degrees) -> None:
        """Count the rows of a batch: as the file has them, as the layout prepared them, and what came of them."""
        blank = constant("", len(lat))
        filled = {name: _filled(batch.get(name, blank)) for name in ("lat", "lon", "point")}
        given = filled["point"] | (filled["lat"] & filled["lon"])
        north, east = (np.abs(numbers) for numbers in _numbers(prepared))
        self.rows += len(lat)
        self.given += int(given.sum())
        self.placed += int((given & ~np.isnan(lat)).sum())
        with np.errstate(invalid="ignore"):
            self.large += int((given & ((north >= _LEAST_METRES) | (east >= _LEAST_METRES))).sum())
            self.small += int((given & (north <= 90) & (east <= 180)).sum())


def _filled(texts: Coded) -> Truth:
    filled: Truth = np.array([_GIVEN.search(word) is not None for word in texts.words], dtype=bool)[texts.codes]
    return filled


def first_positions(member: Member, layout: Layout, *, mapped: bool) -> tuple[Degrees, Degrees]:
    """Latitude and longitude of the rows of a table that have a position, from its first batch that has any.

    ``mapped`` says that the layout is a mapping's, which reads positions in shapes of its own.
    """
    for _, prepared in _batches(member, layout, mapped=mapped):
        lat, lon = row_positions(layout, prepared)
        there = ~np.isnan(lat)
        if there.any():
            return lat[there], lon[there]
    return np.empty(0), np.empty(0)


def count_of(member: Member, layout: Layout) -> PositionCount:
    """What becomes of the positions in a table that a mapping reads."""
    count = PositionCount()
    for batch, prepared in _batches(member, layout, mapped=True):
        count.see(batch, prepared, row_positions(layout, prepared)[0])
    return count


def _batches(member: Member, layout: Layout, *, mapped: bool) -> Iterator[tuple[Fields, Fields]]:
    """The columns of a table that hold positions, batch by batch: as they are, and as the layout prepares them."""
    with open_table(member) as table:
        found = layout.find(table.header)
        wanted = {name: found[name] for name in ("lat", "lon", "point") if name in found}
        if "point" in wanted or {"lat", "lon"} <= wanted.keys():
            for batch in table.batches(list(wanted.values())):
                fields: Fields = {name: batch[column] for name, column in wanted.items()}
                yield fields, layout.prepare(fields) if mapped else fields
