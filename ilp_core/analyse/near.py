"""Near: how many of many points lie within each of a few distances of others, counted at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

#: Pairs looked at in one go: as many as the processor's own memory holds [this project's choice].
_MOST_PAIRS: Final = 1 << 15
#: Squares to a largest radius: more of them leave fewer pairs to look at, in more runs [measured: 3 is fastest].
_FINE: Final = 3
#: Where points lie so far apart that squares as fine would be more than this, they are wider.
_MOST_SQUARES: Final = 1 << 18


def count_near(
    points: Points,
    centres: Points,
    radii: Sequence[float],
    kinds: tuple[NDArray[np.integer], NDArray[np.integer]] | None = None,
) -> NDArray[np.int64]:
    """How many of ``points`` (n x 2, metres) lie within each of ``radii`` (rising) of each of ``centres`` (m x 2).

    ``kinds`` of the points and of the centres are small whole numbers from 0 on: then only points of a centre's own
    kind count, as if each kind were counted by itself. Exact, with a point on the circle inside it.

    Points are sorted into squares; each centre looks at the rows of squares round it that its largest circle can
    reach, whose points stand together in that order.
    """
    counts = np.zeros((len(centres), len(radii)), dtype=np.int64)
    if not len(points) or not len(centres):
        return counts
    reach = radii[-1]
    low = centres.min(axis=0) - reach
    size = centres.max(axis=0) + reach - low
    # A hair wider, so that rounding never puts a point on the circle one square too far.
    side = max(reach / _FINE, float(np.sqrt(size[0] * size[1] / _MOST_SQUARES))) * (1 + 1e-9)
    steps = int(np.ceil(reach / side))
    width, height = (int(length // side) + 2 * steps + 2 for length in size)
    of_centre = np.floor((centres - low) / side).astype(np.int64) + steps
    east, north = points[:, 0].copy(), points[:, 1].copy()
    column = np.floor((east - low[0]) / side).astype(np.int64) + steps
    row = np.floor((north - low[1]) / side).astype(np.int64) + steps
    inside = np.flatnonzero((column >= 0) & (column < width) & (row >= 0) & (row < height))
    left = (of_centre[:, 1, None] + np.arange(-steps, steps + 1)) * width + of_centre[:, 0, None] - steps
    across = 2 * steps + 1
    if len(centres) * across**2 * 4 < width * height:
        # Of few centres most points are out of reach: they need not be sorted.
        reached = np.zeros(width * height, dtype=bool)
        reached[left[:, :, None] + np.arange(across)] = True
        inside = inside[np.flatnonzero(reached[row[inside] * width + column[inside]])]
    key = row[inside] * width + column[inside]
    # numpy sorts short integers by their digits, far faster than long ones.
    order = np.argsort(key.astype(np.uint16) if width * height < 1 << 16 else key, kind="stable")
    squares = width * height
    if kinds is not None:
        # A map of squares for each kind, one after the other.
        kind = kinds[0][inside].astype(np.int16)
        order = order[np.argsort(kind[order], kind="stable")]
        key += kind.astype(np.int64) * (width * height)
        left += kinds[1].astype(np.int64)[:, None] * (width * height)
        squares *= 1 + int(max(kinds[0].max(), kinds[1].max()))
    edges = np.concatenate([[0], np.cumsum(np.bincount(key, minlength=squares))])
    order = inside[order]
    east, north = east[order], north[order]
    first = edges[left]
    number = edges[left + across] - first
    pairs = np.cumsum(number.sum(axis=1))
    start = 0
    while start < len(centres):
        done = int(pairs[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(pairs, done + _MOST_PAIRS, side="right")))
        counts[start:end] = _count(east, north, centres[start:end], first[start:end], number[start:end], radii)
        start = end
    return counts


def _count(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    centres: Points,
    first: NDArray[np.int64],
    number: NDArray[np.int64],
    radii: Sequence[float],
) -> NDArray[np.int64]:
    """Of each centre's runs of points, how many lie within each radius."""
    lengths = number.ravel()
    ends = np.cumsum(lengths)
    looked = np.arange(int(ends[-1])) + np.repeat(first.ravel() - ends + lengths, lengths)
    own = number.sum(axis=1)
    across, up = east[looked], north[looked]
    across -= np.repeat(centres[:, 0], own)
    up -= np.repeat(centres[:, 1], own)
    across *= across
    up *= up
    across += up
    rings = len(radii) + 1
    # A few comparisons of all pairs are faster than a search for each.
    beyond = np.zeros(len(across), dtype=np.int8)
    for radius in radii:
        beyond += across > radius**2
    ring = np.repeat(np.arange(0, len(centres) * rings, rings), own)
    ring += beyond
    table = np.bincount(ring, minlength=len(centres) * rings).reshape(len(centres), rings)
    return np.cumsum(table[:, :-1], axis=1)
