"""The rows of the audit log; the chain they form is ``govern.audit``'s business."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Row, Text, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.tables import audit, audit_head
from ilp_core.storage.types import canonical

#: A number below every row's, the smallest that 64 bits hold.
BEFORE_ALL: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row: who did what to which object, with what outcome, from where, and its place in the chain.

    ``at`` is UTC in ISO 8601 with hundredths of a second; ``previous`` and ``hash`` are SHA-256 in hex.
    """

    seq: int
    at: str
    actor: str
    action: str
    object: str
    outcome: str
    source: str
    detail: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The number and hash of the newest row; number 0 where there is none."""

    seq: int
    hash: str


class AuditLog:
    """The audit table, which takes new rows only."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def last(self) -> AuditHead | None:
        """Number and hash of the newest row as the table has it, or None where it is empty."""
        wanted = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        row = (await self._connection.execute(wanted)).first()
        return AuditHead(row.seq, row.hash) if row else None

    async def head(self, *, lock: bool = False) -> AuditHead | None:
        """Number and hash of the newest row as noted beside the table; None where the note was removed.

        With ``lock`` other writers wait until this transaction ends (on SQLite they do so anyway).
        """
        wanted = select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1)
        row = (await self._connection.execute(wanted.with_for_update() if lock else wanted)).first()
        return AuditHead(row.seq, row.hash) if row else None

    async def set_head(self, new: AuditHead) -> None:
        """Note number and hash of the newest row."""
        await self._connection.execute(
            update(audit_head).where(audit_head.c.id == 1).values(seq=new.seq, hash=new.hash)
        )

    async def insert(self, row: AuditRow) -> None:
        """Add a row."""
        await self._connection.execute(audit.insert().values(**asdict(row)))

    async def rows(self, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        """Up to ``limit`` rows numbered above ``after``, in order."""
        fields = [type_coerce(column, Text) if column.name == "detail" else column for column in audit.c]
        wanted = select(*fields).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
        return [_row(row) for row in await self._connection.execute(wanted)]


def _row(row: Row[Any]) -> AuditRow:
    values = row._asdict()
    return AuditRow(**{**values, "detail": _detail(values["detail"])})


def _detail(text: str) -> dict[str, Any]:
    """The stored detail; a text that this program cannot have written is handed on whole, for the chain to refuse."""
    try:
        value = json.loads(text)
        if isinstance(value, dict) and canonical(value) == text:
            return value
    except ValueError:
        pass
    return {"unreadable": text}
