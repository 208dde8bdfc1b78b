"""What: the offence slugs that every source's own codes are mapped to, and what a mapping row says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

OFFENCES: Final[tuple[str, ...]] = (
    "homicide", "sexual", "assault", "robbery", "burglary", "vehicle_theft", "theft_from_vehicle",
    "vehicle_parts", "shoplifting", "theft_from_person", "bicycle_theft", "other_theft", "arson",
    "criminal_damage", "weapons", "shots_fired", "drugs", "prostitution", "public_order", "antisocial",
    "trespass", "fraud", "cybercrime", "other",
)  # fmt: skip

#: The position of a slug is its code in column data; append new slugs, never reorder.
OFFENCE_CODE: Final[dict[str, int]] = {slug: code for code, slug in enumerate(OFFENCES)}

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "vehicle crime": ("vehicle_theft", "theft_from_vehicle", "vehicle_parts"),
    "theft": ("theft_from_vehicle", "vehicle_parts", "theft_from_person", "bicycle_theft", "other_theft"),
    "violence": ("homicide", "assault", "robbery", "shots_fired"),
    "property": (
        "burglary", "vehicle_theft", "theft_from_vehicle", "vehicle_parts", "theft_from_person",
        "bicycle_theft", "other_theft", "criminal_damage", "arson",
    ),
}  # fmt: skip

#: Types for which the published micro-time rule proposes patterns (Santos & Santos: property crime).
MICRO_TIME_OFFENCES: Final[tuple[str, ...]] = (
    "robbery", "burglary", "vehicle_theft", "theft_from_vehicle", "vehicle_parts", "theft_from_person",
    "bicycle_theft", "criminal_damage", "arson",
)  # fmt: skip

#: What may rank a place at all (doctrine 3.8); shop theft is off in every preset, and an agency may turn it on.
RANKABLE_OFFENCES: Final[frozenset[str]] = frozenset(
    ("homicide", "assault", "shots_fired", "shoplifting", "other_theft", *MICRO_TIME_OFFENCES)
)

#: Offences whose records follow where police look (doctrine 3.8): counted by area, never by place, never ranked.
FOLLOW_ENFORCEMENT: Final[frozenset[str]] = frozenset(
    ("drugs", "prostitution", "antisocial", "weapons", "public_order", "trespass")
)

#: How records of an offence come about (guard-rail G05): only victim-reported ones may rank a place.
Initiation = Literal["victim", "mixed", "enforcement"]


@dataclass(frozen=True, slots=True)
class OffenceRule:
    """One row of the offence map: what one source's own code means to the desk.

    ``harm_days`` is the weight of one record in days of sentence (Cambridge Crime Harm Index 2026 subgroup
    medians), None where no value exists. ``rankable`` says whether the offence may rank places at all.
    """

    source: str
    code: str
    label: str
    slug: str
    harm_days: float | None
    initiation: Initiation
    rankable: bool
