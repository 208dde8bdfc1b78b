"""beatdesk migrate, doctor and audit: the database, the state of things, the audit chain."""

from __future__ import annotations

import base64
import secrets
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from bot.commands.console import audited, now, opened, print_json, ready_store, run, tell
from bot.settings import Settings
from ilp_core.domain.errors import DeskError, WorkError
from ilp_core.domain.feeds import Feed
from ilp_core.domain.shifts import DAY_START
from ilp_core.govern.audit import verify as verify_chain
from ilp_core.present.dates import plain_moment
from ilp_core.storage.engine import PATIENCE_S, Store
from ilp_core.storage.revision import check_revision, head_revision, upgrade
from ilp_core.words import commands, feeds, local_knowledge

#: How long the newest incident is new (G43): within a day of a live feed; a day's records from when the day began, a
#: month's from when the month began, ten weeks after its end being as late as monthly publishers are [this project's
#: choice].
_FRESH: Final = {"day": timedelta(hours=48), "month": timedelta(days=31 + 70)}
_FRESH_LIVE: Final = timedelta(hours=24)

audit = typer.Typer(help="The audit chain.", no_args_is_help=True)
Finding = tuple[Literal["ok", "mend", "note"], str]


def migrate() -> None:
    """Bring the database to the current revision and load the presets."""
    try:
        settings = Settings.load()
        upgrade(settings.database_url)
    except DeskError as error:
        from bot.commands.console import fail

        fail(error)
    run(_presets)


async def _presets(settings: Settings) -> None:
    from ilp_core.collect.offences.presets import load_presets

    async with ready_store(settings) as store:
        await load_presets(store)
        await audited(store, "migrate", "database", "done", revision=head_revision())
        typer.echo(commands.MIGRATED.format(database=store.label, revision=head_revision()))


