"""Hours: which part of a week's records comes in which span of it, at each place.

The city's own hours of the week, the last year counting most, are the prior; a place whose records and those round it
say otherwise is moved towards them as far as their number allows (Dirichlet-multinomial shrinkage).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.features import Smoothing
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History

#: Days after which an hour counts half [this project's choice].
HALF_LIFE_DAYS: Final = 365.0
#: How far round a place its hours are looked at, in metres [this project's choice].
SPREAD_M: Final = 500.0
#: A record at every hour of the week stands beside the real ones, so that no hour is impossible.
EVERY_HOUR: Final = 1.0
#: Strengths of the prior that are tried, in records.
STRENGTHS: Final = (10.0, 30.0, 100.0, 300.0, 1_000.0, 1e6)
#: The last part of the past, which earlier hours are tried on.
TRIAL_DAYS: Final = 56
_HOUR_S: Final = 3_600
_WEEK_HOURS: Final = WEEK_DAYS * 24


@dataclass(frozen=True)
class HourShares:
    """The hours of one kind of offence before ``origin``. ``timed`` are its records whose hour is known, ``strength``
    how many records the city's own hours count as at every place."""

    timed: History
    origin: float
    strength: float

    @cached_property
    def _weight(self) -> NDArray[np.float64]:
        return np.asarray(0.5 ** ((self.origin - self.timed.time) / DAY_S / HALF_LIFE_DAYS))

    @cached_property
    def _hour(self) -> NDArray[np.int64]:
        return _hour_of_week(self.timed.time)

    @cached_property
    def _city(self) -> NDArray[np.float64]:
        counted = np.bincount(self._hour, weights=self._weight, minlength=_WEEK_HOURS) + EVERY_HOUR
        return np.asarray(counted / counted.sum())

    @cached_property
    def _smooth(self) -> Smoothing:
        return Smoothing(self.timed.grid)

    def _near(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many records lie round each cell: a sum over the neighbourhood, not a mean."""
        area = 4 * np.pi * (SPREAD_M / self.timed.grid.size) ** 2
        held = np.bincount(self.timed.cell, weights=weight, minlength=len(self.timed.grid)).astype(np.float64)
        return area * self._smooth(held, SPREAD_M)

    @cached_property
    def _every(self) -> NDArray[np.float64]:
        return self._near(self._weight)

    def over(self, spans: NDArray[np.int64]) -> NDArray[np.float64]:
        """The share of a week's records that each of ``spans`` (k, 2) brings at each cell: (cells, k).

        Where the spans make up a whole week, each cell's shares sum to 1.
        """
        found = np.empty((len(self.timed.grid), len(spans)))
        for place, covered in enumerate(_cover(spans)):
            near = self._near(self._weight * covered[self._hour])
            found[:, place] = (near + self.strength * (covered @ self._city)) / (self._every + self.strength)
        return found


def hour_shares(past: History, origin: float) -> HourShares:
    """The hours of ``past``, the records of one kind of offence before ``origin``; placeholders say nothing here."""
    timed = past.only(past.timed)
    return HourShares(timed, origin, _strength(timed, origin))


def _strength(timed: History, origin: float) -> float:
    """The prior's strength that makes the last weeks most likely from the time before them."""
    begin = origin - TRIAL_DAYS * DAY_S
    earlier, trial = timed.before(begin), timed.between(begin, origin)
    if not len(earlier) or not len(trial):
        return STRENGTHS[-1]
    week = int(begin) // DAY_S * DAY_S
    spans = np.array([[week + part * 8 * _HOUR_S, week + (part + 1) * 8 * _HOUR_S] for part in range(21)])
    cover = _cover(spans)
    part = cover.argmax(axis=0)[_hour_of_week(trial.time)]
    likely = [
        float(np.log(HourShares(earlier, begin, strength).over(spans)[trial.cell, part]).sum())
        for strength in STRENGTHS
    ]
    return STRENGTHS[int(np.argmax(likely))]


def _hour_of_week(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """The hour of the week, from 0 on Thursday at midnight, as 1 January 1970 was."""
    return np.asarray(time // _HOUR_S % _WEEK_HOURS)


def _cover(spans: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much of each hour of the week each span covers: (k, 168)."""
    cover = np.zeros((len(spans), _WEEK_HOURS))
    for place, (start, end) in enumerate(spans.tolist()):
        moment = start
        while moment < end:
            until = min(end, (moment // _HOUR_S + 1) * _HOUR_S)
            cover[place, moment // _HOUR_S % _WEEK_HOURS] += (until - moment) / _HOUR_S
            moment = until
    return cover
