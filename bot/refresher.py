"""The refresher: feeds that are due are run beside everything else, by the one replica that does the chores.

A feed that fails, hangs or meets a fault of the program holds up neither the others nor the bot. Each is also held
by a lease of its own while it runs, so that a command or a second replica does not run it at the same time.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chores import Chores
from ilp_core.domain.errors import DeskError
from ilp_core.domain.feeds import Feed
from ilp_core.storage.engine import Store

if TYPE_CHECKING:
    from ilp_core.collect.feeds.loading import Loader

_log = logging.getLogger(__name__)

#: Feeds that run side by side, so that one that hangs leaves room for another [this project's choice].
WIDTH: Final = 2
#: The audit's and the loads' name for what nobody called for.
BY: Final = "feed"


@dataclass
class Refresher:
    """Runs due feeds. ``load`` takes the place of the real loader."""

    store: Store
    chores: Chores
    load: Loader | None = None
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def ring(self) -> None:
        """Start what is due, where this is the replica that does the chores and there is room."""
        if self.chores.fence is None or len(self._running) >= WIDTH:
            return
        async with self.store.read() as uow:
            now = await uow.now()
            due = [feed for feed in await uow.feeds.all() if feed.due(now) and feed.id not in self._running]
        # The longest waiting first, so that a feed that is always due starves no other.
        due.sort(key=lambda feed: feed.next_at)
        for feed in due[: WIDTH - len(self._running)]:
            task = asyncio.create_task(self._run(feed))
            self._running[feed.id] = task
            task.add_done_callback(partial(self._ended, feed.id))

    def _ended(self, number: int, _task: asyncio.Task[None]) -> None:
        self._running.pop(number, None)

    async def _run(self, feed: Feed) -> None:
        from ilp_core.collect.feeds.run import run_feed

        try:
            done = await run_feed(self.store, feed, by=BY, holder=self.chores.holder, load=self.load, source="alarm")
        except DeskError as error:
            _log.warning("the feed %s was not run: %s", feed.name, error)
        except Exception:
            _log.exception("the feed %s was not run", feed.name)
        else:
            level = logging.WARNING if done.outcome == "failed" else logging.INFO
            _log.log(level, "feed %s: %s", feed.name, done.result)

    async def settle(self) -> None:
        """Wait until the runs that are under way have ended."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def stop(self, patience_s: float) -> None:
        """Leave what is under way: the next start goes on from the last file that was loaded."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await asyncio.gather(*tasks, return_exceptions=True)
