"""Open patterns: clusters, possible series and rises in the desk's answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ilp_core.analyse.city import City
from ilp_core.analyse.open_patterns import emerging_of, series_at, series_of
from ilp_core.analyse.patterns.emerging import find_emerging
from ilp_core.assistant import patterns, patterns_why, patterns_words
from ilp_core.assistant.fitting import Showing
from ilp_core.assistant.hotspots import Ground
from ilp_core.assistant.when import Clock
from ilp_core.domain.places import Point
from ilp_core.domain.questions import Question
from ilp_core.domain.shifts import PRESET_SHIFTS
from ilp_core.storage import Store
from ilp_core.words.en import answers
from ilp_core.words.en import patterns as words
from tests.frames import NOW, days_ago, frame_of
from tests.series_town import planted, town_rows
from tests.small_city import AT, history, row
from tests.typed import BEAT, DISTRICT, ELM, FORCE, desk_over, follow, put, question, say

UTC_CLOCK = Clock(datetime.fromtimestamp(NOW, ZoneInfo("UTC")), ZoneInfo("UTC"), PRESET_SHIFTS, None)


def burst(number: int = 8, block: str = "020XX W OAK ST", code: str = "220") -> list[dict[str, str]]:
    """``number`` burglaries of the last days at one block that had none in a year."""
    first = datetime(2016, 7, 14, 3)
    return [row(6000 + n, block, first - timedelta(days=n), code) for n in range(number)]


async def test_a_cluster_is_told_with_count_usual_last_and_until_when_to_watch(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path, history() + burst())
    reply = await put(desk, question("patterns", area=DISTRICT, days=14))
    text = reply.answer.text
    assert text.startswith("Open patterns in district 008:")
    assert "1. Cluster: 2000 blk W Oak St\n8 burglaries in 14 days within 150 m" in text
    assert "Last 14 Jul 03:00; watch to 4 Aug." in text
    first = reply.items[0]
    assert (first["kind"], first["count"], first["offences"]) == ("cluster", 8, {"burglary": 8})
    assert first["usual"] < 1
    assert first["q"] < 0.05
    found = (await desk.view()).ground.city.findings(AT.timestamp()).micro
    assert [(spot.offence, spot.count) for spot in found] == [("burglary", 8)]


async def test_a_rise_is_told_against_what_was_expected(sqlite_store: Store, tmp_path: Path) -> None:
    spread = [
        row(
            6000 + n,
            ("020XX W OAK ST", "040XX S FAR AVE")[n % 2],
            datetime(2016, 7, 14, 20) - timedelta(hours=7 * n),
            "220",
        )
        for n in range(20)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + spread)
    reply = await put(desk, question("patterns", area=DISTRICT))
    rise = next(item for item in reply.items if item["kind"] == "rise")
    assert (rise["offences"], rise["area"]["code"]) == ({"burglary": rise["count"]}, "008")
    view = await desk.view()
    moment = AT.timestamp() // 3600 * 3600
    by_hand = [each for each in find_emerging(view.ground.city.frame, moment).problems if each.kind == "burglary"]
    assert (rise["count"], rise["expected"], rise["upper"]) == (
        by_hand[0].count,
        by_hand[0].expected,
        by_hand[0].upper,
    )
    assert emerging_of(view.ground.city, AT.timestamp()) is emerging_of(view.ground.city, AT.timestamp() + 60)
    assert "Rise: burglaries in district 008" in reply.answer.text


def town() -> Ground:
    """A made town with one planted series, as a ground whose metres are taken for degrees."""
    city = City(frame_of([*town_rows(2, 1_200), *planted(9), *(days_ago(100 + n) for n in range(300))]))
    return Ground(city, lambda x, y: Point(y / 111_000, x / 111_000), lambda at: (at.lon * 111_000, at.lat * 111_000))


def test_a_series_is_told_with_its_next_window_and_what_chance_does() -> None:
    ground = town()
    asked = Question("patterns", area=DISTRICT, evidence=question("patterns").evidence, window="14 days")
    found = patterns.look(asked, ground, UTC_CLOCK, wait=True)
    by_hand = series_of(ground.city, "008", NOW).series
    assert found.found.search == "done"
    assert [each.rows.tolist() for each in found.found.series] == [each.rows.tolist() for each in by_hand]
    assert by_hand
    number = 1 + found.listed.index(by_hand[0])
    item = patterns_words.item_of(by_hand[0], number, UTC_CLOCK)
    assert item.title.startswith("Possible ")
    assert "Next maybe" in item.lines[1]
    assert "Chance shows" in item.lines[1]
    kept, coming = found.figures["series"][0], by_hand[0].next
    assert kept[3:6] == [by_hand[0].first, by_hand[0].last, round(by_hand[0].radius, 1)], "all that is told is kept"
    assert kept[-1][:2] == [coming.start, coming.end]
    data = patterns_why.items_data(found, ground)[number - 1]
    assert (data["kind"], data["count"]) == ("series", len(by_hand[0].rows))
    why = patterns_why.explain(found, UTC_CLOCK, "3K9Q7T", True, number)
    assert "Alike in" in why.text
    # What happened after the search's moment is not in it.
    assert all(each.last <= series_at(NOW) for each in by_hand)
    again = patterns.once_more(asked, ground, UTC_CLOCK, found.figures)
    assert again.figures == found.figures


def test_a_search_that_is_not_done_is_said_and_begun() -> None:
    ground = town()
    asked = Question("patterns", area=DISTRICT, evidence=question("patterns").evidence, window="14 days")
    found = patterns.look(asked, ground, UTC_CLOCK)
    assert (found.found.search, found.found.series) == ("running", None)
    assert words.SEARCHING in patterns_words.compose(found, UTC_CLOCK, Showing("3K9Q7T")).text
    # The one search that was begun is the one that is waited for.
    series_of(ground.city, "008", NOW)
    assert patterns.look(asked, ground, UTC_CLOCK).found.search == "done"
    # What was answered without series recomputes without them.
    assert patterns.once_more(asked, ground, UTC_CLOCK, found.figures).figures == found.figures


async def test_g30_why_replays_patterns_to_the_same_numbers(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path, history() + burst())
    for area in (BEAT, DISTRICT, FORCE):
        reply = await put(desk, question("patterns", area=area))
        why = await say(desk, f"why {reply.answer.receipt}")
        assert "Recomputed just now: the same numbers." in why.answer.text
        assert "Not looked at: links by person" in why.answer.text
    one = await say(desk, "why #1", context=reply.context)
    assert "Adjusted for all that was looked at, chance is" in one.answer.text


async def test_g31_no_pattern_is_told_from_no_data_and_from_what_was_not_looked_at(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    district = series_of((await desk.view()).ground.city, "008", AT.timestamp())
    assert district.learned is None
    text = (await put(desk, question("patterns", "arson", area=DISTRICT))).answer.text
    assert text.startswith("No open pattern in district 008: looked at, and nothing stands out.")
    assert "Series: too few records in district 008 to look." in text
    assert "Series are looked for by district" in (await put(desk, question("patterns", area=FORCE))).answer.text
    near = await put(desk, question("patterns", place=ELM))
    assert "Rises and series are told by district." in near.answer.text
    then = AT - timedelta(days=4000)
    assert (await put(desk, question("patterns", at=then), at=then)).answer.text.startswith("No data up to ")


async def test_patterns_say_that_a_named_window_is_not_used(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    reply = await put(desk, question("patterns", named_window=True))
    assert "Patterns have their own windows; yours was not used." in reply.answer.text


async def test_g46_no_pattern_of_domestic_sexual_or_enforcement_records(sqlite_store: Store, tmp_path: Path) -> None:
    hidden = [
        *(each | {"domestic": "true"} for each in burst(9, "030XX W ASH ST")),
        *(each | {"id": f"S{n}"} for n, each in enumerate(burst(9, "030XX W ASH ST", "11A"))),
        *(each | {"id": f"D{n}"} for n, each in enumerate(burst(9, "030XX W ASH ST", "35A"))),
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + hidden)
    reply = await put(desk, question("patterns", area=DISTRICT))
    assert reply.items == ()
    assert "9 domestic" in reply.answer.text
    assert (await put(desk, question("patterns", "drugs"))).answer.text == words.FOLLOWS
    assert (await put(desk, question("patterns", "sexual"))).answer.text == answers.NOT_RANKED_VICTIMS


@pytest.mark.parametrize("area", [BEAT, DISTRICT, FORCE])
async def test_g04_a_first_screen_of_patterns_fits_and_is_no_ground_for_a_stop(
    sqlite_store: Store, tmp_path: Path, area: object
) -> None:
    rows = [
        each | {"id": f"{code}{block}{each['id']}"}
        for code in ("220", "240", "290")
        for block in ("020XX W OAK ST", "030XX W ASH ST", "040XX S FAR AVE")
        for each in burst(9, block, code)
    ]
    desk = await desk_over(sqlite_store, tmp_path, history() + rows)
    reply = await put(desk, question("patterns", area=area))
    assert reply.answer.caution == answers.CAUTION_SHORT
    assert len(reply.answer.text) <= 600
    assert 1 <= len(reply.answer.items) <= 3
    more = await say(desk, "more", context=reply.context)
    assert more.answer.items[0].number == len(reply.answer.items) + 1
    drawn = await say(desk, "map", context=reply.context)
    assert drawn.answer.map_view.marks
    hot = await follow(desk, reply, "hotspots")
    assert (hot.question.intent, hot.question.area) == ("hotspots", area)
