"""Did it work, on arrays: published examples, statsmodels and scipy as oracles, simulations of a known truth."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import gamma, poisson
from scipy.stats.contingency import odds_ratio

from ilp_core.analyse.effect.did import did, panel, parallel, pearson
from ilp_core.analyse.effect.ring import displacement_quotient
from ilp_core.analyse.effect.wdd import (
    Counts,
    Difference,
    Dispersion,
    Pair,
    Sizes,
    coefficients,
    detectable,
    harm_wdd,
    limits,
    power_of,
    wdd,
)

#: The example of Wheeler & Ratcliffe 2018, table 2.
PAPER = Counts(Pair(207, 110), Pair(308, 318), Pair(178, 157), Pair(150, 140))


def local(treated: tuple[float, float], control: tuple[float, float]) -> Counts:
    return Counts(Pair(*treated), Pair(*control))


def said(found: Difference, digits: int = 1) -> tuple[float, ...]:
    return tuple(round(value, digits) for value in (found.estimate, found.se, found.low, found.high))


def test_the_example_of_the_doctrine_comes_out_as_published() -> None:
    found = wdd(local((100, 80), (100, 90)))
    assert (found.estimate, found.se) == (-10, math.sqrt(370))


def test_the_example_of_the_paper_comes_out_as_published() -> None:
    found = wdd(PAPER)
    assert (found.estimate, found.se) == (-118, math.sqrt(1568))
    assert (round(found.z, 2), round(found.low), round(found.high)) == (-2.98, -196, -40)
    assert (found.local, found.displaced) == (-107, -11)
    assert (found.local_se**2, found.displaced_se**2) == (pytest.approx(943), pytest.approx(625))


@pytest.mark.parametrize(
    ("treated", "control", "displaced", "displaced_control", "expected"),
    [
        # The package ptools: the example of its front page, at 90 %.
        ((20, 10), (20, 20), (0, 0), (0, 0), (-10, 8.4, -23.8, 3.8)),
        # Wheeler's notebook, without and with a ring.
        ((120, 100), (130, 150), (0, 0), (0, 0), (-40, 22.4, -76.8, -3.2)),
        ((120, 100), (130, 150), (40, 25), (30, 25), (-50, 24.9, -91.0, -9.0)),
    ],
)
def test_the_examples_of_the_packages_come_out_as_published(
    treated: tuple[float, float],
    control: tuple[float, float],
    displaced: tuple[float, float],
    displaced_control: tuple[float, float],
    expected: tuple[float, ...],
) -> None:
    counts = Counts(Pair(*treated), Pair(*control), Pair(*displaced), Pair(*displaced_control))
    assert said(wdd(counts, level=0.9)) == expected


def test_two_years_before_and_one_after_come_out_as_published() -> None:
    found = wdd(local((80, 20), (100, 50)), periods=Pair(2, 1))
    assert (found.estimate, found.se) == (-20, math.sqrt(115))
    assert said(wdd(local((100, 20), (200, 100)), periods=Pair(2, 1), level=0.9)) == (-30, 14.0, -53.0, -7.0)


def test_areas_of_unequal_size_come_out_as_published() -> None:
    found = wdd(PAPER, sizes=Sizes(treated=1.2, control=0.9, displaced=1.5, displaced_control=1.6))
    assert (found.estimate, found.se, found.z, found.low, found.high) == pytest.approx(
        (-99.69444444, 35.4280755, -2.813995483, -169.1321965, -30.25669241), abs=1e-6
    )
    halves = Counts(Pair(200, 100), Pair(400, 200), Pair(40, 20), Pair(80, 40))
    sizes = Sizes(control=2, displaced_control=2)
    assert said(wdd(halves, sizes=sizes, level=0.9)) == (0, 23.2, -38.2, 38.2)


def test_harm_of_five_offences_comes_out_as_published() -> None:
    counts = [
        local((130, 74), (133, 91)),
        local((327, 202), (388, 305)),
        local((398, 190), (148, 97)),
        local((144, 92), (86, 64)),
        local((183, 96), (94, 67)),
    ]
    found = harm_wdd(counts, [3, 2, 5, 7, 10])
    assert (found.estimate, found.se, found.z, found.low, found.high) == pytest.approx(
        (-1721, 304.10360077, -5.65925558, -2317.03210507, -1124.96789493), abs=1e-6
    )


def test_without_before_it_is_the_difference_of_two_counts_as_published() -> None:
    assert round(wdd(local((0, 10), (0, 20))).p, 3) == 0.068


def test_the_variance_is_that_of_a_brute_force_simulation() -> None:
    expected, sizes, periods = np.array([40, 25, 60, 50, 30, 33, 28, 26.0]), Sizes(control=1.5), Pair(2, 1)
    weights = coefficients(periods, sizes)
    drawn = np.random.default_rng(1).poisson(expected, (200_000, 8)) @ weights
    assert float(drawn.var()) == pytest.approx(float(expected @ weights**2), rel=0.02)


def exact_coverage(expected: list[float], weights: list[float], interval: str) -> float:
    """How often the interval holds the truth, over every combination of counts and not by chance."""
    spans = [np.arange(int(poisson.ppf(1 - 1e-7, mean)) + 1) for mean in expected]
    counts = np.array(list(product(*spans)), dtype=float)
    chance = np.prod([poisson.pmf(counts[:, k], mean) for k, mean in enumerate(expected)], axis=0)
    low, high = limits(counts, np.array(weights), interval=interval)
    truth = float(np.dot(expected, weights))
    return float(chance[(low <= truth) & (truth <= high)].sum())


def test_at_small_counts_the_published_interval_is_too_short_and_ours_is_not() -> None:
    rare = ([1.0, 0.5, 1.0, 1.0], [-1.0, 1.0, 1.0, -1.0])
    assert exact_coverage(*rare, "normal") < 0.935
    assert exact_coverage(*rare, "small") >= 0.95
    # One heavy offence that mostly does not happen is what harm is made of.
    heavy = ([0.3, 0.1, 6.0, 5.0], [-365.0, 365.0, 10.0, -10.0])
    assert exact_coverage(*heavy, "normal") < 0.6
    assert exact_coverage(*heavy, "small") >= 0.95


@pytest.mark.parametrize("count", [0, 1, 3, 40])
def test_the_small_interval_of_one_count_is_that_of_jeffreys(count: int) -> None:
    below, above = gamma.ppf([0.025, 0.975], count + 0.5)
    below = below if count else 0.0
    counts = np.array([float(count)])
    assert limits(counts, np.array([2.0])) == (pytest.approx(2 * below), pytest.approx(2 * above))
    # Seen from the other side, a count that may be higher is a difference that may be lower.
    assert limits(counts, np.array([-2.0])) == (pytest.approx(-2 * above), pytest.approx(-2 * below))


def test_at_large_counts_both_intervals_are_one() -> None:
    normal, small = wdd(PAPER), wdd(PAPER, interval="small")
    assert (small.low, small.high) == pytest.approx((normal.low, normal.high), abs=0.5)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interval_of_200_operations_of_known_effect_holds_the_truth(seed: int) -> None:
    draw = np.random.default_rng(seed)
    level, effect, moved = draw.uniform(3, 200, 200), draw.uniform(-0.5, 0.2, 200), draw.uniform(0, 0.5, 200)
    trend = draw.uniform(0.8, 1.2, 200)
    ring = level * draw.uniform(0.5, 2, 200)
    change = level * trend * effect
    before, unchanged = [level, level, ring, ring], [level * trend, level * trend, ring * trend, ring * trend]
    after = [unchanged[0] + change, unchanged[1], unchanged[2] - moved * change, unchanged[3]]
    expected = np.stack([count for pair in zip(before, after, strict=True) for count in pair], axis=1)
    truth = change * (1 - moved)
    low, high = limits(draw.poisson(expected).astype(float), coefficients())
    assert 0.90 <= float(np.mean((low <= truth) & (truth <= high))) <= 0.99


def test_a_reduction_called_detectable_is_detected_as_often_as_said() -> None:
    expected = local((100, 90), (100, 90))
    found = detectable(expected)
    assert power_of(found.reduction, expected) == pytest.approx(0.8, abs=1e-9)
    means = [100, 90 - found.reduction, 100, 90]
    drawn = np.random.default_rng(3).poisson(means, (40_000, 4)).astype(float)
    weights = coefficients()[:4]
    _, high = limits(drawn, weights, interval="normal")
    assert float(np.mean(high < 0)) == pytest.approx(0.8, abs=0.02)


def test_unequal_periods_and_sizes_keep_what_is_detectable_in_records_after() -> None:
    expected, periods, sizes = local((200, 90), (1000, 450)), Pair(2, 1), Sizes(control=5)
    found = detectable(expected, periods=periods, sizes=sizes, dispersion=Dispersion(1.5, 1.5))
    assert power_of(
        found.reduction, expected, periods=periods, sizes=sizes, dispersion=Dispersion(1.5, 1.5)
    ) == pytest.approx(0.8)
    # Five controls and two years tell more than one of each.
    assert found.reduction < detectable(local((100, 90), (100, 90)), dispersion=Dispersion(1.5, 1.5)).reduction


def test_few_crimes_cannot_show_anything_and_it_says_so() -> None:
    assert not detectable(local((5, 5), (5, 5))).possible


@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
def test_a_count_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="counts must be finite"):
        wdd(local((bad, 1), (1, 1)))
    with pytest.raises(ValueError, match="counts must be finite"):
        did(Pair(bad, 1), Pair(1, 1))


def test_a_period_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        wdd(PAPER, periods=Pair(0, 1))


# Difference in differences


def glm(counts: np.ndarray, design: np.ndarray, **how: object) -> object:
    return sm.GLM(counts, design, family=sm.families.Poisson()).fit(**how)


# A saturated model leaves no degrees of freedom, by which statsmodels divides on its way, and no residual.
@pytest.mark.filterwarnings("ignore:divide by zero encountered in scalar divide:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Perfect separation or prediction detected")
def test_a_two_by_two_ratio_is_that_of_a_poisson_regression() -> None:
    treated, after = np.array([1, 1, 0, 0]), np.array([0, 1, 0, 1])
    design = np.column_stack([np.ones(4), treated, after, treated * after])
    fitted = glm(np.array([100, 60, 90, 85]), design)
    found = did(Pair(100, 60), Pair(90, 85))
    low, high = np.exp(fitted.conf_int()[3])
    assert (found.ratio, found.log_se) == (pytest.approx(np.exp(fitted.params[3])), pytest.approx(fitted.bse[3]))
    assert (found.low, found.high, found.p) == pytest.approx((low, high, fitted.pvalues[3]), rel=1e-6)


@pytest.mark.parametrize("cells", [(30, 18, 25, 27), (3, 0, 4, 6), (7, 9, 2, 1), (400, 310, 390, 380), (0, 4, 5, 5)])
def test_the_exact_interval_is_that_of_fishers_conditional_odds(cells: tuple[int, int, int, int]) -> None:
    t0, t1, c0, c1 = cells
    peer = odds_ratio([[t1, t0], [c1, c0]]).confidence_interval(0.95)
    found = did(Pair(t0, t1), Pair(c0, c1), how="exact")
    assert (found.low, found.high) == (pytest.approx(peer.low, rel=1e-6), pytest.approx(peer.high, rel=1e-6))


def test_the_mid_p_interval_lies_within_the_exact_one() -> None:
    exact, midp = (did(Pair(9, 3), Pair(8, 8), how=how) for how in ("exact", "midp"))
    assert exact.low < midp.low < midp.ratio < midp.high < exact.high


def test_the_exact_interval_never_covers_less_than_it_says_and_mid_p_about_as_much() -> None:
    draw = np.random.default_rng(5)
    held = {"exact": 0, "midp": 0}
    for t0, t1, c0, c1 in draw.poisson([6, 3, 6, 6], (200, 4)):
        for how in held:
            found = did(Pair(t0, t1), Pair(c0, c1), how=how)
            held[how] += found.low <= 0.5 <= found.high
    assert held["exact"] / 200 >= 0.95
    assert 0.92 <= held["midp"] / 200 <= 0.99


def test_exposures_that_change_are_divided_out() -> None:
    plain = did(Pair(100, 60), Pair(90, 85), how="midp")
    halved = did(Pair(100, 30), Pair(90, 85), exposures=(Pair(2, 1), Pair(1, 1)))
    assert halved.ratio == pytest.approx(plain.ratio)
    moved = did(Pair(100, 60), Pair(90, 85), exposures=(Pair(1, 2), Pair(1, 1)), how="midp")
    assert (moved.ratio, moved.low, moved.high) == pytest.approx((plain.ratio / 2, plain.low / 2, plain.high / 2))


def test_a_count_of_none_is_corrected_and_said() -> None:
    found = did(Pair(5, 0), Pair(5, 5))
    assert found.corrected
    assert found.ratio == pytest.approx((0.5 / 5.5) / 1)


def test_an_exact_interval_takes_no_dispersion() -> None:
    with pytest.raises(ValueError, match="delta"):
        did(Pair(5, 4), Pair(5, 5), dispersion=2, how="exact")


def made_panel(seed: int, units: int = 12, periods: int = 10) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    treated, after = np.arange(units) < units // 2, np.arange(periods) >= 6
    rate = draw.gamma(4, 3, units)[:, None] * draw.uniform(0.7, 1.3, periods) * draw.gamma(5, 0.2, (units, periods))
    rate = rate * np.where(treated[:, None] & after, 0.7, 1.0)
    return draw.poisson(rate), treated, after


def two_way(treated: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The design of unit and period effects and one of treatment, which comes last."""
    unit, period = (part.ravel() for part in np.indices((len(treated), len(after))))
    units, periods = np.eye(len(treated))[unit], np.eye(len(after))[period][:, 1:]
    return np.column_stack([units, periods, treated[unit] & after[period]]).astype(float)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_panel_is_a_poisson_regression_with_unit_and_period_effects(seed: int) -> None:
    counts, treated, after = made_panel(seed)
    design = two_way(treated, after)
    found = panel(counts, treated, after, spread="poisson")
    fitted = glm(counts.ravel(), design)
    assert math.log(found.ratio) == pytest.approx(fitted.params[-1], abs=1e-7)
    assert found.log_se == pytest.approx(fitted.bse[-1], rel=1e-6)
    quasi = panel(counts, treated, after)
    scaled = glm(counts.ravel(), design, scale="X2")
    assert quasi.dispersion == pytest.approx(scaled.scale, rel=1e-6)
    assert quasi.log_se == pytest.approx(scaled.bse[-1], rel=1e-6)
    groups = np.repeat(np.arange(len(treated)), len(after))
    robust = glm(
        counts.ravel(), design, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    ).bse[-1]
    clustered = panel(counts, treated, after, spread="cluster")
    assert clustered.log_se == pytest.approx(robust * math.sqrt(12 / 11), rel=1e-5)


