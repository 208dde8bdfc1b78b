"""A run of a feed: one process at a time fetches it, each file is loaded as by hand, and only then is it remembered.

Whatever ends a run between those steps, the next one begins where the last file was loaded: a file that comes again
changes nothing, since a load knows its rows by key and content.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ilp_core.collect.feeds import file, folder, police_uk, socrata
from ilp_core.collect.feeds.agreed import agreed
from ilp_core.collect.feeds.fetch import PATIENCE, Fetcher, Patience
from ilp_core.collect.feeds.haul import Cursor, Haul, Hauls
from ilp_core.collect.feeds.loading import Loader, load_file
from ilp_core.collect.feeds.tally import Tally
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.feeds import DAY, Feed, FeedKind, wait_after
from ilp_core.domain.incidents import LoadReport
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.words import feeds as words

if TYPE_CHECKING:
    from ilp_core.storage import Store, UnitOfWork

_log = logging.getLogger(__name__)

#: How each kind of feed is asked.
KINDS: Final[Mapping[FeedKind, Hauls]] = {
    "folder": folder.hauls,
    "file": file.hauls,
    "socrata": socrata.hauls,
    "police-uk": police_uk.hauls,
}
#: Who runs a feed holds it for so long at a time, and renews that three times as often [this project's choice].
LEASE: Final = timedelta(minutes=3)
#: A run ends after so long, and after so many files; the rest comes with the next [this project's choice].
LONGEST_RUN: Final = timedelta(hours=1)
MOST_FILES: Final = 100
#: When files are still being written, the folder is looked at again so soon.
SOON: Final = timedelta(seconds=15)

Outcome = Literal["new", "same", "failed", "busy"]


@dataclass(frozen=True, slots=True)
class FeedRun:
    """What came of one run: ``result`` in a sentence, ``why`` a short code where it failed."""

    feed: str
    outcome: Outcome
    result: str
    tally: Tally = field(default_factory=Tally)
    why: str | None = None
    next_at: datetime | None = None


class _Stopped(Exception):  # noqa: N818 - no fault: whoever waited for the load has left
    """Raised in the thread of a load that nobody waits for any more."""


@dataclass
class Run:
    """One run of ``feed``, in the name of ``by``; ``holder`` is this process among those that share the store.

    ``chance`` gives numbers from 0 to 1, by which waits after failures differ.
    """

    store: Store
    feed: Feed
    by: str
    holder: str
    load: Loader
    source: str = "command"
    patience: Patience = PATIENCE
    chance: Callable[[], float] = random.SystemRandom().random
    fence: int | None = None

    async def run(self) -> FeedRun:
        """Fetch and load what is new, note what came of it, and plan the next time.

        What fails at the portal or in a file is noted, not raised; WorkError where the store itself is away.
        """
        async with self.store.write() as uow:
            started = await uow.now()
            self.fence = await uow.leases.take(self._lease, self.holder, started, LEASE)
            # It may have come further, or be gone, since it was looked up.
            feed = await uow.feeds.get(self.feed.name)
        if self.fence is None or feed is None:
            return FeedRun(self.feed.name, "busy", words.BUSY.format(name=self.feed.name))
        self.feed = feed
        try:
            async with self._renewing():
                return await self._run(started)
        finally:
            with suppress(Exception):
                async with self.store.write() as uow:
                    await uow.leases.give_up(self._lease, self.holder)

    @property
    def _lease(self) -> str:
        return f"feed:{self.feed.id}"

    async def _run(self, started: datetime) -> FeedRun:
        tally = Tally()
        error: DeskError | None = None
        try:
            async with asyncio.timeout(LONGEST_RUN.total_seconds()):
                await self._fetch(tally, started)
        except TimeoutError:
            error = FetchError(words.LATE.format(minutes=int(LONGEST_RUN.total_seconds() / 60)), "late")
        except DeskError as met:
            error = met
        except OSError as met:
            error = FetchError(words.MACHINE.format(why=met.strerror or type(met).__name__), "machine")
        except Exception as met:
            # A fault of the program in one feed must not stop the others, nor the bot.
            _log.exception("the feed %s could not be run", self.feed.name)
            error = FetchError(
                words.FAULT.format(kind=type(met).__name__, name=self.feed.name), "fault", lasting=True
            )
        return await self._note(tally, error, started)

    async def _fetch(self, tally: Tally, started: datetime) -> None:
        """Take every file that the feed brings, one after the other."""
        options = self.feed.options
        token = os.environ.get(options.token_env) if options.token_env else None
        if options.token_env and not token:
            raise FetchError(words.UNSET_VARIABLE.format(name=options.token_env), "token", lasting=True)
        if self.feed.kind == "folder":
            mark = await agreed(self.store, options)
            self.feed = replace(self.feed, cursor={**self.feed.cursor, "agreed": mark})
        fetcher = Fetcher(options.most_bytes, options.allow_private, token, self.patience)
        with tempfile.TemporaryDirectory(prefix="beatdesk-feed-") as room:
            async with fetcher, aclosing(KINDS[self.feed.kind](self.feed, fetcher, Path(room), started)) as hauls:
                answer: bool | None = None
                while tally.files + len(tally.refused) < MOST_FILES:
                    try:
                        haul = await hauls.asend(answer)
                    except StopAsyncIteration:
                        break
                    answer = await self._take(haul, tally, started)
                else:
                    tally.again_soon = True
                    await self._remember({**self.feed.cursor, "behind": True})
        # A first run brings what happened long ago; from now on rows are known from the day they come.
        brought = tally.files or self.feed.cursor.get("behind")
        if brought and not tally.again_soon and not self.feed.cursor.get("caught_up"):
            await self._remember({**self.feed.cursor, "caught_up": True})

    async def _take(self, haul: Haul, tally: Tally, started: datetime) -> bool:
        """Load one file and remember it; False where the file cannot be used but the run goes on."""
        tally.again_soon, tally.waiting = haul.again_soon, haul.waiting
        if haul.path is not None:
            try:
                tally.add(await self._loaded(haul, haul.path, started))
            except DeskError as error:
                if haul.if_refused is None or not _is_of_the_file(error):
                    raise
                tally.refuse(haul.path.name, str(error))
                await self._remember(haul.if_refused)
                return False
        await self._remember(haul.cursor)
        return True

    async def _loaded(self, haul: Haul, path: Path, started: datetime) -> Sequence[LoadReport]:
        left, options = threading.Event(), self.feed.options

        def progress(_done: int, _all: int | None) -> None:
            # A thread cannot be stopped from outside: it stops itself at its next step.
            if left.is_set():
                raise _Stopped

        try:
            return await self.load(
                self.store,
                path,
                format=options.format,
                zone=options.zone,
                usual_zone=options.usual_zone,
                live=options.live and bool(self.feed.cursor.get("caught_up")),
                by=self.by,
                now=started,
                progress=progress,
                map=Path(options.map) if options.map else None,
                replace_period=haul.replace_period or options.replace_period,
                stays=self.feed.kind == "folder",
            )
        except asyncio.CancelledError:
            left.set()
            raise

    async def _remember(self, cursor: Cursor) -> None:
        """Keep how far the feed has come, while it is still this process's."""
        if cursor != self.feed.cursor:
            async with self.store.write() as uow:
                await self._hold(uow)
                await uow.feeds.remember(self.feed.id, cursor)
            self.feed = replace(self.feed, cursor=cursor)

    async def _hold(self, uow: UnitOfWork) -> datetime:
        """The moment, with the lease renewed. Raises FetchError where another process has it."""
        now = await uow.now()
        if await uow.leases.take(self._lease, self.holder, now, LEASE) != self.fence:
            raise FetchError(words.TAKEN, "taken")
        return now

    @asynccontextmanager
    async def _renewing(self) -> AsyncIterator[None]:
        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                # A store that is busy or away is met, and told of, by the run itself.
                with suppress(Exception):
                    async with self.store.write() as uow:
                        await self._hold(uow)

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _note(self, tally: Tally, error: DeskError | None, started: datetime) -> FeedRun:
        """Write what came of the run, and when the next is."""
        failures = self.feed.failures + 1 if error else 0
        result = str(error) if error else tally.sentence(self.feed)
        why = (error.why if isinstance(error, FetchError) else "load") if error else None
        outcome: Outcome = "failed" if error else "new" if tally.files else "same"
        async with self.store.write() as uow:
            now = await uow.now()
            next_at = self._next(tally, error, failures, started, now)
            # Whoever took the feed over plans it now.
            if why != "taken":
                await uow.feeds.plan(self.feed.id, last_at=started, next_at=next_at, failures=failures, result=result)
            detail = {**tally.counts(), **({"why": why, "failures": failures} if why else {})}
            audited = "failed" if error else "done"
            await append(uow, AuditEntry(self.by, "feed", self.feed.name, audited, self.source, detail), now)
        return FeedRun(self.feed.name, outcome, result, tally, why, next_at)

    def _next(
        self, tally: Tally, error: DeskError | None, failures: int, started: datetime, now: datetime
    ) -> datetime:
        """When the feed is asked again: on its schedule, or after a wait that fits the failure."""
        every = self.feed.every
        if error is None:
            return min(started + every, now + SOON) if tally.again_soon else max(started + every, now)
        if isinstance(error, FetchError) and error.wait is not None:
            return now + error.wait
        if _is_lasting(error):
            return now + max(every, DAY)
        return now + wait_after(failures, self.chance())


def _is_of_the_file(error: DeskError) -> bool:
    """Whether a load failed by what the file holds, and not by a store that was busy or away."""
    return isinstance(error, CallError) or error.__cause__ is None


def _is_lasting(error: DeskError) -> bool:
    return error.lasting if isinstance(error, FetchError) else _is_of_the_file(error)


async def run_feed(
    store: Store,
    feed: Feed,
    *,
    by: str,
    holder: str,
    load: Loader | None = None,
    source: str = "command",
    patience: Patience = PATIENCE,
) -> FeedRun:
    """Run one feed now and say what came of it. ``load`` takes the place of the real loader."""
    return await Run(store, feed, by, holder, load or load_file, source, patience).run()
