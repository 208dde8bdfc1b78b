"""Dates of any shape, and the order of day and month decided from a whole column."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.collect.dates import DAY, MINUTE, MONTH, DateStyle, parse_dates
from ilp_core.collect.generic.date_order import OrderVerdict, date_order
from ilp_core.domain.columns import NO_TIME

TODAY = date(2026, 7, 1)


def seconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2016-07-15", (2016, 7, 15), DAY),
        ("2016/7/5", (2016, 7, 5), DAY),
        ("2016-07-15 21:30", (2016, 7, 15, 21, 30), MINUTE),
        ("2016-07-15T21:30:05.123456", (2016, 7, 15, 21, 30, 5), MINUTE),
        ("15/07/2016", (2016, 7, 15), DAY),
        ("15.07.16", (2016, 7, 15), DAY),
        ("5-7-2016 9:05 PM", (2016, 7, 5, 21, 5), MINUTE),
        ("05/07/2016 12:00:00 AM", (2016, 7, 5), MINUTE),
        ("15.07.2016, 21.30", (2016, 7, 15, 21, 30), MINUTE),
        ("15/07/99", (1999, 7, 15), DAY),
        ("15/07/26", (2026, 7, 15), DAY),
        ("20160715", (2016, 7, 15), DAY),
        ("20160715 2130", (2016, 7, 15, 21, 30), MINUTE),
        ("20160715T213005", (2016, 7, 15, 21, 30, 5), MINUTE),
        ("15 Jul 2016 21:30", (2016, 7, 15, 21, 30), MINUTE),
        ("July 15, 2016 9:30 pm", (2016, 7, 15, 21, 30), MINUTE),
        ("15-août-2016", (2016, 8, 15), DAY),
        ("15 de julio de 2016", (2016, 7, 15), DAY),
        ("Fri, 15 Jul 2016 3 pm", (2016, 7, 15, 15), MINUTE),
        ("1. März 2016", (2016, 3, 1), DAY),
        ("2016-07", (2016, 7, 1), MONTH),
        ("07/2016", (2016, 7, 1), MONTH),
        ("July 2016", (2016, 7, 1), MONTH),
        ("31/12/2016 24:00", (2017, 1, 1), MINUTE),
    ],
)
def test_a_date_of_any_shape_is_read(text: str, moment: tuple[int, ...], precision: int) -> None:
    read, absolute, exact = parse_dates([text], DateStyle("day_first", pivot=TODAY.year))
    assert read[0] == seconds(*moment)
    assert not absolute[0]
    assert exact[0] == precision


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-07-15T21:30:00Z", (2016, 7, 15, 21, 30)),
        ("2016-07-15 21:30 UTC", (2016, 7, 15, 21, 30)),
        ("2016-07-15T21:30:00-05:00", (2016, 7, 16, 2, 30)),
        ("2016-07-15 21:30:00.000+0200", (2016, 7, 15, 19, 30)),
    ],
)
def test_an_offset_makes_a_time_one_of_utc(text: str, moment: tuple[int, ...]) -> None:
    read, absolute, _ = parse_dates([text], DateStyle())
    assert read[0] == seconds(*moment)
    assert absolute[0]


@pytest.mark.parametrize(
    "text",
    [
        "", "robbery", "2016-13-01", "2016-02-30", "31/02/2016", "25/12", "2016-07-15 25:00", "2016-07-15 21:60",
        "13/13/2016", "15 Foo 2016", "00/00/0000", "2016-17", "1234567", "٢٠١٦-٠٧-١٥", "2016-07-15\x00",
        "=2016-07-15", "9" * 5_000, "0015-07-15",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_dates([text], DateStyle("day_first"))[0][0] == NO_TIME


def test_counts_since_1970_are_read_where_the_file_has_them() -> None:
    moment = seconds(2016, 7, 15, 21, 30)
    for epoch, text in (("seconds", str(moment)), ("milliseconds", f"{moment * 1_000}"), ("seconds", f"{moment}.0")):
        read, absolute, precision = parse_dates([text, "x", "1e400"], DateStyle(epoch=epoch))  # type: ignore[arg-type]
        assert (read.tolist(), absolute.tolist()) == ([moment, NO_TIME, NO_TIME], [True, False, False])
        assert precision[0] == MINUTE


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), min_size=1, max_size=30))
def test_what_a_format_writes_is_read_back(moments: list[datetime]) -> None:
    for order, shape in (
        ("day_first", "%d/%m/%Y %H:%M:%S"),
        ("month_first", "%m-%d-%Y %I:%M:%S %p"),
        ("month_first", "%Y-%m-%dT%H:%M:%S"),
        ("month_first", "%d %b %Y %H:%M:%S"),
    ):
        words = [moment.strftime(shape) for moment in moments]
        read = parse_dates(words, DateStyle(order))[0]  # type: ignore[arg-type]
        expected = [int(moment.replace(microsecond=0, tzinfo=UTC).timestamp()) for moment in moments]
        assert read.tolist() == expected, shape


@given(st.lists(st.text(max_size=60), max_size=30))
def test_no_text_breaks_the_reader(words: list[str]) -> None:
    read, absolute, precision = parse_dates(words, DateStyle())
    assert len(read) == len(absolute) == len(precision) == len(words)
    verdict = date_order(words, np.ones(len(words), dtype=np.int64), today=TODAY)
    assert verdict.state in ("needless", "settled", "contradictory", "ambiguous")


def verdict_of(words: list[str]) -> OrderVerdict:
    distinct = list(dict.fromkeys(words))
    counts = np.array([words.count(word) for word in distinct], dtype=np.int64)
    return date_order(distinct, counts, today=TODAY)


slashed = st.builds("{:02}/{:02}/{}".format, st.integers(1, 28), st.integers(1, 28), st.integers(2010, 2025))


@given(st.lists(slashed, min_size=1, max_size=40), st.randoms())
def test_the_order_of_rows_plays_no_part(words: list[str], chance: object) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert verdict_of(shuffled) == verdict_of(words)


@given(st.lists(st.builds("{:02}/{:02}/2016".format, st.integers(1, 12), st.integers(1, 12)), max_size=40),
       st.integers(13, 28), st.integers(1, 12), st.booleans())  # fmt: skip
def test_one_number_above_12_decides(words: list[str], above: int, below: int, day_first: bool) -> None:
    telling = f"{above:02}/{below:02}/2016" if day_first else f"{below:02}/{above:02}/2016"
    verdict = verdict_of([*words, telling])
    assert (verdict.state, verdict.order) == ("settled", "day_first" if day_first else "month_first")


def test_values_of_both_orders_are_counted_and_only_slips_are_outvoted() -> None:
    both = verdict_of(["25/03/2016"] * 3 + ["03/26/2016"] * 2)
    assert (both.state, both.order, both.day_first, both.month_first) == ("contradictory", None, 3, 2)
    slips = verdict_of(["25/03/2016"] * 300 + ["03/26/2016"] * 2)
    assert (slips.state, slips.order, slips.day_first, slips.month_first) == ("contradictory", "day_first", 300, 2)


def test_days_that_follow_one_another_decide_a_short_file() -> None:
    first = date(2016, 7, 1)
    week = [(first + timedelta(days=number)).strftime("%d/%m/%Y") for number in range(8)]
    assert (verdict_of(week).order, verdict_of(week).evidence) == ("day_first", "sequence")
    american = [(first + timedelta(days=number)).strftime("%m/%d/%Y") for number in range(8)]
    assert (verdict_of(american).order, verdict_of(american).evidence) == ("month_first", "sequence")


def test_a_reading_in_the_future_is_impossible() -> None:
    verdict = verdict_of(["05/01/2026", "03/08/2026", "04/09/2026"])
    assert (verdict.order, verdict.evidence) == ("month_first", "future")


def test_what_nothing_tells_is_ambiguous_and_shows_both_readings() -> None:
    verdict = verdict_of(["03/04/2016", "05/02/2015", "03/04/2016"])
    assert verdict.state == "ambiguous"
    assert verdict.order is None
    assert verdict.sample == "03/04/2016"
    assert verdict.readings == (date(2016, 4, 3), date(2016, 3, 4))


def test_dates_that_need_no_order_have_none() -> None:
    assert verdict_of(["2016-07-15", "15 Jul 2016", "04/04/2016"]).state == "needless"
