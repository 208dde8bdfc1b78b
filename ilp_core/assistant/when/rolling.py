"""Rules for spans of so many units up to now or from now on: "last 7", "past 2 weeks", "last 24h", "next 14 days"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ilp_core.assistant.when.draft import FOLLOWED, Draft, Scene, rules
from ilp_core.assistant.when.periods import Kind, Stretch, current
from ilp_core.domain.shifts import ago, shift_named
from ilp_core.domain.windows import TimeWindow
from ilp_core.words.en import times

#: A span longer than this was mistyped.
_MOST_DAYS: Final = 3_660
_MOST_YEARS: Final = 30
_FINER: Final = {"hours": (60, "minutes"), "days": (24, "hours"), "weeks": (7, "days")}


def _rolling(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.placed:
        return draft
    length = _length(match)
    if length is None:
        return None
    number, unit, span = length
    clock, found = scene.clock, draft
    if match["unit"] and match["unit"].startswith("night"):
        night = shift_named(clock.shifts, "nights")
        found = replace(found, hours=night.hours, shift=night.name) if night and not draft.hours else found
    if match["unit"] and match["unit"].startswith("weekend"):
        found = replace(found, weekdays=("sat", "sun"))
    window = TimeWindow(ago(span, clock.at, clock.zone), clock.at)
    return replace(found, window=window, label=times.ROLLING.format(number=number, unit=_unit_name(unit)))


def _coming(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    length = _length(match)
    if length is None:
        return None
    clock = scene.clock
    return replace(draft, ahead=TimeWindow(clock.at, ago(-length[2], clock.at, clock.zone)))


def _length(match: re.Match[str]) -> tuple[int, str, timedelta] | None:
    """Number and unit as they are said, and how long that is."""
    written = match.groupdict().get("number")
    number = int((written or "1").lstrip("n"))
    unit = match["unit"]
    if unit is None:
        # Police say "last 24" and "last 48" of hours, and other bare numbers of days.
        unit = "hours" if number in (24, 48, 72) else "days"
    if unit.startswith(("mo", "minutes")) or unit == "m":
        if unit == "minutes":
            return _bounded(number, "minutes", timedelta(minutes=number))
        # Whole weeks, so that every day of the week counts alike: 4, 8, 13 … 52 to a year.
        weeks = number * 52 // 12
        return _bounded(weeks, "weeks", timedelta(weeks=weeks))
    if unit[0] == "y":
        return _bounded(52 * number, "weeks", timedelta(weeks=52 * number))
    if unit.startswith("weekend"):
        return _bounded(number, "weeks", timedelta(weeks=number))
    names_of = {"h": ("hours", 1), "d": ("days", 24), "n": ("days", 24), "w": ("weeks", 168)}
    name, hours = names_of[unit[0]]
    if number * hours > _MOST_DAYS * 24:
        return None
    return _bounded(number, name, timedelta(hours=number * hours))


def _bounded(number: int, unit: str, span: timedelta) -> tuple[int, str, timedelta] | None:
    if number == 1 and unit in _FINER:
        # "Last week" is another window than the last 7 days.
        number, unit = _FINER[unit]
    return (number, unit, span) if timedelta(0) < span <= timedelta(days=_MOST_DAYS) else None


def _unit_name(unit: str) -> str:
    return times.UNITS[unit]


def _ago(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    number, unit, clock = int((match["number"] or "1").lstrip("n")), match["unit"], scene.clock
    if draft.placed or number > _MOST_DAYS:
        return draft if draft.placed else None
    if unit[0] == "h" or unit == "minutes":
        length = timedelta(hours=number) if unit[0] == "h" else timedelta(minutes=number)
        return replace(draft, instant=ago(length, clock.at, clock.zone))
    kinds: dict[str, Kind] = {"d": "day", "w": "week", "m": "month", "y": "year"}
    if unit[0] == "y" and number > _MOST_YEARS:
        return None
    period = current(kinds[unit[0]], clock).plus(-number)
    return replace(draft, stretch=Stretch(period, period))


_THE: Final = r"(?:in|over|for|during) "
_NUMBER: Final = r"(?P<number>\d{1,6}|n\d{1,2})"
_UNIT: Final = r"(?P<unit>minutes|hours?|h|days?|d|weeks?|w|months?|mo|mos|m|years?|y|nights?|weekends?)"

ROLLING_RULES: Final = rules("time", [
    (rf"(?:{_THE})?(?:the )?(?:last|past) {_NUMBER} {_UNIT}", _rolling),
    (rf"(?:{_THE})?(?:the )?(?:last|past) (?P<number>\d{{1,6}})(?P<unit>(?!))?{FOLLOWED}",
     _rolling),
    (rf"(?:{_THE})?(?:the )?(?:past (?P<unit>hour|day|week|month|mo|year))", _rolling),
    (rf"(?:{_THE})?(?:the )?(?:last (?P<unit>hour|day))", _rolling),
    (rf"(?:{_THE})?(?:the )?(?:next|coming) {_NUMBER} {_UNIT}", _coming),
    (rf"(?:{_THE})?(?:the )?(?:next|coming) (?P<unit>hour)", _coming),
    (rf"(?:{_NUMBER}|an?) (?P<unit>minutes|hours?|days?|weeks?|months?|years?) ago", _ago),
    # Without "last" only what nothing else can mean: "28d", "90 days".
    (rf"(?P<number>\d{{1,3}}) (?P<unit>d|w){FOLLOWED}", _rolling),
    (rf"(?P<number>7|14|28|30|60|90|180|364|365) (?P<unit>days){FOLLOWED}", _rolling),
    (rf"(?P<number>24|48|72) (?P<unit>h|hours){FOLLOWED}", _rolling),
])  # fmt: skip
