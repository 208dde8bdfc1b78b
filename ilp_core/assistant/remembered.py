"""The conversation between two messages: kept, so that it goes on after a restart, and forgotten after a rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from ilp_core.assistant.codec import from_data, to_data
from ilp_core.assistant.conversation import Context
from ilp_core.domain.questions import Clarify, Question
from ilp_core.storage.uow import UnitOfWork

#: A conversation that rests this long is over, where the agency has set nothing else: about a shift.
REST: Final = timedelta(minutes=480)


async def recall(uow: UnitOfWork, session: str, at: datetime) -> Context:
    """The conversation of ``session`` as it stood; an empty one where there is none, or where it rested too long."""
    kept = await uow.dialogues.get(session, at)
    if kept is None:
        return Context()
    context = from_state(kept.state) if kept.state is not None else Context()
    if context.question is None and kept.receipt:
        # A button under an older list, or an older program: the receipt says what was asked.
        receipt = await uow.receipts.get(kept.receipt)
        if receipt is None:
            return context
        context = replace(context, question=from_data(receipt.question))
    return replace(context, receipt=kept.receipt, listed=kept.listed)


async def remember(uow: UnitOfWork, session: str, context: Context, at: datetime, rest: timedelta) -> None:
    """Keep the conversation of ``session`` until it has rested for ``rest``; an empty one is forgotten."""
    if context == Context():
        await uow.dialogues.clear(session)
        return
    await uow.dialogues.set(session, context.receipt, context.listed, at, at + rest, to_state(context))


def to_state(context: Context) -> dict[str, Any]:
    """What of a conversation no receipt holds, as JSON data: never an officer's own words."""
    return {
        "question": to_data(context.question) if context.question else None,
        "pending": _asked(context.pending) if context.pending else None,
        "act": context.act,
    }


def from_state(state: Mapping[str, Any]) -> Context:
    """The conversation that ``to_state`` wrote, without its receipt."""
    return Context(
        from_data(state["question"]) if state["question"] else None,
        act=state["act"],
        pending=_read_asked(state["pending"]) if state["pending"] else None,
    )


def _asked(question: Question) -> dict[str, Any]:
    """A question that waits, with what it waits for and what it points at."""
    clarify = question.clarify
    return to_data(question) | {
        "item": question.item,
        "ref": question.ref,
        "clarify": [clarify.slot, list(clarify.options)] if clarify else None,
    }


def _read_asked(data: Mapping[str, Any]) -> Question:
    slot = data["clarify"]
    clarify = Clarify(slot[0], tuple(slot[1])) if slot else None
    return replace(from_data(data), item=data["item"], ref=data["ref"], clarify=clarify)
