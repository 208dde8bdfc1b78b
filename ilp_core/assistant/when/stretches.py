"""Rules for stretches of the calendar: "last month", "july 4", "in march", "jan to mar", "1-10 july", "by fri"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ilp_core.assistant.when.draft import FOLLOWED, NO_STREET, Draft, Scene, rules
from ilp_core.assistant.when.labels import say_clock
from ilp_core.assistant.when.naming import (
    CALLED_FOR,
    DATE,
    DAY,
    DAYS,
    MONTH,
    ORDINAL,
    PERIOD,
    SEASON,
    YEAR,
    stretch_of,
)
from ilp_core.assistant.when.periods import Kind, Period, Stretch, current, weekday_before
from ilp_core.assistant.when.time_of_day import CLOCK, minutes_of
from ilp_core.domain.windows import TimeWindow
from ilp_core.words.en import names, times


def _named(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.placed:
        return draft
    found = stretch_of(match["what"], scene.clock, day_first=scene.words.day_first)
    if found is None:
        return None
    what = match["what"]
    dated = re.fullmatch(DATE, what) is not None
    forward = re.match(rf"next|coming|this {DAY}(?!\w)", what) is not None
    return replace(draft, stretch=found, dated=dated, forward=forward)


def _year(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    year, now = int(match["what"]), scene.clock.calendar_day.year
    return _named(match, scene, draft) if now - 30 <= year <= now else draft


def _range(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.placed:
        return draft
    return _between(match["first"], match["last"], scene, draft)


def _between(first: str, last: str, scene: Scene, draft: Draft) -> Draft | None:
    clock, day_first = scene.clock, scene.words.day_first
    year = re.search(rf" ({YEAR})$", last)
    start = None
    if year and not re.search(YEAR, first):
        # "jan to mar 2015": the year holds for both, unless the stretch runs over new year.
        start = stretch_of(f"{first} {year[1]}", clock, day_first=day_first)
        start = start or stretch_of(first, clock, day_first=day_first)
    else:
        start = stretch_of(first, clock, day_first=day_first)
    if start is None:
        return None
    end = stretch_of(last, clock, day_first=day_first, after=start.first)
    if end and end.last.end(clock) <= start.first.start(clock) and year:
        start = stretch_of(f"{first} {int(year[1]) - 1}", clock, day_first=day_first)
    if start is None or end is None or end.last.end(clock) <= start.first.start(clock):
        return None
    return replace(draft, stretch=Stretch(start.first, end.last))


def _days_of_month(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.placed:
        return draft
    month = f"{match['month']} {match['year']}" if match["year"] else match["month"]
    return _between(f"{match['first']} {month}", f"{match['last']} {month}", scene, draft)


def _weekday_range(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    start = stretch_of(f"last {match['first']}", scene.clock, day_first=False)
    if draft.placed or start is None:
        return draft
    ahead = (DAYS.index(match["last"]) - DAYS.index(match["first"])) % 7
    return replace(draft, stretch=Stretch(start.first, start.first.plus(ahead)))


def _day_and_hour(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "fri 8pm to sat 4am": the last such span that has begun."""
    first, last = minutes_of(match["start"]), minutes_of(match["end"])
    if draft.placed:
        return draft
    if first is None or last is None:
        return None
    clock = scene.clock
    today = clock.calendar_day
    day = weekday_before(DAYS.index(match["first"]), today)
    if clock.on(day, first) >= clock.at:
        day -= timedelta(days=7)
    ahead = (DAYS.index(match["last"]) - DAYS.index(match["first"])) % 7
    start, end = clock.on(day, first), clock.on(day + timedelta(days=ahead), last)
    if end <= start:
        return None
    label = times.SPAN.format(
        first=f"{names.DAYS[day.weekday()]} {say_clock(first)}",
        last=f"{names.DAYS[(day.weekday() + ahead) % 7]} {say_clock(last)}",
    )
    return replace(draft, window=TimeWindow(start, end), label=label)


