"""Fixtures of the whole suite: databases, fresh for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import pytest
from playwright.async_api import Browser, async_playwright
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from ilp_core.storage import Store, open_store, upgrade
from tests.command_line import city, folder
from tests.postgres import running_postgres
from tests.support import CHROMIUM, require

__all__ = ["city", "folder"]

# No deadline: a busy machine is no failure. In CI the same examples every time; elsewhere new ones.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("desk-ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("desk-ci" if os.environ.get("CI") else "desk")

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy; nobody writes in it."""
    file = tmp_path_factory.mktemp("template") / "beatdesk.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server's own database: the one the environment names, else one started here."""
    require("postgres")
    named = os.environ.get("BEATDESK_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with running_postgres() as server:
        yield server.address


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database that tests copy."""
    name = f"beatdesk_template_{os.getpid()}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    upgrade(_at(postgres_server, name))
    yield name
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _database(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, otherwise empty database."""
    if request.param == "sqlite":
        yield _copy(request.getfixturevalue("migrated_file"), tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    with _database(server, request.getfixturevalue("migrated_database")) as address:
        yield address


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database, for tests of several processes."""
    with _database(postgres_server, request.getfixturevalue("migrated_database")) as address:
        yield address


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An open store on a fresh database; tests that ask for it run on both kinds."""
    opened = open_store(database)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_database(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a migrated, otherwise empty SQLite file."""
    return _copy(migrated_file, tmp_path)


@pytest.fixture
async def sqlite_store(sqlite_database: str) -> AsyncIterator[Store]:
    """An open store on a fresh SQLite file, for tests whose subject is not the database."""
    opened = open_store(sqlite_database)
    yield opened
    await opened.close()


def _copy(template: Path, folder: Path) -> str:
    file = folder / "beatdesk.db"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


@contextlib.contextmanager
def _database(server: str, template: str = "template0") -> Iterator[str]:
    name = f"beatdesk_test_{os.getpid()}_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _at(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _at(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    async def run() -> None:
        url = make_url(server).set(drivername="postgresql+asyncpg")
        # Databases are not made inside a transaction.
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    # A thread of its own keeps this loop apart from the one that pytest runs the test in.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: asyncio.run(run())).result()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium; /dev/shm is too small for it in some containers, and root needs it unboxed."""
    require("chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        await launched.close()
