"""The way in and the way out on a real database, with fakes where Telegram would be."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from telegram import Bot, Message, Update

from bot.courier import Courier
from bot.intake import Intake
from bot.lanes import Lanes
from bot.metrics import Metrics
from bot.pace import Limit, Pace
from bot.parcels import Contents, pack
from bot.turns import UpdateTurn
from handlers.outgoing import Outgoing
from ilp_core.domain.officers import Officer
from ilp_core.domain.post import Kind, Parcel
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.uow import UnitOfWork

BOT_ID = 1_000_000_001
ZONE = ZoneInfo("America/Chicago")
_numbers = iter(range(1, 1_000_000))
Handler = Callable[[Update], Awaitable[None]]


def utc_now() -> datetime:
    return datetime.now(tz=UTC)


def unhurried() -> Pace:
    """A pace that holds nothing up."""
    return Pace(1000, time.monotonic, chat=Limit(1000, 1.0))


class FakeBot:
    """A bot that notes what it sends, and fails as it is told to: for every message, or by chat."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.by_chat: dict[int, list[Exception]] = {}
        self.sent: list[dict[str, Any]] = []
        self.tried = 0
        self.hold: asyncio.Event | None = None

    async def send_message(self, chat_id: int, text: str, **options: Any) -> Message:
        return await self._take({"chat_id": chat_id, "words": text, **options})

    async def send_photo(self, chat_id: int, photo: bytes, *, caption: str, **options: Any) -> Message:
        return await self._take({"chat_id": chat_id, "words": caption, "photo": photo, **options})

    async def _take(self, wish: dict[str, Any]) -> Message:
        self.tried += 1
        if self.hold is not None:
            await self.hold.wait()
        failures = self.by_chat.get(wish["chat_id"]) or self.failures
        if failures:
            raise failures.pop(0)
        self.sent.append(wish)
        message = Message.de_json(
            {"message_id": len(self.sent), "date": 0, "chat": {"id": wish["chat_id"], "type": "private"}}, None
        )
        assert message is not None
        return message

    @property
    def words(self) -> list[str]:
        """What was sent, in order."""
        return [wish["words"] for wish in self.sent]


@dataclass
class Office:
    """A store with a courier and lanes on it."""

    store: Store
    bot: FakeBot
    courier: Courier
    metrics: Metrics
    envelopes: Envelopes

    async def file(
        self,
        chat_id: int,
        words: str,
        *,
        kind: Kind = "reply",
        asked_at: datetime | None = None,
        again: str = "",
        lasts: timedelta = timedelta(hours=1),
        message: Outgoing | None = None,
    ) -> None:
        """Put a message into the outbox."""
        key, payload = await self.envelopes.seal(pack(Contents(message or Outgoing(words, words), again)))
        async with self.store.write() as uow:
            now = await uow.now()
            parcel = Parcel(
                chat_id, kind, f"test:{next(_numbers)}", key, payload, now, now + lasts, asked_at=asked_at
            )
            assert await uow.outbox.add(parcel, now)
        self.courier.wake()

    async def states(self) -> dict[str, int]:
        """Messages by state."""
        async with self.store.read() as uow:
            return {state: count for state, count in (await uow.outbox.counts()).items() if count}

    async def until(self, **wanted: int) -> None:
        """Wait until the outbox is as wanted."""
        await eventually(self._is, wanted)

    async def _is(self, wanted: dict[str, int]) -> bool:
        return await self.states() == wanted


async def eventually(look: Callable[..., Awaitable[bool]], *about: Any) -> None:
    """Return once ``look`` says so; fail when it never does."""
    deadline = time.monotonic() + 15
    while not await look(*about):
        assert time.monotonic() < deadline, f"waited in vain: {about}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def open_office(
    store: Store, bot: FakeBot, *, holder: str = "one", pace: Pace | None = None
) -> AsyncIterator[Office]:
    """A courier at work on ``store``; leaving stops it politely."""

    async def zone(_uow: UnitOfWork) -> ZoneInfo:
        return ZONE

    metrics, envelopes = Metrics(), Envelopes(store.keys, utc_now)
    courier = Courier(store, cast(Bot, bot), holder, envelopes, pace or unhurried(), metrics, zone)
    running = asyncio.create_task(courier.run())
    try:
        yield Office(store, bot, courier, metrics, envelopes)
    finally:
        await courier.stop(1)
        await asyncio.wait([running], timeout=2)
        running.cancel()


@dataclass
class FakeApplication:
    """An application whose one handler is given."""

    handler: Handler
    bot: None = None
    seen: list[str] = field(default_factory=list)

    async def process_update(self, update: Update) -> None:
        assert update.effective_message is not None
        self.seen.append(update.effective_message.text or "")
        await self.handler(update)


def lanes_of(
    store: Store, handler: Handler, *, holder: str = "one", mail: Callable[[], None] = lambda: None
) -> tuple[Lanes, FakeApplication]:
    """Lanes over ``store`` that hand every update to ``handler``."""
    envelopes, application = Envelopes(store.keys, utc_now), FakeApplication(handler)

    async def told(_claim: object) -> bool:
        return False

    metrics = Metrics()
    lanes = Lanes(store, application, holder, metrics, lambda c: UpdateTurn(c, store, envelopes, told), mail)
    return lanes, application


@asynccontextmanager
async def at_work(lanes: Lanes) -> AsyncIterator[None]:
    """The lanes running; leaving stops them politely."""
    running = asyncio.create_task(lanes.run())
    try:
        yield
    finally:
        await lanes.stop(2)
        await asyncio.wait([running], timeout=3)
        running.cancel()


def intake_of(store: Store, wake: Callable[[], None] = lambda: None) -> Intake:
    """An intake whose emergency line never goes out."""

    async def nobody(_chat_id: int, _alarm: str) -> bool:
        return False

    return Intake(store, BOT_ID, Metrics(), nobody, wake)


def an_update(update_id: int, chat_id: int, text: str, *, date: int = 1_800_000_000) -> bytes:
    """A text message as Telegram sends it."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Account"}
    message = {
        "message_id": update_id,
        "date": date,
        "chat": {"id": chat_id, "type": "private", "first_name": "Account"},
        "from": person,
        "text": text,
    }
    return json.dumps({"update_id": update_id, "message": message}).encode()


async def enrolled(store: Store, chat_id: int, badge: str = "4471") -> None:
    """An officer whose chat it is."""
    async with store.write() as uow:
        await uow.officers.add(Officer(badge, "officer"), utc_now())
        await uow.chats.enrol(chat_id, badge, utc_now())
