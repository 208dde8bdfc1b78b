"""The emergency line (guard-rail G36): before everything else, whatever is wrong with the store."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from handlers import emergency
from handlers.emergency import PATIENCE_S
from ilp_core.domain.errors import WorkError
from ilp_core.storage.engine import Store
from ilp_core.words.en import desk
from tests.demo_town import Town, a_picture, ask, running_town

EMERGENCY = f"{desk.EMERGENCY}\n{desk.EMERGENCY_DETAIL}"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def test_an_emergency_gets_the_line_first(town: Town) -> None:
    phone = await town.officer()
    for words in ("shots fired 3rd and elm", "officer down", "10-33", "NEED BACKUP", "x " * 2000 + "shots fired"):
        assert (await ask(phone, words)).text == EMERGENCY, words[-30:]


async def test_an_emergency_is_seen_in_captions_edits_and_before_the_notice(town: Town) -> None:
    phone, newcomer = await town.officer(), await town.stranger()
    await phone.send_photo(a_picture(), caption="Shots fired, rear of the bank")
    assert (await phone.next_message()).text == EMERGENCY
    spoken = await phone.say("whats hot")
    await phone.next_message()
    await phone.edit(spoken, "officer down at the pier")
    assert (await phone.next_message()).text == EMERGENCY
    await ask(newcomer, f"/start {await town.invited('4472')}")
    assert (await ask(newcomer, "need backup")).text == EMERGENCY
    await town.quiet()
    assert [row for row in await town.audit() if row[2] == "emergency"] == [
        ("4471", "question", "emergency", "answered"),
        ("4471", "question", "emergency", "answered"),
        ("4472", "question", "emergency", "answered"),
    ]


async def test_the_past_and_a_meaning_are_no_emergency(town: Town) -> None:
    phone = await town.officer()
    for words in ("shots fired locs last 7", "whats 10-33 mean", "robberies with guns last month"):
        assert desk.EMERGENCY not in (await ask(phone, words)).text, words


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_the_emergency_line_needs_no_store(town: Town, trouble: str) -> None:
    assert PATIENCE_S <= 0.5, "the line must stand within 1 s (G36)"
    phone = await town.officer()
    with _store_away(town, _BrokenStore(hangs=trouble == "hangs")):
        assert (await ask(phone, "officer down")).text == EMERGENCY
    await town.quiet()
    # Recorded once the store is back, and told no second time however often Telegram brought it.
    assert [row for row in await town.audit() if row[2] == "emergency"] == [
        ("4471", "question", "emergency", "answered")
    ]
    assert [m.text for m in await phone.messages()].count(EMERGENCY) == 1


async def test_the_emergency_line_overtakes_a_question_that_hangs(town: Town) -> None:
    phone = await town.officer()
    going_on = asyncio.Event()
    whole = town.desk.answer

    async def hangs(*arguments: Any, **named: Any) -> Any:
        await going_on.wait()
        return await whole(*arguments, **named)

    town.desk.answer = hangs  # type: ignore[method-assign]
    await phone.say("whats hot tonight")
    await phone.say("officer down")
    try:
        assert (await phone.next_message(timeout=3)).text == EMERGENCY
    finally:
        going_on.set()
    assert (await phone.next_message()).text.startswith("Hot: beat 0103")


async def test_a_line_that_telegram_did_not_take_is_filed(town: Town) -> None:
    phone = await town.officer()
    town.sandbox.faults.set({"kind": "429", "method": "sendMessage", "count": 1, "retry_after": 1})
    assert (await ask(phone, "officer down")).text == EMERGENCY
    await town.quiet()
    assert [m.text for m in await phone.messages()].count(EMERGENCY) == 1


async def test_the_emergency_line_stands_when_the_store_fails_midway(town: Town) -> None:
    """The database opens, but what is asked of it fails: a damaged file, a wrong revision, a lost server."""
    phone = await town.officer()
    await asyncio.to_thread(_change_table, town, "ALTER TABLE chat RENAME TO chat_away")
    reply = await ask(phone, "officer down")
    await asyncio.to_thread(_change_table, town, "ALTER TABLE chat_away RENAME TO chat")
    assert reply.text == EMERGENCY


def _change_table(town: Town, statement: str) -> None:
    with closing(sqlite3.connect(town.database, isolation_level=None, timeout=10)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(statement)
        connection.execute("COMMIT")


async def test_while_the_store_is_away_a_question_waits_and_is_answered_after(town: Town) -> None:
    phone = await town.officer()
    with _store_away(town, _BrokenStore()):
        await phone.say("whats hot tonight")
        await asyncio.sleep(0.5)
    assert (await phone.next_message()).text.startswith("Hot: beat 0103")
    assert "whats hot" not in town.log.getvalue()


async def test_a_question_that_fails_three_times_gets_a_reference(town: Town) -> None:
    phone = await town.officer()
    whole, tries = town.desk.answer, list[str]()

    async def fails(message: Any, **_: Any) -> Any:
        tries.append(message.text)
        raise KeyError(message.text)

    town.desk.answer = fails  # type: ignore[method-assign]
    reply = await ask(phone, "whats hot near zelmstone")
    assert re.fullmatch(desk.FAILED.replace(".", r"\.").format(reference=r"U[0-9]+"), reply.text), reply.text
    assert len(tries) == 3
    town.desk.answer = whole  # type: ignore[method-assign]
    assert (await ask(phone, "whats hot tonight")).text.startswith("Hot: beat 0103")
    assert "is set aside as U" in town.log.getvalue()
    assert "KeyError" in town.log.getvalue()
    assert "zelmstone" not in town.log.getvalue()


@contextmanager
def _store_away(town: Town, broken: _BrokenStore) -> Iterator[None]:
    """The store is away for the way in and for the emergency line, and comes back."""
    intake, store = town.service.intake, town.store
    bot, tell = town.service.application.bot, intake.tell
    away = cast(Store, broken)
    broken.keys = store.keys
    intake.store = away
    intake.tell = lambda chat_id: emergency.tell(bot, away, chat_id)
    try:
        yield
    finally:
        intake.store, intake.tell = store, tell
        broken.recovers.set()


class _BrokenStore:
    """A store that cannot be opened, or that does not answer until it recovers."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs
        self.keys: Any = None
        self.recovers = asyncio.Event()

    def read(self) -> _BrokenStore:
        return self

    write = read

    async def __aenter__(self) -> None:
        if self._hangs:
            await self.recovers.wait()
        raise WorkError("The database town.db cannot be opened.")

    async def __aexit__(self, *_: object) -> None:
        """Nothing was opened."""
