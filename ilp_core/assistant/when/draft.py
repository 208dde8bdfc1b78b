"""What the rules have gathered from one message, and what a rule is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ilp_core.assistant.spans import SpanKind
from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.naming import DAY, MONTH
from ilp_core.assistant.when.periods import Period, Stretch
from ilp_core.assistant.when.vocabulary import TimeWords
from ilp_core.domain.questions import Compare, Weekday
from ilp_core.domain.windows import Hours, TimeWindow


@dataclass(frozen=True, slots=True)
class Draft:
    """The meanings found so far, not yet brought together.

    ``stretch`` is a stretch of the calendar and ``window`` any other named span, with its ``label``; ``ahead`` are
    coming hours and ``turn`` those of a shift that was only named; ``forward`` says that the stretch is coming.
    ``moment`` holds the times of day, in minutes, that a single moment may have; ``day`` its day, ``dated`` where a
    date was given. ``either`` are hours of which one is meant, ``before`` says that only their end was named, and
    ``dark`` that the message is about a night.
    """

    stretch: Stretch | None = None
    since: bool = False
    window: TimeWindow | None = None
    label: str | None = None
    night: bool = False
    ahead: TimeWindow | None = None
    turn: TimeWindow | None = None
    forward: bool = False
    so_far: TimeWindow | None = None
    shift: str | None = None
    hours: Hours | None = None
    either: tuple[Hours, ...] = ()
    before: bool = False
    weekdays: tuple[Weekday, ...] | None = None
    compare: Compare | None = None
    versus: Stretch | None = None
    moment: tuple[int, ...] = ()
    near: bool = False
    day: Period | None = None
    dated: bool = False
    instant: datetime | None = None
    dark: bool = False
    choices: tuple[str, ...] = ()

    @property
    def placed(self) -> bool:
        """True where a span for the evidence was named already."""
        return self.stretch is not None or self.window is not None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule may look at beside its match: the clock, the words, and what the officer typed there."""

    clock: Clock
    words: TimeWords
    typed: str


#: Returns the draft with the match read; the same draft where the words are no time; None where they make no sense.
Read = Callable[[re.Match[str], Scene, Draft], Draft | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of the plain form and how it is read. A group named ``take`` is all that is taken of the match."""

    kind: SpanKind
    pattern: re.Pattern[str]
    read: Read


def rules(kind: SpanKind, rows: Iterable[tuple[str, Read]]) -> tuple[Rule, ...]:
    """Rules of one kind from patterns of whole words."""
    return tuple(Rule(kind, re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), read) for pattern, read in rows)


#: Behind a bare number that is a time: the end, what others have taken, or a word that starts something else.
FOLLOWED: Final = (
    r"(?=$| \x00| [?.,;)]| (?:in|on|at|near|nr|by|from|last|past|this|yesterday|today|tonight|tomorrow|and|or|for|to"
    r"|not|until|before|after|since|between|around|with|w|was|were|when|he|she|they|beat|bt|dist|district|only|pls|please|the|vs"
    rf"|{DAY}|{MONTH}|night|nights|morning|evening|afternoon|weekends|weekdays)(?!\S))"
)
#: Behind a number of four digits that is no time but an address.
NO_STREET: Final = (
    r"(?! (?:blk|blks|block|blocks|hundred|s|e|w|nb|sb|eb|wb|north|south|east|west|st|street|ave|av|rd|dr|blvd|ln|ct"
    r"|pl)(?!\S))"
)
#: Behind a number that counts something.
NO_UNIT: Final = (
    r"(?! (?:minutes|hours?|days?|weeks?|months?|years?|secs?|seconds|people|ppl|males?|females?|guys|cars|yo|yoa|y"
    r"|ft|feet|miles?|mi|m|k|km|blocks|blks|x|st|nd|rd|th|of|percent|%)(?!\S))"
)
