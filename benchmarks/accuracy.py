"""How well forecasts do on the open data: ``python -m benchmarks.accuracy [--quick] [--write]``.

Each city's file comes in through the desk's own import into a store of its own, so that the exclusions are those of
the product. Weekly origins, cells of 250 m, every offence with at least 1,000 events, every method. ``--quick`` takes
the last quarter of each span only; ``--write`` writes docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ilp_core.analyse.backtest.choose import chosen
from ilp_core.analyse.backtest.measures import AREA_SHARES, DECISION_SHARE
from ilp_core.analyse.backtest.methods import all_methods
from ilp_core.analyse.backtest.result import BacktestResult, Row, result_of
from ilp_core.analyse.backtest.run import run_study
from ilp_core.analyse.backtest.study import make_study
from ilp_core.analyse.city import City
from ilp_core.assistant.desk import Desk
from ilp_core.collect.load import Options, load_files
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.errors import CallError
from ilp_core.present.score_report import change, choice_text, notes, number, percent
from ilp_core.storage import open_store, upgrade

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared/data"
PAGE: Final = ROOT / "docs/accuracy.md"
COMMAND: Final = "python -m benchmarks.accuracy --write"


@dataclass(frozen=True)
class Town:
    """A file of open data and the days that are scored; everything before them is history."""

    name: str
    file: str
    first: date
    last: date


TOWNS: Final = (
    Town("Chicago 2016", "chicago_crimes_2014-2016.parquet", date(2016, 1, 1), date(2016, 12, 31)),
    Town("Houston 2010", "houston_crimes_2010-01_2010-08.parquet", date(2010, 5, 1), date(2010, 8, 31)),
    Town("New York 2017", "nyc_vehicle_thefts_2014-2017_start-end.parquet", date(2017, 1, 1), date(2017, 12, 31)),
    Town("Memphis 2019", "memphis_robberies_2019.parquet", date(2019, 7, 1), date(2019, 12, 31)),
    Town("West Yorkshire", "policeuk_west-yorkshire_street_3months.parquet", date(2017, 7, 1), date(2018, 7, 31)),
)


@dataclass(frozen=True)
class Scored:
    """What came of one city: its result, or why there is none."""

    town: Town
    result: BacktestResult | None
    refused: str
    seconds: float


async def load(town: Town, folder: Path) -> tuple[City, ZoneInfo]:
    """The city of a file, through the desk's own import."""
    address = f"sqlite:///{folder / 'city.db'}"
    await asyncio.to_thread(upgrade, address)
    store = open_store(address)
    try:
        await load_presets(store)
        await load_files(
            store,
            DATA / town.file,
            Options(),
            by="benchmark",
            now=datetime.now(UTC),
            progress=lambda _done, _all: None,
        )
        desk = Desk(store)
        city = (await desk.view()).ground.city
        async with store.read() as uow:
            return city, await desk.zone(uow)
    finally:
        await store.close()


def score(town: Town, *, quick: bool) -> Scored:
    """Load a city and score it; the frame is gone when it is done."""
    with tempfile.TemporaryDirectory() as folder:
        city, zone = asyncio.run(load(town, Path(folder)))
    begun = time.perf_counter()
    first = max(town.first, town.last - timedelta(days=91)) if quick else town.first
    try:
        study = make_study(city.frame, first=first, last=town.last, zone=zone, decided=city.decided)
        result = result_of(study, run_study(study, all_methods("week")))
    except CallError as error:
        return Scored(town, None, str(error), time.perf_counter() - begun)
    return Scored(town, result, "", time.perf_counter() - begun)


# The page


def page(scored: Sequence[Scored], command: str, today: date) -> str:
    """The whole of docs/accuracy.md."""
    wins = [line for each in scored if each.result for line in _standing(each.town.name, each.result)]
    return "\n".join(
        [
            "# How well forecasts do on open data",
            "",
            f"Made by `{command}` on {today}. Weekly forecasts on cells of 250 m at rolling origins, every",
            "offence with at least 1,000 located events, all exclusions of the product applied; every measure is in",
            "[back-tests](analysis/backtest.md). Wins and losses alike are below. No source here records when it",
            "learnt of an event, so all scores are a little optimistic, for every method alike.",
            "",
            "## Who wins at 1 % of the area",
            "",
            "The best method of each kind, and how it stands against the best plain count: ratio of PAI less 1 with",
            "its paired 95 % interval.",
            "",
            "| city | offence | events | best count | PAI | best rival | against it | best learned | against it |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            *wins,
            "",
            *_choices(scored),
            "",
            *(line for each in scored for line in _city(each)),
        ]
    )


def _standing(town: str, result: BacktestResult) -> Iterator[str]:
    for offence in result.offences:
        rows = result.of(offence, DECISION_SHARE)
        best = {kind: max((row for row in rows if row.kind == kind), key=_pai, default=None) for kind in _KINDS}
        naive = best["naive"]
        assert naive is not None
        cells = [town, offence, f"{naive.n:,}", naive.method, number(naive.pai)]
        for kind in ("rival", "learned"):
            row = best[kind]
            cells += [row.method, _gain(row)] if row else ["–", "–"]
        yield f"| {' | '.join(cells)} |"


_KINDS: Final = ("naive", "rival", "learned")


