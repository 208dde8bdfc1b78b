"""The guard before every handler: who may pass, and the emergency line before anything else."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from telegram import CallbackQuery, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from handlers import emergency
from handlers.dependencies import Context, Dependencies, dependencies
from handlers.outgoing import Outgoing, plain
from handlers.turn import Known, reply, turn
from ilp_core.domain.answers import Button
from ilp_core.domain.officers import Officer
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.govern.languages import language_of
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import desk
from ilp_core.words.speech import speak

#: The notice's button, followed by the version that it accepts.
ACCEPT: Final = "v1:accept"
#: Seconds to wait for Telegram to take that a button was pressed: only its waiting sign hangs on it.
_ACKNOWLEDGE_S: Final = 2.0


async def guard(update: Update, context: Context) -> None:
    """Let enrolled officers who accepted the notice pass; everybody else gets one line. Default deny."""
    chat = update.effective_chat
    if chat is None:
        raise ApplicationHandlerStop
    if update.my_chat_member is not None:
        return
    needs = dependencies(context)
    speak(language_of(None, needs.desk.language))
    if chat.type != ChatType.PRIVATE:
        await reply(chat.id, plain(desk.PRIVATE_ONLY))
        raise ApplicationHandlerStop
    async with needs.store.read() as uow:
        known = await _who(uow, chat.id)
    starting = _is_start(update, context.bot.username)
    if known is None:
        if not starting:
            await turn_away(update, context)
        return
    turn().known = known
    # From here on everything that is said in this turn is said in the officer's language.
    speak(language_of(known.officer, needs.desk.language))
    await _let_pass(update, needs, known, starting=starting)


async def _let_pass(update: Update, needs: Dependencies, known: Known, *, starting: bool) -> None:
    enrolment, officer = known.enrolment, known.officer
    chat_id, query = enrolment.chat_id, update.callback_query
    accepting = query is not None and query.data == f"{ACCEPT}:{desk.BANNER_VERSION}"
    noticed = enrolment.banner == desk.BANNER_VERSION or accepting or starting
    if query is not None and (officer.disabled or not noticed):
        await acknowledge(query)
    alarm = emergency.alarm_in(update, needs.desk.codes) if query is None else None
    if alarm:
        await _emergency(needs, chat_id, officer, alarm)
    elif officer.disabled:
        await reply(chat_id, plain(desk.DISABLED.format(badge=officer.badge)))
    elif not noticed:
        await reply(chat_id, banner())
    else:
        return
    raise ApplicationHandlerStop


async def _emergency(needs: Dependencies, chat_id: int, officer: Officer, alarm: emergency.Alarm) -> None:
    """Record it; the line itself went out at once, and is filed only where it did not."""
    told = await turn().told()
    async with turn().finish() as uow:
        await emergency.record(uow, officer, needs.now(), alarm)
        if not told:
            await turn().send(uow, chat_id, emergency.line(alarm, needs.desk.agency), kind="alert")


async def turn_away(update: Update, context: Context) -> None:
    """The identity line, and nothing else (guard-rail G38)."""
    if update.callback_query:
        await acknowledge(update.callback_query)
    chat = update.effective_chat
    if chat:
        async with turn().finish() as uow:
            await refuse(uow, chat.id, dependencies(context))
    raise ApplicationHandlerStop


async def refuse(uow: UnitOfWork, chat_id: int, needs: Dependencies) -> None:
    """File the identity line, and note the try while the tries of this chat are few."""
    if needs.strangers.worth_logging(chat_id, needs.now()):
        await append(uow, AuditEntry(f"chat:{chat_id}", "access", "desk", "refused", "chat", {}), needs.now())
    await turn().send(uow, chat_id, plain(desk.STRANGER))


async def acknowledge(query: CallbackQuery) -> None:
    """Stop the button's waiting sign. Where Telegram takes no answer, the press is acted on all the same."""
    with suppress(TelegramError):
        await query.answer(read_timeout=_ACKNOWLEDGE_S, connect_timeout=_ACKNOWLEDGE_S)


def banner() -> Outgoing:
    """The notice before first use, with the button that accepts it (guard-rail G41)."""
    return plain(desk.BANNER, Button(desk.BANNER_ACCEPT, f"{ACCEPT}:{desk.BANNER_VERSION}"))


async def _who(uow: UnitOfWork, chat_id: int) -> Known | None:
    enrolment = await uow.chats.get(chat_id)
    officer = await uow.officers.get(enrolment.badge) if enrolment else None
    if enrolment is None or officer is None:
        return None
    return Known(enrolment, officer, await uow.drafts.get(chat_id, await uow.now()))


def _is_start(update: Update, bot_name: str) -> bool:
    """True for what the handler of /start takes: a /start for another bot would fall through to the questions."""
    words = ((update.message.text if update.message else None) or "").split()
    return bool(words) and words[0].casefold() in ("/start", f"/start@{bot_name}".casefold())
