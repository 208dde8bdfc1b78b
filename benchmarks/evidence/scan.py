"""False alarms and finds of the scan for new clusters: ``python -m benchmarks.evidence.scan [--write]``.

False alarms: 5,000 made cities whose dates know nothing of their places (uneven places, busy and quiet days), 1,000
times the burglaries of a Chicago police district in 60 days with their dates shuffled, and one made city without any
cluster looked at every day for 1,000 days. At the level 0.05 between 3.6 and 6.4 % of looks may find something: the
95 % band of 1,000 looks round 5 %. Finds: 200 outbreaks of each of three sizes injected into made cities. And, with
no true answer to compare with, how often Chicago's own burglaries, dates not shuffled, hold a cluster.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ilp_core.analyse.patterns.scan_search import Scan, Search, scan_events

ROOT = Path(__file__).resolve().parents[2]
CHICAGO = ROOT.parent / "shared/data/chicago_crimes_2014-2016.parquet"
PAGE = ROOT / "docs/evidence/scan.md"
SEED = 5
LOOKS = 1_000
#: Thousands of made cities: one thousand in twenty is out of the band by chance, so that each is told.
THOUSANDS = 5
OUTBREAKS = 200
SIZES = (5, 7, 10)
CELL_M = 250.0
SIDE_M = 10_000.0
EVENTS = 500
PERIOD = 60
LEVELS = (0.05, 0.01)
#: At the level 0.05.
BAND = (0.036, 0.064)
#: A found cluster whose middle lies no farther off is the injected one.
NEAR_M = 500.0
FOOT_M = 0.3048
#: Fewer replicas than the 999 of a real look: p stays as right, and outbreaks are found a little less often.
SEARCH = Search(level=0.05, replicas=199)

Events = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


@dataclass(frozen=True)
class Line:
    """One line of the table: what was looked at, how often, the shares at LEVELS, and the verdict."""

    what: str
    looks: int
    shares: tuple[float, ...]
    verdict: str


def made(draw: np.random.Generator, events: int = EVENTS, days: int = PERIOD) -> Events:
    """Events whose days know nothing of their places: 40 % all over, 60 % at 60 hot places; busy and quiet days."""
    weights = draw.lognormal(0.0, 1.0, 60)
    middles = draw.uniform(0, SIDE_M, (60, 2))
    hot = middles[draw.choice(60, events, p=weights / weights.sum())] + draw.normal(0, 150, (events, 2))
    place = np.where((draw.random(events) < 0.4)[:, None], draw.uniform(0, SIDE_M, (events, 2)), hot)
    share = draw.gamma(12.0, 1.0, days) * np.where(np.arange(days) % 7 < 2, 1.4, 1.0)
    return place[:, 0], place[:, 1], draw.choice(days, events, p=share / share.sum())


def look(events: Events, seed: int) -> Scan:
    """One look, of SEARCH."""
    return scan_events(*events, CELL_M, SEARCH, seed=seed, threads=1)


def line(what: str, p: NDArray[np.float64], verdict: str | None = None) -> Line:
    """A line of the shares of ``p`` at each level; a false alarm rate is judged by its band."""
    shares = tuple(float(np.mean(p <= level)) for level in LEVELS)
    return Line(what, len(p), shares, verdict or in_band(shares[0]))


def in_band(share: float) -> str:
    """Whether a false alarm rate at the level 0.05 is within the band."""
    return f"within {BAND[0]:.1%} to {BAND[1]:.1%}" if BAND[0] <= share <= BAND[1] else "OUT OF BAND"


def nulls() -> Line:
    """Made cities, each looked at once."""
    p = np.array([look(made(np.random.default_rng([SEED, 1, seed])), seed).p for seed in range(THOUSANDS * LOOKS)])
    each = ", ".join(f"{share:.1%}" for share in np.mean(p.reshape(THOUSANDS, LOOKS) <= LEVELS[0], axis=1))
    verdict = f"{in_band(float(np.mean(p <= LEVELS[0])))}; by thousands {each}"
    return line(f"made cities of {EVENTS} events, no cluster", p, verdict)


def daily() -> Line:
    """One made city without a cluster, looked at every day."""
    draw = np.random.default_rng([SEED, 2])
    days = LOOKS + PERIOD
    x, y, age = made(draw, EVENTS * days // PERIOD, days)
    p = []
    for day in range(LOOKS):
        on = (age >= day) & (age < day + PERIOD)
        p.append(look((x[on], y[on], age[on] - day), day).p)
    found = np.array(p) <= LEVELS[0]
    spells = int(np.count_nonzero(np.diff(found.astype(int), prepend=0) == 1))
    told = f"{np.count_nonzero(found)} days in {spells} spells; looks overlap, so the band is wider"
    return line("one made city, no cluster, looked at daily", np.array(p), told)


@cache
def burglaries() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """East and north in metres, day since 1970 and police district of Chicago's located burglaries."""
    columns = ["Date", "Primary Type", "X Coordinate", "Y Coordinate", "District"]
    table = pq.read_table(CHICAGO, columns=columns)
    located = pc.and_(pc.not_equal(table["X Coordinate"], ""), pc.not_equal(table["District"], ""))
    table = table.filter(pc.and_(pc.equal(table["Primary Type"], "BURGLARY"), located))
    x, y = (table[name].to_numpy().astype(float) * FOOT_M for name in columns[2:4])
    moment = pc.strptime(table["Date"], format="%m/%d/%Y %I:%M:%S %p", unit="s").to_numpy()
    day = moment.astype("datetime64[D]").astype(np.int64)
    on = x > 0  # the null point
    return x[on], y[on], day[on], table["District"].to_numpy().astype(np.int64)[on]


