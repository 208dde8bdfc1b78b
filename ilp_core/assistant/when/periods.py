"""Periods of the calendar: a day, week, weekend, month, quarter or year, each with its number in the row of its kind.

Days are operational days and start with the day shift, as weeks do; a weekend runs from Friday 18:00 to Monday with
the day shift; months, quarters and years start at 00:00 on the first (assistant contract, "Time words").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from ilp_core.assistant.when.clock import Clock
from ilp_core.domain.shifts import DAY_START
from ilp_core.domain.windows import TimeWindow

Kind = Literal["day", "week", "weekend", "month", "quarter", "year"]

#: How many of a kind make a year, where whole ones do.
IN_A_YEAR: Final[dict[Kind, int]] = {"month": 12, "quarter": 4, "year": 1}
_WEEKEND_START: Final = 18 * 60


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period. ``index`` counts days from 1 January of year 1, weeks by seven of them, months from year 0."""

    kind: Kind
    index: int

    def start(self, clock: Clock) -> datetime:
        """When it begins."""
        match self.kind:
            case "day":
                return clock.on(date.fromordinal(self.index), DAY_START)
            case "week":
                return clock.on(date.fromordinal(self.index * 7 + 1), DAY_START)
            case "weekend":
                return clock.on(date.fromordinal(self.index * 7 + 5), _WEEKEND_START)
            case _:
                return clock.on(self.first_day, 0)

    def end(self, clock: Clock) -> datetime:
        """When it is over."""
        if self.kind == "weekend":
            return clock.on(date.fromordinal(self.index * 7 + 8), DAY_START)
        return Period(self.kind, self.index + 1).start(clock)

    @property
    def first_day(self) -> date:
        """The day it begins on."""
        match self.kind:
            case "day":
                return date.fromordinal(self.index)
            case "week":
                return date.fromordinal(self.index * 7 + 1)
            case "weekend":
                return date.fromordinal(self.index * 7 + 5)
            case "month":
                return date(self.index // 12, self.index % 12 + 1, 1)
            case "quarter":
                return date(self.index // 4, self.index % 4 * 3 + 1, 1)
            case "year":
                return date(self.index, 1, 1)

    def plus(self, number: int) -> Period:
        """The period that many later."""
        return Period(self.kind, self.index + number)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the start of one period to the end of another, often the same."""

    first: Period
    last: Period

    def window(self, clock: Clock) -> TimeWindow:
        """The stretch as instants, coming parts included."""
        return TimeWindow(self.first.start(clock), self.last.end(clock))


def current(kind: Kind, clock: Clock) -> Period:
    """The period of a kind that runs now; of weekends the one that runs or ran last."""
    today = clock.today
    match kind:
        case "day":
            return Period("day", today.toordinal())
        case "week":
            return Period("week", (today.toordinal() - 1) // 7)
        case "weekend":
            found = Period("weekend", (today.toordinal() - 1) // 7)
            return found if found.start(clock) <= clock.at else found.plus(-1)
        case _:
            return of_date(kind, clock.calendar_day)


def of_date(kind: Kind, day: date) -> Period:
    """The month, quarter, year or day of a date."""
    match kind:
        case "month":
            return Period("month", day.year * 12 + day.month - 1)
        case "quarter":
            return Period("quarter", day.year * 4 + (day.month - 1) // 3)
        case "year":
            return Period("year", day.year)
        case _:
            return Period("day", day.toordinal())


def weekday_before(weekday: int, day: date) -> date:
    """The last such weekday up to ``day``, itself included; 0 is Monday."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)
