"""Migrations on both databases: up, no difference to the described tables, down, up again, and wrong revisions."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ilp_core.domain.errors import WorkError
from ilp_core.storage import (
    Store,
    check_revision,
    current_revision,
    downgrade,
    head_revision,
    open_store,
    upgrade,
)
from ilp_core.storage import revision as revisions
from ilp_core.storage.address import database_url
from ilp_core.storage.tables import metadata
from tests.support import ROOT


async def tables(address: str) -> set[str]:
    engine = create_async_engine(database_url(address))
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await engine.dispose()
    return found


def test_up_compared_down_and_up_again(empty_database: str) -> None:
    upgrade(empty_database)
    assert asyncio.run(tables(empty_database)) == {*metadata.tables, "alembic_version"}
    revisions.difference(empty_database)
    downgrade(empty_database, "base")
    assert asyncio.run(tables(empty_database)) == {"alembic_version"}
    upgrade(empty_database)
    revisions.difference(empty_database)


async def test_described_and_migrated_tables_have_the_same_constraints(empty_database: str, tmp_path: Path) -> None:
    """What alembic's own comparison does not look at: keys, checks and the columns of indexes."""
    upgrade(empty_database)
    engine = create_async_engine(database_url(empty_database))
    async with engine.connect() as connection:
        migrated = await connection.run_sync(shape)
    await engine.dispose()
    upgraded_by_metadata = await created_from_description(empty_database, engine, tmp_path)
    assert migrated == upgraded_by_metadata


async def created_from_description(address: str, used: AsyncEngine, folder: Path) -> dict[str, object]:
    if used.dialect.name == "sqlite":
        engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'described.db'}")
    else:
        downgrade(address, "base")
        engine = create_async_engine(database_url(address))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        described = await connection.run_sync(shape)
    await engine.dispose()
    return described


def shape(connection: Connection) -> dict[str, object]:
    look = inspect(connection)
    return {
        name: {
            "columns": [(found["name"], str(found["type"]), found["nullable"]) for found in look.get_columns(name)],
            "primary": look.get_pk_constraint(name),
            "foreign": look.get_foreign_keys(name),
            "unique": sorted(look.get_unique_constraints(name), key=str),
            "indexes": sorted(str({**found, "dialect_options": ""}) for found in look.get_indexes(name)),
            "checks": look.get_check_constraints(name),
        }
        for name in metadata.tables
    }


def test_an_upgrade_twice_at_once_is_done_once(empty_database: str) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in [pool.submit(upgrade, empty_database) for _ in range(2)]:
            assert done.result(timeout=30) is None
    assert "alembic_version" in asyncio.run(tables(empty_database))


async def test_an_upgrade_inside_a_running_loop_works(empty_database: str) -> None:
    upgrade(empty_database)
    store = open_store(empty_database)
    assert await current_revision(store) == head_revision()
    await store.close()


async def test_a_migration_that_fails_leaves_nothing(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(config: object, _revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]  # alembic's Config
        connection.execute(text("CREATE TABLE half (id INTEGER PRIMARY KEY)"))
        raise RuntimeError("stop")

    monkeypatch.setattr(revisions.command, "upgrade", half)
    with pytest.raises(RuntimeError, match="stop"):
        upgrade(empty_database)
    assert await tables(empty_database) == set()


async def test_the_right_revision_passes(store: Store) -> None:
    assert await current_revision(store) == head_revision()
    await check_revision(store)


async def test_a_wrong_revision_says_which_command_mends_it(empty_database: str) -> None:
    upgrade(empty_database)
    downgrade(empty_database, "base")
    store = open_store(empty_database)
    assert await current_revision(store) is None
    with pytest.raises(WorkError) as failure:
        await check_revision(store)
    assert str(failure.value) == (
        f"The database is at revision none, this program needs {head_revision()}. Run: beatdesk migrate"
    )
    await store.close()


async def test_a_revision_from_the_future_is_not_migrated(database: str) -> None:
    engine = create_async_engine(database_url(database))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    store = open_store(database)
    with pytest.raises(WorkError, match=r"revision 9999, which this program does not know.*Install the version"):
        await check_revision(store)
    await store.close()
    with pytest.raises(WorkError, match="cannot be migrated"):
        upgrade(database)


def test_the_folder_of_the_migrations_does_not_shadow_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    assert revisions.scripts() == ROOT / "alembic"


def test_an_installed_program_finds_its_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    (site / "alembic").mkdir(parents=True)
    share = tmp_path / "share" / "beatdesk" / "alembic"
    share.mkdir(parents=True)
    monkeypatch.setattr(revisions, "__file__", str(site / "ilp_core" / "storage" / "revision.py"))
    monkeypatch.setattr(revisions.sysconfig, "get_path", lambda _name, _scheme: str(tmp_path))
    with pytest.raises(WorkError, match="Install beatdesk again"):
        revisions.scripts()
    (share / "env.py").touch()
    assert revisions.scripts() == share


def test_a_file_that_is_locked_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "busy.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with ThreadPoolExecutor(max_workers=1) as pool:
            waiting = pool.submit(upgrade, f"sqlite+aiosqlite:///{file}")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            other.execute("ROLLBACK")
            assert waiting.result(timeout=30) is None
    assert "alembic_version" in asyncio.run(tables(f"sqlite+aiosqlite:///{file}"))
