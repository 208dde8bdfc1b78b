"""Chronic hotspots: the places of an area that stand out over a year, by harm or by count.

Each place's count per kind of offence is shrunk to the area's own mean by an empirical-Bayes gamma prior
(moments; Clayton & Kaldor 1987, Biometrics 43:671), so that a place is not ranked on one bad night. Harm is the
shrunk expected count times the weight of the offence in days of sentence (doctrine 3.7, 3.14). A record
that alone is more than half of a place's harm is left out of its score: a single incident never makes a hotspot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.places import middle_of, name_of, neighbours, numbered_cells
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.questions import Weighting
from ilp_core.domain.windows import Hours

#: 52 whole weeks, so that every weekday counts equally often (HunchLab's longest baseline, doctrine S2).
YEAR_DAYS: Final = 364
RECENT_DAYS: Final = 14
#: Enough for the longest list beside every place that a micro-time hotspot already names. A whole force has thousands
#: of places, and to describe them all would take longer than to find them [this project's choice].
MOST_DESCRIBED: Final = 200
#: One record is not a place.
LEAST_COUNT: Final = 2


@dataclass(frozen=True)
class HotPlace:
    """One place. Positions in projected metres; ``score`` is expected harm in days or expected count a year, and
    ``variance`` how surely it is that.

    ``count`` in the evidence window, ``before`` in the equal window before it (None where the data does not
    reach back), ``recent`` in the last 14 days (None where only months are known), ``year`` in 364 days: the place's
    own baseline; ``apart`` is the part of it outside the evidence window.
    """

    key: int
    label: str
    x: float
    y: float
    count: int
    before: int | None
    recent: int | None
    year: int
    apart: int
    score: float
    variance: float
    offences: Mapping[str, int]
    heaviest_share: float
    busiest: Hours | None
    rows: Rows


def rank_places(
    frame: IncidentFrame,
    rows: Rows,
    before: Rows | None,
    year: Rows,
    *,
    at: float,
    weighting: Weighting,
    advice: Hours | None,
) -> list[HotPlace]:
    """The first MOST_DESCRIBED places among ``rows``, highest score first, none touching a higher one.

    ``rows`` is the evidence, ``before`` that of the equal window before it and ``year`` that of 364 days, all
    located; ``advice`` limits the hours in which a place's busiest time is looked for.
    """
    if not len(rows):
        return []
    cells, place_of = numbered_cells(frame, rows)
    counts = np.bincount(place_of)
    earlier, quiet = _counts_in(frame, cells, before)
    scores, variances = _scores(frame, rows, place_of, len(cells), quiet, weighting)
    lately, _ = _counts_in(frame, cells, _recent(frame, year, at))
    # Most questions are of the year itself: then nothing of it lies apart.
    rest = None if year is rows else np.setdiff1d(year, rows, assume_unique=True)
    yearly = counts if year is rows else _counts_in(frame, cells, year)[0]
    apart, _ = _counts_in(frame, cells, rest)
    dated = not frame.month_only[year].all()
    # numpy sorts short integers by their digits, far faster than long ones.
    grouped = np.argsort(place_of.astype(np.uint16) if len(cells) < 1 << 16 else place_of, kind="stable")
    edges = np.concatenate([[0], np.cumsum(counts)])
    chosen: list[HotPlace] = []
    taken: set[int] = set()
    for place in np.lexsort((cells, -counts, -scores)):
        key = int(cells[place])
        if counts[place] < LEAST_COUNT or key in taken:
            continue
        if len(chosen) == MOST_DESCRIBED:
            break
        taken |= neighbours(key)
        own = rows[grouped[edges[place] : edges[place + 1]]]
        kinds = np.bincount(frame.offence[own]).tolist()
        harm = frame.harm[own]
        x, y = middle_of(frame, own)
        chosen.append(
            HotPlace(
                key=key,
                label=name_of(frame, own),
                x=x,
                y=y,
                count=len(own),
                before=None if before is None else int(earlier[place]),
                recent=int(lately[place]) if dated else None,
                year=int(yearly[place]),
                apart=int(apart[place]),
                score=float(scores[place]),
                variance=float(variances[place]),
                offences={
                    OFFENCES[kind]: kinds[kind]
                    for kind in sorted(range(len(kinds)), key=kinds.__getitem__, reverse=True)
                    if kinds[kind]
                },
                heaviest_share=float(harm.max() / harm.sum()) if harm.any() else 0.0,
                busiest=busiest_hours(frame, own, advice),
                rows=own,
            )
        )
    return chosen


def _scores(
    frame: IncidentFrame,
    rows: Rows,
    place_of: NDArray[np.intp],
    places: int,
    quiet: int,
    weighting: Weighting,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected harm or count per place, and its variance; ``quiet`` places of the area had none and pull the mean
    down."""
    kinds, kind_of = _kinds(frame, rows)
    counts = np.bincount(place_of * len(kinds) + kind_of, minlength=places * len(kinds))
    table = counts.reshape(places, len(kinds)).astype(np.float64)
    mean = table.sum(axis=0) / (places + quiet)
    variance = (table**2).sum(axis=0) / (places + quiet) - mean**2
    spread = variance - mean
    pull = np.where(spread > 0, mean / np.where(spread > 0, spread, 1.0), np.inf)
    # Gamma-Poisson: (mean * pull + count) / (pull + 1); with no spread beyond chance every place is the mean.
    own = 1 / (pull + 1)
    harms = (kinds & 0xFFFFFFFF).astype(np.uint32).view(np.float32).astype(np.float64)
    weights = harms if weighting == "harm" else np.ones(len(kinds))
    expected = mean * (1 - own) + (table - _lone(table, weights)) * own
    # A gamma of rate pull + 1 varies by its mean over that rate.
    return expected @ weights, expected @ (weights**2 * own)


