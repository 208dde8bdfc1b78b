"""Times of day as officers write them: ``=22:00`` in the plain form, and bare numbers."""

from __future__ import annotations

import re
from typing import Final

CLOCK: Final = r"=\d\d:\d\d"


def minutes_of(text: str) -> int | None:
    """Minutes since midnight of ``=22:00``, ``2200``, ``130`` or ``22``; None where no clock shows that."""
    match = re.fullmatch(r"=?(\d{1,2}):(\d\d)|(\d{1,2}?)(\d\d)|(\d{1,2})", text)
    if not match:
        return None
    hour = int(match[1] or match[3] or match[5]) if len(text) > 2 else int(text)
    minute = int(match[2] or match[4] or 0) if len(text) > 2 else 0
    if (hour, minute) == (24, 0):
        hour = 0
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def halves_of(text: str) -> tuple[int, ...]:
    """The minutes a time may mean: "10" without am or pm is in the morning or at night, all else is one."""
    minutes = minutes_of(text)
    if minutes is None:
        return ()
    bare = text.isdecimal() and len(text) < 4 and text[0] != "0"
    if not bare or not 1 <= minutes // 60 <= 12:
        return (minutes,)
    return (minutes % 720, minutes % 720 + 720)
