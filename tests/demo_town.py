"""The demo's town with the whole application running on it, for dialogue tests: small, invented, at a fixed moment.

The town is made once per run of the tests; each test gets its own copy, so it may break it. Officers are
recruited as a dialogue needs them, each with a phone of its own.

async with running_town(tmp_path) as town:
    phone = await town.officer()
    await phone.say("whats hot tonight")
    reply = await phone.next_message()
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from PIL import Image

from bot.app import Service, build, running
from bot.demo import town_store
from bot.logs import set_up
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from bot.sandbox.town import town_map
from ilp_core.assistant.desk import Desk
from ilp_core.domain.officers import Officer, Role
from ilp_core.domain.places import parse_area
from ilp_core.domain.receipts import looks_like_code
from ilp_core.govern.audit import verify
from ilp_core.govern.enrolment import invite
from ilp_core.storage.engine import Store, open_store
from ilp_core.words.en import answers, desk
from tests.post_office import unhurried
from tests.sandbox_client import Phone, Seen

SEED: Final = 1
HISTORY: Final = timedelta(days=400)
#: Friday 2026-03-06, 20:30 in the town: the evening shift is on, and so is the weekend.
FRIDAY_EVENING: Final = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
#: Accounts on the sandbox; nobody is behind them until a test hands one out.
_ACCOUNTS: Final = range(701, 713)
#: A point between two streets of beat 0103, off the middle of any cell, whose digits stand nowhere else.
LAT: Final = 38.4962347
LON: Final = -46.9971583
_WAIT_S: Final = 10.0
#: Tables of what comes in and goes out, whatever it is about.
POST: Final = ("inbox", "outbox", "lease")
_OLD_MESSAGE: Final = "A message of long ago."

_made: dict[None, Path] = {}


@dataclass
class Hands:
    """A clock that a test moves by hand."""

    now: datetime = FRIDAY_EVENING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, length: timedelta) -> None:
        """Let time pass."""
        self.now += length


@dataclass
class Town:
    """The running desk of the town, and all that a test looks at behind the chat."""

    store: Store
    desk: Desk
    sandbox: Sandbox
    service: Service
    clock: Hands
    log: StringIO
    database: Path
    _phones: AsyncExitStack = field(default_factory=AsyncExitStack)
    _free: Iterator[int] = field(default_factory=lambda: iter(_ACCOUNTS))

    async def stranger(self) -> Phone:
        """A phone of somebody the desk has never heard of."""
        return await self._phones.enter_async_context(Phone(self.sandbox.root, next(self._free)))

    async def invited(
        self, badge: str = "4471", role: Role = "officer", area: str | None = "beat:0103", shift: str = "evenings"
    ) -> str:
        """An invitation's code for ``badge``, who is taken on where they are new."""
        async with self.store.write() as uow:
            if await uow.officers.get(badge) is None:
                place = parse_area(area) if area else None
                await uow.officers.add(Officer(badge, role, place, shift), self.clock.now)
            code, _ = await invite(uow, badge, by="9001", source="command", at=self.clock.now)
        return code

    async def officer(
        self, badge: str = "4471", role: Role = "officer", area: str | None = "beat:0103", shift: str = "evenings"
    ) -> Phone:
        """The phone of an officer who is enrolled, accepted the notice and has read the greeting."""
        phone = await self.stranger()
        await phone.say(f"/start {await self.invited(badge, role, area, shift)}")
        assert (await phone.next_message()).text == desk.BANNER
        await phone.press(desk.BANNER_ACCEPT)
        assert (await phone.next_message()).text == desk.WELCOME.format(badge=badge)
        return phone

    async def press_payload(self, phone: Phone, payload: str) -> None:
        """Press a button that carries ``payload``, whether or not the desk would ever have sent one like it."""
        keys = [[{"text": "old button", "callback_data": payload}]]
        message = self.sandbox.world.post(phone.user_id, {"text": _OLD_MESSAGE}, inline_keyboard=keys)
        assert (await phone.next_message()).text == _OLD_MESSAGE
        await phone.press_at(message.message_id)

    async def quiet(self) -> None:
        """Return when every update sent so far has been handled."""
        deadline = time.monotonic() + _WAIT_S
        while not await self._at_rest():
            assert time.monotonic() < deadline, "the service is still busy"
            await asyncio.sleep(0.02)

    async def _at_rest(self) -> bool:
        if self.sandbox.world.pending or self.service.lanes.busy or not self.service.courier.idle:
            return False
        async with self.store.read() as uow:
            return (await uow.inbox.waiting())[0] == 0 and (await uow.outbox.waiting())[0] == 0

    def kept(self, *, but: Collection[str] = ("audit", "audit_head", *POST)) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table ``but`` those named."""
        with closing(sqlite3.connect(self.database)) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            # The names come from the database itself.
            return {
                name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - names of our own tables
                for name in names
                if name not in but
            }

    def bytes_on_disk(self) -> bytes:
        """The database file and everything SQLite keeps beside it, such as the write-ahead log."""
        return b"".join(file.read_bytes() for file in sorted(self.database.parent.glob(f"{self.database.name}*")))

    async def audit(self) -> list[tuple[str, str, str, str]]:
        """The audit rows: actor, action, object, outcome."""
        async with self.store.read() as uow:
            rows = await uow.audit.rows(after=0, limit=10_000)
        return [(row.actor, row.action, row.object, row.outcome) for row in rows]


@asynccontextmanager
async def running_town(folder: Path, *, flood_control: bool = False) -> AsyncIterator[Town]:
    """The application running on a copy of the town in ``folder``.

    On the way out it checks what must hold after every dialogue: no reply over a limit, no token and no
    traceback in a chat, no token in the log, and an audit chain that holds.
    """
    database = await copied_town(folder)
    store = open_store(f"sqlite+aiosqlite:///{database}")
    clock, desk_of_town = Hands(), Desk(store)
    personas = [Persona(number, f"Account {number}", "") for number in _ACCOUNTS]
    sandbox = Sandbox(personas, town=town_map(), flood_control=flood_control)
    async with AsyncExitStack() as ends:
        ends.push_async_callback(store.close)
        await sandbox.start()
        ends.push_async_callback(sandbox.stop)
        log = ends.enter_context(_logged())
        phones = await ends.enter_async_context(AsyncExitStack())
        service = build(store, desk_of_town, token=SANDBOX_TOKEN, api=sandbox.root, pace=unhurried(), now=clock)
        async with running(service, linked=False):
            town = Town(store, desk_of_town, sandbox, service, clock, log, database, _phones=phones)
            yield town
            await town.quiet()
        await check(town)


async def check(town: Town) -> None:
    """What must hold after any dialogue."""
    for chat_id in town.sandbox.world.chats:
        for message in town.sandbox.world.chats[chat_id].values():
            if not message.from_bot or message.body.get("text") == _OLD_MESSAGE:
                continue
            words = str(message.body.get("text", message.body.get("caption", "")))
            assert 1 <= len(words.encode("utf-16-le")) // 2 <= (1024 if "photo" in message.body else 4096)
            if is_list(words):
                assert len(words) <= 600, words
            assert message.protected
            assert SANDBOX_TOKEN not in words
            assert "Traceback" not in words
    assert SANDBOX_TOKEN not in town.log.getvalue()
    async with town.store.read() as uow:
        assert (await verify(uow)).broken is None


def is_list(words: str) -> bool:
    """True for a list of hotspots, which must fit on the first screen."""
    return answers.CAUTION_SHORT in words or answers.CAUTION_FULL in words


async def ask(phone: Phone, words: str) -> Seen:
    """Say ``words`` and return the desk's reply."""
    await phone.say(words)
    return await phone.next_message()


