"""beatdesk ask and beatdesk hotspots: the same desk that the chat asks, from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.console import audited, fail, now, parse_moment, print_json, ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.words.en import answers, commands

if TYPE_CHECKING:
    from ilp_core.assistant.messages import Reply

As = Annotated[str | None, typer.Option("--as", help="The badge of the officer who asks.")]
At = Annotated[str | None, typer.Option("--at", help="A past moment with offset; default: now.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def ask(
    text: Annotated[str | None, typer.Argument(help="The question, in an officer's own words.")] = None,
    badge: As = None,
    at: At = None,
    as_json: Json = False,
    batch: Annotated[Path | None, typer.Option(help="A file of JSON lines, answered in order.")] = None,
    dry_run: Annotated[
        bool | None, typer.Option("--dry-run/--keep", help="Change nothing in the store; a batch's default.")
    ] = None,
) -> None:
    """Ask the desk one question, or a file of them."""
    if batch is not None:
        if not batch.is_file():
            fail(CallError(commands.NO_FILE.format(path=batch)))
        failed = run(lambda settings: _batch(settings, batch, dry_run is not False))
        raise typer.Exit(1 if failed else 0)
    run(lambda settings: _one(settings, text, badge, at, as_json, dry_run is True, with_items=False))


def hotspots(
    words: Annotated[list[str] | None, typer.Argument(help="What to limit it to, such as: robberies dist 8.")] = None,
    badge: As = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Where to be: the chat's answer with its items as data."""
    text = " ".join(["hotspots", *(words or [])])
    run(lambda settings: _one(settings, text, badge, at, as_json, False, with_items=True))


async def _one(
    settings: Settings,
    text: str | None,
    badge: str | None,
    at: str | None,
    as_json: bool,
    dry_run: bool,
    *,
    with_items: bool,
) -> None:
    from ilp_core.assistant.desk import Desk
    from ilp_core.assistant.messages import Message
    from ilp_core.present.contract import as_json as contract

    if not text or not text.strip():
        raise CallError(commands.NO_QUESTION)
    if badge is None:
        raise CallError(commands.NO_ASKER)
    moment = parse_moment(at)
    async with ready_store(settings) as store:
        desk = Desk(store, settings.timezone)
        message = Message(badge, moment or now(), "command", text, past=moment is not None)
        reply = _alone(await desk.ask(message, dry_run=dry_run))
    if not as_json:
        typer.echo(reply.answer.text)
        return
    items = {"items": list(reply.items)} if with_items else {}
    print_json(contract(reply) | items)


def _alone(reply: Reply) -> Reply:
    """The reply, where nothing came before it and nothing will come after: no list can be opened first."""
    if reply.answer.paragraphs not in ((answers.NO_LIST,), (answers.WHY_NOTHING,)):
        return reply
    return replace(reply, answer=replace(reply.answer, paragraphs=(answers.ALONE,)))


async def _batch(settings: Settings, path: Path, dry_run: bool) -> int:
    """Answer every line; returns how many were bad. A session's lines share one conversation, kept in memory."""
    from ilp_core.assistant.desk import Desk

    bad = lines = 0
    async with ready_store(settings) as store:
        desk = Desk(store, settings.timezone)
        sessions: dict[tuple[str, str], Any] = {}
        for line in read_lines(path):
            lines += 1
            answer = await _batch_line(desk, line, sessions, dry_run)
            bad += "error" in answer
            print_json(answer)
        await audited(store, "batch", "questions", "done", lines=lines, bad=bad, dry_run=dry_run)
    return bad


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a batch that hold anything."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.strip())


async def _batch_line(desk: Any, line: str, sessions: dict[tuple[str, str], Any], dry_run: bool) -> dict[str, Any]:
    from ilp_core.assistant.messages import Message
    from ilp_core.assistant.understand import Context
    from ilp_core.present.contract import as_json as contract

    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": commands.BATCH_NOT_JSON}
    if not isinstance(asked, dict):
        return {"id": None, "error": commands.BATCH_NOT_JSON}
    line_id = asked.get("id")
    for key in ("as", "text"):
        if not isinstance(asked.get(key), str):
            return {"id": line_id, "error": commands.BATCH_MISSING.format(key=key)}
    if not isinstance(asked.get("at"), str | None):
        return {"id": line_id, "error": commands.BAD_AT.format(text=asked["at"])}
    session = (asked["as"], str(asked.get("session", line_id)))
    try:
        moment = parse_moment(asked.get("at"))
        message = Message(asked["as"], moment or now(), "command", asked["text"], past=moment is not None)
        reply = await desk.ask(message, context=sessions.get(session, Context()), dry_run=dry_run)
    except DeskError as error:
        return {"id": line_id, "error": str(error)}
    sessions[session] = reply.context
    return contract(reply, line_id)
