"""Late answers: an old question is answered with its time, and a very old one is only offered again (G50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from handlers.outgoing import Outgoing, plain
from ilp_core.assistant.phrasing import clock, day_clock
from ilp_core.domain.answers import Button
from ilp_core.words import desk

#: Guard-rail G50: from here on an answer says when it was asked for.
SAY_WHEN: Final = timedelta(minutes=5)
#: Guard-rail G50: from here on a question is not answered but offered again.
TOO_LATE: Final = timedelta(minutes=30)
#: Bot API, InlineKeyboardButton.callback_data: 1-64 bytes.
_DATA_BYTES: Final = 64


def too_late(asked_at: datetime, now: datetime) -> bool:
    """True where the question is too old to be answered."""
    return now - asked_at > TOO_LATE


def in_time(message: Outgoing, asked_at: datetime, now: datetime, zone: ZoneInfo, again: str) -> Outgoing:
    """``message`` as it may go out at ``now``: as it is, with the time of its question, or the offer in its place."""
    if too_late(asked_at, now):
        return offer(asked_at, now, zone, again)
    if now - asked_at <= SAY_WHEN:
        return message
    line = desk.ASKED_AT.format(time=clock(asked_at, zone))
    return replace(message, html=f"{escape(line)}\n{message.html}", text=f"{line}\n{message.text}")


def offer(asked_at: datetime, now: datetime, zone: ZoneInfo, again: str) -> Outgoing:
    """The sentence in place of an answer that would come too late, with a button where one can ask again."""
    asked = day_clock(asked_at, zone, now)
    if not again:
        return plain(desk.ASKED_TOO_LATE.format(time=asked))
    return plain(desk.ASKED_TOO_LATE_BUTTON.format(time=asked), Button(desk.ASK_NOW, again))


def say_again(words: str) -> str:
    """The data of a button that says ``words`` again, or an empty string where they are too long for one."""
    data = f"v1:say:{words.strip()}"
    return data if words.strip() and len(data.encode(errors="replace")) <= _DATA_BYTES else ""
