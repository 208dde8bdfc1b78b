"""Times as a source writes them, turned into seconds since 1970 UTC and into what the local clock showed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.domain.errors import CallError

Seconds = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

#: Stands in an array of times for "the source does not say" (numpy's own not-a-time).
NO_TIME: Final = int(np.iinfo(np.int64).min)

#: No incident was recorded before or comes after these, and no zone can push them off the calendar.
_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200

_DAY: Final = 86_400
_NOON: Final = 43_200

_US: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AaPp][Mm]")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_OFFSET: Final = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of times: ``utc`` and ``local`` in seconds (NO_TIME where blank or not understood).

    ``blank`` marks rows without a time, ``odd`` those whose text is not of the column's format.
    """

    utc: Seconds
    local: Seconds
    blank: Truth
    odd: Truth


class TimeColumn:
    """Reads one column of times. The first batch decides the format, once: a mixed column is an error to count."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._parse: Callable[[Sequence[str]], tuple[Seconds, Truth]] | None = None

    def read(self, texts: Sequence[str]) -> Moments:
        """The moments of a batch."""
        places, words = pd.factorize(np.array(texts, dtype=object))
        words = [word.strip() for word in words]
        blank = np.array([not word for word in words], dtype=bool)
        if self._parse is None and not blank.all():
            us = sum(bool(_US.fullmatch(word)) for word in words)
            iso = sum(bool(_ISO.fullmatch(word)) for word in words)
            self._parse = _us_times if us > iso else _iso_times
        if self._parse is None:
            wall, absolute = np.full(len(words), NO_TIME), np.zeros(len(words), dtype=bool)
        else:
            wall, absolute = self._parse(words)
        utc, local = _both(wall, absolute, self._zone)
        return Moments(utc[places], local[places], blank[places], ((utc == NO_TIME) & ~blank)[places])


def _us_times(words: Sequence[str]) -> tuple[Seconds, Truth]:
    read = pd.to_datetime(pd.Series(words, dtype=object), format="%m/%d/%Y %I:%M:%S %p", errors="coerce")
    return _seconds(read), np.zeros(len(words), dtype=bool)


def _iso_times(words: Sequence[str]) -> tuple[Seconds, Truth]:
    """Seconds and, per word, whether an offset makes them seconds of UTC rather than of the local clock."""
    shaped = pd.Series([word if _ISO.fullmatch(word) else None for word in words], dtype=object)
    absolute = np.array([len(word) > 10 and bool(_OFFSET.search(word, 10)) for word in words], dtype=bool)
    # Read as UTC, a time without an offset keeps what the clock showed.
    return _seconds(pd.to_datetime(shaped, format="ISO8601", utc=True, errors="coerce")), absolute


def _seconds(read: pd.Series[pd.Timestamp]) -> Seconds:
    naive = read if read.dt.tz is None else read.dt.tz_localize(None)
    naive = naive.where((naive.dt.year >= _FIRST_YEAR) & (naive.dt.year <= _LAST_YEAR))
    whole: Seconds = naive.to_numpy().astype("datetime64[s]").astype(np.int64)
    return whole


def _both(seconds: Seconds, absolute: Truth, zone: str) -> tuple[Seconds, Seconds]:
    """UTC and local seconds. A wall time in a spring gap moves to its end; a repeated one is the first of two."""
    given = pd.DatetimeIndex(seconds.astype("datetime64[s]"))
    walls = given.tz_localize(zone, ambiguous=np.ones(len(seconds), dtype=bool), nonexistent="shift_forward")
    moments = walls.where(~absolute, given.tz_localize("UTC").tz_convert(zone))
    utc = moments.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    local = moments.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return utc, local


def timed(local: Seconds) -> npt.NDArray[np.int8]:
    """1 where the hour can be believed, 0 at exactly 12:00:00, 00:00:00 and on 1 January (doctrine 3.14)."""
    second = local % _DAY
    days = local.astype("datetime64[s]").astype("datetime64[D]")
    new_year = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    believed: npt.NDArray[np.int8] = (~((second == 0) | (second == _NOON) | new_year)).astype(np.int8)
    return believed


def check_zone(name: str) -> str:
    """``name`` if it is a time zone. Raises CallError if not."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # Unknown names, names that leave the zones' folder, and names of folders in it.
        raise CallError(f"There is no time zone {name}. Name one such as America/Chicago.") from None
    return name
