"""When: the words for times and shifts, read against the caller's clock (assistant contract, "Time words").

A reading says which hours advice is for, which span the evidence is from, and which hours of the day limit
it. Days are operational days, that start with the day shift; all results are instants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ilp_core.assistant.normalise import cut, find_phrase
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.shifts import (
    DAY_START,
    Shift,
    ago,
    last_shift,
    next_shift,
    operational_day,
    running_shift,
    shift_around,
    shift_named,
    wall_time,
)
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.words.en.vocabulary import SHIFTS


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a question is asked for, where, and whose shifts they are. ``own`` is the caller's shift."""

    at: datetime
    zone: tzinfo
    shifts: Sequence[Shift]
    own: Shift | None

    @property
    def on_duty(self) -> TimeWindow | None:
        """The caller's running shift, or None off duty."""
        return shift_around(self.own, self.at, self.zone) if self.own else None

    @property
    def running(self) -> tuple[Shift, TimeWindow] | None:
        """The caller's shift where it runs, else whichever of the agency's is running."""
        own = self.on_duty
        if own and self.own:
            return self.own, own
        return running_shift(self.shifts, self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the time words said; None or False where they said nothing."""

    advice: TimeWindow | None = None
    evidence: TimeWindow | None = None
    window: str | None = None
    hours: Hours | None = None
    weekdays: tuple[Weekday, ...] | None = None
    shift: str | None = None

    @property
    def empty(self) -> bool:
        """True where no time word was found."""
        return self == Reading()


def read_when(text: str, clock: Clock) -> tuple[Reading, str]:
    """Read the time words of a normalised message; returns the reading and the words left over."""
    reading = Reading()
    unclear: list[str] = []
    for pattern, read in _GRAMMAR:
        match = pattern.search(text)
        if match:
            found = read(match, clock, reading)
            text = cut(text, match)
            if found is None:
                unclear.append(match[0])
            else:
                reading = found
    reading, text = _read_shift_words(text, clock, reading)
    return reading, " ".join([text, *unclear]).strip()


def _read_shift_words(text: str, clock: Clock, reading: Reading) -> tuple[Reading, str]:
    for word in sorted(SHIFTS, key=len, reverse=True):
        match = find_phrase(word, text)
        shift = shift_named(clock.shifts, SHIFTS[word]) if match else None
        if match and shift and reading.shift is None:
            advice = reading.advice or shift_around(shift, clock.at, clock.zone)
            if advice is None and reading.evidence is None:
                advice = next_shift(shift, clock.at, clock.zone)
            elif advice and advice.start < clock.at:
                advice = TimeWindow(clock.at, advice.end)
            reading = replace(reading, hours=shift.hours, shift=shift.name, advice=advice)
            text = cut(text, match)
    return reading, text


def _now(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    running = clock.running
    if not running:
        return replace(reading, advice=TimeWindow(clock.at, ago(-timedelta(hours=1), clock.at, clock.zone)))
    shift, window = running
    return replace(reading, advice=TimeWindow(clock.at, window.end), shift=shift.name)


def _tonight(match: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    if clock.on_duty:
        return _now(match, clock, reading)
    night = shift_named(clock.shifts, "nights")
    if night is None:
        return _now(match, clock, reading)
    running = shift_around(night, clock.at, clock.zone)
    window = TimeWindow(clock.at, running.end) if running else next_shift(night, clock.at, clock.zone)
    return replace(reading, advice=window, shift=night.name)


def _last_night(_: re.Match[str], clock: Clock, reading: Reading) -> Reading | None:
    night = shift_named(clock.shifts, "nights")
    if night is None:
        return None
    window = last_shift(night, clock.at, clock.zone)
    if reading.hours:
        window = _with_hours(window, reading.hours, clock)
    return replace(reading, evidence=window, window="last night")


def _with_hours(night: TimeWindow, hours: Hours, clock: Clock) -> TimeWindow:
    """The night, begun early or ended late enough for hours that were said beside it ("last night 2200-0300")."""
    evening = night.start.astimezone(clock.zone).date()
    first = evening if hours.start >= DAY_START else evening + timedelta(days=1)
    last = first if hours.end > hours.start else first + timedelta(days=1)
    start, end = wall_time(first, hours.start, clock.zone), wall_time(last, hours.end, clock.zone)
    return TimeWindow(min(night.start, start), max(night.end, end)).until(clock.at)


def _today(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    return replace(reading, evidence=operational_day(clock.at, clock.zone).until(clock.at), window="today")


def _yesterday(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    today = operational_day(clock.at, clock.zone)
    day = operational_day(ago(timedelta(hours=12), today.start, clock.zone), clock.zone)
    return replace(reading, evidence=day, window="yesterday")


def _week_start(clock: Clock, back: int) -> datetime:
    day = operational_day(clock.at, clock.zone).start.astimezone(clock.zone).date()
    monday = day - timedelta(days=day.weekday() + 7 * back)
    return wall_time(monday, DAY_START, clock.zone)


def _this_week(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    return replace(reading, evidence=TimeWindow(_week_start(clock, 0), clock.at), window="this week")


def _last_week(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    return replace(reading, evidence=TimeWindow(_week_start(clock, 1), _week_start(clock, 0)), window="last week")


def _rolling(match: re.Match[str], clock: Clock, reading: Reading) -> Reading | None:
    number, unit = int(match["number"]), match["unit"] or "days"
    if not 1 <= number <= 3660:
        return None
    days = {"h": 1 / 24, "d": 1, "w": 7, "m": 28}[unit[0]] * number
    names = {"h": "hours", "d": "days", "w": "weeks", "m": "months of 28 days"}
    start = ago(timedelta(days=days), clock.at, clock.zone)
    return replace(reading, evidence=TimeWindow(start, clock.at), window=f"last {number} {names[unit[0]]}")


def _weekend(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    friday = _week_start(clock, 0).astimezone(clock.zone).date() + timedelta(days=4)
    start = wall_time(friday, 18 * 60, clock.zone)
    if start > clock.at:
        friday -= timedelta(days=7)
        start = wall_time(friday, 18 * 60, clock.zone)
    end = wall_time(friday + timedelta(days=3), DAY_START, clock.zone)
    return replace(reading, evidence=TimeWindow(start, end).until(clock.at), window="weekend")


def _month_start(clock: Clock, back: int) -> datetime:
    local = clock.at.astimezone(clock.zone)
    months = local.year * 12 + local.month - 1 - back
    return wall_time(local.date().replace(year=months // 12, month=months % 12 + 1, day=1), 0, clock.zone)


def _this_month(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    return replace(reading, evidence=TimeWindow(_month_start(clock, 0), clock.at), window="this month")


def _last_month(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    return replace(reading, evidence=TimeWindow(_month_start(clock, 1), _month_start(clock, 0)), window="last month")


def _year_to_date(_: re.Match[str], clock: Clock, reading: Reading) -> Reading:
    first = clock.at.astimezone(clock.zone).date().replace(month=1, day=1)
    return replace(reading, evidence=TimeWindow(wall_time(first, 0, clock.zone), clock.at), window="year to date")


def _clock_time(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?\s*(a|p|am|pm)?", text.strip())
    if not match:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _between(match: re.Match[str], _: Clock, reading: Reading) -> Reading | None:
    start, end = _clock_time(match["start"]), _clock_time(match["end"])
    if start is None or end is None or start == end:
        return None
    return replace(reading, hours=Hours(start, end))


def _after(match: re.Match[str], _: Clock, reading: Reading) -> Reading | None:
    start = _clock_time(match["start"])
    if start is None:
        return None
    # Open-ended: to the end of the operational day, so that "after 10pm" runs on past midnight.
    return replace(reading, hours=Hours(start, DAY_START, open=True))


def _weekends(_: re.Match[str], __: Clock, reading: Reading) -> Reading:
    return replace(reading, weekdays=("sat", "sun"))


def _weekdays(match: re.Match[str], _: Clock, reading: Reading) -> Reading:
    named = re.findall(r"(mon|tue|wed|thu|fri|sat|sun)", match[0])
    return replace(reading, weekdays=tuple(day for day in WEEKDAYS if day in named))


_Read = Callable[[re.Match[str], Clock, Reading], Reading | None]
_TIME: Final = r"\d{1,2}(?::?\d{2})?\s?(?:am|pm|a|p)?"
_DAY: Final = r"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?"
_LAST: Final = r"(?:last|past|previous|prev)"

#: Tried in this order; each is used at most once.
_GRAMMAR: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), read)
    for pattern, read in (
        (rf"(?:btwn|between|from)\s+(?P<start>{_TIME})\s*(?:and|n|&|to|-)\s*(?P<end>{_TIME})", _between),
        (r"(?P<start>\d{2}:?\d{2})\s*-\s*(?P<end>\d{2}:?\d{2})", _between),
        (r"(?:after|aft|past)\s+(?P<start>\d{1,2}(?::?\d{2})?\s?(?:am|pm|a|p)|\d{4})", _after),
        (rf"{_LAST}\s+(?:nite|night)", _last_night),
        (rf"{_LAST}\s+(?:week|wk)", _last_week),
        (rf"{_LAST}\s+month", _last_month),
        (r"(?:this|the)\s+(?:week|wk)", _this_week),
        (r"this\s+month", _this_month),
        (rf"{_LAST}\s+(?P<number>\d{{1,6}})\s*(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|m)?", _rolling),
        (r"weekends", _weekends),
        (r"(?:this\s+|last\s+)?weekend", _weekend),
        (r"ytd|year to date|this year", _year_to_date),
        (rf"(?:on\s+)?{_DAY}(?:\s*(?:and|n|&|,)?\s*{_DAY})*", _weekdays),
        (r"yesterday|yday", _yesterday),
        (r"today|2day", _today),
        (r"tonight|tonite|2nite|2night", _tonight),
        (r"rest of (?:the|my|this) shift|right now|rn|now|atm|this shift", _now),
    )
)
