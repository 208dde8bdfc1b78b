"""Versions of inputs on both databases: the newest of each key is in force, and an undone load does not count."""

from __future__ import annotations

from datetime import UTC, datetime

from ilp_core.storage import Store, UnitOfWork
from ilp_core.storage.inputs import InputVersion

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def begin(uow: UnitOfWork, kind: str = "concern") -> int:
    return await uow.loads.start(
        file="f.csv", sha256="", source="s", format="s", live=False, by_whom="9001", at=NOW, kind=kind
    )


async def test_the_newest_version_of_each_key_is_in_force(store: Store) -> None:
    async with store.write() as uow:
        first = await begin(uow)
        await uow.inputs.add(
            first, "concern", [InputVersion("b", 1, {"n": 1}), InputVersion("a", -(2**63), {"n": 2})]
        )
        second = await begin(uow)
        await uow.inputs.add(second, "concern", [InputVersion("b", 2**63 - 1, {"n": 3})])
        await uow.inputs.add(second, "partner", [InputVersion("b", 4, {"n": 4})])
        await uow.inputs.add(second, "survey", [])
    async with store.read() as uow:
        assert await uow.inputs.current("concern") == [("a", first, {"n": 2}), ("b", second, {"n": 3})]
        assert await uow.inputs.digests("concern") == {"a": -(2**63), "b": 2**63 - 1}
        assert await uow.inputs.current("partner") == [("b", second, {"n": 4})]
        assert await uow.inputs.current("survey") == []


async def test_undoing_a_load_brings_the_version_before_it_back(store: Store) -> None:
    async with store.write() as uow:
        first = await begin(uow)
        await uow.inputs.add(first, "concern", [InputVersion("a", 1, {"n": 1})])
        second = await begin(uow)
        await uow.inputs.add(second, "concern", [InputVersion("a", 2, {"n": 2}), InputVersion("z", 3, {"n": 3})])
        await uow.loads.undo([second], await begin(uow, "undo"))
    async with store.read() as uow:
        assert await uow.inputs.current("concern") == [("a", first, {"n": 1})]
        assert await uow.inputs.digests("concern") == {"a": 1}


async def test_keys_are_in_the_order_of_their_signs_on_either_database(store: Store) -> None:
    async with store.write() as uow:
        load = await begin(uow)
        await uow.inputs.add(load, "concern", [InputVersion(key, 1, {}) for key in ("ä", "b", "B", "_", "a b", "ab")])
    async with store.read() as uow:
        assert [key for key, _, _ in await uow.inputs.current("concern")] == ["B", "_", "a b", "ab", "b", "ä"]
