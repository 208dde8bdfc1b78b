"""Grid: a city cut into square cells of projected metres, aligned so that the same place is always the same cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Positions = NDArray[np.float64]

#: Positions between these shares of all, widened by WIDEN of their span, make the grid: one stray point does not
#: make it huge [this project's choice].
CENTRAL: Final = (0.001, 0.999)
WIDEN: Final = 0.25


@dataclass(frozen=True)
class Grid:
    """``rows`` x ``columns`` cells of ``size`` metres, the first in the south-west.

    ``west`` and ``south`` count cells from the projection's origin, so that grids of one size share their lines.
    ``inside``, of shape (rows, columns), is True for the cells of the study area; only they are numbered, from 0, row
    by row.
    """

    size: float
    west: int
    south: int
    inside: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        rows, columns = self.inside.shape
        return rows, columns

    def __len__(self) -> int:
        """How many cells the study area has."""
        return len(self.flat)

    @cached_property
    def flat(self) -> NDArray[np.intp]:
        """The place of every cell of the study area in the flattened rectangle."""
        return np.flatnonzero(self.inside)

    @cached_property
    def _number(self) -> NDArray[np.intp]:
        number = np.full(self.inside.size + 1, -1, dtype=np.intp)
        number[self.flat] = np.arange(len(self.flat))
        return number

    def cell_of(self, x: Positions, y: Positions) -> NDArray[np.intp]:
        """The cell number of each position; -1 off the study area or where a position is not finite."""
        rows, columns = self.shape
        finite = np.isfinite(x) & np.isfinite(y)
        east = np.floor(np.where(finite, x, 0.0) / self.size).astype(np.intp) - self.west
        north = np.floor(np.where(finite, y, 0.0) / self.size).astype(np.intp) - self.south
        on = finite & (east >= 0) & (east < columns) & (north >= 0) & (north < rows)
        return self._number[np.where(on, north * columns + east, self.inside.size)]

    def counts(self, x: Positions, y: Positions, weights: Positions | None = None) -> NDArray[np.float64]:
        """How many positions, or their summed weights, lie in each cell of the study area."""
        cell = self.cell_of(x, y)
        on = cell >= 0
        kept = None if weights is None else weights[on]
        return np.bincount(cell[on], weights=kept, minlength=len(self)).astype(np.float64)

    @cached_property
    def middles(self) -> tuple[Positions, Positions]:
        """The middle of every cell of the study area, as metres east and north."""
        north, east = np.divmod(self.flat, self.shape[1])
        return (self.west + east + 0.5) * self.size, (self.south + north + 0.5) * self.size

    def spread(self, values: NDArray[np.float64], outside: float = 0.0) -> NDArray[np.float64]:
        """Values per cell of the study area laid out as the (rows, columns) rectangle."""
        laid = np.full(self.inside.size, outside, dtype=np.float64)
        laid[self.flat] = values
        return laid.reshape(self.inside.shape)


def grid_over(x: Positions, y: Positions, size: float, outline: shapely.Geometry | None = None) -> Grid:
    """The grid of a city.

    With ``outline`` (projected metres) the study area is every cell whose middle lies in it, or that holds a position
    which does. Without, it is every cell that holds a position, strays far from the rest left out.
    Raises ValueError where no position is finite.
    """
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    if not len(x):
        raise ValueError("a grid needs at least one position")
    if outline is None:
        near = _near(x) & _near(y)
        x, y = x[near], y[near]
    else:
        within = shapely.contains_xy(outline, x, y)
        x, y = x[within], y[within]
    east, north = np.floor(x / size).astype(np.intp), np.floor(y / size).astype(np.intp)
    if outline is not None:
        bounds = np.floor(np.asarray(outline.bounds) / size).astype(np.intp)
        east_span, north_span = (bounds[0], bounds[2]), (bounds[1], bounds[3])
    else:
        east_span, north_span = (east.min(), east.max()), (north.min(), north.max())
    west, south = int(east_span[0]), int(north_span[0])
    inside = np.zeros((int(north_span[1]) - south + 1, int(east_span[1]) - west + 1), dtype=bool)
    if outline is not None:
        rows, columns = np.indices(inside.shape)
        inside |= shapely.contains_xy(outline, (west + columns + 0.5) * size, (south + rows + 0.5) * size)
    inside[north - south, east - west] = True
    return Grid(size, west, south, inside)


def _near(values: Positions) -> NDArray[np.bool_]:
    low, high = np.quantile(values, CENTRAL)
    slack = (high - low) * WIDEN
    return np.asarray((values >= low - slack) & (values <= high + slack))
