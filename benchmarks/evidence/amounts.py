"""How often the intervals hold the truth, and how often a change is told that is none.

``python -m benchmarks.evidence.amounts [--write]``: coverage by sums over all pairs of counts, not by chance; false
alarms and power on drawn weeks; with ``--write`` the tables go to docs/evidence/amounts.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson

from ilp_core.analyse.amounts.baseline import baseline_of, excess_of, season_of, verdict_of
from ilp_core.analyse.amounts.etest import e_test
from ilp_core.analyse.amounts.ratio import (
    Interval,
    count_interval,
    difference_interval,
    jeffreys_interval,
    ratio_interval,
    ratio_p,
)
from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import DAY_S

REPORT: Final = Path(__file__).resolve().parents[2] / "docs/evidence/amounts.md"
CHICAGO: Final = REPORT.parents[2].parent / "shared/data/chicago_crimes_2014-2016.parquet"
SEED: Final = 5
WEEKS: Final = 1_000
#: Days on file now and before.
EXPOSURES: Final = (28.0, 364.0)
MEANS: Final = (0.5, 1.0, 3.0, 10.0, 40.0)
Counts = NDArray[np.float64]


def held(interval: Interval, truth: float, chance: Counts) -> float:
    """The chance that the interval holds the truth."""
    return float((chance * ((interval.low <= truth) & (truth <= interval.high))).sum())


def coverage_rows() -> list[str]:
    """Per mean count now and true ratio of the rates the share of cases in which each 95 % interval holds it."""
    now_days, before_days = EXPOSURES
    rows = [
        "| Mean count now | Ratio | exact ratio | mid-p ratio | difference (MOVER) | Garwood | Jeffreys |",
        "|---|---|---|---|---|---|---|",
    ]
    for mean in MEANS:
        for ratio in (1.0, 2.0, 0.5):
            means = mean, mean / ratio * before_days / now_days
            counted = [np.arange(poisson.ppf(1e-7, each), poisson.isf(1e-7, each) + 1) for each in means]
            now, before = np.meshgrid(*counted, indexing="ij")
            chance = poisson.pmf(now, means[0]) * poisson.pmf(before, means[1])
            apart = (means[0] / now_days) - means[1] / before_days
            own = poisson.pmf(counted[0], mean)
            shares = (
                held(ratio_interval(now, before, now_days, before_days), ratio, chance),
                held(ratio_interval(now, before, now_days, before_days, mid_p=True), ratio, chance),
                held(difference_interval(now, before, now_days, before_days), apart, chance),
                held(count_interval(counted[0]), mean, own),
                held(jeffreys_interval(counted[0]), mean, own),
            )
            rows.append(f"| {mean:g} | {ratio:g} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return rows


def size_rows() -> list[str]:
    """The chance of p < 0.05 where two counts are of one rate."""
    tests: dict[str, Callable[[int, int, float], float]] = {
        "e-test": lambda first, second, other: e_test(first, second, 1.0, other),
        "exact": lambda first, second, other: float(ratio_p(first, second, 1.0, other)),
        "mid-p": lambda first, second, other: float(ratio_p(first, second, 1.0, other, mid_p=True)),
    }
    rows = ["| Mean | Exposure before | " + " | ".join(tests) + " |", "|---|---|---|---|---|"]
    for mean in (1.0, 3.0, 10.0):
        for other in (1.0, 4.0):
            counts = [
                np.arange(int(poisson.ppf(1e-6, each)), int(poisson.isf(1e-6, each)) + 1)
                for each in (mean, mean * other)
            ]
            chance = np.outer(poisson.pmf(counts[0], mean), poisson.pmf(counts[1], mean * other))
            sizes = []
            for test in tests.values():
                p = np.array([[test(int(first), int(second), other) for second in counts[1]] for first in counts[0]])
                sizes.append(float(chance[p < 0.05].sum()))
            rows.append(f"| {mean:g} | {other:g} | " + " | ".join(f"{size:.3f}" for size in sizes) + " |")
    return rows


def drawn(mean: float, excess: float, factor: float, draw: np.random.Generator, windows: int) -> Counts:
    """WEEKS cases of one window now, its mean times ``factor``, and ``windows`` earlier ones."""
    rate = draw.gamma(1 / excess, excess, (WEEKS, windows + 1)) if excess else np.ones((WEEKS, windows + 1))
    rate[:, 0] *= factor
    return draw.poisson(mean * rate).astype(np.float64)


def verdict_rows() -> list[str]:
    """The share of windows told to be more or fewer, without a change and with one, by their own earlier windows."""
    draw = np.random.default_rng(SEED)
    rows = [
        "| Mean | Excess variation | Windows | no change | times 2 | times 0.5 | range holds it |",
        "|---|---|---|---|---|---|---|",
    ]
    for mean in (3.0, 8.0, 20.0):
        for excess in (0.0, 0.05, 0.2):
            for windows, days in ((4, 28), (8, 56), (52, 364)):
                shares, inside = [], 0.0
                for factor in (1.0, 2.0, 0.5):
                    told = within = 0
                    for row in drawn(mean, excess, factor, draw, windows):
                        # The dispersion is that of all earlier windows on file, here a year's in any case.
                        found = baseline_of(int(row[0]), row[1:], days, windows, excess_of(row[1:]))
                        told += verdict_of(int(row[0]), found) in ("more", "fewer")
                        within += found.low <= row[0] <= found.high
                    shares.append(told / WEEKS)
                    inside = within / WEEKS if factor == 1.0 else inside
                rows.append(
                    f"| {mean:g} | {excess:g} | {windows} | "
                    + " | ".join(f"{s:.3f}" for s in shares)
                    + f" | {inside:.3f} |"
                )
    return rows


def chicago_rows() -> list[str]:
    """Of Chicago's beats with a record a week or more, how often a week of 2016 was told to be more or fewer."""
    table = pd.read_parquet(CHICAGO, columns=["Date", "Primary Type", "Beat"])
    rows = [
        "| Offence | Weeks of beats | told, with season | without | range holds it | counted over usual |",
        "|---|---|---|---|---|---|",
    ]
    for offence in ("BURGLARY", "ROBBERY"):
        own = table[table["Primary Type"] == offence]
        moments = pd.to_datetime(own["Date"], format="%m/%d/%Y %I:%M:%S %p").to_numpy().astype("datetime64[s]")
        order = np.argsort(moments)
        rows.append(_told(offence.lower(), moments.astype(np.int64)[order], own["Beat"].to_numpy()[order]))
    return rows


