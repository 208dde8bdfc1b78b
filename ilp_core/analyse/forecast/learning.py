"""Learning: the weights that a city's own past teaches, under the prior that suits the offence.

Where an offence is common, what a place itself has had says most. Where it is rare, one record more at a place is
chance, and the streets round it say more. How many records make the difference is not laid down: the weights under
either prior, learned before the last half year, say where that half year's records should lie, and the prior under
which they were likelier is taken (a prequential choice, Dawid 1984, J. R. Statist. Soc. A 147:278). How many records
there would be plays no part in it: that is the level's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from ilp_core.analyse.forecast.additive import Week, Weights, fit, neighbourhood_shares, prior_shares
from ilp_core.analyse.forecast.features import Feature

#: How many of the last weeks are tried; the weeks before them teach.
TRIAL_WEEKS: Final = 26
#: The prior that is taken where the trial says nothing, and the other one.
PRIORS: Final[tuple[Callable[[Sequence[Feature]], Weights], ...]] = (prior_shares, neighbourhood_shares)


def trial_of(weeks: int) -> int:
    """How many of the last of so many weeks are tried: half a year, or half of a shorter past."""
    return min(TRIAL_WEEKS, weeks // 2)


def learn(weeks: Sequence[Week], features: Sequence[Feature]) -> Weights:
    """The weight of every feature, the constant first, from all of ``weeks``, oldest first.

    Raises ValueError where nothing occurred in any of them.
    """
    shares = [prior(features) for prior in PRIORS]
    first = len(weeks) - trial_of(len(weeks))
    before, trial = weeks[:first], weeks[first:]
    if not _records(before) or not _records(trial):
        return fit(weeks, shares[0])
    likelihoods = [where_likelihood(trial, fit(before, each)) for each in shares]
    return fit(weeks, shares[int(np.argmax(likelihoods))])


def where_likelihood(weeks: Sequence[Week], weights: Weights) -> float:
    """The log-likelihood of where the records of ``weeks`` lay, given how many there were, in nats; up to a constant
    that is the same for all weights."""
    return float(sum(week.occurred @ np.log(week.seen @ weights / (week.sums @ weights)) for week in weeks))


def _records(weeks: Sequence[Week]) -> float:
    return float(sum(week.occurred.sum() for week in weeks))