def _due(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "by fri": from now to the end of that day, the coming one."""
    clock, day = scene.clock, match["day"]
    if draft.ahead:
        return draft
    if day.startswith("end"):
        kind: Kind = "week" if day.endswith("week") else "month"
        return replace(draft, ahead=TimeWindow(clock.at, current(kind, clock).end(clock)))
    named = stretch_of(f"this {day}" if day in DAYS else day.replace("tonight", "today"), clock, day_first=False)
    return replace(draft, ahead=TimeWindow(clock.at, named.last.end(clock))) if named else None


def _rest(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "later today", "rest of the week": from now to its end."""
    clock, kind = scene.clock, match["what"] or match["later"]
    if draft.ahead:
        return draft
    kinds: dict[str, Kind] = {"today": "day", "day": "day", "week": "week", "month": "month", "year": "year"}
    return replace(draft, ahead=TimeWindow(clock.at, current(kinds[kind], clock).end(clock)))


def _third(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "early july", "mid july", "end of june": ten days each, the last third to the month's end."""
    found = stretch_of(match["month"], scene.clock, day_first=scene.words.day_first)
    if draft.placed or found is None:
        return draft
    first = found.first.first_day.toordinal()
    end = found.last.plus(1).first_day.toordinal()
    part = match["part"].split()[0]
    start, last = {
        "early": (first, first + 9),
        "start": (first, first + 9),
        "beginning": (first, first + 9),
        "mid": (first + 10, first + 19),
        "middle": (first + 10, first + 19),
    }.get(part, (first + 20, end - 1))
    return replace(draft, stretch=Stretch(Period("day", start), Period("day", last)))


def _vague(_: re.Match[str], __: Scene, ___: Draft) -> Draft | None:
    """Words that are about time and name no time."""
    return None


_IN: Final = r"(?:(?:in|for|during|on|over|of|from|since) )?(?:the )?"
_TO: Final = r"(?:to|until|a)"
_DAY_NUMBER: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_NO_ROAD: Final = r"(?! (?:st|street|ave|rd|dr|park|pk|blvd|ln)(?!\S))"

RANGE_RULES: Final = rules("time", [
    (rf"(?:from |between )?(?P<first>{DAY}) (?P<start>{CLOCK}|\d{{4}}) {_TO} (?P<last>{DAY})"
     rf" (?P<end>{CLOCK}|\d{{4}})",
     _day_and_hour),
    (rf"(?:from |between )?(?:the )?(?P<first>{_DAY_NUMBER}) (?:to|until|and|a) (?:the )?(?P<last>{_DAY_NUMBER})"
     rf"(?: of)? (?P<month>{MONTH})(?:(?: of)? (?P<year>{YEAR}))?", _days_of_month),
    (rf"(?:from |between )?(?P<month>{MONTH}) (?P<first>{_DAY_NUMBER}) (?:to|until|and) (?P<last>{_DAY_NUMBER})"
     rf"(?: (?P<year>{YEAR}))?(?! {MONTH})", _days_of_month),
    (rf"between (?P<first>{CALLED_FOR}) and (?P<last>{CALLED_FOR})", _range),
    (rf"(?:from )?(?P<first>{CALLED_FOR}) {_TO} (?P<last>{CALLED_FOR})", _range),
    (rf"(?:last|past) (?P<first>{DAY}) {_TO} (?P<last>{DAY})", _weekday_range),
])  # fmt: skip
DUE_RULES: Final = rules("time", [
    (rf"by (?:the )?(?P<day>{DAY}|tomorrow|today|tonight|end of (?:week|month))", _due),
    (r"(?:after|before|until|since|around|at) (?:dark|dusk|dawn|sunset|sunrise|sun ?up|sundown|first light)", _vague),
    (r"(?:the )?other (?:night|day|week)", _vague),
    (r"(?:rest|remainder) of (?:the |this )?(?P<what>today|day|week|month|year)|later (?P<later>today)", _rest),
    (rf"(?:in )?(?P<part>early|mid|middle of|late|start of|beginning of|end of) (?:the )?"
     rf"(?P<month>{MONTH}(?: {YEAR})?)", _third),
])  # fmt: skip
STRETCH_RULES: Final = rules("time", [
    (rf"{_IN}(?P<what>{PERIOD})", _named),
    (rf"(?:in|during|over) (?P<what>{MONTH}){_NO_ROAD}", _named),
    (rf"(?:(?:in|during|over|for) (?:the )?)(?P<what>{SEASON}){_NO_ROAD}", _named),
    (rf"(?P<what>jan|feb|apr|jun|jul|aug|sep|oct|nov|dec|summer|winter){_NO_ROAD}",
     _named),
    (rf"(?:in|for|during) (?P<what>{YEAR}){NO_STREET}", _year),
    (rf"(?:on |for )?(?P<what>the {ORDINAL})(?=$| \x00| [?.,]| (?:in|at|near|nr|by|to|after|before|between|around"
     r"|beat|bt|dist|from|was|vs|night|morning|evening|afternoon)(?!\S))", _named),
    (rf"(?P<what>{YEAR}){FOLLOWED}", _year),
])  # fmt: skip
