"""What a back-test says: how well forecasts would have done, against plain counts, and what limits the score."""

from __future__ import annotations

from typing import Final

# What cannot be scored, with what to do.
NEVER: Final = "never"
TOO_FEW_WEEKS: Final = (
    "From {first} to {last} are fewer than {least} whole weeks. Give a longer span with --from and --to."
)
NO_PAST: Final = (
    "Before {first} there are not {days} days of located records that may rank a place; they begin {since} and end "
    "{until}. Give a later --from, or import older records."
)
NO_WEEKS: Final = (
    "From {first} to {last} fewer than {least} whole weeks are on file; the records begin {since} and end {until}. "
    "Give --from and --to within them."
)
MONTHS_ONLY: Final = (
    "Of {share} of these records only the month is known: there are no weeks or shifts to score. Import records with "
    "days."
)
NONE_ENOUGH: Final = (
    "No offence has {enough} located events. Name one with --offence to score it all the same; its intervals will be "
    "wide."
)
TOO_FEW_EVENTS: Final = (
    "{offence} has {count} located events in the scored weeks; below {least} a score says nothing. Give a longer span "
    "or a wider offence, such as --offence property."
)
