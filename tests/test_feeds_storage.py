"""Feeds as they are kept, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ilp_core.domain.feeds import Feed, FeedOptions
from ilp_core.storage import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPTIONS = FeedOptions(zone="Europe/London", live=True, patterns=("*.csv",), token_env="TOKEN", page_rows=7)
FEED = Feed("city", "socrata", "https://x.org", timedelta(hours=1), NOW, "test", NOW, OPTIONS)


async def test_a_feed_is_kept_as_it_is(store: Store) -> None:
    async with store.write() as uow:
        added = await uow.feeds.add(FEED)
        await uow.feeds.add(replace(FEED, name="another", kind="folder", options=FeedOptions()))
    assert added == replace(FEED, id=added.id)
    async with store.read() as uow:
        assert await uow.feeds.get("city") == added
        assert [each.name for each in await uow.feeds.all()] == ["another", "city"]
        assert await uow.feeds.get("nowhere") is None


async def test_what_a_run_writes_leaves_the_rest_alone(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    async with store.write() as uow:
        added = await uow.feeds.add(FEED)
        await uow.feeds.remember(added.id, {"since": "2026-03-01", "files": {"a\udc80.csv": {"loaded": False}}})
        await uow.feeds.plan(added.id, last_at=NOW, next_at=later, failures=2, result="It broke.")
    async with store.read() as uow:
        found = await uow.feeds.get("city")
    assert found == replace(
        added,
        cursor={"since": "2026-03-01", "files": {"a\udc80.csv": {"loaded": False}}},
        last_at=NOW,
        next_at=later,
        failures=2,
        last_result="It broke.",
    )
    assert found.refused == ("a\udc80.csv",)


async def test_pausing_keeps_what_is_remembered(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    async with store.write() as uow:
        added = await uow.feeds.add(FEED)
        await uow.feeds.remember(added.id, {"since": "2026-03-01"})
        assert await uow.feeds.pause("city", paused=True, next_at=later)
        assert not await uow.feeds.pause("nowhere", paused=True, next_at=later)
        found = await uow.feeds.get("city")
    expected = replace(added, options=replace(OPTIONS, paused=True), next_at=later, cursor={"since": "2026-03-01"})
    assert found == expected


async def test_what_is_removed_is_changed_no_more(store: Store) -> None:
    async with store.write() as uow:
        added = await uow.feeds.add(FEED)
        assert await uow.feeds.remove("city")
        assert not await uow.feeds.remove("city")
        await uow.feeds.remember(added.id, {"since": "2026-03-01"})
        assert await uow.feeds.all() == []


def test_options_of_an_older_program_have_their_defaults() -> None:
    assert FeedOptions.from_json({"live": True, "was_there_once": 1}) == FeedOptions(live=True)
    assert FeedOptions.from_json(OPTIONS.as_json()) == OPTIONS
