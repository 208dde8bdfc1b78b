"""When a micro-time hotspot closes: after 21 days without a crime, or 21 days inside the normal range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from ilp_core.analyse.micro_time import WINDOW_DAYS, MicroTime, expected_false
from ilp_core.analyse.micro_time_watch import QUIET_DAYS, Watch, most_normal, still_open
from tests.frames import DAY, NOW, Made, days_ago, frame_of


def spot(usual: float = 0.1, *, q: float = 0.01) -> MicroTime:
    """Opened 40 days ago by crimes 43, 41 and 40 days ago."""
    return MicroTime(
        "burglary", "", 0.0, 0.0, 150.0, 3, usual, 0.001, q,
        float(days_ago(43).time), float(days_ago(40).time), None, None, np.empty(0, dtype=np.intp),
    )  # fmt: skip


def watch(later: list[float], usual: float = 0.1, at: float = NOW, **fields: Any) -> Watch:
    """With crimes at the hotspot so many days ago, after those that opened it."""
    crimes = [days_ago(days, x=50.0, y=0.0) for days in (43, 41, 40)]
    after = [days_ago(days, **({"x": 50.0, "y": 0.0} | fields)) for days in later]
    return still_open(frame_of([*crimes, *after]), spot(usual), at)


def test_it_stays_open_for_21_days_after_its_last_crime() -> None:
    assert watch([], at=days_ago(19.01).time).why == "open"
    closed = watch([])
    assert (closed.why, closed.count, closed.still_open) == ("crime_free", 0, False)
    assert closed.closes == spot().last + QUIET_DAYS * DAY
    assert watch([], at=days_ago(30).time).closes == closed.closes, "told beforehand"


def test_further_crimes_keep_it_open() -> None:
    kept = watch([36, 33, 30, 25, 20, 12, 11])
    assert (kept.why, kept.still_open) == ("open", True)
    assert kept.last == days_ago(11).time
    assert kept.count == 3
    assert kept.closes == days_ago(12).time + QUIET_DAYS * DAY, "one crime in 21 days is normal here"
    assert watch([36, 33, 30, 25, 20, 12, 11], usual=0.01).closes == days_ago(11).time + QUIET_DAYS * DAY


def test_21_days_inside_the_normal_range_close_it_where_there_is_never_a_crime_free_gap() -> None:
    steady = [39 - 4.0 * n for n in range(10)]
    closed = watch(steady, usual=3.0)
    assert (closed.why, closed.still_open) == ("normal_again", False)
    assert closed.count <= closed.most
    assert watch(steady, usual=0.5).why == "open"


@pytest.mark.parametrize(
    "fields", [{"x": 500.0}, {"code": "robbery"}, {"domestic": 1}, {"initiated": 1}, {"known": NOW + 1}]
)
def test_only_what_may_rank_a_place_and_was_known_keeps_it_open(fields: dict[str, Any]) -> None:
    assert watch([36, 33, 30, 25, 20, 12, 11]).still_open
    assert not watch([36, 33, 30, 25, 20, 12, 11], **fields).still_open


def test_what_comes_later_changes_nothing() -> None:
    at = days_ago(25).time
    assert watch([36, 33, 24, 20], at=at) == watch([36, 33], at=at)


def test_a_moment_before_it_opened_is_refused() -> None:
    with pytest.raises(ValueError, match="not opened yet"):
        watch([], at=days_ago(41).time)


@given(st.floats(0.001, 30))
def test_the_normal_range_ends_where_the_poisson_tail_falls_to_one_in_twenty(usual: float) -> None:
    assert most_normal(usual) == poisson.isf(0.05, usual)


@given(st.lists(st.integers(0, 39 * 24), max_size=25), st.sampled_from([0.05, 0.5, 2.0]))
def test_it_closes_at_the_first_hour_at_which_the_last_21_days_are_normal(hours: list[int], usual: float) -> None:
    rows = [Made(NOW - hour * 3_600, x=50.0, y=0.0) for hour in hours]
    found = still_open(frame_of([*rows, days_ago(43), days_ago(41), days_ago(40)]), spot(usual), NOW)
    opened, span = int(spot().last), QUIET_DAYS * DAY
    times = np.array([row.time for row in rows])
    most = most_normal(usual * QUIET_DAYS / WINDOW_DAYS)
    quiet = [
        end
        for end in range(opened + span, NOW + 1, 3_600)
        if np.count_nonzero((times > end - span) & (times <= end)) <= most
    ]
    assert found.still_open == (not quiet)
    if quiet:
        assert found.closes == quiet[0]


def test_how_many_of_the_opened_may_be_chance_is_told() -> None:
    assert expected_false([]) == 0.0
    assert expected_false([spot(q=0.01), spot(q=0.04)]) == pytest.approx(0.08)
