"""Coverage: what is not on file is never counted as quiet (G31)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.coverage import Coverage, coverage_of
from ilp_core.storage import Store
from tests.frames import DAY, NOW, YEAR, Made, all_rows, asked, days_ago, find, frame_of
from tests.small_city import AT, history
from tests.test_desk import ask, desk_over

A_YEAR = Coverage(0.0, ((100 * DAY, 160 * DAY),))


def cover(rows: list[Made]) -> Coverage:
    frame = frame_of(rows)
    return coverage_of(frame, all_rows(frame), frame.first_ranked(NOW))


def test_days_on_file_are_those_after_the_first_record_outside_gaps() -> None:
    assert A_YEAR.days(0, YEAR) == 304
    assert A_YEAR.days(-30 * DAY, 120 * DAY) == 100
    assert A_YEAR.missing(-30 * DAY, 120 * DAY) == ((-30 * DAY, 0), (100 * DAY, 120 * DAY))
    assert A_YEAR.missing(160 * DAY, 300 * DAY) == ()
    assert Coverage(None, ()).days(0, YEAR) == 0


@given(st.lists(st.integers(0, 400), min_size=2, unique=True).map(sorted), st.integers(0, 400), st.integers(0, 400))
@settings(deadline=None)
def test_missing_and_on_file_make_up_the_window(days: list[int], one: int, other: int) -> None:
    start, end = sorted((NOW - one * DAY, NOW - other * DAY))
    covered = cover([days_ago(day, x=day * 300.0) for day in days])
    spans = covered.missing(start, end)
    assert list(spans) == sorted(spans)
    assert all(start <= since < until <= end for since, until in spans)
    assert covered.days(start, end) * DAY == pytest.approx(end - start - sum(until - since for since, until in spans))
    assert covered.days(start, end) >= 0


def test_a_silence_of_months_among_daily_records_is_a_gap_and_a_quiet_place_is_none() -> None:
    daily = [days_ago(day) for day in (*range(100), *range(200, 300))]
    assert cover(daily).gaps == ((NOW - 200 * DAY, NOW - 99 * DAY),)
    # Ten records in two years: such waits are what the place is like.
    assert cover([days_ago(day) for day in range(0, 700, 70)]).gaps == ()
    assert cover([days_ago(day) for day in (*range(100), *range(130, 300))]).gaps == ()


def test_months_without_a_missing_one_have_no_gap_and_a_missing_month_is_one() -> None:
    starts = [int(datetime(2014 + n // 12, n % 12 + 1, 1, tzinfo=UTC).timestamp()) for n in range(31)]
    months = list(zip(starts, [*starts[1:], NOW], strict=True))
    rows = [Made(start, end=end - 1, timed=-1, x=n * 300.0) for start, end in months[:-1] for n in range(30)]
    assert cover(rows).gaps == ()
    kept = [row for row in rows if row.time != starts[12]]
    # December's records speak until December is over.
    assert cover(kept).gaps == ((starts[12] - 1, starts[13]),)


def test_gaps_are_those_of_what_was_known_then() -> None:
    daily = [days_ago(day, known=NOW + DAY if 100 <= day < 200 else None) for day in range(300)]
    frame = frame_of(daily)
    then = np.flatnonzero(frame.column["known"] <= NOW)
    assert len(coverage_of(frame, then, None).gaps) == 1
    assert coverage_of(frame, all_rows(frame), None).gaps == ()


def test_the_year_before_is_not_compared_where_a_part_of_it_is_missing() -> None:
    whole = find(frame_of([days_ago(day) for day in range(800)]))
    assert (whole.reaches_back, whole.missing, whole.year_days) == (True, (), 364)
    assert whole.places[0].before == 364
    holed = find(frame_of([days_ago(day) for day in range(800) if not 450 <= day < 550]))
    assert (holed.reaches_back, holed.missing, holed.year_days) == (False, (), 364)
    assert holed.places[0].before is None
    young = find(frame_of([days_ago(day) for day in range(800) if not 200 <= day < 300]))
    assert young.reaches_back
    assert young.year_days == pytest.approx(364 - 101, abs=1)
    assert find(frame_of([days_ago(day) for day in range(50)]), asked(days=30)).missing == ()


async def test_g31_a_year_with_a_hole_says_so_and_what_is_usual_counts_days_on_file(
    sqlite_store: Store, tmp_path: Path
) -> None:
    rows = [
        row
        for row in history()
        if not timedelta(days=100) < AT.replace(tzinfo=None) - datetime.fromisoformat(row["occurred_from"])
        < timedelta(days=282)
    ]  # fmt: skip
    reply = await ask(await desk_over(sqlite_store, tmp_path, rows), "robberies")
    # Half of the year is on file, and in it a robbery every ninth day.
    assert "a year" not in reply.answer.text
    assert reply.answer.items[0].lines[0] == "21 in 180 days on file. 2 in 14 days, usual 1.6."
    assert "No records 6 Oct 2015 to 7 Apr." in reply.answer.text
    assert reply.items[0]["usual"] == pytest.approx(21 * 14 / 180, abs=0.02)


async def test_g31_a_young_desk_says_since_when_it_has_records(sqlite_store: Store, tmp_path: Path) -> None:
    reply = await ask(await desk_over(sqlite_store, tmp_path, history(days=60)), "robberies")
    assert reply.answer.items[0].lines[0] == "7 in 54 days on file. 2 in 14 days, usual 1.8."
    assert "Records begin 22 May." in reply.answer.text
    assert len(reply.answer.text) <= 600


async def test_g31_what_is_usual_is_not_known_after_three_weeks(sqlite_store: Store, tmp_path: Path) -> None:
    reply = await ask(await desk_over(sqlite_store, tmp_path, history(days=22)), "robberies")
    assert reply.answer.items[0].lines[0] == "3 in 21 days on file. 2 in 14 days, usual not known yet."
    assert reply.items[0]["usual"] is None


async def test_a_window_that_holds_the_whole_year_is_counted_and_compared_with_nothing(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    lines = (await ask(desk, "robbery hotspots last 400 days")).answer.items[0].lines
    assert lines[0] == "45 last 400 days."
    lines = (await ask(desk, "robbery hotspots last 30 days")).answer.items[0].lines
    assert lines[0] == "4 last 30 days, usual 3.3."


async def test_g31_asked_after_the_records_end_it_says_no_data_and_not_0(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    late = await ask(desk, "robberies last 7 days", at=AT + timedelta(days=10))
    assert late.answer.text.startswith("No data since 15 Jul 20:10: nothing later is on file.")
    assert late.items == ()
    assert (await ask(desk, "drugs dist 8 last 7 days", at=AT + timedelta(days=10))).answer.text == late.answer.text
    # A quiet day is not one without data, and a window that reaches back into the data has a count.
    assert "No data" not in (await ask(desk, "robberies today", at=AT + timedelta(hours=5))).answer.text
    assert "No data since" not in (await ask(desk, "robberies last 14 days", at=AT + timedelta(days=10))).answer.text
