"""Rooms: how each intent that stands on the data is answered, explained, listed and drawn.

A room finds (``look``), and puts what it found into words; all of them are asked in the same way, so that every front
end gives the same numbers (differentiator D10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ilp_core.analyse.hotspots import blocks_in
from ilp_core.assistant import (
    patterns,
    patterns_why,
    patterns_words,
    place,
    place_words,
    trend,
    trend_why,
    trend_words,
)
from ilp_core.assistant.fitting import Showing
from ilp_core.assistant.hotspots import FIRST_ITEMS, Ground, scope_of
from ilp_core.assistant.mapping import draw_marks
from ilp_core.assistant.messages import Reply
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.domain.answers import Answer, MapMark
from ilp_core.domain.places import Place
from ilp_core.domain.questions import Intent, Question
from ilp_core.words import answers


@dataclass(frozen=True, slots=True)
class Room:
    """One intent's answers. What ``look`` finds has ``question`` as it was answered and ``figures``, and is what the
    others are given.

    ``without`` is the answer where the data can say nothing, ``compose`` that from an item on, ``explain`` says why,
    of all or of one item, ``data`` is the list for scripts and ``marks`` where each item is.
    """

    without: Callable[[Question, Ground, Clock], Answer | None]
    look: Callable[[Question, Ground, Clock], Any]
    compose: Callable[[Any, Clock, Showing], Answer]
    explain: Callable[[Any, Clock, str, bool, int | None], Answer]
    data: Callable[[Any, Ground], tuple[Mapping[str, Any], ...]]
    marks: Callable[[Any, Ground], list[Place | None]]
    again: Callable[[Question, Ground, Clock, Mapping[str, Any]], Any] | None = None
    """Finds the same once more, where that takes more than looking: it is given the figures of then."""


ROOMS: Final[Mapping[Intent, Room]] = {
    "trend": Room(
        trend_words.without,
        trend.look,
        trend_words.compose,
        trend_why.explain,
        trend_why.items_data,
        trend_why.marks,
    ),
    "place": Room(
        place_words.without,
        place.look,
        place_words.compose,
        place_words.explain,
        place_words.items_data,
        place_words.marks,
    ),
    "patterns": Room(
        patterns_words.without,
        patterns.look,
        patterns_words.compose,
        patterns_why.explain,
        patterns_why.items_data,
        patterns_why.marks,
        patterns.once_more,
    ),
}


def look(question: Question, ground: Ground, clock: Clock, *, patient: bool = False) -> Answer | Any:
    """What the question's room finds, or the answer where it cannot; ``patient`` waits for what takes seconds."""
    room = ROOMS[question.intent]
    if patient and question.intent == "patterns":
        return room.without(question, ground, clock) or patterns.look(question, ground, clock, wait=True)
    return room.without(question, ground, clock) or room.look(question, ground, clock)


def once_more(question: Question, ground: Ground, clock: Clock, figures: Mapping[str, Any]) -> Answer | Any:
    """What was found when ``figures`` were, to see whether it is the same."""
    room = ROOMS[question.intent]
    nothing = room.without(question, ground, clock)
    if nothing or room.again is None:
        return nothing or room.look(question, ground, clock)
    return room.again(question, ground, clock, figures)


def first(question: Question, found: Any, ground: Ground, clock: Clock, showing: Showing) -> Reply:
    """The first screen. What the reply says was asked has the window that was counted."""
    room = ROOMS[question.intent]
    answer = room.compose(found, clock, showing)
    counted = replace(question, evidence=found.question.evidence, window=found.question.window)
    return Reply(counted, answer, room.data(found, ground), found.figures)


def more(question: Question, found: Any, ground: Ground, clock: Clock, code: str, listed: int) -> Reply:
    """The next items, or the honest end of the list."""
    room = ROOMS[found.question.intent]
    answer = room.compose(found, clock, Showing(code, skip=listed, caution=answers.CAUTION_SHORT))
    if not answer.items:
        return Reply(question, Answer(paragraphs=(answers.NO_MORE_ITEMS,), receipt=code))
    return Reply(question, answer, room.data(found, ground), found.figures)


def why(question: Question, found: Any, clock: Clock, code: str, same: bool) -> Reply:
    """Why an answer, or one item of it."""
    return Reply(question, ROOMS[found.question.intent].explain(found, clock, code, same, question.item))


def mapped(
    question: Question, found: Any, ground: Ground, clock: Clock, atlas: Atlas, code: str, source: str, listed: int
) -> Reply:
    """The map of the items shown so far, the first three where none were."""
    places = ROOMS[found.question.intent].marks(found, ground)[: listed or FIRST_ITEMS]
    marks = tuple(MapMark(number, each) for number, each in enumerate(places, start=1) if each is not None)
    if not marks:
        return Reply(question, Answer(paragraphs=(answers.MAP_NOTHING,), receipt=code))
    asked: Question = found.question
    area = None if asked.intent == "place" else asked.area
    scope = scope_of(asked, ground, area)
    blocks = blocks_in(ground.city, scope, clock.at.timestamp())
    view = draw_marks(marks, asked, area, asked.window or "", blocks, ground.locate, atlas, clock, code, source)
    return Reply(question, Answer(paragraphs=(view.text,), notes=(view.source,), receipt=code, map_view=view))
