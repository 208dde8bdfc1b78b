"""Hotspots of an area or round a point, as of a moment: chronic and micro-time, with what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from ilp_core.analyse.chronic import YEAR_DAYS, HotPlace, rank_places
from ilp_core.analyse.evidence import DAY_S, Evidence, Limits, fingerprint, gather, point_keys, within
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.micro_time import WINDOW_DAYS as MICRO_DAYS
from ilp_core.analyse.micro_time import MicroTime, find_micro_time, past_days
from ilp_core.analyse.places import area_of, block_points
from ilp_core.analyse.sinks import Sinks, find_sinks
from ilp_core.domain.questions import Weighting
from ilp_core.domain.windows import Hours

#: Change this with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "hotspots 1: cells of 200 m, gamma-Poisson shrinkage, micro-time Poisson with FDR 5 %"

#: Findings for the whole force that are kept at once, by the rows visible.
MOST_KEPT: Final = 64


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

    ``newest`` is when the newest record known at the moment occurred, None where nothing is loaded;
    ``reaches_back`` is False where the data does not cover the window before.
    """

    micro: tuple[MicroTime, ...]
    places: tuple[HotPlace, ...]
    rows: int
    evidence: int
    excluded: Mapping[str, int]
    inferred: bool
    newest: float | None
    reaches_back: bool
    parent: str | None
    doubtful: frozenset[int]
    digest: str


@dataclass(frozen=True)
class Found:
    """What is found once for the whole force: sinks, open micro-time hotspots, and when the first known
    record that may rank and the newest known record of all occurred, in seconds since 1970 UTC."""

    sinks: Sinks
    micro: tuple[MicroTime, ...]
    first: float | None
    newest: float | None


@dataclass(frozen=True)
class City:
    """The frame with what is found once for the whole force and kept.

    Findings are kept by the frame's signature, which is equal only where exactly the same rows are visible.
    """

    frame: IncidentFrame
    _kept: dict[tuple[int, ...], Found] = field(default_factory=dict)

    def findings(self, at: float) -> Found:
        """What holds for the whole force at ``at``."""
        frame, year_ago = self.frame, at - YEAR_DAYS * DAY_S
        signature = (past_days(frame, at), *frame.signature(at, year_ago, at - MICRO_DAYS * DAY_S))
        found = self._kept.get(signature)
        if found is None:
            window = frame.between(float("-inf"), at)
            everything = np.arange(window.stop)
            rows = frame.seen(everything, year_ago, at, at)
            sinks = find_sinks(frame, gather(frame, rows, Limits(), at).rows)
            micro = tuple(find_micro_time(frame, rows, at, sinks))
            known = frame.seen(everything, float("-inf"), at, at)
            newest = float(frame.column["time"][known[-1]]) if len(known) else None
            found = Found(sinks, micro, frame.first_ranked(at), newest)
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[signature] = found
        return found


def find_hotspots(city: City, asked: Asked) -> HotspotFinding:
    """The hotspots within ``asked.scope``, as they could be known at ``asked.at``."""
    frame, at = city.frame, asked.at
    force = city.findings(at)
    sinks = force.sinks
    scope = _rows_of(frame, asked.scope)
    length = asked.end - asked.start
    rows = frame.seen(scope, asked.start, asked.end, at)
    now = gather(frame, rows, asked.limits, at, sinks.certain)
    before = _before(frame, scope, asked, length, force)
    year = now if asked.yearly else _since(frame, scope, asked, at - YEAR_DAYS * DAY_S, sinks)
    places = rank_places(
        frame,
        now.rows,
        None if before is None else before.rows,
        year.rows,
        at=at,
        weighting=asked.weighting,
        advice=asked.advice,
    )
    doubtful = np.isin(point_keys(frame, now.rows), sinks.suspected)
    return HotspotFinding(
        # A window that was asked for by name is answered from that window alone.
        micro=tuple(spot for spot in force.micro if asked.yearly and _in_scope(frame, spot, asked)),
        places=tuple(places),
        rows=now.considered,
        evidence=len(now),
        excluded=now.excluded,
        inferred=now.inferred,
        newest=force.newest,
        reaches_back=before is not None,
        parent=area_of(frame, frame.seen(scope, float("-inf"), at, at), "district"),
        doubtful=frozenset(int(row) for row in now.rows[doubtful]),
        digest=fingerprint(frame, now.rows),
    )


