"""The audit chain: what it records, what it refuses, and that every kind of tampering is found."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from ilp_core.govern.audit import GENESIS, AuditEntry, AuditVerdict, append, verify
from ilp_core.storage import AuditHead, AuditRow, Store
from ilp_core.storage.address import database_url

NOW = datetime(2026, 11, 22, 21, 30, 5, 129_999, tzinfo=UTC)


def entry(number: int = 1, detail: Mapping[str, Any] | None = None) -> AuditEntry:
    return AuditEntry(
        "4471", "ask", f"receipt {number}", "answered", "chat", detail or {"intent": "hotspots", "n": number}
    )


async def write(store: Store, rows: int) -> list[AuditRow]:
    async with store.write() as uow:
        return [await append(uow, entry(number), NOW) for number in range(1, rows + 1)]


async def verdict(store: Store) -> AuditVerdict:
    async with store.read() as uow:
        return await verify(uow)


async def tamper(address: str, *statements: str) -> None:
    """Do what someone with the database's own password could: switch the triggers off and change rows."""
    engine = create_async_engine(database_url(address))
    lite = engine.dialect.name == "sqlite"
    off = (
        ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
        if lite
        else ["DROP TRIGGER audit_append_only ON audit"]
    )
    async with engine.begin() as connection:
        for statement in [*off, *statements]:
            await connection.exec_driver_sql(statement)
    await engine.dispose()


async def test_rows_form_a_chain_that_holds(store: Store) -> None:
    assert await verdict(store) == AuditVerdict(0, None, None, GENESIS)
    first, second, third = await write(store, 3)
    assert (first.seq, first.previous) == (1, GENESIS)
    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert first.at == "2026-11-22T21:30:05.12Z"
    async with store.read() as uow:
        assert await uow.audit.rows() == [first, second, third]
        assert await uow.audit.rows(after=1, limit=1) == [second]
        assert await uow.audit.last() == AuditHead(3, third.hash)
        assert await uow.audit.head() == AuditHead(3, third.hash)
    assert await verdict(store) == AuditVerdict(3, None, None, third.hash)


async def test_the_hash_is_the_documented_one(sqlite_store: Store) -> None:
    (row,) = await write(sqlite_store, 1)
    fields = {
        "seq": 1, "at": "2026-11-22T21:30:05.12Z", "actor": "4471", "action": "ask", "object": "receipt 1",
        "outcome": "answered", "source": "chat", "detail": {"intent": "hotspots", "n": 1}, "previous": "0" * 64,
    }  # fmt: skip
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert row.hash == hashlib.sha256(canonical.encode()).hexdigest()


async def test_times_are_utc_and_naive_ones_refused(store: Store) -> None:
    async with store.write() as uow:
        local = NOW.astimezone(timezone(timedelta(hours=-6)))
        assert (await append(uow, entry(), local)).at == "2026-11-22T21:30:05.12Z"
        with pytest.raises(ValueError, match="offset"):
            await append(uow, entry(), NOW.replace(tzinfo=None))


async def test_an_audit_row_goes_with_its_transaction(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as uow:
            await append(uow, entry(), NOW)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    assert await verdict(store) == AuditVerdict(0, None, None, GENESIS)


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        ({"text": "w" * 121}, "121 signs"),
        ({"list": [{"deep": "w" * 200}]}, "200 signs"),
        ({"k" * 121: 1}, "121 signs"),
        ({"at": NOW}, "plain JSON"),
        ({"n": float("nan")}, "Out of range"),
    ],
)
async def test_a_detail_holds_no_words_and_only_plain_data(
    sqlite_store: Store, detail: Mapping[str, Any], message: str
) -> None:
    async with sqlite_store.write() as uow:
        with pytest.raises(ValueError, match=message):
            await append(uow, entry(detail=detail), NOW)
        assert await uow.audit.rows() == []
        await append(uow, entry(detail={"reason": "w" * 120, "pair": (1, 2), "half": "\ud83d"}), NOW)
    assert (await verdict(sqlite_store)).broken is None


