"""Hotspots: one analysis call, the wider area where the own one is too small, and the answer in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ilp_core.analyse.city import City
from ilp_core.analyse.coverage import Span
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.hotspots import (
    METHOD,
    Asked,
    Coarse,
    HotspotFinding,
    Scope,
    coarseness,
    figures_of,
    find_hotspots,
)
from ilp_core.assistant import phrasing
from ilp_core.assistant.novelty import FIRST_ITEMS as FIRST_ITEMS
from ilp_core.assistant.novelty import Known
from ilp_core.assistant.spots import MOST_MISSING_DAYS, Spot, item_of, spots_of
from ilp_core.assistant.understand import hours_asked
from ilp_core.assistant.when import Clock
from ilp_core.assistant.window_words import window_words
from ilp_core.domain.answers import Answer
from ilp_core.domain.places import AreaRef, Point
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import Hours
from ilp_core.words import answers, novelty

#: Below this many incidents an area says too little and the reply adds the next larger one (doctrine 3.14).
TOO_FEW: Final = 3
#: First screen: at most 600 characters (design.md; doctrine S24).
SCREEN: Final = 600
#: From this share of records with unknown codes on, an answer says so [this project's choice].
MANY_UNMAPPED: Final = 0.05
#: An incident feed older than this is said in the first line (guard-rail G43).
STALE_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer stands on: the city's frame and how its projected metres turn into degrees and back."""

    city: City
    locate: Callable[[float, float], Point]
    project: Callable[[Point], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Hotspots:
    """A question, what was found for its own area, and for the wider one where that was looked at.

    ``known`` is what the officer knew of each spot, by its rank; empty where they knew of none.
    """

    question: Question
    own: HotspotFinding
    wider: HotspotFinding | None
    wider_area: AreaRef | None
    spots: tuple[Spot, ...]
    coarse: Coarse | None = None
    known: tuple[Known | None, ...] = ()

    @property
    def figures(self) -> dict[str, Any]:
        """Every number behind the answer, for its receipt."""
        return {
            "method": METHOD,
            "own": figures_of(self.own),
            "wider_area": str(self.wider_area) if self.wider_area else None,
            "wider": figures_of(self.wider) if self.wider else None,
            # Written where it says anything, so that officers who were told nothing share a receipt.
            **({"told": [_told(spot) for spot in self.spots]} if self.known else {}),
        }


def _told(spot: Spot) -> list[Any]:
    """In which order and why a place was told, with every number that is told of it."""
    assert spot.news is not None
    return [spot.rank, spot.news.reason, spot.news.day, dict(spot.news.since)]


def look(question: Question, ground: Ground, clock: Clock) -> Hotspots:
    """Find the hotspots a question asks for; adds the district where the beat has too few to say anything."""
    coarse = coarseness(ground.city, scope_of(question, ground, question.area), clock.at.timestamp())
    if coarse:
        # Without hours, what is asked for this shift is answered from the whole day, and says so.
        question = replace(question, shift=None, advice=None)
    own = find_hotspots(ground.city, asked_of(question, ground, clock, question.area))
    spots = spots_of(own, ground.locate)
    parent = AreaRef("district", own.parent) if own.parent else None
    alone = question.area is None or question.area.kind != "beat" or parent is None
    if alone or (own.evidence >= TOO_FEW and spots):
        return Hotspots(question, own, None, None, tuple(spots), coarse)
    wider = find_hotspots(ground.city, asked_of(question, ground, clock, parent))
    return Hotspots(question, own, wider, parent, tuple(spots_of(wider, ground.locate)), coarse)


def asked_of(question: Question, ground: Ground, clock: Clock, area: AreaRef | None) -> Asked:
    """The question in the analysis room's own terms, for ``area`` or the question's place."""
    assert question.evidence is not None
    hours = hours_asked(question, clock)
    return Asked(
        scope=scope_of(question, ground, area),
        at=clock.at.timestamp(),
        start=question.evidence.start.timestamp(),
        end=question.evidence.end.timestamp(),
        limits=Limits(question.offences, hours, question.weekdays),
        weighting=question.weighting,
        advice=_advice_hours(question),
        yearly=not question.named_window,
    )


def scope_of(question: Question, ground: Ground, area: AreaRef | None) -> Scope:
    """Where to look: the area, or the circle round the question's place."""
    if area:
        return Scope(None, None) if area.kind == "force" else Scope(area.kind, area.code)
    assert question.place is not None
    x, y = ground.project(Point(question.place.lat, question.place.lon))
    return Scope(x=x, y=y, radius=question.place.radius_m)


def _advice_hours(question: Question) -> Hours | None:
    """The advice's hours on the clocks of the place it is for; its times carry that offset."""
    if question.advice is None:
        return None
    start, end = question.advice.start, question.advice.end
    return Hours(start.hour * 60 + start.minute, end.hour * 60 + end.minute)


def compose(
    found: Hotspots, clock: Clock, receipt: str, unread: tuple[str, ...], caution: str, skip: int = 0
) -> Answer:
    """The answer in words: as many of three items as fit on the first screen."""
    answer = Answer()
    for most, spare in ((3, 2), (3, 1), (3, 0), (2, 1), (2, 0), (1, 1)):
        shown = found.spots[skip : skip + most]
        more = len(found.spots) - skip - len(shown)
        answer = Answer(
            headline=_headline(found, skip),
            window=_window(found.question, clock),
            items=tuple(
                item_of(spot, number, found.question, clock.zone, brief=not spare)
                for number, spot in enumerate(shown, start=skip + 1)
            ),
            notes=_notes(found, clock, receipt, unread, bool(shown), more if spare else 0, all_new=spare > 1),
            caution=caution,
            urgent=stale(found.own.newest, clock),
            receipt=receipt,
            more=more,
        )
        if len(answer.text) <= SCREEN:
            break
    return answer


def _headline(found: Hotspots, skip: int) -> str:
    here = phrasing.where(found.question)
    if skip:
        there = phrasing.area_name(found.wider_area) if found.wider else here
        return answers.HOT_MORE.format(where=phrasing.subject(found.question, there))
    if found.wider and found.wider_area:
        there = phrasing.area_name(found.wider_area)
        few = answers.FEW_HERE if found.spots else answers.FEW_ANYWHERE
        return few.format(here=found.own.evidence, area=here, there=found.wider.evidence, parent=there)
    unmapped = found.own.excluded["unmapped"]
    if not found.own.evidence and unmapped and found.own.unmapped_share >= MANY_UNMAPPED:
        # A record of an unknown code may be of what was asked for: 0 would be a guess.
        return answers.ZERO_KNOWN.format(area=here, n=unmapped)
    if not found.own.evidence:
        return answers.ZERO_HERE.format(area=here)
    if not found.spots:
        return answers.NONE_STANDS_OUT.format(n=found.own.evidence, area=here)
    return answers.HOT.format(where=phrasing.subject(found.question, here))


def _window(question: Question, clock: Clock) -> str:
    assert question.evidence is not None
    end = phrasing.day_clock(question.evidence.end, clock.zone, clock.at)
    if question.named_window and question.window:
        start = phrasing.day_clock(question.evidence.start, clock.zone, clock.at)
        evidence = answers.NAMED_EVIDENCE.format(window=window_words(question.window), start=start, end=end)
    else:
        evidence = answers.YEAR_EVIDENCE.format(end=end)
    hours = hours_asked(question, clock)
    if hours and not hours.all_day:
        evidence += answers.IN_HOURS.format(hours=phrasing.hours(hours))
    if question.weekdays:
        evidence += answers.IN_HOURS.format(hours=phrasing.weekdays(question.weekdays))
    if question.advice is None:
        return answers.FROM_ONLY.format(evidence=evidence)
    return answers.FOR_AND_FROM.format(advice=phrasing.span(question.advice, clock.zone, clock.at), evidence=evidence)


def _notes(
    found: Hotspots, clock: Clock, receipt: str, unread: tuple[str, ...], shown: bool, more: int, *, all_new: bool
) -> tuple[str, ...]:
    finding = found.wider or found.own
    how = answers.RANKED_HARM if found.question.weighting == "harm" else answers.RANKED_COUNT
    basis = answers.RANKED.format(how=how, age=age_of(found.own, clock))
    if finding.missing:
        basis = f"{basis} {missing_words(finding.missing, found.question, clock)}".rstrip()
    if finding.inferred:
        basis = f"{basis} {answers.INFERRED}"
    unmapped = finding.excluded["unmapped"]
    if unmapped and finding.unmapped_share >= MANY_UNMAPPED:
        basis = f"{basis} {answers.UNMAPPED.format(n=unmapped)}"
    if found.coarse:
        basis = f"{answers.COARSE_NOTES[found.coarse]} {basis}"
    visit = f"{answers.VISIT} " if shown else ""
    further = f"{answers.MORE_LEFT.format(n=more)} " if more and shown else ""
    if shown and all_new and not found.known:
        further = f"{novelty.ALL_UNTOLD} {further}"
    return (
        *((answers.NOT_UNDERSTOOD.format(words=phrasing.quoted(unread)),) if unread else ()),
        basis,
        phrasing.left_out(finding.excluded),
        f"{further}{visit}{answers.RECEIPT.format(code=receipt)}",
    )


def missing_words(missing: Sequence[Span], question: Question, clock: Clock) -> str:
    """What of the evidence's window is not on file; "" where it is less than a week and a twentieth of it."""
    assert question.evidence is not None
    least = min(timedelta(days=MOST_MISSING_DAYS), question.evidence.length / 20)
    spans = [(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)) for since, until in missing]
    # Where nothing of the window is on file, or nothing that may rank a place, the counts have said so.
    spans = [span for span in spans if least <= span[1] - span[0] < question.evidence.length]
    if not spans:
        return ""
    since, until = max(spans, key=lambda span: span[1] - span[0])
    start, end = (phrasing.day(moment, clock.zone, clock.at) for moment in (since, until))
    if len(spans) > 1:
        return answers.NOT_ON_FILE_MORE.format(start=start, end=end, n=len(spans) - 1)
    if since <= question.evidence.start:
        return answers.RECORDS_BEGIN.format(day=end)
    return answers.NOT_ON_FILE.format(start=start, end=end)


def age_of(finding: HotspotFinding, clock: Clock) -> str:
    """How old the newest record is at the moment asked for."""
    assert finding.newest is not None
    return age_words(finding.newest, clock)


def age_words(newest: float, clock: Clock) -> str:
    """How old the record of that moment is."""
    return phrasing.age(clock.at - datetime.fromtimestamp(newest, UTC))


def is_old(newest: float, clock: Clock) -> bool:
    """True where the newest record is older than a live feed's may be (G43)."""
    return clock.at - datetime.fromtimestamp(newest, UTC) > STALE_AFTER


def stale(newest: float | None, clock: Clock) -> str | None:
    """The first line of an answer from old data (G43)."""
    if newest is None or not is_old(newest, clock):
        return None
    return answers.STALE.format(age=age_words(newest, clock))
