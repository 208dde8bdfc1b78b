"""beatdesk ask, hotspots, trend and patterns: the same desk that the chat asks, from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from bot.commands.console import audited, fail, now, parse_moment, print_json, ready_store, run
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.questions import Compare, Intent
from ilp_core.words import answers, commands
from ilp_core.words.speech import speaking

if TYPE_CHECKING:
    from ilp_core.assistant.desk import Desk
    from ilp_core.assistant.messages import Reply
    from ilp_core.storage.engine import Store

As = Annotated[str | None, typer.Option("--as", help="The badge of the officer who asks.")]
At = Annotated[str | None, typer.Option("--at", help="A past moment with offset; default: now.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Explain = Annotated[bool, typer.Option("--explain", help="Tell how the words were read as well.")]


def ask(
    text: Annotated[str | None, typer.Argument(help="The question, in an officer's own words.")] = None,
    badge: As = None,
    at: At = None,
    as_json: Json = False,
    batch: Annotated[Path | None, typer.Option(help="A file of JSON lines, answered in order.")] = None,
    dry_run: Annotated[
        bool | None, typer.Option("--dry-run/--keep", help="Change nothing in the store; a batch's default.")
    ] = None,
    explain: Explain = False,
) -> None:
    """Ask the desk one question, or a file of them."""
    if batch is not None:
        if not batch.is_file():
            fail(CallError(commands.NO_FILE.format(path=batch)))
        failed = run(lambda settings: _batch(settings, batch, dry_run is not False, explain=explain))
        raise typer.Exit(1 if failed else 0)
    run(lambda settings: _one(settings, text, badge, at, as_json, dry_run is True, with_items=False, explain=explain))


def hotspots(
    words: Annotated[list[str] | None, typer.Argument(help="What to limit it to, such as: robberies dist 8.")] = None,
    badge: As = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Where to be: the chat's answer with its items as data."""
    text = " ".join(["hotspots", *(words or [])])
    run(lambda settings: _one(settings, text, badge, at, as_json, False, with_items=True))


def trend(
    words: Annotated[
        list[str] | None, typer.Argument(help="What to count, such as: burglaries dist 8 last week.")
    ] = None,
    badge: As = None,
    at: At = None,
    compare: Annotated[
        str | None, typer.Option(help="previous_year or previous_period; default: as the window asks for.")
    ] = None,
    as_json: Json = False,
) -> None:
    """How many, and against before: the chat's answer with its items and figures as data."""
    if compare not in (None, *get_args(Compare)):
        fail(CallError(commands.BAD_COMPARE.format(text=compare)))
    _named("trend", words, badge, at, as_json, cast("Compare | None", compare))


def patterns(
    words: Annotated[
        list[str] | None, typer.Argument(help="What to limit it to, such as: burglaries dist 8.")
    ] = None,
    badge: As = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Open clusters, possible series and rises: the chat's answer with its items and figures as data."""
    _named("patterns", words, badge, at, as_json)


def _named(
    intent: Intent,
    words: list[str] | None,
    badge: str | None,
    at: str | None,
    as_json: bool,
    compare: Compare | None = None,
) -> None:
    """Ask for ``intent``; the words only limit it, as they limit a list of hotspots."""
    text = " ".join(["hotspots", *(words or [])])
    run(
        lambda settings: _one(
            settings, text, badge, at, as_json, False, with_items=True, named=intent, compare=compare
        )
    )


async def _one(
    settings: Settings,
    text: str | None,
    badge: str | None,
    at: str | None,
    as_json: bool,
    dry_run: bool,
    *,
    with_items: bool,
    named: Intent | None = None,
    compare: Compare | None = None,
    explain: bool = False,
) -> None:
    from ilp_core.assistant.messages import Message
    from ilp_core.present.contract import as_json as contract
    from ilp_core.present.explain import explanation, explanation_data

    if not text or not text.strip():
        raise CallError(commands.NO_QUESTION)
    if badge is None:
        raise CallError(commands.NO_ASKER)
    moment = parse_moment(at)
    async with ready_store(settings) as store:
        desk = await _desk(store, settings)
        message = Message(
            badge,
            moment or now(),
            "command",
            text,
            past=moment is not None,
            named=named,
            compare=compare,
            patient=True,
        )
        reply = _alone(await desk.ask(message, dry_run=dry_run))
    if not as_json:
        typer.echo(reply.answer.text)
        if explain:
            typer.echo(f"\n{explanation(reply)}")
        return
    items: dict[str, Any] = {"items": list(reply.items)} if with_items else {}
    if explain:
        items["explain"] = explanation_data(reply)
    if named:
        items["figures"] = dict(reply.figures)
    print_json(contract(reply) | items)


async def _desk(store: Store, settings: Settings) -> Desk:
    """The desk that the bot would ask, with the places that the newest records name."""
    from ilp_core.assistant.desk import Desk
    from ilp_core.collect.places.gazetteer import ensure_gazetteer

    # The running bot does this by itself; on the command line nobody has done it yet after a load.
    await ensure_gazetteer(store)
    return Desk(store, settings.timezone, language=settings.language, agency=settings.agency)


def _alone(reply: Reply) -> Reply:
    """The reply, where nothing came before it and nothing will come after: no list can be opened first."""
    with speaking(reply.language):
        if reply.answer.paragraphs not in ((answers.NO_LIST,), (answers.WHY_NOTHING,)):
            return reply
        return replace(reply, answer=replace(reply.answer, paragraphs=(answers.ALONE,)))


async def _batch(settings: Settings, path: Path, dry_run: bool, *, explain: bool) -> int:
    """Answer every line; returns how many were bad. A session's lines share one conversation, kept in memory."""
    bad = lines = 0
    async with ready_store(settings) as store:
        desk = await _desk(store, settings)
        sessions: dict[tuple[str, str], Any] = {}
        for line in read_lines(path):
            lines += 1
            answer = await _batch_line(desk, line, sessions, dry_run, explain=explain)
            bad += "error" in answer
            print_json(answer)
        await audited(store, "batch", "questions", "done", lines=lines, bad=bad, dry_run=dry_run)
    return bad


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a batch that hold anything."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.strip())


async def _batch_line(
    desk: Any, line: str, sessions: dict[tuple[str, str], Any], dry_run: bool, *, explain: bool
) -> dict[str, Any]:
    from ilp_core.assistant.messages import Message
    from ilp_core.assistant.understand import Context
    from ilp_core.present.contract import as_json as contract
    from ilp_core.present.explain import explanation_data

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
    return contract(reply, line_id) | ({"explain": explanation_data(reply)} if explain else {})
