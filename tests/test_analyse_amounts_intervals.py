"""Intervals and tests of counts against published values, scipy, statsmodels and sums over all pairs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson, poisson_means_test
from statsmodels.genmod.families import NegativeBinomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats import rates

from ilp_core.analyse.amounts.baseline import negative_binomial, usual_range
from ilp_core.analyse.amounts.etest import Alternative, Statistic, e_statistic, e_test
from ilp_core.analyse.amounts.ratio import (
    Interval,
    count_interval,
    difference_interval,
    dispersion,
    jeffreys_interval,
    overdispersed_ratio,
    ratio_interval,
    ratio_p,
)

COUNTS = st.integers(0, 14)
EXPOSURES = st.sampled_from([(1.0, 1.0), (28.0, 364.0), (7.5, 3.0), (3.0, 2.0)])
#: Example 1 of Gu, Ng, Tang & Schucany 2008: breast cancer and X-ray fluoroscopy.
GU = (60, 30, 51477.5, 54308.7)


def all_pairs(
    first: int, second: int, exposures: tuple[float, float], alternative: Alternative, statistic: Statistic
) -> float:
    """The e-test as it is defined: every pair of counts laid out."""
    one, two = exposures
    rate = (first + second) / (one + two)
    many = int(rate * max(one, two) + 12 * np.sqrt(rate * max(one, two)) + 40)
    x, y = np.meshgrid(np.arange(many), np.arange(many), indexing="ij")
    variance = x / one**2 + y / two**2 if statistic == "wald" else (x + y) / (one * two)
    far = np.where(x + y > 0, (x / one - y / two) / np.sqrt(np.where(x + y > 0, variance, 1)), 0)
    seen = far[first, second]
    tie = 1e-9 * (1 + abs(seen))
    counts = {"two-sided": abs(far) >= abs(seen) - tie, "greater": far >= seen - tie, "less": far <= seen + tie}
    return float((poisson.pmf(x, rate * one) * poisson.pmf(y, rate * two) * counts[alternative]).sum())


@given(
    COUNTS, COUNTS, EXPOSURES, st.sampled_from(["two-sided", "greater", "less"]), st.sampled_from(["wald", "score"])
)
@settings(max_examples=150, deadline=None)
def test_the_e_test_is_the_sum_over_all_pairs(
    first: int, second: int, exposures: tuple[float, float], alternative: Alternative, statistic: Statistic
) -> None:
    found = e_test(first, second, *exposures, alternative=alternative, statistic=statistic)
    if first + second:
        assert found == pytest.approx(all_pairs(first, second, exposures, alternative, statistic), abs=1e-9)
    else:
        assert found == 1.0


@pytest.mark.parametrize(("first", "second", "p"), [(0, 3, 0.0884), (2, 6, 0.1749)])
def test_the_examples_of_krishnamoorthy_and_thomson(first: int, second: int, p: float) -> None:
    assert e_test(first, second, 100, 100) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(
    ("first", "exposure", "second", "other", "p", "alternative"),
    [
        (3, 100, 20, 300, 0.12202725450896404, "two-sided"),
        (3, 12, 4, 20, 0.40416087318539173, "greater"),
        (4, 20, 3, 100, 0.008053640402974236, "greater"),
        (4, 20, 3, 10, 0.3083216325432898, "less"),
        (1, 1, 50, 15, 0.09322998607245102, "less"),
    ],
)
def test_the_values_of_the_authors_own_program(
    first: int, exposure: float, second: int, other: float, p: float, alternative: Alternative
) -> None:
    """From scipy's tests, which had them made by the authors' Fortran."""
    assert e_test(first, second, exposure, other, alternative=alternative) == pytest.approx(p, abs=2e-6)


@pytest.mark.parametrize("pair", [(60, 40), (12, 3), (7, 7), (0, 5), (150, 121)])
def test_the_e_test_agrees_with_statsmodels(pair: tuple[int, int]) -> None:
    """With equal exposures, where its ties are exact."""
    for method in ("wald", "score"):
        _statistic, p = rates.etest_poisson_2indep(pair[0], 1, pair[1], 1, method=method)
        if pair[0] != pair[1]:
            assert e_test(*pair, statistic=method) == pytest.approx(p, abs=1e-9)


def test_the_e_test_agrees_with_scipy_where_no_two_pairs_tie() -> None:
    for first, second in ((2, 7), (20, 9), (0, 4), (33, 41)):
        ours = e_test(first, second, 3, 2)
        assert ours == pytest.approx(poisson_means_test(first, 3, second, 2).pvalue, abs=1e-9)


def test_scipy_loses_pairs_that_lie_exactly_as_far_apart() -> None:
    """13 in 3 and 13 in 2 days: (7, 8) and more pairs have the very same statistic in exact fractions, and some fall
    out of scipy's sum by their last binary digit: 0.3175 in place of 0.3279."""

    def squared(x: int, y: int) -> Fraction:
        return Fraction((2 * x - 3 * y) ** 2, 4 * x + 9 * y) if x + y else Fraction(0)

    seen, rate = squared(13, 13), 26 / 5
    exact = sum(
        poisson.pmf(x, 3 * rate) * poisson.pmf(y, 2 * rate)
        for x in range(70)
        for y in range(60)
        if squared(x, y) >= seen
    )
    assert squared(7, 8) == seen
    assert e_test(13, 13, 3, 2) == pytest.approx(exact, abs=1e-9)
    assert poisson_means_test(13, 3, 13, 2).pvalue == pytest.approx(0.31755, abs=1e-5)


