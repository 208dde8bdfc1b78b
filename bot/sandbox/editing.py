"""The methods of the Bot API that change a message of the bot's or take one away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.sandbox import media, rules, sending
from bot.sandbox.account import Account
from bot.sandbox.call import Call
from bot.sandbox.deeds import is_live
from bot.sandbox.nouns import Json, Message
from bot.sandbox.rules import bad_request

#: Bot API, deleteMessages: 1-100 messages.
_DELETED_AT_ONCE: Final = 100
#: The part of a message with a file that an edit of the caption changes.
_WORDS: Final = ("caption", "caption_entities")


def edit_message_text(account: Account, call: Call) -> Json:
    """Change the bot's own text and buttons."""
    message = own(account, call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return amend(account, call, message, sending.text_body(call))


def edit_message_caption(account: Account, call: Call) -> Json:
    """Change the words under the bot's own picture, voice or document."""
    message = own(account, call)
    if not media.KINDS & message.body.keys():
        raise bad_request("there is no caption in the message to edit")
    rest = {key: value for key, value in message.body.items() if key not in _WORDS}
    return amend(account, call, message, {**rest, **media.caption_body(call)})


def edit_message_media(account: Account, call: Call) -> Json:
    """Put another picture or file, with its own caption, in the place of the one that is there."""
    message = own(account, call)
    if not message.body.keys() & {"photo", "document"}:
        raise bad_request("message can't be edited")
    body = media.input_media(account.world, call, call.structure("media", dict) or {})
    album = {key: value for key, value in message.body.items() if key == "media_group_id"}
    return amend(account, call, message, {**album, **body})


def edit_message_reply_markup(account: Account, call: Call) -> Json:
    """Change or take away the buttons of the bot's own message."""
    message = own(account, call)
    return amend(account, call, message, message.body)


def edit_message_live_location(account: Account, call: Call) -> Json:
    """Move the bot's own live location. Without a live_period the old one stays."""
    message = _live(account, call)
    old = {"live_period": message.body["location"]["live_period"]}
    given = {key: value for key, value in call.parameters.items() if value not in (None, "")}
    return amend(account, call, message, {"location": sending.location(Call(old | given))})


def stop_message_live_location(account: Account, call: Call) -> Json:
    """Stop the bot's own live location where it is."""
    message = _live(account, call)
    gone = ("live_period", "heading", "proximity_alert_radius")
    where = {key: value for key, value in message.body["location"].items() if key not in gone}
    return amend(account, call, message, {"location": where})


def delete_message(account: Account, call: Call) -> bool:
    """Take a message away from both sides."""
    message = account.world.find(rules.reachable(account.world, call.chat()), call.message())
    if message is None:
        raise bad_request("message to delete not found")
    account.world.remove(message)
    return True


def delete_messages(account: Account, call: Call) -> bool:
    """Take several messages away from both sides; those that are not there are passed over."""
    chat_id, numbers = rules.reachable(account.world, call.chat()), call.structure("message_ids", list) or []
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > _DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for number in {Call({"message_id": number}).message() for number in numbers}:
        message = account.world.find(chat_id, number)
        if message is not None:
            account.world.remove(message)
    return True


def own(account: Account, call: Call) -> Message:
    """The bot's own message that a call names, to be changed."""
    return rules.editable(account.world, call.chat(), call.message())


def amend(account: Account, call: Call, message: Message, body: Json) -> Json:
    """Check what every edit method shares, then edit. A keyboard that is not given again goes away."""
    inline, keyboard, remove = rules.markup(call.structure("reply_markup", dict) or {})
    if keyboard or remove:
        raise bad_request("inline keyboard expected")
    edited = rules.differs(message, replace(message, body=body, inline_keyboard=inline))
    return account.world.describe(account.world.amend(edited))


def _live(account: Account, call: Call) -> Message:
    message = own(account, call)
    if not is_live(account.world, message):
        raise bad_request("message can't be edited")
    return message
