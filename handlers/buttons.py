"""Buttons below an answer: map, why, more, the next question. Each carries its receipt, so an old one is known."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from telegram import Update

from handlers.ask import answer
from handlers.dependencies import Context, dependencies
from handlers.guard import acknowledge
from handlers.outgoing import outgoing, plain
from handlers.turn import reply
from ilp_core.assistant.follow import STEPS
from ilp_core.assistant.replies import again_button, too_old
from ilp_core.assistant.taps import Tap
from ilp_core.assistant.understand import Context as Conversation
from ilp_core.domain.receipts import looks_like_code
from ilp_core.words import desk

#: A list is for its shift; after a day its buttons say so instead of acting.
TOO_OLD: Final = timedelta(hours=24)


async def press(update: Update, context: Context) -> None:
    """Do what the button says, or say in one sentence why not."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    await acknowledge(query)
    version, _, rest = (query.data or "").partition(":")
    kind, _, detail = rest.partition(":")
    if version == "v1" and kind in ("map", "why", "more", "knew", "new"):
        await _about_a_list(update, context, kind, detail)
    elif version == "v1" and kind == "near":
        await answer(update, context, text="near me", again=query.data)
    elif version == "v1" and kind == "ask":
        await answer(update, context, text="whats hot", conversation=Conversation(), again=query.data)
    elif version == "v1" and kind == "then":
        await _next_question(update, context, detail)
    elif version == "v1" and kind == "say" and detail:
        await answer(update, context, text=detail)
    else:
        await reply(chat.id, plain(desk.STALE_BUTTON, again_button()))


async def _next_question(update: Update, context: Context, detail: str) -> None:
    """Ask what comes after the receipt's question, of the newest data."""
    assert update.effective_chat is not None
    code, _, step = detail.partition(":")
    known = False
    if looks_like_code(code) and step in STEPS:
        async with dependencies(context).store.read() as uow:
            known = await uow.receipts.get(code) is not None
    if not known:
        await reply(update.effective_chat.id, plain(desk.STALE_BUTTON, again_button()))
        return
    pressed = update.callback_query.data if update.callback_query else ""
    await answer(update, context, conversation=Conversation(), follow=(code, step), again=pressed)


async def _about_a_list(update: Update, context: Context, kind: str, detail: str) -> None:
    assert update.effective_chat is not None
    needs, chat_id = dependencies(context), update.effective_chat.id
    code, *numbers = detail.split(":")
    receipt = None
    if looks_like_code(code):
        async with needs.store.read() as uow:
            receipt = await uow.receipts.get(code)
    if receipt is None:
        await reply(chat_id, plain(desk.STALE_BUTTON, again_button()))
        return
    if needs.now() - receipt.at > TOO_OLD:
        await reply(chat_id, outgoing(too_old(receipt, needs.now())))
        return
    counts = [int(number) if re.fullmatch("[0-9]{1,2}", number) else 0 for number in numbers]
    item = counts[0] if kind == "why" and counts else 0
    pressed = update.callback_query.data if update.callback_query else ""
    if kind in ("knew", "new"):
        said = Tap("knew" if kind == "knew" else "new", code, counts[0] if counts else 0)
        await answer(update, context, tap=said, again=pressed)
        return
    # How far the list was shown on the screen that the button stands under.
    listed = counts[-1] if counts and (kind != "why" or len(counts) > 1) else 0
    text = f"why #{item}" if item else kind
    await answer(update, context, text=text, conversation=Conversation(None, code, listed), again=pressed)
