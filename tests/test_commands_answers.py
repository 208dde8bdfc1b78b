"""beatdesk trend and its kin: the chat's answers, with items and figures as data."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from ilp_core.storage import Store, open_store
from tests.command_line import AT, call, city, folder, refused

__all__ = ["city", "folder"]


@asynccontextmanager
async def closing_store(city: Path) -> AsyncIterator[Store]:
    store = open_store(f"sqlite+aiosqlite:///{city / 'desk.db'}")
    try:
        yield store
    finally:
        await store.close()


def test_trend_counts_what_its_words_limit(city: Path) -> None:
    shown = json.loads(call("trend", "robberies", "--as", "4471", "--at", AT, "--json").stdout)
    assert (shown["intent"], shown["offences"], shown["area"]) == (
        "trend",
        ["robbery"],
        {"kind": "beat", "code": "0835"},
    )
    assert (shown["from"], shown["to"]) == ("2016-06-17T21:30:00-05:00", "2016-07-15T21:30:00-05:00")
    assert (shown["for_from"], shown["hours"]) == (None, None)
    assert shown["figures"]["own"]["count"] == 4
    assert sum(item["count"] for item in shown["items"]) == 4
    plain = call("trend", "robberies", "--as", "4471", "--at", AT).stdout
    assert plain.strip() == shown["text"]
    why = call("ask", f"why {shown['receipt']}", "--as", "4471", "--at", AT).stdout
    assert "the same numbers" in why


def test_trend_compares_with_what_it_is_told_to(city: Path) -> None:
    words = ("trend", "last", "week", "dist", "8", "--as", "4471", "--at", AT, "--json")
    shown = json.loads(call(*words, "--compare", "previous_period").stdout)
    assert (shown["window"], shown["compare"]) == ("last week", "previous_period")
    assert "from 27 Jun to 4 Jul" in shown["text"]
    assert "no comparison" in refused("trend", "--as", "4471", "--compare", "last year")


def test_patterns_are_of_the_callers_district_unless_an_area_is_named(city: Path) -> None:
    shown = json.loads(call("patterns", "--as", "4471", "--at", AT, "--json").stdout)
    assert (shown["intent"], shown["area"]) == ("patterns", {"kind": "district", "code": "008"})
    assert shown["figures"]["search"] == "too_few"
    named = json.loads(call("patterns", "beat", "0834", "--as", "4471", "--at", AT, "--json").stdout)
    assert named["area"] == {"kind": "beat", "code": "0834"}
    mine = json.loads(call("patterns", "--as", "2001", "--at", AT, "--json").stdout)
    assert mine["area"] == {"kind": "district", "code": "008"}


def test_g17_the_rate_of_what_was_known_is_told_of_five_officers_and_not_of_four(city: Path) -> None:
    badges = [f"66{number}" for number in range(5)]
    for badge in badges:
        call("officer", "add", badge, "--role", "officer", "--area", "beat:0835")
    for badge in badges[:4]:
        asyncio.run(_tap(city, badge))
    assert "Fewer than 5 officers" in call("novelty").stdout
    assert json.loads(call("novelty", "--json").stdout) == {"days": 28, "rates": []}
    asyncio.run(_tap(city, badges[4]))
    told = " ".join(call("novelty", "--days", "7").stdout.split())
    assert "Everybody: 5 of 5 places were known already, said 5 officers. Of 0 marked new, 0 were known." in told
    assert "beat 0835: 5 of 5" in told
    assert not any(badge in told for badge in badges)
    assert [rate["n"] for rate in json.loads(call("novelty", "--json").stdout)["rates"]] == [5, 5]


async def _tap(city: Path, badge: str) -> None:
    async with closing_store(city) as store, store.write() as uow:
        await uow.tellings.tap(badge, "ABCDEF", 1, "knew", marked=False, at=datetime.now(tz=UTC))


def test_hotspots_tell_why_now(city: Path) -> None:
    words = ("hotspots", "dist", "8", "--as", "4471", "--json")
    first = json.loads(call(*words, "--at", AT).stdout)
    assert {item["why_now"]["reason"] for item in first["items"]} == {"untold"}
    assert all(item["new"] and item["rank"] == item["item"] for item in first["items"])
    assert all(item["expected"]["low"] <= item["score"] <= item["expected"]["high"] for item in first["items"])
