"""Dates as anybody may write them: one reader for a whole column, whose order of day and month was decided once.

Texts are sorted by their shape (every digit made 0). Each shape is matched once, and all its texts are then read
together as columns of digits, so that a column of a million texts costs little more than a column of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.collect.layout import DateOrder
from ilp_core.domain.columns import NO_TIME

Seconds = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Epoch = Literal["", "seconds", "milliseconds"]

#: How exactly a text says when: to the second or minute, to the day, to the month.
MINUTE: Final = 2
DAY: Final = 1
MONTH: Final = 0

#: The latest year a two-digit year means where nobody said otherwise (the pivot of POSIX strptime).
_PIVOT: Final = 2068
#: Years outside these are no dates of incidents [this project's choice, as in times.py].
_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200
#: No way to write a date is longer [this project's choice].
LONGEST_DATE: Final = 48

_DIGITS: Final = str.maketrans("123456789", "000000000")

_CLOCK: Final = (
    r"(?:(?:t|,? +)(?:(?P<h>0{1,2})[:h.](?P<mi>00)(?:[:.](?P<s>00)(?:[.,:]0{1,9})?)?(?: ?(?P<ap>[ap])\.?m\.?)?"
    r"|(?P<h2>0{1,2}) ?(?P<ap2>[ap])\.?m\.?"
    r"|(?P<h3>00)(?P<mi3>00)(?P<s3>00)?)"
    r"(?: ?(?:(?P<z>z|utc|gmt)|(?P<sign>[+-])(?P<oh>00):?(?P<om>00)?))?)?"
)
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_NAMED: Final = r"(?P<name>[^\W\d_]{3,10})"
#: Every way to write a date, tried in this order on shapes in small letters.
_SHAPES: Final = tuple(
    re.compile(_WEEKDAY + pattern)
    for pattern in (
        r"(?P<y>0000)(?P<sep>[-/.])(?P<m>00?)(?P=sep)(?P<d>00?)" + _CLOCK,
        r"(?P<a>00?)(?P<sep>[-/. ])(?P<b>00?)(?P=sep)(?P<y>0000|00)" + _CLOCK,
        r"(?P<y>0000)(?P<m>00)(?P<d>00)" + _CLOCK,
        rf"(?P<d>00?)(?:st|nd|rd|th|er|\.)?[- /]*(?:de )?{_NAMED}\.?,?[- /]*(?:de )?(?P<y>0000|00)" + _CLOCK,
        rf"{_NAMED}\.?[- ](?P<d>00?)(?:st|nd|rd|th)?,? ?(?P<y>0000)" + _CLOCK,
        rf"(?P<y>0000)[- /]{_NAMED}[- /](?P<d>00?)" + _CLOCK,
        r"(?P<y>0000)[-/.](?P<m>00?)",
        r"(?P<m>00?)[-/.](?P<y>0000)",
        rf"{_NAMED}\.?,?(?:[- /]|(?: de ))(?P<y>0000)",
        rf"(?P<y>0000)[- /]{_NAMED}",
    )
)

#: Months by name and short name: English, Spanish, French, German, Portuguese, Dutch, Italian.
_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janvier janv januar jänner janeiro januari gennaio gen",
            "february feb febrero février fevrier févr fevr fév februar fevereiro fev februari febbraio",
            "march mar marzo mars märz maerz mär mrz março marco maart mrt",
            "april apr abril abr avril avr aprile",
            "may mayo mai maio mei maggio mag",
            "june jun junio juin juni junho giugno giu",
            "july jul julio juillet juil juli julho luglio lug",
            "august aug agosto ago août aout aoû augustus",
            "september sep sept septiembre setiembre septembre setembro set settembre sett",
            "october oct octubre octobre oktober okt outubro out ottobre ott",
            "november nov noviembre novembre novembro",
            "december dec diciembre dic décembre decembre déc dezember dez dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How one file writes its dates: the order of day and month where the year stands last, whether plain numbers
    count seconds or milliseconds since 1970 UTC, and the latest year that two digits can mean."""

    order: DateOrder = "month_first"
    epoch: Epoch = ""
    pivot: int = _PIVOT


@dataclass(frozen=True, slots=True)
class _Alike:
    """Texts of one shape: where they stand, their signs as numbers (one row per text), and what stands where."""

    places: npt.NDArray[np.int64]
    signs: npt.NDArray[np.uint32]
    found: re.Match[str]

    def has(self, part: str) -> bool:
        """Whether the shape holds ``part``."""
        return part in self.found.re.groupindex and self.found[part] is not None

    def number(self, *parts: str) -> npt.NDArray[np.int64]:
        """The number that each text holds at the first of ``parts`` that is there; 0 where none is."""
        for part in parts:
            if self.has(part):
                start, end = self.found.span(part)
                value = np.zeros(len(self.signs), dtype=np.int64)
                for column in range(start, end):
                    value = value * 10 + (self.signs[:, column].astype(np.int64) - ord("0"))
                return value
        return np.zeros(len(self.signs), dtype=np.int64)

    def sign(self, part: str) -> npt.NDArray[np.uint32]:
        """The sign that each text holds at ``part``."""
        column: npt.NDArray[np.uint32] = self.signs[:, self.found.start(part)]
        return column


