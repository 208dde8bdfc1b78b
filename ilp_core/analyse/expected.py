"""Expected harm as an interval, so that places are only set apart where the records do set them apart.

A place's expected count is gamma distributed after its records (gamma-Poisson, as in ``chronic``); its expected harm
is the sum over kinds of offence, of which the mean and the variance are known exactly and which is taken for gamma
with the same two (Welch 1938, Biometrika 29:350, does so for sums of scaled chi-squares).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import gammaincinv

from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import WINDOW_DAYS, MicroTime
from ilp_core.domain.questions import Weighting

#: Where two such intervals do not overlap, the two differ at about the 5 % level; with intervals of 95 % it would be
#: under 1 % (Payton, Greenstone and Schenker 2003, Journal of Insect Science 3:34: 83 to 84 %).
LEVEL: Final = 0.84


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be expected of a place: from ``low`` to ``high``, in days of sentence or in records, over the span
    that its list ranks by."""

    low: float
    high: float

    def wholly_above(self, other: Expected) -> bool:
        """True where the two do not even touch, and this one is the higher."""
        return self.low > other.high


def expected_between(mean: float, variance: float) -> Expected:
    """The middle LEVEL of the gamma distribution with that mean and variance; the mean alone where nothing varies."""
    if mean <= 0 or variance <= 0:
        return Expected(mean, mean)
    shape, scale = mean**2 / variance, variance / mean
    low, high = (float(gammaincinv(shape, level)) * scale for level in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Expected(low, high)


def expected_anew(
    frame: IncidentFrame, spot: MicroTime, limits: Limits, at: float, weighting: Weighting, days: float
) -> Expected:
    """What may be expected of a micro-time hotspot over ``days``, within the hours and weekdays of ``limits``.

    Its fortnight and what is usual there count alike, so that the next fortnight is expected half-way between: what
    was high by chance will not stay so [this project's choice].
    """
    rows = gather(frame, spot.rows, Limits(None, limits.hours, limits.weekdays), at).rows
    if not len(rows):
        return Expected(0.0, 0.0)
    weight = float(frame.harm[rows].mean()) if weighting == "harm" else 1.0
    weight *= days / WINDOW_DAYS
    seen = len(rows) + spot.usual * len(rows) / spot.count
    return expected_between(seen / 2 * weight, seen / 4 * weight**2)


def in_order(expected: Sequence[Expected], preferred: Sequence[int]) -> list[int]:
    """``preferred``, the numbers of ``expected`` in the order they are wished in, changed as little as it takes for
    none to stand above one that lies wholly higher.

    Each place of the new order goes to the first one in the old that nothing left lies wholly above.
    """
    left, order = list(preferred), []
    while left:
        chosen = next(
            each for each in left if not any(expected[other].wholly_above(expected[each]) for other in left)
        )
        left.remove(chosen)
        order.append(chosen)
    return order
