"""Crossings: where two streets meet, found from where their blocks lie.

Records seldom name a crossing, but they place blocks, and a street's blocks in order of number are its line. Two
lines that cut each other are a crossing. What is doubtful is left out: a missing crossing is asked for again, a false
one sends a car to nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from ilp_core.collect.places.patches import Metres, Numbers, medians, patches

#: Neighbouring blocks are joined to a line over at most this many metres and this step in numbers: a Chicago hundred
#: is an eighth of a mile (201 m), so that one block without any record leaves no hole, and two do
#: [this project's choice].
LONGEST_JOIN_M: Final = 450.0
LARGEST_STEP: Final = 300
#: A block's point is its middle, so that a line ends half a block short of the corner: it is drawn on by this share
#: of its last hundred, and by no more than these metres [this project's choice].
_HALF: Final = 0.55
_LONGEST_END_M: Final = 120.0
#: A street's first hundred begins at the base line, where its other half meets it: there a whole hundred is drawn on.
_FROM_ZERO: Final = 1.0
_LONGEST_FROM_ZERO_M: Final = 200.0
#: Lines that come this near meet: the medians of records lie beside the street, not on it [this project's choice].
NEAR_M: Final = 15.0
#: Lines that meet at less than this angle run beside each other [this project's choice].
LEAST_ANGLE: Final = 25.0
#: Meetings of the same two streets nearer than this are one: the carriageways of a wide road [this project's choice].
_SAME_M: Final = 80.0


@dataclass(frozen=True, slots=True)
class Meetings:
    """Crossings, one an element: a block of either street beside it, as places in the list of blocks, and metres."""

    first: Numbers
    second: Numbers
    x: Metres
    y: Metres


def meetings(street: Numbers, base: Numbers, number: Numbers, x: Metres, y: Metres) -> Meetings:
    """Where streets cross. One element a block: its ``street``, its number, its middle in metres.

    ``base`` is the same for streets whose names differ in compass or type alone (N State St and S State St, 63rd St
    and 63rd Pl); those never cross each other.
    """
    start, end, line = _lines(street, number, x, y)
    if len(line) == 0:
        return Meetings(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    drawn = shapely.linestrings(np.stack((start, end), axis=1))
    one, other = shapely.STRtree(drawn).query(drawn, predicate="dwithin", distance=NEAR_M)
    wanted = (one < other) & (base[line[one]] != base[line[other]])
    one, other = one[wanted], other[wanted]
    steep = _angle(end[one] - start[one], end[other] - start[other]) >= LEAST_ANGLE
    one, other = one[steep], other[steep]
    bridge = shapely.get_coordinates(shapely.shortest_line(drawn[one], drawn[other])).reshape(-1, 2, 2)
    return _merged(street, line[one], line[other], bridge.mean(axis=1))


def _lines(street: Numbers, number: Numbers, x: Metres, y: Metres) -> tuple[Metres, Metres, Numbers]:
    """Pieces of line: start, end, and the block that each belongs to."""
    order = np.lexsort((number, street))
    point = np.stack((x, y), axis=1)[order]
    run = point[1:] - point[:-1]
    length = np.hypot(run[:, 0], run[:, 1])
    step = number[order][1:] - number[order][:-1]
    joined = (street[order][1:] == street[order][:-1]) & (length <= LONGEST_JOIN_M) & (step <= LARGEST_STEP)
    joined &= (length > 0) & (step > 0)
    at = np.flatnonzero(joined)
    hundred = length[at] / (step[at] / 100)
    forth = np.minimum(_HALF * hundred, _LONGEST_END_M)
    back = np.where(number[order][at] == 0, np.minimum(_FROM_ZERO * hundred, _LONGEST_FROM_ZERO_M), forth)
    onward = run[at] / length[at][:, None]
    opens = ~np.concatenate(([False], joined))[at]
    closes = ~np.concatenate((joined, [False]))[at + 1]
    start, end = point[at].copy(), point[at + 1].copy()
    start[opens] -= (onward * back[:, None])[opens]
    end[closes] += (onward * forth[:, None])[closes]
    return start, end, order[at]


def _angle(one: Metres, other: Metres) -> npt.NDArray[np.float64]:
    """The angle between two lines, 0 to 90 degrees."""
    cross = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    angle: Metres = np.degrees(np.arctan2(cross, np.abs((one * other).sum(axis=1))))
    return angle


def _merged(street: Numbers, first: Numbers, second: Numbers, at: Metres) -> Meetings:
    """Meetings of the same two streets close together, as one in their middle."""
    if len(first) == 0:
        return Meetings(first, second, at[:, 0], at[:, 1])
    turned = street[first] > street[second]
    first, second = np.where(turned, second, first), np.where(turned, first, second)
    _, pair = np.unique(street[first] * (int(street.max()) + 1) + street[second], return_inverse=True)
    patch = patches(pair.astype(np.int64), at[:, 0], at[:, 1], _SAME_M)
    _, earliest, group = np.unique(patch, return_index=True, return_inverse=True)
    count = len(earliest)
    return Meetings(first[earliest], second[earliest], *(medians(group, count, at[:, axis]) for axis in (0, 1)))
