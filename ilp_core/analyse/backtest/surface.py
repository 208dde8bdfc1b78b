"""Surfaces: kernels over a grid as sums over neighbouring cells, exact for positions on a grid five times as fine.

A kernel is fixed once as a table: what an event in each of the 5 x 5 parts of a cell adds to each cell in reach, as
the mean over that cell's own 5 x 5 parts. A surface is then one product of counts and table and some shifted sums.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.history import History
from ilp_core.analyse.where.grid import Grid

Floats = NDArray[np.float64]
#: The weight of an event at distances in metres.
Kernel = Callable[[Floats], Floats]

#: Parts of a cell along each side: 50 m in cells of 250 m, the cell of Bowers, Johnson & Pease (2004).
PARTS: Final = 5
#: A Gaussian is cut where it has fallen below 1 % of its middle [this project's choice].
GAUSSIAN_REACH: Final = 3.1


def quartic(distance: Floats, bandwidth: float) -> Floats:
    """The quartic (biweight) kernel, not normed: (1 - (d/h)^2)^2 within ``bandwidth``, 0 beyond (Chainey & Ratcliffe
    2005; the kernel of open_cp's retrospective hotspots)."""
    inside = np.clip(1.0 - (distance / bandwidth) ** 2, 0.0, None)
    return np.asarray(inside**2)


def gaussian(distance: Floats, bandwidth: float) -> Floats:
    """The Gaussian kernel, not normed, with ``bandwidth`` as its standard deviation."""
    return np.asarray(
        np.where(distance <= GAUSSIAN_REACH * bandwidth, np.exp(-0.5 * (distance / bandwidth) ** 2), 0.0)
    )


def inverse_bands(distance: Floats, reach: float, band: float) -> Floats:
    """1 / (1 + d) with d the number of whole bands between event and place, within ``reach`` (Bowers et al. 2004)."""
    return np.asarray(np.where(distance < reach, 1.0 / (1.0 + np.floor(distance / band)), 0.0))


def parts_of(history: History) -> NDArray[np.intp]:
    """Which part of its cell each event lies in, from 0 to PARTS^2 - 1, row by row from the south-west."""
    size = history.grid.size
    east = np.clip(((history.x / size) % 1.0 * PARTS).astype(np.intp), 0, PARTS - 1)
    north = np.clip(((history.y / size) % 1.0 * PARTS).astype(np.intp), 0, PARTS - 1)
    return north * PARTS + east


def surface(history: History, kernel: str, scale: float, reach: float, weights: Floats | None = None) -> Floats:
    """What the events of ``history``, each with its weight, add up to in each cell of the study area.

    ``kernel`` is one of KERNELS; ``scale`` its bandwidth or band and ``reach`` how far it counts, in metres.
    """
    grid, squared = history.grid, PARTS * PARTS
    slot = history.cell * squared + parts_of(history)
    counts = np.bincount(slot, weights=weights, minlength=len(grid) * squared).astype(np.float64)
    offsets, table = _table(kernel, scale, reach, grid.size)
    added = counts.reshape(len(grid), squared) @ table
    return _gathered(grid, offsets, added)


def _gathered(grid: Grid, offsets: tuple[tuple[int, int], ...], added: Floats) -> Floats:
    """What every cell receives from its neighbours: ``added`` holds, per cell, what it gives to each offset."""
    rows, columns = grid.shape
    edge = max(max(abs(north), abs(east)) for north, east in offsets)
    wide = np.zeros((rows + 2 * edge, columns + 2 * edge))
    for number, (north, east) in enumerate(offsets):
        wide[edge + north : edge + north + rows, edge + east : edge + east + columns] += grid.spread(added[:, number])
    inner = wide[edge : edge + rows, edge : edge + columns]
    return np.asarray(inner.ravel()[grid.flat])


@lru_cache(maxsize=32)
def _table(kernel: str, scale: float, reach: float, size: float) -> tuple[tuple[tuple[int, int], ...], Floats]:
    """The offsets (north, east) of cells in reach, and the table of shape (PARTS^2, offsets)."""
    steps = int(np.ceil(reach / size))
    offsets = tuple((north, east) for north in range(-steps, steps + 1) for east in range(-steps, steps + 1))
    middle = (np.arange(PARTS) + 0.5) * size / PARTS
    north, east = (axis.ravel() for axis in np.meshgrid(middle, middle, indexing="ij"))
    table = np.empty((PARTS * PARTS, len(offsets)))
    for number, (up, right) in enumerate(offsets):
        away = np.hypot(north[None, :] + up * size - north[:, None], east[None, :] + right * size - east[:, None])
        table[:, number] = KERNELS[kernel](away, scale, reach).mean(axis=1)
    table.setflags(write=False)
    return offsets, table


KERNELS: Final[dict[str, Callable[[Floats, float, float], Floats]]] = {
    "quartic": lambda away, scale, _reach: quartic(away, scale),
    "gaussian": lambda away, scale, _reach: gaussian(away, scale),
    "bands": lambda away, scale, reach: inverse_bands(away, reach, scale),
}