def parse_dates(words: Sequence[str], style: DateStyle) -> tuple[Seconds, Truth, npt.NDArray[np.int8]]:
    """Read texts as moments, all in one style.

    The answers: seconds since 1970, of UTC where the second answer is true (the text has an offset), else of the
    local clock; NO_TIME where a text is blank or no date; and per text MINUTE, DAY or MONTH, how exactly it says so.
    """
    seconds = np.full(len(words), NO_TIME)
    absolute = np.zeros(len(words), dtype=bool)
    precision = np.full(len(words), MINUTE, dtype=np.int8)
    if style.epoch:
        seconds, absolute = _counted(words, style.epoch)
    for alike in _alike(words):
        days, exact = _days(alike, style)
        moments, offset = _with_clock(alike, days)
        good = days != NO_TIME
        good &= moments != NO_TIME
        places = alike.places[good]
        seconds[places], absolute[places], precision[places] = moments[good], offset, exact
    return seconds, absolute, precision


def slashed(words: Sequence[str], pivot: int = _PIVOT) -> tuple[npt.NDArray[np.int64], ...]:
    """The texts whose order of day and month needs deciding: where they stand, first number, second number, year."""
    found = [
        (alike.places, alike.number("a"), alike.number("b"), _years(alike, pivot))
        for alike in _alike(words)
        if alike.has("a")
    ]
    if not found:
        return tuple(np.empty(0, dtype=np.int64) for _ in range(4))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def two_digit_years(words: Sequence[str]) -> bool:
    """Whether any text is a date whose year has two digits."""
    return any(alike.has("y") and len(alike.found["y"]) == 2 for alike in _alike(words))


def _alike(words: Sequence[str]) -> Iterator[_Alike]:
    """The texts that are dates by their shape, shape by shape."""
    small = [word.strip().lower() if len(word) <= LONGEST_DATE else "" for word in words]
    shapes, names = pd.factorize(np.array([word.translate(_DIGITS) for word in small], dtype=object))
    order = np.argsort(shapes, kind="stable")
    ends = np.cumsum(np.bincount(shapes, minlength=len(names)))
    begin = 0
    for shape, end in zip(names, ends.tolist(), strict=True):
        places, begin = order[begin:end], end
        found = next((match for pattern in _SHAPES if (match := pattern.fullmatch(shape))), None) if shape else None
        if found is None or (found.groupdict().get("name") and found["name"] not in _MONTHS):
            continue
        texts = np.array([small[place] for place in places.tolist()], dtype=f"U{len(shape)}")
        yield _Alike(places, texts.view(np.uint32).reshape(len(texts), len(shape)), found)


def _years(alike: _Alike, pivot: int) -> npt.NDArray[np.int64]:
    years = alike.number("y")
    if len(alike.found["y"]) == 2:
        years = pivot - (pivot - years) % 100
    return years


def _days(alike: _Alike, style: DateStyle) -> tuple[Seconds, int]:
    """Seconds of each text's day at 0:00 (NO_TIME where there is no such day), and how exact the date is."""
    years = _years(alike, style.pivot)
    if alike.has("a"):
        day, month = ("a", "b") if style.order == "day_first" else ("b", "a")
    else:
        day, month = "d", "m"
    name = alike.found.groupdict().get("name")
    months = np.full(len(years), _MONTHS[name]) if name else alike.number(month)
    exact = DAY if alike.has(day) else MONTH
    days = alike.number(day) if exact == DAY else np.ones(len(years), dtype=np.int64)
    good = (years >= _FIRST_YEAR) & (years <= _LAST_YEAR) & (months >= 1) & (months <= 12) & (days >= 1)
    first = ((np.where(good, years, 1970) - 1970) * 12 + np.where(good, months, 1) - 1).astype("datetime64[M]")
    dates = first.astype("datetime64[D]") + (np.where(good, days, 1) - 1)
    good &= dates.astype("datetime64[M]") == first
    seconds = dates.astype("datetime64[s]").astype(np.int64)
    clock = any(alike.has(part) for part in ("h", "h2", "h3"))
    return np.where(good, seconds, NO_TIME), MINUTE if clock else exact


def _with_clock(alike: _Alike, days: Seconds) -> tuple[Seconds, bool]:
    """``days`` with each text's time of day added, and whether an offset makes the sum seconds of UTC."""
    hours, minutes, seconds = alike.number("h", "h2", "h3"), alike.number("mi", "mi3"), alike.number("s", "s3")
    good = (days != NO_TIME) & (minutes < 60) & (seconds <= 60)
    half = next((part for part in ("ap", "ap2") if alike.has(part)), None)
    if half:
        late = alike.sign(half) == ord("p")
        good &= (hours <= 12) | (late & (hours <= 23))
        hours = np.where(hours <= 12, hours % 12 + 12 * late, hours)
    # 24:00 is the next day's 0:00 (ISO 8601-1:2004).
    good &= (hours < 24) | ((hours == 24) & (minutes == 0) & (seconds == 0))
    moments = np.where(good, days, 0) + hours * 3_600 + minutes * 60 + seconds
    if alike.has("sign"):
        ahead = alike.number("oh") * 3_600 + alike.number("om") * 60
        moments = moments - np.where(alike.sign("sign") == ord("-"), -ahead, ahead)
    return np.where(good, moments, NO_TIME), alike.has("z") or alike.has("sign")


def _counted(words: Sequence[str], epoch: Epoch) -> tuple[Seconds, Truth]:
    """Plain numbers as seconds or milliseconds since 1970 UTC."""
    numbers = pd.to_numeric(pd.Series(list(words), dtype=object), errors="coerce").to_numpy(dtype=np.float64)
    if epoch == "milliseconds":
        numbers = numbers / 1_000
    with np.errstate(invalid="ignore"):
        good = (numbers > (_FIRST_YEAR - 1970) * 31_556_952) & (numbers < (_LAST_YEAR - 1970) * 31_556_952)
    return np.where(good, np.floor(np.where(good, numbers, 0)).astype(np.int64), NO_TIME), good
