"""The key ring: keys of sealed words, in a database of their own that no backup of the desk takes along.

Destroying a key erases what it sealed, in the desk's database, its log and every copy of it (guard-rail G51). Beside
a SQLite file the ring is a second file; on PostgreSQL it is a schema of its own, unless a setting names another
database. The ring makes its table itself on first use: its revisions are not the desk's.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Column, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateSchema, CreateTable

from ilp_core.domain.errors import WorkError
from ilp_core.storage.address import create_file, database_file, database_label, database_url
from ilp_core.storage.sealing import SECRET_BYTES, Unreadable, seal, unseal
from ilp_core.storage.statements import hold, insert_new, is_sqlite
from ilp_core.storage.types import UtcDateTime

#: The schema of the ring on PostgreSQL: ``pg_dump --exclude-schema=beatdesk_keys`` leaves it out.
SCHEMA: Final = "beatdesk_keys"
#: Key of PostgreSQL's advisory lock under which the ring's table is made.
_MAKING: Final = 7_305_003
#: Secrets kept in memory at most, so that an update that was just sealed is opened without asking the ring.
_REMEMBERED: Final = 5_000

_metadata: Final = MetaData()
_table: Final = Table(
    "sealing_key",
    _metadata,
    Column("name", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    schema=SCHEMA,
)
#: A secret as stored begins with one of these: as it is, or sealed under the master key.
_BARE: Final = b"\x00"
_WRAPPED: Final = b"\x01"


def key_address(database: str, named: str | None) -> URL:
    """Where the keys of the desk's ``database`` are: at the address that is ``named``, else beside it."""
    if named:
        return database_url(named)
    url = database_url(database)
    file = database_file(url)
    return url.set(database=str(beside(file))) if file else url


def beside(file: Path) -> Path:
    """The ring's file beside the desk's ``file``."""
    return file.with_suffix(".keys.db")


class KeyRing:
    """Keys by name. ``engine`` opens the ring's database; ``master`` wraps every secret in it, where there is one."""

    def __init__(self, url: URL, engine: Callable[[URL], AsyncEngine], master: bytes | None = None) -> None:
        self.label = database_label(url)
        self.file = database_file(url)
        self._url = url
        self._make_engine = engine
        self._engine: AsyncEngine | None = None
        self._master = master
        self._opening = asyncio.Lock()
        self._known: dict[str, bytes] = {}

    async def make(self, names: Sequence[str]) -> dict[str, bytes]:
        """The keys of those names, made where there are none and safe on return. Who comes second gets the same."""
        now = datetime.now(tz=UTC)
        fresh = {name: os.urandom(SECRET_BYTES) for name in dict.fromkeys(names)}
        rows = [{"name": name, "secret": self._wrap(name, each), "made_at": now} for name, each in fresh.items()]
        async with self._transaction() as connection:
            new = set(await insert_new(connection, _table, rows, _table.c.name))
            kept = await self._read(connection, [name for name in fresh if name not in new])
        made = {name: each for name, each in fresh.items() if name in new} | kept
        self._remember(made)
        return made

    async def get(self, names: Sequence[str]) -> dict[str, bytes]:
        """The keys of those names that still exist."""
        found = {name: self._known[name] for name in names if name in self._known}
        missing = [name for name in names if name not in found]
        if missing:
            async with self._transaction() as connection:
                found |= await self._read(connection, missing)
        return found

    async def destroy(self, names: Sequence[str]) -> None:
        """Destroy keys. On return they are gone from the ring's database, its file and its log."""
        if not names:
            return
        for name in names:
            self._known.pop(name, None)
        async with self._transaction() as connection:
            await connection.execute(delete(_table).where(_table.c.name.in_(names)))
        if self.file is not None:
            # The file overwrites what is deleted; the log forgets it only when it is written back and cut off.
            async with (await self._open()).connect() as connection:
                raw = await connection.get_raw_connection()
                cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
                await cursor.close()

    async def older(self, prefix: str, before: datetime, limit: int) -> list[str]:
        """Names with that prefix of keys that were made before, oldest first."""
        wanted = (
            select(_table.c.name)
            .where(_table.c.name.startswith(prefix, autoescape=True), _table.c.made_at < before)
            .order_by(_table.c.made_at)
            .limit(limit)
        )
        async with self._transaction() as connection:
            return list((await connection.execute(wanted)).scalars())

    async def close(self) -> None:
        """Close the ring and forget its keys."""
        self._known.clear()
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    async def _read(self, connection: AsyncConnection, names: Sequence[str]) -> dict[str, bytes]:
        if not names:
            return {}
        rows = await connection.execute(select(_table.c.name, _table.c.secret).where(_table.c.name.in_(names)))
        return {row.name: self._unwrap(row.name, row.secret) for row in rows}

    def _remember(self, secrets: dict[str, bytes]) -> None:
        self._known |= secrets
        for name in list(self._known)[: max(0, len(self._known) - _REMEMBERED)]:
            del self._known[name]

    def _wrap(self, name: str, secret: bytes) -> bytes:
        return _BARE + secret if self._master is None else _WRAPPED + seal(self._master, name, secret)

    def _unwrap(self, name: str, stored: bytes) -> bytes:
        if stored[:1] == _BARE:
            return stored[1:]
        try:
            if self._master is not None:
                return unseal(self._master, name, stored[1:])
        except Unreadable:
            pass
        raise WorkError(
            f"The keys in {self.label} were made under another BEATDESK_ENCRYPTION_KEY. Set that one again."
        )

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with (await self._open()).begin() as connection:
            yield connection

    async def _open(self) -> AsyncEngine:
        """The ring's engine, with its table made on first use."""
        async with self._opening:
            if self._engine is None:
                engine = await self._opened()
                self._engine = engine
            return self._engine

    async def _opened(self) -> AsyncEngine:
        if self.file is not None:
            create_file(self.file)
        engine = self._make_engine(self._url)
        if self.file is not None:
            engine = engine.execution_options(schema_translate_map={SCHEMA: None})
        try:
            async with engine.begin() as connection:
                await hold(connection, _MAKING)
                if not is_sqlite(connection):
                    await connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
                await connection.execute(CreateTable(_table, if_not_exists=True))
        except BaseException:
            await engine.dispose()
            raise
        return engine
