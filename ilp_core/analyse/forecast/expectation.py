"""Expectation: what one kind of offence lets expect at every place from a moment on, and why.

Fitted once for a data version and a day; every place, span of hours and reason is then read from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.additive import Weights, with_everywhere
from ilp_core.analyse.forecast.features import LONG, Feature, Surface, features_for
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History
from ilp_core.analyse.forecast.hours import HourShares, hour_shares
from ilp_core.analyse.forecast.learning import learn
from ilp_core.analyse.forecast.level import Level, level_at
from ilp_core.analyse.forecast.training import Lessons, Training

#: What the parts of an expectation come from, in the order in which they are told.
FAMILIES: Final = ("history", "lately", "neighbourhood", "others", "everywhere", "city", "season")
#: Up to this half-life a part comes from what happened lately, in days.
LATELY_DAYS: Final = 90.0
#: Up to this spread a part is of the place and its next streets, in metres.
NEXT_STREETS_M: Final = 250.0


def family_of(feature: Feature) -> str:
    """Which part of an expectation a feature belongs to."""
    if feature.group is not None:
        return "others"
    if feature.lately is not None or feature.spread > NEXT_STREETS_M:
        return "neighbourhood"
    return "history" if feature.half_life in LONG else "lately"


@dataclass(frozen=True)
class Expectation:
    """What is expected in the week from ``origin`` on, and in any spans of it.

    ``weights`` belong to the constant and then to ``features``; ``surface`` is (cells, features); ``weeks`` is how
    many past weeks taught them. ``past`` are the records of the offences before ``origin``.
    """

    offences: tuple[int, ...]
    origin: int
    features: tuple[Feature, ...]
    weights: Weights
    surface: Surface
    level: Level
    weeks: int
    past: History

    def week(self) -> NDArray[np.float64]:
        """Expected records in the seven days from the origin on, per cell."""
        return np.asarray(with_everywhere(self.surface) @ self.weights * self.level.factor)

    def over(self, spans: NDArray[np.int64]) -> NDArray[np.float64]:
        """Expected records in each of ``spans`` (k, 2) of local time within that week: (cells, k)."""
        whole = np.array([[self.origin, self.origin + WEEK_DAYS * DAY_S]])
        if np.array_equal(spans, whole):
            return self.week()[:, None]
        return self.week()[:, None] * self.hours.over(spans)

    @cached_property
    def hours(self) -> HourShares:
        """Which part of the week comes in which hours, made when hours are asked for first."""
        return hour_shares(self.past, self.origin)

    def parts(self, cell: int) -> dict[str, float]:
        """What the expectation at ``cell`` is made of, by FAMILIES; the sum is that of ``week``."""
        shares = with_everywhere(self.surface[cell : cell + 1])[0] * self.weights
        found = dict.fromkeys(FAMILIES, 0.0)
        found["everywhere"] = float(shares[0])
        for feature, share in zip(self.features, shares[1:].tolist(), strict=True):
            found[family_of(feature)] += share
        base = float(shares.sum())
        found["city"] = base * (self.level.recent - 1)
        found["season"] = base * self.level.recent * (self.level.season - 1)
        return found

    def total(self) -> tuple[float, int, int]:
        """The whole city's expectation for the week, and the counts that hold nine such weeks in ten."""
        expected = float(self.week().sum())
        return (expected, *self.level.interval(expected))


def fit_expectation(past: History, training: Training, origin: int) -> Expectation:
    """Fit what is expected of the training's offences from ``origin`` on; ``past`` ends before it.

    Where no week of the past teaches, its plain count is what is expected. Raises ValueError where it is empty.
    """
    lessons = training.before(past, origin)
    features = training.features.features
    taught = any(len(week.occurred) for week in lessons.weeks)
    return expectation_of(
        past, training, lessons, learn(lessons.weeks, features) if taught else plain_count(features)
    )


def plain_count(features: Sequence[Feature], name: str = "itself, all, 0 m") -> Weights:
    """The weights that expect what one feature alone says: as a rule, the plain count of all the past."""
    return np.array([0.0, *(float(feature.name == name) for feature in features)])


def expectation_of(past: History, training: Training, lessons: Lessons, weights: Weights) -> Expectation:
    """What ``weights`` expect after ``lessons`` that ``training`` just gave on ``past``."""
    origin = int(lessons.origin)
    return Expectation(
        offences=training.offences,
        origin=origin,
        features=training.features.features,
        weights=weights,
        surface=lessons.surface,
        level=level_at(origin, lessons.begins, lessons.sums @ weights, lessons.totals),
        weeks=len(lessons.weeks),
        past=past.of(training.offences),
    )


def locked(offences: Sequence[int]) -> tuple[str, ...]:
    """The names of all features of a forecast of ``offences``: what ``/model`` prints (G02)."""
    return tuple(feature.name for feature in features_for(offences))
