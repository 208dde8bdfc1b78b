"""Fitting: as much of an answer as the first screen of a phone holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ilp_core.assistant.hotspots import FIRST_ITEMS, SCREEN
from ilp_core.domain.answers import Answer, AnswerItem, Button


@dataclass(frozen=True, slots=True)
class Showing:
    """What a screen is to show beside what was found: its receipt, the words that were not used, from which item on,
    and the sentence on stops, where the answer carries one."""

    code: str
    unread: tuple[str, ...] = ()
    skip: int = 0
    caution: str = ""


#: Makes the answer with these items, so many more left, and room for what can be spared.
Screen = Callable[[tuple[AnswerItem, ...], int, bool], Answer]


def fit(
    items: Sequence[AnswerItem], skip: int, screen: Screen, buttons: Callable[[Answer], tuple[Button, ...]]
) -> Answer:
    """The answer from item ``skip`` on: three items and all that is said of them, or less until it fits."""
    answer = Answer()
    for most in range(FIRST_ITEMS, -1, -1):
        shown = tuple(items[skip : skip + most])
        more = len(items) - skip - len(shown)
        for roomy in (True, False):
            answer = screen(shown, more, roomy)
            if len(answer.text) <= SCREEN:
                return replace(answer, buttons=buttons(answer))
    return replace(answer, buttons=buttons(answer))
