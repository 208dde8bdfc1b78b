"""Origins: the local midnights at which forecasts are made, a week apart, and the spans they are made for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS
from ilp_core.domain.shifts import PRESET_SHIFTS, wall_time
from ilp_core.domain.windows import Hours

#: Three shifts of eight hours, where a unit has none of its own.
EIGHT_HOURS = tuple(shift.hours for shift in PRESET_SHIFTS)


def on_clock(day: date) -> int:
    """Midnight of ``day`` in seconds of the local clock, as histories have them."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def instant_of(clock: int, zone: tzinfo) -> float:
    """The moment, in seconds since 1970 UTC, at which clocks in ``zone`` show ``clock``."""
    shown = datetime.fromtimestamp(clock, UTC)
    return wall_time(shown.date(), shown.hour * 60 + shown.minute, zone).timestamp()


def day_of(clock: float) -> date:
    """The local day of a time of the local clock."""
    return datetime.fromtimestamp(clock, UTC).date()


def weekly(first: date, last: date) -> tuple[date, ...]:
    """Days a week apart from ``first`` on, whose seven days end not after ``last``."""
    count = ((last - first).days + 1) // WEEK_DAYS
    return tuple(first + timedelta(days=WEEK_DAYS * number) for number in range(max(0, count)))


def week_span(origin: int) -> NDArray[np.int64]:
    """The seven days from ``origin`` on, as one span of shape (1, 2)."""
    return np.array([[origin, origin + WEEK_DAYS * DAY_S]], dtype=np.int64)


def shift_spans(origin: int, shifts: Sequence[Hours] = EIGHT_HOURS) -> NDArray[np.int64]:
    """The shifts that start on the seven days from ``origin`` on, of shape (7 x shifts, 2), in order of time. One
    that runs over midnight ends on the next day."""
    spans = []
    for day in range(WEEK_DAYS):
        midnight = origin + day * DAY_S
        for hours in shifts:
            length = (hours.end - hours.start) % 1440 or 1440
            start = midnight + hours.start * 60
            spans.append((start, start + length * 60))
    return np.array(sorted(spans), dtype=np.int64)
