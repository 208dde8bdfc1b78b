"""Expected harm as an interval, and an order in which none stands above one that lies wholly higher (D1)."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.expected import LEVEL, Expected, expected_anew, expected_between, in_order
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.domain.windows import Hours
from tests.frames import Made, all_rows, days_ago, frame_of

INTERVALS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 8)).map(lambda ends: Expected(ends[0], sum(ends))),
    max_size=9,
)


def test_an_interval_holds_the_middle_of_its_gamma_distribution() -> None:
    # Counts of 5 with a prior of rate 1: shape 5, rate 2.
    found = expected_between(5 / 2, 5 / 4)
    held = gamma(5, scale=1 / 2)
    assert held.cdf(found.high) - held.cdf(found.low) == pytest.approx(LEVEL)
    assert held.cdf(found.low) == pytest.approx((1 - LEVEL) / 2)


def test_what_does_not_vary_is_its_own_interval() -> None:
    assert expected_between(3.0, 0.0) == Expected(3.0, 3.0)
    assert expected_between(0.0, 0.0) == Expected(0.0, 0.0)


def test_a_gamma_with_the_same_mean_and_variance_is_near_a_weighted_sum() -> None:
    """Two kinds of offence of unlike weight, drawn a hundred thousand times."""
    draw = np.random.default_rng(7)
    shapes, rate, weights = np.array([12.0, 4.0]), 1.5, np.array([20.0, 365.0])
    harm = (draw.gamma(shapes, 1 / rate, (100_000, 2)) * weights).sum(axis=1)
    found = expected_between(float(shapes / rate @ weights), float(shapes / rate**2 @ weights**2))
    within = float(np.mean((harm >= found.low) & (harm <= found.high)))
    assert within == pytest.approx(LEVEL, abs=0.01)


def micro(rows: list[Made], usual: float) -> MicroTime:
    return MicroTime(
        "burglary", "1000 blk W Elm St", 0.0, 0.0, 150.0, len(rows), usual, 0.0, 0.0, 0.0, 0.0, None, None,
        np.arange(len(rows)),
    )  # fmt: skip


def test_a_new_hotspot_is_expected_half_way_back_to_what_is_usual() -> None:
    rows = [days_ago(day, "burglary") for day in (9, 6, 3, 1)]
    frame = frame_of(rows)
    assert len(all_rows(frame)) == 4
    found = expected_anew(frame, micro(rows, 1.0), Limits(None, None, None), frame.column["time"].max(), "count", 14)
    assert found == expected_between(5 / 2, 5 / 4)
    assert found.low < 2.5 < found.high


def test_only_the_hours_asked_for_are_expected() -> None:
    rows = [days_ago(day, "burglary") for day in (9, 6, 3, 1)]
    frame = frame_of(rows)
    hour = int(frame.column["local"][0] % 86_400 // 3_600)
    elsewhen = Hours((hour + 6) % 24 * 60, (hour + 8) % 24 * 60)
    at = float(frame.column["time"].max())
    assert expected_anew(frame, micro(rows, 1.0), Limits(None, elsewhen, None), at, "count", 14) == Expected(0.0, 0.0)


@given(INTERVALS)
@settings(max_examples=400)
def test_d1_none_stands_above_one_that_lies_wholly_higher(intervals: list[Expected]) -> None:
    order = in_order(intervals, range(len(intervals)))
    assert sorted(order) == list(range(len(intervals)))
    for above, below in itertools.combinations(order, 2):
        assert not intervals[below].wholly_above(intervals[above])


@given(INTERVALS, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_an_order_that_needs_no_change_is_left_as_it_is(intervals: list[Expected], draw: Random) -> None:
    wished = list(range(len(intervals)))
    draw.shuffle(wished)
    settled = in_order(intervals, wished)
    assert in_order(intervals, settled) == settled
    if not any(intervals[below].wholly_above(intervals[above]) for above, below in itertools.combinations(wished, 2)):
        assert settled == wished
