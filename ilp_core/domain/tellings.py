"""Tellings: which places an officer was told, so that what is new to them comes first (differentiator D1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

#: A telling is dropped after this: what was told a season ago is news again [this project's choice].
KEPT_TELLINGS: Final = timedelta(days=90)

#: What one tap says of a place: it was known before, or it was news.
Said = Literal["knew", "new"]


@dataclass(frozen=True, slots=True)
class Telling:
    """A place as it was told: ``kind`` is ``chronic``, or the offence of a micro-time hotspot; the position is the
    middle of its block, in degrees; ``until`` is when the newest record on file then had occurred."""

    kind: str
    lat: float
    lon: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """All that one officer was told of one kind at one position: since when, when last, and from which records."""

    kind: str
    lat: float
    lon: float
    first: datetime
    last: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Tapped:
    """What the officers of one group said of the places they were told: how many officers, and how often each was
    said of a place that was marked new and of one that was not. No officer is named (guard-rail G17)."""

    group: str | None
    officers: int
    counts: dict[tuple[Said, bool], int]


#: A rate is told of no fewer officers than these, so that it is nobody's own (guard-rail G17).
LEAST_OFFICERS: Final = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """Of ``n`` places that ``officers`` said something of, ``knew`` were known; and of those that stood as new."""

    group: str | None
    officers: int
    n: int
    knew: int
    marked: int
    marked_knew: int


def rates(everybody: Sequence[Tapped], by_group: Sequence[Tapped]) -> list[Rate]:
    """The rate of all officers, then of each group of at least LEAST_OFFICERS; nothing where all are fewer.

    No group is told where those left out are so few that what they said could be reckoned from the rest.
    """
    told = [each for each in everybody if each.officers >= LEAST_OFFICERS]
    left_out = sum(each.officers for each in by_group if each.officers < LEAST_OFFICERS)
    if told and (left_out == 0 or left_out >= LEAST_OFFICERS):
        told += [each for each in by_group if each.group is not None and each.officers >= LEAST_OFFICERS]
    return [_rate(each) for each in told]


def _rate(tapped: Tapped) -> Rate:
    counts = tapped.counts
    return Rate(
        tapped.group,
        tapped.officers,
        sum(counts.values()),
        sum(count for (said, _), count in counts.items() if said == "knew"),
        sum(count for (_, marked), count in counts.items() if marked),
        counts.get(("knew", True), 0),
    )
