"""Difference in differences as a ratio of rates: what the treated places have of what the control lets expect.

For counts before and after in a treated and a control area the Poisson model with a log link is saturated, so that
its estimate is the ratio of the two ratios. Given both margins, the count after in the treated area follows Fisher's
noncentral hypergeometric law, which gives an interval that needs no large counts (Cornfield 1956; mid-p: Lancaster
1961). A panel of units and periods with unit and period effects and one moment of treatment collapses to the same
ratio; its interval allows for over-dispersion (quasi-Poisson, McCullagh & Nelder 1989) or for units that differ
(cluster-robust, Liang & Zeger 1986; cluster bootstrap, Cameron, Gelbach & Miller 2008).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc, gammaln, ndtr, ndtri, stdtr, stdtrit

from ilp_core.analyse.effect.wdd import LEVEL, ONCE, Pair

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

How = Literal["delta", "exact", "midp"]
Spread = Literal["poisson", "quasi", "cluster", "bootstrap"]

#: Added to all four counts where one is 0 (Haldane 1956; Anscombe 1956).
ZERO: Final = 0.5
#: With fewer units on either side the cluster-robust error is far too small: with one treated unit its residual is 0
#: (MacKinnon & Webb 2017, Journal of Applied Econometrics 32:233). The number is this project's choice.
LEAST_CLUSTERS: Final = 5
DRAWS: Final = 1_999
#: Logarithms of ratios that are looked through for the end of an exact interval.
_WIDEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of rates: 0.8 is a fifth fewer than the control lets expect.

    ``log_se`` is the standard error of its logarithm, ``dispersion`` the factor on the Poisson variance, and
    ``corrected`` True where a count of 0 made 0.5 be added to all four. ``high`` may be infinite.
    """

    ratio: float
    low: float
    high: float
    log_se: float
    p: float
    level: float
    dispersion: float
    corrected: bool
    how: str


@dataclass(frozen=True, slots=True)
class Parallel:
    """Whether the two series moved alike before: ``slope`` is the change of log(treated / control) a period."""

    slope: float
    se: float
    p: float


def did(
    treated: Pair,
    control: Pair,
    *,
    exposures: tuple[Pair, Pair] = (ONCE, ONCE),
    level: float = LEVEL,
    dispersion: float = 1.0,
    how: How = "delta",
) -> Ratio:
    """(T1 / T0) / (C1 / C0) with an interval.

    The lengths of the periods cancel, being the same for both areas, and so does the size of an area that keeps it;
    ``exposures`` of the treated and the control area are for those that do not. ``exact`` and ``midp`` are
    conditional intervals: they take whole counts, and no dispersion but 1.
    """
    counts = np.array([treated.before, treated.after, control.before, control.after], dtype=np.float64)
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("counts must be finite and not negative")
    offset = _log_ratio(np.array([e for pair in exposures for e in (pair.before, pair.after)], dtype=np.float64))
    zero = bool((counts == 0).any())
    used = counts + ZERO if zero else counts
    estimate = _log_ratio(used) - offset
    se = math.sqrt(dispersion * float((1 / used).sum()))
    if how == "delta":
        return _ratio(estimate, se, level, dispersion, zero, how)
    if dispersion != 1:
        raise ValueError("an exact interval is for Poisson counts; use delta with a dispersion")
    low, high, p = _conditional(counts, level, 0.5 if how == "midp" else 1.0, offset)
    return Ratio(math.exp(estimate), low, high, se, p, level, dispersion, zero, how)


