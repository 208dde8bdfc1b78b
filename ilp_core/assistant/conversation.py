"""The conversation so far, and what a short message takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ilp_core.assistant.intents import Candidate, Found
from ilp_core.assistant.lexicon import Lexicon
from ilp_core.domain.questions import Intent, Question

#: Answers whose question a short message goes on with.
_GOES_ON: Final[frozenset[Intent]] = frozenset({"hotspots", "trend", "place", "patterns", "priorities"})
#: What is about the last list.
ABOUT_A_LIST: Final[frozenset[Intent]] = frozenset({"why", "map", "more"})
#: Acts that are about an act before: the tip just sent, the spot just taken.
_ABOUT_AN_ACT: Final[dict[Intent, frozenset[Intent]]] = {
    "tip_amend": frozenset({"tip", "tip_amend"}),
    "tip_status": frozenset({"tip", "tip_amend"}),
    "checkout": frozenset({"checkin"}),
}
_ACTS: Final[frozenset[Intent]] = frozenset({"tip", "tip_amend", "checkin", "checkout", "concern", "assign"})
#: A follow-up without a word that opens one says little: so many words at most [this project's choice].
_MOST_BARE: Final = 4
_MOST_BARE_SLOTS: Final = 2


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation so far.

    ``question`` is the last one that was answered, ``receipt`` that answer's, and ``listed`` how much of its list was
    shown. ``act`` is the last thing done rather than asked. ``pending`` is a question that waits for an answer of the
    officer: its ``clarify`` says for what.
    """

    question: Question | None = None
    receipt: str | None = None
    listed: int = 0
    act: Intent | None = None
    pending: Question | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """What a message takes over: the intent and the question it goes on with, both None where it stands alone."""

    intent: Intent | None = None
    question: Question | None = None


def carry(found: Found, best: Candidate | None, context: Context, lexicon: Lexicon) -> Carried:
    """What of the conversation a message goes on with; ``best`` is the intent that speaks loudest, if any."""
    before = context.question
    intent, firm = (best.intent, best.phrased >= _FIRM) if best else (None, False)
    if before is None or before.intent not in _GOES_ON:
        return Carried()
    opened = opener(found.text, lexicon)
    slots = _slots(found)
    if opened and (slots or intent in _GOES_ON):
        # "and yesterday?" asks the same of another day; "and up or down?" another thing of the same.
        return Carried(intent if firm else before.intent, before)
    if slots == ["weighting"] and before.intent == "hotspots" and len(found.text.split()) <= _MOST_BARE:
        # "By count" under a list ranks it anew; it asks for no count.
        return Carried(before.intent, before)
    if intent is not None and firm:
        return Carried(intent, before) if _leans(found, intent) else Carried()
    if slots and len(slots) <= _MOST_BARE_SLOTS and len(found.text.split()) <= _MOST_BARE and not found.left:
        return Carried(before.intent, before)
    return Carried()


#: A phrase of this weight says by itself what is asked [this project's choice].
_FIRM: Final = 3.0


def opener(text: str, lexicon: Lexicon) -> str | None:
    """The words with which a message goes on from the last one: and, what about, just, same but."""
    words = text.split()
    for phrase in lexicon.small["opener"]:
        parts = phrase.split()
        if words[: len(parts)] == parts and len(words) > len(parts):
            return phrase
    return next((word for word in ("only", "instead", "tho", "though", "too") if words and words[-1] == word), None)


def _slots(found: Found) -> list[str]:
    when = found.when
    said = {
        "offence": bool(found.offences),
        "area": found.where.area is not None or found.where.near_me,
        "place": found.located or found.place.unknown is not None,
        "time": when.evidence is not None or when.advice is not None,
        "hours": when.hours is not None or bool(when.weekdays),
        "compare": when.compare is not None,
        "weighting": found.weighting is not None,
    }
    return [name for name, there in said.items() if there]


def _leans(found: Found, intent: Intent) -> bool:
    """True for a question that names no subject of its own, such as "up or down?" and "how many last week"."""
    if intent == "trend":
        return not found.offences and found.where.area is None and not found.located and len(found.text.split()) <= 6
    return False


def following(question: Question, before: Context, receipt: str | None, listed: int) -> Context:
    """The conversation after ``question`` was answered with a list of which ``listed`` items were shown."""
    if question.clarify is not None and question.clarify.slot in ("place", "area"):
        return replace(before, pending=question)
    if question.clarify is not None:
        return before
    if question.intent == "cancel":
        return Context()
    if question.intent in _GOES_ON:
        return Context(question, receipt, listed, before.act)
    if question.intent in _ACTS:
        return replace(before, act=question.intent, pending=None)
    return before


#: Words that stand for the place spoken of last.
_THERE: Final = frozenset({"there", "that place", "that spot", "that block", "that corner", "that one", "ahi"})
_AT_A_PLACE: Final[frozenset[Intent]] = frozenset(
    {"place", "tried", "watch", "assign", "checkin", "disagree", "trend", "evaluate"}
)


def points_back(found: Found, intent: Intent) -> bool:
    """True where a message names no place of its own and speaks of "there"."""
    if found.located or found.where.area is not None or intent not in _AT_A_PLACE:
        return False
    return any(f" {word} " in f" {found.text} " for word in _THERE)


def about_the_list(intent: Intent, item: int | None, context: Context) -> Question:
    """Why, map and more: about the last list, or about nothing where there is none."""
    before = context.question
    if intent == "why" and item is None and context.receipt is None and before is None:
        return Question("why")
    return Question(
        intent,
        area=before.area if before else None,
        place=before.place if before else None,
        item=item,
        ref=context.receipt,
        inherits=context.receipt is not None or before is not None,
    )


def about_an_act(intent: Intent, context: Context) -> bool:
    """True where an act goes on from the last one in this conversation."""
    return context.act is not None and context.act in _ABOUT_AN_ACT.get(intent, frozenset())


def answered(pending: Question, found: Found, words: Sequence[str]) -> Question | None:
    """The question that waited, with what the officer just said put in; None where the words do not answer it."""
    clarify = pending.clarify
    if clarify is None:
        return None
    if clarify.slot == "place" and found.place.entry is not None:
        return replace(pending, place=found.place.place, clarify=None, inherits=True)
    if clarify.slot == "area" and found.where.area is not None and found.where.clarify is None:
        return replace(pending, area=found.where.area, clarify=None, inherits=True)
    del words
    return None
