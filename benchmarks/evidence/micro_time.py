"""How many micro-time hotspots chance opens: ``python -m benchmarks.evidence.micro_time [--write]``.

Chicago's records of 2015 and 2016, at several moments of 2016. For each the year before it is taken as it was, and as
40 years in which the dates are shuffled among the records of each offence: places, and how many crimes of each kind
each day had, stay as they were, and nothing is left to find. What opens there is chance. Two things are checked
against the stated rate of 5 %: the share of shuffled years in which anything opens at all (where nothing is true, the
false-discovery rate is the chance of opening anything), and the mean number opened.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ilp_core.analyse import micro_time
from ilp_core.analyse.chronic import YEAR_DAYS
from ilp_core.analyse.coverage import coverage_of
from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.micro_time import FALSE_DISCOVERY_RATE, expected_false, find_micro_time, past_days
from ilp_core.analyse.sinks import find_sinks
from ilp_core.domain.offences import MICRO_TIME_OFFENCES, OFFENCE_CODE

MOMENTS = tuple(f"2016-{month:02d}-15T21:30:00-06:00" for month in (1, 3, 5, 7, 9, 11))
YEARS = 40
SEED = 2016
PAGE = Path(__file__).resolve().parents[2] / "docs/evidence/micro_time.md"


@dataclass(frozen=True)
class Trial:
    """What opened at one moment: in the real year, of these expected false, and in each shuffled year."""

    at: float
    real: int
    false: float
    shuffled: tuple[int, ...]


def part_of(frame: IncidentFrame, rows: Rows) -> IncidentFrame:
    """A frame of ``rows`` alone."""
    fields = ("offence", "harm", "rankable", "initiation", "mapped", "may_rank")
    return replace(
        frame,
        column={name: values[rows] for name, values in frame.column.items()},
        origin=replace(frame.origin, source=frame.origin.source[rows]),
        **{name: getattr(frame, name)[rows] for name in fields},
    )


def shuffled(frame: IncidentFrame, draw: np.random.Generator) -> IncidentFrame:
    """The same places and the same dates of each offence, joined at random.

    The places move: their records stay in order of time. What a record may count for stays with its place.
    """
    order = np.argsort(frame.offence, kind="stable")
    mixed = np.lexsort((draw.random(len(frame)), frame.offence))
    source = np.empty(len(frame), dtype=np.intp)
    source[order] = mixed
    moving = ("x", "y", "beat", "district", "block", "premise", "domestic", "initiated")
    return replace(
        frame,
        column={**frame.column, **{name: frame.column[name][source] for name in moving}},
        **{name: getattr(frame, name)[source] for name in ("harm", "rankable", "initiation", "mapped")},
    )


def trials(frame: IncidentFrame, moments: Sequence[float], years: int, seed: int) -> list[Trial]:
    """One trial per moment, with ``years`` shuffled years each."""
    draw = np.random.default_rng(seed)
    proposing = np.isin(frame.offence, [OFFENCE_CODE[slug] for slug in MICRO_TIME_OFFENCES])
    found = []
    for at in moments:
        seen = frame.seen(frame.all_rows[: frame.until(at)], float("-inf"), at, at)
        days = past_days(frame, coverage_of(frame, seen, frame.first_ranked(at)), at)
        rows = frame.seen(frame.all_rows[: frame.until(at)], at - YEAR_DAYS * DAY_S, at, at)
        sinks = find_sinks(frame, gather(frame, rows, Limits(), at).rows)
        year = part_of(frame, rows[proposing[rows]])
        real = find_micro_time(year, year.all_rows, at, sinks, days)
        opened = [len(find_micro_time(shuffled(year, draw), year.all_rows, at, sinks, days)) for _ in range(years)]
        found.append(Trial(at, len(real), expected_false(real), tuple(opened)))
    return found


def table(found: Sequence[Trial]) -> list[str]:
    """The trials as a Markdown table, and what they come to."""
    lines = [
        "| moment (UTC) | opened, real year | of these false, at most | shuffled years | with any | mean opened |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for trial in found:
        moment = datetime.fromtimestamp(trial.at, UTC).strftime("%Y-%m-%d %H:%M")
        any_open = sum(count > 0 for count in trial.shuffled)
        lines.append(
            f"| {moment} | {trial.real} | {trial.false:.2f} | {len(trial.shuffled)} | {any_open} "
            f"| {np.mean(trial.shuffled):.3f} |"
        )
    opened = np.array([count for trial in found for count in trial.shuffled])
    real = np.mean([trial.real for trial in found])
    lines += [
        "",
        f"Shuffled years in which anything opened: {np.count_nonzero(opened)} of {len(opened)} "
        f"({np.mean(opened > 0):.1%}; stated: at most {FALSE_DISCOVERY_RATE:.0%}).",
        f"Opened in a shuffled year on average: {opened.mean():.3f}; in a real one: {real:.1f}.",
    ]
    return lines


def main() -> None:
    """Read the call, run, print, and write the page where asked."""
    from benchmarks.evidence.pattern_data import CHICAGO, chicago_frame

    parser = argparse.ArgumentParser(description="Micro-time hotspots opened by chance.")
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--no-season", action="store_true", help="leave out the busy season, to see what it is for")
    parser.add_argument("--write", action="store_true", help="write docs/evidence/micro_time.md")
    options = parser.parse_args()
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    if options.no_season:
        micro_time.PRIOR_ELSEWHERE = 1e12
    begun = time.perf_counter()
    moments = [datetime.fromisoformat(moment).timestamp() for moment in MOMENTS]
    lines = table(trials(chicago_frame("2015-01-01"), moments, options.years, options.seed))
    print("\n".join(lines))
    print(f"{time.perf_counter() - begun:.0f} s")
    if options.write:
        head = [
            "# Micro-time hotspots opened by chance",
            "",
            f"Written on {datetime.now(UTC):%d %B %Y} by `python -m benchmarks.evidence.micro_time --write`.",
            f"Data: Chicago, 2015 and 2016, located records of the offences that may propose. Seed {options.seed}.",
            "",
            *(__doc__ or "").split("\n\n", 1)[1].strip().splitlines(),
            "",
        ]
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
