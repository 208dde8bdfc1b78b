"""Which intent: what speaks for each, how strongly, and that all of it can be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilp_core.assistant.intents import LEAST_SCORE, Candidate, Found, candidates
from ilp_core.assistant.phrases import PhraseTable, phrase_of
from ilp_core.assistant.place_names import PlaceFound
from ilp_core.assistant.references import References
from ilp_core.assistant.sayings import Likeness
from ilp_core.assistant.tip_cues import tip_score
from ilp_core.assistant.where import Whereabouts
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import INTENTS

HALL = PlaceFound(Entry("landmark", "Hall", "HALL", 41.0, -87.0, 50))


def ranked(text: str, *rows: tuple[str, float, str], **found: object) -> list[Candidate]:
    """The candidates of a message with a phrase table of ``rows``."""
    table = PlaceFound() if "place" not in found else found["place"]
    hits = PhraseTable([phrase_of(*row) for row in rows]).find(text)
    return candidates(replace(Found(text), **{**found, "place": table}), hits)


def best(text: str, *rows: tuple[str, float, str], **found: object) -> str:
    return ranked(text, *rows, **found)[0].intent


def test_nothing_speaks_for_nothing() -> None:
    assert ranked("") == []
    assert ranked("xyzzy", ("help", 5, "help")) == []


def test_the_heavier_phrase_wins_and_the_longer_of_two_as_heavy() -> None:
    assert best("whats hot", ("hotspots", 4, "hot"), ("define", 3, "whats hot")) == "hotspots"
    assert best("whats hot", ("hotspots", 4, "hot"), ("define", 4, "whats hot")) == "define"


def test_what_begins_a_message_says_more() -> None:
    assert best("map me", ("map", 3, "^map"), ("help", 3, "map")) == "map"


def test_further_phrases_add_up_but_not_parts_of_one() -> None:
    once = ranked("who sees my data", ("privacy", 3, "who sees"))[0].score
    part = ranked("who sees my data", ("privacy", 3, "who sees"), ("privacy", 1, "sees"))[0].score
    more = ranked("who sees my data", ("privacy", 3, "who sees"), ("privacy", 1, "my data"))[0].score
    assert once == part < more


def test_many_weak_phrases_stay_below_a_decisive_one() -> None:
    words = ["a", "b", "c", "d", "e", "f", "g", "h"]
    weak = [("help", 1.0, word) for word in words]
    assert best(" ".join(words), *weak, ("map", 4, "h")) == "map"


def test_a_label_in_front_decides() -> None:
    rows = (("tip", 3.0, "tip"), ("hotspots", 5.0, "whats hot"))
    assert best("tip: whats hot is the garage", *rows) == "tip"
    assert best("tip whats hot is the garage", *rows) == "hotspots"


@pytest.mark.parametrize(
    ("found", "intent"),
    [
        ({"offences": ("burglary",)}, "hotspots"),
        ({"where": Whereabouts(AreaRef("beat", "1"))}, "hotspots"),
        ({"where": Whereabouts(near_me=True)}, "hotspots"),
        ({"place": HALL}, "place"),
        ({"offences": ("burglary",), "place": HALL}, "place"),
        ({"references": References(item=2)}, "why"),
    ],
)
def test_spans_alone_speak_for_an_intent(found: dict[str, object], intent: str) -> None:
    first = ranked("x", **found)[0]
    assert first.intent == intent
    assert first.score >= LEAST_SCORE
    assert first.phrased == 0.0


def test_a_phrase_about_a_place_says_less_where_none_is_named() -> None:
    row = ("place", 3, "anything on")
    assert ranked("anything on", row)[0].score < ranked("anything on", row, place=HALL)[0].score


def test_likeness_adds_its_points() -> None:
    like = {"privacy": Likeness(4.2, 0.8, "who sees this"), "help": Likeness(1.0, 0.2, "")}
    found = candidates(Found("who looks"), [], like)
    assert [(each.intent, each.score) for each in found] == [("privacy", 4.2), ("help", 1.0)]
    assert "who sees this" in found[0].because[0]


def test_every_candidate_says_what_speaks_for_it_and_the_order_is_the_same_every_time() -> None:
    rows = (("help", 3.0, "what"), ("map", 3.0, "what"), ("why", 3.0, "what"))
    found = ranked("what", *rows)
    assert [each.intent for each in found] == ["help", "map", "why"]
    assert all(each.because and each.intent in INTENTS for each in found)
    assert found == ranked("what", *reversed(rows))


@pytest.mark.parametrize(
    "text",
    [
        "white van no plates casing garages",
        "guy in a red hoodie selling by the store",
        "neighbor says he saw a male climbing in",
    ],
)
def test_an_observation_is_told_by_its_cues(text: str) -> None:
    points, kinds = tip_score(text)
    assert points > 0
    assert len(kinds) >= 1


@pytest.mark.parametrize(
    "text",
    ["", "van", "white van", "any white vans stolen last week", "where was the guy seen", "whats hot tonight rn"],
)
def test_a_question_and_a_bare_word_are_no_observation(text: str) -> None:
    assert tip_score(text)[0] == 0.0


def test_more_kinds_of_cue_tell_more() -> None:
    assert tip_score("guy selling by the store")[0] <= tip_score("guy in a red hoodie selling from a white van")[0]
