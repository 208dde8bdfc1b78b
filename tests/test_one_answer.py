"""Differentiator D10: chat, command line and library give one answer, field for field, to 1,000 random questions.

Whole conversations are asked three ways: through the chat's handlers, with the conversation kept in the database
between two messages; as a batch of the command line; and from the desk itself.
"""

from __future__ import annotations

import asyncio
import csv
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from telegram import Update

from handlers import turn
from handlers.ask import ask_words
from handlers.dependencies import Dependencies, hand_over
from handlers.outgoing import Outgoing
from handlers.turn import Known
from ilp_core.assistant import patterns
from ilp_core.assistant.conversation import Context
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.messages import Message, Reply
from ilp_core.collect.places.gazetteer import ensure_gazetteer
from ilp_core.domain.officers import Enrolment, Officer
from ilp_core.domain.places import AreaRef
from ilp_core.present.contract import as_json
from ilp_core.storage.engine import Store, open_store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.uow import UnitOfWork
from tests.command_line import call
from tests.demo_town import FRIDAY_EVENING, copied_town
from tests.typos import typed

SESSIONS: Final = 250
EACH: Final = 4
OFFICERS: Final = (
    Officer("4471", "officer", AreaRef("beat", "0103"), "evenings"),
    Officer("2001", "supervisor", AreaRef("district", "001"), "evenings"),
    Officer("3301", "analyst"),
)
#: What may differ: how long it took, and the batch's own name of a line.
FREE: Final = frozenset({"id", "ms"})
#: Acts that the chat files and a dry run does not: each says what it did.
FILED: Final = frozenset({"disagree"})
#: Said in the middle of a conversation.
FOLLOW_UPS: Final = (
    "and yesterday?", "wat about beat 0101", "just burgs", "after 10pm only", "2nd one - why", "same but last month",
    "more", "why", "map", "nvm", "dist 2", "#1", "by count",
)  # fmt: skip
TIMES: Final = ("last week", "last nite", "yesterday", "past 28 days", "this month", "since monday", "tonight", "ytd")
NAMED: Final = {
    "time": TIMES,
    "area": ("beat 0101", "bt 106", "dist 2", "my beat", "beat 0999", "the whole town"),
    "hours": ("btwn 2200 n 0300", "after 10pm", "nights", "0800-1200"),
    "weekdays": ("fri and sat", "weekends", "mon to thu"),
    "compare": ("vs last year", "compared to the week before"),
    "item": ("2nd one", "#1", "number 3"),
    "ref": ("tip 2231", "hs2", "task 88"),
    "number": ("7", "30", "1200"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of one conversation."""

    session: int
    officer: Officer
    at: datetime
    text: str


def conversations(places: Sequence[str]) -> list[Asked]:
    """Random conversations: sayings with random offences, areas, places and times, half of them mistyped a little."""
    table = (files("ilp_core.words") / "tables" / "sayings.csv").read_text(encoding="utf-8")
    sayings = [row["saying"] for row in csv.DictReader(table.splitlines()) if row["language"] == "en"]
    choices = {**NAMED, "place": places, "offence": sorted(lexicon().offences)}
    chance = random.Random("one answer")  # noqa: S311 - questions, not secrets
    asked = []
    for session in range(SESSIONS):
        officer = chance.choice(OFFICERS)
        for number in range(EACH):
            text = chance.choice(FOLLOW_UPS if number and chance.random() < 0.3 else sayings)
            text = re.sub(r"<(\w+)>", lambda found: chance.choice(choices[found[1]]), text)
            if chance.random() < 0.5:
                text = typed(text, number, 0.15)
            # All within one shift: a chat is told the whole caution once in each.
            at = FRIDAY_EVENING + timedelta(seconds=30 * session + number)
            asked.append(Asked(session, officer, at, text))
    return asked


class Heard(Desk):
    """A desk that remembers its last reply."""

    last: Reply

    async def answer(self, message: Message, *, context: Context | None = None) -> Reply:
        """As the desk answers."""
        self.last = await super().answer(message, context=context)
        return self.last


@dataclass
class OneTurn:
    """The turn of one update: what it files is kept here, and its transaction is the store's own."""

    store: Store
    asked_at: datetime
    known: Known | None
    trouble: BaseException | None = None
    sent: list[Outgoing] = field(default_factory=list)

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[UnitOfWork]:
        """The transaction."""
        async with self.store.write() as uow:
            yield uow

    async def send(self, _: UnitOfWork, __: int, message: Outgoing, **___: object) -> None:
        """Keep the message."""
        self.sent.append(message)

    async def told(self) -> bool:
        """Nothing goes out before the answer."""
        return False


async def through_the_chat(store: Store, asked: Sequence[Asked], cautioned: str) -> list[dict[str, Any]]:
    """What the chat's handlers answer; in the middle of every fiftieth conversation the program starts anew."""
    answers = []
    desk = Heard(store)
    for number, each in enumerate(asked):
        if number % (50 * EACH) == EACH // 2:
            desk = Heard(store)
        chat_id = 1_000 + each.session
        enrolment = Enrolment(chat_id, each.officer.badge, FRIDAY_EVENING, cautioned=cautioned)
        mine = OneTurn(store, each.at, Known(enrolment, each.officer))
        turn.begin(mine)
        await ask_words(_update(number, chat_id, each), _context(desk, store, each.at))
        (sent,) = mine.sent
        assert sent.text == desk.last.answer.text
        answers.append(as_json(desk.last))
    return answers


def _context(desk: Desk, store: Store, at: datetime) -> Any:
    """What handlers find of the running program; no question needs the bot itself or the envelopes."""
    bot_data: dict[Any, Any] = {}
    hand_over(bot_data, Dependencies(desk, store, cast(Envelopes, None), lambda: at))
    return SimpleNamespace(bot_data=bot_data, bot=_NoBot())


class _NoBot:
    async def send_chat_action(self, *_: object) -> None:
        """Nobody watches."""


def _update(number: int, chat_id: int, each: Asked) -> Update:
    message = {
        "message_id": number + 1,
        "date": int(each.at.timestamp()),
        "chat": {"id": chat_id, "type": "private"},
        "text": each.text,
    }
    update = Update.de_json({"update_id": number, "message": message}, None)
    assert update
    return update


async def from_the_library(store: Store, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What the desk answers, with the conversation handed on by the caller."""
    desk, contexts = Desk(store), dict[int, Context]()
    answers = []
    for each in asked:
        message = Message(each.officer.badge, each.at, "command", each.text, past=True)
        reply = await desk.ask(message, context=contexts.get(each.session, Context()), dry_run=True)
        contexts[each.session] = reply.context
        answers.append(as_json(reply))
    return answers


def from_the_command_line(folder: Path, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What ``beatdesk ask --batch`` prints."""
    lines = [
        {
            "id": number,
            "as": each.officer.badge,
            "session": each.session,
            "at": each.at.isoformat(),
            "text": each.text,
        }
        for number, each in enumerate(asked)
    ]
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return [json.loads(line) for line in call("ask", "--batch", str(file), "--json").stdout.splitlines()]


async def prepared(database: Path) -> tuple[list[str], str]:
    """The town's officers taken on; names of its places, and the shift in which chats have had the caution."""
    store = open_store(f"sqlite+aiosqlite:///{database}")
    async with store.write() as uow:
        for officer in OFFICERS:
            if await uow.officers.get(officer.badge) is None:
                await uow.officers.add(officer, FRIDAY_EVENING)
    await ensure_gazetteer(store)
    async with store.read() as uow:
        entries = await uow.gazetteer.load()
    reply = await Desk(store).ask(Message("4471", FRIDAY_EVENING, "command", "help", past=True), dry_run=True)
    await store.close()
    return [entry.label for entry in entries][::7], reply.shift


def test_d10_chat_command_line_and_library_give_identical_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = asyncio.run(copied_town(tmp_path))
    address = f"sqlite+aiosqlite:///{database}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BEATDESK_DATABASE_URL", address)
    # Series are searched for meanwhile, and told once they are found: how soon that is depends on nobody's front end.
    monkeypatch.setattr(patterns, "series_if_ready", patterns.series_of)
    places, shift = asyncio.run(prepared(database))
    asked = conversations(places)
    assert len(asked) == 1_000

    async def both() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        store = open_store(address)
        try:
            return await from_the_library(store, asked), await through_the_chat(store, asked, shift)
        finally:
            await store.close()

    library, chat = asyncio.run(both())
    command_line = from_the_command_line(tmp_path, asked)
    for each, *answers in zip(asked, library, chat, command_line, strict=True):
        free = FREE | {"text"} if answers[0]["intent"] in FILED else FREE
        fields = [{key: value for key, value in answer.items() if key not in free} for answer in answers]
        assert fields[0] == fields[1] == fields[2], each
    intents = Counter(answer["intent"] for answer in library)
    assert len(intents) > 30
    assert sum(answer["receipt"] is not None for answer in library) > 150
    assert sum(answer["inherits"] for answer in library) > 50
    assert sum(answer["place"] is not None for answer in library) > 50
