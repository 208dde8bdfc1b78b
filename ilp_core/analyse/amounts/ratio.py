"""Counts, rates and their change, with intervals that are right for small counts.

One count has Garwood's exact interval (1936, Biometrika 28:437). Two counts are compared given their sum: then the
first is binomial, whatever the rate, and its Clopper-Pearson interval turns into an exact one of the rates' ratio
(Przyborowski & Wilenski 1940, Biometrika 31:313; Clopper & Pearson 1934, Biometrika 26:404). Exact intervals cover at
least what they promise; the mid-p form about as much (Lancaster 1961, J. American Statistical Association 56:223).
Differences combine two single intervals (MOVER; Zou & Donner 2008, Statistics in Medicine 27:1693; for Poisson rates
Li, Tang & Wong 2014, Computational Statistics 29:869). Counts that vary more than chance lets them are taken as
negative binomial, the dispersion from moments.

Arrays broadcast against each other, and counts may be fractions (divided by their excess variation, as in
quasi-Poisson models). Exposures are days on file, or any other measure of how much was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, betaincinv, gammaincinv, ndtri

Values = NDArray[np.float64]

#: The share of cases in which an interval is to hold the truth, unless said otherwise.
LEVEL: Final = 0.95
#: A chance is as sought when it is this near; with false position that takes about ten steps, never so many.
_EXACT: Final = 1e-13
_STEPS: Final = 60


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both of the shape of what was asked; ``high`` may be infinite."""

    low: Values
    high: Values


def count_interval(count: ArrayLike, exposure: ArrayLike = 1.0, level: float = LEVEL) -> Interval:
    """Garwood's exact interval of the rate behind ``count``."""
    count, exposure = _checked(count, exposure)
    tail = (1 - level) / 2
    low = np.where(count > 0, gammaincinv(_some(count), tail), 0.0)
    return Interval(low / exposure, gammaincinv(count + 1, 1 - tail) / exposure)


def jeffreys_interval(count: ArrayLike, exposure: ArrayLike = 1.0, level: float = LEVEL) -> Interval:
    """The middle part of what Jeffreys' prior makes of ``count``: narrower than Garwood's and right on average."""
    count, exposure = _checked(count, exposure)
    tail = (1 - level) / 2
    return Interval(gammaincinv(count + 0.5, tail) / exposure, gammaincinv(count + 0.5, 1 - tail) / exposure)


def ratio_interval(
    now: ArrayLike,
    before: ArrayLike,
    now_exposure: ArrayLike = 1.0,
    before_exposure: ArrayLike = 1.0,
    *,
    level: float = LEVEL,
    mid_p: bool = False,
) -> Interval:
    """The interval of the rate now over the rate before; from 0 to infinity where both counts are 0."""
    now, now_exposure = _checked(now, now_exposure)
    before, before_exposure = _checked(before, before_exposure)
    tail = (1 - level) / 2
    if mid_p:
        low, high = _solved(now, before, 1 - tail), _solved(now, before, tail)
    else:
        low = np.where(now > 0, betaincinv(_some(now), before + 1, tail), 0.0)
        high = np.where(before > 0, betaincinv(now + 1, _some(before), 1 - tail), 1.0)
    scale = before_exposure / now_exposure
    with np.errstate(divide="ignore"):
        return Interval(low / (1 - low) * scale, np.where(high < 1, high / (1 - high), np.inf) * scale)


def ratio_p(
    now: ArrayLike,
    before: ArrayLike,
    now_exposure: ArrayLike = 1.0,
    before_exposure: ArrayLike = 1.0,
    *,
    ratio: float = 1.0,
    mid_p: bool = False,
) -> Values:
    """Two-sided p-value of the rates' ratio being ``ratio``: twice the smaller tail, so that it is below 1 - level
    exactly where ``ratio_interval`` of that level leaves ``ratio`` out."""
    now, now_exposure = _checked(now, now_exposure)
    before, before_exposure = _checked(before, before_exposure)
    share = ratio * now_exposure / (ratio * now_exposure + before_exposure)
    at_least, at_most = _tails(now, before, share, mid_p)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_least, at_most)))


def difference_interval(
    now: ArrayLike,
    before: ArrayLike,
    now_exposure: ArrayLike = 1.0,
    before_exposure: ArrayLike = 1.0,
    *,
    level: float = LEVEL,
) -> Interval:
    """The interval of the rate now minus the rate before: MOVER on Jeffreys' intervals of both."""
    one, other = jeffreys_interval(now, now_exposure, level), jeffreys_interval(before, before_exposure, level)
    now, now_exposure = _checked(now, now_exposure)
    before, before_exposure = _checked(before, before_exposure)
    first, second = now / now_exposure, before / before_exposure
    # Of no events Jeffreys' interval begins above the estimate itself.
    below = np.hypot(np.maximum(first - one.low, 0), other.high - second)
    above = np.hypot(one.high - first, np.maximum(second - other.low, 0))
    return Interval(first - second - below, first - second + above)


