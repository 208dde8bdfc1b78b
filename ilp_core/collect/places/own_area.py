"""The caller's own area: which places lie in it, and how far the others are from its middle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import AreaKind, AreaRef, area_key

#: The kinds of area that entries name; of the others streets alone do, else the middle and the reach decide.
_RECORDED: Final[frozenset[AreaKind]] = frozenset({"beat", "district"})
_METRES_PER_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True)
class OwnArea:
    """The area ``near`` (None: nobody's), and its own entry where the gazetteer has one."""

    entries: Sequence[Entry]
    near: AreaRef | None
    area: Entry | None

    def holds(self, at: int) -> bool:
        """Whether an entry lies in the area: as its records say, else by the area's middle and reach."""
        if self.near is None:
            return False
        entry, kind = self.entries[at], self.near.kind
        if f"{kind}:{self.near.code}" in entry.areas:
            return True
        if kind in _RECORDED:
            named = entry.beat if kind == "beat" else entry.district
            return bool(named) and area_key(named) == area_key(self.near.code)
        return self.area is not None and self._metres(entry, self.area) <= self.area.radius_m

    def away(self, at: int) -> int:
        """How far an entry lies from the area's middle in whole kilometres; 0 where that is unknown."""
        return 0 if self.area is None else int(self._metres(self.entries[at], self.area) / 1000)

    @staticmethod
    def _metres(one: Entry, other: Entry) -> float:
        narrower = math.cos(math.radians(other.lat))
        return math.hypot(one.lat - other.lat, (one.lon - other.lon) * narrower) * _METRES_PER_DEGREE