async def press(phone: Phone, label: str) -> Seen:
    """Press the newest button ``label`` and return the desk's reply."""
    await phone.press(label)
    return await phone.next_message()


def receipt_of(reply: Seen) -> str:
    """The receipt that a reply shows."""
    found = re.search(r"Receipt (\w+)", reply.text)
    assert found, reply.text
    assert looks_like_code(found[1])
    return found[1]


def a_picture() -> bytes:
    """A picture as an officer may send one."""
    content = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(content, "PNG")
    return content.getvalue()


async def copied_town(folder: Path) -> Path:
    """A copy of the town's file in ``folder``."""
    return Path(shutil.copyfile(await _made_town(), folder / "town.db"))


async def _made_town() -> Path:
    """The town's file, made once per run of the tests."""
    if None not in _made:
        folder = Path(tempfile.mkdtemp(prefix="beatdesk-town-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        store = await town_store(folder, SEED, FRIDAY_EVENING, HISTORY)
        await store.close()
        _made[None] = folder / f"town-{SEED}.db"
    return _made[None]


@contextmanager
def _logged() -> Iterator[StringIO]:
    """All that the running program logs meanwhile, set up as it sets itself up."""
    log, root = StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    with redirect_stderr(log):
        set_up("INFO")
    try:
        yield log
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
