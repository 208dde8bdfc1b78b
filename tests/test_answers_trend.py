"""How many, and against before: the desk's answers to typed questions about counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ilp_core.assistant.periods import earlier, whole_months
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.officers import Officer
from ilp_core.domain.shifts import instant
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.storage import Store
from ilp_core.words.en import names, trends
from tests.small_city import AT, history, load, row
from tests.typed import (
    BEAT,
    DISTRICT,
    ELM,
    FORCE,
    OTHER_BEAT,
    between,
    desk_over,
    follow,
    last_days,
    put,
    question,
    say,
)

CHICAGO = ZoneInfo("America/Chicago")


def burglaries(number: int, first: datetime, step: timedelta, block: str = "020XX W OAK ST") -> list[dict[str, str]]:
    """``number`` burglaries, ``step`` apart, back from ``first``."""
    return [row(7000 + n + 100 * first.day, block, first - n * step, "220") for n in range(number)]


async def test_a_count_says_how_many_where_when_and_against_what(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("trend", "robbery"))
    assert reply.answer.text.splitlines()[:3] == [
        "4 robberies in beat 0835, 28 days.",
        "From 17 Jun 21:30 to 15 Jul 21:30",
        "Was 3 a year before: no clear change.",
    ]
    assert reply.figures["own"]["count"] == 4
    assert (reply.question.intent, reply.question.compare) == ("trend", None)


async def test_g30_why_replays_a_count_to_the_same_numbers(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    for asked in (
        question("trend", "robbery"),
        question("trend", compare="previous_period"),
        question("trend", days=1),
    ):
        reply = await put(desk, asked)
        why = await say(desk, f"why {reply.answer.receipt}")
        assert "Recomputed just now: the same numbers." in why.answer.text
        assert f"that count: {reply.figures['own']['count']}" in why.answer.text


async def test_g30_why_replays_a_count_on_the_data_it_was_made_from(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("trend", "robbery"))
    more = [row(8000 + n, "010XX W ELM ST", datetime(2016, 7, 10, 12) - timedelta(days=n)) for n in range(9)]
    await load(sqlite_store, tmp_path / "second.csv", more)
    assert (await put(desk, question("trend", "robbery"))).figures["own"]["count"] == 13
    assert "the same numbers" in (await say(desk, f"why {reply.answer.receipt}")).answer.text


async def test_g31_zero_is_told_from_missing(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    none = (await put(desk, question("trend", "arson"))).answer.text
    assert none.startswith("0 arsons in beat 0835, 28 days; 0 in district 008.")
    assert "Zero, not missing: records run to 15 Jul 20:10." in none
    later = await put(desk, question("trend", "arson", at=AT + timedelta(days=90)), at=AT + timedelta(days=90))
    assert later.answer.text.startswith("No data since 15 Jul 20:10")
    assert later.answer.receipt is None
    early = await put(desk, question("trend", days=1200), at=AT)
    assert "Records begin" in early.answer.text


async def test_g31_every_count_names_window_place_age_and_exclusions(sqlite_store: Store, tmp_path: Path) -> None:
    domestic = [
        row(6000 + n, "020XX W OAK ST", datetime(2016, 7, 1 + n, 9), "13A", domestic="true") for n in range(4)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + domestic)
    text = (await put(desk, question("trend", "assault"))).answer.text
    for words in ("in beat 0835", "17 Jun 21:30 to 15 Jul 21:30", "Data 80 min old.", "Left out: 4 domestic."):
        assert words in text


@pytest.mark.parametrize(("now", "before"), [(0, 0), (1, 9), (2, 40), (2, 0)])
def test_g32_no_direction_below_three(now: int, before: int) -> None:
    said = trends.versus(now, before, 0.0, 0.2, True, "a year before")
    assert not re.search(r"more|fewer|up|down|%|times", said)


@pytest.mark.parametrize(("now", "before"), [(9, 40), (40, 9), (3, 30), (9, 9)])
def test_g32_no_percentage_below_ten(now: int, before: int) -> None:
    assert "%" not in trends.versus(now, before, 0.1, 0.5, True, "a year before")
    assert "%" in trends.versus(10, 40, 0.1, 0.5, True, "a year before")


def test_g34_an_interval_stands_beside_every_direction() -> None:
    for low, high in ((1.2, 2.9), (1.2, inf), (0.0, 0.8)):
        said = trends.versus(30, 9 if low > 1 else 60, low, high, True, "a year before")
        assert re.search(r"(\d\.\d to \d\.\d|at least \d\.\d|at most \d\.\d) times$", said)
    assert trends.versus(30, 25, 0.7, 2.1, False, "a year before").endswith("no clear change")
    # 1.0 would read as no change at all.
    assert trends.times(1.02, 1.4) == "1.02 to 1.4 times"


async def test_a_clear_change_is_told_with_its_interval(sqlite_store: Store, tmp_path: Path) -> None:
    now = burglaries(20, datetime(2016, 7, 15, 12), timedelta(hours=30))
    before = burglaries(5, datetime(2015, 7, 12, 12), timedelta(days=4))
    desk = await desk_over(sqlite_store, tmp_path, history() + now + before)
    text = (await put(desk, question("trend", "burglary"))).answer.text
    assert "20 burglaries in beat 0835, 28 days." in text
    assert "Was 5 a year before: more, 1.5 to 13.6 times." in text


async def test_below_three_the_district_is_added(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("trend", "robbery", days=9))
    assert reply.answer.headline == "1 robbery in beat 0835, 9 days; 1 in district 008."
    reply = await put(desk, question("trend", "other_theft", area=DISTRICT, days=28))
    assert reply.answer.headline == "2 thefts in district 008, 28 days; 2 in the whole force."


async def test_a_district_may_be_compared_where_the_beat_is_too_small(sqlite_store: Store, tmp_path: Path) -> None:
    elsewhere = burglaries(12, datetime(2016, 7, 14, 12), timedelta(days=2), "040XX S FAR AVE")
    desk = await desk_over(sqlite_store, tmp_path, history() + elsewhere)
    text = (await put(desk, question("trend", "burglary"))).answer.text
    assert text.startswith("0 burglaries in beat 0835, 28 days; 12 in district 008.")
    assert "In district 008: was 0 a year before: more, at least 2.8 times." in text


async def test_last_night_lists_blocks_and_marks_what_could_be(sqlite_store: Store, tmp_path: Path) -> None:
    night = datetime(2016, 7, 15, 1)
    inside = row(6001, "010XX W ELM ST", night, "23F")
    could = row(6002, "020XX W OAK ST", datetime(2016, 7, 14, 18), "23F") | {"occurred_to": "2016-07-15T08:00:00"}
    evening = row(6003, "020XX W OAK ST", datetime(2016, 7, 14, 18), "23F") | {"occurred_to": "2016-07-14T19:00:00"}
    also = row(6004, "030XX W ASH ST", datetime(2016, 7, 14, 23, 30), "23F")
    desk = await desk_over(sqlite_store, tmp_path, [*history(), inside, could, evening, also])
    window = between("2016-07-14T23:00:00", "2016-07-15T07:00:00")
    asked = question("trend", "theft_from_vehicle", evidence=window, window="last night", named_window=True)
    reply = await put(desk, asked)
    text = reply.answer.text
    assert text.startswith("3 thefts from vehicles in beat 0835, last night.")
    assert "1 of 3 could be: their own time window only overlaps." in text
    assert "1 theft from vehicle, 14 Jul 18:00–15 Jul 08:00 (could be)." in text
    assert [(item["kind"], item["count"], item["could_be"]) for item in reply.items] == [
        ("block", 1, 0),
        ("block", 1, 0),
        ("block", 1, 1),
    ]
    assert reply.items[0]["place"]["label"] == "1000 blk W Elm St"
    drawn = await say(desk, "map", context=reply.context)
    assert [mark.place.label for mark in drawn.answer.map_view.marks] == [
        item["place"]["label"] for item in reply.items
    ]


async def test_several_offences_are_told_each_with_its_own_comparison(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("trend", days=182))
    assert [(item["offence"], item["count"], item["before"]) for item in reply.items] == [
        ("robbery", 21, 20),
        ("assault", 9, 9),
    ]
    assert "1. Robberies: 21\nwas 20 a year before: no clear change." in reply.answer.text


async def test_more_goes_on_and_ends_honestly(sqlite_store: Store, tmp_path: Path) -> None:
    codes = ("220", "240", "290", "200", "120", "13A")
    rows = [
        row(9000 + 20 * k + n, "010XX W ELM ST", datetime(2016, 7, 14, 12) - timedelta(days=n), code)
        for k, code in enumerate(codes)
        for n in range(10 - k)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + rows)
    first = await put(desk, question("trend"))
    assert first.answer.more
    shown = [item.number for item in first.answer.items]
    context = first.context
    for _ in range(6):
        reply = await say(desk, "more", context=context)
        if not reply.answer.items:
            break
        shown += [item.number for item in reply.answer.items]
        context = reply.context
    assert reply.answer.text == "Nothing more in that answer."
    assert shown == [item["item"] for item in first.items]


async def test_enforcement_offences_are_counted_and_not_ranked(sqlite_store: Store, tmp_path: Path) -> None:
    drugs = [row(5000 + n, "010XX W ELM ST", datetime(2016, 7, 1, 20) - timedelta(days=n), "35A") for n in range(7)]
    desk = await desk_over(sqlite_store, tmp_path, history() + drugs)
    reply = await put(desk, question("trend", "drugs"))
    assert reply.answer.text.startswith("7 drug records in beat 0835, 28 days.")
    assert "Not ranked: these records follow enforcement." in reply.answer.text
    assert reply.items[0]["kind"] != "block"
    assert not any(button.label == "Hot spots" for button in reply.answer.buttons)
    near = await put(desk, question("trend", "drugs", place=ELM))
    assert near.answer.text == trends.FOLLOWS_BY_AREA
    assert (await put(desk, question("trend"))).figures["own"]["excluded"]["enforcement"] == 7


async def test_g46_sexual_offences_are_counted_by_district_and_never_by_place(
    sqlite_store: Store, tmp_path: Path
) -> None:
    cases = [row(5000 + n, "010XX W ELM ST", datetime(2016, 7, 1, 20) - timedelta(days=n), "11A") for n in range(4)]
    desk = await desk_over(sqlite_store, tmp_path, history() + cases)
    reply = await put(desk, question("trend", "sexual"))
    assert reply.answer.text.startswith("4 sexual offences in district 008, 28 days.")
    assert "Sexual offences are counted by district or larger" in reply.answer.text
    assert "Elm" not in reply.answer.text
    assert str(reply.question.area) == "beat:0835"
    assert "not shown by place" in (await put(desk, question("trend", "sexual", place=ELM))).answer.text
    assert (await put(desk, question("trend"))).figures["own"]["excluded"]["sexual"] == 4
    everything = await put(desk, question("trend", area=DISTRICT))
    assert "sexual" in {item["offence"] for item in everything.items}


async def test_g46_violence_of_which_domestic_is_unknown_is_told_by_beat_and_not_by_block(
    sqlite_store: Store, tmp_path: Path
) -> None:
    cases = [
        row(5000 + n, "030XX W ASH ST", datetime(2016, 7, 1, 20) - timedelta(days=n), "13A", domestic="")
        for n in range(4)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + cases)
    reply = await put(desk, question("trend", "assault"))
    assert reply.answer.text.startswith("6 assaults in beat 0835, 28 days.")
    assert "Domestic not separated here: 4 violence may hold some." in reply.answer.text
    assert "Ash" not in reply.answer.text
    assert [item["place"]["label"] for item in reply.items] == ["2000 blk W Oak St"]


async def test_an_offence_that_no_source_separates_gets_no_number(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    separable = (await desk.view()).ground.city.frame.separable(AT.timestamp())
    slug = next(slug for slug in OFFENCES if slug not in separable)
    said = f"This data does not separate {names.offence(slug, 2)}."
    one = await put(desk, question("trend", slug))
    assert one.answer.receipt is None
    assert one.answer.text.startswith(said)
    both = await put(desk, question("trend", slug, "robbery"))
    assert said in both.answer.text
    assert "4 records in beat 0835" in both.answer.text


async def test_days_whose_records_still_come_in_are_flagged(sqlite_store: Store, tmp_path: Path) -> None:
    late = [
        each | {"reported": (datetime.fromisoformat(each["reported"]) + timedelta(days=4)).isoformat()}
        for each in history()
    ]
    desk = await desk_over(sqlite_store, tmp_path, late)
    assert "The last 4 days are not complete yet." in (await put(desk, question("trend"))).answer.text
    before = replace(question("trend"), evidence=TimeWindow(AT - timedelta(days=56), AT - timedelta(days=28)))
    assert "not complete" not in (await put(desk, before)).answer.text


async def test_the_next_question_is_a_button_away(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    first = await put(desk, question("trend", "robbery"))
    period = await follow(desk, first, "previous_period")
    assert (period.question.intent, period.question.compare) == ("trend", "previous_period")
    assert "Was 3 from 20 May to 17 Jun: no clear change." in period.answer.text
    year = await follow(desk, period, "previous_year")
    assert "a year before" in year.answer.text
    hot = await follow(desk, year, "hotspots")
    assert (hot.question.intent, hot.question.offences, hot.question.area) == ("hotspots", ("robbery",), BEAT)
    assert hot.answer.text.startswith("Hot: robberies, beat 0835")
    again = await say(desk, f"why {period.answer.receipt}")
    assert "the same numbers" in again.answer.text


async def test_a_partner_gets_no_count(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.write() as uow:
        await uow.officers.add(Officer("p1", "partner"), AT)
    reply = await put(desk, question("trend"), badge="p1")
    assert (reply.question.intent, reply.question.refusal) == ("refuse", "not_permitted")


async def test_g31_every_first_screen_of_a_count_fits(sqlite_store: Store, tmp_path: Path) -> None:
    codes = ("220", "240", "290", "200", "120", "13A", "23F", "23H", "26A", "35A", "520", "90C", "11A")
    rows = [
        row(9000 + 40 * k + n, "010XX W ELM ST", datetime(2016, 7, 15, 12) - timedelta(days=n), code, domestic=flag)
        for k, code in enumerate(codes)
        for n in range(30)
        for flag in (("true", "false", "")[n % 3],)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + rows)
    for area in (BEAT, OTHER_BEAT, DISTRICT, FORCE):
        for days in (0.3, 7, 28, 364):
            for compare in (None, "previous_year", "previous_period"):
                asked = question("trend", area=area, days=days, compare=compare, hours=Hours(1320, 180))
                for each in (asked, replace(asked, hours=None), replace(asked, offences=("burglary", "drugs"))):
                    answer = (await put(desk, each)).answer
                    assert len(answer.text) <= 600
                    assert len(answer.items) <= 3
                    assert all(len(button.data.encode()) <= 64 for button in answer.buttons)


def window(start: str, end: str) -> TimeWindow:
    """The window of two local times of Chicago."""
    return TimeWindow(
        *(instant(datetime.fromisoformat(each).replace(tzinfo=CHICAGO), CHICAGO) for each in (start, end))
    )


@pytest.mark.parametrize(
    ("asked", "compare", "expected"),
    [
        # 28 days: the same weekdays, 52 weeks or four weeks back.
        (("2016-06-17T21:30", "2016-07-15T21:30"), "previous_year", ("2015-06-19T21:30", "2015-07-17T21:30")),
        (("2016-06-17T21:30", "2016-07-15T21:30"), "previous_period", ("2016-05-20T21:30", "2016-06-17T21:30")),
        # Months go back by months: whole ones, and the same part of one that still runs.
        (("2016-02-01T00:00", "2016-03-01T00:00"), "previous_period", ("2016-01-01T00:00", "2016-02-01T00:00")),
        (("2016-02-01T00:00", "2016-03-01T00:00"), "previous_year", ("2015-02-01T00:00", "2015-03-01T00:00")),
        (("2016-07-01T00:00", "2016-07-15T21:30"), "previous_period", ("2016-06-01T00:00", "2016-06-15T21:30")),
        (("2016-03-01T00:00", "2016-03-31T21:30"), "previous_period", ("2016-02-01T00:00", "2016-03-01T00:00")),
        (("2016-01-01T00:00", "2016-07-15T21:30"), "previous_year", ("2015-01-01T00:00", "2015-07-15T21:30")),
        # A night is compared with the night before it, across the change of clocks by what clocks show.
        (("2016-07-14T23:00", "2016-07-15T07:00"), "previous_period", ("2016-07-13T23:00", "2016-07-14T07:00")),
        (("2016-03-13T23:00", "2016-03-14T07:00"), "previous_period", ("2016-03-12T23:00", "2016-03-13T07:00")),
        # Nothing is compared with itself.
        (("2014-07-15T21:30", "2016-07-15T21:30"), "previous_year", None),
    ],
)
def test_the_earlier_window_matches_weekdays_or_months(
    asked: tuple[str, str], compare: str, expected: tuple[str, str] | None
) -> None:
    found = earlier(window(*asked), compare, AT, CHICAGO)
    assert (found.window if found else None) == (window(*expected) if expected else None)


def test_whole_months_inside_a_window() -> None:
    assert whole_months(window("2016-01-31T00:00", "2016-04-30T00:00"), CHICAGO) == window(
        "2016-02-01T00:00", "2016-04-01T00:00"
    )
    assert whole_months(window("2016-02-01T00:00", "2016-03-01T00:00"), CHICAGO) == window(
        "2016-02-01T00:00", "2016-03-01T00:00"
    )
    assert whole_months(last_days(28), CHICAGO) is None
