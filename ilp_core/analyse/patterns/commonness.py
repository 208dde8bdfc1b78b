"""Commonness: how usual a trait is round a case, so that agreeing on it is not taken for more than it says.

Two thefts on airport ground agree on a premise that is rare in the city, but next to an airport every theft would.
What counts is how common the trait is within reach, so shares are taken from the cells round each case and drawn
towards the city's share where few cases lie there.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import Rows

Floats = NDArray[np.float64]

#: Side of the cells in metres; a case's surroundings are its own cell and the eight round it [this project's choice].
TRAIT_CELL_M: Final = 500.0
CROWD_CELL_M: Final = 200.0
#: The city's share counts as this many cases of the surroundings [this project's choice].
PRIOR_CASES: Final = 10.0
#: Up to which rank among all cases a case's surroundings are quiet, and up to which busy; above, very busy
#: [this project's choice].
CROWD_RANKS: Final = (0.5, 0.9)
CROWDS: Final = len(CROWD_RANKS) + 1


def cells(x: Floats, y: Floats, size: float) -> NDArray[np.int64]:
    """One integer per cell of ``size`` metres; its neighbours' differ by 1 and by 2^31."""
    east, north = np.floor(x / size).astype(np.int64), np.floor(y / size).astype(np.int64)
    return (east << 31) + north


def around(cell: NDArray[np.int64], trait: Rows) -> Floats:
    """How many other cases with the same trait lie in each case's cell and the eight round it."""
    traits = int(trait.max(initial=0)) + 1
    # Cells are numbered first: a key of cell and trait then fits an integer with room to spare.
    distinct, own = np.unique(cell, return_inverse=True)
    keys, counts = np.unique(own * traits + trait, return_counts=True)
    total = np.zeros(len(cell))
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            number = _place(distinct, distinct + (east << 31) + north)[own]
            there = _place(keys, number * traits + trait)
            total += np.where((number >= 0) & (there >= 0), counts[there], 0)
    return total - 1


def _place(values: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where each wanted value stands among ``values`` (sorted); -1 where it is not."""
    place = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return np.where(values[place] == wanted, place, -1)


def local_shares(x: Floats, y: Floats, trait: Rows) -> Floats:
    """The share of the cases round each case that have its trait, drawn towards the share in the whole city."""
    cell = cells(x, y, TRAIT_CELL_M)
    same, every = around(cell, trait), around(cell, np.zeros(len(cell), dtype=np.intp))
    city = (np.bincount(trait)[trait] - 1) / max(len(trait) - 1, 1)
    return np.asarray((same + PRIOR_CASES * city) / (every + PRIOR_CASES))


def crowd(x: Floats, y: Floats) -> NDArray[np.intp]:
    """0 where it is quiet round a case, 1 where it is busy, 2 where it is very busy, among these cases."""
    counts = around(cells(x, y, CROWD_CELL_M), np.zeros(len(x), dtype=np.intp))
    return np.searchsorted(np.quantile(counts, CROWD_RANKS), counts, side="left") if len(x) else np.empty(0, np.intp)
