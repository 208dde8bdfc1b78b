"""When feeds run: schedules, clocks that jump, one process at a time, and failures that stop nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chores import Chores
from bot.metrics import Metrics
from bot.refresher import Refresher
from ilp_core.collect.feeds import run as running
from ilp_core.collect.feeds.fetch import retry_after
from ilp_core.collect.feeds.hosts import addresses_of, is_public
from ilp_core.collect.feeds.run import LEASE, LONGEST_RUN, run_feed
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.errors import WorkError
from ilp_core.domain.feeds import DAY, LAST_WAIT, Feed, FeedOptions, parse_every, spell_every, wait_after
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.words.en import feeds as words
from tests.feed_desk import START, Bench, bench
from tests.portal import Portal, crime, running_portal

HOUR = timedelta(hours=1)


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with running_portal() as running:
        running.rows = [crime(1), crime(2)]
        yield running


@pytest.fixture
async def town(portal: Portal, sqlite_database: str) -> AsyncIterator[Bench]:
    async with bench(sqlite_database, "socrata", portal.data_set) as made:
        yield made


def feed(**changes: Any) -> Feed:
    return replace(Feed("city", "socrata", "https://x.org", HOUR, START, "test", START), **changes)


# Schedules


@pytest.mark.parametrize(
    ("text", "every"), [("1m", timedelta(minutes=1)), ("90m", 1.5 * HOUR), ("2H", 2 * HOUR), (" 31d ", 31 * DAY)]
)
def test_schedules_are_read_and_spelled(text: str, every: timedelta) -> None:
    assert parse_every(text) == every
    assert parse_every(spell_every(every)) == every


@pytest.mark.parametrize("text", ["", "0m", "1", "1w", "32d", "-1h", "1.5h", "99999999d", "١h"])
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        parse_every(text)


def test_a_feed_is_due_at_its_time_and_at_once_after_a_stop() -> None:
    assert feed(next_at=START).due(START)
    assert feed(next_at=START - 40 * DAY).due(START)
    assert not feed(next_at=START + HOUR).due(START)
    assert not feed(next_at=START, options=FeedOptions(paused=True)).due(START)


def test_a_clock_that_is_set_back_holds_a_feed_up_for_a_day_at_most() -> None:
    ran = feed(last_at=START, next_at=START + HOUR)
    # The clock goes back by a month: the last run lies in the future.
    assert ran.due(START - 30 * DAY)
    waiting = feed(failures=9, next_at=START + 30 * DAY)
    assert waiting.due(START)
    assert not feed(failures=9, next_at=START + DAY).due(START)


def test_waits_double_to_six_hours_and_differ_by_a_quarter() -> None:
    assert [wait_after(count, 0.0) for count in (1, 2, 5)] == [timedelta(minutes=minutes) for minutes in (1, 2, 16)]
    assert wait_after(10_000, 0.0) == LAST_WAIT
    assert wait_after(10_000, 1.0) == LAST_WAIT * 0.75
    assert wait_after(1, 1.0) == timedelta(minutes=1)


def test_somebody_is_needed_after_three_failures_or_one_that_lasts() -> None:
    assert not feed(failures=2, last_at=START, next_at=START + HOUR).needs_somebody
    assert feed(failures=3, last_at=START, next_at=START + HOUR).needs_somebody
    assert feed(failures=1, last_at=START, next_at=START + DAY).needs_somebody
    assert not feed(failures=0, every=DAY, last_at=START, next_at=START + DAY).needs_somebody


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 01 Mar 2026 12:05:00 -0000", timedelta(minutes=5)),
        ("Sun, 01 Mar 2020 12:05:00 GMT", timedelta(0)),
        ("Sun, 01 Mar 2099 12:05:00 GMT", DAY),
        ("9" * 400, DAY),
        ("-5", None),
        ("tomorrow", None),
        (None, None),
    ],
)
def test_the_wait_that_a_portal_names_is_read(text: str | None, wait: timedelta | None) -> None:
    assert retry_after(text, START) == wait


# Hosts


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.9", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - looked at, not listened on
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:169.254.169.254", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_public_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "[::1]".strip("[]")])
async def test_this_machine_is_found_under_all_its_names(host: str) -> None:
    with pytest.raises(FetchError) as refused:
        await addresses_of(host, 80, allow_private=False)
    assert str(refused.value) == words.PRIVATE.format(host=host)


# One process at a time


async def test_a_feed_that_runs_elsewhere_is_left_alone(portal: Portal, town: Bench) -> None:
    async with town.store.write() as uow:
        await uow.leases.take(f"feed:{town.feed.id}", "another", town.clock[0], LEASE)
    busy = await town.run()
    assert (busy.outcome, busy.result) == ("busy", words.BUSY.format(name="city"))
    assert portal.asked == []
    # The other process died: its hold ends by itself.
    town.forward(LEASE)
    assert (await town.run()).outcome == "new"


async def test_a_run_that_was_overtaken_remembers_nothing(town: Bench) -> None:
    async def seize() -> None:
        async with town.store.write() as uow:
            await uow.leases.give_up(f"feed:{town.feed.id}", "one")
            await uow.leases.take(f"feed:{town.feed.id}", "another", town.clock[0], LEASE)

    class Slow:
        async def __call__(self, store: Store, path: Path, **options: Any) -> Sequence[LoadReport]:
            reports = await town.desk(store, path, **options)
            await seize()
            return reports

    failed = await run_feed(town.store, town.feed, by="test", holder="one", load=Slow())
    assert (failed.outcome, failed.result) == ("failed", words.TAKEN)
    # The other process plans what comes next.
    assert ((await town.stored()).cursor, (await town.stored()).last_at) == ({}, None)


async def test_a_feed_that_was_removed_meanwhile_is_not_run(portal: Portal, town: Bench) -> None:
    async with town.store.write() as uow:
        await uow.feeds.remove("city")
    assert (await town.run()).outcome == "busy"
    assert portal.asked == []


# What fails


async def test_a_fault_of_the_program_is_a_failure_like_another(
    town: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def fault() -> None:
        raise ZeroDivisionError

    town.desk.before = fault
    failed = await town.run()
    assert failed.result == words.FAULT.format(kind="ZeroDivisionError", name="city")
    assert failed.next_at == START + DAY
    assert "the feed city could not be run" in caplog.text


async def test_a_disk_that_is_full_is_said(town: Bench) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    town.desk.before = full
    failed = await town.run()
    assert failed.result == words.MACHINE.format(why="No space left on device")
    assert failed.next_at == START + timedelta(minutes=1)


async def test_a_store_that_is_busy_is_tried_again_soon_and_a_bad_file_once_a_day(town: Bench) -> None:
    def busy() -> None:
        raise WorkError("The database is busy.") from OSError("locked")

    def bad() -> None:
        raise WorkError("More than half of the rows were rejected.")

    town.desk.before = busy
    assert (await town.run()).next_at == START + timedelta(minutes=1)
    town.desk.before = bad
    assert (await town.run()).next_at == START + DAY


async def test_a_run_that_takes_too_long_is_stopped(town: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LONGEST_RUN", timedelta(seconds=0.2))

    class Endless:
        async def __call__(self, _store: Store, _path: Path, **_options: Any) -> Sequence[LoadReport]:
            await asyncio.Event().wait()
            raise AssertionError

    failed = await run_feed(town.store, town.feed, by="test", holder="one", load=Endless())
    assert (failed.why, failed.outcome) == ("late", "failed")
    assert timedelta(seconds=1) < LONGEST_RUN


async def test_a_load_in_a_thread_ends_at_its_next_step_when_nobody_waits_for_it(town: Bench) -> None:
    begun, ended = threading.Event(), threading.Event()

    class Threaded:
        async def __call__(
            self, _store: Store, _path: Path, *, progress: Any, **_options: Any
        ) -> Sequence[LoadReport]:
            def read() -> None:
                try:
                    begun.set()
                    for step in range(10_000):
                        progress(step, None)
                        ended.wait(0.001)
                finally:
                    ended.set()

            await asyncio.to_thread(read)
            raise AssertionError

    task = asyncio.create_task(run_feed(town.store, town.feed, by="test", holder="one", load=Threaded()))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 5)
    assert (await town.stored()).due(town.clock[0])


# In the running bot


async def refresher(town: Bench) -> Refresher:
    chores = Chores(town.store, "replica", Envelopes(town.store.keys, lambda: town.clock[0]), Metrics())
    await chores.take()
    return Refresher(town.store, chores, town.desk)


async def test_the_bot_runs_what_is_due_and_nothing_else(town: Bench) -> None:
    bot = await refresher(town)
    await bot.ring()
    await bot.settle()
    assert [call["by"] for call in town.desk.calls] == ["feed"]
    await bot.ring()
    await bot.settle()
    assert (len(town.desk.calls), (await town.stored()).next_at) == (1, START + HOUR)
    town.forward(5 * HOUR)
    await bot.ring()
    await bot.settle()
    # What was missed is made up for once.
    assert (await town.stored()).next_at == START + 6 * HOUR


async def test_a_replica_without_the_lease_runs_nothing(portal: Portal, town: Bench) -> None:
    bot = await refresher(town)
    await bot.chores.give_up()
    await bot.ring()
    await bot.settle()
    assert portal.asked == []


async def test_one_feeds_failure_stops_neither_another_nor_the_bot(town: Bench) -> None:
    class Picky:
        async def __call__(self, store: Store, path: Path, **options: Any) -> Sequence[LoadReport]:
            if path.name == "worse.csv":
                raise MemoryError
            return await town.desk(store, path, **options)

    async with town.store.write() as uow:
        await uow.feeds.add(replace(town.feed, name="worse", next_at=START - HOUR))
    bot = replace(await refresher(town), load=Picky())
    await bot.ring()
    await bot.settle()
    async with town.store.read() as uow:
        found = {each.name: each.failures for each in await uow.feeds.all()}
    assert found == {"city": 0, "worse": 1}
    assert len(town.desk.rows) == 2


async def test_a_feed_that_hangs_leaves_room_for_another_and_for_the_stop(town: Bench) -> None:
    class Hanging:
        async def __call__(self, store: Store, path: Path, **options: Any) -> Sequence[LoadReport]:
            if path.name == "worse.csv":
                await asyncio.Event().wait()
            return await town.desk(store, path, **options)

    async with town.store.write() as uow:
        await uow.feeds.add(replace(town.feed, name="worse", next_at=START - HOUR))
    bot = replace(await refresher(town), load=Hanging())
    await bot.ring()
    await asyncio.wait(list(bot._running.values()), return_when=asyncio.FIRST_COMPLETED)
    assert (await town.stored()).last_at == START
    await bot.ring()
    await bot.stop(5)
    async with town.store.read() as uow:
        hanging = await uow.feeds.get("worse")
        leases = await uow.leases.live("feed:", town.clock[0])
    assert hanging is not None
    # It is due still, and free to be run.
    assert (hanging.due(START), hanging.last_at, leases) == (True, None, [])
