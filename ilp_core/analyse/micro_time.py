"""Micro-time hotspots: a few crimes of one type, close together, within a fortnight.

The published rule (Santos & Santos; CrimeSolutions: at least 2 property crimes of one type, 1 to 14 days apart,
within half a mile) only proposes: in a big city it holds nearly everywhere (doctrine 3.6, measured). A proposed
place opens when the other crimes round it exceed what its own past year lets expect, by a Poisson test at the
smallest of five radii that passes with the false-discovery rate held at 5 % over the whole force and all types
(Benjamini & Hochberg 1995). In a season in which the rest of the force has more of them than usual, the place is
allowed as many times more: without that, shuffled years that end in a busy season opened too much.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import pdtrc

from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import DAY_S, speaking
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.near import count_near
from ilp_core.analyse.past_counts import Crimes, count_past
from ilp_core.analyse.places import area_of, middle_of, name_of
from ilp_core.analyse.sinks import Sinks
from ilp_core.domain.offences import MICRO_TIME_OFFENCES, OFFENCE_CODE

WINDOW_DAYS: Final = 14
BASELINE_DAYS: Final = 350
#: From the smallest place a patrol can stand at to the published half mile, in metres.
RADII_M: Final = (150.0, 250.0, 400.0, 600.0, 804.672)
FALSE_DISCOVERY_RATE: Final = 0.05
#: No circle is taken to expect fewer than this many such crimes a year, so two crimes alone never open one
#: [this project's choice].
LEAST_A_YEAR: Final = 2
#: A shorter past says too little about what is usual; then nothing opens [this project's choice].
LEAST_BASELINE_DAYS: Final = 84
#: The force's mean round such crimes counts as this many days of the place's own past, so that a place
#: without any past is not surprised by its first two crimes [this project's choice].
PRIOR_DAYS: Final = 28
#: The rest of the force counts as having met its usual amount with this many crimes more, so that a handful of crimes
#: is not taken for a season [this project's choice].
PRIOR_ELSEWHERE: Final = 10.0


@dataclass(frozen=True)
class MicroTime:
    """An open micro-time hotspot. Positions in projected metres, ``radius`` in metres.

    ``usual`` is what the place's own year and the season let expect in 14 days round one crime; ``q`` the
    false-discovery adjusted p-value; ``first`` and ``last`` the occurred times of its crimes in seconds since 1970
    UTC.
    """

    offence: str
    label: str
    x: float
    y: float
    radius: float
    count: int
    usual: float
    p: float
    q: float
    first: float
    last: float
    beat: str | None
    district: str | None
    rows: Rows


@dataclass(frozen=True)
class _Proposals:
    """The candidates of one offence: every recent crime at every radius."""

    offence: str
    recent: Rows
    tree: cKDTree
    p: NDArray[np.float64]  # recent x radii; 1.0 where the published rule does not propose
    usual: NDArray[np.float64]


def find_micro_time(frame: IncidentFrame, rows: Rows, at: float, sinks: Sinks, days: int) -> list[MicroTime]:
    """The micro-time hotspots open at ``at`` among ``rows`` (a year, known at ``at``), surest first.

    ``days`` is how long the past really is, as ``past_days`` counts it.
    """
    return micro_time_among(frame, speaking(frame, rows, at, sinks.certain), at, days)


def micro_time_among(frame: IncidentFrame, evidence: Rows, at: float, days: int) -> list[MicroTime]:
    """As ``find_micro_time`` among rows that may all speak."""
    # A source that began lately has no year to compare with.
    if days < LEAST_BASELINE_DAYS:
        return []
    # A record of which only the month is known says nothing about a fortnight.
    evidence = frame.dated(evidence)
    # By offence, each one's own in order of time: numpy sorts single bytes by counting them.
    evidence = evidence[np.argsort(frame.offence[evidence], kind="stable")]
    kind = frame.offence[evidence]
    tested_kinds, recent, past = [], [], []
    for offence in MICRO_TIME_OFFENCES:
        first, last = (bisect_left(kind, code) for code in (OFFENCE_CODE[offence], OFFENCE_CODE[offence] + 1))
        own = evidence[first:last]
        edge = frame.until(at - WINDOW_DAYS * DAY_S, own)
        if len(own) - edge >= 2:
            tested_kinds.append(offence)
            recent.append(own[edge:])
            past.append(own[frame.until(at - (WINDOW_DAYS + BASELINE_DAYS) * DAY_S, own) : edge])
    if not tested_kinds:
        return []
    proposals = [
        _propose(frame, offence, lately, len(earlier), counts, days)
        for offence, lately, earlier, counts in zip(
            tested_kinds, recent, past, _counts(frame, recent, past, at), strict=True
        )
    ]
    tested = np.concatenate([found.p.ravel() for found in proposals])
    adjusted = adjust(tested)
    opened: list[MicroTime] = []
    start = 0
    for found in proposals:
        q = adjusted[start : start + found.p.size].reshape(found.p.shape)
        start += found.p.size
        opened.extend(_open(frame, found, q))
    return sorted(opened, key=lambda spot: (spot.q, spot.p, spot.label))


def expected_false(spots: Sequence[MicroTime]) -> float:
    """How many of the opened ``spots`` chance alone may have opened: the chance rate to print beside them.

    Benjamini & Hochberg's bound: all down to the least sure one hold at most its q of false ones.
    """
    return len(spots) * max((spot.q for spot in spots), default=0.0)


def adjust(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """False-discovery adjusted p-values (Benjamini & Hochberg 1995), in the order of ``p``."""
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    # Never below p itself, which dividing and multiplying by the same number can miss by a last digit.
    return np.maximum(adjusted, p)


def _counts(
    frame: IncidentFrame, recent: Sequence[Rows], past: Sequence[Rows], at: float
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Per offence, how many other recent crimes and how many past ones lie within each radius of each recent one."""
    here, before = _crimes(frame, recent), _crimes(frame, past)
    others = count_near(here.points, here.points, RADII_M, (here.kind, here.kind)) - 1
    history = count_past(frame, here, before, RADII_M, at)
    cuts = np.cumsum([len(rows) for rows in recent])[:-1]
    return list(zip(np.split(others, cuts), np.split(history, cuts), strict=True))


