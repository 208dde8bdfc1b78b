"""How often a forecast's own interval holds: ``python -m benchmarks.evidence.forecast [--write]``.

Every week of the open data's scored spans, every offence with at least 1,000 events: the additive forecast made
before the week says how many records the whole city may expect and which counts hold nine such weeks in ten. Counted
is how often they did, and how many were expected for each that occurred. ``--write`` writes a page in docs/evidence.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.accuracy import TOWNS, Town, load
from ilp_core.analyse.backtest.study import Study, make_study
from ilp_core.analyse.forecast.expectation import fit_expectation
from ilp_core.analyse.forecast.training import Training
from ilp_core.domain.errors import CallError

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/evidence/forecast.md"
COMMAND: Final = "python -m benchmarks.evidence.forecast --write"
BAR: Final = "bars: 88 to 92 % of all weeks held, 0.95 to 1.05 records expected for each that occurred"
PAGE_HEAD: Final = """\
# What a forecast's interval is worth

Made by `{command}` on {today:%Y-%m-%d}, from the open data of the back-tests.
For every week, the additive forecast made before it says which counts of the whole city hold nine such weeks in ten.
The bars are 88 to 92 % of all weeks, and 0.95 to 1.05 records expected for each that occurred.

"""
_STUDIES: dict[str, Study] = {}


@dataclass(frozen=True)
class Held:
    """One offence of one city: its weeks, those that the interval held, and the records expected and occurred."""

    town: str
    offence: str
    weeks: int
    held: int
    expected: float
    occurred: float


def study_of(town: Town) -> Study | None:
    """The study of a town as the back-test makes it; None where it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        city, zone = asyncio.run(load(town, Path(folder)))
    try:
        return make_study(city.frame, first=town.first, last=town.last, zone=zone, decided=city.decided)
    except CallError:
        return None


def hold(asked: tuple[str, str]) -> Held:
    """Forecast every week of one offence and count."""
    town, offence = asked
    study = _STUDIES[town]
    training, held, expected, occurred = None, 0, 0.0, 0.0
    for origin in study.origins:
        target = study.target(offence, origin)
        past = study.history.before(origin)
        training = training or Training(target.offences)
        mean, low, high = fit_expectation(past, training, origin).total()
        came = float(target.observed(study.history).sum())
        held, expected, occurred = held + (low <= came <= high), expected + mean, occurred + came
    return Held(town, offence, len(study.origins), held, expected, occurred)


def table(rows: Sequence[Held]) -> list[str]:
    """The lines of the table, with all of them together at its end."""
    weeks, held = sum(row.weeks for row in rows), sum(row.held for row in rows)
    expected, occurred = sum(row.expected for row in rows), sum(row.occurred for row in rows)
    return [
        "| city | offence | weeks | interval held | records | expected / occurred |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {row.town} | {row.offence} | {row.weeks} | {row.held / row.weeks:.0%} | {row.occurred:,.0f} "
            f"| {row.expected / row.occurred:.2f} |"
            for row in rows
        ),
        f"| **all** | | {weeks} | **{held / weeks:.1%}** | {occurred:,.0f} | **{expected / occurred:.3f}** |",
    ]


def main() -> None:
    """Run it, print the table and, where asked, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    for town in TOWNS:
        study = study_of(town)
        if study is not None:
            _STUDIES[town.name] = study
    work = [(name, offence) for name, study in _STUDIES.items() for offence in study.offences]
    # Forked, so that the studies are there already.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        rows = list(pool.map(hold, work))
    lines = table(rows)
    print("\n".join(lines))
    print(BAR)
    if given.write:
        PAGE.write_text(PAGE_HEAD.format(command=COMMAND, today=datetime.now(UTC)) + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
