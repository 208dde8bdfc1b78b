"""Disagreement is knowledge: what the data says, the view noted with who answers by when, and nominated spots (D3).

``LocalKnowledge.take`` is what the desk calls for the intent ``disagree``. It writes nothing: the reply carries what
is to be kept, which the desk writes in the transaction of the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ilp_core.analyse.local import local_rows
from ilp_core.assistant.conversation import Context
from ilp_core.assistant.disagree_words import noted_line, owner_words, spot_line
from ilp_core.assistant.hotspots import look
from ilp_core.assistant.ledger import Ledger
from ilp_core.assistant.local_figures import about, locality, look_local, notes, sentence
from ilp_core.assistant.messages import Message, Reply, nothing
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.spot_cells import cell_of
from ilp_core.assistant.stance import Said, read_stance
from ilp_core.assistant.view import View
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.errors import WorkError
from ilp_core.domain.local_knowledge import SCORED_AFTER, Disagreement, Nomination, cell_key
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef, Place, Point
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import Hours
from ilp_core.govern.answering import due_after, owner_of, owner_setting
from ilp_core.learn import disagreements
from ilp_core.storage.engine import Store
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import commands, local_knowledge

#: First screens are this short (doctrine S24).
_SCREEN: Final = 600


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the desk understood it, who said it, and what it was said on."""

    message: Message
    officer: Officer
    clock: Clock
    view: View
    context: Context
    question: Question

    @property
    def keeps(self) -> bool:
        """False for a past moment and a dry run, which leave no trace."""
        return not (self.message.past or self.message.dry)


class LocalKnowledge:
    """Takes disagreements and nominations over one store, and numbers them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        #: The highest numbers given in memory: two messages at the same time get two.
        self._given = {"D": 0, "N": 0}

    async def take(self, heard: Heard, ledger: Ledger) -> Reply | None:
        """The reply to a disagreement, with what is to be kept of it; None for any other message."""
        if heard.question.intent != "disagree":
            return None
        said = read_stance(normalise(heard.message.text))
        spot = _spot_in(heard, said)
        if said == "my spot":
            return await self._named(heard, ledger, spot)
        question = about(await asyncio.to_thread(_subject, heard, said), heard.clock)
        figures = await asyncio.to_thread(look_local, question, heard.view.ground, heard.clock)
        code = ledger.make(question, figures.data, heard.clock, heard.view).code if figures else None
        async with self._store.read() as uow:
            source = await uow.settings.get("source_line") or ""
            noted = await self._noted(uow, heard, said, question, code) if heard.keeps else None
            kept_spot = await self.nomination(uow, heard, spot) if heard.keeps and spot else None
        stance = said if said in local_knowledge.HEARD else "other"
        first = f"{local_knowledge.HEARD[stance]} {sentence(question, figures, heard.clock)}"
        paragraphs = [first, _said(noted, heard.clock) if noted else local_knowledge.NOT_NOTED]
        if kept_spot:
            paragraphs.append(spot_line(*kept_spot, heard.clock.zone, heard.clock.at))
        answer = Answer(
            paragraphs=tuple(paragraphs),
            notes=notes(figures, source, code, heard.clock) if figures and code else (),
            receipt=code,
            buttons=_buttons(noted, kept_spot),
        )
        return Reply(heard.question, _short(answer), record=self._record(heard, ledger, noted, kept_spot))

    async def _named(self, heard: Heard, ledger: Ledger, spot: Place | None) -> Reply:
        """The reply to a spot that is named and nothing else."""
        if spot is None:
            ask = Button(local_knowledge.BUTTON_MY_SPOT, "v1:local:spot:0")
            return Reply(heard.question, Answer(paragraphs=(local_knowledge.SPOT_WHICH,), buttons=(ask,)))
        if not heard.keeps:
            return Reply(heard.question, Answer(paragraphs=(local_knowledge.NOT_NOTED,)))
        async with self._store.read() as uow:
            kept = await self.nomination(uow, heard, spot)
        answer = Answer(
            paragraphs=(spot_line(*kept, heard.clock.zone, heard.clock.at),), buttons=_buttons(None, kept)
        )
        return Reply(heard.question, answer, record=self._record(heard, ledger, None, kept))

    async def _noted(self, uow: UnitOfWork, heard: Heard, said: Said, question: Question, code: str | None) -> _Noted:
        """The record to be kept, or the one that the officer has open on the same place already."""
        badge, at = heard.officer.badge, heard.message.at
        officers = await uow.officers.all()
        subject = _key(question) if said != "why change" or heard.question.place else "way"
        standing = await uow.disagreements.open_of(badge, subject)
        if standing:
            return _Noted(standing, True, owner_words(standing.owner, officers))
        atlas = heard.view.atlas
        own = atlas.canonical(heard.officer.area) if heard.officer.area else None
        areas = [each for each in (own, atlas.district_of(own)) if each]
        owner = owner_of(heard.officer, areas, officers, await owner_setting(uow.settings))
        new = Disagreement(
            number=self._number("D", await uow.disagreements.newest()),
            badge=badge,
            subject=subject,
            place=question.place,
            area=question.area,
            offences=question.offences,
            receipt=code or heard.context.receipt,
            item=heard.question.item,
            stance=said if said != "my spot" else "hotter elsewhere",
            at=at,
            owner=owner,
            due=await due_after(uow.settings, at),
        )
        return _Noted(new, False, owner_words(owner, officers))

    async def nomination(self, uow: UnitOfWork, heard: Heard, cell: Place) -> tuple[Nomination, bool]:
        """The nomination to be kept and False, or the one that the officer has open on that cell and True."""
        question = heard.question
        return await self.spot(
            uow, heard.officer, cell, heard.view, heard.message.at, question.offences, question.hours
        )

    async def spot(
        self,
        uow: UnitOfWork,
        officer: Officer,
        cell: Place,
        view: View,
        at: datetime,
        offences: tuple[str, ...] | None = None,
        hours: Hours | None = None,
    ) -> tuple[Nomination, bool]:
        """A nomination of ``cell`` by ``officer`` and False, or the one that stands open on it and True."""
        standing = await uow.nominations.open_of(officer.badge, cell_key(cell))
        if standing:
            return standing, True
        own = view.atlas.canonical(officer.area) if officer.area else None
        team = view.atlas.district_of(own) or own
        number = self._number("N", await uow.nominations.newest())
        new = Nomination(
            number, officer.badge, cell, str(team or ""), offences, hours, at, at + SCORED_AFTER
        )  # fmt: skip
        return new, False

    def _number(self, kind: str, newest: int) -> int:
        self._given[kind] = max(self._given[kind], newest) + 1
        return self._given[kind]

    def _record(
        self, heard: Heard, ledger: Ledger, noted: _Noted | None, spot: tuple[Nomination, bool] | None
    ) -> Callable[[UnitOfWork], Awaitable[None]]:
        """What writes it down. Raises WorkError where another took its number or its place since."""
        if noted is None and (spot is None or spot[1]):
            return nothing
        words, source, at = heard.message.text, heard.message.channel, heard.message.at

        async def write(uow: UnitOfWork) -> None:
            kept = True
            if noted and noted.standing:
                kept = await disagreements.add_words(uow, self._store, noted.record.number, words, source, at)
            elif noted:
                kept = await disagreements.note(uow, self._store, noted.record, words, source)
            if spot and not spot[1]:
                kept = await disagreements.nominate(uow, spot[0], source) and kept
            if not kept:
                ledger.collide(f"{noted and noted.record.ref} {spot and spot[0].ref}")
                raise WorkError(commands.NO_CODE)

        return write


@dataclass(frozen=True, slots=True)
class _Noted:
    """A record, whether it stood already, and its owner as an officer reads it."""

    record: Disagreement
    standing: bool
    owner: str


def _subject(heard: Heard, said: Said) -> Question:
    """What it is about: the item, place or area that was said, else that of the conversation, else one's own area."""
    question, before = heard.question, heard.context.question
    if question.item and before is not None and before.intent == "hotspots" and before.evidence:
        spots = look(before, heard.view.ground, heard.clock).spots
        if 0 < question.item <= len(spots):
            return replace(question, place=spots[question.item - 1].place, area=None)
    own = heard.view.atlas.canonical(heard.officer.area) if heard.officer.area else None
    if question.place:
        return _placed(question, own, heard)
    if question.area:
        return question
    if before is not None and said != "why change" and (before.place or before.area):
        return replace(question, place=before.place, area=None if before.place else before.area)
    return replace(question, area=own)


