"""Replaying: why, map, more and taps, each from what a receipt was made of, on the data version it was made on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from ilp_core.assistant import replies, rooms, taps, told
from ilp_core.assistant.codec import from_data
from ilp_core.assistant.hotspots import Hotspots, look
from ilp_core.assistant.ledger import Ledger
from ilp_core.assistant.messages import Reply
from ilp_core.assistant.on_duty import clock_then
from ilp_core.assistant.understand import Context
from ilp_core.assistant.view import Decisions, View
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import Receipt, digest_of
from ilp_core.storage.engine import Store
from ilp_core.words import novelty


class Replays:
    """Answers about answers. ``view`` gives the city of a data version, with what analysts had said by then."""

    def __init__(self, store: Store, ledger: Ledger, view: Callable[[int, Decisions], Awaitable[View]]) -> None:
        self._store = store
        self._ledger = ledger
        self._view = view

    async def about(self, question: Question, clock: Clock, context: Context) -> Reply:
        """Why, map and more: replay what the receipt was made from, on the data version it was made on."""
        receipt = await self._ledger.find(self._store, question.ref or "")
        if receipt is None:
            return Reply(question, replies.no_receipt(question))
        view, asked, then = await self._at_the_time(receipt, clock)
        listed = context.listed if context.receipt == receipt.code else 0
        if asked.intent in rooms.ROOMS:
            return await self._about_room(question, asked, then, view, receipt, listed)
        if "count" in receipt.figures:
            return Reply(question, replies.replay_count(asked, receipt, view.ground, then))
        found = await _list_then(receipt, asked, view, then)
        same = digest_of({"question": dict(receipt.question), "figures": found.figures}) == receipt.digest
        return await self._shown(question, found, then, view, receipt, same, listed)

    async def _at_the_time(self, receipt: Receipt, clock: Clock) -> tuple[View, Question, Clock]:
        """What a receipt was made from: the view, the question, and the clock of its moment."""
        decisions = tuple((int(number), str(state)) for number, state in receipt.question.get("decisions", ()))
        asked = from_data(receipt.question)
        return await self._view(receipt.version, decisions), asked, clock_then(receipt, asked, clock)

    async def tapped(self, question: Question, tap: taps.Tap, clock: Clock) -> Reply:
        """Note what was said of a place of a list."""
        receipt = await self._ledger.find(self._store, tap.code)
        if receipt is None or from_data(receipt.question).intent != "hotspots" or "own" not in receipt.figures:
            return Reply(question, Answer(paragraphs=(novelty.NO_SUCH_PLACE,)))
        view, asked, then = await self._at_the_time(receipt, clock)
        found = await _list_then(receipt, asked, view, then)
        marked = taps.marked_new(tap, found)
        if marked is None:
            return Reply(question, Answer(paragraphs=(novelty.NO_SUCH_PLACE,)))
        return Reply(question, taps.noted(tap, found), tap=replace(tap, marked=marked))

    async def _about_room(
        self, question: Question, asked: Question, then: Clock, view: View, receipt: Receipt, listed: int
    ) -> Reply:
        found = await asyncio.to_thread(rooms.once_more, asked, view.ground, then, receipt.figures)
        if isinstance(found, Answer):
            # The records on file say nothing any more.
            return Reply(question, replace(found, receipt=receipt.code))
        same = digest_of({"question": dict(receipt.question), "figures": found.figures}) == receipt.digest
        if question.intent == "why":
            return rooms.why(question, found, then, receipt.code, same)
        if question.intent == "more":
            return rooms.more(question, found, view.ground, then, receipt.code, listed)
        source = await self._source_line()
        return await asyncio.to_thread(
            rooms.mapped, question, found, view.ground, then, view.atlas, receipt.code, source, listed
        )

    async def _source_line(self) -> str:
        async with self._store.read() as uow:
            return await uow.settings.get("source_line") or ""

    async def _shown(
        self, question: Question, found: Hotspots, then: Clock, view: View, receipt: Receipt, same: bool, listed: int
    ) -> Reply:
        if question.intent == "why":
            return Reply(question, replies.why(question, found, then, receipt.code, same, listed))
        if question.intent == "more":
            return replies.more(question, found, then, receipt.code, listed)
        source = await self._source_line()
        draw = partial(replies.mapped, question, found, then, view.ground, view.atlas, receipt.code, source, listed)
        return await asyncio.to_thread(draw)


async def _list_then(receipt: Receipt, asked: Question, view: View, then: Clock) -> Hotspots:
    """The list of a receipt found anew, in the order in which it was told."""
    found = await asyncio.to_thread(look, asked, view.ground, then)
    return told.replayed(found, receipt.question, view.ground.city.frame)
