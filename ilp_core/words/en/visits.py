"""What has happened at a place, in words."""

from __future__ import annotations

from typing import Final

HEAD: Final = "{label}"
HEAD_IN: Final = "{label}, in {area}"
HEAD_ROUND: Final = "Within {radius} m of {label}"
TO: Final = "To {end}"
WINDOW: Final = "{window}: {count:,}{against}."
YEAR_DAYS: Final = "364 days"
TWELVE_MONTHS: Final = "12 months"
USUALLY: Final = ", usually {low} to {high}"
USUALLY_ONE: Final = ", usually {low}"
NONE_THERE: Final = "0 there. That is zero, not missing: records run to {when}."
NOT_COVERED: Final = "No data there: no record on file lies near it. It may be outside what this desk covers."
ELSEWHERE: Final = "Elsewhere on it: {count:,} in {window}."
BEAT: Final = "All of {area}: {count:,} in {window}."
KINDS: Final = "{kinds}."
KIND: Final = "{name} {count}"
LAST_TITLE: Final = "{what}, {when}"
OF_BLOCK: Final = "By the block that records name."
OF_STREET: Final = "By the street that records name."
OF_CIRCLE: Final = "By position, {radius} m round it."
WHY_FINE: Final = "Left out at any place: domestic, sexual, police-started, and what follows enforcement."
FEW_DOMESTIC: Final = "fewer than 5 domestic"
LEAST_TOLD: Final = 5
