"""Which area a position lies in: all positions at once, against outlines that are parsed and prepared once.

Positions of records are snapped to blocks and repeat; each distinct one is looked up once. Where two outlines
hold a position (one inside the other, an overlap, or a common border) the smaller outline has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from ilp_core.collect.coded import Positions
from ilp_core.domain.places import Area, area_key

Degrees = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Stands for "in no outline", and in a coded column for "not stated".
NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Outlines:
    """The outlines of one kind of area, smallest first: ``shapes[i]`` is that of ``codes[i]``."""

    codes: tuple[str, ...]
    shapes: npt.NDArray[Any]
    tree: shapely.STRtree

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How records' stated areas compare with the outlines they lie in: counts of records.

    ``stated`` records name an area. Of these, ``comparable`` ones have a position and name an area with an outline;
    ``comparable = same + other + nowhere``: they lie in the area they name, in another one, or in none.
    """

    stated: int
    comparable: int
    same: int
    other: int
    nowhere: int

    @property
    def share(self) -> float | None:
        """The share of comparable records that lie in the area they name, 0 to 1; None where none is comparable."""
        return self.same / self.comparable if self.comparable else None

    def as_json(self) -> dict[str, Any]:
        """The comparison as a JSON object."""
        return {
            "stated": self.stated,
            "comparable": self.comparable,
            "same": self.same,
            "share": self.share,
            "other": self.other,
            "nowhere": self.nowhere,
        }


def outlines(areas: Sequence[Area]) -> Outlines:
    """Parse and prepare the outlines of ``areas``, which are of one kind. Areas without an outline are left out."""
    drawn = [area for area in areas if area.outline]
    parsed = shapely.from_geojson([area.outline for area in drawn], on_invalid="ignore")
    sizes = shapely.area(parsed) * np.cos(np.radians(np.nan_to_num(shapely.get_y(shapely.centroid(parsed)))))
    order = sorted(
        (place for place in range(len(drawn)) if sizes[place] > 0),
        key=lambda place: (float(sizes[place]), drawn[place].ref.code),
    )
    shapes = np.array([parsed[place] for place in order], dtype=object)
    shapely.prepare(shapes)
    return Outlines(tuple(drawn[place].ref.code for place in order), shapes, shapely.STRtree(shapes))


def place(outlines: Outlines, lat: Degrees, lon: Degrees) -> Positions:
    """For every position in degrees the place in ``outlines.codes`` of the area it lies in.

    ``NOWHERE`` where it lies in none, or where lat or lon is not a number. A position on a border is inside; where
    several outlines hold it, the smallest has it.
    """
    found = np.full(len(lat), NOWHERE, dtype=np.int32)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if not len(known) or not len(outlines):
        return found
    distinct, back = np.unique(lon[known] + 1j * lat[known], return_inverse=True)
    found[known] = _distinct(outlines, distinct.real, distinct.imag)[back]
    return found


def _distinct(outlines: Outlines, x: Degrees, y: Degrees) -> Positions:
    # The tree pairs positions with the boxes they lie in. Going through the outlines one by one, rather than through
    # the pairs, lets each be asked about all its candidates at once; those that a smaller outline has are not asked.
    found = np.full(len(x), NOWHERE, dtype=np.int32)
    candidates, boxes = outlines.tree.query(shapely.points(x, y))
    by_box = np.argsort(boxes, kind="stable")
    starts = np.searchsorted(boxes[by_box], np.arange(len(outlines) + 1))
    for area in range(len(outlines)):
        asked = candidates[by_box[starts[area] : starts[area + 1]]]
        asked = asked[found[asked] == NOWHERE]
        inside = shapely.intersects_xy(outlines.shapes[area], x[asked], y[asked])
        found[asked[inside]] = area
    return found


def agreement(
    stated: Positions, words: Sequence[str], placed: Positions, outlines: Outlines, located: Mask | None = None
) -> Agreement:
    """Compare stated areas with ``placed``, what ``place`` found. Spellings compare by ``area_key``.

    Record by record, ``words[stated]`` is the stated code; ``NOWHERE`` or a blank word states none. ``located`` tells
    which records have a position: without it, those that lie in no outline count as having one.
    """
    keys = {area_key(code): place for place, code in enumerate(outlines.codes)}
    named = np.array([bool(word.strip()) for word in words] + [False])
    # Two outlines never share a key: storage keeps one area per kind and key.
    wanted = np.array([keys.get(area_key(word), NOWHERE) for word in words] + [NOWHERE], dtype=np.int32)
    codes = np.where(stated < 0, len(words), stated)
    comparable = named[codes] & (wanted[codes] != NOWHERE)
    if located is not None:
        comparable &= located
    same = comparable & (wanted[codes] == placed)
    nowhere = comparable & (placed == NOWHERE)
    counts = [int(np.count_nonzero(each)) for each in (named[codes], comparable, same, nowhere)]
    return Agreement(counts[0], counts[1], counts[2], counts[1] - counts[2] - counts[3], counts[3])


def fill(
    stated: Positions, words: tuple[str, ...], outlines: Outlines, lat: Degrees, lon: Degrees
) -> tuple[Positions, tuple[str, ...], int]:
    """Give records that state no area the one they lie in: the codes, the words and how many were filled.

    ``words[stated]`` is each record's stated code, ``NOWHERE`` where it states none; stated ones stay as they are.
    A code that ``words`` has in another spelling keeps that one, others are added at the end.
    """
    blank = np.flatnonzero(stated == NOWHERE)
    placed = place(outlines, lat[blank], lon[blank])
    inside = placed != NOWHERE
    known: dict[str, int] = {}
    for position, word in enumerate(words):
        if word:
            known.setdefault(area_key(word), position)
    longer = list(words)
    target = np.full(len(outlines), NOWHERE, dtype=np.int32)
    for area in np.unique(placed[inside]).tolist():
        key = area_key(outlines.codes[area])
        if key not in known:
            known[key] = len(longer)
            longer.append(outlines.codes[area])
        target[area] = known[key]
    codes = stated.astype(np.int32, copy=True)
    codes[blank[inside]] = target[placed[inside]]
    return codes, tuple(longer), int(np.count_nonzero(inside))
