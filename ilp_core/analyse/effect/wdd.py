"""Weighted displacement difference: how many crimes fewer or more, with a control, a ring and an interval.

The difference of the differences (T1 - T0) - (C1 - C0) + (D1 - D0) - (CD1 - CD0) of counts before and after in the
treated, the control, the displacement and the displacement-control area; its variance is the sum of all counts
(Wheeler & Ratcliffe 2018, Crime Science 7:11). Unequal periods and areas divide each count by its length and size,
and its variance by the square (Wheeler 2021, "The WDD test with different pre/post time periods" and "... area
sizes"); harm adds the differences of several offences times their weights, and the variances times the squares
(Wheeler 2020, "Amending the WDD test to incorporate harm weights").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

Numbers = NDArray[np.float64]

#: "normal" is the published interval. "small" puts Jeffreys' limits of every single count together (MOVER: Zou &
#: Donner 2008, Statistics in Medicine 27:1693; Brown, Cai & DasGupta 2003, Statistica Sinica 13:19): as wide as the
#: normal one at large counts, and not too short where a heavy count is 0 or 1.
Interval = Literal["normal", "small"]

LEVEL: Final = 0.95
#: Chance to see an effect of the size called detectable (Cohen 1988).
POWER: Final = 0.8
#: The order of counts in an array, and the sign of each.
SIGNS: Final = np.array([-1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers: before and after."""

    before: float
    after: float


