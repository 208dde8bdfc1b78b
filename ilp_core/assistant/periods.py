"""Periods: which earlier window a window is compared with, by local clocks.

A window of whole calendar months, or one that began with a month and still runs, goes back by months; any other by
whole weeks, so that weekdays match. The same window a year before is 52 weeks back, or a calendar year for months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from typing import Final

from ilp_core.domain.questions import Compare
from ilp_core.domain.shifts import instant
from ilp_core.domain.windows import TimeWindow

#: A window as long as this is no night and no day: unless told otherwise it is compared with a year before.
LEAST_FOR_YEAR: Final = timedelta(days=7)
YEAR_WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class Earlier:
    """The window to compare with. ``part`` is True where the window itself is still running, so that of the earlier
    one only the same part counts."""

    window: TimeWindow
    part: bool


def earlier(window: TimeWindow, compare: Compare, at: datetime, zone: tzinfo) -> Earlier | None:
    """The window that ``compare`` names; None where it would overlap the window itself."""
    months = _months(window, zone)
    if compare == "previous_year":
        found = _back_months(window, 12, zone) if months else _back_weeks(window, YEAR_WEEKS, zone)
    elif months:
        found = _back_months(window, months, zone)
    elif window.length <= timedelta(days=1, hours=2):
        found = _back(window, timedelta(days=1), zone)
    else:
        found = _back_weeks(window, ceil(window.length / timedelta(weeks=1) - 1e-9), zone)
    if found.end > window.start:
        return None
    return Earlier(found, part=bool(months) and window.end == at)


def _months(window: TimeWindow, zone: tzinfo) -> int:
    """How many calendar months a window takes that begins with one, the last one perhaps in part; else 0."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if (start.day, start.hour, start.minute) != (1, 0, 0):
        return 0
    number = (end.year - start.year) * 12 + end.month - start.month
    whole = (end.day, end.hour, end.minute) == (1, 0, 0)
    return number if whole else number + 1


def _back_months(window: TimeWindow, months: int, zone: tzinfo) -> TimeWindow:
    start, end = (_month_before(moment.astimezone(zone), months) for moment in (window.start, window.end))
    return TimeWindow(instant(start.astimezone(UTC), zone), instant(min(end, window.start).astimezone(UTC), zone))


def _month_before(local: datetime, months: int) -> datetime:
    """The same clock time ``months`` earlier; a day that month does not have is its end."""
    number = local.year * 12 + local.month - 1 - months
    first = local.replace(year=number // 12, month=number % 12 + 1, day=1)
    next_month = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (next_month - timedelta(days=1)).day
    return first.replace(day=local.day) if local.day <= last else next_month.replace(hour=0, minute=0)


def _back_weeks(window: TimeWindow, weeks: int, zone: tzinfo) -> TimeWindow:
    return _back(window, timedelta(weeks=weeks), zone)


def _back(window: TimeWindow, length: timedelta, zone: tzinfo) -> TimeWindow:
    """``window`` earlier by what clocks show, whatever was changed between."""
    start, end = (moment.astimezone(zone) - length for moment in (window.start, window.end))
    return TimeWindow(instant(start.astimezone(UTC), zone), instant(end.astimezone(UTC), zone))


def whole_months(window: TimeWindow, zone: tzinfo) -> TimeWindow | None:
    """The whole calendar months inside ``window``; None where it holds none."""
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    first = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if first < start:
        first = _month_before(first, -1)
    last = end.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if last <= first:
        return None
    return TimeWindow(instant(first.astimezone(UTC), zone), instant(last.astimezone(UTC), zone))
