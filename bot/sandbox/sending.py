"""The methods of the Bot API that put a message into a chat."""

from __future__ import annotations

from typing import Final

from bot.sandbox import media, rules
from bot.sandbox.account import Account
from bot.sandbox.call import Call
from bot.sandbox.deeds import ENDLESS, LIVE_PERIODS
from bot.sandbox.nouns import Json, Message
from bot.sandbox.rules import bad_request
from bot.sandbox.world import TEXT_LIMIT

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
#: Bot API, Location: a heading of 1-360 degrees, an alert within 1-100000 metres, an accuracy of 0-1500 metres.
_HEADINGS: Final = 360
_ALERT_METRES: Final = 100_000
_ACCURACY_METRES: Final = 1500
#: Bot API, sendMediaGroup: 2-10 items.
_ALBUM: Final = (2, 10)


def send_message(account: Account, call: Call) -> Json:
    """Send text."""
    return post(account, call, text_body(call))


def send_photo(account: Account, call: Call) -> Json:
    """Send a picture, uploaded or known by its file_id."""
    return _post_file(account, call, "photo")


def send_document(account: Account, call: Call) -> Json:
    """Send a file, uploaded or known by its file_id."""
    return _post_file(account, call, "document")


def send_voice(account: Account, call: Call) -> Json:
    """Send a voice message, uploaded or known by its file_id."""
    return _post_file(account, call, "voice")


def send_location(account: Account, call: Call) -> Json:
    """Send a point, or one that moves for a while."""
    return post(account, call, {"location": location(call)})


def send_venue(account: Account, call: Call) -> Json:
    """Send a point with a name and an address."""
    title, address = call.text("title"), call.text("address")
    if not title or not address:
        raise bad_request(f"{'address' if title else 'title'} is empty")
    return post(
        account,
        call,
        {"location": point(call), "venue": {"location": point(call), "title": title, "address": address}},
    )


def send_media_group(account: Account, call: Call) -> list[Json]:
    """Send several pictures or several files as one album. Nothing is sent where one of them is refused."""
    items = call.structure("media", list) or []
    chat_id = rules.reachable(account.world, call.chat())
    if len(items) > _ALBUM[1]:
        raise bad_request("too many messages to send as an album")
    if len(items) < _ALBUM[0]:
        raise bad_request("there are no messages to send as an album")
    kinds = {item.get("type") for item in items if isinstance(item, dict)}
    if kinds not in ({"photo"}, {"document"}):
        raise bad_request("the sandbox sends albums of photos, or of documents")
    bodies = [media.input_media(account.world, call, item) for item in items]
    reply_to = _reply_to(account, call, chat_id)
    if account.flood:
        account.flood.check(chat_id, len(bodies))
    album = {"media_group_id": str(account.world.count("file"))}
    return [
        account.world.describe(
            account.world.post(chat_id, album | body, protected=call.flag("protect_content"), reply_to=reply_to)
        )
        for body in bodies
    ]


def send_chat_action(account: Account, call: Call) -> bool:
    """Show that the bot is typing or busy otherwise."""
    chat_id, action = rules.reachable(account.world, call.chat()), call.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    account.world.act(chat_id, action)
    return True


def set_message_reaction(account: Account, call: Call) -> bool:
    """React to a message with one emoji, or take the reaction back. A bot gives one at most."""
    chat_id = rules.reachable(account.world, call.chat())
    message = account.world.find(chat_id, call.message())
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.structure("reaction", list) or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(not isinstance(one, dict) or one.get("type") != "emoji" or not one.get("emoji") for one in reactions):
        raise bad_request("REACTION_INVALID")
    account.world.react(message, reactions)
    return True


def text_body(call: Call) -> Json:
    """The text of a call and its entities, as a Message has them."""
    text, entities = rules.words(
        call.text("text"), call.text("parse_mode"), call.structure("entities", list), TEXT_LIMIT
    )
    return {"text": text, "entities": entities} if entities else {"text": text}


def point(call: Call) -> Json:
    """The point that a call names."""
    latitude, longitude = call.decimal("latitude"), call.decimal("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("invalid location specified")
    return {"latitude": latitude, "longitude": longitude}


def location(call: Call) -> Json:
    """The Bot API's Location that a call describes, live where it has a live_period."""
    found = point(call)
    if call.text("horizontal_accuracy"):
        found["horizontal_accuracy"] = min(max(call.decimal("horizontal_accuracy"), 0.0), float(_ACCURACY_METRES))
    period = call.whole("live_period", 0)
    if period:
        if not (LIVE_PERIODS[0] <= period <= LIVE_PERIODS[1] or period == ENDLESS):
            raise bad_request("wrong live location period specified")
        found["live_period"] = period
        for name, most in (("heading", _HEADINGS), ("proximity_alert_radius", _ALERT_METRES)):
            given = call.whole(name, 0)
            if not 0 <= given <= most:
                raise bad_request(f"wrong live location {name.replace('_', ' ')} specified")
            if given:
                found[name] = given
    return found


def post(account: Account, call: Call, body: Json) -> Json:
    """Check what every send method shares, then send."""
    return account.world.describe(put(account, call, body))


def put(account: Account, call: Call, body: Json) -> Message:
    """As ``post``; returns the message."""
    chat_id = rules.reachable(account.world, call.chat())
    inline, keyboard, remove = rules.markup(call.structure("reply_markup", dict) or {})
    reply_to = _reply_to(account, call, chat_id)
    if account.flood:
        account.flood.check(chat_id)
    protected = call.flag("protect_content")
    message = account.world.post(chat_id, body, inline_keyboard=inline, protected=protected, reply_to=reply_to)
    if keyboard or remove:
        account.world.set_keyboard(chat_id, keyboard)
    return message


def _post_file(account: Account, call: Call, kind: str) -> Json:
    rules.reachable(account.world, call.chat())
    words = media.caption_body(call)
    return post(account, call, {**media.file_body(account.world, call, kind, kind), **words})


def _reply_to(account: Account, call: Call, chat_id: int) -> int | None:
    target = Call(call.structure("reply_parameters", dict) or {})
    reply_to = target.whole("message_id", 0) or None
    if reply_to and account.world.find(chat_id, reply_to) is None:
        if not target.flag("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return None
    return reply_to
