"""What holds of every reading, in zones with all kinds of clock changes: against a second, plain reckoning."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.when import Clock, read_when, time_words
from ilp_core.domain.shifts import PRESET_SHIFTS, shift_named
from tests.when_phrases import cases

ZONES = ("America/Chicago", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
#: Moments near clock changes of these zones, a day that was left out, 29 February and new year.
CHANGES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        "2016-03-13T08:00", "2016-11-06T07:00", "2016-03-27T01:00", "2016-10-30T01:00", "2016-04-02T15:00",
        "2016-10-01T15:30", "2011-12-30T10:00", "2012-03-31T14:00", "2016-02-29T12:00", "2015-12-31T23:30",
    )
)  # fmt: skip
PHRASES = tuple(dict.fromkeys(normalise(case.phrase) for case in cases()))
STEP = timedelta(minutes=15)

moments = st.one_of(
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-3000, 3000),
    ),
)
clocks = st.builds(
    lambda at, zone, own: Clock(at, ZoneInfo(zone), PRESET_SHIFTS, shift_named(PRESET_SHIFTS, own)),
    moments,
    st.sampled_from(ZONES),
    st.sampled_from(("days", "evenings", "nights", "off")),
)


@settings(max_examples=400, deadline=None)
@given(clocks, st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3))
def test_windows_lie_on_their_side_of_now(clock: Clock, phrases: list[str]) -> None:
    text = " ".join(phrases)
    reading, spans = read_when(text, clock)
    if reading.evidence:
        assert reading.evidence.start <= reading.evidence.end <= clock.at
        assert reading.window
    if reading.advice:
        assert clock.at <= reading.advice.start <= reading.advice.end
    if reading.so_far:
        assert reading.so_far.end == clock.at
    for span in spans:
        assert text[span.start : span.end] == span.text
        assert 0 < span.score <= 1


@settings(max_examples=600, deadline=None)
@given(clocks, st.sampled_from(PHRASES))
def test_the_name_of_a_window_is_read_as_that_window(clock: Clock, phrase: str) -> None:
    reading = read_when(phrase, clock)[0]
    if reading.window is None or reading.hours:
        # Hours beside "last night" make it longer.
        return
    again = read_when(normalise(reading.window), clock)[0]
    assert (again.evidence, again.window) == (reading.evidence, reading.window)


@settings(max_examples=300, deadline=None)
@given(clocks, st.sampled_from([phrase for phrase in PHRASES if read_when(phrase, next(cases()).clock)[0].choices]))
def test_each_choice_is_read_one_way_only(clock: Clock, phrase: str) -> None:
    choices = read_when(phrase, clock)[0].choices
    readings = [read_when(normalise(choice), clock)[0] for choice in choices]
    assert not any(reading.choices or reading.empty for reading in readings)
    assert len({(reading.instant, reading.hours, reading.evidence) for reading in readings}) == len(choices)


@lru_cache(maxsize=4_096)
def face(day: date, minutes: int, zone: str) -> datetime:
    """The first instant at which clocks show that time or a later one, found by walking through the days around."""
    target = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    moment = target.replace(tzinfo=UTC) - timedelta(hours=40)
    while moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < target:
        moment += STEP
    return moment


def last(clock: Clock, fits, minutes: int, end_day: int = 0) -> date:
    """The last day that fits and whose time, ``end_day`` days later, has come."""
    day = clock.at.date() + timedelta(days=3)
    while not (fits(day) and face(day + timedelta(days=end_day), minutes, clock.zone.key) <= clock.at):
        day -= timedelta(days=1)
    return day


def plain(words: str, clock: Clock) -> tuple[datetime, datetime]:
    """The contract's table, reckoned by walking through the calendar."""
    zone, seven, one = clock.zone.key, 7 * 60, timedelta(days=1)

    def each(_: date) -> bool:
        return True

    match words:
        case "today":
            return face(last(clock, each, seven), seven, zone), clock.at
        case "yesterday":
            today = last(clock, each, seven)
            return face(today - one, seven, zone), face(today, seven, zone)
        case "last night":
            evening = last(clock, each, seven, end_day=1)
            return face(evening, 23 * 60, zone), face(evening + one, seven, zone)
        case "this week" | "last week":
            monday = last(clock, lambda day: day.weekday() == 0, seven)
            start = face(monday, seven, zone)
            return (start, clock.at) if words == "this week" else (face(monday - 7 * one, seven, zone), start)
        case "weekend":
            friday = last(clock, lambda day: day.weekday() == 4, 18 * 60)
            return face(friday, 18 * 60, zone), min(face(friday + 3 * one, seven, zone), clock.at)
        case "this month" | "last month":
            first = last(clock, lambda day: day.day == 1, 0)
            before = last(clock, lambda day: day.day == 1 and day < first, 0)
            return (
                (face(first, 0, zone), clock.at)
                if words == "this month"
                else (face(before, 0, zone), face(first, 0, zone))
            )
        case "ytd":
            return face(last(clock, lambda day: (day.month, day.day) == (1, 1), 0), 0, zone), clock.at
        case _:
            return clock.at - timedelta(hours=168), clock.at


