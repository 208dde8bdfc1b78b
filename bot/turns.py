"""The turn of a claimed update: its effects, its outgoing messages and its end in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.parcels import Contents, pack
from handlers.outgoing import Outgoing
from handlers.turn import Known
from ilp_core.domain.post import Claim, Kind, Parcel
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.uow import UnitOfWork

#: A message that could not be sent for so long is of no use any more.
EXPIRES: Final = timedelta(hours=12)
#: Across chats, what is urgent goes first.
_PRIORITY: Final[dict[Kind, int]] = {"alert": 9}


@dataclass
class UpdateTurn:
    """The one turn of an update in hand: see ``handlers.turn.Turn``."""

    claim: Claim
    store: Store
    envelopes: Envelopes
    telling: Callable[[Claim], Awaitable[bool]]
    trouble: BaseException | None = None
    known: Known | None = None
    finished: bool = False
    sent: int = 0

    @property
    def asked_at(self) -> datetime:
        """When the person sent it; for a pressed button, of which Telegram tells no time, when it came in."""
        return self.claim.sent_at or self.claim.received_at

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[UnitOfWork]:
        """The one transaction. Raises Lost where the update is in another's hand by now, and undoes everything."""
        if self.finished:
            raise RuntimeError("the turn of this update is over: all its changes belong into one transaction")
        numbered = self.sent
        try:
            async with self.store.write() as uow:
                yield uow
                await uow.inbox.finish(self.claim, await uow.now())
        except BaseException:
            self.sent = numbered
            raise
        self.finished = True

    async def send(
        self, uow: UnitOfWork, chat_id: int, message: Outgoing, *, kind: Kind = "reply", again: str | None = None
    ) -> None:
        """File a message in the outbox, in the turn's transaction."""
        key, payload = await self.envelopes.seal(pack(Contents(message, again or "")))
        now = await uow.now()
        parcel = Parcel(
            chat_id=chat_id,
            kind=kind,
            # The same update never files the same message twice, whoever handles it.
            dedupe=f"{self.claim.bot}:{self.claim.update_id}:{self.sent}",
            key=key,
            payload=payload,
            not_before=now,
            expires_at=now + EXPIRES,
            priority=_PRIORITY.get(kind, 0),
            asked_at=self.asked_at if again is not None else None,
        )
        self.sent += 1
        await uow.outbox.add(parcel, now)

    async def told(self) -> bool:
        """Whether the emergency line went out when the update came in."""
        return self.claim.told or await self.telling(self.claim)
