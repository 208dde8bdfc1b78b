"""Zones of the space-time scan: discs of square cells that grow from every cell that holds an event.

Which zones there are depends only on where events lie, never on when: dates shuffled over the same places are
searched in the very same zones, as a Monte Carlo test demands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

Integers = NDArray[np.int64]

#: About how many zones are counted in one go: with a batch of replicas they take 3 MB [this project's choice; 1,000
#: took a quarter longer].
ZONES_AT_ONCE: Final = 4_000


@dataclass(frozen=True)
class Block:
    """Zones counted together: rows ``first`` to ``last`` of Zones.

    ``rings`` holds, per zone, the cells that it has and the next smaller one of the same middle has not; ``steps``
    how many middles have a first, a second, a third ... ring. The zones stand ring by ring, in each ring the middles
    in one and the same order.
    """

    first: int
    last: int
    rings: csr_array
    steps: tuple[int, ...]

    def counts(self, per_cell: NDArray[np.integer]) -> NDArray[np.integer]:
        """The sums of ``per_cell`` (cells x columns) over each zone of the block, in the type of ``per_cell``."""
        summed: NDArray[np.integer] = self.rings @ per_cell
        before = 0
        for step, following in pairwise(self.steps):
            start = before + step
            here = summed[start : start + following]
            np.add(here, summed[before : before + following], out=here)
            before = start
        return summed


@dataclass(frozen=True)
class Zones:
    """The zones over ``cells``, an array (n, 2) of whole steps east and north, one row per cell that holds an event.

    Per zone: ``middle`` (its cell), ``reach`` (the squared distance, in cells, to the farthest cell in it) and
    ``held`` (events in it). ``blocks`` cover all zones, in order.
    """

    cells: Integers
    middle: Integers
    reach: Integers
    held: Integers
    blocks: tuple[Block, ...]

    def __len__(self) -> int:
        return len(self.middle)

    @cached_property
    def most(self) -> int:
        """Events in the fullest zone."""
        return int(self.held.max(initial=0))

    def members(self, zone: int) -> Integers:
        """The cells of one zone."""
        return np.flatnonzero(self.distances(int(self.middle[zone])) <= self.reach[zone])

    def distances(self, cell: int) -> Integers:
        """The squared distance of every cell to ``cell``."""
        return np.asarray(((self.cells - self.cells[cell]) ** 2).sum(axis=1))

    def apart(self, zone: int) -> NDArray[np.bool_]:
        """True for the zones that share no cell with ``zone``."""
        members = self.cells[self.members(zone)]
        nearest, _ = cKDTree(members).query(self.cells)
        # Whole numbers under the root: rounding brings them back exactly.
        return np.asarray(np.rint(nearest**2).astype(np.int64)[self.middle] > self.reach)


def zones_over(cells: Integers, held: Integers, reach: float, most: float) -> Zones:
    """All discs of cells round each of ``cells`` up to ``reach`` (in cells) that hold at most ``most`` events.

    ``cells`` are distinct whole steps (n, 2) and ``held`` their events. A disc's middle is a cell's middle, and it
    holds every cell whose middle lies within its radius; radii at which no event joins are left out, as they change
    nothing.
    """
    middle, member, apart = _pairs(cells, reach)
    order = np.lexsort((member, apart, middle))
    middle, member, apart = middle[order], member[order], apart[order]
    opens = np.ones(len(middle), dtype=bool)
    opens[1:] = (middle[1:] != middle[:-1]) | (apart[1:] != apart[:-1])
    zone = np.cumsum(opens) - 1
    own = middle[opens]
    total = np.cumsum(held[member])
    ends = np.append(np.flatnonzero(opens)[1:], len(middle)) - 1
    begins = np.searchsorted(middle, own)
    within = total[ends] - total[begins] + held[member[begins]]
    allowed = within <= most
    return _arranged(cells, own, apart[opens], within, allowed, zone, member)


def _pairs(cells: Integers, reach: float) -> tuple[Integers, Integers, Integers]:
    """Every ordered pair of cells within ``reach``, each cell with itself too, and their squared distance."""
    # A little wide, then exactly: whole squared distances decide which cells lie on the edge.
    found = cKDTree(cells).query_pairs(reach + 1e-6, output_type="ndarray").astype(np.int64)
    itself = np.arange(len(cells))
    middle = np.concatenate([itself, found[:, 0], found[:, 1]])
    member = np.concatenate([itself, found[:, 1], found[:, 0]])
    apart = ((cells[middle] - cells[member]) ** 2).sum(axis=1)
    near = apart <= reach**2 + 1e-9
    return middle[near], member[near], apart[near]


def _arranged(
    cells: Integers,
    middle: Integers,
    reach: Integers,
    within: Integers,
    allowed: NDArray[np.bool_],
    zone: Integers,
    member: Integers,
) -> Zones:
    """The ``allowed`` zones in blocks. ``zone`` and ``member`` say which cell joins at which zone."""
    rings = np.bincount(middle[allowed], minlength=len(cells))
    step = np.arange(len(middle)) - np.searchsorted(middle, middle)
    # Neighbours go into one block, so that it needs few cells. In it, middles with most rings come first: those with
    # a further ring are then always the first of the block.
    block_of = (np.cumsum(rings) - rings) // ZONES_AT_ONCE
    place = np.empty_like(rings)
    place[np.lexsort((-rings, block_of))] = np.arange(len(cells))
    kept = np.flatnonzero(allowed)
    kept = kept[np.lexsort((place[middle[kept]], step[kept], block_of[middle[kept]]))]
    row = np.full(len(middle), -1, dtype=np.int64)
    row[kept] = np.arange(len(kept))
    joins = row[zone]
    on = joins >= 0
    shape = (len(kept), len(cells))
    matrix = csr_array((np.ones(np.count_nonzero(on), dtype=np.int16), (joins[on], member[on])), shape=shape)
    blocks = tuple(_blocks(matrix, block_of[middle[kept]], step[kept]))
    return Zones(cells, middle[kept], reach[kept], within[kept], blocks)


def _blocks(matrix: csr_array, block_of: Integers, step: Integers) -> Iterator[Block]:
    edges = np.flatnonzero(np.diff(block_of, prepend=-1, append=-1))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        steps = np.bincount(step[first:last])
        yield Block(first, last, matrix[first:last], tuple(steps.tolist()))
