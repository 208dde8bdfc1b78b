"""Questions: words, commands and a shared location."""

from __future__ import annotations

import asyncio

from telegram import Update
from telegram.constants import ChatAction

from handlers.dependencies import Context, dependencies
from handlers.outgoing import outgoing, plain
from ilp_core.assistant.messages import Message
from ilp_core.assistant.understand import Context as Conversation
from ilp_core.domain.places import Point
from ilp_core.words.en import desk


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
    await answer(update, context, location=Point(message.location.latitude, message.location.longitude))


async def not_readable(update: Update, context: Context) -> None:
    """Stickers, files, voice: say what the desk reads."""
    if update.message and update.effective_chat:
        await dependencies(context).courier.send(update.effective_chat.id, plain(desk.NOTHING_TO_READ))


async def answer(
    update: Update,
    context: Context,
    *,
    text: str = "",
    location: Point | None = None,
    conversation: Conversation | None = None,
) -> None:
    """Ask the desk as the officer of this chat and send what it replies."""
    assert update.effective_chat is not None
    needs, chat_id = dependencies(context), update.effective_chat.id
    async with needs.store.read() as uow:
        enrolment = await uow.chats.get(chat_id)
    if enrolment is None:
        return
    message = Message(
        enrolment.badge,
        needs.now(),
        "chat",
        text,
        location,
        session=f"chat:{chat_id}",
        chat=enrolment,
    )
    reply = await needs.desk.ask(message, context=conversation)
    if reply.answer.map_view is not None:
        await context.bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
    await needs.courier.send(chat_id, await asyncio.to_thread(outgoing, reply.answer))
