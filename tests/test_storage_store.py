"""The store: addresses, transactions, many writers, and what an officer of the machine reads when it fails."""

from __future__ import annotations

import asyncio
import importlib.util
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import column, select, table, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import create_async_engine

from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.officers import Officer
from ilp_core.storage import Store, open_store, upgrade
from ilp_core.storage.address import database_label, database_url
from ilp_core.storage.types import UtcDateTime, canonical

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


async def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as uow:
            await uow.officers.add(Officer("4471", "officer"), NOW)
            await uow.settings.set("a", "b")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with store.read() as uow:
        assert await uow.officers.all() == []
        assert await uow.settings.get("a") is None


async def test_a_cancelled_writer_leaves_nothing_behind_and_the_store_usable(store: Store) -> None:
    inside = asyncio.Event()

    async def never_ends() -> None:
        async with store.write() as uow:
            await uow.settings.set("a", "b")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.write() as uow:
        assert await uow.settings.get("a") is None


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        async with store.read() as uow:
            await uow.settings.set("a", "b")


async def test_a_reader_sees_one_moment(store: Store) -> None:
    async with store.read() as reader:
        assert await reader.settings.get("a") is None
        async with store.write() as writer:
            await writer.settings.set("a", "b")
        assert await reader.settings.get("a") is None
    async with store.read() as reader:
        assert await reader.settings.get("a") == "b"


async def test_no_update_is_lost_among_200_writers(sqlite_store: Store) -> None:
    async def count_one() -> None:
        async with sqlite_store.write() as uow:
            before = int(await uow.settings.get("count") or 0)
            await asyncio.sleep(0)
            await uow.settings.set("count", str(before + 1))

    await asyncio.gather(*(count_one() for _ in range(200)))
    async with sqlite_store.read() as uow:
        assert await uow.settings.get("count") == "200"


async def test_no_update_is_lost_between_two_programs(sqlite_database: str) -> None:
    stores = [open_store(sqlite_database) for _ in range(2)]

    async def count_up(store: Store) -> None:
        for _ in range(20):
            async with store.write() as uow:
                before = int(await uow.settings.get("count") or 0)
                await uow.settings.set("count", str(before + 1))

    await asyncio.gather(*(count_up(store) for store in stores))
    async with stores[0].read() as uow:
        assert await uow.settings.get("count") == "40"
    for store in stores:
        await store.close()


async def test_a_task_that_writes_twice_at_once_is_told_so(store: Store) -> None:
    async with store.write():
        with pytest.raises(RuntimeError, match="use that one"):
            async with store.write():
                pass
    async with store.write() as uow:
        assert await uow.settings.get("a") is None


async def test_a_busy_database_is_named(sqlite_database: str) -> None:
    holder, hasty = open_store(sqlite_database), open_store(sqlite_database, patience=0.05)
    async with holder.write():
        with pytest.raises(WorkError, match=r"beatdesk\.db is busy: another program is writing"):
            async with hasty.write():
                pass
        async with hasty.read() as uow:
            assert await uow.officers.all() == []
    async with hasty.write() as uow:
        assert await uow.officers.all() == []
    await holder.close()
    await hasty.close()


@pytest.mark.parametrize(("writes", "patience"), [(False, 1_000), (True, 10_000)])
async def test_sqlite_runs_with_the_settings_that_were_measured(
    sqlite_store: Store, writes: bool, patience: int
) -> None:
    async with sqlite_store.connection(sqlite_store._writer if writes else None) as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": patience,
        "query_only": int(not writes),
    }


async def test_times_come_back_aware_and_naive_ones_are_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="needs an offset"):
        async with store.write() as uow:
            await uow.officers.add(Officer("4471", "officer"), datetime(2026, 11, 22, 21, 30))


