"""Loads, incidents and their columns on both databases."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.incidents import IncidentRow, KnownIncident
from ilp_core.storage import Load, Store, UnitOfWork

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
BIGGEST = 2**63 - 1


def incident(number: int, load: int, key: str = "", source: str = "chicago") -> IncidentRow:
    return IncidentRow(
        id=number, source=source, key=key or f"HZ{number}", stamp=None, digest=-BIGGEST, occurred_from=-1,
        occurred_to=1_468_636_200, reported=None, first_load=load, last_load=load, code="0820",
        description="$500 AND UNDER", premise="STREET", block="0XX W ÁLVAREZ'S ST", beat="0835", district="008",
        lat=41.75, lon=None, domestic=None, initiated=False,
    )  # fmt: skip


def block(load: int, rows: int = 2) -> ColumnBlock:
    data = {
        kind: array(code, range(rows)).tobytes()
        for kind, code in [("<i8", "q"), ("<f8", "d"), ("<i4", "i"), ("<i1", "b")]
    }
    return ColumnBlock(
        load=load,
        source="chicago",
        rows=rows,
        columns={name: data[kind] for name, kind in COLUMN_TYPES.items()},
        words={name: ("0820", "Ünïcode") if name == "code" else () for name in VOCABULARIES},
        replaces=False,
    )


async def start(uow: UnitOfWork, file: str = "crimes.csv") -> int:
    return await uow.loads.start(
        file=file, sha256="ab" * 32, source="chicago", format="chicago", live=False, by_whom="0007", at=NOW
    )


async def test_a_load_becomes_the_data_version_once_it_is_finished_with_columns(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.loads.latest() is None
        first = await start(uow)
        await uow.columns.save(block(first))
        assert await uow.loads.latest() is None
        await uow.loads.finish(first, {"rows": 2, "rejected": {}}, NOW)
        second = await start(uow, "same.csv")
        await uow.loads.finish(second, {"rows": 0}, NOW)
    assert second > first
    common = ("ab" * 32, "chicago", "chicago", False, "0007")
    async with store.read() as uow:
        assert await uow.loads.latest() == first
        assert await uow.loads.all() == [
            Load(first, NOW, NOW, "crimes.csv", *common, {"rows": 2, "rejected": {}}),
            Load(second, NOW, NOW, "same.csv", *common, {"rows": 0}),
        ]


async def test_incidents_come_back_as_they_went_in(store: Store) -> None:
    async with store.write() as uow:
        load = await start(uow)
        assert await uow.incidents.next_id() == 1
        await uow.incidents.insert([])
        await uow.incidents.insert([incident(1, load), incident(2, load, source="generic")])
        assert await uow.incidents.next_id() == 3
    async with store.read() as uow:
        assert await uow.incidents.count() == 2
        assert await uow.incidents.get(1) == incident(1, load)
        assert await uow.incidents.get(3) is None
        assert await uow.incidents.known("chicago") == {"HZ1": KnownIncident(1, None, -BIGGEST)}
        assert await uow.incidents.known("nowhere") == {}


async def test_incidents_are_replaced_by_their_number(store: Store) -> None:
    async with store.write() as uow:
        load = await start(uow)
        await uow.incidents.insert([incident(1, load), incident(2, load)])
        newer = incident(2, load)._replace(stamp=BIGGEST, digest=5, domestic=True, beat="0811")
        await uow.incidents.update([])
        await uow.incidents.update([newer])
    async with store.read() as uow:
        assert await uow.incidents.get(1) == incident(1, load)
        assert await uow.incidents.get(2) == newer
        assert (await uow.incidents.known("chicago"))["HZ2"] == KnownIncident(2, BIGGEST, 5)


async def test_a_bulk_insert_is_part_of_its_transaction(store: Store) -> None:
    async with store.write() as uow:
        load = await start(uow)

    async def fail() -> None:
        async with store.write() as uow:
            # The bulk insert is this transaction's first statement, which is where a driver could slip past it.
            await uow.incidents.insert([incident(1, load)])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with store.read() as uow:
        assert await uow.incidents.count() == 0


async def test_an_incident_needs_its_load(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with sqlite_store.write() as uow:
            await uow.incidents.insert([incident(1, 99)])


async def test_columns_come_back_as_bytes_up_to_a_version(store: Store) -> None:
    async with store.write() as uow:
        loads = [await start(uow) for _ in range(3)]
        for load in reversed(loads):
            await uow.columns.save(block(load, rows=load))
    async with store.read() as uow:
        assert await uow.columns.blocks(loads[1]) == [block(load, rows=load) for load in loads[:2]]
        assert await uow.columns.blocks(0) == []


async def test_a_block_that_does_not_fit_is_refused(sqlite_store: Store) -> None:
    short = dict(block(1).columns)
    del short["domestic"]
    cut = {**block(1).columns, "time": b"1234"}
    async with sqlite_store.write() as uow:
        with pytest.raises(ValueError, match="exactly the columns incident, time"):
            await uow.columns.save(replace(block(1), columns=short))
        with pytest.raises(ValueError, match="column time does not hold 2 rows"):
            await uow.columns.save(replace(block(1), columns=cut))
        with pytest.raises(ValueError, match="exactly the vocabularies"):
            await uow.columns.save(replace(block(1), words={}))