@settings(max_examples=150, deadline=None)
@given(clocks)
def test_the_contracts_windows_against_a_walk_through_the_calendar(clock: Clock) -> None:
    for words in (
        "today", "yesterday", "last night", "this week", "last week", "weekend", "this month", "last month", "ytd",
        "last 7",
    ):  # fmt: skip
        evidence = read_when(words, clock)[0].evidence
        assert evidence is not None
        assert (evidence.start, evidence.end) == plain(words, clock), words


@settings(max_examples=150, deadline=None)
@given(clocks, st.sampled_from(("2am", "0130", "2340", "1:15am", "noon")))
def test_a_time_of_day_is_the_last_such_instant(clock: Clock, words: str) -> None:
    shown = {"2am": "02:00", "0130": "01:30", "2340": "23:40", "1:15am": "01:15", "noon": "12:00"}[words]
    moment = clock.at.replace(second=0, microsecond=0)
    while moment.astimezone(clock.zone).strftime("%H:%M") != shown:
        moment -= timedelta(minutes=1)
    assert read_when(f"at {words}", clock)[0].instant == moment


@settings(max_examples=150, deadline=None)
@given(clocks)
def test_now_and_tonight_end_with_a_shift(clock: Clock) -> None:
    ends = {shift.name: shift.hours.end for shift in PRESET_SHIFTS}
    for words in ("rn", "tonight"):
        reading = read_when(words, clock)[0]
        assert reading.advice is not None
        assert reading.shift is not None
        local = reading.advice.end.astimezone(clock.zone)
        # Where clocks skip the hour, a shift ends with the first instant after it.
        skipped = local.utcoffset() != (local - timedelta(days=1)).utcoffset()
        assert local.hour * 60 + local.minute == ends[reading.shift] or skipped
        if clock.on_duty:
            assert reading.advice.start == clock.at
        elif words == "tonight":
            assert reading.shift == "nights"


def test_five_thousand_strings_of_all_kinds_are_read_without_an_error() -> None:
    chance = random.Random(6)  # noqa: S311 - no secret
    words = [*time_words().single, *(word for phrase in PHRASES for word in phrase.split()), "\x00\x00", "31", "2016"]
    signs = "".join(map(chr, range(32, 127))) + "\x00éñ١２½²🚓‮\u200bǅß"
    clock = next(cases()).clock
    for _ in range(2_500):
        read_when(" ".join(chance.choices(words, k=chance.randrange(1, 14))), clock)
        read_when("".join(chance.choices(signs, k=chance.randrange(1, 80))), clock)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=300), clocks)
def test_any_text_is_read_without_an_error(text: str, clock: Clock) -> None:
    read_when(normalise(text), clock)
    read_when(text, clock)


@pytest.mark.parametrize(
    "piece", ["mon ", "last ", "1 to ", "2200 ", "vs same ", "the of ", "jan 1 to ", "=12:00 ", "\x00 a "]
)
def test_a_long_message_of_one_word_is_read(piece: str) -> None:
    read_when((piece * 400).strip(), next(cases()).clock)
