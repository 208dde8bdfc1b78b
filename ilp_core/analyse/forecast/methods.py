"""The learned methods, as a back-test tries them beside plain counts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.boosting import SEED, boosted, grow, quarter_of
from ilp_core.analyse.forecast.expectation import fit_expectation
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History, Method, Target
from ilp_core.analyse.forecast.learning import learn
from ilp_core.analyse.forecast.training import Training

ADDITIVE: Final = "additive"
EVEN: Final = "additive, spread evenly"
BOOSTED: Final = "additive and boosted"
#: Of the cells where nothing occurred, trees learn from one in this many.
ONE_IN: Final = 8
#: Trees are grown this often, each time on another sample of those cells, and their mean is taken.
FORESTS: Final = 3


class Additive:
    """The additive forecast: fitted anew at every origin."""

    name: str = ADDITIVE

    def __init__(self) -> None:
        self._training: dict[tuple[int, ...], Training] = {}

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans)."""
        if not len(past.of(target.offences)):
            return _nothing(past, target)
        training = self._training.setdefault(target.offences, Training(target.offences))
        return fit_expectation(past, training, _origin(past, target)).over(target.spans)

    def interval(self, past: History, target: Target) -> tuple[int, int]:
        """The counts of the whole city that hold nine weeks in ten."""
        training = self._training.setdefault(target.offences, Training(target.offences))
        _, low, high = fit_expectation(past, training, _origin(past, target)).total()
        return low, high


class Even(Additive):
    """The additive forecast of the week, spread evenly over its hours: what knowing the hours must beat."""

    name = EVEN

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans)."""
        if not len(past.of(target.offences)):
            return _nothing(past, target)
        training = self._training.setdefault(target.offences, Training(target.offences))
        week = fit_expectation(past, training, _origin(past, target)).week()
        length = (target.spans[:, 1] - target.spans[:, 0]) / (WEEK_DAYS * DAY_S)
        return np.asarray(week[:, None] * length)


class Boosted:
    """The geometric mean of the additive forecast and of gradient boosting on the same features, grown each quarter.

    The trees are grown at the same moment whatever origin is asked for, from what was known then.
    """

    name = BOOSTED

    def __init__(self) -> None:
        self._training: dict[tuple[int, ...], Training] = {}
        self._grown: dict[tuple[int, ...], tuple[int, tuple[Any, ...]]] = {}

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans)."""
        if not len(past.of(target.offences)):
            return _nothing(past, target)
        training = self._training.setdefault(target.offences, Training(target.offences))
        origin = _origin(past, target)
        trees = self._trees(past, training, origin)
        expectation = fit_expectation(past, training, origin)
        found = expectation.over(target.spans)
        if not trees:
            return found
        additive = expectation.week()
        pooled = np.sqrt(additive * boosted(trees, expectation.surface, expectation.weights))
        # The trees say where; how many in all is what the additive forecast's level says.
        pooled *= additive.sum() / pooled.sum()
        return np.asarray(found * (pooled / additive)[:, None])

    def _trees(self, past: History, training: Training, origin: int) -> tuple[Any, ...]:
        moment = quarter_of(origin)
        grown = self._grown.get(training.offences)
        if grown is None or grown[0] != moment:
            then = past.before(moment)
            grown = (moment, ())
            if len(then):
                lessons = training.before(then, moment)
                if lessons.weeks:
                    weights = learn(lessons.weeks, training.features.features)
                    samples = [training.examples(then, ONE_IN, SEED + forest) for forest in range(FORESTS)]
                    grown = (moment, grow(samples, weights))
            self._grown[training.offences] = grown
        return grown[1]


def _nothing(past: History, target: Target) -> NDArray[np.float64]:
    return np.zeros((len(past.grid), len(target.spans)))


def _origin(past: History, target: Target) -> int:
    """Where the past ends, which may be some hours before the first shift that is asked for."""
    return int(min(past.origin, target.start))


def learned_methods(*, hours: bool = False) -> tuple[Method, ...]:
    """One of each, with nothing remembered; where ``hours`` are asked for, also one that knows nothing of them."""
    return (Additive(), Boosted(), Even()) if hours else (Additive(), Boosted())
