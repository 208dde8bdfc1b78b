"""How often profiles' intervals hold the truth, and what shifts brought against what was expected of them.

``python -m benchmarks.evidence.when [--write]``: drawn places, and where the open data is here a quarter of Chicago's
robberies and burglaries by beat and shift after a year that was learned from; with ``--write`` the tables go to
docs/evidence/when.md.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ilp_core.analyse.when.aoristic import aoristic
from ilp_core.analyse.when.profile import HOURS, Profiles, busiest, profiles_of
from ilp_core.analyse.when.shifts import minutes_in, shift_counts
from ilp_core.domain.shifts import PRESET_SHIFTS

ROOT: Final = Path(__file__).resolve().parents[2]
REPORT: Final = ROOT / "docs/evidence/when.md"
CHICAGO: Final = ROOT.parent / "shared/data/chicago_crimes_2014-2016.parquet"
SEED: Final = 9
DAY_S: Final = 86_400
#: Learned from a year to a Monday 00:00, tried on the thirteen weeks after it.
ORIGIN: Final = int(datetime(2016, 9, 26, tzinfo=UTC).timestamp())
LEARNED_DAYS: Final = 364
TRIED_WEEKS: Final = 13
Counts = NDArray[np.float64]


def plain(counts: Counts) -> Profiles:
    """Profiles of records that each have an hour."""
    total = counts.sum(axis=1)
    return profiles_of(counts, total.astype(np.int64), total)


def drawn_rows() -> list[str]:
    """Of drawn places the share of intervals that hold the truth; the city has an evening peak."""
    draw = np.random.default_rng(SEED)
    middle = np.exp(np.cos((np.arange(HOURS) - 20) * 2 * np.pi / 24))
    middle /= middle.sum()
    rows = [
        "| Concentration | Records a place | estimated | hour's share | busiest 4 h | told from flat |",
        "|---|---|---|---|---|---|",
    ]
    for concentration in (10, 30, 200):
        for records in (3, 30, 300):
            truth = draw.dirichlet(concentration * middle, 500)
            found = plain(np.array([draw.multinomial(records, share) for share in truth]).astype(np.float64))
            low, high = found.interval(0.9)
            peak = busiest(found, 4)
            daily = truth.reshape(len(truth), 7, 24).sum(axis=1)
            hours = (peak.start[:, None] + np.arange(4)) % 24
            true_peak = np.take_along_axis(daily, hours, axis=1).sum(axis=1)
            shares = (
                ((low <= truth) & (truth <= high)).mean(),
                ((peak.low <= true_peak) & (true_peak <= peak.high)).mean(),
                peak.distinct.mean(),
            )
            rows.append(
                f"| {concentration} | {records} | {found.concentration:.0f} | "
                + " | ".join(f"{share:.3f}" for share in shares)
                + " |"
            )
    return rows


def flat_rows() -> list[str]:
    """How often a flat place is told from a flat day."""
    draw = np.random.default_rng(SEED)
    rows = ["| Records a place | 2 h | 4 h | 8 h |", "|---|---|---|---|"]
    for records in (5, 30, 300):
        found = plain(draw.multinomial(records, np.full(HOURS, 1 / HOURS), size=4_000).astype(np.float64))
        told = [busiest(found, length).distinct.mean() for length in (2, 4, 8)]
        rows.append(f"| {records} | " + " | ".join(f"{share:.3f}" for share in told) + " |")
    return rows


def chicago_rows() -> list[str]:
    """Per offence what the beats' shifts brought, against profiles and against the rate spread evenly."""
    table = pd.read_parquet(CHICAGO, columns=["Date", "Primary Type", "Beat"])
    rows = [
        "| Offence | Shifts tried | expected | brought | 90 % holds | concentration | own hours | even | city's |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for offence in ("ROBBERY", "BURGLARY"):
        own = table[table["Primary Type"] == offence]
        local = pd.to_datetime(own["Date"], format="%m/%d/%Y %I:%M:%S %p").to_numpy().astype("datetime64[s]")
        rows.append(
            _tried(offence.lower(), local.astype(np.int64), own["Beat"].astype("category").cat.codes.to_numpy())
        )
    return rows


def _tried(offence: str, local: NDArray[np.int64], beat: NDArray[np.int8]) -> str:
    beats = int(beat.max()) + 1
    learned = (local >= ORIGIN - LEARNED_DAYS * DAY_S) & (local < ORIGIN)
    # Exactly midnight and noon stand for an unknown hour.
    timed = learned & ~np.isin(local % DAY_S, (0, DAY_S // 2))
    spread = aoristic(local[timed], local[timed], group=beat[timed].astype(np.intp), groups=beats)
    found = profiles_of(spread.weight, spread.records, spread.effective)
    records = np.bincount(beat[learned], minlength=beats)
    counts = shift_counts(found, records, LEARNED_DAYS, PRESET_SHIFTS)
    seen = np.zeros((TRIED_WEEKS, beats, len(PRESET_SHIFTS), 7))
    after = (local >= ORIGIN) & (local < ORIGIN + TRIED_WEEKS * 7 * DAY_S) & ~np.isin(local % DAY_S, (0, DAY_S // 2))
    minute = (local[after] - ORIGIN) // 60
    for number, shift in enumerate(PRESET_SHIFTS):
        begun = minute - shift.hours.start
        inside = (begun >= 0) & (begun % 1_440 < (shift.hours.end - shift.hours.start) % 1_440)
        day = begun[inside] // 1_440
        np.add.at(seen, (day // 7, beat[after][inside], number, day % 7), 1)
    # What is tried has hours, so what is expected is of records with hours as well.
    timely = spread.records.sum() / records.sum()
    low, high = counts.interval(0.9)
    held = ((seen >= low) & (seen <= high)).mean()
    parts = np.stack([[minutes_in(shift.hours, day) / 60 for day in range(7)] for shift in PRESET_SHIFTS])
    city = np.einsum("h,swh->sw", found.city, parts) * (records / LEARNED_DAYS * 7)[:, None, None]
    even = np.broadcast_to((records / LEARNED_DAYS / 3)[:, None, None], counts.expected.shape)
    expected = counts.expected.sum() * TRIED_WEEKS * timely
    scores = (deviance(seen, each * timely) for each in (counts.expected, even, city))
    return (
        f"| {offence} | {seen.size:,} | {expected:.0f} | {seen.sum():.0f} | {held:.3f} | "
        f"{found.concentration:,.0f} | " + " | ".join(f"{score:,.0f}" for score in scores) + " |"
    )


def deviance(seen: Counts, expected: Counts) -> float:
    """Poisson deviance: the lower, the nearer was what was expected."""
    safe = np.maximum(np.broadcast_to(expected, seen.shape), 1e-6)
    logs = np.where(seen > 0, seen * np.log(np.where(seen > 0, seen, 1.0) / safe), 0.0)
    return float(2 * (logs - seen + safe).sum())


def report() -> str:
    """All tables as Markdown."""
    lines = [
        "# Evidence: hours and shifts",
        "",
        f"Made on {datetime.now(UTC).date().isoformat()} by `python -m benchmarks.evidence.when --write`.",
        "",
        "## How often 90 % intervals hold the truth",
        "",
        f"500 drawn places a row (seed {SEED}), whose hours differ from the city's as the concentration says.",
        "",
        *drawn_rows(),
        "",
        "## How often a flat place is told from a flat day",
        "",
        f"4,000 drawn places a row (seed {SEED}); at most 0.05 is wanted.",
        "",
        *flat_rows(),
        "",
    ]
    if CHICAGO.exists():
        lines += [
            "## What shifts brought",
            "",
            f"Chicago by beat and preset shift: {LEARNED_DAYS} days to 26 September 2016 learned from, the "
            f"{TRIED_WEEKS} weeks after it tried. Source: City of Chicago Data Portal, `ijzp-q8t2`, pulled 2018-11. "
            "The last three columns are Poisson deviances: lower is nearer.",
            "",
            *chicago_rows(),
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    """Read the call, run, print and write."""
    parser = argparse.ArgumentParser(description="Coverage of profiles and of expected counts per shift.")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name} too")
    written = parser.parse_args().write
    text = report()
    print(text)
    if written:
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
