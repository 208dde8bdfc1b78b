"""How often near repeats are found where there are none, and what became of the raises that were told.

``python -m benchmarks.evidence.near_repeat [--write]`` runs 1,000 made towns of each kind and, where the open data is
here, a year of Chicago burglary; with ``--write`` the tables go to docs/evidence/near_repeat.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.analysis.near_repeat import CHICAGO, Events, chicago
from ilp_core.analyse.near_repeat.find import LEAST_RAISE
from ilp_core.analyse.near_repeat.knox import SIGNIFICANT, knox_table
from ilp_core.analyse.near_repeat.risk import excess_of, raised
from ilp_core.analyse.places import CELL_M
from ilp_core.analyse.where.grid import grid_over
from tests.near_repeat_towns import null_town

REPORT: Final = Path(__file__).resolve().parents[2] / "docs/evidence/near_repeat.md"
TOWNS: Final = 1_000
EVENTS: Final = 300
DEALS: Final = 199
#: Binomial 95 % band round 5 % of 1,000.
BAND: Final = (0.036, 0.064)
#: Origins every three weeks from the third year on; each one's coming week is compared with what was told.
FIRST_ORIGIN: Final = 735
ORIGIN_STEP: Final = 21
TOLD: Final = (0.0, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 9.0)


def all_over(seed: int, size: int) -> Events:
    """Events all over 2 km x 2 km and two years."""
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(0, 2_000, (2, size))
    return x, y, draw.integers(0, 730, size)


def with_repeats(seed: int, size: int) -> Events:
    """A town with hot places and a busy season in which one in twenty crimes is followed by another within 150 m and
    a week."""
    x, y, days = null_town(seed, size)
    draw = np.random.default_rng(seed + 10**6)
    after = draw.integers(0, size, size // 20)
    east, north = draw.uniform(-106, 106, (2, len(after)))
    return (
        np.append(x, x[after] + east),
        np.append(y, y[after] + north),
        np.append(days, days[after] + draw.integers(0, 7, len(after))),
    )


def found_in(town: Callable[[int, int], Events]) -> tuple[float, float, float]:
    """Of TOWNS towns, the shares in which near repeats are found, in which any one cell passes, and of cells."""
    near, cells = np.empty(TOWNS), np.empty(TOWNS)
    for seed in range(TOWNS):
        table = knox_table(*town(seed, EVENTS), seed=seed, permutations=DEALS)
        near[seed] = table.repeats
        cells[seed] = (table.p <= SIGNIFICANT).mean()
    return float(near.mean()), float((cells > 0).mean()), float(cells.mean())


def told_and_come(events: Events) -> list[tuple[float, float, NDArray[np.float64]]]:
    """By what was told for the coming week: cells per origin, the mean multiplier told, and crimes come and usual.

    Usual is the cell's own past a week, drawn a little to the city's mean, scaled so that each week's city total is
    right: what is compared is where crimes came, not how many.
    """
    x, y, days = events
    days = days - days.min()
    grid = grid_over(x[days < FIRST_ORIGIN], y[days < FIRST_ORIGIN], CELL_M)
    middles = np.column_stack(grid.middles)
    told, come, usual = [], [], []
    origins = range(FIRST_ORIGIN, int(days.max()) - 6, ORIGIN_STEP)
    for origin in origins:
        past, week = days < origin, (days >= origin) & (days < origin + 7)
        table = knox_table(x[past], y[past], days[past], seed=origin, permutations=DEALS)
        points = np.column_stack([x, y])[past]
        told.append(raised(middles, points, origin - days[past], excess_of(table), origin, days=7).mean(axis=1))
        come.append(grid.counts(x[week], y[week]))
        own = grid.counts(x[past], y[past])
        usual.append((own + 91 * own.mean() / origin) / (origin + 91))
        usual[-1] *= come[-1].sum() / usual[-1].sum()
    multiplier, arrived, expected = np.concatenate(told), np.concatenate(come), np.concatenate(usual)
    lines = []
    for low, high in pairwise(TOLD):
        here = (multiplier >= low) & (multiplier < high)
        if here.any():
            mean = float(np.average(multiplier[here], weights=expected[here]))
            lines.append((here.sum() / len(origins), mean, np.array([arrived[here].sum(), expected[here].sum()])))
    return lines


def report() -> str:
    """The tables, in Markdown."""
    low, high = BAND
    lines = [
        "# Near repeats: false alarms, power, and what became of what was told",
        "",
        f"Made {datetime.now(UTC):%Y-%m-%d} with `python -m benchmarks.evidence.near_repeat --write`.",
        "",
        f"## Found where there is nothing to find ({TOWNS:,} made towns of {EVENTS} events, {DEALS} deals)",
        "",
        f"The rate to keep is 5 %; of {TOWNS:,} towns {low:.1%} to {high:.1%} is within chance of it.",
        "",
        "| towns | near repeats found | any one cell passes | cells that pass |",
        "|---|--:|--:|--:|",
    ]
    for name, town in (
        ("events all over, no near repeats", all_over),
        ("hot places and a busy season, no near repeats", null_town),
        ("the same, one crime in twenty followed by another", with_repeats),
    ):
        near, any_cell, cells = found_in(town)
        print(name, near, any_cell, cells, flush=True)
        lines.append(f"| {name} | {near:.1%} | {any_cell:.1%} | {cells:.1%} |")
    lines += [
        "",
        "The third line is power, not a false alarm. A table of 143 cells nearly always has one that passes by",
        "chance: why the whole table is asked one question first, and only cells that join the near ones raise risk.",
    ]
    if CHICAGO.exists():
        lines += [
            "",
            "## What was told and what came: Chicago burglary, 2016",
            "",
            f"Cells of {CELL_M} m that hold an earlier burglary, the coming week, an origin every {ORIGIN_STEP} days",
            "from January 2016, each with the table of its own past. Came / usual is against the cell's own past,",
            "with the city's weekly total made equal. Intervals are Poisson, 95 %.",
            "",
            "| told | cells an origin | mean told | came / usual | crimes |",
            "|---|--:|--:|--:|--:|",
        ]
        for number, (cells, mean, (arrived, expected)) in enumerate(told_and_come(chicago())):
            half = 1.96 * np.sqrt(arrived)
            span = f"{(arrived - half) / expected:.2f} to {(arrived + half) / expected:.2f}"
            lines.append(
                f"| {TOLD[number]:g} to {TOLD[number + 1]:g} | {cells:,.0f} | {mean:.2f} |"
                f" {arrived / expected:.2f} ({span}) | {arrived:,.0f} |"
            )
        lines += ["", f"A place is called raised from {LEAST_RAISE:g} on."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the call, run, print or write."""
    parser = argparse.ArgumentParser(description="False alarms of the near-repeat test.")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name} in docs/evidence")
    options = parser.parse_args()
    text = report()
    print(text)
    if options.write:
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
