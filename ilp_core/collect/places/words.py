"""The words of a place's name made comparable: one case, one spelling of streets, compass points and ordinals.

The same is done to what records hold and to what an officer types, so that "So. Western Avenue" and "S WESTERN AVE"
are one name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ilp_core.words.en import places

_TYPE: Final = {
    spelling: short for short, others in places.STREET_TYPES.items() for spelling in (short, *others.split())
}
_POINT: Final = {spelling: short for short, others in places.COMPASS.items() for spelling in (short, *others.split())}
_POINT_NAME: Final = {short: others.split()[0] for short, others in places.COMPASS.items()}
_SHORT_TYPES: Final = frozenset(places.STREET_TYPES)
_ORDINAL_WORD: Final = {word: number for number, word in enumerate(places.ORDINALS, 1)}
_TENS: Final = {word: 10 * number for number, word in enumerate(places.TENS, 2)}
_TENS_ORDINAL: Final = {word[:-1] + "ieth": number for word, number in _TENS.items()}
#: 63rd as thumbs write it: 63d, 63th, 63dr.
_NUMBERED: Final = re.compile(r"0*(\d{1,3})(?:st|nd|rd|th|d|r|t|h|ts|dn|dr|ht|rs|s)")
_DROPPED: Final = re.compile(r"[.'’`]")
_SIGN: Final = re.compile(r"[&@/+]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: ``S Western Ave`` is core (western), compass s, type ave. A name always has a core."""

    core: tuple[str, ...]
    compass: str = ""
    type: str = ""


def words(text: str) -> list[str]:
    """The words of ``text`` in one spelling; ``&``, ``@``, ``/`` and ``+`` are words of their own."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    if not plain.isascii():
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    found = _SIGN.findall(_DROPPED.sub("", plain))
    spelled: list[str] = []
    for word in found:
        number = _ORDINAL_WORD.get(word) if word.isalpha() else None
        if number and number < 10 and spelled and spelled[-1] in _TENS:
            spelled[-1] = ordinal(_TENS[spelled[-1]] + number)
        else:
            spelled.append(_spelled(word))
    return spelled


@lru_cache(maxsize=65_536)
def _spelled(word: str) -> str:
    if word in _ORDINAL_WORD:
        return ordinal(_ORDINAL_WORD[word])
    if word in _TENS_ORDINAL:
        return ordinal(_TENS_ORDINAL[word])
    numbered = _NUMBERED.fullmatch(word)
    if numbered:
        return ordinal(int(numbered[1]))
    return _TYPE.get(word) or places.SHORT_WORDS.get(word, word)


def ordinal(number: int) -> str:
    """63 -> 63rd, 11 -> 11th."""
    last = number % 10 if number // 10 % 10 != 1 else 0
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def named(spelled: Sequence[str]) -> Name | None:
    """The name that ``words`` make, or None where there are none."""
    rest = [word for word in spelled if word not in places.BOUND] or list(spelled)
    if not rest:
        return None
    compass, kind = "", ""
    if len(rest) > 1 and rest[0] == "the":
        rest = rest[1:]
    if len(rest) > 1 and rest[0] in _POINT and not (len(rest) == 2 and rest[1] in _SHORT_TYPES):
        compass, rest = _POINT[rest[0]], rest[1:]
    elif len(rest) > 2 and rest[-1] in _POINT and (rest[-2] in _SHORT_TYPES or rest[-2].isdigit()):
        compass, rest = _POINT[rest[-1]], rest[:-1]
    if len(rest) > 1 and rest[-1] in _SHORT_TYPES:
        kind, rest = rest[-1], rest[:-1]
    if len(rest) > 1 and rest[0] == "st":
        rest = ["saint", *rest[1:]]
    core = [word for word in rest if word not in places.TITLES] or rest
    return Name(tuple(_POINT_NAME[_POINT[word]] if word in _POINT else word for word in core), compass, kind)


def street_key(street: str) -> str:
    """The form in which two spellings of one street are equal, such as ``s western ave``; empty where it has none."""
    name = named(words(street))
    return "" if name is None else " ".join(part for part in (name.compass, *name.core, name.type) if part)