@pytest.mark.parametrize("value", [None, NOW])
def test_the_time_type_keeps_moments_and_nothing(value: datetime | None) -> None:
    dialect = create_async_engine("sqlite+aiosqlite:///unused.db").dialect
    stored = UtcDateTime().process_bind_param(value, dialect)
    assert UtcDateTime().process_result_value(stored, dialect) == value


def test_the_time_type_refuses_a_naive_time_with_value_error() -> None:
    dialect = create_async_engine("sqlite+aiosqlite:///unused.db").dialect
    with pytest.raises(ValueError, match="needs an offset"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 22), dialect)


def test_canonical_json_is_the_same_for_equal_values() -> None:
    assert canonical({"b": [1.5, None], "a": "ü\x00\ud83d"}) == '{"a":"\\u00fc\\u0000\\ud83d","b":[1.5,null]}'
    with pytest.raises(ValueError, match="Out of range"):
        canonical(float("nan"))


async def test_texts_that_no_database_takes_as_they_are_survive_in_json(store: Store) -> None:
    async with store.write() as uow:
        load = await uow.loads.start(
            file="f", sha256="", source="s", format="generic", live=False, by_whom="", at=NOW
        )
        await uow.loads.finish(load, {"nul": "\x00", "half": "\ud83d"}, NOW)
        assert (await uow.loads.all())[0].report == {"nul": "\x00", "half": "\ud83d"}


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_an_address_gets_its_driver(address: str, driver: str) -> None:
    assert database_url(address).drivername == driver


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "cannot be read"),
        ("beatdesk.db", "cannot be read"),
        ("mysql://h/d", "'mysql' are not supported"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////nowhere/at/all/a.db", "folder /nowhere/at/all of the database does not exist"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(address: str, message: str) -> None:
    with pytest.raises(CallError, match=message) as refused:
        open_store(address)
    assert refused.value.exit_code == 2


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may write everywhere, so the system's answer is stood in for.
    monkeypatch.setattr("ilp_core.storage.address.os.access", lambda path, _mode: path != tmp_path)
    with pytest.raises(CallError, match="cannot be written by this user"):
        upgrade(f"sqlite:///{tmp_path / 'a.db'}")
    assert list(tmp_path.iterdir()) == []


def test_postgres_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(CallError, match=r"pip install 'beatdesk\[postgres\]'"):
        database_url("postgresql://h/d")


def test_a_label_never_holds_the_password() -> None:
    assert database_label(database_url("postgresql://u:secret@h/d")) == "h/d"


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match="Run: beatdesk migrate"):
        open_store(f"sqlite:///{tmp_path / 'a.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    upgrade(f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_text("badge,role\n" * 1000)
    store = open_store(f"sqlite:///{file}")
    with pytest.raises(WorkError, match="is not a database"):
        async with store.write():
            pass
    await store.close()
    with pytest.raises(WorkError, match="is not a database"):
        upgrade(f"sqlite:///{file}")


@pytest.mark.postgres
async def test_a_server_that_cannot_be_used_says_why(postgres_server: str) -> None:
    url = database_url(postgres_server).set(database="beatdesk_absent")
    absent = open_store(url.render_as_string(hide_password=False))
    with pytest.raises(WorkError, match="there is no such database"):
        async with absent.read():
            pass
    await absent.close()
    # Port 1 of the loopback interface has no listener.
    closed = open_store("postgresql://u:secret@127.0.0.1:1/d")
    with pytest.raises(WorkError, match="cannot be reached") as failure:
        async with closed.write():
            pass
    assert "secret" not in str(failure.value)
    await closed.close()


@pytest.mark.postgres
async def test_postgres_stops_what_takes_too_long(postgres_server: str) -> None:
    store = open_store(postgres_server)
    async with store.connection() as connection:
        settings = table("pg_settings", column("name"), column("setting"))
        rows = await connection.execute(select(settings.c.name, settings.c.setting))
        found = {row.name: row.setting for row in rows}
    assert found["statement_timeout"] == "120000"
    assert found["idle_in_transaction_session_timeout"] == "60000"
    await store.close()
