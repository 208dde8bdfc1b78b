"""The learned methods, as a back-test tries them beside plain counts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.additive import fit, prior_shares
from ilp_core.analyse.forecast.boosting import SEED, boosted, grow, quarter_of
from ilp_core.analyse.forecast.expectation import fit_expectation
from ilp_core.analyse.forecast.history import History, Method, Target
from ilp_core.analyse.forecast.training import Training

ADDITIVE: Final = "additive"
BOOSTED: Final = "additive and boosted"
#: Of the cells where nothing occurred, trees learn from one in this many.
ONE_IN: Final = 8


class Additive:
    """The additive forecast: fitted anew at every origin."""

    name = ADDITIVE

    def __init__(self) -> None:
        self._training: dict[tuple[int, ...], Training] = {}

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans)."""
        training = self._training.setdefault(target.offences, Training(target.offences))
        return fit_expectation(past, training, target.start).over(target.spans)

    def interval(self, past: History, target: Target) -> tuple[int, int]:
        """The counts of the whole city that hold nine weeks in ten."""
        training = self._training.setdefault(target.offences, Training(target.offences))
        _, low, high = fit_expectation(past, training, target.start).total()
        return low, high


class Boosted:
    """The mean of the additive forecast and of gradient boosting on the same features, grown anew each quarter.

    The trees are grown at the same moment whatever origin is asked for, from what was known then.
    """

    name = BOOSTED

    def __init__(self) -> None:
        self._training: dict[tuple[int, ...], Training] = {}
        self._grown: dict[tuple[int, ...], tuple[int, Any]] = {}

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans)."""
        training = self._training.setdefault(target.offences, Training(target.offences))
        trees = self._trees(past, training, target.start)
        expectation = fit_expectation(past, training, target.start)
        found = expectation.over(target.spans)
        if trees is None:
            return found
        additive = expectation.week()
        treed = boosted(trees, expectation.surface, expectation.weights)
        # The trees say where; how many in all is what the additive forecast's level says.
        mixed = (additive + treed * additive.sum() / treed.sum()) / 2
        return np.asarray(found * (mixed / additive)[:, None])

    def _trees(self, past: History, training: Training, origin: int) -> Any:
        moment = quarter_of(origin)
        grown = self._grown.get(training.offences)
        if grown is None or grown[0] != moment:
            then = past.before(moment)
            grown = (moment, None)
            if len(then):
                lessons = training.before(then, moment)
                if lessons.weeks:
                    weights = fit(lessons.weeks, prior_shares(training.features.features))
                    grown = (moment, grow(training.examples(then, ONE_IN, SEED), weights))
            self._grown[training.offences] = grown
        return grown[1]


def learned_methods() -> tuple[Method, ...]:
    """One of each, with nothing remembered."""
    return (Additive(), Boosted())
