"""Feeds by name, with what each remembers and when it is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.feeds import Feed, FeedKind, FeedOptions
from ilp_core.storage.tables import feed


class Feeds:
    """Feeds by name; a feed that was removed meanwhile is changed by nobody."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: Feed) -> Feed:
        """Keep a feed; as it is stored, with its number."""
        values = {
            "name": new.name,
            "kind": new.kind,
            "address": new.address,
            "options": new.options.as_json(),
            "every_s": int(new.every.total_seconds()),
            "cursor": dict(new.cursor),
            "next_at": new.next_at,
            "failures": new.failures,
            "last_at": new.last_at,
            "last_result": new.last_result,
            "by_whom": new.by_whom,
            "created_at": new.created_at,
        }
        number = (await self._connection.execute(insert(feed).values(**values).returning(feed.c.id))).scalar_one()
        return replace(new, id=number)

    async def get(self, name: str) -> Feed | None:
        """The feed of that name, or None."""
        row = (await self._connection.execute(select(feed).where(feed.c.name == name))).first()
        return _feed(row) if row else None

    async def all(self) -> list[Feed]:
        """Every feed, in order of name."""
        return [_feed(row) for row in await self._connection.execute(select(feed).order_by(feed.c.name))]

    async def remember(self, number: int, cursor: Mapping[str, Any]) -> None:
        """Keep how far the feed has come."""
        await self._connection.execute(update(feed).where(feed.c.id == number).values(cursor=dict(cursor)))

    async def plan(self, number: int, *, last_at: datetime, next_at: datetime, failures: int, result: str) -> None:
        """Note that the feed was asked, what came of it, and when it is asked again."""
        values = {"last_at": last_at, "next_at": next_at, "failures": failures, "last_result": result}
        await self._connection.execute(update(feed).where(feed.c.id == number).values(**values))

    async def pause(self, name: str, *, paused: bool, next_at: datetime) -> bool:
        """Stop asking, or ask again from ``next_at`` on; False where there is no such feed."""
        there = await self.get(name)
        if there is None:
            return False
        options = replace(there.options, paused=paused).as_json()
        await self._connection.execute(
            update(feed).where(feed.c.name == name).values(options=options, next_at=next_at)
        )
        return True

    async def remove(self, name: str) -> bool:
        """Forget a feed; what it brought stays. False where there is no such feed."""
        return (await self._connection.execute(delete(feed).where(feed.c.name == name))).rowcount == 1


def _feed(row: Row[Any]) -> Feed:
    return Feed(
        name=row.name,
        kind=cast(FeedKind, row.kind),
        address=row.address,
        every=timedelta(seconds=row.every_s),
        next_at=row.next_at,
        by_whom=row.by_whom,
        created_at=row.created_at,
        options=FeedOptions.from_json(row.options),
        cursor=row.cursor,
        failures=row.failures,
        last_at=row.last_at,
        last_result=row.last_result,
        id=row.id,
    )
