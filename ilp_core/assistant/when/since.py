"""Rules for spans from what is named up to now: "since friday", "since the 1st", "since 2200", "since yesterday"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from ilp_core.assistant.when.draft import FOLLOWED, NO_STREET, Draft, Scene, rules
from ilp_core.assistant.when.labels import say_clock, say_period
from ilp_core.assistant.when.naming import CALLED_FOR, DATE, DAY, DAYS, YEAR, is_year, stretch_of
from ilp_core.assistant.when.nights import last_completed, last_night
from ilp_core.assistant.when.periods import Period, Stretch, current, weekday_before
from ilp_core.assistant.when.time_of_day import CLOCK, halves_of, minutes_of
from ilp_core.domain.shifts import last_shift, shift_named
from ilp_core.domain.windows import TimeWindow
from ilp_core.words.en import names, times


def _named(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    what = match["what"]
    found = stretch_of(f"last {what}" if what in DAYS else what, scene.clock, day_first=scene.words.day_first)
    if found and what in DAYS and current("day", scene.clock).first_day.weekday() == DAYS.index(what):
        today = current("day", scene.clock)
        found = Stretch(today, today)
    if found is None or found.first.start(scene.clock) > scene.clock.at:
        return None
    return replace(draft, stretch=found, since=True)


def _number(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "since 2200" is an hour, "since 2009" a year; what may be both is asked back."""
    number = match["what"]
    minutes, year = minutes_of(number), int(number)
    if 1990 <= year <= scene.clock.calendar_day.year:
        if minutes is None:
            return _named(match, scene, draft)
        choices = (f"since {names.MONTHS[0]} {year}", times.SINCE.format(start=say_clock(minutes)))
        return replace(draft, choices=choices)
    return _clock(match, scene, draft)


def _clock(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    number = match["what"]
    shown = [(moment, minutes) for minutes in halves_of(number) if (moment := scene.clock.shown(minutes))]
    if not shown:
        return None
    moment, minutes = max(shown)
    label = times.SINCE.format(start=say_clock(minutes))
    return replace(draft, window=TimeWindow(moment, scene.clock.at), label=label)


def _night(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    found = (last_night if match["what"] == "last night" else last_completed)(match, scene, draft)
    if found is None or found.window is None:
        return found
    window = TimeWindow(found.window.start, scene.clock.at)
    return replace(found, window=window, label=times.SINCE.format(start=found.label), night=False, shift=None)


def _morning(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    today = current("day", scene.clock)
    return replace(draft, stretch=Stretch(today, today), since=True)


def _on_day(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "since 2200 yesterday", "since fri 8pm": a time of day on a day of the calendar."""
    minutes, clock = minutes_of(match["what"]), scene.clock
    if match["day"] not in (*DAYS, "yesterday", "last night") and is_year(match["what"], clock):
        return draft
    found = _date_of(match["day"], minutes, scene) if minutes is not None else None
    if minutes is None or found is None or clock.on(found, minutes) > clock.at:
        return None
    label = f"{say_period(Period('day', found.toordinal()), clock)} {say_clock(minutes)}"
    window = TimeWindow(clock.on(found, minutes), clock.at)
    return replace(draft, window=window, label=times.SINCE.format(start=label))


def _date_of(day: str, minutes: int, scene: Scene) -> date | None:
    clock = scene.clock
    if day == "yesterday":
        return clock.today - timedelta(days=1)
    if day == "last night":
        night = shift_named(clock.shifts, "nights")
        evening = last_shift(night, clock.at, clock.zone).start.astimezone(clock.zone).date() if night else None
        return evening + timedelta(days=minutes < _NOON) if evening else None
    if day in DAYS:
        found = weekday_before(DAYS.index(day), clock.calendar_day)
        return found if clock.on(found, minutes) <= clock.at else found - timedelta(days=7)
    stretch = stretch_of(day, clock, day_first=scene.words.day_first)
    return stretch.first.first_day if stretch else None


_NOON: Final = 12 * 60
_DAY: Final = rf"(?:yesterday|last night|{DATE}|{DAY})"

SINCE_RULES: Final = rules("time", [
    (rf"since (?P<day>{_DAY}) (?:at |around )?(?P<what>{CLOCK}|\d{{4}})(?! to)", _on_day),
    (rf"since (?:at |around )?(?P<what>{CLOCK}|\d{{4}}) (?:on )?(?P<day>{_DAY})", _on_day),
    (rf"since (?:the )?(?P<what>{CALLED_FOR.replace(f'|{YEAR})', ')')}|{DAY})(?! \d\d?(?:st|nd|rd|th))", _named),
    (r"since (?:the )?(?P<what>last night|last shift)", _night),
    (r"since (?:this morning|start of day)", _morning),
    (rf"since (?P<what>\d{{4}}){NO_STREET}", _number),
    (rf"since (?:the )?(?P<what>{CLOCK}|\d{{1,3}}){FOLLOWED}", _clock),
])  # fmt: skip
