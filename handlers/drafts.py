"""Half-written things: what the desk asked for and the officer has not said yet.

They stand in a table, so that a restart does not lose them and another replica can go on with them. One that
waits too long is dropped, with a sentence to its officer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Final

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from handlers.dependencies import Context, Dependencies
from handlers.outgoing import plain
from handlers.turn import turn
from ilp_core.assistant.normalise import normalise
from ilp_core.domain.post import Draft
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import desk

#: /invite asked for a badge.
INVITE: Final = "invite"
#: "My spot" asked where; an owner's answer to a disagreement is being written.
SPOT: Final = "spot"
ANSWER: Final = "answer"
#: How long each half-written thing waits.
WAITS: Final[Mapping[str, timedelta]] = {
    INVITE: timedelta(minutes=10),
    SPOT: timedelta(minutes=10),
    ANSWER: timedelta(hours=12),
}
_CANCEL: Final = frozenset({"cancel", "stop", "forget it", "never mind", "nevermind"})

Step = Callable[[Update, Context, Draft], Awaitable[bool]]


async def keep(uow: UnitOfWork, needs: Dependencies, chat_id: int, step: str, words: bytes) -> None:
    """Begin a half-written thing in a chat, in place of any other there."""
    key, sealed = await needs.envelopes.seal(words)
    await uow.drafts.drop(chat_id)
    await uow.drafts.save(chat_id, step, key, sealed, await uow.now() + WAITS[step], version=None)


def go_on(steps: Mapping[str, Step]) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """The handler that gives a message to the step its chat waits in; words that do not fit are asked as ever."""

    async def handle(update: Update, context: Context) -> None:
        if update.message is None or update.message.text is None or update.effective_chat is None:
            return
        known, chat_id = turn().known, update.effective_chat.id
        draft = known.draft if known else None
        if draft is None:
            return
        if normalise(update.message.text).strip() in _CANCEL:
            async with turn().finish() as uow:
                await uow.drafts.drop(chat_id, draft.version)
                await turn().send(uow, chat_id, plain(desk.CANCELLED))
            raise ApplicationHandlerStop
        if await steps[draft.step](update, context, draft):
            raise ApplicationHandlerStop

    return handle
