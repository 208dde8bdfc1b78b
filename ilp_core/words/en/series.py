"""Possible series in words: records that look alike, and how sure that is. Never a person."""

from __future__ import annotations

from typing import Final

#: What a pattern is called, by the kind guessed.
PATTERNS: Final[dict[str, str]] = {
    "series": "Possible series",
    "spree": "Possible spree",
    "hot_place": "One place hit again",
    "hot_product": "One kind of goods taken again",
    "hot_setting": "One kind of place hit again",
}
#: What the features are called.
FEATURES: Final[dict[str, str]] = {
    "offence": "same offence",
    "method": "same way of doing it",
    "premise": "same kind of place",
    "time_of_day": "same time of day",
    "weekday": "same days of the week",
    "distance": "near each other",
    "days_apart": "within days",
}
HEAD: Final = "{pattern}: {count} cases round {place}, the last on {last}."
#: ``in_ten`` is a probability in tenths; what it means is said with it.
PROBABILITY: Final = "Of groups this alike in test data with made-up series, about {in_ten} in 10 were one series."
#: Below one in twenty.
PROBABILITY_LOW: Final = "Of groups this alike in test data with made-up series, fewer than 1 in 10 were one series."
CHANCE: Final = "With dates shuffled, the city shows {expected} groups this strong on average."
WHY: Final = "Alike in: {reasons}."
AGREE: Final = "{feature} ({value}, {agree} of {known})"
APART: Final = "{feature} ({size})"
NEXT: Final = "If it goes on as it did, the next comes between {start} and {end}{hours}{weekdays}."
NEXT_HOURS: Final = ", most likely {hours}"
NEXT_WEEKDAYS: Final = ", mostly on {weekdays}"
NONE: Final = "No group of cases stands out from what chance brings about."
TOO_FEW: Final = "Too few records to look for series."
#: Always shown with a series (guard-rail G04: alike records are no ground to stop anybody).
CAUTION: Final = "Alike records, not one offender. No ground to stop anybody."
