"""Spots: micro-time and chronic findings as one list, changes first, each put into two short lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from ilp_core.analyse.chronic import RECENT_DAYS, YEAR_DAYS, HotPlace
from ilp_core.analyse.expected import Expected, expected_between, in_order
from ilp_core.analyse.hotspots import HotspotFinding
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.assistant import phrasing
from ilp_core.assistant.novelty import UNTOLD, News
from ilp_core.assistant.window_words import window_words
from ilp_core.direct.visits import visit_for
from ilp_core.domain.answers import AnswerItem
from ilp_core.domain.places import Place, Point
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import Hours
from ilp_core.words import answers, names, novelty

#: A chronic place this near to a micro-time hotspot is the same place to a patrol, in metres.
SAME_PLACE_M: Final = 250
#: A list ends here: what stands below it is no longer a place that stands out.
LONGEST_LIST: Final = 9
#: What a patrol covers from where it stands, in metres: the cell of 200 m and its edges.
STANDING_M: Final = 125
#: Where fewer days than this are on file, nothing is said to be usual [this project's choice].
LEAST_PAST_DAYS: Final = 28
#: Where as many of a year's days are not on file, its count is not called a year's [this project's choice].
MOST_MISSING_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a list, the finding behind it, and how many days of the past year are on file: all, and those
    outside the window that was asked for. ``expected`` is its expected harm or count as an interval, ``rank``
    its number in the list whoever asks, and ``news`` why it is told to this officer now; None where they were told of
    no place of the list before."""

    finding: MicroTime | HotPlace
    place: Place
    days: float
    apart_days: float
    expected: Expected
    rank: int = 0
    news: News | None = None

    @property
    def label(self) -> str:
        """The block's name."""
        return self.place.label

    @property
    def count(self) -> int:
        """How many incidents stand behind it."""
        return self.finding.count

    @property
    def fortnight(self) -> float | None:
        """What the place's own year lets expect in 14 days; None where too little of the year is on file."""
        if isinstance(self.finding, MicroTime):
            return self.finding.usual
        return self.finding.year * RECENT_DAYS / self.days if self.days >= LEAST_PAST_DAYS else None

    def elsewhen(self, days: float) -> float | None:
        """The same for a window of so many days, from the year outside it: a window is not its own measure."""
        if isinstance(self.finding, MicroTime) or self.apart_days < LEAST_PAST_DAYS:
            return None
        return self.finding.apart * days / self.apart_days


def spots_of(finding: HotspotFinding, locate: Callable[[float, float], Point]) -> list[Spot]:
    """What changed comes first (design: lead with what changed), then the year's places in order of score; but none
    above one of which wholly more is expected (D1)."""
    found: list[Spot] = [
        _spot(micro, locate, micro.radius, finding, anew)
        for micro, anew in zip(finding.micro, finding.anew, strict=True)
    ]
    places = 0
    for place in finding.places:
        if places == LONGEST_LIST:
            break
        if all(_apart(place, spot.finding) for spot in found):
            between = expected_between(place.score, place.variance)
            found.append(_spot(place, locate, STANDING_M, finding, between))
            places += 1
    order = in_order([spot.expected for spot in found], range(len(found)))
    return [replace(found[number], rank=rank) for rank, number in enumerate(order[:LONGEST_LIST], start=1)]


def _spot(
    finding: MicroTime | HotPlace,
    locate: Callable[[float, float], Point],
    radius: float,
    of: HotspotFinding,
    expected: Expected,
) -> Spot:
    point = locate(finding.x, finding.y)
    # Where records name no street, a position to about 100 m still leads there.
    label = finding.label or answers.UNNAMED_PLACE.format(lat=point.lat, lon=point.lon)
    place = Place(label, round(point.lat, 5), round(point.lon, 5), round(radius))
    return Spot(finding, place, of.year_days, of.apart_days, expected)


def _apart(place: HotPlace, other: MicroTime | HotPlace) -> bool:
    """False where a micro-time hotspot already sends the patrol to this place."""
    if isinstance(other, HotPlace):
        return True
    near = min(other.radius, SAME_PLACE_M)
    return (place.x - other.x) ** 2 + (place.y - other.y) ** 2 > near**2


def item_of(spot: Spot, number: int, question: Question, zone: tzinfo, *, brief: bool = False) -> AnswerItem:
    """The spot as an answer's item: place, time, count against what is usual there, why now, what to do. A ``brief``
    one leaves out the last fortnight where it is told what came in since."""
    finding = spot.finding
    if isinstance(finding, MicroTime):
        return AnswerItem(number, spot.label, _micro_lines(spot, finding, question, zone), spot.place)
    title = spot.label
    narrower = finding.busiest and question.advice and not _same_hours(finding.busiest, question, zone)
    if narrower and finding.busiest:
        title = answers.TIMED_TITLE.format(label=spot.label, hours=phrasing.hours(finding.busiest))
    return AnswerItem(number, title, _chronic_lines(spot, finding, question, zone, brief=brief), spot.place)


def why_now(spot: Spot, question: Question, zone: tzinfo) -> str:
    """Why the officer is told of the spot now: ``NEW since Tue: 3 burglaries.``"""
    news = spot.news or UNTOLD
    if news.reason == "untold":
        return novelty.UNTOLD
    if news.reason == "still":
        return novelty.STILL.format(n=news.day)
    when = _when(datetime.fromtimestamp(news.last, UTC), question, zone)
    if news.reason == "told":
        return novelty.TOLD.format(when=when)
    return novelty.CHANGED.format(when=when, what=phrasing.counted(news.since))


