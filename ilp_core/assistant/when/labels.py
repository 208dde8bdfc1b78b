"""Names of windows in the officer's language; each is a phrase that is read back as the same window."""

from __future__ import annotations

from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.periods import Period, Stretch, current
from ilp_core.words.en import names, times


def say_stretch(stretch: Stretch, clock: Clock) -> str:
    """``yesterday``, ``last month``, ``Mar 2016``, ``1 Jul to 10 Jul``."""
    if stretch.first == stretch.last:
        return _near(stretch.first, clock) or say_period(stretch.first, clock)
    first, last = stretch.first, stretch.last
    if first.kind == last.kind == "month" and first.first_day.year == last.first_day.year:
        return times.SPAN.format(first=names.MONTHS[first.first_day.month - 1], last=say_period(last, clock))
    return times.SPAN.format(first=say_period(first, clock), last=say_period(last, clock))


def say_since(first: Period, clock: Clock) -> str:
    """``since Fri 8 Jul``, ``since Jan 2016``."""
    if first.kind in ("year", "quarter"):
        months = 12 if first.kind == "year" else 3
        first = Period("month", first.index * months)
    return times.SINCE.format(start=say_period(first, clock))


def say_period(period: Period, clock: Clock) -> str:
    """A period by its date, never by how near it is: ``Fri 8 Jul``, ``Mar 2016``, ``Q3 2015``, ``2015``."""
    first = period.first_day
    match period.kind:
        case "year":
            return str(first.year)
        case "quarter":
            return times.QUARTER.format(number=(first.month + 2) // 3, year=first.year)
        case "month":
            return times.MONTH.format(month=names.MONTHS[first.month - 1], year=first.year)
        case "week":
            return times.WEEK_OF.format(day=_date(period, clock))
        case "weekend":
            return times.WEEKEND_OF.format(day=_date(period, clock))
        case "day":
            return times.DAY.format(weekday=names.DAYS[first.weekday()], day=_date(period, clock))


def say_clock(minutes: int) -> str:
    """``22:00``."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _date(period: Period, clock: Clock) -> str:
    first, today = period.first_day, clock.calendar_day
    this_year = first.year == today.year and first <= today
    return f"{first.day} {names.MONTHS[first.month - 1]}{'' if this_year else f' {first.year}'}"


def _near(period: Period, clock: Clock) -> str | None:
    """The everyday name of a period that is near, or None."""
    away = period.index - current(period.kind, clock).index
    if period.kind == "day":
        return {0: times.TODAY, -1: times.YESTERDAY, -2: times.DAY_BEFORE, 1: times.TOMORROW}.get(away)
    if period.kind == "weekend":
        return _weekend(away, clock)
    tables = {0: times.THIS, -1: times.LAST, -2: times.BEFORE_LAST, 1: times.NEXT}
    return tables.get(away, {}).get(period.kind)


def _weekend(away: int, clock: Clock) -> str | None:
    running = current("weekend", clock).end(clock) > clock.at
    if away == 0:
        return times.WEEKEND
    if away == -1 and running:
        return times.LAST_WEEKEND
    return times.NEXT_WEEKEND if away == 1 else None
