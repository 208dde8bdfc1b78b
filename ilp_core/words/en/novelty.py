"""Sentences of what is new to an officer and what is not, and of what one tap says of it."""

from __future__ import annotations

from typing import Final

MARK: Final = "NEW"
UNTOLD: Final = "NEW to you."
CHANGED: Final = "NEW since {when}: {what}."
STILL: Final = "Still hot, day {n}."
TOLD: Final = "Told {when}, none since."
ALL_UNTOLD: Final = "All new to you."
TODAY: Final = "earlier today"
PLACED: Final = "By rank alone number {rank} of {n}; told {number} for what is new to you."
BUTTON_KNEW: Final = "Knew it"
BUTTON_NEW: Final = "New to me"
NOTED: Final[dict[str, str]] = {
    "knew": "Noted: {label} was known to you. It changes no list.",
    "new": "Noted: {label} was news to you. It changes no list.",
}
NO_SUCH_PLACE: Final = "That list has no such place."
NO_RATE: Final = "Fewer than {least} officers have said what they knew: no rate is told."
RATE: Final = "{group}: {knew} of {n} places were known already, said {officers} officers."
RATE_PERCENT: Final = "{group}: {knew} of {n} places ({percent} %) were known already, said {officers} officers."
RATE_MARKED: Final = "Of {n} marked new, {knew} were known."
EVERYBODY: Final = "Everybody"
