"""Asking back: what the desk says where it would have to guess, with a button for each thing that may be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ilp_core.assistant import phrasing
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.questions import Clarify, Question
from ilp_core.words import desk

#: What a button brings back (Bot API, InlineKeyboardButton.callback_data: 1-64 bytes).
MOST_BYTES: Final = 64


def ask_back(question: Question) -> Answer:
    """What is asked back about ``question``, whose ``clarify`` says what is missing."""
    clarify = question.clarify
    assert clarify is not None
    return _ASKED[clarify.slot](question, clarify)


def _length(_: Question, __: Clarify) -> Answer:
    return Answer(paragraphs=(desk.TOO_LONG,))


def _place(question: Question, clarify: Clarify) -> Answer:
    if clarify.options:
        return _which(clarify)
    if question.intent == "hotspots":
        return Answer(paragraphs=(desk.NEAR_ME_ASK,), asks_location=True)
    return Answer(paragraphs=(desk.UNKNOWN_PLACE,), asks_location=True)


def _area(question: Question, clarify: Clarify) -> Answer:
    if question.area is None:
        return Answer(paragraphs=(desk.NO_AREA,))
    area = phrasing.area_name(question.area)
    if not clarify.options:
        return Answer(paragraphs=(desk.UNKNOWN_AREA_NONE.format(area=area),))
    text = desk.UNKNOWN_AREA.format(area=area, options=", ".join(map(phrasing.option, clarify.options)))
    return Answer(paragraphs=(text,), buttons=_buttons(clarify))


def _time(_: Question, clarify: Clarify) -> Answer:
    return _which(clarify)


def _spot(_: Question, __: Clarify) -> Answer:
    return Answer(paragraphs=(desk.WHICH_SPOT,))


def _confirm(_: Question, __: Clarify) -> Answer:
    return Answer(paragraphs=(desk.NOT_DONE_YET,))


_ASKED: Final[Mapping[str, Callable[[Question, Clarify], Answer]]] = {
    "length": _length, "place": _place, "area": _area, "time": _time, "spot": _spot, "confirm": _confirm,
}  # fmt: skip


def _which(clarify: Clarify) -> Answer:
    listed = "; ".join(map(phrasing.option, clarify.options))
    return Answer(paragraphs=(desk.WHICH_ONE.format(options=listed),), buttons=_buttons(clarify))


def _buttons(clarify: Clarify) -> tuple[Button, ...]:
    """A button for each option that fits one; it says the option in the words that are read in every language."""
    said = ((option, f"v1:say:{option}") for option in clarify.options)
    return tuple(Button(phrasing.option(option), data) for option, data in said if len(data.encode()) <= MOST_BYTES)
