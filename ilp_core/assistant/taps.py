"""Knew it, or new to me: what an officer says of a place they were told, by one tap or in a few words.

It is reported as a rate and moves no list (differentiator D1): a list that learnt from it would flatter.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast

from ilp_core.assistant.conversation import Context
from ilp_core.assistant.hotspots import Hotspots
from ilp_core.assistant.normalise import find_phrase, normalise
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.questions import Question
from ilp_core.domain.tellings import Said
from ilp_core.words import novelty


@dataclass(frozen=True, slots=True)
class Tap:
    """What was said of place ``item`` of the list with receipt ``code``; ``marked`` where it stood there as new."""

    said: Said
    code: str
    item: int
    marked: bool = False


def tap_in(text: str, question: Question, context: Context) -> Tap | None:
    """The tap that a message stands for: only where a list of hotspots is open, and of its first place if it says of
    none. None where the message says neither."""
    before = context.question
    said = said_in(text)
    if said is None or context.receipt is None or before is None or before.intent != "hotspots":
        return None
    return Tap(said, context.receipt, question.item or 1)


def said_in(text: str) -> Said | None:
    """Whether a message says that something was known, or that it was news; the longest phrase counts."""
    plain = normalise(text)
    return next((said for phrase, said in _phrases() if find_phrase(phrase, plain)), None)


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, Said], ...]:
    table = files("ilp_core.words").joinpath("tables/knew.csv").read_text(encoding="utf-8")
    found = [(row["phrase"], cast("Said", row["said"])) for row in csv.DictReader(table.splitlines())]
    return tuple(sorted(found, key=lambda each: (-len(each[0]), each)))


def buttons(code: str, answer: Answer) -> tuple[Button, ...]:
    """Two buttons that say of the first place on the screen whether it was known."""
    if not answer.items:
        return ()
    first = answer.items[0].number
    return (
        Button(novelty.BUTTON_KNEW, f"v1:knew:{code}:{first}"),
        Button(novelty.BUTTON_NEW, f"v1:new:{code}:{first}"),
    )


def marked_new(tap: Tap, found: Hotspots) -> bool | None:
    """Whether the place stood on its list as new; None where the list has no such place."""
    if not 1 <= tap.item <= len(found.spots):
        return None
    news = found.spots[tap.item - 1].news
    return news is None or news.new


def noted(tap: Tap, found: Hotspots) -> Answer:
    """That it was noted, with the place's name, so that a slip shows."""
    label = found.spots[tap.item - 1].label
    return Answer(paragraphs=(novelty.NOTED[tap.said].format(label=label),), receipt=tap.code)