NOTHING: Final = Pair(0, 0)
ONCE: Final = Pair(1, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """Records before and after in the four areas; without a ring the last two are nothing."""

    treated: Pair
    control: Pair
    displaced: Pair = NOTHING
    displaced_control: Pair = NOTHING

    @property
    def array(self) -> Numbers:
        """The eight counts in the order of SIGNS."""
        areas = (self.treated, self.control, self.displaced, self.displaced_control)
        return np.array([value for area in areas for value in (area.before, area.after)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large each area is beside the treated one: in places, square metres or people, as the counts scale."""

    treated: float = 1.0
    control: float = 1.0
    displaced: float = 1.0
    displaced_control: float = 1.0


EQUAL: Final = Sizes()


@dataclass(frozen=True, slots=True)
class Dispersion:
    """The variance of a count over its mean, in the places (``near``) and in the rings: 1 for Poisson."""

    near: float = 1.0
    ring: float = 1.0


POISSON: Final = Dispersion()


@dataclass(frozen=True, slots=True)
class Difference:
    """A weighted displacement difference: below 0 is fewer than the control lets expect.

    ``local`` is the part of treated and control, ``displaced`` that of the ring and its control; ``estimate`` is
    their sum, ``p`` two-sided and ``low`` to ``high`` the interval at ``level``. All in records (or in harm, days of
    sentence) per unit of period and size.
    """

    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float
    local: float
    local_se: float
    displaced: float
    displaced_se: float
    level: float
    dispersion: Dispersion


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest reduction that would be seen with a chance of ``power``; ``share`` of what is expected without an
    operation. ``possible`` is False where even preventing every crime would not be seen."""

    reduction: float
    share: float
    possible: bool
    power: float


def coefficients(periods: Pair = ONCE, sizes: Sizes = EQUAL) -> Numbers:
    """What each of the eight counts is multiplied with: its sign over its period's length and its area's size.

    Raises ValueError where a length or a size is not above 0.
    """
    lengths = np.tile([periods.before, periods.after], 4).astype(np.float64)
    areas = np.repeat([sizes.treated, sizes.control, sizes.displaced, sizes.displaced_control], 2)
    if not (np.all(lengths > 0) and np.all(areas > 0)):
        raise ValueError("periods and sizes must be above 0")
    return np.asarray(SIGNS / (lengths * areas))


def limits(
    counts: Numbers,
    weights: Numbers,
    *,
    level: float = LEVEL,
    dispersion: float | Numbers = 1.0,
    interval: Interval = "small",
) -> tuple[Numbers, Numbers]:
    """The interval of sum(counts * weights) over the last axis; leading axes are separate trials.

    ``dispersion`` is the variance of a count over its mean, 1 for Poisson, of all or of each; it scales the squared
    half-widths.
    """
    counts = np.asarray(counts, dtype=np.float64)
    tail, middle, squared = (1 - level) / 2, counts @ weights, np.square(weights) * dispersion
    if interval == "normal":
        half = -float(ndtri(tail)) * np.sqrt(counts @ squared)
        return middle - half, middle + half
    below = counts - np.where(counts > 0, gammaincinv(counts + 0.5, tail), 0.0)
    above = gammaincinv(counts + 0.5, 1 - tail) - counts
    down, up = np.where(weights > 0, below, above), np.where(weights > 0, above, below)
    return middle - np.sqrt(np.square(down) @ squared), middle + np.sqrt(np.square(up) @ squared)


def wdd(
    counts: Counts,
    *,
    periods: Pair = ONCE,
    sizes: Sizes = EQUAL,
    level: float = LEVEL,
    dispersion: Dispersion = POISSON,
    interval: Interval = "normal",
) -> Difference:
    """The weighted displacement difference of ``counts``, per unit of ``periods`` and ``sizes``.

    With ``Pair(before days / after days, 1)`` as periods it is in records of the period after.
    """
    return _difference(counts.array, coefficients(periods, sizes), level, dispersion, interval)


def harm_wdd(
    counts: Sequence[Counts],
    harm: Sequence[float],
    *,
    periods: Pair = ONCE,
    sizes: Sizes = EQUAL,
    level: float = LEVEL,
    dispersion: Dispersion = POISSON,
    interval: Interval = "normal",
) -> Difference:
    """The differences of several offences, each times its harm, as one. Raises ValueError for none, or where the
    two are not of one length."""
    if not counts or len(counts) != len(harm):
        raise ValueError("harm_wdd needs the counts and the harm of one offence or more")
    weights = np.concatenate([coefficients(periods, sizes) * weight for weight in harm])
    return _difference(np.concatenate([one.array for one in counts]), weights, level, dispersion, interval)


def detectable(
    expected: Counts,
    *,
    periods: Pair = ONCE,
    sizes: Sizes = EQUAL,
    level: float = LEVEL,
    power: float = POWER,
    dispersion: Dispersion = POISSON,
) -> Detectable:
    """The smallest reduction in the treated area that the test would show, where ``expected`` are the counts that no
    effect would leave: those of before serve for both before the operation. ``reduction`` in records after.
    """
    weights = coefficients(periods, sizes)
    own = float(weights[1] ** 2)
    factors = np.repeat([dispersion.near, dispersion.ring], 4)
    variance = float(expected.array @ (np.square(weights) * factors))
    # Fewer crimes also mean less variance: own r^2 = k^2 (variance - near own r), solved for r.
    k2 = float(-ndtri((1 - level) / 2) + ndtri(power)) ** 2
    linear = k2 * dispersion.near * own
    reduction = (-linear + math.sqrt(linear**2 + 4 * own * k2 * variance)) / (2 * own)
    share = reduction / expected.treated.after if expected.treated.after else math.inf
    return Detectable(reduction, share, share <= 1, power)


def power_of(
    reduction: float,
    expected: Counts,
    *,
    periods: Pair = ONCE,
    sizes: Sizes = EQUAL,
    level: float = LEVEL,
    dispersion: Dispersion = POISSON,
) -> float:
    """The chance that a true ``reduction`` of records in the treated area is shown, as ``detectable`` counts it."""
    weights = coefficients(periods, sizes)
    own = float(weights[1])
    factors = np.repeat([dispersion.near, dispersion.ring], 4)
    variance = float(expected.array @ (np.square(weights) * factors)) - dispersion.near * own**2 * reduction
    if variance <= 0:
        return 1.0
    return float(ndtr(own * reduction / math.sqrt(variance) + ndtri((1 - level) / 2)))


def _difference(
    counts: Numbers, weights: Numbers, level: float, dispersion: Dispersion, interval: Interval
) -> Difference:
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("counts must be finite and not negative")
    near = np.tile([True] * 4 + [False] * 4, len(counts) // 8)
    each = np.where(near, dispersion.near, dispersion.ring)
    variance = counts * np.square(weights) * each
    estimate, se = float(counts @ weights), math.sqrt(float(variance.sum()))
    low, high = limits(counts, weights, level=level, dispersion=each, interval=interval)
    z = estimate / se if se else 0.0
    return Difference(
        estimate=estimate,
        se=se,
        z=z,
        p=float(2 * ndtr(-abs(z))),
        low=float(low),
        high=float(high),
        local=float(counts[near] @ weights[near]),
        local_se=math.sqrt(float(variance[near].sum())),
        displaced=float(counts[~near] @ weights[~near]),
        displaced_se=math.sqrt(float(variance[~near].sum())),
        level=level,
        dispersion=dispersion,
    )
