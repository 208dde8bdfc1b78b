"""From the plain form to periods: "last month", "march 2015", "4 july", "q3", "this fri", "the 14th"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.periods import Kind, Period, Stretch, current, of_date, weekday_before

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS: Final = {"spring": 2, "summer": 5, "autumn": 8, "winter": 11}

DAY: Final = rf"(?:{'|'.join(DAYS)})"
MONTH: Final = rf"(?:{'|'.join(MONTHS)})"
SEASON: Final = rf"(?:{'|'.join(_SEASONS)})"
YEAR: Final = r"(?:(?:19|20)\d\d)"
ORDINAL: Final = r"\d{1,2}(?:st|nd|rd|th)"
_NUMBER: Final = r"\d{1,2}(?:st|nd|rd|th)?"
DATE: Final = (
    rf"(?:(?:{DAY} )?(?:(?:the )?{_NUMBER}(?: of)?(?: the)? {MONTH}(?:(?: of)? {YEAR})?"
    rf"|{MONTH} (?:the )?{_NUMBER}(?: {YEAR})?|=\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)|=\d{{4}}-\d{{1,2}}-\d{{1,2}})"
)
_NEAR: Final = (
    rf"(?:past (?:weekend|{DAY})"
    rf"|(?:last|this|next|coming) (?:week|weekend|month|quarter|year|{DAY}|{MONTH}|{SEASON}))"
)
#: What names a period beyond doubt.
PERIOD: Final = (
    rf"(?:{DATE}|{_NEAR}|(?:week|month|year|weekend) before last|(?:the )?day before yesterday|today|yesterday"
    rf"|tomorrow|weekend of {DATE}|week of {DATE}|weekend|q[1-4](?:(?: of)? {YEAR})?"
    rf"|(?:{MONTH}|{SEASON})(?: of)? {YEAR}|{DAY} past|(?:week|month|year) past)"
)
#: What does so beside words that call for one ("since", "to", "vs").
CALLED_FOR: Final = rf"(?:{PERIOD}|the {ORDINAL}|{MONTH}|{SEASON}|{YEAR})"


def stretch_of(text: str, clock: Clock, *, day_first: bool, after: Period | None = None) -> Stretch | None:
    """The stretch that a phrase of the plain form names, or None where there is no such.

    A date without its year is the last one that has begun, or with ``after`` the first that is not before it.
    """
    words = [word for word in text.split() if word not in ("the", "of")]
    if len(words) == 2 and words[1] == "past":
        words.reverse()
    match words:
        case ["today"]:
            return _one(current("day", clock))
        case ["yesterday"]:
            return _one(current("day", clock).plus(-1))
        case ["tomorrow"]:
            return _one(current("day", clock).plus(1))
        case ["day", "before", "yesterday"]:
            return _one(current("day", clock).plus(-2))
        case ["week" | "month" | "year" | "weekend" as kind, "before", "last"]:
            found = _near("last", kind, clock)
            return _one(found.first.plus(-1)) if found else None
        case ["weekend"]:
            return _one(current("weekend", clock))
        case ["week" | "weekend" as kind, *rest] if rest:
            found = stretch_of(" ".join(rest), clock, day_first=day_first)
            return (
                _one(Period("week" if kind == "week" else "weekend", (found.first.index - 1) // 7)) if found else None
            )
        case ["last" | "past" | "this" | "next" | "coming" as which, what]:
            return _near(which, what, clock)
        case _:
            return _dated(words, clock, day_first=day_first, after=after)


def is_year(text: str, clock: Clock) -> bool:
    """True where four digits behind a date are its year: "july 4 2015", but "july 4 2200"."""
    return text.isdecimal() and _FIRST_YEAR <= int(text) <= clock.calendar_day.year + 1


_FIRST_YEAR: Final = 1990


def _one(period: Period) -> Stretch:
    return Stretch(period, period)


def _near(which: str, what: str, clock: Clock) -> Stretch | None:
    step = {"last": -1, "past": -1, "this": 0}.get(which, 1)
    if what in DAYS:
        return _one(Period("day", _weekday(step, DAYS.index(what), clock.today).toordinal()))
    if what in MONTHS or what in _SEASONS:
        return _season(what, step, clock)
    kinds: dict[str, Kind] = {
        "week": "week", "weekend": "weekend", "month": "month", "quarter": "quarter", "year": "year"
    }  # fmt: skip
    kind = kinds.get(what)
    if kind is None:
        return None
    found = current(kind, clock)
    if kind == "weekend" and step == -1 and found.end(clock) <= clock.at:
        # Between weekends the last one is over already.
        step = 0
    return _one(found.plus(step))


def _weekday(step: int, weekday: int, today: date) -> date:
    if step < 0:
        return weekday_before(weekday, today - timedelta(days=1))
    return weekday_before(weekday, today + timedelta(days=6 if step == 0 else 7))


def _season(what: str, step: int, clock: Clock) -> Stretch:
    """A month or a season of three by name: the last one over, the one of this year, or the next to begin."""
    now = current("month", clock).index
    start, length = (MONTHS.index(what), 1) if what in MONTHS else (_SEASONS[what], 3)
    first = now - (now - start) % 12
    if step < 0 and first + length > now:
        first -= 12
    elif step > 0:
        first += 12
    elif step == 0 and first // 12 < now // 12 and first + length <= now:
        # "this dec" in July is still to come.
        first += 12
    return Stretch(Period("month", first), Period("month", first + length - 1))


def _dated(words: list[str], clock: Clock, *, day_first: bool, after: Period | None) -> Stretch | None:
    year = next((int(word) for word in words if re.fullmatch(YEAR, word)), None)
    named = next((word for word in words if word in MONTHS or word in _SEASONS), None)
    quarter = next((int(word[1]) for word in words if re.fullmatch(r"q[1-4]", word)), None)
    number = next((int(word.rstrip("stndrh")) for word in words if re.fullmatch(_NUMBER, word)), None)
    signed = next((word for word in words if word[0] == "="), None)
    if signed:
        return _signed(signed, clock, day_first=day_first, after=after)
    if number is not None:
        return _day(number, MONTHS.index(named) + 1 if named in MONTHS else None, year, clock, after)
    if named:
        start, length = (MONTHS.index(named), 1) if named in MONTHS else (_SEASONS[named], 3)
        first = _row("month", start, 12, year, clock, after)
        return Stretch(first, first.plus(length - 1))
    if quarter:
        return _one(_row("quarter", quarter - 1, 4, year, clock, after))
    return _one(Period("year", year)) if year else None


def _row(kind: Kind, place: int, length: int, year: int | None, clock: Clock, after: Period | None) -> Period:
    """The period of that place in its year; without a year the last begun, or the first from ``after`` on."""
    if year is not None:
        return Period(kind, year * length + place)
    if after is not None:
        low = of_date(kind, after.first_day).index
        return Period(kind, low + (place - low) % length)
    now = current(kind, clock).index
    return Period(kind, now - (now - place) % length)


def _signed(text: str, clock: Clock, *, day_first: bool, after: Period | None) -> Stretch | None:
    iso = re.fullmatch(r"=(\d{4})-(\d+)-(\d+)", text)
    if iso:
        return _day(int(iso[3]), int(iso[2]), int(iso[1]), clock, after)
    parts = [int(part) for part in text[1:].split("/")]
    day, month = parts[:2] if day_first else (parts[1], parts[0])
    year = None if len(parts) < 3 else parts[2] if parts[2] > 99 else 2000 + parts[2]
    return _day(day, month, year, clock, after)


def _day(day: int, month: int | None, year: int | None, clock: Clock, after: Period | None) -> Stretch | None:
    for found in _days(day, month, year, clock, after):
        return _one(Period("day", found.toordinal()))
    return None


def _days(day: int, month: int | None, year: int | None, clock: Clock, after: Period | None) -> Iterator[date]:
    """Every date that fits, the likeliest first."""
    # The date that a calendar shows: "15 jul" typed at 02:00 on that date is not of last year.
    base, step = (after.first_day, 1) if after else (clock.calendar_day, -1)
    now = base.year * 12 + base.month - 1
    # Eight years and a little: 29 February skips 1900 and its like.
    for away in range(100) if year is None else [0]:
        row = now + step * away if year is None else year * 12 + (month or 1) - 1
        if month is not None and row % 12 + 1 != month:
            continue
        try:
            found = date(row // 12, row % 12 + 1, day)
        except ValueError:
            continue
        if year is not None or (found >= base if after else found <= base):
            yield found