def panel(
    counts: Integers,
    treated: Mask,
    after: Mask,
    *,
    level: float = LEVEL,
    spread: Spread = "quasi",
    seed: int | None = None,
    draws: int = DRAWS,
) -> Ratio:
    """The ratio of rates in a panel: ``counts`` of shape (units, periods), ``treated`` units, periods ``after``.

    The model is Poisson with an effect of every unit and period and one of treatment, the same for all.
    Raises ValueError where a group or a time is empty, ``cluster`` or ``bootstrap`` has fewer than LEAST_CLUSTERS
    units on a side, or ``bootstrap`` has no seed.
    """
    if counts.shape != (len(treated), len(after)) or (counts < 0).any():
        raise ValueError("counts must be of shape (units, periods) and not negative")
    if not (treated.any() and (~treated).any() and after.any() and (~after).any()):
        raise ValueError("a panel needs treated and control units, and periods before and after")
    sums = np.stack([counts[:, ~after].sum(axis=1), counts[:, after].sum(axis=1)], axis=1).astype(np.float64)
    cells = np.concatenate([sums[treated].sum(axis=0), sums[~treated].sum(axis=0)])
    zero = bool((cells == 0).any())
    used = cells + ZERO if zero else cells
    estimate, variance = _log_ratio(used), float((1 / used).sum())
    if spread in ("cluster", "bootstrap") and min(treated.sum(), (~treated).sum()) < LEAST_CLUSTERS:
        raise ValueError(f"{spread} needs at least {LEAST_CLUSTERS} units on either side; use quasi")
    if spread == "poisson":
        return _ratio(estimate, math.sqrt(variance), level, 1.0, zero, spread)
    if spread == "quasi":
        dispersion = max(1.0, pearson(counts, treated, after))
        return _ratio(estimate, math.sqrt(variance * dispersion), level, dispersion, zero, spread)
    if spread == "cluster":
        units = len(treated)
        se = math.sqrt(units / (units - 1) * float(np.square(influence(sums, treated)).sum()))
        return _ratio(estimate, se, level, se**2 / variance, zero, spread, freedom=units - 1)
    if seed is None:
        raise ValueError("a bootstrap needs a seed")
    logs = _resampled(sums, treated, draws, np.random.default_rng(seed))
    low, high = np.quantile(logs, [(1 - level) / 2, (1 + level) / 2])
    beyond = min(1.0, 2 * (1 + min(np.count_nonzero(logs >= 0), np.count_nonzero(logs <= 0))) / (draws + 1))
    se = float(logs.std(ddof=1))
    exp = math.exp
    return Ratio(exp(estimate), exp(low), exp(high), se, beyond, level, se**2 / variance, zero, spread)


def influence(sums: NDArray[np.float64], treated: Mask) -> NDArray[np.float64]:
    """How much each unit moves the log ratio: its shares of the sums after less those before, in ``sums`` (units, 2).

    The sum of their squares is the cluster-robust variance of the model with unit and period effects.
    """
    total = np.where(treated[:, None], sums[treated].sum(axis=0), sums[~treated].sum(axis=0))
    shares = sums / np.maximum(total, ZERO)
    return np.asarray(np.where(treated, 1.0, -1.0) * (shares[:, 1] - shares[:, 0]))


def pearson(counts: Integers, treated: Mask, after: Mask) -> float:
    """The dispersion of a panel: Pearson's chi-square of the model over its degrees of freedom; 1 for Poisson."""
    counts = counts.astype(np.float64)
    by_period = counts.sum(axis=0)
    expected = np.zeros_like(counts)
    for group in (treated, ~treated):
        for when in (after, ~after):
            share = counts[np.ix_(group, when)].sum() / max(by_period[when].sum(), ZERO)
            own = counts[group].sum(axis=1) / max(counts[group].sum(), ZERO)
            expected[np.ix_(group, when)] = np.outer(own, by_period[when] * share)
    used = expected > 0
    units, periods = int((counts.sum(axis=1) > 0).sum()), int((by_period > 0).sum())
    freedom = (units - 1) * (periods - 1) - 1
    if freedom < 1:
        return 1.0
    return float((np.square(counts[used] - expected[used]) / expected[used]).sum() / freedom)


