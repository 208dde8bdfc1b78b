"""Intake: what Telegram hands over is stored, sealed, in a committed transaction before Telegram is told so.

The Bot API hands an update over again until it is told that it arrived; so an update may come twice, and is known
by its number then. What comes together is stored together. An emergency is answered before anything is stored.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.lanes import key_name
from bot.metrics import Metrics
from handlers.emergency import Alarm, alarm_of
from ilp_core.domain.post import Claim, Incoming
from ilp_core.storage.engine import Store
from ilp_core.storage.sealing import seal
from ilp_core.storage.uow import UnitOfWork

_log = logging.getLogger(__name__)

#: Updates stored in one transaction at most.
BATCH: Final = 100
#: An update that tells of an emergency waits for its line before it is stored, but no longer, in seconds.
_LINE_S: Final = 0.9
#: Emergency lines that are remembered, so that an update that comes again is not answered again.
_REMEMBERED: Final = 1_000

Raw = dict[str, Any]
Check = Callable[[UnitOfWork], Awaitable[bool]]


class NotMine(Exception):  # noqa: N818 - no fault: another replica polls now
    """Another replica has the poller's lease by now: what it fetches counts, not this."""


@dataclass
class Intake:
    """Stores updates for one bot. ``tell`` sends the emergency line to a chat; ``wake`` calls the lanes.

    ``alarm`` says why an update needs that line, if it does.
    """

    store: Store
    bot: int
    metrics: Metrics
    tell: Callable[[int, Alarm], Coroutine[Any, Any, bool]]
    wake: Callable[[], None]
    alarm: Callable[[Raw], Alarm | None] = alarm_of
    _waiting: list[tuple[bytes, asyncio.Future[None]]] = field(default_factory=list)
    _storing: asyncio.Task[None] | None = None
    _lines: dict[int, asyncio.Task[bool]] = field(default_factory=dict)

    async def ring(self, body: bytes) -> bool:
        """One update as a webhook brings it; True once it is stored. What comes meanwhile is stored together."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, future))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_waiting())
        await future
        return True

    async def _store_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self.take([body for body, _ in batch])
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)

    async def take(self, bodies: Sequence[bytes], check: Check | None = None) -> None:
        """Store updates, each a JSON object as Telegram sent it, in one transaction; they are safe on return.

        ``check`` runs first in that transaction: NotMine is raised where it says no. Raises what the store raises.
        """
        told = await asyncio.gather(*(self._first_line(json.loads(body)) for body in bodies))
        secrets = await self.store.keys.make([key_name(self.bot, raw["update_id"]) for raw, _ in told])
        incoming = [
            self._incoming(raw, body, answered, secrets[key_name(self.bot, raw["update_id"])])
            for body, (raw, answered) in zip(bodies, told, strict=True)
        ]
        async with self.store.write() as uow:
            if check is not None and not await check(uow):
                raise NotMine
            new = await uow.inbox.add(self.bot, incoming, await uow.now())
        for each in incoming:
            known = each.update_id not in new
            (self.metrics.updates_known if known else self.metrics.updates_taken.labels(each.kind)).inc()
        self.wake()

    async def _first_line(self, raw: Raw) -> tuple[Raw, bool]:
        """Tell the line of an emergency now; the update, and whether its line has gone out."""
        chat_id = chat_of(raw)
        alarm = self.alarm(raw) if chat_id > 0 else None
        if alarm is None:
            return raw, False
        task = self._lines.get(raw["update_id"])
        if task is None or (task.done() and not _went_out(task)):
            task = self._lines[raw["update_id"]] = asyncio.create_task(self.tell(chat_id, alarm))
            self._lines = dict([*self._lines.items()][-_REMEMBERED:])
        await asyncio.wait([task], timeout=_LINE_S)
        if task.done() and _went_out(task):
            self.metrics.emergencies_told.inc()
            return raw, True
        return raw, False

    async def line_went_out(self, claim: Claim) -> bool:
        """Whether the emergency line of an update went out from here after all."""
        task = self._lines.get(claim.update_id)
        if task is None:
            return False
        await asyncio.wait([task])
        return _went_out(task)

    def _incoming(self, raw: Raw, body: bytes, told: bool, secret: bytes) -> Incoming:
        update_id = raw["update_id"]
        return Incoming(
            update_id=update_id,
            lane=chat_of(raw),
            kind=kind_of(raw),
            sent_at=_sent_at(raw),
            told=told,
            payload=seal(secret, key_name(self.bot, update_id), body),
        )


def kind_of(raw: Raw) -> str:
    """What kind of update it is, such as ``message``: the name of its one field beside the number."""
    return next((name for name in raw if name != "update_id"), "unknown")


def chat_of(raw: Raw) -> int:
    """The chat that an update is about; its sender where there is no chat; 0 where there is neither."""
    about = raw.get(kind_of(raw))
    if not isinstance(about, dict):
        return 0
    for holder in (about, about.get("message")):
        if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
            return int(holder["chat"].get("id", 0))
    sender = about.get("from") or about.get("user")
    return int(sender.get("id", 0)) if isinstance(sender, dict) else 0


def _sent_at(raw: Raw) -> datetime | None:
    """When the person sent it; a pressed button carries the date of the message above it, which is not that."""
    about = raw.get("message") or raw.get("edited_message") or raw.get("my_chat_member")
    stamp = (about.get("edit_date") or about.get("date")) if isinstance(about, dict) else None
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else None


def _went_out(task: asyncio.Task[bool]) -> bool:
    return not task.cancelled() and task.exception() is None and task.result()
