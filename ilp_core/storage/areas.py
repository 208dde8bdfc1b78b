"""Areas: beats, districts and what else an agency divides its ground into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.places import Area, AreaKind, AreaRef, area_key
from ilp_core.storage.settings import touch
from ilp_core.storage.tables import area


class Areas:
    """Areas by kind and code; codes match without case, spaces or leading zeros."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[Area]:
        """Every area, in order of kind and code."""
        return [_area(row) for row in await self._connection.execute(select(area).order_by(area.c.kind, area.c.code))]

    async def find(self, kind: AreaKind, key: str) -> Area | None:
        """The area of that kind whose code reads like ``key`` in any spelling, or None."""
        row = await self._row(kind, key)
        return _area(row) if row else None

    async def save(self, new: Area) -> Literal["added", "changed", "same"]:
        """Keep ``new``, replacing code, name and outline of the area with the same kind and key."""
        values = {"code": new.ref.code, "name": new.name, "outline": new.outline}
        row = await self._row(new.ref.kind, new.ref.code)
        if row is None:
            await touch(self._connection)
            await self._connection.execute(
                area.insert().values(kind=new.ref.kind, key=area_key(new.ref.code), **values)
            )
            return "added"
        if _area(row) == new:
            return "same"
        await touch(self._connection)
        await self._connection.execute(update(area).where(area.c.id == row.id).values(**values))
        return "changed"

    async def add(self, new: Sequence[Area]) -> None:
        """Keep areas of whose kind and key there is none yet, all at once."""
        if not new:
            return
        await touch(self._connection)
        rows = [
            {"kind": each.ref.kind, "key": area_key(each.ref.code), "code": each.ref.code, "name": each.name,
             "outline": each.outline}
            for each in new
        ]  # fmt: skip
        await self._connection.execute(area.insert(), rows)

    async def _row(self, kind: AreaKind, code: str) -> Row[Any] | None:
        wanted = select(area).where(area.c.kind == kind, area.c.key == area_key(code))
        return (await self._connection.execute(wanted)).first()


def _area(row: Row[Any]) -> Area:
    return Area(AreaRef(cast(AreaKind, row.kind), row.code), row.name, row.outline)