async def test_50_writers_at_once_keep_the_chain(store: Store) -> None:
    async def one(number: int) -> None:
        async with store.write() as uow:
            await append(uow, entry(number), NOW)

    await asyncio.gather(*(one(number) for number in range(50)))
    found = await verdict(store)
    assert (found.rows, found.broken) == (50, None)


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
async def test_the_database_itself_refuses_to_change_rows(store: Store, database: str, statement: str) -> None:
    await write(store, 2)
    engine = create_async_engine(database_url(database))
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    await engine.dispose()
    assert (await verdict(store)).rows == 2


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_postgres_refuses_to_empty_the_table(store: Store, database: str) -> None:
    await write(store, 2)
    engine = create_async_engine(database_url(database))
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text("TRUNCATE audit"))
    await engine.dispose()


FIELDS = ("at", "actor", "action", "object", "outcome", "source", "detail", "hash")
CHANGES = [f"UPDATE audit SET {field} = 'x' WHERE seq = 3" for field in FIELDS]  # noqa: S608 - fixed names
COPY = (
    "INSERT INTO audit SELECT {}, at, actor, action, object, outcome, source, detail, previous, hash "
    "FROM audit WHERE seq = 5"
)
RENUMBER = "UPDATE audit SET seq = {1} WHERE seq = {0}"
NOT_AFTER = "row {} does not follow the row before it"


@pytest.mark.parametrize(
    ("statements", "broken", "why"),
    [
        *(([change], 3, "row 3 was changed") for change in CHANGES),
        (['UPDATE audit SET detail = \'{"intent":"hotspots","n":7}\' WHERE seq = 3'], 3, "row 3 was changed"),
        (['UPDATE audit SET detail = \'{"n":3,"intent":"hotspots"}\' WHERE seq = 3'], 3, "row 3 was changed"),
        (["UPDATE audit SET previous = 'x' WHERE seq = 3"], 3, NOT_AFTER.format(3)),
        (["DELETE FROM audit WHERE seq = 3"], 3, "row 3 is missing"),
        (["DELETE FROM audit WHERE seq = 1"], 1, "row 1 is missing"),
        (
            ["DELETE FROM audit WHERE seq = 3", RENUMBER.format(4, 3), RENUMBER.format(5, 4)],
            3,
            NOT_AFTER.format(3),
        ),
        ([RENUMBER.format(2, 9), RENUMBER.format(3, 2), RENUMBER.format(9, 3)], 2, NOT_AFTER.format(2)),
        (["DELETE FROM audit WHERE seq > 3"], 4, "rows 4 to 5 were cut off"),
        (["DELETE FROM audit"], 1, "rows 1 to 5 were cut off"),
        (
            ["DELETE FROM audit WHERE seq > 3", "DELETE FROM audit_head"],
            4,
            "the note of the newest row was removed, so rows may have been cut off",
        ),
        (["UPDATE audit_head SET hash = 'x'"], 5, "row 5 is not the one that was written"),
        ([COPY.format(6)], 6, NOT_AFTER.format(6)),
        ([COPY.format(0)], 0, "row 0 does not belong to the chain"),
    ],
)
async def test_tampering_is_found_and_the_first_broken_row_named(
    store: Store, database: str, statements: list[str], broken: int, why: str
) -> None:
    await write(store, 5)
    await tamper(database, *statements)
    found = await verdict(store)
    assert (found.broken, found.why) == (broken, why)
    assert found.rows == max(broken - 1, 0)


async def test_a_row_added_past_the_program_is_found(store: Store, database: str) -> None:
    rows = await write(store, 2)
    async with store.write() as uow:
        await append(uow, entry(3), NOW)
    second = rows[-1].hash
    await tamper(database, f"UPDATE audit_head SET seq = 2, hash = '{second}'")  # noqa: S608 - a hash in hex
    found = await verdict(store)
    assert (found.rows, found.broken, found.why) == (2, 3, "rows 3 to 3 were added past the program")


async def test_nothing_is_written_on_after_the_head_was_removed(store: Store, database: str) -> None:
    await write(store, 1)
    await tamper(database, "DELETE FROM audit_head")
    with pytest.raises(ValueError, match="no head"):
        await write(store, 1)


async def test_a_long_chain_is_checked_in_parts(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ilp_core.govern.audit._BATCH", 3)
    rows = await write(sqlite_store, 7)
    assert await verdict(sqlite_store) == AuditVerdict(7, None, None, rows[-1].hash)
