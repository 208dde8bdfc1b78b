"""What residents, surveys and partners told: versions only ever added to, the newest of each key in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.inputs import InputKind
from ilp_core.storage.tables import input_row, load


class InputVersion(NamedTuple):
    """One version of one row, to be added: its key, a digest of its content (64 bits, signed) and the content."""

    key: str
    digest: int
    data: Mapping[str, Any]


class Inputs:
    """Rows by kind and key. A load that was undone does not count: the version before it is in force again."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def current(self, kind: InputKind) -> list[tuple[str, int, dict[str, Any]]]:
        """The version in force of every key, in order of key: the key, the load that brought it, its content."""
        wanted = select(input_row.c.key, input_row.c.load, input_row.c.data).where(input_row.c.id.in_(_newest(kind)))
        rows = [(row.key, row.load, row.data) for row in await self._connection.execute(wanted)]
        # Databases order text by their own rules; every reader is to see one order.
        return sorted(rows, key=lambda row: row[0])

    async def digests(self, kind: InputKind) -> dict[str, int]:
        """The digest of the version in force, by key."""
        wanted = select(input_row.c.key, input_row.c.digest).where(input_row.c.id.in_(_newest(kind)))
        return {row.key: row.digest for row in await self._connection.execute(wanted)}

    async def add(self, load: int, kind: InputKind, rows: Iterable[InputVersion]) -> None:
        """Add what ``load`` brought, each key at most once. Earlier versions stay as they are."""
        values = [{"load": load, "kind": kind, **row._asdict()} for row in rows]
        if values:
            await self._connection.execute(input_row.insert(), values)


def _newest(kind: InputKind) -> Select[tuple[int]]:
    return (
        select(func.max(input_row.c.id))
        .join(load, load.c.id == input_row.c.load)
        .where(input_row.c.kind == kind, load.c.undone_by.is_(None))
        .group_by(input_row.c.key)
    )
