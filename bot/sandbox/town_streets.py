"""The ground of Port Harrow: its streets, blocks and beats.

A rotated, slightly uneven grid: thirteen named streets run north from the harbour, ten numbered streets cross
them, and Harbour St follows the shore in a curve. Beats are bounded by streets, and every house stands a few
metres back from its street, so each address lies inside exactly one beat. Nothing here depends on a seed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Final

LatLon = tuple[float, float]

#: The middle of the town in degrees: open Atlantic, far from any coast, so that no real place is meant.
CENTRE: Final[LatLon] = (38.5, -47.0)
#: Mean radius of the Earth in metres (IUGG).
EARTH_RADIUS_M: Final = 6_371_008.8
#: The grid is turned this far anticlockwise from north, in degrees.
TURN: Final = 14.0
#: The town's extent in metres, before the turn.
WIDTH_M: Final = 5000.0
HEIGHT_M: Final = 4000.0
#: Distance between neighbouring grid lines in metres, and the strip outside the outermost streets.
COLUMN_M: Final = 400.0
ROW_M: Final = 380.0
EDGE_M: Final = 100.0
#: Hundred-blocks between two crossings; one is about 100 m long.
BLOCKS_BETWEEN_CROSSINGS: Final = 4
#: Houses stand this far from the middle of their street, in metres.
SETBACK_M: Final = 12.0

#: From west to east; the first is grid column 1.
AVENUES: Final = (
    "ALDER AVE", "BEACON AVE", "CHAPEL ST", "DRAKE AVE", "MARKET ST", "FERRY ST", "GROVE AVE",
    "ELM ST", "LIME AVE", "MILL ST", "ORCHARD AVE", "STATION RD", "WINDMILL AVE",
)  # fmt: skip
#: From the shore to the north; the first is grid row 1.
CROSS_STREETS: Final = (
    "HARBOUR ST", "1ST ST", "2ND ST", "3RD ST", "4TH ST", "5TH ST",
    "6TH ST", "7TH ST", "8TH ST", "9TH ST", "10TH ST",
)  # fmt: skip
LAST_COLUMN: Final = len(AVENUES) + 1
LAST_ROW: Final = len(CROSS_STREETS) + 1


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat, bounded by grid lines: columns from west to east, rows from south to north."""

    code: str
    district: str
    name: str
    columns: tuple[int, int]
    rows: tuple[int, int]


BEATS: Final = (
    Beat("0101", "001", "West Quay", (0, 4), (0, 6)),
    Beat("0102", "001", "Market", (4, 7), (0, 6)),
    Beat("0103", "001", "Old Harbour", (7, 10), (0, 6)),
    Beat("0104", "001", "Station", (10, 14), (0, 6)),
    Beat("0105", "002", "Alder Hill", (0, 4), (6, 12)),
    Beat("0106", "002", "Drake Green", (4, 8), (6, 12)),
    Beat("0107", "002", "Lime Fields", (8, 11), (6, 12)),
    Beat("0108", "002", "Windmill End", (11, 14), (6, 12)),
)


@dataclass(frozen=True, slots=True)
class Frontage:
    """One side of one hundred-block: the line on which its houses stand, from ``start`` to ``end``.

    ``column`` and ``row`` name the grid cell it lies in by the cell's south-west crossing.
    """

    street: str
    hundred: int
    beat: Beat
    column: int
    row: int
    start: LatLon
    end: LatLon

    @property
    def block(self) -> str:
        """The block as records spell it: the house number with its last two digits hidden."""
        return f"{self.hundred:03d}XX {self.street}"

    def point(self, along: float) -> LatLon:
        """The position of a house, ``along`` being 0 at the low numbers and 1 at the high ones."""
        (south, west), (north, east) = self.start, self.end
        return south + along * (north - south), west + along * (east - west)


def _line(index: int, last: int, gap: float, extent: float) -> float:
    """Where a grid line lies before it is bent, in metres from the south-west corner."""
    if index == 0:
        return 0.0
    return extent if index == last else EDGE_M + gap * (index - 1)


@cache
def crossing(column: int, row: int) -> LatLon:
    """The position of a crossing of two grid lines, in degrees."""
    east = _line(column, LAST_COLUMN, COLUMN_M, WIDTH_M)
    north = _line(row, LAST_ROW, ROW_M, HEIGHT_M)
    shore = 160.0 * math.sin(math.pi * east / WIDTH_M) * (1 - north / HEIGHT_M) ** 2
    x = east + 18.0 * math.sin(2.1 * column + 5.3 * row) - WIDTH_M / 2
    y = north + 16.0 * math.sin(3.7 * column + 1.9 * row) + shore - HEIGHT_M / 2
    turn = math.radians(TURN)
    x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
    lat = CENTRE[0] + math.degrees(y / EARTH_RADIUS_M)
    lon = CENTRE[1] + math.degrees(x / (EARTH_RADIUS_M * math.cos(math.radians(CENTRE[0]))))
    return round(lat, 6), round(lon, 6)


