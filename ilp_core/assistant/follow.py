"""Follow: the typed question that a button or a command asks, without words being read again.

A button carries a receipt and a step ("compare with the year before"): the question is the receipt's with that
changed. A command names an intent ("trend"); its words only limit the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from ilp_core.analyse.city import City
from ilp_core.analyse.hotspots import parent_of
from ilp_core.assistant.resolve import NEAR_ME_M, YEAR
from ilp_core.assistant.when import Clock
from ilp_core.domain.officers import Role
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Compare, Intent, Question
from ilp_core.domain.shifts import ago
from ilp_core.domain.windows import TimeWindow
from ilp_core.govern.permissions import may

#: Evidence where nothing is said (assistant contract, "Defaults when nothing is said").
DEFAULT_DAYS: Final[Mapping[Intent, int]] = {"trend": 28, "place": 28, "patterns": 14}


def next_question(asked: Question, step: str, clock: Clock) -> Question | None:
    """The question that ``step`` asks after ``asked``; None where there is no such step."""
    make = _STEPS.get(step)
    return make(asked, clock) if make else None


def _hotspots(asked: Question, clock: Clock) -> Question:
    """Where such offences gather: over the year, for this shift, in the area or round the place."""
    advice, shift = _this_shift(clock)
    place = None
    if asked.area is None and asked.place is not None:
        place = Place(asked.place.label, asked.place.lat, asked.place.lon, max(asked.place.radius_m, NEAR_ME_M))
    return Question(
        "hotspots",
        offences=asked.offences,
        area=asked.area,
        place=place,
        advice=advice,
        evidence=TimeWindow(ago(YEAR, clock.at, clock.zone), clock.at),
        window="364 days",
        hours=asked.hours,
        weekdays=asked.weekdays,
        inherits=True,
        shift=None if asked.hours else shift,
    )


def _this_shift(clock: Clock) -> tuple[TimeWindow, str | None]:
    """The rest of the running shift and its name; where none runs the coming hour."""
    running = clock.running
    if running is None:
        return TimeWindow(clock.at, ago(-timedelta(hours=1), clock.at, clock.zone)), None
    shift, window = running
    return TimeWindow(clock.at, window.end), shift.name


def _near(asked: Question, clock: Clock) -> Question:
    """Hot spots round the place, whatever area it lies in."""
    return _hotspots(replace(asked, area=None if asked.place else asked.area), clock)


def _compared(asked: Question, compare: Compare) -> Question:
    return replace(asked, compare=compare, inherits=True)


def _whole(asked: Question, _: Clock) -> Question:
    """The place in all areas that it runs through."""
    return replace(asked, area=None, inherits=True)


def _of_kind(intent: Intent) -> Callable[[Question, Clock], Question]:
    return lambda asked, clock: replace(
        with_defaults(intent, replace(asked, named_window=False, hours=None, weekdays=None), clock), inherits=True
    )


_STEPS: Final[Mapping[str, Callable[[Question, Clock], Question]]] = {
    "hotspots": _hotspots,
    "near": _near,
    "previous_year": lambda asked, _: _compared(asked, "previous_year"),
    "previous_period": lambda asked, _: _compared(asked, "previous_period"),
    "whole": _whole,
    "trend": _of_kind("trend"),
    "patterns": _of_kind("patterns"),
}


def permitted(question: Question, role: Role) -> Question:
    """``question``, or where ``role`` may not ask it the refusal that says so."""
    if question.intent == "unknown" or may(role, question.intent):
        return question
    return replace(question, intent="refuse", refusal="not_permitted", ref=question.intent)


#: What a button may ask next.
STEPS: Final = tuple(_STEPS)


def with_defaults(intent: Intent, question: Question, clock: Clock) -> Question:
    """``question`` as one of ``intent``: what it left open is filled as the contract says."""
    evidence, window = question.evidence, question.window
    days = DEFAULT_DAYS.get(intent)
    if days and not question.named_window:
        evidence = TimeWindow(ago(timedelta(days=days), clock.at, clock.zone), clock.at)
        window = f"{days} days"
    return replace(question, intent=intent, advice=None, shift=None, evidence=evidence, window=window)


def as_command(intent: str, limited: Question, own: AreaRef | None, city: City, clock: Clock) -> Question:
    """The question of a command that names ``intent``; ``limited`` is how its words were read, ``own`` the caller's
    area. Patterns are told of the caller's district, unless the words named an area."""
    question = with_defaults(cast(Intent, intent), limited, clock)
    if question.intent == "patterns" and question.area and question.area == own and own.kind == "beat":
        district = parent_of(city, own.code)
        question = replace(question, area=AreaRef("district", district) if district else own)
    return question
