"""Back-test: speed beside brute force, and how far grid lines move a PAI: ``python -m benchmarks.analysis.backtest``.

First a kernel surface as open_cp makes it, one event after the other, and ours, in one process on the same events,
with the correlation of both. Then the pooled PAI of a plain count for Chicago burglary 2016, 51 weekly origins, on
grids of 250 m that differ only by parts of a cell, without the product's exclusions.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.accuracy import DATA, TOWNS, load
from ilp_core.analyse.backtest.measures import AREA_SHARES, caught, cells_of, predictive_accuracy
from ilp_core.analyse.backtest.origins import on_clock
from ilp_core.analyse.backtest.study import make_study
from ilp_core.analyse.backtest.surface import quartic, surface
from ilp_core.analyse.forecast.history import DAY_S, History
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.domain.offences import OFFENCE_CODE

#: Shifts of the grid in metres, east and north.
SHIFTS = ((0, 0), (125, 0), (0, 125), (125, 125), (60, 60), (190, 60), (60, 190))
START = on_clock(date(2016, 1, 1))
WEEKS = 51
BANDWIDTH = 500.0


def one_by_one(own: History) -> np.ndarray:
    """The quartic surface at the middles of the cells, every event on its own."""
    east, north = own.grid.middles
    total = np.zeros(len(own.grid))
    for x, y in zip(own.x, own.y, strict=True):
        total += quartic(np.hypot(east - x, north - y), BANDWIDTH)
    return total


def speed(own: History) -> None:
    """Times and agreement of both ways on the same events."""
    begun = time.perf_counter()
    plain = one_by_one(own)
    middle = time.perf_counter()
    ours = surface(own, "quartic", BANDWIDTH, BANDWIDTH)
    first = time.perf_counter() - middle
    middle, again = time.perf_counter(), middle - begun
    for _ in range(10):
        surface(own, "quartic", BANDWIDTH, BANDWIDTH)
    warm = (time.perf_counter() - middle) / 10
    agreed = np.corrcoef(plain, ours)[0, 1]
    print(
        f"quartic kernel, {len(own):,} events, {len(own.grid):,} cells: one by one {again:.2f} s, ours {warm:.4f} s"
    )
    print(f"  ({first:.4f} s the first time), {again / warm:,.0f} times as fast, correlation {agreed:.5f}")


def pai_on(frame: IncidentFrame, east: float, north: float) -> tuple[int, np.ndarray]:
    """Cells of the shifted grid, and the PAI of a count of all history at the four shares."""
    at = np.isfinite(frame.column["x"])
    x, y, local = (frame.column[name][at] for name in ("x", "y", "local"))
    burglary = frame.offence[at] == OFFENCE_CODE["burglary"]
    key = np.floor((x + east) / 250).astype(np.int64) * 1_000_000 + np.floor((y + north) / 250).astype(np.int64)
    cells = np.unique(key[local < START])
    place = np.minimum(np.searchsorted(cells, key), len(cells) - 1)
    kept = burglary & (cells[place] == key)
    counts = [cells_of(share, len(cells)) for share in AREA_SHARES]
    hits, events = np.zeros(len(counts)), 0.0
    for week in range(WEEKS):
        origin = START + week * 7 * DAY_S
        past = np.bincount(place[kept & (local < origin)], minlength=len(cells)).astype(float)
        seen = kept & (local >= origin) & (local < origin + 7 * DAY_S)
        observed = np.bincount(place[seen], minlength=len(cells)).astype(float)
        hits += caught(past, observed)[0][counts]
        events += observed.sum()
    return len(cells), predictive_accuracy(hits, events, np.array(counts) / len(cells))


def main() -> None:
    """Load Chicago, print both."""
    if not DATA.is_dir():
        sys.exit(f"The open data is not here: {DATA}")
    with tempfile.TemporaryDirectory() as folder:
        city, zone = asyncio.run(load(TOWNS[0], Path(folder)))
    study = make_study(city.frame, first=TOWNS[0].first, last=TOWNS[0].last, zone=zone, offences=["burglary"])
    speed(study.history.before(study.origins[0]).of(study.offences["burglary"]))
    shares = ", ".join(f"{share:.2%}" for share in AREA_SHARES)
    print(f"naive all, Chicago burglary 2016, {WEEKS} weeks, PAI at {shares}:")
    for east, north in SHIFTS:
        cells, pai = pai_on(city.frame, east, north)
        print(f"  grid shifted by {east:>3} m east, {north:>3} m north, {cells:,} cells: {np.round(pai, 2)}")


if __name__ == "__main__":
    main()
