"""Rules for days of the week and parts of the day: "fri n sat", "mon to thu", "weekends", "at night", "mornings"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ilp_core.assistant.when.draft import Draft, Scene, rules
from ilp_core.assistant.when.naming import DAY, DAYS
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.shifts import DAY_START, shift_named
from ilp_core.domain.windows import Hours

#: Hours of the parts of a day that no shift is named after.
_PARTS: Final = {
    "morning": Hours(DAY_START, 12 * 60),
    "afternoon": Hours(12 * 60, 18 * 60),
    "hours": Hours(0, 6 * 60),
    "am": Hours(DAY_START, 12 * 60),
    "pm": Hours(12 * 60, 0),
}
#: Behind these "sat" and "sun" are no days: "sat in car", "sun was in my eyes".
_GOES_ON: Final = frozenset({
    "in", "on", "at", "by", "near", "nr", "outside", "inside", "there", "down", "up", "with", "w", "watching",
    "waiting", "under", "across", "front", "behind", "was", "is", "went", "set", "shining", "glare", "rise",
    "and",
})  # fmt: skip
_SUBJECT: Final = frozenset({
    "he", "she", "they", "we", "i", "it", "who", "that", "just", "the", "still", "was", "had", "been", "c",
    "got", "car", "van", "truck", "suspect", "susp",
})  # fmt: skip


def _named(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.weekdays or _is_a_verb(match, scene):
        return draft
    return replace(draft, weekdays=_listed(match["days"].split()))


def _listed(words: list[str]) -> tuple[Weekday, ...]:
    """Days one by one and from one to another, in the week's order."""
    found: set[int] = set()
    for place, word in enumerate(words):
        if word not in DAYS:
            continue
        day = DAYS.index(word)
        if place > 1 and words[place - 1] in ("to", "a", "until"):
            first = DAYS.index(words[place - 2])
            found |= {(first + step) % 7 for step in range((day - first) % 7)}
        found.add(day)
    return tuple(WEEKDAYS[day] for day in sorted(found))


def _is_a_verb(match: re.Match[str], scene: Scene) -> bool:
    """True where a lone short form is more likely another word: "male sat in car", "the sun"."""
    if match["lead"] or scene.typed.split()[-1] not in ("sat", "sun", "wed", "mon"):
        return False
    before = match.string[: match.start()].split()
    following = match.string[match.end() :].split()
    if (before and before[-1] in _SUBJECT) or scene.typed.startswith("the "):
        return True
    if not following or following[0] not in _GOES_ON:
        return False
    # "robs sat in 0835": both sides are what others have read.
    taken = len(following) > 1 and following[1][0] == "\x00" and bool(before) and before[-1][0] == "\x00"
    return not taken


def _weekends(_: re.Match[str], __: Scene, draft: Draft) -> Draft | None:
    return draft if draft.weekdays else replace(draft, weekdays=("sat", "sun"))


def _weekdays(_: re.Match[str], __: Scene, draft: Draft) -> Draft | None:
    return draft if draft.weekdays else replace(draft, weekdays=WEEKDAYS[:5])


def _part(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.hours or draft.either:
        # "Fri night 2200-0300": the hours said are nearer than the part of the day.
        return replace(
            draft, dark=draft.dark or match["part"].startswith("night"), either=_later(draft, match["part"])
        )
    name = {"night": "nights", "nights": "nights", "evening": "evenings", "day": "days"}.get(match["part"])
    if name is None:
        return replace(draft, hours=_PARTS[match["part"]])
    shift = shift_named(scene.clock.shifts, name)
    return replace(draft, hours=shift.hours, shift=shift.name, dark=name == "nights") if shift else None


def _later(draft: Draft, part: str) -> tuple[Hours, ...]:
    """The readings of hours without am or pm that fit a part of the day."""
    fits = [hours for hours in draft.either if (hours.start < 720) == (part in ("morning", "am"))]
    return tuple(fits) or draft.either


_MORE: Final = rf"(?:(?: and| to| a| until| or| \+| ,| /)? {DAY})"
_PART: Final = r"(?P<part>morning|afternoon|evening|nights?|am|pm)"

WEEKDAY_RULES: Final = rules("weekdays", [
    (rf"(?P<lead>(?:on|every|each|for|only|this past) (?:the )?)?"
     rf"(?:the )?(?P<days>{DAY}{_MORE}*)", _named),
    (r"(?:on |at |over |during )?(?:the )?weekends", _weekends),
    (r"(?:on |during )?(?:the )?weekdays", _weekdays),
])  # fmt: skip
PART_RULES: Final = rules("hours", [
    (r"(?:in |during )?(?:the )?early (?P<part>hours)", _part),
    (rf"(?:(?:in|at|during|by|over) (?:the )?|every |each |of ){_PART}", _part),
    (r"during (?:the )?(?P<part>day)", _part),
    (rf"(?<=\x00 ){_PART}", _part),
])  # fmt: skip
