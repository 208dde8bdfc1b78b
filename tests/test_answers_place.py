"""What has happened at or on a place: the desk's answers, beside counting the same records by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ilp_core.analyse.named_place import block_names, is_covered, rows_among, rows_at
from ilp_core.domain.places import Place
from ilp_core.storage import Store
from ilp_core.words.en import answers, trends
from tests.frames import days_ago, frame_of, made_town
from tests.small_city import AT, history, load, row
from tests.typed import BEAT, DISTRICT, ELM, EMPTY, between, desk_over, follow, put, question, say

OAK = Place("2000 blk W Oak St", 41.7600, -87.6800, 120)
STREET = Place("W Elm St", 41.7500, -87.6800, 3_000)


@pytest.mark.parametrize("seed", range(5))
def test_a_place_holds_the_records_of_its_block_its_street_or_its_circle(seed: int) -> None:
    frame = frame_of(made_town(seed))
    names = block_names(frame.words["block"])
    words = frame.words["block"]
    table = pd.DataFrame(
        {
            "x": frame.column["x"],
            "y": frame.column["y"],
            "block": [words[place] for place in frame.column["block"]],
        }
    )
    for text in (words[0], words[7], words[-1]):
        number, street = int(text[:3]) * 100, text[6:]
        block, reading = rows_at(frame, names, f"{number} blk S {street.split()[1]} St", 2_000, 2_000, 9_000)
        assert reading == "block"
        assert block.tolist() == np.flatnonzero(table["block"] == text).tolist()
        whole, reading = rows_at(frame, names, f"s {street.split()[1]} ST", 2_000, 2_000, 9_000)
        assert reading == "street"
        assert whole.tolist() == np.flatnonzero(table["block"].str.endswith(text[5:])).tolist()
    circle, reading = rows_at(frame, names, "the old mill", 1_500, 2_500, 600)
    assert reading == "circle"
    assert circle.tolist() == np.flatnonzero(np.hypot(table["x"] - 1_500, table["y"] - 2_500) <= 600).tolist()
    inside, outside = rows_among(frame, whole, "beat", "0835")
    assert sorted([*inside, *outside]) == whole.tolist()
    assert set(frame.column["beat"][inside].tolist()) <= {frame.words["beat"].index("0835")}


def test_the_same_name_in_another_town_is_another_street() -> None:
    rows = [days_ago(1), days_ago(2, x=40_000.0, y=0.0), days_ago(3, x=float("nan"), y=float("nan"))]
    frame = frame_of(rows)
    found, reading = rows_at(frame, block_names(frame.words["block"]), "7900 blk S Western Ave", 50, 50, 120)
    assert (len(found), reading) == (2, "block")
    assert is_covered(frame, 1_000, 50, 100)
    assert not is_covered(frame, 20_000, 50, 100)


def test_a_snapped_name_is_found_as_the_street_it_means() -> None:
    frame = frame_of([days_ago(1, block="On or near Swithen Hill"), days_ago(2, block="Swithen Hill")])
    found, reading = rows_at(frame, block_names(frame.words["block"]), "Swithen Hill", 50, 50, 200)
    assert (len(found), reading) == (2, "street")


async def test_a_place_is_told_lately_and_over_the_year_with_its_kinds_hours_and_last(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", place=ELM))
    assert reply.answer.text.splitlines()[:7] == [
        "1000 blk W Elm St",
        "To 15 Jul 21:30",
        "28 days: 4, usually 1 to 6.",
        "364 days: 41, was 40 a year before: no clear change.",
        "Robberies 41.",
        "Busiest 18–21h: about 41 of 41.",
        "1. Robbery, 15 Jul 20:10",
    ]
    assert [item["offence"] for item in reply.items] == ["robbery"] * 9
    assert reply.items[0]["place"]["label"] == "1000 blk W Elm St"
    assert len(reply.answer.text) <= 600


async def test_a_place_without_a_named_time_is_told_of_the_last_four_weeks(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    year = await put(desk, question("place", place=ELM, days=364))
    assert year.figures == (await put(desk, question("place", place=ELM))).figures
    assert (year.question.window, year.question.evidence) == ("28 days", question("place").evidence)


async def test_g30_why_replays_a_place_to_the_same_numbers(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", place=ELM))
    more = [row(8000 + n, "010XX W ELM ST", datetime(2016, 7, 10, 12) - timedelta(days=n)) for n in range(9)]
    await load(sqlite_store, tmp_path / "second.csv", more)
    why = await say(desk, f"why {reply.answer.receipt}")
    assert "Recomputed just now: the same numbers." in why.answer.text
    assert "that count: 41." in why.answer.text
    assert "By the block that records name." in why.answer.text
    assert (await put(desk, question("place", place=ELM))).figures["year"]["count"] == 50


async def test_g31_zero_at_a_place_is_told_from_a_place_nobody_covers(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    near = Place("1100 blk W Elm St", 41.7505, -87.6815, 60)
    none = (await put(desk, question("place", place=near))).answer.text
    assert "0 there. That is zero, not missing: records run to 15 Jul 20:10." in none
    assert "All of beat 0835" not in none
    far = (await put(desk, question("place", place=replace(EMPTY, lat=43.0)))).answer
    assert "No data there: no record on file lies near it." in far.text
    assert far.map_view is None
    empty = await put(
        desk, question("place", place=EMPTY, at=AT - timedelta(days=4000)), at=AT - timedelta(days=4000)
    )
    assert empty.answer.text.startswith("No data up to ")


async def test_a_house_is_answered_as_its_block(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    block = await put(desk, question("place", place=ELM))
    house = await put(desk, question("place", place=replace(ELM, label="1012 W Elm St Apt 3")))
    assert house.answer.text.splitlines()[:6] == block.answer.text.splitlines()[:6]
    assert "1012" not in house.answer.text
    drawn = await say(desk, "map", context=house.context)
    assert "1012" not in drawn.answer.text


async def test_a_whole_street_is_told_in_the_callers_area_first(sqlite_store: Store, tmp_path: Path) -> None:
    further = [
        row(6000 + n, "010XX W ELM ST", datetime(2016, 7, 1, 20) - timedelta(days=n)) | {"block": "012XX W ELM ST"}
        for n in range(6)
    ]
    further = [each | {"beat": "0834", "lat": "41.7502", "lon": "-87.6850"} for each in further]
    desk = await desk_over(sqlite_store, tmp_path, history() + further)
    reply = await put(desk, question("place", place=STREET, area=BEAT))
    assert reply.answer.text.startswith("W Elm St, in beat 0835")
    assert reply.figures["year"]["count"] == 41
    assert "Elsewhere on it: 6 in 364 days." in reply.answer.text
    whole = await follow(desk, reply, "whole")
    assert whole.answer.text.startswith("W Elm St\n")
    assert whole.figures["year"]["count"] == 47
    assert "Elsewhere" not in whole.answer.text


async def test_g46_a_place_tells_of_no_domestic_and_no_sexual_record(sqlite_store: Store, tmp_path: Path) -> None:
    when = datetime(2016, 7, 14, 20)
    hidden = [
        row(6000, "010XX W ELM ST", when, "13A", domestic="true"),
        row(6001, "010XX W ELM ST", when, "13A", domestic=""),
        row(6002, "010XX W ELM ST", when, "11A"),
        row(6003, "010XX W ELM ST", when, "35A"),
        row(6004, "010XX W ELM ST", when, "120", officer_initiated="true"),
    ]
    plain = await desk_over(sqlite_store, tmp_path, history())
    before = await put(plain, question("place", place=ELM))
    await load(sqlite_store, tmp_path / "second.csv", hidden)
    after = await put(plain, question("place", place=ELM))
    for key in ("count", "kinds", "versus", "busiest", "digest"):
        assert after.figures["year"][key] == before.figures["year"][key]
    assert after.items == before.items
    # A single domestic incident at a block would point at a home.
    assert (
        "Left out: fewer than 5 domestic, 1 sexual, 1 from enforcement, 1 police-started, 1 other."
        in after.answer.text
    )
    assert "1 domestic" not in (await say(plain, f"why {after.answer.receipt}")).answer.text


@pytest.mark.parametrize(
    ("slug", "said"), [("sexual", answers.NOT_RANKED_VICTIMS), ("drugs", trends.FOLLOWS_BY_AREA)]
)
async def test_what_is_never_told_by_place(sqlite_store: Store, tmp_path: Path, slug: str, said: str) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", slug, place=ELM))
    assert (reply.answer.text, reply.answer.receipt) == (said, None)


async def test_a_place_with_too_few_adds_its_beat(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", "robbery", place=OAK))
    assert "All of beat 0835: 41 in 364 days." in reply.answer.text


async def test_a_named_window_at_a_place_is_told_against_what_is_usual(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    night = between("2016-07-14T23:00:00", "2016-07-15T07:00:00")
    reply = await put(desk, question("place", place=ELM, evidence=night, window="last night", named_window=True))
    assert "Last night: 0, usually 0." in reply.answer.text


async def test_the_next_question_about_a_place_is_a_button_away(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", place=ELM))
    near = await follow(desk, reply, "near")
    assert (near.question.intent, near.question.area) == ("hotspots", None)
    assert near.items[0]["place"]["label"] == "1000 blk W Elm St"
    drawn = await say(desk, "map", context=reply.context)
    assert {mark.place.label for mark in drawn.answer.map_view.marks} == {"1000 blk W Elm St"}
    more = await say(desk, "more", context=reply.context)
    assert [item.number for item in more.answer.items] == [4, 5, 6]


async def test_every_first_screen_of_a_place_fits(sqlite_store: Store, tmp_path: Path) -> None:
    codes = ("220", "240", "290", "200", "120", "13A", "23F", "23H", "26A", "35A", "520", "90C", "11A")
    rows = [
        row(
            9000 + 40 * k + n,
            "010XX W ELM ST",
            datetime(2016, 7, 15, 12) - timedelta(days=9 * n),
            code,
            domestic=flag,
        )
        for k, code in enumerate(codes)
        for n in range(30)
        for flag in (("true", "false", "")[n % 3],)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + rows)
    for place in (ELM, STREET, OAK, replace(ELM, label="the old mill behind the very long name of a street")):
        for area in (None, BEAT, DISTRICT):
            for days in (0.3, 28, 200):
                asked = question("place", place=place, area=area, days=days, named_window=days != 28)
                answer = (await put(desk, asked)).answer
                assert len(answer.text) <= 600
                assert len(answer.items) <= 3
                assert all(len(button.data.encode()) <= 64 for button in answer.buttons)


async def test_g12_no_house_number_is_kept_with_a_question_about_a_place(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("place", place=replace(ELM, label="1012 W Elm St Apt 3")))
    async with sqlite_store.read() as uow:
        receipt = await uow.receipts.get(reply.answer.receipt)
        audit = [str(each) for each in await uow.audit.rows()]
    assert "1012" not in str(receipt)
    assert not any("1012" in each for each in audit)
    assert reply.question.place.label == "1000 blk W Elm St"
    # A name that begins with a number is no house.
    mill = await put(desk, question("place", place=replace(ELM, label="7 Oaks Mill")))
    assert "7 Oaks Mill" in mill.answer.text
