"""Rules for comparisons: "vs last yr", "this month vs last", "dec vs nov", "same time last yr", "up or down"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ilp_core.assistant.when.draft import Draft, Scene, rules
from ilp_core.assistant.when.naming import CALLED_FOR, MONTH, stretch_of
from ilp_core.assistant.when.periods import IN_A_YEAR, Stretch
from ilp_core.domain.questions import Compare


def _pair(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """Two periods beside each other: the later is asked about, the earlier lies just before or a year before it."""
    if draft.placed:
        return draft
    first = stretch_of(match["one"], scene.clock, day_first=scene.words.day_first)
    if first is None:
        return None
    other = _other(match["two"], first, scene)
    if other is None:
        return None
    early, late = sorted((first, other), key=lambda each: each.first)
    compare = before(late, early)
    return replace(draft, stretch=late, compare=compare) if compare else None


def _other(text: str, first: Stretch, scene: Scene) -> Stretch | None:
    """The other side; "july vs last july" is a year before the first."""
    words = text.split()
    if words[0] == "last" and len(words) == 2 and re.fullmatch(MONTH, words[1]) and first.first.kind == "month":
        return Stretch(first.first.plus(-12), first.last.plus(-12))
    return stretch_of(text, scene.clock, day_first=scene.words.day_first)


def before(late: Stretch, early: Stretch) -> Compare | None:
    """How ``early`` lies before ``late``: a year before, just before, or neither (None)."""
    kind = late.first.kind
    if kind != early.first.kind or late.last.index - late.first.index != early.last.index - early.first.index:
        return None
    away = late.first.index - early.first.index
    if away == IN_A_YEAR.get(kind):
        return "previous_year"
    return "previous_period" if away == late.last.index - late.first.index + 1 else None


def _one_before(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "this month vs last", "last week vs the week before"."""
    found = stretch_of(match["one"], scene.clock, day_first=scene.words.day_first)
    if draft.placed or found is None:
        return draft if draft.placed else None
    return replace(draft, stretch=found, compare="previous_year" if found.first.kind == "year" else "previous_period")


def _last_year(_: re.Match[str], __: Scene, draft: Draft) -> Draft | None:
    return replace(draft, compare=draft.compare or "previous_year")


def _period_before(_: re.Match[str], __: Scene, draft: Draft) -> Draft | None:
    return replace(draft, compare=draft.compare or "previous_period")


def _versus(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "vs last week": what is asked about is settled once all else is read."""
    if draft.compare:
        return draft
    found = stretch_of(match["two"], scene.clock, day_first=scene.words.day_first)
    return replace(draft, versus=found) if found else None


_VS: Final = (
    r"(?:vs|than|updown (?:from|since|on)) (?:the )?"
    r"(?:(?:\d+|days|weeks|same|period|time|month|week|day|of|in|it|was|we|had) )*"
)

COMPARE_RULES: Final = rules("compare", [
    (rf"(?:in )?(?P<one>{CALLED_FOR}) {_VS}(?:last|n1 before|(?:week|month|year|day|quarter|weekend) before)(?! \w)",
     _one_before),
    (rf"{_VS}(?:last year|year before|n1 year before)", _last_year),
    (rf"(?:in )?(?P<one>{CALLED_FOR}) {_VS}(?P<two>{CALLED_FOR})", _pair),
    (rf"(?:compare|comparing) (?P<one>{CALLED_FOR}) (?:and|to|with|against) (?P<two>{CALLED_FOR})", _pair),
    (rf"{_VS}(?:(?:last|past) (?:\d+|n\d+)(?: (?:days?|weeks?|hours?|months?))?|(?:last|past) period|last|before"
     r"|n1 before|(?:week|month|day|quarter|weekend|night) before)(?! (?:week|month|year|night|weekend|shift))",
     _period_before),
    (rf"{_VS}(?P<two>{CALLED_FOR})", _versus),
    (r"(?:going )?updown", _last_year),
])  # fmt: skip
