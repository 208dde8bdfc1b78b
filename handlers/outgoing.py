"""An answer as one outgoing message: HTML with its plain text beside it, buttons, and a picture where asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from ilp_core.domain.answers import Answer, Button
from ilp_core.present.page import CAPTION_LIMIT, MESSAGE_LIMIT, html
from ilp_core.present.picture import draw_map
from ilp_core.words import desk

#: Buttons stand in rows of this many, so that a thumb hits them on a phone 360 px wide.
ROW: Final = 4


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send: ``html`` is what is sent, ``text`` what is sent where Telegram rejects it."""

    html: str
    text: str
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None
    picture: bytes | None = None


def outgoing(answer: Answer) -> Outgoing:
    """Render an answer. Raises ValueError where it would break Telegram's limits: answers are made shorter."""
    text = answer.text
    picture = draw_map(answer.map_view) if answer.map_view else None
    limit = CAPTION_LIMIT if picture else MESSAGE_LIMIT
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise ValueError(f"an answer of {len(text)} signs breaks the limit of {limit}")
    return Outgoing(html(answer), text, _markup(answer), picture)


def plain(text: str, *buttons: Button) -> Outgoing:
    """A sentence that is not an answer of the desk, such as the notice before first use."""
    return outgoing(Answer(paragraphs=(text,), buttons=buttons))


def _markup(answer: Answer) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if answer.asks_location:
        button = KeyboardButton(desk.NEAR_ME_BUTTON, request_location=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    if not answer.buttons:
        return None
    keys = [InlineKeyboardButton(button.label, callback_data=button.data) for button in answer.buttons]
    return InlineKeyboardMarkup([keys[start : start + ROW] for start in range(0, len(keys), ROW)])
