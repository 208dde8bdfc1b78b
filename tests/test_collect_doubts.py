"""What a load finds doubtful, and what an analyst's word does to rankings and hours (doctrine 3.14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.frame_build import build_frame
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.windows import Hours
from ilp_core.storage import Store
from tests.frames import MADE, NOW, RULES, all_rows, block_of, days_ago
from tests.small_city import AT, ZONE, history, load, row, settle
from tests.test_collect_load import NOW as LATER

CODES = ("120", "13A", "13B", "220", "240", "290", "23H", "200")


async def piled(store: Store, folder: Path, **other: str) -> LoadReport:
    """The small city with forty records of eight kinds at one point of beat 0834, at 09:13 each."""
    await settle(store)
    start = datetime(2016, 7, 14, 9, 13)
    pile = [row(9_000 + n, "040XX S FAR AVE", start - timedelta(days=n), CODES[n % 8], **other) for n in range(80)]
    return await load(store, folder / "city.csv", [*history(), *pile])


async def decide(store: Store, number: int, state: Any) -> None:
    async with store.write() as uow:
        assert await uow.doubts.decide(number, state, by="9002", at=LATER, reason="seen")


async def asked(store: Store, words: str = "hotspots beat 0834") -> Any:
    reply = await Desk(store, ZONE).ask(Message("4471", AT, "command", words, past=True), dry_run=True)
    return reply.answer


async def test_a_pile_of_many_kinds_is_proposed_and_changes_nothing_by_itself(store: Store, tmp_path: Path) -> None:
    report = await piled(store, tmp_path)
    sinks = [doubt for doubt in report.doubts if doubt["kind"] == "sink"]
    assert [(doubt["label"], doubt["kinds"]) for doubt in sinks] == [("040XX S FAR AVE", 8)]
    assert sinks[0]["rows"] > 80
    assert "4000 blk S Far Ave" in (await asked(store)).text


async def test_what_an_analyst_confirms_leaves_the_rankings_and_what_is_rejected_comes_back(
    sqlite_store: Store, tmp_path: Path
) -> None:
    report = await piled(sqlite_store, tmp_path)
    number = next(doubt["id"] for doubt in report.doubts if doubt["kind"] == "sink")
    await decide(sqlite_store, number, "confirmed")
    assert "4000 blk S Far Ave" not in (await asked(sqlite_store)).text
    await decide(sqlite_store, number, "rejected")
    assert "4000 blk S Far Ave" in (await asked(sqlite_store)).text


async def test_what_is_decided_is_not_asked_again(sqlite_store: Store, tmp_path: Path) -> None:
    report = await piled(sqlite_store, tmp_path)
    assert {doubt["kind"] for doubt in report.doubts} == {"sink", "default_time"}
    for doubt in report.doubts:
        await decide(sqlite_store, doubt["id"], "rejected")
    again = await piled_again(sqlite_store, tmp_path)
    assert again.updated > 80
    assert again.doubts == ()


async def piled_again(store: Store, folder: Path) -> LoadReport:
    start = datetime(2016, 7, 14, 9, 13)
    pile = [
        row(9_000 + n, "040XX S FAR AVE", start - timedelta(days=n), CODES[n % 8], description="again")
        for n in range(80)
    ]
    rows = [each | {"description": "again"} for each in history()]
    return await load(store, folder / "again.csv", [*rows, *pile])


async def test_a_time_that_holds_far_more_than_its_neighbours_is_proposed(
    sqlite_store: Store, tmp_path: Path
) -> None:
    report = await piled(sqlite_store, tmp_path)
    times = [doubt for doubt in report.doubts if doubt["kind"] == "default_time"]
    assert ("09:13", 80) in [(doubt["time"], doubt["rows"]) for doubt in times]


def test_a_confirmed_default_time_feeds_no_question_about_hours() -> None:
    rows = [replace(days_ago(day), local=NOW // 86_400 * 86_400 - day * 86_400 + 9 * 3_600) for day in range(2, 12)]
    limits = Limits(None, Hours(8 * 60, 10 * 60), None)
    plain = build_frame([block_of(rows)], RULES)
    assert len(gather(plain, all_rows(plain), limits, NOW)) == 10
    confirmed = build_frame([block_of(rows)], RULES, {(MADE, 9 * 60)})
    evidence = gather(confirmed, all_rows(confirmed), limits, NOW)
    assert (len(evidence), evidence.excluded["hour_unknown"]) == (0, 10)
    other = build_frame([block_of(rows)], RULES, {("elsewhere", 9 * 60), (MADE, 9 * 60 + 1)})
    assert len(gather(other, all_rows(other), limits, NOW)) == 10


@pytest.mark.parametrize("state", ["confirmed", "rejected"])
async def test_a_doubt_that_is_not_there_is_said(sqlite_store: Store, state: Any) -> None:
    async with sqlite_store.write() as uow:
        assert not await uow.doubts.decide(7, state, by="x", at=LATER, reason="")


async def test_a_place_that_no_record_names_is_given_by_its_position(sqlite_store: Store, tmp_path: Path) -> None:
    await settle(sqlite_store)
    await load(sqlite_store, tmp_path / "city.csv", [each | {"block": ""} for each in history()])
    assert "Near 41.750, -87.680" in (await asked(sqlite_store, "hotspots beat 0835")).text
