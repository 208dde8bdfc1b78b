"""The emergency line (guard-rail G36): told at once, before the message is stored and past lanes and outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from telegram import Bot, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from handlers.outgoing import Outgoing, outgoing
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.refusals import read_refusal
from ilp_core.assistant.replies import say, voice
from ilp_core.assistant.safety import explain_safety
from ilp_core.domain.agency import Agency
from ilp_core.domain.officers import Officer
from ilp_core.domain.questions import Question
from ilp_core.domain.ten_codes import TenCode
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.govern.languages import language_in, language_of
from ilp_core.storage.engine import Store
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.speech import ENGLISH, speaking

_log = logging.getLogger(__name__)
#: The line must stand within 1 s even where the store is slow or down (guard-rail G36).
PATIENCE_S: Final = 0.5

#: Why the line is due: an emergency, a threat to life told by a source, or a voice that nobody has listened to.
Alarm = Literal["emergency", "covert", "voice"]
#: Fields of a message that hold a recorded voice.
_VOICES: Final = ("voice", "video_note", "audio")


def alarm_of(raw: Mapping[str, Any], codes: Sequence[TenCode] | None = None) -> Alarm | None:
    """Why an update as Telegram sends it needs the emergency line now, or None.

    Read are the words of a text, a caption or a venue, new or edited. Beside a position, or in reply to one, "help"
    alone is enough. A pressed button brings no words of its own.
    """
    message = raw.get("message") or raw.get("edited_message")
    if not isinstance(message, dict):
        return None
    words = normalise(_words(message))
    found = explain_safety(words, codes, pinned=_is_pinned(message)) if words else None
    if found and found.kind == "emergency":
        return "covert" if read_refusal(words) == "covert_source" else "emergency"
    return "voice" if any(field in message for field in _VOICES) else None


def alarm_in(update: Update, codes: Sequence[TenCode] | None = None) -> Alarm | None:
    """The same for an update that handlers hold."""
    return alarm_of(update.to_dict(), codes)


def _words(message: Mapping[str, Any]) -> str:
    venue = message.get("venue")
    named = (venue.get("title"), venue.get("address")) if isinstance(venue, dict) else ()
    return " ".join(str(each) for each in (message.get("text"), message.get("caption"), *named) if each)


def _is_pinned(message: Mapping[str, Any]) -> bool:
    answered = message.get("reply_to_message")
    places = (message, answered) if isinstance(answered, dict) else (message,)
    return any("location" in each or "venue" in each for each in places)


def line(alarm: Alarm, agency: Agency) -> Outgoing:
    """The emergency line as a message."""
    if alarm == "voice":
        return outgoing(voice(agency))
    refusal: Literal["covert_source"] | None = "covert_source" if alarm == "covert" else None
    return outgoing(say(Question("emergency", refusal=refusal), agency))


async def tell(bot: Bot, store: Store, chat_id: int, alarm: Alarm, agency: Agency, language: str = ENGLISH) -> bool:
    """Send the line to an officer's chat now; False where it did not go out or the chat is nobody's here.

    Where the store does not answer in time the line goes to whoever it is, in the agency's language: it gives nothing
    away.
    """
    try:
        spoken: str | None = await asyncio.wait_for(_language(store, chat_id, language), PATIENCE_S)
    except Exception:  # whatever is wrong with the store, the line must stand
        _log.exception("the store did not answer before an emergency line")
        spoken = language_of(None, language)
    if spoken is None:
        return False
    with speaking(spoken):
        message = line(alarm, agency)
    try:
        await bot.send_message(chat_id, message.html, parse_mode=ParseMode.HTML)
    except TelegramError:
        _log.exception("the emergency line did not go out at once; it is filed instead")
        return False
    return True


async def record(uow: UnitOfWork, officer: Officer, now: datetime, alarm: Alarm) -> None:
    """The audit row of an emergency: that there was one, never its words. A voice is noted as a voice."""
    about = "voice" if alarm == "voice" else "emergency"
    detail = {"refusal": "covert_source"} if alarm == "covert" else {}
    await append(uow, AuditEntry(officer.badge, "question", about, "answered", "chat", detail), now)


async def _language(store: Store, chat_id: int, language: str) -> str | None:
    """The language of the officer who is enrolled in a chat; None where nobody is."""
    async with store.read() as uow:
        enrolment = await uow.chats.get(chat_id)
        return await language_in(uow, chat_id, language) if enrolment else None
