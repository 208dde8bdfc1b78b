"""Linkage: how much more often pairs like this one belong together than not, feature by feature.

Each feature's level has a Bayes factor: how often linked pairs show it over how often unlinked pairs do (naive Bayes
with binned evidence; Porter 2016, The American Statistician 70:152). Features overlap (a code and its words, a place
and its premise), so that simply adding their logs claims too much. A ridge logistic regression on pairs that took no
part in the factors therefore weighs the features and sets the prior: it is a Platt calibration with one slope per
feature. The log-odds of a pair is the prior plus one term per feature, so that a probability splits into reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.calibration import Flags, Floats, logistic
from ilp_core.analyse.patterns.similarity import FEATURES, LEVELS, Comparer, Levels

#: Each level's count of linked pairs is drawn towards what unlinked pairs let expect, as if that many pairs more had
#: been seen in just that number: a level met twice proves nothing [this project's choice].
SMOOTHING: Final = 5.0
#: Ridge of the weights of the features [this project's choice].
RIDGE: Final = 1.0
#: Fewer linked pairs than this fit nothing [this project's choice].
LEAST_LINKED: Final = 30


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs of which it is known whether they belong together.

    ``levels`` is of shape (pairs, features) as Comparer.levels gives it; ``weights`` how many pairs each stands for,
    so that of many unlinked pairs a sample is enough.
    """

    levels: Levels
    linked: Flags
    weights: Floats

    def __len__(self) -> int:
        return len(self.linked)

    @property
    def base_rate(self) -> float:
        """The share of linked pairs among all that the pairs stand for."""
        return float(self.weights[self.linked].sum() / self.weights.sum())

    def part(self, rows: Rows) -> LabelledPairs:
        """The pairs at ``rows``."""
        return LabelledPairs(self.levels[rows], self.linked[rows], self.weights[rows])


def joined(parts: Sequence[LabelledPairs]) -> LabelledPairs:
    """All the pairs of ``parts``, of which there is at least one."""
    return LabelledPairs(
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.linked for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


@dataclass(frozen=True)
class Linkage:
    """A fitted linkage. ``factors`` are the log Bayes factors per feature and level, level 0 being 0.0; ``weights``
    one per feature; ``intercept`` the log-odds of a pair that nothing is known of."""

    factors: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    intercept: float
    base_rate: float
    linked: int

    @property
    def terms(self) -> Mapping[str, Floats]:
        """What each level of each feature adds to the log-odds."""
        pairs = zip(FEATURES, self.factors, self.weights, strict=True)
        return {name: np.asarray(factors) * weight for name, factors, weight in pairs}

    def reasons(self, levels: Levels) -> Floats:
        """What each feature adds to the log-odds of each pair, of shape (pairs, features)."""
        return np.column_stack([values[levels[:, k]] for k, values in enumerate(self.terms.values())])

    def log_odds(self, levels: Levels) -> Floats:
        """The log-odds that each pair belongs together."""
        return np.asarray(self.intercept + self.reasons(levels).sum(axis=1))

    def at_base_rate(self, rate: float) -> Linkage:
        """The same linkage where ``rate`` of all pairs within reach are taken to belong together."""
        moved = _logit(rate) - _logit(self.base_rate)
        return replace(self, intercept=self.intercept + moved, base_rate=rate)


def _logit(rate: float) -> float:
    return float(np.log(rate / (1 - rate)))


def bayes_factors(pairs: LabelledPairs, smoothing: float = SMOOTHING) -> tuple[tuple[float, ...], ...]:
    """The log Bayes factor of every level of every feature.

    It is the log of linked pairs seen over linked pairs expected, were they spread over the levels as unlinked ones
    are, both with ``smoothing`` added (a gamma prior of mean one, as for relative risks: Clayton & Kaldor 1987).
    Pairs that cannot be compared (level 0) are left out of both, so that what is not known says nothing.
    """
    found = []
    for k, name in enumerate(FEATURES):
        together, apart = (
            np.bincount(pairs.levels[mask, k], weights=pairs.weights[mask], minlength=LEVELS[name]).astype(np.float64)
            for mask in (pairs.linked, ~pairs.linked)
        )
        together[0] = apart[0] = 0.0
        expected = apart * (together.sum() / max(apart.sum(), 1e-300))
        seen, expected = together + smoothing, expected + smoothing
        ratio = np.divide(seen, expected, out=np.ones_like(seen), where=(seen > 0) & (expected > 0))
        ratio[0] = 1.0
        found.append(tuple(np.log(ratio).tolist()))
    return tuple(found)


def fit_linkage(
    pairs: LabelledPairs, weighing: LabelledPairs | None = None, *, smoothing: float = SMOOTHING, ridge: float = RIDGE
) -> Linkage:
    """The linkage that labelled pairs teach: an agency's own solved series, or injected ones.

    The Bayes factors come from ``pairs``; the features' weights and the prior from ``weighing``, which must be other
    pairs. Where it is None every second pair serves for the one and the rest for the other. A feature whose weight
    comes out negative only undoes another and is left out. Raises ValueError with fewer than LEAST_LINKED linked
    pairs on either side, or with none unlinked.
    """
    if weighing is None:
        rows = np.arange(len(pairs))
        pairs, weighing = pairs.part(rows[::2]), pairs.part(rows[1::2])
    for some in (pairs, weighing):
        if np.count_nonzero(some.linked) < LEAST_LINKED or some.linked.all():
            raise ValueError(f"at least {LEAST_LINKED} linked pairs and some unlinked ones are needed, twice")
    factors = bayes_factors(pairs, smoothing)
    design = np.column_stack([np.asarray(values)[weighing.levels[:, k]] for k, values in enumerate(factors)])
    weights = np.zeros(len(FEATURES))
    used = np.arange(len(FEATURES))
    while True:
        fitted = logistic(design[:, used], weighing.linked, weighing.weights, ridge)
        if not len(used) or fitted.weights.min() >= 0:
            break
        used = np.delete(used, fitted.weights.argmin())
    weights[used] = fitted.weights
    linked = int(np.count_nonzero(pairs.linked) + np.count_nonzero(weighing.linked))
    return Linkage(factors, tuple(weights.tolist()), fitted.intercept, weighing.base_rate, linked)


@dataclass(frozen=True)
class Scorer:
    """Scores pairs of given cases fast: the terms are laid into the comparer's tables once, so that a pair costs a
    few look-ups."""

    compared: Comparer
    linkage: Linkage
    terms: Mapping[str, NDArray[np.float32]]

    def log_odds(self, first: Rows, second: Rows, without: str | None = None) -> NDArray[np.float32]:
        """The log-odds of the pairs (first[k], second[k]), but for feature ``without``."""
        total = np.full(len(first), self.linkage.intercept, dtype=np.float32)
        for name, table in self.terms.items():
            if name != without:
                total += table[self.compared.place(name, first, second)]
        return total


def scorer(compared: Comparer, linkage: Linkage) -> Scorer:
    """A scorer for the cases that ``compared`` was made for."""
    terms = {name: values.astype(np.float32)[compared.table[name].ravel()] for name, values in linkage.terms.items()}
    return Scorer(compared, linkage, terms)
