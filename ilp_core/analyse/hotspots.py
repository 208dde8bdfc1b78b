"""Hotspots of an area or round a point, as of a moment: chronic and micro-time, with what was left out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from ilp_core.analyse.chronic import RECENT_DAYS, YEAR_DAYS, HotPlace, rank_places
from ilp_core.analyse.city import City, Ranked
from ilp_core.analyse.coverage import Span
from ilp_core.analyse.evidence import DAY_S, Evidence, Limits, at_points, fingerprint, gather, within
from ilp_core.analyse.expected import Expected, expected_anew
from ilp_core.analyse.frame import IncidentFrame, Rows, along
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.places import area_of, block_points
from ilp_core.analyse.sinks import Sinks
from ilp_core.domain.questions import Weighting
from ilp_core.domain.windows import Hours

#: Change this with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "hotspots 4: cells of 200 m, gamma-Poisson intervals, micro-time Poisson with FDR 5 %"


#: So many records of a scope are looked at before all of them are.
_NEWEST: Final = 1_024

#: The finest time that records know, where it is coarser than an hour.
Coarse = Literal["month", "day"]


@dataclass(frozen=True)
class Scope:
    """Where to look: an area by kind and canonical code, or a circle in projected metres."""

    kind: str | None = None
    code: str | None = None
    x: float | None = None
    y: float | None = None
    radius: float | None = None


@dataclass(frozen=True)
class Asked:
    """What to look for. Times in seconds since 1970 UTC; evidence is what occurred in (start, end].

    ``advice`` are the hours of the day that the advice is for; ``limits.hours`` those the evidence is from.
    ``yearly`` is True where the evidence is the method's own year.
    """

    scope: Scope
    at: float
    start: float
    end: float
    limits: Limits
    weighting: Weighting
    advice: Hours | None
    yearly: bool


@dataclass(frozen=True)
class HotspotFinding:
    """What was found. ``rows`` counts the scope's records that fit the question, ``evidence`` those of
    them that may rank; the difference is ``excluded``.

    ``unmapped_share`` is the share of all the scope's records in the window, whatever the offence, whose code the
    offence map does not know. ``newest`` is when the newest record known at the moment occurred, None where nothing
    is loaded; ``reaches_back`` is False where the data does not cover all of the window before. ``missing`` are the
    spans of the evidence's window of which nothing is on file, ``year_days`` the days on file of the 364 before the
    moment, and ``apart_days`` those of them outside the evidence's window. ``anew`` is what may be expected of
    each of ``micro``, in the terms of the places' scores.
    """

    micro: tuple[MicroTime, ...]
    anew: tuple[Expected, ...]
    places: tuple[HotPlace, ...]
    rows: int
    evidence: int
    excluded: Mapping[str, int]
    inferred: bool
    unmapped_share: float
    newest: float | None
    reaches_back: bool
    missing: tuple[Span, ...]
    year_days: float
    apart_days: float
    parent: str | None
    doubtful: frozenset[int]
    digest: str


def find_hotspots(city: City, asked: Asked) -> HotspotFinding:
    """The hotspots within ``asked.scope``, as they could be known at ``asked.at``."""
    force = city.findings(asked.at)
    covered = force.coverage
    reaches_back = not covered.missing(_before(asked), asked.start)
    scope = rows_of(city.frame, asked.scope)
    ranked = city.rankings.get(
        _signature(city.frame, asked, scope, force.sinks, reaches_back),
        lambda: _rank(city.frame, asked, scope, force.sinks, reaches_back),
    )
    year_ago, end = asked.at - YEAR_DAYS * DAY_S, min(asked.end, asked.at)
    year_days = covered.days(year_ago, asked.at)
    within_window = covered.days(max(asked.start, year_ago), end) if end > year_ago else 0.0
    # A window that was asked for by name is answered from that window alone.
    micro = tuple(
        spot
        for spot in force.micro
        if asked.yearly and in_scope(city.frame, spot, asked.scope, asked.limits, asked.at)
    )
    return HotspotFinding(
        micro=micro,
        anew=tuple(
            expected_anew(city.frame, spot, asked.limits, asked.at, asked.weighting, year_days) for spot in micro
        ),
        places=ranked.places,
        rows=ranked.rows,
        evidence=ranked.evidence,
        excluded=ranked.excluded,
        inferred=ranked.inferred,
        unmapped_share=ranked.unmapped_share,
        newest=force.newest,
        reaches_back=reaches_back,
        missing=covered.missing(asked.start, end),
        year_days=year_days,
        apart_days=year_days - within_window,
        parent=ranked.parent,
        doubtful=ranked.doubtful,
        digest=ranked.digest,
    )


def _signature(
    frame: IncidentFrame, asked: Asked, scope: Rows, sinks: Sinks, reaches_back: bool
) -> tuple[Hashable, ...]:
    """Equal for two questions only where ``_rank`` sees the same rows, and with them does the same."""
    starts = _before(asked), asked.start, asked.at - YEAR_DAYS * DAY_S, asked.at - RECENT_DAYS * DAY_S
    return (
        asked.scope,
        asked.limits,
        asked.weighting,
        asked.advice,
        asked.yearly,
        reaches_back,
        sinks.key,
        *frame.signature(asked.at, min(asked.end, asked.at), *starts, rows=scope),
    )


def _rank(frame: IncidentFrame, asked: Asked, scope: Rows, sinks: Sinks, reaches_back: bool) -> Ranked:
    at, limits = asked.at, asked.limits

    def evidence(start: float, end: float) -> Evidence:
        return gather(frame, frame.seen(scope, start, end, at), limits, at, sinks.certain)

    now = evidence(asked.start, asked.end)
    before = evidence(_before(asked), asked.start) if reaches_back else None
    year = now if asked.yearly else evidence(at - YEAR_DAYS * DAY_S, at)
    places = rank_places(
        frame,
        now.rows,
        None if before is None else before.rows,
        year.rows,
        at=at,
        weighting=asked.weighting,
        advice=asked.advice,
    )
    doubtful = now.rows[at_points(frame, now.rows, sinks.suspected)]
    return Ranked(
        places=tuple(places),
        rows=now.considered,
        evidence=len(now),
        excluded=now.excluded,
        inferred=now.inferred,
        unmapped_share=_unmapped(frame, frame.seen(scope, asked.start, asked.end, at)),
        parent=area_of(frame, frame.seen(scope, float("-inf"), at, at), "district"),
        doubtful=frozenset(int(row) for row in doubtful),
        digest=fingerprint(frame, now.rows),
    )


def _unmapped(frame: IncidentFrame, rows: Rows) -> float:
    return float(np.count_nonzero(~along(frame.mapped, rows))) / max(1, len(rows))


def _before(asked: Asked) -> float:
    """Where the equal window before begins; for a year 364 days earlier, so that weekdays match."""
    return asked.start - (asked.end - asked.start)


def rows_of(frame: IncidentFrame, scope: Scope) -> Rows:
    """All rows of the scope, in order of time."""
    if scope.kind is not None:
        return frame.rows_in(scope.kind, scope.code or "")
    if scope.x is None or scope.y is None or scope.radius is None:
        return frame.all_rows
    x, y = frame.column["x"], frame.column["y"]
    return np.flatnonzero((x - scope.x) ** 2 + (y - scope.y) ** 2 <= scope.radius**2)


def in_scope(frame: IncidentFrame, spot: MicroTime, scope: Scope, limits: Limits, at: float) -> bool:
    """True where the spot lies in the scope, is of an offence asked for and has a crime in the hours asked for."""
    if limits.offences is not None and spot.offence not in limits.offences:
        return False
    if scope.x is not None and scope.y is not None and scope.radius is not None:
        if (spot.x - scope.x) ** 2 + (spot.y - scope.y) ** 2 > scope.radius**2:
            return False
    elif scope.kind is not None and area_of(frame, spot.rows, scope.kind) != scope.code:
        return False
    timely = Limits(None, limits.hours, limits.weekdays)
    return bool(len(gather(frame, spot.rows, timely, at)))


def parent_of(city: City, beat: str) -> str | None:
    """The district that most records of a beat name, or None where no record does."""
    return area_of(city.frame, city.frame.rows_in("beat", beat), "district")


def count_records(city: City, asked: Asked) -> int:
    """How many records that fit the question the scope holds, ranked or not; domestic ones are left out, and with
    hours asked for also those whose hour is a placeholder."""
    frame, limits = city.frame, asked.limits
    rows = within(frame, frame.seen(rows_of(frame, asked.scope), asked.start, asked.end, asked.at), limits)
    rows = rows[frame.column["domestic"][rows] != 1]
    if limits.offences is not None and "other" not in limits.offences:
        rows = rows[frame.mapped[rows]]
    if limits.hours is not None and not limits.hours.all_day:
        rows = rows[frame.column["timed"][rows] == 1]
    if limits.weekdays is not None:
        rows = rows[~frame.month_only[rows]]
    return len(rows)


def coarseness(city: City, scope: Scope, at: float) -> Coarse | None:
    """How coarsely the records known at ``at`` are dated, where that limits what can be asked: ``month`` where of
    every record of the scope only the month is known, ``day`` where no record of the whole city has a time of day."""
    timed = city.frame.column["timed"]
    scoped = rows_of(city.frame, scope)
    scoped = scoped[: city.frame.until(at, scoped)]
    # The newest records say it nearly always.
    if (timed[city.frame.seen(scoped[-_NEWEST:], float("-inf"), at, at)] == 1).any():
        return None
    rows = city.frame.seen(scoped, float("-inf"), at, at)
    if not len(rows) or (timed[rows] == 1).any():
        return None
    if (timed[rows] < 0).all():
        return "month"
    everything = city.frame.seen(city.frame.all_rows, float("-inf"), at, at)
    return None if (timed[everything] == 1).any() else "day"


def unmapped_share(city: City, scope: Scope, at: float) -> tuple[int, float]:
    """How many of the scope's records known at ``at`` have a code that the offence map does not know, and which share
    of them that is."""
    rows = city.frame.seen(rows_of(city.frame, scope), float("-inf"), at, at)
    return int(np.count_nonzero(~city.frame.mapped[rows])), _unmapped(city.frame, rows)


def has_records(city: City, scope: Scope, at: float) -> bool:
    """True where any record known at ``at`` lies in the scope: "0" and "no data" are different sentences (G31)."""
    rows = rows_of(city.frame, scope)
    first = city.frame.seen(rows[:_NEWEST], float("-inf"), at, at)
    return bool(len(first) or len(city.frame.seen(rows, float("-inf"), at, at)))


def blocks_in(city: City, scope: Scope, at: float) -> Mapping[str, tuple[float, float]]:
    """The middle of every block that records of the scope named by ``at``, in projected metres."""
    wider = replace(scope, radius=scope.radius * 1.3) if scope.radius else scope
    return block_points(city.frame, city.frame.seen(rows_of(city.frame, wider), float("-inf"), at, at))


def figures_of(finding: HotspotFinding) -> dict[str, Any]:
    """Every number an answer may quote from ``finding``, as plain data for a receipt."""
    return {
        "rows": finding.rows,
        "evidence": finding.evidence,
        "excluded": dict(finding.excluded),
        "inferred": finding.inferred,
        "unmapped_share": round(finding.unmapped_share, 4),
        "newest": finding.newest,
        "missing": [list(span) for span in finding.missing],
        "year_days": round(finding.year_days, 4),
        "apart_days": round(finding.apart_days, 4),
        "digest": finding.digest,
        "micro": [
            [
                spot.offence,
                spot.label,
                spot.count,
                round(spot.usual, 4),
                round(spot.q, 6),
                spot.radius,
                spot.first,
                spot.last,
            ]
            for spot in finding.micro
        ],
        "places": [
            [
                place.label,
                place.count,
                place.before,
                place.recent,
                place.year,
                place.apart,
                round(place.score, 4),
                str(place.busiest) if place.busiest else None,
            ]
            for place in finding.places
        ],
    }