def test_a_bootstrap_of_units_agrees_with_the_cluster_error_and_is_seeded() -> None:
    counts, treated, after = made_panel(4, units=40)
    clustered = panel(counts, treated, after, spread="cluster")
    first, again = (panel(counts, treated, after, spread="bootstrap", seed=9) for _ in range(2))
    assert first == again
    assert first.log_se == pytest.approx(clustered.log_se, rel=0.15)


def test_units_that_go_their_own_ways_are_not_taken_for_an_effect() -> None:
    wrong = {"poisson": 0, "cluster": 0}
    for seed in range(150):
        draw = np.random.default_rng(seed)
        treated, after = np.arange(20) < 10, np.arange(8) >= 4
        drift = np.where(after, draw.gamma(8, 1 / 8, 20)[:, None], 1.0)
        counts = draw.poisson(12 * drift)
        for spread in wrong:
            found = panel(counts, treated, after, spread=spread)
            wrong[spread] += found.p < 0.05
    assert wrong["poisson"] / 150 > 0.15
    assert wrong["cluster"] / 150 < 0.10


def test_one_treated_unit_has_no_cluster_error() -> None:
    counts, _, after = made_panel(1)
    with pytest.raises(ValueError, match="use quasi"):
        panel(counts, np.arange(12) < 1, after, spread="cluster")


