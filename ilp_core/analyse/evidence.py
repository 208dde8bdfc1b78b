"""Evidence: which rows may speak for a place, and how many were left out for which reason.

Every ranking starts here, so that the exclusions of the doctrine hold for all of them: domestic incidents
(G46), police-initiated records (G05), offences that may not rank places (3.8), rows without coordinates,
geocode sinks and placeholder hours (3.14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import VIOLENCE, IncidentFrame, Rows
from ilp_core.domain.offences import OFFENCE_CODE
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.windows import Hours

DAY_S: Final = 86_400
SHOPLIFTING: Final = OFFENCE_CODE["shoplifting"]
NO_POINTS: Final = np.empty(0, dtype=np.int64)

#: Why a row may not speak, in the order in which a row is counted: each row once, under its first reason.
EXCLUSIONS: Final = (
    "unmapped",
    "domestic",
    "domestic_unknown",
    "police_started",
    "shop_theft",
    "not_ranked",
    "not_located",
    "sink",
    "hour_unknown",
)


@dataclass(frozen=True)
class Limits:
    """What a question limits: offences (None: all that may rank), hours of the day and weekdays."""

    offences: tuple[str, ...] | None = None
    hours: Hours | None = None
    weekdays: tuple[Weekday, ...] | None = None


@dataclass(frozen=True)
class Evidence:
    """The rows that count, and the numbers of those left out; ``considered`` is the sum of both.

    ``inferred`` is True where initiation was inferred from the offence because a source does not record it.
    """

    rows: Rows
    considered: int
    excluded: Mapping[str, int]
    inferred: bool

    def __len__(self) -> int:
        return len(self.rows)


def gather(
    frame: IncidentFrame, rows: Rows, limits: Limits, at: float, sinks: NDArray[np.int64] = NO_POINTS
) -> Evidence:
    """Of ``rows``, known at ``at``, those that may rank a place within ``limits`` and off the points ``sinks``.

    A record whose code the offence map does not know may be of any offence: it counts as left out of every question.
    """
    rows = within(frame, rows, limits)
    considered = len(rows)
    excluded: dict[str, int] = {}
    inferred = bool((frame.recorded_since[rows] > at).any())
    for reason in EXCLUSIONS:
        out = _excluded(frame, rows, reason, limits, at, sinks)
        excluded[reason] = int(np.count_nonzero(out))
        rows = rows[~out]
    return Evidence(rows, considered, excluded, inferred)


def within(frame: IncidentFrame, rows: Rows, limits: Limits) -> Rows:
    """Of ``rows`` those of the offences, hours and weekdays asked for. Unknown offences and hours stay in, to be
    counted out."""
    if limits.offences is not None:
        wanted = np.isin(frame.offence[rows], [OFFENCE_CODE[slug] for slug in limits.offences])
        rows = rows[wanted | ~frame.mapped[rows]]
    return rows[_in_time(frame, rows, limits)]


def _excluded(
    frame: IncidentFrame, rows: Rows, reason: str, limits: Limits, at: float, sinks: NDArray[np.int64]
) -> NDArray[np.bool_]:
    if reason == "unmapped":
        return ~frame.mapped[rows]
    if reason == "domestic":
        return np.asarray(frame.column["domestic"][rows] == 1)
    if reason == "domestic_unknown":
        return np.asarray((frame.column["domestic"][rows] < 0) & np.isin(frame.offence[rows], VIOLENCE))
    if reason == "police_started":
        # Unknown within a source that does record initiation is left out (G05).
        return ~frame.by_the_public(rows, at)
    # Shop theft is a list of its own, shown only to who asks for it by name (doctrine 3.8).
    asked = limits.offences is not None and "shoplifting" in limits.offences
    shop = frame.offence[rows] == SHOPLIFTING
    if reason == "shop_theft":
        return np.asarray(shop & (not asked))
    if reason == "not_ranked":
        return np.asarray(~(frame.rankable[rows] | (shop & asked)))
    if reason == "not_located":
        return ~frame.located[rows]
    if reason == "sink":
        return np.isin(point_keys(frame, rows), sinks)
    limited = limits.hours is not None and not limits.hours.all_day
    hourless = (frame.column["timed"][rows] != 1) & limited
    return np.asarray(hourless | (frame.month_only[rows] & (limits.weekdays is not None)))


def _in_time(frame: IncidentFrame, rows: Rows, limits: Limits) -> NDArray[np.bool_]:
    """True inside the hours and weekdays; rows whose hour is a placeholder pass here and are counted later."""
    inside = np.ones(len(rows), dtype=bool)
    if limits.hours is None and limits.weekdays is None:
        return inside
    local = frame.column["local"][rows]
    minute = local % DAY_S // 60
    if limits.hours is not None and not limits.hours.all_day:
        inside = in_hours(minute, limits.hours) | (frame.column["timed"][rows] != 1)
    if limits.weekdays is not None:
        # A span over midnight belongs to the weekday on which it starts (assistant contract).
        start = local - limits.hours.start * 60 if limits.hours and _over_midnight(limits.hours) else local
        weekday = (start // DAY_S + 3) % 7  # 1 January 1970 was a Thursday
        inside &= np.isin(weekday, [WEEKDAYS.index(day) for day in limits.weekdays]) | frame.month_only[rows]
    return inside


def in_hours(minute: NDArray[np.int64], hours: Hours) -> NDArray[np.bool_]:
    """True where the minute of the day lies in ``hours``, which may run over midnight."""
    if hours.all_day:
        return np.ones(len(minute), dtype=bool)
    if _over_midnight(hours):
        return (minute >= hours.start) | (minute < hours.end)
    return (minute >= hours.start) & (minute < hours.end)


def _over_midnight(hours: Hours) -> bool:
    return hours.end < hours.start


def point_keys(frame: IncidentFrame, rows: Rows) -> NDArray[np.int64]:
    """One integer per exact position; rows without coordinates get the key 0."""
    points = frame.points
    return points.keys[points.place[rows]]


def speaking(frame: IncidentFrame, rows: Rows, at: float, sinks: NDArray[np.int64] = NO_POINTS) -> Rows:
    """The rows that ``gather`` keeps where nothing is asked for by name, without counting the others."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        # Rows that follow each other, as of the whole force, need not be looked up one by one.
        rows = np.flatnonzero(frame.may_rank[rows[0] : rows[-1] + 1]) + rows[0]
    else:
        rows = rows[frame.may_rank[rows]]
    rows = rows[frame.by_the_public(rows, at) & (frame.offence[rows] != SHOPLIFTING)]
    return off_points(frame, rows, sinks)


def off_points(frame: IncidentFrame, rows: Rows, sinks: NDArray[np.int64]) -> Rows:
    """Those of ``rows`` that are not at the points ``sinks``."""
    if not len(sinks):
        return rows
    points = frame.points
    sink = np.zeros(len(points.keys), dtype=bool)
    sink[points.places(sinks)] = True
    return rows[~sink[points.place[rows]]]


def fingerprint(frame: IncidentFrame, rows: Rows) -> str:
    """A digest of what the rows say, whatever the order in which they were loaded."""
    time = frame.column["time"][rows]
    points = point_keys(frame, rows)
    offence = frame.offence[rows]
    unsure = time[1:] <= time[:-1]
    if unsure.any():
        # Where all stand in order of time, only rows of equal time may want sorting by place and offence.
        ordered = not (time[1:] < time[:-1]).any()
        equal = np.flatnonzero(np.append(unsure, False) | np.append(False, unsure) | (not ordered))
        order = equal[np.lexsort((offence[equal], points[equal], time[equal]))]
        time[equal], points[equal], offence[equal] = time[order], points[order], offence[order]
    digest = hashlib.blake2b(digest_size=16)
    for values in (time, points, offence):
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
