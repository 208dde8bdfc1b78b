"""One message in, one understood Question out, with every step kept so that it can be shown.

Safety comes first, then what is refused, then everything else (assistant contract, "Order of readings"): typos are
put right, readers find spans, the intents are scored, and what was left open comes from the conversation or the
caller's duty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ilp_core.assistant.careful import by_likeness
from ilp_core.assistant.conversation import (
    ABOUT_A_LIST,
    Context,
    about_an_act,
    about_the_list,
    answered,
    carry,
    points_back,
)
from ilp_core.assistant.intents import LEAST_SCORE, Candidate, Found, candidates
from ilp_core.assistant.lexicon import Lexicon, lexicon
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.reading import read_all, without_ranking
from ilp_core.assistant.refusals import explain_refusal, read_refusal
from ilp_core.assistant.resolve import NEAR_ME_M, hours_asked, near, resolve
from ilp_core.assistant.rules import Reading as Rule
from ilp_core.assistant.safety import explain_safety, read_safety
from ilp_core.assistant.sayings import with_markers
from ilp_core.assistant.spans import Span, words_left
from ilp_core.assistant.spelling import Correction
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.domain.officers import Officer
from ilp_core.domain.questions import Clarify, Intent, Question
from ilp_core.domain.ten_codes import TenCode
from ilp_core.govern.permissions import may

__all__ = ["NEAR_ME_M", "Context", "Trace", "Understood", "hours_asked", "near", "understand"]

#: Longer than any question; a longer message can still be a tip. Telegram's own limit is 4,096 signs.
LONGEST_QUESTION: Final = 500
#: Of what officers tell at length the beginning says what it is, and where; the rest is not searched for it. Danger
#: and refusals are looked for in all of it [this project's choice].
LONGEST_READ: Final = 1_000
#: A question of which more words than this stay unread asks something else.
MOST_UNREAD: Final = 4
#: Answers that name what they did not use: figures, which a word that was lost could have changed.
_FIGURES: Final[frozenset[Intent]] = frozenset({"hotspots", "trend", "place", "patterns"})


@dataclass(frozen=True, slots=True)
class Trace:
    """How a message was read: as normalised, what was put right, the spans, the candidates, what was inherited.

    ``left`` are the words that no reader took and no table knows; ``rule`` is what decided before all else, where it
    is about safety or refused.
    """

    text: str = ""
    corrections: tuple[Correction, ...] = ()
    spans: tuple[Span, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    inherited: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, the words of the message that it did not use, and how it was read."""

    question: Question
    unread: tuple[str, ...] = ()
    trace: Trace = Trace()


def understand(
    text: str,
    caller: Officer,
    clock: Clock,
    atlas: Atlas,
    context: Context,
    words: Lexicon | None = None,
    codes: Sequence[TenCode] | None = None,
) -> Understood:
    """Read one message of ``caller``.

    ``codes`` is the agency's ten-code table. A threat to life that a source told of keeps its refusal: the line that
    it gets says both (guard-rail G24).
    """
    plain = normalise(text)
    if not plain and "?" in text:
        return Understood(Question("help"))
    safety, refusal = read_safety(plain, codes), read_refusal(plain)
    if safety:
        covert = safety == "emergency" and refusal == "covert_source"
        rule = explain_safety(plain, codes)
        return Understood(Question(safety, refusal=refusal if covert else None), trace=Trace(plain, rule=rule))
    if refusal:
        return Understood(Question("refuse", refusal=refusal), trace=Trace(plain, rule=explain_refusal(plain)))
    # A menu's command is the word it names.
    understood = _read(_beginning(plain.removeprefix("/")), caller, clock, atlas, context, words or lexicon())
    intent = understood.question.intent
    if intent not in _TOLD and len(text) > LONGEST_QUESTION:
        return Understood(Question("unknown", clarify=Clarify("length", ())), trace=understood.trace)
    if intent != "unknown" and not may(caller.role, intent):
        refused = replace(understood.question, intent="refuse", refusal="not_permitted", ref=intent, clarify=None)
        return replace(understood, question=refused)
    return understood


def _beginning(text: str) -> str:
    """The first ``LONGEST_READ`` signs in whole words."""
    return text if len(text) <= LONGEST_READ else text[:LONGEST_READ].rpartition(" ")[0]


