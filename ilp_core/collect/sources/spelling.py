"""How publishers spell times, codes and blanks, and the one spelling that the desk reads. Texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np

from ilp_core.collect.coded import Coded

#: What exports write for a blank.
_BLANKS: Final = frozenset({"", "(null)", "null", "na", "n/a", "none", "nan"})
_YEAR_FIRST: Final = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(:\d{2})?(?:\.\d+)?(?: ?([AaPp])[Mm])?")


def digits(text: str, width: int) -> str:
    """``text`` with the leading zeros a spreadsheet took away, and without the ``.0`` it added."""
    bare = text.strip().removesuffix(".0")
    return bare.zfill(width) if bare else ""


def filled(text: str) -> str:
    """``text``, or the empty text where it is a publisher's word for a blank."""
    return "" if text.strip().casefold() in _BLANKS else text


def squeezed(text: str) -> str:
    """``text`` with every run of blanks as one."""
    return " ".join(text.split())


def told(kind: str, detail: str) -> str:
    """A kind and its detail as one description; either may be blank."""
    return ": ".join(part for part in (kind.strip(), detail.strip()) if part)


def day(text: str) -> str:
    """The day of a date that may carry a clock time: what stands before a blank or a T, years first with dashes."""
    first = text.strip().replace("T", " ").partition(" ")[0]
    year_first = _YEAR_FIRST.fullmatch(first)
    return f"{year_first[1]}-{year_first[2]:0>2}-{year_first[3]:0>2}" if year_first else first


def clock(text: str) -> str:
    """A clock time of 24 hours with colons: ``1`` is 00:01, ``2230`` and ``10:30 PM`` are 22:30. Others stay."""
    bare = text.strip().removesuffix(".0")
    if bare.isdecimal() and len(bare) <= 4:
        return f"{bare.zfill(4)[:2]}:{bare.zfill(4)[2:]}"
    match = _CLOCK.fullmatch(bare)
    if not match:
        return bare
    # Twelve o'clock is the first hour of each half of the day.
    hour = int(match[1]) % 12 + 12 * (match[4] in "Pp") if match[4] else int(match[1])
    return f"{hour:02}:{match[2]}{match[3] or ''}"


def moment(date: str, time: str) -> str:
    """The day of ``date`` at the clock time ``time``; blank without a date, a day alone without a time."""
    return f"{day(date)} {clock(time)}".strip() if day(date) else ""


def whole(text: str) -> str:
    """A date and its clock time from one text."""
    date, _, time = text.strip().replace("T", " ").partition(" ")
    return moment(date, time)


def yes_or_no(text: str) -> str:
    """A truth value of any spelling as ``yes``, ``no`` or blank."""
    plain = text.strip().casefold()
    return (
        "yes" if plain in {"true", "t", "yes", "y", "1"} else "no" if plain in {"false", "f", "no", "n", "0"} else ""
    )


def rows_where(column: Coded | None, test: Callable[[str], bool]) -> int:
    """In how many rows a column's text passes ``test``, which sees every distinct text once; 0 without the column."""
    if column is None:
        return 0
    rows = np.bincount(column.codes, minlength=len(column.words))
    return sum(count for word, count in zip(column.words, rows.tolist(), strict=True) if count and test(word))