def dispersion(counts: ArrayLike, means: ArrayLike | None = None, fitted: int = 1) -> float:
    """How far counts vary beyond chance: a in variance = mean + a mean^2, by moments, at least 0.

    ``means`` are the expected counts (None: the counts' own mean), of which ``fitted`` numbers came from the counts
    themselves. 0 where there are too few counts to tell.
    """
    counts = np.asarray(counts, dtype=np.float64)
    expected = (
        np.full(counts.shape, counts.mean()) if means is None and counts.size else np.asarray(means, np.float64)
    )
    free = counts.size - fitted
    if free <= 0 or not (expected > 0).any():
        return 0.0
    beyond = ((counts - expected) ** 2).sum() * counts.size / free - expected.sum()
    return float(max(0.0, beyond / (expected**2).sum()))


def overdispersed_ratio(
    now: ArrayLike, before: ArrayLike, excess: float, *, level: float = LEVEL
) -> tuple[float, float, float]:
    """The ratio of two mean counts per window, with its interval, where counts vary by ``excess`` beyond chance.

    ``now`` and ``before`` hold the counts of equally long windows. The interval is that of a negative binomial
    regression with the dispersion given: Wald on the logarithm, half a record added to a sum of 0.
    """
    first, second = (np.atleast_1d(np.asarray(counts, dtype=np.float64)) for counts in (now, before))
    means = [max(float(counts.sum()), 0.5) / counts.size for counts in (first, second)]
    variance = sum((1 / mean + excess) / counts.size for mean, counts in zip(means, (first, second), strict=True))
    ratio = means[0] / means[1]
    wide = float(np.exp(ndtri((1 + level) / 2) * np.sqrt(variance)))
    return ratio, ratio / wide, ratio * wide


def _tails(now: Values, before: Values, share: Values, mid_p: bool) -> tuple[Values, Values]:
    """The chance of at least, and of at most, ``now`` of all being now, where each is with the chance ``share``."""
    # The chance of k or more of n is betainc(k, n - k + 1); of 0 or more it is 1.
    at_least = np.where(now > 0, betainc(_some(now), before + 1, share), 1.0)
    at_most = np.where(before > 0, betaincc(now + 1, _some(before), share), 1.0)
    if not mid_p:
        return at_least, at_most
    half = (at_least + at_most - 1) / 2
    return at_least - half, at_most - half


def _solved(now: Values, before: Values, target: float) -> Values:
    """The share at which the mid-p chance of at most ``now`` is ``target``: it falls as the share grows.

    The exact chances of at most ``now`` and of fewer lie above and below it, so where those are ``target`` the answer
    is between; from there by false position with halved weights (the Illinois rule).
    """
    now, before = np.broadcast_arrays(now, before)
    high = np.where(before > 0, betaincinv(now + 1, _some(before), 1 - target), 1.0)
    low = np.where(now > 0, betaincinv(_some(now), before + 1, 1 - target), 0.0)
    over, under = (_tails(now, before, share, True)[1] - target for share in (low, high))
    last = np.zeros(now.shape, dtype=bool)
    for _ in range(_STEPS):
        apart = over - under
        share = np.where(apart > 0, (low * -under + high * over) / np.where(apart > 0, apart, 1.0), (low + high) / 2)
        off = _tails(now, before, share, True)[1] - target
        if (np.abs(off) < _EXACT).all():
            break
        above = off > 0
        stuck = above == last
        low, high = np.where(above, share, low), np.where(above, high, share)
        halved_over, halved_under = np.where(stuck, over / 2, over), np.where(stuck, under / 2, under)
        over, under, last = np.where(above, off, halved_over), np.where(above, halved_under, off), above
    # Where all or none are now, the chance stays on one side of the target up to the very end.
    if target > 0.5:
        return np.asarray(np.where(now > 0, share, 0.0))
    return np.asarray(np.where(before > 0, share, 1.0))


def _some(count: Values) -> Values:
    """``count``, but 1 where it is 0: the value there is set apart, and must only be one that can be worked out."""
    return np.where(count > 0, count, 1.0)


def _checked(count: ArrayLike, exposure: ArrayLike) -> tuple[Values, Values]:
    count, exposure = np.asarray(count, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if (count < 0).any():
        raise ValueError("counts cannot be negative")
    if not (exposure > 0).all():
        raise ValueError("exposures must be positive")
    return count, exposure
