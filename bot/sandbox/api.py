"""The Bot API's methods: a table from the method's name to a function of the account and the call.

A function returns the ``result`` of the Bot API or raises Refusal. A method that is not in the table is refused
with 404 and counted, so that a bot that needs one finds out here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bot.sandbox import account, copying, editing, polls, rules, sending
from bot.sandbox.account import Account
from bot.sandbox.call import Call
from bot.sandbox.nouns import BOT, BOT_USER, Json
from bot.sandbox.rules import Refusal, bad_request

#: Bot API, getUpdates: 1-100 updates at a time.
_UPDATES_LIMIT: Final = 100
#: Bot API, getFile: bots download at most 20 MB.
_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
#: Bot API, answerCallbackQuery: 0-200 characters.
_ANSWER_LIMIT: Final = 200

Method = Callable[[Account, Call], Any]


def call_method(desk: Account, name: str, call: Call) -> Any:
    """The result of a method, as the Bot API gives it. Raises Refusal."""
    method = METHODS.get(name.lower())
    if method is None:
        desk.unknown[name] += 1
        raise Refusal(404, f"Not Found: the sandbox does not know the method {name}")
    return method(desk, call)


def _get_me(_desk: Account, _call: Call) -> Json:
    return dict(BOT)


def _get_updates(desk: Account, call: Call) -> list[Json]:
    desk.webhook.polling_refused()
    _allow(desk, call)
    limit = min(max(call.whole("limit", _UPDATES_LIMIT), 1), _UPDATES_LIMIT)
    return desk.world.fetch(call.whole("offset", 0), limit)


def _allow(desk: Account, call: Call) -> None:
    allowed = call.structure("allowed_updates", list)
    if allowed is not None:
        desk.world.allowed_updates = tuple(map(str, allowed))


def _set_webhook(desk: Account, call: Call) -> bool:
    before = desk.webhook.url
    desk.webhook.set(call)
    _allow(desk, call)
    if call.flag("drop_pending_updates"):
        desk.webhook.take_back()
        desk.world.pending.clear()
    if desk.webhook.url:
        desk.world.hand_to(desk.webhook.bring)
    elif before:
        desk.world.pending.extendleft(reversed(desk.webhook.take_back()))
        desk.world.hand_to(None)
    return True


def _delete_webhook(desk: Account, call: Call) -> bool:
    return _set_webhook(desk, Call({"drop_pending_updates": call.flag("drop_pending_updates")}))


def _get_webhook_info(desk: Account, _call: Call) -> Json:
    info = desk.webhook.info(len(desk.world.pending))
    return info | ({"allowed_updates": list(desk.world.allowed_updates)} if desk.world.allowed_updates else {})


def _answer_callback_query(desk: Account, call: Call) -> bool:
    query, text = rules.fresh(desk.world, call.text("callback_query_id")), call.text("text")
    if len(text) > _ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    desk.world.answer(query, {"text": text, "show_alert": call.flag("show_alert")})
    return True


def _get_file(desk: Account, call: Call) -> Json:
    kept = desk.world.files.get(call.text("file_id"))
    if kept is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(kept.content) > _DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**kept.as_json(), "file_path": f"files/{kept.file_id}"}


def _get_chat(desk: Account, call: Call) -> Json:
    chat_id = call.chat()
    if chat_id not in desk.world.started:
        raise bad_request("chat not found")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        "id": chat_id,
        "type": "private",
        "first_name": desk.world.personas[chat_id].name,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _get_chat_member(desk: Account, call: Call) -> Json:
    """Of a private chat, the bot and the persona are the members."""
    chat_id, user_id = call.chat(), call.whole("user_id")
    if chat_id not in desk.world.started:
        raise bad_request("chat not found")
    if user_id == BOT["id"]:
        kicked = {"status": "kicked", "until_date": 0} if chat_id in desk.world.blocked else {"status": "member"}
        return {**kicked, "user": BOT_USER}
    if user_id != chat_id:
        raise bad_request("member not found")
    return {"status": "member", "user": desk.world.personas[chat_id].as_user()}


#: Method names are matched without case, as Telegram does.
METHODS: Final[dict[str, Method]] = {
    "getme": _get_me,
    "getupdates": _get_updates,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _get_webhook_info,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendlocation": sending.send_location,
    "sendvenue": sending.send_venue,
    "sendvoice": sending.send_voice,
    "sendmediagroup": sending.send_media_group,
    "sendpoll": polls.send_poll,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "editmessagemedia": editing.edit_message_media,
    "editmessagelivelocation": editing.edit_message_live_location,
    "stopmessagelivelocation": editing.stop_message_live_location,
    "stoppoll": polls.stop_poll,
    "copymessage": copying.copy_message,
    "forwardmessage": copying.forward_message,
    "setmessagereaction": sending.set_message_reaction,
    "deletemessages": editing.delete_messages,
    "deletemessage": editing.delete_message,
    "answercallbackquery": _answer_callback_query,
    "getfile": _get_file,
    "setmycommands": account.set_my_commands,
    "getmycommands": account.get_my_commands,
    "deletemycommands": account.delete_my_commands,
    "getmydescription": account.get_my_description,
    "getmyshortdescription": account.get_my_short_description,
    "setmydescription": account.set_my_description,
    "setmyshortdescription": account.set_my_short_description,
    "getchat": _get_chat,
    "getchatmember": _get_chat_member,
}