def _told(offence: str, time: NDArray[np.int64], beat: NDArray[np.object_]) -> str:
    names, number = np.unique(beat, return_inverse=True)
    covered = Coverage(float(time[0]), ())
    told: dict[bool, list[bool]] = {True: [], False: []}
    inside, counted, usual = [], 0, 0.0
    for back in range(0, 52, 4):
        end = float(time[-1] // DAY_S * DAY_S - back * 7 * DAY_S)
        season = season_of(time[time <= end], covered, end - 7 * DAY_S, end) or 1.0
        week = np.searchsorted(end - 7 * DAY_S * np.arange(53, -1, -1), time, side="left") - 1
        on = (week >= 0) & (week < 53)
        held = np.zeros((len(names), 53))
        np.add.at(held, (number[on], week[on]), 1)
        for row in held[held.sum(axis=1) >= 52]:
            now, excess = int(row[-1]), excess_of(row[:-1])
            for seasonal, factor in ((True, season), (False, 1.0)):
                found = baseline_of(now, row[:-1], 364, 52, excess, factor)
                told[seasonal].append(verdict_of(now, found) in ("more", "fewer"))
                if seasonal:
                    inside.append(found.low <= now <= found.high)
                    usual += found.usual or 0.0
            counted += now
    shares = np.mean(told[True]), np.mean(told[False]), np.mean(inside), counted / usual
    return f"| {offence} | {len(inside):,} | " + " | ".join(f"{share:.3f}" for share in shares) + " |"


def report() -> str:
    """All tables as Markdown."""
    day = datetime.now(UTC).date().isoformat()
    real: list[str] = []
    if CHICAGO.exists():
        real = ["## Real weeks", "", "Chicago by beat, each fourth week of 2016.", "", *chicago_rows(), ""]
    return "\n".join(
        [
            "# Evidence: counts and changes",
            "",
            f"Made on {day} by `python -m benchmarks.evidence.amounts --write`.",
            "Made numbers, but for the last table: City of Chicago Data Portal, `ijzp-q8t2`, pulled 2018-11.",
            "",
            "## How often 95 % intervals hold the truth",
            "",
            f"{EXPOSURES[0]:g} days now against {EXPOSURES[1]:g} before; summed over all pairs of counts.",
            "",
            *coverage_rows(),
            "",
            "## How often two counts of one rate differ by a test at 5 %",
            "",
            *size_rows(),
            "",
            "## How often a change is told",
            "",
            f"{WEEKS:,} drawn windows a row (seed {SEED}); the range is to hold eight of ten.",
            "",
            *verdict_rows(),
            "",
            *real,
        ]
    )


def main() -> None:
    """Read the call, run, print and write."""
    parser = argparse.ArgumentParser(description="Coverage of intervals and false alarms of changes.")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name} too")
    written = parser.parse_args().write
    text = report()
    print(text)
    if written:
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
