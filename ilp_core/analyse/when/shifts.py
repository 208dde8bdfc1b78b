"""Expected counts per shift: a place's rate times the part of its week that falls into the shift.

A shift may run over midnight and overlap others; it belongs to the weekday on which it starts. What one shift will
bring is negative binomial: chance itself, a rate known from so many records only (gamma-Poisson with Jeffreys'
prior), and a share known from so many only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from ilp_core.analyse.when.aoristic import DAY, HOUR, WEEK
from ilp_core.analyse.when.profile import HOURS, LEVEL, Profiles
from ilp_core.domain.questions import WEEKDAYS
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import Hours

Values = NDArray[np.float64]

#: Jeffreys' prior of a Poisson rate: half a record, in no time.
PRIOR: Final = 0.5


@dataclass(frozen=True)
class ShiftCounts:
    """What to expect in one shift.

    ``expected`` has the shape (places, shifts, 7), the last by the weekday on which the shift starts, from Monday;
    NaN where it is not worked. ``likely`` and ``size`` of the same shape are mean and size of the negative binomial
    count of one such shift (variance = mean + mean^2 / size): the mean is higher than expected by what half a record
    more would add, so that a place with no record is not taken to be safe.
    """

    shifts: tuple[Shift, ...]
    expected: Values
    likely: Values
    size: Values

    @property
    def average(self) -> Values:
        """The expected count of one such shift, whichever day it is worked; of the shape (places, shifts)."""
        return np.asarray(np.nanmean(self.expected, axis=2))

    def interval(self, level: float = LEVEL) -> tuple[Values, Values]:
        """The counts between which one shift's lies with the chance ``level``; NaN where it is not worked."""
        return predicted(self.likely, self.size, level)

    def average_interval(self, level: float = LEVEL) -> tuple[Values, Values]:
        """As ``interval``, of one such shift on any of its days."""
        mean = np.nanmean(self.likely, axis=2)
        # The days differ among each other, which is one more way in which a count on any of them may vary.
        spread = np.nanmean(self.likely**2 * (1 + 1 / self.size), axis=2) / mean**2 - 1
        return predicted(mean, 1 / spread, level)


def minutes_in(hours: Hours, weekday: int) -> Values:
    """How many minutes of each hour of the week lie in ``hours`` that begin on ``weekday`` (0: Monday); shape (168,).

    Equal ends are 24 hours.
    """
    start = weekday * DAY + hours.start % DAY
    length = (hours.end - hours.start) % DAY or DAY
    edges = np.arange(HOURS + 24 + 1) * HOUR
    inside = np.diff(np.clip(edges, start, start + length)).astype(np.float64)
    inside = np.concatenate([inside, np.zeros(2 * HOURS - len(inside))])
    return np.asarray(inside.reshape(2, WEEK // HOUR).sum(axis=0))


def shift_counts(
    profiles: Profiles, counts: NDArray[np.int64], days: float, shifts: Sequence[Shift], *, excess: float = 0.0
) -> ShiftCounts:
    """What each of ``shifts`` brings to each place of ``profiles``, of which ``counts`` were recorded in ``days``.

    ``excess`` is how far counts vary from week to week beyond chance (variance = mean + excess mean^2). Within an
    hour every minute is alike. Clock changes are ignored: that night's shift has the usual hours.
    Raises ValueError where no day is on file.
    """
    if not days > 0:
        raise ValueError("expected counts need at least a part of a day on file")
    parts = np.stack([[minutes_in(shift.hours, weekday) / HOUR for weekday in range(7)] for shift in shifts])
    worked = np.array([[shift.days is None or day in shift.days for day in WEEKDAYS] for shift in shifts])
    share = np.where(worked, np.einsum("ph,swh->psw", profiles.share, parts), np.nan)
    per_week = 7 / days
    # How uncertain the share is: as that of a beta distribution of as many records.
    doubt = np.maximum(1 - share, 0) / np.maximum(share, 1e-9) / (profiles.worth[:, None, None] + 1)
    seen = counts[:, None, None].astype(np.float64)
    known = seen + PRIOR
    return ShiftCounts(
        shifts=tuple(shifts),
        expected=np.asarray(seen * per_week * share, dtype=np.float64),
        likely=np.asarray(known * per_week * share, dtype=np.float64),
        size=1 / (1 / known + doubt + excess),
    )


def predicted(expected: Values, size: Values, level: float = LEVEL) -> tuple[Values, Values]:
    """The counts between which a negative binomial one lies with at least the chance ``level``; NaN stays NaN."""
    tail = (1 - level) / 2
    known = np.isfinite(expected)
    size = np.where(known, size, 1.0)
    chance = size / (size + np.where(known, expected, 1.0))
    low, high = (np.where(known, nbinom.ppf(part, size, chance), np.nan) for part in (tail, 1 - tail))
    return np.maximum(low, 0.0), np.maximum(high, 0.0)