def _crimes(frame: IncidentFrame, by_offence: Sequence[Rows]) -> Crimes:
    rows = np.concatenate(by_offence)
    return Crimes(rows, frame.offence[rows].astype(np.int64), _positions(frame, rows))


def _positions(frame: IncidentFrame, rows: Rows) -> NDArray[np.float64]:
    return np.column_stack([frame.column["x"][rows], frame.column["y"][rows]])


def _propose(
    frame: IncidentFrame,
    offence: str,
    recent: Rows,
    earlier: int,
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    days: int,
) -> _Proposals:
    """What is proposed of ``recent``, the crimes of one offence with ``earlier`` of them before; ``counts`` as from
    ``_counts``."""
    others, history = counts
    points = _positions(frame, recent)
    tree = cKDTree(points)
    prior = history.mean(axis=0) * PRIOR_DAYS / days
    usual = (history + prior) * WINDOW_DAYS / (days + PRIOR_DAYS)
    usual = np.maximum(usual, LEAST_A_YEAR * WINDOW_DAYS / (WINDOW_DAYS + BASELINE_DAYS))
    usual *= _busier(len(recent) - 1 - others, (earlier - history) * WINDOW_DAYS / days)
    p = np.ones(others.shape)
    p[others > 0] = pdtrc(others[others > 0] - 1, usual[others > 0])
    p[~_days_apart(frame, recent, tree, points)] = 1.0
    return _Proposals(offence, recent, tree, p, usual)


def _busier(elsewhere: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times its usual amount of such crimes the force outside a circle had in the fortnight; at least once.

    Where the whole force has a busy season, a place that goes along with it is not new. A quiet season excuses no
    place.
    """
    return np.maximum(1.0, (elsewhere + PRIOR_ELSEWHERE) / (expected + PRIOR_ELSEWHERE))


def past_days(frame: IncidentFrame, covered: Coverage, at: float) -> int:
    """Whole days of past before the recent fortnight that records cover, at most BASELINE_DAYS."""
    first = frame.first_dated(at)
    if first is None:
        return 0
    end = at - WINDOW_DAYS * DAY_S
    start = max(first, end - BASELINE_DAYS * DAY_S)
    # A hair's breadth of rounding does not make 350 days 349.
    return int(covered.days(start, end) + 1e-6) if start < end else 0


def _days_apart(frame: IncidentFrame, recent: Rows, tree: cKDTree, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True where another crime within half a mile lies at least one day off: the published rule's 1 to 14 days."""
    days = frame.column["local"][recent] // DAY_S
    pairs = tree.query_pairs(RADII_M[-1], output_type="ndarray")
    apart = pairs[days[pairs[:, 0]] != days[pairs[:, 1]]]
    proposed = np.zeros(len(points), dtype=bool)
    proposed[apart.ravel()] = True
    return proposed


def _open(frame: IncidentFrame, found: _Proposals, q: NDArray[np.float64]) -> list[MicroTime]:
    """Of overlapping candidates the surest, each at its smallest radius that passes."""
    passed = q <= FALSE_DISCOVERY_RATE
    anchors = np.flatnonzero(passed.any(axis=1))
    smallest = passed.argmax(axis=1)
    order = sorted(anchors, key=lambda anchor: (found.p[anchor, smallest[anchor]], smallest[anchor], anchor))
    taken: set[int] = set()
    spots = []
    for anchor in order:
        radius = RADII_M[smallest[anchor]]
        members = found.tree.query_ball_point(found.tree.data[anchor], radius)
        if taken.intersection(members):
            continue
        taken.update(members)
        spots.append(_spot(frame, found, q, int(anchor), int(smallest[anchor]), np.sort(np.asarray(members))))
    return spots


def _spot(
    frame: IncidentFrame, found: _Proposals, q: NDArray[np.float64], anchor: int, step: int, members: NDArray[np.intp]
) -> MicroTime:
    rows = found.recent[members]
    x, y = middle_of(frame, rows)
    time = frame.column["time"][rows]
    return MicroTime(
        offence=found.offence,
        label=name_of(frame, rows),
        x=x,
        y=y,
        radius=RADII_M[step],
        count=len(rows),
        usual=float(found.usual[anchor, step]),
        p=float(found.p[anchor, step]),
        q=float(q[anchor, step]),
        first=float(time.min()),
        last=float(time.max()),
        beat=area_of(frame, rows, "beat"),
        district=area_of(frame, rows, "district"),
        rows=rows,
    )
