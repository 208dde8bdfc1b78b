"""What the values of a column look like: which shares of its rows are dates, numbers, codes, addresses and so on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from ilp_core.collect.dates import MINUTE, MONTH, DateStyle, Epoch, parse_dates
from ilp_core.collect.generic.points_in_text import POINT
from ilp_core.collect.generic.profile import Distinct
from ilp_core.domain.columns import NO_TIME

#: How a file writes numbers: 1234.5, 1234,5 or 1,234.5.
Numbers = Literal["plain", "decimal_comma", "thousands_comma"]

#: So many distinct texts of a column are looked at, evenly spread, and of all columns together so many; every column
#: has at least ``_LEAST_LOOKED`` looked at [this project's choice].
_MOST_LOOKED: Final = 4_000
_ALL_LOOKED: Final = 300_000
_LEAST_LOOKED: Final = 20
_SAMPLES: Final = 3
_DAY: Final = 86_400
#: Plain numbers are taken for seconds since 1970 from this date on [this project's choice].
_EPOCH_FROM: Final = date(1990, 1, 1)
#: From this share of rows on a column is what most of its values are [this project's choice].
MOST: Final = 0.8

_CLOCK: Final = re.compile(
    r"(?:([01]?\d|2[0-3])[:h.][0-5]\d(?:[:.][0-5]\d(?:[.,]\d+)?)?|24:00(?::00)?)(?: ?[ap]\.?m\.?)?", re.I
)
_BARE_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3])?[0-5]?\d(?: ?(?:hrs?|h|uhr))?", re.I)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_CODE: Final = re.compile(r"(?=.*\d)[\w.()/§:-]{1,14}|[A-Z]{1,5}|[A-Z]{2,4}[ -]\d[\w.()-]{0,12}")
_ADDRESS: Final = re.compile(
    r"\d[\dXx]*(?:-\d+)? +.*[^\W\d_]{2}.*|.*\b(?:block of|on or near)\b.*"
    # Looked at first, the end spares a row of such signs the search for every pair of them.
    r"|(?=.*[^\W\d_]{2}\Z).*\S ?(?:[@&]|/| and ) ?\S.*[^\W\d_]{2,}"
    r"|\S.* (?:st|street|ave?|avenue|rd|road|dr|drive|blvd|ln|lane|pl|ct|way|pkwy|hwy)\b\.?(?: [NSEW]{1,2})?"
    r"|(?:rue|avenue|boulevard|place|calle|avenida|av\.|carrera|rua|via|viale|piazza) .*|\S.*"
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan|plein|gracht)(?: \d.*)?",
    re.I,
)
_WORDY: Final = re.compile(r"(?!\d)(?:[\W\d_]*[^\W\d_]){3}.*")

YES: Final = frozenset(
    {
        "true", "t", "yes", "y", "1", "si", "sí", "s", "oui", "o", "ja", "j", "sim", "verdadero", "verdadeiro",
        "vero", "wahr", "vrai", "waar", "x",
    }
)  # fmt: skip
NO: Final = frozenset(
    {"false", "f", "no", "n", "0", "non", "nein", "nee", "não", "nao", "falso", "falsch", "faux", "onwaar"}
)


@dataclass(frozen=True, slots=True)
class Traits:
    """The shares, 0 to 1, of a column's filled rows whose text is of a kind.

    ``dates`` are dates of any shape (of these ``with_clock`` with a time of day, ``months`` without a day,
    ``moments`` with an offset), ``clocks`` times of day, ``bare_clocks`` such as 2230, ``codes`` short signs with a
    digit or in capitals, ``words`` texts with letters, ``addresses`` blocks, streets and crossings, ``flags`` yes or
    no.
    ``low``, ``middle`` and ``high`` are the 1, 50 and 99 % points of the numbers that are not 0.
    """

    column: Distinct
    samples: tuple[str, ...]
    dates: float = 0
    with_clock: float = 0
    months: float = 0
    moments: float = 0
    epoch: Epoch = ""
    clocks: float = 0
    bare_clocks: float = 0
    numbers: float = 0
    decimals: float = 0
    written: Numbers = "plain"
    low: float = 0
    middle: float = 0
    high: float = 0
    points: float = 0
    flags: float = 0
    codes: float = 0
    words: float = 0
    addresses: float = 0
    length: float = 0

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def kinds(self) -> int:
        """How many different texts there are, as far as they were kept."""
        return len(self.column.words)

    @property
    def blank(self) -> float:
        """The share of rows that are blank."""
        return self.column.blank / self.column.rows if self.column.rows else 1.0


def looked_at(columns: int) -> int:
    """How many texts of each column are looked at in a file of so many columns."""
    return max(_LEAST_LOOKED, min(_MOST_LOOKED, _ALL_LOOKED // max(1, columns)))


def traits_of(column: Distinct, most: int, today: date) -> Traits:
    """Look at up to ``most`` distinct texts of a column, weighted by their rows."""
    if not column.words:
        return Traits(column, ())
    places = np.unique(np.linspace(0, len(column.words) - 1, min(most, len(column.words))).astype(np.int64))
    words = [column.words[place] for place in places.tolist()]
    rows = column.counts[places].astype(np.float64)
    weight = rows / rows.sum()

    def share(fits: Sequence[bool] | npt.NDArray[np.bool_]) -> float:
        return float(weight[np.asarray(fits, dtype=bool)].sum())

    def matching(pattern: re.Pattern[str]) -> float:
        return share([pattern.fullmatch(word) is not None for word in words])

    # The order of day and month plays no part in whether something is a date: both readings count.
    readings = [parse_dates(words, DateStyle(order, pivot=today.year)) for order in ("month_first", "day_first")]
    seconds, absolute, precision = readings[0]
    is_date = (seconds != NO_TIME) | (readings[1][0] != NO_TIME)
    told = np.where(seconds != NO_TIME, seconds, readings[1][0])
    sure = max(share(is_date), 1e-9)
    numbers, written = numbers_of(words)
    real = ~np.isnan(numbers)
    used = real & (numbers != 0)
    low, middle, high = _quantiles(numbers[used], rows[used])
    return Traits(
        column,
        _samples(column),
        dates=share(is_date),
        with_clock=share(is_date & (precision == MINUTE) & (told % _DAY != 0)) / sure,
        months=share(is_date & (precision == MONTH)) / sure,
        moments=share(is_date & absolute) / sure,
        epoch=_epoch(numbers, weight, today),
        clocks=matching(_CLOCK),
        bare_clocks=matching(_BARE_CLOCK),
        numbers=share(real),
        decimals=share(real & (numbers != np.floor(np.where(real, numbers, 0)))),
        written=written,
        low=low,
        middle=middle,
        high=high,
        points=matching(POINT),
        flags=share([word.casefold() in YES or word.casefold() in NO for word in words]),
        codes=matching(_CODE),
        words=matching(_WORDY),
        addresses=matching(_ADDRESS),
        length=float((np.array([len(word) for word in words]) * weight).sum()),
    )


def numbers_of(words: Sequence[str]) -> tuple[npt.NDArray[np.float64], Numbers]:
    """The numbers of a column, NaN where a text is none, and how they are written, decided from all of them."""
    commas = [word for word in words if "," in word]
    written: Numbers = "plain"
    if commas:
        thousands = all(_THOUSANDS.fullmatch(word) for word in commas)
        written = "thousands_comma" if thousands else "decimal_comma"
    return np.array([_number(word, written) for word in words], dtype=np.float64), written


def _number(word: str, written: Numbers) -> float:
    if _NUMBER.fullmatch(word) or (written == "decimal_comma" and _DECIMAL_COMMA.fullmatch(word)):
        return float(word.replace(",", "."))
    if written == "thousands_comma" and _THOUSANDS.fullmatch(word):
        return float(word.replace(",", ""))
    return float("nan")


def number_text(word: str, written: Numbers) -> str:
    """A number as the desk writes it: 1234,5 and 1,234.5 become 1234.5."""
    if written == "decimal_comma":
        return word.strip().replace(",", ".")
    return word.strip().replace(",", "") if written == "thousands_comma" else word


def _quantiles(values: npt.NDArray[np.float64], rows: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The values below which 1, 50 and 99 % of the rows lie; 0 where there are none."""
    if not len(values):
        return 0.0, 0.0, 0.0
    order = np.argsort(values)
    reached = np.cumsum(rows[order]) / rows.sum()
    low, middle, high = (float(values[order][np.searchsorted(reached, share)]) for share in (0.01, 0.5, 0.99))
    return low, middle, high


def _epoch(numbers: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], today: date) -> Epoch:
    """Whether plain numbers can be counts of seconds or milliseconds up to today."""
    first, last = (((day - date(1970, 1, 1)).days + 1) * _DAY for day in (_EPOCH_FROM, today))
    for epoch, unit in (("seconds", 1), ("milliseconds", 1_000)):
        with np.errstate(invalid="ignore"):
            fits = (numbers >= first * unit) & (numbers <= last * unit)
        if float(weight[fits].sum()) >= 0.95:
            return "seconds" if epoch == "seconds" else "milliseconds"
    return ""


def _samples(column: Distinct) -> tuple[str, ...]:
    """The commonest texts, the first of equally common ones first."""
    order = np.argsort(-column.counts, kind="stable")[:_SAMPLES]
    return tuple(column.words[place] for place in order.tolist())
