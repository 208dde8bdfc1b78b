"""Migration 0003 with data: what rows held goes into columns, a load knows it again, and it comes back going down."""

from __future__ import annotations

import asyncio
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES
from ilp_core.storage import downgrade, open_store, upgrade
from ilp_core.storage.address import database_url
from tests.frames import Made, block_of
from tests.on_file import records
from tests.test_collect_load import NOW, load, portal_file, portal_row

START = int(datetime(2016, 7, 16, 2, 30, tzinfo=UTC).timestamp())
STAMP = int(datetime(2018, 2, 10, 21, 50, 1, tzinfo=UTC).timestamp())
ROW = {
    "id": 1, "source": "chicago", "key": "10584573", "stamp": STAMP, "digest": -5, "occurred_from": START,
    "occurred_to": START, "reported": None, "first_load": 1, "last_load": 1, "code": "0820",
    "description": "THEFT: $500 AND UNDER", "premise": "STREET", "block": "079XX S PULASKI RD", "beat": "0835",
    "district": "008", "lat": 41.7501, "lon": None, "domestic": False, "initiated": None,
}  # fmt: skip


async def fill(connection: AsyncConnection) -> None:
    """One record as the program before kept it: a row, and the columns of its load."""
    made = block_of([Made(START, code="0820", block=str(ROW["block"]))], source="chicago")
    load_row = {"at": NOW.replace(tzinfo=None) if connection.dialect.name == "sqlite" else NOW, "report": "{}"}
    await connection.execute(
        text(
            "INSERT INTO load (started_at, finished_at, file, sha256, source, format, live, by_whom, report) "
            "VALUES (:at, :at, 'a.csv', 'ab', 'chicago', 'chicago', false, '9001', :report)"
        ),
        load_row,
    )
    names = ", ".join(ROW)
    values = ", ".join(f":{name}" for name in ROW)
    await connection.execute(text(f"INSERT INTO incident ({names}) VALUES ({values})"), ROW)  # noqa: S608 - fixed names
    older = [name for name in COLUMN_TYPES if name not in ("neighbourhood", "force")]
    words = {name: list(made.words[name]) for name in VOCABULARIES if name in older}
    await connection.execute(
        text(
            "INSERT INTO column_block (load, source, rows, words, replaces) VALUES (1, 'chicago', 1, :words, false)"
        ),
        {"words": zlib.compress(json.dumps(words).encode())},
    )
    for name in older:
        await connection.execute(
            text("INSERT INTO column_data (load, name, data) VALUES (1, :name, :data)"),
            {"name": name, "data": made.columns[name]},
        )


async def with_connection(address: str, work: Any) -> Any:
    engine = create_async_engine(database_url(address))
    try:
        async with engine.begin() as connection:
            return await work(connection)
    finally:
        await engine.dispose()


async def rows_again(connection: AsyncConnection) -> dict[str, Any]:
    (row,) = (await connection.execute(text("SELECT * FROM incident"))).mappings().all()
    return {name: bool(value) if name == "domestic" and value is not None else value for name, value in row.items()}


async def test_records_survive_the_way_up_and_down(empty_database: str, tmp_path: Path) -> None:
    await asyncio.to_thread(upgrade, empty_database, "0002")
    await with_connection(empty_database, fill)
    await asyncio.to_thread(upgrade, empty_database)
    store = open_store(empty_database)
    (record,) = (await records(store)).values()
    kept = ("key", "stamp", "digest", "time", "reported", "lat", "lon", "description", "beat", "neighbourhood")
    assert {name: record[name] for name in kept} == {
        "key": "10584573", "stamp": STAMP, "digest": -5, "time": START, "reported": None, "lat": 41.7501, "lon": None,
        "description": "THEFT: $500 AND UNDER", "beat": "0835", "neighbourhood": "",
    }  # fmt: skip
    # The stamp says that the file's row is the one on file; a newer one gets a number of its own.
    known = await load(store, portal_file(tmp_path / "a.csv", [portal_row(), portal_row(ID="2")]))
    assert (known.known, known.loaded) == (1, 1)
    assert sorted(await records(store)) == [1, 2]
    await store.close()
    await asyncio.to_thread(downgrade, empty_database, "0002")

    async def only_the_first(connection: AsyncConnection) -> dict[str, Any]:
        await connection.execute(text("DELETE FROM incident WHERE id <> 1"))
        return await rows_again(connection)

    assert await with_connection(empty_database, only_the_first) == ROW
