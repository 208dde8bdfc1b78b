"""The alarm clock: rings at set times; what is due is always decided by a table, never by the clock itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

#: How often the desk looks for a new data version, in seconds, so that a load is answered from soon after.
RENEW_S: Final = 20


class Alarm:
    """Wakes the running process. Start and stop it inside the event loop."""

    def __init__(self, renew: Callable[[], Awaitable[object]]) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            renew, "interval", seconds=RENEW_S, id="renew", coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)
