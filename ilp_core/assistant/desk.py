"""The desk: one message in, one answered question out, whoever's front end asks.

It holds the current city (frame and findings), renews it when a load brings a new data version, and keeps
the receipt, the conversation and the audit row of every question in one transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from ilp_core.analyse.open_patterns import emerging_of
from ilp_core.assistant import replies, rooms, taps, told
from ilp_core.assistant.codec import from_data
from ilp_core.assistant.conversation import following
from ilp_core.assistant.define import define, meanings
from ilp_core.assistant.disagree import Heard, LocalKnowledge
from ilp_core.assistant.fitting import Showing
from ilp_core.assistant.follow import as_command, next_question, permitted
from ilp_core.assistant.gazetteer import Gazetteer
from ilp_core.assistant.hotspots import Ground, Hotspots, look
from ilp_core.assistant.ledger import Ledger
from ilp_core.assistant.lexicon import Lexicon
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.on_duty import shift_key, unit_of
from ilp_core.assistant.remembered import REST, recall, remember
from ilp_core.assistant.replaying import Replays
from ilp_core.assistant.ten_codes import preset_codes
from ilp_core.assistant.understand import NEAR_ME_M, Context, Understood, near, understand
from ilp_core.assistant.unknown_words import note_unknown, unknown_words
from ilp_core.assistant.view import Decisions, View, as_decided, build_view, decisions_of
from ilp_core.assistant.vocabulary import Vocabulary, preset_of
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.domain.agency import Agency
from ilp_core.domain.answers import Answer
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import PRIVACY_CELL_M, Place
from ilp_core.domain.questions import Intent, Question
from ilp_core.domain.shifts import Shift, instant, shift_named
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.govern.languages import language_of
from ilp_core.storage.engine import Store
from ilp_core.storage.settings import REFERENCE
from ilp_core.storage.units import Unit
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import answers, commands
from ilp_core.words.en.names import NEAR_YOU
from ilp_core.words.speech import ENGLISH, speaking

#: What the audit names all that is said between questions. A call for care must not stand out among it (G17).
DIALOGUE: Final = "dialogue"
_UNNAMED: Final[frozenset[Intent]] = frozenset({"welfare", "help", "privacy", "smalltalk", "cancel", "unknown"})


@dataclass(frozen=True, slots=True)
class _Duty:
    """Who works when: units, the agency's zone, and shifts by unit (None: the agency's own)."""

    units: tuple[Unit, ...]
    zone: ZoneInfo
    shifts: Mapping[str | None, tuple[Shift, ...]]


class Desk:
    """Answers questions over one store. ``zone`` is the agency's own, where the store names none, and ``language``
    the one that its officers are answered in who have chosen no other.

    Data versions, units and shifts are looked up anew where the last look is older than ``fresh_s`` seconds. A
    conversation that rests for ``rest`` is over; the next message starts afresh.
    """

    def __init__(
        self,
        store: Store,
        zone: str | None = None,
        *,
        fresh_s: float = 0.0,
        language: str = ENGLISH,
        agency: Agency = replies.UNSET,
        rest: timedelta = REST,
    ) -> None:
        self.store = store
        self.local = LocalKnowledge(store)
        self._rest = rest
        self.language = language
        self.agency = agency
        #: The ten-codes as of the last look: an emergency is read without the store.
        self.codes = preset_codes(agency.preset)
        self._zone = zone
        self._fresh_s = fresh_s
        self._current: tuple[float, View] | None = None
        self._duty: tuple[float, _Duty] | None = None
        self._views: dict[tuple[int, str | None, Decisions], View] = {}
        self._renewing = asyncio.Lock()
        self._ledger = Ledger()
        self._replays = Replays(store, self._ledger, self.view)
        self._gazetteer = Gazetteer()
        self._vocabulary = Vocabulary()

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
        async with self.store.read() as uow:
            await self._read_codes(uow)
        view = await self.view()
        async with self.store.read() as uow:
            await self._words(uow, await self.zone(uow), view)
        await asyncio.to_thread(view.ground.city.prepare, at.timestamp())
        await asyncio.to_thread(emerging_of, view.ground.city, at.timestamp())

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
            await self._read_codes(uow)
            self._duty = now, _Duty(tuple(units), await self.zone(uow), shifts)
        return self._duty[1]

    async def _read_codes(self, uow: UnitOfWork) -> None:
        own = await uow.ten_codes.all()
        self.codes = preset_codes(self.agency.preset) if own is None else own

    async def zone(self, uow: UnitOfWork) -> ZoneInfo:
        """The agency's zone: as set for the running program, else as the first load brought it, else UTC."""
        return ZoneInfo(self._zone or await uow.settings.get("zone") or "UTC")

    async def _words(self, uow: UnitOfWork, zone: ZoneInfo, view: View) -> Lexicon:
        """The words that officers of this agency use."""
        return await self._vocabulary.lexicon(uow, preset_of(zone.key, view.ground.city.frame.origin.sources))

    async def _clock(self, uow: UnitOfWork, officer: Officer, at: datetime, view: View) -> Clock:
        """The caller's clock: their unit's zone and shifts where the unit has its own, else the agency's."""
        duty = await self._on_duty(uow)
        unit = unit_of(officer, duty.units, view)
        zone = ZoneInfo(unit.zone) if unit else duty.zone
        shifts = duty.shifts[unit.name if unit else None]
        return Clock(instant(at, zone), zone, shifts, shift_named(shifts, officer.shift) if officer.shift else None)

    async def ask(self, message: Message, *, context: Context | None = None, dry_run: bool = False) -> Reply:
        """Answer one message and keep what comes of it. Raises CallError for a badge unknown or disabled."""
        while True:
            reply = await self.answer(replace(message, dry=dry_run), context=context)
            if dry_run:
                return reply
            taken = self._ledger.collisions
            try:
                async with self.store.write() as uow:
                    await self.keep(uow, message, reply)
                return reply
            except WorkError:
                # Another answer had its code: it gets a longer one.
                if self._ledger.collisions == taken:
                    raise

    async def answer(self, message: Message, *, context: Context | None = None) -> Reply:
        """Answer one message in its officer's language and write nothing. Raises CallError as ``ask`` does."""
        started = time.perf_counter()
        view = await self._newest()
        async with self.store.read() as uow:
            officer = message.officer or await self._officer(uow, message.badge)
            clock = await self._clock(uow, officer, message.at, view)
            if context is None:
                context = await self._context(uow, message)
            names = await self._gazetteer.names(uow)
            words = await self._words(uow, (await self._on_duty(uow)).zone, view)
        atlas = replace(view.atlas, names=names)
        language = language_of(officer, self.language)
        shift = shift_key(clock)
        first = message.chat is not None and message.chat.cautioned != shift
        with speaking(language):
            understood = await self._asked(message, officer, clock, view, atlas, context, words)
            heard = Heard(message, officer, clock, view, context, understood.question)
            taken = await self.local.take(heard, self._ledger)
            reply = taken or await self._answer(understood, clock, view, context, message, first=first)
        context = _following(reply, context)
        took = (time.perf_counter() - started) * 1000
        trace, unknown = understood.trace, unknown_words(reply.question, understood.trace, words, names)
        return replace(
            reply,
            context=context,
            shift=shift,
            at=clock.at,
            ms=took,
            language=language,
            trace=trace,
            unknown=unknown,
        )

    async def keep(self, uow: UnitOfWork, message: Message, reply: Reply) -> None:
        """Write the receipt, the conversation and the audit row of an answer into the caller's transaction.

        The receipt stays in memory too: where the transaction is undone, the same answer is given and kept again.
        Raises WorkError where another answer has taken its code since, so that it is answered anew.
        """
        await self._ledger.save(uow, reply.answer.receipt, None if message.past else message.at)
        if message.session and not message.past:
            await remember(uow, message.session, reply.context, message.at, self._rest)
        if not message.past and reply.told:
            await uow.tellings.add(message.badge, reply.shift, reply.answer.receipt or "", reply.told, message.at)
        if not message.past and (tap := reply.tap):
            await uow.tellings.tap(message.badge, tap.code, tap.item, tap.said, marked=tap.marked, at=message.at)
        with speaking(reply.language):
            cautioned = reply.answer.caution == answers.CAUTION_FULL
        if message.chat and cautioned:
            await uow.chats.caution(message.chat.chat_id, reply.shift)
        await note_unknown(uow, self.store.keys, message, reply)
        await reply.record(uow)
        await append(uow, _audit(message, reply), _now())

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
        return await recall(uow, message.session, message.at)

    async def _asked(
        self,
        message: Message,
        officer: Officer,
        clock: Clock,
        view: View,
        atlas: Atlas,
        context: Context,
        words: Lexicon,
    ) -> Understood:
        """The question: typed already, the next step from a receipt, or read from the message's words."""
        question = Question("ack", item=message.tap.item) if message.tap else message.question
        if message.follow is not None:
            code, step = message.follow
            receipt = await self._ledger.find(self.store, code)
            question = next_question(from_data(receipt.question), step, clock) if receipt else None
            if question is None:
                return Understood(Question("why", ref=code))
        if question is not None:
            return Understood(permitted(question, officer.role))
        understood = self._understand(message, officer, clock, view, atlas, context, words)
        if message.named and understood.question.intent == "hotspots":
            own = view.atlas.canonical(officer.area) if officer.area else None
            question = as_command(message.named, understood.question, own, view.ground.city, clock)
            if message.compare:
                question = replace(question, compare=message.compare)
            return replace(understood, question=permitted(question, officer.role))
        return understood

    def _understand(
        self,
        message: Message,
        officer: Officer,
        clock: Clock,
        view: View,
        atlas: Atlas,
        context: Context,
        words: Lexicon,
    ) -> Understood:
        if message.location is None:
            return understand(message.text, officer, clock, atlas, context, words=words, codes=self.codes)
        # Only the cell goes on from here: the position itself is neither kept nor logged (G16).
        x, y = view.ground.project(message.location)
        centre = view.ground.locate(
            (x // PRIVACY_CELL_M + 0.5) * PRIVACY_CELL_M, (y // PRIVACY_CELL_M + 0.5) * PRIVACY_CELL_M
        )
        place = Place(NEAR_YOU, round(centre.lat, 5), round(centre.lon, 5), NEAR_ME_M)
        return Understood(near(place, clock, context.pending or context.question))

    async def _answer(
        self, understood: Understood, clock: Clock, view: View, context: Context, message: Message, *, first: bool
    ) -> Reply:
        question = understood.question
        if question.intent == "hotspots" and question.clarify is None:
            return await self._hotspots(understood, clock, view, message.badge, first=first)
        if question.intent == "define" and question.clarify is None:
            return replies.naming_unread(define(question, meanings(self.codes)), understood.unread)
        tap = message.tap or (taps.tap_in(message.text, question, context) if question.intent == "ack" else None)
        if tap is not None and question.intent == "ack":
            return await self._replays.tapped(question, tap, clock)
        if question.intent in rooms.ROOMS and question.clarify is None:
            return await self._in_room(understood, clock, view, first=first, patient=message.patient)
        if question.intent in ("why", "map", "more") and question.ref:
            reply = await self._replays.about(question, clock, context)
            return replies.naming_unread(reply, understood.unread)
        return Reply(question, replies.say(question, self.agency))

    async def _hotspots(self, understood: Understood, clock: Clock, view: View, badge: str, *, first: bool) -> Reply:
        question = understood.question
        found = await asyncio.to_thread(_reckon, question, view.ground, clock)
        if not isinstance(found, Hotspots):
            answer, figures = found
            if figures is None:
                return Reply(question, answer)
            receipt = self._ledger.make(question, figures, clock, view)
            reply = Reply(question, replies.with_receipt(answer, receipt.code))
            return replies.naming_unread(reply, understood.unread)
        async with self.store.read() as uow:
            before = await uow.tellings.told(badge, clock.at, shift_key(clock))
        found = told.for_officer(found, told.known_of(found.spots, before, clock), view.ground.city.frame)
        receipt = self._ledger.make(question, found.figures, clock, view, told.as_data(found))
        return replies.listing(found, clock, receipt.code, understood.unread, first=first)

    async def _in_room(
        self, understood: Understood, clock: Clock, view: View, *, first: bool, patient: bool
    ) -> Reply:
        """The answer of the question's own room, with its receipt."""
        question = understood.question
        look = partial(rooms.look, question, view.ground, clock, patient=patient)
        found = await asyncio.to_thread(look)
        if isinstance(found, Answer):
            return replies.naming_unread(Reply(question, found), understood.unread)
        # A place is kept as it was answered, without a house's number.
        asked = replace(question, place=found.question.place)
        receipt = self._ledger.make(asked, found.figures, clock, view)
        caution = answers.CAUTION_FULL if first else answers.CAUTION_SHORT
        return rooms.first(asked, found, view.ground, clock, Showing(receipt.code, understood.unread, 0, caution))


def _reckon(question: Question, ground: Ground, clock: Clock) -> Hotspots | tuple[Answer, dict[str, Any] | None]:
    """The list, or where there can be none the answer with its figures."""
    return replies.without_list(question, ground, clock) or look(question, ground, clock)


def _now() -> datetime:
    return datetime.now(tz=ZoneInfo("UTC"))


def _following(reply: Reply, before: Context) -> Context:
    """What the next message of the conversation may inherit."""
    if reply.question.intent == "more" and reply.answer.items:
        return replace(before, receipt=reply.answer.receipt, listed=reply.answer.items[-1].number)
    return following(reply.question, before, reply.answer.receipt, len(reply.answer.items))


def _audit(message: Message, reply: Reply) -> AuditEntry:
    question = reply.question
    outcome = "refused" if question.intent == "refuse" else "asked back" if question.clarify else "answered"
    return AuditEntry(
        actor=message.badge,
        action="question",
        object=DIALOGUE if question.intent in _UNNAMED else question.intent,
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
