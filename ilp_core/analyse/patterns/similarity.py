"""Similarity: how alike two incidents are in what was done, where and when. Places and patterns, never persons.

Each feature of a pair falls into one of a few levels ("same premise, a rare one", "up to 1 hour apart"). Levels, not
raw differences, are what the linkage weighs (Porter 2016, The American Statistician 70:152, bins its evidence in the
same way). Agreement on something rare says more than agreement on something common, so the levels of agreement are
split by how common the shared value is round the two places, and nearness by how crowded these are (commonness.py).
Level 0 always means that the pair cannot be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.cases import REACH_DAYS, REACH_M, Cases
from ilp_core.analyse.patterns.commonness import CROWDS, crowd, local_shares
from ilp_core.domain.offences import FAMILIES, OFFENCE_CODE, OFFENCES

Floats = NDArray[np.float64]
Levels = NDArray[np.uint8]

#: What two incidents are compared by. Locked (guard-rail G02): no name, no personal attribute, nothing of residents.
FEATURES: Final = ("offence", "method", "premise", "time_of_day", "weekday", "distance", "days_apart")

#: Agreement is split at these shares of the cases round the places that hold the shared value, rarest first
#: [this project's choice].
OFFENCE_SHARES: Final = (0.05, 0.15, 0.40)
METHOD_SHARES: Final = (0.03, 0.10, 0.30)
PREMISE_SHARES: Final = (0.02, 0.06, 0.20)
#: Codes that share at least this part of their method words do much the same [this project's choice].
MUCH_SHARED: Final = 0.5
#: Upper edges of the levels of difference [this project's choice].
HOURS_APART: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
METRES_APART: Final = (50.0, 100.0, 200.0, 400.0, 800.0, 1_200.0, 1_600.0, 2_200.0, REACH_M)
DAYS_APART: Final = (1, 2, 4, 7, 10, 14, 21, REACH_DAYS)
#: The clock is read to the quarter hour; lengths of windows are rounded up to one of these, in quarter hours.
QUARTERS: Final = 96
WINDOW_QUARTERS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40, 49)
#: Steps of the tables for distance and gap; every edge above is a multiple of them.
_METRES_STEP: Final = 50.0
#: How many levels each feature has, level 0 with it.
LEVELS: Final[Mapping[str, int]] = {
    "offence": 1 + len(OFFENCE_SHARES) + 1 + 2,
    "method": 1 + len(METHOD_SHARES) + 1 + 3,
    "premise": 1 + len(PREMISE_SHARES) + 1 + 1,
    "time_of_day": 1 + len(HOURS_APART),
    "weekday": 1 + 4,
    "distance": 1 + len(METRES_APART) * CROWDS,
    "days_apart": 1 + len(DAYS_APART),
}


@dataclass(frozen=True)
class Comparer:
    """Ready tables that give the level of each feature of a pair by a look-up or two.

    ``table`` of a feature is square in the classes that ``of_case`` puts each case into; distance is looked up by its
    size in steps of 50 m and the crowd, days apart by their number.
    """

    cases: Cases
    of_case: Mapping[str, NDArray[np.intp]]
    table: Mapping[str, Levels]

    def levels(self, first: Rows, second: Rows) -> Levels:
        """The levels of the pairs (first[k], second[k]), of shape (pairs, features), features as in FEATURES.

        Pairs out of reach get the level of the farthest or the longest apart.
        """
        found = np.empty((len(first), len(FEATURES)), dtype=np.uint8)
        for number, name in enumerate(FEATURES):
            found[:, number] = self.table[name].ravel()[self.place(name, first, second)]
        return found

    def place(self, name: str, first: Rows, second: Rows) -> NDArray[np.intp]:
        """Where in the flattened table of feature ``name`` each pair is looked up."""
        cases = self.cases
        if name == "distance":
            apart = np.hypot(cases.x[first] - cases.x[second], cases.y[first] - cases.y[second])
            step = np.minimum(apart * (1 / _METRES_STEP), len(self.table[name]) - 1).astype(np.intp)
            of_case = self.of_case[name]
            return step * CROWDS + np.maximum(of_case[first], of_case[second])
        if name == "days_apart":
            gap = np.abs(cases.middle[first] - cases.middle[second])
            return np.minimum(gap, len(self.table[name]) - 1).astype(np.intp)
        of_case = self.of_case[name]
        return np.asarray(of_case[first] * len(self.table[name]) + of_case[second])


def comparer(cases: Cases) -> Comparer:
    """The tables for ``cases``; what is common is judged among them."""
    offences, of_offence = _classes(cases, cases.offence, OFFENCE_SHARES)
    codes, of_code = _classes(cases, cases.code, METHOD_SHARES)
    premises, of_premise = _classes(cases, cases.premise, PREMISE_SHARES)
    clocks, of_clock = _clock_classes(cases)
    of_weekday = np.where(cases.end - cases.start <= DAY_S, (cases.day + 3) % 7, 7)
    return Comparer(
        cases,
        {
            "offence": of_offence,
            "method": of_code,
            "premise": of_premise,
            "time_of_day": of_clock,
            "weekday": of_weekday,
            "distance": crowd(cases.x, cases.y),
        },
        {
            "offence": _offence_table(offences),
            "method": _method_table(codes, cases.words),
            "premise": _premise_table(premises),
            "time_of_day": _clock_table(clocks),
            "weekday": _weekday_table(),
            "distance": _distance_table(),
            "days_apart": _edge_table(DAYS_APART, 1.0),
        },
    )


def _classes(cases: Cases, trait: NDArray[np.int64], shares: tuple[float, ...]) -> tuple[NDArray[np.int64], Rows]:
    """The distinct (trait, how common it is round the case, from 0 for rare), and which one each case has."""
    _, number = np.unique(trait, return_inverse=True)
    common = np.searchsorted(shares, local_shares(cases.x, cases.y, number), side="right")
    return np.unique(np.column_stack([trait, common]), axis=0, return_inverse=True)


def _same(classes: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Per pair of classes whether the trait is one, and the level of that agreement: that of the commoner place."""
    trait, common = classes.T
    return trait[:, None] == trait, 1 + np.maximum(common[:, None], common)


