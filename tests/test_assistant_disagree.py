"""Disagreement through the desk (S15-S17, D3): the figure, who answers, one record a place, nominated spots."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.stance import read_stance
from ilp_core.collect.places.gazetteer import ensure_gazetteer
from ilp_core.domain.local_knowledge import Disagreement, Nomination
from ilp_core.domain.officers import Officer
from ilp_core.govern.answering import DAYS, OWNER
from ilp_core.learn import disagreements
from ilp_core.storage import Store
from ilp_core.words.en import local_knowledge as words
from tests.small_city import AT, history, load, row, settle

ELM = "who says elm is hot, its dead"
WAY = "I've always done things this way; why change now?"


@pytest.fixture
async def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    await settle(sqlite_store)
    await load(sqlite_store, tmp_path / "first.csv", history())
    await ensure_gazetteer(sqlite_store)
    return Desk(sqlite_store)


async def say(desk: Desk, text: str, badge: str = "4471", **other: object) -> Reply:
    message = replace(Message(badge, AT, "command", text, session=f"chat:{badge}"), **other)
    return await desk.ask(message)


async def kept(desk: Desk, number: int = 1) -> Disagreement:
    async with desk.store.read() as uow:
        found = await uow.disagreements.get(number)
    assert found
    return found


async def spots(desk: Desk) -> list[Nomination]:
    async with desk.store.read() as uow:
        return await uow.nominations.standing()


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        (ELM, "not hot"),
        (WAY, "why change"),
        ("this is bs, always worked it my way", "why change"),
        ("no way, ive worked here 15 yrs its always fairdale", "hotter elsewhere"),
        ("don't agree, it's always been bexley not boar lane", "hotter elsewhere"),
        ("i dont buy it, the real spot is the alley off gladys", "hotter elsewhere"),
        ("that's rubbish, briggate's dead after 10", "not hot"),
        ("my spot: 5th and main burgs", "my spot"),
        ("nominate 5th & main", "my spot"),
        ("thats bs", "other"),
    ],
)
def test_the_stance_is_read_from_a_table(text: str, stance: str) -> None:
    assert read_stance(normalise(text)) == stance


async def test_s16_the_data_the_reference_and_a_named_person_by_a_day(desk: Desk) -> None:
    reply = await say(desk, ELM)
    assert reply.question.intent == "disagree"
    figures, noted = reply.answer.paragraphs
    # Robberies at Elm every 9th day: 4 in 28 days, 41 in 364.
    assert figures == (
        "You work it; the desk only knows what is reported. W Elm St in beat 0835: 4 in 28 days, 41 incidents in "
        "364 days to 15 Jul 21:30, as reported by the public."
    )
    assert noted == "Noted as D-1. The supervisor of district 008 (badge 2001) answers by 22 Jul."
    assert [button.data for button in reply.answer.buttons] == ["v1:local:spot:1", "v1:local:withdraw:1"]
    assert len(reply.answer.text) <= 600
    record = await kept(desk)
    assert (record.badge, record.owner, record.due, record.stance) == (
        "4471",
        "2001",
        AT + timedelta(days=7),
        "not hot",
    )
    assert record.receipt == reply.answer.receipt


async def test_d2_the_figure_is_replayed_by_its_receipt(desk: Desk, tmp_path: Path) -> None:
    code = (await say(desk, ELM)).answer.receipt
    why = (await say(desk, f"why {code}", badge="2001")).answer.text
    assert "Recomputed just now: the same numbers." in why
    assert "W Elm St in beat 0835: 4 in 28 days, 41 incidents in 364 days" in why
    more = [row(9000 + n, "010XX W ELM ST", AT.replace(tzinfo=None) - timedelta(days=1 + n)) for n in range(5)]
    await load(desk.store, tmp_path / "second.csv", more)
    assert "Recomputed just now: the same numbers." in (await say(desk, f"why {code}")).answer.text
    assert (await say(desk, ELM)).answer.receipt != code


async def test_g46_g31_what_may_not_rank_is_left_out_and_named(desk: Desk, tmp_path: Path) -> None:
    before = (await say(desk, ELM)).answer
    noon = AT.replace(tzinfo=None) - timedelta(days=3)
    more = [row(9000 + n, "010XX W ELM ST", noon, domestic="true") for n in range(40)]
    await load(desk.store, tmp_path / "second.csv", more)
    after = (await say(desk, ELM)).answer
    assert before.paragraphs[0] == after.paragraphs[0]
    assert "40 domestic" in after.text


async def test_why_change_gets_an_acknowledgement_one_figure_and_a_person(desk: Desk) -> None:
    first, second = (await say(desk, WAY)).answer.paragraphs
    assert first.startswith("Fair question, and your way counts. Beat 0835: 6 in 28 days, ")
    assert second.startswith("Noted as D-1. The supervisor of district 008")
    assert (await kept(desk)).stance == "why change"


async def test_without_any_figure_the_view_is_noted_all_the_same(desk: Desk) -> None:
    async with desk.store.write() as uow:
        await uow.officers.add(Officer("4480", "officer"), AT)
    reply = await say(desk, WAY, badge="4480")
    assert reply.answer.receipt is None
    first, second = reply.answer.paragraphs
    assert first == f"{words.HEARD['why change']} {words.NO_FIGURE_AT_ALL}"
    # Without an area no supervisor is near: an admin answers.
    assert second == "Noted as D-1. The admin (badge 9001) answers by 22 Jul."


async def test_g31_no_data_is_not_a_quiet_place(sqlite_store: Store) -> None:
    await settle(sqlite_store)
    first, _ = (await say(Desk(sqlite_store), WAY)).answer.paragraphs
    assert first.endswith("Nothing of Beat 0835 is on file, so nothing stands against what you say.")


async def test_the_same_officer_on_the_same_place_is_one_record(desk: Desk) -> None:
    await say(desk, ELM)
    again = await say(desk, "nah elm is dead")
    assert again.answer.paragraphs[1].startswith("Still D-1, with these words added.")
    async with desk.store.write() as uow:
        await uow.officers.add(Officer("4472", "officer", (await kept(desk)).area), AT)
    other = await say(desk, ELM, badge="4472")
    assert other.answer.paragraphs[1].startswith("Noted as D-2.")
    supervisor = Officer("2001", "supervisor")
    assert await disagreements.words_for(desk.store, await kept(desk), supervisor) == f"{ELM} / nah elm is dead"
    later = await desk.ask(Message("4471", AT + timedelta(days=8), "command", ELM))
    assert later.answer.paragraphs[1] == (
        "Still D-1, with these words added. The supervisor of district 008 (badge 2001) is overdue since 22 Jul."
    )


async def test_a_view_that_leans_on_a_list_is_about_the_lists_place(desk: Desk) -> None:
    listed = await say(desk, "whats hot tonight")
    second = await say(desk, "2nd one is dead")
    assert second.answer.paragraphs[0].startswith(
        f"{words.HEARD['not hot']} {listed.answer.items[1].title.split(' · ')[0]}:"
    )
    record = await kept(desk)
    assert (record.item, record.place and record.place.label) == (2, listed.items[1]["place"]["label"])


@pytest.mark.parametrize("how", [{"past": True}, {"dry": True}])
async def test_a_past_moment_and_a_dry_run_write_nothing_and_say_so(desk: Desk, how: dict[str, bool]) -> None:
    for text in (ELM, WAY, "my spot is 1000 blk w elm", "the real spot is 1000 blk w elm"):
        reply = await desk.ask(Message("4471", AT, "command", text, past="past" in how), dry_run="dry" in how)
        assert reply.question.intent == "disagree"
        assert words.NOT_NOTED in reply.answer.text
        assert reply.answer.buttons == ()
    async with desk.store.read() as uow:
        assert await uow.disagreements.newest() == await uow.nominations.newest() == 0
    assert (await say(desk, ELM)).answer.paragraphs[1].startswith("Noted as D-1.")


async def test_g51_words_are_sealed_and_nowhere_else(desk: Desk, tmp_path: Path) -> None:
    planted = "who says elm is hot, its dead since the zanzibar shut"
    await say(desk, planted)
    record = await kept(desk)
    await desk.store.close()
    files = {name: await asyncio.to_thread((tmp_path / name).read_bytes) for name in os.listdir(tmp_path)}
    assert any(b"W Elm St" in content for content in files.values()), "the search reads the records"
    assert not any(b"zanzibar" in content for content in files.values())
    assert record.words
    assert await disagreements.words_for(desk.store, record, Officer("2001", "supervisor")) == planted
    assert await disagreements.words_for(desk.store, record, Officer("9001", "admin")) is None


async def test_g51_withdrawing_destroys_the_key(desk: Desk) -> None:
    await say(desk, ELM)
    before = await kept(desk)
    async with desk.store.write() as uow:
        assert not await disagreements.withdraw(uow, desk.store, 1, "2001", "chat", AT)
        assert await disagreements.withdraw(uow, desk.store, 1, "4471", "chat", AT)
    assert (await kept(desk)).state == "withdrawn"
    # What an older copy of the database still holds cannot be read any more.
    assert await disagreements.words_for(desk.store, before, Officer("2001", "supervisor")) is None
    assert (await say(desk, ELM)).answer.paragraphs[1].startswith("Noted as D-2.")


async def test_g12_personal_data_is_masked_for_the_owner(desk: Desk) -> None:
    await say(desk, "who says elm is hot, its only John Smith 312-555-0142 calling it in")
    shown = await disagreements.words_for(desk.store, await kept(desk), Officer("2001", "supervisor"))
    assert shown == "who says elm is hot, its only […] […] calling it in"


async def test_g51_audit_rows_hold_references_and_no_words(desk: Desk) -> None:
    await say(desk, ELM)
    async with desk.store.write() as uow:
        owner = Officer("2001", "supervisor")
        assert await disagreements.answer(uow, desk.store, 1, Officer("9001", "admin"), "no", "chat", AT) is None
        done = await disagreements.answer(uow, desk.store, 1, owner, "we drop it from nights", "chat", AT)
        assert done
        rows = await uow.audit.rows(after=0, limit=100)
    told = [(each.actor, each.object, each.outcome) for each in rows if each.action == "disagreement"]
    assert told == [("4471", "D-1", "noted"), ("2001", "D-1", "answered")]
    assert "dead" not in str(rows)
    assert "nights" not in str(rows)


async def test_d3_my_spot_is_kept_as_a_cell_for_28_days(desk: Desk) -> None:
    reply = await say(desk, "my spot is 1000 blk w elm for burgs 10pm-2am")
    (kept_line,) = reply.answer.paragraphs
    assert kept_line.startswith("Kept as N-1: 1000 blk W Elm St, burglaries, 22–02h. On 12 Aug it is scored the way ")
    (spot,) = await spots(desk)
    assert (spot.team, spot.offences, str(spot.hours)) == ("district:008", ("burglary",), "22:00-02:00")
    assert spot.until - spot.at == timedelta(days=28)
    view = await desk.view()
    x, y = view.ground.project(spot.place)
    assert (round(x % 150), round(y % 150)) == (75, 75), "the middle of a cell of 150 m"
    assert (await say(desk, "nominate 1000 blk w elm")).answer.text.startswith("N-1 is that spot already")
    async with desk.store.read() as uow:
        assert await uow.disagreements.newest() == 0


async def test_s17_a_hotter_place_is_noted_and_nominated(desk: Desk) -> None:
    reply = await say(desk, "nah the real spot is 1000 blk w elm")
    assert "Noted as D-1." in reply.answer.text
    assert "Kept as N-1: 1000 blk W Elm St, any offence." in reply.answer.text
    assert len(reply.answer.text) <= 600
    assert (await kept(desk)).stance == "hotter elsewhere"


async def test_g33_a_street_or_an_area_is_no_spot(desk: Desk) -> None:
    for text in ("my spot is elm", "nominate beat 0834", "my spot is nowhere lane"):
        reply = await say(desk, text)
        assert reply.answer.paragraphs == (words.SPOT_WHICH,)
        assert [button.data for button in reply.answer.buttons] == ["v1:local:spot:0"]
    assert await spots(desk) == []


async def test_the_agencys_settings_name_the_owner_and_the_days(desk: Desk) -> None:
    async with desk.store.write() as uow:
        await uow.settings.set(OWNER, "9001")
        await uow.settings.set(DAYS, "3")
    assert (await say(desk, ELM)).answer.paragraphs[1] == "Noted as D-1. The admin (badge 9001) answers by 18 Jul."


async def test_a_number_that_another_process_took_is_given_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk.store.write() as uow:
        await uow.officers.add(Officer("4472", "officer"), AT)
    other, answer = Desk(desk.store), desk.answer

    async def overtaken(message: Message, **context: object) -> Reply:
        reply = await answer(message, **context)
        if not other.local._given["D"]:
            await say(other, ELM, badge="4472")
        return reply

    monkeypatch.setattr(desk, "answer", overtaken)
    assert "Noted as D-2." in (await say(desk, ELM)).answer.text
    assert ((await kept(desk, 1)).badge, (await kept(desk, 2)).badge) == ("4472", "4471")


async def test_two_at_once_get_two_numbers(desk: Desk) -> None:
    async with desk.store.write() as uow:
        await uow.officers.add(Officer("4472", "officer"), AT)
    first, second = [await desk.answer(Message(badge, AT, "command", ELM)) for badge in ("4471", "4472")]
    async with desk.store.write() as uow:
        await desk.keep(uow, Message("4472", AT, "command", ELM), second)
        await desk.keep(uow, Message("4471", AT, "command", ELM), first)
    assert ((await kept(desk, 1)).badge, (await kept(desk, 2)).badge) == ("4471", "4472")
