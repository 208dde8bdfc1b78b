"""Lanes: order, tries, fences, and that nothing of a failed try stays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update as change
from telegram import Update

from bot import lanes as lanes_room
from bot.lanes import WIDTH
from handlers.outgoing import plain
from handlers.turn import turn
from ilp_core.domain.errors import WorkError
from ilp_core.storage.engine import Store
from ilp_core.storage.post_tables import inbox
from ilp_core.words.en import desk
from tests.post_office import an_update, at_work, enrolled, eventually, intake_of, lanes_of

CHAT = 701


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are counted in milliseconds here."""
    monkeypatch.setattr(lanes_room, "_WAITS_S", (0.01, 0.02))
    monkeypatch.setattr(lanes_room, "_LOOK_S", 0.05)


def words(update: Update) -> str:
    assert update.effective_message is not None
    return update.effective_message.text or ""


def chat(update: Update) -> int:
    assert update.effective_chat is not None
    return update.effective_chat.id


async def answered(update: Update) -> None:
    """A handler with an effect and a message, in the turn's transaction."""
    async with turn().finish() as uow:
        await uow.settings.set(f"did:{words(update)}", "yes")
        await turn().send(uow, chat(update), plain(words(update)))


async def waiting(store: Store) -> int:
    async with store.read() as uow:
        return (await uow.inbox.waiting())[0]


async def all_done(store: Store) -> bool:
    return await waiting(store) == 0


async def filed(store: Store) -> int:
    async with store.read() as uow:
        return (await uow.outbox.counts()).get("pending", 0)


async def test_an_update_its_effect_and_its_message_are_one(store: Store) -> None:
    lanes, application = lanes_of(store, answered)
    await intake_of(store, lanes.wake).take([an_update(1, CHAT, "first")])
    async with at_work(lanes):
        await eventually(all_done, store)
    assert application.seen == ["first"]
    assert await filed(store) == 1
    async with store.read() as uow:
        assert await uow.settings.get("did:first") == "yes"


async def test_an_update_that_comes_again_has_no_second_effect(store: Store) -> None:
    """Guard-rail G37."""
    lanes, application = lanes_of(store, answered)
    intake = intake_of(store, lanes.wake)
    async with at_work(lanes):
        for _ in range(3):
            await intake.take([an_update(1, CHAT, "first"), an_update(2, CHAT, "second")])
            await eventually(all_done, store)
    assert application.seen == ["first", "second"]
    assert await filed(store) == 2


async def test_a_chat_keeps_its_order_and_others_go_on(store: Store) -> None:
    slow = asyncio.Event()

    async def handle(update: Update) -> None:
        if words(update) == "0":
            await slow.wait()
        await answered(update)

    lanes, application = lanes_of(store, handle)
    bodies = [an_update(number, CHAT, str(number)) for number in range(4)]
    await intake_of(store).take([*bodies, an_update(9, 702, "other")])
    async with at_work(lanes):

        async def other_is_done() -> bool:
            return await waiting(store) == 4

        await eventually(other_is_done)
        assert sorted(application.seen) == ["0", "other"]
        slow.set()
        await eventually(all_done, store)
    assert [each for each in application.seen if each != "other"] == ["0", "1", "2", "3"]


async def test_as_many_chats_as_there_is_width_for_are_answered_at_once(sqlite_store: Store) -> None:
    everybody_is_here = asyncio.Barrier(WIDTH)

    async def handle(_update: Update) -> None:
        # Passed only when as many chats are being answered at the same time.
        await everybody_is_here.wait()

    lanes, _ = lanes_of(sqlite_store, handle)
    await intake_of(sqlite_store).take([an_update(number, number, "x") for number in range(1, WIDTH + 1)])
    async with at_work(lanes):
        await eventually(all_done, sqlite_store)


async def test_nothing_of_a_failed_try_stays(store: Store) -> None:
    tries = 0

    async def handle(update: Update) -> None:
        nonlocal tries
        tries += 1
        async with turn().finish() as uow:
            await uow.settings.set(f"try {tries}", "began")
            await turn().send(uow, chat(update), plain(words(update)))
            if tries < 3:
                raise ValueError("not yet")

    lanes, _ = lanes_of(store, handle)
    await intake_of(store).take([an_update(1, CHAT, "first")])
    async with at_work(lanes):
        await eventually(all_done, store)
    assert await filed(store) == 1
    async with store.read() as uow:
        assert [await uow.settings.get(f"try {number}") for number in (1, 2, 3)] == [None, None, "began"]


