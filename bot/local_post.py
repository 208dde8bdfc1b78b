"""What disagreements make the desk say by itself: owners hear of new and of overdue ones, officers of answers.

Whatever front end they came from or were answered in, a table says who was told. Of somebody without a chat, or whose
chat cannot be written to, it goes on saying that they were not, until they can be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.chores import Chores
from bot.courier import Courier
from bot.parcels import Contents, pack
from bot.turns import EXPIRES
from handlers.disagree_page import answered, waiting
from handlers.outgoing import Outgoing
from ilp_core.domain.local_knowledge import Disagreement
from ilp_core.domain.officers import ROLES, Officer
from ilp_core.domain.post import Parcel
from ilp_core.govern.languages import language_in
from ilp_core.learn import disagreements
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.local_knowledge import Telling
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.speech import ENGLISH, speaking


@dataclass
class LocalPost:
    """Files what is to be told about disagreements, to each in their language, else the agency's ``language``.

    ``now`` is the desk's clock, ``zone`` the agency's.
    """

    store: Store
    envelopes: Envelopes
    now: Callable[[], datetime]
    zone: Callable[[UnitOfWork], Awaitable[ZoneInfo]]
    language: str = ENGLISH

    async def tell(self) -> int:
        """Tell owners and officers what they have not been told; returns how many messages were filed."""
        now = self.now()
        async with self.store.read() as uow:
            waits, ended = await uow.disagreements.open(), await uow.disagreements.untold()
            due: list[tuple[Disagreement, Telling]] = [
                (each, "told_overdue" if each.overdue(now) else "told_owner")
                for each in waits
                if (each.told_overdue if each.overdue(now) else each.told_owner) is None
            ]
            if not due and not ended:
                return 0
            officers, zone = await uow.officers.all(), await self.zone(uow)
        filed = 0
        for each, telling in due:
            owners = _owners(each, officers)
            filed += await self._file(each, telling, owners, partial(waiting, each, zone, now), now)
        for each in ended:
            words = await disagreements.answer_of(self.store, each)
            if words is not None:
                filed += await self._file(
                    each, "told_officer", [each.badge], partial(answered, each, words, officers), now
                )
        return filed

    async def forget(self) -> int:
        """Erase the words of those that ended long ago; returns how many."""
        now = self.now()
        async with self.store.read() as uow:
            old = await uow.disagreements.ended_before(now - await disagreements.kept_for(uow))
        for each in old:
            async with self.store.write() as uow:
                await disagreements.erase(uow, self.store, each, "desk", "retention", now)
        return len(old)

    async def _file(
        self, each: Disagreement, telling: Telling, badges: Sequence[str], say: Callable[[], Outgoing], now: datetime
    ) -> int:
        """One message to every chat of ``badges``, once; nothing is noted where none can be written to."""
        async with self.store.write() as uow:
            found = [await uow.chats.of_badge(badge) for badge in badges]
            chats = [chat for chat in found if chat is not None and not chat.blocked]
            if not chats or not await uow.disagreements.told(each.number, telling, now):
                return 0
            moment = await uow.now()
            for chat in chats:
                with speaking(await language_in(uow, chat.chat_id, self.language)):
                    message = say()
                key, payload = await self.envelopes.seal(pack(Contents(message)))
                dedupe = f"local:{each.ref}:{telling}:{each.owner}:{chat.chat_id}"
                await uow.outbox.add(
                    Parcel(chat.chat_id, "notice", dedupe, key, payload, moment, moment + EXPIRES), moment
                )
        return len(chats)


def alone(
    chores: Chores, work: Callable[[], Awaitable[int]], courier: Courier
) -> Callable[[], Coroutine[Any, Any, None]]:
    """``work`` done by the one replica that does the chores; what it files is sent at once."""

    async def ring() -> None:
        if chores.fence is not None and await work():
            courier.wake()

    return ring


def _owners(each: Disagreement, officers: Sequence[Officer]) -> list[str]:
    """Badges of who answers it: one, or all of the role that does."""
    if each.owner not in ROLES:
        return [each.owner]
    return [officer.badge for officer in officers if officer.role == each.owner and not officer.disabled]
