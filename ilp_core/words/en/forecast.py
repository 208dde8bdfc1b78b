"""Forecasts in words: what is expected at a place, from what, and how sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Parts smaller than this are not told: the figure they would add rounds to nothing.
LEAST_TOLD: Final = 0.05

EXPECTED: Final = "{expected} expected this week"
EXPECTED_SPAN: Final = "{expected} expected {span}"
ABOUT: Final = "about {first}"
PART: Final = "{amount} from {reason}"
LESS: Final = "{amount} less for {reason}"
BETWEEN: Final = "nine weeks in ten: {low} to {high}"
NOTHING: Final = "Fewer than 0.1 expected this week"

#: Reasons by the part of an expectation that they name.
REASONS: Final[Mapping[str, str]] = {
    "history": "its long history",
    "lately": "the last months here",
    "neighbourhood": "the streets round it",
    "others": "other crime here",
    "everywhere": "any place in the city",
    "city": "how the city goes now",
    "season": "the season",
}
#: In place of "lately" where there were records within a few minutes' walk.
HITS_ONE: Final = "one within {metres} m in {days}"
HITS_MANY: Final = "{count} within {metres} m in {days}"
_DAYS: Final = ("1 day", "{days} days")
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def sentence(expected: float, parts: Mapping[str, float], hits: int, hit_days: int, metres: int) -> str:
    """Why ``expected`` records are expected, the largest parts first: "3.1 expected this week: about 1.9 from …".

    ``hits`` is how many records lie within ``metres`` in the last ``hit_days`` days.
    """
    if expected < 0.1:
        return NOTHING
    told = sorted((part for part in parts.items() if abs(part[1]) >= LEAST_TOLD), key=lambda part: -abs(part[1]))
    if not told:
        return EXPECTED.format(expected=f"{expected:.1f}")
    said = [_part(name, amount, hits, hit_days, metres) for name, amount in told]
    return f"{EXPECTED.format(expected=f'{expected:.1f}')}: {ABOUT.format(first=', '.join(said))}"


def _part(name: str, amount: float, hits: int, hit_days: int, metres: int) -> str:
    reason = REASONS[name]
    if name == "lately" and hits:
        days = _DAYS[0] if hit_days == 1 else _DAYS[1].format(days=hit_days)
        count = _COUNTS[hits] if hits < len(_COUNTS) else str(hits)
        reason = (HITS_ONE if hits == 1 else HITS_MANY).format(count=count, metres=metres, days=days)
    form = PART if amount > 0 else LESS
    return form.format(amount=f"{abs(amount):.1f}", reason=reason)
