"""How often emerging problems, drifts and new words are false, and which surges are found.

``python -m benchmarks.evidence.emerging [--write]``, on the real Chicago records of 2014-2016. Years without a change
are made in three ways. "Dates dealt anew": every record keeps its offence, place and hour and gets the week of
another record of the same offence, so that the season, the holidays and the hot weeks of the whole force stay, and no
area has any change of its own. "Drawn": counts drawn from the level, season and over-dispersion fitted to every
series. "Weeks dealt anew": whole weeks change places within their season; whatever really happened in a week is
still in it, so that this is no false-alarm rate, but a harder test beside it. Surges are as many extra records as the
series usually has, added to one week. With --write the tables go to docs/evidence/emerging.md.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.hotspot_answers import CHICAGO, build, prepare
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.patterns.cusum import (
    FALSE_A_YEAR,
    RATIO,
    RUN_WEEKS,
    Direction,
    drift_threshold,
    level_of,
    reference_value,
    seasonal_wave,
    watch,
)
from ilp_core.analyse.patterns.emerging import DAY_PARTS, FALSE_DISCOVERY_RATE, adjusted, compare
from ilp_core.analyse.patterns.loglinear import Numbers
from ilp_core.analyse.patterns.novelty import find_novelties
from ilp_core.analyse.patterns.run_length import count_run_length
from ilp_core.analyse.patterns.weekly import Weekly, count_weekly
from ilp_core.domain.places import AreaKind

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/evidence/emerging.md"
SEED = 2016
WEEKS = 156
YEAR = 52
#: A past of one year or less, in weeks.
SHORT = 45
SHORTEST = 30
BLOCK = 4
#: Weeks from one data cycle to the next that is looked at: neighbours share nearly all of their past.
EVERY = 2
BASES = ((1, 5), (5, 10), (10, 20), (20, 40), (40, 80), (80, 160), (160, 10_000))

#: Per part of the day: counts of the force (kinds x weeks) and of its areas (kinds x areas x weeks).
Cubes = list[tuple[Numbers, Numbers]]


def cubes_of(weekly: Weekly) -> Cubes:
    """The counts of every part of the day, newest week first."""
    inside = [weekly.inside(part) for part in DAY_PARTS]
    return [(weekly.of_force(rows), weekly.of_areas(rows)) for rows in inside]


def dates_dealt(weekly: Weekly, draw: np.random.Generator) -> Cubes:
    """Every record gets the week of another record of its offence."""
    period = weekly.period.copy()
    for kind in range(len(weekly.kinds)):
        rows = np.flatnonzero(weekly.kind == kind)
        period[rows] = period[draw.permutation(rows)]
    return cubes_of(replace(weekly, period=period))


def weeks_dealt(cubes: Cubes, draw: np.random.Generator) -> Cubes:
    """Whole weeks change places with weeks of the same four weeks of other years."""
    source = np.arange(WEEKS)
    for first in range(0, YEAR, BLOCK):
        block = np.array([year * YEAR + week for year in range(3) for week in range(first, first + BLOCK)])
        source[block] = draw.permutation(block)
    return [(force[:, source], areas[:, :, source]) for force, areas in cubes]


def drawn(cubes: Cubes, draw: np.random.Generator) -> Cubes:
    """Parts of the day drawn from what was fitted to each series, and the whole day as their sum."""
    parts = []
    for force, areas in cubes[1:]:
        past = np.ones(WEEKS, dtype=bool)
        level = level_of(areas, seasonal_wave(force, past), past, np.full(areas.shape[1], WEEKS))
        spread = np.maximum(level.dispersion, 1e-6)[:, None]
        heat = draw.gamma(1 / spread, spread, level.mean.shape)
        counts = draw.poisson(level.mean * heat).reshape(areas.shape).astype(np.float64)
        parts.append((counts.sum(axis=1), counts))
    return [(sum(force for force, _ in parts), sum(areas for _, areas in parts)), *parts]


def cycle(cubes: Cubes, week: int, past: int) -> tuple[int, float]:
    """How many alarms the data cycle ``week`` weeks before the last has, with ``past`` weeks, and its series."""
    end = min(WEEKS, week + past)
    areas = cubes[0][1].shape[1]
    on_file, since = np.ones(end - week, dtype=bool), np.full(areas, end - week - 1)
    tested = [compare(force[:, week:end], area[:, :, week:end], on_file, since, 7) for force, area in cubes]
    series = cubes[0][1].shape[0] * areas * len(cubes)
    return sum(int((q <= FALSE_DISCOVERY_RATE).sum()) for q in adjusted(tested, series)), series


@dataclass(frozen=True)
class Null:
    """Alarms of the cycles of years without a change."""

    name: str
    series: int
    cycles: int
    alarmed: int
    alarms: int

    def row(self) -> str:
        share = self.alarmed / self.cycles
        return (
            f"| {self.name} | {self.series:,} | {self.cycles:,} | {100 * share:.1f} % | "
            f"{self.alarms / self.cycles:.3f} |"
        )


def null(name: str, years: Iterator[Cubes], past: int, step: int) -> Null:
    """Run the cycles of every year, each ``step`` weeks."""
    counted, series = [], 0.0
    for cubes in years:
        for week in range(0, YEAR, step):
            alarms, series = cycle(cubes, week, past)
            counted.append(alarms)
    found = Null(name, int(series), len(counted), sum(n > 0 for n in counted), sum(counted))
    print(found.row(), flush=True)
    return found


def surges(cubes: Cubes, tries: int, past: int, draw: np.random.Generator) -> list[tuple[float, bool]]:
    """The usual week of a series taken by chance (its base), and whether the first week of a doubling is found."""
    found = []
    kinds, areas, _ = cubes[0][1].shape
    while len(found) < tries:
        week = int(draw.integers(0, YEAR))
        kind, area = int(draw.integers(kinds)), int(draw.integers(areas))
        base = float(cubes[0][1][kind, area, week + 1 : week + 27].mean())
        if base < 1:
            continue
        end = min(WEEKS, week + past)
        on_file, since = np.ones(end - week, dtype=bool), np.full(areas, end - week - 1)
        extra = [0.0, *(float(draw.poisson(one[1][kind, area, week + 1 : week + 27].mean())) for one in cubes[1:])]
        extra[0] = sum(extra)
        tested = []
        for (force, counts), more in zip(cubes, extra, strict=True):
            force, counts = force[:, week:end].copy(), counts[:, :, week:end].copy()
            force[kind, 0] += more
            counts[kind, area, 0] += more
            tested.append(compare(force, counts, on_file, since, 7))
        q = adjusted(tested, kinds * areas * len(cubes))
        hit = any(((one.kind == kind) & (one.area == area) & (own <= FALSE_DISCOVERY_RATE)).any()
                  for one, own in zip(tested, q, strict=True))  # fmt: skip
        found.append((base, bool(hit)))
    return found


def surge_rows(name: str, found: Sequence[tuple[float, bool]]) -> list[str]:
    """A row per size of the base."""
    rows = []
    for low, high in BASES:
        hits = [hit for base, hit in found if low <= base < high]
        if len(hits) >= 10:
            size = f"{low}-{high}" if high < 10_000 else f"{low} or more"
            rows.append(f"| {name} | {size} | {len(hits)} | {100 * np.mean(hits):.0f} % |")
    print("\n".join(rows), flush=True)
    return rows


def false_drifts(cubes: Cubes, draws: int, draw: np.random.Generator, direction: Direction) -> str:
    """Drifts that begin to be told in the run of half a year, drawn without any, a year and all series."""
    past = np.arange(WEEKS) >= RUN_WEEKS
    kinds, areas, _ = cubes[0][1].shape
    length = 52 * kinds * areas / FALSE_A_YEAR
    alarms = 0
    for _ in range(draws):
        force, counts = drawn(cubes, draw)[0]
        level = level_of(counts, seasonal_wave(force, past), past, np.full(areas, WEEKS))
        watched = watch(level, np.ones((areas, WEEKS), dtype=bool), direction, RATIO)
        # The highest sum of the run: what was a drift at any time of it counts.
        highest = watched.sums.max(axis=1)
        for series in np.flatnonzero(highest > 0).tolist():
            typical, spread = float(watched.typical[series]), float(level.dispersion[series])
            alarms += drift_threshold(typical, spread, RATIO, length, direction, float(highest[series])) is not None
    found = (
        f"| {direction} | {kinds * areas:,} | {draws} | {alarms / draws * 52 / RUN_WEEKS:.2f} | {FALSE_A_YEAR:.0f} |"
    )
    print(found, flush=True)
    return found


def run_lengths(draw: np.random.Generator) -> list[str]:
    """Run lengths by Markov chain beside simulated ones, with and without the season in the mean."""
    rows = []
    for mean, spread in ((0.5, 0.0), (3.0, 0.05), (20.0, 0.02), (150.0, 0.01)):
        threshold = drift_threshold(mean, spread, RATIO, 520.0, "up")
        assert threshold is not None
        flat, wavy = (_simulated(mean, spread, threshold, wave, draw) for wave in (0.0, 0.25))
        rows.append(f"| {mean:g} | {spread:g} | {threshold:.1f} | 520 | {flat:.0f} | {wavy:.0f} |")
    print("\n".join(rows), flush=True)
    return rows


def _simulated(mean: float, spread: float, threshold: float, wave: float, draw: np.random.Generator) -> float:
    size = 2_000
    sums, lengths, running = np.zeros(size), np.zeros(size), np.ones(size, dtype=bool)
    phase = draw.uniform(0, 2 * np.pi, size)
    week = 0
    while running.any() and week < 20_000:
        week += 1
        level = mean * np.exp(wave * np.cos(2 * np.pi * week / 52.18 + phase))
        heat = draw.gamma(1 / spread, spread, size) if spread else np.ones(size)
        sums = np.maximum(sums + draw.poisson(level * heat) - reference_value(level, np.array(spread), RATIO), 0)
        over = running & (sums >= threshold)
        lengths[over], running = week, running & ~over
    return float(lengths.mean())


def false_novelties(frame: IncidentFrame, windows: int, draw: np.random.Generator) -> str:
    """Windows with a word "more frequent than ever", the dates of all records dealt anew."""
    time = frame.column["time"]
    alarmed, tested = 0, 0
    for _ in range(windows):
        order = draw.permutation(len(frame))
        column = {name: values[order] if name in ("code", "premise", "domestic") else values
                  for name, values in frame.column.items()}  # fmt: skip
        dealt = replace(
            frame, column=column, offence=frame.offence[order], initiation=frame.initiation[order],
            mapped=frame.mapped[order],
        )  # fmt: skip
        found = find_novelties(dealt, float(time[-1]) + 1)
        alarmed += any(one.how == "more" for one in found.novelties)
        tested = found.tested
    row = f"| {tested} | {windows} | {alarmed} | {100 * FALSE_DISCOVERY_RATE:.0f} % |"
    print(row, flush=True)
    return row


def counted(frame: IncidentFrame, area: AreaKind) -> tuple[Weekly, Cubes]:
    """The last 156 weeks of the file."""
    end = float(frame.column["time"][-1]) + 1
    weekly = count_weekly(frame, end, area=area, days=7, end=end, periods=WEEKS)
    weekly = replace(weekly, on_file=np.ones(WEEKS, dtype=bool))
    return weekly, cubes_of(weekly)


def measure(frame: IncidentFrame, years: int) -> str:
    """All tables."""
    draw = np.random.default_rng(SEED)
    force, districts, beats = (counted(frame, area) for area in ("force", "district", "beat"))
    nulls = [
        null("districts, dates dealt anew", (dates_dealt(districts[0], draw) for _ in range(years)), WEEKS, EVERY),
        null("districts, drawn", (drawn(districts[1], draw) for _ in range(years)), WEEKS, EVERY),
        null("districts, dates dealt anew, past of 45 weeks",
             (dates_dealt(districts[0], draw) for _ in range(years)), SHORT, EVERY),
        null("districts, drawn, past of 45 weeks", (drawn(districts[1], draw) for _ in range(years)), SHORT, EVERY),
        null("beats, dates dealt anew", (dates_dealt(beats[0], draw) for _ in range(years)), WEEKS, 2 * EVERY),
        null("whole force, drawn", (drawn(force[1], draw) for _ in range(years)), WEEKS, EVERY),
        null("whole force, drawn, past of 45 weeks", (drawn(force[1], draw) for _ in range(years)), SHORT, EVERY),
        null("whole force, drawn, past of 30 weeks", (drawn(force[1], draw) for _ in range(years)), SHORTEST, EVERY),
    ]  # fmt: skip
    harder = [
        null("districts, weeks dealt anew", (weeks_dealt(districts[1], draw) for _ in range(years)), WEEKS, EVERY),
        null("whole force, weeks dealt anew", (weeks_dealt(force[1], draw) for _ in range(years)), WEEKS, EVERY),
    ]
    found = [
        *surge_rows("whole force", surges(force[1], 400, WEEKS, draw)),
        *surge_rows("whole force, past of 45 weeks", surges(force[1], 400, SHORT, draw)),
        *surge_rows("districts", surges(districts[1], 900, WEEKS, draw)),
        *surge_rows("districts, past of 45 weeks", surges(districts[1], 900, SHORT, draw)),
    ]
    drifts = [false_drifts(districts[1], years, draw, "up"), false_drifts(districts[1], years, draw, "down")]
    lengths = run_lengths(draw)
    lucas = count_run_length(0.25, 0, 0.25, 10)
    words = false_novelties(frame, years, draw)
    return DOCUMENT_TEXT.format(
        date=datetime.now(UTC).date(),
        rows=len(frame),
        nulls="\n".join(one.row() for one in nulls),
        harder="\n".join(one.row() for one in harder),
        surges="\n".join(found),
        drifts="\n".join(drifts),
        lengths="\n".join(lengths),
        lucas=lucas,
        words=words,
    )


DOCUMENT_TEXT = """# Emerging problems, drifts and new words: false alarms and what is found

