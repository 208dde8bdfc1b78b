"""The guard before every handler: who may pass, and the emergency line before anything else."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final

from telegram import CallbackQuery, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ApplicationHandlerStop

from handlers.dependencies import Context, Dependencies, dependencies
from handlers.outgoing import Outgoing, outgoing, plain
from ilp_core.assistant.intents import read_safety
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.replies import say
from ilp_core.domain.answers import Button
from ilp_core.domain.errors import DeskError
from ilp_core.domain.officers import Enrolment, Officer
from ilp_core.domain.questions import Question
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.words.en import desk

_log = logging.getLogger(__name__)
#: The emergency line must stand within 1 s even where the store is slow or down (guard-rail G36).
PATIENCE_S: Final = 0.5
#: Commands that a person who is not enrolled may send: /start with an invitation.
ACCEPT: Final = "v1:accept"


async def guard(update: Update, context: Context) -> None:
    """Let enrolled officers who accepted the notice pass; everybody else gets one line. Default deny."""
    chat = update.effective_chat
    if chat is None:
        raise ApplicationHandlerStop
    needs = dependencies(context)
    if chat.type != ChatType.PRIVATE:
        await needs.courier.send(chat.id, plain(desk.PRIVATE_ONLY))
        raise ApplicationHandlerStop
    emergency = is_emergency(update)
    try:
        known = await asyncio.wait_for(_who(needs, chat.id), PATIENCE_S if emergency else None)
    except Exception:  # whatever is wrong with the store, the emergency line must stand
        if not emergency:
            raise
        # Whoever it is: a line of safety gives nothing away.
        _log.exception("the store did not answer before an emergency line")
        await needs.courier.send(chat.id, outgoing(say(Question("emergency"))))
        raise ApplicationHandlerStop from None
    if known is None:
        if not _is_start(update, context.bot.username):
            await turn_away(update, context)
        return
    await _let_pass(update, needs, known, emergency=emergency, starting=_is_start(update, context.bot.username))


async def _let_pass(
    update: Update, needs: Dependencies, known: tuple[Enrolment, Officer], *, emergency: bool, starting: bool
) -> None:
    enrolment, officer = known
    chat_id, query = enrolment.chat_id, update.callback_query
    accepting = query is not None and query.data == f"{ACCEPT}:{desk.BANNER_VERSION}"
    noticed = enrolment.banner == desk.BANNER_VERSION or accepting or starting
    if emergency:
        await needs.courier.send(chat_id, outgoing(say(Question("emergency"))))
        await _audit_emergency(needs, officer)
    elif officer.disabled:
        await needs.courier.send(chat_id, plain(desk.DISABLED.format(badge=officer.badge)))
    elif not noticed:
        await needs.courier.send(chat_id, banner())
    else:
        return
    if query is not None:
        await acknowledge(query)
    raise ApplicationHandlerStop


async def turn_away(update: Update, context: Context) -> None:
    """The identity line, and nothing else (guard-rail G38)."""
    if update.callback_query:
        await acknowledge(update.callback_query)
    chat, needs = update.effective_chat, dependencies(context)
    if chat:
        if needs.strangers.worth_logging(chat.id, needs.now()):
            async with needs.store.write() as uow:
                await append(uow, AuditEntry(f"chat:{chat.id}", "access", "desk", "refused", "chat", {}), needs.now())
        await needs.courier.send(chat.id, plain(desk.STRANGER))
    raise ApplicationHandlerStop


async def acknowledge(query: CallbackQuery) -> None:
    """Stop the button's waiting sign. An old press takes no answer any more, and is acted on all the same."""
    with suppress(BadRequest):
        await query.answer()


def banner() -> Outgoing:
    """The notice before first use, with the button that accepts it (guard-rail G41)."""
    return plain(desk.BANNER, Button(desk.BANNER_ACCEPT, f"{ACCEPT}:{desk.BANNER_VERSION}"))


async def _who(needs: Dependencies, chat_id: int) -> tuple[Enrolment, Officer] | None:
    async with needs.store.read() as uow:
        enrolment = await uow.chats.get(chat_id)
        officer = await uow.officers.get(enrolment.badge) if enrolment else None
    return (enrolment, officer) if enrolment and officer else None


def _is_start(update: Update, bot_name: str) -> bool:
    """True for what the handler of /start takes: a /start for another bot would fall through to the questions."""
    words = ((update.message.text if update.message else None) or "").split()
    return bool(words) and words[0].casefold() in ("/start", f"/start@{bot_name}".casefold())


def is_emergency(update: Update) -> bool:
    """Checked in text, captions and edits alike."""
    message = update.effective_message if update.callback_query is None else None
    words = (message.text or message.caption or "") if message else ""
    return read_safety(normalise(words)) == "emergency"


async def _audit_emergency(needs: Dependencies, officer: Officer) -> None:
    try:
        async with needs.store.write() as uow:
            await append(uow, AuditEntry(officer.badge, "question", "emergency", "answered", "chat", {}), needs.now())
    except DeskError:
        _log.exception("the emergency line was sent but not logged")
