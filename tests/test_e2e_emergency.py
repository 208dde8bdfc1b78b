"""The emergency line (guard-rail G36): before everything else, whatever is wrong with the store."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from bot.courier import Courier
from handlers.dependencies import Dependencies, hand_over
from handlers.guard import PATIENCE_S
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
    broken = cast(Store, _BrokenStore(hangs=trouble == "hangs"))
    hand_over(town.application.bot_data, Dependencies(town.desk, broken, Courier(town.application.bot), town.clock))
    assert (await ask(phone, "officer down")).text == EMERGENCY


async def test_the_emergency_line_overtakes_a_question_that_hangs(town: Town) -> None:
    phone = await town.officer()
    broken = _BrokenStore(hangs=True)
    whole = town.application.bot_data.copy()
    needs = Dependencies(town.desk, cast(Store, broken), Courier(town.application.bot), town.clock)
    hand_over(town.application.bot_data, needs)
    await phone.say("whats hot tonight")
    await phone.say("officer down")
    try:
        assert (await phone.next_message(timeout=3)).text == EMERGENCY
    finally:
        town.application.bot_data.update(whole)
        broken.recovers.set()
        await town.quiet()


async def test_the_emergency_line_stands_when_the_store_fails_midway(town: Town) -> None:
    """The database opens, but what is asked of it fails: a damaged file, a wrong revision, a lost server."""
    phone = await town.officer()
    _change_table(town, "ALTER TABLE chat RENAME TO chat_away")
    reply = await ask(phone, "officer down")
    _change_table(town, "ALTER TABLE chat_away RENAME TO chat")
    assert reply.text == EMERGENCY


def _change_table(town: Town, statement: str) -> None:
    with closing(sqlite3.connect(town.database)) as connection, connection:
        connection.execute(statement)


async def test_when_the_store_fails_a_question_gets_a_reference(town: Town) -> None:
    phone = await town.officer()
    whole = town.application.bot_data.copy()
    broken = cast(Store, _BrokenStore())
    hand_over(town.application.bot_data, Dependencies(town.desk, broken, Courier(town.application.bot), town.clock))
    reply = await ask(phone, "whats hot tonight")
    found = re.fullmatch(desk.FAILED.replace(".", r"\.").format(reference=r"([0-9A-F]{6})"), reply.text)
    assert found, reply.text
    assert f"failure {found[1]}" in town.log.getvalue()
    assert "whats hot" not in town.log.getvalue()
    town.application.bot_data.update(whole)
    assert (await ask(phone, "whats hot tonight")).text.startswith("Hot: beat 0103")


class _BrokenStore:
    """A store that cannot be opened, or that never answers."""

    def __init__(self, *, hangs: bool = False) -> None:
        self._hangs = hangs
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
