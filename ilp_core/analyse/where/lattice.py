"""Neighbourhoods on the grid: sums over a cell and the cells round it, by shifted additions.

On a regular grid the spatial lag of every statistic here (Gi*, Moran) is a convolution. Only cells of the study area
count, as cells and as neighbours: at the city's edge a cell has fewer neighbours, not empty ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.where.grid import Grid

Values = NDArray[np.float64]

#: A band that ends on a cell's middle holds that cell, whatever the last digit of the division says.
_HAIR: Final = 1e-9


@dataclass(frozen=True)
class Reach:
    """The shape of a neighbourhood: for each row of cells from the southernmost on, how many cells it reaches to
    either side of the middle column. The number of rows is odd."""

    widths: tuple[int, ...]

    @property
    def deep(self) -> int:
        """How many rows of cells it reaches north and south."""
        return len(self.widths) // 2

    def around(self, laid: Values) -> Values:
        """Per cell of a (rows, columns) rectangle the sum over its neighbourhood, itself included.

        Only additions of the values themselves: whole numbers stay exact, and where nothing lies the sum is zero.
        """
        rows, columns = laid.shape
        deep, wide = self.deep, max(self.widths)
        padded = np.zeros((rows + 2 * deep, columns + 2 * wide))
        padded[deep : deep + rows, wide : wide + columns] = laid
        total = np.zeros((rows, columns))
        across = padded[:, wide : wide + columns].copy()
        for width in range(wide + 1):
            if width:
                across += padded[:, wide - width : wide - width + columns]
                across += padded[:, wide + width : wide + width + columns]
            for step, own in enumerate(self.widths):
                if own == width:
                    total += across[step : step + rows]
        return total


#: The cell and the eight that touch it.
QUEEN: Final = Reach((1, 1, 1))


def band(metres: float, size: float) -> Reach:
    """All cells of ``size`` metres whose middles lie within ``metres`` of a cell's own.

    Raises ValueError where not even the nearest cell lies within.
    """
    steps = metres / size
    if steps < 1 - _HAIR:
        raise ValueError(f"a band of {metres:g} m holds no neighbour among cells of {size:g} m")
    deep = int(steps + _HAIR)
    rows = np.arange(-deep, deep + 1)
    widths = np.floor(np.sqrt(np.maximum(steps**2 - rows**2, 0.0)) + _HAIR).astype(int)
    return Reach(tuple(widths.tolist()))


@dataclass(frozen=True)
class Lattice:
    """The cells of a grid with their neighbourhoods."""

    grid: Grid
    reach: Reach = QUEEN

    @cached_property
    def members(self) -> Values:
        """Per cell, how many cells of the study area its neighbourhood holds, itself included."""
        return self.sums(np.ones(len(self.grid)))

    @cached_property
    def unspread(self) -> Values:
        """Per cell, one over the standard deviation of its sum were the cells' values, of variance one, dealt out
        anew; zero where its neighbourhood holds every cell."""
        cells = len(self.grid)
        spread = np.sqrt(self.members * (cells - self.members) / max(cells - 1, 1))
        return np.divide(1.0, spread, out=np.zeros(cells), where=spread > 0)

    def sums(self, values: Values) -> Values:
        """Per cell, the sum of ``values`` (one per cell) over its neighbourhood, itself included."""
        if len(self.grid) == self.grid.inside.size:
            return self.reach.around(values.reshape(self.grid.shape)).ravel()
        return self.reach.around(self.grid.spread(values)).ravel()[self.grid.flat]
