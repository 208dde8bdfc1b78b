"""The gazetteer: every place that the data, the areas and the landmarks name, each with where it is.

Built anew from all records of a data version, pure and array by array. Nothing finer than a block goes in, no home,
and nothing about a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import numpy as np

from ilp_core.collect.places.area_entries import Recorded, area_entries
from ilp_core.collect.places.crossing_entries import crossing_entries
from ilp_core.collect.places.located import Codes, located
from ilp_core.collect.places.on_file import NAMES, newest_places
from ilp_core.collect.places.patches import Metres
from ilp_core.collect.places.spots import read_spot
from ilp_core.collect.places.streets import (
    block_entries,
    find_streets,
    premise_entries,
    snapped_entries,
    street_entries,
)
from ilp_core.domain.columns import RecordKind
from ilp_core.domain.gazetteer import Entry, Landmark
from ilp_core.domain.places import Area
from ilp_core.storage import Store, UnitOfWork
from ilp_core.storage.settings import REFERENCE

#: The setting that tells which records and areas the stored gazetteer was built from.
_STATE: Final = "gazetteer_state"
#: The kinds of record that name places.
_KINDS: Final[tuple[RecordKind, ...]] = ("incident", "call")


def build(
    *,
    block: Codes,
    block_words: Sequence[str],
    premise: Codes,
    premise_words: Sequence[str],
    lat: Metres,
    lon: Metres,
    beat: Codes,
    beat_words: Sequence[str],
    district: Codes,
    district_words: Sequence[str],
    neighbourhood: Codes | None = None,
    neighbourhood_words: Sequence[str] = (),
    areas: Sequence[Area] = (),
    landmarks: Sequence[Landmark] = (),
) -> tuple[Entry, ...]:
    """Every place that can be named, in order of kind, label and key.

    One element of the arrays is a record: positions in its word lists (-1 where unknown), ``lat`` and ``lon`` in
    degrees (NaN where not located; such a record places nothing). Records in any order give the same entries.
    """
    if neighbourhood is None:
        neighbourhood = np.full(len(block), -1, dtype=np.int32)
    placed = np.flatnonzero((block >= 0) & np.isfinite(lat) & np.isfinite(lon))
    rows = located(
        placed, block=block, premise=premise, beat=(beat, beat_words), district=(district, district_words),
        neighbourhood=(neighbourhood, neighbourhood_words), lat=lat, lon=lon,
    )  # fmt: skip
    recorded: Recorded = {
        "beat": (beat, beat_words),
        "district": (district, district_words),
        "neighbourhood": (neighbourhood, neighbourhood_words),
    }
    spots = [read_spot(word) for word in block_words]
    entries = [
        *area_entries(areas, lat, lon, recorded),
        *landmark_entries(landmarks),
    ]
    if len(placed):
        streets = find_streets(rows, spots)
        entries += block_entries(rows, streets)
        entries += street_entries(rows, streets)
        entries += premise_entries(rows, streets, premise_words)
        entries += snapped_entries(rows, spots)
        entries += crossing_entries(rows, spots, streets)
    return ordered(entries)


async def renew(uow: UnitOfWork, version: int, entries: Sequence[Entry]) -> bool:
    """Keep ``entries`` as the gazetteer of data version ``version``; False where a newer one is there already."""
    return await uow.gazetteer.save(version, entries)


async def read(uow: UnitOfWork) -> tuple[Entry, ...]:
    """Every entry of the gazetteer in its order; none where none was built yet."""
    return await uow.gazetteer.load()


async def renew_gazetteer(store: Store) -> int:
    """Build the gazetteer anew from the newest records, areas and landmarks; returns how many entries it has.

    The building holds no transaction open. Stops name no places here: they serve fairness checks only.
    """
    async with store.read() as uow:
        state = await _state(uow)
        version = await uow.loads.latest() or 0
        blocks = [block for kind in _KINDS for block in await uow.columns.blocks(None, kind=kind, names=NAMES)]
        areas, landmarks = await uow.areas.all(), await uow.landmarks.all()
    entries = await asyncio.to_thread(lambda: build(**newest_places(blocks), areas=areas, landmarks=landmarks))
    async with store.write() as uow:
        await renew(uow, version, entries)
        await uow.settings.set(_STATE, state)
    return len(entries)


async def ensure_gazetteer(store: Store) -> bool:
    """Build the gazetteer anew where records or areas have changed since it was built; True where it did.

    Whoever looks a place up calls this first, and the running bot does so by itself: a load need not wait for it.
    """
    async with store.read() as uow:
        if await uow.settings.get(_STATE) == await _state(uow):
            return False
    await renew_gazetteer(store)
    return True


async def _state(uow: UnitOfWork) -> str:
    """Another text after every change that the gazetteer has to follow."""
    return f"{await uow.columns.newest(_KINDS)} {await uow.settings.get(REFERENCE)}"


async def renew_landmarks(uow: UnitOfWork) -> None:
    """Put the landmarks as they are now in place of those in the gazetteer, which otherwise stays."""
    others = [entry for entry in await read(uow) if entry.kind != "landmark"]
    entries = ordered([*others, *landmark_entries(await uow.landmarks.all())])
    await renew(uow, await uow.gazetteer.version() or 0, entries)


def landmark_entries(landmarks: Sequence[Landmark]) -> list[Entry]:
    """The agency's own landmarks as entries."""
    return [
        Entry("landmark", each.name, each.key, each.lat, each.lon, each.radius_m, aliases=each.aliases)
        for each in landmarks
    ]


def ordered(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries in their order: kind, label, key."""
    return tuple(sorted(entries, key=lambda entry: (entry.kind, entry.label, entry.key)))
