"""The additive forecast: an expectation that is a sum of named parts, fitted to a city's own past.

Expected counts are a mixture of features with weights of zero or more, so that each place's expectation splits
exactly into its reasons. The weights are the most probable ones under a Poisson likelihood and a gamma prior, found
by expectation-maximisation (Dempster, Laird & Rubin 1977; the multiplicative steps are those of Richardson 1972, and
Mohler 2014, Int. J. Forecasting 30:491, fits a Poisson mixture in the same way). The prior is the penalty: it says
which history counts most, and is worth PRIOR_RECORDS records, so that a small city is forecast by what is known to
work and a large one by what it taught. There are two priors: one trusts the place itself, one its neighbourhood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.features import LONG, Feature

Weights = NDArray[np.float64]

#: What the prior is worth, in records; the same for every city and offence [this project's choice].
PRIOR_RECORDS: Final = 1_000.0
#: Steps of the fit; later ones change no weight by a hundredth.
STEPS: Final = 200
#: What any cell may expect without any history, in the units of a rate before its weight.
EVERYWHERE: Final = 0.01
#: Shares of the prior, before they are scaled to 1: a feature of the offence itself, the long history of the place
#: itself, its peaks, one of other offences, and what is the same everywhere.
OWN_SHARE: Final = 1.0
LONG_SHARE: Final = 4.0
PEAK_SHARE: Final = 0.2
OTHER_SHARE: Final = 0.1
EVERYWHERE_SHARE: Final = 0.02
#: In the prior that trusts the neighbourhood: the long history smoothed over NEIGHBOURHOOD_M, and what a place itself
#: has had lately or above the mean. Its own long history counts as any other feature there [this project's choice].
NEIGHBOURHOOD_M: Final = 250.0
NEIGHBOURHOOD_SHARE: Final = 16.0
LONE_SHARE: Final = 0.1


@dataclass(frozen=True)
class Week:
    """What one past week teaches: ``sums`` of each feature over all cells, the features ``seen`` (k, features) of the
    cells where something occurred, and how many (k,) ``occurred`` there."""

    sums: NDArray[np.float64]
    seen: NDArray[np.float32]
    occurred: NDArray[np.float64]


def with_everywhere(surface: NDArray[np.float32]) -> NDArray[np.float32]:
    """The features with the constant one before them."""
    return np.column_stack([np.full(len(surface), EVERYWHERE, dtype=np.float32), surface])


def lesson(surface: NDArray[np.float32], occurred: NDArray[np.float64]) -> Week:
    """What ``surface`` (cells, features), made before a week, has to do with what ``occurred`` (cells,) in it."""
    features = with_everywhere(surface)
    somewhere = occurred > 0
    return Week(features.sum(axis=0, dtype=np.float64), features[somewhere], occurred[somewhere])


def prior_shares(features: Sequence[Feature]) -> Weights:
    """Which share of all records each feature explains before anything was seen, where the place itself is trusted
    most; the constant first, sum 1."""
    shares = [EVERYWHERE_SHARE]
    for feature in features:
        if feature.group is not None:
            shares.append(OTHER_SHARE)
        elif feature.above is not None:
            shares.append(PEAK_SHARE)
        elif feature.half_life in LONG and feature.spread == 0 and feature.lately is None:
            shares.append(LONG_SHARE)
        else:
            shares.append(OWN_SHARE)
    return np.asarray(np.array(shares) / np.sum(shares))


def neighbourhood_shares(features: Sequence[Feature]) -> Weights:
    """The same as ``prior_shares`` where the long history of the neighbourhood is trusted most."""
    shares = [EVERYWHERE_SHARE]
    for feature in features:
        plain = feature.lately is None and feature.above is None
        if feature.group is not None:
            shares.append(OTHER_SHARE)
        elif np.isinf(feature.half_life) and feature.spread == NEIGHBOURHOOD_M:
            shares.append(NEIGHBOURHOOD_SHARE)
        elif feature.spread == 0 and not (plain and feature.half_life in LONG):
            shares.append(LONE_SHARE)
        else:
            shares.append(OWN_SHARE)
    return np.asarray(np.array(shares) / np.sum(shares))


def fit(weeks: Sequence[Week], shares: Weights) -> Weights:
    """The weight of every feature, the constant first, from past weeks and the prior's ``shares``.

    Raises ValueError where nothing occurred in any of the weeks.
    """
    seen = np.concatenate([week.seen for week in weeks]).astype(np.float64)
    occurred = np.concatenate([week.occurred for week in weeks])
    if not len(occurred):
        raise ValueError("a fit needs at least one record")
    sums = np.sum([week.sums for week in weeks], axis=0)
    # A feature that was nothing everywhere explains nothing and keeps no weight.
    usable = sums > 0
    seen, sums, shares = seen[:, usable], sums[usable], shares[usable] / shares[usable].sum()
    start = shares * occurred.sum() / sums
    held, scale = PRIOR_RECORDS * shares, sums + PRIOR_RECORDS * shares / start
    weights = start
    for _ in range(STEPS):
        expected = seen @ weights
        weights = (weights * (seen.T @ (occurred / expected)) + held) / scale
    whole = np.zeros(len(usable))
    whole[usable] = weights
    return whole


def log_posterior(weeks: Sequence[Week], shares: Weights, weights: Weights) -> float:
    """What ``fit`` makes as large as it can, up to a constant: for tests of it."""
    seen = np.concatenate([week.seen for week in weeks]).astype(np.float64)
    occurred = np.concatenate([week.occurred for week in weeks])
    sums = np.sum([week.sums for week in weeks], axis=0)
    start = shares * occurred.sum() / sums
    held = PRIOR_RECORDS * shares
    likelihood = occurred @ np.log(seen @ weights) - sums @ weights
    return float(likelihood + held @ np.log(weights) - (held / start) @ weights)
