"""Disagreement in the chat, from the officer's words to the answer that reaches them (S15-S17, D3, G17, G51)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.local_post import LocalPost
from ilp_core.domain.officers import Officer
from ilp_core.storage.envelopes import Envelopes
from ilp_core.words.en import desk, local_knowledge
from tests.demo_town import LAT, LON, Town, ask, press, receipt_of, running_town
from tests.sandbox_client import Phone, Seen

VIEW = "who says beat 0103 is hot, its dead since the zanzibar shut"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def told(town: Town, phone: Phone) -> Seen:
    """What the desk says by itself, without waiting for its alarm clock."""
    await post(town).tell()
    town.service.courier.wake()
    return await phone.next_message()


def post(town: Town) -> LocalPost:
    return LocalPost(town.store, Envelopes(town.store.keys, town.clock), town.clock, town.desk.zone)


async def test_s16_from_the_disagreement_to_the_answer_in_the_officers_chat(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    noted = await ask(officer, VIEW)
    assert re.search(r"Beat 0103: \d+ in 28 days, \d+ incidents in 364 days to 6 Mar 20:30", noted.text)
    assert "Noted as D-1. The supervisor of district 001 (badge 2001) answers by 13 Mar." in noted.text
    assert noted.buttons == ("My spot", "Withdraw")
    assert receipt_of(noted)
    notice = await told(town, sergeant)
    assert notice.text == "D-1 waits for your answer by 13 Mar: an officer sees Beat 0103 otherwise."

    card = await press(sergeant, "Answer")
    assert card.text.splitlines()[:2] == ["D-1 · Beat 0103 · not hot", "Due 13 Mar. 0 more after this one."]
    assert f"“{VIEW}”" in card.text
    assert "4471" not in card.text, "G17: never by name to a supervisor"
    assert (await press(sergeant, "Answer")).text == local_knowledge.ANSWER_ASK.format(ref="D-1")
    first = await ask(sergeant, "we look at it")
    assert first.buttons == ("Send it",)
    second = await ask(sergeant, "You are right, it leaves the night list. John Smith")
    assert second.text.startswith("This goes to the officer of D-1:\n“You are right, it leaves the night list. […]”")
    assert (await press(sergeant, "Send it")).text == local_knowledge.ANSWER_SENT.format(ref="D-1")
    answer = await officer.next_message()
    assert answer.text == (
        "D-1, Beat 0103. The supervisor of district 001 (badge 2001) answers:\n"
        "“You are right, it leaves the night list. […]”"
    )
    assert await post(town).tell() == 0, "nobody is told twice"
    assert (await ask(sergeant, "disagreements")).text == local_knowledge.QUEUE_NONE
    assert (await press(sergeant, "Send it")).text == desk.STALE_BUTTON
    rows = [row for row in await town.audit() if row[1] == "disagreement"]
    assert rows == [("4471", "disagreement", "D-1", "noted"), ("2001", "disagreement", "D-1", "answered")]
    await town.quiet()
    assert b"D-1" in town.bytes_on_disk()
    for words in (b"zanzibar", b"night list"):
        assert words not in town.bytes_on_disk()
        assert words.decode() not in town.log.getvalue()


async def test_g17_only_the_owner_sees_and_answers(town: Town) -> None:
    officer = await town.officer()
    await town.officer("2001", "supervisor", "district:001")
    other = await town.officer("2002", "supervisor", "district:002")
    await ask(officer, VIEW)
    assert (await ask(other, "/disagreements")).text == local_knowledge.QUEUE_NONE
    await town.press_payload(other, "v1:local:card:1")
    assert (await other.next_message()).text == local_knowledge.QUEUE_NONE
    for payload in ("v1:local:answer:1", "v1:local:withdraw:1"):
        await town.press_payload(other, payload)
        assert (await other.next_message()).text == "D-1 is not open any more."
    await town.press_payload(other, "v1:local:send:1")
    assert (await other.next_message()).text == desk.STALE_BUTTON


async def test_an_answer_being_written_survives_a_restart(town: Town, tmp_path: Path) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await told(town, sergeant)
    await press(sergeant, "Answer")
    await press(sergeant, "Answer")
    await ask(sergeant, "we drop it")
    # All that a new process would find stands in the table, sealed.
    (draft,) = town.kept()["draft"]
    assert draft[1] == "answer"
    assert b"we drop it" not in town.bytes_on_disk()
    assert (await press(sergeant, "Send it")).text == local_knowledge.ANSWER_SENT.format(ref="D-1")
    assert "“we drop it”" in (await officer.next_message()).text
    assert town.kept()["draft"] == []


async def test_a_question_is_answered_while_an_answer_waits(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await told(town, sergeant)
    await press(sergeant, "Answer")
    await press(sergeant, "Answer")
    assert (await ask(sergeant, "more patrols then")).buttons == ("Send it",)
    assert (await ask(sergeant, "whats hot")).text.startswith("Hot: district 001")
    assert (await press(sergeant, "Send it")).text == local_knowledge.ANSWER_SENT.format(ref="D-1")
    assert "“more patrols then”" in (await officer.next_message()).text


async def test_g24_g36_an_answer_passes_the_same_guards(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await told(town, sergeant)
    await press(sergeant, "Answer")
    await press(sergeant, "Answer")
    refused = await ask(sergeant, "my CI told me its a stash house")
    assert refused.text == desk.REFUSED["covert_source"]
    assert (await ask(sergeant, "shots fired need backup")).text.startswith(desk.EMERGENCY.format(number="911"))
    assert (await ask(sergeant, "x" * 401)).text == local_knowledge.ANSWER_LONG
    assert (await ask(sergeant, "we drop it")).buttons == ("Send it",)
    assert (await ask(sergeant, "cancel")).text == desk.CANCELLED
    assert (await press(sergeant, "Send it")).text == desk.STALE_BUTTON


async def test_g51_withdrawing_erases_the_words(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    assert (await press(officer, "Withdraw")).text == "D-1 is withdrawn and its words are erased."
    assert (await press(officer, "Withdraw")).text == "D-1 is not open any more."
    assert (await ask(sergeant, "/disagreements")).text == local_knowledge.QUEUE_NONE
    assert await town.store.keys.get(["local:D-1"]) == {}
    assert (await ask(officer, VIEW)).text.count("Noted as D-2.") == 1


async def test_an_overdue_one_is_flagged_and_its_owner_told_once(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await ask(officer, "why change, always done it my way")
    assert {(await told(town, sergeant)).text.split()[0] for _ in range(2)} == {"D-1", "D-2"}
    town.clock.forward(timedelta(days=7, seconds=1))
    notices = {(await told(town, sergeant)).text for _ in range(2)}
    assert "D-1 on Beat 0103 is overdue: an answer was due 13 Mar." in notices
    assert await post(town).tell() == 0
    first = await ask(sergeant, "/disagreements")
    assert first.text.splitlines()[1] == "OVERDUE since 13 Mar. 1 more after this one."
    assert (await press(sergeant, "Next")).text.startswith("D-2 · Beat 0103 · why change\nOVERDUE")
    assert (await press(sergeant, "Next")).text == first.text


async def test_an_officer_without_a_chat_is_told_when_there_is_one(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await told(town, sergeant)
    async with town.store.write() as uow:
        await uow.chats.block(officer.user_id, town.clock())
    await press(sergeant, "Answer")
    await press(sergeant, "Answer")
    await ask(sergeant, "we drop it")
    await press(sergeant, "Send it")
    assert await post(town).tell() == 0
    async with town.store.write() as uow:
        await uow.chats.unblock(officer.user_id)
    assert "“we drop it”" in (await told(town, officer)).text


async def test_d3_my_spot_by_a_corner_and_by_a_location(town: Town) -> None:
    officer = await town.officer()
    await ask(officer, VIEW)
    asked = await press(officer, "My spot")
    assert asked.text == local_knowledge.SPOT_ASK
    assert await officer.keyboard() == (desk.NEAR_ME_BUTTON,)
    assert (await ask(officer, "market st")).text == local_knowledge.SPOT_WHICH
    assert (await ask(officer, "nowhere lane")).text == local_knowledge.SPOT_WHICH
    await officer.share_location(LAT, LON)
    kept = await officer.next_message()
    assert re.fullmatch(
        r"Kept as N-1: .+, any offence\. On 3 Apr it is scored the way the desk's own spots are\.", kept.text
    )
    await town.quiet()
    for degrees in (LAT, LON):
        # Four decimals are 10 m; the cell that may remain is 150 m wide.
        assert str(abs(degrees))[:7].encode() not in town.bytes_on_disk()
    assert town.kept()["draft"] == []
    assert (await press(officer, "Withdraw")).text == "N-1 is withdrawn."
    # A location is a question again.
    await officer.share_location(LAT, LON)
    assert (await officer.next_message()).text.startswith("Hot: near you\n")


async def test_d3_a_location_far_away_is_no_spot(town: Town) -> None:
    officer = await town.officer()
    await ask(officer, VIEW)
    await press(officer, "My spot")
    await officer.share_location(51.5, -0.12)
    assert (await officer.next_message()).text == local_knowledge.SPOT_OUTSIDE
    # Whatever else is asked meanwhile is answered as ever.
    assert (await ask(officer, "/help")).text == desk.HELP
    assert (await ask(officer, "whats hot")).text.startswith("Hot: beat 0103")


async def test_words_of_long_ago_are_erased(town: Town) -> None:
    officer = await town.officer()
    sergeant = await town.officer("2001", "supervisor", "district:001")
    await ask(officer, VIEW)
    await told(town, sergeant)
    await press(sergeant, "Answer")
    await press(sergeant, "Answer")
    await ask(sergeant, "we drop it")
    await press(sergeant, "Send it")
    town.clock.forward(timedelta(days=364))
    assert await post(town).forget() == 0
    town.clock.forward(timedelta(days=1))
    assert await post(town).forget() == 1
    assert await town.store.keys.get(["local:D-1"]) == {}
    async with town.store.read() as uow:
        kept = await uow.disagreements.get(1)
    assert kept
    assert (kept.words, kept.answer, kept.state) == (None, None, "answered")


async def test_a_role_owns_where_nobody_is_named(town: Town) -> None:
    officer = await town.officer()
    noted = await ask(officer, VIEW)
    assert "Noted as D-1. An admin answers by 13 Mar." in noted.text
    async with town.store.write() as uow:
        if await uow.officers.get("9002") is None:
            await uow.officers.add(Officer("9002", "admin"), town.clock())
    admin = await town.officer("9002", "admin", None)
    assert (await told(town, admin)).text.startswith("D-1 waits for your answer")
