"""The prospective space-time scan beside plain numpy and scipy: ``python -m benchmarks.analysis.scan``.

A made city of 100,000 events in three years on 10 x 10 km, of which the last 60 days are searched: 20 % near repeats
(75 m, 14 days), 15 % exact repeats, and of the rest 40 % all over and 60 % at 120 hot places of lognormal size. Ours
makes 999 replicas on 250 m and on 100 m cells. The plain way, each cylinder's count from one sparse product and each
statistic by formula, makes a few, is scaled up, and must find the same highest statistics on the same shuffles.

The bar is held against the seconds that one core works for one thread, which other work on the machine does not
change; the seconds by the clock stand beside them.

SaTScan is not run: it is not to be had from a package index, and its licence is share-alike. Its times are those that
../shared/design/analysis.md measured with two threads on such a city (2.5 s on 250 m, 6.0 s on 100 m); the search set
of that run is not written down, so that the bar is met in seconds, not cylinder by cylinder.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ilp_core.analyse.patterns.scan_replicas import Cylinders, highest, log_likelihood_ratio
from ilp_core.analyse.patterns.scan_search import Search, scan_events

SEED = 2022
DAYS = 3 * 365 + 1
SIDE_M = 10_000.0
EVENTS = 100_000
#: Replicas that the plain way is timed on.
PLAIN = 10
RUNS = 3


@dataclass(frozen=True)
class Case:
    """A search set, and the seconds that it may take (None: only told)."""

    size: float
    most_days: int
    radius_m: float
    bar: float | None


CASES = (
    Case(250.0, 14, 1_000.0, 2.5),
    Case(250.0, 30, 1_000.0, 2.5),
    Case(250.0, 30, 2_000.0, None),
    Case(100.0, 14, 1_000.0, 6.0),
    Case(100.0, 30, 1_000.0, 6.0),
)


def made_city(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """East and north in metres and the day of each event."""
    draw = np.random.default_rng(seed)
    first, near = EVENTS * 65 // 100, EVENTS * 20 // 100
    again = EVENTS - first - near
    weights = draw.lognormal(0.0, 1.0, 120)
    middles = draw.uniform(0, SIDE_M, (120, 2))
    hot = middles[draw.choice(120, first, p=weights / weights.sum())] + draw.normal(0, 100, (first, 2))
    anywhere = draw.random(first) < 0.4
    place = np.where(anywhere[:, None], draw.uniform(0, SIDE_M, (first, 2)), hot)
    day = draw.uniform(0, DAYS, first)
    parent, origin = draw.integers(0, first, near), draw.integers(0, first, again)
    place = np.vstack([place, place[parent] + draw.normal(0, 75, (near, 2)), place[origin]])
    day = np.concatenate([day, day[parent] + draw.exponential(14, near), draw.uniform(0, DAYS, again)])
    place = np.clip(place, 0, SIDE_M - 1)
    return place[:, 0], place[:, 1], day


def whole_zones(cylinders: Cylinders) -> csr_array:
    """Which cells each zone has: a plain matrix zones x cells."""
    zones = cylinders.zones
    members = [zones.members(zone) for zone in range(len(zones))]
    edges = np.cumsum([0, *map(len, members)])
    return csr_array((np.ones(edges[-1]), np.concatenate(members), edges), shape=(len(zones), len(zones.cells)))


def plain(cylinders: Cylinders, matrix: csr_array, ages: NDArray[np.int64]) -> NDArray[np.float64]:
    """The highest statistic of each shuffle, cylinder by cylinder."""
    expected = cylinders.zones.held[:, None] * cylinders.recent / cylinders.total
    found = []
    for age in ages:
        table = np.zeros((len(cylinders.zones.cells), len(cylinders.windows)))
        for window, days in enumerate(cylinders.windows):
            table[:, window] = np.bincount(cylinders.cell[age < days], minlength=len(table))
        counts = matrix @ table
        ratio = log_likelihood_ratio(counts, expected, cylinders.total)
        found.append(ratio[counts >= cylinders.least].max(initial=0.0))
    return np.array(found)


def compare(case: Case, replicas: int) -> bool:
    """Print one line; False where the two ways differ or the bar is missed."""
    x, y, day = made_city(SEED)
    last = (day > DAYS - 60) & (day <= DAYS)
    x, y, age = x[last], y[last], np.floor(DAYS - day[last]).astype(np.int64)
    search = Search(most_days=case.most_days, radius_m=case.radius_m, replicas=replicas)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    work: list[float] = []
    for _ in range(RUNS):
        for threads, runs in seconds.items():
            begun, busy = time.perf_counter(), time.process_time()
            scan = scan_events(x, y, age, case.size, search, seed=1, threads=threads)
            runs.append(time.perf_counter() - begun)
            if threads == 1:
                work.append(time.process_time() - busy)
    matrix = whole_zones(scan.cylinders)
    shuffled = np.random.default_rng(SEED).permuted(np.tile(age, (PLAIN, 1)), axis=1)
    begun = time.process_time()
    known = plain(scan.cylinders, matrix, shuffled)
    slow = (time.process_time() - begun) * replicas / PLAIN
    same = bool(np.allclose(highest(scan.cylinders, scan.cylinders.cell, shuffled), known))
    one, two = median(seconds[1]), median(seconds[2])
    met = case.bar is None or median(work) <= case.bar
    bar = "no bar" if case.bar is None else f"bar {case.bar} s {'met' if met else 'MISSED'}"
    print(
        f"{case.size:4.0f} m, 1-{case.most_days} days, to {case.radius_m:,.0f} m: {len(age):,} events, "
        f"{scan.statistics.size:9,} cylinders | ours {one:5.2f} s, two threads {two:5.2f} s (fastest "
        f"{min(seconds[2]):.2f}), of one core {median(work):5.2f} s | plain, of one core {slow:6.1f} s from {PLAIN} "
        f"replicas: {slow / median(work):3.0f} x ours | "
        f"{'same statistics' if same else 'DIFFERENT STATISTICS'} | {bar}",
        flush=True,
    )
    return same and met


def main() -> int:
    """Run every case; 1 where a bar is missed or results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=999)
    replicas = parser.parse_args().replicas
    print(f"prospective space-time permutation scan, 60 days, {replicas} replicas; load {os.getloadavg()[0]:.1f}")
    results = [compare(case, replicas) for case in CASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
