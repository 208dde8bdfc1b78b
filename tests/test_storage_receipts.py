"""Receipts and dialogues on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ilp_core.domain.receipts import Receipt, code_from, digest_of
from ilp_core.storage import Dialogue, Store

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)


def receipt(number: int) -> Receipt:
    question = {"intent": "hotspots", "area": {"kind": "beat", "code": "0835"}, "number": number}
    digest = digest_of(question)
    at = datetime(2016, 7, 15, 21, 30, tzinfo=timezone(timedelta(hours=-5)))
    return Receipt(code_from(digest), question, {"rows": [3, 4.5, None]}, 1, at, digest)


async def test_a_receipt_is_kept_once_and_found_by_its_code(store: Store) -> None:
    new = receipt(1)
    async with store.write() as uow:
        assert await uow.receipts.save(new, NOW) == new
        assert await uow.receipts.save(new, NOW + timedelta(days=1)) == new
    async with store.read() as uow:
        kept = await uow.receipts.get(new.code.lower())
        assert kept == new
        assert kept.at.utcoffset() == timedelta(0)
        assert await uow.receipts.get("ZZZZZZ") is None


async def test_another_answer_with_the_same_code_gets_a_longer_one(store: Store) -> None:
    first = receipt(1)
    other = receipt(2)
    clash = Receipt(first.code, other.question, other.figures, 1, NOW, other.digest)
    async with store.write() as uow:
        await uow.receipts.save(first, NOW)
        kept = await uow.receipts.save(clash, NOW)
        assert kept.code == code_from(other.digest, 7)
        assert await uow.receipts.save(clash, NOW) == kept
        assert await uow.receipts.get(first.code) == first
        assert await uow.receipts.get(kept.code) == kept


async def test_a_dialogue_is_replaced_expires_and_is_cleared(store: Store) -> None:
    later = NOW + timedelta(minutes=30)
    async with store.write() as uow:
        await uow.dialogues.set("chat:1", "ABCDEF", 3, NOW, later)
        await uow.dialogues.set("chat:1", None, 6, NOW, later)
        await uow.dialogues.set("chat:2", "GHJKMN", 1, NOW, later)
        assert await uow.dialogues.get("chat:1", NOW) == Dialogue(None, 6)
        assert await uow.dialogues.get("chat:1", later) is None
        await uow.dialogues.clear("chat:2")
        assert await uow.dialogues.get("chat:2", NOW) is None