def doctor(
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Print a fresh encryption key and do nothing else.")
    ] = False,
) -> None:
    """Check settings, database, data, clock, token and permissions, and say what to do."""
    if new_key:
        typer.echo(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        return
    findings = run(_examine)
    words = {"ok": commands.DOCTOR_OK, "mend": commands.DOCTOR_MEND, "note": commands.DOCTOR_NOTE}
    for state, what in findings:
        tell(words[state].format(what=what))
    raise typer.Exit(1 if any(state == "mend" for state, _ in findings) else 0)


async def _examine(settings: Settings) -> list[Finding]:
    findings: list[Finding] = [("ok", "settings can be read")]
    store = opened(settings, patience=PATIENCE_S)
    try:
        try:
            await check_revision(store)
        except WorkError as error:
            return [*findings, ("mend", str(error))]
        findings.append(("ok", f"database {store.label} is at revision {head_revision()}"))
        findings.extend([finding async for finding in _examine_data(store, settings)])
        findings.extend(await _examine_post(store))
        findings.extend(await _examine_feeds(store))
        findings.extend(await _examine_safety(store, settings))
        findings.extend(await _examine_views(store))
    finally:
        await store.close()
    findings.extend(_examine_surroundings(settings))
    return findings


async def _examine_data(store: Store, settings: Settings) -> AsyncIterator[Finding]:
    async with store.read() as uow:
        verdict = await verify_chain(uow)
        loads = await uow.loads.all()
        zone = settings.timezone or await uow.settings.get("zone")
        shifts = await uow.shifts.for_unit(None)
        officers = await uow.officers.all()
        version = await uow.loads.latest()
        reports = [
            load.report for load in loads if load.report and load.report.get("last") and load.undone_by is None
        ]
        # Calls and stops are no incidents: fresh ones must not hide that the incidents are old.
        incidents = [report for report in reports if report.get("kind", "incident") == "incident"]
    if verdict.broken is None:
        yield "ok", f"audit chain of {verdict.rows} rows holds"
    else:
        yield "mend", commands.AUDIT_BROKEN.format(row=verdict.broken, why=verdict.why, rows=verdict.rows)
    if version is None:
        yield "mend", "no incidents are loaded. Run: beatdesk import incidents FILE"
    elif incidents:
        newest = max(incidents, key=lambda report: datetime.fromisoformat(str(report["last"])))
        last, precision = datetime.fromisoformat(str(newest["last"])), newest.get("precision")
        old = now() - last.astimezone(UTC) > _FRESH.get(str(precision), _FRESH_LIVE)
        said = plain_moment(last.isoformat(), precision)
        yield ("mend" if old else "ok"), f"newest incident {said}{': import newer data' if old else ''}"
    if zone is None:
        yield "mend", "no time zone. Set BEATDESK_TIMEZONE, such as America/Chicago"
    else:
        yield "ok", f"time zone {zone}"
    if DAY_START in {shift.hours.start for shift in shifts}:
        yield "ok", "the operational day starts with a shift"
    else:
        yield (
            "mend",
            "the operational day (07:00) does not start at a shift boundary. Set one with: beatdesk shift set",
        )
    if not officers:
        yield "mend", "no officers. Run: beatdesk officer add BADGE --role officer --area beat:CODE"


async def _examine_post(store: Store) -> list[Finding]:
    """What was set aside, what is held, who cannot be written to, and where the keys are."""
    async with store.read() as uow:
        aside, blocked, counts = await uow.inbox.dead(), await uow.chats.blocked(), await uow.outbox.counts()
    findings: list[Finding] = []
    if aside:
        findings.append(("mend", commands.DOCTOR_ASIDE.format(count=len(aside))))
    if counts.get("held"):
        findings.append(("note", commands.DOCTOR_HELD.format(count=counts["held"])))
    if blocked:
        badges = ", ".join(chat.badge for chat in blocked)
        findings.append(("note", commands.DOCTOR_BLOCKED.format(badges=badges)))
    if store.keys.file is None and store.keys.label == store.label:
        findings.append(("note", commands.DOCTOR_KEYS_BESIDE))
    return findings


async def _examine_feeds(store: Store) -> list[Finding]:
    """Feeds that fail, that nobody fetches, and files that a folder's feed could not load."""
    async with store.read() as uow:
        moment, all_feeds = await uow.now(), await uow.feeds.all()
    findings: list[Finding] = []
    for feed in all_feeds:
        if feed.failures:
            sentence = feeds.DOCTOR_FAILING.format(name=feed.name, count=feed.failures, result=feed.last_result)
            findings.append(("mend" if feed.needs_somebody else "note", sentence))
        if feed.overdue(moment):
            time = f"{feed.next_at:%Y-%m-%d %H:%M} UTC"
            findings.append(("mend", feeds.DOCTOR_OVERDUE.format(name=feed.name, time=time)))
        if feed.refused:
            names = ", ".join(feed.refused)[:200]
            findings.append(("mend", feeds.DOCTOR_REFUSED.format(name=feed.name, names=names)))
    if all_feeds and not findings:
        findings.append(("ok", feeds.DOCTOR_WELL.format(count=len(all_feeds))))
    # No fault of the feed: somebody may have meant these files for it.
    return findings + [("note", _left_alone(feed)) for feed in all_feeds if feed.left_alone.count]


async def _examine_safety(store: Store, settings: Settings) -> list[Finding]:
    """Whether the emergency line can be relied on: its number, and codes that nobody has confirmed (G36)."""
    from ilp_core.assistant.ten_codes import preset_codes

    async with store.read() as uow:
        own = await uow.ten_codes.all()
    codes = preset_codes(settings.preset) if own is None else own
    urgent = [code for code in codes if code.emergency]
    unsure = [code.code for code in urgent if not code.confirmed]
    findings: list[Finding] = [("note", commands.DOCTOR_CODE.format(code=code)) for code in unsure]
    if not unsure:
        findings.append(("ok", commands.DOCTOR_CODE_OK.format(count=len(codes), emergency=len(urgent))))
    if not settings.agency.tappable:
        findings.append(("note", commands.DOCTOR_DISPATCH.format(number=settings.agency.dispatch)))
    return findings


async def _examine_views(store: Store) -> list[Finding]:
    """Disagreements whose answer is overdue (S16): an officer waits for a named person."""
    async with store.read() as uow:
        waiting = await uow.disagreements.open()
    late = [each.ref for each in waiting if each.overdue(now())]
    if late:
        return [("mend", local_knowledge.DOCTOR_OVERDUE.format(refs=", ".join(late[:20])))]
    return [("ok", local_knowledge.DOCTOR_OPEN.format(count=len(waiting)))] if waiting else []


def _left_alone(feed: Feed) -> str:
    """The files that a folder's feed passes over because of their endings."""
    from ilp_core.collect.feeds.tally import some

    names = some(feed.left_alone.first, feed.left_alone.count)
    return feeds.DOCTOR_LEFT.format(name=feed.name, names=names, patterns=", ".join(feed.options.patterns))


def _examine_surroundings(settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    if settings.telegram_token is None:
        findings.append(("note", commands.BOT_UNSET))
    if settings.encryption_key is None:
        findings.append(("note", "no BEATDESK_ENCRYPTION_KEY yet. Make one with: beatdesk doctor --new-key"))
    for name in (".env", settings.database_url.rpartition("///")[2]):
        path = Path(name)
        if name and path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            findings.append(("note", f"others on this machine can read {path}. Run: chmod 600 {path}"))
    return findings


@audit.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False) -> None:
    """Prove the audit chain, or name the first broken row."""
    broken = run(lambda settings: _verify(settings, as_json))
    raise typer.Exit(1 if broken else 0)


async def _verify(settings: Settings, as_json: bool) -> bool:
    async with ready_store(settings) as store, store.read() as uow:
        verdict = await verify_chain(uow)
    if as_json:
        print_json({"rows": verdict.rows, "broken": verdict.broken, "why": verdict.why, "head": verdict.head})
    elif verdict.broken is None:
        typer.echo(commands.AUDIT_WHOLE.format(rows=verdict.rows, head=verdict.head[:16]))
    else:
        typer.echo(commands.AUDIT_BROKEN.format(row=verdict.broken, why=verdict.why, rows=verdict.rows), err=True)
    return verdict.broken is not None
