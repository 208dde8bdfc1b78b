"""Blocks: the hundred of a street, which is as near to an address as the desk ever comes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIDDEN = re.compile(r"^\s*(\d*?)(X{1,2})\s+(.+?)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*0*(\d+)\s+(.+?)\s*$")
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
    """Read ``079XX S WESTERN AVE``, ``0000X E OAK ST`` or ``7912 S WESTERN AVE``, cut to the hundred."""
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


def block_label(text: str) -> str:
    """The label of a block, or the street's where the text holds no number."""
    block = parse_block(text)
    return block.label if block else street_label(text)
