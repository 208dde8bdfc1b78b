"""Places a patrol can stand at: square cells in projected metres, named by the block most records give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows, along
from ilp_core.domain.blocks import block_label

#: A city's blocks are named again and again, at every question.
_label: Final = lru_cache(maxsize=65_536)(block_label)

#: Between the 150 m cells of Basford et al. 2021 and the 250 m boxes of ResourceRouter (doctrine 3.6, peers).
CELL_M: Final = 200
#: Cells are numbered on a map of all of them where it holds at most so many for each row.
_MAPPED_PER_ROW: Final = 4


def cell_keys(frame: IncidentFrame, rows: Rows) -> NDArray[np.int64]:
    """One integer per cell of CELL_M metres; rows must be located."""
    east = np.floor(frame.column["x"][rows] / CELL_M).astype(np.int64)
    north = np.floor(frame.column["y"][rows] / CELL_M).astype(np.int64)
    return _key(east, north)


def _key(east: NDArray[np.int64], north: NDArray[np.int64]) -> NDArray[np.int64]:
    return (east << 32) | (north & 0xFFFFFFFF)


def numbered_cells(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], Rows]:
    """The distinct cells of ``rows`` by their keys, sorted, and the place of each row among them."""
    if not len(rows):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.intp)
    keys = cell_keys(frame, rows)
    east, north = keys >> 32, (keys << 32) >> 32
    west, south = int(east.min()), int(north.min())
    columns, lines = int(east.max()) - west + 1, int(north.max()) - south + 1
    if columns * lines > _MAPPED_PER_ROW * len(rows):
        cells, place_of = np.unique(keys, return_inverse=True)
        return cells, place_of
    # Many rows in one city: to count them on a map of it takes a tenth of sorting them.
    on_map = (east - west) * lines + (north - south)
    held = np.flatnonzero(np.bincount(on_map))
    cells = _key(held // lines + west, held % lines + south)
    order = np.argsort(cells)
    number = np.zeros(columns * lines, dtype=np.intp)
    number[held[order]] = np.arange(len(held))
    return cells[order], number[on_map]


def neighbours(key: int) -> frozenset[int]:
    """The eight cells round a cell."""
    east, north = key >> 32, key & 0xFFFFFFFF
    return frozenset(
        ((east + step_east) << 32) | ((north + step_north) & 0xFFFFFFFF)
        for step_east in (-1, 0, 1)
        for step_north in (-1, 0, 1)
        if step_east or step_north
    )


def name_of(frame: IncidentFrame, rows: Rows) -> str:
    """The label of the block that most of ``rows`` give; the first in the alphabet among equals, else ''."""
    blocks = frame.column["block"][rows]
    blocks = blocks[blocks >= 0]
    if not len(blocks):
        return ""
    counts = Counter(blocks.tolist())
    most = max(counts.values())
    return min(_label(frame.words["block"][position]) for position, count in counts.items() if count == most)


def middle_of(frame: IncidentFrame, rows: Rows) -> tuple[float, float]:
    """The median position of ``rows`` in projected metres: a street point, not a cell's empty centre."""
    return _median(frame.column["x"][rows]), _median(frame.column["y"][rows])


def _median(values: NDArray[np.float64]) -> float:
    """The median of a few numbers, in a tenth of the time of numpy's."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def area_of(frame: IncidentFrame, rows: Rows, kind: str) -> str | None:
    """The code of the area of ``kind`` that most of ``rows`` name, the first among equals; None where none does."""
    # What is unknown is -1, and counted before all others.
    counts = np.bincount(along(frame.column[kind], rows) + 1, minlength=1)[1:]
    if not counts.any():
        return None
    return min(frame.words[kind][position] for position in np.flatnonzero(counts == counts.max()))


def block_points(frame: IncidentFrame, rows: Rows) -> Mapping[str, tuple[float, float]]:
    """The mean position of every block that ``rows`` name, in projected metres, by its spelling in records."""
    rows = rows[frame.located[rows] & (frame.column["block"][rows] >= 0)]
    blocks, inverse, counts = np.unique(frame.column["block"][rows], return_inverse=True, return_counts=True)
    east = np.bincount(inverse, weights=frame.column["x"][rows], minlength=len(blocks)) / np.maximum(counts, 1)
    north = np.bincount(inverse, weights=frame.column["y"][rows], minlength=len(blocks)) / np.maximum(counts, 1)
    names = frame.words["block"]
    return {names[block]: (float(x), float(y)) for block, x, y in zip(blocks, east, north, strict=True)}