def _placed(question: Question, own: AreaRef | None, heard: Heard) -> Question:
    """A named place. A whole street is long: the part in the area that was said, else in the officer's own one."""
    assert question.place is not None
    ground, area = heard.view.ground, question.area or own
    if area and question.place.street:
        part = replace(question, area=area)
        if len(local_rows(ground.city, locality(part, ground))):
            return part
    return replace(question, area=None)


def _spot_in(heard: Heard, said: Said) -> Place | None:
    """The cell that the words nominate: a corner or a block that is called hot, never a whole street or area."""
    place = heard.question.place
    if said not in ("my spot", "hotter elsewhere") or place is None or place.street:
        return None
    return cell_of(heard.view.ground, Point(place.lat, place.lon), place.label)


def _key(question: Question) -> str:
    """What a disagreement is about, in a form that is equal for the same place."""
    if question.place:
        return f"street:{question.place.street}" if question.place.street else f"place:{cell_key(question.place)}"
    return f"area:{question.area}" if question.area else "way"


def _said(noted: _Noted, clock: Clock) -> str:
    return noted_line(noted.record, noted.standing, noted.owner, clock)


def _buttons(noted: _Noted | None, spot: tuple[Nomination, bool] | None) -> tuple[Button, ...]:
    buttons = []
    if noted and spot is None:
        buttons.append(Button(local_knowledge.BUTTON_MY_SPOT, f"v1:local:spot:{noted.record.number}"))
    if noted:
        buttons.append(Button(local_knowledge.BUTTON_WITHDRAW, f"v1:local:withdraw:{noted.record.number}"))
    elif spot:
        buttons.append(Button(local_knowledge.BUTTON_WITHDRAW, f"v1:local:unspot:{spot[0].number}"))
    return tuple(buttons)


def _short(answer: Answer) -> Answer:
    """The answer within a first screen: what was left out is told by why, where it does not fit."""
    if len(answer.text) <= _SCREEN or len(answer.notes) < 2:
        return answer
    return replace(answer, notes=answer.notes[1:])
