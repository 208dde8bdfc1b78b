"""The courier: takes what the outbox holds to Telegram, paced, in order in every chat, and notes what became of it.

A message is claimed with a lease before it is sent and marked after. Where the program dies in between, the lease
runs out, and it is unknown whether the message arrived: most kinds are sent again (their readers see a double at
worst), a digest is held and reported.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.error import TelegramError

from bot.delivery import Flood, Maybe, Moved, Outcome, Refused, Sent, Unsent, deliver, meaning
from bot.metrics import Metrics
from bot.pace import Pace
from bot.parcels import unpack
from handlers.late import SAY_WHEN, in_time
from ilp_core.domain.post import RESENT, Letter
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.govern.languages import language_in
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.sealing import Unreadable
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.speech import ENGLISH, speaking

_log = logging.getLogger(__name__)

#: How long a claimed message is this courier's. Longer than a try can last, so that nobody sends it at the same time.
LEASE: Final = timedelta(seconds=30)
#: One try, in seconds, connecting and reading included.
TRY_S: Final = 20.0
#: Messages under way at the same time.
WIDTH: Final = 16
#: Tries of which it is unknown whether they arrived; then the message is held and reported.
MOST_MAYBE: Final = 8
#: Waits between tries, in seconds: doubled from the first to the longest, each with up to half as much by chance.
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
#: Two chats asked to wait within so many seconds: Telegram means all of them.
_STORM_S: Final = 2.0
#: How often the outbox is looked at when nothing wakes the courier, and how often leases and expiries are.
_LOOK_S: Final = 0.5
_SWEEP_S: Final = 2.0


@dataclass
class Courier:
    """Sends through one bot. ``run`` it as a task; ``wake`` it when there is mail; ``stop`` it with patience.

    ``language`` is the agency's.
    """

    store: Store
    bot: Bot
    holder: str
    envelopes: Envelopes
    pace: Pace
    metrics: Metrics
    zone: Callable[[UnitOfWork], Awaitable[ZoneInfo]]
    language: str = ENGLISH
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _done: list[tuple[Letter, Outcome]] = field(default_factory=list)
    _floods: dict[int, float] = field(default_factory=dict)
    _stopping: bool = False
    _swept: float = float("-inf")
    _outages: int = 0
    _store_down: bool = False

    def wake(self) -> None:
        """There is mail, or room."""
        self._news.set()

    async def run(self) -> None:
        """Until stopped: note what became of messages, claim the next, send them."""
        while not (self._stopping and not self._under_way and not self._done):
            self._news.clear()
            try:
                begun = await self._round()
                self._store_down = False
            except Exception:  # the store is down: nothing is lost, it is tried again
                if not self._store_down:
                    _log.exception("the outbox cannot be read or written; messages wait")
                self._store_down = True
                self.metrics.store_failures.inc()
                begun = 0
                await asyncio.sleep(_LOOK_S)
            if not begun:
                await self._nap(self.pace.wait())

    async def stop(self, patience_s: float) -> None:
        """Claim no more, let what is under way arrive, and mark it; give up after ``patience_s``."""
        self._stopping = True
        deadline = time.monotonic() + patience_s
        while (self._under_way or self._done) and time.monotonic() < deadline:
            self.wake()
            await asyncio.sleep(0.02)
        for task in self._under_way.values():
            task.cancel()

    @property
    def idle(self) -> bool:
        """Nothing is under way and nothing is left to mark."""
        return not self._under_way and not self._done

    async def _nap(self, longest_s: float) -> None:
        try:
            async with asyncio.timeout(max(0.001, min(longest_s, _LOOK_S))):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _round(self) -> int:
        """One transaction: mark, sweep, claim. Returns how many messages set out."""
        marked = self._done[:]
        sweep = time.monotonic() - self._swept > _SWEEP_S and not self._stopping
        if not (marked or sweep or self._room(0) > 0):
            return 0
        async with self.store.write() as uow:
            now = await uow.now()
            for letter, outcome in marked:
                await self._mark(uow, letter, outcome, now)
            if sweep:
                await self._sweep(uow, now)
            room = self._room(len(marked))  # after the marks: one of them may have told everybody to wait
            letters = await uow.outbox.claim(self.holder, now, LEASE, room, self.pace.resting()) if room > 0 else []
        del self._done[: len(marked)]
        for letter, _ in marked:
            self._under_way.pop(letter.seq, None)
        if sweep:
            self._swept = time.monotonic()
        for letter in letters:
            self.pace.count(letter.chat_id)
            self._under_way[letter.seq] = asyncio.create_task(self._carry(letter, now))
        return len(letters)

    def _room(self, marked: int) -> int:
        """How many messages may set out, ``marked`` of those under way having ended."""
        return 0 if self._stopping else min(WIDTH - len(self._under_way) + marked, self.pace.free())

    async def _carry(self, letter: Letter, now: datetime) -> None:
        """Try to send one message and put down what became of it."""
        try:
            outcome = await self._try(letter, now)
        except asyncio.CancelledError:
            outcome = Maybe("stopped")
        except Exception:  # a message that cannot even be tried must not stop the courier
            _log.exception("message %d cannot be sent", letter.seq)
            outcome = Refused("unreadable")
        self._done.append((letter, outcome))
        self.wake()

    async def _try(self, letter: Letter, now: datetime) -> Outcome:
        try:
            contents = unpack(await self.envelopes.open(letter.key, letter.payload))
        except Unreadable:
            return Refused("unreadable")
        message = contents.message
        if letter.asked_at is not None and now - letter.asked_at > SAY_WHEN:
            async with self.store.read() as uow:
                zone = await self.zone(uow)
                language = await language_in(uow, letter.chat_id, self.language)
            with speaking(language):
                message = in_time(message, letter.asked_at, now, zone, contents.again)
        try:
            async with asyncio.timeout(TRY_S):
                return await deliver(self.bot, letter.chat_id, message)
        except (TelegramError, TimeoutError) as error:
            return meaning(error)

    async def _mark(self, uow: UnitOfWork, letter: Letter, outcome: Outcome, now: datetime) -> None:
        """Write down what became of a message, by the policy of its kind."""
        match outcome:
            case Sent(message_id):
                self._outages = 0
                if await uow.outbox.sent(letter, message_id, now):
                    self.metrics.messages_sent.labels(letter.kind).inc()
                    self.metrics.send_seconds.observe(max(0.0, (now - letter.created_at).total_seconds()))
            case Flood(wait_s):
                self._flooded(letter, wait_s)
                await self._again(uow, letter, now, wait_s, "flood")
            case Unsent(why, everyone):
                if everyone:
                    self._out(why)
                await self._again(uow, letter, now, wait(letter.attempts), "unsent")
            case Maybe(why):
                await self._perhaps(uow, letter, now, why)
            case Moved(chat_id):
                await uow.outbox.retry(letter, now, maybe=False)
                await uow.outbox.migrate_chat(letter.chat_id, chat_id)
            case Refused(why, gone):
                await uow.outbox.end(letter, "dead", why, now)
                self.metrics.messages_dead.labels(gone or "refused").inc()
                if gone:
                    await self._lost_chat(uow, letter.chat_id, gone, now)
                else:
                    _log.error("message %d was refused for good: %s", letter.seq, why)

    async def _again(self, uow: UnitOfWork, letter: Letter, now: datetime, wait_s: float, why: str) -> None:
        later = now + timedelta(seconds=wait_s * random.uniform(1.0, 1.25))  # noqa: S311 - spreads load, hides nothing
        await uow.outbox.retry(letter, later, maybe=why == "maybe")
        self.metrics.messages_retried.labels(why).inc()

    async def _perhaps(self, uow: UnitOfWork, letter: Letter, now: datetime, why: str) -> None:
        """It may have arrived: send again what is harmless twice, hold the rest and say so."""
        if letter.kind in RESENT and letter.maybe + 1 < MOST_MAYBE:
            await self._again(uow, letter, now, wait(letter.maybe + 1), "maybe")
            return
        await uow.outbox.end(letter, "held", why, now)
        self.metrics.messages_held.inc()
        _log.error("message %d may or may not have arrived (%s) and is held", letter.seq, why)

    async def _lost_chat(self, uow: UnitOfWork, chat_id: int, why: str, now: datetime) -> None:
        """Nothing more can be sent to the chat: mark it, end what waits for it, and write it down."""
        ended = await uow.outbox.end_chat(chat_id, why, now)
        enrolment = await uow.chats.get(chat_id)
        if await uow.chats.block(chat_id, now) and enrolment:
            self.metrics.chats_blocked.inc()
            detail = {"ended": ended + 1}
            await append(uow, AuditEntry("desk", "delivery", enrolment.badge, why, "chat", detail), now)
            _log.warning("badge %s cannot be written to (%s); beatdesk doctor lists such chats", enrolment.badge, why)

    async def _sweep(self, uow: UnitOfWork, now: datetime) -> None:
        """Messages whose sender died, and messages that are too old to be of use."""
        for letter in await uow.outbox.lapsed(self.holder, now, LEASE, mine=list(self._under_way)):
            await self._perhaps(uow, letter, now, "sender died")
        expired = await uow.outbox.expire(now, WIDTH)
        if expired:
            self.metrics.messages_expired.inc(len(expired))
            _log.error("%d messages expired before they could be sent", len(expired))

    def _flooded(self, letter: Letter, wait_s: float) -> None:
        """One chat rests by itself, since its oldest message waits; where several are told to wait, all do."""
        now = time.monotonic()
        self._floods = {chat: at for chat, at in self._floods.items() if now - at < _STORM_S} | {letter.chat_id: now}
        if len(self._floods) > 1:
            self.pace.halt(wait_s)

    def _out(self, why: str) -> None:
        """Telegram cannot be reached or does not know the bot: rest all chats, longer each time."""
        if self._outages == 0:
            _log.error("nothing can be sent (%s); messages wait", why)
        self._outages += 1
        self.pace.halt(min(10.0, wait(self._outages)))


def wait(tries: int) -> float:
    """Seconds to wait after so many tries: doubled from the first to the longest."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(tries - 1, 10)))
