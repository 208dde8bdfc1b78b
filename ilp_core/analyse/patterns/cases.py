"""Cases: the incidents that are compared, and which pairs of them are near enough to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.patterns.method_words import words_of

Floats = NDArray[np.float64]

#: Beyond these two incidents are not compared [this project's choice; the limits keep a city's pairs countable].
REACH_M: Final = 3_000.0
REACH_DAYS: Final = 28

#: A window longer than this, in hours, does not say at what time of day something happened [this project's choice].
LONGEST_WINDOW_H: Final = 12

#: Records of one offence no farther apart in metres and seconds are one event [this project's choice].
ONE_EVENT_M: Final = 50.0
ONE_EVENT_S: Final = 3_600


@dataclass(frozen=True)
class Cases:
    """Incidents to compare, as columns of equal length in order of time.

    ``x``, ``y`` in projected metres, all finite; ``start`` and ``end`` of the window in which it occurred and the
    ``local`` clock at its start in seconds (see domain/columns.py); ``timed`` False where the hour is unknown;
    ``offence`` a position in OFFENCES; ``code`` a position in ``words``, which holds the method words of each code;
    ``premise`` a position in the frame's vocabulary, -1 where unknown.
    """

    x: Floats
    y: Floats
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    local: NDArray[np.int64]
    timed: NDArray[np.bool_]
    offence: NDArray[np.int64]
    code: NDArray[np.int64]
    premise: NDArray[np.int64]
    words: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Rows) -> Cases:
        """The cases at ``rows``, in that order."""
        columns = ("x", "y", "start", "end", "local", "timed", "offence", "code", "premise")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    def moved(self, days: NDArray[np.int64]) -> Cases:
        """The same cases, each ``days`` whole days later, at the same time of day. The order is kept."""
        late = days * DAY_S
        return replace(self, start=self.start + late, end=self.end + late, local=self.local + late)

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """The local day on which each case began, counted from 1 January 1970."""
        return self.local // DAY_S

    @cached_property
    def middle(self) -> Floats:
        """The middle of each case's window in days."""
        return (self.start + self.end) / (2.0 * DAY_S)

    @cached_property
    def hour_known(self) -> NDArray[np.bool_]:
        """True where the case says at what time of day it happened."""
        return np.asarray(self.timed & (self.end - self.start <= LONGEST_WINDOW_H * 3_600))


def cases_of(frame: IncidentFrame, rows: Rows, method_words: Mapping[str, frozenset[str]] | None = None) -> Cases:
    """The cases at ``rows`` of ``frame``. Every row must be located and its day known.

    ``method_words`` gives words per code (see method_words.py); a code that it lacks speaks by its own words, if any.
    """
    given = method_words or {}
    column = frame.column
    start = column["time"][rows]
    return Cases(
        x=column["x"][rows],
        y=column["y"][rows],
        start=start,
        end=np.maximum(column["end"][rows], start),
        local=column["local"][rows],
        timed=column["timed"][rows] == 1,
        offence=frame.offence[rows].astype(np.int64),
        code=column["code"][rows].astype(np.int64),
        premise=column["premise"][rows].astype(np.int64),
        words=tuple(given[code] if code in given else words_of(code) for code in frame.words["code"]),
    )


def candidate_pairs(cases: Cases, reach_m: float = REACH_M, days: float = REACH_DAYS) -> Iterator[tuple[Rows, Rows]]:
    """Every pair within ``reach_m`` metres and ``days`` days of each other once, in portions, the earlier one first.

    Portions keep the memory small: of a city's year no more than some weeks' pairs are held at once.
    """
    order = np.argsort(cases.middle, kind="stable")
    middle = cases.middle[order]
    points = np.column_stack([cases.x, cases.y])[order]
    # Half a reach at a time: a portion's tree holds little that is not wanted.
    opening = middle[0] if len(middle) else 0.0
    while len(middle) and opening <= middle[-1]:
        closing = opening + max(days / 2, 1 / 24)
        since, until = np.searchsorted(middle, [opening, closing])
        last = np.searchsorted(middle, closing + days, side="right")
        if until > since and last - since > 1:
            # Days are scaled to metres: one box test then looks at place and time at once.
            scaled = np.column_stack([points[since:last], middle[since:last] * (reach_m / days)])
            pairs = cKDTree(scaled).query_pairs(reach_m * (1 + 1e-9), p=np.inf, output_type="ndarray")
            pairs = pairs[pairs[:, 0] < until - since]
            first, second = pairs[:, 0] + since, pairs[:, 1] + since
            near = np.hypot(*(points[first] - points[second]).T) <= reach_m
            near &= middle[second] - middle[first] <= days
            yield order[first[near]], order[second[near]]
        opening = closing


def expected_pairs(cases: Cases, reach_m: float = REACH_M, days: float = REACH_DAYS, most: int = 1_000) -> float:
    """About how many pairs ``candidate_pairs`` will give, from at most ``most`` of the cases, evenly spread."""
    if len(cases) < 2:
        return 0.0
    scaled = np.column_stack([cases.x, cases.y, cases.middle * (reach_m / days)])
    some = scaled[:: -(-len(scaled) // most)]
    near = cKDTree(scaled).query_ball_point(some, reach_m, p=np.inf, return_length=True)
    # A circle holds pi / 4 of its square.
    return float((near - 1).mean() * len(cases) / 2 * np.pi / 4)


def one_each(cases: Cases) -> Rows:
    """The first record of each event: records of one offence that begin within ONE_EVENT_S and ONE_EVENT_M of each
    other, or of others that do, are one.

    Ten cars broken into on one lot in one night are ten records and no series [this project's choice].
    """
    if not len(cases):
        return np.empty(0, dtype=np.intp)
    scaled = np.column_stack([cases.x, cases.y, (cases.start - cases.start[0]) * (ONE_EVENT_M / ONE_EVENT_S)])
    pairs = cKDTree(scaled).query_pairs(ONE_EVENT_M, p=np.inf, output_type="ndarray")
    first, second = pairs[cases.offence[pairs[:, 0]] == cases.offence[pairs[:, 1]]].T
    near = np.hypot(cases.x[first] - cases.x[second], cases.y[first] - cases.y[second]) <= ONE_EVENT_M
    first, second = first[near], second[near]
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(len(cases), len(cases)))
    _, event = connected_components(graph, directed=False)
    order = np.lexsort((np.arange(len(cases)), cases.start, event))
    return np.sort(order[np.diff(event[order], prepend=-1) > 0])
