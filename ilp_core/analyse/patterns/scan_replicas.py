"""What chance alone makes of the space-time scan: its highest statistic on shuffled dates, many times over.

Dates are shuffled over the same places, so that how much each place and each day has stays as it is, and with it
every cylinder's expected count. Only counts change. A cylinder's statistic grows with its count, so that beside the
best found so far only cylinders whose count reaches a number known beforehand need to be looked at. No cylinder that
could be the highest is left out: the highest statistic of each replica is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from ilp_core.analyse.patterns.scan_zones import Block, Integers, Zones

Numbers = NDArray[np.float64]

#: Replicas counted together. Each batch has its own seed, so that the number of threads changes nothing.
BATCH: Final = 250
#: Counts needed are looked up for statistics in steps of this much.
STEP: Final = 0.5


def log_likelihood_ratio(count: NDArray[Any] | float, expected: NDArray[Any] | float, total: float) -> Numbers:
    """The logarithm of the Poisson generalised likelihood ratio of a cylinder (Kulldorff et al. 2005).

    ``count`` events where ``expected`` were, of ``total`` in all; 0 where it holds no more than expected.
    """
    count, expected = np.broadcast_arrays(np.asarray(count, dtype=np.float64), np.asarray(expected, dtype=np.float64))
    ratio = np.zeros(count.shape)
    more = count > expected
    c, mu = count[more], expected[more]
    ratio[more] = xlogy(c, c / mu) + xlogy(total - c, (total - c) / (total - mu))
    return np.maximum(ratio, 0.0)


@dataclass(frozen=True)
class Cylinders:
    """The search set: ``zones``, each with every window of ``windows`` (days back from the present, today being 1).

    ``recent`` is how many events each window holds, ``cell`` and ``age`` the cell and the whole days of age of every
    event, ``least`` the fewest events of a cluster. Windows at which no event joins are left out of ``windows``.
    """

    zones: Zones
    windows: Integers
    recent: Integers
    cell: Integers
    age: Integers
    least: int
    _needed: dict[int, NDArray[np.int64]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def total(self) -> int:
        """How many events there are."""
        return len(self.cell)

    def expected(self, zone: NDArray[Any] | int, window: NDArray[Any] | int) -> Numbers:
        """The expected count: events of the zone times events of the window by all events (Kulldorff et al. 2005)."""
        return np.asarray(self.zones.held[zone] * self.recent[window] / self.total)

    def observed(self) -> tuple[Integers, Numbers]:
        """The count and the statistic of every cylinder: arrays zones x windows."""
        per_cell = np.zeros((len(self.zones.cells), len(self.windows)), dtype=np.int64)
        window = np.searchsorted(self.windows, self.age, side="right")
        recent = window < len(self.windows)
        np.add.at(per_cell, (self.cell[recent], window[recent]), 1)
        per_cell = per_cell.cumsum(axis=1)
        counts = np.empty((len(self.zones), len(self.windows)), dtype=np.int64)
        for block in self.zones.blocks:
            counts[block.first : block.last] = block.counts(per_cell)
        zone, place = np.ogrid[: len(self.zones), : len(self.windows)]
        expected = self.expected(zone, place)
        ratio = log_likelihood_ratio(counts, expected, self.total)
        ratio[counts < self.least] = 0.0
        return counts, ratio

    def needed(self, step: int) -> NDArray[np.int64]:
        """The smallest count whose statistic reaches ``step`` times STEP, by window and by events of the zone; one
        more than the zone holds where none does."""
        if step not in self._needed:
            held = np.arange(1, self.zones.most + 1)
            expected = held * self.recent[:, None] / self.total
            low = np.maximum(np.floor(expected).astype(np.int64) + 1, self.least)
            high = np.broadcast_to(held + 1, low.shape).copy()
            low = np.minimum(low, high)
            while (low < high).any():
                middle = (low + high) // 2
                reached = log_likelihood_ratio(np.minimum(middle, self.total), expected, self.total) >= step * STEP
                high = np.where(reached, middle, high)
                low = np.where(reached | (low >= high), low, middle + 1)
            # Two threads may both come here: they find the same.
            # In front, the zone without events, so that the number of events is the place to look at.
            self._needed[step] = np.column_stack([np.ones(len(high), dtype=np.int64), high])
        return self._needed[step]


def highest_by_chance(cylinders: Cylinders, replicas: int, seed: int, threads: int) -> Numbers:
    """The highest statistic of any cylinder in each of ``replicas`` shuffles of the dates; 0 where none has more than
    expected. The same for the same ``seed`` and events, whatever their order and the number of ``threads``."""
    sizes = [min(BATCH, replicas - start) for start in range(0, replicas, BATCH)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    cell, age = np.sort(cylinders.cell), np.sort(cylinders.age)
    age = age.astype(np.min_scalar_type(int(age.max(initial=0))))

    def batch(size: int, own: np.random.SeedSequence) -> Numbers:
        shuffled = np.random.default_rng(own).permuted(np.broadcast_to(age, (size, len(age))), axis=1)
        return highest(cylinders, cell, shuffled)

    if threads < 2 or len(sizes) < 2:
        parts = [batch(size, own) for size, own in zip(sizes, seeds, strict=True)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(batch, sizes, seeds))
    return np.concatenate([np.empty(0), *parts])


def highest(cylinders: Cylinders, cell: Integers, ages: Integers) -> Numbers:
    """The highest statistic of any cylinder for each row of ``ages``, an array (replicas x events) of the events in
    ``cell``; 0 where none has more than expected. Every row must hold the ages that ``cylinders`` was made for."""
    best = np.zeros(len(ages))
    for window, per_cell in enumerate(_recent(cylinders, cell, ages)):
        for block in cylinders.zones.blocks:
            _raise(cylinders, block, window, per_cell, best)
    return best


def _recent(cylinders: Cylinders, cell: Integers, ages: Integers) -> Iterator[NDArray[np.integer]]:
    """Events by cell and replica, window by window: one array, to which the days that join are added."""
    # Small whole numbers where they suffice: twice as many go through a core at a time.
    kind: type[np.signedinteger] = np.int16 if cylinders.zones.most < np.iinfo(np.int16).max else np.int32
    per_cell = np.zeros((len(cylinders.zones.cells), len(ages)), dtype=kind)
    longest = int(cylinders.windows.max(initial=0))
    joins_at = np.searchsorted(cylinders.windows, np.arange(longest), side="right").astype(np.int16)
    replica, event = np.nonzero(ages < longest)
    joins = joins_at[ages[replica, event]]
    order = np.argsort(joins, kind="stable")
    place = (cell[event] * len(ages) + replica)[order]
    edges = np.searchsorted(joins[order], np.arange(len(cylinders.windows) + 1))
    for start, end in pairwise(edges.tolist()):
        np.add.at(per_cell.reshape(-1), place[start:end], kind(1))
        yield per_cell


def _raise(cylinders: Cylinders, block: Block, window: int, per_cell: NDArray[np.integer], best: Numbers) -> None:
    """Raise the ``best`` of each replica to the highest of the block's zones with this window."""
    counts = block.counts(per_cell)
    held = cylinders.zones.held[block.first : block.last]
    needed = cylinders.needed(int(best.min() / STEP))[window][held].astype(counts.dtype)
    passed = np.flatnonzero(counts >= needed[:, None])
    if not len(passed):
        return
    zone, replica = np.divmod(passed, counts.shape[1])
    expected = cylinders.expected(block.first + zone, window)
    ratio = log_likelihood_ratio(counts.reshape(-1)[passed], expected, cylinders.total)
    np.maximum.at(best, replica, ratio)
