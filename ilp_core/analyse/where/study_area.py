"""The study area: where events may come to lie, told from the records before the first week alone.

Cells that hold a record are the city only where records are many. Where they are few, half of the next events may lie
in cells that had none: scored on the old cells alone, every forecast would be too high and every method too good. So
the area grows by rings of neighbours until the newest of the old records would have lain in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ilp_core.analyse.where.grid import Grid, grid_over

Positions = NDArray[np.float64]

#: Outlines that hold a smaller share of the records than this are not the city's own [this project's choice].
MOST_WITHIN: Final = 0.95
#: The newest share of the records that the area is tried on, the share of them that may lie off it, and the most
#: rings of neighbours that it grows by [this project's choice].
TRIED: Final = 0.10
MOST_OFF: Final = 0.02
MOST_RINGS: Final = 8


def study_area(
    x: Positions, y: Positions, size: float, outline: shapely.Geometry | None = None
) -> tuple[Grid, int | None]:
    """The grid of a city and by how many rings its cells were widened; None for the ``outline``'s own cells.

    ``x`` and ``y`` are the positions of past records in order of time. Raises ValueError where there is none.
    """
    if outline is not None and shapely.contains_xy(outline, x, y).mean() >= MOST_WITHIN:
        return grid_over(x, y, size, outline), None
    rings = _rings(x, y, size)
    return widened(grid_over(x, y, size), rings), rings


def widened(grid: Grid, rings: int) -> Grid:
    """The grid with so many rings of neighbours, corners too, round every cell."""
    if not rings:
        return grid
    inside = binary_dilation(np.pad(grid.inside, rings), np.ones((3, 3), dtype=bool), iterations=rings)
    return Grid(grid.size, grid.west - rings, grid.south - rings, inside)


def _rings(x: Positions, y: Positions, size: float) -> int:
    newest = len(x) - max(1, round(TRIED * len(x)))
    if newest < 1:
        return MOST_RINGS
    older = grid_over(x[:newest], y[:newest], size)
    for rings in range(MOST_RINGS):
        if (widened(older, rings).cell_of(x[newest:], y[newest:]) < 0).mean() <= MOST_OFF:
            return rings
    return MOST_RINGS