#: A bare number beside these names a record.
_NUMBERED: Final[frozenset[Intent]] = frozenset({"review", "tip_status", "annotate", "assign"})
#: What officers tell, as long as they like.
_TOLD: Final[frozenset[Intent]] = frozenset({"tip", "tip_amend", "concern", "disagree", "shift_log"})


def _read(plain: str, caller: Officer, clock: Clock, atlas: Atlas, context: Context, words: Lexicon) -> Understood:
    names = atlas.names
    text, corrections = words.speller.correct(plain, names.knows if names else lambda _: False)
    found, spans = read_all(text, caller, clock, atlas, words)
    references = found.references
    if references.receipt:
        return Understood(Question("why", ref=references.receipt), trace=Trace(text, corrections, spans))
    if references.spot is not None and references.item is None and context.listed:
        references = replace(references, item=references.spot)
        found = replace(found, references=references)
    likeness = words.sayings.like(with_markers(text, spans))
    ranked = candidates(found, words.phrases.find(without_ranking(text, spans)), likeness)
    best = ranked[0] if ranked and ranked[0].score >= LEAST_SCORE else None
    trace = Trace(text, corrections, spans, tuple(ranked), left=found.left)
    careful = by_likeness(text, likeness, best)
    if careful is not None:
        return Understood(careful, trace=trace)
    if context.pending is not None and (best is None or best.score < _NEW_QUESTION):
        completed = answered(context.pending, found, words_left(text))
        if completed:
            return Understood(completed, trace=replace(trace, inherited=_inherited(completed, found)))
    carried = carry(found, best, context, words)
    intent = carried.intent or (best.intent if best else None)
    if intent is None or (intent in _FIGURES and len(found.left) > MOST_UNREAD):
        return Understood(Question("unknown"), found.left, trace)
    question = _question(intent, found, caller, clock, atlas, context, carried.question)
    trace = replace(trace, inherited=_inherited(question, found) if question.inherits else ())
    return Understood(question, found.left if intent in _FIGURES | ABOUT_A_LIST else (), trace)


#: A message that says this much by itself is a new question, and no answer to one that the desk asked.
_NEW_QUESTION: Final = 4.5


def _question(
    intent: Intent,
    found: Found,
    caller: Officer,
    clock: Clock,
    atlas: Atlas,
    context: Context,
    before: Question | None,
) -> Question:
    item = found.references.item
    if intent in ABOUT_A_LIST:
        if intent == "why" and item is None and found.located:
            about = resolve("why", found, caller, clock, atlas, None)
            return replace(about, ref=context.receipt, inherits=context.receipt is not None)
        return about_the_list(intent, item, context)
    if before is None and context.question is not None and points_back(found, intent):
        before = context.question
    question = resolve(intent, found, caller, clock, atlas, before)
    if found.when.choices and question.clarify is None and intent in _FIGURES:
        # Two readings that differ by a day: asked back, never guessed (guard-rail G33).
        question = replace(question, clarify=Clarify("time", found.when.choices))
    if intent in _NUMBERED and question.ref is None and item is None:
        question = replace(question, ref=next(iter(found.numbers), None))
    if item is not None and context.listed:
        question = replace(question, inherits=True)
    if about_an_act(intent, context):
        question = replace(question, inherits=True)
    return _asked_back(question, found, context)


def _asked_back(question: Question, found: Found, context: Context) -> Question:
    """Acts that cannot be done as said: a spot of no open list, a change that must be confirmed."""
    if question.clarify is not None:
        return question
    spot = found.references.spot
    if spot is not None and question.ref is None:
        question = replace(question, ref=None if context.listed else f"hs{spot}")
    nowhere = question.item is None and question.place is None and question.area is None
    no_such_spot = spot is not None and not context.listed
    if (question.intent == "checkin" and nowhere) or (question.intent in ("checkin", "skip") and no_such_spot):
        return replace(question, clarify=Clarify("spot", ()))
    if question.intent == "schedule":
        return replace(question, clarify=Clarify("confirm", ()))
    return question


def _inherited(question: Question, found: Found) -> tuple[str, ...]:
    """The names of what a question took from the conversation."""
    taken = {
        "offences": question.offences and not found.offences,
        "area": question.area and found.where.area is None and found.place.area is None,
        "place": question.place and found.place.entry is None,
        "window": question.named_window and found.when.evidence is None,
        "hours": question.hours and found.when.hours is None,
        "weekdays": question.weekdays and found.when.weekdays is None,
        "compare": question.compare and found.when.compare is None,
        "item": question.item,
    }
    return tuple(name for name, there in taken.items() if there)
