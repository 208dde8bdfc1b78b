"""What a load of incidents is and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class IncidentRow(NamedTuple):
    """One incident as storage keeps it, in the order of the table's columns. Times are seconds since 1970 UTC."""

    id: int
    source: str
    key: str
    stamp: int | None
    digest: int
    occurred_from: int
    occurred_to: int
    reported: int | None
    first_load: int
    last_load: int
    code: str
    description: str
    premise: str
    block: str
    beat: str
    district: str
    lat: float | None
    lon: float | None
    domestic: bool | None
    initiated: bool | None


class KnownIncident(NamedTuple):
    """What decides whether an incoming row is new, newer or known: row number, source stamp, digest of content."""

    id: int
    stamp: int | None
    digest: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one file brought. ``rows = loaded + updated + known + sum of rejected``; shares are 0 to 1.

    ``first`` and ``last`` are the first and last occurred times among the rows that were not rejected.
    """

    file: str
    format: str
    rows: int
    loaded: int
    updated: int
    known: int
    rejected: Mapping[str, int]
    located: float | None
    timed: float | None
    first: datetime | None
    last: datetime | None
    unmapped: Mapping[str, int] = field(default_factory=dict)
    cannot_answer: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as the JSON object of interfaces.md."""
        return {
            "file": self.file,
            "format": self.format,
            "rows": self.rows,
            "loaded": self.loaded,
            "updated": self.updated,
            "known": self.known,
            "rejected": dict(self.rejected),
            "located": self.located,
            "timed": self.timed,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "unmapped": dict(self.unmapped),
            "cannot_answer": list(self.cannot_answer),
        }
