"""The emergency line (guard-rail G36): told at once, before the message is stored and past lanes and outbox."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Final

from telegram import Bot, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from handlers.outgoing import Outgoing, outgoing
from ilp_core.assistant.intents import read_safety
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.replies import say
from ilp_core.domain.officers import Officer
from ilp_core.domain.questions import Question
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage.engine import Store
from ilp_core.storage.uow import UnitOfWork

_log = logging.getLogger(__name__)
#: The line must stand within 1 s even where the store is slow or down (guard-rail G36).
PATIENCE_S: Final = 0.5


def is_emergency(words: str) -> bool:
    """Whether the words of a text or a caption, new or edited, tell of an emergency that goes on."""
    return read_safety(normalise(words)) == "emergency"


def words_of(update: Update) -> str:
    """The words that an update brings: a text or a caption, also an edited one; none for a pressed button."""
    message = update.effective_message if update.callback_query is None else None
    return (message.text or message.caption or "") if message else ""


def line() -> Outgoing:
    """The emergency line as a message."""
    return outgoing(say(Question("emergency")))


async def tell(bot: Bot, store: Store, chat_id: int) -> bool:
    """Send the line to an officer's chat now; False where it did not go out or the chat is nobody's here.

    Where the store does not answer in time the line goes to whoever it is: it gives nothing away.
    """
    try:
        enrolled = await asyncio.wait_for(_enrolled(store, chat_id), PATIENCE_S)
    except Exception:  # whatever is wrong with the store, the line must stand
        _log.exception("the store did not answer before an emergency line")
        enrolled = True
    if not enrolled:
        return False
    message = line()
    try:
        await bot.send_message(chat_id, message.html, parse_mode=ParseMode.HTML)
    except TelegramError:
        _log.exception("the emergency line did not go out at once; it is filed instead")
        return False
    return True


async def record(uow: UnitOfWork, officer: Officer, now: datetime) -> None:
    """The audit row of an emergency: that there was one, never its words."""
    await append(uow, AuditEntry(officer.badge, "question", "emergency", "answered", "chat", {}), now)


async def _enrolled(store: Store, chat_id: int) -> bool:
    async with store.read() as uow:
        enrolment = await uow.chats.get(chat_id)
    return enrolment is not None
