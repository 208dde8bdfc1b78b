"""Resolve: what the words left open, from the conversation where they go on from it, else from the caller's duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from ilp_core.assistant.intents import Found
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Clarify, Intent, Question
from ilp_core.domain.shifts import Shift, ago, next_shift, shift_around
from ilp_core.domain.windows import Hours, TimeWindow

#: The method's own evidence for hotspots: 52 whole weeks (doctrine S2).
YEAR: Final = timedelta(days=364)
#: Counts and trend look back 28 days, patterns 14 (assistant contract, "Defaults when nothing is said").
BACK: Final[dict[Intent, timedelta]] = {
    "hotspots": YEAR,
    "trend": timedelta(days=28),
    "patterns": timedelta(days=14),
    "place": YEAR,
}
#: How far "near me" and "hotspots near 63rd" look, in metres: a few minutes on foot.
NEAR_ME_M: Final = 800
#: No term of the desk is longer, the words that ask for it included.
LONGEST_TERM: Final = 80
_TOLD: Final[frozenset[Intent]] = frozenset({"tip", "tip_amend", "concern", "disagree"})
#: Intents that are about a place: one that no place has is asked back.
_NEED_A_PLACE: Final[frozenset[Intent]] = frozenset({"place", "tried", "watch", "assign", "checkin", "hotspots"})


def resolve(
    intent: Intent, found: Found, caller: Officer, clock: Clock, atlas: Atlas, before: Question | None
) -> Question:
    """The question that ``found`` asks; ``before`` is the one it goes on from, or None."""
    if intent == "hotspots":
        return hotspots(found, caller, clock, atlas, before)
    if intent in ("trend", "place", "patterns"):
        return _counted(intent, found, caller, clock, atlas, before)
    return _other(intent, found, before)


def hotspots(found: Found, caller: Officer, clock: Clock, atlas: Atlas, before: Question | None) -> Question:
    """Where to be: own area, this shift, a year's evidence, unless the words say otherwise."""
    base = before or Question("hotspots")
    when = found.when
    advice, shift = (when.advice, when.shift) if when.advice else (base.advice, base.shift)
    if when.hours and not when.advice:
        advice, shift = coming(when.hours, clock), None
    if advice is None or advice.end <= clock.at:
        advice, shift = this_shift(clock)
    inherited = base.evidence if base.intent == "hotspots" and base.named_window else None
    evidence = when.evidence or inherited
    area, place, clarify = _where(found, caller, atlas, before)
    return Question(
        "hotspots",
        offences=found.offences or base.offences,
        area=area,
        place=replace(place, radius_m=max(place.radius_m, NEAR_ME_M)) if place and not place.street else place,
        advice=advice,
        evidence=evidence or TimeWindow(ago(YEAR, clock.at, clock.zone), clock.at),
        window=when.window or (base.window if evidence is not None else None) or "364 days",
        hours=when.hours or base.hours,
        weekdays=when.weekdays or base.weekdays,
        compare=when.compare or base.compare,
        item=found.references.item,
        inherits=before is not None,
        clarify=clarify,
        shift=shift,
        weighting=found.weighting or base.weighting,
        named_window=evidence is not None,
    )


def _counted(
    intent: Intent, found: Found, caller: Officer, clock: Clock, atlas: Atlas, before: Question | None
) -> Question:
    """Counts, places and patterns: an evidence window, and no hours to come."""
    base = before or Question(intent)
    when = found.when
    length = BACK[intent]
    named = when.evidence or when.so_far or (base.evidence if base.named_window else None)
    area, place, clarify = _where(found, caller, atlas, before)
    said_area = found.where.area is not None or found.place.area is not None or (before is not None and base.area)
    if intent == "patterns" and not said_area:
        area = atlas.district_of(area)
    if intent == "place" and place is not None and not place.street and found.where.area is None:
        area = None
    if intent == "place" and place is None and clarify is None:
        clarify = Clarify("place", ())
    return Question(
        intent,
        offences=found.offences or base.offences,
        area=area,
        place=place,
        evidence=named or TimeWindow(ago(length, clock.at, clock.zone), clock.at),
        window=when.window or (base.window if named else None) or f"{length.days} days",
        hours=when.hours or base.hours,
        weekdays=when.weekdays or base.weekdays,
        compare=when.compare or base.compare or ("previous_year" if intent == "trend" and found.direction else None),
        item=found.references.item,
        ref=found.references.ref,
        inherits=before is not None,
        clarify=clarify,
        shift=when.shift,
        weighting=found.weighting or base.weighting,
        named_window=named is not None,
    )


