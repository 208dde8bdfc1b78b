"""Inbox, outbox, leases and drafts on both databases: order, fences, and what happens when a clock is set."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ilp_core.domain.officers import Officer
from ilp_core.domain.post import Claim, Incoming, Lost, Parcel
from ilp_core.storage import Store, open_store

NOW = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LEASE = timedelta(seconds=15)
HOUR = timedelta(hours=1)
BOT = 7


def incoming(update_id: int, lane: int = 1) -> Incoming:
    return Incoming(update_id, lane, "message", NOW, told=False, payload=b"sealed")


def parcel(dedupe: str, chat_id: int = 1, **other: object) -> Parcel:
    values: dict[str, object] = {"not_before": NOW, "expires_at": NOW + HOUR, **other}
    return Parcel(chat_id, "reply", dedupe, "out:1", b"sealed", **values)  # type: ignore[arg-type]


async def take(store: Store, holder: str = "one", now: datetime = NOW, limit: int = 10) -> list[Claim]:
    async with store.write() as uow:
        return await uow.inbox.claim(holder, now, LEASE, limit)


async def add(store: Store, *updates: Incoming, at: datetime = NOW) -> frozenset[int]:
    async with store.write() as uow:
        return await uow.inbox.add(BOT, updates, at)


# Inbox


async def test_an_update_is_kept_once(store: Store) -> None:
    assert await add(store, incoming(5), incoming(6)) == {5, 6}
    assert await add(store, incoming(6), incoming(7), incoming(5)) == {7}
    async with store.write() as uow:
        # Another bot's numbers are its own.
        assert await uow.inbox.add(BOT + 1, [incoming(5)], NOW) == {5}
        assert (await uow.inbox.waiting())[0] == 4


async def test_each_lane_gives_its_oldest_by_arrival_not_by_number(store: Store) -> None:
    """After a quiet week Telegram takes new numbers at random: a later update may have the smaller one."""
    await add(store, incoming(900, 1), incoming(901, 2))
    await add(store, incoming(5, 1), incoming(6, 3))
    assert [claim.update_id for claim in await take(store)] == [900, 901, 6]
    assert await take(store) == []


async def test_updates_without_a_chat_wait_for_nobody(store: Store) -> None:
    await add(store, incoming(1, 0), incoming(2, 0))
    assert [claim.update_id for claim in await take(store)] == [1, 2]


async def test_a_finished_update_gives_way_to_the_next(store: Store) -> None:
    await add(store, incoming(1), incoming(2))
    [first] = await take(store)
    async with store.write() as uow:
        await uow.inbox.finish(first, NOW)
    assert [claim.update_id for claim in await take(store)] == [2]
    assert await add(store, incoming(1)) == frozenset()


async def test_who_lost_a_claim_can_write_nothing(store: Store) -> None:
    await add(store, incoming(1))
    [slow] = await take(store, "slow")
    [quick] = await take(store, "quick", NOW + LEASE)

    async def end(ending: str) -> None:
        async with store.write() as uow:
            await uow.settings.set("effect", "of the slow one")
            await (uow.inbox.finish(slow, NOW) if ending == "finish" else uow.inbox.set_aside(slow, NOW, "x"))

    for ending in ("finish", "set_aside"):
        with pytest.raises(Lost):
            await end(ending)
    async with store.write() as uow:
        assert not await uow.inbox.release(slow, NOW, failed=True)
        assert await uow.settings.get("effect") is None
        await uow.inbox.finish(quick, NOW)


async def test_the_same_holder_has_two_claims_apart(store: Store) -> None:
    """A process that was stopped for long must not finish what it claimed before, though the name is its own."""
    await add(store, incoming(1))
    [before] = await take(store)
    [after] = await take(store, now=NOW + LEASE)

    async def end_the_former() -> None:
        async with store.write() as uow:
            await uow.inbox.finish(before, NOW)

    with pytest.raises(Lost):
        await end_the_former()
    async with store.write() as uow:
        await uow.inbox.finish(after, NOW)


async def test_a_sign_of_life_keeps_a_claim(store: Store) -> None:
    await add(store, incoming(1))
    await take(store)
    async with store.write() as uow:
        assert await uow.inbox.renew("one", NOW + LEASE / 2, LEASE) == 1
        assert await uow.inbox.renew("other", NOW + LEASE / 2, LEASE) == 0
    assert await take(store, "other", NOW + LEASE) == []


async def test_a_failed_try_waits_and_counts_and_an_outage_does_not(store: Store) -> None:
    await add(store, incoming(1), incoming(2))
    [claim] = await take(store)
    async with store.write() as uow:
        assert await uow.inbox.release(claim, NOW + timedelta(seconds=2), failed=True)
    assert await take(store, now=NOW + timedelta(seconds=1)) == []
    [again] = await take(store, now=NOW + timedelta(seconds=2))
    assert (again.update_id, again.tries, again.claims) == (1, 1, 2)
    async with store.write() as uow:
        assert await uow.inbox.release(again, NOW, failed=False)
    [third] = await take(store, now=NOW)
    assert (third.tries, third.claims) == (1, 2)


async def test_a_clock_set_back_leaves_nothing_in_hand_for_ever(store: Store) -> None:
    await add(store, incoming(1), incoming(2, 2))
    await take(store, "before", limit=1)
    early = NOW - HOUR
    # The claim would last an hour more by this clock; the other update is not due for an hour.
    assert [claim.update_id for claim in await take(store, "after", early)] == []
    async with store.write() as uow:
        assert await uow.inbox.hasten(early) == 2
    assert [claim.update_id for claim in await take(store, "after", early)] == [1, 2]


async def test_two_replicas_never_hold_the_same_update(database: str) -> None:
    stores = [open_store(database) for _ in range(3)]
    # Lanes 1 to 20: lane 0 holds updates without a chat, which wait for nobody and so have no order to keep.
    await add(stores[0], *(incoming(number, 1 + number % 20) for number in range(1, 101)))
    seen: list[int] = []

    async def work(name: str, store: Store) -> None:
        idle = 0
        while idle < 5:
            claims = await take(store, name, limit=3)
            idle = idle + 1 if not claims else 0
            for claim in claims:
                async with store.write() as uow:
                    await uow.inbox.finish(claim, NOW)
                    # Noted before the lane is free: afterwards another replica could be quicker to note the next.
                    seen.append(claim.update_id)

    await asyncio.gather(*(work(f"r{number}", store) for number, store in enumerate(stores)))
    assert sorted(seen) == list(range(1, 101))
    for lane in range(1, 21):
        mine = [number for number in seen if 1 + number % 20 == lane]
        assert len(mine) == 5
        assert mine == sorted(mine)
    for store in stores:
        await store.close()


async def test_keys_of_what_is_done_are_spent(store: Store) -> None:
    await add(store, incoming(1, 1), incoming(2, 2), incoming(3, 3))
    done, dead, _ = await take(store)
    async with store.write() as uow:
        await uow.inbox.finish(done, NOW)
        await uow.inbox.set_aside(dead, NOW, "ValueError")
        assert [row[2] for row in await uow.inbox.spent(NOW)] == [1]
        spent = await uow.inbox.spent(NOW + HOUR)
        assert [row[2] for row in spent] == [1, 2]
        assert [each.erased for each in await uow.inbox.dead()] == [False]
        await uow.inbox.mark_erased([seq for seq, _, _ in spent])
        assert await uow.inbox.spent(NOW + HOUR) == []
        assert [each.erased for each in await uow.inbox.dead()] == [True]
        assert not await uow.inbox.retry(dead.seq, NOW)
        assert await uow.inbox.forget(NOW + HOUR) == 2
        assert (await uow.inbox.waiting())[0] == 1


async def test_looking_for_work_does_not_read_what_is_done(store: Store) -> None:
    """The statement for the oldest update of each lane uses the index of those that wait."""
    statement = "SELECT seq FROM inbox WHERE state = 'new' AND lane = 5 AND seq < 900"
    async with store.read() as uow:
        sqlite = store.label.endswith(".db")
        explained = await uow.inbox._connection.execute(
            text(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement)
        )
        plan = " ".join(str(row) for row in explained)
    assert "ix_inbox_waiting" in plan


# Outbox


async def test_a_message_is_filed_once_and_goes_out_in_order(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.outbox.add(parcel("a"), NOW)
        assert not await uow.outbox.add(parcel("a"), NOW)
        assert await uow.outbox.add(parcel("b"), NOW)
        assert await uow.outbox.add(parcel("c", 2, priority=9), NOW)
        letters = await uow.outbox.claim("one", NOW, LEASE, 10)
        assert [letter.dedupe for letter in letters] == ["c", "a"]
        assert await uow.outbox.claim("two", NOW, LEASE, 10) == []
        assert await uow.outbox.sent(letters[1], 77, NOW)
        assert not await uow.outbox.sent(letters[1], 77, NOW)
        assert [letter.dedupe for letter in await uow.outbox.claim("one", NOW, LEASE, 10)] == ["b"]


async def test_resting_chats_early_and_late_messages_are_passed_over(store: Store) -> None:
    async with store.write() as uow:
        await uow.outbox.add(parcel("resting", 1), NOW)
        await uow.outbox.add(parcel("early", 2, not_before=NOW + HOUR, expires_at=NOW + 2 * HOUR), NOW)
        await uow.outbox.add(parcel("late", 3, expires_at=NOW), NOW)
        await uow.outbox.add(parcel("due", 4), NOW)
        letters = await uow.outbox.claim("one", NOW, LEASE, 10, resting=[1])
        assert [letter.dedupe for letter in letters] == ["due"]
        assert [letter.dedupe for letter in await uow.outbox.expire(NOW, 10)] == ["late"]
        assert await uow.outbox.counts() == {"pending": 2, "sending": 1, "expired": 1, "maybe": 0}
        assert await uow.outbox.hasten(NOW) == 1


async def test_a_lapsed_message_is_taken_over_under_a_new_fence(store: Store) -> None:
    async with store.write() as uow:
        await uow.outbox.add(parcel("a"), NOW)
        [first] = await uow.outbox.claim("one", NOW, LEASE, 10)
        assert await uow.outbox.lapsed("two", NOW, LEASE) == []
        assert await uow.outbox.lapsed("one", NOW + LEASE, LEASE, mine=[first.seq]) == []
        [taken] = await uow.outbox.lapsed("two", NOW + LEASE, LEASE)
        assert (taken.seq, taken.holder, taken.attempts) == (first.seq, "two", 2)
        assert not await uow.outbox.sent(first, 1, NOW)
        assert await uow.outbox.retry(taken, NOW, maybe=True)
        assert (await uow.outbox.counts())["maybe"] == 1
        # A lease from before the clock was set back is over too.
        [again] = await uow.outbox.claim("one", NOW, LEASE, 10)
        assert [each.seq for each in await uow.outbox.lapsed("two", NOW - HOUR, LEASE)] == [again.seq]


async def test_what_waits_for_a_lost_chat_ends_and_its_words_are_dropped(store: Store) -> None:
    async with store.write() as uow:
        for name, chat_id in (("a", 1), ("b", 1), ("c", 2)):
            await uow.outbox.add(parcel(name, chat_id), NOW)
        assert await uow.outbox.end_chat(1, "blocked", NOW) == 2
        assert await uow.outbox.migrate_chat(2, 3) == 1
        [letter] = await uow.outbox.claim("one", NOW, LEASE, 10)
        assert (letter.dedupe, letter.chat_id) == ("c", 3)
        assert await uow.outbox.keys_in_use() == {"out:1"}
        assert await uow.outbox.end(letter, "held", "maybe", NOW)
        assert await uow.outbox.keys_in_use() == frozenset()
        assert await uow.outbox.forget(NOW + HOUR) == 3


# Leases


async def test_a_lease_has_one_holder_and_its_number_only_grows(store: Store) -> None:
    ttl = timedelta(seconds=10)

    async def wants(holder: str, now: datetime) -> int | None:
        async with store.write() as uow:
            return await uow.leases.take("poller", holder, now, ttl)

    assert await wants("a", NOW) == 1
    assert await wants("b", NOW + ttl / 2) is None
    assert await wants("a", NOW + ttl / 2) == 1
    assert await wants("b", NOW + ttl) is None
    assert await wants("b", NOW + 2 * ttl) == 2
    async with store.write() as uow:
        assert not await uow.leases.holds("poller", "a", 1, NOW + 2 * ttl)
        assert await uow.leases.holds("poller", "b", 2, NOW + 2 * ttl)
        await uow.leases.give_up("poller", "b")
        assert await uow.leases.take("poller", "a", NOW + 2 * ttl, ttl) == 3
    # By a clock that was set back an hour the lease would last for an hour: it is over.
    assert await wants("c", NOW - HOUR) == 4


async def test_who_is_alive_is_known_by_its_lease(store: Store) -> None:
    ttl = timedelta(seconds=10)
    async with store.write() as uow:
        for name in ("replica:a", "replica:b", "poller"):
            await uow.leases.take(name, name, NOW, ttl)
        await uow.leases.take("replica:b", "replica:b", NOW + ttl, ttl)
        assert await uow.leases.live("replica:", NOW + ttl) == ["replica:b"]
        assert await uow.leases.forget("replica:", NOW + ttl + timedelta(seconds=1)) == 1


# Drafts and chats


async def test_a_half_written_thing_is_never_written_over_blindly(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.drafts.save(1, "invite", "k", b"one", NOW + HOUR, version=None)
        assert not await uow.drafts.save(1, "invite", "k", b"two", NOW + HOUR, version=None)
        draft = await uow.drafts.get(1, NOW)
        assert draft is not None
        assert await uow.drafts.save(1, "invite", "k", b"three", NOW + HOUR, version=draft.version)
        assert not await uow.drafts.save(1, "invite", "k", b"four", NOW + HOUR, version=draft.version)
        assert not await uow.drafts.drop(1, draft.version)
        assert await uow.drafts.get(1, NOW + HOUR) is None
        assert await uow.drafts.any_expired(NOW + HOUR)
        assert [each.data for each in await uow.drafts.expired(NOW + HOUR)] == [b"three"]
        assert await uow.drafts.expired(NOW + HOUR) == []


async def test_a_blocked_chat_is_marked_once(store: Store) -> None:
    async with store.write() as uow:
        await uow.officers.add(Officer("4471", "officer"), NOW)
        await uow.chats.enrol(701, "4471", NOW)
        assert not await uow.chats.block(999, NOW)
        assert await uow.chats.block(701, NOW)
        assert not await uow.chats.block(701, NOW)
        assert [chat.badge for chat in await uow.chats.blocked()] == ["4471"]
        assert await uow.chats.unblock(701)
        assert not await uow.chats.unblock(701)


async def test_the_clock_is_the_servers_or_the_one_that_is_given(database: str) -> None:
    store = open_store(database)
    async with store.read() as uow:
        assert abs(await uow.now() - datetime.now(tz=UTC)) < timedelta(minutes=1)
    await store.close()
    store = open_store(database, clock=lambda: NOW)
    async with store.read() as uow:
        assert await uow.now() == NOW
    await store.close()
