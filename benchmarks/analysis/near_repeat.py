"""The Knox table beside pointpats and plain numpy: ``python -m benchmarks.analysis.near_repeat``.

Bars: 10,000 events in 10 x 13 bands with 999 deals in 10 s, 45,000 real ones in 60 s and under 1 GB on two cores.
pointpats' class counts one band and loops over events in Python, so it is run at sizes of its own, ours in the same
band beside it; plain numpy makes some of the deals of the same table, one after the other, and is scaled up. numba is
not installed. Counts are compared: where they must be equal, the run stops if they are not.
Ratios are of processor time, so that what else the machine does counts less.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.near_repeat.knox import DISTANCE_EDGES_M, TIME_EDGES_D, KnoxTable, knox_table, pairs_by_time
from ilp_core.analyse.near_repeat.pairs import ClosePairs, close_pairs

CHICAGO: Final = Path(__file__).resolve().parents[3] / "shared/data/chicago_crimes_2014-2016.parquet"
#: The number of burglaries the bar speaks of; the file has fewer, robberies make it up.
AIMED: Final = 45_319
FOOT_M: Final = 1_200 / 3_937
PEER_SIZES: Final = (1_000, 5_000, 10_000)
FLOOR_DEALS: Final = 10

Events = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def made_city(events: int, seed: int = 5) -> Events:
    """Events in 8.6 km x 8.6 km and three years, half of them at 120 hot places."""
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(0, 8_600, (2, events))
    spots, hot = draw.uniform(0, 8_600, (2, 120)), draw.integers(0, 120, events // 2)
    x[: events // 2] = spots[0, hot] + draw.normal(0, 250, events // 2)
    y[: events // 2] = spots[1, hot] + draw.normal(0, 250, events // 2)
    return x, y, draw.integers(0, 1_096, events)


def chicago(aimed: int | None = None) -> Events:
    """The located burglaries of 2014 to 2016, projected metres and days; with robberies up to ``aimed``."""
    import pandas as pd

    table = pd.read_parquet(
        CHICAGO,
        columns=["Date", "Primary Type", "X Coordinate", "Y Coordinate"],
        filters=[("Primary Type", "in", ["BURGLARY", "ROBBERY"])],
    )
    x, y = (pd.to_numeric(table[f"{axis} Coordinate"], errors="coerce").to_numpy() * FOOT_M for axis in "XY")
    days = (
        pd.to_datetime(table["Date"].str[:10], format="%m/%d/%Y").to_numpy().astype("datetime64[D]").astype(np.int64)
    )
    # X and Y of 0 are the projection's null point, in Missouri.
    on = np.isfinite(x) & (x > 0)
    burglary = (table["Primary Type"] == "BURGLARY").to_numpy()
    rows = np.flatnonzero(on & burglary)
    if aimed is not None:
        rows = np.append(rows, np.flatnonzero(on & ~burglary)[: aimed - len(rows)])
    return x[rows], y[rows], days[rows]


def seconds(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """How long ``work`` takes by the clock and in processor time, and what it gives."""
    begun, worked = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - begun, time.process_time() - worked, result


def memory() -> float:
    """The most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def floor(close: ClosePairs, days: NDArray[np.int64], deals: int) -> NDArray[np.int64]:
    """The observed table as plain numpy counts it, after ``deals`` deals made the same way."""
    columns = len(TIME_EDGES_D)
    band = close.band.astype(np.int64) * columns
    draw = np.random.default_rng(1)

    def count(dealt: NDArray[np.int64]) -> NDArray[np.int64]:
        apart = np.abs(dealt[close.first] - dealt[close.second])
        week = np.minimum(apart // 7, columns - 1)
        return np.bincount(band + week, minlength=len(close.by_band) * columns).reshape(-1, columns)[:, :-1]

    for _ in range(deals):
        count(draw.permutation(days))
    return count(days)


def run(name: str, events: Events, permutations: int, bar: float, *, most_mb: float | None = None) -> None:
    """Our table of ``events`` by two threads and by one, beside plain numpy."""
    x, y, days = events
    before = memory()
    took, _, close = seconds(lambda: close_pairs(x, y, DISTANCE_EDGES_M))
    print(f"{name}: {len(x):,} events, {len(close):,} pairs within 1 km found in {took:.2f} s")
    spent, worked, table = seconds(lambda: knox_table(x, y, days, seed=1, permutations=permutations, threads=2))
    held = memory()
    alone, worked_alone, same = seconds(lambda: knox_table(x, y, days, seed=1, permutations=permutations, threads=1))
    assert table.p.tobytes() == same.p.tobytes(), "the threads changed the result"
    _, plain, counted = seconds(lambda: floor(close, days, FLOOR_DEALS))
    assert np.array_equal(counted, table.observed), "plain numpy counts otherwise"
    plain *= permutations / FLOOR_DEALS
    print(f"  {permutations} deals, two threads {spent:6.2f} s ({worked:.2f} s of processor time)")
    print(f"  {permutations} deals, one thread  {alone:6.2f} s ({worked_alone:.2f} s of processor time)")
    print(
        f"  plain numpy: {plain:.1f} s of processor time ({FLOOR_DEALS} deals scaled up), {plain / worked:.1f} x ours"
    )
    print(f"  bar {bar:.0f} s: {'met' if spent <= bar else 'MISSED'}, {spent:.1f} s")
    if most_mb is not None:
        verdict = "met" if held <= most_mb else "MISSED"
        print(f"  bar {most_mb:,.0f} MB: {verdict}, {held:,.0f} MB at most, {before:,.0f} of them reading the file")
    print(
        f"  0-100 m x 0-6 days {table.ratio[1, 0]:.2f} x chance; within 200 m and 14 days {table.near_ratio:.2f} x,"
        f" p {table.near_p:.3f}; simulated means within {_off(table):.1%} of the exact ones",
        flush=True,
    )


def _off(table: KnoxTable) -> float:
    """The largest difference between simulated and exact means, of cells that expect at least 100 pairs."""
    many = table.expected >= 100
    return float(np.max(np.abs(table.simulated[many] / table.expected[many] - 1)))


def beside_pointpats(deals: int = 99) -> None:
    """One band, 100 m and 14 days, at the sizes the peer can take."""
    from pointpats.spacetime import Knox

    print(f"pointpats Knox, one band (100 m, 14 days), {deals} deals:")
    for size in PEER_SIZES:
        x, y, days = made_city(size)
        np.random.seed(1)
        space, times = np.column_stack([x, y]), days[:, None].astype(float)
        _, theirs, peer = seconds(lambda space=space, times=times: Knox(space, times, 100, 13, permutations=deals))
        _, mine, table = seconds(
            lambda x=x, y=y, days=days: knox_table(
                x, y, days, seed=1, distance_edges=(0, 100), time_edges=(0, 14), permutations=deals
            )
        )
        assert table.observed[0, 0] == peer.statistic_, "the counts differ"
        assert abs(table.expected[0, 0] - peer.expected[0, 0]) < 1e-9, "the expectations differ"
        assert int(pairs_by_time(close_pairs(x, y, (0, 100)), days, (0, 14))[0, 0]) == peer.statistic_
        print(
            f"  {size:6,} events: theirs {theirs:7.2f} s, ours {mine:6.3f} s: {theirs / mine:,.0f} times as long;"
            f" both count {peer.statistic_}; p {peer.p_sim:.2f} and {table.p[0, 0]:.2f}",
            flush=True,
        )


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Times of the Knox table.")
    parser.add_argument("--permutations", type=int, default=999)
    options = parser.parse_args()
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    run("Chicago burglary 2014-2016", chicago(), options.permutations, 60, most_mb=1_024)
    run(f"the same, with robberies to make {AIMED:,}", chicago(AIMED), options.permutations, 60, most_mb=1_024)
    run("made city", made_city(10_000), options.permutations, 10)
    beside_pointpats()


if __name__ == "__main__":
    main()
