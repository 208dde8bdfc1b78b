"""The demo: an invented town in a folder of its own, the sandbox, and the unmodified application on it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer

from bot.app import stop_signal
from bot.logs import set_up
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from bot.sandbox.town import (
    LATEST_REPORT_DAYS,
    TOWN_NAME,
    TOWN_NOTICE,
    TOWN_OFFICERS,
    TOWN_ZONE,
    areas_geojson,
    town_csv,
    town_map,
)
from bot.supervised import Supervised
from ilp_core.collect.areas.load import load_areas
from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import parse_area
from ilp_core.govern.enrolment import invite
from ilp_core.storage.engine import Store, open_store
from ilp_core.storage.revision import upgrade
from ilp_core.words import commands

HISTORY: Final = timedelta(days=3 * 365 + 1)
#: The personas' accounts on the sandbox; the numbers mean nothing elsewhere.
_ACCOUNTS: Final = {"4471": 501, "2001": 502, "9001": 503}
_STRANGER: Final = 599
_NAMES: Final = {"officer": "Patrol officer", "supervisor": "Supervisor", "admin": "Admin"}


async def show(folder: Path, host: str, port: int, seed: int) -> None:
    """Make or extend the town, start everything, print the address, and wait for Ctrl-C."""
    set_up("WARNING")
    stop = stop_signal()
    async with started(folder, host=host, port=port, seed=seed) as address:
        typer.echo(commands.DEMO_UP.format(notice=TOWN_NOTICE, address=address))
        await stop.wait()
    typer.echo(commands.STOPPED)


@asynccontextmanager
async def started(
    folder: Path, *, host: str = "127.0.0.1", port: int = 0, seed: int = 1, history: timedelta = HISTORY
) -> AsyncIterator[str]:
    """The running demo, ``history`` of the town where it is made anew; yields the page's address."""
    try:
        Sandbox((), host=host)  # refuses any address but loopback before anything is made
    except ValueError as error:
        raise CallError(str(error)) from None
    store = await town_store(folder, seed, datetime.now(tz=UTC), history)
    try:
        personas, acquainted = await _people(store)
    finally:
        # From here on the bot's own process has the database open.
        await store.close()
    settings = {"DATABASE_URL": _database(folder, seed), "TELEGRAM_TOKEN": SANDBOX_TOKEN, "LISTEN": "127.0.0.1:0"}
    bot = Supervised(settings)
    sandbox = Sandbox(personas, host=host, port=port, town=town_map(), acquainted=acquainted, on_kill=bot.kill)
    try:
        await sandbox.start()
    except OSError:
        raise WorkError(commands.PORT_TAKEN.format(port=port)) from None
    try:
        bot.settings = {**settings, "TELEGRAM_API": sandbox.root, "LOG_LEVEL": "ERROR"}
        await bot.start()
        yield sandbox.page_address
    finally:
        await bot.stop()
        await sandbox.stop()


def _database(folder: Path, seed: int) -> str:
    return f"sqlite+aiosqlite:///{folder.resolve() / f'town-{seed}.db'}"


async def town_store(folder: Path, seed: int, now: datetime, history: timedelta = HISTORY) -> Store:
    """The open store of the town in ``folder``: made with ``history`` up to ``now``, or brought up to it."""
    database = _database(folder, seed)
    await asyncio.to_thread(_prepare, folder, database)
    store = open_store(database)
    try:
        await load_presets(store)
        await _fill(store, seed, now, history)
    except BaseException:
        await store.close()
        raise
    return store


def _prepare(folder: Path, database: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CallError(commands.BAD_FOLDER.format(folder=folder, why=error.strerror)) from None
    upgrade(database)


async def _fill(store: Store, seed: int, now: datetime, history: timedelta) -> None:
    """Load the town's areas once, and the incidents of every day up to ``now`` that is not on file yet."""
    zone = ZoneInfo(TOWN_ZONE)
    local = now.astimezone(zone).replace(tzinfo=None)
    async with store.read() as uow:
        through = await uow.settings.get("town_through")
        has_areas = any(area.outline for area in await uow.areas.all())
    first = date.fromisoformat(through) - timedelta(days=LATEST_REPORT_DAYS) if through else local.date() - history
    typer.echo(commands.DEMO_EXTENDS if through else commands.DEMO_TOWN.format(name=TOWN_NAME))
    with tempfile.TemporaryDirectory() as scratch:
        incidents = Path(scratch) / "town.csv"
        await asyncio.to_thread(_write, incidents, seed, first, local)
        await load_incidents(
            store, incidents, format="beatdesk", zone=TOWN_ZONE, by="demo", now=now, progress=lambda _done, _all: None
        )
        if not has_areas:
            areas = Path(scratch) / "town.geojson"
            await asyncio.to_thread(areas.write_text, areas_geojson())
            await load_areas(store, areas, kind="beat", code_field="BEAT", name_field="NAME", by="demo", now=now)
    async with store.write() as uow:
        await uow.settings.set("town_through", local.date().isoformat())
        await uow.settings.set("source_line", TOWN_NOTICE)


def _write(path: Path, seed: int, first: date, until: datetime) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(town_csv(seed, first, until.date(), until))


async def _people(store: Store) -> tuple[tuple[Persona, ...], tuple[int, ...]]:
    """The town's officers, with an invitation for each who is not enrolled yet, and a stranger."""
    now = datetime.now(tz=UTC)
    personas, acquainted = [], []
    async with store.write() as uow:
        for badge, role, area, shift in TOWN_OFFICERS:
            if await uow.officers.get(badge) is None:
                await uow.officers.add(Officer(badge, role, parse_area(area) if area else None, shift or None), now)
            enrolled = await uow.chats.of_badge(badge)
            code = None
            if enrolled is None:
                code, _ = await invite(uow, badge, by="demo", source="command", at=now)
            else:
                acquainted.append(enrolled.chat_id)
            about = ", ".join(part for part in (f"Badge {badge}", area.replace(":", " "), shift) if part)
            personas.append(Persona(_ACCOUNTS[badge], _NAMES[role], about, code))
    personas.append(Persona(_STRANGER, "Stranger", "Not enrolled", None))
    return tuple(personas), tuple(acquainted)
