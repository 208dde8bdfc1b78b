"""The poller: fetches updates from Telegram where no webhook is set. One replica does at a time, by lease."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

from telegram.error import Conflict, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.intake import BATCH, Intake, NotMine
from bot.metrics import Metrics
from ilp_core.storage.engine import Store
from ilp_core.storage.uow import UnitOfWork

_log = logging.getLogger(__name__)

#: The lease's name, how long it holds, and how often its holder renews it.
POLLER: Final = "poller"
LEASE: Final = timedelta(seconds=12)
RENEW_S: Final = 3.0
#: A replica that does not poll looks so often whether it may.
_STAND_BY_S: Final = 1.0
#: Telegram holds a poll open for so long while there is nothing, in seconds.
_HOLD_S: Final = 8
#: The wait after a failed poll, doubled from the first to the longest, in seconds.
_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 5.0


@dataclass
class Poller:
    """Polls while it holds the lease. ``run`` it as a task; ``stop`` it and the lease is given up."""

    store: Store
    bot: ExtBot[None]
    intake: Intake
    holder: str
    metrics: Metrics
    updates: tuple[str, ...]
    request: BaseRequest = field(default_factory=lambda: HTTPXRequest(connection_pool_size=4))
    _fence: int | None = None
    _failures: int = 0
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Until cancelled: get the lease, and poll while it lasts."""
        try:
            await self._run()
        finally:
            await self.request.shutdown()

    async def _run(self) -> None:
        while True:
            await self._take()
            if self._fence is None:
                await asyncio.sleep(_STAND_BY_S)
                continue
            _log.info("this replica polls now")
            self.metrics.is_poller.set(1)
            polling = asyncio.create_task(self._poll())
            try:
                while self._fence is not None and not polling.done():
                    await asyncio.wait([polling], timeout=RENEW_S)
                    await self._take()
            finally:
                self.metrics.is_poller.set(0)
                polling.cancel()
                await asyncio.wait([polling])

    async def stop(self, task: asyncio.Task[None]) -> None:
        """End the run, a batch that is being stored first, and let another replica poll at once."""
        async with self._storing:
            task.cancel()
        await asyncio.wait([task])
        try:
            async with asyncio.timeout(1), self.store.write() as uow:
                await uow.leases.give_up(POLLER, self.holder)
        except Exception as error:
            _log.warning("the poller's lease runs out by itself: %s", type(error).__name__)

    async def _take(self) -> None:
        """Take or renew the lease. While the store is down the lease is kept: nothing can be stored anyway."""
        try:
            async with self.store.write() as uow:
                self._fence = await uow.leases.take(POLLER, self.holder, await uow.now(), LEASE)
        except Exception as error:
            self._failed(error, "the store does not answer")

    async def _poll(self) -> None:
        """Fetch and store. A number is only named to Telegram, which forgets up to it, once it is stored.

        A number is named once: after a quiet week Telegram goes on with smaller numbers, and naming an old one
        then would make it forget what nobody has read.
        """
        offset: int | None = None
        while True:
            try:
                found = await self._fetch(offset)
                offset = None
                if found:
                    async with self._storing:
                        await self.intake.take([json.dumps(each).encode("ascii") for each in found], self._holds)
                    offset = max(each["update_id"] for each in found) + 1
                self._failures = 0
            except NotMine:
                self._fence = None
                return
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
            except Conflict as error:
                self._failed(error, "another program polls with this bot's token, or it has a webhook")
                await asyncio.sleep(_STAND_BY_S)
            except Exception as error:
                self._failed(error, "updates cannot be fetched or stored; Telegram keeps them")
                await asyncio.sleep(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(self._failures, 10)))

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        wish = {"timeout": _HOLD_S, "limit": BATCH, "allowed_updates": json.dumps(self.updates)}
        if offset is not None:
            wish["offset"] = offset
        # The library's own method would parse the updates; what is stored is what Telegram sent.
        address = f"{self.bot.base_url}/getUpdates?{urlencode(wish)}"
        found = await self.request.post(address, read_timeout=_HOLD_S + 10)
        return cast(list[dict[str, Any]], found)

    async def _holds(self, uow: UnitOfWork) -> bool:
        fence = self._fence
        return fence is not None and await uow.leases.holds(POLLER, self.holder, fence, await uow.now())

    def _failed(self, error: Exception, what: str) -> None:
        """Say it when it begins and when it lasts, not at every try."""
        self._failures += 1
        if self._failures in (1, 10) or self._failures % 100 == 0:
            trace = None if isinstance(error, TelegramError) else error
            _log.error("%s (%s)", what, type(error).__name__, exc_info=trace)
        if not isinstance(error, TelegramError):
            self.metrics.store_failures.inc()
