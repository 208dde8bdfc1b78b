"""False alarms and finds of hot cells: ``python -m benchmarks.evidence.where [--write]``.

Cities without pattern: every cell's count drawn from one distribution, the same for all cells, evenly (Poisson) or
as unevenly as real crime (negative binomial). Any hot cell there is a false alarm; with the false-discovery rate at
5 % at most one city in twenty should show any. The ways to a p are compared on the same cities. Then a square of
cells is made hotter, and counted how often it is found. ``--write`` makes docs/evidence/where.md of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np

from ilp_core.analyse.where.gi_star import GiStar, Inference, gi_star
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.lattice import Lattice

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/evidence/where.md"
SEED: Final = 2026
WAYS: Final[tuple[Inference, ...]] = ("normal", "exact", "conditional")
Counts = np.ndarray[Any, np.dtype[np.float64]]
City = Callable[[np.random.Generator, int], Counts]


def even(mean: float) -> City:
    """Poisson counts."""
    return lambda draw, cells: draw.poisson(mean, cells).astype(float)


def uneven(mean: float, shape: float) -> City:
    """Negative binomial counts: the smaller the shape, the more unlike the cells."""
    return lambda draw, cells: draw.negative_binomial(shape, shape / (shape + mean), cells).astype(float)


CITIES: Final[dict[str, City]] = {
    "even, 0.05 a cell": even(0.05),
    "even, 0.5 a cell": even(0.5),
    "even, 5 a cell": even(5.0),
    "uneven, 0.15 a cell, shape 0.3": uneven(0.15, 0.3),
    "uneven, 1.5 a cell, shape 0.5": uneven(1.5, 0.5),
    "uneven, 15 a cell, shape 0.8": uneven(15.0, 0.8),
}


def study_area() -> Grid:
    """600 cells or so with a ragged edge and holes, as a city has."""
    north, east = np.indices((30, 30))
    inside = (north - 14.5) ** 2 + 1.4 * (east - 14.5) ** 2 < 15.0**2
    inside &= np.random.default_rng(SEED).random((30, 30)) < 0.97
    return Grid(250.0, 0, 0, inside)


def false_alarms(runs: int) -> Iterator[tuple[str, ...]]:
    """Per kind of city, the share of cities with any hot cell, by way to the p."""
    lattice = Lattice(study_area())
    for name, city in CITIES.items():
        draw = np.random.default_rng(SEED)
        alarms = dict.fromkeys(WAYS, 0)
        for run in range(runs):
            counts = city(draw, len(lattice.grid))
            for way in WAYS:
                alarms[way] += int(_look(lattice, counts, way, run).hot().any())
        yield (name, *(f"{100 * alarms[way] / runs:.1f} %" for way in WAYS))


def found(runs: int, times: float) -> Iterator[tuple[str, ...]]:
    """Per kind of city, the share of cities in which the middle cell of a square of 3 x 3 cells that is ``times`` as
    hot is hot."""
    grid = study_area()
    lattice = Lattice(grid)
    hotter = np.zeros(grid.shape)
    hotter[13:16, 13:16] = times - 1
    middle = int(np.flatnonzero(grid.flat == 14 * grid.shape[1] + 14)[0])
    for name, city in CITIES.items():
        draw = np.random.default_rng(SEED + 1)
        hits = dict.fromkeys(WAYS, 0)
        for run in range(runs):
            counts = city(draw, len(grid))
            counts += draw.poisson(hotter.ravel()[grid.flat] * counts.mean())
            for way in WAYS:
                hits[way] += int(_look(lattice, counts, way, run).hot()[middle])
        yield (name, *(f"{100 * hits[way] / runs:.0f} %" for way in WAYS))


def _look(lattice: Lattice, counts: Counts, way: Inference, run: int) -> GiStar:
    return gi_star(lattice, counts, inference=way, generator=np.random.default_rng([SEED, run]))


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    """The lines of a Markdown table, printed as they come."""
    lines = []
    for row in chain((head, ("---",) * len(head)), rows):
        lines.append("| " + " | ".join(row) + " |")
        print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="False alarms and finds of hot cells.")
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    options = parser.parse_args()
    lattice = Lattice(study_area())
    head = ("city", "normal z", "exact", "9,999 conditional draws")
    told = [
        "# Hot cells: false alarms and finds",
        "",
        f"Made by `python -m benchmarks.evidence.where --runs {options.runs} --write`, {datetime.now(UTC):%Y-%m-%d}.",
        "",
        f"{options.runs:,} seeded cities of each kind, {len(lattice.grid)} cells with a ragged edge and holes, Gi*",
        "of each cell and its eight neighbours, false-discovery rate 5 % over all cells. A fifth as many to find in.",
        "",
        "## Cities without pattern: share with any hot cell (5 % would be on the mark, less is careful)",
        "",
    ]
    print(f"{options.runs:,} cities of each kind, {len(lattice.grid)} cells; share without pattern with any hot cell")
    told += table(head, false_alarms(options.runs))
    for times in (4.0, 8.0):
        print(f"share in which the middle of 3 x 3 cells {times:g} times as hot is found")
        told += ["", f"## 3 x 3 cells {times:g} times as hot: share in which their middle is found", ""]
        told += table(head, found(max(options.runs // 5, 1), times))
    if options.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
