"""The pulse of the running process: a sign of life for other replicas, gauges, and a watch over the wall clock.

It counts seconds that never go back. So it notices when the wall clock is set, and puts right what would otherwise
wait for a time that has moved away.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.chores import REPLICA
from bot.lanes import Lanes
from bot.metrics import Metrics
from bot.pace import Pace
from ilp_core.storage.engine import Store

_log = logging.getLogger(__name__)

#: A beat, in seconds, and how long a replica counts as alive after its last.
BEAT_S: Final = 2.0
ALIVE: Final = timedelta(seconds=10)
#: The wall clock may differ so much from the counted seconds before it is said to have been set.
JUMP: Final = timedelta(seconds=20)


@dataclass
class Pulse:
    """Beats while the process runs. ``jumped`` is called when the wall clock was set."""

    store: Store
    holder: str
    pace: Pace
    lanes: Lanes
    metrics: Metrics
    jumped: Callable[[], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic
    _seen: tuple[datetime, float] | None = None
    _down_since: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.beat()
                self._answered()
            except Exception as error:
                self._unanswered(error)
                self.metrics.store_failures.inc()
            await asyncio.sleep(BEAT_S)

    def _answered(self) -> None:
        if self._down_since is not None:
            _log.warning("the store answers again after %.0f seconds", self.monotonic() - self._down_since)
        self._down_since = None

    def _unanswered(self, error: Exception) -> None:
        if self._down_since is None:
            self._down_since = self.monotonic()
            _log.critical("the store does not answer; what officers send waits", exc_info=error)

    async def beat(self) -> None:
        """One sign of life, and a look at what waits."""
        async with self.store.write() as uow:
            now = await uow.now()
            await uow.leases.take(f"{REPLICA}{self.holder}", self.holder, now, ALIVE)
            alive = len(await uow.leases.live(REPLICA, now))
            inbox, oldest_update = await uow.inbox.waiting()
            outbox, oldest_message = await uow.outbox.waiting()
        self.pace.share = max(1, alive)
        self.metrics.replicas.set(alive)
        self.metrics.lanes_busy.set(self.lanes.busy)
        self.metrics.inbox_waiting.set(inbox)
        self.metrics.inbox_oldest_seconds.set(_age(oldest_update, now))
        self.metrics.outbox_waiting.set(outbox)
        self.metrics.outbox_oldest_seconds.set(_age(oldest_message, now))
        await self._watch(now)

    async def leave(self) -> None:
        """Tell the other replicas that this one is gone."""
        async with self.store.write() as uow:
            await uow.leases.give_up(f"{REPLICA}{self.holder}", self.holder)

    async def _watch(self, now: datetime) -> None:
        counted = self.monotonic()
        before, self._seen = self._seen, (now, counted)
        if before is None:
            return
        jump = (now - before[0]) - timedelta(seconds=counted - before[1])
        if abs(jump) <= JUMP:
            return
        self.metrics.clock_jumps.inc()
        _log.critical("the clock was set by %+.0f seconds; what waits is looked at again", jump.total_seconds())
        async with self.store.write() as uow:
            await uow.inbox.hasten(now)
            await uow.outbox.hasten(now)
        await self.jumped()


def _age(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
