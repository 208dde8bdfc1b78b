"""beatdesk backtest: how well forecasts would have done in past weeks, each method beside plain counts."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

import typer

from bot.commands.console import audited, print_json, ready_store, run, say, tell
from bot.commands.loading import Left
from bot.settings import Settings
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.offences import FAMILIES, OFFENCES, RANKABLE_OFFENCES
from ilp_core.words import backtest as words

if TYPE_CHECKING:
    from ilp_core.analyse.backtest.result import BacktestResult
    from ilp_core.analyse.backtest.study import Study
    from ilp_core.analyse.forecast.history import Method
    from ilp_core.domain.places import Area
    from ilp_core.storage.engine import Store

ALL: Final = "all"
#: Cells narrower than a junction or wider than a beat are no places to send a patrol to [this project's choice].
LEAST_CELL, MOST_CELL = 50, 2_000
MOST_LAG: Final = 365
#: Seconds to wait for a scheduler that does not answer.
_PATIENCE_S: Final = 10
#: Lines of progress where there is no terminal.
_STEPS: Final = 10
_NAMES: Final = tuple(slug for slug in OFFENCES if slug in RANKABLE_OFFENCES)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Call:
    """What was asked for, checked."""

    offences: tuple[str, ...] | None
    method: str
    first: date
    last: date
    horizon: Literal["week", "shift"]
    cell: float
    lag: float
    cluster: str | None
    workers: int | None


def backtest(
    first: Annotated[str, typer.Option("--from", help="The first day scored, such as 2016-01-01.")],
    last: Annotated[str, typer.Option("--to", help="The last day scored.")],
    offence: Annotated[str, typer.Option(help="An offence or a family of them; all: those with 1,000 events.")] = ALL,
    method: Annotated[str, typer.Option(help="One method beside the plain counts, or all.")] = ALL,
    horizon: Annotated[str, typer.Option(help="week or shift.")] = "week",
    cell: Annotated[float, typer.Option(help="Width of a cell in metres.")] = 250.0,
    lag: Annotated[float, typer.Option(help="Days until a record is known, where no source says.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the result as a page to this file.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Write the chart as SVG to this file.")] = None,
    cluster: Annotated[str | None, typer.Option(help="A Dask scheduler, such as tcp://10.0.0.5:8786.")] = None,
    workers: Annotated[int | None, typer.Option(help="Threads; default: one for each processor.")] = None,
) -> None:
    """Score forecasts of past weeks against what then occurred."""

    async def work(settings: Settings) -> None:
        if chart is not None and chart.suffix.casefold() != ".svg":
            raise CallError(words.BAD_CHART)
        call = Call(
            offences=offences_named(offence),
            method=method,
            first=_day("--from", first),
            last=_day("--to", last),
            horizon=_horizon(horizon),
            cell=_within(cell, LEAST_CELL, MOST_CELL, words.BAD_CELL),
            lag=_within(lag, 0, MOST_LAG, words.BAD_LAG),
            cluster=_address(cluster),
            workers=workers,
        )
        if call.first >= call.last:
            raise CallError(words.BAD_SPAN.format(first=call.first, last=call.last))
        if workers is not None and workers < 1:
            raise CallError(words.BAD_WORKERS.format(value=workers))
        await _backtest(settings, call, as_json, html, chart)

    run(work)


async def _backtest(settings: Settings, call: Call, as_json: bool, html: Path | None, chart: Path | None) -> None:
    from ilp_core.analyse.backtest.data import result_data
    from ilp_core.present.score_chart import backtest_svg
    from ilp_core.present.score_page import backtest_html
    from ilp_core.present.score_report import backtest_text

    methods = _methods(call)
    for file in (html, chart):
        # Said now, not after minutes of work.
        if file is not None and not file.absolute().parent.is_dir():
            raise CallError(words.NOT_WRITTEN.format(file=file, why=words.NO_FOLDER))
    async with ready_store(settings) as store:
        study = await _study(settings, store, call)
        result = await _run(study, methods, call)
        await audited(
            store, "backtest", "forecasts", "done", offences=len(result.offences), weeks=result.weeks,
            horizon=call.horizon, version=result.basis.version,
        )  # fmt: skip
    for file, made in ((html, backtest_html), (chart, backtest_svg)):
        if file is not None:
            _write(file, made(result))
    if as_json:
        print_json(result_data(result))
        return
    say(backtest_text(result))
    for file in (html, chart):
        if file is not None:
            typer.echo(words.WRITTEN.format(file=file))


async def _study(settings: Settings, store: Store, call: Call) -> Study:
    """The records of the newest data version, as analysts decided on its doubtful ones."""
    from functools import partial

    from ilp_core.analyse.backtest.origins import EIGHT_HOURS
    from ilp_core.analyse.backtest.study import make_study
    from ilp_core.assistant.desk import Desk

    desk = Desk(store, settings.timezone)
    city = (await desk.view()).ground.city
    if not len(city.frame):
        raise CallError(words.NO_DATA)
    async with store.read() as uow:
        zone, areas = await desk.zone(uow), await uow.areas.all()
        shifts = [shift.hours for shift in await uow.shifts.for_unit(None)]
        crs = int(await uow.settings.get("crs") or 3857)
    making = partial(
        make_study,
        city.frame,
        first=call.first,
        last=call.last,
        zone=zone,
        offences=call.offences,
        horizon=call.horizon,
        cell=call.cell,
        lag_days=call.lag,
        shifts=shifts or EIGHT_HOURS,
        decided=city.decided,
        outline=outline_of(areas, crs),
    )
    return await asyncio.to_thread(making)


def outline_of(areas: Sequence[Area], crs: int) -> Any:
    """What all areas cover together, in projected metres; None where none has an outline."""
    import shapely

    from ilp_core.collect.projection import project

    drawn = [shapely.make_valid(shapely.from_geojson(area.outline)) for area in areas if area.outline]
    if not drawn:
        return None
    return shapely.transform(shapely.union_all(drawn), lambda x, y: project(crs, y, x), interleaved=False)


async def _run(study: Study, methods: Sequence[Method], call: Call) -> BacktestResult:
    from ilp_core.analyse.backtest.result import result_of
    from ilp_core.analyse.backtest.run import run_study

    left = threading.Event()
    with _progress() as told:

        def heard(done: int, total: int) -> None:
            # A thread cannot be stopped from outside: it stops itself at its next step.
            if left.is_set():
                raise Left
            told(done, total)

        def work() -> BacktestResult:
            # A client waits for its scheduler: not in the loop that hears an interrupt.
            with _client(call.cluster) as client:
                table = run_study(study, methods, workers=call.workers, cluster=client, progress=heard)
            return result_of(study, table)

        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            left.set()
            raise


@contextmanager
def _client(address: str | None) -> Iterator[Any]:
    """A client of the scheduler at ``address``; None for no address."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise CallError(words.CLUSTER_NEEDS) from None
    typed: Any = Client
    try:
        client = typed(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError):
        raise WorkError(words.NO_CLUSTER.format(address=address)) from None
    try:
        yield client
    finally:
        client.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line for each tenth of the work."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words.BAR, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines() -> Progress:
    told = 0

    def heard(done: int, total: int) -> None:
        nonlocal told
        if done * _STEPS // total > told:
            told = done * _STEPS // total
            tell(words.PROGRESS.format(done=done, all=total), err=True)

    return heard


