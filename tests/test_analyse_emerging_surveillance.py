"""The arithmetic under emerging problems, against statsmodels, scipy and brute force."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilp_core.analyse.patterns.loglinear import fit_log_linear
from ilp_core.analyse.patterns.reference import outbreak_weights, pooled_factors, reference_periods
from ilp_core.analyse.patterns.surveillance import (
    Expected,
    History,
    Pools,
    expect,
    pools_of,
    surprise,
    tail_of,
    upper_bound,
)

WEEKS = 40


def _glm(counts: Any, design: Any, exposure: Any, weights: Any) -> Any:
    with warnings.catch_warnings():
        # statsmodels warns of its own coming changes while it is imported.
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        model = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(exposure), var_weights=weights)
        return model.fit(scale="X2")


def _history(counts: Any, **fields: Any) -> History:
    counts = np.asarray(counts, dtype=float)
    series, weeks = counts.shape
    return replace(
        History(
            counts=counts,
            factor=np.ones(counts.shape),
            usable=np.ones(counts.shape, dtype=bool),
            pool=np.zeros(series, dtype=np.intp),
            back=np.arange(3, weeks + 3) * 7.0,
            days=7,
            now=np.ones(series),
            now_variance=np.zeros(series),
        ),
        **fields,
    )


def test_many_fits_at_once_are_those_of_statsmodels_one_by_one() -> None:
    draw = np.random.default_rng(1)
    time = np.arange(WEEKS) / 52
    design = np.column_stack([np.ones(WEEKS), time, np.cos(2 * np.pi * time)])
    exposure = draw.uniform(0.5, 2, (12, WEEKS))
    weights = draw.choice([1.0, 0.1], (12, WEEKS), p=[0.9, 0.1])
    counts = draw.poisson(exposure * draw.uniform(1, 60, (12, 1)) * np.exp(-0.5 * time)).astype(float)
    fit = fit_log_linear(counts, design, exposure, weights)
    for series in range(12):
        peer = _glm(counts[series], design, exposure[series], weights[series])
        np.testing.assert_allclose(fit.coefficients[series], peer.params, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(fit.scale[series], peer.scale, rtol=1e-6)
        np.testing.assert_allclose(fit.covariance[series] * fit.scale[series], peer.cov_params(), rtol=1e-5)
        np.testing.assert_allclose(fit.mean[series], peer.fittedvalues, rtol=1e-6)


def test_weeks_of_no_exposure_or_weight_change_no_fit() -> None:
    draw = np.random.default_rng(2)
    design = np.column_stack([np.ones(WEEKS), np.arange(WEEKS) / 52])
    counts = draw.poisson(9, (1, WEEKS)).astype(float)
    off = np.arange(WEEKS) % 5 == 0
    spoiled = np.where(off, 1e6, counts)
    fit = fit_log_linear(spoiled, design, np.where(off, 0.0, 1.0)[None], np.ones((1, WEEKS)))
    kept = fit_log_linear(counts[:, ~off], design[~off], np.ones((1, 32)), np.ones((1, 32)))
    np.testing.assert_allclose(fit.coefficients, kept.coefficients, rtol=1e-9)
    np.testing.assert_allclose(fit.scale, kept.scale, rtol=1e-9)


def test_tails_are_those_of_scipy() -> None:
    count, mean, spread = np.meshgrid([0, 1, 3, 10, 60], [0.01, 0.7, 8.0, 40.0], [1e-4, 0.03, 0.5, 4.0])
    size = 1 / spread
    expected = stats.nbinom.sf(count - 1, size, size / (size + mean))
    np.testing.assert_allclose(tail_of(count, mean, spread), expected, rtol=1e-7)
    poisson = tail_of(count, mean, np.zeros_like(mean))
    np.testing.assert_allclose(poisson, stats.poisson.sf(count - 1, mean), rtol=1e-9)


def test_the_surprise_is_heavier_where_the_variance_is_a_guess() -> None:
    count = np.array([20.0])
    sure = Expected(np.array([10.0]), np.array([0.02]), np.array([1e12]), np.array([40]), np.array([False]))
    unsure = replace(sure, freedom=np.array([12.0]))
    plain = stats.nbinom.sf(19, 50, 50 / 60)
    assert surprise(count, sure)[0] == pytest.approx(plain, rel=1e-4)
    assert surprise(count, unsure)[0] == pytest.approx(stats.t.sf(stats.norm.isf(plain), 12), rel=1e-9)


def test_the_upper_bound_is_the_quantile_of_scipy() -> None:
    mean = np.array([0.02, 0.6, 4.0, 31.0, 800.0])
    spread = np.array([0.5, 0.2, 0.05, 0.02, 0.004])
    expected = Expected(mean, spread, np.full(5, 1e14), np.full(5, 40), np.zeros(5, dtype=bool))
    for level in (0.9, 0.975, 0.999):
        quantile = stats.nbinom.ppf(level, 1 / spread, 1 / (1 + spread * mean))
        assert upper_bound(expected, level).tolist() == quantile.tolist()


def test_a_small_count_is_foretold_as_bayes_has_it() -> None:
    """Poisson counts under a gamma prior foretell a negative binomial exactly: size and mean in closed form."""
    counts = np.zeros((1, WEEKS))
    counts[0, [3, 17, 30]] = 1
    pools = Pools(np.array([0.1]), np.array([0.5]), np.array([0.0]), np.array([0.0]))
    found = expect(_history(counts), pools)
    size, rate = 0.5 + 3, 0.5 / 0.1 + WEEKS
    exact = stats.nbinom.sf(np.arange(4), size, rate / (rate + 1))
    got = surprise(
        np.arange(1.0, 5.0),
        replace(
            found,
            **{
                name: np.repeat(getattr(found, name), 4)
                for name in ("mean", "dispersion", "freedom", "periods", "trend")
            },
        ),
    )
    # The 2/3-power approximation of Farrington et al. (1996) is off by a factor of three and more here.
    np.testing.assert_allclose(got, exact, rtol=1e-6)


def test_a_series_of_zeros_is_not_surprised_by_one_record() -> None:
    history = _history(np.zeros((3, WEEKS)))
    found = expect(history, pools_of(history, 1))
    assert (surprise(np.ones(3), found) > 0.01).all()
    assert (surprise(np.full(3, 5.0), found) < 1e-4).all()


def test_the_over_dispersion_that_was_put_in_is_found() -> None:
    draw = np.random.default_rng(3)
    for spread in (0.0, 0.05, 0.3):
        mean = draw.uniform(5, 60, (400, 1))
        heat = draw.gamma(1 / spread, spread, (400, WEEKS)) if spread else np.ones((400, WEEKS))
        pools = pools_of(_history(draw.poisson(mean * heat)), 1)
        assert pools.dispersion[0] == pytest.approx(spread, abs=0.006 + 0.15 * spread)


def test_a_past_outbreak_neither_lifts_the_level_nor_widens_it_much() -> None:
    draw = np.random.default_rng(4)
    counts = draw.poisson(20, (200, WEEKS)).astype(float)
    burst = counts.copy()
    burst[0, 5:8] = 90
    plain, with_burst = (expect(_history(rows), pools_of(_history(rows), 1)) for rows in (counts, burst))
    assert with_burst.mean[0] == pytest.approx(plain.mean[0], rel=0.03)
    assert burst[0].mean() > 1.2 * counts[0].mean()
    # Noufaily et al. (2013): 1/z^2 above 2.58.
    np.testing.assert_allclose(outbreak_weights(np.array([-9.0, 2.5, 2.58, 4.0])), [1, 1, 1, 1 / 16])


def test_a_trend_is_foretold_as_statsmodels_does_where_it_is_supported() -> None:
    draw = np.random.default_rng(5)
    back = np.concatenate([np.arange(3, 29), np.arange(49, 56), np.arange(101, 108)]) * 7.0
    years = back / 365.25
    counts = np.stack([draw.poisson(40 * np.exp(0.5 * years)), draw.poisson(40, len(back))]).astype(float)
    history = _history(counts, back=back)
    # A huge dispersion of the pool: no week is an outbreak, and all weigh 1.
    found = expect(history, Pools(np.array([40.0]), np.array([1.0]), np.array([5.0]), np.array([0.0])))
    design = np.column_stack([np.ones_like(years), years])
    peer = _glm(counts[0], design, np.ones_like(years), np.ones_like(years))
    assert found.trend.tolist() == [True, False]
    assert found.mean[0] == pytest.approx(np.exp(peer.params[0]), rel=1e-6)
    assert found.mean[1] == pytest.approx(counts[1].mean(), rel=0.01)


@pytest.mark.parametrize(("days", "weeks"), [(7, 265), (7, 70), (14, 133), (1, 800)])
def test_reference_weeks_are_those_of_the_calendar(days: int, weeks: int) -> None:
    """Brute force over dates: within three weeks of the same day of an earlier year, or in the last half year."""
    draw = np.random.default_rng(6)
    on_file = draw.random(weeks) > 0.1
    today = datetime(2016, 7, 15, tzinfo=UTC)
    expected = []
    for back in range(weeks):
        when = today - timedelta(days=back * days)
        apart = [abs((when - (today - timedelta(days=365.25 * year))).total_seconds()) for year in range(1, 6)]
        season = min(apart) <= 21 * 86_400
        recent = today - timedelta(days=14 + 182) <= when
        guarded = when >= today - timedelta(days=14)
        expected.append(bool(on_file[back] and not guarded and (season or recent)))
    assert reference_periods(on_file, days).tolist() == expected


def test_the_season_is_that_of_statsmodels_on_the_whole_force() -> None:
    draw = np.random.default_rng(7)
    weeks = np.arange(160)
    years = weeks * 7 / 365.25
    counts = draw.poisson(300 * np.exp(0.1 * years + 0.3 * np.cos(2 * np.pi * years)))[None].astype(float)
    on_file = np.ones(160, dtype=bool)
    factor, variance = pooled_factors(counts, on_file, 7)
    design = np.column_stack([np.ones(160), years, np.cos(2 * np.pi * years), np.sin(2 * np.pi * years)])
    used = weeks > 2
    peer = _glm(counts[0, used], design[used], np.ones(used.sum()), np.ones(used.sum()))
    fitted = np.exp(design @ peer.params)
    reference = reference_periods(on_file, 7)
    # Weeks that lie far out by chance weigh less here, and move the fit by a hair.
    np.testing.assert_allclose(factor[0], fitted / fitted[reference].mean(), rtol=0.01)
    apart = design[0] - design[reference].mean(axis=0)
    assert variance[0] == pytest.approx(apart @ peer.cov_params() @ apart, rel=0.2)


def test_within_a_year_the_level_of_the_force_takes_the_place_of_the_season() -> None:
    draw = np.random.default_rng(8)
    weeks = np.arange(45)
    # Twice as many lately as half a year ago, in the whole force.
    counts = draw.poisson(np.where(weeks < 14, 400, 200))[None].astype(float)
    factor, variance = pooled_factors(counts, np.ones(45, dtype=bool), 7)
    assert factor[0, 0] / factor[0, 30] == pytest.approx(2, rel=0.1)
    steady = draw.poisson(200, 45)[None].astype(float)
    assert variance[0] > 4 * pooled_factors(steady, np.ones(45, dtype=bool), 7)[1][0]