def _choices(scored: Sequence[Scored]) -> Iterator[str]:
    """The method chosen for each offence beside the best of all that are not learned, at every share."""
    yield "## The choice against the best rival"
    yield ""
    lines, worse = [], 0
    for each in scored:
        for choice in chosen(each.result) if each.result else ():
            rows = [row for row in each.result.rows if (row.offence, row.method) == (choice.offence, choice.method)]
            worse += sum(row.rival_hi < 0 for row in rows)
            lines.append(
                f"| {each.town.name} | {choice.offence} | {choice.method} | {' | '.join(map(_beside, rows))} |"
            )
    yield "The method chosen for each offence, and how it stands at each share of the area against the best of all"
    yield "plain counts and rivals there, in the same weeks: ratio of PAI less 1, with the paired 95 % interval of"
    yield f"the difference of both PAI. Of {len(lines) * len(AREA_SHARES)} comparisons {worse} show it to be worse."
    yield ""
    yield f"| city | offence | chosen | {' | '.join(percent(share) for share in AREA_SHARES)} |"
    yield f"| {' | '.join(['---'] * (3 + len(AREA_SHARES)))} |"
    yield from lines


def _beside(row: Row) -> str:
    """The best rival at a share and the gain over it; bold where its interval does not hold zero."""
    said = f"{change(row.rival_gain)} % ({number(row.rival_lo)} to {number(row.rival_hi)})"
    said = f"**{said}**" if row.rival_lo > 0 or row.rival_hi < 0 else said
    return f"{said} {row.best_rival}"


def _pai(row: Row) -> float:
    return row.pai


def _gain(row: Row) -> str:
    """The gain over the best plain count; bold where its interval does not hold zero."""
    if row.method == row.best_naive:
        return "–"
    said = f"{change(row.gain)} % ({change(row.gain_lo)} to {change(row.gain_hi)})"
    return f"**{said}**" if row.gain_lo > 0 or row.gain_hi < 0 else said


def _city(scored: Scored) -> Iterator[str]:
    yield f"## {scored.town.name}"
    yield ""
    if scored.result is None:
        yield f"Refused: {scored.refused}"
        yield ""
        return
    result = scored.result
    parameters = result.basis.parameters
    yield (
        f"{result.weeks} weekly origins from {parameters['first']} to {parameters['last']}, {result.cells:,} cells, "
        f"{result.basis.rows:,} records; {scored.seconds:.0f} s."
    )
    yield from ["", *(note for each in notes(result) for note in (each, ""))]
    choices = {choice.offence: choice for choice in chosen(result)}
    for offence in result.offences:
        yield from [f"### {scored.town.name}: {offence}", "", choice_text(choices[offence]), ""]
        yield from _pai_table(result, offence)
        yield ""
        yield from _calibration_table(result, offence)
        yield ""


def _pai_table(result: BacktestResult, offence: str) -> Iterator[str]:
    """PAI with its interval and the paired gain, at every share."""
    heads = [f"PAI {percent(share)} | against the best count" for share in AREA_SHARES]
    yield f"| method | {' | '.join(heads)} |"
    yield f"| {' | '.join(['---'] * (1 + 2 * len(AREA_SHARES)))} |"
    columns = [result.of(offence, share) for share in AREA_SHARES]
    for rows in zip(*columns, strict=True):
        cells = [
            cell
            for row in rows
            for cell in (f"{number(row.pai)} ({number(row.pai_lo)}–{number(row.pai_hi)})", _gain(row))
        ]
        yield f"| {rows[0].method} | {' | '.join(cells)} |"


def _calibration_table(result: BacktestResult, offence: str) -> Iterator[str]:
    yield (
        "| method | caught at 1 % | PEI | RRI | harm caught | area under the curve | expected/observed | "
        "90 % interval holds | log score | observed/expected, top and bottom tenth |"
    )
    yield f"| {' | '.join(['---'] * 10)} |"
    for row in result.of(offence, DECISION_SHARE):
        parts = result.reliability[offence, row.method]
        ends = [number(seen / due) if due else "–" for due, seen in (parts[0], parts[-1])]
        ratio = (row.expected_over_observed, row.expected_over_observed_lo, row.expected_over_observed_hi)
        calibrated = "{} ({}–{})".format(*map(number, ratio))
        cells = [
            row.method, f"{row.hit_rate:.1%}", number(row.pei), number(row.rri), f"{row.harm_share:.1%}",
            number(row.area_under_curve, 3), calibrated, f"{row.coverage:.0%}", number(row.log_score, 3),
            " / ".join(ends),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the call, run, print or write."""
    parser = argparse.ArgumentParser(description="How well forecasts do on the open data.")
    parser.add_argument("--quick", action="store_true", help="the last quarter of each span only")
    parser.add_argument("--write", action="store_true", help="write docs/accuracy.md")
    parser.add_argument("--town", help="only cities whose name begins so")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"The open data is not here: {DATA}")
    scored = []
    for town in TOWNS:
        if options.town and not town.name.startswith(options.town):
            continue
        scored.append(score(town, quick=options.quick))
        told = "refused" if scored[-1].result is None else f"{len(scored[-1].result.offences)} offences"
        print(f"{town.name}: {told}, {scored[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    text = page(
        scored, COMMAND if not options.quick else COMMAND.replace("--write", "--quick"), datetime.now(UTC).date()
    )
    if options.write:
        PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")
        print(f"Written: {PAGE}")
    else:
        print(text)


if __name__ == "__main__":
    main()
