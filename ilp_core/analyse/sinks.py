"""Geocode sinks: points where records pile up because of how they were written, not where they happened.

Police stations, hospitals, courthouses and the centroids that a geocoder falls back on take in records of
every kind (doctrine 3.14). They would top every list and send patrols to the station's own door. Points whose
premise says what they are leave the rankings at once; points that only look like a pile are suspected and
stay in until an analyst confirms it, because a busy corner looks the same. What an analyst decided goes before
both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.domain.offences import OFFENCE_CODE

#: Points above this share of all points by count are suspected (doctrine 3.14).
PERCENTILE: Final = 99.9
#: A pile of one kind is a hotspot; a pile of at least this many kinds, none of them above half, may be a sink.
MIXED_KINDS: Final = 4
LARGEST_SHARE: Final = 0.5
#: Fewer records than this a year do not make a pile [this project's choice].
LEAST_COUNT: Final = 5

#: Words in a premise that name a building where records are taken rather than where crimes happen.
STATION_WORDS: Final = ("POLICE", "JAIL", "LOCK-UP", "COURT", "HOSPITAL")


@dataclass(frozen=True)
class Sinks:
    """Point keys, sorted: ``certain`` ones leave the rankings, ``suspected`` ones are shown as doubtful."""

    certain: NDArray[np.int64]
    suspected: NDArray[np.int64]

    @cached_property
    def key(self) -> tuple[bytes, bytes]:
        """Equal where the same points are in both."""
        return self.certain.tobytes(), self.suspected.tobytes()


NO_KEYS: Final = np.empty(0, dtype=np.int64)
NO_SINKS: Final = Sinks(NO_KEYS, NO_KEYS)
#: Two positions nearer than this, in metres, are one point: what rounding to the sixth decimal of a degree moves.
SAME_POINT_M: Final = 1.0


@dataclass(frozen=True)
class Decided:
    """Point keys on which analysts decided: ``confirmed`` sinks, and ``cleared`` points that are none."""

    confirmed: NDArray[np.int64]
    cleared: NDArray[np.int64]


UNDECIDED: Final = Decided(NO_KEYS, NO_KEYS)


def keys_near(frame: IncidentFrame, positions: Sequence[tuple[float, float]]) -> NDArray[np.int64]:
    """The keys of the points within a metre of ``positions``, in projected metres."""
    points = frame.points
    looked = np.zeros(len(points.keys), dtype=bool)
    for east, _ in positions:
        looked[points.between(east - SAME_POINT_M, east + SAME_POINT_M)] = True
    rows = np.flatnonzero(looked[points.place])
    x, y = frame.column["x"][rows], frame.column["y"][rows]
    near = np.zeros(len(rows), dtype=bool)
    for east, north in positions:
        near |= (np.abs(x - east) < SAME_POINT_M) & (np.abs(y - north) < SAME_POINT_M)
    return np.unique(points.keys[points.place[rows[near]]])


def find_sinks(frame: IncidentFrame, rows: Rows, decided: Decided = UNDECIDED) -> Sinks:
    """The geocode sinks among ``rows``: a year of the force's records that may rank places (G05: no others)."""
    if not len(rows):
        return Sinks(decided.confirmed, NO_KEYS)
    distinct = frame.points.keys
    point_of = frame.points.place[rows]
    counts = np.bincount(point_of, minlength=len(distinct))
    many = np.flatnonzero(counts >= LEAST_COUNT)
    station = np.flatnonzero(_station(frame)[frame.column["premise"][rows]])
    at_station = np.bincount(point_of[station], minlength=len(distinct))
    certain = at_station[many] > counts[many] / 2
    piles = (counts[many] > _percentile(counts, PERCENTILE)) & ~certain
    by_premise, suspected = distinct[many[certain]], distinct[_mixed(frame, rows, point_of, many[piles])]
    known = np.union1d(decided.confirmed, decided.cleared)
    return Sinks(
        np.union1d(np.setdiff1d(by_premise, decided.cleared), decided.confirmed), np.setdiff1d(suspected, known)
    )


def _percentile(counts: NDArray[np.int64], percent: float) -> float:
    """As numpy's percentile of those counts that are not 0, without sorting them: few counts differ."""
    of_count = np.bincount(counts)
    of_count[0] = 0
    upto = np.cumsum(of_count)
    place = (float(upto[-1]) - 1) * percent / 100
    below, above = np.searchsorted(upto, [np.floor(place), np.ceil(place)], side="right")
    return float(below + (above - below) * (place - np.floor(place)))


def _mixed(frame: IncidentFrame, rows: Rows, point_of: NDArray[np.integer], piles: Rows) -> Rows:
    """Those of ``piles`` that hold records of many kinds, none of them the most."""
    number = np.full(len(frame.points.keys), -1)
    number[piles] = np.arange(len(piles))
    pile = number[point_of]
    inside = np.flatnonzero(pile >= 0)
    kinds = len(OFFENCE_CODE)
    cell = pile[inside] * kinds + frame.offence[rows][inside]
    table = np.bincount(cell, minlength=len(piles) * kinds).reshape(len(piles), kinds)
    mixed = (np.count_nonzero(table, axis=1) >= MIXED_KINDS) & (
        table.max(axis=1) <= table.sum(axis=1) * LARGEST_SHARE
    )
    return np.asarray(piles[mixed], dtype=np.intp)


def _station(frame: IncidentFrame) -> NDArray[np.bool_]:
    """Per position in the premise vocabulary True for a station, court or hospital; the last entry is unknown."""
    premises = [premise.upper() for premise in frame.words["premise"]]
    return np.array([*(any(word in premise for word in STATION_WORDS) for premise in premises), False])
