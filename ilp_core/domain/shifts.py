"""Shifts and the operational day: local wall times turned into instants, right across clock changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.windows import Hours, TimeWindow

#: The operational day starts with the day shift (assistant contract, "Time words").
DAY_START: Final = 7 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """A named shift of a unit; ``hours`` may run over midnight, ``days`` are the weekdays it starts on."""

    name: str
    hours: Hours
    days: tuple[Weekday, ...] | None = None

    def starts_on(self, service_date: date) -> bool:
        """True where the shift is worked on that day; ``days`` None means every day."""
        return self.days is None or WEEKDAYS[service_date.weekday()] in self.days

    def on(self, service_date: date, zone: tzinfo) -> TimeWindow:
        """The shift that starts on ``service_date``, as instants."""
        last = service_date if self.hours.end > self.hours.start else service_date + timedelta(days=1)
        return TimeWindow(wall_time(service_date, self.hours.start, zone), wall_time(last, self.hours.end, zone))


#: The preset of three eight-hour shifts (assistant contract, "Time words"); an agency sets its own.
PRESET_SHIFTS: Final[tuple[Shift, ...]] = (
    Shift("days", Hours(7 * 60, 15 * 60)),
    Shift("evenings", Hours(15 * 60, 23 * 60)),
    Shift("nights", Hours(23 * 60, 7 * 60)),
)


def instant(moment: datetime, zone: tzinfo) -> datetime:
    """``moment`` as clocks in ``zone`` show it, with the offset of that instant fixed.

    Python compares and subtracts times of one zone by their faces and ignores clock changes between them;
    with a fixed offset they are compared as instants.
    """
    local = moment.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return local.replace(tzinfo=timezone(offset), fold=0)


def ago(length: timedelta, at: datetime, zone: tzinfo) -> datetime:
    """The instant ``length`` before ``at``, whatever clocks did between."""
    return instant(at.astimezone(UTC) - length, zone)


def wall_time(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The instant at which local clocks show ``minutes`` past midnight on ``day``.

    A time that a spring change skips becomes the first instant after the gap; one that an autumn change
    repeats is the first of the two. Both keep every shift on the calendar exactly once.
    """
    naive = datetime.combine(day, time(minutes // 60 % 24, minutes % 60))
    local = naive.replace(tzinfo=zone, fold=0)
    back = local.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) == naive:
        return instant(local, zone)
    # The gap's length is the difference of the two offsets; the clock after the gap shows ``naive + gap``.
    gap_end = _first_after_gap(naive, zone)
    return instant(gap_end, zone)


def _first_after_gap(naive: datetime, zone: tzinfo) -> datetime:
    before = naive.replace(tzinfo=zone, fold=0).utcoffset()
    after = naive.replace(tzinfo=zone, fold=1).utcoffset()
    assert before is not None
    assert after is not None
    # Inside a gap fold=0 uses the offset before it: the latest instant read so lies past the gap's start.
    candidate = naive.replace(tzinfo=UTC) - before
    start = candidate
    for minutes in range(int(abs(before - after).total_seconds() // 60) + 1):
        start = candidate - timedelta(minutes=minutes)
        if start.astimezone(zone).utcoffset() == before:
            return start + timedelta(minutes=1)
    return start


def shift_named(shifts: Iterable[Shift], name: str) -> Shift | None:
    """The shift of that name, or None."""
    return next((shift for shift in shifts if shift.name == name.casefold()), None)


def shift_around(shift: Shift, moment: datetime, zone: tzinfo) -> TimeWindow | None:
    """The running occurrence of ``shift`` at ``moment``, or None where it is not running."""
    today = moment.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        window = shift.on(day, zone)
        if shift.starts_on(day) and window.start <= moment < window.end:
            return window
    return None


def next_shift(shift: Shift, moment: datetime, zone: tzinfo) -> TimeWindow:
    """The first occurrence of ``shift`` that starts after ``moment``."""
    today = moment.astimezone(zone).date()
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        window = shift.on(day, zone)
        if shift.starts_on(day) and window.start > moment:
            return window
    raise ValueError(f"the shift {shift.name} does not come round within a week")


def last_shift(shift: Shift, moment: datetime, zone: tzinfo) -> TimeWindow:
    """The last occurrence of ``shift`` that is completed at ``moment``."""
    today = moment.astimezone(zone).date()
    for back in range(9):
        day = today - timedelta(days=back)
        window = shift.on(day, zone)
        if shift.starts_on(day) and window.end <= moment:
            return window
    raise ValueError(f"the shift {shift.name} was not completed within a week")


def running_shift(shifts: Sequence[Shift], moment: datetime, zone: tzinfo) -> tuple[Shift, TimeWindow] | None:
    """The first of ``shifts`` that is running at ``moment`` with its instants, or None."""
    for shift in shifts:
        window = shift_around(shift, moment, zone)
        if window:
            return shift, window
    return None


def operational_day(moment: datetime, zone: tzinfo) -> TimeWindow:
    """The operational day that contains ``moment``."""
    local = moment.astimezone(zone)
    day = local.date() if local.hour * 60 + local.minute >= DAY_START else local.date() - timedelta(days=1)
    return TimeWindow(wall_time(day, DAY_START, zone), wall_time(day + timedelta(days=1), DAY_START, zone))
