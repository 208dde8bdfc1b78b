"""The geometry of a map picture: from degrees to pixels, and which spots of the picture are still free.

Numbers only. Nothing here draws, opens a file or knows an answer. Pixels run right and down from the map's
top left corner, and angles are radians turning from right to down.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ilp_core.domain.answers import MapArea, MapMark

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

#: Metres in one degree of latitude on a sphere of the Earth's mean radius, 6,371,008.8 m (IUGG R1).
METRES_PER_DEGREE: Final = math.pi * 6_371_008.8 / 180
#: A window never shows less than this many metres across, so that one mark still has streets around it.
SMALLEST_WINDOW_M: Final = 400.0
#: Side of a cell in the grid of free spots, in pixels: finer than the gap wanted between two labels.
CELL_PX: Final = 6
#: Directions tried around a disc that has to move, and how far a street may bend below its name.
_TURNS: Final = 24
_BEND_PX: Final = 12.0
#: A slope below this (about 3 degrees) is lettered level or upright: letters stay sharp and the eye sees none.
_LEVEL: Final = 0.05


def degrees(points: Iterable[tuple[float, float]]) -> Floats:
    """Return ``(longitude, latitude)`` pairs as an (n, 2) array, without those that are not numbers."""
    array = np.array(list(points), dtype=np.float64).reshape(-1, 2)
    return array[np.isfinite(array).all(axis=1)]


def polygons(area: MapArea) -> list[list[Floats]]:
    """Return an outline's polygons, each a list of rings of (n, 2) degrees, the outer one first.

    Raises ValueError where the outline is not a GeoJSON Polygon or MultiPolygon.
    """
    geometry: Any = json.loads(area.outline)
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"the outline of {area.label} is not a Polygon or MultiPolygon: {kind}")
    parts = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
    read = [[degrees((point[0], point[1]) for point in ring) for ring in part] for part in parts]
    return [[part[0], *(hole for hole in part[1:] if len(hole) >= 3)] for part in read if part and len(part[0]) >= 3]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world a map shows: a local equirectangular plane, north up, one scale in both axes.

    The plane touches at ``lon``, ``lat``; ``east`` and ``north`` are the metres from there to the middle of
    a map of ``width`` by ``height`` pixels. Lengths are true within 0.6 % over a city.
    """

    lon: float
    lat: float
    east: float
    north: float
    pixels_per_metre: float
    width: int
    height: int

    def pixels(self, lon_lat: Floats) -> Floats:
        """Return where (n, 2) degrees fall on the map, in pixels."""
        metres = _metres(lon_lat, self.lon, self.lat) - (self.east, self.north)
        middle = np.array((self.width / 2, self.height / 2))
        moved: Floats = middle + metres * (self.pixels_per_metre, -self.pixels_per_metre)
        return moved


def fit(marks: Sequence[MapMark], lines: Sequence[Floats], width: int, height: int, margin: float) -> Window | None:
    """Return the closest window on every mark with its reach and on every line, or None without any.

    ``lines`` are (n, 2) degrees; ``margin`` pixels stay free on every side.
    """
    points = np.concatenate((_places(marks), *lines))
    if not len(points):
        return None
    reach = np.zeros((len(points), 1))
    reach[: len(marks), 0] = [max(mark.place.radius_m, 0) for mark in marks]
    lon, lat = (float(middle) for middle in (points.min(axis=0) + points.max(axis=0)) / 2)
    metres = _metres(points, lon, lat)
    low, high = (metres - reach).min(axis=0), (metres + reach).max(axis=0)
    across = np.maximum(high - low, SMALLEST_WINDOW_M)
    scale = min((width - 2 * margin) / float(across[0]), (height - 2 * margin) / float(across[1]))
    east, north = (float(middle) for middle in (low + high) / 2)
    return Window(lon, lat, east, north, scale, width, height)


def _places(marks: Sequence[MapMark]) -> Floats:
    return degrees((mark.place.lon, mark.place.lat) for mark in marks)


def _metres(lon_lat: Floats, lon: float, lat: float) -> Floats:
    # The cosine never reaches zero: a pole in the data must give a wide map, not a division by zero.
    narrowing = max(math.cos(math.radians(lat)), 0.01)
    metres: Floats = (lon_lat - (lon, lat)) * (METRES_PER_DEGREE * narrowing, METRES_PER_DEGREE)
    return metres


