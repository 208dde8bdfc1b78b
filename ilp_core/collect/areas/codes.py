"""The canonical spelling of area codes: the one in incident records, else the file's.

Codes match without case, spaces or leading zeros. The spelling that records used first stays for ever; each
load's report names the codes it was the first to use, so that spellings can be told without reading rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.domain.places import Area, AreaKind, AreaRef, area_key
from ilp_core.storage import Load, UnitOfWork

#: The areas that incident records name, by kind: area key to canonical code.
RecordCodes = dict[AreaKind, dict[str, str]]

#: The kinds of area an incident record has a field for; the fields are called the same.
RECORD_KINDS: Final[tuple[AreaKind, ...]] = ("beat", "district", "neighbourhood", "force")

#: Where a load's report keeps the codes it was the first to use.
REPORT_KEY: Final = "areas"


@dataclass(frozen=True, slots=True)
class Spelled:
    """The words of one field in canonical spelling, and the codes that no earlier load had."""

    words: list[str]
    fresh: dict[str, str]


def recorded_codes(loads: Iterable[Load]) -> RecordCodes:
    """The codes in the records of ``loads``, which come oldest first."""
    codes: RecordCodes = {kind: {} for kind in RECORD_KINDS}
    for load in loads:
        for kind in RECORD_KINDS:
            for code in (load.report or {}).get(REPORT_KEY, {}).get(kind, ()):
                codes[kind].setdefault(area_key(code), code)
    return codes


def spell(words: Sequence[str], places: npt.NDArray[np.int32], earlier: dict[str, str]) -> Spelled:
    """``words`` as records spelled them before; ``places`` says which of them occur, as positions.

    Of several new spellings of one code the longest is canonical, of equal ones the last in order of signs: a
    spreadsheet takes leading zeros away and adds none, and the order of rows decides nothing.
    """
    fresh: dict[str, str] = {}
    for place in np.unique(places).tolist():
        word = words[place]
        key = area_key(word)
        if word and key not in earlier:
            fresh[key] = max(fresh.get(key, ""), word, key=lambda each: (len(each), each))
    known = {**fresh, **earlier}
    return Spelled([known.get(area_key(word), word) if word else "" for word in words], fresh)


async def name_areas(uow: UnitOfWork, fresh: RecordCodes) -> None:
    """Make an area without an outline of every new code, or give a file's area the spelling of the records.

    A column that was taken for a beat's may hold a code of its own in every row: those that are new go in together.
    """
    if not any(fresh.values()):
        return
    there = {(area.ref.kind, area_key(area.ref.code)): area for area in await uow.areas.all()}
    new: list[Area] = []
    for kind, codes in fresh.items():
        for key, code in codes.items():
            area = there.get((kind, key))
            if area is None:
                new.append(Area(AreaRef(kind, code), code))
            elif area.ref.code != code:
                name = code if area.name == area.ref.code else area.name
                await uow.areas.save(replace(area, ref=AreaRef(kind, code), name=name))
    await uow.areas.add(new)
