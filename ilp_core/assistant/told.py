"""What an officer was told and a list of places: which is which, what came in since, and what is told now."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.places import CELL_M
from ilp_core.assistant.hotspots import Hotspots
from ilp_core.assistant.novelty import Known, arrange
from ilp_core.assistant.spots import SAME_PLACE_M, Spot
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.tellings import Telling, Told

_CHRONIC: Final = "chronic"
_DEGREE_M: Final = 111_195


def known_of(spots: Sequence[Spot], told: Sequence[Told], clock: Clock) -> list[Known | None]:
    """What an officer who was ``told`` this knows of each spot."""
    return [_known([each for each in told if _same(spot, each)], clock) for spot in spots]


def _known(told: Sequence[Told], clock: Clock) -> Known | None:
    if not told:
        return None
    last = max(told, key=lambda each: each.last)
    first = min(each.first for each in told)
    day = (clock.at.astimezone(clock.zone).date() - first.astimezone(clock.zone).date()).days + 1
    return Known(day, last.last.timestamp(), last.until.timestamp())


def _same(spot: Spot, told: Told) -> bool:
    """True where the spot is what was told. A new hotspot is another thing than the old place that it lies at; an old
    place is known to whoever was told of a new hotspot there. A middle moves a little with every record."""
    if isinstance(spot.finding, MicroTime):
        return told.kind == spot.finding.offence and _metres(spot, told) <= max(SAME_PLACE_M, spot.finding.radius)
    return _metres(spot, told) <= CELL_M


def _metres(spot: Spot, told: Told) -> float:
    east = (spot.place.lon - told.lon) * math.cos(math.radians(told.lat))
    return math.hypot(east, spot.place.lat - told.lat) * _DEGREE_M


def for_officer(found: Hotspots, known: Sequence[Known | None], frame: IncidentFrame) -> Hotspots:
    """The list in the order that is told to an officer who knows so much of its spots, each with why now."""
    if not any(known):
        return found
    since = [_since(spot, each, frame) for spot, each in zip(found.spots, known, strict=True)]
    order = arrange([spot.expected for spot in found.spots], known, since)
    spots = tuple(replace(found.spots[number], news=news) for number, news in order)
    return replace(found, spots=spots, known=tuple(known))


def _since(spot: Spot, known: Known | None, frame: IncidentFrame) -> Mapping[str, int]:
    """How many of each offence the officer cannot have been told of: what occurred after the newest record on file
    then, and what became known later."""
    if known is None:
        return {}
    rows = spot.finding.rows
    came = rows[(frame.column["time"][rows] > known.until) | (frame.column["known"][rows] > known.last)]
    return Counter(OFFENCES[kind] for kind in frame.offence[came].tolist())


def as_data(found: Hotspots) -> list[list[float] | None] | None:
    """What the officer knew of each spot by rank, for the receipt; None where they knew of none."""
    if not found.known:
        return None
    return [[each.day, each.last, each.until] if each else None for each in found.known]


def replayed(found: Hotspots, data: Mapping[str, Any], frame: IncidentFrame) -> Hotspots:
    """The list found anew, in the order of the answer whose receipt holds ``data``, whatever was told since.

    Where the list has become another one, it stays in its own order: the receipt will not recompute either.
    """
    known = [Known(int(each[0]), each[1], each[2]) if each else None for each in data.get("known") or ()]
    return for_officer(found, known, frame) if len(known) == len(found.spots) else found


def tellings_of(found: Hotspots, answer: Answer) -> tuple[Telling, ...]:
    """What an answer tells: its places, from the records up to the newest one."""
    if found.own.newest is None:
        return ()
    until = datetime.fromtimestamp(found.own.newest, UTC)
    shown = (found.spots[item.number - 1] for item in answer.items)
    return tuple(Telling(_kind(spot), spot.place.lat, spot.place.lon, until) for spot in shown)


def _kind(spot: Spot) -> str:
    return spot.finding.offence if isinstance(spot.finding, MicroTime) else _CHRONIC
