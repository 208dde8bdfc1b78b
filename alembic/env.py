"""How migrations run: on the connection the program hands over, else on the database of BEATDESK_DATABASE_URL."""

from __future__ import annotations

import asyncio
import os

from sqlalchemy import Connection

from alembic import context
from ilp_core.storage.address import database_url
from ilp_core.storage.engine import migration_engine
from ilp_core.storage.tables import metadata


def migrate(connection: Connection) -> None:
    """Run the migrations that alembic chose, inside the transaction of ``connection``."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        # The engine begins SQLite's transactions itself, so tables change in them as safely as rows do.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_from_command_line() -> None:
    """Open the database that the environment names and migrate it."""
    address = os.environ.get("BEATDESK_DATABASE_URL", "sqlite+aiosqlite:///beatdesk.db")
    engine = migration_engine(database_url(address))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations need the database itself. Run: beatdesk migrate")
handed_over = context.config.attributes.get("connection")
if handed_over is None:
    asyncio.run(migrate_from_command_line())
else:
    migrate(handed_over)
