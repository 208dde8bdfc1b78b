"""The statements that the two databases spell differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

#: Keys of PostgreSQL's advisory locks; any fixed numbers of this program's own will do.
MIGRATION_LOCK: Final = 7_305_001
IMPORT_LOCK: Final = 7_305_002


def is_sqlite(connection: AsyncConnection) -> bool:
    """True where ``connection`` talks to SQLite, False for PostgreSQL."""
    return connection.dialect.name == "sqlite"


async def upsert(
    connection: AsyncConnection, table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert ``rows``; where a row with the same ``keys`` stands already, replace its other values."""
    if not rows:
        return
    changed = [name for name in rows[0] if name not in keys]
    statement = _insert(connection, table)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in changed}
        ),
        list(rows),
    )


async def count_up(
    connection: AsyncConnection, table: Table, keys: Sequence[str], row: Mapping[str, Any], counter: str
) -> None:
    """Insert ``row``; where a row with the same ``keys`` stands already, add the ``counter`` of the new one to it."""
    statement = _insert(connection, table)
    total = table.c[counter] + statement.excluded[counter]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=list(keys), set_={counter: total}), dict(row)
    )


async def insert_if_absent(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert ``row`` and return True; do nothing and return False where its key is taken."""
    result = await connection.execute(_insert(connection, table).on_conflict_do_nothing(), dict(row))
    return result.rowcount == 1


async def insert_absent(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of ``rows`` whose key is free, by one statement that is compiled once for any number of them."""
    if rows:
        await connection.execute(_insert(connection, table).on_conflict_do_nothing(), [dict(row) for row in rows])


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], wanted: Column[Any]
) -> list[Any]:
    """Insert ``rows`` in one statement, leaving out those whose key is taken; ``wanted`` of those that are new."""
    if not rows:
        return []
    statement = _insert(connection, table).values(list(rows)).on_conflict_do_nothing().returning(wanted)
    return list((await connection.execute(statement)).scalars())


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


async def hold(connection: AsyncConnection, lock: int) -> None:
    """Wait for ``lock`` and keep it until the transaction ends. SQLite has one writer at a time as it is."""
    if not is_sqlite(connection):
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