Chicago Police Department via the City of Chicago Data Portal, 2014-2016 ({rows:,} records), made years of seed 2016.
Run on {date} with `python -m benchmarks.evidence.emerging --write`; the module says how the years are made.

## Emerging problems where nothing changed
Stated: at most 5 % of weekly data cycles have any alarm. Four parts of the day, all offences. With 20 years the
standard error of a share is about 1 point, as the cycles of a year share their past.

| series | in all | cycles | with an alarm | alarms a cycle |
|---|---|---|---|---|
{nulls}

Whole weeks dealt anew keep what really happened in them (as the week of 30 October 2016, or a burst of vehicle thefts
in one district), which is then found again. How many of these alarms are such weeks, and how many are false, was not
told apart.

| series | in all | cycles | with an alarm | alarms a cycle |
|---|---|---|---|---|
{harder}

## Doublings found by the end of their first week
The base is the usual week of the series; a doubling is as many again. Aim: 80 %.

| series | base | tried | found |
|---|---|---|---|
{surges}

## False drifts
Half-years drawn without a drift; false drifts a year over all series, as run and as stated.

| direction | series | half-years | false a year | stated |
|---|---|---|---|---|
{drifts}

Run lengths of single series, by Markov chain and in 2,000 simulated runs; the last column has a season of 25 % in its
mean. Lucas (1985, table 2) prints 438 for h = 10, k = 0.25 at a mean of 0.25; the chain gives {lucas:.1f}.

| mean | over-dispersion | threshold | stated | simulated | with a season |
|---|---|---|---|---|---|
{lengths}

## Words more frequent than ever
All records' words dealt anew over the dates; windows of 14 days.

| words tested | windows | with an alarm | stated at most |
|---|---|---|---|
{words}
"""


async def fetch() -> IncidentFrame:
    """The Chicago file as a frame, imported now."""
    with tempfile.TemporaryDirectory() as folder:
        store = await prepare(Path(folder) / "evidence.db", None)
        frame, _, _ = await build(store)
        await store.close()
    return frame


def main() -> None:
    """Read the call, run, print, write where asked."""
    parser = argparse.ArgumentParser(description="False alarms and detections of emerging problems.")
    parser.add_argument("--years", type=int, default=20, help="made years of each kind")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name} in docs/evidence")
    options = parser.parse_args()
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    text = measure(asyncio.run(fetch()), options.years)
    if options.write:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
