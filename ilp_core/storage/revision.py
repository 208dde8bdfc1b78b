"""The revision of a database: which one it has, which one the program needs, and the way there."""

from __future__ import annotations

import asyncio
import io
import sysconfig
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from alembic import command
from ilp_core.domain.errors import WorkError
from ilp_core.storage.address import database_label, database_url, explained
from ilp_core.storage.engine import Store, migration_engine
from ilp_core.storage.keys import KeyRing, key_address
from ilp_core.storage.statements import MIGRATION_LOCK, hold, is_sqlite


def scripts() -> Path:
    """The folder of the migrations: beside the package in a checkout, under share/beatdesk once installed."""
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    shares = [Path(sysconfig.get_path("data", scheme)) / "share" / "beatdesk" for scheme in schemes]
    for folder in (Path(__file__).resolve().parents[2], *shares):
        place = folder / "alembic"
        # Beside an installed package stands the library of the same name, which has no env.py.
        if (place / "env.py").is_file():
            return place
    raise WorkError("The migrations are not installed. Install beatdesk again.")


def configuration() -> Config:
    """Alembic's configuration, made in code so that it is the same in a checkout and once installed."""
    # What alembic prints is for its own command line; ours keeps standard output for answers.
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def head_revision() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head


async def current_revision(store: Store) -> str | None:
    """The revision the database has, or None where it was never migrated."""
    async with store.connection() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def check_revision(store: Store) -> None:
    """Raise WorkError, naming the command that mends it, where the database is at another revision."""
    has, needs = await current_revision(store), head_revision()
    if has == needs:
        return
    if has is not None and not _is_known(has):
        raise WorkError(
            f"The database is at revision {has}, which this program does not know; it needs {needs}. "
            "Install the version of beatdesk that made it."
        )
    raise WorkError(f"The database is at revision {has or 'none'}, this program needs {needs}. Run: beatdesk migrate")


def _is_known(revision: str) -> bool:
    try:
        return ScriptDirectory.from_config(configuration()).get_revision(revision) is not None
    except CommandError:
        return False


def upgrade(address: str, revision: str = "head") -> None:
    """Bring the database at ``address`` up to ``revision``; makes a SQLite file that is not there yet.

    All or nothing on both databases, and one program at a time. Raises CallError for an unusable address,
    WorkError where the database cannot be reached or is at a revision this program does not know.
    """
    _migrate(address, lambda config: command.upgrade(config, revision))


def downgrade(address: str, revision: str) -> None:
    """Take the database at ``address`` back to ``revision``; ``base`` removes every table and its rows."""
    _migrate(address, lambda config: command.downgrade(config, revision))


def difference(address: str) -> None:
    """Raise WorkError where the migrated tables differ from the ones the program describes."""
    _migrate(address, lambda config: command.check(config))


def _migrate(address: str, step: Callable[[Config], None]) -> None:
    # A thread of its own, so that callers inside and outside a running event loop are served alike.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: asyncio.run(_run(address, step))).result()


async def _run(address: str, step: Callable[[Config], None]) -> None:
    url = database_url(address)
    engine = migration_engine(url)
    # The ring is never opened here: its table is not the desk's to migrate.
    store = Store(engine, engine, database_label(url), KeyRing(key_address(address, None), lambda _: engine))

    def apply(connection: Connection) -> None:
        config = configuration()
        config.attributes["connection"] = connection
        step(config)

    try:
        async with store.connection() as connection:
            await hold(connection, MIGRATION_LOCK)
            await connection.run_sync(apply)
            if is_sqlite(connection):
                broken = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
                if broken is not None:
                    raise WorkError(f"The migration would leave rows of {broken[0]} without what they refer to.")
    except CommandError as error:
        raise WorkError(f"The database {store.label} cannot be migrated: {error}.") from error
    except DBAPIError as error:
        raise explained(error, store.label) from error
    finally:
        await store.close()
