"""New to you: among places whose expected-harm intervals overlap, what is news to this officer comes first (D1).

First what they were never told, then what changed since they were last told, then the rest, longest ago first; equal
ones by rank. No place stands above one whose interval lies wholly higher. Of the places that bring nothing new the
highest keeps a place on the first screen: it is still hot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ilp_core.analyse.expected import Expected, in_order

Reason = Literal["untold", "changed", "still", "told"]

#: First screen: at most three items (design.md; doctrine S24).
FIRST_ITEMS: Final = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What an officer knows of a place: the ``day`` of knowing it (1 is the day they were first told), and in seconds
    since 1970 UTC when they were ``last`` told and ``until`` when the records went that it was told from."""

    day: int
    last: float
    until: float


@dataclass(frozen=True, slots=True)
class News:
    """Why a place is told now, and what of each offence came in ``since`` the officer was ``last`` told of it."""

    reason: Reason
    day: int = 0
    last: float = 0.0
    since: Mapping[str, int] = field(default_factory=dict)

    @property
    def new(self) -> bool:
        """True for what the officer does not know yet."""
        return self.reason in ("untold", "changed")


#: What holds of every place of a list of which the officer was told nothing.
UNTOLD: Final = News("untold")


def arrange(
    expected: Sequence[Expected], known: Sequence[Known | None], since: Sequence[Mapping[str, int]]
) -> list[tuple[int, News]]:
    """The places of a list, given in order of rank, by what is news to the officer, each with why it is told now.

    ``known`` is what the officer knows of each, None where they were never told of it, and ``since`` what came in
    since. Every place is there once, by its position in the list as given.
    """
    news = [_news(each, came) for each, came in zip(known, since, strict=True)]
    # Equal ones stand by rank: this last part of the key is where a seeded order would come in (guard-rail G09).
    preferred = sorted(range(len(news)), key=lambda each: (*_class(news[each]), each))
    order = in_order(expected, preferred)
    stale = [each for each in order if news[each].reason == "told"]
    if stale:
        still = min(stale)
        news[still] = News("still", news[still].day, news[still].last)
        order = _on_the_first_screen(still, order, expected)
    return [(each, news[each]) for each in order]


def _news(known: Known | None, came: Mapping[str, int]) -> News:
    if known is None:
        return UNTOLD
    return News("changed" if came else "told", known.day, known.last, dict(came))


def _class(news: News) -> tuple[int, float]:
    if news.new:
        return (0 if news.reason == "untold" else 1), 0.0
    return 2, news.last


def _on_the_first_screen(still: int, order: list[int], expected: Sequence[Expected]) -> list[int]:
    """``order`` with ``still`` in the last place of the first screen, where it stands below and may stand there."""
    place, last = order.index(still), FIRST_ITEMS - 1
    passed = order[last:place]
    if place <= last or any(expected[other].wholly_above(expected[still]) for other in passed):
        return order
    return [*order[:last], still, *passed, *order[place + 1 :]]
