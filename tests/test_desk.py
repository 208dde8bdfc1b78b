"""The desk over a made city: answers, receipts and their replay, what a past moment may see, what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.domain.errors import CallError
from ilp_core.domain.places import AreaRef, Point
from ilp_core.domain.receipts import Receipt
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import Hours
from ilp_core.storage import Store
from tests.small_city import AT, BLOCKS, history, load, row, settle


async def desk_over(store: Store, folder: Path, rows: list[dict[str, str]] | None = None) -> Desk:
    await settle(store)
    if rows is None or rows:
        await load(store, folder / "first.csv", history() if rows is None else rows)
    return Desk(store)


async def ask(desk: Desk, text: str, *, at: datetime = AT, badge: str = "4471", **other: object) -> Reply:
    return await desk.ask(Message(badge, at, "command", text, past=True), **other)


async def test_an_answer_names_place_count_baseline_reason_action_and_receipt(
    sqlite_store: Store, tmp_path: Path
) -> None:
    reply = await ask(await desk_over(sqlite_store, tmp_path), "whats hot tonight")
    first = reply.items[0]
    assert first["place"]["label"] == "1000 blk W Elm St"
    assert (first["count"], first["before"]) == (41, 40)
    assert first["offences"] == {"robbery": 41}
    assert reply.answer.receipt in reply.answer.text
    for words in (
        "Hot: beat 0835",
        "For 21:30–23:00 · from 364 days to 15 Jul 21:30, 15–23h",
        "41 a year, was 40",
    ):
        assert words in reply.answer.text
    assert len(reply.answer.text) <= 600


async def test_why_replays_a_receipt_to_the_same_numbers(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    code = (await ask(desk, "whats hot")).answer.receipt
    why = await ask(Desk(sqlite_store), f"why {code.lower()}")
    assert "Recomputed just now: the same numbers." in why.answer.text
    assert (why.question.intent, why.question.ref) == ("why", code)


async def test_why_replays_on_the_data_the_answer_was_made_from(sqlite_store: Store, tmp_path: Path) -> None:
    rows = history()
    desk = await desk_over(sqlite_store, tmp_path, rows)
    code = (await ask(desk, "whats hot")).answer.receipt
    moved = [dict(each, block="030XX W ASH ST", lat="41.7500", lon="-87.6600") for each in rows[:30]]
    report = await load(sqlite_store, tmp_path / "second.csv", moved)
    assert report.updated == 30
    assert "the same numbers" in (await ask(desk, f"why {code}")).answer.text
    assert (await ask(desk, "whats hot")).answer.receipt != code


async def test_a_receipt_whose_figures_were_changed_is_not_confirmed(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    code = (await ask(desk, "whats hot")).answer.receipt
    async with sqlite_store.write() as uow:
        rules = await uow.offences.all()
        await uow.offences.save_many([replace(rule, rankable=False) for rule in rules if rule.slug == "assault"])
    assert "NOT the same numbers" in (await ask(desk, f"why {code}")).answer.text


async def test_nothing_after_the_moment_changes_an_answer(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    before = await ask(desk, "whats hot tonight")
    noon = datetime(2016, 7, 15, 12)
    later = [row(9000 + n, "020XX W OAK ST", noon + timedelta(days=1 + n)) for n in range(40)]
    # Occurred before the moment, but nobody knew of them then.
    unknown = [
        row(9500 + n, "030XX W ASH ST", noon - timedelta(days=n), known=noon + timedelta(days=3)) for n in range(40)
    ]
    assert (await load(sqlite_store, tmp_path / "second.csv", later + unknown)).loaded == 80
    after = await ask(desk, "whats hot tonight")
    assert after.answer.text == before.answer.text
    assert after.items == before.items
    assert after.answer.receipt == before.answer.receipt
    # Once they are known they do count.
    assert (await ask(desk, "whats hot", at=AT + timedelta(days=45))).answer.text != before.answer.text


async def test_same_question_on_same_data_has_the_same_receipt(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    codes = {(await ask(desk, "whats hot")).answer.receipt for _ in range(3)}
    assert len(codes) == 1
    assert (await ask(desk, "whats hot by count")).answer.receipt not in codes


async def test_g31_zero_and_no_data_are_different_sentences(sqlite_store: Store, tmp_path: Path) -> None:
    empty = await desk_over(sqlite_store, tmp_path, [])
    assert "No data: no incidents are loaded" in (await ask(empty, "whats hot")).answer.text
    await load(sqlite_store, tmp_path / "first.csv", history())
    full = Desk(sqlite_store)
    assert (await ask(full, "arsons dist 8")).answer.text.startswith("0 in district 008.")
    assert (await ask(full, "whats hot", at=AT - timedelta(days=4000))).answer.text.startswith("No data up to ")
    assert (await ask(full, "whats hot beat 0999")).question.clarify.slot == "area"


async def test_a_small_beat_adds_its_district(sqlite_store: Store, tmp_path: Path) -> None:
    reply = await ask(await desk_over(sqlite_store, tmp_path), "thefts")
    assert reply.answer.text.startswith("0 in beat 0835; 24 in district 008:")
    assert reply.items[0]["place"]["label"] == "4000 blk S Far Ave"
    assert str(reply.question.area) == "beat:0835"


async def test_g43_an_old_feed_is_said_in_the_first_line(sqlite_store: Store, tmp_path: Path) -> None:
    reply = await ask(await desk_over(sqlite_store, tmp_path), "whats hot", at=AT + timedelta(days=3))
    assert reply.answer.text.splitlines()[0] == "OLD DATA: newest record 3 days old. Check with your desk."


async def test_more_goes_on_and_ends_honestly(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    first = await ask(desk, "whats hot dist 8")
    assert [item["item"] for item in first.items] == [1, 2, 3]
    reply = await ask(desk, "more", context=first.context)
    assert reply.answer.text == "No more places on that list."


async def test_g16_a_shared_position_is_kept_nowhere(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    lat, lon = BLOCKS["010XX W ELM ST"]
    point = Point(lat + 0.001234567, lon - 0.001234567)
    reply = await desk.ask(Message("4471", AT, "chat", location=point, session="chat:1"))
    assert reply.items[0]["place"]["label"] == "1000 blk W Elm St"
    assert reply.question.place.lat != point.lat
    async with sqlite_store.read() as uow:
        receipt = await uow.receipts.get(reply.answer.receipt)
        audit = [str(each) for each in await uow.audit.rows()]
    assert str(point.lat) not in str(receipt.question)
    assert not any(str(point.lat)[:7] in each for each in audit)


async def test_a_past_question_leaves_no_dialogue_but_one_audit_row(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.read() as uow:
        before = len(await uow.audit.rows())
    await desk.ask(Message("4471", AT, "command", "whats hot", session="s", past=True))
    async with sqlite_store.read() as uow:
        rows = await uow.audit.rows()
        assert await uow.dialogues.get("s", AT) is None
    assert len(rows) == before + 1
    assert rows[-1].detail["at"] == AT.isoformat()
    assert "whats hot" not in str(rows[-1])


async def test_a_dry_run_changes_nothing_and_still_explains(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.read() as uow:
        before = len(await uow.audit.rows())
    first = await ask(desk, "whats hot", dry_run=True)
    why = await ask(desk, "why", dry_run=True, context=first.context)
    assert "the same numbers" in why.answer.text
    async with sqlite_store.read() as uow:
        assert len(await uow.audit.rows()) == before
        assert await uow.receipts.get(first.answer.receipt) is None


async def test_unknown_and_disabled_badges_get_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    with pytest.raises(CallError, match="There is no badge 1234"):
        await ask(desk, "whats hot", badge="1234")
    async with sqlite_store.write() as uow:
        await uow.officers.disable("4471", "lost phone", AT)
    with pytest.raises(CallError, match="disabled"):
        await ask(desk, "whats hot")


async def test_enforcement_offences_are_counted_and_not_ranked(sqlite_store: Store, tmp_path: Path) -> None:
    drugs = [row(5000 + n, "010XX W ELM ST", datetime(2016, 7, 1, 20) - timedelta(days=n), "35A") for n in range(7)]
    reply = await ask(await desk_over(sqlite_store, tmp_path, history() + drugs), "drug spots dist 8")
    assert reply.answer.text.startswith("7 drug records in district 008, 364 days, 15–23h. Not ranked:")
    assert reply.items == ()


async def test_the_desk_answers_alike_on_both_databases(store: Store, tmp_path: Path) -> None:
    desk = await desk_over(store, tmp_path)
    reply = await desk.ask(Message("4471", AT, "chat", "whats hot tonight", session="chat:7"))
    assert [(item["place"]["label"], item["count"], item["before"]) for item in reply.items] == [
        ("1000 blk W Elm St", 41, 40),
        ("2000 blk W Oak St", 19, 18),
    ]
    follow = await desk.ask(Message("4471", AT + timedelta(minutes=1), "chat", "why #1", session="chat:7"))
    assert follow.answer.text.splitlines()[0] == "Why 1000 blk W Elm St"


async def test_a_changed_table_is_seen_without_a_restart(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    before = await ask(desk, "whats hot")
    async with sqlite_store.write() as uow:
        rules = await uow.offences.all()
        await uow.offences.save_many([replace(rule, rankable=False) for rule in rules if rule.slug == "robbery"])
    after = await ask(desk, "whats hot")
    assert before.items[0]["offences"] == {"robbery": 41}
    assert all("robbery" not in item["offences"] for item in after.items)


async def test_why_gives_the_same_numbers_to_who_works_other_hours(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    code = (await ask(desk, "whats hot tonight")).answer.receipt
    async with sqlite_store.write() as uow:
        await uow.units.add("Eighth", AreaRef("district", "008"), "America/New_York")
        await uow.shifts.set("Eighth", Shift("evenings", Hours(17 * 60, 60)))
    why = await ask(desk, f"why {code}", badge="2001")
    assert "the same numbers" in why.answer.text


async def test_a_receipt_of_letters_alone_is_read(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    assert (await ask(desk, "why FXHZAE")).answer.text.startswith("No receipt FXHZAE on file.")
    assert (await ask(desk, "why street crime")).question.ref is None


async def test_a_receipt_that_another_answer_has_grows_by_a_sign(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_over(sqlite_store, tmp_path)
    code = (await ask(desk, "whats hot", dry_run=True)).answer.receipt
    other = Receipt(code, {"intent": "hotspots"}, {}, 1, AT, "0" * 64)
    async with sqlite_store.write() as uow:
        await uow.receipts.save(other, AT)
    reply = await ask(Desk(sqlite_store), "whats hot")
    assert reply.answer.receipt[:6] == code
    assert len(reply.answer.receipt) == 7
    assert f"Receipt {reply.answer.receipt}" in reply.answer.text
    assert "the same numbers" in (await ask(Desk(sqlite_store), f"why {reply.answer.receipt}")).answer.text
