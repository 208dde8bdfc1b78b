"""The desk: one message in, one answered question out, whoever's front end asks.

It holds the current city (frame and findings), renews it when a load brings a new data version, and keeps
the receipt, the conversation and the audit row of every question in one transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from ilp_core.analyse.hotspots import parent_of
from ilp_core.assistant import replies
from ilp_core.assistant.codec import from_data, to_data
from ilp_core.assistant.hotspots import Ground, Hotspots, look
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.understand import NEAR_ME_M, Context, Understood, hours_asked, near, understand
from ilp_core.assistant.view import Decisions, View, as_decided, build_view, decisions_of
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import PRIVACY_CELL_M, AreaRef, Place
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import CODE_LENGTH, LONGEST_CODE, Receipt, code_from, digest_of
from ilp_core.domain.shifts import Shift, instant, shift_named
from ilp_core.domain.windows import Hours
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage.engine import Store
from ilp_core.storage.settings import REFERENCE
from ilp_core.storage.units import Unit
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.en import answers, commands, names

#: A conversation that rests this long is over; the next message starts afresh.
CONVERSATION: Final = timedelta(hours=8)
#: Receipts of dry runs that are remembered at once.
MOST_UNSAVED: Final = 10_000
#: Receipts that are still remembered after they were written: more than are ever being written at once.
MOST_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class _Duty:
    """Who works when: units, the agency's zone, and shifts by unit (None: the agency's own)."""

    units: tuple[Unit, ...]
    zone: ZoneInfo
    shifts: Mapping[str | None, tuple[Shift, ...]]


class Desk:
    """Answers questions over one store. ``zone`` is the agency's own, where the store names none.

    Data versions, units and shifts are looked up anew where the last look is older than ``fresh_s`` seconds.
    """

    def __init__(self, store: Store, zone: str | None = None, *, fresh_s: float = 0.0) -> None:
        self.store = store
        self._zone = zone
        self._fresh_s = fresh_s
        self._current: tuple[float, View] | None = None
        self._duty: tuple[float, _Duty] | None = None
        #: Codes that another answer took between reckoning and writing.
        self._taken: set[str] = set()
        self._views: dict[tuple[int, str | None, Decisions], View] = {}
        self._renewing = asyncio.Lock()
        #: Receipts that are not written yet; those of dry runs live no longer than the desk.
        self._unsaved: dict[str, Receipt] = {}
        self._kept: deque[str] = deque()

    async def view(self, version: int | None = None, decisions: Decisions | None = None) -> View:
        """The view of ``version``, or of the newest data version, built once and anew when tables change.

        ``decisions`` are what analysts had said of doubtful data when an answer was made; None for what they say now.
        """
        async with self._renewing, self.store.read() as uow:
            wanted = version if version is not None else await uow.loads.latest() or 0
            doubts = await uow.doubts.all()
            decided = decisions_of(doubts) if decisions is None else decisions
            key = (wanted, await uow.settings.get(REFERENCE), decided)
            if key not in self._views:
                alike = [view for (_, *same), view in self._views.items() if tuple(same) == key[1:]]
                view = await build_view(uow, wanted, as_decided(doubts, decided), decided, alike)
                # The newest three stay: the current one and those that receipts were last replayed on.
                self._views = dict([*self._views.items()][-2:]) | {key: view}
            return self._views[key]

    async def renew(self, at: datetime) -> None:
        """Build what the next question would have to wait for: the newest data, and what holds for all of it."""
        view = await self.view()
        await asyncio.to_thread(view.ground.city.prepare, at.timestamp())

    async def _newest(self) -> View:
        """The view of the newest data version, as of a moment ago."""
        now = time.monotonic()
        if self._current is None or now - self._current[0] >= self._fresh_s:
            self._current = now, await self.view()
        return self._current[1]

    async def _on_duty(self, uow: UnitOfWork) -> _Duty:
        """Units, zone and shifts, as of a moment ago."""
        now = time.monotonic()
        if self._duty is None or now - self._duty[0] >= self._fresh_s:
            units = await uow.units.all()
            names_of = [None, *(unit.name for unit in units)]
            shifts = {name: tuple(await uow.shifts.for_unit(name)) for name in names_of}
            self._duty = now, _Duty(tuple(units), await self.zone(uow), shifts)
        return self._duty[1]

    async def zone(self, uow: UnitOfWork) -> ZoneInfo:
        """The agency's zone: as set for the running program, else as the first load brought it, else UTC."""
        return ZoneInfo(self._zone or await uow.settings.get("zone") or "UTC")

    async def _clock(self, uow: UnitOfWork, officer: Officer, at: datetime, view: View) -> Clock:
        """The caller's clock: their unit's zone and shifts where the unit has its own, else the agency's."""
        duty = await self._on_duty(uow)
        unit = _unit_of(officer, duty.units, view)
        zone = ZoneInfo(unit.zone) if unit else duty.zone
        shifts = duty.shifts[unit.name if unit else None]
        return Clock(instant(at, zone), zone, shifts, shift_named(shifts, officer.shift) if officer.shift else None)

    async def ask(self, message: Message, *, context: Context | None = None, dry_run: bool = False) -> Reply:
        """Answer one message and keep what comes of it. Raises CallError for a badge unknown or disabled."""
        while True:
            reply = await self.answer(message, context=context)
            if dry_run:
                return reply
            taken = len(self._taken)
            try:
                async with self.store.write() as uow:
                    await self.keep(uow, message, reply)
                return reply
            except WorkError:
                # Another answer had its code: it gets a longer one.
                if len(self._taken) == taken:
                    raise

    async def answer(self, message: Message, *, context: Context | None = None) -> Reply:
        """Answer one message and write nothing. Raises CallError for a badge that does not exist or is disabled."""
        started = time.perf_counter()
        view = await self._newest()
        async with self.store.read() as uow:
            officer = message.officer or await self._officer(uow, message.badge)
            clock = await self._clock(uow, officer, message.at, view)
            if context is None:
                context = await self._context(uow, message)
        understood = self._understand(message, officer, clock, view, context)
        shift = shift_key(clock)
        first = message.chat is not None and message.chat.cautioned != shift
        reply = await self._answer(understood, clock, view, context, first=first)
        took = (time.perf_counter() - started) * 1000
        return replace(reply, context=_following(reply, context), shift=shift, at=clock.at, ms=took)

    async def keep(self, uow: UnitOfWork, message: Message, reply: Reply) -> None:
        """Write the receipt, the conversation and the audit row of an answer into the caller's transaction.

        The receipt stays in memory too: where the transaction is undone, the same answer is given and kept again.
        Raises WorkError where another answer has taken its code since, so that it is answered anew.
        """
        receipt = self._unsaved.get(reply.answer.receipt or "")
        if receipt is not None:
            kept = await uow.receipts.save(receipt, message.at if not message.past else receipt.at)
            if kept.code != receipt.code:
                self._taken.add(receipt.code)
                raise WorkError(commands.NO_CODE)
            self._forget_later(receipt.code)
        if message.session and not message.past and reply.context.receipt:
            await uow.dialogues.set(
                message.session,
                reply.context.receipt,
                reply.context.listed,
                message.at,
                message.at + CONVERSATION,
            )
        if message.chat and reply.answer.caution == answers.CAUTION_FULL:
            await uow.chats.caution(message.chat.chat_id, reply.shift)
        await append(uow, _audit(message, reply), _now())

    def _forget_later(self, code: str) -> None:
        """Drop a kept receipt from memory, but not before its transaction is surely over."""
        self._kept.append(code)
        if len(self._kept) > MOST_KEPT:
            self._unsaved.pop(self._kept.popleft(), None)

    async def _officer(self, uow: UnitOfWork, badge: str) -> Officer:
        officer = await uow.officers.get(badge) if badge.isprintable() else None
        if officer is None:
            raise CallError(commands.NO_BADGE.format(badge=badge))
        if officer.disabled:
            raise CallError(commands.BADGE_DISABLED.format(badge=badge))
        return officer

    async def _context(self, uow: UnitOfWork, message: Message) -> Context:
        if message.session is None or message.past:
            return Context()
        dialogue = await uow.dialogues.get(message.session, message.at)
        receipt = await uow.receipts.get(dialogue.receipt) if dialogue and dialogue.receipt else None
        if dialogue is None or receipt is None:
            return Context()
        return Context(from_data(receipt.question), receipt.code, dialogue.listed)

    def _understand(
        self, message: Message, officer: Officer, clock: Clock, view: View, context: Context
    ) -> Understood:
        if message.location is None:
            return understand(message.text, officer, clock, view.atlas, context)
        # Only the cell goes on from here: the position itself is neither kept nor logged (G16).
        x, y = view.ground.project(message.location)
        centre = view.ground.locate(
            (x // PRIVACY_CELL_M + 0.5) * PRIVACY_CELL_M, (y // PRIVACY_CELL_M + 0.5) * PRIVACY_CELL_M
        )
        place = Place(names.NEAR_YOU, round(centre.lat, 5), round(centre.lon, 5), NEAR_ME_M)
        return Understood(near(place, clock, context))

    async def _answer(
        self, understood: Understood, clock: Clock, view: View, context: Context, *, first: bool
    ) -> Reply:
        question = understood.question
        if question.intent == "hotspots" and question.clarify is None:
            return await self._hotspots(understood, clock, view, first=first)
        if question.intent in ("why", "map", "more") and question.ref:
            reply = await self._about_receipt(question, clock, context)
            return replies.naming_unread(reply, understood.unread)
        return Reply(question, replies.say(question))

    async def _hotspots(self, understood: Understood, clock: Clock, view: View, *, first: bool) -> Reply:
        question = understood.question
        found = await asyncio.to_thread(_reckon, question, view.ground, clock)
        if not isinstance(found, Hotspots):
            answer, figures = found
            if figures is None:
                return Reply(question, answer)
            receipt = await self._receipt(question, figures, clock, view)
            reply = Reply(question, replies.with_receipt(answer, receipt.code))
            return replies.naming_unread(reply, understood.unread)
        receipt = await self._receipt(question, found.figures, clock, view)
        return replies.listing(found, clock, receipt.code, understood.unread, first=first)

    async def _receipt(self, question: Question, figures: Mapping[str, Any], clock: Clock, view: View) -> Receipt:
        hours = hours_asked(question, clock)
        data = to_data(question) | {"evidence_hours": [hours.start, hours.end] if hours else None}
        if view.decisions:
            data["decisions"] = [list(decision) for decision in view.decisions]
        digest = digest_of({"question": data, "figures": figures})
        receipt = Receipt(self._code(digest), data, figures, view.version, clock.at, digest)
        if len(self._unsaved) >= MOST_UNSAVED:
            self._unsaved.pop(next(iter(self._unsaved)), None)
        self._unsaved[receipt.code] = receipt
        return receipt

    def _code(self, digest: str) -> str:
        """The shortest code of ``digest`` that no other answer is known to have; ``keep`` finds the rest out."""
        for length in range(CODE_LENGTH, LONGEST_CODE + 1):
            code = code_from(digest, length)
            other = self._unsaved.get(code)
            if code not in self._taken and (other is None or other.digest == digest):
                return code
        raise WorkError(commands.NO_CODE)

    async def _about_receipt(self, question: Question, clock: Clock, context: Context) -> Reply:
        """Why, map and more: replay what the receipt was made from, on the data version it was made on."""
        code = question.ref or ""
        receipt = self._unsaved.get(code)
        if receipt is None:
            async with self.store.read() as uow:
                receipt = await uow.receipts.get(code)
        if receipt is None:
            return Reply(question, replies.no_receipt(question))
        decisions = tuple((int(number), str(state)) for number, state in receipt.question.get("decisions", ()))
        view = await self.view(receipt.version, decisions)
        asked = from_data(receipt.question)
        then = _clock_then(receipt, asked, clock)
        if "count" in receipt.figures:
            return Reply(question, replies.replay_count(asked, receipt, view.ground, then))
        found = await asyncio.to_thread(look, asked, view.ground, then)
        same = digest_of({"question": dict(receipt.question), "figures": found.figures}) == receipt.digest
        listed = context.listed if context.receipt == code else 0
        return await self._shown(question, found, then, view, receipt, same, listed)

    async def _shown(
        self, question: Question, found: Hotspots, then: Clock, view: View, receipt: Receipt, same: bool, listed: int
    ) -> Reply:
        if question.intent == "why":
            return Reply(question, replies.why(question, found, then, receipt.code, same, listed))
        if question.intent == "more":
            return replies.more(question, found, then, receipt.code, listed)
        async with self.store.read() as uow:
            source = await uow.settings.get("source_line") or ""
        draw = partial(replies.mapped, question, found, then, view.ground, view.atlas, receipt.code, source, listed)
        return await asyncio.to_thread(draw)


def _reckon(question: Question, ground: Ground, clock: Clock) -> Hotspots | tuple[Answer, dict[str, Any] | None]:
    """The list, or where there can be none the answer with its figures."""
    return replies.without_list(question, ground, clock) or look(question, ground, clock)


def _unit_of(officer: Officer, units: Sequence[Unit], view: View) -> Unit | None:
    """The unit of the officer's own area, else that of the district their beat lies in, else None."""
    if officer.area is None or not units:
        return None
    own = view.atlas.canonical(officer.area)
    district = parent_of(view.ground.city, own.code) if own.kind == "beat" else None
    areas = (own, AreaRef("district", district)) if district else (own,)
    by_area = {view.atlas.canonical(unit.area): unit for unit in units if unit.area}
    return next((by_area[area] for area in areas if area in by_area), None)


def _clock_then(receipt: Receipt, asked: Question, clock: Clock) -> Clock:
    """The clock of the receipt's moment, with its shift's hours as they were, whoever asks why."""
    hours = receipt.question.get("evidence_hours")
    then = replace(clock, at=instant(receipt.at, clock.zone))
    return replace(then, shifts=(Shift(asked.shift, Hours(*hours)),)) if hours and asked.shift else then


def shift_key(clock: Clock) -> str:
    """Names the caller's running shift, or the day off duty: the span in which a caution is told in full once."""
    running = clock.running
    if running is None:
        return clock.at.astimezone(clock.zone).date().isoformat()
    shift, window = running
    return f"{shift.name} {window.start.isoformat()}"


def _now() -> datetime:
    return datetime.now(tz=ZoneInfo("UTC"))


def _following(reply: Reply, before: Context) -> Context:
    """What the next message of the conversation may inherit."""
    if reply.question.intent == "hotspots" and reply.answer.receipt and reply.items:
        return Context(reply.question, reply.answer.receipt, len(reply.answer.items))
    if reply.question.intent == "more" and reply.answer.items:
        return replace(before, receipt=reply.answer.receipt, listed=reply.answer.items[-1].number)
    return before


def _audit(message: Message, reply: Reply) -> AuditEntry:
    question = reply.question
    outcome = "refused" if question.intent == "refuse" else "asked back" if question.clarify else "answered"
    return AuditEntry(
        actor=message.badge,
        action="question",
        object=question.intent,
        outcome=outcome,
        source=message.channel,
        detail={
            "area": str(question.area) if question.area else None,
            "receipt": reply.answer.receipt,
            "refusal": question.refusal,
            "purpose": "patrol",
            "at": reply.at.isoformat() if message.past and reply.at else None,
        },
    )
