"""Officers' nominated spots as predictions, scored the way the desk's own spots are (differentiator D3).

A nomination says: within 28 days something that may rank a place happens in this cell of 150 m. It is a hit where it
does. Beside it stands the desk's own spot of the same moment: from what was known then, for the same officers' area,
offences and hours, as many of its first places as officers of that area named on that day, each as a cell of the same
size and with the same test. Neither is scored before the data reaches past the 28 days and covers all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor
from typing import Final

import numpy as np

from ilp_core.analyse.chronic import YEAR_DAYS
from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.hotspots import Asked, HotspotFinding, Scope, coarseness, find_hotspots
from ilp_core.domain.local_knowledge import Nomination
from ilp_core.domain.places import PRIVACY_CELL_M, Point, parse_area

#: A place of the year this near to a micro-time hotspot is the same place to a patrol, as in a list; in metres.
SAME_PLACE_M: Final = 250

Spot = tuple[float, float]
Project = Callable[[Point], Spot]


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one nomination, and of the desk's own spot beside it: None where the desk had none."""

    nomination: Nomination
    hit: bool
    engine_hit: bool | None


def score(standing: Sequence[Nomination], city: City, project: Project, at: datetime) -> list[Score]:
    """The scores of those open nominations whose 28 days are over and on file at ``at``, in order of number.

    ``standing`` are all that were not withdrawn, the scored ones too: they say how many were named on a day.
    ``project`` turns degrees into the frame's metres.
    """
    return [
        _scored(each, _rank(each, standing), city, project, at)
        for each in standing
        if each.state == "open" and _on_file(each, city, at)
    ]


def _on_file(each: Nomination, city: City, at: datetime) -> bool:
    """True where the records known at ``at`` cover the nomination's whole time: no data is never a miss (G31)."""
    start, end, now = each.at.timestamp(), each.until.timestamp(), at.timestamp()
    if end > now or not len(city.frame):
        return False
    found = city.findings(now)
    coarse = coarseness(city, Scope(), now)
    # Of records of a month none lies within 28 days; of records of a day none within hours.
    if coarse == "month" or (coarse == "day" and each.hours is not None):
        return False
    return found.newest is not None and found.newest >= end and not found.coverage.missing(start, end)


def _rank(each: Nomination, standing: Sequence[Nomination]) -> int:
    """Which of the desk's places it is compared with: the first for the first that its team named that day."""
    day = each.at.astimezone(UTC).date()
    same = [other for other in standing if other.team == each.team and other.at.astimezone(UTC).date() == day]
    return sum(other.number < each.number for other in same)


def _scored(each: Nomination, rank: int, city: City, project: Project, at: datetime) -> Score:
    own = in_order(find_hotspots(city, _asked(each)))
    nominated = project(Point(each.place.lat, each.place.lon))
    engine = _hit(each, own[rank], city, at) if rank < len(own) else None
    return Score(each, _hit(each, nominated, city, at), engine)


def _asked(each: Nomination) -> Asked:
    """The question whose list is the desk's own prediction of that moment."""
    area = parse_area(each.team) if each.team else None
    at = each.at.timestamp()
    return Asked(
        scope=Scope(area.kind, area.code) if area else Scope(),
        at=at,
        start=at - YEAR_DAYS * DAY_S,
        end=at,
        limits=Limits(each.offences, each.hours, None),
        weighting="harm",
        advice=each.hours,
        yearly=True,
    )


def in_order(finding: HotspotFinding) -> list[Spot]:
    """The positions of a finding's places in the order in which a list names them, in projected metres."""
    apart = [
        place
        for place in finding.places
        if all(
            (place.x - micro.x) ** 2 + (place.y - micro.y) ** 2 > min(micro.radius, SAME_PLACE_M) ** 2
            for micro in finding.micro
        )
    ]
    return [*((micro.x, micro.y) for micro in finding.micro), *((place.x, place.y) for place in apart)]


def _hit(each: Nomination, spot: Spot, city: City, at: datetime) -> bool:
    """True where an incident that may rank a place occurred in the spot's cell, of the kinds and hours named."""
    frame, now = city.frame, at.timestamp()
    rows = frame.seen(_in_cell(city, spot), each.at.timestamp(), each.until.timestamp(), now)
    limits = Limits(each.offences, each.hours, None)
    return bool(len(gather(frame, rows, limits, now, city.findings(now).sinks.certain)))


def _in_cell(city: City, spot: Spot) -> Rows:
    """The rows in the privacy cell that holds ``spot``, in order of time."""
    east, north = (floor(metres / PRIVACY_CELL_M) for metres in spot)
    x, y = (np.floor(city.frame.column[name] / PRIVACY_CELL_M) for name in ("x", "y"))
    return np.flatnonzero((x == east) & (y == north))
