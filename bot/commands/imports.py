"""beatdesk import: files of incidents and areas, each with its report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import audited, caller, now, print_json, ready_store, run, say
from bot.commands.loading import coming_in
from bot.commands.mapping import confirming, saving
from bot.commands.questions import Questions
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.incidents import LoadReport
from ilp_core.words import areas as area_words
from ilp_core.words import commands
from ilp_core.words import loads as load_words

if TYPE_CHECKING:
    from ilp_core.collect.load import Options

app = typer.Typer(help="Bring files in: incidents, areas, and what else a desk needs.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@app.command()
def incidents(
    files: Annotated[list[Path], typer.Argument(help="CSV, CSV.gz, Parquet or ZIP.")],
    format: Annotated[str, typer.Option(help="auto, generic, or the name of a format.")] = "auto",
    tz: Annotated[str | None, typer.Option(help="Zone of times without an offset.")] = None,
    live: Annotated[
        bool, typer.Option("--live", help="The file follows a live feed: new rows are known from now.")
    ] = False,
    map: Annotated[Path | None, typer.Option(help="A mapping file: which column holds what.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to a proposed mapping.")] = False,
    save_map: Annotated[
        Path | None, typer.Option(help="Write the mapping to this file: agreed, proposed or in use.")
    ] = None,
    crs: Annotated[int | None, typer.Option(help="EPSG code of positions in metres or feet.")] = None,
    replace_period: Annotated[
        bool, typer.Option("--replace-period", help="Rows without a key take the place of others of the same period.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Load records, each file exactly once, and say what came of it."""
    from ilp_core.collect.generic.mapping_file import read_map
    from ilp_core.collect.load import Options

    questions = Questions()

    def options(settings: Settings) -> Options:
        return Options(
            format=format,
            zone=tz,
            usual_zone=settings.timezone,
            live=live,
            map=read_map(map) if map is not None else None,
            crs=crs,
            confirm=confirming(yes=yes, save=save_map, questions=questions),
            save=saving(save_map),
            replace_period=replace_period,
        )

    for file in files:
        run(partial(load_file, file=file, options=options, questions=questions, html=html, as_json=as_json))


async def load_file(
    settings: Settings,
    *,
    file: Path,
    options: Callable[[Settings], Options],
    questions: Questions,
    html: Path | None = None,
    as_json: bool,
) -> None:
    """Load one file of records and show its reports; a refusal is audited too."""
    from ilp_core.collect.load import load_files

    readable(file)
    moment = now()
    async with coming_in(settings, file, moment) as progress, ready_store(settings) as store:
        try:
            reports = await load_files(store, file, options(settings), by=caller(), now=moment, progress=progress)
        except asyncio.CancelledError:
            questions.give_up()
            raise
        except DeskError as error:
            await audited(store, "import", "incidents", "failed", file=file.name[:100], code=error.exit_code)
            raise
    for report in reports:
        _show(report, html, as_json=as_json)


def _show(report: LoadReport, html: Path | None, *, as_json: bool) -> None:
    from ilp_core.present.load_report import report_html, report_text

    data = {**report.as_json(), "by": caller(), "started_at": now().isoformat()}
    if html is not None:
        write_page(html, report_html(data))
    if as_json:
        print_json(report.as_json())
    else:
        say(report_text(data))
        if html is not None:
            typer.echo(load_words.WRITTEN.format(file=html))


def write_page(file: Path, text: str) -> None:
    """Write a page to a file. Raises CallError where that cannot be done."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(load_words.NOT_WRITTEN.format(file=file, why=error.strerror)) from None


def readable(file: Path) -> Path:
    """The file, where its name is text. Raises CallError where it is not: reports and the audit name it."""
    try:
        file.name.encode()
    except UnicodeEncodeError:
        raise CallError(commands.BAD_FILE_NAME.format(name=ascii(file.name))) from None
    return file


@app.command()
def areas(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage or Shapefile.")],
    kind: Annotated[str, typer.Option(help="beat, district, neighbourhood or force.")],
    code: Annotated[
        str | None, typer.Option(help="The field that holds the area's code; left out, one is proposed.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The field that holds its name.")] = None,
    crs: Annotated[int | None, typer.Option(help="EPSG code, where the file does not name it.")] = None,
    layer: Annotated[str | None, typer.Option(help="The layer, where the file has several.")] = None,
    as_json: Json = False,
) -> None:
    """Load areas with their outlines."""
    run(partial(_areas, file=file, kind=kind, code=code, name=name, crs=crs, layer=layer, as_json=as_json))


async def _areas(
    settings: Settings,
    file: Path,
    kind: str,
    code: str | None,
    name: str | None,
    crs: int | None,
    layer: str | None,
    as_json: bool,
) -> None:
    from ilp_core.collect.areas.load import load_areas

    readable(file)
    moment = now()
    async with coming_in(settings, file, moment), ready_store(settings) as store:
        try:
            report = await load_areas(
                store,
                file,
                kind=kind,
                code_field=code,
                name_field=name,
                crs=crs,
                layer=layer,
                by=caller(),
                now=moment,
            )
        except DeskError as error:
            await audited(store, "import", "areas", "failed", file=file.name[:100], code=error.exit_code)
            raise
    data = report.as_json()
    if as_json:
        print_json(data)
        return
    for line in (area_words.REPORT, area_words.REPORT_CHANGES, area_words.REPORT_CRS):
        say(line.format(**data))
    for reason, count in report.rejected.items():
        say(area_words.REPORT_REJECTED.format(count=count, reason=reason))
