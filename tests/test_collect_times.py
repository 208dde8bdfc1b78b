"""Times as sources write them, across clock changes, and which hours can be believed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ilp_core.collect.times import NO_TIME, TimeColumn, check_zone, timed
from ilp_core.domain.errors import CallError
from ilp_core.domain.shifts import wall_time

CHICAGO = "America/Chicago"


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def test_portal_times_are_local() -> None:
    read = TimeColumn(CHICAGO).read(["07/15/2016 09:30:00 PM", "01/15/2016 12:05:09 AM"])
    assert read.utc.tolist() == [utc(2016, 7, 16, 2, 30), utc(2016, 1, 15, 6, 5, 9)]
    assert read.local.tolist() == [utc(2016, 7, 15, 21, 30), utc(2016, 1, 15, 0, 5, 9)]


def test_iso_times_with_and_without_offset() -> None:
    texts = [
        "2016-07-15T21:30:00",
        "2016-07-15 21:30",
        "2016-07-15T21:30:00-04:00",
        "2016-07-15T21:30:00Z",
        "2016-07-15",
    ]
    read = TimeColumn(CHICAGO).read(texts)
    assert read.utc.tolist() == [
        utc(2016, 7, 16, 2, 30),
        utc(2016, 7, 16, 2, 30),
        utc(2016, 7, 16, 1, 30),
        utc(2016, 7, 15, 21, 30),
        utc(2016, 7, 15, 5),
    ]
    assert read.local.tolist()[2:4] == [utc(2016, 7, 15, 20, 30), utc(2016, 7, 15, 16, 30)]
    assert not read.odd.any()


def test_a_skipped_hour_moves_to_its_end_and_a_repeated_one_is_the_first() -> None:
    texts = ["03/13/2016 02:30:00 AM", "11/06/2016 01:30:00 AM"]
    read = TimeColumn(CHICAGO).read(texts)
    zone = ZoneInfo(CHICAGO)
    expected = [
        wall_time(date(2016, 3, 13), 150, zone),
        wall_time(date(2016, 11, 6), 90, zone),
    ]
    assert read.utc.tolist() == [int(moment.timestamp()) for moment in expected]
    assert read.local.tolist() == [utc(2016, 3, 13, 3), utc(2016, 11, 6, 1, 30)]


def test_the_first_batch_decides_the_format_once() -> None:
    column = TimeColumn(CHICAGO)
    first = column.read(["07/15/2016 09:30:00 PM", "07/16/2016 09:30:00 PM", "2016-07-15T21:30:00"])
    later = column.read(["2016-07-15T21:30:00", "07/15/2016 09:30:00 PM", "07/15/2016 21:30", ""])
    assert first.odd.tolist() == [False, False, True]
    assert later.odd.tolist() == [True, False, True, False]
    assert later.blank.tolist() == [False, False, False, True]
    assert later.utc[3] == NO_TIME


def test_a_blank_batch_decides_nothing() -> None:
    column = TimeColumn(CHICAGO)
    assert column.read(["", " "]).blank.all()
    assert not column.read(["07/15/2016 09:30:00 PM"]).odd.any()


@pytest.mark.parametrize(
    "text", ["31/12/2016 09:30:00 PM", "2016-13-01", "2016-7-1", "20160715", "yesterday", "2016"]
)
def test_what_is_no_time_is_odd(text: str) -> None:
    assert TimeColumn(CHICAGO).read([text]).odd.tolist() == [True]


def test_placeholder_hours_are_not_timed() -> None:
    moments = [
        utc(2016, 7, 15, 12),
        utc(2016, 7, 15),
        utc(2016, 1, 1, 17, 3),
        utc(2016, 7, 15, 12, 0, 1),
        utc(2016, 1, 2, 17, 3),
        utc(1969, 7, 20, 20, 17),
    ]
    assert timed(np.array(moments, dtype=np.int64)).tolist() == [0, 0, 0, 1, 1, 1]


def test_an_unknown_zone_is_refused() -> None:
    assert check_zone("Europe/Dublin") == "Europe/Dublin"
    for name in ("Mars/Olympus", "", "../etc/passwd"):
        with pytest.raises(CallError, match="There is no time zone"):
            check_zone(name)
