"""beatdesk feed: folders that are watched and addresses that are fetched on a schedule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.console import caller, note, now, print_json, ready_store, run, say, tell
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.feeds import EVERY, MOST_BYTES, PATTERNS, UPDATED_AT, Feed, FeedOptions, spell_every
from ilp_core.words import feeds as words

if TYPE_CHECKING:
    from ilp_core.collect.feeds.run import FeedRun
    from ilp_core.storage.engine import Store

app = typer.Typer(help="Fresh data by itself: watched folders and fetched addresses.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Name = Annotated[str, typer.Argument(help="The feed's name.")]
_MEGA = 1024 * 1024


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help=", ".join(EVERY) + ".")],
    address: Annotated[str, typer.Argument(help="A folder, or an address that begins with https://.")],
    name: Annotated[str, typer.Option(help="A name of your own, such as chicago.")],
    every: Annotated[str | None, typer.Option(help="Schedule, such as 15m, 1h or 1d.")] = None,
    format: Annotated[str, typer.Option(help="The files' format, as for beatdesk import incidents.")] = "auto",
    tz: Annotated[str | None, typer.Option(help="Zone of times without an offset.")] = None,
    map: Annotated[Path | None, typer.Option(help="A mapping file for a format of your own.")] = None,
    live: Annotated[
        bool, typer.Option("--live", help="From the second run on, rows are known from the day they come.")
    ] = False,
    replace_period: Annotated[
        bool, typer.Option("--replace-period", help="Whole files whose rows have no key replace what they cover.")
    ] = False,
    pattern: Annotated[list[str] | None, typer.Option(help="File names of a folder, such as *.csv.")] = None,
    since_column: Annotated[str, typer.Option(help="Socrata: when a row last changed.")] = UPDATED_AT,
    force: Annotated[str, typer.Option(help="police.uk: the force the crimes are filed under.")] = "",
    token_env: Annotated[str | None, typer.Option(help="The variable that holds the portal's token.")] = None,
    limit_mb: Annotated[int, typer.Option(help="The most megabytes of one file, unpacked.")] = MOST_BYTES // _MEGA,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The address may lie in this machine's own network.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a feed. The running bot fetches it on schedule."""
    options = FeedOptions(
        format=format,
        zone=tz,
        map=str(map.absolute()) if map else None,
        live=live,
        replace_period=replace_period,
        patterns=tuple(pattern) if pattern else PATTERNS,
        since_column=since_column,
        force=force.strip()[:100],
        token_env=token_env,
        allow_private=allow_private,
        most_bytes=limit_mb * _MEGA,
    )
    run(lambda settings: _add(settings, name, kind, address, every, options, as_json))


async def _add(
    settings: Settings, name: str, kind: str, address: str, every: str | None, options: FeedOptions, as_json: bool
) -> None:
    from dataclasses import replace

    from ilp_core.collect.feeds.add import NewFeed, add_feed

    options = replace(options, zone=_zone(options.zone), usual_zone=settings.timezone)
    async with ready_store(settings) as store:
        feed = await add_feed(store, NewFeed(name, kind, address, every, options), by=caller(), now=now())
    if as_json:
        print_json(_as_data(feed))
        return
    command = f"beatdesk feed run {feed.name}"
    say(words.ADDED.format(name=feed.name, kind=feed.kind, every=spell_every(feed.every), command=command))


def _zone(text: str | None) -> str | None:
    from zoneinfo import ZoneInfo

    from ilp_core.words import commands

    if text is None:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        reason = commands.BAD_ZONE.format(zone=text[:60])
        raise CallError(commands.BAD_SETTING.format(name="--tz", reason=reason)) from None
    return text


@app.command("list")
def show(as_json: Json = False) -> None:
    """Every feed: when it is next fetched, and what came of the last time."""
    run(lambda settings: _show(settings, as_json))


async def _show(settings: Settings, as_json: bool) -> None:
    async with ready_store(settings) as store, store.read() as uow:
        feeds = await uow.feeds.all()
    if as_json:
        print_json([_as_data(feed) for feed in feeds])
        return
    if not feeds:
        say(words.NO_FEEDS)
    for feed in feeds:
        say(words.ROW.format(name=feed.name, kind=feed.kind, every=spell_every(feed.every), state=_state(feed)))
        if feed.last_at and feed.last_result:
            say(words.STATE_LAST.format(time=_spell(feed.last_at), result=feed.last_result))


