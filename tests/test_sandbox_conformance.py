"""Every result of the sandbox is what the published Bot API says it is, and what python-telegram-bot reads."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from telegram import TelegramObject

from bot.sandbox import deeds
from bot.sandbox.api import METHODS
from bot.sandbox.call import Upload
from tests.bot_api_description import call_problems, problems, published
from tests.sandbox_desk import OFFICER, Desk, picture


def results() -> list[tuple[str, str, Any]]:
    """(method, type of the result, result) for every method in the table."""
    desk = Desk(flood=False)
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
    live = desk.call("sendLocation", **where, latitude=38.5, longitude=-47, live_period=600, heading=90)
    moving = {**where, "message_id": live["message_id"]}
    poll = desk.call("sendPoll", **where, question="Who is on?", options=[{"text": "Me"}, {"text": "Not me"}])
    quiz = {"type": "quiz", "correct_option_ids": [1], "is_anonymous": False}
    item = {"type": "photo", "media": "attach://one", "caption": "<b>c</b>", "parse_mode": "HTML"}
    two = [item, {"type": "photo", "media": photo["photo"][0]["file_id"]}]
    other = {"type": "document", "media": "attach://two"}
    ogg, thumb = Upload("v.ogg", "audio/ogg", b"OggS"), [{"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}]
    menu = [{"command": "help", "description": "What you can ask"}]
    again = {**where, "from_chat_id": OFFICER, "message_id": photo["message_id"]}
    some = [desk.call("sendMessage", **where, text="x")["message_id"] for _ in range(2)]
    do = desk.call
    return [
        ("getMe", "User", do("getMe")),
        ("setMyCommands", "Boolean", do("setMyCommands", commands=menu)),
        ("getMyCommands", "Array of BotCommand", do("getMyCommands")),
        ("deleteMyCommands", "Boolean", do("deleteMyCommands")),
        ("setMyDescription", "Boolean", do("setMyDescription", description="x")),
        ("getMyDescription", "BotDescription", do("getMyDescription")),
        ("setMyShortDescription", "Boolean", do("setMyShortDescription", short_description="x")),
        ("getMyShortDescription", "BotShortDescription", do("getMyShortDescription")),
        ("sendMessage", "Message", sent),
        ("sendMessage", "Message", reply),
        ("sendPhoto", "Message", photo),
        ("sendDocument", "Message", do("sendDocument", uploads={"document": report}, **where)),
        ("sendVoice", "Message", do("sendVoice", uploads={"voice": ogg}, **where, duration=3, caption="v")),
        ("sendLocation", "Message", do("sendLocation", **where, latitude=38.5, longitude=-47)),
        ("sendLocation", "Message", live),
        ("sendVenue", "Message", do("sendVenue", **where, latitude=38.5, longitude=-47, title="t", address="a")),
        ("sendMediaGroup", "Array of Message", do("sendMediaGroup", uploads={"one": picture()}, **where, media=two)),
        ("sendPoll", "Message", poll),
        ("sendPoll", "Message", do("sendPoll", **where, question="How many?", options=["1", "2"], **quiz)),
        ("sendChatAction", "Boolean", do("sendChatAction", **where, action="typing")),
        ("getUpdates", "Array of Update", do("getUpdates")),
        ("answerCallbackQuery", "Boolean", do("answerCallbackQuery", callback_query_id=query.query_id)),
        ("editMessageText", "Message", do("editMessageText", **this, text="z", reply_markup=keyboard)),
        ("editMessageReplyMarkup", "Message", do("editMessageReplyMarkup", **this)),
        ("editMessageCaption", "Message", do("editMessageCaption", **that, caption="d")),
        ("copyMessage", "MessageId", do("copyMessage", **again)),
        ("forwardMessage", "Message", do("forwardMessage", **again)),
        ("editMessageMedia", "Message", do("editMessageMedia", uploads={"two": report}, **that, media=other)),
        ("editMessageLiveLocation", "Message", do("editMessageLiveLocation", **moving, latitude=1, longitude=2)),
        ("stopMessageLiveLocation", "Message", do("stopMessageLiveLocation", **moving)),
        ("stopPoll", "Poll", do("stopPoll", **where, message_id=poll["message_id"])),
        ("setMessageReaction", "Boolean", do("setMessageReaction", **this, reaction=thumb)),
        ("getFile", "File", do("getFile", file_id=photo["photo"][0]["file_id"])),
        ("getChat", "ChatFullInfo", do("getChat", **where)),
        ("getChatMember", "ChatMember", do("getChatMember", **where, user_id=OFFICER)),
        ("deleteMessage", "Boolean", do("deleteMessage", **this)),
        ("deleteMessages", "Boolean", do("deleteMessages", **where, message_ids=some)),
        ("getWebhookInfo", "WebhookInfo", do("getWebhookInfo")),
        ("setWebhook", "Boolean", do("setWebhook", url="")),
        ("deleteWebhook", "Boolean", do("deleteWebhook")),
    ]


def updates() -> list[dict[str, Any]]:
    """Every kind of update that the sandbox makes, after everything that a persona does."""
    desk = Desk(flood=False)
    world, where = desk.world, {"chat_id": OFFICER}
    keys = {"inline_keyboard": [[{"text": "Map", "callback_data": "m"}]]}
    world.press(OFFICER, desk.call("sendMessage", **where, text="x", reply_markup=keys)["message_id"], 0, 0)
    world.edit(OFFICER, world.say(OFFICER, "/why 0835").message_id, "0836")
    world.share_location(OFFICER, 38.5, -47.0)
    live = deeds.start_live(world, OFFICER, 38.5, -47.0, 900).message_id
    deeds.move_live(world, OFFICER, live, 38.6, -47.1)
    deeds.stop_live(world, OFFICER, live)
    image = world.keep(picture().content, "photo", "image/png", 30, 20)
    for words in ("c", ""):
        deeds.send_photo(world, OFFICER, image, words, album="a")
    deeds.send_document(world, OFFICER, world.keep(b"x", "x.pdf", "application/pdf"), "d")
    deeds.send_voice(world, OFFICER, world.keep(b"OggS", "voice", "audio/ogg", duration=2))
    poll = desk.call("sendPoll", **where, question="Q", options=["1", "2"], is_anonymous=False)["message_id"]
    deeds.vote(world, OFFICER, poll, [1])
    deeds.vote(world, OFFICER, poll, [])
    desk.call("stopPoll", **where, message_id=poll)
    deeds.block(world, OFFICER, blocked=True)
    deeds.block(world, OFFICER, blocked=False)
    return world.fetch(0, 100)


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
def test_updates_are_of_the_published_type() -> None:
    assert problems(updates(), "Array of Update", "updates") == []


@pytest.mark.shared
def test_the_check_itself_sees_a_wrong_result() -> None:
    wrong = {"id": "1", "is_bot": False, "nick": "x"}
    assert problems(wrong, "User", "u") == ["u.nick: not in User", "u.first_name: missing", "u.id: '1' is no Integer"]


@pytest.mark.shared
def test_the_check_itself_sees_a_wrong_call() -> None:
    right = {"chat_id": "7", "text": "x", "reply_markup": '{"inline_keyboard": []}', "protect_content": "true"}
    assert call_problems("sendMessage", right) == []
    assert call_problems("sendPhoto", {"chat_id": "7", "photo": "attach://p"}, ["p"]) == []
    assert call_problems("sendPhoto", {"chat_id": "7"}, ["photo"]) == []
    assert call_problems("sendmessage", {"chat_id": 7}) == ["sendMessage.text: missing"]
    assert call_problems("sendMessage", {**right, "silent": "1"}) == ["sendMessage.silent: not in sendMessage"]
    assert call_problems("sendMessage", {**right, "protect_content": "yes"})
    assert call_problems("sendMessage", {**right, "reply_markup": "[]"})
    assert call_problems("sendDream", {}) == ["sendDream: no such method"]


def test_results_are_read_by_the_library_without_a_rest() -> None:
    for method, kind, result in results():
        reader = getattr(telegram, kind.removeprefix("Array of "), None)
        if reader is None:
            assert result is True
            continue
        parsed = reader.de_list(result, None) if isinstance(result, list) else reader.de_json(result, None)
        assert parsed
        assert leftovers(parsed, method) == []


def test_updates_are_read_by_the_library_without_a_rest() -> None:
    made = updates()
    kinds = {key for update in made for key in update} - {"update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "poll", "poll_answer", "my_chat_member"}
    for update in made:
        assert leftovers(telegram.Update.de_json(update, None), str(update["update_id"])) == []
