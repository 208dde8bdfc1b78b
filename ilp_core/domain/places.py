"""Where: points, areas and places a patrol can stand at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

AreaKind = Literal["beat", "district", "neighbourhood", "force"]
AREA_KINDS: Final[tuple[AreaKind, ...]] = get_args(AreaKind)

#: A shared location is kept only as its cell of this size, in metres (guard-rail G16).
PRIVACY_CELL_M: Final = 150
_WORD_AND_NUMBER: Final = re.compile(r"[^\W\d_]{3,}[\s._-]*(?P<number>\d{1,5}[a-z]?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area by kind and canonical code, such as beat 0835."""

    kind: AreaKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Area:
    """An area as stored. ``outline`` is a GeoJSON geometry in degrees, or None where only records name it."""

    ref: AreaRef
    name: str
    outline: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place a person can go to: a name, its middle and how far it reaches, in metres.

    ``street`` is the key of the street in the gazetteer where the place is a whole street, else empty.
    """

    label: str
    lat: float
    lon: float
    radius_m: int
    street: str = ""


def area_key(code: str) -> str:
    """The form in which two spellings of one area code are equal: no case, spaces or leading zeros."""
    compact = re.sub(r"\s+", "", code).casefold()
    return compact.lstrip("0") or compact[:1]


def spoken_number(code: str) -> str | None:
    """The number of a code that is a word and a number, such as "Distrito 3": what officers say of it. Else None."""
    match = _WORD_AND_NUMBER.fullmatch(code.strip())
    return match["number"] if match else None


def parse_area(text: str) -> AreaRef:
    """Read ``kind:code``. Raises ValueError where the kind is unknown or the code is empty."""
    kind, _, code = text.partition(":")
    kind = kind.strip().casefold()
    if kind not in AREA_KINDS or not code.strip():
        raise ValueError(text)
    return AreaRef(kind, code.strip())
