"""Aoristic time against a count minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ilp_core.analyse.when.aoristic import (
    WEEK,
    aoristic,
    hours_of_day,
    hours_of_week,
    in_bins,
    minute_of_week,
)

HOUR = 3_600
DAY = 86_400
MONDAY = int(datetime(2016, 7, 11, tzinfo=UTC).timestamp())


def by_minute(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """One minute after the other, as a person would count them with a calendar."""
    held = np.zeros(WEEK)
    for first, last in zip(start.tolist(), end.tolist(), strict=True):
        minutes = range(first // 60, max(last // 60, first // 60 + 1))
        for minute in minutes:
            clock = datetime.fromtimestamp(minute * 60, UTC)
            held[clock.weekday() * 1_440 + clock.hour * 60 + clock.minute] += 1 / len(minutes)
    return held


def moments(*pairs: tuple[float, float]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Windows in hours from Monday 00:00 and their lengths in hours."""
    start = np.array([MONDAY + round(since * HOUR) for since, _length in pairs], dtype=np.int64)
    return start, start + np.array([round(length * HOUR) for _since, length in pairs], dtype=np.int64)


@given(
    st.lists(st.tuples(st.integers(0, 3 * WEEK * 60), st.integers(0, 2 * WEEK * 60)), min_size=1, max_size=6),
    st.sampled_from([1, 5, 60, 480, 1_440]),
)
@settings(max_examples=25, deadline=None)
def test_a_window_is_spread_as_if_counted_by_the_minute(pairs: list[tuple[int, int]], width: int) -> None:
    start = np.array([MONDAY + since for since, _length in pairs], dtype=np.int64)
    end = start + np.array([length for _since, length in pairs], dtype=np.int64)
    found = aoristic(start, end, width=width, beyond="flat")
    expected = by_minute(start, end).reshape(-1, width).sum(axis=1)
    np.testing.assert_allclose(found.weight[0], expected, rtol=0, atol=1e-12)
    assert found.mass[0] == len(pairs)


def test_many_windows_keep_their_weight_to_the_last_digits() -> None:
    draw = np.random.default_rng(5)
    start = draw.integers(0, 10**9, 100_000)
    end = start + draw.exponential(12 * HOUR, 100_000).astype(np.int64)
    minutes, hours = aoristic(start, end, width=1), aoristic(start, end)
    np.testing.assert_allclose(minutes.weight[0].reshape(168, 60).sum(axis=1), hours.weight[0], rtol=1e-10)
    np.testing.assert_allclose(hours.weight.sum(), np.count_nonzero(hours.used), rtol=1e-12)
    assert (minutes.weight >= 0).all()


def test_a_night_is_480_minutes() -> None:
    start, end = moments((22, 8))
    minutes = aoristic(start, end, width=1).weight[0]
    assert np.flatnonzero(minutes).tolist() == list(range(22 * 60, 30 * 60))
    np.testing.assert_allclose(minutes[minutes > 0], 1 / 480)


def test_sunday_night_runs_into_monday() -> None:
    weight = hours_of_week(*moments((6 * 24 + 23, 2)))
    assert {hour: round(weight[hour], 12) for hour in np.flatnonzero(weight)} == {167: 0.5, 0: 0.5}


def test_a_window_over_three_hours_weighs_a_third_in_each() -> None:
    """The aoristic value as Ratcliffe 2000 defines it: one over the number of units that the window spans."""
    weight = hours_of_day(*moments((9, 3)))
    np.testing.assert_allclose(weight[8:13], [0, 1 / 3, 1 / 3, 1 / 3, 0], atol=1e-15)


def test_a_moment_is_the_minute_in_which_it_lies() -> None:
    start, end = moments((10.5, 0), (10.5, 0.01))
    assert np.flatnonzero(aoristic(start, end, width=1).weight[0]).tolist() == [630]
    assert hours_of_week(start, end)[10] == 2.0


def test_a_week_and_more_is_flat_but_for_the_rest() -> None:
    start, end = moments((0, 168), (5, 3 * 168))
    np.testing.assert_allclose(aoristic(start, end, beyond="flat").weight[0], 2 / 168)
    start, end = moments((0, 168 + 24))
    weight = aoristic(start, end, beyond="flat").weight[0]
    np.testing.assert_allclose(weight[:24] / weight[24:48], 2.0)
    np.testing.assert_allclose(weight.sum(), 1.0)


def test_what_is_too_long_or_runs_backwards_is_counted_apart() -> None:
    start, end = moments((1, 2), (1, 30), (1, 169), (5, -1))
    found = aoristic(start, end)
    assert (found.too_long, found.reversed, found.used.tolist()) == (1, 1, [True, True, False, False])
    flat = aoristic(start, end, beyond="flat")
    assert (flat.too_long, flat.reversed, flat.used.tolist()) == (1, 1, [True, True, True, False])
    short = aoristic(start, end, longest=24 * 60)
    assert (short.too_long, int(short.records[0])) == (2, 1)


def test_a_record_is_worth_what_its_window_tells() -> None:
    found = aoristic(*moments((9, 0), (9, 1), (9, 4), (9.5, 1), (9, 168)), group=np.arange(5), groups=5)
    np.testing.assert_allclose(found.effective, [1, 1, 1 / 4, 1 / 2, 1 / 168])


def test_groups_and_weights_are_kept_apart() -> None:
    draw = np.random.default_rng(3)
    start = draw.integers(0, 10**8, 400)
    end = start + draw.integers(0, 3 * DAY, 400)
    group, weights = draw.integers(-1, 5, 400), draw.random(400)
    found = aoristic(start, end, group=group, groups=5, weights=weights)
    for number in range(5):
        own = group == number
        expected = hours_of_week(start[own], end[own], weights[own])
        np.testing.assert_allclose(found.weight[number], expected, atol=1e-12)
    np.testing.assert_allclose(found.mass, [weights[group == number].sum() for number in range(5)])


def test_minutes_go_into_any_bins() -> None:
    minutes = aoristic(*moments((13.5, 3)), width=1).weight[0]
    labels = np.full(WEEK, -1, dtype=np.intp)
    labels[14 * 60 : 15 * 60] = 0
    labels[15 * 60 : 24 * 60] = 1
    np.testing.assert_allclose(in_bins(minutes, labels, 2), [1 / 3, 1.5 / 3])


def test_bins_must_fill_a_week() -> None:
    with pytest.raises(ValueError, match="do not fill a week"):
        aoristic(*moments((1, 1)), width=11)


def test_nothing_is_no_weight() -> None:
    none = np.empty(0, dtype=np.int64)
    assert hours_of_week(none, none).sum() == 0


def test_the_week_begins_on_monday() -> None:
    for day in range(7):
        clock = datetime(2016, 7, 11 + day, 14, 5, tzinfo=UTC)
        assert minute_of_week(np.array([int(clock.timestamp())]))[0] == clock.weekday() * 1_440 + 14 * 60 + 5