def _other(intent: Intent, found: Found, before: Question | None) -> Question:
    """Acts and answers of other rooms: what the words said, and nothing more."""
    when, references = found.when, found.references
    clarify = found.where.clarify or found.place.clarify
    if intent in _TOLD and clarify is not None and not (clarify.slot == "place" and clarify.options):
        # What was seen is taken as it is; a place is asked for later.
        clarify = None
    if intent in _NEED_A_PLACE and found.place.unknown and found.where.area is None and references.item is None:
        clarify = clarify or Clarify("place", ())
    evidence = when.evidence or (TimeWindow(when.instant, when.instant) if when.instant else None)
    return Question(
        intent,
        offences=found.offences or (before.offences if before else None),
        area=found.where.area or found.place.area or (before.area if before else None),
        place=(found.place.place if found.place.area is None else None) or (before.place if before else None),
        advice=when.advice,
        evidence=evidence if evidence is None or evidence.end >= evidence.start else None,
        window=when.window,
        hours=when.hours,
        weekdays=when.weekdays,
        compare=when.compare,
        item=references.item,
        # What is to be explained is the message's own words, without those that ask.
        ref=found.text[:LONGEST_TERM] if intent == "define" else references.ref,
        inherits=before is not None,
        clarify=clarify,
        shift=when.shift,
    )


def _where(
    found: Found, caller: Officer, atlas: Atlas, before: Question | None
) -> tuple[AreaRef | None, Place | None, Clarify | None]:
    """Area and place: those said, else those inherited, else the caller's own; and what must be asked back."""
    where, named = found.where, found.place
    if where.clarify:
        return where.area, None, where.clarify
    if where.near_me:
        return None, None, Clarify("place", ())
    if named.clarify:
        return None, None, named.clarify
    own = atlas.canonical(caller.area) if caller.area else None
    said = where.area or named.area
    place = named.place if named.area is None else None
    if place is not None:
        # A whole street is long: the caller's own part of it first.
        return (said or own if place.street else said), place, None
    if named.unknown is not None and said is None:
        return None, None, Clarify("place", ())
    if said is not None:
        return said, None, None
    if before is not None and (before.area is not None or before.place is not None):
        return before.area, before.place, None
    return own, None, None if own else Clarify("area", ())


def coming(hours: Hours, clock: Clock) -> TimeWindow:
    """The named hours of the day that are running or come next, from now on."""
    named = Shift("named", hours)
    running = shift_around(named, clock.at, clock.zone)
    return TimeWindow(clock.at, running.end) if running else next_shift(named, clock.at, clock.zone)


def this_shift(clock: Clock) -> tuple[TimeWindow, str | None]:
    """From now to the end of the running shift, and its name; an hour where none runs."""
    running = clock.running
    if not running:
        return TimeWindow(clock.at, ago(-timedelta(hours=1), clock.at, clock.zone)), None
    shift, window = running
    return TimeWindow(clock.at, window.end), shift.name


def near(place: Place, clock: Clock, before: Question | None) -> Question:
    """The question a shared location asks: hotspots round it, for this shift."""
    base = before if before and before.intent == "hotspots" else Question("hotspots")
    advice, shift = this_shift(clock)
    return Question(
        "hotspots",
        offences=base.offences,
        place=place,
        advice=advice,
        evidence=TimeWindow(ago(YEAR, clock.at, clock.zone), clock.at),
        window="364 days",
        shift=shift,
        weighting=base.weighting,
    )


def hours_asked(question: Question, clock: Clock) -> Hours | None:
    """The hours of the day that evidence is limited to: those the words named, else the asked shift's."""
    if question.hours:
        return question.hours
    if question.named_window or question.intent != "hotspots":
        return None
    return next((shift.hours for shift in clock.shifts if shift.name == question.shift), None)
