"""When: spans of time, and hours of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A span from ``start`` to ``end``, both aware. Raises ValueError for naive or reversed times."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs times with an offset")
        if self.end < self.start:
            raise ValueError("a window cannot end before it starts")

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return self.end - self.start

    def until(self, moment: datetime) -> TimeWindow:
        """The part of the window that is over at ``moment``."""
        return TimeWindow(min(self.start, moment), min(self.end, moment))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day in minutes since local midnight; may run over midnight; equal ends mean all day.

    ``open`` marks an end that nobody named ("after 10pm"), taken as the end of the operational day.
    """

    start: int
    end: int
    open: bool = False

    @property
    def all_day(self) -> bool:
        """True where the hours do not limit anything."""
        return self.start % 1440 == self.end % 1440

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{'' if self.open else _clock(self.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def parse_hours(text: str) -> Hours:
    """Read ``HH:MM-HH:MM``. Raises ValueError where it is not that."""
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(text)
    return Hours(parse_clock(start), parse_clock(end))


def parse_clock(text: str) -> int:
    """Minutes since midnight of ``HH:MM``. Raises ValueError where it is not a time of day."""
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and len(minute) == 2):
        raise ValueError(text)
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(text)
    return int(hour) * 60 + int(minute)
