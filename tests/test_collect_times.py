"""Times as sources write them, across clock changes, and which hours can be believed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.dates import DAY, MINUTE, MONTH
from ilp_core.collect.times import Moments, TimeColumn, check_zone, month_end, timed
from ilp_core.domain.columns import NO_TIME
from ilp_core.domain.errors import CallError
from ilp_core.domain.shifts import wall_time

CHICAGO = "America/Chicago"


def read(texts: list[str], column: TimeColumn | None = None) -> Moments:
    return (column or TimeColumn(CHICAGO)).read(coded(texts))


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def test_portal_times_are_local() -> None:
    found = read(["07/15/2016 09:30:00 PM", "01/15/2016 12:05:09 AM"])
    assert found.utc.tolist() == [utc(2016, 7, 16, 2, 30), utc(2016, 1, 15, 6, 5, 9)]
    assert found.local.tolist() == [utc(2016, 7, 15, 21, 30), utc(2016, 1, 15, 0, 5, 9)]


def test_iso_times_with_and_without_offset() -> None:
    texts = [
        "2016-07-15T21:30:00",
        "2016-07-15 21:30",
        "2016-07-15T21:30:00-04:00",
        "2016-07-15T21:30:00Z",
        "2016-07-15",
    ]
    found = read(texts)
    assert found.utc.tolist() == [
        utc(2016, 7, 16, 2, 30),
        utc(2016, 7, 16, 2, 30),
        utc(2016, 7, 16, 1, 30),
        utc(2016, 7, 15, 21, 30),
        utc(2016, 7, 15, 5),
    ]
    assert found.local.tolist()[2:4] == [utc(2016, 7, 15, 20, 30), utc(2016, 7, 15, 16, 30)]
    assert not found.odd.any()


def test_a_skipped_hour_moves_to_its_end_and_a_repeated_one_is_the_first() -> None:
    texts = ["03/13/2016 02:30:00 AM", "11/06/2016 01:30:00 AM"]
    found = read(texts)
    zone = ZoneInfo(CHICAGO)
    expected = [
        wall_time(date(2016, 3, 13), 150, zone),
        wall_time(date(2016, 11, 6), 90, zone),
    ]
    assert found.utc.tolist() == [int(moment.timestamp()) for moment in expected]
    assert found.local.tolist() == [utc(2016, 3, 13, 3), utc(2016, 11, 6, 1, 30)]


def test_shapes_of_one_order_may_stand_side_by_side() -> None:
    column = TimeColumn(CHICAGO)
    texts = [
        "07/15/2016 09:30:00 PM",
        "07/15/2016 21:30",
        "2016-07-15T21:30:00",
        "7/15/2016 9:30:00 PM",
        "07/15/2016",
        "",
    ]
    found = read(texts, column)
    assert found.local.tolist()[:4] == [utc(2016, 7, 15, 21, 30)] * 4
    assert found.precision.tolist()[:5] == [MINUTE] * 4 + [DAY]
    assert found.blank.tolist() == [False] * 5 + [True]
    assert found.utc[5] == NO_TIME
    assert not found.odd.any()


def test_the_order_of_day_and_month_is_the_columns_never_the_rows() -> None:
    texts = ["03/04/2016 10:00", "25/12/2016 10:00", "12/25/2016 10:00"]
    american, european = read(texts), read(texts, TimeColumn("Europe/London", "day_first"))
    assert american.odd.tolist() == [False, True, False]
    assert american.local[0] == utc(2016, 3, 4, 10)
    assert european.odd.tolist() == [False, False, True]
    assert european.local[0] == utc(2016, 4, 3, 10)


def test_a_month_is_known_as_a_month() -> None:
    found = read(["2016-02", "2016-12"])
    assert found.local.tolist() == [utc(2016, 2, 1), utc(2016, 12, 1)]
    assert found.precision.tolist() == [MONTH, MONTH]
    ends = month_end(np.array([*found.local.tolist(), NO_TIME]))
    assert ends.tolist() == [utc(2016, 2, 29, 23, 59, 59), utc(2016, 12, 31, 23, 59, 59), NO_TIME]
    assert timed(found.local, found.precision).tolist() == [-1, -1]


def test_a_blank_batch_decides_nothing() -> None:
    column = TimeColumn(CHICAGO)
    assert read(["", " "], column).blank.all()
    assert not read(["07/15/2016 09:30:00 PM"], column).odd.any()


@pytest.mark.parametrize(
    "text", ["31/12/2016 09:30:00 PM", "2016-13-01", "2016-02-30", "07/15/2016 25:00", "yesterday", "2016"]
)
def test_what_is_no_time_is_odd(text: str) -> None:
    assert read([text]).odd.tolist() == [True]


def test_placeholder_hours_are_not_timed() -> None:
    moments = [
        utc(2016, 7, 15, 12),
        utc(2016, 7, 15),
        utc(2016, 1, 1, 17, 3),
        utc(2016, 7, 15, 12, 0, 1),
        utc(2016, 1, 2, 17, 3),
        utc(1969, 7, 20, 20, 17),
    ]
    precision = np.full(len(moments), MINUTE, dtype=np.int8)
    assert timed(np.array(moments, dtype=np.int64), precision).tolist() == [0, 0, 0, 1, 1, 1]
    precision[3] = DAY
    assert timed(np.array(moments, dtype=np.int64), precision).tolist() == [0, 0, 0, 0, 1, 1]


def test_an_unknown_zone_is_refused() -> None:
    assert check_zone("Europe/Dublin") == "Europe/Dublin"
    for name in ("Mars/Olympus", "", "../etc/passwd"):
        with pytest.raises(CallError, match="There is no time zone"):
            check_zone(name)
