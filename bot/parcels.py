"""How an outgoing message is written down while it waits in the outbox, and read again to be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from telegram import InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from handlers.outgoing import Outgoing

#: Bytes in front that say how long the words are; the picture follows them.
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Contents:
    """A message as filed. ``again`` is the data of a button that asks its question once more."""

    message: Outgoing
    again: str = ""


def pack(contents: Contents) -> bytes:
    """The message as bytes: its words as JSON, then its picture as it is."""
    message = contents.message
    words = {
        "html": message.html,
        "text": message.text,
        "markup": message.markup.to_dict() if message.markup else None,
        "again": contents.again,
        "picture": message.picture is not None,
    }
    # ASCII, because half a surrogate pair can stand in what an officer typed but not in UTF-8.
    head = json.dumps(words).encode("ascii")
    return len(head).to_bytes(_LENGTH, "big") + head + (message.picture or b"")


def unpack(parcel: bytes) -> Contents:
    """The message that ``pack`` wrote down. Raises ValueError for bytes that it did not write."""
    end = _LENGTH + int.from_bytes(parcel[:_LENGTH], "big")
    if len(parcel) < end:
        raise ValueError("a parcel is shorter than it says")
    words = json.loads(parcel[_LENGTH:end])
    picture = parcel[end:] if words["picture"] else None
    return Contents(Outgoing(words["html"], words["text"], _markup(words["markup"]), picture), words["again"])


def _markup(data: dict[str, Any] | None) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if data is None:
        return None
    if "inline_keyboard" in data:
        return InlineKeyboardMarkup.de_json(data, None)
    rows = [[KeyboardButton.de_json(key, None) for key in row] for row in data["keyboard"]]
    return ReplyKeyboardMarkup(rows, **{name: value for name, value in data.items() if name != "keyboard"})
