"""Deliveries that fail on purpose, the record of a bot's calls, and the sandbox as a program of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from bot.sandbox import webhooks
from bot.sandbox.__main__ import FIRST_ACCOUNT
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from tests.bot_api_description import call_problems
from tests.post_office import eventually
from tests.sandbox_desk import OFFICER, STRANGER, picture


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    monkeypatch.setattr(webhooks, "FIRST_WAIT_S", 0.01)
    people = [Persona(number, "Account", "") for number in (OFFICER, STRANGER)]
    made = Sandbox(people, flood_control=False, acquainted=(OFFICER, STRANGER))
    await made.start()
    yield made
    await made.stop()


class Door:
    """The bot's end of a webhook: takes everything, or holds what comes until it is let in."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.inside = self.most_inside = 0
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, update: dict[str, Any]) -> None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.came.append(update["message"]["text"])
        await self.open.wait()
        self.inside -= 1

    async def has(self, number: int) -> bool:
        return len(self.came) >= number


class _Taker(RequestHandler):
    def initialize(self, door: Door) -> None:
        self.door = door

    async def post(self) -> None:
        await self.door.take(json.loads(self.request.body))


@pytest.fixture
async def door(sandbox: Sandbox) -> AsyncIterator[Door]:
    """A webhook that is set, and what comes through it."""
    made = Door()
    socket, port = bind_unused_port()
    server = HTTPServer(Application([("/", _Taker, {"door": made})]))
    server.add_sockets([socket])
    await call(sandbox, "setWebhook", url=f"http://127.0.0.1:{port}/", max_connections=2)
    yield made
    made.open.set()
    await call(sandbox, "deleteWebhook")
    server.stop()
    await server.close_all_connections()


async def call(sandbox: Sandbox, method: str, **parameters: Any) -> Any:
    async with httpx.AsyncClient(base_url=f"{sandbox.root}/bot{SANDBOX_TOKEN}") as http:
        return (await http.post(f"/{method}", json=parameters)).json()["result"]


async def test_an_update_whose_answer_is_lost_comes_twice(sandbox: Sandbox, door: Door) -> None:
    sandbox.faults.set({"kind": "lost", "method": "webhook", "count": 1})
    sandbox.world.say(OFFICER, "one")
    sandbox.world.say(OFFICER, "two")
    await eventually(door.has, 3)
    assert door.came == ["one", "one", "two"]


async def test_an_update_that_is_cut_off_comes_once_and_later(sandbox: Sandbox, door: Door) -> None:
    sandbox.faults.set({"kind": "429", "method": "*"})  # strikes methods, not deliveries
    sandbox.faults.set({"kind": "cut", "method": "webhook", "count": 2, "chat": OFFICER})
    sandbox.world.say(OFFICER, "late")
    sandbox.world.say(STRANGER, "at once")
    await eventually(door.has, 2)
    assert sorted(door.came) == ["at once", "late"]
    sandbox.faults.set({"kind": "none"})
    assert (await call(sandbox, "getWebhookInfo"))["last_error_message"] == "Connection reset by peer"


async def test_a_chat_that_waits_does_not_hold_up_another(sandbox: Sandbox, door: Door) -> None:
    door.open.clear()
    sandbox.world.say(OFFICER, "one")
    sandbox.world.say(OFFICER, "two")
    sandbox.world.say(STRANGER, "other")
    await eventually(door.has, 2)
    assert sorted(door.came) == ["one", "other"]
    assert (await call(sandbox, "getWebhookInfo"))["pending_update_count"] == 3
    door.open.set()
    await eventually(door.has, 3)
    assert (door.came[2], door.most_inside) == ("two", 2)


async def test_updates_that_waited_are_dropped_where_the_bot_says_so(sandbox: Sandbox, door: Door) -> None:
    sandbox.faults.set({"kind": "cut", "method": "webhook"})
    sandbox.world.say(OFFICER, "unwanted")
    await call(sandbox, "deleteWebhook", drop_pending_updates=True)
    assert await call(sandbox, "getUpdates") == []


@pytest.mark.shared
async def test_what_the_library_sends_is_documented(sandbox: Sandbox) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Map", callback_data="m")]])
    async with Bot(SANDBOX_TOKEN, base_url=f"{sandbox.root}/bot") as bot:
        sent = await bot.send_message(OFFICER, "<b>x</b>", parse_mode="HTML", reply_markup=keys, protect_content=True)
        await bot.send_photo(OFFICER, picture().content, reply_parameters=ReplyParameters(sent.message_id))
        await bot.send_media_group(OFFICER, [InputMediaPhoto(picture().content), InputMediaPhoto(picture().content)])
        await bot.send_voice(OFFICER, b"OggS", duration=2)
        await bot.send_venue(OFFICER, 1, 2, "t", "a")
        poll = await bot.send_poll(OFFICER, "Q", ["A", "B"], is_anonymous=False)
        await bot.stop_poll(OFFICER, poll.message_id)
        await bot.set_message_reaction(OFFICER, sent.message_id, "\N{THUMBS UP SIGN}")
        await bot.edit_message_text("y", OFFICER, sent.message_id)
        await bot.delete_messages(OFFICER, [sent.message_id])
        await bot.get_chat_member(OFFICER, bot.id)
        await bot.get_updates(allowed_updates=["message", "poll"], timeout=0)
        await bot.set_webhook("http://127.0.0.1:9/x", secret_token="s", max_connections=5)
    assert len(sandbox.calls) == 14  # getMe is the fourteenth, made when the bot starts
    for made in sandbox.calls:
        assert call_problems(made.method, made.parameters, made.uploads) == []


async def test_it_runs_as_a_program_until_it_is_asked_to_stop() -> None:
    command = (sys.executable, "-m", "bot.sandbox", "--personas", "3", "--no-flood")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    root = (await process.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=root) as http:
        people = (await http.get("/sandbox/personas")).json()["personas"]
        wish = {"chat_id": FIRST_ACCOUNT, "text": "x"}
        codes = [(await http.post(f"/bot{SANDBOX_TOKEN}/sendMessage", json=wish)).status_code for _ in range(30)]
    assert [person["id"] for person in people] == [FIRST_ACCOUNT, FIRST_ACCOUNT + 1, FIRST_ACCOUNT + 2]
    assert codes == [200] * 30
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
