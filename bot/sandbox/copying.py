"""The methods of the Bot API that put a message that is there into a chat once more."""

from __future__ import annotations

from typing import Final

from bot.sandbox import media, rules, sending
from bot.sandbox.account import Account
from bot.sandbox.call import Call
from bot.sandbox.nouns import BOT_USER, Json, Message
from bot.sandbox.rules import bad_request

#: What a copy leaves behind: the album, and whom it was from.
_LEFT: Final = ("media_group_id", "forward_origin")


def copy_message(account: Account, call: Call) -> Json:
    """Send the same content without a word of where it is from; returns the Bot API's MessageId."""
    message = _source(account, call, "copy", "copied")
    body = {key: value for key, value in message.body.items() if key not in _LEFT}
    if "caption" in call.parameters and media.KINDS & body.keys():
        body = {key: value for key, value in body.items() if key not in ("caption", "caption_entities")}
        body |= media.caption_body(call)
    return {"message_id": sending.put(account, call, body).message_id}


def forward_message(account: Account, call: Call) -> Json:
    """Send the same content with its origin."""
    message = _source(account, call, "forward", "forwarded")
    sender = BOT_USER if message.from_bot else account.world.personas[message.chat_id].as_user()
    origin = message.body.get("forward_origin") or {"type": "user", "date": message.date, "sender_user": sender}
    body = {key: value for key, value in message.body.items() if key not in _LEFT}
    kept = ("chat_id", "protect_content")
    where = Call({name: value for name, value in call.parameters.items() if name in kept})
    return sending.post(account, where, {"forward_origin": origin, **body})


def _source(account: Account, call: Call, verb: str, done: str) -> Message:
    """The message to be sent once more. Protected content and polls stay where they are."""
    rules.reachable(account.world, call.chat())
    source = Call({"chat_id": call.parameters.get("from_chat_id")}).chat()
    if source not in account.world.personas:
        raise bad_request("chat not found")
    message = account.world.find(source, call.message())
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.protected or "poll" in message.body:
        raise bad_request(f"the message can't be {done}")
    return message
