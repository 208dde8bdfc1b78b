"""What the sandbox's Bot API refuses, and that it refuses it in Telegram's words. No server is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.call import Upload
from bot.sandbox.flood import Rates
from bot.sandbox.rules import QUERY_LIFE_S
from tests.sandbox_desk import OFFICER, STRANGER, Desk, picture


@pytest.fixture
def desk() -> Desk:
    return Desk()


def buttons(*data: str) -> str:
    return json.dumps({"inline_keyboard": [[{"text": "Map", "callback_data": item} for item in data]]})


@pytest.mark.parametrize(
    ("parameters", "code", "description"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": " <b> </b> ", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "🚓" * 2049}, 400, "Bad Request: message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "chat_id": 42}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@somebody"}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": STRANGER}, 403, "Forbidden: bot can't initiate conversation with a user"),
        ({"text": "x", "reply_markup": buttons("")}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": buttons("ä" * 33)}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": "{"}, 400, "Bad Request: can't parse reply_markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": 1}}, 400, "Bad Request: message to be replied not found"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, 400, "Bad Request: entity beyond"),
        ({"text": "x", "parse_mode": "MarkdownV2"}, 400, "Bad Request: unsupported parse_mode"),
    ],
)
def test_send_message_refuses(desk: Desk, parameters: dict[str, Any], code: int, description: str) -> None:
    refusal = desk.refusal("sendMessage", **{"chat_id": OFFICER, **parameters})
    assert refusal.code == code
    assert refusal.description.startswith(description)
    assert len(desk.world.chats[OFFICER]) == 1


def test_the_limits_themselves_are_allowed(desk: Desk) -> None:
    sent = desk.call(
        "sendMessage",
        chat_id=str(OFFICER),
        text="<b>" + "x" * 4096 + "</b>",
        parse_mode="HTML",
        reply_markup=buttons("ä" * 32),
    )
    assert len(sent["text"]) == 4096
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "ä" * 32


@pytest.mark.parametrize(
    ("upload", "caption", "description"),
    [
        (picture(), "x" * 1025, "Bad Request: message caption is too long"),
        (picture(9000, 1001), "", "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (picture(210, 10), "", "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (Upload("x.png", "image/png", b"not a picture"), "", "Bad Request: IMAGE_PROCESS_FAILED"),
        (Upload("x.png", "image/png", b""), "", "Bad Request: file must be non-empty"),
        (Upload("x.png", "image/png", bytes(10 * 1024 * 1024 + 1)), "", "Bad Request: file is too big"),
    ],
)
def test_send_photo_refuses(desk: Desk, upload: Upload, caption: str, description: str) -> None:
    refusal = desk.refusal("sendPhoto", uploads={"photo": upload}, chat_id=OFFICER, caption=caption)
    assert (refusal.code, refusal.description) == (400, description)


def test_a_photo_is_sent_again_by_its_file_id(desk: Desk) -> None:
    sent = desk.call("sendPhoto", uploads={"a": picture()}, chat_id=OFFICER, photo="attach://a", caption="x" * 1024)
    size = sent["photo"][0]
    assert (size["width"], size["height"]) == (30, 20)
    again = desk.call("sendPhoto", chat_id=OFFICER, photo=size["file_id"])
    assert again["photo"] == sent["photo"]
    assert desk.call("getFile", file_id=size["file_id"])["file_size"] == size["file_size"]
    assert desk.refusal("sendPhoto", chat_id=OFFICER, photo="AgAC").code == 400
    assert desk.refusal("getFile", file_id="AgAC").code == 400


def test_edits_are_refused_where_telegram_refuses_them(desk: Desk) -> None:
    sent = desk.call("sendMessage", chat_id=OFFICER, text="<b>x</b>", parse_mode="HTML", reply_markup=buttons("m"))
    number = sent["message_id"]
    same: dict[str, Any] = {"text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": buttons("m")}
    refusal = desk.refusal("editMessageText", chat_id=OFFICER, message_id=number, **same)
    assert refusal.description.startswith("Bad Request: message is not modified")
    refusal = desk.refusal("editMessageText", chat_id=OFFICER, message_id=number + 9, text="y")
    assert refusal.description == "Bad Request: message to edit not found"
    refusal = desk.refusal("editMessageText", chat_id=OFFICER, message_id=number - 1, text="y")
    assert refusal.description == "Bad Request: message can't be edited"
    refusal = desk.refusal("editMessageCaption", chat_id=OFFICER, message_id=number, caption="y")
    assert refusal.description == "Bad Request: there is no caption in the message to edit"
    edited = desk.call("editMessageReplyMarkup", chat_id=OFFICER, message_id=number)
    assert "reply_markup" not in edited
    assert edited["edit_date"] == 1_800_000_000


def test_a_deleted_message_is_gone(desk: Desk) -> None:
    number = desk.call("sendMessage", chat_id=OFFICER, text="x")["message_id"]
    assert desk.call("deleteMessage", chat_id=OFFICER, message_id=number) is True
    refusal = desk.refusal("deleteMessage", chat_id=OFFICER, message_id=number)
    assert refusal.description == "Bad Request: message to delete not found"


def test_an_old_query_is_not_answered(desk: Desk) -> None:
    number = desk.call("sendMessage", chat_id=OFFICER, text="x", reply_markup=buttons("m"))["message_id"]
    fresh = desk.world.press(OFFICER, number, 0, 0)
    assert desk.call("answerCallbackQuery", callback_query_id=fresh.query_id, text="ok") is True
    desk.now += QUERY_LIFE_S + 1
    for query_id in (fresh.query_id, "77"):
        refusal = desk.refusal("answerCallbackQuery", callback_query_id=query_id)
        assert refusal.description.startswith("Bad Request: query is too old and response timeout expired")


def test_a_loop_of_messages_meets_flood_control(desk: Desk) -> None:
    for _ in range(Rates().chat.burst):
        desk.call("sendMessage", chat_id=OFFICER, text="x")
    refusal = desk.refusal("sendMessage", chat_id=OFFICER, text="x")
    assert (refusal.code, refusal.retry_after) == (429, 1)
    desk.now += 1
    assert desk.call("sendMessage", chat_id=OFFICER, text="x")["text"] == "x"


def test_an_unknown_method_is_refused_and_counted(desk: Desk) -> None:
    assert desk.refusal("sendDice", chat_id=OFFICER).code == 404
    assert desk.account.unknown == {"sendDice": 1}


def test_a_webhook_elsewhere_is_refused_and_no_webhook_is_fine(desk: Desk) -> None:
    refusal = desk.refusal("setWebhook", url="https://example.org/hook")
    assert refusal.description == "Bad Request: bad webhook: the sandbox delivers to this machine only"
    assert desk.call("setWebhook", url="") is True
    assert desk.call("deleteWebhook", drop_pending_updates="true") is True
    assert desk.call("getWebhookInfo")["pending_update_count"] == 0


def test_the_narrowest_command_menu_is_shown(desk: Desk) -> None:
    menu = [{"command": "help", "description": "What you can ask"}]
    own = [{"command": "brief", "description": "Brief me"}]
    desk.call("setMyCommands", commands=json.dumps(menu))
    desk.call("setMyCommands", commands=own, scope={"type": "chat", "chat_id": OFFICER})
    assert desk.account.commands_for(STRANGER) == menu
    assert desk.account.commands_for(OFFICER) == own
    assert desk.call("getMyCommands") == menu
    wrong = [{"command": "Help me", "description": "x"}]
    assert desk.refusal("setMyCommands", commands=wrong).description == "Bad Request: BOT_COMMAND_INVALID"
    silent = [{"command": "help", "description": ""}]
    assert desk.refusal("setMyCommands", commands=silent).description.endswith("DESCRIPTION_INVALID")


@pytest.mark.parametrize(
    ("method", "parameters", "description"),
    [
        ("sendLocation", {"latitude": 91, "longitude": 0}, "Bad Request: invalid location specified"),
        ("sendLocation", {"latitude": "north", "longitude": 0}, "Bad Request: latitude must be a number"),
        ("sendChatAction", {"action": "juggling"}, "Bad Request: wrong parameter action in request"),
        ("sendDocument", {}, "Bad Request: there is no document in the request"),
        ("editMessageText", {"text": "x"}, "Bad Request: message identifier is not specified"),
        ("deleteMessage", {"message_id": "x"}, "Bad Request: message identifier is not specified"),
        ("setMyDescription", {"description": "x" * 513}, "Bad Request: description is too long"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "Bad Request: short description is too long"),
    ],
)
def test_other_refusals(desk: Desk, method: str, parameters: dict[str, Any], description: str) -> None:
    assert desk.refusal(method, chat_id=OFFICER, **parameters).description == description
