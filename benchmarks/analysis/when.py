"""Hours of the week of 100,000 start-end windows: ``python -m benchmarks.analysis.when``.

The windows of New York's vehicle thefts, 2014 to 2017, drawn with replacement to 100,000. Beside ours stand a loop
over records and minutes in plain Python, as the one open peer goes about it, and the same with one numpy slice a
record; both run on fewer windows and are scaled up. Results are compared window set by window set. Then profiles of
5,000 places with their shrinkage, and what three shifts bring there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ilp_core.analyse.when.aoristic import LONGEST, WEEK, aoristic, hours_of_week, minute_of_week
from ilp_core.analyse.when.profile import busiest, profiles_of
from ilp_core.analyse.when.shifts import shift_counts
from ilp_core.domain.shifts import PRESET_SHIFTS

NYC: Final = Path(__file__).resolve().parents[2].parent / "shared/data/nyc_vehicle_thefts_2014-2017_start-end.parquet"
SEED: Final = 2017
SIZE: Final = 100_000
LOOPED: Final = 2_000
SLICED: Final = 20_000
PLACES: Final = 5_000
BAR_S: Final = 0.15
REPEATS: Final = 7

Moments = NDArray[np.int64]


def windows(size: int) -> tuple[Moments, Moments]:
    """``size`` windows of the file; where it gives no end the start is the moment."""
    table = pd.read_parquet(NYC, columns=["date_start", "date_end"])
    start = pd.to_datetime(table["date_start"], format="%Y-%m-%d %H:%M")
    end = pd.to_datetime(table["date_end"], format="%Y-%m-%d %H:%M").fillna(start)
    chosen = np.random.default_rng(SEED).integers(0, len(table), size)
    first, last = (each.to_numpy().astype("datetime64[s]").astype(np.int64)[chosen] for each in (start, end))
    return first, last


def minute_loop(start: Moments, end: Moments) -> NDArray[np.float64]:
    """One record and one minute after the other, in plain Python."""
    hours = [0.0] * 168
    for first, last in zip((start // 60).tolist(), (end // 60).tolist(), strict=True):
        length = max(last - first, 1)
        if last < first or length > LONGEST:
            continue
        for minute in range(first + 3 * 1_440, first + 3 * 1_440 + length):
            hours[minute % WEEK // 60] += 1 / length
    return np.array(hours)


def sliced_loop(start: Moments, end: Moments) -> NDArray[np.float64]:
    """One record after the other, its minutes as a slice of two weeks."""
    minutes = np.zeros(2 * WEEK)
    begins = minute_of_week(start).tolist()
    for at, first, last in zip(begins, (start // 60).tolist(), (end // 60).tolist(), strict=True):
        length = max(last - first, 1)
        if last >= first and length <= LONGEST:
            minutes[at : at + length] += 1 / length
    return (minutes[:WEEK] + minutes[WEEK:]).reshape(168, 60).sum(axis=1)


def best_of(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    """The shortest time of some runs in seconds, and the result."""
    spent, found = [], None
    for _ in range(repeats):
        begun = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - begun)
    return min(spent), found


def compare() -> None:
    """Aoristic hours of the week, three ways."""
    start, end = windows(SIZE)
    took, hours = best_of(lambda: hours_of_week(start, end))
    by_minute, _ = best_of(lambda: aoristic(start, end, width=1))
    detail = aoristic(start, end)
    print(f"{SIZE:,} windows, {detail.too_long:,} over a week and {detail.reversed:,} reversed left out")
    print(f"  ours, 168 hours         {took:9.4f} s   bar {BAR_S} s: {'kept' if took <= BAR_S else 'MISSED'}")
    print(f"  ours, 10,080 minutes    {by_minute:9.4f} s")
    for name, loop, size in (("minute loop", minute_loop, LOOPED), ("slice a record", sliced_loop, SLICED)):
        spent, theirs = best_of(lambda loop=loop, size=size: loop(start[:size], end[:size]), 1)
        apart = np.abs(theirs - hours_of_week(start[:size], end[:size])).max()
        scaled = spent * SIZE / size
        print(
            f"  {name:<15} {scaled:17.4f} s   run on {size:,}, scaled; {scaled / took:,.0f} times ours; "
            f"largest difference of an hour {apart:.1e}"
        )
    print(f"  weight kept: {hours.sum():,.6f} of {np.count_nonzero(detail.used):,} windows")


def profiles() -> None:
    """Profiles of many places from the same windows."""
    start, end = windows(SIZE)
    place = np.random.default_rng(SEED).zipf(1.3, SIZE) % PLACES
    took, spread = best_of(lambda: aoristic(start, end, group=place, groups=PLACES), 3)
    print(f"{PLACES:,} places: aoristic table {took:.3f} s", end="")
    took, found = best_of(lambda: profiles_of(spread.weight, spread.records, spread.effective), 3)
    print(f", profiles {took:.3f} s (concentration {found.concentration:,.0f})", end="")
    took, _ = best_of(lambda: busiest(found, 4), 3)
    print(f", busiest four hours {took:.3f} s", end="")
    took, _ = best_of(lambda: shift_counts(found, spread.records, 1_461.0, PRESET_SHIFTS), 3)
    print(f", three shifts {took:.3f} s")


def main() -> None:
    """Read the call, run, print."""
    argparse.ArgumentParser(description="Times of aoristic hours and profiles.").parse_args()
    if not NYC.exists():
        sys.exit(f"The open data is not here: {NYC}")
    compare()
    profiles()


if __name__ == "__main__":
    main()
