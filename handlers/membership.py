"""An officer blocks the bot, or takes it back: the chat is marked, so that nothing is sent in vain."""

from __future__ import annotations

from typing import Final

from telegram import ChatMember, Update

from handlers.dependencies import Context, dependencies
from handlers.turn import turn
from ilp_core.govern.audit import AuditEntry, append

_GONE: Final = frozenset({ChatMember.BANNED, ChatMember.LEFT})


async def changed(update: Update, context: Context) -> None:
    """Mark the chat as blocked, or as open again. Chats of nobody are left alone."""
    change = update.my_chat_member
    if change is None:
        return
    needs, chat_id = dependencies(context), change.chat.id
    gone = change.new_chat_member.status in _GONE
    async with turn().finish() as uow:
        enrolment = await uow.chats.get(chat_id)
        if enrolment is None:
            return
        new = await (uow.chats.block(chat_id, needs.now()) if gone else uow.chats.unblock(chat_id))
        if new:
            outcome = "blocked" if gone else "open"
            await append(uow, AuditEntry("desk", "delivery", enrolment.badge, outcome, "chat", {}), needs.now())
        if gone:
            await uow.outbox.end_chat(chat_id, "blocked", needs.now())
