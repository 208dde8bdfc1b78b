"""Evidence: which rows may speak for a place, and how many were left out for which reason.

Every ranking starts here, so that the exclusions of the doctrine hold for all of them: domestic incidents
(G46), police-initiated records (G05), offences that may not rank places (3.8), rows without coordinates,
geocode sinks and placeholder hours (3.14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import VIOLENCE, IncidentFrame, Rows, along
from ilp_core.domain.offences import OFFENCE_CODE, OFFENCES
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
    keep = np.zeros(considered, dtype=bool)
    keep[_speaking(frame, rows, at, sinks)] = True
    if limits.hours is not None or limits.weekdays is not None:
        keep &= ~_hour_unknown(frame, rows, limits)
    # No reason holds of these: only of the others one wants to be found.
    others = np.flatnonzero(~keep)
    left = rows[others]
    for reason in EXCLUSIONS:
        out = _excluded(frame, left, reason, limits, at, sinks)
        excluded[reason] = int(np.count_nonzero(out))
        if excluded[reason]:
            stay = np.flatnonzero(~out)
            others, left = others[stay], left[stay]
    keep[others] = True
    return Evidence(rows[np.flatnonzero(keep)], considered, excluded, frame.infers(rows, at))


def within(frame: IncidentFrame, rows: Rows, limits: Limits) -> Rows:
    """Of ``rows`` those of the offences, hours and weekdays asked for. Unknown offences and hours stay in, to be
    counted out."""
    if limits.offences is not None:
        wanted = _of(along(frame.offence, rows), [OFFENCE_CODE[slug] for slug in limits.offences])
        rows = rows[np.flatnonzero(wanted | ~along(frame.mapped, rows))]
    if limits.hours is None and limits.weekdays is None:
        return rows
    return rows[_in_time(frame, rows, limits)]


def _of(offence: NDArray[np.int8], codes: Sequence[int]) -> NDArray[np.bool_]:
    """True where an offence is one of ``codes``, by a table of all offences."""
    wanted = np.zeros(len(OFFENCES), dtype=bool)
    wanted[list(codes)] = True
    return wanted[offence]


def _excluded(
    frame: IncidentFrame, rows: Rows, reason: str, limits: Limits, at: float, sinks: NDArray[np.int64]
) -> NDArray[np.bool_]:
    if reason == "unmapped":
        return ~frame.mapped[rows]
    if reason == "domestic":
        return np.asarray(frame.column["domestic"][rows] == 1)
    if reason == "domestic_unknown":
        return np.asarray((frame.column["domestic"][rows] < 0) & _of(frame.offence[rows], VIOLENCE))
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
        return at_points(frame, rows, sinks)
    return _hour_unknown(frame, rows, limits)


def _hour_unknown(frame: IncidentFrame, rows: Rows, limits: Limits) -> NDArray[np.bool_]:
    limited = limits.hours is not None and not limits.hours.all_day
    hourless = (frame.column["timed"][rows] != 1) & limited
    return np.asarray(hourless | (frame.month_only[rows] & (limits.weekdays is not None)))


def _in_time(frame: IncidentFrame, rows: Rows, limits: Limits) -> NDArray[np.bool_]:
    """True inside the hours and weekdays; rows whose hour is a placeholder pass here and are counted later."""
    inside = np.ones(len(rows), dtype=bool)
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
    return rows[_speaking(frame, rows, at, sinks)]


def _speaking(frame: IncidentFrame, rows: Rows, at: float, sinks: NDArray[np.int64]) -> Rows:
    """Where in ``rows`` those stand that ``speaking`` gives."""
    places = np.flatnonzero(along(frame.may_rank, rows))
    ranked = rows[places]
    told = frame.by_the_public(ranked, at) & (frame.offence[ranked] != SHOPLIFTING)
    if len(sinks):
        told &= ~at_points(frame, ranked, sinks)
    spoken: Rows = places[told]
    return spoken


def off_points(frame: IncidentFrame, rows: Rows, sinks: NDArray[np.int64]) -> Rows:
    """Those of ``rows`` that are not at the points ``sinks``."""
    return rows[~at_points(frame, rows, sinks)] if len(sinks) else rows


def at_points(frame: IncidentFrame, rows: Rows, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where one of ``rows`` is at one of the points ``keys``."""
    if not len(keys) or not len(rows):
        return np.zeros(len(rows), dtype=bool)
    points = frame.points
    wanted = np.zeros(len(points.keys), dtype=bool)
    wanted[points.places(keys)] = True
    return wanted[points.place[rows]]


def fingerprint(frame: IncidentFrame, rows: Rows) -> str:
    """A digest of what the rows say, whatever the order in which they were loaded."""
    time, offence = frame.column["time"][rows], frame.offence[rows]
    points = point_keys(frame, rows)
    if (time[1:] < time[:-1]).any():
        order = np.lexsort((offence, points, time))
        time, points, offence = time[order], points[order], offence[order]
    elif (same := time[1:] == time[:-1]).any():
        # Where all stand in order of time, only rows of equal time may want sorting by point and offence.
        equal = np.flatnonzero(np.append(same, False) | np.append(False, same))
        points[equal], offence[equal] = _in_order(frame, rows[equal])
    digest = hashlib.blake2b(digest_size=16)
    for values in (time, points, offence):
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _in_order(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """The points and offences of ``rows``, which stand in order of time, in order of time, point and offence."""
    time, points = frame.column["time"][rows], frame.points
    group = np.cumsum(np.append(False, time[1:] != time[:-1]), dtype=np.int64)
    # All three in one whole number, with room for 2^27 times and 2^28 points.
    all_three = (group << 36) | (points.rank[points.place[rows]] << 8) | frame.offence[rows]
    # Rows of equal time stand together already, which this way of sorting makes use of.
    all_three.sort(kind="stable")
    ranks = (all_three >> 8) & ((1 << 28) - 1)
    return points.keys[points.order[ranks]], (all_three & 0xFF).astype(np.int8)
