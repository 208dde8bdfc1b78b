"""Leases: who does what only one replica may do, for how long, and a number that fences off former holders."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.post_tables import lease
from ilp_core.storage.statements import insert_if_absent, is_sqlite


class Leases:
    """Leases by name."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, name: str, holder: str, now: datetime, ttl: timedelta) -> int | None:
        """Take or renew a lease; its fencing number, or None where another holds it.

        Renewing keeps the number, a new holder gets the next. A lease that ends later than one can last was taken
        before the clock was set back: it is over.
        """
        over = or_(lease.c.expires_at <= now, lease.c.expires_at > now + ttl)
        renewed = update(lease).where(lease.c.name == name, lease.c.holder == holder).values(expires_at=now + ttl)
        fence: int | None = (await self._connection.execute(renewed.returning(lease.c.fence))).scalar()
        if fence is not None:
            return fence
        first = {"name": name, "holder": holder, "expires_at": now + ttl, "fence": 1}
        if await insert_if_absent(self._connection, lease, first):
            return 1
        seized = (
            update(lease)
            .where(lease.c.name == name, over)
            .values(holder=holder, expires_at=now + ttl, fence=lease.c.fence + 1)
            .returning(lease.c.fence)
        )
        taken: int | None = (await self._connection.execute(seized)).scalar()
        return taken

    async def holds(self, name: str, holder: str, fence: int, now: datetime) -> bool:
        """Whether the lease is still this holder's under this number; it stays so until the transaction ends."""
        wanted = select(lease.c.fence).where(
            lease.c.name == name, lease.c.holder == holder, lease.c.fence == fence, lease.c.expires_at > now
        )
        if not is_sqlite(self._connection):
            wanted = wanted.with_for_update()
        return (await self._connection.execute(wanted)).first() is not None

    async def give_up(self, name: str, holder: str) -> None:
        """Let another take it at once. The number stays, so that it never comes twice."""
        # A moment that lies behind every clock.
        long_ago = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
        await self._connection.execute(
            update(lease).where(lease.c.name == name, lease.c.holder == holder).values(expires_at=long_ago, holder="")
        )

    async def live(self, prefix: str, now: datetime) -> list[str]:
        """Names with that prefix whose lease is not over."""
        named = lease.c.name.startswith(prefix, autoescape=True)
        wanted = select(lease.c.name).where(named, lease.c.expires_at > now)
        return list((await self._connection.execute(wanted.order_by(lease.c.name))).scalars())

    async def forget(self, prefix: str, before: datetime) -> int:
        """Delete leases with that prefix that ended before."""
        result = await self._connection.execute(
            delete(lease).where(lease.c.name.startswith(prefix, autoescape=True), lease.c.expires_at < before)
        )
        return result.rowcount
