"""beatdesk data: what was loaded, each load's report, undoing one, and what an analyst is asked to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.console import audited, caller, now, print_json, ready_store, run, say
from bot.commands.imports import write_page
from bot.settings import Settings
from ilp_core.domain.errors import CallError
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Load
from ilp_core.storage.doubts import DoubtState
from ilp_core.words import loads as words

app = typer.Typer(help="What was loaded, and what of it is doubtful.", invoke_without_command=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept.")]


@app.callback()
def loads(context: typer.Context) -> None:
    """Without a further word: every load by number."""
    if context.invoked_subcommand is None:
        list_loads(as_json=False)


@app.command("list")
def list_loads(as_json: Json = False) -> None:
    """Every load by number, the newest first."""
    run(lambda settings: _list(settings, as_json))


async def _list(settings: Settings, as_json: bool) -> None:
    from ilp_core.present.load_report import data_list_text

    async with ready_store(settings) as store, store.read() as uow:
        loads = [_as_data(load) for load in reversed(await uow.loads.all())]
    if as_json:
        print_json(loads)
    else:
        typer.echo(data_list_text(loads))


def _as_data(load: Load) -> dict[str, Any]:
    return {
        "id": load.id,
        "started_at": load.started_at.isoformat(),
        "file": load.file,
        "source": load.source,
        "kind": load.kind,
        "by": load.by_whom,
        "sha256": load.sha256,
        "undone_by": load.undone_by,
        "report": load.report,
    }


@app.command()
def show(
    load: Annotated[int, typer.Argument(help="The load's number.")],
    html: Annotated[Path | None, typer.Option(help="Write the report as one page to this file.")] = None,
    as_json: Json = False,
) -> None:
    """A load's report: as text, as JSON, or as a page with charts."""
    run(lambda settings: _show(settings, load, html, as_json))


async def _show(settings: Settings, number: int, html: Path | None, as_json: bool) -> None:
    from ilp_core.present.load_report import report_html, report_text

    async with ready_store(settings) as store, store.read() as uow:
        load = await uow.loads.get(number)
    if load is None:
        raise CallError(words.NO_LOAD.format(load=number))
    report = {**(load.report or {}), **{name: value for name, value in _as_data(load).items() if name != "report"}}
    report["load"], report["undone_by"] = load.id, load.undone_by
    if html is not None:
        write_page(html, report_html(report))
    if as_json:
        print_json(report)
    elif html is not None:
        typer.echo(words.WRITTEN.format(file=html))
    else:
        say(report_text(report))


@app.command()
def undo(load: Annotated[int, typer.Argument(help="The load's number.")]) -> None:
    """Take a load back: its records and corrections no longer count. Earlier answers can still be replayed."""
    run(lambda settings: _undo(settings, load))


async def _undo(settings: Settings, number: int) -> None:
    from ilp_core.collect.undo import undo_load

    async with ready_store(settings) as store:
        try:
            undone = await undo_load(store, number, by=caller(), now=now())
        except CallError as error:
            await audited(store, "undo", "load", "failed", load=number, code=error.exit_code)
            raise
    typer.echo(words.UNDONE.format(load=undone.id, file=undone.file))


@app.command()
def doubts(
    every: Annotated[bool, typer.Option("--all", help="Those decided already, too.")] = False, as_json: Json = False
) -> None:
    """Geocode sinks and default times that loads propose, and what was decided."""
    run(lambda settings: _doubts(settings, every, as_json))


async def _doubts(settings: Settings, every: bool, as_json: bool) -> None:
    async with ready_store(settings) as store, store.read() as uow:
        listed = [doubt for doubt in await uow.doubts.all() if every or doubt.state == "proposed"]
    if as_json:
        print_json(
            [
                {
                    "id": doubt.id,
                    "kind": doubt.kind,
                    "source": doubt.source,
                    "state": doubt.state,
                    "load": doubt.load,
                    "by": doubt.decided_by,
                    "at": doubt.decided_at.isoformat() if doubt.decided_at else None,
                    "reason": doubt.reason,
                    **doubt.data,
                }
                for doubt in listed
            ]
        )
        return
    for doubt in listed:
        what = words.SINK if doubt.kind == "sink" else words.DEFAULT_TIME
        said = what.format(source=doubt.source, **doubt.data)
        say(words.DOUBT.format(number=doubt.id, what=said, state=words.STATES[doubt.state]))
        say(f"     {doubt.data['why']}")
    say(words.DOUBTS_HOW if listed else words.NO_DOUBTS)


@app.command()
def confirm(numbers: Annotated[list[int], typer.Argument(help="Numbers of proposals.")], reason: Reason = "") -> None:
    """Yes: the point is a sink, or the time stands for unknown. It no longer feeds rankings, or hours."""
    run(lambda settings: _decide(settings, numbers, "confirmed", reason))


@app.command()
def reject(numbers: Annotated[list[int], typer.Argument(help="Numbers of proposals.")], reason: Reason = "") -> None:
    """No: the point or the time is what it says. It is not asked about again."""
    run(lambda settings: _decide(settings, numbers, "rejected", reason))


async def _decide(settings: Settings, numbers: list[int], state: DoubtState, reason: str) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        for number in numbers:
            if not await uow.doubts.decide(number, state, by=caller(), at=now(), reason=reason):
                raise CallError(words.NO_DOUBT.format(number=number))
            detail = {"number": number, "reason": reason[:100]}
            await append(uow, AuditEntry(caller(), "decide", "doubt", state, "command", detail), now())
    typer.echo(words.DECIDED.format(numbers=", ".join(map(str, numbers)), state=words.STATES[state]))