# What a call says


def _methods(call: Call) -> tuple[Method, ...]:
    """The methods to run: all, or the one named beside the plain counts."""
    from ilp_core.analyse.backtest.methods import all_methods, kind_of

    known = all_methods(call.horizon)
    if call.method == ALL:
        return known
    names = [method.name for method in known]
    if call.method not in names:
        like = _like(call.method, names)
        raise CallError(words.BAD_METHOD.format(text=call.method[:40], like=like, known="; ".join(names)))
    return tuple(method for method in known if method.name == call.method or kind_of(method.name) == "naive")


def offences_named(text: str) -> tuple[str, ...] | None:
    """The offence or family named; None for all."""
    if text == ALL:
        return None
    known = (*_NAMES, *FAMILIES)
    for name in (text.casefold().strip(), "_".join(text.casefold().split())):
        if name in known:
            return (name,)
    like = _like(text.casefold(), known)
    raise CallError(words.BAD_OFFENCE.format(text=text[:40], like=like, known=", ".join(known)))


def _like(text: str, known: Sequence[str]) -> str:
    likes = get_close_matches(text, known, n=2)
    return words.LIKE.format(likes=" or ".join(likes)) if likes else ""


def _day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year <= 2200:
        raise CallError(words.BAD_DATE.format(option=option, text=text[:40]))
    return day


def _horizon(text: str) -> Literal["week", "shift"]:
    if text not in ("week", "shift"):
        raise CallError(words.BAD_HORIZON.format(text=text[:40]))
    return cast(Literal["week", "shift"], text)


def _within(value: float, least: float, most: float, sentence: str) -> float:
    if not least <= value <= most:
        raise CallError(sentence.format(value=f"{value:g}", least=least, most=f"{most:,}"))
    return value


def _address(text: str | None) -> str | None:
    if text is not None and not (text.startswith(("tcp://", "tls://")) and text[6:].rpartition(":")[2].isdigit()):
        raise CallError(words.BAD_CLUSTER.format(address=text[:80]))
    return text


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(words.NOT_WRITTEN.format(file=file, why=error.strerror)) from None
