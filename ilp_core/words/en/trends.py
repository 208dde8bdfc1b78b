"""Counts in words: how many, against before or against what is usual. G32: no percentage below ten, no direction
below three."""

from __future__ import annotations

from math import isinf
from typing import Final

from ilp_core.words import trends as spoken

LEAST_FOR_DIRECTION: Final = 3
LEAST_FOR_PERCENT: Final = 10

RECORDS: Final = ("record", "records")
IN_AREA: Final = "in {area}"
NEAR_YOU: Final = "near you"
NEAR: Final = "within {radius} m of {label}"
HEAD: Final = "{counted} {where}, {window}."
HEAD_WIDER: Final = "{counted} {where}, {window}; {there:,} in {parent}."
COULD_BE: Final = "{n} of {count} could be: their own time window only overlaps."
COULD_BE_ALL: Final = "All could be: their own time windows only overlap."
ZERO: Final = "Zero, not missing: records run to {when}."
WINDOW: Final = "{start} to {end}"

YEAR_BEFORE: Final = "a year before"
PART_BEFORE: Final = "in the same part, {start} to {end}"
PERIOD_BEFORE: Final = "from {start} to {end}"
WAS: Final = "was {before:,} {when}"
TOO_FEW: Final = "{was}: too few to compare"
NO_CLEAR_CHANGE: Final = "{was}: no clear change"
MORE: Final = "{was}: more, {times}"
FEWER: Final = "{was}: fewer, {times}"
MORE_PERCENT: Final = "{was}: {percent} % more, {times}"
FEWER_PERCENT: Final = "{was}: {percent} % fewer, {times}"
TIMES: Final = "{low} to {high} times"
TIMES_AT_LEAST: Final = "at least {low} times"
TIMES_AT_MOST: Final = "at most {high} times"
BEFORE_MISSING: Final = "{start} to {end} is not all on file: nothing to compare with."
PARENT_COMPARED: Final = "In {parent}: {said}."

USUAL: Final = "Usually {low} to {high} in such a window."
USUAL_ONE: Final = "Usually {low} in such a window."
USUAL_UNKNOWN: Final = "What is usual is not known yet."
BUSIEST: Final = "Busiest {hours}: about {count:,} of {records:,}."

KIND_TITLE: Final = "{name}: {count:,}"
BLOCK_LINE: Final = "{counted}, last {when}{could}."
BLOCK_LINE_ONE: Final = "{counted}, {when}{could}."
BLOCK_COULD: Final = " (could be)"
BLOCK_SOME_COULD: Final = ", {n} could be"
BLOCK_UNNAMED: Final = "Place not named"

INCOMPLETE: Final = "The last {n} days are not complete yet."
INCOMPLETE_ONE: Final = "The last day is not complete yet."
MAY_GROW: Final = "Reporting delay not recorded: the last days may grow."
FOLLOWS: Final = "Not ranked: these records follow enforcement."
DOMESTIC_UNKNOWN: Final = "Domestic not separated here: {n} violence may hold some."
NOT_SEPARATED: Final = "This data does not separate {offences}."
WHOLE_MONTHS: Final = "This data has months only: whole months are counted."
SEXUAL_WIDER: Final = "Sexual offences are counted by district or larger, to protect victims."
FOLLOWS_BY_AREA: Final = "Not told by place, as these records follow enforcement. Ask for the beat."
DATA_AGE: Final = "Data {age}."

WHY_COUNTED: Final = "Records that fit the question: {considered:,}; that count: {count:,}."
WHY_KINDS: Final = "Offences are compared all at once: 1 false alarm in 20 (Benjamini and Hochberg 1995)."
WHY_RATIO: Final = "Compared by the exact 95 % interval of two counts' ratio (Przyborowski and Wilenski 1940)."
WHY_BEFORE: Final = "Against {start} to {end}, as it was known as long after its end."
WHY_USUAL: Final = "Usual from {n} like windows, mean {mean}; eight of ten lie between."
WHY_OVERLAP: Final = "Records with a time window count where it overlaps."

BUTTON_HOTSPOTS: Final = "Hot spots"
BUTTON_YEAR: Final = "vs last year"
BUTTON_PERIOD: Final = "vs before"
BUTTON_TREND: Final = "Trend"
BUTTON_PATTERNS: Final = "Patterns"
BUTTON_WHOLE: Final = "Whole street"
BUTTON_NEAR: Final = "Hot spots near"


def versus(now: int, before: int, low: float, high: float, clear: bool, when: str) -> str:
    """``was 8 a year before: no clear change``; ``low`` to ``high`` is the interval of the ratio."""
    was = spoken.WAS.format(before=before, when=when)
    if now < LEAST_FOR_DIRECTION:
        return spoken.TOO_FEW.format(was=was)
    if not clear:
        return spoken.NO_CLEAR_CHANGE.format(was=was)
    said = times(low, high)
    if min(now, before) < LEAST_FOR_PERCENT:
        return (spoken.MORE if now > before else spoken.FEWER).format(was=was, times=said)
    percent = round(abs(now / before - 1) * 100)
    return (spoken.MORE_PERCENT if now > before else spoken.FEWER_PERCENT).format(
        was=was, percent=percent, times=said
    )


def times(low: float, high: float) -> str:
    """The interval of a ratio as it is said: ``1.2 to 2.9 times``."""
    if isinf(high):
        return spoken.TIMES_AT_LEAST.format(low=_decimals(low))
    if low <= 0:
        return spoken.TIMES_AT_MOST.format(high=_decimals(high))
    return spoken.TIMES.format(low=_decimals(low), high=_decimals(high))


def _decimals(ratio: float) -> str:
    """One decimal, two where one would read as exactly one or as none."""
    return f"{ratio:.2f}" if round(ratio, 1) in (0.0, 1.0) else f"{ratio:.1f}"
