"""Analyse, forecast: the fit of the additive forecast, its level and its interval, beside other ways to the same."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import nbinom

from ilp_core.analyse.forecast import additive
from ilp_core.analyse.forecast.additive import fit, lesson, log_posterior, prior_shares, with_everywhere
from ilp_core.analyse.forecast.features import Feature
from ilp_core.analyse.forecast.history import DAY_S
from ilp_core.analyse.forecast.level import Level, level_at
from tests.histories import BEGUN, WEEK_S

FEATURES = (Feature(None, np.inf, 0.0), Feature(None, 14.0, 250.0), Feature("robbery", 365.0, 0.0))


def taught(seed: int, weeks: int, cells: int = 400) -> tuple[list[additive.Week], np.ndarray, np.ndarray]:
    """Weeks made from known weights: what each teaches, all features and all counts."""
    draw = np.random.default_rng(seed)
    surfaces = draw.gamma(0.5, 0.2, (weeks, cells, len(FEATURES))).astype(np.float32)
    truth = np.array([2.0, 0.6, 0.3, 0.2])
    occurred = np.array([draw.poisson(with_everywhere(surface) @ truth) for surface in surfaces], dtype=np.float64)
    lessons = [lesson(surface, counts) for surface, counts in zip(surfaces, occurred, strict=True)]
    return lessons, surfaces, occurred


def test_the_fit_is_the_most_probable_one() -> None:
    weeks, _, _ = taught(1, 30)
    shares = prior_shares(FEATURES)
    found = fit(weeks, shares)

    def lost(logged: np.ndarray) -> float:
        return -log_posterior(weeks, shares, np.exp(logged))

    best = minimize(lost, np.log(found), method="BFGS", options={"gtol": 1e-6})

    assert log_posterior(weeks, shares, found) == pytest.approx(-best.fun, abs=1e-3)
    np.testing.assert_allclose(found, np.exp(best.x), rtol=0.02)


# A sum of rates that are never negative is never negative: the oracle warns of the link in general.
@pytest.mark.filterwarnings("ignore:The Identity link function:Warning")
def test_without_a_prior_the_fit_is_the_poisson_regression_with_an_identity_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(additive, "PRIOR_RECORDS", 1e-9)
    monkeypatch.setattr(additive, "STEPS", 5_000)
    weeks, surfaces, occurred = taught(2, 40)
    design = np.concatenate([with_everywhere(surface) for surface in surfaces]).astype(np.float64)
    family = sm.families.Poisson(sm.families.links.Identity())
    start = np.array([1.0, 0.4, 0.4, 0.4])
    oracle = sm.GLM(occurred.ravel(), design, family=family).fit(start_params=start, tol=1e-12)

    np.testing.assert_allclose(fit(weeks, prior_shares(FEATURES)), oracle.params, rtol=1e-3)


def test_a_few_records_leave_the_prior_and_many_the_truth() -> None:
    shares = prior_shares(FEATURES)
    few, _, _ = taught(3, 1, cells=30)
    many, _, _ = taught(3, 120, cells=3_000)
    explained = fit(few, shares) * np.sum([week.sums for week in few], axis=0)

    np.testing.assert_allclose(explained / explained.sum(), shares, atol=0.03)
    np.testing.assert_allclose(fit(many, shares)[1:], [0.6, 0.3, 0.2], rtol=0.1)


def test_weights_are_never_negative_and_expect_as_many_as_occurred() -> None:
    weeks, _, occurred = taught(4, 20)
    weights = fit(weeks, prior_shares(FEATURES))

    assert (weights >= 0).all()
    assert np.sum([week.sums for week in weeks], axis=0) @ weights == pytest.approx(occurred.sum(), rel=1e-6)


def test_weeks_without_a_record_teach_nothing() -> None:
    surface = np.ones((5, len(FEATURES)), dtype=np.float32)
    with pytest.raises(ValueError, match="at least one record"):
        fit([lesson(surface, np.zeros(5))], prior_shares(FEATURES))


def weeks_from(first: int, count: int) -> np.ndarray:
    """When weeks begin, ``count`` of them from week ``first`` on."""
    return BEGUN + np.arange(first, first + count, dtype=np.int64) * WEEK_S


def test_the_season_of_a_city_is_found_from_two_years_and_set_on_the_coming_week() -> None:
    begins = weeks_from(0, 104)
    draw = np.random.default_rng(6)
    wave = np.exp(0.25 * np.cos(2 * np.pi * (begins / DAY_S % 365.25) / 365.25))
    level = level_at(begins[-1] + WEEK_S, begins, np.full(104, 400.0), draw.poisson(400 * wave).astype(float))
    coming = np.exp(0.25 * np.cos(2 * np.pi * ((begins[-1] + WEEK_S) / DAY_S % 365.25) / 365.25))

    assert level.factor == pytest.approx(coming, rel=0.04)
    assert level.spread < 0.01


def test_a_city_that_has_doubled_is_followed_within_weeks_and_a_few_weeks_say_nothing() -> None:
    begins = weeks_from(0, 40)
    occurred = np.where(np.arange(40) < 30, 100.0, 200.0)

    assert level_at(begins[-1] + WEEK_S, begins, np.full(40, 100.0), occurred).recent > 1.5
    assert level_at(begins[6] + WEEK_S, begins[:7], np.full(7, 100.0), np.full(7, 300.0)).factor == 1.0


@pytest.mark.parametrize("spread", [0.0, 0.02])
def test_nine_weeks_in_ten_are_in_the_interval(spread: float) -> None:
    draw = np.random.default_rng(8)
    size = 1 / spread if spread else np.inf
    rates = 150 * (draw.gamma(size, 1 / size, 500) if spread else np.ones(500))
    occurred = draw.poisson(rates).astype(float)
    begins = weeks_from(0, 500)
    held = 0
    for week in range(60, 500, 4):
        level = level_at(begins[week], begins[week - 60 : week], np.full(60, 150.0), occurred[week - 60 : week])
        low, high = level.interval(150 * level.factor)
        held += low <= occurred[week] <= high

    assert 0.82 <= held / 110 <= 0.97


def test_an_interval_holds_what_the_negative_binomial_says() -> None:
    low, high = Level(1.0, 1.0, 0.05).interval(80.0)
    size = 20.0

    assert nbinom.cdf(low - 1, size, size / 100) < 0.05 <= nbinom.cdf(low, size, size / 100)
    assert nbinom.cdf(high - 1, size, size / 100) < 0.95 <= nbinom.cdf(high, size, size / 100)
    assert Level(1.0, 1.0, 0.05).interval(0.0) == (0, 0)
