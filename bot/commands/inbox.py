"""beatdesk inbox: updates that failed three times and were set aside, so that nothing an officer sent is lost."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from bot.commands.console import note, now, print_json, ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.words import commands

app = typer.Typer(help="Updates that failed and were set aside.", no_args_is_help=True)


@app.command("list")
def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False) -> None:
    """What is set aside: never the words, only what kind it is, when it came and how it failed."""
    run(lambda settings: _show(settings, as_json))


async def _show(settings: Settings, as_json: bool) -> None:
    async with ready_store(settings) as store, store.read() as uow:
        rows = await uow.inbox.dead()
    if as_json:
        items = [
            {"reference": f"U{row.seq}", "kind": row.kind, "at": row.received_at.isoformat(), "why": row.why}
            for row in rows
        ]
        print_json({"items": items})
        return
    if not rows:
        typer.echo(commands.INBOX_EMPTY)
    for row in rows:
        typer.echo(
            commands.INBOX_ROW.format(
                reference=f"U{row.seq}",
                kind=row.kind,
                time=f"{row.received_at:%Y-%m-%d %H:%M} UTC",
                why=row.why,
                erased=commands.INBOX_ERASED if row.erased else "",
            )
        )


@app.command()
def retry(reference: Annotated[str, typer.Argument(help="Such as U12, from the list.")]) -> None:
    """Handle a set-aside update once more, such as after the program was mended."""
    found = re.fullmatch(r"[Uu]?([0-9]{1,18})", reference)
    if not found:
        from bot.commands.console import fail

        fail(CallError(commands.BAD_REFERENCE.format(text=reference[:20])))
    run(lambda settings: _retry(settings, int(found[1])))


async def _retry(settings: Settings, seq: int) -> None:
    reference = f"U{seq}"
    async with ready_store(settings) as store, store.write() as uow:
        if not await uow.inbox.retry(seq, now()):
            raise WorkError(commands.INBOX_NOT.format(reference=reference))
        await note(uow, "retry", reference, "done")
    typer.echo(commands.INBOX_RETRIED.format(reference=reference))
