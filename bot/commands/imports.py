"""beatdesk import: files of incidents and areas, each with its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import audited, caller, now, print_json, ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.incidents import LoadReport
from ilp_core.words.en import commands

app = typer.Typer(help="Bring files in: incidents, areas.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@app.command()
def incidents(
    files: Annotated[list[Path], typer.Argument(help="CSV, CSV.gz, Parquet or ZIP.")],
    format: Annotated[str, typer.Option(help="auto, chicago or beatdesk.")] = "auto",
    tz: Annotated[str | None, typer.Option(help="Zone of times without an offset.")] = None,
    live: Annotated[
        bool, typer.Option("--live", help="The file follows a live feed: new rows are known from now.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Load incidents, each file exactly once, and say what came of it."""
    for file in files:
        run(partial(_incidents, file=file, format=format, tz=tz, live=live, as_json=as_json))


def readable(file: Path) -> Path:
    """The file, where its name is text. Raises CallError where it is not: reports and the audit name it."""
    try:
        file.name.encode()
    except UnicodeEncodeError:
        raise CallError(commands.BAD_FILE_NAME.format(name=ascii(file.name))) from None
    return file


async def _incidents(settings: Settings, file: Path, format: str, tz: str | None, live: bool, as_json: bool) -> None:
    from ilp_core.collect.load import load_incidents

    readable(file)
    async with ready_store(settings) as store:
        try:
            with progress_bar(file.name) as progress:
                report = await load_incidents(
                    store,
                    file,
                    format=format,
                    zone=tz or settings.timezone,
                    live=live,
                    by=caller(),
                    now=now(),
                    progress=progress,
                )
        except DeskError as error:
            await audited(store, "import", "incidents", "failed", file=file.name[:100], code=error.exit_code)
            raise
    if as_json:
        print_json(report.as_json())
    else:
        _print_report(report)


@app.command()
def areas(
    file: Annotated[Path, typer.Argument(help="GeoJSON in degrees.")],
    kind: Annotated[str, typer.Option(help="beat, district, neighbourhood or force.")],
    code: Annotated[str, typer.Option(help="The property that holds the area's code.")],
    name: Annotated[str | None, typer.Option(help="The property that holds its name.")] = None,
    as_json: Json = False,
) -> None:
    """Load areas with their outlines."""
    run(lambda settings: _areas(settings, file, kind, code, name, as_json))


async def _areas(settings: Settings, file: Path, kind: str, code: str, name: str | None, as_json: bool) -> None:
    from ilp_core.collect.areas import load_areas

    readable(file)
    async with ready_store(settings) as store:
        try:
            report = await load_areas(
                store, file, kind=kind, code_field=code, name_field=name, by=caller(), now=now()
            )
        except DeskError as error:
            await audited(store, "import", "areas", "failed", file=file.name[:100], code=error.exit_code)
            raise
    data = report.as_json()
    if as_json:
        print_json(data)
        return
    typer.echo(f"{report.file}: {report.areas} areas of kind {report.kind} from {report.features} features")
    typer.echo(f"  added {report.added} · changed {report.changed} · same {report.same}")
    for reason, count in report.rejected.items():
        typer.echo(f"  rejected {count}: {reason}")


def _print_report(report: LoadReport) -> None:
    typer.echo(f"{report.file}: read as {report.format}, {report.rows:,} rows")
    typer.echo(f"  loaded {report.loaded:,} · updated {report.updated:,} · already known {report.known:,}")
    for reason, count in report.rejected.items():
        typer.echo(f"  rejected {count:,}: {reason}")
    if report.located is not None:
        typer.echo(f"  with coordinates {report.located:.1%} · with a real hour {report.timed or 0:.1%}")
    if report.first and report.last:
        typer.echo(f"  first {report.first:%Y-%m-%d %H:%M} · last {report.last:%Y-%m-%d %H:%M}")
    for code, count in report.unmapped.items():
        typer.echo(f"  offence code {code} is not in the map: {count:,} rows count as other and rank no place")
    for sentence in report.cannot_answer:
        typer.echo(f"  note: {sentence}")


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal, nothing elsewhere; what it is told may come from another thread."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