async def test_after_three_tries_it_is_set_aside_with_an_alert_and_a_polite_reply(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(update: Update) -> None:
        if words(update) == "poison":
            raise ValueError("near zelmstone")
        await answered(update)

    lanes, application = lanes_of(store, handle)
    await enrolled(store, CHAT)
    await intake_of(store).take(
        [an_update(1, CHAT, "poison"), an_update(2, CHAT, "next"), an_update(3, 702, "poison")]
    )
    async with at_work(lanes):
        await eventually(all_done, store)
    assert application.seen.count("poison") == 6
    assert application.seen.count("next") == 1
    async with store.read() as uow:
        aside = await uow.inbox.dead()
    assert sorted((each.update_id, each.why, each.erased) for each in aside) == [
        (1, "ValueError", False),
        (3, "ValueError", False),
    ]
    # The officer hears of it; 702 is nobody's chat and is told nothing.
    assert await filed(store) == 2
    assert desk.FAILED.startswith("That did not work")
    assert "is set aside as U" in caplog.text


async def test_what_was_set_aside_is_answered_once_the_cause_is_mended(store: Store) -> None:
    mended = False

    async def handle(update: Update) -> None:
        if not mended:
            raise ValueError("broken")
        await answered(update)

    lanes, _ = lanes_of(store, handle)
    await intake_of(store).take([an_update(1, CHAT, "first")])
    async with at_work(lanes):
        await eventually(all_done, store)
        mended = True
        async with store.write() as uow:
            [aside] = await uow.inbox.dead()
            assert await uow.inbox.retry(aside.seq, await uow.now())
            assert not await uow.inbox.retry(aside.seq, await uow.now())
        await eventually(all_done, store)
    async with store.read() as uow:
        assert await uow.settings.get("did:first") == "yes"


async def test_an_outage_is_no_try(store: Store) -> None:
    outages = 0

    async def handle(update: Update) -> None:
        nonlocal outages
        outages += 1
        if outages <= 6:
            raise WorkError("The database cannot be reached.")
        await answered(update)

    lanes, _ = lanes_of(store, handle)
    await intake_of(store).take([an_update(1, CHAT, "first")])
    async with at_work(lanes):
        await eventually(all_done, store)
    assert outages == 7
    async with store.read() as uow:
        assert await uow.inbox.dead() == []


async def test_who_was_too_slow_finishes_nothing(store: Store) -> None:
    """A process that gave no sign of life finds its update in another's hand, and everything it did is undone."""
    overtaken = asyncio.Event()

    async def slow(update: Update) -> None:
        await overtaken.wait()
        await answered(update)

    first, _ = lanes_of(store, slow, holder="first")
    second, _ = lanes_of(store, answered, holder="second")
    await intake_of(store).take([an_update(1, CHAT, "once")])
    async with at_work(first):

        async def in_hand() -> bool:
            return first.busy == 1

        await eventually(in_hand)
        await end_claims(store)
        async with at_work(second):
            await eventually(all_done, store)
        overtaken.set()

        async def given_up() -> bool:
            return first.busy == 0

        await eventually(given_up)
    assert await filed(store) == 1
    assert first.metrics.registry.get_sample_value("beatdesk_claims_lost_total") == 1


async def test_what_a_dead_process_had_in_hand_is_handled_after_its_claim(store: Store) -> None:
    await intake_of(store).take([an_update(1, CHAT, "first"), an_update(2, CHAT, "second")])
    async with store.write() as uow:
        claims = await uow.inbox.claim("dead", await uow.now(), lanes_room.LEASE, 10)
    assert [claim.update_id for claim in claims] == [1]
    lanes, application = lanes_of(store, answered)
    async with at_work(lanes):
        await asyncio.sleep(0.2)
        assert application.seen == []
        await end_claims(store)
        await eventually(all_done, store)
    assert application.seen == ["first", "second"]


async def test_an_update_whose_key_is_gone_is_set_aside_at_once(store: Store) -> None:
    intake = intake_of(store)
    await intake.take([an_update(1, CHAT, "first")])
    await store.keys.destroy([lanes_room.key_name(intake.bot, 1)])
    lanes, application = lanes_of(store, answered)
    async with at_work(lanes):
        await eventually(all_done, store)
    assert application.seen == []
    async with store.read() as uow:
        assert [each.why for each in await uow.inbox.dead()] == ["Unreadable"]


async def test_a_stop_ends_what_is_in_hand_and_gives_back_the_rest(sqlite_store: Store) -> None:
    store, begun, never = sqlite_store, asyncio.Event(), asyncio.Event()

    async def handle(update: Update) -> None:
        begun.set()
        if words(update) == "hangs":
            await never.wait()
        await asyncio.sleep(0.1)
        await answered(update)

    lanes, _ = lanes_of(store, handle)
    await intake_of(store).take(
        [an_update(1, CHAT, "quick"), an_update(2, CHAT, "later"), an_update(3, 702, "hangs")]
    )
    running = asyncio.create_task(lanes.run())
    await begun.wait()
    await lanes.stop(0.5)
    await running
    async with store.write() as uow:
        # What was given back needs no lease to run out.
        left = await uow.inbox.claim("heir", await uow.now(), lanes_room.LEASE, 10)
        assert await uow.settings.get("did:quick") == "yes"
        assert await uow.settings.get("did:later") is None
    assert sorted(claim.update_id for claim in left) == [2, 3]


async def end_claims(store: Store) -> None:
    """Let the time pass that claims last without a sign of life."""
    long_ago = datetime.now(tz=UTC) - timedelta(days=1)
    async with store.write() as uow:
        await uow.inbox._connection.execute(change(inbox).values(claimed_until=long_ago))
