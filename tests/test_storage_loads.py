"""Loads and their columns on both databases."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from ilp_core.domain.columns import COLUMN_TYPES, KEYS, ColumnBlock, RecordKind, types_of, vocabularies_of
from ilp_core.storage import Load, Store, UnitOfWork

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
BIGGEST = 2**63 - 1


def block(load: int, rows: int = 2, kind: RecordKind = "incident") -> ColumnBlock:
    data = {
        form: array(code, range(rows)).tobytes()
        for form, code in [("<i8", "q"), ("<f8", "d"), ("<i4", "i"), ("<i1", "b")]
    }
    return ColumnBlock(
        load=load,
        source="chicago",
        rows=rows,
        columns={**{name: data[form] for name, form in types_of(kind).items()}, KEYS: "1Ü".encode()},
        words={name: ("0820", "Ünïcode") if name == "code" else () for name in vocabularies_of(kind)},
        replaces=False,
        kind=kind,
        gone=array("q", [BIGGEST]).tobytes(),
    )


def stops(load: int) -> ColumnBlock:
    return block(load, kind="stop")


def asked_for(whole: ColumnBlock, names: Iterable[str]) -> ColumnBlock:
    return replace(whole, columns={name: whole.columns[name] for name in names})


async def start(uow: UnitOfWork, file: str = "crimes.csv") -> int:
    return await uow.loads.start(
        file=file, sha256="ab" * 32, source="chicago", format="chicago", live=False, by_whom="0007", at=NOW
    )


async def test_a_load_becomes_the_data_version_once_it_is_finished_with_columns(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.loads.latest() is None
        first = await start(uow)
        await uow.columns.save(block(first), highest=2)
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


async def test_an_undone_load_does_not_count_from_then_on(store: Store) -> None:
    async with store.write() as uow:
        loads = [await start(uow) for _ in range(3)]
        for load in loads:
            await uow.columns.save(block(load), highest=2 * load)
            await uow.loads.finish(load, {}, NOW)
        await uow.loads.undo([loads[1]], by=loads[2])
    async with store.read() as uow:
        standing = [each.load for each in await uow.columns.blocks(None)]
        before = [each.load for each in await uow.columns.blocks(loads[1])]
        assert (standing, before) == ([loads[0], loads[2]], loads[:2])
        undone = await uow.loads.get(loads[1])
        assert undone is not None
        assert undone.undone_by == loads[2]
        # Its numbers are never given again.
        assert await uow.columns.highest() == 2 * loads[2]


async def test_blocks_of_another_kind_or_source_are_apart(store: Store) -> None:
    async with store.write() as uow:
        loads = [await start(uow) for _ in range(3)]
        await uow.columns.save(block(loads[0]), highest=2)
        await uow.columns.save(replace(block(loads[1]), source="houston"), highest=4)
        await uow.columns.save(stops(loads[2]), highest=6)
        for load in loads:
            await uow.loads.finish(load, {}, NOW)
    async with store.read() as uow:
        assert [each.load for each in await uow.columns.blocks(None)] == loads[:2]
        assert [each.load for each in await uow.columns.blocks(None, source="houston")] == [loads[1]]
        assert [each.load for each in await uow.columns.blocks(None, kind="stop")] == [loads[2]]
        # Stops make no new data version: no answer is made from them.
        assert await uow.loads.latest() == loads[1]


async def test_a_block_is_part_of_its_transaction(store: Store) -> None:
    async with store.write() as uow:
        load = await start(uow)

    async def fail() -> None:
        async with store.write() as uow:
            await uow.columns.save(block(load), highest=2)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with store.read() as uow:
        assert await uow.columns.blocks(None) == []
        assert await uow.columns.highest() == 0


async def test_a_block_needs_its_load(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with sqlite_store.write() as uow:
            await uow.columns.save(block(99), highest=2)


async def test_columns_come_back_as_bytes_up_to_a_version(store: Store) -> None:
    async with store.write() as uow:
        loads = [await start(uow) for _ in range(3)]
        for load in reversed(loads):
            await uow.columns.save(block(load, rows=load), highest=load)
    async with store.read() as uow:
        whole = [block(load, rows=load) for load in loads[:2]]
        assert await uow.columns.blocks(loads[1]) == [asked_for(each, COLUMN_TYPES) for each in whole]
        names = ("digest", KEYS)
        assert await uow.columns.blocks(loads[1], names=names) == [asked_for(each, names) for each in whole]
        assert await uow.columns.blocks(0) == []


async def test_a_block_that_does_not_fit_is_refused(sqlite_store: Store) -> None:
    short = dict(block(1).columns)
    del short["domestic"]
    cut = {**block(1).columns, "time": b"1234"}
    async with sqlite_store.write() as uow:
        with pytest.raises(ValueError, match="exactly the columns incident, time"):
            await uow.columns.save(replace(block(1), columns=short), highest=2)
        with pytest.raises(ValueError, match="column time does not hold 2 rows"):
            await uow.columns.save(replace(block(1), columns=cut), highest=2)
        with pytest.raises(ValueError, match="exactly the vocabularies"):
            await uow.columns.save(replace(block(1), words={}), highest=2)
