"""Counting: which records an answer counts for an area or a place, and what was left out for which reason.

A count ranks nothing, so more may be counted than may rank a place: fraud, shop theft, records without coordinates.
Domestic incidents never are (G46), nor what police started, unless an offence whose records follow enforcement is
asked for by name (doctrine 3.8). At a place, finer than a beat, these and violence that may be domestic stay out too,
whatever was asked, and sexual offences are told of districts and larger areas only, to protect victims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.evidence import DAY_S, Evidence, Limits, within
from ilp_core.analyse.frame import VIOLENCE, IncidentFrame, Rows
from ilp_core.domain.offences import FOLLOW_ENFORCEMENT, OFFENCE_CODE

#: How fine an answer is: a place, a beat or another small area, a district or larger.
Level = Literal["place", "beat", "wide"]
#: Why a record is not counted, in the order in which a row is looked at: each once, under its first reason.
REASONS: Final = (
    "unmapped", "domestic", "domestic_unknown", "sexual", "enforcement", "police_started", "hour_unknown",
)  # fmt: skip
#: A window of no more than a day, whatever the clocks did: shorter ones ask for hours.
SHORT_S: Final = DAY_S + 2 * 3_600
#: A record whose own time window is longer than this says nothing of a night (as in when/aoristic.py).
LONGEST_S: Final = 7 * DAY_S
#: Days are complete once this share of their records is known, as the year up to so many days ago shows
#: [this project's choice].
LAG_SHARE: Final = 0.95
LAG_DAYS: Final = 28

_FOLLOWING: Final = tuple(OFFENCE_CODE[slug] for slug in sorted(FOLLOW_ENFORCEMENT))
_SEXUAL: Final = OFFENCE_CODE["sexual"]


@dataclass(frozen=True)
class Counted:
    """The rows of one window that count, in order of time, and how many were left out by reason.

    ``could`` is True for those whose own time window only overlaps the one that was asked for: they may have
    happened outside it (doctrine 3.14).
    """

    evidence: Evidence
    could: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.evidence)

    @property
    def rows(self) -> Rows:
        """The rows that count."""
        return self.evidence.rows


def is_short(start: float, end: float) -> bool:
    """True where a window asks for hours, so that a record needs an hour to be in it."""
    return end - start <= SHORT_S


def count_in(
    frame: IncidentFrame, scope: Rows, start: float, end: float, at: float, limits: Limits, *, level: Level = "wide"
) -> Counted:
    """What counts of ``scope`` (rows in order of time) in (start, end], known at ``at``."""
    rows, could = in_window(frame, scope, start, end, at)
    evidence = countable(frame, rows, limits, at, level=level, hourly=is_short(start, end))
    return Counted(evidence, could[np.searchsorted(rows, evidence.rows)])


def in_window(
    frame: IncidentFrame, scope: Rows, start: float, end: float, at: float
) -> tuple[Rows, NDArray[np.bool_]]:
    """Of ``scope`` the rows of the window, and which of them only overlap it.

    In a window of at most a day a record counts where its own time window overlaps it, in a longer one where it
    began.
    """
    if not is_short(start, end) or not frame.has_windows:
        rows = frame.seen(scope, start, end, at)
        return rows, np.zeros(len(rows), dtype=bool)
    rows = frame.seen(scope, start - LONGEST_S, end, at)
    rows = rows[~frame.month_only[rows]]
    time, last = frame.column["time"][rows], frame.column["end"][rows]
    point = last <= time
    inside = np.where(point, time > start, (time < end) & (last > start) & (last - time <= LONGEST_S))
    rows, time, last, point = rows[inside], time[inside], last[inside], point[inside]
    return rows, ~point & ((time < start) | (last > end))


def countable(frame: IncidentFrame, rows: Rows, limits: Limits, at: float, *, level: Level, hourly: bool) -> Evidence:
    """Of ``rows`` those that count within ``limits``; ``hourly`` where only records with a known hour can."""
    rows = within(frame, rows, limits)
    considered = len(rows)
    inferred = bool((frame.recorded_since[rows] > at).any())
    excluded: dict[str, int] = {}
    for reason in REASONS:
        out = _excluded(frame, rows, reason, limits, at, level=level, hourly=hourly)
        excluded[reason] = int(np.count_nonzero(out))
        rows = rows[~out]
    return Evidence(rows, considered, excluded, inferred)


def _excluded(
    frame: IncidentFrame, rows: Rows, reason: str, limits: Limits, at: float, *, level: Level, hourly: bool
) -> NDArray[np.bool_]:
    offence = frame.offence[rows]
    if reason == "unmapped":
        return ~frame.mapped[rows]
    if reason == "domestic":
        return np.asarray(frame.column["domestic"][rows] == 1)
    if reason == "domestic_unknown":
        return np.asarray((frame.column["domestic"][rows] < 0) & np.isin(offence, VIOLENCE) & (level == "place"))
    if reason == "sexual":
        return np.asarray((offence == _SEXUAL) & (level != "wide"))
    if reason == "enforcement":
        # Drugs found are found by looking, whoever called first: only who asks for them by name is told of them.
        asked = np.isin(offence, _asked(limits)) & (level != "place")
        return np.asarray(np.isin(offence, _FOLLOWING) & ~asked)
    if reason == "police_started":
        return np.asarray(~frame.by_the_public(rows, at) & ~np.isin(offence, _FOLLOWING))
    limited = hourly or (limits.hours is not None and not limits.hours.all_day)
    hourless = (frame.column["timed"][rows] != 1) & limited
    return np.asarray(hourless | (frame.month_only[rows] & (limits.weekdays is not None)))


def _asked(limits: Limits) -> list[int]:
    return [OFFENCE_CODE[slug] for slug in limits.offences or ()]


def reporting_lag(frame: IncidentFrame, at: float) -> float | None:
    """After how many days LAG_SHARE of the records of the year before ``at`` were known; None where no source records
    when that was. The last LAG_DAYS are left out: what is late among them cannot be seen yet."""
    rows = frame.known(at - LAG_DAYS * DAY_S, since=at - 364 * DAY_S)
    # A month's record is known after its month: of days it says nothing.
    rows = rows[~frame.month_only[rows]]
    late = frame.column["known"][rows] - np.maximum(frame.column["end"][rows], frame.column["time"][rows])
    if not len(rows) or not (frame.column["known"][rows] != frame.column["time"][rows]).any():
        return None
    return float(np.quantile(np.maximum(late, 0), LAG_SHARE)) / DAY_S
