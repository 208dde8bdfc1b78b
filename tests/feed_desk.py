"""What tests of feeds share: a desk that keeps rows by key as the real one does, and a feed with a clock."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ilp_core.collect.feeds.fetch import Patience
from ilp_core.collect.feeds.run import FeedRun, Run
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import Feed, FeedKind, FeedOptions
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store, open_store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: No test waits for a person's patience.
QUICK = Patience(connect_s=2.0, read_s=0.3, whole_s=5.0)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class FakeDesk:
    """Loads CSV files by key: a new key is loaded, other content is an update, the same content is known.

    ``before`` and ``after`` run around the moment in which a load is committed; ``calls`` has every load's options.
    A file whose first row says "spoiled" cannot be used.
    """

    key: str = "id"
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    async def __call__(self, _store: Store, path: Path, **options: Any) -> list[LoadReport]:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.calls.append({"file": path.name, "rows": len(rows), **options})
        if rows and "spoiled" in rows[0].values():
            raise CallError(f"{path.name} is spoiled. Export it again.")
        self.before()
        counts = {"loaded": 0, "updated": 0, "known": 0}
        for number, row in enumerate(rows):
            content = {name: value for name, value in row.items() if not name.startswith(":")}
            key = content.get(self.key) or f"{path.name}:{number}"
            old = self.rows.get(key)
            counts["loaded" if old is None else "known" if old == content else "updated"] += 1
            self.rows[key] = content
        self.after()
        report = LoadReport(
            path.name, "fake", len(rows), **counts, rejected={}, located=None, timed=None, first=None, last=None,
            load=len(self.calls),
        )  # fmt: skip
        return [report]


@dataclass
class Bench:
    """A store whose clock a test moves, a desk, and one feed."""

    store: Store
    desk: FakeDesk
    feed: Feed
    clock: list[datetime]
    holder: str = "one"

    async def run(self) -> FeedRun:
        """Run the feed now, with the longest waits after failures."""
        return await Run(self.store, self.feed, "test", self.holder, self.desk, "test", QUICK, lambda: 0.0).run()

    async def stored(self) -> Feed:
        """The feed as it stands in the store."""
        async with self.store.read() as uow:
            found = await uow.feeds.get(self.feed.name)
        assert found is not None
        return found

    def forward(self, length: timedelta) -> None:
        """Let time pass."""
        self.clock[0] += length


@asynccontextmanager
async def bench(database: str, kind: FeedKind, address: str, **options: Any) -> AsyncIterator[Bench]:
    """A bench with a feed called ``city`` that may reach this machine, due at once, every hour."""
    clock = [START]
    store = open_store(database, clock=lambda: clock[0])
    chosen = replace(FeedOptions(allow_private=True), **options)
    try:
        async with store.write() as uow:
            feed = await uow.feeds.add(Feed("city", kind, address, timedelta(hours=1), START, "test", START, chosen))
        yield Bench(store, FakeDesk(), feed, clock)
    finally:
        await store.close()
