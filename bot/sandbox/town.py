"""Port Harrow, the invented town of the demo: its officers, its CSV file and its map."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bot.sandbox.town_incidents import COLUMNS, LATEST_REPORT_DAYS, Run, incidents_of_day, runs_on
from bot.sandbox.town_map import TownMap
from bot.sandbox.town_streets import AVENUES, BEATS, CROSS_STREETS, areas_geojson, outline, street_line
from ilp_core.domain.officers import Role

__all__ = [
    "COLUMNS",
    "LATEST_REPORT_DAYS",
    "TOWN_NAME",
    "TOWN_NOTICE",
    "TOWN_OFFICERS",
    "TOWN_ZONE",
    "Run",
    "areas_geojson",
    "incidents_of_day",
    "runs_on",
    "street_label",
    "town_csv",
    "town_map",
]

TOWN_NAME: Final = "Port Harrow"
TOWN_NOTICE: Final = "Port Harrow is an invented town. Nothing here happened."
#: The town keeps UTC-3 all year, the hour of its longitude (the sign in these zone names is reversed).
TOWN_ZONE: Final = "Etc/GMT+3"

#: Badge, role, area and shift of the demo's officers; empty where the badge has none.
TOWN_OFFICERS: Final[tuple[tuple[str, Role, str, str], ...]] = (
    ("4471", "officer", "beat:0103", "evenings"),
    ("2001", "supervisor", "district:001", "evenings"),
    ("9001", "admin", "", ""),
)


class _Lines:
    """A file that hands back each line written to it, so that ``csv`` can feed an iterator."""

    def write(self, line: str) -> str:
        return line


def town_csv(seed: int, first: date, last: date, until: datetime | None = None) -> Iterator[str]:
    """The CSV lines of a span of days, both ends included: the header, then the records by start.

    ``until`` is a moment on the town's own clock, without an offset: only incidents that had begun and were
    reported by then are given. To bring an older file up to date, start ``LATEST_REPORT_DAYS`` before its
    end: late reports then join it, and the ids of all others stay the same. Raises ValueError for an aware
    ``until``.
    """
    if until is not None and until.tzinfo is not None:
        raise ValueError("the town's clock has no offset; give a time without one")
    return _lines(seed, first, last, until.isoformat() if until else None)


def _lines(seed: int, first: date, last: date, until: str | None) -> Iterator[str]:
    writer = csv.writer(_Lines(), lineterminator="\n")
    yield writer.writerow(COLUMNS)
    for offset in range((last - first).days + 1):
        for record in incidents_of_day(seed, first + timedelta(days=offset)):
            # ISO times of one form sort as text, and no report comes before the incident began.
            if until is None or record["reported"] <= until:
                yield writer.writerow(record.values())


def street_label(street: str) -> str:
    """A street's name as people write it: ``ELM ST`` is Elm St, ``3RD ST`` is 3rd St."""
    return " ".join(word.capitalize() for word in street.split())


def town_map() -> TownMap:
    """The beats by code and the streets by name, as outlines and lines of (lat, lon) pairs in degrees."""
    return TownMap(
        name=TOWN_NAME,
        notice=TOWN_NOTICE,
        areas=tuple((beat.code, outline(beat)) for beat in BEATS),
        streets=tuple((street_label(name), street_line(name)) for name in (*AVENUES, *CROSS_STREETS)),
    )
