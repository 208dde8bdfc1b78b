"""Loads: one file that came in, or one change to what is on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.statements import IMPORT_LOCK, hold
from ilp_core.storage.tables import column_block, load


@dataclass(frozen=True, slots=True)
class Load:
    """One file that was loaded: when, from where, by whom, and its report (None while it runs).

    ``kind`` says what it brought: incident, call, stop, concern, survey, partner; or ``undo`` where another load was
    taken back. ``undone_by`` is the load that took
    this one back.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None
    file: str
    sha256: str
    source: str
    format: str
    live: bool
    by_whom: str
    report: Mapping[str, Any] | None
    kind: str = "incident"
    undone_by: int | None = None


class Loads:
    """Loads by number. A data version is the number of the newest load whose columns it contains."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wait(self) -> None:
        """Wait until no other load or undoing is under way, and keep others waiting until this transaction ends."""
        await hold(self._connection, IMPORT_LOCK)

    async def start(
        self,
        *,
        file: str,
        sha256: str,
        source: str,
        format: str,
        live: bool,
        by_whom: str,
        at: datetime,
        kind: str = "incident",
    ) -> int:
        """Open a load and return its number. Only one load is open at a time: others wait for its transaction."""
        await self.wait()
        result = await self._connection.execute(
            load.insert().values(
                started_at=at,
                file=file,
                sha256=sha256,
                source=source,
                format=format,
                live=live,
                by_whom=by_whom,
                kind=kind,
            )
        )
        number = result.inserted_primary_key
        assert number is not None
        return int(number[0])

    async def finish(self, number: int, report: Mapping[str, object], at: datetime) -> None:
        """Close a load with its report, which is plain JSON data."""
        await self._connection.execute(
            update(load).where(load.c.id == number).values(finished_at=at, report=dict(report))
        )

    async def undo(self, numbers: Iterable[int], by: int) -> None:
        """Note that the load ``by`` took the loads ``numbers`` back: from then on their columns do not count."""
        await self._connection.execute(update(load).where(load.c.id.in_(list(numbers))).values(undone_by=by))

    async def latest(self) -> int | None:
        """The data version: the number of the newest finished load that has columns of incidents, or None."""
        with_columns = select(column_block.c.load).where(column_block.c.kind == "incident")
        wanted = select(func.max(load.c.id)).where(load.c.finished_at.is_not(None), load.c.id.in_(with_columns))
        version: int | None = (await self._connection.execute(wanted)).scalar()
        return version

    async def get(self, number: int) -> Load | None:
        """The load with that number, or None."""
        row = (await self._connection.execute(select(load).where(load.c.id == number))).first()
        return Load(*(getattr(row, name) for name in Load.__slots__)) if row else None

    async def all(self) -> list[Load]:
        """Every load, oldest first."""
        return [
            Load(*(getattr(row, name) for name in Load.__slots__))
            for row in await self._connection.execute(select(load).order_by(load.c.id))
        ]
