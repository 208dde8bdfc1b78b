"""Messages that go out: filed once, claimed in order chat by chat, ended under a fence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.post import Kind, Letter, Parcel
from ilp_core.storage.post_tables import draft, outbox
from ilp_core.storage.statements import insert_if_absent, is_sqlite

#: Spelt out in the statement, so that the index of waiting rows can be used.
_PENDING: Final[ColumnElement[str]] = literal_column("'pending'")
_SENDING: Final[ColumnElement[str]] = literal_column("'sending'")
_WAITING: Final = text("outbox.state IN ('pending', 'sending')")
_OLDER_WAITING: Final = text("older.state IN ('pending', 'sending')")


class Outbox:
    """Messages by the order in which they were filed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, parcel: Parcel, at: datetime) -> bool:
        """File a message; False where it was filed before."""
        row = {
            "chat_id": parcel.chat_id,
            "kind": parcel.kind,
            "dedupe": parcel.dedupe,
            "key": parcel.key,
            "payload": parcel.payload,
            "state": "pending",
            "priority": parcel.priority,
            "attempts": 0,
            "maybe": 0,
            "not_before": parcel.not_before,
            "expires_at": parcel.expires_at,
            "asked_at": parcel.asked_at,
            "created_at": at,
        }
        return await insert_if_absent(self._connection, outbox, row)

    async def claim(
        self, holder: str, now: datetime, lease: timedelta, limit: int, resting: Collection[int] = ()
    ) -> list[Letter]:
        """Take the oldest message of each chat that is due, by priority. ``resting`` chats are passed over."""
        wish = {"now": now, "until": now + lease, "by": holder, "most": limit, "resting": list(resting)}
        found = (await self._connection.execute(_claiming(is_sqlite(self._connection)), wish)).all()
        return [_letter(row) for row in sorted(found, key=lambda row: (-row.priority, row.seq))]

    async def lapsed(
        self, holder: str, now: datetime, lease: timedelta, *, mine: Collection[int] = (), limit: int = 100
    ) -> list[Letter]:
        """Take over messages whose sender gave no sign in time; ``mine`` are under way in this process.

        It is unknown whether they arrived. A lease that ends later than one can last was made before the clock was
        set back: it is over.
        """
        over = or_(outbox.c.lease_until <= now, outbox.c.lease_until > now + lease)
        wanted = select(outbox.c.seq).where(outbox.c.state == _SENDING, over).order_by(outbox.c.seq).limit(limit)
        if mine:
            wanted = wanted.where(outbox.c.seq.not_in(mine))
        if not is_sqlite(self._connection):
            wanted = wanted.with_for_update(skip_locked=True)
        statement = (
            update(outbox)
            .where(outbox.c.seq.in_(select(wanted.cte("due").c.seq)), outbox.c.state == _SENDING)
            .values(holder=holder, lease_until=now + lease, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )
        return [_letter(row) for row in await self._connection.execute(statement)]

    async def sent(self, letter: Letter, message_id: int | None, at: datetime) -> bool:
        """It arrived; False where the message is in another's hand by now."""
        return await self._change(letter, state="sent", message_id=message_id, ended_at=at, payload=None)

    async def retry(self, letter: Letter, not_before: datetime, *, maybe: bool) -> bool:
        """Put it back until ``not_before``; ``maybe`` counts a try of which nobody knows whether it arrived."""
        more = {"maybe": 1} if maybe else {}
        return await self._change(letter, state="pending", not_before=not_before, lease_until=None, **more)

    async def end(self, letter: Letter, state: Literal["dead", "held", "expired"], why: str, at: datetime) -> bool:
        """It will not go out any more."""
        return await self._change(letter, state=state, why=why, ended_at=at, payload=None)

    async def _change(self, letter: Letter, **values: Any) -> bool:
        wish = {"seq_is": letter.seq, "by": letter.holder, "attempts_is": letter.attempts} | values
        plain = tuple(sorted(name for name in values if name != "maybe"))
        result = await self._connection.execute(_changing(plain, "maybe" in values), wish)
        return result.rowcount == 1

    async def expire(self, now: datetime, limit: int) -> list[Letter]:
        """End messages that are past their time, and return them."""
        wanted = (
            select(outbox.c.seq)
            .where(outbox.c.state == _PENDING, outbox.c.expires_at <= now)
            .order_by(outbox.c.seq)
            .limit(limit)
        )
        statement = (
            update(outbox)
            .where(outbox.c.seq.in_(wanted.scalar_subquery()), outbox.c.state == _PENDING)
            .values(state="expired", why="too late", ended_at=now, payload=None)
            .returning(outbox)
        )
        return [_letter(row) for row in await self._connection.execute(statement)]

    async def end_chat(self, chat_id: int, why: str, at: datetime) -> int:
        """End all that waits for a chat to which nothing can be sent."""
        result = await self._connection.execute(
            update(outbox)
            .where(outbox.c.chat_id == chat_id, outbox.c.state == _PENDING)
            .values(state="dead", why=why, ended_at=at, payload=None)
        )
        return result.rowcount

    async def migrate_chat(self, old: int, new: int) -> int:
        """A chat got another number: what waits for it goes there."""
        result = await self._connection.execute(
            update(outbox).where(outbox.c.chat_id == old, _WAITING).values(chat_id=new)
        )
        return result.rowcount

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many messages wait or are under way, and when the oldest was filed."""
        counted = select(func.count(), func.min(outbox.c.created_at)).where(_WAITING)
        row = (await self._connection.execute(counted)).one()
        return row[0], row[1]

    async def counts(self) -> dict[str, int]:
        """Messages by state, and under ``maybe`` the tries of which nobody knows whether they arrived."""
        by_state = select(outbox.c.state, func.count(), func.sum(outbox.c.maybe)).group_by(outbox.c.state)
        rows = (await self._connection.execute(by_state)).all()
        return {row[0]: row[1] for row in rows} | {"maybe": sum(int(row[2] or 0) for row in rows)}

    async def keys_in_use(self) -> frozenset[str]:
        """Keys under which something waits: messages and half-written things."""
        waiting = select(outbox.c.key).where(_WAITING)
        found = await self._connection.execute(waiting.union(select(draft.c.key)))
        return frozenset(found.scalars())

    async def forget(self, before: datetime) -> int:
        """Delete messages that ended before."""
        result = await self._connection.execute(
            delete(outbox).where(outbox.c.state.not_in(["pending", "sending"]), outbox.c.ended_at < before)
        )
        return result.rowcount

    async def hasten(self, now: datetime) -> int:
        """Let nothing wait for a time that the clock has moved away: what waits is due now."""
        result = await self._connection.execute(
            update(outbox).where(outbox.c.state == _PENDING, outbox.c.not_before > now).values(not_before=now)
        )
        return result.rowcount


@cache
def _claiming(sqlite: bool) -> Update:
    """The statement that takes messages, built once: it is the one that runs most often."""
    older = outbox.alias("older")
    now: BindParameter[datetime] = bindparam("now")
    first = (
        select(older.c.seq)
        .where(older.c.chat_id == outbox.c.chat_id, _OLDER_WAITING, older.c.seq < outbox.c.seq)
        .exists()
    )
    due = (
        select(outbox.c.seq)
        .where(
            outbox.c.state == _PENDING,
            outbox.c.not_before <= now,
            outbox.c.expires_at > now,
            ~first,
            outbox.c.chat_id.not_in(bindparam("resting", expanding=True)),
        )
        .order_by(outbox.c.priority.desc(), outbox.c.seq)
        .limit(bindparam("most"))
    )
    if not sqlite:
        due = due.with_for_update(skip_locked=True)
    return (
        update(outbox)
        .where(outbox.c.seq.in_(select(due.cte("due").c.seq)), outbox.c.state == _PENDING)
        .values(
            state="sending",
            holder=bindparam("by"),
            lease_until=bindparam("until"),
            attempts=outbox.c.attempts + 1,
        )
        .returning(outbox)
    )


@cache
def _changing(names: tuple[str, ...], maybe: bool) -> Update:
    """The statement that sets columns of a message that is in this hand; with ``maybe`` one more unknown fate."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    if maybe:
        values["maybe"] = outbox.c.maybe + bindparam("maybe", type_=outbox.c.maybe.type)
    held = and_(
        outbox.c.seq == bindparam("seq_is"),
        outbox.c.state == _SENDING,
        outbox.c.holder == bindparam("by"),
        outbox.c.attempts == bindparam("attempts_is"),
    )
    return update(outbox).where(held).values(holder=None, **values)


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        row.seq,
        row.chat_id,
        cast(Kind, row.kind),
        row.dedupe,
        row.key,
        row.payload,
        row.attempts,
        row.maybe,
        row.asked_at,
        row.created_at,
        row.expires_at,
        row.holder,
    )
