"""Kinds of premises as records call them: which of them are places to go to, and which are somebody's home."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ilp_core.collect.places.words import words
from ilp_core.words.en import places

_NO_HOME: Final = re.compile("|".join(rf"\b{phrase}\b" for phrase in sorted(places.NO_HOMES, key=len, reverse=True)))
_COMPASS: Final = frozenset(places.COMPASS)
_DOORS: Final = frozenset({"apt", "apartment", "flat", "unit"})
#: A number that is no ordinal: 24, 24b.
_NUMBER: Final = re.compile(r"\d{1,6}[a-z]?")


def premise_words(text: str) -> tuple[str, ...]:
    """The words of a kind of premises that one can go to; empty for a home, a way, something that moves, and codes.

    >>> premise_words("HOTEL/MOTEL")
    ('hotel', 'motel')
    >>> premise_words("RESIDENCE-GARAGE")
    ()
    """
    plain = [word for word in words(text) if word not in ("&", "@", "/", "+")]
    spelled = " ".join(_LONG.get(word, word) for word in plain)
    left = set(_NO_HOME.sub(" ", spelled).split())
    if left & places.HOME_WORDS or not any(len(word) > 2 and word.isalpha() for word in plain):
        return ()
    everyday = set(spelled.split())
    if everyday & places.NO_PREMISE and not everyday & places.BUT_A_PREMISE:
        return ()
    return tuple(plain)


#: Street types that ``words`` has shortened and the lists spell out.
_LONG: Final = {
    "st": "street",
    "aly": "alley",
    "rd": "road",
    "hwy": "highway",
    "ct": "court",
    "expy": "expressway",
    "fwy": "freeway",
}


def premise_label(text: str) -> str:
    """A kind of premises as an officer reads it: GAS STATION becomes Gas station, CTA STATION CTA station."""
    parts = re.split(r"([^\w]+)", " ".join(text.split()))
    told = "".join(part if part.upper() in places.INITIALS else part.lower() for part in parts)
    return told[:1].upper() + told[1:]


def is_home(name: str) -> bool:
    """True where ``name`` reads like a person's home: ``Smith house``, ``24 Birch St``, ``Flat 2, Birch Street``."""
    plain = words(name)
    if not plain:
        return False
    last = plain[-1]
    if last in places.PERSONAL_ENDINGS and (len(plain) == 1 or plain[-2] not in places.PUBLIC_HOUSES):
        return True
    if any(word in _DOORS and _NUMBER.fullmatch(after) for word, after in pairwise(plain)):
        return True
    return _holds_address(plain)


def _holds_address(plain: Sequence[str]) -> bool:
    """True where a house's number stands beside a street: ``24 birch st``, ``1200 w elm``, ``birch st 24``."""
    for place, word in enumerate(plain):
        if not _NUMBER.fullmatch(word):
            continue
        after, before = plain[place + 1 : place + 5], plain[max(0, place - 4) : place]
        if before and before[-1] in places.NUMBERED_ROADS:
            continue
        if len(after) >= 2 and (after[0] in _COMPASS or any(each in places.STREET_TYPES for each in after[1:])):
            return True
        if len(before) >= 2 and before[-1] in places.STREET_TYPES:
            return True
    return False
