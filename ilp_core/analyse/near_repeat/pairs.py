"""Close pairs: which events lie within reach of one another, by distance band, without the table of all distances.

A k-d tree (Maneewongvatana & Mount 1999; scipy's cKDTree) gives the neighbours of a few thousand events at a time, so
that memory grows with the close pairs and not with the square of the events.

A band holds its lower edge and not its upper one, as in the R and Python packages called NearRepeat (Steenbeek;
Davies): a pair exactly 100 m apart is in the band that begins at 100 m.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Positions = NDArray[np.float64]

#: Neighbours looked at in one go: some 60 MB with what is made of them [this project's choice].
NEIGHBOURS_AT_ONCE: Final = 1_000_000
#: More close pairs than this are refused, at 8 bytes each, rather than filling the memory [this project's choice].
MOST_PAIRS: Final = 60_000_000


@dataclass(frozen=True)
class ClosePairs:
    """Every unordered pair of ``events`` events nearer than ``edges[-1]`` metres, once each, by distance band.

    ``edges`` are the bands' limits in metres, one more than there are bands. ``first`` and ``second`` are numbers of
    events; the pairs of band b stand at ``starts[b]:starts[b + 1]``. ``order`` names the events in an order in which
    those close on the map are mostly close in line.
    """

    events: int
    edges: tuple[float, ...]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    starts: NDArray[np.int64]
    order: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def by_band(self) -> NDArray[np.int64]:
        """How many pairs each distance band holds."""
        return np.diff(self.starts)

    @property
    def band(self) -> NDArray[np.int8]:
        """The distance band of every pair."""
        return np.repeat(np.arange(len(self.edges) - 1, dtype=np.int8), self.by_band)

    def in_line(self) -> ClosePairs:
        """The same pairs, each event called by its place in ``order``: what is kept by event and looked up for every
        pair is then mostly near in memory."""
        place = np.empty(self.events, dtype=np.int32)
        place[self.order] = np.arange(self.events, dtype=np.int32)
        return replace(self, first=place[self.first], second=place[self.second], order=np.arange(self.events))


def close_pairs(
    x: Positions, y: Positions, edges: Sequence[float], *, most: int = MOST_PAIRS, at_once: int = NEIGHBOURS_AT_ONCE
) -> ClosePairs:
    """The close pairs of events at ``x``, ``y`` (projected metres, finite) in the bands between ``edges``.

    Raises ValueError where edges do not rise from 0 or more, a position is not finite, or there are more than
    ``most`` pairs within reach (none of them is kept then). ``at_once`` neighbours are looked at together.
    """
    limits = _rising(edges)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("every event needs a position")
    # Strips from west to east, each from south to north.
    order = np.lexsort((y, np.floor(x / limits[-1])))
    points = np.column_stack([x, y])[order]
    kept: list[list[NDArray[np.int32]]] = [[] for _ in limits[1:]]
    if len(points) > 1:
        within = (cKDTree(points).count_neighbors(cKDTree(points), limits[-1]) - len(points)) // 2
        if within > most:
            raise ValueError(f"{within:,} pairs lie within {limits[-1]:,.0f} m, more than {most:,}")
        for one, other, distance in neighbours_of(points, points, limits[-1], at_once):
            once = one < other
            pairs = order[np.stack([one[once], other[once]])].astype(np.int32)
            band = band_of(distance[once], limits)
            for number, found in enumerate(kept):
                found.append(pairs[:, band == number])
    empty = np.empty((2, 0), dtype=np.int32)
    starts = np.cumsum([0, *(sum(part.shape[1] for part in found) for found in kept)])
    first, second = (np.concatenate([empty[0], *(part[end] for found in kept for part in found)]) for end in (0, 1))
    return ClosePairs(len(points), tuple(limits.tolist()), first, second, starts, order)


def band_of(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int8]:
    """The band of each value: from its lower edge up to, and without, its upper; -1 below all, the last + 1 above."""
    return (np.searchsorted(edges, values, side="right") - 1).astype(np.int8)


def neighbours_of(
    points: Positions, others: Positions, reach: float, at_once: int = NEIGHBOURS_AT_ONCE
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """For some ``points`` (n x 2) after the other, those of ``others`` (m x 2) within ``reach`` metres.

    Yields positions in ``points``, positions in ``others`` and their distances; every pair comes once.
    """
    if not len(points) or not len(others):
        return
    tree = cKDTree(others)
    found = np.cumsum(tree.query_ball_point(points, reach, return_length=True))
    start, before = 0, 0
    while start < len(points):
        end = max(start + 1, int(np.searchsorted(found, before + at_once, side="right")))
        near = cKDTree(points[start:end]).sparse_distance_matrix(tree, reach, output_type="ndarray")
        yield near["i"] + start, near["j"], near["v"]
        start, before = end, int(found[end - 1])


def _rising(edges: Sequence[float]) -> NDArray[np.float64]:
    limits = np.asarray(edges, dtype=np.float64)
    if len(limits) < 2 or limits[0] < 0 or not (np.diff(limits) > 0).all() or not np.isfinite(limits).all():
        raise ValueError("band edges must rise from 0 or more")
    if len(limits) > np.iinfo(np.int8).max:
        raise ValueError("too many bands")
    return limits
