"""/language: an officer chooses the language that the desk answers in, from the catalogues there are."""

from __future__ import annotations

from typing import Final

from telegram import Update

from handlers.dependencies import Context, dependencies
from handlers.guard import acknowledge
from handlers.outgoing import Outgoing, plain
from handlers.turn import reply, turn
from ilp_core.domain.answers import Button
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.words import desk
from ilp_core.words.speech import languages, speak

#: The button of a language, followed by its code.
SPEAK: Final = "v1:speak"


async def choose(update: Update, context: Context) -> None:
    """/language shows a button for each language; /language CODE takes one at once."""
    if update.effective_chat is None:
        return
    wanted = context.args[0].casefold() if context.args else ""
    if wanted in languages():
        await _set(context, update.effective_chat.id, wanted)
    else:
        line = desk.LANGUAGE_NONE.format(language=wanted[:20]) if wanted else desk.LANGUAGE_ASK
        await reply(update.effective_chat.id, _offer(line))


async def chosen(update: Update, context: Context) -> None:
    """A language's button was pressed."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    await acknowledge(query)
    code = (query.data or "").removeprefix(f"{SPEAK}:")
    if code in languages():
        await _set(context, chat.id, code)
    else:
        await reply(chat.id, _offer(desk.LANGUAGE_ASK))


async def _set(context: Context, chat_id: int, code: str) -> None:
    """Keep the choice, and say so in the language that was chosen."""
    known = turn().known
    if known is None:
        return
    badge = known.officer.badge
    speak(code)
    async with turn().finish() as uow:
        await uow.officers.speak(badge, code)
        entry = AuditEntry(badge, "language", badge, "changed", "chat", {"language": code})
        await append(uow, entry, dependencies(context).now())
        await turn().send(uow, chat_id, plain(desk.LANGUAGE_SET))


def _offer(line: str) -> Outgoing:
    return plain(line, *(Button(name, f"{SPEAK}:{code}") for code, name in languages().items()))
