"""Doubts about data: what loads propose, and what an analyst decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.settings import touch
from ilp_core.storage.statements import insert_if_absent
from ilp_core.storage.tables import doubt

DoubtState = Literal["proposed", "confirmed", "rejected"]


@dataclass(frozen=True, slots=True)
class KeptDoubt:
    """One doubt: what it is about, and what was decided by whom, when and why."""

    id: int
    kind: str
    source: str
    mark: str
    data: Mapping[str, Any]
    state: DoubtState
    load: int
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class Doubts:
    """Doubts by number. A doubt is proposed once; a later load that finds it again changes nothing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def propose(self, load: int, source: str, kind: str, mark: str, data: Mapping[str, Any]) -> KeptDoubt:
        """Keep a doubt, unless it is there already, and return it as kept."""
        row = {"kind": kind, "source": source, "mark": mark, "data": dict(data), "state": "proposed", "load": load}
        await insert_if_absent(self._connection, doubt, row)
        wanted = select(doubt).where(doubt.c.kind == kind, doubt.c.source == source, doubt.c.mark == mark)
        return KeptDoubt(*(await self._connection.execute(wanted)).one())

    async def all(self) -> list[KeptDoubt]:
        """Every doubt, in order of number."""
        return [KeptDoubt(*row) for row in await self._connection.execute(select(doubt).order_by(doubt.c.id))]

    async def decide(self, number: int, state: DoubtState, *, by: str, at: datetime, reason: str) -> bool:
        """Note what was decided; False where there is no such doubt. Running desks rank anew."""
        change = (
            update(doubt).where(doubt.c.id == number).values(state=state, decided_by=by, decided_at=at, reason=reason)
        )
        found = (await self._connection.execute(change)).rowcount == 1
        if found:
            await touch(self._connection)
        return found
