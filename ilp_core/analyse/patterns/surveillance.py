"""Surveillance: how surprising a count is after its past, for thousands of series at once.

As Farrington et al. (1996, JRSS A 159:547) with the improvements of Noufaily et al. (2013, Stat Med 32:1206): a
quasi-Poisson level, a trend where it is supported, past outbreaks weighing less, and the negative binomial in place
of a normal approximation. Beyond these, what a small count needs: the level is a gamma posterior that starts from
the areas of the same force (empirical Bayes, Marshall 1991, Appl Stat 40:283), so that a series of zeros has a level
too; the over-dispersion is drawn towards that of its pool; and both are uncertain in the tail that is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, ndtri, stdtr

from ilp_core.analyse.patterns.loglinear import Numbers, fit_log_linear
from ilp_core.analyse.patterns.reference import YEAR_DAYS, outbreak_weights

#: No pool of series expects fewer than this many records a year in each, as in micro_time.py.
LEAST_A_YEAR: Final = 2.0
#: The gamma prior of a level holds at least this many records (Jeffreys) and at most this many periods.
LEAST_PRIOR: Final = 0.5
MOST_PRIOR_PERIODS: Final = 26.0
#: What is left of the variance of a count where deviations over OUTBREAK weigh 1/z^2: 0.93 to 0.96 for means of 0.5
#: to 800 and over-dispersions up to 0.1, by summation.
_LEFT: Final = 0.94
#: A trend is kept where it is this many standard errors from none, as long as this many records bear it and the
#: reference is longer than a year (Farrington et al. 1996 keep one at 5 %; 1 % is [this project's choice], as a
#: trend kept by chance foretells worse than none).
TREND_ERRORS: Final = 2.576
LEAST_FOR_TREND: Final = 50
#: Over-dispersions below this are Poisson to every digit that matters.
_POISSON: Final = 1e-9


@dataclass(frozen=True)
class History:
    """The past of many series.

    ``counts`` and ``factor`` are series x reference periods; ``usable`` is True where it was on file; ``pool``
    holds the pool of each series, ``back`` how many days ago each period ended and ``days`` its length.
    ``now`` and ``now_variance`` are, per series, the factor of the present period and the
    variance of its logarithm, an estimate of ``now_freedom`` degrees of freedom.
    """

    counts: Numbers
    factor: Numbers
    usable: NDArray[np.bool_]
    pool: NDArray[np.intp]
    back: Numbers
    days: int
    now: Numbers
    now_variance: Numbers
    now_freedom: float = np.inf

    def take(self, series: NDArray[np.intp]) -> History:
        """The history of some of the series."""
        return History(
            self.counts[series],
            self.factor[series],
            self.usable[series],
            self.pool[series],
            self.back,
            self.days,
            self.now[series],
            self.now_variance[series],
            self.now_freedom,
        )


@dataclass(frozen=True)
class Pools:
    """Per pool: the mean count a period of a series in it, the records its gamma prior holds, the over-dispersion
    (variance = mean + over-dispersion x mean^2) and the variance of that estimate."""

    mean: Numbers
    prior: Numbers
    dispersion: Numbers
    variance: Numbers


@dataclass(frozen=True)
class Expected:
    """What the present period is expected to hold: a negative binomial of ``mean`` and ``dispersion``, the latter
    with the uncertainty of the level; ``freedom`` are the degrees of freedom of the variance, ``periods`` those
    compared with, ``trend`` where one was supported."""

    mean: Numbers
    dispersion: Numbers
    freedom: Numbers
    periods: NDArray[np.int64]
    trend: NDArray[np.bool_]


def pools_of(history: History, pools: int) -> Pools:
    """What the series of each of ``pools`` have in common."""
    used = history.usable.astype(np.float64)
    held, exposure = (used * history.counts).sum(axis=1), (used * history.factor).sum(axis=1)
    records, exposed = _per_pool(history, held, pools), _per_pool(history, exposure, pools)
    observed = records / np.maximum(exposed, 1e-12)
    mean = np.maximum(observed, LEAST_A_YEAR * history.days / YEAR_DAYS)
    rate = held / np.maximum(exposure, 1e-12)
    apart = _per_pool(history, exposure * (rate - observed[history.pool]) ** 2, pools)
    members = _per_pool(history, (exposure > 0).astype(np.float64), pools)
    # Marshall's moments: what the rates of the areas differ beyond chance, each weighed by its exposure.
    between = (apart - np.maximum(members - 1, 0) * observed) / np.maximum(
        exposed - _per_pool(history, exposure**2, pools) / np.maximum(exposed, 1e-12), 1e-12
    )
    prior = np.where((between > 0) & (members > 1), mean**2 / np.maximum(between, 1e-300), np.inf)
    prior = np.where(members > 1, prior, LEAST_PRIOR)
    prior = np.clip(prior, LEAST_PRIOR, np.maximum(LEAST_PRIOR, mean * MOST_PRIOR_PERIODS))
    fitted = rate[:, None] * history.factor
    dispersion = np.zeros(pools)
    # The second time, past outbreaks weigh less.
    weights, left = used, 1.0
    for _ in range(2):
        beyond, below, spread = _moments(history, fitted, weights, left, dispersion[history.pool])
        total = np.maximum(_per_pool(history, below, pools), 1e-100)
        dispersion = np.maximum(_per_pool(history, beyond, pools) / total, 0.0)
        weights, left = used * _weights(history.counts, fitted, dispersion[history.pool]), _LEFT
    return Pools(mean, prior, dispersion, _per_pool(history, spread, pools) / total**2)


def expect(history: History, pools: Pools) -> Expected:
    """The present period of each series of ``history`` after its past and its pool."""
    level, dispersion, told, doubt, weights = _levels(history, pools)
    mean, level_variance = level * history.now, 1 / told
    trended, mean_there, variance_there = _with_trend(history, weights)
    mean, level_variance = np.where(trended, mean_there, mean), np.where(trended, variance_there, level_variance)
    unsure = level_variance + history.now_variance
    total = dispersion + unsure + dispersion * unsure
    # Of the variance, these parts are estimates themselves (Satterthwaite 1946, Biometrics 2:110).
    guessed = doubt + 2 * history.now_variance**2 / history.now_freedom
    relative = mean**2 * np.sqrt(guessed) / (mean + total * mean**2)
    freedom = 2 / np.maximum(relative, 1e-6) ** 2
    return Expected(mean, total, freedom, np.count_nonzero(history.usable, axis=1), trended)


def levels_of(history: History, pools: Pools) -> tuple[Numbers, Numbers, Numbers]:
    """Per series: its level (count a period at a factor of 1), its over-dispersion, and how many independent records
    tell the level."""
    level, dispersion, told, _, _ = _levels(history, pools)
    return level, dispersion, told


def _levels(history: History, pools: Pools) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """As ``levels_of``, with the variance of the over-dispersion and the weights of the periods."""
    pool, used = history.pool, history.usable.astype(np.float64)
    prior, common = pools.prior[pool], pools.dispersion[pool]
    weights, dispersion, doubt = used, common, np.zeros(len(pool))
    level, fitted = common, history.factor
    for _ in range(2):
        level = (prior + (weights * history.counts).sum(axis=1)) / (
            prior / pools.mean[pool] + (weights * history.factor).sum(axis=1)
        )
        fitted = level[:, None] * history.factor
        weights = used * _weights(history.counts, fitted, dispersion)
        dispersion, doubt = _drawn(history, pools, fitted, weights)
    # What a period tells of the level grows less than its count where counts are over-dispersed.
    told = prior + (weights * history.counts / (1 + dispersion[:, None] * fitted)).sum(axis=1)
    return level, dispersion, told, doubt, weights


def surprise(counts: Numbers, expected: Expected) -> Numbers:
    """The probability of a count at least as high as each of ``counts``.

    The negative binomial tail, turned from a normal to a t quantile with the degrees of freedom of the variance.
    """
    tail = np.clip(tail_of(counts, expected.mean, expected.dispersion), 1e-300, 1.0)
    heavy = stdtr(expected.freedom, ndtri(tail))
    return np.where(counts <= 0, 1.0, np.maximum(tail, heavy))


def tail_of(counts: Numbers, mean: Numbers, dispersion: Numbers) -> Numbers:
    """P(X >= count) of a negative binomial, of a Poisson where ``dispersion`` is 0."""
    some = np.maximum(counts, 1e-300)
    size = 1 / np.maximum(dispersion, _POISSON)
    tail = betainc(some, size, mean / (mean + size))
    poisson = dispersion < _POISSON
    if np.any(poisson):
        tail = np.where(poisson, gammainc(some, mean), tail)
    return np.where(counts <= 0, 1.0, tail)


def upper_bound(expected: Expected, level: float) -> NDArray[np.int64]:
    """The smallest count that is not passed with probability ``level``."""
    low = np.zeros(len(expected.mean))
    high = np.ceil(expected.mean + 1)
    while True:
        outside = surprise(high + 1, expected) > 1 - level
        if not outside.any():
            break
        high = np.where(outside, 2 * high + 1, high)
    while (high > low).any():
        middle = np.floor((low + high) / 2)
        enough = surprise(middle + 1, expected) <= 1 - level
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return np.asarray(high, dtype=np.int64)


def _per_pool(history: History, values: Numbers, pools: int) -> Numbers:
    return np.asarray(np.bincount(history.pool, weights=values, minlength=pools), dtype=np.float64)


def _moments(
    history: History, fitted: Numbers, weights: Numbers, left: float, dispersion: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Per series: squared deviations beyond Poisson, squared means, and the variance of the former."""
    n = np.count_nonzero(weights, axis=1)
    # One degree of freedom went into the level.
    freed = np.where(n > 1, n / np.maximum(n - 1, 1), 0.0)
    used = weights > 0
    deviations = (weights * (history.counts - fitted) ** 2).sum(axis=1) * freed / left
    beyond = np.where(n > 1, deviations - (used * fitted).sum(axis=1), 0.0)
    squares = np.where(n > 1, (used * fitted**2).sum(axis=1), 0.0)
    variance = fitted + dispersion[:, None] * fitted**2
    return beyond, squares, (used * (2 * variance**2 + variance)).sum(axis=1)


