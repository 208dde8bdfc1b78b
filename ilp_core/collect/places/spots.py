"""What a record's block text names: a block or a whole street, two streets that cross, or a kind of premises.

Nothing finer than a block leaves this file: whatever reads like a house's number is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from ilp_core.collect.places.words import words
from ilp_core.domain.blocks import parse_block
from ilp_core.words.en import places

SpotKind = Literal["street", "crossing", "premise", ""]

#: A slash without spaces is part of a name (Park/Open Space); "and" is too (Rose and Crown Yard).
_BETWEEN: Final = re.compile(r"\s+/\s+|\s*[&@]\s*")
#: data.police.uk snaps every record to a point it describes so.
_SNAPPED: Final = re.compile(r"^\s*on or near\s+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+[A-Za-z]?")
#: A name longer than this is no street's [this project's choice; the longest in the open data has 38 signs].
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """A text's reading. ``number`` is the hundred, -1 where there is none; ``other`` is a crossing's second street.

    ``kind`` is empty where the text names no place.
    """

    kind: SpotKind = ""
    street: str = ""
    number: int = -1
    other: str = ""


def read_spot(text: str) -> Spot:
    """Read ``079XX S WESTERN AVE``, ``BRYANT ST / 7TH ST``, ``On or near Swithen Hill``, ``On or near Prison``."""
    plain = _SNAPPED.sub("", " ".join(text.split()))
    if not plain or plain.casefold() in places.NO_PLACE or len(plain) > 4 * _LONGEST:
        return Spot()
    if plain.casefold() in places.SNAP_KINDS:
        return Spot("premise", plain)
    sides = _BETWEEN.split(plain)
    if len(sides) == 2:
        one, other = street_of(sides[0]), street_of(sides[1])
        return Spot("crossing", one, -1, other) if one and other and one != other else Spot()
    if len(sides) > 2:
        return Spot()
    block = parse_block(plain)
    street = street_of(block.street if block else plain)
    return Spot("street", street, block.number if block else -1) if street else Spot()


@lru_cache(maxsize=65_536)
def street_of(text: str) -> str:
    """The street in ``text`` without any house's number; empty where nothing is left."""
    block = parse_block(text)
    rest = (block.street if block else text.partition(",")[0 if "," not in text else 2]).split()
    while True:
        at = next((place for place in range(len(rest)) if _house_number(rest, place)), None)
        if at is None:
            break
        rest = rest[at + 1 :] if at + 1 < len(rest) else rest[:at]
    name = " ".join(rest)
    return name if any(sign.isalpha() for sign in name) and len(name) <= _LONGEST else ""


def _house_number(rest: list[str], place: int) -> bool:
    """True for a plain number that belongs to no road: not HIGHWAY 6, not AVENUE 26 at a name's beginning."""
    if not _NUMBER.fullmatch(rest[place]):
        return False
    before = [word.casefold().strip(".") for word in rest[:place]]
    if before and (before[-1] in places.NUMBERED_ROADS or before[-1] in ("i", "us", "m", "a")):
        return False
    named = words(" ".join(before))
    return not (named and named[-1] in places.STREET_TYPES and all(word in places.COMPASS for word in named[:-1]))
