"""The Knox table: are events that are close in space also close in time more often than chance lets them be?

Pairs of events are counted by distance band and time band (Knox 1964, Applied Statistics 13:25; the table of many
bands after Johnson et al. 2007, J. Quantitative Criminology 23:201). What chance lets expect is found by dealing the
events' days out to their places anew: that keeps every place's count and every day's count, so that neither hot
places nor busy seasons are mistaken for near repeats. The p-value is (k + 1) / (n + 1), k of n deals reaching what
was observed (Davison & Hinkley 1997, Bootstrap Methods, 4.2): never 0.

Each band holds its lower edge and not its upper one. Days are whole: the band of 0 to 7 holds 0 to 6 days apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis
from ilp_core.analyse.near_repeat.pairs import ClosePairs, Positions, close_pairs
from ilp_core.analyse.sinks import SAME_POINT_M

Counts = NDArray[np.int64]
Ticks = NDArray[np.int64]
Narrow = NDArray[np.int16] | NDArray[np.int64]

#: The same point, as the Near Repeat Calculator (Ratcliffe) keeps it apart, then ten bands of 100 m.
DISTANCE_EDGES_M: Final = (0.0, SAME_POINT_M, *(100.0 * step for step in range(1, 11)))
#: Thirteen weeks, in days.
TIME_EDGES_D: Final = tuple(range(0, 92, 7))
PERMUTATIONS: Final = 999
SIGNIFICANT: Final = 0.05
#: The one question asked of the whole table, fixed before it is seen: pairs within this many metres and days. Of 143
#: cells seven pass by chance; this passes by chance once in twenty [this project's choice of extent: two of the
#: calculator's bands each way].
NEAR_M: Final = 200.0
NEAR_D: Final = 14
THREADS: Final = 2

#: Deals made side by side, so that the days of one event under all of them are two cache lines; pairs looked at in
#: one go, so that what is made of them stays in a core's cache; and how many are added before a byte might overflow.
#: Measured. They change no result but for DEALS, which the streams of random numbers follow.
DEALS: Final = 64
PAIRS_AT_ONCE: Final = 8_192
_FOLD: Final = 128


@dataclass(frozen=True)
class KnoxTable:
    """Counts of pairs by distance band (rows) and time band (columns).

    ``expected`` is the exact mean over all deals, pairs of the distance band times the share of all pairs in the time
    band; ``simulated`` the mean of the deals made, a check on it. ``ratio`` is observed over expected, NaN where
    nothing is expected. ``p`` is for more pairs than chance, cell by cell; ``near_p`` the same for all pairs within
    NEAR_M and NEAR_D together. ``by_distance`` counts the pairs of each distance band at any time, ``by_time`` those
    of each time band at any distance, ``pairs`` all there are. ``basis`` is set where it was made of a frame.
    """

    events: int
    distance_edges: tuple[float, ...]
    time_edges: tuple[int, ...]
    observed: Counts
    expected: NDArray[np.float64]
    simulated: NDArray[np.float64]
    ratio: NDArray[np.float64]
    p: NDArray[np.float64]
    near_observed: int
    near_expected: float
    near_p: float
    by_distance: Counts
    by_time: Counts
    pairs: int
    permutations: int
    seed: int
    basis: Basis | None = None

    @property
    def repeats(self) -> bool:
        """True where the table as a whole shows near repeats: near_p at most SIGNIFICANT."""
        return self.near_p <= SIGNIFICANT

    @property
    def near_ratio(self) -> float:
        """Pairs within NEAR_M and NEAR_D over what chance lets expect; NaN where that is nothing."""
        return self.near_observed / self.near_expected if self.near_expected else float("nan")


def knox_table(
    x: Positions,
    y: Positions,
    days: Ticks,
    *,
    seed: int,
    distance_edges: Sequence[float] = DISTANCE_EDGES_M,
    time_edges: Sequence[int] = TIME_EDGES_D,
    permutations: int = PERMUTATIONS,
    threads: int = THREADS,
) -> KnoxTable:
    """The Knox table of events at ``x``, ``y`` (projected metres) on whole ``days``, counted from any day.

    ``days`` may as well be hours or minutes, ``time_edges`` then in the same unit. The result depends on ``seed`` and
    never on ``threads``. Raises ValueError where the arrays differ in length, hold fewer than two events, or edges
    do not rise; where days are not whole numbers; and as ``close_pairs``.
    """
    return table_of(
        close_pairs(x, y, distance_edges), days, seed=seed, time_edges=time_edges, permutations=permutations,
        threads=threads,
    )  # fmt: skip


def table_of(
    close: ClosePairs,
    days: Ticks,
    *,
    seed: int,
    time_edges: Sequence[int] = TIME_EDGES_D,
    permutations: int = PERMUTATIONS,
    threads: int = THREADS,
) -> KnoxTable:
    """As ``knox_table``, of pairs found before."""
    if not np.issubdtype(days.dtype, np.integer):
        raise ValueError("days must be whole numbers")
    if len(days) != close.events or close.events < 2:
        raise ValueError("every event needs a day, and a pair needs two events")
    if permutations < 1:
        raise ValueError("a p-value needs at least one deal")
    edges = _whole(time_edges)
    observed = pairs_by_time(close, days, edges)
    by_time = time_pairs(days, edges)
    total = close.events * (close.events - 1) // 2
    expected = np.outer(close.by_band, by_time / total)
    near = np.outer(np.array(close.edges[1:]) <= NEAR_M, np.array(edges[1:]) <= NEAR_D)
    if not near.any():
        near[0, 0] = True
    dealt = deal(close, days, edges, permutations, seed, threads)
    near_observed = int(observed[near].sum())
    with np.errstate(invalid="ignore"):
        ratio = np.where(expected > 0, observed / expected, np.nan)
    return KnoxTable(
        events=close.events,
        distance_edges=close.edges,
        time_edges=edges,
        observed=observed,
        expected=expected,
        simulated=dealt.mean(axis=0),
        ratio=ratio,
        p=(np.count_nonzero(dealt >= observed, axis=0) + 1) / (permutations + 1),
        near_observed=near_observed,
        near_expected=float(expected[near].sum()),
        near_p=float((np.count_nonzero(dealt[:, near].sum(axis=1) >= near_observed) + 1) / (permutations + 1)),
        by_distance=close.by_band,
        by_time=by_time,
        pairs=total,
        permutations=permutations,
        seed=seed,
    )


def pairs_by_time(close: ClosePairs, days: Ticks, time_edges: Sequence[int]) -> Counts:
    """How many close pairs lie in each distance band (rows) and time band (columns)."""
    counts: Counts = _counted(close, _narrow(days, time_edges)[:, None], time_edges)[0]
    return counts


def time_pairs(days: Ticks, time_edges: Sequence[int]) -> Counts:
    """How many of all pairs of events, near or far, lie in each time band."""
    ordered = np.sort(days)
    # Of every event, those in line from itself on that come less than an edge after it; less itself.
    upto = [
        int((np.searchsorted(ordered, ordered + edge) - np.arange(len(ordered)) - 1).sum()) if edge else 0
        for edge in time_edges
    ]
    return np.array(upto[1:], dtype=np.int64) - np.array(upto[:-1], dtype=np.int64)


def deal(
    close: ClosePairs, days: Ticks, time_edges: Sequence[int], permutations: int, seed: int, threads: int = THREADS
) -> Counts:
    """The counts of ``permutations`` deals of the days: deals x distance bands x time bands.

    Deals are made DEALS at a time, each lot from a random stream of its own, so that the lots may be shared out.
    """
    narrow, close = _narrow(days[close.order], time_edges), close.in_line()
    lots = -(-permutations // DEALS)
    sizes = [min(DEALS, permutations - lot * DEALS) for lot in range(lots)]
    lot = partial(_lot, close, narrow, time_edges)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        return np.concatenate(list(pool.map(lot, sizes, np.random.SeedSequence(seed).spawn(lots))))


def _lot(
    close: ClosePairs, days: Narrow, time_edges: Sequence[int], size: int, seed: np.random.SeedSequence
) -> Counts:
    draw = np.random.default_rng(seed)
    dealt = np.stack([draw.permutation(days) for _ in range(size)], axis=1)
    return _counted(close, dealt, time_edges)


def _counted(close: ClosePairs, days: Narrow, time_edges: Sequence[int]) -> Counts:
    """For each column of ``days`` (events x deals), the pairs by distance and time band: deals x bands x bands.

    The days of a pair's two events are fetched for all deals at once; then every edge is one comparison.
    """
    deals = days.shape[1]
    below = np.zeros((len(close.edges) - 1, len(time_edges), deals), dtype=np.int64)
    most = min(PAIRS_AT_ONCE, len(close))
    one, other = np.empty((most, deals), dtype=days.dtype), np.empty((most, deals), dtype=days.dtype)
    nearer = np.empty((most, deals), dtype=bool)
    for band in range(len(below)):
        for start in range(int(close.starts[band]), int(close.starts[band + 1]), PAIRS_AT_ONCE):
            end = min(start + PAIRS_AT_ONCE, int(close.starts[band + 1]))
            apart, before = one[: end - start], other[: end - start]
            # "clip" only spares a copy: no position is out of range.
            days.take(close.first[start:end], axis=0, out=apart, mode="clip")
            days.take(close.second[start:end], axis=0, out=before, mode="clip")
            np.subtract(apart, before, out=apart)
            np.abs(apart, out=apart)
            for number, edge in enumerate(time_edges):
                if edge > 0:
                    np.less(apart, edge, out=nearer[: end - start])
                    below[band, number] += _column_sums(nearer[: end - start])
    return np.diff(below, axis=1).transpose(2, 0, 1)


def _column_sums(flags: NDArray[np.bool_]) -> Counts:
    """How many are True in each column, added as bytes where there are many."""
    whole = len(flags) // _FOLD * _FOLD
    sums = flags[whole:].sum(axis=0, dtype=np.int64)
    if whole:
        folded = np.add.reduce(flags[:whole].view(np.uint8).reshape(_FOLD, -1), axis=0, dtype=np.uint8)
        sums += folded.reshape(-1, flags.shape[1]).sum(axis=0, dtype=np.int64)
    return np.asarray(sums, dtype=np.int64)


def _narrow(days: Ticks, time_edges: Sequence[int]) -> Narrow:
    """The days from 0 on, in the smallest integers that hold every difference and every edge."""
    since: Ticks = days - days.min()
    largest = max(int(since.max()), int(time_edges[-1]))
    return since.astype(np.int16) if largest <= np.iinfo(np.int16).max else since.astype(np.int64)


def _whole(edges: Sequence[int]) -> tuple[int, ...]:
    whole = tuple(int(edge) for edge in edges)
    rising = all(low < high for low, high in pairwise(whole))
    if whole != tuple(edges) or len(whole) < 2 or whole[0] < 0 or not rising:
        raise ValueError("time edges must be whole numbers that rise from 0 or more")
    return whole