def lengths(line: Floats) -> Floats:
    """Return the (n - 1,) lengths of a line's segments, in the line's own unit."""
    steps = np.diff(line, axis=0)
    return np.hypot(steps[:, 0], steps[:, 1])


def clip(line: Floats, width: float, height: float) -> list[Floats]:
    """Return the pieces of a line of (n, 2) pixels that lie on the map, each with two points or more.

    Each segment is kept between the shares of its length at which it enters and leaves the map's four sides
    (Liang and Barsky, 1984).
    """
    start, step = line[:-1], np.diff(line, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = -start / step, ((width, height) - start) / step
    enter = np.maximum(np.fmin(one, other).max(axis=1), 0.0)
    leave = np.minimum(np.fmax(one, other).min(axis=1), 1.0)
    pieces: list[list[Floats]] = []
    for at in np.flatnonzero(enter < leave).tolist():
        if not (pieces and enter[at] == 0 and leave[at - 1] == 1 and enter[at - 1] < 1):
            pieces.append([start[at] + enter[at] * step[at]])
        pieces[-1].append(start[at] + leave[at] * step[at])
    return [np.array(piece) for piece in pieces]


class Disc(NamedTuple):
    """A mark on the map, in pixels: its place, the middle of the disc that names it, and its reach."""

    number: int
    home: Floats
    at: Floats
    reach: float

    @property
    def moved(self) -> float:
        """How far the disc stands from its place."""
        return math.dist(self.home, self.at)


def discs(marks: Sequence[MapMark], window: Window, radius: float) -> list[Disc]:
    """Return a disc of ``radius`` pixels for each mark, in order, moved apart where they would overlap."""
    homes = window.pixels(_places(marks))
    spots = spread(homes, radius, window.width, window.height)
    reaches = [mark.place.radius_m * window.pixels_per_metre for mark in marks]
    return [Disc(m.number, *rest) for m, *rest in zip(marks, homes, spots, reaches, strict=True)]


def spread(homes: Floats, radius: float, width: float, height: float) -> Floats:
    """Return (n, 2) middles for discs of ``radius`` so that none covers another while the map has room.

    A disc stays at home unless it would hide another's home or lie on a disc that stayed; it then moves to
    the nearest free spot that hides no home. Only a map too full for its discs leaves some on others.
    """
    low, high = (radius, radius), (max(width - radius, radius), max(height - radius, radius))
    middles: Floats = np.clip(homes, low, high)
    settled: list[int] = []
    for index in range(len(middles)):
        here, others = middles[index : index + 1], np.delete(homes, index, axis=0)
        if _clear(here, others, radius + CELL_PX)[0] and _clear(here, middles[settled], 2 * radius)[0]:
            settled.append(index)
    for index in sorted(set(range(len(middles))) - set(settled)):
        around = _around(middles[index], middles[settled], radius, math.hypot(width, height))
        inside = ((around >= low) & (around <= high)).all(axis=1)
        free = inside & _clear(around, middles[settled], 2 * radius)
        best = free & _clear(around, homes, radius + CELL_PX)
        choice = best if best.any() else free
        if choice.any():
            middles[index] = around[int(np.argmax(choice))]
        settled.append(index)
    return middles


def _clear(spots: Floats, taken: Floats, distance: float) -> Flags:
    gaps = np.hypot(spots[:, None, 0] - taken[None, :, 0], spots[:, None, 1] - taken[None, :, 1])
    clear: Flags = np.all(gaps >= distance, axis=1)
    return clear


def _around(home: Floats, taken: Floats, radius: float, farthest: float) -> Floats:
    """Spots around a home, nearest first, and at one distance first those facing away from its neighbour."""
    away = home - taken[np.argmin(np.hypot(*(taken - home).T))] if len(taken) else np.zeros(2)
    facing = math.atan2(away[1], away[0]) if away.any() else -math.pi / 4
    turn = np.arange(_TURNS)
    angles = facing + np.where(turn % 2 == 0, -(turn // 2), (turn + 1) // 2) * (2 * math.pi / _TURNS)
    distances = np.arange(2 * radius + CELL_PX, farthest, radius / 2)
    rays = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    spots: Floats = (home + distances[:, None, None] * rays[None, :, :]).reshape(-1, 2)
    return spots


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a label: the middle in pixels, the angle in radians, and the label's size."""

    x: float
    y: float
    angle: float
    length: float
    height: float


class Room:
    """Which spots of a map are still free, on a grid of cells."""

    def __init__(self, width: int, height: int) -> None:
        self.taken: Flags = np.zeros((height // CELL_PX, width // CELL_PX), dtype=np.bool_)

    def free(self, spot: Spot) -> bool:
        """Whether the whole spot lies on the map and nothing has taken any of it."""
        rows, columns, on_map = self._cells(spot)
        return bool(on_map.all()) and not bool(self.taken[rows, columns].any())

    def take(self, spot: Spot) -> None:
        """Mark the spot as used; what lies off the map is no matter."""
        rows, columns, on_map = self._cells(spot)
        self.taken[rows[on_map], columns[on_map]] = True

    def upright(self, inside: Flags, length: float, height: float) -> Spot | None:
        """Return the free level spot with most of itself ``inside`` (a mask of cells), the highest of equals.

        None where no free spot touches the inside.
        """
        rows, columns = math.ceil(height / CELL_PX), math.ceil(length / CELL_PX)
        covered, blocked = _sums(inside, rows, columns), _sums(self.taken, rows, columns)
        score = np.where(blocked == 0, covered, 0)
        if not score.size or not score.max():
            return None
        row = int(score.max(axis=1).argmax())
        best = np.flatnonzero(score[row] == score.max())
        column = int(best[len(best) // 2])
        x, y = (column + columns / 2) * CELL_PX, (row + rows / 2) * CELL_PX
        return Spot(x, y, 0.0, length, height)

    def _cells(self, spot: Spot) -> tuple[Indices, Indices, Flags]:
        """The rows and columns of the cells under a spot, and which of them are on the map."""
        # Samples less than a cell apart cannot step over a cell.
        along = (np.arange(2 + spot.length // 5) / (1 + spot.length // 5) - 0.5) * spot.length
        across = (np.arange(2 + spot.height // 5) / (1 + spot.height // 5) - 0.5) * spot.height
        cosine, sine = math.cos(spot.angle), math.sin(spot.angle)
        x = spot.x + along[:, None] * cosine - across * sine
        y = spot.y + along[:, None] * sine + across * cosine
        rows, columns = np.floor(y / CELL_PX).astype(np.intp), np.floor(x / CELL_PX).astype(np.intp)
        limit = self.taken.shape
        return rows, columns, (rows >= 0) & (columns >= 0) & (rows < limit[0]) & (columns < limit[1])


def _sums(mask: Flags, rows: int, columns: int) -> NDArray[np.int64]:
    """How many set cells each block of ``rows`` by ``columns`` holds, by the block's top left cell."""
    if rows > mask.shape[0] or columns > mask.shape[1]:
        return np.zeros((0, 0), dtype=np.int64)
    total = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int64)
    total[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
    sums: NDArray[np.int64] = (
        total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns] + total[:-rows, :-columns]
    )
    return sums


def spots_along(line: Floats, length: float, height: float) -> Iterator[Spot]:
    """Yield spots for a name on a line of (n, 2) pixels, the middle first, where the line is nearly straight."""
    run = np.concatenate(([0.0], lengths(line).cumsum()))
    whole = float(run[-1])
    if whole < length:
        return
    for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95):
        middle = min(max(share * whole, length / 2), whole - length / 2)
        at = np.linspace(middle - length / 2, middle + length / 2, 9)
        x, y = np.interp(at, run, line[:, 0]), np.interp(at, run, line[:, 1])
        along_x, along_y = float(x[-1] - x[0]), float(y[-1] - y[0])
        chord = math.hypot(along_x, along_y)
        if chord < 0.9 * length:
            continue
        bend = np.abs((x - x[0]) * along_y - (y - y[0]) * along_x) / chord
        if float(bend.max()) > _BEND_PX:
            continue
        yield Spot(float(x[4]), float(y[4]), _upright(along_x, along_y), length, height)


def _upright(along_x: float, along_y: float) -> float:
    """The angle of a line as lettered: never upside down, upwards where it is steep, level where nearly so."""
    if abs(along_x) < _LEVEL * abs(along_y):
        return -math.pi / 2
    return 0.0 if abs(along_y) < _LEVEL * abs(along_x) else math.atan(along_y / along_x)