def _rows_of(frame: IncidentFrame, scope: Scope) -> Rows:
    if scope.kind in ("beat", "district") and scope.code is not None:
        return frame.rows_in(scope.kind, scope.code)
    if scope.kind is not None:
        return np.empty(0, dtype=np.intp)
    if scope.x is None or scope.y is None or scope.radius is None:
        return np.arange(len(frame))
    x, y = frame.column["x"], frame.column["y"]
    return np.flatnonzero((x - scope.x) ** 2 + (y - scope.y) ** 2 <= scope.radius**2)


def _before(frame: IncidentFrame, scope: Rows, asked: Asked, length: float, force: Found) -> Evidence | None:
    """The equal window before; for a year 364 days, so that weekdays match. None where data starts later."""
    start = asked.start - length
    if force.first is None or force.first > start:
        return None
    rows = frame.seen(scope, start, asked.start, asked.at)
    return gather(frame, rows, asked.limits, asked.at, force.sinks.certain)


def _since(frame: IncidentFrame, scope: Rows, asked: Asked, start: float, sinks: Sinks) -> Evidence:
    return gather(frame, frame.seen(scope, start, asked.at, asked.at), asked.limits, asked.at, sinks.certain)


def _in_scope(frame: IncidentFrame, spot: MicroTime, asked: Asked) -> bool:
    """True where the spot lies in the scope, is of an offence asked for and has a crime in the hours asked for."""
    if asked.limits.offences is not None and spot.offence not in asked.limits.offences:
        return False
    scope = asked.scope
    if scope.x is not None and scope.y is not None and scope.radius is not None:
        if (spot.x - scope.x) ** 2 + (spot.y - scope.y) ** 2 > scope.radius**2:
            return False
    elif {"beat": spot.beat, "district": spot.district}.get(scope.kind or "", scope.code) != scope.code:
        return False
    timely = Limits(None, asked.limits.hours, asked.limits.weekdays)
    return bool(len(gather(frame, spot.rows, timely, asked.at)))


def parent_of(city: City, beat: str) -> str | None:
    """The district that most records of a beat name, or None where no record does."""
    return area_of(city.frame, city.frame.rows_in("beat", beat), "district")


def count_records(city: City, asked: Asked) -> int:
    """How many records that fit the question the scope holds, ranked or not; domestic ones are left out, and with
    hours asked for also those whose hour is a placeholder."""
    frame, limits = city.frame, asked.limits
    rows = within(frame, frame.seen(_rows_of(frame, asked.scope), asked.start, asked.end, asked.at), limits)
    rows = rows[frame.column["domestic"][rows] != 1]
    if limits.hours is not None and not limits.hours.all_day:
        rows = rows[frame.column["timed"][rows] == 1]
    return len(rows)


def has_records(city: City, scope: Scope, at: float) -> bool:
    """True where any record known at ``at`` lies in the scope: "0" and "no data" are different sentences (G31)."""
    return bool(len(city.frame.seen(_rows_of(city.frame, scope), float("-inf"), at, at)))


def blocks_in(city: City, scope: Scope, at: float) -> Mapping[str, tuple[float, float]]:
    """The middle of every block that records of the scope named by ``at``, in projected metres."""
    wider = replace(scope, radius=scope.radius * 1.3) if scope.radius else scope
    return block_points(city.frame, city.frame.seen(_rows_of(city.frame, wider), float("-inf"), at, at))


def figures_of(finding: HotspotFinding) -> dict[str, Any]:
    """Every number an answer may quote from ``finding``, as plain data for a receipt."""
    return {
        "rows": finding.rows,
        "evidence": finding.evidence,
        "excluded": dict(finding.excluded),
        "inferred": finding.inferred,
        "newest": finding.newest,
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
                round(place.score, 4),
                str(place.busiest) if place.busiest else None,
            ]
            for place in finding.places
        ],
    }
