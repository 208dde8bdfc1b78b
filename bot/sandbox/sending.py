"""The methods of the Bot API that put a message into a chat, change one or take one away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.sandbox import rules
from bot.sandbox.account import Account
from bot.sandbox.call import Call, Upload
from bot.sandbox.nouns import Json, Message, StoredFile
from bot.sandbox.rules import Refusal, bad_request
from bot.sandbox.world import TEXT_LIMIT

#: Bot API, sendDocument: bots upload at most 50 MB.
_UPLOAD_BYTES: Final = 50 * 1024 * 1024
#: Bot API, sendChatAction.
_ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(account: Account, call: Call) -> Json:
    """Send text."""
    return _post(account, call, _text_body(call))


def send_photo(account: Account, call: Call) -> Json:
    """Send a picture, uploaded or known by its file_id."""

    def keep(upload: Upload) -> StoredFile:
        width, height = rules.photo_size(upload.content)
        return account.world.keep(upload.content, upload.name, upload.mime, width, height)

    rules.reachable(account.world, call.chat())
    caption = _caption_body(call)
    photo = _file(account, call, "photo", keep)
    if not photo.width:
        raise bad_request("type of file mismatch")
    size = {**photo.as_json(), "width": photo.width, "height": photo.height}
    return _post(account, call, {"photo": [size], **caption})


def send_document(account: Account, call: Call) -> Json:
    """Send a file, uploaded or known by its file_id."""

    def keep(upload: Upload) -> StoredFile:
        if len(upload.content) > _UPLOAD_BYTES:
            raise Refusal(413, "Request Entity Too Large")
        return account.world.keep(upload.content, upload.name, upload.mime)

    rules.reachable(account.world, call.chat())
    caption = _caption_body(call)
    kept = _file(account, call, "document", keep)
    document = {**kept.as_json(), "file_name": kept.name, "mime_type": kept.mime}
    return _post(account, call, {"document": document, **caption})


def send_location(account: Account, call: Call) -> Json:
    """Send a point."""
    latitude, longitude = call.decimal("latitude"), call.decimal("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("location coordinates are invalid")
    return _post(account, call, {"location": {"latitude": latitude, "longitude": longitude}})


def send_chat_action(account: Account, call: Call) -> bool:
    """Show that the bot is typing or busy otherwise."""
    chat_id, action = rules.reachable(account.world, call.chat()), call.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    account.world.act(chat_id, action)
    return True


def edit_message_text(account: Account, call: Call) -> Json:
    """Change the bot's own text and buttons."""
    message = _message(account, call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _amend(account, call, message, _text_body(call))


def edit_message_caption(account: Account, call: Call) -> Json:
    """Change the words under the bot's own picture or document."""
    message = _message(account, call)
    media = {key: value for key, value in message.body.items() if key in ("photo", "document")}
    if not media:
        raise bad_request("there is no caption in the message to edit")
    return _amend(account, call, message, {**media, **_caption_body(call)})


def edit_message_reply_markup(account: Account, call: Call) -> Json:
    """Change or take away the buttons of the bot's own message."""
    message = _message(account, call)
    return _amend(account, call, message, message.body)


def delete_message(account: Account, call: Call) -> bool:
    """Take a message away from both sides."""
    message = account.world.find(rules.reachable(account.world, call.chat()), call.whole("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    account.world.remove(message)
    return True


def _text_body(call: Call) -> Json:
    text, entities = rules.words(
        call.text("text"), call.text("parse_mode"), call.structure("entities", list), TEXT_LIMIT
    )
    return {"text": text, "entities": entities} if entities else {"text": text}


def _caption_body(call: Call) -> Json:
    given = call.structure("caption_entities", list)
    text, entities = rules.words(
        call.text("caption"), call.text("parse_mode"), given, rules.CAPTION_LIMIT, caption=True
    )
    return {
        **({"caption": text} if text else {}),
        **({"caption_entities": entities} if entities else {}),
    }


def _file(account: Account, call: Call, name: str, keep: Callable[[Upload], StoredFile]) -> StoredFile:
    """The file to send: an upload, kept first, or one that is known by its file_id."""
    given = call.file(name)
    if given is None:
        raise bad_request(f"there is no {name} in the request")
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty")
        return keep(given)
    if given not in account.world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return account.world.files[given]


def _message(account: Account, call: Call) -> Message:
    return rules.editable(account.world, call.chat(), call.whole("message_id"))


def _post(account: Account, call: Call, body: Json) -> Json:
    """Check what every send method shares, then send."""
    chat_id = rules.reachable(account.world, call.chat())
    inline, keyboard, remove = _markup(call)
    target = Call(call.structure("reply_parameters", dict) or {})
    reply_to = target.whole("message_id", 0) or None
    if reply_to and account.world.find(chat_id, reply_to) is None:
        if not target.flag("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        reply_to = None
    if account.flood:
        account.flood.check(chat_id)
    protected = call.flag("protect_content")
    message = account.world.post(chat_id, body, inline_keyboard=inline, protected=protected, reply_to=reply_to)
    if keyboard or remove:
        account.world.set_keyboard(chat_id, keyboard)
    return account.world.describe(message)


def _amend(account: Account, call: Call, message: Message, body: Json) -> Json:
    """Check what every edit method shares, then edit. A keyboard that is not given again goes away."""
    inline, keyboard, remove = _markup(call)
    if keyboard or remove:
        raise bad_request("inline keyboard expected")
    edited = rules.differs(message, replace(message, body=body, inline_keyboard=inline))
    return account.world.describe(account.world.amend(edited))


def _markup(call: Call) -> tuple[list[list[Json]] | None, Json | None, bool]:
    """The inline keyboard, the reply keyboard, and whether the reply keyboard is to go."""
    markup = call.structure("reply_markup", dict) or {}
    if "inline_keyboard" in markup:
        return rules.inline_keyboard(markup), None, False
    if "keyboard" in markup:
        return None, rules.reply_keyboard(markup), False
    return None, None, bool(markup.get("remove_keyboard"))
