"""Sayings: which intents a message is like, by its words and by the saying it reads most like."""

from __future__ import annotations

import pytest

from ilp_core.assistant.sayings import Saying, Sayings, with_markers
from ilp_core.assistant.spans import Span

TABLE = Sayings(
    [
        *(Saying("privacy", text) for text in ("who sees this", "who can read what i ask", "is this stored")),
        *(Saying("trend", text) for text in ("how many <offence> <time>", "<offence> up or down", "count <offence>")),
        *(Saying("tried", text) for text in ("what was tried at <place>", "has anyone worked <place>")),
    ]
)


def best(text: str) -> str | None:
    points = {intent: like.points for intent, like in TABLE.like(text).items()}
    return max(points, key=lambda intent: points[intent]) if points else None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("who sees this", "privacy"),
        ("so who can see what i ask", "privacy"),
        ("how many <offence> <time>", "trend"),
        ("<offence> up", "trend"),
        ("anyone ever worked <place>", "tried"),
    ],
)
def test_a_message_is_most_like_the_sayings_of_its_intent(text: str, intent: str) -> None:
    assert best(text) == intent


@pytest.mark.parametrize("text", ["", "zxcv qwerty", "<offence>", "<place> <time>"])
def test_of_a_message_without_a_known_word_nothing_is_said(text: str) -> None:
    assert TABLE.like(text) == {}


def test_the_likest_saying_is_shown_and_adds_points() -> None:
    like = TABLE.like("who sees this")["privacy"]
    assert like.nearest == "who sees this"
    far = TABLE.like("sees")["privacy"]
    assert far.nearest == ""
    assert 0 < far.points < like.points


def test_the_order_of_words_counts_for_the_pairs_they_make() -> None:
    forward, backward = (TABLE.like(text)["privacy"] for text in ("can read what", "what read can"))
    assert forward.points > backward.points


def test_the_same_message_is_always_as_like() -> None:
    assert TABLE.like("how many <offence>") == TABLE.like("how many <offence>")


def span(kind: str, text: str, words: str) -> Span:
    start = text.index(words)
    return Span(kind, start, start + len(words), words, "x")


def test_spans_become_markers_and_numbers_too() -> None:
    text = "burgs at 3rd & elm last 7 by 12 cars"
    spans = [span("place", text, "3rd & elm"), span("offence", text, "burgs"), span("time", text, "last 7")]
    assert with_markers(text, spans).split() == ["<offence>", "at", "<place>", "<time>", "by", "<number>", "cars"]


def test_a_span_within_another_and_one_of_no_marker_are_left_out() -> None:
    text = "tip 2231 status"
    spans = [span("ref", text, "tip 2231"), span("item", text, "2231"), span("phrase", text, "status")]
    assert with_markers(text, spans).split() == ["<ref>", "status"]
    assert with_markers("\x00\x00hot", []) == "  hot"
