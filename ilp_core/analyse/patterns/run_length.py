"""Run length: how long a cumulative sum of counts runs on average before it reaches its threshold by chance.

By Markov chain (Brook & Evans 1972, Biometrika 59:539): the sum moves between as many states as there are steps
below the threshold, and the mean time to leave them is one linear equation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.special import betainc, gammaincc

from ilp_core.analyse.patterns.loglinear import Numbers

#: States of the chain where the sum can stand nearly anywhere.
STATES: Final = 128
#: References and thresholds that are multiples of one over a number up to this are kept exactly.
_FINEST: Final = 20
_SURE: Final = 1e12

#: P(increment <= value), for an array of values.
Distribution = Callable[[Numbers], Numbers]


def run_length(below: Distribution, threshold: float, states: int = STATES, start: float = 0.0) -> float:
    """The mean number of steps until max(0, sum + increment), from ``start``, reaches ``threshold``.

    ``below`` is the distribution of a continuous increment. The states are ``states`` intervals of equal width, the
    first of them half as wide and centred on 0 (Brook & Evans 1972, section 4).
    """
    width = 2 * threshold / (2 * states - 1)
    steps = np.arange(-states, states + 1, dtype=np.float64) * width
    return _solved(below(steps + width / 2), states, round(start / width))


def count_run_length(
    mean: float, dispersion: float, reference: float, threshold: float, *, start: float = 0.0, upward: bool = True
) -> float:
    """The mean number of periods until the sum of count less ``reference`` reaches ``threshold``; of reference less
    count, where not ``upward``. Counts are negative binomial, or Poisson where ``dispersion`` is 0.

    Exact where both are multiples of one over a number up to 20 and the chain has at most 4 STATES states (Lucas
    1985, Technometrics 27:129). Otherwise counts are smoothed over the unit they stand for, which is right for means
    over about 5 only.
    """
    parts = next(
        (parts for parts in range(1, _FINEST + 1) if _whole(reference * parts) and _whole(threshold * parts)), 0
    )
    if 0 < parts * threshold <= 4 * STATES:
        states = round(threshold * parts)
        values = np.arange(-states, states + 1) / parts
        # A sum in state i goes to at most i + j where the count is that low, or for drops that high.
        if upward:
            found = _count_below(mean, dispersion, values + reference)
        else:
            found = _at_least(mean, dispersion, reference - values)
        return _solved(found, states, round(start * parts))

    def below(values: Numbers) -> Numbers:
        if upward:
            return _smooth(mean, dispersion, values + reference)
        return 1 - _smooth(mean, dispersion, reference - values)

    return run_length(below, threshold, start=start)


def threshold_for(length: Callable[[float], float], wanted: float, start: float = 4.0) -> float:
    """The smallest threshold, to a hundredth of itself, whose run ``length`` is at least ``wanted``."""
    low, high = 0.0, start
    while length(high) < wanted:
        low, high = high, 2 * high
    while high - low > 0.01 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if length(middle) >= wanted else (middle, high)
    return high


def _solved(below: Numbers, states: int, start: int) -> float:
    """The mean time from state ``start``; ``below`` holds P(increment <= j states) for j = -states .. states."""
    # From state i the next is at most 0 with below[-i], and j > 0 with the difference at j - i.
    chance = np.diff(below, prepend=0.0)
    middle = states
    if states == 1:
        return float(min(1 / max(1 - below[middle], 1 / _SURE), _SURE))
    column, row = -chance[middle - np.arange(states - 1)], -chance[middle + np.arange(states - 1)]
    column[0] = row[0] = 1 - chance[middle]
    sides = np.column_stack([np.ones(states - 1), below[middle - np.arange(1, states)]])
    inner = solve_toeplitz((column, row), sides)
    onward = chance[middle + np.arange(1, states)]
    from_zero = (1 + onward @ inner[:, 0]) / max(1 - below[middle] - onward @ inner[:, 1], 1 / _SURE)
    if start > 0:
        return float(inner[start - 1, 0] + inner[start - 1, 1] * from_zero)
    return float(from_zero)


def _count_below(mean: float, dispersion: float, values: Numbers) -> Numbers:
    """P(count <= value)."""
    whole = np.floor(values + 1e-9)
    held = np.maximum(whole, 0.0)
    if dispersion < 1e-9:
        found = gammaincc(held + 1, mean)
    else:
        found = betainc(1 / dispersion, held + 1, 1 / (1 + dispersion * mean))
    return np.where(whole < 0, 0.0, found)


def _at_least(mean: float, dispersion: float, values: Numbers) -> Numbers:
    """P(count >= value)."""
    return 1 - _count_below(mean, dispersion, np.ceil(values - 1e-9) - 1)


def _smooth(mean: float, dispersion: float, values: Numbers) -> Numbers:
    """P(count + u <= value) for u uniform between -1/2 and 1/2."""
    low = np.floor(values - 0.5)
    share = values - 0.5 - low
    return np.asarray(
        (1 - share) * _count_below(mean, dispersion, low) + share * _count_below(mean, dispersion, low + 1)
    )


def _whole(value: float) -> bool:
    return bool(abs(value - round(value)) < 1e-9)
