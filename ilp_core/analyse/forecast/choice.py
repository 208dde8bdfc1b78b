"""Choice: the learned forecast must earn its place on each city's own data, beside plain counts.

The last half year is forecast week by week with weights learned before it, and so are plain counts. The forecast is
used where it finds at least as many records in the places that each would have sent a patrol to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.additive import Weights, with_everywhere
from ilp_core.analyse.forecast.expectation import plain_count
from ilp_core.analyse.forecast.features import Surface
from ilp_core.analyse.forecast.history import History
from ilp_core.analyse.forecast.learning import learn, trial_of
from ilp_core.analyse.forecast.training import Lessons, Training

ADDITIVE: Final = "additive"
#: Plain counts by the name of the feature that they are.
NAIVE: Final = {"naive all": "itself, all, 0 m", "naive fading over a year": "itself, 365 d, 0 m"}
#: Fewer weeks or records than these decide nothing, and plain counts stay [this project's choice].
LEAST_TRIAL_WEEKS: Final = 4
LEAST_TRIAL_RECORDS: Final = 50
#: The shares of all places at which hits are counted: what a few cars, and what a whole shift, can cover.
SHARES: Final = (0.01, 0.05)


@dataclass(frozen=True)
class Choice:
    """The method chosen, its weights (constant first) and what each method found in the trial: the share of all
    records in the best 1 % and 5 % of places. ``records`` and ``weeks`` are the size of the trial."""

    method: str
    weights: Weights
    found: dict[str, tuple[float, ...]]
    records: int
    weeks: int


def choose(past: History, training: Training, lessons: Lessons) -> Choice:
    """The method for one kind of offence, from ``lessons`` that ``training`` just gave on ``past``."""
    features = training.features.features
    learned = learn(lessons.weeks, features)
    plain = {name: plain_count(features, wanted) for name, wanted in NAIVE.items()}
    trial = training.trial(past, trial_of(len(lessons.weeks)))
    records = int(sum(occurred.sum() for _, occurred in trial))
    if len(trial) < LEAST_TRIAL_WEEKS or records < LEAST_TRIAL_RECORDS:
        return Choice("naive all", plain["naive all"], {}, records, len(trial))
    before = learn(lessons.weeks[: len(lessons.weeks) - len(trial)], features)
    found = {name: _found(trial, weights) for name, weights in (plain | {ADDITIVE: before}).items()}
    best = max(plain, key=lambda name: sum(found[name]))
    if sum(found[ADDITIVE]) >= sum(found[best]):
        return Choice(ADDITIVE, learned, found, records, len(trial))
    return Choice(best, plain[best], found, records, len(trial))


def _found(trial: Sequence[tuple[Surface, NDArray[np.float64]]], weights: Weights) -> tuple[float, ...]:
    """The share of all records in the best SHARES of places, week by week."""
    hits = np.zeros(len(SHARES))
    for surface, occurred in trial:
        best = np.argsort(-(with_everywhere(surface) @ weights), kind="stable")
        held = np.cumsum(occurred[best])
        hits += [held[max(1, round(share * len(held))) - 1] for share in SHARES]
    return tuple((hits / max(1.0, sum(occurred.sum() for _, occurred in trial))).tolist())
