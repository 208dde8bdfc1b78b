"""Why patterns are open, and the same as data for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.patterns.emerging import Emerging
from ilp_core.analyse.patterns.series import PossibleSeries
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import Ground, age_words
from ilp_core.assistant.patterns import OpenPattern, Patterns
from ilp_core.assistant.patterns_words import caveats, headline, item_of, label_of
from ilp_core.assistant.trend_why import place_data
from ilp_core.assistant.trend_words import where_words
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.places import Place
from ilp_core.words import answers, patterns

#: A p-value below this is told as being below it.
_LEAST_Q: Final = 0.001


def explain(found: Patterns, clock: Clock, code: str, same: bool, item: int | None = None) -> Answer:
    """How the patterns were found, or why one of them is on the list."""
    here = found.found
    assert here.newest is not None
    again = answers.WHY_SAME if same else answers.WHY_DIFFERENT
    moment = phrasing.day_clock(clock.at, clock.zone, clock.at)
    notes = (answers.WHY_VERSION.format(at=moment, age=age_words(here.newest, clock)),)
    if item is not None:
        return _explain_item(found, clock, code, again, notes, item)
    lines = [again, headline(found), patterns.WHY_ROWS.format(considered=here.considered)]
    lines += [phrasing.left_out(here.excluded, whole=True), patterns.WHY_MICRO]
    if here.tested:
        lines.append(patterns.WHY_EMERGING.format(tested=here.tested, at=_moment(here.emerging_at, clock)))
    if here.series is not None:
        lines.append(patterns.WHY_SERIES.format(at=_moment(here.series_at, clock)))
    lines += [*caveats(found), patterns.WHY_NOT_LOOKED]
    where = where_words(found.question.area, found.question.place)
    title = answers.WHY_TITLE.format(code=code, where=where)
    return Answer(headline=title, paragraphs=tuple(lines), notes=notes, receipt=code)


def _explain_item(
    found: Patterns, clock: Clock, code: str, again: str, notes: tuple[str, ...], number: int
) -> Answer:
    if not 1 <= number <= len(found.listed):
        return Answer(headline=answers.WHY_NO_ITEM.format(n=len(found.listed)), receipt=code)
    pattern = found.listed[number - 1]
    item = item_of(pattern, number, clock)
    lines = [*item.lines, *_reasons(pattern), again]
    notes = (*notes, answers.RECEIPT.format(code=code))
    title = answers.WHY_ITEM_TITLE.format(label=item.title)
    return Answer(headline=title, paragraphs=tuple(lines), notes=notes, receipt=code)


def _reasons(pattern: OpenPattern) -> tuple[str, ...]:
    if isinstance(pattern, MicroTime):
        return (patterns.WHY_Q.format(q=_chance(pattern.q)), patterns.WHY_MICRO)
    if isinstance(pattern, Emerging):
        return (patterns.WHY_Q.format(q=_chance(pattern.q)),)
    alike = [patterns.FEATURE[each.feature] for each in pattern.reasons if each.log_odds > 0]
    sure = patterns.WHY_SURE.format(percent=round(100 * pattern.probability))
    return (sure, patterns.WHY_ALIKE.format(features=", ".join(alike)) if alike else sure)


def _chance(q: float) -> str:
    return patterns.WHY_BELOW.format(q=_LEAST_Q) if q < _LEAST_Q else f"{q:.3f}"


def _moment(seconds: float, clock: Clock) -> str:
    return phrasing.day_clock(datetime.fromtimestamp(seconds, UTC), clock.zone, clock.at)


def marks(found: Patterns, ground: Ground) -> list[Place | None]:
    """Where each pattern of the list is; a rise is all over its area."""
    return [_place(each, ground) for each in found.listed]


def _place(found: OpenPattern, ground: Ground) -> Place | None:
    if isinstance(found, Emerging):
        return None
    point = ground.locate(found.x, found.y)
    return Place(label_of(found), round(point.lat, 5), round(point.lon, 5), round(found.radius))


def items_data(found: Patterns, ground: Ground) -> tuple[Mapping[str, Any], ...]:
    """The patterns as data: counts, times and chances, and of a series its likely next window."""
    return tuple({"item": number, **_data(each, ground)} for number, each in enumerate(found.listed, start=1))


def _data(found: OpenPattern, ground: Ground) -> dict[str, Any]:
    if isinstance(found, Emerging):
        return {
            "kind": "rise", "offences": {found.kind: found.count}, "count": found.count,
            "area": {"kind": found.area_kind, "code": found.area},
            "hours": None if found.hours.all_day else str(found.hours), "expected": found.expected,
            "upper": found.upper, "q": found.q,
        }  # fmt: skip
    common = {"place": place_data(label_of(found), _place(found, ground)), "last": _iso(found.last)}
    if isinstance(found, MicroTime):
        return common | {
            "kind": "cluster", "offences": {found.offence: found.count}, "count": found.count, "usual": found.usual,
            "q": found.q, "first": _iso(found.first),
        }  # fmt: skip
    return common | _series_data(found)


def _series_data(found: PossibleSeries) -> dict[str, Any]:
    return {
        "kind": "series", "pattern": found.pattern, "offences": dict(found.offences), "count": len(found.rows),
        "first": _iso(found.first), "probability": found.probability, "chance": found.chance,
        "next_from": _iso(found.next.start), "next_to": _iso(found.next.end),
        "next_hours": str(found.next.hours) if found.next.hours else None, "next_weekdays": list(found.next.weekdays),
    }  # fmt: skip


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
