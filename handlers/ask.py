"""Questions: words, commands and a shared location."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from handlers.dependencies import Context, dependencies
from handlers.late import offer, say_again, too_late
from handlers.outgoing import outgoing, plain
from handlers.turn import reply, turn
from ilp_core.assistant.messages import Message
from ilp_core.assistant.taps import Tap
from ilp_core.assistant.understand import Context as Conversation
from ilp_core.domain.places import Point
from ilp_core.words import desk


async def ask_words(update: Update, context: Context) -> None:
    """A question in an officer's own words, or one of the commands that stand for one."""
    message = update.message
    if message is None or message.text is None:
        return
    await answer(update, context, text=message.text)


async def ask_location(update: Update, context: Context) -> None:
    """A shared location is used for this one answer and goes no further than this function."""
    message = update.message
    if message is None or message.location is None:
        return
    point = Point(message.location.latitude, message.location.longitude)
    await answer(update, context, location=point, again="")


async def not_readable(update: Update, context: Context) -> None:  # noqa: ARG001 - every handler takes both
    """Stickers, files, voice: say what the desk reads."""
    if update.message and update.effective_chat:
        await reply(update.effective_chat.id, plain(desk.NOTHING_TO_READ))


async def answer(
    update: Update,
    context: Context,
    *,
    text: str = "",
    location: Point | None = None,
    conversation: Conversation | None = None,
    again: str | None = None,
    follow: tuple[str, str] | None = None,
    tap: Tap | None = None,
) -> None:
    """Ask the desk as the officer of this chat and send what it replies; a very old question is offered again.

    ``again`` is the data of a button that asks the same; without it the words are said again. ``follow`` are a
    receipt's code and the next step that a button asks from it, ``tap`` what one says of a place.
    """
    assert update.effective_chat is not None
    needs, chat_id, mine = dependencies(context), update.effective_chat.id, turn()
    again = say_again(text) if again is None else again
    if mine.known is None:
        return
    if too_late(mine.asked_at, needs.now()):
        async with needs.store.read() as uow:
            zone = await needs.desk.zone(uow)
        await reply(chat_id, offer(mine.asked_at, needs.now(), zone, again))
        return
    message = Message(
        mine.known.officer.badge,
        needs.now(),
        "chat",
        text,
        location,
        session=f"chat:{chat_id}",
        chat=mine.known.enrolment,
        officer=mine.known.officer,
        follow=follow,
        tap=tap,
    )
    found = await needs.desk.answer(message, context=conversation)
    if found.answer.map_view is not None:
        with suppress(TelegramError):
            await context.bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
    # A picture takes long to draw, words do not.
    drawn = found.answer.map_view is not None
    rendered = await asyncio.to_thread(outgoing, found.answer) if drawn else outgoing(found.answer)
    async with mine.finish() as uow:
        await mine.send(uow, chat_id, rendered, again=again)
        # The record last: on a server other writers wait for it from here on.
        await needs.desk.keep(uow, message, found)