def _within(column: int, row: int, east: float, north: float) -> LatLon:
    """A point inside a grid cell, by its shares of the way from west to east and from south to north."""
    corners = (
        (crossing(column, row), (1 - east) * (1 - north)),
        (crossing(column + 1, row), east * (1 - north)),
        (crossing(column, row + 1), (1 - east) * north),
        (crossing(column + 1, row + 1), east * north),
    )
    return sum(at[0] * share for at, share in corners), sum(at[1] * share for at, share in corners)


def _beat_of(column: int, row: int) -> Beat:
    """The beat that holds a grid cell."""
    for beat in BEATS:
        if beat.columns[0] <= column < beat.columns[1] and beat.rows[0] <= row < beat.rows[1]:
            return beat
    raise ValueError(f"no beat holds the cell {column}, {row}")


def _setback(gap: float, *, edge: bool) -> float:
    """How far from the street houses stand, as a share of the cell they stand in."""
    return SETBACK_M / (EDGE_M if edge else gap)


@cache
def frontages() -> tuple[Frontage, ...]:
    """Both sides of every hundred-block in town, west and south sides first."""
    found: list[Frontage] = []
    for line, street in enumerate(AVENUES, start=1):
        west = 1 - _setback(COLUMN_M, edge=line == 1)
        east = _setback(COLUMN_M, edge=line == LAST_COLUMN - 1)
        for row in range(1, LAST_ROW - 1):
            for column, across in ((line - 1, west), (line, east)):
                found += _cell_side(street, column, row, row, across, northward=True)
    for line, street in enumerate(CROSS_STREETS, start=1):
        south = 1 - _setback(ROW_M, edge=line == 1)
        north = _setback(ROW_M, edge=line == LAST_ROW - 1)
        for column in range(1, LAST_COLUMN - 1):
            for row, across in ((line - 1, south), (line, north)):
                found += _cell_side(street, column, row, column, across, northward=False)
    return tuple(found)


def _cell_side(
    street: str, column: int, row: int, crossing_number: int, across: float, *, northward: bool
) -> list[Frontage]:
    """The frontages of one street along one side of one grid cell, in order of house numbers."""
    side = []
    for part in range(BLOCKS_BETWEEN_CROSSINGS):
        ends = (part / BLOCKS_BETWEEN_CROSSINGS, (part + 1) / BLOCKS_BETWEEN_CROSSINGS)
        start, end = (
            _within(column, row, across, along) if northward else _within(column, row, along, across)
            for along in ends
        )
        hundred = BLOCKS_BETWEEN_CROSSINGS * (crossing_number - 1) + part + 1
        side.append(Frontage(street, hundred, _beat_of(column, row), column, row, start, end))
    return side


@cache
def block_sides(street: str, hundred: int) -> tuple[Frontage, ...]:
    """The two sides of one hundred-block; empty where the street has no such number."""
    return tuple(side for side in frontages() if side.street == street and side.hundred == hundred)


def street_line(street: str) -> tuple[LatLon, ...]:
    """The middle of a street from its lowest number to its highest. Raises ValueError for an unknown name."""
    if street in AVENUES:
        column = AVENUES.index(street) + 1
        return tuple(crossing(column, row) for row in range(1, LAST_ROW))
    row = CROSS_STREETS.index(street) + 1
    return tuple(crossing(column, row) for column in range(1, LAST_COLUMN))


def outline(beat: Beat) -> tuple[LatLon, ...]:
    """The boundary of a beat through every crossing on it, anticlockwise, closed."""
    (west, east), (south, north) = beat.columns, beat.rows
    ring = [crossing(column, south) for column in range(west, east)]
    ring += [crossing(east, row) for row in range(south, north)]
    ring += [crossing(column, north) for column in range(east, west, -1)]
    ring += [crossing(west, row) for row in range(north, south, -1)]
    return (*ring, ring[0])


def areas_geojson() -> str:
    """The beats as a GeoJSON FeatureCollection with the properties BEAT, DISTRICT and NAME (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "properties": {"BEAT": beat.code, "DISTRICT": beat.district, "NAME": beat.name},
            "geometry": {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in outline(beat)]]},
        }
        for beat in BEATS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})
