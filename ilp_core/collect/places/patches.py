"""Patches: points of one name that lie together, so that Main Street in two towns is two streets and no middle."""

from __future__ import annotations

from typing import Final, overload

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Metres = npt.NDArray[np.float64]

#: Metres in a degree of latitude (the mean meridian).
METRES_PER_DEGREE: Final = 111_195.0


#: A table of counts may have this many cells a record before sorting is the quicker way [measured].
_TABLE: Final = 4


def local_metres(lat: Metres, lon: Metres, middle: tuple[float, float]) -> tuple[Metres, Metres]:
    """Metres east and north of ``middle`` (lat, lon), on a plane that touches there; good for a county's width."""
    narrower = max(0.01, float(np.cos(np.radians(middle[0]))))
    return (lon - middle[1]) * METRES_PER_DEGREE * narrower, (lat - middle[0]) * METRES_PER_DEGREE


@overload
def degrees_of(x: float, y: float, middle: tuple[float, float]) -> tuple[float, float]: ...
@overload
def degrees_of(x: Metres, y: Metres, middle: tuple[float, float]) -> tuple[Metres, Metres]: ...
def degrees_of(
    x: float | Metres, y: float | Metres, middle: tuple[float, float]
) -> tuple[float | Metres, float | Metres]:
    """Latitude and longitude of what ``local_metres`` gave."""
    narrower = max(0.01, float(np.cos(np.radians(middle[0]))))
    return y / METRES_PER_DEGREE + middle[0], x / (METRES_PER_DEGREE * narrower) + middle[1]


def patches(name: Numbers, x: Metres, y: Metres, size: float) -> Numbers:
    """The patch of every point, from 0 on: points of one ``name`` (0 and up) in touching squares of ``size`` metres.

    Two points less than ``size`` apart are always in one patch; a gap of more than 2.83 times ``size`` (two squares'
    diagonals) always parts two. Squares instead of true distances make it linear in the number of points.
    """
    # Imported here: scipy takes its time, and most commands build no gazetteer.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if len(name) == 0:
        return np.empty(0, dtype=np.int64)
    # A border of one empty square keeps neighbours of the last column out of the next row.
    column = np.floor((x - x.min()) / size).astype(np.int64) + 1
    row = np.floor((y - y.min()) / size).astype(np.int64) + 1
    rows, columns = int(row.max()) + 2, int(column.max()) + 2
    squares, where = np.unique((name * columns + column) * rows + row, return_inverse=True)
    ends: list[Numbers] = []
    for step in (rows, 1, rows + 1, rows - 1):
        place = np.searchsorted(squares, squares + step)
        place[place == len(squares)] = 0
        touching = np.flatnonzero(squares[place] == squares + step)
        ends.append(np.stack((touching, place[touching])))
    first, second = np.concatenate(ends, axis=1)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(len(squares), len(squares)))
    _, labels = connected_components(graph, directed=False)
    patch: Numbers = labels.astype(np.int64)[where]
    return patch


def medians(group: Numbers, groups: int, values: Metres) -> Metres:
    """The median of ``values`` in each group 0 to ``groups`` - 1, none of which is empty.

    One plain sort of one key is several times as fast as a sort by group and value. With a thousand kilometres and a
    million groups the key still holds a tenth of a millimetre.
    """
    counts = np.bincount(group, minlength=groups)
    start = np.cumsum(counts) - counts
    lowest = values.min(initial=0.0)
    span = float(np.ceil(values.max(initial=0.0) - lowest)) + 1.0
    key = np.sort(group * span + (values - lowest))
    middle: Metres = (
        (key[start + (counts - 1) // 2] + key[start + counts // 2]) / 2 - np.arange(groups) * span + lowest
    )
    return middle


def commonest(group: Numbers, groups: int, code: Numbers) -> Numbers:
    """The code that most points of each group have, the lowest of equals; -1 where all have none (below 0)."""
    kinds = int(code.max(initial=0)) + 1
    if groups * kinds <= _TABLE * len(group):
        # The least of equals comes first in a table, and argmax takes the first.
        cells = np.bincount((group * kinds + code)[code >= 0], minlength=groups * kinds).reshape(groups, kinds)
        return np.where(cells.any(axis=1), cells.argmax(axis=1), -1)
    pairs, counts = np.unique((group * kinds + code)[code >= 0], return_counts=True)
    best = np.full(groups, -1, dtype=np.int64)
    # Read from the worst to the best, so that the best is written last.
    order = np.lexsort((-pairs, counts))
    best[pairs[order] // kinds] = pairs[order] % kinds
    return best
