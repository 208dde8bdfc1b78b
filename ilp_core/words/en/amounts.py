"""How much, in words: a count against what is usual. No percentage below ten, no direction below three (G32)."""

from __future__ import annotations

from typing import Final

from ilp_core.words import amounts as spoken

USUALLY: Final = "{now}, usually about {low} to {high}"
USUALLY_ONE: Final = "{now}, usually about {low}"
UNKNOWN: Final = "{now}, usual not known yet"
NOTED: Final = "{now}, {difference}"
AS_USUAL: Final = "about as many as usual"
MORE: Final = "about {n} more than usual"
FEWER: Final = "about {n} fewer than usual"
NO_CLEAR_CHANGE: Final = "no clear change"
UNCLEAR: Final = "{difference}: no clear change"
MORE_PERCENT: Final = "{difference} ({percent} % more)"
FEWER_PERCENT: Final = "{difference} ({percent} % fewer)"
EXPECTED: Final = "{expected} expected, usually {low} to {high}"
EXPECTED_ONE: Final = "{expected} expected, usually {low}"
UNDER_TENTH: Final = "under 0.1"

#: Below these counts no direction and no percentage is given (G32).
LEAST_FOR_DIRECTION: Final = 3
LEAST_FOR_PERCENT: Final = 10


def difference(now: int, usual: float) -> str:
    """How far ``now`` is from ``usual``, without saying whether that is a change; never a direction below three."""
    apart = round(now - usual)
    if now < LEAST_FOR_DIRECTION:
        return spoken.NO_CLEAR_CHANGE
    if not apart:
        return spoken.AS_USUAL
    return spoken.MORE.format(n=apart) if apart > 0 else spoken.FEWER.format(n=-apart)


def usually(now: int, low: int, high: int) -> str:
    """The count with the counts between which it mostly lies."""
    return (spoken.USUALLY_ONE if low == high else spoken.USUALLY).format(now=now, low=low, high=high)


def with_percent(now: int, usual: float) -> str:
    """As ``difference``, with the percentage where both counts are ten or more and it is not 0."""
    said = difference(now, usual)
    if min(now, usual) < LEAST_FOR_PERCENT or not round(now - usual):
        return said
    percent = round(abs(now / usual - 1) * 100)
    if not percent:
        return said
    return (spoken.MORE_PERCENT if now > usual else spoken.FEWER_PERCENT).format(difference=said, percent=percent)


def change(now: int, usual: float | None, low: int, high: int, verdict: str) -> str:
    """A count and what is to be made of it; ``verdict`` is that of a change: more, fewer, as_usual, unclear, few or
    unknown."""
    if usual is None or verdict == "unknown":
        return spoken.UNKNOWN.format(now=now)
    if verdict == "few" or now < LEAST_FOR_DIRECTION:
        return usually(now, low, high)
    if verdict == "unclear":
        said = difference(now, usual)
        return spoken.NOTED.format(
            now=now, difference=said if said == spoken.AS_USUAL else spoken.UNCLEAR.format(difference=said)
        )
    if verdict == "as_usual":
        return spoken.NOTED.format(now=now, difference=spoken.AS_USUAL)
    return spoken.NOTED.format(now=now, difference=with_percent(now, usual))


def expected(mean: float, low: int, high: int) -> str:
    """What a shift or another window is expected to bring."""
    said = spoken.UNDER_TENTH if mean < 0.1 else f"{mean:.1f}" if mean < LEAST_FOR_PERCENT else f"{mean:.0f}"
    return (spoken.EXPECTED_ONE if low == high else spoken.EXPECTED).format(expected=said, low=low, high=high)
