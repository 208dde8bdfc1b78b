"""The gazetteer's nouns: places that officers name, at block level and never finer, and an agency's landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

EntryKind = Literal["block", "street", "crossing", "premise", "area", "landmark"]
ENTRY_KINDS: Final[tuple[EntryKind, ...]] = get_args(EntryKind)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place by the name that officers use.

    ``key`` is unique among entries of one kind and stays the same from build to build: a block's and a street's text
    as most records spell it (``079XX S WESTERN AVE``), an area as ``beat:0835``. ``lat`` and ``lon`` are the middle
    in degrees, ``radius_m`` how far the place reaches. ``beat`` and ``district`` are the codes that most of its
    records name, empty where none does; ``count`` is how many located records name the place. ``areas`` are all
    areas it runs through, as ``kind:code``. ``aliases`` are its other names.
    """

    kind: EntryKind
    label: str
    key: str
    lat: float
    lon: float
    radius_m: int
    beat: str = ""
    district: str = ""
    count: int = 0
    areas: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that the agency names itself: a park, a store, a school. Never anybody's home."""

    name: str
    lat: float
    lon: float
    radius_m: int
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The form in which two spellings of one name are equal: no case, single spaces."""
        return " ".join(self.name.casefold().split())