def district(draw: np.random.Generator, shuffled: bool) -> Events:
    """60 days of a district's burglaries, drawn at random."""
    x, y, day, of = burglaries()
    while True:
        today = int(draw.integers(day.min() + PERIOD, day.max() + 1))
        chosen = draw.choice(np.unique(of))
        on = np.flatnonzero((of == chosen) & (day <= today) & (day > today - PERIOD))
        if len(on) >= 30:
            break
    age = today - day[on]
    return x[on], y[on], draw.permutation(age) if shuffled else age


def chicago() -> Iterator[Line]:
    """Districts with dates shuffled, and as they were."""
    for shuffled in (True, False):
        p = [look(district(np.random.default_rng([SEED, 3, seed]), shuffled), seed).p for seed in range(LOOKS)]
        if shuffled:
            yield line("burglaries of a Chicago district, dates shuffled", np.array(p))
        else:
            yield line("burglaries of a Chicago district, as recorded", np.array(p), "no true answer is known")


def power(size: int) -> Line:
    """Outbreaks of ``size`` more events within 250 m and 7 days: the surest cluster is near the true middle."""
    p = []
    for seed in range(OUTBREAKS):
        draw = np.random.default_rng([SEED, 4, size, seed])
        x, y, age = made(draw)
        middle = draw.uniform(500, SIDE_M - 500, 2)
        off, turn = 250.0 * np.sqrt(draw.random(size)), draw.uniform(0, 2 * np.pi, size)
        x = np.append(x, middle[0] + off * np.cos(turn))
        y = np.append(y, middle[1] + off * np.sin(turn))
        scan = look((x, y, np.append(age, draw.integers(0, 7, size))), seed)
        found = scan.found(SEARCH.level)
        zones = scan.cylinders.zones
        middles = [(zones.cells[zones.middle[one.zone]] + 0.5) * CELL_M for one in found]
        hits = [one.p for one, at in zip(found, middles, strict=True) if np.hypot(*(at - middle)) <= NEAR_M]
        p.append(min(hits, default=1.0))
    what = f"outbreak of {size} events in 7 days and 250 m among {EVENTS}, found within {NEAR_M:.0f} m"
    return line(what, np.array(p), "power")


def lines() -> Iterator[Line]:
    """Every line, as it is ready."""
    yield nulls()
    yield daily()
    if CHICAGO.is_file():
        yield from chicago()
    for size in SIZES:
        yield power(size)


def main() -> int:
    """Print the table, and write it on request; 1 where a false alarm rate is out of its band."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    write = parser.parse_args().write
    begun = time.process_time()
    table = ["| looked at | looks | told at 0.05 | told at 0.01 | |", "| --- | ---: | ---: | ---: | --- |"]
    print(*table, sep="\n", flush=True)
    good = True
    for one in lines():
        table.append(f"| {one.what} | {one.looks:,} | {one.shares[0]:.1%} | {one.shares[1]:.1%} | {one.verdict} |")
        print(table[-1], flush=True)
        good &= "OUT" not in one.verdict
    took = time.process_time() - begun
    print(f"{took:.0f} s of one core")
    if write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(table, took), encoding="utf-8")
    return 0 if good else 1


def page(table: list[str], took: float) -> str:
    """The page of evidence."""
    return "\n".join(
        [
            "# Evidence: new clusters",
            "",
            f"Source: made cities (seed {SEED}) and Chicago burglaries 2014-2016 in `../shared/data`. Command: "
            f"`python -m benchmarks.evidence.scan --write`. Date: {datetime.now(UTC):%Y-%m-%d}; {took:,.0f} s of one "
            f"core. {SEARCH.replicas} replicas, {CELL_M:.0f} m cells, windows of 1 to {SEARCH.most_days} of "
            f"{SEARCH.days} days, discs to {SEARCH.radius_m:,.0f} m, at least {SEARCH.least} events.",
            "",
            *table,
            "",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
