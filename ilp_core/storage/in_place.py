"""SQLite statements where they are asked for, without a trip to another thread, except those that may wait.

aiosqlite runs every call in a thread of the connection. Making a cursor, executing, fetching and closing are four
trips there and back, each dearer than the statement itself, and under load each waits for the interpreter. Here a
statement runs at once: with a write-ahead log readers wait for nobody, and a writer has waited when its transaction
has begun. Only what may wait still goes to the thread: beginning to write, committing to the disk, and reading the
columns of incidents, which are large. The cursor speaks the part of the interface that SQLAlchemy's adapter calls.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from threading import Thread
from typing import Any, Final, TypeVar

import aiosqlite

#: Rows that aiosqlite fetches at once where it iterates; nothing here does.
_CHUNK: Final = 64
#: Statements that may take long: waiting for the write lock, or reading large columns.
_MAY_WAIT: Final = ("BEGIN IMMEDIATE", "PRAGMA", "VACUUM")
_LARGE: Final = "column_data"
#: What asyncio says where an answer comes for a loop that is closed.
_LOOP_CLOSED: Final = "Event loop is closed"
T = TypeVar("T")


class Cursor:
    """A cursor that has fetched its rows when it has executed."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Execute a statement and fetch what it brings."""
        waits = statement.startswith(_MAY_WAIT) or _LARGE in statement
        await self._do(lambda cursor: cursor.execute(statement, parameters), waits=waits)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Cursor:
        """Execute a statement for each of ``parameters``, which may be many."""
        await self._do(lambda cursor: cursor.executemany(statement, parameters), waits=True)
        return self

    async def _do(self, what: Callable[[sqlite3.Cursor], object], *, waits: bool) -> None:
        def work(raw: sqlite3.Connection) -> tuple[Any, list[Any], int, int | None]:
            cursor = raw.cursor()
            try:
                what(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, rows, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        found = await self._connection.elsewhere(work) if waits else self._connection.here(work)
        self.description, self._rows, self.rowcount, self.lastrowid = found

    async def fetchall(self) -> list[Any]:
        """The rows that were fetched."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""


class Connection(aiosqlite.Connection):
    """A connection whose statements run in place. ``writes`` says that a commit has to reach the disk."""

    writes = True

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor; nothing is done for it yet."""
        return Cursor(self)

    def here(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the connection at once."""
        return work(self._conn)

    async def elsewhere(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the connection in its thread."""
        result: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result

    async def commit(self) -> None:
        """Commit; a reader has nothing to bring to the disk."""
        if self.writes:
            await super().commit()
        else:
            self._conn.commit()

    async def rollback(self) -> None:
        """Roll back; nothing is brought to the disk."""
        self._conn.rollback()


class _Worker(Thread):
    """The thread of a connection. It does not keep the program from ending, and ends without a word where an
    interrupt has closed the loop before the last answer was ready: nobody waits for it."""

    def __init__(self, driver: Thread) -> None:
        super().__init__(daemon=True)
        self._driver = driver

    def run(self) -> None:
        """Do what the driver's own thread would do. Raises what it raises, but for the loop that is closed."""
        try:
            self._driver.run()
        except RuntimeError as error:
            if str(error) != _LOOP_CLOSED:
                raise


def connector(*, writes: bool) -> Callable[..., Connection]:
    """What makes connections to be awaited, as ``aiosqlite.connect`` does."""

    def connect(database: str, **options: Any) -> Connection:
        # The two threads never use it at the same time: each awaits the other.
        options["check_same_thread"] = False
        connection = Connection(lambda: sqlite3.connect(database, **options), _CHUNK)
        connection.writes = writes
        connection._thread = _Worker(connection._thread)
        return connection

    return connect
