"""Time words against the contract's table, with the caller on and off duty."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ilp_core.assistant.when import Clock, Reading, read_when
from ilp_core.domain.shifts import PRESET_SHIFTS, shift_named

CHICAGO = ZoneInfo("America/Chicago")


def clock(at: str, own: str | None = "evenings") -> Clock:
    return Clock(datetime.fromisoformat(at), CHICAGO, PRESET_SHIFTS, shift_named(PRESET_SHIFTS, own) if own else None)


def read(text: str, at: str = "2016-07-15T21:30:00-05:00", own: str | None = "evenings") -> Reading:
    return read_when(text, clock(at, own))[0]


def ends(window) -> tuple[str, str]:
    return window.start.astimezone(CHICAGO).isoformat(), window.end.astimezone(CHICAGO).isoformat()


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("last nite", "2016-07-14T23:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("today", "2016-07-15T07:00:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("yesterday", "2016-07-14T07:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("this wk", "2016-07-11T07:00:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("last week", "2016-07-04T07:00:00-05:00", "2016-07-11T07:00:00-05:00"),
        ("last 7", "2016-07-08T21:30:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("past 2 weeks", "2016-07-01T21:30:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("last 12 hrs", "2016-07-15T09:30:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("weekend", "2016-07-15T18:00:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("this month", "2016-07-01T00:00:00-05:00", "2016-07-15T21:30:00-05:00"),
        ("last month", "2016-06-01T00:00:00-05:00", "2016-07-01T00:00:00-05:00"),
        ("ytd", "2016-01-01T00:00:00-06:00", "2016-07-15T21:30:00-05:00"),
    ],
)
def test_evidence_windows_of_the_contract(words: str, start: str, end: str) -> None:
    assert ends(read(words).evidence) == (start, end)


@pytest.mark.parametrize(
    ("words", "at", "own", "start", "end", "shift"),
    [
        ("rn", "21:30", "evenings", "2016-07-15T21:30:00-05:00", "2016-07-15T23:00:00-05:00", "evenings"),
        ("tonight", "21:30", "evenings", "2016-07-15T21:30:00-05:00", "2016-07-15T23:00:00-05:00", "evenings"),
        ("tonite", "13:00", "evenings", "2016-07-15T23:00:00-05:00", "2016-07-16T07:00:00-05:00", "nights"),
        ("tonight", "13:00", None, "2016-07-15T23:00:00-05:00", "2016-07-16T07:00:00-05:00", "nights"),
        ("tonight", "02:00", None, "2016-07-15T02:00:00-05:00", "2016-07-15T07:00:00-05:00", "nights"),
        ("right now", "02:00", None, "2016-07-15T02:00:00-05:00", "2016-07-15T07:00:00-05:00", "nights"),
    ],
)
def test_coming_hours_depend_on_duty(words, at, own, start, end, shift) -> None:
    reading = read(words, f"2016-07-15T{at}:00-05:00", own)
    assert ends(reading.advice) == (start, end)
    assert reading.shift == shift


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("btwn 2200 n 0300", "22:00-03:00"),
        ("after 10pm", "22:00-"),
        ("1800-2300", "18:00-23:00"),
        ("mids", "23:00-07:00"),
    ],
)
def test_hours_of_the_day(words: str, hours: str) -> None:
    assert str(read(words).hours) == hours


def test_weekdays_are_read_and_weekend_is_not_weekends() -> None:
    assert read("fri n sat").weekdays == ("fri", "sat")
    assert read("weekends").weekdays == ("sat", "sun")
    assert read("weekend").weekdays is None


def test_a_shift_word_names_its_coming_hours() -> None:
    reading = read("nights")
    assert ends(reading.advice) == ("2016-07-15T23:00:00-05:00", "2016-07-16T07:00:00-05:00")


def test_words_without_time_stay_untouched() -> None:
    reading, taken = read_when("robberies near the station", clock("2016-07-15T21:30:00-05:00"))
    assert reading.empty
    assert taken == ()


@pytest.mark.parametrize("words", ["last 0 days", "btwn 2500 n 0300", "after 99pm", "last 99999 days"])
def test_impossible_times_are_not_guessed(words: str) -> None:
    reading = read(words)
    assert reading.evidence is None
    assert reading.hours is None


def test_the_night_of_the_autumn_change_is_nine_hours() -> None:
    reading = read("last night", "2016-11-06T12:00:00-06:00")
    assert reading.evidence.length.total_seconds() == 9 * 3600


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("last night", "2016-07-14T23:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("last night 2200-0300", "2016-07-14T22:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("last night between 1am and 3am", "2016-07-14T23:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("last night after 9pm", "2016-07-14T21:00:00-05:00", "2016-07-15T07:00:00-05:00"),
        ("last night 2100-0800", "2016-07-14T21:00:00-05:00", "2016-07-15T08:00:00-05:00"),
    ],
)
def test_last_night_holds_the_hours_that_are_said_beside_it(words: str, start: str, end: str) -> None:
    reading = read(words, "2016-07-15T21:30:00-05:00")
    assert reading.evidence.start == datetime.fromisoformat(start)
    assert reading.evidence.end == datetime.fromisoformat(end)
    assert reading.window == "last night"
