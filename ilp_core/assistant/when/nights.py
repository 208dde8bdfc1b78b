"""Rules for shifts that are over: "last night", "night before last", "last fri night", "last shift"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ilp_core.assistant.when.draft import Draft, Scene, rules
from ilp_core.assistant.when.naming import DAY, DAYS
from ilp_core.assistant.when.periods import weekday_before
from ilp_core.domain.shifts import last_shift, shift_named
from ilp_core.words.en import names, times


def last_night(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    return _night(0, times.LAST_NIGHT, scene, draft)


def _night_before(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    return _night(1, times.NIGHT_BEFORE, scene, draft)


def _nights_ago(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    number = int(match["number"].lstrip("n"))
    label = {1: times.LAST_NIGHT, 2: times.NIGHT_BEFORE}.get(number, times.NIGHTS_AGO.format(number=number))
    return _night(number - 1, label, scene, draft)


def _night(back: int, label: str, scene: Scene, draft: Draft) -> Draft | None:
    night = shift_named(scene.clock.shifts, "nights")
    if draft.placed:
        return draft
    if night is None:
        return None
    window = last_shift(night, scene.clock.at, scene.clock.zone)
    for _ in range(back):
        window = last_shift(night, window.start, scene.clock.zone)
    return replace(draft, window=window, label=label, night=True, dark=True)


def _night_of_weekday(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    night, clock = shift_named(scene.clock.shifts, "nights"), scene.clock
    if draft.placed:
        return draft
    if night is None:
        return None
    day = weekday_before(DAYS.index(match["day"]), clock.calendar_day)
    window = night.on(day, clock.zone)
    if window.end > clock.at:
        window = night.on(day - timedelta(days=7), clock.zone)
    label = times.NIGHT_OF.format(weekday=names.DAYS[DAYS.index(match["day"])])
    return replace(draft, window=window, label=label, night=True, dark=True)


def last_completed(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    clock = scene.clock
    if draft.placed:
        return draft
    if not clock.shifts:
        return None
    found = max(
        ((last_shift(shift, clock.at, clock.zone), shift) for shift in clock.shifts), key=lambda row: row[0].end
    )
    return replace(draft, window=found[0], label=times.LAST_SHIFT, shift=found[1].name)


NIGHT_RULES: Final = rules("time", [
    (r"(?:the )?night before last", _night_before),
    (r"(?:the )?(?:last|past) night", last_night),
    (r"(?P<number>[1-9]|n\d) nights ago", _nights_ago),
    (rf"(?:last|past) (?P<day>{DAY}) nights?", _night_of_weekday),
    (r"(?:the )?(?:last|past) shift", last_completed),
])  # fmt: skip
