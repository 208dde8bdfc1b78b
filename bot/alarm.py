"""The alarm clock: rings at set times; what is due is always decided by a table, never by the clock itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

_log = logging.getLogger(__name__)
Job = Callable[[], Awaitable[object]]


class Alarm:
    """Wakes the running process: ``jobs`` by name, each with its seconds. Start and stop it inside the event loop."""

    def __init__(self, jobs: Mapping[str, tuple[float, Job]]) -> None:
        self._failing: set[str] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        for name, (seconds, job) in jobs.items():
            # Late is better than never: what a job finds to do stands in a table.
            self._scheduler.add_job(
                self._ring,
                "interval",
                args=(name, job),
                seconds=seconds,
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    async def _ring(self, name: str, job: Job) -> None:
        """Do one job; a failure is said when it begins, for the next ring comes anyway."""
        try:
            await job()
            self._failing.discard(name)
        except asyncio.CancelledError:
            return  # the alarm was stopped
        except Exception:
            if name not in self._failing:
                _log.exception("the job %s failed; it is tried again at the next ring", name)
            self._failing.add(name)

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def reset(self) -> None:
        """Ring for everything now and go on from here: the wall clock was set, and would leave jobs waiting."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(tz=UTC))

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=False)
