"""Open patterns of a scope: micro-time hotspots, what emerges, and possible series, each as of a stated moment.

Hotspots are those of the moment itself. What emerges is looked for once an hour and series once a day, so that
many questions share one search and a receipt can be made again. Series are searched for within one district: over a
whole large city that takes minutes (docs/analysis/series.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread
from typing import Any, Final, Literal

from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.hotspots import Scope, in_scope, rows_of
from ilp_core.analyse.micro_time import WINDOW_DAYS as MICRO_DAYS
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.patterns.emerging import Emerging, EmergingFinding, find_emerging
from ilp_core.analyse.patterns.method_words import method_words
from ilp_core.analyse.patterns.series import WINDOW_DAYS as SERIES_DAYS
from ilp_core.analyse.patterns.series import PossibleSeries, SeriesFinding, find_series

#: Change this with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "open patterns 1: micro-time 1, emerging-1 by the hour, series 1 by the day and district"
HOUR_S: Final = 3_600


#: How far the search for series is: done, still running, too few records to learn from, or not for such a scope.
Search = Literal["done", "running", "too_few", "not_here"]


@dataclass(frozen=True)
class OpenPatterns:
    """What is open in a scope. ``series`` is None where ``search`` is not ``done``.

    ``emerging_at`` and ``series_at`` are the moments those two are as of. Of the scope's records of the last 14 days
    ``considered`` fit the question, and ``excluded`` says why some may not speak.
    """

    micro: tuple[MicroTime, ...]
    emerging: tuple[Emerging, ...]
    series: tuple[PossibleSeries, ...] | None
    emerging_at: float
    series_at: float
    search: Search
    tested: int
    excluded: Mapping[str, int]
    considered: int
    newest: float | None


def emerging_at(at: float) -> float:
    """The moment that what emerges is looked for as of: the last full hour."""
    return at // HOUR_S * HOUR_S


def series_at(at: float) -> float:
    """The moment that series are looked for as of: the last midnight, UTC."""
    return at // DAY_S * DAY_S


def emerging_of(city: City, at: float) -> EmergingFinding:
    """What emerges in the districts of the city; made once an hour."""
    moment = emerging_at(at)
    found: EmergingFinding = city.searches.get(
        ("emerging", moment, *city.frame.signature(moment)), lambda: find_emerging(city.frame, moment)
    )
    return found


def series_of(city: City, district: str, at: float) -> SeriesFinding:
    """The possible series of a district; made once a day, which takes seconds to minutes."""
    found: SeriesFinding = city.searches.get(_series_key(city, district, at), lambda: _search(city, district, at))
    return found


def series_if_ready(city: City, district: str, at: float) -> SeriesFinding | None:
    """The possible series of a district where the search is done, else None."""
    found: SeriesFinding | None = city.searches.ready(_series_key(city, district, at))
    return found


def search_later(city: City, district: str, at: float) -> None:
    """Begin the search for a district's series beside everything else, unless it was begun already."""
    if not city.searches.knows(_series_key(city, district, at)):
        # It ends with the program: nothing waits for it.
        Thread(target=series_of, args=(city, district, at), daemon=True, name=f"series {district}").start()


def _series_key(city: City, district: str, at: float) -> tuple[Any, ...]:
    moment = series_at(at)
    return ("series", district, moment, *city.frame.signature(moment))


def _search(city: City, district: str, at: float) -> SeriesFinding:
    frame, moment = city.frame, series_at(at)
    rows = frame.seen(frame.rows_in("district", district), moment - SERIES_DAYS * DAY_S, moment, moment)
    evidence = gather(frame, rows, Limits(), moment, city.findings(moment).sinks.certain)
    return find_series(frame, evidence, moment, method_words=method_words(frame.origin.reading.rules))


def open_patterns(
    city: City, scope: Scope, district: str | None, limits: Limits, at: float, searched: SeriesFinding | None
) -> OpenPatterns:
    """What is open in ``scope`` at ``at``; ``district`` is the one that the scope is or lies in, if it is in one.

    ``searched`` are the district's possible series, None where they are not found yet.
    """
    frame, force = city.frame, city.findings(at)
    emerging = emerging_of(city, at)
    problems = tuple(
        found
        for found in _surest(emerging.problems)
        if not found.command_only
        and (limits.offences is None or found.kind in limits.offences)
        and (scope == Scope() or found.area == district)
    )
    search: Search = "not_here" if district is None else "running"
    if searched is not None:
        search = "done" if searched.learned is not None else "too_few"
    recent = gather(
        frame, frame.seen(rows_of(frame, scope), at - MICRO_DAYS * DAY_S, at, at), limits, at, force.sinks.certain
    )
    return OpenPatterns(
        micro=tuple(spot for spot in force.micro if in_scope(frame, spot, scope, limits, at)),
        emerging=problems,
        series=tuple(each for each in searched.series if _fits(each, scope, limits)) if searched else None,
        emerging_at=emerging_at(at),
        series_at=series_at(at),
        search=search,
        tested=emerging.tested,
        excluded=dict(recent.excluded),
        considered=recent.considered,
        newest=force.newest,
    )


def _surest(problems: tuple[Emerging, ...]) -> list[Emerging]:
    """Each kind of an area once, in the hours in which it is surest."""
    found: dict[tuple[str, str], Emerging] = {}
    for problem in problems:
        found.setdefault((problem.kind, problem.area), problem)
    return list(found.values())


def _fits(series: PossibleSeries, scope: Scope, limits: Limits) -> bool:
    if limits.offences is not None and not set(limits.offences) & set(series.offences):
        return False
    return scope.kind != "beat" or series.beat == scope.code


def figures_of(found: OpenPatterns) -> dict[str, Any]:
    """Every number an answer may quote from ``found``, as plain data for a receipt."""
    return {
        "method": METHOD,
        "micro": [
            [spot.offence, spot.label, spot.count, round(spot.usual, 4), round(spot.q, 6), spot.radius, spot.last]
            for spot in found.micro
        ],
        "emerging": [
            [each.kind, each.area, str(each.hours), each.count, round(each.expected, 4), each.upper, round(each.q, 6)]
            for each in found.emerging
        ],
        "search": found.search,
        "series": None if found.series is None else [_series(each) for each in found.series],
        "emerging_at": found.emerging_at,
        "series_at": found.series_at,
        "tested": found.tested,
        "excluded": dict(found.excluded),
        "considered": found.considered,
        "newest": found.newest,
    }


def _series(found: PossibleSeries) -> list[Any]:
    coming = found.next
    return [
        dict(found.offences),
        found.label,
        len(found.rows),
        found.first,
        found.last,
        round(found.radius, 1),
        round(found.probability, 4),
        found.chance,
        [coming.start, coming.end, str(coming.hours) if coming.hours else None, list(coming.weekdays)],
    ]