def _kinds(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], Rows]:
    """The distinct pairs of offence and harm, each as one whole number, sorted, and which one each of ``rows`` is."""
    # The offence map gives all records of a source's code the same pair: one of each code tells it.
    source, code = frame.origin.source[rows].astype(np.intp), frame.column["code"][rows]
    codes = source * (len(frame.words["code"]) + 1) + code + 1
    number = np.full(int(codes.max()) + 1, -1, dtype=np.intp)
    number[codes] = np.arange(len(codes))
    held = np.flatnonzero(number >= 0)
    one = rows[number[held]]
    # The bits of numbers from 0 on stand in the order of the numbers.
    harm = np.ascontiguousarray(frame.harm[one], dtype=np.float32).view(np.int32)
    kinds, number[held] = np.unique((frame.offence[one].astype(np.int64) << 32) | harm, return_inverse=True)
    return kinds, number[codes]


def _lone(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """1.0 where a single record is more than half of all a place holds: it is left out of the place's score."""
    total = table @ weights
    return np.asarray(((table == 1) & (weights > total[:, None] / 2)).astype(np.float64))


def _recent(frame: IncidentFrame, rows: Rows, at: float) -> Rows:
    return frame.dated(rows[frame.until(at - RECENT_DAYS * DAY_S, rows) :])


def _counts_in(frame: IncidentFrame, cells: NDArray[np.int64], rows: Rows | None) -> tuple[NDArray[np.int64], int]:
    """How many of ``rows`` lie in each of ``cells`` (sorted), and how many other cells hold some."""
    counts = np.zeros(len(cells), dtype=np.int64)
    if rows is None or not len(rows):
        return counts, 0
    own, place_of = numbered_cells(frame, rows)
    position = np.minimum(np.searchsorted(cells, own), len(cells) - 1)
    shared = cells[position] == own
    counts[position[shared]] = np.bincount(place_of)[shared]
    return counts, int(np.count_nonzero(~shared))


def busiest_hours(frame: IncidentFrame, rows: Rows, within: Hours | None, length: int = 120) -> Hours | None:
    """The ``length`` minutes inside ``within`` with most incidents; None where fewer than three are timed.

    Where ``within`` is no longer than ``length``, it is returned as it is.
    """
    if within is None:
        within = Hours(0, 0)
    span = (within.end - within.start) % 1440 or 1440
    if span <= length:
        return within
    timed = rows[frame.column["timed"][rows] == 1]
    if len(timed) < 3:
        return None
    minute = frame.column["local"][timed] % DAY_S // 60
    since = (minute - within.start) % 1440
    since = since[since < span]
    if len(since) < 3:
        return None
    starts = np.arange(0, span - length + 1, 60)
    since.sort()
    held = np.searchsorted(since, starts + length) - np.searchsorted(since, starts)
    best = int(starts[np.argmax(held)])
    return Hours((within.start + best) % 1440, (within.start + best + length) % 1440)
