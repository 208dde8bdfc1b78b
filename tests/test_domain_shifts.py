"""Shifts and operational days: each once, aware, in order, in every zone and across every clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.domain.questions import WEEKDAYS
from ilp_core.domain.shifts import (
    DAY_START,
    PRESET_SHIFTS,
    Shift,
    ago,
    instant,
    last_shift,
    next_shift,
    operational_day,
    running_shift,
    shift_around,
    shift_named,
    wall_time,
)
from ilp_core.domain.windows import Hours, TimeWindow

CHICAGO = ZoneInfo("America/Chicago")
#: Changes of one hour, half an hour and two; at midnight and at 23:00; north and south; a zone without any.
ZONES = (
    "America/Chicago", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Santiago",
    "America/Nuuk", "Europe/London", "Europe/Dublin", "Africa/Casablanca", "Atlantic/Azores", "Asia/Tehran",
    "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland",
    "Antarctica/Troll", "UTC",
)  # fmt: skip


@cache
def change_days(name: str) -> list[date]:
    """The days on which clocks of a zone changed in a quarter of a century."""
    zone, day, found = ZoneInfo(name), date(2004, 1, 1), []
    while day < date(2030, 1, 1):
        noon = datetime.combine(day, time(12), tzinfo=zone)
        if noon.utcoffset() != (noon + timedelta(days=1)).utcoffset():
            found.append(day + timedelta(days=1))
        day += timedelta(days=1)
    return found or [date(2016, 7, 15)]


@st.composite
def zones_and_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """A zone, and a day at most two from one of its clock changes."""
    name = draw(st.sampled_from(ZONES))
    return ZoneInfo(name), draw(st.sampled_from(change_days(name))) + timedelta(days=draw(st.integers(-2, 2)))


minutes = st.integers(0, 24 * 60 - 1)
weekdays = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(tuple)
shifts = st.one_of(
    st.sampled_from(PRESET_SHIFTS),
    st.builds(Shift, st.just("own"), st.builds(Hours, minutes, minutes), st.one_of(st.none(), weekdays)),
)


def first_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant at which clocks in ``zone`` show that time or, where it is skipped, a later one."""
    wanted = datetime.combine(day, time(minute // 60, minute % 60))
    around = [wanted.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (-36, 36)]
    moment = wanted.replace(tzinfo=UTC) - max(near.astimezone(zone).utcoffset() or timedelta() for near in around)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += timedelta(minutes=1)
    return moment


@given(zones_and_days(), minutes)
@settings(max_examples=200, deadline=None)
def test_a_wall_time_is_the_first_instant_at_which_clocks_have_reached_it(
    where: tuple[ZoneInfo, date], minute: int
) -> None:
    zone, day = where
    assert wall_time(day, minute, zone) == first_instant(day, minute, zone)


@given(zones_and_days(), shifts)
@settings(max_examples=200, deadline=None)
def test_a_shift_comes_once_per_service_date_aware_and_in_order(where: tuple[ZoneInfo, date], shift: Shift) -> None:
    zone, day = where
    windows = [shift.on(day + timedelta(days=ahead), zone) for ahead in range(-2, 3)]
    for window, following in pairwise(windows):
        assert window.start.utcoffset() is not None
        assert window.start <= window.end <= following.start
        assert window.start < following.start


@given(zones_and_days())
@settings(max_examples=150, deadline=None)
def test_the_preset_shifts_cover_every_day_without_gap_or_overlap(where: tuple[ZoneInfo, date]) -> None:
    zone, day = where
    days, evenings, nights = (shift.on(day, zone) for shift in PRESET_SHIFTS)
    tomorrow = PRESET_SHIFTS[0].on(day + timedelta(days=1), zone)
    assert (days.end, evenings.end, nights.end) == (evenings.start, nights.start, tomorrow.start)


@st.composite
def zones_and_moments(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A zone, and an instant within two days of a clock change, near the change itself half of the time."""
    zone, day = draw(zones_and_days())
    moment = wall_time(day, draw(st.one_of(minutes, st.integers(0, 4 * 60))), zone).astimezone(UTC)
    return zone, moment + timedelta(seconds=draw(st.integers(-5_400, 5_400)))


@given(zones_and_moments(), shifts)
@settings(max_examples=300, deadline=None)
def test_the_running_the_next_and_the_last_shift_agree_with_the_calendar(
    when: tuple[ZoneInfo, datetime], shift: Shift
) -> None:
    zone, moment = when
    today = moment.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(-10, 11)]
    calendar = [shift.on(day, zone) for day in days if shift.days is None or WEEKDAYS[day.weekday()] in shift.days]
    running = [window for window in calendar if window.start <= moment < window.end]
    coming = [window for window in calendar if window.start > moment]
    over = [window for window in calendar if window.end <= moment]
    # The same instant on a local clock is the same moment, in a repeated hour too.
    for said in (moment, moment.astimezone(zone), moment.astimezone(ZoneInfo("Asia/Kathmandu"))):
        assert shift_around(shift, said, zone) == (running[0] if running else None)
        assert next_shift(shift, said, zone) == coming[0]
        assert last_shift(shift, said, zone) == over[-1]
    assert len(running) <= 1


@given(zones_and_moments())
@settings(max_examples=150, deadline=None)
def test_one_preset_shift_is_always_running(when: tuple[ZoneInfo, datetime]) -> None:
    zone, moment = when
    found = running_shift(PRESET_SHIFTS, moment, zone)
    assert found is not None
    shift, window = found
    assert window.start <= moment < window.end
    assert window == shift_around(shift, moment, zone)


@given(zones_and_moments())
@settings(max_examples=150, deadline=None)
def test_the_operational_day_holds_its_moment_and_the_next_one_follows_at_once(
    when: tuple[ZoneInfo, datetime],
) -> None:
    zone, moment = when
    window = operational_day(moment, zone)
    assert window.start <= moment < window.end
    assert operational_day(window.end, zone).start == window.end
    assert operational_day(window.start, zone) == window
    local = window.start.astimezone(zone)
    assert local.hour * 60 + local.minute == DAY_START


@pytest.mark.parametrize(
    ("zone", "day", "minute", "instant_utc"),
    [
        pytest.param("America/Chicago", date(2016, 3, 13), 150, "2016-03-13T08:00", id="spring: 02:30 is 03:00"),
        pytest.param("America/Chicago", date(2016, 3, 13), 120, "2016-03-13T08:00", id="spring: 02:00 is 03:00"),
        pytest.param("America/Chicago", date(2016, 11, 6), 90, "2016-11-06T06:30", id="autumn: the first 01:30"),
        pytest.param("America/Chicago", date(2016, 11, 6), 120, "2016-11-06T08:00", id="autumn: 02:00 comes once"),
        pytest.param("Europe/London", date(2016, 3, 27), 90, "2016-03-27T01:00", id="London, spring"),
        pytest.param("Europe/London", date(2016, 10, 30), 90, "2016-10-30T00:30", id="London, autumn"),
        pytest.param("Australia/Lord_Howe", date(2016, 10, 2), 135, "2016-10-01T15:30", id="half an hour"),
        pytest.param("America/Sao_Paulo", date(2016, 10, 16), 0, "2016-10-16T03:00", id="no midnight that day"),
    ],
)
def test_skipped_and_repeated_times(zone: str, day: date, minute: int, instant_utc: str) -> None:
    assert wall_time(day, minute, ZoneInfo(zone)) == datetime.fromisoformat(instant_utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2016, 3, 12), 7), (date(2016, 3, 13), 8), (date(2016, 11, 5), 9), (date(2016, 11, 6), 8)]
)
def test_a_night_shift_is_as_long_as_the_night(day: date, hours: int) -> None:
    assert PRESET_SHIFTS[2].on(day, CHICAGO).length == timedelta(hours=hours)


def test_a_day_that_the_calendar_left_out_keeps_its_shifts_in_order() -> None:
    # Samoa had no 30 December 2011.
    apia = ZoneInfo("Pacific/Apia")
    windows = [shift.on(date(2011, 12, day), apia) for day in (29, 30, 31) for shift in PRESET_SHIFTS]
    assert all(one.end <= other.start for one, other in pairwise(windows))
    moment = datetime(2011, 12, 31, 0, 30, tzinfo=apia)
    assert operational_day(moment, apia).start <= moment < operational_day(moment, apia).end


def test_a_shift_with_equal_ends_lasts_a_day() -> None:
    window = Shift("day and night", Hours(420, 420)).on(date(2016, 7, 15), CHICAGO)
    assert window.length == timedelta(days=1)


def test_a_shift_ends_where_the_next_one_starts() -> None:
    evenings, nights = PRESET_SHIFTS[1:]
    end = datetime(2016, 7, 15, 23, 0, tzinfo=CHICAGO)
    assert shift_around(evenings, end, CHICAGO) is None
    assert shift_around(nights, end, CHICAGO) == TimeWindow(end, datetime(2016, 7, 16, 7, 0, tzinfo=CHICAGO))
    assert last_shift(evenings, end, CHICAGO).end == end
    assert next_shift(nights, end, CHICAGO).start == end + timedelta(days=1)


def test_between_shifts_none_is_running() -> None:
    noon = datetime(2016, 7, 15, 12, 0, tzinfo=CHICAGO)
    assert running_shift(PRESET_SHIFTS[1:], noon, CHICAGO) is None


def test_an_instant_keeps_its_face_and_compares_as_an_instant() -> None:
    first = instant(datetime(2016, 11, 6, 6, 30, tzinfo=UTC), CHICAGO)
    second = instant(datetime(2016, 11, 6, 7, 30, tzinfo=UTC), CHICAGO)
    assert first.isoformat() == "2016-11-06T01:30:00-05:00"
    assert second.isoformat() == "2016-11-06T01:30:00-06:00"
    assert second - first == timedelta(hours=1)
    assert ago(timedelta(hours=1), second, CHICAGO) == first


def test_a_shift_of_some_weekdays_runs_on_no_other() -> None:
    weekend = Shift("weekend nights", Hours(22 * 60, 6 * 60), ("fri", "sat"))
    assert weekend.starts_on(date(2016, 7, 15))
    assert not weekend.starts_on(date(2016, 7, 17))
    sunday = datetime(2016, 7, 17, 5, 0, tzinfo=CHICAGO)
    assert shift_around(weekend, sunday, CHICAGO) == weekend.on(date(2016, 7, 16), CHICAGO)
    assert shift_around(weekend, sunday + timedelta(days=1), CHICAGO) is None
    assert next_shift(weekend, sunday, CHICAGO) == weekend.on(date(2016, 7, 22), CHICAGO)
    assert last_shift(weekend, sunday, CHICAGO) == weekend.on(date(2016, 7, 15), CHICAGO)


def test_shifts_are_found_by_name_whatever_the_case() -> None:
    assert shift_named(PRESET_SHIFTS, "Evenings") == PRESET_SHIFTS[1]
    assert shift_named(PRESET_SHIFTS, "twilight") is None
