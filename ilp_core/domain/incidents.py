"""What a load of records reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one file brought. ``rows = loaded + updated + known + sum of rejected``; shares are 0 to 1.

    ``first`` and ``last`` are the first and last occurred times among the rows that were not rejected. ``format``
    is the family that ``--format`` takes, ``layout`` the exact layout, ``source`` whose records these are.
    ``duplicates`` counts repeats by kind, ``warts`` what was mended or is odd, ``agreement`` per area kind how many
    records lie in the area they name, ``offences`` rows by slug, ``proposed`` a likely slug for codes that the map
    does not know, ``days`` rows by local day (or month, where only months are known), ``gaps`` runs of days without
    any row, ``doubts`` what an analyst is asked to confirm, ``lines`` the first lines of the file that were rejected,
    by reason, for inputs that people write by hand.
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
    load: int | None = None
    kind: str = "incident"
    source: str = ""
    layout: str = ""
    withdrawn: int = 0
    zone: str | None = None
    precision: str = "minute"
    duplicates: Mapping[str, int] = field(default_factory=dict)
    warts: Mapping[str, int] = field(default_factory=dict)
    agreement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    offences: Mapping[str, int] = field(default_factory=dict)
    proposed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Mapping[str, Any], ...] = ()
    mapping: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    lines: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The report as the JSON object of interfaces.md."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
