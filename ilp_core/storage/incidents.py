"""Loads and the incidents they brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.incidents import IncidentRow, KnownIncident
from ilp_core.storage.statements import IMPORT_LOCK, hold, is_sqlite
from ilp_core.storage.tables import column_block, incident, load


@dataclass(frozen=True, slots=True)
class Load:
    """One file that was loaded: when, from where, by whom, and its report (None while it runs)."""

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


class Loads:
    """Loads by number. A data version is the number of the newest load whose columns it contains."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
    ) -> int:
        """Open a load and return its number. Only one load is open at a time: others wait for its transaction."""
        await hold(self._connection, IMPORT_LOCK)
        result = await self._connection.execute(
            load.insert().values(
                started_at=at, file=file, sha256=sha256, source=source, format=format, live=live, by_whom=by_whom
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

    async def latest(self) -> int | None:
        """The data version: the number of the newest finished load that has columns, or None."""
        wanted = select(func.max(load.c.id)).where(
            load.c.finished_at.is_not(None), load.c.id.in_(select(column_block.c.load))
        )
        version: int | None = (await self._connection.execute(wanted)).scalar()
        return version

    async def all(self) -> list[Load]:
        """Every load, oldest first."""
        return [
            Load(*(getattr(row, name) for name in Load.__slots__))
            for row in await self._connection.execute(select(load).order_by(load.c.id))
        ]


_COLUMNS: Final = IncidentRow._fields
_CHANGED: Final = tuple(name for name in _COLUMNS if name not in ("id", "first_load"))
_INSERT_SQLITE: Final = f"INSERT INTO incident ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - fixed names
_KNOWN: Final = "SELECT key, id, stamp, digest FROM incident WHERE source ="


class Incidents:
    """Incidents by number, and by source and key."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, source: str) -> dict[str, KnownIncident]:
        """What is stored of ``source``, by key: enough to tell a new row from a newer and a known one."""
        driver = await self._driver()
        if is_sqlite(self._connection):
            rows = await driver.execute_fetchall(f"{_KNOWN} ?", (source,))
        else:
            rows = await driver.fetch(f"{_KNOWN} $1", source)
        return {key: KnownIncident(number, stamp, digest) for key, number, stamp, digest in rows}

    async def next_id(self) -> int:
        """The first free row number, counted from 1. Ask it inside the transaction that opened the load."""
        highest = (await self._connection.execute(select(func.max(incident.c.id)))).scalar()
        return (highest or 0) + 1

    async def insert(self, rows: Sequence[IncidentRow]) -> None:
        """Add new rows in bulk. ``digest`` must fit 64 signed bits; ids come from ``next_id``."""
        if not rows:
            return
        if is_sqlite(self._connection):
            await self._connection.exec_driver_sql(_INSERT_SQLITE, list(rows))
            return
        await (await self._driver()).copy_records_to_table("incident", records=rows, columns=_COLUMNS)

    async def update(self, rows: Sequence[IncidentRow]) -> None:
        """Replace the rows with the same ids; the load that first brought a row stays what it was."""
        if not rows:
            return
        change = (
            update(incident)
            .where(incident.c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in _CHANGED})
        )
        values = [{"row_id": row.id, **{f"new_{name}": getattr(row, name) for name in _CHANGED}} for row in rows]
        await self._connection.execute(change, values)

    async def count(self) -> int:
        """How many incidents are stored."""
        return (await self._connection.execute(select(func.count()).select_from(incident))).scalar_one()

    async def get(self, number: int) -> IncidentRow | None:
        """The incident with that row number, or None."""
        row = (await self._connection.execute(select(incident).where(incident.c.id == number))).first()
        return IncidentRow(*row) if row else None

    async def _driver(self) -> Any:
        """The driver's own connection, inside this transaction: half the time of a row where there are many."""
        # PostgreSQL's driver opens its transaction at the first statement; what goes past SQLAlchemy must be in it.
        await self._connection.execute(select(literal(1)))
        return (await self._connection.get_raw_connection()).driver_connection
