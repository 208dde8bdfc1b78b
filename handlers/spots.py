"""The place of a nominated spot, in an officer's own words or as a shared location."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from handlers.dependencies import Context, Dependencies, dependencies
from handlers.drafts import SPOT
from handlers.outgoing import Outgoing, plain
from handlers.turn import Known, turn
from ilp_core.assistant.disagree_words import spot_line
from ilp_core.assistant.messages import Message
from ilp_core.assistant.spot_cells import cell_near, cell_of
from ilp_core.domain.answers import Button
from ilp_core.domain.local_knowledge import Nomination
from ilp_core.domain.places import Place, Point
from ilp_core.domain.post import Draft
from ilp_core.learn import disagreements
from ilp_core.words import local_knowledge

#: Of a message that was read as one of these only the place is used; any other is answered as ever.
_ONLY_A_PLACE: Final = frozenset({"place", "unknown", "hotspots", "tip", "concern", "disagree"})


async def spot_words(update: Update, context: Context, draft: Draft) -> bool:
    """The place that "My spot" asked for; False for words that ask something else."""
    message, known, needs = update.message, turn().known, dependencies(context)
    assert message is not None
    assert known is not None
    asked = Message(
        known.officer.badge, needs.now(), "chat", message.text or "", officer=known.officer, dry=True
    )  # fmt: skip
    question = (await needs.desk.answer(asked)).question
    named = question.place is not None or question.clarify is not None or question.intent == "unknown"
    if question.intent not in _ONLY_A_PLACE or not named:
        return False
    place = question.place
    cell = None
    if place is not None and not place.street:
        ground = (await needs.desk.view()).ground
        cell = cell_of(ground, Point(place.lat, place.lon), place.label)
    await _nominate(message.chat_id, needs, known, draft, cell, plain(local_knowledge.SPOT_WHICH))
    return True


async def spot_location(update: Update, context: Context) -> None:
    """A location shared while "My spot" waits: only its cell goes on from here (guard-rail G16)."""
    message, known, needs = update.message, turn().known, dependencies(context)
    if message is None or message.location is None or known is None:
        return
    if known.draft is None or known.draft.step != SPOT:
        return
    ground = (await needs.desk.view()).ground
    point = Point(message.location.latitude, message.location.longitude)
    cell = cell_near(ground, point, needs.now())
    await _nominate(message.chat_id, needs, known, known.draft, cell, plain(local_knowledge.SPOT_OUTSIDE))
    raise ApplicationHandlerStop


async def _nominate(
    chat_id: int, needs: Dependencies, known: Known, draft: Draft, cell: Place | None, otherwise: Outgoing
) -> None:
    """Keep the cell as the officer's spot; where there is none, say ``otherwise`` and go on waiting."""
    if cell is None:
        async with turn().finish() as uow:
            await turn().send(uow, chat_id, otherwise)
        return
    number, view = int(await needs.envelopes.open(draft.key, draft.data)), await needs.desk.view()
    async with turn().finish() as uow:
        about = await uow.disagreements.get(number)
        offences = about.offences if about is not None and about.badge == known.officer.badge else None
        spot, standing = await needs.desk.local.spot(uow, known.officer, cell, view, needs.now(), offences)
        while not standing and not await disagreements.nominate(uow, spot, "chat"):
            spot = replace(spot, number=await uow.nominations.newest() + 1)
        await uow.drafts.drop(chat_id, draft.version)
        zone = await needs.desk.zone(uow)
        await turn().send(uow, chat_id, _kept(spot, spot_line(spot, standing, zone, needs.now())))


def _kept(spot: Nomination, line: str) -> Outgoing:
    return plain(line, Button(local_knowledge.BUTTON_WITHDRAW, f"v1:local:unspot:{spot.number}"))
