"""Chance: how many groups, and how strong, come about where nothing ties cases together in time.

A big city holds so many incidents that some always look like a series. The same search is therefore run on the same
records with their dates shuffled (injection.shuffled), and a group counts only where groups as strong are much
rarer there than in the real order of dates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.calibration import Floats
from ilp_core.analyse.patterns.cases import REACH_DAYS, Cases, candidate_pairs
from ilp_core.analyse.patterns.grouping import grouped
from ilp_core.analyse.patterns.injection import shuffled
from ilp_core.analyse.patterns.linkage import Scorer
from ilp_core.analyse.patterns.strength import CUT, Learned

#: At most this share of the groups returned may be expected to be chance: with no series at all, one search in ten
#: returns something [this project's choice].
FALSE_SHARE: Final = 0.10
#: Shuffles of the dates. With n of them, chance below 1 / (n + 1) a search cannot be told [this project's choice].
SHUFFLES: Final = 20


@dataclass(frozen=True)
class Chance:
    """The chance rate of a search: of ``groups`` found in the real order of dates, ``returned`` are at least as
    strong as ``bar`` (log-odds; None where none is), and ``expected`` such groups come about by chance, as
    ``shuffles`` shuffles say. ``rate`` is the share of chance among those returned that was allowed."""

    groups: int
    returned: int
    expected: float
    bar: float | None
    shuffles: int
    rate: float


def chance_groups(
    cases: Cases, score: Scorer, learned: Learned, draw: np.random.Generator, shuffles: int, cut: float = CUT
) -> list[Floats]:
    """The strengths of all groups found in each of ``shuffles`` shuffles of the dates.

    Places never move and a shuffle keeps weekdays and hours, so that only the days apart differ: all else of a pair
    is scored once, and pairs that no date could lift over the cut are dropped once.
    """
    most = float(score.terms["days_apart"].max())
    kept: list[tuple[Rows, Rows, Floats]] = []
    span = float(np.ptp(cases.middle)) + 1.0 if len(cases) else 1.0
    for first, second in candidate_pairs(cases, days=span):
        fixed = score.log_odds(first, second, without="days_apart")
        may = fixed + most >= cut
        kept.append((first[may], second[may], fixed[may].astype(np.float64)))
    if not kept:
        return [np.empty(0)] * shuffles
    first, second, fixed = (np.concatenate(part) for part in zip(*kept, strict=True))
    strengths = []
    for _ in range(shuffles):
        moved = shuffled(cases, draw)
        then = replace(score, compared=replace(score.compared, cases=moved))
        apart = np.abs(moved.middle[first] - moved.middle[second])
        days = score.terms["days_apart"][then.compared.place("days_apart", first, second)]
        strong = (apart <= REACH_DAYS) & (fixed + days >= cut)
        log_odds = (fixed + days)[strong]
        found = grouped(len(cases), first[strong], second[strong], log_odds, cut, then.log_odds)
        strengths.append(learned.strength(moved, found))
    return strengths


def by_chance(strength: Floats, among: Floats, shuffles: int) -> Floats:
    """How many groups at least as strong as each ``strength`` one shuffle holds on average; never below
    1 / (shuffles + 1), as the real order counts as one shuffle (Davison & Hinkley 1997)."""
    above = len(among) - np.searchsorted(np.sort(among), strength, side="left")
    return np.asarray((above + 1) / (shuffles + 1))


def false_shares(strength: Floats, expected: Floats) -> Floats:
    """Per group the smallest share of chance among all groups at or above some bar that lets it through.

    ``expected`` is ``by_chance`` of each. The step-up of Benjamini & Hochberg 1995 with counts from shuffles.
    """
    order = np.argsort(-strength, kind="stable")
    rank = np.searchsorted(np.sort(-strength), -strength[order], side="right")
    share = np.minimum.accumulate((expected[order] / rank)[::-1])[::-1]
    found = np.empty(len(strength))
    found[order] = np.minimum(share, 1.0)
    return found


def sift(
    strength: Floats, among: Floats, shuffles: int, rate: float = FALSE_SHARE
) -> tuple[Chance, Floats, Floats, Rows]:
    """The chance rate, per group the number expected by chance and the false share, and which groups pass, strongest
    first."""
    expected = by_chance(strength, among, shuffles)
    shares = false_shares(strength, expected)
    passed = np.flatnonzero(shares <= rate)
    passed = passed[np.lexsort((passed, -strength[passed]))]
    bar = float(strength[passed].min()) if len(passed) else None
    worst = float(expected[passed].max()) if len(passed) else 0.0
    return Chance(len(strength), len(passed), worst, bar, shuffles, rate), expected, shares, passed