def parallel(treated: Integers, control: Integers) -> Parallel:
    """Whether two series of counts before an operation ran apart: a logistic line through their shares.

    Given a period's total, the treated count is binomial; under parallel trends its share does not change. The error
    is scaled by Pearson's dispersion where that is above 1. Raises ValueError below 3 periods with counts.
    """
    total = (treated + control).astype(np.float64)
    used = total > 0
    if used.sum() < 3:
        raise ValueError("at least 3 periods with records are needed")
    hits, total, time = treated[used].astype(np.float64), total[used], np.flatnonzero(used).astype(np.float64)
    design = np.stack([np.ones_like(time), time - time.mean()], axis=1)
    beta = np.array([np.log((hits.sum() + ZERO) / (total.sum() - hits.sum() + ZERO)), 0.0])
    information, share = np.eye(2), np.full_like(time, 0.5)
    for _ in range(50):
        share = 1 / (1 + np.exp(-(design @ beta)))
        information = design.T @ (design * (total * share * (1 - share))[:, None])
        step = np.linalg.solve(information, design.T @ (hits - total * share))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    chi2 = float((np.square(hits - total * share) / np.maximum(total * share * (1 - share), 1e-12)).sum())
    scale = max(1.0, chi2 / (len(time) - 2))
    se = math.sqrt(scale * float(np.linalg.inv(information)[1, 1]))
    return Parallel(float(beta[1]), se, float(chdtrc(1, (beta[1] / se) ** 2)))


def _log_ratio(cells: NDArray[np.float64]) -> float:
    """log((T1 / T0) / (C1 / C0)) of (T0, T1, C0, C1)."""
    return float(np.log(cells) @ np.array([-1.0, 1.0, 1.0, -1.0]))


def _ratio(
    estimate: float, se: float, level: float, dispersion: float, zero: bool, how: str, freedom: int | None = None
) -> Ratio:
    tail = (1 - level) / 2
    reach = -float(ndtri(tail) if freedom is None else stdtrit(freedom, tail))
    z = -abs(estimate) / se if se else 0.0
    p = 2 * float(ndtr(z) if freedom is None else stdtr(freedom, z))
    low, high = math.exp(estimate - reach * se), math.exp(estimate + reach * se)
    return Ratio(math.exp(estimate), low, high, se, p, level, dispersion, zero, how)


def _resampled(
    sums: NDArray[np.float64], treated: Mask, draws: int, draw: np.random.Generator
) -> NDArray[np.float64]:
    """The log ratio of ``draws`` panels whose units are drawn anew with replacement, treated and control apart."""
    cells = []
    for group in (sums[treated], sums[~treated]):
        chosen = draw.integers(0, len(group), (draws, len(group)))
        cells.append(group[chosen].sum(axis=1))
    both = np.concatenate(cells, axis=1)
    both = both + ZERO * (both == 0).any(axis=1, keepdims=True)
    return np.asarray(np.log(both) @ np.array([-1.0, 1.0, 1.0, -1.0]))


def _conditional(
    counts: NDArray[np.float64], level: float, weight: float, offset: float
) -> tuple[float, float, float]:
    """The conditional interval of the ratio and its two-sided p (twice the smaller tail); ``weight`` is what the
    observed count itself adds to a tail: 1 exact, 0.5 mid-p."""
    if not np.array_equal(counts, np.rint(counts)):
        raise ValueError("an exact interval needs whole counts")
    before, after, control_before, control_after = (int(count) for count in counts)
    all_treated, all_after = before + after, after + control_after
    least, most = max(0, all_treated - (before + control_before)), min(all_treated, all_after)
    support = np.arange(least, most + 1)
    # Of all that happened after, how many in the treated area: log weights at a ratio of 1.
    base = _log_choose(all_treated, support) + _log_choose(control_before + control_after, all_after - support)

    def tail(log_ratio: float, upper: bool) -> float:
        logs = base + support * log_ratio
        chances = np.exp(logs - logs.max())
        own = after - least
        beyond = chances[own + 1 :] if upper else chances[:own]
        return float((weight * chances[own] + beyond.sum()) / chances.sum())

    target = (1 - level) / 2
    low = 0.0 if after == least else math.exp(_root(lambda beta: tail(beta, True) - target) - offset)
    high = math.inf if after == most else math.exp(_root(lambda beta: target - tail(beta, False)) - offset)
    return low, high, min(1.0, 2 * min(tail(offset, True), tail(offset, False)))


def _log_choose(total: int, chosen: Integers) -> NDArray[np.float64]:
    return np.asarray(gammaln(total + 1) - gammaln(chosen + 1) - gammaln(total - chosen + 1))


def _root(rising: Callable[[float], float]) -> float:
    return float(brentq(rising, -_WIDEST, _WIDEST, xtol=1e-12))