def test_large_counts_need_no_room_and_come_near_the_normal_limit() -> None:
    """statsmodels takes seconds and a 10^8 table for this pair; its value, run once: 0.0433527773106295."""
    assert e_test(5_000, 4_800) == pytest.approx(0.0433527773106295, abs=1e-9)
    assert e_test(10_000_000, 10_000_000, 1, 1) == 1.0
    assert e_test(1_000_000, 998_000) == pytest.approx(0.15716, abs=2e-4)


def test_the_e_test_does_not_mind_which_count_comes_first() -> None:
    assert e_test(9, 2, 28, 364) == pytest.approx(e_test(2, 9, 364, 28), abs=1e-14)
    assert e_test(9, 2, alternative="less") == pytest.approx(e_test(2, 9, alternative="greater"))
    assert e_statistic(9, 2) == -e_statistic(2, 9)


def test_the_e_test_refuses_what_is_no_count() -> None:
    for wrong in ((-1, 2, 1.0, 1.0), (1, 2, 0.0, 1.0), (1, 2, 1.0, float("nan"))):
        with pytest.raises(ValueError, match=r"must be positive|negative"):
            e_test(*wrong)


def test_one_counts_interval_is_garwoods() -> None:
    """Garwood 1936, 95 %: 0 (0, 3.689), 1 (0.025, 5.572), 5 (1.623, 11.668), 10 (4.795, 18.390)."""
    found = count_interval([0, 1, 5, 10])
    np.testing.assert_allclose(found.low, [0, 0.0253, 1.6235, 4.7954], atol=5e-5)
    np.testing.assert_allclose(found.high, [3.6889, 5.5716, 11.6683, 18.3904], atol=5e-5)
    counts = np.arange(60)
    low, high = rates.confint_poisson(counts, 7.0, method="exact-c")
    np.testing.assert_allclose(count_interval(counts, 7.0).low, low)
    np.testing.assert_allclose(count_interval(counts, 7.0).high, high)


def test_jeffreys_interval_is_statsmodels() -> None:
    counts = np.arange(1, 40)
    low, high = rates.confint_poisson(counts, 3.0, method="jeff")
    np.testing.assert_allclose(jeffreys_interval(counts, 3.0).low, low)
    np.testing.assert_allclose(jeffreys_interval(counts, 3.0).high, high)


def test_the_ratio_is_that_of_rateratio_test() -> None:
    """Published with the R packages rateratio.test and exactci: ratio 2.10999757175465, central p 0.000856."""
    assert (60 / GU[2]) / (30 / GU[3]) == pytest.approx(2.10999757175465)
    assert float(ratio_p(*GU)) == pytest.approx(0.0008561, abs=1e-7)


@pytest.mark.parametrize(("mid_p", "method"), [(False, "exact-cond"), (True, "cond-midp")])
@pytest.mark.parametrize("case", [GU, (41, 15, 28010, 19017), (3, 1, 28, 364), (1, 9, 7, 56), (12, 12, 1, 1)])
def test_at_its_ends_the_ratios_interval_leaves_a_fortieth(
    case: tuple[float, float, float, float], mid_p: bool, method: str
) -> None:
    now, before, exposure, other = case
    found = ratio_interval(*case, mid_p=mid_p)
    for edge, side in ((found.low, "larger"), (found.high, "smaller")):
        test = rates.test_poisson_2indep(
            int(now), exposure, int(before), other, value=float(edge), method=method, alternative=side
        )
        assert test.pvalue == pytest.approx(0.025, abs=1e-8)


