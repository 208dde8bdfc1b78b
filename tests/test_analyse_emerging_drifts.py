"""Cumulative sums against published run lengths and simulation, and slow drifts in made towns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from ilp_core.analyse.patterns.cusum import (
    RATIO,
    cumulate,
    drift_threshold,
    find_drifts,
    reference_value,
    seasonal_wave,
)
from ilp_core.analyse.patterns.run_length import count_run_length, run_length, threshold_for
from tests.frames import DAY, NOW, Made, frame_of

WEEK = 7 * DAY
OFFENCES = ("burglary", "robbery", "vehicle_theft")


def _town(seed: int, weeks: int, mean: Any, *, districts: int = 4) -> list[Made]:
    """Poisson counts of ``mean(weeks back, offence, district)`` a week."""
    draw = np.random.default_rng(seed)
    rows = []
    for week in range(weeks):
        for offence in OFFENCES:
            for district in range(districts):
                moments = draw.uniform(0, WEEK, draw.poisson(mean(week, offence, district))).astype(int).tolist()
                rows.extend(Made(NOW - week * WEEK - back, offence, district=f"00{district}") for back in moments)
    return rows


def test_run_lengths_of_poisson_sums_are_those_of_lucas() -> None:
    """Lucas 1985, tables 2 to 5, h = 10, k = 1/4, at a mean of 1/4."""
    assert round(count_run_length(0.25, 0, 0.25, 10)) == 438
    assert round(count_run_length(0.25, 0, 0.25, 10, start=5)) == 333
    assert round(count_run_length(0.25, 0, 0.25, 10, upward=False)) == 437


@pytest.mark.parametrize(
    ("reference", "threshold", "mean", "published", "close"),
    [
        (0.5, 3, 0.0, 117.59, 1e-4),  # Brook & Evans 1972, section 4.3
        (0.5, 3, 1.5, 3.75, 1e-3),
        (0.5, 3, 0.5, 17.35, 1e-3),  # Waldmann 1986, table 5
        (0.0, 10, 0.0, 124.66, 1e-3),  # Vance 1986, table 1
        (0.0, 10, 0.25, 36.71, 1e-3),
        (0.0, 10, 1.0, 10.75, 1e-3),
    ],
)
def test_run_lengths_of_normal_sums_are_those_published(
    reference: float, threshold: float, mean: float, published: float, close: float
) -> None:
    found = run_length(lambda values: norm.cdf(values + reference - mean), threshold)
    assert found == pytest.approx(published, rel=close)


def _simulated(mean: float, spread: float, reference: float, threshold: float, upward: bool) -> float:
    draw = np.random.default_rng(11)
    sums, lengths, running = np.zeros(1_500), np.zeros(1_500), np.ones(1_500, dtype=bool)
    step = 0
    while running.any():
        step += 1
        heat = draw.gamma(1 / spread, spread, 1_500) if spread else np.ones(1_500)
        change = draw.poisson(mean * heat) - reference
        sums = np.maximum(sums + (change if upward else -change), 0)
        over = running & (sums >= threshold - 1e-9)
        lengths[over], running = step, running & ~over
    return float(lengths.mean())


@pytest.mark.parametrize(
    ("mean", "spread", "reference", "threshold", "upward"),
    [
        (2.0, 0.0, 2.5, 5.0, True),
        (0.3, 0.0, 0.55, 3.3, True),
        (5.0, 0.1, 6.2, 11.7, True),
        (60.0, 0.02, 65.3, 40.9, True),
        (20.0, 0.02, 18.2, 22.3, False),
    ],
)
def test_run_lengths_of_counts_are_those_of_simulated_sums(
    mean: float, spread: float, reference: float, threshold: float, upward: bool
) -> None:
    found = count_run_length(mean, spread, reference, threshold, upward=upward)
    # Run lengths scatter about as much as they are long: 1,500 of them give 2.6 % of standard error.
    assert found == pytest.approx(_simulated(mean, spread, reference, threshold, upward), rel=0.08)


def test_the_reference_of_poisson_counts_is_that_of_lucas() -> None:
    for mean, higher in ((1.0, 2.0), (20.0, 30.0)):
        found = reference_value(np.array(mean), np.array(0.0), higher / mean)
        assert found == pytest.approx((higher - mean) / (np.log(higher) - np.log(mean)), rel=1e-6)


def test_the_reference_of_negative_binomial_counts_is_where_the_likelihoods_meet() -> None:
    from scipy.stats import nbinom

    spread, mean, ratio = 0.05, 12.0, 1.5
    reference = float(reference_value(np.array(mean), np.array(spread), ratio))
    gains = [
        np.diff([nbinom.logpmf(count, 1 / spread, 1 / (1 + spread * level)) for level in (mean, ratio * mean)])[0]
        for count in (0, 40)
    ]
    # The gain is a line in the count; it crosses zero at the reference.
    assert 40 * gains[0] / (gains[0] - gains[1]) == pytest.approx(reference, rel=1e-9)


def test_a_threshold_gives_the_wanted_run_length() -> None:
    for mean, spread in ((0.4, 0.0), (8.0, 0.05), (150.0, 0.01)):
        threshold = drift_threshold(mean, spread, RATIO, 2_000, "up")
        assert threshold is not None
        assert drift_threshold(mean, spread, RATIO, 2_000, "up", 0.8 * threshold) is None
        assert drift_threshold(mean, spread, RATIO, 2_000, "up", 1.2 * threshold) == pytest.approx(threshold)
    assert threshold_for(lambda height: height**2, 100.0) == pytest.approx(10, rel=0.02)


def test_sums_are_those_of_a_loop_and_stand_still_in_gaps() -> None:
    draw = np.random.default_rng(12)
    counts = draw.poisson(5, (3, 30)).astype(float)
    reference = np.full(counts.shape, 5.5)
    on_file = draw.random(counts.shape) > 0.2
    for direction, sign in (("up", 1), ("down", -1)):
        sums, begun = cumulate(counts, reference, on_file, direction)
        for series in range(3):
            held, since = 0.0, -1
            for week in range(30):
                if on_file[series, week]:
                    held = max(0.0, held + sign * (counts[series, week] - 5.5))
                since = week if held == 0 else since
                assert (sums[series, week], begun[series, week]) == (pytest.approx(held), since)


def test_the_wave_of_the_force_is_found_without_its_trend() -> None:
    draw = np.random.default_rng(13)
    years = np.arange(130) * 7 / 365.25
    force = draw.poisson(500 * np.exp(0.2 * years + 0.25 * np.cos(2 * np.pi * years)))[None].astype(float)
    found = seasonal_wave(force, np.arange(130) >= 26)
    np.testing.assert_allclose(found[0], np.exp(0.25 * np.cos(2 * np.pi * years)), rtol=0.05)


def test_a_third_more_for_months_is_a_drift_and_its_start_is_told() -> None:
    def mean(week: int, offence: str, district: int) -> float:
        return 28 if (offence, district) == ("burglary", 2) and week < 12 else 20

    finding = find_drifts(frame_of(_town(21, 130, mean)), NOW)
    assert [(drift.kind, drift.area, drift.direction) for drift in finding.drifts] == [("burglary", "002", "up")]
    drift = finding.drifts[0]
    assert abs(drift.weeks - 12) <= 4
    assert drift.since == NOW - drift.weeks * WEEK
    assert len(drift.rows) == drift.count
    assert drift.expected == pytest.approx(20 * drift.weeks, rel=0.1)
    assert finding.seasonal


def test_a_fall_is_found_only_where_asked() -> None:
    def mean(week: int, offence: str, district: int) -> float:
        return 12 if (offence, district) == ("robbery", 1) and week < 15 else 20

    frame = frame_of(_town(22, 115, mean))
    assert find_drifts(frame, NOW).drifts == ()
    assert [(drift.kind, drift.area, drift.direction) for drift in find_drifts(frame, NOW, downward=True).drifts] == [
        ("robbery", "001", "down")
    ]


def test_steady_towns_drift_no_more_often_than_stated() -> None:
    """A drift open at the end began in the last half year: at most one a town is expected at two a year."""
    drifts = [len(find_drifts(frame_of(_town(seed, 120, lambda *_: 5)), NOW).drifts) for seed in range(4)]
    assert sum(drifts) <= 4


def test_within_a_year_areas_are_compared_with_the_force_and_a_lone_one_with_nothing() -> None:
    def mean(week: int, offence: str, district: int) -> float:
        # Everything rises by half, and robbery in district 1 doubles beyond that.
        return (30 if week < 10 else 20) * (2 if (offence, district) == ("robbery", 1) and week < 8 else 1)

    frame = frame_of(_town(23, 50, mean))
    finding = find_drifts(frame, NOW)
    assert [(drift.kind, drift.area) for drift in finding.drifts] == [("robbery", "001")]
    assert not finding.seasonal
    assert find_drifts(frame, NOW, area="force").tested == 0


def test_a_district_that_is_named_no_more_has_not_fallen() -> None:
    def mean(week: int, _offence: str, district: int) -> float:
        return 0 if district == 3 and week < 15 else 20

    assert find_drifts(frame_of(_town(24, 90, mean)), NOW, downward=True).drifts == ()


def test_a_ratio_or_rate_that_means_nothing_is_refused() -> None:
    frame = frame_of([])
    with pytest.raises(ValueError, match="ratio"):
        find_drifts(frame, NOW, ratio=1.0)
    with pytest.raises(ValueError, match="rate"):
        find_drifts(frame, NOW, false_a_year=0)
    assert find_drifts(frame, NOW).drifts == ()
