"""The gazetteer of the newest data as one compressed row, and the agency's landmarks."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.gazetteer import ENTRY_KINDS, Entry, Landmark
from ilp_core.storage.statements import insert_if_absent, upsert
from ilp_core.storage.tables import gazetteer, landmark, setting
from ilp_core.storage.types import canonical

_ONE: Final = 1
#: The setting that changes with the gazetteer.
_MARK: Final = "gazetteer"
_PLAIN: Final = ("label", "key", "lat", "lon", "radius_m", "count")
#: Texts that repeat are kept as positions in a list.
_CODED: Final = ("beat", "district")


class Gazetteers:
    """The one gazetteer, with the data version that it was built from."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def version(self) -> int | None:
        """The data version of the stored gazetteer, or None where there is none."""
        return (await self._connection.execute(select(gazetteer.c.version))).scalar()

    async def load(self) -> tuple[Entry, ...]:
        """Every entry in its order; none where there is no gazetteer."""
        data = (await self._connection.execute(select(gazetteer.c.data))).scalar()
        return () if data is None else unpacked(data)

    async def mark(self) -> str | None:
        """Another value after every change, so that who holds the entries can tell; None before the first."""
        return (await self._connection.execute(select(setting.c.value).where(setting.c.name == _MARK))).scalar()

    async def save(self, version: int, entries: Sequence[Entry]) -> bool:
        """Keep ``entries`` in place of those before and return True; False where those are of a newer version."""
        data = packed(entries)
        kept = await self._connection.execute(
            update(gazetteer).where(gazetteer.c.version <= version).values(version=version, data=data)
        )
        if kept.rowcount == 0:
            row = {"id": _ONE, "version": version, "data": data}
            if not await insert_if_absent(self._connection, gazetteer, row):
                return False
        await upsert(self._connection, setting, ["name"], [{"name": _MARK, "value": secrets.token_hex(8)}])
        return True


def packed(entries: Sequence[Entry]) -> bytes:
    """Entries as compressed columns."""
    columns: dict[str, Any] = {
        "kind": [ENTRY_KINDS.index(entry.kind) for entry in entries],
        **{name: [getattr(entry, name) for entry in entries] for name in _PLAIN},
        # Few entries have these, so that only those are kept.
        **{
            name: {str(at): list(values) for at, entry in enumerate(entries) if (values := getattr(entry, name))}
            for name in ("areas", "aliases")
        },
    }
    for name in _CODED:
        texts = sorted({getattr(entry, name) for entry in entries})
        place = {text: position for position, text in enumerate(texts)}
        columns[name] = {"texts": texts, "codes": [place[getattr(entry, name)] for entry in entries]}
    return zlib.compress(canonical(columns).encode())


def unpacked(data: bytes) -> tuple[Entry, ...]:
    """The entries that ``packed`` was given."""
    columns = json.loads(zlib.decompress(data))
    beat, district = ([columns[name]["texts"][code] for code in columns[name]["codes"]] for name in _CODED)
    areas, aliases = (_spread(columns[name], len(beat)) for name in ("areas", "aliases"))
    kinds = [ENTRY_KINDS[kind] for kind in columns["kind"]]
    label, key, lat, lon, radius, count = (columns[name] for name in _PLAIN)
    # In the order of the fields: sixty thousand calls with names take twice as long.
    return tuple(map(Entry, kinds, label, key, lat, lon, radius, beat, district, count, areas, aliases))


def _spread(kept: Mapping[str, list[str]], count: int) -> list[tuple[str, ...]]:
    """The texts of every entry, from those of the few that have any."""
    whole: list[tuple[str, ...]] = [()] * count
    for at, texts in kept.items():
        whole[int(at)] = tuple(texts)
    return whole


class Landmarks:
    """The agency's landmarks, by the form in which two spellings of one name are equal."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[Landmark]:
        """Every landmark, in order of its key."""
        return [_landmark(row) for row in await self._connection.execute(select(landmark).order_by(landmark.c.key))]

    async def save(self, new: Landmark) -> Literal["added", "changed", "same"]:
        """Keep ``new``, replacing the landmark of the same key."""
        row = (await self._connection.execute(select(landmark).where(landmark.c.key == new.key))).first()
        values = {
            "name": new.name, "aliases": list(new.aliases), "lat": new.lat, "lon": new.lon, "radius_m": new.radius_m,
        }  # fmt: skip
        if row is None:
            await self._connection.execute(landmark.insert().values(key=new.key, **values))
            return "added"
        if _landmark(row) == new:
            return "same"
        await self._connection.execute(update(landmark).where(landmark.c.id == row.id).values(**values))
        return "changed"


def _landmark(row: Row[Any]) -> Landmark:
    return Landmark(row.name, row.lat, row.lon, row.radius_m, tuple(row.aliases))
