"""Updates that came in: stored once, claimed lane by lane in order of arrival, finished under a fence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

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
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.post import Claim, Incoming, Lost, SetAside
from ilp_core.storage.post_tables import inbox
from ilp_core.storage.statements import insert_new, is_sqlite

#: Spelt out in the statement: a value that is bound later does not let the database use an index of waiting rows.
_NEW: Final[ColumnElement[str]] = literal_column("'new'")
_UNERASED: Final = text("inbox.state <> 'new' AND NOT inbox.key_gone")


class Inbox:
    """Updates by their order of arrival."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, bot: int, new: Sequence[Incoming], at: datetime) -> frozenset[int]:
        """Keep updates of one bot; the numbers of those that were not known yet."""
        rows = [
            {
                "bot": bot,
                "update_id": each.update_id,
                "lane": each.lane,
                "kind": each.kind,
                "state": "new",
                "sent_at": each.sent_at,
                "received_at": at,
                "told": each.told,
                "payload": each.payload,
                "tries": 0,
                "claims": 0,
                "not_before": at,
                "key_gone": False,
            }
            for each in new
        ]
        return frozenset(await insert_new(self._connection, inbox, rows, inbox.c.update_id))

    async def claim(self, holder: str, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
        """Take the oldest update of each lane that is due and in nobody's hand, oldest lanes first.

        A lane whose oldest update is in hand, or waits, has nothing to give. An update without a chat is a lane of
        its own. A claim that ends later than a lease can last was made before the clock was set back: it is over.
        """
        wish = {"now": now, "until": now + lease, "by": holder, "most": limit}
        rows = await self._connection.execute(_claiming(is_sqlite(self._connection)), wish)
        return sorted((_claim(row) for row in rows), key=lambda each: each.seq)

    async def renew(self, holder: str, now: datetime, lease: timedelta) -> int:
        """A sign of life: all claims of the holder last a lease from ``now``."""
        result = await self._connection.execute(
            update(inbox).where(inbox.c.state == _NEW, inbox.c.holder == holder).values(claimed_until=now + lease)
        )
        return result.rowcount

    async def finish(self, claim: Claim, at: datetime) -> None:
        """The update is done and its words are dropped. Raises Lost where the claim is not the newest."""
        await self._end(claim, state="done", ended_at=at, payload=None)

    async def set_aside(self, claim: Claim, at: datetime, why: str) -> None:
        """Take the update out of its lane; its words stay sealed for another try. Raises Lost as ``finish``."""
        await self._end(claim, state="dead", ended_at=at, why=why)

    async def _end(self, claim: Claim, **values: Any) -> None:
        result = await self._connection.execute(update(inbox).where(_held(claim)).values(holder=None, **values))
        if result.rowcount != 1:
            raise Lost(claim.seq)

    async def release(self, claim: Claim, not_before: datetime, *, failed: bool) -> bool:
        """Put the update back until ``not_before``: ``failed`` counts a try, an outage neither try nor claim."""
        count = {"tries": inbox.c.tries + 1} if failed else {"claims": inbox.c.claims - 1}
        result = await self._connection.execute(
            update(inbox).where(_held(claim)).values(holder=None, claimed_until=None, not_before=not_before, **count)
        )
        return result.rowcount == 1

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many updates wait or are in hand, and when the oldest of them came in."""
        counted = select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == _NEW)
        row = (await self._connection.execute(counted)).one()
        return row[0], row[1]

    async def dead(self, limit: int = 100) -> list[SetAside]:
        """Updates set aside, newest first."""
        wanted = select(inbox).where(inbox.c.state == "dead").order_by(inbox.c.seq.desc()).limit(limit)
        return [
            SetAside(row.seq, row.update_id, row.lane, row.kind, row.received_at, row.why or "", row.payload is None)
            for row in await self._connection.execute(wanted)
        ]

    async def retry(self, seq: int, now: datetime) -> bool:
        """Give a set-aside update new tries; False where it is none or its words are erased."""
        result = await self._connection.execute(
            update(inbox)
            .where(inbox.c.seq == seq, inbox.c.state == "dead", inbox.c.payload.is_not(None))
            .values(state="new", tries=0, claims=0, holder=None, claimed_until=None, not_before=now, ended_at=None)
        )
        return result.rowcount == 1

    async def spent(self, before: datetime, limit: int = 500) -> list[tuple[int, int, int]]:
        """Order, bot and number of updates whose key has done its work: done, or set aside before ``before``."""
        over = or_(inbox.c.state == "done", and_(inbox.c.state == "dead", inbox.c.ended_at < before))
        wanted = (
            select(inbox.c.seq, inbox.c.bot, inbox.c.update_id)
            .where(_UNERASED, over)
            .order_by(inbox.c.seq)
            .limit(limit)
        )
        return [(row.seq, row.bot, row.update_id) for row in await self._connection.execute(wanted)]

    async def mark_erased(self, seqs: Sequence[int]) -> None:
        """Note that the keys of these updates are destroyed, and drop what they sealed."""
        statement = update(inbox).where(inbox.c.seq.in_(seqs), inbox.c.state != _NEW)
        await self._connection.execute(statement.values(key_gone=True, payload=None))

    async def forget(self, before: datetime) -> int:
        """Delete updates that came in before; those that wait or whose key still stands are kept."""
        result = await self._connection.execute(
            delete(inbox).where(inbox.c.state != _NEW, inbox.c.key_gone == true(), inbox.c.received_at < before)
        )
        return result.rowcount

    async def hasten(self, now: datetime) -> int:
        """Let nothing wait for a time that the clock has moved away: what waits is due now."""
        result = await self._connection.execute(
            update(inbox).where(inbox.c.state == _NEW, inbox.c.not_before > now).values(not_before=now)
        )
        return result.rowcount


@cache
def _claiming(sqlite: bool) -> Update:
    """The statement that takes updates, built once: it is the one that runs most often."""
    older = inbox.alias("older")
    now: BindParameter[datetime] = bindparam("now")
    until: BindParameter[datetime] = bindparam("until")
    first = (
        select(older.c.seq)
        .where(older.c.lane == inbox.c.lane, older.c.state == _NEW, older.c.seq < inbox.c.seq)
        .exists()
    )
    free = or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until <= now, inbox.c.claimed_until > until)
    due = (
        select(inbox.c.seq)
        .where(inbox.c.state == _NEW, inbox.c.not_before <= now, free, or_(inbox.c.lane == 0, ~first))
        .order_by(inbox.c.seq)
        .limit(bindparam("most"))
    )
    if not sqlite:
        due = due.with_for_update(skip_locked=True)
    return (
        update(inbox)
        .where(inbox.c.seq.in_(select(due.cte("due").c.seq)), inbox.c.state == _NEW, free)
        .values(holder=bindparam("by"), claimed_until=until, claims=inbox.c.claims + 1)
        .returning(inbox)
    )


def _held(claim: Claim) -> Any:
    """The condition that the claim is still the newest."""
    return and_(
        inbox.c.seq == claim.seq,
        inbox.c.state == _NEW,
        inbox.c.holder == claim.holder,
        inbox.c.claims == claim.claims,
    )


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        row.seq,
        row.bot,
        row.update_id,
        row.lane,
        row.kind,
        row.sent_at,
        row.received_at,
        row.told,
        row.payload,
        row.tries,
        row.claims,
        row.holder,
    )
