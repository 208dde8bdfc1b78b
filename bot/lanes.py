"""Lanes: the updates of one chat in order, different chats side by side, each handled in one transaction.

An update is claimed, handled and finished. Where handling fails it is tried again, after a wait that holds up its
own chat only; after three tries it is set aside, with an alert and a polite reply. Where the program dies, the
claim runs out and the update is handled as if it had just come in: nothing of the first try was kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from telegram import Update

from bot.metrics import Metrics
from bot.turns import UpdateTurn
from handlers.outgoing import plain
from handlers.turn import begin
from ilp_core.domain.post import Claim, Lost
from ilp_core.storage.engine import Store, is_outage
from ilp_core.storage.sealing import Unreadable, unseal
from ilp_core.words import desk

_log = logging.getLogger(__name__)

#: Chats that are answered at the same time; the rest wait their turn. More would not be faster, since answers share
#: one interpreter, but each would hold the store longer.
WIDTH: Final = 8
#: How long a claim holds without a sign of life from its holder, and how often the sign is given, in seconds.
LEASE: Final = timedelta(seconds=15)
HEARTBEAT_S: Final = 4.0
#: Tries before an update is set aside, and the waits between them in seconds.
TRIES: Final = 3
_WAITS_S: Final = (0.5, 2.0)
#: Claims before an update is set aside that each time died with its holder: it may be what kills it.
MOST_CLAIMS: Final = 10
#: One update may be handled for so long, in seconds.
HANDLE_S: Final = 45.0
#: How often the inbox is looked at when nothing wakes the lanes: what another replica took in, or waits that end.
_LOOK_S: Final = 0.3
#: An outage of the store is said so often, in seconds.
_ALERT_S: Final = 30.0


def key_name(bot: int, update_id: int) -> str:
    """The name of the key under which an incoming update is sealed: one for each."""
    return f"in:{bot}:{update_id}"


@dataclass
class Lanes:
    """Handles what the inbox holds. ``run`` it as a task; ``wake`` it for news; ``stop`` it with patience."""

    store: Store
    application: Any
    holder: str
    metrics: Metrics
    turn_of: Callable[[Claim], UpdateTurn]
    mail: Callable[[], None]
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _stopping: bool = False
    _alerted: float = float("-inf")

    def wake(self) -> None:
        """Something came in."""
        self._news.set()

    @property
    def busy(self) -> int:
        """How many updates are being handled."""
        return len(self._busy)

    async def run(self) -> None:
        """Until stopped: claim what is due and handle it; meanwhile tell that the claims live."""
        heart = asyncio.create_task(self._beat())
        try:
            while not self._stopping:
                self._news.clear()
                claims = await self._claim()
                for claim in claims:
                    self._busy[claim.seq] = asyncio.create_task(self._handle(claim))
                self.metrics.lanes_busy.set(len(self._busy))
                if not claims:
                    await self._nap()
            if self._busy:
                await asyncio.wait(list(self._busy.values()))
        finally:
            heart.cancel()

    async def stop(self, patience_s: float) -> None:
        """Claim no more and let what is in hand end; after ``patience_s`` give the rest back unhandled."""
        self._stopping = True
        self.wake()
        if self._busy:
            _, late = await asyncio.wait(list(self._busy.values()), timeout=patience_s)
            for task in late:
                task.cancel()

    async def _nap(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _claim(self) -> list[Claim]:
        room = WIDTH - len(self._busy)
        if room <= 0:
            return []
        try:
            async with self.store.write() as uow:
                claims = await uow.inbox.claim(self.holder, await uow.now(), LEASE, room)
        except Exception as error:
            self._trouble_with_store(error)
            await asyncio.sleep(_LOOK_S)
            return []
        return claims

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if not self._busy:
                continue
            try:
                async with self.store.write() as uow:
                    await uow.inbox.renew(self.holder, await uow.now(), LEASE)
            except Exception as error:
                self._trouble_with_store(error)

    async def _handle(self, claim: Claim) -> None:
        turn = self.turn_of(claim)
        try:
            await self._do(turn)
        except Lost:
            # Another replica has it now: this one was too slow to give a sign of life. Nothing of it was kept.
            self.metrics.claims_lost.inc()
            _log.warning("update %d was claimed by another replica", claim.seq)
        except asyncio.CancelledError:
            await self._give_back(claim)
        except Exception as error:
            await self._failed(turn, error)
        finally:
            self._busy.pop(claim.seq, None)
            self.wake()
            self.mail()

    async def _do(self, turn: UpdateTurn) -> None:
        begin(turn)
        if turn.claim.claims > MOST_CLAIMS:
            raise RuntimeError("the program died each time it handled this update")
        update = await self._read(turn.claim)
        if update is not None:
            async with asyncio.timeout(HANDLE_S):
                await self.application.process_update(update)
        if turn.trouble is not None:
            raise turn.trouble
        if not turn.finished:
            async with turn.finish():
                pass
        self.metrics.updates_done.inc()

    async def _read(self, claim: Claim) -> Update | None:
        name = key_name(claim.bot, claim.update_id)
        secret = (await self.store.keys.get([name])).get(name)
        if secret is None or claim.payload is None:
            raise Unreadable(name)
        update: Update | None = Update.de_json(json.loads(unseal(secret, name, claim.payload)), self.application.bot)
        return update

    async def _failed(self, turn: UpdateTurn, error: BaseException) -> None:
        claim = turn.claim
        if turn.finished:
            _log.error("update %d failed after it was done", claim.seq, exc_info=error)
            return
        outage = is_outage(error)
        if outage:
            self._trouble_with_store(error)
        else:
            self.metrics.updates_failed.inc()
            _log.error("update %d failed, try %d of %d", claim.seq, claim.tries + 1, TRIES, exc_info=error)
        hopeless = isinstance(error, Unreadable) or claim.claims > MOST_CLAIMS
        if not outage and (hopeless or claim.tries + 1 >= TRIES):
            await self._until_written(lambda: self._set_aside(turn, error))
        else:
            wait = _WAITS_S[min(claim.tries, len(_WAITS_S) - 1)]
            await self._until_written(lambda: self._release(claim, wait, failed=not outage))

    async def _set_aside(self, turn: UpdateTurn, error: BaseException) -> None:
        """Out of the way of the chat's next update, with an alert here and a polite sentence there."""
        claim = turn.claim
        reference = f"U{claim.seq}"
        async with self.store.write() as uow:
            await uow.inbox.set_aside(claim, await uow.now(), type(error).__name__)
            # Nobody but officers is told more than the identity line (G38).
            if await uow.chats.get(claim.lane):
                await turn.send(uow, claim.lane, plain(desk.FAILED.format(reference=reference)))
        self.metrics.updates_set_aside.inc()
        _log.critical("update %d is set aside as %s: see beatdesk inbox list", claim.seq, reference)

    async def _release(self, claim: Claim, wait_s: float, *, failed: bool) -> None:
        async with self.store.write() as uow:
            await uow.inbox.release(claim, await uow.now() + timedelta(seconds=wait_s), failed=failed)

    async def _give_back(self, claim: Claim) -> None:
        try:
            async with asyncio.timeout(1):
                await self._release(claim, 0, failed=False)
        except Exception as error:
            _log.warning("update %d waits until its claim runs out: %s", claim.seq, type(error).__name__)

    async def _until_written(self, write: Callable[[], Any]) -> None:
        """Write it down, however long the store is away: until then the update stays in this hand."""
        while True:
            try:
                await write()
                return
            except Lost:
                self.metrics.claims_lost.inc()
                return
            except Exception as error:
                self._trouble_with_store(error)
                if self._stopping:
                    return
                await asyncio.sleep(_LOOK_S)

    def _trouble_with_store(self, error: BaseException) -> None:
        """Say it when it begins and while it lasts, not at every try."""
        self.metrics.store_failures.inc()
        if time.monotonic() - self._alerted > _ALERT_S:
            self._alerted = time.monotonic()
            _log.critical("the store does not work; updates wait", exc_info=error)
