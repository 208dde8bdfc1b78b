"""Every result of the sandbox is what the published Bot API says it is, and what python-telegram-bot reads."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import telegram
from telegram import TelegramObject

from bot.sandbox.api import METHODS
from bot.sandbox.call import Upload
from tests.sandbox_desk import OFFICER, Desk, picture
from tests.support import SHARED, require


@cache
def published() -> dict[str, Any]:
    """The Bot API's methods and types as published, by name."""
    require("shared")
    found: dict[str, Any] = json.loads((SHARED / "data/telegram/bot_api_10.1.json").read_text())
    return found


def results() -> list[tuple[str, str, Any]]:
    """(method, type of the result, result) for every method in the table."""
    desk = Desk()
    keyboard = {"inline_keyboard": [[{"text": "Map", "callback_data": "m"}, {"text": "Law", "url": "https://a.b"}]]}
    text = '<b>Beat</b> <a href="https://a.b">x</a> /why <pre><code class="language-sql">y</code></pre>'
    where: dict[str, Any] = {"chat_id": OFFICER}
    sent = desk.call(
        "sendMessage", **where, text=text, parse_mode="HTML", reply_markup=keyboard, protect_content=True
    )
    reply = desk.call("sendMessage", **where, text="y", reply_parameters={"message_id": sent["message_id"]})
    photo = desk.call("sendPhoto", uploads={"photo": picture()}, **where, caption="<i>c</i>", parse_mode="HTML")
    report = Upload("briefing.pdf", "application/pdf", b"%PDF-")
    this = {**where, "message_id": sent["message_id"]}
    that = {**where, "message_id": photo["message_id"]}
    query = desk.world.press(OFFICER, sent["message_id"], 0, 0)
    desk.world.share_location(OFFICER, 38.5, -47.0)
    desk.world.edit(OFFICER, desk.world.say(OFFICER, "0835").message_id, "0836")
    menu = [{"command": "help", "description": "What you can ask"}]
    return [
        ("getMe", "User", desk.call("getMe")),
        ("setMyCommands", "Boolean", desk.call("setMyCommands", commands=menu)),
        ("getMyCommands", "Array of BotCommand", desk.call("getMyCommands")),
        ("setMyDescription", "Boolean", desk.call("setMyDescription", description="x")),
        ("setMyShortDescription", "Boolean", desk.call("setMyShortDescription", short_description="x")),
        ("sendMessage", "Message", sent),
        ("sendMessage", "Message", reply),
        ("sendPhoto", "Message", photo),
        ("sendDocument", "Message", desk.call("sendDocument", uploads={"document": report}, **where)),
        ("sendLocation", "Message", desk.call("sendLocation", **where, latitude=38.5, longitude=-47)),
        ("sendChatAction", "Boolean", desk.call("sendChatAction", **where, action="typing")),
        ("getUpdates", "Array of Update", desk.call("getUpdates")),
        ("answerCallbackQuery", "Boolean", desk.call("answerCallbackQuery", callback_query_id=query.query_id)),
        ("editMessageText", "Message", desk.call("editMessageText", **this, text="z", reply_markup=keyboard)),
        ("editMessageReplyMarkup", "Message", desk.call("editMessageReplyMarkup", **this)),
        ("editMessageCaption", "Message", desk.call("editMessageCaption", **that, caption="d")),
        ("getFile", "File", desk.call("getFile", file_id=photo["photo"][0]["file_id"])),
        ("getChat", "ChatFullInfo", desk.call("getChat", **where)),
        ("deleteMessage", "Boolean", desk.call("deleteMessage", **this)),
        ("getWebhookInfo", "WebhookInfo", desk.call("getWebhookInfo")),
        ("setWebhook", "Boolean", desk.call("setWebhook", url="")),
        ("deleteWebhook", "Boolean", desk.call("deleteWebhook")),
    ]


def problems(value: Any, name: str, path: str) -> list[str]:
    """Where ``value`` is not what the published type says."""
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{path}: not a list"]
        inner = name.removeprefix("Array of ")
        return [wrong for n, item in enumerate(value) for wrong in problems(item, inner, f"{path}[{n}]")]
    simple: dict[str, tuple[type, ...]] = {
        "Integer": (int,), "String": (str,), "Float": (int, float), "Boolean": (bool,), "True": (bool,)
    }  # fmt: skip
    if name in simple:
        right = isinstance(value, simple[name]) and (name in ("Boolean", "True") or not isinstance(value, bool))
        return [] if right else [f"{path}: {value!r} is no {name}"]
    kind = published()["types"][name]
    if "subtypes" in kind:
        tries = [problems(value, subtype, path) for subtype in kind["subtypes"]]
        return [] if [] in tries else tries[0]
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no {name}"]
    fields = {field["name"]: field for field in kind["fields"]}
    wrong = [f"{path}.{key}: not in {name}" for key in value if key not in fields]
    wrong += [f"{path}.{key}: missing" for key, field in fields.items() if field["required"] and key not in value]
    for key in value.keys() & fields.keys():
        tries = [problems(value[key], choice, f"{path}.{key}") for choice in fields[key]["types"]]
        wrong += [] if [] in tries else tries[0]
    return wrong


def leftovers(parsed: object, path: str) -> list[str]:
    """Where python-telegram-bot kept keys that it does not know."""
    if isinstance(parsed, (tuple, list)):
        return [wrong for n, item in enumerate(parsed) for wrong in leftovers(item, f"{path}[{n}]")]
    if not isinstance(parsed, TelegramObject):
        return []
    wrong = [f"{path}: {key}" for key in parsed.api_kwargs]
    for slot in {name for kind in type(parsed).__mro__ for name in getattr(kind, "__slots__", ())}:
        if not slot.startswith("_") and slot != "api_kwargs":
            wrong += leftovers(getattr(parsed, slot, None), f"{path}.{slot}")
    return wrong


def test_every_method_of_the_table_is_exercised_below() -> None:
    assert {method.lower() for method, _, _ in results()} == set(METHODS)


@pytest.mark.shared
def test_results_are_of_the_published_types() -> None:
    for method, kind, result in results():
        assert kind in published()["methods"][method]["returns"]
        assert problems(result, kind, method) == []


@pytest.mark.shared
def test_the_check_itself_sees_a_wrong_result() -> None:
    wrong = {"id": "1", "is_bot": False, "nick": "x"}
    assert problems(wrong, "User", "u") == ["u.nick: not in User", "u.first_name: missing", "u.id: '1' is no Integer"]


def test_results_are_read_by_the_library_without_a_rest() -> None:
    for method, kind, result in results():
        reader = getattr(telegram, kind.removeprefix("Array of "), None)
        if reader is None:
            assert result is True
            continue
        parsed = reader.de_list(result, None) if isinstance(result, list) else reader.de_json(result, None)
        assert parsed
        assert leftovers(parsed, method) == []
