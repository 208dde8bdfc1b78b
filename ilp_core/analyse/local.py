"""What was reported at a place that somebody names: an area, or a block, a street or a circle, as for a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.hotspots import Scope, rows_of
from ilp_core.analyse.named_place import rows_among


@dataclass(frozen=True)
class LocalCount:
    """``evidence`` counts the records that may rank a place, ``excluded`` the others by reason."""

    evidence: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Locality:
    """Where to look: an area alone, or the place called ``label`` round a point in projected metres, of which only
    the part in the area counts where one is named."""

    area: Scope | None
    label: str = ""
    x: float = 0.0
    y: float = 0.0
    radius: float = 0.0


def local_count(
    city: City, where: Locality, offences: tuple[str, ...] | None, start: float, end: float, at: float
) -> LocalCount:
    """The records of ``where`` that occurred in (start, end] and were known at ``at``; seconds since 1970 UTC."""
    rows = city.frame.seen(local_rows(city, where), start, end, at)
    found = gather(city.frame, rows, Limits(offences, None, None), at, city.findings(at).sinks.certain)
    return LocalCount(len(found), found.excluded)


def local_rows(city: City, where: Locality) -> Rows:
    """All rows of ``where``, in order of time."""
    if not where.label:
        return rows_of(city.frame, where.area or Scope())
    rows, _ = city.rows_at(where.label, where.x, where.y, where.radius)
    if where.area is None or where.area.kind is None:
        return rows
    return rows_among(city.frame, rows, where.area.kind, where.area.code or "")[0]
