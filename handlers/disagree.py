"""Disagreements in a chat: an officer's own buttons, an owner's queue of cards, and the answer the officer gets.

The views themselves come in as questions (``handlers.ask``). An answer is written in a draft, shown as it will be
sent, and goes out only when its button is pressed.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Final

from telegram import Update

from handlers.dependencies import Context, Dependencies, dependencies
from handlers.disagree_page import answered, card, ready
from handlers.drafts import ANSWER, SPOT, WAITS, keep
from handlers.guard import acknowledge
from handlers.outgoing import Outgoing, outgoing, plain
from handlers.turn import Known, reply, turn
from ilp_core.assistant.messages import Message
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.refusals import read_refusal
from ilp_core.assistant.replies import again_button
from ilp_core.assistant.safety import read_safety
from ilp_core.collect.inputs.privacy import masked
from ilp_core.domain.answers import Answer
from ilp_core.domain.local_knowledge import Disagreement
from ilp_core.domain.officers import Officer
from ilp_core.domain.post import Draft
from ilp_core.govern.languages import language_in
from ilp_core.learn import disagreements
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import desk, local_knowledge
from ilp_core.words.speech import speaking

#: The buttons that this file acts on.
PATTERN: Final = re.compile(r"^v1:local:(spot|withdraw|unspot|card|answer|send):([0-9]{1,9})$")
#: So soon after it was asked for, whatever is typed is the answer [this project's choice].
_AT_ONCE: Final = timedelta(minutes=10)
#: Questions have so many words at most; an answer to a colleague has more [this project's choice].
_SHORT: Final = 6
_QUESTIONS: Final = frozenset(
    {
        "hotspots",
        "why",
        "map",
        "more",
        "trend",
        "place",
        "patterns",
        "priorities",
        "briefing",
        "tasks",
        "help",
        "privacy",
    }
)


async def queue(update: Update, context: Context) -> None:
    """/disagreements: the one that waits longest of those the caller owns, with the way to the others."""
    assert update.effective_chat is not None
    await _show(update.effective_chat.id, context, 0)


async def press(update: Update, context: Context) -> None:
    """Do what a button of a disagreement says."""
    query, chat, known = update.callback_query, update.effective_chat, turn().known
    if query is None or chat is None or known is None:
        return
    await acknowledge(query)
    match = PATTERN.match(query.data or "")
    assert match is not None
    kind, number = match[1], int(match[2])
    if kind == "card":
        await _show(chat.id, context, number)
    elif kind == "spot":
        await _ask_spot(chat.id, context, number)
    elif kind == "answer":
        await _ask_answer(chat.id, context, known, number)
    elif kind == "send":
        await _send(chat.id, context, known, number)
    else:
        await _withdraw(chat.id, context, known.officer, number, spot=kind == "unspot")


async def answer_words(update: Update, context: Context, draft: Draft) -> bool:
    """The words of an answer: checked like any others, shown as they will be sent, and kept until that is pressed."""
    message, known = update.message, turn().known
    assert message is not None
    assert known is not None
    words, chat_id = (message.text or "").strip(), message.chat_id
    plainly = normalise(words)
    if read_safety(plainly) or read_refusal(plainly):
        # The desk says what must be said to such words, and audits it.
        return False
    needs = dependencies(context)
    written = json.loads(await needs.envelopes.open(draft.key, draft.data))
    if (written["words"] or await _rested(needs, draft)) and await _asks(needs, known.officer, words):
        return False
    number = int(written["number"])
    if len(words) > disagreements.LONGEST_ANSWER:
        await reply(chat_id, plain(local_knowledge.ANSWER_LONG))
        return True
    async with turn().finish() as uow:
        kept = await _owned(uow, known.officer, number)
        if kept is None:
            await uow.drafts.drop(chat_id, draft.version)
            await turn().send(uow, chat_id, _not_open(number))
            return True
        await keep(uow, needs, chat_id, ANSWER, json.dumps({"number": number, "words": words}).encode("ascii"))
        await turn().send(uow, chat_id, ready(kept, masked(words)))
    return True


async def _rested(needs: Dependencies, draft: Draft) -> bool:
    """True where the answer was asked for so long ago that the next words may be about something else."""
    async with needs.store.read() as uow:
        return await uow.now() - (draft.expires_at - WAITS[ANSWER]) > _AT_ONCE


async def _asks(needs: Dependencies, officer: Officer, words: str) -> bool:
    """True for a few words that the desk reads as a question of its own: they are answered, and the draft waits."""
    if len(words.split()) > _SHORT:
        return False
    asked = Message(officer.badge, needs.now(), "chat", words, officer=officer, dry=True)
    return (await needs.desk.answer(asked)).question.intent in _QUESTIONS


async def _show(chat_id: int, context: Context, number: int) -> None:
    """The card of that number, or of the earliest due where none is named or it is not open any more."""
    needs, known = dependencies(context), turn().known
    if known is None:
        return
    async with needs.store.read() as uow:
        mine = [each for each in await uow.disagreements.open() if each.owned_by(known.officer)]
        zone = await needs.desk.zone(uow)
    if not mine:
        await reply(chat_id, plain(local_knowledge.QUEUE_NONE))
        return
    place = next((place for place, each in enumerate(mine) if each.number == number), 0)
    kept, following = mine[place], mine[(place + 1) % len(mine)]
    words = await disagreements.words_for(needs.store, kept, known.officer)
    left = len(mine) - 1
    await reply(chat_id, card(kept, words, left, following.number if left else None, zone, needs.now()))


async def _ask_spot(chat_id: int, context: Context, number: int) -> None:
    """Ask where it is hot; ``number`` is the disagreement whose offences the spot is about, 0 for none."""
    async with turn().finish() as uow:
        await keep(uow, dependencies(context), chat_id, SPOT, str(number).encode("ascii"))
        answer = Answer(paragraphs=(local_knowledge.SPOT_ASK,), asks_location=True)
        await turn().send(uow, chat_id, outgoing(answer))


async def _ask_answer(chat_id: int, context: Context, known: Known, number: int) -> None:
    needs = dependencies(context)
    async with turn().finish() as uow:
        kept = await _owned(uow, known.officer, number)
        if kept is None:
            await turn().send(uow, chat_id, _not_open(number))
            return
        await keep(uow, needs, chat_id, ANSWER, json.dumps({"number": number, "words": ""}).encode("ascii"))
        await turn().send(uow, chat_id, plain(local_knowledge.ANSWER_ASK.format(ref=kept.ref)))


async def _send(chat_id: int, context: Context, known: Known, number: int) -> None:
    """Send the answer that the draft holds, to the officer's chat where there is one that can be written to."""
    needs, draft = dependencies(context), known.draft
    written = {"number": 0, "words": ""}
    if draft is not None and draft.step == ANSWER:
        written = json.loads(await needs.envelopes.open(draft.key, draft.data))
    if draft is None or written["number"] != number or not written["words"]:
        await reply(chat_id, plain(desk.STALE_BUTTON, again_button()))
        return
    words = str(written["words"])
    async with turn().finish() as uow:
        await uow.drafts.drop(chat_id, draft.version)
        officers = await uow.officers.all()
        chat = None
        kept = await uow.disagreements.get(number)
        if kept is not None:
            chat = await uow.chats.of_badge(kept.badge)
            kept = await disagreements.answer(
                uow, needs.store, number, known.officer, words, "chat", needs.now()
            )  # fmt: skip
        if kept is None:
            await turn().send(uow, chat_id, _not_open(number))
            return
        if chat is not None and not chat.blocked:
            with speaking(await language_in(uow, chat.chat_id, needs.desk.language)):
                told = answered(kept, masked(words), officers)
            await turn().send(uow, chat.chat_id, told, kind="notice")
            await uow.disagreements.told(number, "told_officer", needs.now())
        await turn().send(uow, chat_id, plain(local_knowledge.ANSWER_SENT.format(ref=kept.ref)))


async def _withdraw(chat_id: int, context: Context, officer: Officer, number: int, *, spot: bool) -> None:
    needs = dependencies(context)
    async with turn().finish() as uow:
        ref = f"N-{number}" if spot else f"D-{number}"
        if spot:
            done = await disagreements.withdraw_spot(uow, number, officer.badge, "chat", needs.now())
        else:
            done = await disagreements.withdraw(uow, needs.store, number, officer.badge, "chat", needs.now())
        gone = local_knowledge.SPOT_WITHDRAWN if spot else local_knowledge.WITHDRAWN
        await turn().send(uow, chat_id, plain((gone if done else local_knowledge.NOT_OPEN).format(ref=ref)))


async def _owned(uow: UnitOfWork, officer: Officer, number: int) -> Disagreement | None:
    """The open disagreement of that number where ``officer`` answers it, else None."""
    kept = await uow.disagreements.get(number)
    return kept if kept is not None and kept.state == "open" and kept.owned_by(officer) else None


def _not_open(number: int) -> Outgoing:
    return plain(local_knowledge.NOT_OPEN.format(ref=f"D-{number}"))
