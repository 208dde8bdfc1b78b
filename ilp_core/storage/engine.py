"""The store: a database that is open, with one engine that writes and one that only reads.

SQLite with a driver's default settings loses updates without a word, because transactions begin late; here
every writing transaction begins at once (BEGIN IMMEDIATE) and the writers of one process queue in order.
PostgreSQL runs writers side by side (READ COMMITTED): what is read to be changed must be locked or changed
by a condition. Readers see one moment for the whole of their transaction on both.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import URL, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from ilp_core.domain.errors import WorkError
from ilp_core.storage.address import create_file, database_file, database_label, database_url, explained
from ilp_core.storage.in_place import connector
from ilp_core.storage.keys import KeyRing, key_address
from ilp_core.storage.uow import UnitOfWork

#: Seconds a transaction waits for another program's write (SQLite's busy timeout).
PATIENCE_S: Final = 10.0
#: Seconds a task waits for its turn among the tasks of this program.
TURN_S: Final = 60.0
#: A reader of SQLite waits so long at most: it does so in place, and everything else waits with it. With a
#: write-ahead log it waits only where another program mends or closes the log.
_READ_PATIENCE_S: Final = 1.0
#: PostgreSQL ends a statement, or a transaction that does nothing, after so many milliseconds.
STATEMENT_MS: Final = 120_000
IDLE_MS: Final = 60_000
#: Seconds between tries to switch a SQLite file's journal.
RETRY_S: Final = 0.05
_POSTGRES_WRITERS: Final = 10
_READERS: Final = 5


def _driver_errors() -> tuple[type[Exception], ...]:
    """Errors of asyncpg that reach us unwrapped while a connection is being made; none where it is absent."""
    try:
        import asyncpg
    except ModuleNotFoundError:
        return ()
    return (asyncpg.PostgresError, asyncpg.InterfaceError)


_OPENING_ERRORS: Final[tuple[type[Exception], ...]] = (DBAPIError, TimeoutError, OSError, *_driver_errors())


class Store:
    """An open database. Belongs to the event loop that first used it; close it there."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        label: str,
        keys: KeyRing,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.label = label
        self.keys = keys
        self._clock = clock
        self._writer = writer
        self._reader = reader
        self._writing: set[asyncio.Task[Any] | None] = set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A transaction that is committed at the end and rolled back on any exception.

        Keep it short: no network and no arithmetic inside. Raises WorkError where the database cannot be
        opened or stays busy, RuntimeError where this task is writing already (it would wait for itself).
        """
        task = asyncio.current_task()
        if task in self._writing:
            raise RuntimeError("this task has a writing unit of work open already; use that one")
        self._writing.add(task)
        try:
            async with self.connection(self._writer) as connection:
                yield UnitOfWork(connection, self._clock)
        finally:
            self._writing.discard(task)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """A transaction that sees one moment and that the database refuses to write in."""
        async with self.connection(self._reader) as connection:
            yield UnitOfWork(connection, self._clock)

    @asynccontextmanager
    async def connection(self, engine: AsyncEngine | None = None) -> AsyncIterator[AsyncConnection]:
        """The bare connection of a transaction, for this room's own use; of a reading one unless told."""
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context((engine or self._reader).connect())
                await stack.enter_async_context(connection.begin())
            except _OPENING_ERRORS as error:
                raise explained(error, self.label) from error
            yield connection

    async def close(self) -> None:
        """Close every connection. The store cannot be used afterwards."""
        await self._writer.dispose()
        await self._reader.dispose()
        await self.keys.close()


def open_store(
    address: str,
    *,
    patience: float = PATIENCE_S,
    clock: Callable[[], datetime] | None = None,
    keys: str | None = None,
    master: bytes | None = None,
) -> Store:
    """Open the database at ``address``, waiting ``patience`` seconds for other programs' writes.

    ``keys`` is the address of its key ring, where that is not beside it; ``master`` wraps the keys in it. ``clock``
    takes the place of the database's own. Raises CallError for an address that cannot be used and WorkError where a
    SQLite file is not there yet. Whether the tables are the ones this program needs is
    ``revision.check_revision``'s to say.
    """
    url = database_url(address)
    file = database_file(url)
    if file is not None and not file.exists():
        raise WorkError(f"There is no database {file} yet. Run: beatdesk migrate")

    def engine(of: URL, *, writes: bool = True) -> AsyncEngine:
        if database_file(of) is not None:
            return _sqlite_engine(of, patience, writes=writes)
        return _postgres_engine(of, writes=writes)

    ring = KeyRing(key_address(address, keys), engine, master)
    return Store(engine(url), engine(url, writes=False), database_label(url), ring, clock)


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database is away, full or busy, and not that the work itself was wrong."""
    if isinstance(error, WorkError | TimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, _OPENING_ERRORS)
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError | InternalError)


def migration_engine(url: URL) -> AsyncEngine:
    """An engine for changing tables: one connection, no time limits, SQLite's foreign keys checked at the end.

    A SQLite file that is not there yet is made, readable by its owner alone.
    """
    file = database_file(url)
    if file is None:
        return create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
    create_file(file)
    return _sqlite_engine(url, PATIENCE_S, writes=True, foreign_keys=False)


def _sqlite_engine(url: URL, patience: float, *, writes: bool = False, foreign_keys: bool = True) -> AsyncEngine:
    patience = patience if writes else min(patience, _READ_PATIENCE_S)
    # One writing connection: its pool is the queue in which this program's writers wait, first come first served.
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else _READERS,
        max_overflow=0,
        pool_timeout=TURN_S,
        # Every transaction is ended where it was begun: nothing is left to roll back.
        pool_reset_on_return=None,
        connect_args={"timeout": patience, "async_creator_fn": connector(writes=writes)},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(dbapi: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: it does so too late and only before some statements.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        if writes:
            _keep_a_log(cursor, patience)
        # NORMAL can lose the last commits when power fails; an audit row that was promised must stay.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        # What is deleted is overwritten: sealed words and keys must not linger in free pages.
        cursor.execute("PRAGMA secure_delete = ON")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _keep_a_log(cursor: Any, patience: float) -> None:
    """Switch to the write-ahead log. SQLite does not wait for other programs when it changes its journal: we do."""
    tries = max(1, int(patience / RETRY_S))
    for left in range(tries, 0, -1):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if left == 1 or "locked" not in str(error):
                raise
            await_only(asyncio.sleep(RETRY_S))


def _postgres_engine(url: URL, *, writes: bool = False) -> AsyncEngine:
    # Behind pgbouncer: put prepared_statement_cache_size=0 into the address and let it ignore these settings.
    limits = {
        "statement_timeout": str(STATEMENT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_MS),
        "timezone": "UTC",
        "application_name": "beatdesk",
    }
    if not writes:
        limits |= {"default_transaction_read_only": "on", "default_transaction_isolation": "repeatable read"}
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=_POSTGRES_WRITERS if writes else _READERS,
        max_overflow=0,
        pool_timeout=TURN_S,
        pool_pre_ping=True,
        connect_args={"server_settings": limits},
    )
