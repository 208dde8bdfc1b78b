"""One message in, one understood Question out, resolved against the caller and the conversation so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from ilp_core.assistant.intents import read_intent, read_item, read_receipt, read_refusal, read_safety
from ilp_core.assistant.normalise import cut, find_phrase, normalise
from ilp_core.assistant.what import read_offences
from ilp_core.assistant.when import Clock, Reading, read_when
from ilp_core.assistant.where import Atlas, Whereabouts, read_where
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import Place
from ilp_core.domain.questions import Clarify, Intent, Question, Weighting
from ilp_core.domain.shifts import Shift, ago, next_shift, shift_around
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.govern.permissions import may
from ilp_core.words.en.vocabulary import BY_COUNT, BY_HARM, FILLER

#: The method's own evidence for hotspots: 52 whole weeks (doctrine S2).
YEAR: Final = timedelta(days=364)
#: How far "near me" looks, in metres: a few minutes on foot.
NEAR_ME_M: Final = 800
#: Longer than any question; Telegram's own limit is 4,096 signs.
LONGEST_QUESTION: Final = 500
#: A message of which more words than this stay unread asks something else.
MOST_UNREAD: Final = 4

_FOLLOWS_A_LIST: Final[frozenset[Intent]] = frozenset({"why", "map", "more"})


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation so far: the last question answered with a list, its receipt and how much was listed."""

    question: Question | None = None
    receipt: str | None = None
    listed: int = 0


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, and the words of the message that it did not use."""

    question: Question
    unread: tuple[str, ...] = ()


def understand(text: str, caller: Officer, clock: Clock, atlas: Atlas, context: Context) -> Understood:
    """Read one message. Safety comes first, then what is refused, then everything else (assistant contract)."""
    plain = normalise(text)
    safety = read_safety(plain)
    if safety:
        return Understood(Question(safety))
    refusal = read_refusal(plain)
    if refusal:
        return Understood(Question("refuse", refusal=refusal))
    if len(text) > LONGEST_QUESTION:
        return Understood(Question("unknown", clarify=Clarify("length", ())))
    found = _read(plain, caller, clock, atlas, context)
    intent = found.question.intent
    if intent != "unknown" and not may(caller.role, intent):
        return Understood(replace(found.question, intent="refuse", refusal="not_permitted", ref=intent))
    return found


def _read(plain: str, caller: Officer, clock: Clock, atlas: Atlas, context: Context) -> Understood:
    receipt, rest = read_receipt(plain)
    if receipt:
        return Understood(Question("why", ref=receipt))
    item, rest = read_item(rest)
    weighting, rest = _read_weighting(rest)
    when, rest = read_when(rest, clock)
    intent, rest = read_intent(rest)
    where, rest = read_where(rest, atlas)
    offences, rest = read_offences(rest)
    unread = tuple(word for word in rest.split() if word not in FILLER)
    if intent is not None and len(unread) > MOST_UNREAD:
        return Understood(Question("unknown"), unread)
    if intent in _FOLLOWS_A_LIST:
        return Understood(_about_the_list(intent, item, context), unread)
    said_something = bool(offences or where.area or where.near_me or weighting or not when.empty)
    if intent is None and said_something and not unread:
        intent = "hotspots"
        inherited = context.question if context.question and context.question.intent == "hotspots" else None
    else:
        inherited = None
    if intent != "hotspots":
        return Understood(Question(intent or "unknown"), unread)
    question = _hotspots(caller, clock, atlas, inherited, when, where, offences, weighting)
    return Understood(question, unread)


def _about_the_list(intent: Intent, item: int | None, context: Context) -> Question:
    if intent == "why" and item is None and context.receipt is None:
        return Question("why")
    area = context.question.area if context.question else None
    place = context.question.place if context.question else None
    return Question(
        intent, area=area, place=place, item=item, ref=context.receipt, inherits=context.receipt is not None
    )


def _read_weighting(text: str) -> tuple[Weighting | None, str]:
    tables: tuple[tuple[tuple[str, ...], Weighting], ...] = ((BY_COUNT, "count"), (BY_HARM, "harm"))
    for phrases, weighting in tables:
        for phrase in phrases:
            match = find_phrase(phrase, text)
            if match:
                return weighting, cut(text, match)
    return None, text


def _hotspots(
    caller: Officer,
    clock: Clock,
    atlas: Atlas,
    inherited: Question | None,
    when: Reading,
    where: Whereabouts,
    offences: tuple[str, ...] | None,
    weighting: Weighting | None,
) -> Question:
    """Fill what the words left open: from the conversation where there is one, else from the caller's duty."""
    base = inherited or Question("hotspots")
    advice, shift = (when.advice, when.shift) if when.advice else (base.advice, base.shift)
    if when.hours and not when.advice:
        advice, shift = coming(when.hours, clock), None
    if advice is None or advice.end <= clock.at:
        advice, shift = _this_shift(clock)
    evidence = when.evidence or (base.evidence if base.named_window else None)
    named = evidence is not None
    area = where.area or (None if where.near_me else base.area)
    place = None if where.area or where.near_me else base.place
    if area is None and place is None and not where.near_me and caller.area:
        area = atlas.canonical(caller.area)
    clarify = where.clarify
    if clarify is None and (where.near_me or (area is None and place is None)):
        clarify = Clarify("place", ()) if where.near_me else Clarify("area", ())
    return Question(
        "hotspots",
        offences=offences or base.offences,
        area=area,
        place=place,
        advice=advice,
        evidence=evidence or TimeWindow(ago(YEAR, clock.at, clock.zone), clock.at),
        window=when.window or (base.window if named else None) or "364 days",
        hours=when.hours or base.hours,
        weekdays=when.weekdays or base.weekdays,
        inherits=inherited is not None,
        clarify=clarify,
        shift=shift,
        weighting=weighting or base.weighting,
        named_window=named,
    )


def coming(hours: Hours, clock: Clock) -> TimeWindow:
    """The named hours of the day that are running or come next, from now on."""
    named = Shift("named", hours)
    running = shift_around(named, clock.at, clock.zone)
    return TimeWindow(clock.at, running.end) if running else next_shift(named, clock.at, clock.zone)


def _this_shift(clock: Clock) -> tuple[TimeWindow, str | None]:
    running = clock.running
    if not running:
        return TimeWindow(clock.at, ago(-timedelta(hours=1), clock.at, clock.zone)), None
    shift, window = running
    return TimeWindow(clock.at, window.end), shift.name


def near(place: Place, clock: Clock, context: Context) -> Question:
    """The question a shared location asks: hotspots round it, for this shift."""
    base = context.question if context.question and context.question.intent == "hotspots" else Question("hotspots")
    advice, shift = _this_shift(clock)
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
    if question.named_window:
        return None
    return next((shift.hours for shift in clock.shifts if shift.name == question.shift), None)
