"""E-test: whether two Poisson counts, seen for different lengths of time, are of one rate.

Krishnamoorthy & Thomson 2004, J. Statistical Planning and Inference 119:23: the chance, under one common rate (the
pooled one), of all pairs of counts that lie at least as far apart as the two seen. It holds its level better than the
conditional test and finds more (their section 5).

The pairs are never laid out. For one first count the statistic falls as the second count grows, so what lies as far
apart as the pair seen are the second counts up to one bound and those from another one on: the two roots of a
quadratic. Each row is then two values of running sums. Rows whose chance is below e^-40 together are left out.
"""

from __future__ import annotations

from math import sqrt
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: Which way the first rate is asked to differ.
Alternative = Literal["two-sided", "greater", "less"]
#: What the difference of the rates is divided by: each rate's own variance (``wald``, the paper's) or that of the
#: pooled rate (``score``). They order pairs alike where both were seen equally long.
Statistic = Literal["wald", "score"]

#: The counts left out at either end have together a chance below e to the power of minus this (Bernstein's bound).
_TAIL: Final = 40.0
#: Two pairs lie equally far apart where the bound is this near to a whole count, relative to its size: in exact
#: arithmetic (6, 2) and (2, 0) have the same statistic, in floating point they differ by one digit.
_TIE: Final = 1e-11


def e_statistic(
    first: int, second: int, first_exposure: float = 1.0, second_exposure: float = 1.0, statistic: Statistic = "wald"
) -> float:
    """The standardised difference of the rates; 0 where both counts are 0."""
    if first + second == 0:
        return 0.0
    if statistic == "wald":
        variance = first / first_exposure**2 + second / second_exposure**2
    else:
        variance = (first + second) / (first_exposure * second_exposure)
    return (first / first_exposure - second / second_exposure) / sqrt(variance)


def e_test(
    first: int,
    second: int,
    first_exposure: float = 1.0,
    second_exposure: float = 1.0,
    *,
    alternative: Alternative = "two-sided",
    statistic: Statistic = "wald",
) -> float:
    """The p-value of two counts with their exposures (days, or any other measure) under one common rate.

    Right to 1e-12 in absolute terms. Raises ValueError for negative counts and exposures that are not positive.
    """
    if first < 0 or second < 0:
        raise ValueError("counts cannot be negative")
    if not (first_exposure > 0 and second_exposure > 0):
        raise ValueError("exposures must be positive")
    if alternative == "less":
        return e_test(second, first, second_exposure, first_exposure, alternative="greater", statistic=statistic)
    seen = e_statistic(first, second, first_exposure, second_exposure, statistic)
    if first + second == 0 or (alternative == "two-sided" and seen == 0):
        return 1.0
    rate = (first + second) / (first_exposure + second_exposure)
    ones, chance = _counts(rate * first_exposure)
    twos, other = _counts(rate * second_exposure)
    low, high = _bounds(ones, abs(seen), first_exposure, second_exposure, statistic)
    # Nothing against nothing is no difference, although the quadratic has a root there.
    low[ones == 0] = -1.0
    up_to = np.concatenate([[0.0], np.cumsum(other)])
    from_on = np.concatenate([np.cumsum(other[::-1])[::-1], [0.0]])
    begins, ends = float(twos[0]), float(twos[-1])
    if alternative == "two-sided":
        below = up_to[(np.clip(low, begins - 1, ends) - begins + 1).astype(np.intp)]
        above = from_on[(np.clip(high, begins, ends + 1) - begins).astype(np.intp)]
        return min(1.0, float(chance @ (below + above)))
    if seen > 0:
        bound = low
    else:
        # The bound is now the larger root: the second counts that are not further above than the one seen.
        bound = _bounds(ones, abs(seen), first_exposure, second_exposure, statistic, inclusive=True)[1]
    return min(1.0, float(chance @ up_to[(np.clip(bound, begins - 1, ends) - begins + 1).astype(np.intp)]))


def _counts(mean: float) -> tuple[Values, Values]:
    """The counts that a Poisson number of this mean takes but for a chance below e^-40, and the chance of each."""
    below = sqrt(2 * _TAIL * mean)
    above = _TAIL / 3 + sqrt((_TAIL / 3) ** 2 + 2 * _TAIL * mean)
    counts = np.arange(max(0, int(mean - below)), int(mean + above) + 2, dtype=np.float64)
    # From the mode outwards by ratios: the logarithms of large factorials would cost digits.
    mode = int(np.clip(int(mean) - int(counts[0]), 0, len(counts) - 1))
    up = np.cumprod(mean / counts[mode + 1 :])
    down = np.cumprod(counts[mode:0:-1] / mean)[::-1]
    chance = np.concatenate([down, [1.0], up])
    return counts, chance / chance.sum()


def _bounds(
    ones: Values,
    far: float,
    first_exposure: float,
    second_exposure: float,
    statistic: Statistic,
    *,
    inclusive: bool = False,
) -> tuple[Values, Values]:
    """Per first count the last second count at least ``far`` below, and the first one at least ``far`` above it;
    ``inclusive``: the last one at most ``far`` above it."""
    rate = ones / first_exposure
    own = first_exposure if statistic == "wald" else second_exposure
    half = far**2 / (2 * (second_exposure if statistic == "wald" else first_exposure))
    middle = rate + half
    root = np.sqrt(half * (2 * rate + half) + far**2 * ones / (first_exposure * own))
    slack = _TIE * (1 + second_exposure * middle)
    low = np.floor(second_exposure * (middle - root) + slack)
    top = second_exposure * (middle + root)
    return low, np.floor(top + slack) if inclusive else np.ceil(top - slack)
