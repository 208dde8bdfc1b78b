"""The way in: stored before Telegram is told, known when it comes again, in order, whatever fails on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot import poller as pollers
from bot.app import UPDATES
from bot.intake import Intake, chat_of, kind_of
from bot.lanes import key_name
from bot.metrics import Metrics
from bot.poller import POLLER, Poller
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from ilp_core.domain.errors import WorkError
from ilp_core.storage.engine import Store
from ilp_core.storage.sealing import unseal
from tests.post_office import BOT_ID, an_update, eventually, intake_of

CHAT = 701


async def kept(store: Store) -> list[int]:
    """The numbers of the updates that wait, in order of arrival."""
    from datetime import timedelta

    found = []
    async with store.write() as uow:
        while claims := await uow.inbox.claim("look", await uow.now(), timedelta(seconds=1), 100):
            for claim in claims:
                found.append(claim.update_id)
                await uow.inbox.finish(claim, await uow.now())
    return found


async def test_what_is_stored_is_what_telegram_sent(store: Store) -> None:
    from datetime import timedelta

    body = json.dumps(
        {"update_id": 3, "message": {"chat": {"id": 5}, "date": 1_800_000_000, "a_new_field": "ä"}}
    ).encode()
    await intake_of(store).take([body])
    async with store.write() as uow:
        [claim] = await uow.inbox.claim("look", await uow.now(), timedelta(seconds=9), 9)
    name = key_name(BOT_ID, 3)
    assert claim.payload is not None
    assert unseal((await store.keys.get([name]))[name], name, claim.payload) == body
    assert (claim.lane, claim.kind, claim.sent_at) == (5, "message", datetime.fromtimestamp(1_800_000_000, UTC))


@pytest.mark.parametrize(
    ("update", "kind", "lane"),
    [
        ({"message": {"chat": {"id": 5}}}, "message", 5),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, "callback_query", 5),
        ({"callback_query": {"from": {"id": 6}}}, "callback_query", 6),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, "my_chat_member", 5),
        ({"poll_answer": {"user": {"id": 7}}}, "poll_answer", 7),
        ({"poll": {"id": "1"}}, "poll", 0),
        ({"message": "not an object"}, "message", 0),
        ({}, "unknown", 0),
    ],
)
def test_the_lane_is_the_chat_else_the_sender(update: dict[str, Any], kind: str, lane: int) -> None:
    raw = {"update_id": 1, **update}
    assert (kind_of(raw), chat_of(raw)) == (kind, lane)


async def test_what_rings_together_is_stored_together(store: Store) -> None:
    writes = 0
    whole = store.write

    @asynccontextmanager
    async def counted() -> AsyncIterator[Any]:
        nonlocal writes
        writes += 1
        async with whole() as uow:
            yield uow

    store.write = counted  # type: ignore[method-assign]
    intake = intake_of(store)
    assert all(await asyncio.gather(*(intake.ring(an_update(number, number, "x")) for number in range(1, 51))))
    assert writes <= 3
    assert sorted(await kept(store)) == list(range(1, 51))


async def test_a_store_that_is_away_says_so_to_every_bell(sqlite_store: Store) -> None:
    intake = intake_of(sqlite_store)
    whole = intake.store

    class Away:
        keys = whole.keys

        def write(self) -> Any:
            raise WorkError("The database is away.")

    intake.store = Away()  # type: ignore[assignment]
    results = await asyncio.gather(*(intake.ring(an_update(n, n, "x")) for n in (1, 2)), return_exceptions=True)
    assert all(isinstance(result, WorkError) for result in results)
    intake.store = whole
    assert await intake.ring(an_update(1, 1, "x"))
    assert await kept(sqlite_store) == [1]


async def test_an_emergency_is_told_once_however_often_it_comes(sqlite_store: Store) -> None:
    told: list[int] = []

    async def tell(chat_id: int, alarm: str) -> bool:
        assert alarm == "emergency"
        told.append(chat_id)
        return True

    intake = Intake(sqlite_store, BOT_ID, Metrics(), tell, lambda: None)
    for _ in range(3):
        await intake.take([an_update(1, CHAT, "officer down"), an_update(2, CHAT, "whats hot")])
    await intake.take([an_update(3, -100, "officer down")])
    assert told == [CHAT]


# The poller, against the sandbox's Bot API


@asynccontextmanager
async def polling(store: Store, sandbox: Sandbox, holder: str = "one") -> AsyncIterator[tuple[Poller, Intake]]:
    bot: ExtBot[None] = ExtBot(SANDBOX_TOKEN, base_url=f"{sandbox.root}/bot")
    intake = intake_of(store)
    poller = Poller(store, bot, intake, holder, Metrics(), UPDATES)
    task = asyncio.create_task(poller.run())
    try:
        yield poller, intake
    finally:
        await poller.stop(task)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    started = Sandbox([Persona(number, "Account", "") for number in (CHAT, 702)], flood_control=False)
    await started.start()
    yield started
    await started.stop()


async def count(store: Store, wanted: int) -> bool:
    async with store.read() as uow:
        return (await uow.inbox.waiting())[0] == wanted


async def test_telegram_forgets_only_what_is_stored(
    sqlite_store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pollers, "_FIRST_WAIT_S", 0.01)
    async with polling(sqlite_store, sandbox) as (_, intake):
        sandbox.world.say(CHAT, "first")
        await eventually(count, sqlite_store, 1)
        whole, failures = intake.take, 0

        async def fails(*arguments: Any, **named: Any) -> None:
            nonlocal failures
            failures += 1
            if failures < 4:
                raise WorkError("The disk is full.")
            await whole(*arguments, **named)

        intake.take = fails  # type: ignore[method-assign]
        sandbox.world.say(CHAT, "second")
        sandbox.world.say(702, "third")
        await eventually(count, sqlite_store, 3)
    assert failures >= 4
    first = min(update["update_id"] for update in sandbox.world.pending) if sandbox.world.pending else None
    assert first is None or len(sandbox.world.pending) <= 2


async def test_a_lost_answer_makes_no_second_update(sqlite_store: Store, sandbox: Sandbox) -> None:
    sandbox.faults.set({"kind": "lost", "method": "getUpdates", "count": 3})
    async with polling(sqlite_store, sandbox):
        for number in range(5):
            sandbox.world.say(CHAT, str(number))
        await eventually(count, sqlite_store, 5)


async def test_smaller_numbers_after_a_quiet_week_are_read(sqlite_store: Store, sandbox: Sandbox) -> None:
    async with polling(sqlite_store, sandbox):
        sandbox.world.say(CHAT, "before")
        await eventually(count, sqlite_store, 1)
        # The poller names the number it has stored once more; then Telegram begins anew, further down.
        await asyncio.sleep(0.3)
        sandbox.world._next_update -= 1_000_000
        sandbox.poll.finish()
        await asyncio.sleep(0.1)
        sandbox.world.say(CHAT, "after")
        await eventually(count, sqlite_store, 2)


async def test_one_replica_polls_and_another_takes_over_at_once_when_it_stops(
    store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pollers, "_STAND_BY_S", 0.05)

    async def polls(poller: Poller) -> bool:
        return poller._fence is not None

    async with polling(store, sandbox, "two") as (second, _):
        await eventually(polls, second)
        async with polling(store, sandbox, "one") as (first, _):
            await asyncio.sleep(0.3)
            assert not await polls(first)
            sandbox.world.say(CHAT, "one")
            await eventually(count, store, 1)
    async with polling(store, sandbox, "three") as (third, _):
        await eventually(polls, third)
        sandbox.world.say(CHAT, "two")
        await eventually(count, store, 2)
        assert third._fence == 2


async def test_a_poller_that_lost_its_lease_stores_nothing(sqlite_store: Store, sandbox: Sandbox) -> None:
    async with polling(sqlite_store, sandbox) as (poller, _):

        async def polls() -> bool:
            return poller._fence is not None

        await eventually(polls)
        async with sqlite_store.write() as uow:
            await uow.leases.give_up(POLLER, "one")
            assert await uow.leases.take(POLLER, "other", await uow.now(), pollers.LEASE) == 2
        sandbox.world.say(CHAT, "whose?")
        await asyncio.sleep(0.5)
        assert await count(sqlite_store, 0)
        assert len(sandbox.world.pending) == 1
