"""Strength: the log-odds that a group of cases is one series, learnt from injected series.

The mean of a group's pairs understates it, because every further case that fits both others is evidence of its own,
and overstates it where a city offers thousands of groups to choose from. So the whole way from pairs to groups is
run on records with injected series, and a logistic curve learns from groups of known truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.calibration import Flags, Floats, Logistic, logistic
from ilp_core.analyse.patterns.cases import Cases, candidate_pairs
from ilp_core.analyse.patterns.grouping import LEAST_CASES, Group, grouped
from ilp_core.analyse.patterns.injection import NO_SERIES, SHAPES, SeriesShape, inject, labelled, shuffled
from ilp_core.analyse.patterns.linkage import LabelledPairs, Linkage, Scorer, fit_linkage, joined, scorer
from ilp_core.analyse.patterns.similarity import comparer

#: Groups join while the mean log-odds of the pairs between them is at least this: a pair of which 1 in 55 belongs
#: together is no proof, but several that all fit are [this project's choice; found on injected series].
CUT: Final = -4.0
#: Series are injected anew until so many linked pairs are seen for the Bayes factors and as many for the weights, and
#: so many groups that are series, but no more than MOST_ROUNDS times [this project's choice].
ENOUGH_LINKED: Final = 2_000
ENOUGH_TRUE: Final = 200
MOST_ROUNDS: Final = 10


@dataclass(frozen=True)
class Learned:
    """What was learnt of a city's series: how pairs and groups are weighed. ``groups`` and ``true`` are how many
    groups of injected data the curve was learnt from and how many of them were series."""

    linkage: Linkage
    curve: Logistic
    groups: int
    true: int

    def strength(self, cases: Cases, groups: Sequence[Group]) -> Floats:
        """The log-odds of each group."""
        return self.curve.log_odds(design(cases, groups))

    def probability(self, cases: Cases, groups: Sequence[Group]) -> Floats:
        """Of groups like this one in injected data, the share that was one series."""
        return np.asarray(expit(self.strength(cases, groups)))


def design(cases: Cases, groups: Sequence[Group]) -> Floats:
    """What the curve reads of each group: the mean log-odds of its pairs, the log of its size, its length in days."""
    rows = [(group.mean, np.log(len(group.members)), np.ptp(cases.middle[group.members])) for group in groups]
    return np.asarray(rows, dtype=np.float64).reshape(-1, 3)


def find_groups(cases: Cases, score: Scorer, cut: float = CUT) -> list[Group]:
    """The groups of ``cases``, for which ``score`` was made."""
    kept: list[tuple[Rows, Rows, Floats]] = []
    for first, second in candidate_pairs(cases):
        log_odds = score.log_odds(first, second)
        strong = log_odds >= cut
        kept.append((first[strong], second[strong], log_odds[strong].astype(np.float64)))
    if not kept:
        return []
    first, second, log_odds = (np.concatenate(part) for part in zip(*kept, strict=True))
    return grouped(len(cases), first, second, log_odds, cut, score.log_odds)


def is_series(groups: Sequence[Group], series: Rows) -> Flags:
    """True where at least three and more than half of a group's cases belong to one injected series."""
    found = np.zeros(len(groups), dtype=bool)
    for number, group in enumerate(groups):
        own = series[group.members]
        most = int(np.bincount(own[own != NO_SERIES], minlength=1).max())
        found[number] = most >= LEAST_CASES and 2 * most > len(own)
    return found


def learn(
    cases: Cases,
    draw: np.random.Generator,
    *,
    shapes: Sequence[SeriesShape] = SHAPES,
    linkage: Linkage | None = None,
    cut: float = CUT,
    most_rounds: int = MOST_ROUNDS,
) -> Learned:
    """Learn from ``cases`` with shuffled dates and injected series.

    With ``linkage``, fitted on an agency's own solved series, only what groups are worth is learnt. Raises ValueError
    where the cases are too few to learn from.
    """
    if linkage is None:
        linkage = _learn_linkage(cases, draw, shapes, most_rounds)
    designs, truths = [], []
    for _ in range(most_rounds):
        mixed, series = inject(shuffled(cases, draw), draw, shapes)
        groups = find_groups(mixed, scorer(comparer(mixed), linkage), cut)
        designs.append(design(mixed, groups))
        truths.append(is_series(groups, series))
        if sum(map(np.count_nonzero, truths)) >= ENOUGH_TRUE:
            break
    seen, true = np.concatenate(designs), np.concatenate(truths)
    return Learned(linkage, logistic(seen, true), len(true), int(np.count_nonzero(true)))


def _learn_linkage(
    cases: Cases, draw: np.random.Generator, shapes: Sequence[SeriesShape], most_rounds: int
) -> Linkage:
    """Bayes factors from some injections; the weights from others, in which look-alikes are kept oftener."""
    factors = _taught(cases, draw, shapes, most_rounds, None)
    return fit_linkage(factors, _taught(cases, draw, shapes, most_rounds, fit_linkage(factors)))


def _taught(
    cases: Cases, draw: np.random.Generator, shapes: Sequence[SeriesShape], most_rounds: int, rough: Linkage | None
) -> LabelledPairs:
    """Labelled pairs of as many injections as it takes."""
    parts: list[LabelledPairs] = []
    while len(parts) < most_rounds and sum(np.count_nonzero(part.linked) for part in parts) < ENOUGH_LINKED:
        parts.append(labelled(*inject(shuffled(cases, draw), draw, shapes), draw, rough))
    return joined(parts)