def test_p_and_interval_never_disagree() -> None:
    now, before = np.meshgrid(np.arange(25), np.arange(25))
    for mid_p in (False, True):
        p = ratio_p(now, before, 28, 56, mid_p=mid_p)
        found = ratio_interval(now, before, 28, 56, mid_p=mid_p)
        assert ((p < 0.05) == ((found.low > 1) | (found.high < 1))).all()


def test_of_nothing_no_ratio_is_known() -> None:
    for mid_p in (False, True):
        found = ratio_interval([0, 0, 4], [0, 4, 0], mid_p=mid_p)
        assert found.low[:2].tolist() == [0, 0]
        assert found.low[2] > 0
        assert np.isinf(found.high).tolist() == [True, False, True]
        assert float(ratio_p(0, 0, mid_p=mid_p)) == 1.0


def test_the_difference_is_statsmodels_mover() -> None:
    for now, before, one, two in (GU, (3, 1, 28, 364), (12, 30, 56, 56)):
        low, high = rates.confint_poisson_2indep(
            int(now), one, int(before), two, method="mover", method_mover="jeff", compare="diff"
        )
        found = difference_interval(now, before, one, two)
        assert (float(found.low), float(found.high)) == pytest.approx((low, high))
    none = difference_interval(0, 0, 28, 28)
    assert float(none.low) < 0 < float(none.high)


def coverage(
    interval: Interval, now: np.ndarray, before: np.ndarray, means: tuple[float, float], truth: float
) -> float:
    """The chance, summed over all pairs of counts, that the interval holds the truth."""
    chance = poisson.pmf(now, means[0]) * poisson.pmf(before, means[1])
    return float((chance * ((interval.low <= truth) & (truth <= interval.high))).sum())


@pytest.mark.parametrize("mean", [0.5, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_intervals_hold_the_truth_as_often_as_they_say(mean: float, ratio: float) -> None:
    """By sums over all pairs, not by chance: exact intervals never cover less, the others about as much."""
    means = mean, mean / ratio * 13
    counted = [np.arange(poisson.ppf(1e-6, each), poisson.isf(1e-6, each) + 1) for each in means]
    now, before = np.meshgrid(*counted, indexing="ij")
    assert coverage(ratio_interval(now, before, 28, 364), now, before, means, ratio) >= 0.95 - 1e-5
    assert coverage(ratio_interval(now, before, 28, 364, mid_p=True), now, before, means, ratio) >= 0.945
    truth = (means[0] - means[1] / 13) / 28
    assert coverage(difference_interval(now, before, 28, 364), now, before, means, truth) >= 0.92
    assert coverage(count_interval(now, 28), now, before, means, means[0] / 28) >= 0.95 - 1e-5


def test_the_dispersion_is_found_again_and_none_where_there_is_none() -> None:
    draw = np.random.default_rng(11)
    counts = draw.negative_binomial(4.0, 4 / (4 + 6.0), 20_000)
    assert dispersion(counts) == pytest.approx(0.25, rel=0.05)
    assert dispersion(draw.poisson(6.0, 20_000)) < 0.01
    assert (dispersion([3, 3, 3, 3]), dispersion([4]), dispersion([]), dispersion([0, 0, 0])) == (0, 0, 0, 0)


def test_the_overdispersed_ratio_is_a_negative_binomial_regressions() -> None:
    now, before, excess = [9, 14, 4, 11], [5, 3, 9, 6, 2, 8, 7], 0.3
    counts = np.array([*now, *before], dtype=float)
    design = np.column_stack([np.ones(11), np.array([1.0] * 4 + [0.0] * 7)])
    fit = GLM(counts, design, family=NegativeBinomial(alpha=excess)).fit()
    low, high = fit.conf_int()[1]
    found = overdispersed_ratio(now, before, excess)
    assert found == pytest.approx((np.exp(fit.params[1]), np.exp(low), np.exp(high)), rel=1e-6)
    assert overdispersed_ratio([0], [4, 5], 0.1)[0] == pytest.approx(0.5 / 4.5)


def test_the_negative_binomial_is_scipys() -> None:
    counts = np.arange(60)
    np.testing.assert_allclose(negative_binomial(counts, 7.0, 0.4), nbinom.pmf(counts, 2.5, 2.5 / 9.5), rtol=1e-10)
    np.testing.assert_allclose(negative_binomial(counts, 7.0, 0.0), poisson.pmf(counts, 7.0), rtol=1e-10)
    for mean, excess in ((0.4, 0.5), (3.5, 0.05), (60.0, 0.2)):
        size = 1 / excess
        assert usual_range(mean, excess) == nbinom.interval(0.8, size, size / (size + mean))
