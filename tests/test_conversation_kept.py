"""A conversation between two messages: it outlives a restart, whatever was said last, and ends after a silence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.assistant.conversation import Context
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.remembered import REST, from_state, recall, remember, to_state
from ilp_core.domain.places import AreaRef, Place, Point
from ilp_core.domain.questions import Clarify, Question
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.storage import Store
from ilp_core.words import answers
from tests.small_city import AT, BLOCKS
from tests.test_desk import desk_over

SESSION = "chat:1"
MINUTE = timedelta(minutes=1)


async def said(store: Store, text: str, *, after: timedelta = MINUTE, rest: timedelta = REST) -> Reply:
    """What a desk that has just been started answers."""
    return await Desk(store, rest=rest).ask(Message("4471", AT + after, "chat", text, session=SESSION))


async def test_a_follow_up_after_a_restart_asks_the_same_again(store: Store, tmp_path: Path) -> None:
    await desk_over(store, tmp_path)
    first = await said(store, "robberies dist 8 last week")
    again = await said(store, "and yesterday?", after=2 * MINUTE)
    assert again.question.inherits
    assert (again.question.intent, again.question.offences, again.question.area) == (
        "trend",
        first.question.offences,
        first.question.area,
    )
    assert again.question.window == "yesterday"


async def test_an_answer_without_a_receipt_keeps_the_list(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    first = await said(sqlite_store, "whats hot tonight")
    assert (await said(sqlite_store, "who sees this", after=2 * MINUTE)).answer.receipt is None
    why = await said(sqlite_store, "why #1", after=3 * MINUTE)
    assert (why.question.item, why.question.ref) == (1, first.answer.receipt)


async def test_what_is_asked_back_is_answered_by_the_next_message(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    asked = await said(sqlite_store, "robberies last week beat 0836")
    assert asked.question.clarify.slot == "area"
    assert set(asked.question.clarify.options) == {"beat 0834", "beat 0835"}
    fixed = await said(sqlite_store, "beat 0834", after=2 * MINUTE)
    assert fixed.question.clarify is None
    assert fixed.question.inherits
    assert (fixed.question.intent, fixed.question.offences, fixed.question.window, fixed.question.area) == (
        "trend",
        ("robbery",),
        "last week",
        AreaRef("beat", "0834"),
    )


async def test_a_shared_position_answers_what_waits_for_it(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    asked = await said(sqlite_store, "robberies near me")
    assert asked.answer.asks_location
    lat, lon = BLOCKS["010XX W ELM ST"]
    where = Message("4471", AT + 2 * MINUTE, "chat", location=Point(lat, lon), session=SESSION)
    reply = await Desk(sqlite_store).ask(where)
    assert reply.question.offences == ("robbery",)
    assert reply.items[0]["place"]["label"] == "1000 blk W Elm St"


async def test_a_tip_is_added_to_after_a_restart(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    first = await said(sqlite_store, "whats hot tonight")
    assert (
        await said(sqlite_store, "tip: white van no plates casing garages", after=2 * MINUTE)
    ).question.intent == "tip"
    more = await said(sqlite_store, "add: driver had a red hat", after=3 * MINUTE)
    assert (more.question.intent, more.question.inherits) == ("tip_amend", True)
    # The list stays open meanwhile.
    why = await said(sqlite_store, "why #1", after=4 * MINUTE)
    assert why.question.ref == first.answer.receipt


async def test_nothing_of_a_tips_words_is_kept_with_the_conversation(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    await said(sqlite_store, "tip: white van no plates casing garages at zzyzx lane")
    async with sqlite_store.read() as uow:
        kept = await uow.dialogues.get(SESSION, AT + MINUTE)
    assert kept.state["act"] == "tip"
    assert not any(word in str(kept) for word in ("van", "garages", "zzyzx", "casing"))


@pytest.mark.parametrize("minutes", [1, 480])
async def test_a_silence_ends_a_conversation(sqlite_store: Store, tmp_path: Path, minutes: int) -> None:
    rest = timedelta(minutes=minutes)
    await desk_over(sqlite_store, tmp_path)
    await said(sqlite_store, "robberies dist 8 last week", rest=rest)
    soon = await said(sqlite_store, "and yesterday?", after=MINUTE + rest - timedelta(seconds=1), rest=rest)
    assert soon.question.inherits
    late = await said(sqlite_store, "why", after=MINUTE + 2 * rest, rest=rest)
    assert late.answer.text == answers.WHY_NOTHING


async def test_any_word_keeps_a_conversation_awake(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    first = await said(sqlite_store, "whats hot tonight", after=timedelta())
    await said(sqlite_store, "thx", after=REST - MINUTE)
    why = await said(sqlite_store, "why", after=2 * REST - 2 * MINUTE)
    assert why.question.ref == first.answer.receipt


async def test_never_mind_forgets_at_once(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    await said(sqlite_store, "whats hot tonight")
    assert (await said(sqlite_store, "nvm", after=2 * MINUTE)).question.intent == "cancel"
    async with sqlite_store.read() as uow:
        assert await uow.dialogues.get(SESSION, AT + 2 * MINUTE) is None
    assert (await said(sqlite_store, "why", after=3 * MINUTE)).answer.text == answers.WHY_NOTHING


async def test_two_officers_conversations_do_not_mix(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    await said(sqlite_store, "robberies dist 8 last week")
    other = await Desk(sqlite_store).ask(Message("2001", AT + MINUTE, "chat", "and yesterday?", session="chat:2"))
    assert not other.question.inherits
    assert other.question.offences is None


async def test_a_dialogue_of_the_older_program_goes_on_from_its_receipt(sqlite_store: Store, tmp_path: Path) -> None:
    await desk_over(sqlite_store, tmp_path)
    first = await said(sqlite_store, "robberies dist 8 last week")
    async with sqlite_store.write() as uow:
        await uow.dialogues.set("old", first.answer.receipt, 1, AT, AT + REST)
        await uow.dialogues.set("gone", "ZZZZZZ", 1, AT, AT + REST)
    async with sqlite_store.read() as uow:
        old = await recall(uow, "old", AT)
        assert (old.receipt, old.listed) == (first.answer.receipt, 1)
        assert (old.question.offences, old.question.area) == (("robbery",), AreaRef("district", "008"))
        assert await recall(uow, "gone", AT) == Context()
        assert await recall(uow, "never", AT) == Context()


WHOLE = Question(
    "hotspots",
    offences=("robbery", "burglary"),
    area=AreaRef("beat", "0835"),
    place=Place("Western Ave", 41.77, -87.68, 150, "S WESTERN AVE#1"),
    advice=TimeWindow(AT, AT + REST),
    evidence=TimeWindow(AT - REST, AT),
    window="yesterday",
    hours=Hours(22 * 60, 0, open=True),
    weekdays=("fri", "sat"),
    compare="previous_year",
    shift="evenings",
    weighting="count",
    named_window=True,
)


@pytest.mark.parametrize(
    "context",
    [
        Context(WHOLE, "ABC234", 3),
        Context(WHOLE, "ABC234", 6, "tip"),
        Context(act="checkin"),
        Context(pending=Question("place", clarify=Clarify("place", ("Main St, beat 1", "Main St, beat 2")))),
        Context(WHOLE, "ABC234", 3, pending=Question("assign", item=2, ref="88", clarify=Clarify("area", ()))),
    ],
)
async def test_a_conversation_comes_back_as_it_was(sqlite_store: Store, context: Context) -> None:
    assert from_state(to_state(context)) == Context(context.question, act=context.act, pending=context.pending)
    async with sqlite_store.write() as uow:
        await remember(uow, SESSION, context, AT, REST)
    async with sqlite_store.read() as uow:
        assert await recall(uow, SESSION, AT + REST - MINUTE) == context
        assert await recall(uow, SESSION, AT + REST) == Context()
