"""Units of place: the cells of a grid, street blocks, or areas, as one index that rankings work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.places import name_of
from ilp_core.analyse.where.grid import Grid
from ilp_core.domain.blocks import block_label

AreaUnit = Literal["beat", "district", "neighbourhood", "force"]
UnitKind = Literal["cell", "block", "beat", "district", "neighbourhood", "force"]
NO_ROWS: Final = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Units:
    """Which unit each of some rows lies in.

    ``unit_of`` gives per row its unit, -1 where it lies in none. ``codes`` are, per unit, the cell's number on
    ``grid`` or the position in the vocabulary ``words`` of blocks or areas. Units without a row count as quiet ones.
    """

    kind: UnitKind
    unit_of: NDArray[np.intp]
    codes: NDArray[np.intp]
    words: Sequence[str] = ()
    grid: Grid | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def key(self, unit: int) -> str:
        """What names the unit whatever the data version: a block or area as records spell it, a cell by its size
        and its place east and north of the projection's origin, counted in cells."""
        if self.grid is None:
            return self.words[int(self.codes[unit])]
        east, north = self.place(unit)
        return f"{self.grid.size:g}:{east}:{north}"

    def place(self, unit: int) -> tuple[int, int]:
        """A cell's place east and north of the projection's origin, in cells."""
        assert self.grid is not None
        north, east = divmod(int(self.grid.flat[self.codes[unit]]), self.grid.shape[1])
        return self.grid.west + east, self.grid.south + north

    def label(self, frame: IncidentFrame, unit: int, rows: Rows) -> str:
        """What an officer reads: the block, that most ``rows`` of a cell name, or the area's code."""
        if self.grid is not None:
            return name_of(frame, rows)
        word = self.words[self.codes[unit]]
        return block_label(word) if self.kind == "block" else word


def cells_of(frame: IncidentFrame, rows: Rows, grid: Grid) -> Units:
    """The cells of ``grid``: all of its study area, whether or not a row lies there."""
    cell = grid.cell_of(frame.column["x"][rows], frame.column["y"][rows])
    return Units("cell", cell, np.arange(len(grid)), grid=grid)


def blocks_of(frame: IncidentFrame, rows: Rows, ground: Rows = NO_ROWS) -> Units:
    """The street blocks that ``rows`` name, and as quiet ones those that ``ground``, rows of a longer time, name."""
    return _named(frame, "block", rows, ground)


def areas_of(frame: IncidentFrame, rows: Rows, kind: AreaUnit, ground: Rows = NO_ROWS) -> Units:
    """The areas of ``kind`` that ``rows`` name, and as quiet ones those that ``ground`` names."""
    return _named(frame, kind, rows, ground)


def _named(frame: IncidentFrame, kind: UnitKind, rows: Rows, ground: Rows) -> Units:
    column, words = frame.column[kind], frame.words[kind]
    # What only rows name that may not rank is no unit: else adding such rows would change how many are quiet (G05).
    named = np.zeros(len(words) + 1, dtype=bool)
    named[column[rows]] = True
    named[column[ground]] = True
    codes = np.flatnonzero(named[:-1])
    number = np.full(len(words) + 1, -1, dtype=np.intp)
    number[codes] = np.arange(len(codes))
    return Units(kind, number[column[rows]], codes, words)