def _state(feed: Feed) -> str:
    if feed.options.paused:
        return words.STATE_PAUSED
    pattern = words.STATE_FAILING if feed.failures else words.STATE_NEXT
    return pattern.format(count=feed.failures, time=_spell(feed.next_at))


def _spell(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


@app.command("run")
def fetch(
    name: Annotated[str | None, typer.Argument(help="The feed's name; without one, all that are not paused.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch now, whatever the schedule says."""
    failed = run(lambda settings: _fetch(settings, name, as_json))
    raise typer.Exit(1 if failed else 0)


async def _fetch(settings: Settings, name: str | None, as_json: bool) -> bool:
    """Run one feed or all; True where one failed."""
    async with ready_store(settings) as store:
        async with store.read() as uow:
            feeds = [
                feed for feed in await uow.feeds.all() if (feed.name == name if name else not feed.options.paused)
            ]
        if name and not feeds:
            raise CallError(words.NO_FEED.format(name=name[:40]))
        runs = [await _run_one(store, feed) for feed in feeds]
    if as_json:
        print_json([_run_as_data(each) for each in runs])
    elif not runs:
        say(words.NO_FEEDS)
    else:
        for each in runs:
            _say_run(each)
    return any(each.outcome in ("failed", "busy") for each in runs)


def _say_run(done: FeedRun) -> None:
    said = words.RAN.format(name=done.feed, result=done.result)
    if done.outcome in ("failed", "busy"):
        tell(said, err=True)
    else:
        say(said)


async def _run_one(store: Store, feed: Feed) -> FeedRun:
    from bot.replica import new_name
    from ilp_core.collect.feeds.run import FeedRun, run_feed

    try:
        return await run_feed(store, feed, by=caller(), holder=new_name())
    except DeskError as error:
        # The store was away for this one; the next may find it back.
        return FeedRun(feed.name, "failed", str(error), why="store")


@app.command()
def pause(name: Name) -> None:
    """Stop fetching until it is resumed."""
    run(lambda settings: _set_paused(settings, name, paused=True))


@app.command()
def resume(name: Name) -> None:
    """Fetch again, from now on."""
    run(lambda settings: _set_paused(settings, name, paused=False))


async def _set_paused(settings: Settings, name: str, *, paused: bool) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        if not await uow.feeds.pause(name, paused=paused, next_at=now()):
            raise CallError(words.NO_FEED.format(name=name[:40]))
        await note(uow, "feed", name, "paused" if paused else "resumed")
    say((words.PAUSED if paused else words.RESUMED).format(name=name))


@app.command()
def remove(name: Name) -> None:
    """Forget a feed; what it brought stays."""
    run(lambda settings: _remove(settings, name))


async def _remove(settings: Settings, name: str) -> None:
    async with ready_store(settings) as store, store.write() as uow:
        if not await uow.feeds.remove(name):
            raise CallError(words.NO_FEED.format(name=name[:40]))
        await note(uow, "feed", name, "removed")
    say(words.REMOVED.format(name=name))


def _as_data(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "kind": feed.kind,
        "address": feed.address,
        "every": spell_every(feed.every),
        "paused": feed.options.paused,
        "next": feed.next_at.isoformat(),
        "failures": feed.failures,
        "last": feed.last_at.isoformat() if feed.last_at else None,
        "result": feed.last_result,
        "refused": list(feed.refused),
        "left_alone": {"count": feed.left_alone.count, "first": list(feed.left_alone.first)},
        "options": {name: value for name, value in feed.options.as_json().items() if name != "paused"},
    }


def _run_as_data(done: FeedRun) -> dict[str, Any]:
    return {
        "name": done.feed,
        "outcome": done.outcome,
        **{name: count for name, count in done.tally.counts().items() if name != "refused"},
        "refused": dict(done.tally.refused),
        "loads": done.tally.loads,
        "result": done.result,
        "next": done.next_at.isoformat() if done.next_at else None,
    }