def _when(told: datetime, question: Question, zone: tzinfo) -> str:
    """``Tue``; the date where that weekday has been again since, or nearly."""
    assert question.evidence is not None
    now = question.advice.start if question.advice else question.evidence.end
    days = (now.astimezone(zone).date() - told.astimezone(zone).date()).days
    if days <= 0:
        return novelty.TODAY
    return names.DAYS[told.astimezone(zone).weekday()] if days < 7 else phrasing.day(told, zone, now)


def _micro_lines(spot: Spot, finding: MicroTime, question: Question, zone: tzinfo) -> tuple[str, ...]:
    assert question.evidence is not None
    last = datetime.fromtimestamp(finding.last, UTC)
    words = answers.MICRO_COUNT if finding.radius <= SAME_PLACE_M else answers.MICRO_COUNT_WITHIN
    counted = words.format(
        counted=names.counted(finding.offence, finding.count),
        usual=phrasing.usual(finding.usual),
        radius=metres(finding.radius),
    )
    # A new hotspot that the officer was not told of is new in either sense.
    told = spot.news is not None and spot.news.reason != "untold"
    return (
        f"{why_now(spot, question, zone) if told else novelty.MARK} {counted}",
        answers.MICRO_LAST.format(
            when=phrasing.day_clock(last, zone, question.evidence.end), action=visit_for({finding.offence: 1})
        ),
    )


def metres(radius: float) -> int:
    """A radius as said aloud, to the nearest 50 m: half a mile is 800 m."""
    return round(radius / 50) * 50


def _chronic_lines(spot: Spot, place: HotPlace, question: Question, zone: tzinfo, *, brief: bool) -> tuple[str, ...]:
    if question.named_window and question.evidence and question.window:
        first = _window_count(spot, question.evidence.length, question.window)
    elif brief and spot.news is not None and spot.news.reason != "untold":
        first = _year_count(spot, place)
    else:
        first = f"{_year_count(spot, place)} {_fortnight(spot, place)}".rstrip()
    if spot.news is not None:
        first = f"{why_now(spot, question, zone)} {first}"
    second = answers.KINDS.format(kinds=phrasing.kinds(place.offences), action=visit_for(place.offences))
    return (first, second)


def _window_count(spot: Spot, length: timedelta, window: str) -> str:
    usual = spot.elsewhen(length / timedelta(days=1))
    if usual is None:
        # A window that holds the year, or all that is on file of it, leaves nothing to compare with.
        return answers.WINDOW_COUNT_ONLY.format(count=spot.count, window=window_words(window))
    return answers.WINDOW_COUNT.format(count=spot.count, window=window_words(window), usual=phrasing.usual(usual))


def _year_count(spot: Spot, place: HotPlace) -> str:
    if YEAR_DAYS - spot.days >= MOST_MISSING_DAYS:
        return answers.PART_YEAR_COUNT.format(count=place.count, days=max(1, round(spot.days)))
    if place.before is None:
        return answers.YEAR_COUNT_ONLY.format(count=place.count)
    return answers.YEAR_COUNT.format(count=place.count, before=place.before)


def _fortnight(spot: Spot, place: HotPlace) -> str:
    if place.recent is None:
        # Only months are known, as the note below the list says.
        return ""
    if not place.recent:
        return answers.RECENT_NONE
    usual = answers.USUAL_UNKNOWN if spot.fortnight is None else phrasing.usual(spot.fortnight)
    return answers.RECENT.format(recent=place.recent, usual=usual)


def _same_hours(hours: Hours, question: Question, zone: tzinfo) -> bool:
    if question.advice is None:
        return False
    start, end = (moment.astimezone(zone) for moment in (question.advice.start, question.advice.end))
    return hours == Hours(start.hour * 60 + start.minute, end.hour * 60 + end.minute)


def items_data(spots: Sequence[Spot], question: Question) -> list[dict[str, Any]]:
    """The list as JSON items for scripts: every number that the words are made from."""
    return [
        _item_data(spot, number) | _times(question) | _novelty(spot, question)
        for number, spot in enumerate(spots, start=1)
    ]


def _novelty(spot: Spot, question: Question) -> dict[str, Any]:
    """The item's number whoever asks, whether it is new to the officer, and why it is told now."""
    assert question.evidence is not None
    news, zone = spot.news or UNTOLD, question.evidence.end.tzinfo
    return {
        "rank": spot.rank,
        "expected": {"low": spot.expected.low, "high": spot.expected.high},
        "new": news.new,
        "why_now": {
            "reason": news.reason,
            "day": news.day or None,
            "last_told": datetime.fromtimestamp(news.last, zone).isoformat() if news.last else None,
            "since": dict(news.since),
        },
    }


def _times(question: Question) -> dict[str, Any]:
    advice = question.advice
    return {
        "for_from": advice.start.isoformat() if advice else None,
        "for_to": advice.end.isoformat() if advice else None,
    }


def _item_data(spot: Spot, number: int) -> dict[str, Any]:
    finding, place = spot.finding, spot.place
    common = {
        "item": number,
        "place": {"label": place.label, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m},
        "count": finding.count,
    }
    if isinstance(finding, MicroTime):
        return common | {
            "kind": "micro_time",
            "offences": {finding.offence: finding.count},
            "usual": finding.usual,
            "q": finding.q,
            "busiest": None,
            "before": None,
            "recent": finding.count,
            "score": None,
            "action": visit_for({finding.offence: 1}),
        }
    return common | {
        "kind": "chronic",
        "offences": dict(finding.offences),
        "usual": spot.fortnight,
        "q": None,
        "busiest": str(finding.busiest) if finding.busiest else None,
        "before": finding.before,
        "recent": finding.recent,
        "score": finding.score,
        "action": visit_for(finding.offences),
    }