def _offence_table(classes: NDArray[np.int64]) -> Levels:
    """Rare to common where the offence is the same, then one family, then neither."""
    family = np.zeros((len(OFFENCES), len(OFFENCES)), dtype=bool)
    for name, slugs in FAMILIES.items():
        # "Property" is most of what there is: being in it together says nothing.
        if name != "property":
            members = [OFFENCE_CODE[slug] for slug in slugs]
            family[np.ix_(members, members)] = True
    same, level = _same(classes)
    offence = classes[:, 0]
    last = LEVELS["offence"] - 1
    return np.where(same, level, np.where(family[np.ix_(offence, offence)], last - 1, last)).astype(np.uint8)


def _method_table(classes: NDArray[np.int64], words: tuple[frozenset[str], ...]) -> Levels:
    """Rare to common where the code is the same, then much, some or none of the words shared."""
    codes, of_class = np.unique(classes[:, 0], return_inverse=True)
    last = LEVELS["method"] - 1
    shared = np.zeros((len(codes), len(codes)), dtype=np.int64)
    for row, code in enumerate(codes.tolist()):
        for column in range(row + 1, len(codes)):
            mine, others = words[code], words[int(codes[column])]
            if mine and others:
                part = len(mine & others) / len(mine | others)
                shared[row, column] = last - 2 if part >= MUCH_SHARED else last - 1 if part > 0 else last
    shared += shared.T
    same, level = _same(classes)
    return np.where(same, level, shared[np.ix_(of_class, of_class)]).astype(np.uint8)


def _premise_table(classes: NDArray[np.int64]) -> Levels:
    """Rare to common where the premise is the same, then different; unknown says nothing."""
    same, level = _same(classes)
    table = np.where(same, level, LEVELS["premise"] - 1)
    unknown = classes[:, 0] < 0
    return np.where(unknown[:, None] | unknown, 0, table).astype(np.uint8)


def _clock_classes(cases: Cases) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """The distinct pairs (first quarter hour, quarter hours) of the cases' windows, and which one each case has;
    (0, 0) where the hour is not known."""
    first = cases.local % DAY_S // 900
    inside = cases.local % 900 + (cases.end - cases.start)
    quarters = (np.maximum(inside, 1) + 899) // 900
    length = np.asarray(WINDOW_QUARTERS)[
        np.minimum(np.searchsorted(WINDOW_QUARTERS, quarters), len(WINDOW_QUARTERS) - 1)
    ]
    packed = np.where(cases.hour_known, first * 1_000 + length, 0)
    distinct, of_case = np.unique(packed, return_inverse=True)
    return np.column_stack([distinct // 1_000, distinct % 1_000]), of_case


def hours_apart(windows: NDArray[np.int64]) -> Floats:
    """The expected hours between two times of day, of shape (windows, windows).

    ``windows`` holds (first quarter hour, how many quarter hours) each; a time is equally likely in any quarter hour
    of its window, and hours are counted the shorter way round the clock (aoristic; Porter 2016 takes the same
    expectation). A window of length 0 gives NaN.
    """
    first, length = windows.T
    since = (np.arange(QUARTERS) - first[:, None]) % QUARTERS
    weight = (since < length[:, None]) / np.maximum(length, 1)[:, None]
    step = np.abs(np.arange(QUARTERS)[:, None] - np.arange(QUARTERS))
    apart = np.minimum(step, QUARTERS - step) / 4
    expected = weight @ apart @ weight.T
    silent = length == 0
    expected[silent] = np.nan
    expected[:, silent] = np.nan
    return np.asarray(expected)


def _clock_table(windows: NDArray[np.int64]) -> Levels:
    apart = hours_apart(windows)
    level = 1 + np.minimum(np.searchsorted(HOURS_APART, apart), len(HOURS_APART) - 1)
    return np.where(np.isnan(apart), 0, level).astype(np.uint8)


def _weekday_table() -> Levels:
    """Days of the week apart, the shorter way round; the eighth class is unknown."""
    step = np.abs(np.arange(7)[:, None] - np.arange(7))
    table = np.zeros((8, 8), dtype=np.uint8)
    table[:7, :7] = 1 + np.minimum(step, 7 - step)
    return table


def _distance_table() -> Levels:
    """Distance by how crowded the busier of the two places is."""
    level = _edge_table(METRES_APART, _METRES_STEP).astype(np.int64)
    return np.asarray(1 + (level[:, None] - 1) * CROWDS + np.arange(CROWDS)).astype(np.uint8)


def _edge_table(edges: tuple[float, ...] | tuple[int, ...], step: float) -> Levels:
    """The level of each step up to the last edge, and one more for all beyond it."""
    lower = np.arange(round(edges[-1] / step) + 1) * step
    level = 1 + np.minimum(np.searchsorted(np.asarray(edges, dtype=np.float64), lower, side="right"), len(edges) - 1)
    return level.astype(np.uint8)
