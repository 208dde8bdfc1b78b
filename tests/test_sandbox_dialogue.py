"""An unmodified python-telegram-bot application talks to the sandbox over HTTP; foreign requests do not get in."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.constants import ChatAction, ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox, TownMap
from tests.sandbox_client import Phone
from tests.support import ROOT

OFFICER = Persona(1001, "Patrol officer 4471", "Beat 0102, evenings", "H7K2QX")
STRANGER = Persona(1003, "Stranger", "Not enrolled")
TOWN = TownMap("Port Harrow", "Port Harrow is an invented town.", (("0102", ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0))),))


def drawing() -> bytes:
    content = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "PNG")
    return content.getvalue()


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    choices = InlineKeyboardMarkup([[InlineKeyboardButton("Map", callback_data="map")]])
    code = context.args[0] if context.args else "none"
    await update.message.reply_text(
        f"<b>Code</b> {code}", parse_mode=ParseMode.HTML, reply_markup=choices, protect_content=True
    )


async def press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query, chat = update.callback_query, update.effective_chat
    assert query
    assert chat
    await query.answer("Here it is")
    await query.edit_message_text("Drawn")
    await chat.send_action(ChatAction.UPLOAD_PHOTO)
    where = ReplyKeyboardMarkup([[KeyboardButton("Share my location", request_location=True)]])
    await chat.send_photo(drawing(), caption="A map", reply_markup=where)


async def locate(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    assert update.message.location
    await update.message.reply_text(f"{update.message.location.latitude:.2f}", do_quote=True)


async def measure(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    file = await update.message.photo[-1].get_file()
    await update.message.reply_text(f"{len(await file.download_as_bytearray())} bytes")


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message
    kind = "changed" if update.edited_message else "said"
    await update.effective_message.reply_text(f"{kind}: {update.effective_message.text}")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox([OFFICER, STRANGER], town=TOWN)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def running(sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    builder = ApplicationBuilder().token(SANDBOX_TOKEN)
    builder = builder.base_url(f"{sandbox.root}/bot").base_file_url(f"{sandbox.root}/file/bot")
    app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(press))
    app.add_handler(MessageHandler(filters.LOCATION, locate))
    app.add_handler(MessageHandler(filters.PHOTO, measure))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    assert app.updater
    async with app:
        await app.start()
        await app.updater.start_polling()
        yield sandbox
        await app.updater.stop()
        await app.stop()


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.root) as client:
        yield client


async def test_a_dialogue_with_buttons_picture_and_location(running: Sandbox) -> None:
    async with Phone(running.root, OFFICER.user_id) as phone:
        await phone.start()
        banner = await phone.next_message()
        assert (banner.text, banner.buttons, banner.protected) == ("Code H7K2QX", ("Map",), True)
        assert banner.raw["entities"] == [{"type": "bold", "offset": 0, "length": 4}]

        query = await phone.press("Map")
        assert await phone.answer(query) == "Here it is"
        assert (await phone.wait_for(lambda m: m.edited)).text == "Drawn"
        picture = await phone.next_message()
        assert picture.text == "A map"
        assert await phone.file(picture) == drawing()
        assert await phone.keyboard() == ("Share my location",)

        await phone.share_location(38.5, -47)
        reply = await phone.next_message()
        assert reply.text == "38.50"
        assert reply.raw["reply_to_message"]["location"] == {"latitude": 38.5, "longitude": -47.0}


async def test_a_picture_an_edit_and_a_deletion_by_the_persona(running: Sandbox) -> None:
    async with Phone(running.root, STRANGER.user_id) as phone:
        await phone.send_photo(drawing())
        assert (await phone.next_message()).text == f"{len(drawing())} bytes"
        said = await phone.say("0835")
        assert (await phone.next_message()).text == "said: 0835"
        await phone.edit(said, "0836")
        assert (await phone.next_message()).text == "changed: 0836"
        await phone.delete(said)
        assert said not in [message.message_id for message in await phone.messages()]


async def test_chats_are_separate(running: Sandbox) -> None:
    async with Phone(running.root, OFFICER.user_id) as one, Phone(running.root, STRANGER.user_id) as other:
        await one.say("mine")
        assert (await one.next_message()).text == "said: mine"
        assert await other.messages() == []


EVERYWHERE = "0.0.0.0"  # noqa: S104 - the very address that must be refused


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.5", "example.org", ""])
def test_any_host_but_loopback_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Sandbox([OFFICER], host=host)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:80"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_foreign_pages_are_kept_out(http: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    for path in ("/sandbox/say", f"/bot{SANDBOX_TOKEN}/getMe"):
        answer = await http.post(path, json={"persona": 1001, "text": "hello"}, headers=headers)
        assert answer.status_code == status


async def test_a_form_of_a_foreign_page_says_nothing(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    answer = await http.post("/sandbox/say", content='{"persona": 1001, "text": "x"}')
    assert answer.status_code == 400
    assert sandbox.world.fetch(0, 100) == []


@pytest.mark.parametrize("body", ["[]", "{", '{"persona": "x"}', '{"persona": 1001, "text": ""}', '{"persona": 9}'])
async def test_a_wish_that_cannot_be_done_gets_one_sentence(http: httpx.AsyncClient, body: str) -> None:
    answer = await http.post("/sandbox/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


async def test_only_the_sandboxs_token_is_known(http: httpx.AsyncClient) -> None:
    answer = await http.post("/bot123456:REAL/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    assert (await http.get("/file/bot123456:REAL/files/x")).status_code == 404


async def test_calls_are_read_in_every_form(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.world.say(OFFICER.user_id, "/start")
    path, fields = f"/bot{SANDBOX_TOKEN}/sendMessage", {"chat_id": "1001", "text": "x"}
    answers = [
        await http.get(path, params=fields),
        await http.post(path, data=fields),
        await http.post(path, json={"chat_id": 1001, "text": "x"}),
        await http.post(path, files={name: (None, value) for name, value in fields.items()}),
    ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["x"] * 4
    broken = await http.post(path, content="{", headers={"Content-Type": "application/json"})
    assert broken.json()["description"] == "Bad Request: can't parse JSON object"


async def test_a_second_poller_ends_the_first(http: httpx.AsyncClient) -> None:
    path = f"/bot{SANDBOX_TOKEN}/getUpdates"
    first = asyncio.create_task(http.post(path, json={"timeout": 20}))
    await asyncio.sleep(0.1)
    second = await http.post(path, json={"timeout": 0})
    assert second.json() == {"ok": True, "result": []}
    assert (await first).json()["error_code"] == 409


async def test_a_long_poll_ends_with_the_update_or_with_the_server(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    path = f"/bot{SANDBOX_TOKEN}/getUpdates"
    poll = asyncio.create_task(http.post(path, json={"timeout": 20}))
    await asyncio.sleep(0.1)
    sandbox.world.say(OFFICER.user_id, "hello")
    (update,) = (await poll).json()["result"]
    assert update["message"]["text"] == "hello"
    poll = asyncio.create_task(http.post(path, json={"timeout": 20, "offset": update["update_id"] + 1}))
    await asyncio.sleep(0.1)
    await asyncio.wait_for(asyncio.gather(sandbox.stop(), poll, return_exceptions=True), 5)


async def test_an_unknown_method_is_loud(
    sandbox: Sandbox, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "bot"):
        answer = await http.post(f"/bot{SANDBOX_TOKEN}/sendDice")
    assert answer.status_code == 404
    assert "sendDice" in caplog.text
    assert SANDBOX_TOKEN not in caplog.text
    assert (await http.get("/sandbox/personas")).json()["unknown_methods"] == {"sendDice": 1}


async def test_the_stream_tells_what_changed(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/sandbox/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": open"
        sandbox.world.say(OFFICER.user_id, "two\nlines")
        told = [await anext(lines), await anext(lines)]
    assert told[0] == ""
    assert json.loads(told[1].removeprefix("data: "))["data"]["text"] == "two\nlines"


async def test_the_page_allows_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    names = {part.name for part in (ROOT / "bot" / "sandbox" / "page").iterdir()} - {"index.html"}
    assert "chat.js" in names
    for name in names:
        part = await http.get(f"/sandbox/page/{name}")
        assert part.status_code == 200, f"{name} is not served"
        assert f"/sandbox/page/{name}" in page.text or name.endswith(".js")
        assert "innerHTML" not in part.text
        assert "https://" not in part.text
    assert (await http.get("/sandbox/page/server.py")).status_code == 404
    assert (await http.get("/elsewhere")).status_code == 404


async def test_the_bot_may_write_first_to_those_who_wrote_in_an_earlier_run() -> None:
    made = Sandbox([OFFICER, STRANGER], acquainted=[OFFICER.user_id])
    await made.start()
    async with httpx.AsyncClient(base_url=f"{made.root}/bot{SANDBOX_TOKEN}") as client:
        known = await client.post("/sendMessage", json={"chat_id": OFFICER.user_id, "text": "Briefing"})
        unknown = await client.post("/sendMessage", json={"chat_id": STRANGER.user_id, "text": "Briefing"})
    await made.stop()
    assert (known.status_code, unknown.status_code) == (200, 403)
