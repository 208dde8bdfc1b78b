"""How well a column's values fit a field, 0 to 1. At 0 they contradict it, and no name can outweigh that."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ilp_core.collect.generic.traits import MOST, NO, YES, Traits
from ilp_core.collect.generic.understood import Truths
from ilp_core.words import mapping as words

#: All shares and numbers below are [this project's choice], held by the benchmark's truth table.
_NEARLY_ALL: Final = 0.95
#: With fewer filled rows a column of few kinds cannot be told from one of many.
_FEW_ROWS: Final = 60
#: More kinds than these are no vocabulary of offences, premises or areas, or of forces.
_MOST_KINDS: Final = 5_000
_MOST_FORCES: Final = 300
#: More different words than these are not written out as yes and no.
_MOST_TRUTHS: Final = 12

_ON_VIEW: Final = re.compile(
    r"\b(?:on[ -]?view(?:ed)?|(?:self|officer|police)[ -]?(?:initiated|generated)|proactive)\b", re.I
)
_DOMESTIC: Final = re.compile(r"domest|\bdv\b|family violence|intrafamiliar|doméstica|häuslich", re.I)
_NOT: Final = re.compile(r"\s*(?:non|not|no|nicht|kein)\b|\s*non-?", re.I)


def fit(field: str, column: Traits) -> float:
    """How well the values of ``column`` fit ``field``."""
    if column.column.filled == 0:
        return 0.0
    return _FITS[field](column)


def reason(field: str, column: Traits) -> str:
    """What in the values speaks for ``field``, in words."""
    share, what = _told(field, column)
    return words.BECAUSE_BOTH.format(share=round(100 * share), what=what) if what else words.BECAUSE_NAME


def _told(field: str, column: Traits) -> tuple[float, str]:
    if field in ("occurred_from", "occurred_to", "reported", "stamp"):
        if column.epoch and column.dates < MOST:
            return 1.0, words.WHAT_EPOCH
        kind = words.WHAT_MONTHS if column.months >= MOST else words.WHAT_DATES
        return column.dates, words.WHAT_CLOCKS if column.with_clock >= MOST else kind
    if field == "id":
        return column.column.unique, words.WHAT_UNIQUE
    if field in ("domestic", "officer_initiated"):
        return (column.flags, words.WHAT_FLAGS) if column.flags >= MOST else (0.0, "")
    if field == "code":
        return column.codes, words.WHAT_CODES
    if field == "block" and column.addresses >= 0.5:
        return column.addresses, words.WHAT_ADDRESSES
    if field in ("description", "premise"):
        return (column.words, words.WHAT_WORDS) if column.words >= 0.5 else (0.0, "")
    return 0.0, ""


def truths_of(field: str, column: Traits) -> Truths:
    """The words of ``column`` that mean yes and no for ``field``."""
    kinds = list(dict.fromkeys(column.column.words))
    if column.flags >= MOST:
        yes = [word for word in kinds if word.casefold() in YES]
        no = [word for word in kinds if word.casefold() in NO]
        return Truths(tuple(yes[:_MOST_TRUTHS]), tuple(no[:_MOST_TRUTHS]))
    pattern = _ON_VIEW if field == "officer_initiated" else _DOMESTIC
    yes = [word for word in kinds if pattern.search(word) and not _NOT.match(word)]
    no = [word for word in kinds if word not in yes]
    return Truths(tuple(yes), tuple(no) if len(no) <= _MOST_TRUTHS else ("*",))


def _repeats(column: Traits) -> bool:
    """Whether the column has kinds rather than single values."""
    few = column.kinds <= _MOST_KINDS and not column.column.capped
    return few and (column.column.unique < 0.5 or column.column.filled < _FEW_ROWS)


def _is_date(column: Traits) -> bool:
    return column.dates >= MOST


def _date(column: Traits) -> float:
    if not _is_date(column):
        return 0.6 if column.epoch else 0.0
    if column.months >= MOST:
        return 0.7 * column.dates
    return column.dates * (1.0 if column.with_clock >= 0.3 else 0.85)


def _day(column: Traits) -> float:
    """A date that a month alone cannot be: an end, a report, a stamp."""
    return 0.0 if _is_date(column) and column.months >= MOST else _date(column)


def _clock(column: Traits) -> float:
    if column.clocks >= 0.9:
        return 1.0
    return 0.8 if column.bare_clocks >= _NEARLY_ALL else 0.0


def _key(column: Traits) -> float:
    if column.decimals >= 0.5 or column.points >= 0.5 or column.length > 70 or column.blank > 0.9:
        return 0.0
    if column.clocks >= MOST or (_is_date(column) and column.numbers < MOST):
        return 0.0
    unique = column.column.unique
    # A key that never repeats is one of records; one that sometimes does may be one of cases.
    return (
        1.0 if unique == 1.0 else 0.95 if unique >= 0.98 else 0.7 if unique >= 0.6 else 0.3 if unique >= 0.3 else 0.0
    )


def _code(column: Traits) -> float:
    if not _repeats(column) or _is_date(column) or column.decimals >= 0.5 or column.clocks >= MOST:
        return 0.0
    if column.flags >= _NEARLY_ALL:
        return 0.0
    return column.codes if column.codes >= 0.6 else 0.0


def _text(column: Traits) -> float:
    if column.words < 0.6 or not _repeats(column) or _is_date(column) or column.flags >= _NEARLY_ALL:
        return 0.0
    # Streets repeat less than offences and premises do.
    return column.words * (0.5 if column.addresses >= 0.5 and column.column.unique > 0.2 else 1.0)


def _premise(column: Traits) -> float:
    if column.addresses >= 0.8 and column.kinds > 200:
        return 0.0
    return _text(column) or 0.6 * _code(column)


def _block(column: Traits) -> float:
    if _is_date(column) or column.numbers >= 0.5 or column.points >= 0.5:
        return 0.0
    if column.addresses >= 0.5:
        return 1.0
    return 0.0 if column.words < 0.5 else 0.5 if column.kinds > 60 else 0.25


def _area(column: Traits) -> float:
    if not _repeats(column) or _is_date(column) or column.decimals >= 0.3 or column.length > 60:
        return 0.0
    if column.points >= 0.5 or column.clocks >= MOST:
        return 0.0
    return 0.9 if column.words >= 0.5 or column.codes >= 0.5 else 0.4


def _force(column: Traits) -> float:
    return _area(column) if column.kinds <= _MOST_FORCES else 0.0


def _flag(field: str, column: Traits) -> float:
    if column.flags >= 0.9:
        return 1.0 if column.kinds <= 8 else 0.0
    told = truths_of(field, column) if column.kinds <= 200 else Truths((), ())
    return 0.9 if told.true and len(told.true) < column.kinds else 0.0


_FITS: Final[dict[str, Callable[[Traits], float]]] = {
    "id": _key,
    "stamp": _day,
    "occurred_from": _date,
    "occurred_to": _day,
    "reported": _day,
    "clock": _clock,
    "code": _code,
    "description": _text,
    "category": _text,
    "premise": _premise,
    "block": _block,
    "beat": _area,
    "district": _area,
    "neighbourhood": lambda column: _area(column) * (1.0 if column.words >= 0.5 else 0.8),
    "force": _force,
    "domestic": lambda column: _flag("domestic", column),
    "officer_initiated": lambda column: _flag("officer_initiated", column),
}
