"""Forecasts in words: what is expected at a place, from what, and how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ilp_core.words import forecast as spoken
from ilp_core.words.plural import Plural
from ilp_core.words.speech import form

#: The command's own sentences.
TITLE: Final = "{offence} in the week from {start}: {expected} expected in the whole city."
RANGE: Final = "Nine such weeks in ten bring {low} to {high}."
PLACE: Final = "{number}. {place}: {why}."
NO_NAME: Final = "a place without a name"
LEARNED: Final = (
    "Found before, of all records in the best 1 % of places, over {weeks} weeks: {learned} by this forecast, "
    "{plain} by plain counts."
)
PLAIN: Final = "Plain counts of the past are used: too little is on file to learn from, or learning found no more."
ENDING: Final = "Reported incidents only. A place that expects more is no ground to stop anybody."
BAD_MOST: Final = "{value} is not a number of places. Give 1 to {most}."
BAD_HOURS: Final = "{text} are no hours. Write them like 18:00-02:00."
ONE_OFFENCE: Final = "Name one offence or one family of them, such as burglary."
NO_AREA: Final = "No record that may count lies in {area}. `beatdesk data list` shows what is loaded."
NO_FORECAST: Final = "There is no forecast: {why}. Load more records, or ask for another offence or moment."

#: Parts smaller than this are not told: the figure they would add rounds to nothing.
LEAST_TOLD: Final = 0.05

EXPECTED: Final = "{expected} expected this week"
ABOUT: Final = "about {first}"
PART: Final = "{amount} from {reason}"
LESS: Final = "{amount} less for {reason}"
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
DAYS: Final = Plural("{days} day", "{days} days")
COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def sentence(expected: float, parts: Mapping[str, float], hits: int, hit_days: int, metres: int) -> str:
    """Why ``expected`` records are expected, the largest parts first: "3.1 expected this week: about 1.9 from …".

    ``hits`` is how many records lie within ``metres`` in the last ``hit_days`` days.
    """
    if expected < 0.1:
        return spoken.NOTHING
    told = sorted((part for part in parts.items() if abs(part[1]) >= LEAST_TOLD), key=lambda part: -abs(part[1]))
    if not told:
        return spoken.EXPECTED.format(expected=f"{expected:.1f}")
    said = [_part(name, amount, hits, hit_days, metres) for name, amount in told]
    return f"{spoken.EXPECTED.format(expected=f'{expected:.1f}')}: {spoken.ABOUT.format(first=', '.join(said))}"


def _part(name: str, amount: float, hits: int, hit_days: int, metres: int) -> str:
    reason = spoken.REASONS[name]
    if name == "lately" and hits:
        days = form(spoken.DAYS, hit_days).format(days=hit_days)
        count = spoken.COUNTS[hits] if hits < len(spoken.COUNTS) else str(hits)
        reason = (spoken.HITS_ONE if hits == 1 else spoken.HITS_MANY).format(count=count, metres=metres, days=days)
    part = spoken.PART if amount > 0 else spoken.LESS
    return part.format(amount=f"{abs(amount):.1f}", reason=reason)


def report(
    offence: str, start: str, total: tuple[float, int, int], places: Sequence[tuple[str, str]], learned: str
) -> str:
    """What the command prints: the city's week, the places with their reasons, and how the method did before."""
    expected, low, high = total
    title = spoken.TITLE.format(offence=offence[:1].upper() + offence[1:], start=start, expected=f"{expected:.0f}")
    told = [
        spoken.PLACE.format(number=number, place=place or spoken.NO_NAME, why=why)
        for number, (place, why) in enumerate(places, 1)
    ]
    return "\n".join([title, spoken.RANGE.format(low=low, high=high), *told, learned, spoken.ENDING])
