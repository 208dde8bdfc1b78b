"""Analyse, back-test: the measures against numbers worked by hand, brute force and other people's code."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import nbinom, poisson
from sklearn.metrics import mean_poisson_deviance, roc_auc_score

from ilp_core.analyse.backtest import intervals, measures
from ilp_core.analyse.backtest.scores import joined, score_week

DRAW = np.random.default_rng(5)


def test_the_indices_of_a_small_town_worked_by_hand() -> None:
    # 10 cells, 8 events; the two cells chosen hold 3; the two best could have held 5.
    expected = np.array([9.0, 8, 1, 1, 1, 1, 1, 1, 1, 1])
    observed = np.array([2.0, 1, 0, 3, 0, 2, 0, 0, 0, 0])
    base = np.array([4.0, 4, 1, 1, 2, 2, 1, 1, 2, 2])
    caught, before = (curve[2] for curve in measures.caught(expected, observed, base))
    best = measures.most(observed, [2])[0]

    assert (caught, best, before) == (3, 5, 8)
    assert measures.hit_rate(caught, 8) == 0.375
    assert measures.predictive_accuracy(caught, 8, 0.2) == pytest.approx(1.875)
    assert measures.predictive_efficiency(caught, best) == pytest.approx(0.6)
    # (3/8) / (8/20): the cells hold a little less of the crime than they did.
    assert measures.recapture_rate(caught, 8, before, 20) == pytest.approx(0.9375)


def test_so_many_cells_are_a_share_of_the_area_and_never_none() -> None:
    assert [measures.cells_of(share, 8_190) for share in measures.AREA_SHARES] == [20, 82, 410, 819]
    assert measures.cells_of(0.0025, 40) == 1


def test_among_equals_hits_are_the_mean_over_every_order() -> None:
    expected = np.array([3.0, 2, 2, 2, 1])
    observed = np.array([1.0, 4, 0, 1, 7])
    orders = [[0, *middle, 4] for middle in permutations([1, 2, 3])]
    mean = np.mean([np.cumsum(observed[order]) for order in orders], axis=0)

    assert measures.caught(expected, observed)[0].tolist() == pytest.approx([0.0, *mean])


def test_no_method_gains_by_how_cells_are_numbered() -> None:
    expected, observed = DRAW.integers(0, 3, 200).astype(float), DRAW.poisson(0.3, 200).astype(float)
    mixed = DRAW.permutation(200)

    assert measures.caught(expected, observed)[0] == pytest.approx(
        measures.caught(expected[mixed], observed[mixed])[0]
    )


def test_a_perfect_forecast_has_an_efficiency_of_one_and_no_forecast_catches_more() -> None:
    observed = DRAW.poisson(0.2, (1_000, 1)).astype(float)
    nothing = np.zeros(1_000)
    perfect = score_week(observed, observed, observed, nothing)
    other = score_week(DRAW.random((1_000, 1)), observed, observed, nothing)

    assert measures.predictive_efficiency(perfect.hits[0], perfect.best[0]).tolist() == [1.0] * 4
    assert perfect.efficiency[0].tolist() == [1.0] * 4
    assert (perfect.hits >= other.hits).all()
    assert perfect.harm_hits.tolist() == perfect.hits.tolist()


def test_a_random_forecast_has_a_pai_of_about_one_and_half_the_area_under_its_curve() -> None:
    weeks = [
        score_week(DRAW.random((2_000, 1)), DRAW.poisson(0.1, (2_000, 1)).astype(float), np.zeros((2_000, 1)),
                   np.zeros(2_000))
        for _ in range(60)
    ]  # fmt: skip
    scores = joined(weeks)
    pai = measures.predictive_accuracy(scores.hits.sum(axis=0), scores.events.sum(), np.array(measures.AREA_SHARES))

    # 12,000 events: the standard error of the PAI at 5 % is 0.04.
    assert pai[2:] == pytest.approx([1.0, 1.0], abs=0.15)
    assert measures.area_under(scores.curve.sum(axis=0)) == pytest.approx(0.5, abs=0.02)


def test_an_even_forecast_has_a_pai_of_exactly_one() -> None:
    observed = DRAW.poisson(0.3, (400, 1)).astype(float)
    even = score_week(np.full((400, 1), 0.1), observed, observed, np.zeros(400))

    assert even.hits[0] / even.events[0] / np.array(measures.AREA_SHARES) == pytest.approx([1.0] * 4)


def test_the_area_under_the_curve_is_the_roc_area_where_cells_hold_one_event_or_none() -> None:
    expected = DRAW.integers(0, 9, 500).astype(float)
    observed = (DRAW.random(500) < 0.02 + 0.03 * expected).astype(float)
    held = observed.mean()
    # Part of the square lies under the curve of events against cells of both kinds: a = (1 - p) AUC + p / 2.
    roc = roc_auc_score(observed, expected)

    assert measures.area_under(measures.caught(expected, observed)[0]) == pytest.approx((1 - held) * roc + held / 2)


def test_the_log_score_is_the_poisson_likelihood_with_a_floor() -> None:
    expected, observed = DRAW.gamma(0.5, 0.2, 300), DRAW.poisson(0.1, 300).astype(float)
    mean = 0.99 * expected + 0.01 * expected.mean()

    assert measures.log_score(expected, observed) == pytest.approx(poisson.logpmf(observed, mean).sum())
    # Two forecasts differ by as much in half their deviance.
    other = np.full(300, expected.mean())
    by_score = measures.log_score(expected, observed) - measures.log_score(other, observed)
    by_deviance = (mean_poisson_deviance(observed, other) - mean_poisson_deviance(observed, mean)) * 300 / 2
    assert by_score == pytest.approx(by_deviance)


def test_an_event_where_nothing_was_expected_costs_much_but_not_everything() -> None:
    assert math.isfinite(measures.log_score(np.array([2.0, 0.0]), np.array([0.0, 1.0])))
    assert measures.log_score(np.zeros(2), np.array([0.0, 1.0])) == -math.inf


def test_calibration_in_ten_parts_keeps_every_count_and_finds_a_forecast_that_is_too_sure() -> None:
    truth = DRAW.gamma(0.3, 1.0, 20_000)
    observed = DRAW.poisson(truth).astype(float)
    right = measures.reliability(truth, observed)
    sure = measures.reliability(truth**2 / (truth**2).sum() * truth.sum(), observed)

    assert right.sum(axis=0) == pytest.approx([truth.sum(), observed.sum()])
    assert right[:, 0] == pytest.approx(truth.sum() / 10, rel=0.05)
    assert (right[:, 1] / right[:, 0]) == pytest.approx(np.ones(10), abs=0.15)
    assert sure[0, 1] / sure[0, 0] < 0.7
    assert sure[-1, 1] / sure[-1, 0] > 1.3


def test_calibration_parts_do_not_depend_on_the_order_of_equals() -> None:
    expected, observed = DRAW.integers(0, 4, 300).astype(float), DRAW.poisson(1, 300).astype(float)
    mixed = DRAW.permutation(300)

    assert measures.reliability(expected, observed).tolist() == (
        measures.reliability(expected[mixed], observed[mixed]).tolist()
    )


def test_intervals_of_totals_are_those_of_their_laws() -> None:
    assert measures.total_interval(100.0) == tuple(poisson.interval(0.90, 100.0))
    # Variance 300 of a mean of 100: size 50, probability 1/3.
    assert measures.total_interval(100.0, 3.0) == tuple(nbinom.interval(0.90, 50, 1 / 3))
    assert measures.total_interval(0.0) == (0.0, 0.0)


@pytest.mark.parametrize("spread", [1.0, 4.0])
def test_nine_of_ten_weeks_lie_within_their_interval(spread: float) -> None:
    draw = np.random.default_rng(9)
    mean = np.full(1_500, 80.0)
    seen = draw.poisson(mean) if spread == 1 else draw.negative_binomial(80 / (spread - 1), 1 / spread, 1_500)
    spreads = measures.rolling_spread(mean, seen.astype(float), spread)
    bounds = np.array([measures.total_interval(*each) for each in zip(mean, spreads, strict=True)])

    assert np.mean((bounds[:, 0] <= seen) & (seen <= bounds[:, 1])) == pytest.approx(0.90, abs=0.025)


def test_no_weeks_own_count_is_in_its_interval() -> None:
    expected, observed = np.full(6, 50.0), np.array([50.0, 60, 40, 50, 50, 50])
    other = observed.copy()
    other[3:] = 500
    spreads = measures.rolling_spread(expected, observed, 1.0)

    assert spreads[:4].tolist() == measures.rolling_spread(expected, other, 1.0)[:4].tolist()
    # (0 + 100/50 + 8) / (2 + 8) after two weeks; a delay of two weeks sees one week less.
    assert spreads[2] == pytest.approx(1.0)
    assert spreads[3] == pytest.approx((0 + 2 + 2 + 8) / 11)
    assert measures.rolling_spread(expected, observed, 1.0, delay=2)[4] == pytest.approx(spreads[3])


def test_the_bootstrap_is_the_same_as_a_plain_loop_over_blocks_of_weeks() -> None:
    draw = np.random.default_rng(3)
    hits, events = draw.poisson(3, (30, 2)).astype(float), draw.poisson(40, 30).astype(float)
    got = intervals.pooled(intervals.draw_weeks(30, 200, 4, seed=8), hits, events[:, None])

    starts = np.random.default_rng(8).integers(0, 30, (200, 8))
    plain = []
    for row in starts:
        weeks = [(start + step) % 30 for start in row for step in range(4)][:30]
        plain.append([sum(hits[week, n] for week in weeks) / sum(events[week] for week in weeks) for n in (0, 1)])

    assert got == pytest.approx(np.array(plain))
    assert intervals.interval(got[:, 0]) == pytest.approx(tuple(np.percentile(np.array(plain)[:, 0], [2.5, 97.5])))


def test_every_draw_holds_as_many_weeks_and_every_week_is_drawn_as_often() -> None:
    taken = intervals.draw_weeks(51, 4_000)

    assert set(taken.sum(axis=1)) == {51.0}
    assert taken.mean(axis=0) == pytest.approx(np.ones(51), abs=0.1)


def test_the_interval_of_independent_weeks_is_that_of_the_binomial_law() -> None:
    draw = np.random.default_rng(11)
    events = np.full(400, 50.0)
    hits = draw.binomial(50, 0.2, 400).astype(float)
    low, high = intervals.interval(intervals.pooled(intervals.draw_weeks(400), hits, events))
    wide = 2 * 1.96 * math.sqrt(0.2 * 0.8 / 20_000)

    assert high - low == pytest.approx(wide, rel=0.25)


def test_the_paired_interval_has_the_sign_of_what_is_better_and_is_nothing_against_itself() -> None:
    draw = np.random.default_rng(12)
    events = draw.poisson(100, 60).astype(float)
    good = draw.binomial(events.astype(int), 0.10).astype(float)
    poor = draw.binomial(events.astype(int), 0.06).astype(float)
    taken = intervals.draw_weeks(60)
    one, two = (intervals.pooled(taken, hits, events) for hits in (good, poor))
    value, other = good.sum() / events.sum(), poor.sum() / events.sum()
    better, worse = intervals.paired(value, other, one, two), intervals.paired(other, value, two, one)
    same = intervals.paired(value, value, one, one)

    assert 0 < better.low < better.difference < better.high
    assert 0 < better.gain_low < better.gain < better.gain_high
    assert (worse.low, worse.high) == pytest.approx((-better.high, -better.low))
    assert (same.difference, same.low, same.high, same.gain, same.gain_low, same.gain_high) == (0,) * 6


def test_pairs_on_the_same_weeks_are_told_apart_better_than_alone() -> None:
    draw = np.random.default_rng(13)
    events = draw.integers(20, 300, 60).astype(float)
    shared = draw.normal(0, 0.02, 60)
    one, two = events * (0.10 + shared), events * (0.095 + shared)
    taken = intervals.draw_weeks(60)
    draws = [intervals.pooled(taken, hits, events) for hits in (one, two)]
    alone = intervals.interval(draws[0])
    both = intervals.paired(one.sum() / events.sum(), two.sum() / events.sum(), *draws)

    assert both.high - both.low < (alone[1] - alone[0]) / 5
    assert both.low > 0
