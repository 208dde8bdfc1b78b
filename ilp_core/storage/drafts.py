"""Half-written things of chats, sealed, with a version by which two replicas never write over each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.post import Draft
from ilp_core.storage.post_tables import draft
from ilp_core.storage.statements import insert_if_absent


class Drafts:
    """At most one half-written thing a chat."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, chat_id: int, now: datetime) -> Draft | None:
        """What is half written in the chat, or None where there is nothing or it waited too long."""
        wanted = select(draft).where(draft.c.chat_id == chat_id, draft.c.expires_at > now)
        row = (await self._connection.execute(wanted)).first()
        return _draft(row) if row else None

    async def save(
        self, chat_id: int, step: str, key: str, data: bytes, expires_at: datetime, *, version: int | None
    ) -> bool:
        """Keep it over ``version``, or as the first where that is None; False where something else stands there."""
        values = {"step": step, "key": key, "data": data, "expires_at": expires_at}
        if version is None:
            return await insert_if_absent(self._connection, draft, {"chat_id": chat_id, "version": 1, **values})
        result = await self._connection.execute(
            update(draft)
            .where(draft.c.chat_id == chat_id, draft.c.version == version)
            .values(version=version + 1, **values)
        )
        return result.rowcount == 1

    async def drop(self, chat_id: int, version: int | None = None) -> bool:
        """Forget it, only in that version where one is named; False where there was none."""
        statement = delete(draft).where(draft.c.chat_id == chat_id)
        if version is not None:
            statement = statement.where(draft.c.version == version)
        return (await self._connection.execute(statement)).rowcount == 1

    async def any_expired(self, now: datetime) -> bool:
        """Whether something has waited too long."""
        wanted = select(draft.c.chat_id).where(draft.c.expires_at <= now).limit(1)
        return (await self._connection.execute(wanted)).first() is not None

    async def expired(self, now: datetime) -> list[Draft]:
        """What has waited too long, deleted: exactly one caller gets each."""
        rows = await self._connection.execute(delete(draft).where(draft.c.expires_at <= now).returning(draft))
        return [_draft(row) for row in rows]


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.chat_id, row.step, row.key, row.data, row.expires_at, row.version)
