"""The gazetteer's row and the landmarks' table, on both databases."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ilp_core.collect.places.gazetteer import ensure_gazetteer, read, renew, renew_landmarks
from ilp_core.collect.undo import undo_load
from ilp_core.domain.gazetteer import ENTRY_KINDS, Entry, Landmark
from ilp_core.domain.places import Area, AreaRef
from ilp_core.storage import Store
from ilp_core.storage.gazetteer import packed, unpacked
from tests.test_collect_load import NOW, load, portal_file, portal_row

ENTRIES = (
    Entry("area", "Beat 0101", "beat:0101", 41.0, -87.0, 900, "0101", "", 12, ("beat:0101",)),
    Entry("block", "1200 blk Müller St", "012XX MÜLLER ST", 41.123456, -87.654321, 60, "0101", "001", 3),
    Entry("crossing", "A & B", "A & B", 41.0, -87.0, 100, "", "001", 2, (), ("B & A", "\ud800")),
)
MALL = Landmark("Oak Mall", 41.0, -87.5, 200, ("the mall",))


def test_entries_come_back_as_they_were_stored() -> None:
    assert unpacked(packed(ENTRIES)) == ENTRIES
    assert unpacked(packed(())) == ()


async def test_no_gazetteer_is_an_empty_one(store: Store) -> None:
    async with store.read() as uow:
        assert (await read(uow), await uow.gazetteer.version(), await uow.gazetteer.mark()) == ((), None, None)


async def test_a_newer_gazetteer_takes_the_place_of_an_older_one_and_never_the_other_way(store: Store) -> None:
    async with store.write() as uow:
        assert await renew(uow, 3, ENTRIES[:1])
        first = await uow.gazetteer.mark()
    async with store.write() as uow:
        assert await renew(uow, 4, ENTRIES)
        second = await uow.gazetteer.mark()
    async with store.write() as uow:
        assert not await renew(uow, 2, ())
        assert await uow.gazetteer.mark() == second
    async with store.read() as uow:
        assert (await read(uow), await uow.gazetteer.version()) == (ENTRIES, 4)
    assert None not in (first, second)
    assert first != second


async def test_a_transaction_that_fails_leaves_the_gazetteer_before(store: Store) -> None:
    async with store.write() as uow:
        await renew(uow, 1, ENTRIES)

    async def fails() -> None:
        async with store.write() as uow:
            await renew(uow, 2, ())
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fails()
    async with store.read() as uow:
        assert await read(uow) == ENTRIES


async def test_landmarks_are_added_changed_and_left_alone(store: Store) -> None:
    moved = Landmark("OAK  mall", 41.1, -87.5, 200, ("the mall",))
    async with store.write() as uow:
        assert [await uow.landmarks.save(each) for each in (MALL, MALL, moved)] == ["added", "same", "changed"]
        assert await uow.landmarks.all() == [moved]


async def test_landmarks_take_the_place_of_those_in_the_gazetteer(store: Store) -> None:
    async with store.write() as uow:
        await renew(uow, 5, [*ENTRIES, Entry("landmark", "Gone", "gone", 1.0, 1.0, 50)])
        await uow.landmarks.save(MALL)
        await renew_landmarks(uow)
        assert await uow.gazetteer.version() == 5
        found = await read(uow)

    assert [entry for entry in found if entry.kind != "landmark"] == list(ENTRIES)
    assert [entry for entry in found if entry.kind == "landmark"] == [
        Entry("landmark", "Oak Mall", "oak mall", 41.0, -87.5, 200, aliases=("the mall",))
    ]


def test_sixty_thousand_entries_are_loaded_in_time() -> None:
    """Bounded generously for a busy machine; ``benchmarks.gazetteer`` has the figure."""
    entries = [
        Entry(
            ENTRY_KINDS[number % 6], f"{number} blk S Elm Ave", f"{number} S ELM AVE", 41 + number / 1e6, -87.0, 60,
            f"{number % 300:04d}", f"{number % 25:03d}", number, ("beat:0101",) if number % 20 == 0 else (),
        )
        for number in range(60_000)
    ]  # fmt: skip
    data = packed(entries)
    took = []
    for _ in range(3):
        start = time.process_time()
        unpacked(data)
        took.append(time.process_time() - start)

    assert min(took) < 0.6


async def test_the_gazetteer_follows_records_undoing_and_areas_and_nothing_else(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [portal_row(ID=str(n)) for n in range(3)]))
    assert await ensure_gazetteer(sqlite_store)
    assert not await ensure_gazetteer(sqlite_store)

    async def labels() -> set[str]:
        async with sqlite_store.read() as uow:
            return {entry.label for entry in await read(uow) if entry.kind == "block"}

    assert await labels() == {"7900 blk S Pulaski Rd"}
    await load(sqlite_store, portal_file(tmp_path / "b.csv", [portal_row(ID="9", Block="012XX W OAK ST")]))
    assert await ensure_gazetteer(sqlite_store)
    assert "1200 blk W Oak St" in await labels()
    await undo_load(sqlite_store, 2, by="9001", now=NOW)
    assert await ensure_gazetteer(sqlite_store)
    assert await labels() == {"7900 blk S Pulaski Rd"}
    async with sqlite_store.write() as uow:
        await uow.areas.save(Area(AreaRef("beat", "0835"), "Ashburn"))
    assert await ensure_gazetteer(sqlite_store)
    assert not await ensure_gazetteer(sqlite_store)