def test_poisson_counts_have_a_dispersion_of_one() -> None:
    counts = np.random.default_rng(6).poisson(20, (60, 40))
    assert pearson(counts, np.arange(60) < 20, np.arange(40) >= 20) == pytest.approx(1, abs=0.06)


def test_whether_two_series_moved_alike_is_a_logistic_line() -> None:
    draw = np.random.default_rng(8)
    treated, control = draw.poisson(np.linspace(15, 40, 26)), draw.poisson(np.full(26, 25))
    found = parallel(treated, control)
    design = sm.add_constant(np.arange(26.0))
    fitted = sm.GLM(np.column_stack([treated, control]), design, family=sm.families.Binomial()).fit()
    scale = max(1.0, fitted.pearson_chi2 / fitted.df_resid)
    assert (found.slope, found.se) == pytest.approx((fitted.params[1], fitted.bse[1] * math.sqrt(scale)), rel=1e-6)
    assert found.p < 0.05
    assert parallel(control, control).p > 0.9


def test_the_displacement_quotient_says_which_way_crime_went() -> None:
    treated, control = Pair(100, 60), Pair(200, 200)
    assert displacement_quotient(Counts(treated, control, Pair(50, 50))) == 0
    assert displacement_quotient(Counts(treated, control, Pair(50, 40))) == pytest.approx(0.25)
    assert displacement_quotient(Counts(treated, control, Pair(50, 100))) == pytest.approx(-1.25)
    assert displacement_quotient(Counts(Pair(100, 100), control, Pair(50, 40))) is None
    assert displacement_quotient(Counts(treated, Pair(0, 200), Pair(50, 40))) is None
