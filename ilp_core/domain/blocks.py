"""Blocks: the hundred of a street, which is as near to an address as the desk ever comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: The word between number and street: "800 Block of BRYANT ST", "1200 BLK ELM ST". Block Street is a street.
_WORD = r"(?:(?:BLK\s+(?:OF\s+)?|BLOCK\s+OF\s+|BLOCK\s+(?!(?:ST|STREET|AVE?|AVENUE|RD|ROAD|DR|LN|CT|PL|WAY)\s*$)))?"
_HIDDEN = re.compile(rf"^\s*(\d{{0,7}}?)(X{{1,2}})\s+{_WORD}(.+?)\s*$", re.IGNORECASE)
#: A number may be a range, carry a letter or a half: 9600-9699, 24B, 24 1/2.
_NUMBER = re.compile(rf"^\s*0*(\d{{1,7}})(?:\s*-\s*\d{{1,7}})?[A-Z]?(?:\s+\d/\d)?\s+{_WORD}(.+?)\s*$", re.IGNORECASE)
#: What can follow a street in an address; it says which door, or which town.
_DOOR = re.compile(r"(?:[,;#]| (?:APT|UNIT|STE|SUITE|RM|ROOM|FLAT)\b\.?\s*#?\s*\w?\d).*$", re.IGNORECASE | re.DOTALL)
_ORDINAL = re.compile(r"^\d+(ST|ND|RD|TH)$", re.IGNORECASE)
_COMPASS = frozenset({"N", "S", "E", "W", "NE", "NW", "SE", "SW"})


@dataclass(frozen=True, slots=True)
class Block:
    """One hundred-block: ``number`` is its hundred (7900), ``street`` the name as records spell it."""

    number: int
    street: str

    @property
    def label(self) -> str:
        """How an officer reads it: 7900 blk S Western Ave."""
        return f"{self.number} blk {street_label(self.street)}"


def parse_block(text: str) -> Block | None:
    """Read ``079XX S WESTERN AVE``, ``800 Block of BRYANT ST`` or ``7912 S WESTERN AVE # 3``, cut to the hundred."""
    text = _DOOR.sub("", text)
    hidden = _HIDDEN.match(text)
    if hidden:
        number = int(hidden[1] or 0) * 10 ** len(hidden[2])
        return Block(number // 100 * 100, " ".join(hidden[3].split()))
    numbered = _NUMBER.match(text)
    if numbered:
        return Block(int(numbered[1]) // 100 * 100, " ".join(numbered[2].split()))
    return None


def street_label(street: str) -> str:
    """Title case that leaves compass points and ordinals readable: S Western Ave, W 63rd St."""
    words = []
    for word in street.split():
        upper = word.upper()
        if upper in _COMPASS:
            words.append(upper)
        elif _ORDINAL.match(word):
            words.append(word.lower())
        else:
            words.append("-".join(part.capitalize() for part in word.split("-")))
    return " ".join(words)


def is_hidden(text: str) -> bool:
    """True for a block as records spell it, its house numbers hidden: 079XX S WESTERN AVE."""
    return bool(_HIDDEN.match(text))


#: How data.police.uk begins the name of a point that stands for several places.
_SNAPPED: Final = "On or near "


def snapped(text: str) -> str:
    """``text`` without the words that say that several places share its point."""
    return text[len(_SNAPPED) :] if text.casefold().startswith(_SNAPPED.casefold()) else text


def block_label(text: str) -> str:
    """The label of a block, or the street's where the text holds no number."""
    if snapped(text) != text:
        return _SNAPPED + street_label(snapped(text))
    block = parse_block(text)
    return block.label if block else street_label(text)
