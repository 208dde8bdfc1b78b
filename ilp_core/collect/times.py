"""Times as a source writes them, turned into seconds since 1970 UTC and into what the local clock showed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.collect.coded import Coded
from ilp_core.collect.dates import MINUTE, MONTH, DateStyle, Seconds, Truth, parse_dates
from ilp_core.collect.layout import DateOrder, DateParser
from ilp_core.domain.columns import NO_TIME
from ilp_core.domain.errors import CallError

_DAY: Final = 86_400
_NOON: Final = 43_200
#: No zone has a longer name; of others a message shows so much [this project's choice].
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of times: ``utc`` and ``local`` in seconds (NO_TIME where blank or not understood).

    ``blank`` marks rows without a time, ``odd`` those whose text is not understood; ``precision`` is MINUTE, DAY or
    MONTH, and for MONTH the time is the month's first instant.
    """

    utc: Seconds
    local: Seconds
    blank: Truth
    odd: Truth
    precision: npt.NDArray[np.int8]


class TimeColumn:
    """Reads one column of times. Several shapes may stand side by side, but never both orders of day and month."""

    def __init__(self, zone: str, order: DateOrder = "month_first", dates: DateParser | None = None) -> None:
        self._zone = zone
        self._dates = dates or partial(parse_dates, style=DateStyle(order))

    def read(self, texts: Coded) -> Moments:
        """The moments of a batch, each distinct text read once."""
        words = [word.strip() for word in texts.words]
        blank = np.array([not word for word in words], dtype=bool)
        wall, absolute, precision = self._dates(words)
        utc, local = _both(wall, absolute, self._zone)
        odd = (utc == NO_TIME) & ~blank
        rows = texts.codes
        return Moments(utc[rows], local[rows], blank[rows], odd[rows], precision[rows])


def _both(seconds: Seconds, absolute: Truth, zone: str) -> tuple[Seconds, Seconds]:
    """UTC and local seconds. A wall time in a spring gap moves to its end; a repeated one is the first of two."""
    given = pd.DatetimeIndex(seconds.astype("datetime64[s]"))
    walls = given.tz_localize(zone, ambiguous=np.ones(len(seconds), dtype=bool), nonexistent="shift_forward")
    moments = walls.where(~absolute, given.tz_localize("UTC").tz_convert(zone))
    utc = moments.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    local = moments.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return utc, local


def timed(local: Seconds, precision: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """1 where the hour can be believed; 0 at exactly 12:00:00 and 00:00:00, on 1 January (doctrine 3.14) and where
    only the day is known; -1 where only the month is."""
    second = local % _DAY
    days = local.astype("datetime64[s]").astype("datetime64[D]")
    new_year = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    believed = (precision == MINUTE) & ~((second == 0) | (second == _NOON) | new_year)
    marked: npt.NDArray[np.int8] = np.where(precision == MONTH, -1, believed).astype(np.int8)
    return marked


def month_end(local: Seconds) -> Seconds:
    """The last second of the month in which each local time lies; NO_TIME stays."""
    months = local.astype("datetime64[s]").astype("datetime64[M]") + 1
    ends: Seconds = months.astype("datetime64[s]").astype(np.int64) - 1
    return np.where(local == NO_TIME, NO_TIME, ends)


def to_utc(local: Seconds, zone: str) -> Seconds:
    """Seconds of UTC of what a local clock showed; NO_TIME stays."""
    return _both(local, np.zeros(len(local), dtype=bool), zone)[0]


def check_zone(name: str) -> str:
    """``name`` if it is a time zone. Raises CallError if not."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # Unknown names, names that leave the zones' folder, and names of folders in it.
        shown = "".join(sign if sign.isprintable() else "?" for sign in name[:_LONGEST_NAME])
        raise CallError(f"There is no time zone {shown}. Name one such as America/Chicago.") from None
    return name
