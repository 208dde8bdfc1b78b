"""Possible series: groups of incidents so alike in what was done, where and when that chance seldom makes them.

Pairs are weighed by Bayes factors (linkage.py), joined to groups (grouping.py), given the probability that groups
like them were one series in injected data (strength.py), and held against the same search with shuffled dates
(chance.py). Only what passes the stated chance rate is returned. A possible series is a group of records, never a
person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import DAY_S, Evidence
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.patterns.account import Next, Pattern, Reason, next_of, pattern_of, reasons_of
from ilp_core.analyse.patterns.cases import REACH_DAYS, REACH_M, Cases, cases_of, one_each
from ilp_core.analyse.patterns.chance import FALSE_SHARE, SHUFFLES, Chance, chance_groups, sift
from ilp_core.analyse.patterns.grouping import Group
from ilp_core.analyse.patterns.linkage import Linkage, scorer
from ilp_core.analyse.patterns.similarity import FEATURES, Comparer, comparer
from ilp_core.analyse.patterns.strength import CUT, MOST_ROUNDS, Learned, find_groups, learn
from ilp_core.analyse.places import area_of, middle_of, name_of
from ilp_core.domain.offences import OFFENCES

METHOD: Final = "series by behaviour similarity, calibrated on injected series, 1"
SOURCE: Final = "Porter 2016, The American Statistician 70:152; doctrine 3.6"

#: Where series are looked for: three times the longest series injected [this project's choice].
WINDOW_DAYS: Final = 84
#: A series whose last case is older is over [this project's choice: twice the fortnight in which most are followed by
#: the next].
ACTIVE_DAYS: Final = 28
#: Fewer cases in the window teach nothing [this project's choice].
LEAST_CASES: Final = 300
#: The share of cases that the area told holds: one case far off does not make it a whole district [this project's
#: choice].
AREA_SHARE: Final = 0.8


@dataclass(frozen=True)
class PossibleSeries:
    """One possible series. Positions in projected metres, times in seconds since 1970 UTC.

    ``rows`` are its cases, in order of time, and ``fit`` the log-odds of each with the others on average: those far
    below the rest may not belong. Four in five cases lie within ``radius`` of their middle. ``probability`` is the
    share of groups like it that were one series in injected data and ``log_odds`` the same as log-odds; ``chance``
    how many groups at least as strong the city shows with shuffled dates, and ``false_share`` the share of chance
    among those returned down to this one. ``reasons`` are what each feature adds per pair.
    """

    pattern: Pattern
    rows: Rows
    fit: tuple[float, ...]
    label: str
    x: float
    y: float
    radius: float
    first: float
    last: float
    offences: Mapping[str, int]
    beat: str | None
    district: str | None
    probability: float
    log_odds: float
    chance: float
    false_share: float
    reasons: tuple[Reason, ...]
    next: Next


@dataclass(frozen=True)
class SeriesFinding:
    """The possible series open at a moment, surest first, the chance rate of the search, and its basis.

    ``learned`` is what the probabilities rest on, to be handed to the next search; None where the records are too few
    to learn from, and then nothing is returned.
    """

    series: tuple[PossibleSeries, ...]
    chance: Chance
    basis: Basis
    learned: Learned | None


def find_series(
    frame: IncidentFrame,
    evidence: Evidence,
    at: float,
    *,
    method_words: Mapping[str, frozenset[str]] | None = None,
    linkage: Linkage | None = None,
    learned: Learned | None = None,
    seed: int = 0,
    rounds: int = MOST_ROUNDS,
    shuffles: int = SHUFFLES,
    rate: float = FALSE_SHARE,
    active_days: int = ACTIVE_DAYS,
) -> SeriesFinding:
    """The possible series open at ``at`` among ``evidence`` (from ``gather``; at least WINDOW_DAYS long).

    ``method_words`` gives words per code (method_words.py). ``linkage`` is one fitted on an agency's own solved
    series (fit_linkage). ``learned`` is an earlier finding's, which saves most of the time; it overrides ``linkage``.
    ``rounds`` is how often series are injected at most; ``rate`` the share of chance allowed among what is returned
    before ``active_days`` limit it.
    """
    rows = _recent(frame, evidence.rows, at)
    cases = cases_of(frame, rows, method_words)
    chosen = one_each(cases)
    rows, cases = rows[chosen], cases.take(chosen)
    # Two streams: what was learnt before and what is learnt now then meet the same shuffles.
    learning, shuffling = (np.random.default_rng([seed, stream]) for stream in (0, 1))
    basis = basis_of(
        frame, evidence, METHOD, SOURCE,
        at=at, window_days=WINDOW_DAYS, cases=len(cases), reach_m=REACH_M, reach_days=REACH_DAYS, cut=CUT,
        features=" ".join(FEATURES), rounds=rounds, shuffles=shuffles, rate=rate, active_days=active_days, seed=seed,
        own_series=linkage is not None,
    )  # fmt: skip
    if learned is None and len(cases) >= LEAST_CASES:
        learned = _learn(cases, learning, linkage, rounds)
    if learned is None or not len(cases):
        return SeriesFinding((), Chance(0, 0, 0.0, None, shuffles, rate), basis, learned)
    compared = comparer(cases)
    score = scorer(compared, learned.linkage)
    groups = find_groups(cases, score)
    strength = learned.strength(cases, groups)
    among = np.concatenate([np.empty(0), *chance_groups(cases, score, learned, shuffling, shuffles)])
    chance, expected, shares, passed = sift(strength, among, shuffles, rate)
    told = [
        _told(frame, rows, compared, learned, groups[k], float(strength[k]), float(expected[k]), float(shares[k]))
        for k in passed
    ]
    return SeriesFinding(
        tuple(found for found in told if found.last > at - active_days * DAY_S), chance, basis, learned
    )


def _recent(frame: IncidentFrame, rows: Rows, at: float) -> Rows:
    """The rows of the window whose day is known. What was not known at ``at`` never counts, whoever gathered it."""
    time = frame.column["time"][rows]
    inside = (time > at - WINDOW_DAYS * DAY_S) & (time <= at) & (frame.column["known"][rows] <= at)
    rows = rows[inside & ~frame.month_only[rows] & frame.located[rows]]
    # What is drawn at random goes by a record's place in line: it must not hang on the order of loading.
    column = frame.column
    return rows[np.lexsort((frame.offence[rows], column["y"][rows], column["x"][rows], column["time"][rows]))]


def _learn(cases: Cases, draw: np.random.Generator, linkage: Linkage | None, rounds: int) -> Learned | None:
    try:
        return learn(cases, draw, linkage=linkage, most_rounds=rounds)
    except ValueError:
        # Cases too far apart to pair, or no injected series found again: nothing can be said of any group.
        return None


def _told(
    frame: IncidentFrame,
    rows: Rows,
    compared: Comparer,
    learned: Learned,
    group: Group,
    strength: float,
    expected: float,
    share: float,
) -> PossibleSeries:
    cases, own = compared.cases, rows[group.members]
    x, y = middle_of(frame, own)
    kinds = np.bincount(frame.offence[own], minlength=len(OFFENCES))
    reasons = reasons_of(compared, learned.linkage, group.members, frame.words["premise"], frame.words["code"])
    time = frame.column["time"][own]
    return PossibleSeries(
        pattern=pattern_of(cases, group.members, reasons),
        rows=own,
        fit=tuple(group.fit.tolist()),
        label=name_of(frame, own),
        x=x,
        y=y,
        radius=float(np.quantile(np.hypot(cases.x[group.members] - x, cases.y[group.members] - y), AREA_SHARE)),
        first=float(time.min()),
        last=float(time.max()),
        offences={OFFENCES[k]: int(kinds[k]) for k in np.argsort(-kinds, kind="stable") if kinds[k]},
        beat=area_of(frame, own, "beat"),
        district=area_of(frame, own, "district"),
        probability=float(1 / (1 + np.exp(-strength))),
        log_odds=float(strength),
        chance=float(expected),
        false_share=float(share),
        reasons=reasons,
        next=next_of(cases, group.members),
    )