def _drawn(history: History, pools: Pools, fitted: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """The over-dispersion of each series, its own drawn towards that of its pool, and the variance of it."""
    common = pools.dispersion[history.pool]
    beyond, squares, spread = _moments(history, fitted, weights, _LEFT, common)
    own = np.maximum(beyond / np.maximum(squares, 1e-300), 0.0)
    own_variance = spread / np.maximum(squares, 1e-150) ** 2
    # Series of a pool are taken to differ in it by as much as it is itself [this project's choice].
    share = common**2 / np.maximum(common**2 + own_variance, 1e-300)
    drawn = share * own + (1 - share) * common
    return drawn, share * own_variance + (1 - share) ** 2 * pools.variance[history.pool]


def _weights(counts: Numbers, fitted: Numbers, dispersion: Numbers) -> Numbers:
    """Weights of past periods. The exact tail says how far out one lies: for small counts no residual does."""
    weights = np.ones(counts.shape)
    variance = fitted + dispersion[:, None] * fitted**2
    # Counts are skewed to the right: what is as rare as OUTBREAK lies further out than this many deviations.
    far = np.nonzero((counts - fitted > 2.2 * np.sqrt(variance)) & (counts > 1))
    count, mean = counts[far], fitted[far]
    spread = dispersion[far[0]]
    # The middle of the step, so that a count is neither more nor less of a surprise than it is.
    tail = (tail_of(count, mean, spread) + tail_of(count + 1, mean, spread)) / 2
    weights[far] = outbreak_weights(-ndtri(np.maximum(tail, 1e-300)))
    return weights


def _with_trend(history: History, weights: Numbers) -> tuple[NDArray[np.bool_], Numbers, Numbers]:
    """Where a trend is supported: the mean of the present period with it, and the variance of its logarithm."""
    kept = np.zeros(len(history.counts), dtype=bool)
    mean, variance = np.ones(len(kept)), np.zeros(len(kept))
    held = (weights * history.counts).sum(axis=1)
    oldest = np.where(history.usable, history.back, 0.0).max(axis=1, initial=0.0)
    series = np.flatnonzero((held >= LEAST_FOR_TREND) & (oldest > YEAR_DAYS))
    if not len(series):
        return kept, mean, variance
    design = np.column_stack([np.ones_like(history.back), history.back / YEAR_DAYS])
    fit = fit_log_linear(history.counts[series], design, history.factor[series], weights[series])
    scale = np.maximum(fit.scale / _LEFT, 1.0)
    there = np.exp(fit.coefficients[:, 0]) * history.now[series]
    # As Farrington et al. have it: what a trend foretells beyond all that was ever counted is not believed.
    believed = there <= np.where(history.usable[series], history.counts[series], 0).max(axis=1)
    supported = np.abs(fit.coefficients[:, 1]) > TREND_ERRORS * np.sqrt(scale * fit.covariance[:, 1, 1])
    kept[series] = believed & supported
    mean[series], variance[series] = there, scale * fit.covariance[:, 0, 0]
    return kept, mean, variance
