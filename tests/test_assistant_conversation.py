"""Conversation: what a short message takes from the last one, what stands alone, and what is remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilp_core.assistant.conversation import Context, about_an_act, about_the_list, answered, following, opener
from ilp_core.assistant.intents import Found
from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.place_names import PlaceFound
from ilp_core.assistant.understand import understand
from ilp_core.assistant.where import Whereabouts
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Clarify, Question
from ilp_core.domain.windows import Hours
from tests.test_assistant_understand import ATLAS, CLOCK, OFFICER, ask

FIRST = ask("robberies beat 0421")
OPEN = Context(FIRST, "ABC234", 3)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("and yesterday?", {"window": "yesterday"}),
        ("what about yesterday", {"window": "yesterday"}),
        ("yesterday", {"window": "yesterday"}),
        ("same but last month", {"window": "last month"}),
        ("wat about beat 0834", {"area": AreaRef("beat", "0834")}),
        ("dist 8", {"area": AreaRef("district", "008")}),
        ("just burgs", {"offences": ("burglary",)}),
        ("burgs only", {"offences": ("burglary",)}),
        ("after 10pm only", {"hours": Hours(22 * 60, 7 * 60, open=True)}),
        ("on weekends only", {"weekdays": ("sat", "sun")}),
        ("by count", {"weighting": "count"}),
        ("and burgs in beat 0834", {"offences": ("burglary",), "area": AreaRef("beat", "0834")}),
    ],
)
def test_a_short_message_changes_one_thing_and_keeps_the_rest(text: str, changed: dict[str, object]) -> None:
    question = ask(text, OPEN)
    assert question.inherits
    expected = {
        name: getattr(FIRST, name) for name in ("intent", "offences", "area", "weekdays", "weighting")
    } | changed
    assert {name: getattr(question, name) for name in expected} == expected


def test_what_was_taken_is_shown() -> None:
    assert set(understand("and yesterday?", OFFICER, CLOCK, ATLAS, OPEN).trace.inherited) == {"offences", "area"}
    assert understand("whats hot", OFFICER, CLOCK, ATLAS, OPEN).trace.inherited == ()


def test_changes_add_up() -> None:
    question, context = FIRST, OPEN
    for text in ("and yesterday?", "just burgs", "wat about beat 0834", "by count"):
        question = ask(text, context)
        context = Context(question, "ABC235", 3)
    assert (question.intent, question.window, question.offences, question.weighting) == (
        "hotspots",
        "yesterday",
        ("burglary",),
        "count",
    )
    assert question.area == AreaRef("beat", "0834")


@pytest.mark.parametrize(
    "text", ["whats hot", "who sees this", "how many burgs beat 0834 last week", "quiz me", "brief me"]
)
def test_a_question_that_stands_alone_takes_nothing(text: str) -> None:
    question = ask(text, OPEN)
    assert not question.inherits
    assert question == ask(text)


def test_another_kind_of_question_keeps_its_subject() -> None:
    question = ask("up or down?", OPEN)
    assert (question.intent, question.offences, question.area) == ("trend", FIRST.offences, FIRST.area)
    assert question.compare == "previous_year"


@pytest.mark.parametrize(
    ("text", "intent", "item"),
    [
        ("2nd one - why", "why", 2),
        ("why", "why", None),
        ("why #3", "why", 3),
        ("more", "more", None),
        ("map", "map", None),
    ],
)
def test_what_is_about_the_list_takes_the_list(text: str, intent: str, item: int | None) -> None:
    question = ask(text, OPEN)
    assert (question.intent, question.item, question.ref, question.inherits) == (intent, item, "ABC234", True)
    alone = ask(text)
    assert (alone.intent, alone.ref, alone.inherits) == (intent, None, False)


def test_why_after_an_answer_without_a_receipt_is_still_about_it() -> None:
    question = ask("2nd one - why", Context(FIRST, None, 0))
    assert (question.item, question.ref, question.inherits) == (2, None, True)


def test_never_mind_is_about_nothing() -> None:
    assert ask("nvm", OPEN) == Question("cancel")


def test_a_waiting_question_is_answered_by_an_area() -> None:
    asked = ask("robberies last week beat 0836")
    assert asked.clarify
    waiting = following(asked, OPEN, None, 0)
    assert waiting == replace(OPEN, pending=asked)
    done = ask("beat 0834", waiting)
    assert (done.intent, done.window, done.area, done.clarify) == (
        asked.intent,
        "last week",
        AreaRef("beat", "0834"),
        None,
    )
    # Another question is no answer.
    assert ask("who sees this", waiting).intent == "privacy"
    # An area there is not is no answer either.
    assert ask("beat 0837", waiting).clarify is not None


def test_only_what_was_asked_for_answers() -> None:
    area = Question("trend", clarify=Clarify("area", ()))
    place = Question("place", clarify=Clarify("place", ()))
    entry = Entry("landmark", "Hall", "HALL", 41.0, -87.0, 50)
    here = Found("hall", place=PlaceFound(entry))
    there = Found("beat 0834", where=Whereabouts(AreaRef("beat", "0834")))
    assert answered(place, here, ()).place.label == "Hall"
    assert answered(area, there, ()).area == AreaRef("beat", "0834")
    assert answered(place, there, ()) is None
    assert answered(area, here, ()) is None
    assert answered(replace(place, clarify=None), here, ()) is None
    assert answered(replace(place, clarify=Clarify("confirm", ())), here, ()) is None


@pytest.mark.parametrize(
    ("question", "after"),
    [
        (Question("trend"), Context(Question("trend"), "NEW234", 2, "tip")),
        (Question("privacy"), Context(FIRST, "ABC234", 3, "tip", FIRST)),
        (Question("emergency"), Context(FIRST, "ABC234", 3, "tip", FIRST)),
        (Question("cancel"), Context()),
        (Question("checkin"), Context(FIRST, "ABC234", 3, "checkin")),
        (Question("place", clarify=Clarify("time", ("a", "b"))), Context(FIRST, "ABC234", 3, "tip", FIRST)),
    ],
)
def test_what_is_remembered_of_an_answer(question: Question, after: Context) -> None:
    before = Context(FIRST, "ABC234", 3, "tip", FIRST)
    assert following(question, before, "NEW234", 2) == after


@pytest.mark.parametrize(
    ("act", "intent", "about"),
    [
        ("tip", "tip_amend", True),
        ("tip", "tip_status", True),
        ("checkin", "checkout", True),
        ("checkin", "tip_amend", False),
        (None, "tip_amend", False),
        ("tip", "tip", False),
    ],
)
def test_an_act_goes_on_from_the_one_before(act: str | None, intent: str, about: bool) -> None:
    assert about_an_act(intent, Context(act=act)) is about


def test_about_no_list() -> None:
    assert about_the_list("why", None, Context()) == Question("why")
    assert about_the_list("more", None, Context()) == Question("more")
    assert about_the_list("why", 2, Context()) == Question("why", item=2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("and yesterday", "and"),
        ("burgs only", "only"),
        ("and", None),
        ("", None),
        ("android", None),
        ("yesterday", None),
    ],
)
def test_words_that_go_on_from_the_last_message(text: str, words: str | None) -> None:
    assert opener(text, lexicon()) == words
