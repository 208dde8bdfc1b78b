"""Dates of records and runs of days as they are written in a report."""

from __future__ import annotations

import re
from datetime import date, datetime

from ilp_core.present.foreign import seen
from ilp_core.words import imports as words
from ilp_core.words import names


def moment(value: object, precision: object = "minute") -> str:
    """``15 Jul 2016, 21:30`` of an ISO time as its own clock shows it, no finer than ``precision``."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return seen(value)
    if precision == "month":
        return month(at)
    if precision == "day":
        return day(at.date())
    return f"{day(at.date())}, {at:%H:%M}"


def day(value: date) -> str:
    """``15 Jul 2016``."""
    return names.DAY_OF_YEAR.format(day=value.day, month=names.MONTHS[value.month - 1], year=value.year)


def month(value: date) -> str:
    """``Jul 2016``."""
    return names.MONTH_OF_YEAR.format(month=names.MONTHS[value.month - 1], year=value.year)


def plain_moment(value: object, precision: object = "minute") -> str:
    """``2016-07-15 21:30``, no finer than ``precision``."""
    text = seen(value)
    size = {"month": 7, "day": 10}.get(str(precision), 16)
    return text[:size].replace("T", " ")


def span(value: object) -> tuple[date, date] | None:
    """First and last day of ``2016-07-15`` or ``2016-07``; None for anything else."""
    text = str(value)
    if not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text):
        return None
    try:
        first = date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError:
        return None
    return first, first if len(text) == 10 else month_end(first)


def month_end(first: date) -> date:
    """The last day of the month of ``first``."""
    return date.fromordinal(_next_month(first) - 1)


def _next_month(first: date) -> int:
    if (first.year, first.month) == (9999, 12):
        return date.max.toordinal() + 1
    return date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal()


def gap_words(gap: tuple[date, date, bool], *, iso: bool = False) -> str:
    """``4 Jul 2016 to 9 Jul 2016 (6 days)``; with ``iso``, ``2016-07-04 to 2016-07-09 (6 days)``."""
    start, end, months = gap
    if months:
        ends = [each.isoformat()[:7] if iso else month(each) for each in (start, end)]
        length = (end.year - start.year) * 12 + end.month - start.month + 1
    else:
        ends = [each.isoformat() if iso else day(each) for each in (start, end)]
        length = (end - start).days + 1
    one, several = (words.GAP_MONTH, words.GAP_MONTHS) if months else (words.GAP_DAY, words.GAP_DAYS)
    return (one if length == 1 else several).format(start=ends[0], end=ends[1], count=f"{length:,}")
