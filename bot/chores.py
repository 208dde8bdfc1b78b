"""Chores: half-written things that waited too long, keys that have done their work, and old rows.

Keys are destroyed by every replica, since doing it twice does no harm. The rest is done by one replica at a time,
by a lease with a fencing number, so that nobody is told twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.lanes import key_name
from bot.metrics import Metrics
from bot.parcels import Contents, pack
from bot.turns import EXPIRES
from handlers.outgoing import plain
from ilp_core.assistant.unknown_words import KEPT as KEPT_UNKNOWN
from ilp_core.domain.post import Parcel
from ilp_core.domain.tellings import KEPT_TELLINGS
from ilp_core.govern.languages import language_in
from ilp_core.storage.engine import Store
from ilp_core.storage.envelopes import OUTGOING, Envelopes
from ilp_core.words import desk
from ilp_core.words.speech import ENGLISH, speaking

_log = logging.getLogger(__name__)

#: The lease of the one replica that does what must be done once.
ALARM: Final = "alarm"
LEASE: Final = timedelta(seconds=20)
#: Replicas that are alive hold a lease of this name and their own.
REPLICA: Final = "replica:"
#: A set-aside update can be tried again for so long; then its words are erased (guard-rail G51: 24 h at most).
KEPT_DEAD: Final = timedelta(hours=23)
#: The key of an hour is destroyed so long after the hour began, once nothing waits under it.
KEPT_OUTGOING: Final = timedelta(hours=23)
#: Numbers of updates and messages are kept so long, to know what comes twice; Telegram hands over again for 24 h.
KEPT_NUMBERS: Final = timedelta(days=7)


@dataclass
class Chores:
    """What the alarm clock rings for. ``language`` is the agency's."""

    store: Store
    holder: str
    envelopes: Envelopes
    metrics: Metrics
    language: str = ENGLISH
    fence: int | None = None

    async def take(self) -> bool:
        """Take or renew the lease of the one replica that does the chores; True while it is this one."""
        async with self.store.write() as uow:
            self.fence = await uow.leases.take(ALARM, self.holder, await uow.now(), LEASE)
        self.metrics.is_alarm.set(self.fence is not None)
        return self.fence is not None

    async def give_up(self) -> None:
        """Let another replica do the chores at once."""
        async with self.store.write() as uow:
            await uow.leases.give_up(ALARM, self.holder)
        self.fence = None

    async def erase(self) -> int:
        """Destroy the keys of updates that are done, and of those set aside too long ago. Returns how many."""
        async with self.store.read() as uow:
            spent = await uow.inbox.spent(await uow.now() - KEPT_DEAD)
        if not spent:
            return 0
        await self.store.keys.destroy([key_name(bot, update_id) for _, bot, update_id in spent])
        async with self.store.write() as uow:
            await uow.inbox.mark_erased([seq for seq, _, _ in spent])
        return len(spent)

    async def drop_drafts(self) -> int:
        """Drop half-written things that waited too long, each with a sentence to its officer."""
        async with self.store.read() as uow:
            if not await uow.drafts.any_expired(await uow.now()):
                return 0
        async with self.store.write() as uow:
            now = await uow.now()
            if self.fence is None or not await uow.leases.holds(ALARM, self.holder, self.fence, now):
                return 0
            dropped = await uow.drafts.expired(now)
            for draft in dropped:
                with speaking(await language_in(uow, draft.chat_id, self.language)):
                    notice = plain(desk.DRAFT_EXPIRED[draft.step])
                key, payload = await self.envelopes.seal(pack(Contents(notice)))
                parcel = Parcel(
                    chat_id=draft.chat_id,
                    kind="notice",
                    dedupe=f"draft:{draft.chat_id}:{draft.version}:{draft.expires_at.isoformat()}",
                    key=key,
                    payload=payload,
                    not_before=now,
                    expires_at=now + EXPIRES,
                )
                await uow.outbox.add(parcel, now)
        return len(dropped)

    async def tidy(self) -> None:
        """Delete old rows, and the keys of hours that are long over and under which nothing waits."""
        async with self.store.write() as uow:
            now = await uow.now()
            await uow.inbox.forget(now - KEPT_NUMBERS)
            await uow.outbox.forget(now - KEPT_NUMBERS)
            await uow.tellings.forget(now - KEPT_TELLINGS)
            await uow.leases.forget(REPLICA, now - KEPT_NUMBERS)
            await uow.unknown_words.forget((now - KEPT_UNKNOWN).date())
            in_use = await uow.outbox.keys_in_use()
        old = await self._old_hours(now)
        gone = [name for name in old if name not in in_use]
        await self.store.keys.destroy(gone)
        for name in gone:
            self.envelopes.forget(name)

    async def _old_hours(self, now: datetime) -> list[str]:
        return await self.store.keys.older(OUTGOING, now - KEPT_OUTGOING, limit=100)
