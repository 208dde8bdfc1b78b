"""beatdesk import: calls, stops, concerns, surveys, partner reports, and the templates of their files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import audited, caller, fail, now, print_json, ready_store, run, say, tell
from bot.commands.imports import Json, readable
from bot.commands.loading import coming_in
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.words import inputs as words

if TYPE_CHECKING:
    from ilp_core.domain.columns import RecordKind
    from ilp_core.domain.incidents import LoadReport
    from ilp_core.domain.inputs import InputKind

File = Annotated[Path, typer.Argument(help="CSV, CSV.gz, Parquet or ZIP.")]
Format = Annotated[str, typer.Option(help="auto, or the name of a format.")]
Zone = Annotated[str | None, typer.Option(help="Zone of times without an offset.")]
Live = Annotated[bool, typer.Option("--live", help="The file follows a live feed: new rows are known from now.")]
Replace = Annotated[
    bool, typer.Option("--replace-period", help="Rows without a number take the place of others of the same period.")
]


def calls(
    file: File, format: Format = "auto", tz: Zone = None, live: Live = False, replace_period: Replace = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Load calls for service."""
    run(
        partial(
            _records, file=file, kind="call", format=format, tz=tz, live=live, replace=replace_period, as_json=as_json
        )
    )


def stops(
    file: File, format: Format = "auto", tz: Zone = None, replace_period: Replace = False, as_json: Json = False
) -> None:
    """Load stops: for fairness checks only, never for a ranking."""
    run(
        partial(
            _records,
            file=file,
            kind="stop",
            format=format,
            tz=tz,
            live=False,
            replace=replace_period,
            as_json=as_json,
        )
    )


def concerns(file: File, as_json: Json = False) -> None:
    """Load what residents raised, without any of the residents."""
    run(partial(_inputs, file=file, kind="concern", title="concerns", as_json=as_json))


def surveys(file: File, as_json: Json = False) -> None:
    """Load survey waves, as one row per wave, area and item."""
    run(partial(_inputs, file=file, kind="survey", title="surveys", as_json=as_json))


def partners(file: File, as_json: Json = False) -> None:
    """Load what other agencies reported about places."""
    run(partial(_inputs, file=file, kind="partner", title="partners", as_json=as_json))


def template(
    name: Annotated[str, typer.Argument(help="calls, concerns, partners, stops or surveys.")],
    output: Annotated[Path | None, typer.Option(help="A new file for it, instead of the screen.")] = None,
) -> None:
    """Print the columns of an input, with one example row that cannot be loaded."""
    try:
        _template(name, output)
    except DeskError as error:
        fail(error)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of ``beatdesk import``."""
    for command in (calls, stops, concerns, surveys, partners, template):
        app.command()(command)


async def _records(
    settings: Settings,
    file: Path,
    kind: RecordKind,
    format: str,
    tz: str | None,
    live: bool,
    replace: bool,
    as_json: bool,
) -> None:
    from ilp_core.collect.load import Options, load_files

    options = Options(
        format=format, zone=tz, usual_zone=settings.timezone, live=live, replace_period=replace, kind=kind
    )
    readable(file)
    moment = now()
    async with coming_in(settings, file, moment) as progress, ready_store(settings) as store:
        try:
            reports = await load_files(store, file, options, by=caller(), now=moment, progress=progress)
        except DeskError as error:
            await audited(store, "import", f"{kind}s", "failed", file=file.name[:100], code=error.exit_code)
            raise
    for report in reports:
        _show(report, as_json)


async def _inputs(settings: Settings, file: Path, kind: InputKind, title: str, as_json: bool) -> None:
    from ilp_core.collect.inputs.load import load_inputs

    readable(file)
    moment = now()
    async with coming_in(settings, file, moment), ready_store(settings) as store:
        try:
            report = await load_inputs(store, file, kind=kind, by=caller(), now=moment)
        except DeskError as error:
            await audited(store, "import", title, "failed", file=file.name[:100], code=error.exit_code)
            raise
    _show(report, as_json)


def _show(report: LoadReport, as_json: bool) -> None:
    from ilp_core.present.load_report import report_text

    data = report.as_json()
    if as_json:
        print_json(data)
    else:
        say(report_text(data))


def _template(name: str, output: Path | None) -> None:
    from ilp_core.collect.inputs.templates import template_text

    text = template_text(name)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise CallError(words.FILE_THERE.format(path=ascii(str(output))[1:-1])) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a name"
        raise CallError(words.NO_FOLDER.format(path=ascii(str(output))[1:-1], why=why)) from None
    tell(words.WRITTEN.format(path=output, command=f"beatdesk import {name.strip().casefold()} {output}"))
