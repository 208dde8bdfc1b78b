"""beatdesk inbox and what the doctor says of messages that were set aside, held, or cannot be delivered."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ilp_core.domain.post import Incoming, Parcel
from ilp_core.storage import open_store
from ilp_core.words.en import commands
from tests.command_line import call, refused, run
from tests.post_office import enrolled

NOW = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LEASE = timedelta(seconds=15)


def prepared(folder: Path) -> None:
    """One update set aside, one message held, one officer who blocked the bot."""

    async def work() -> None:
        store = open_store(f"sqlite:///{folder / 'desk.db'}")
        await enrolled(store, 701)
        async with store.write() as uow:
            await uow.inbox.add(7, [Incoming(5, 701, "message", NOW, told=False, payload=b"sealed")], NOW)
            [claim] = await uow.inbox.claim("one", NOW, LEASE, 1)
            await uow.inbox.set_aside(claim, NOW, "ValueError")
            await uow.outbox.add(Parcel(701, "digest", "d", "k", b"x", NOW, NOW + LEASE), NOW)
            [letter] = await uow.outbox.claim("one", NOW, LEASE, 1)
            await uow.outbox.end(letter, "held", "ReadTimeout", NOW)
            await uow.chats.block(701, NOW)
        await store.close()

    asyncio.run(work())


def test_what_was_set_aside_is_listed_and_tried_again(folder: Path) -> None:
    call("migrate")
    assert call("inbox", "list").stdout.strip() == commands.INBOX_EMPTY
    prepared(folder)
    listed = call("inbox", "list").stdout.strip()
    assert listed == "U1  message  came in 2026-11-23 21:30 UTC  failed with ValueError"
    items = json.loads(call("inbox", "list", "--json").stdout)["items"]
    assert items == [{"reference": "U1", "kind": "message", "at": NOW.isoformat(), "why": "ValueError"}]
    assert call("inbox", "retry", "u1").stdout.strip() == commands.INBOX_RETRIED.format(reference="U1")
    assert refused("inbox", "retry", "U1", code=1) == commands.INBOX_NOT.format(reference="U1")
    assert refused("inbox", "retry", "nonsense") == commands.BAD_REFERENCE.format(text="nonsense")


def test_the_doctor_tells_of_post_that_is_stuck(folder: Path) -> None:
    call("migrate")
    prepared(folder)
    told = run("doctor").stdout
    assert commands.DOCTOR_ASIDE.format(count=1) in told
    assert commands.DOCTOR_HELD.format(count=1) in told
    assert commands.DOCTOR_BLOCKED.format(badges="4471") in told
