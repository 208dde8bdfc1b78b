"""Receipts under answers, and what a chat's last answer was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.receipts import LONGEST_CODE, Receipt, code_from
from ilp_core.storage.statements import insert_if_absent, upsert
from ilp_core.storage.tables import dialogue, receipt


class Receipts:
    """Receipts by code."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, code: str) -> Receipt | None:
        """The receipt with that code, in any case, or None."""
        row = (await self._connection.execute(select(receipt).where(receipt.c.code == code.strip().upper()))).first()
        if row is None:
            return None
        return Receipt(row.code, row.question, row.figures, row.version, row.at, row.digest)

    async def save(self, new: Receipt, made_at: datetime) -> Receipt:
        """Keep ``new`` and return it as kept.

        The same digest keeps the first receipt. Where another digest has taken the code, the new one gets a
        longer code. Raises ValueError where even the longest is taken, which no real collection of digests does.
        """
        for length in range(len(new.code), LONGEST_CODE + 1):
            code = new.code if length == len(new.code) else code_from(new.digest, length)
            chosen = replace(new, code=code)
            if await insert_if_absent(self._connection, receipt, _values(chosen, made_at)):
                return chosen
            kept = await self.get(code)
            if kept and kept.digest == new.digest:
                return kept
        raise ValueError(f"no free code for a receipt with digest {new.digest}")


def _values(new: Receipt, made_at: datetime) -> dict[str, object]:
    return {
        "code": new.code,
        "question": dict(new.question),
        "figures": dict(new.figures),
        "version": new.version,
        "at": new.at,
        "digest": new.digest,
        "made_at": made_at,
    }


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a dialogue stands: the receipt of its last answer, how many items were listed so far, and what else the
    next message may go on from (None where an older program kept the dialogue).
    """

    receipt: str | None
    listed: int
    state: Mapping[str, Any] | None = None


class Dialogues:
    """Dialogues by session, such as a chat."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, session: str, now: datetime) -> Dialogue | None:
        """Where the dialogue stands at ``now``, or None where there is none or it expired."""
        wanted = select(dialogue).where(dialogue.c.session == session, dialogue.c.expires_at > now)
        row = (await self._connection.execute(wanted)).first()
        return Dialogue(row.receipt, row.listed, row.state) if row else None

    async def set(
        self,
        session: str,
        receipt: str | None,
        listed: int,
        now: datetime,
        expires_at: datetime,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep where the dialogue stands, replacing what stood before."""
        values = {
            "session": session,
            "receipt": receipt,
            "listed": listed,
            "updated_at": now,
            "expires_at": expires_at,
            "state": dict(state) if state is not None else None,
        }
        await upsert(self._connection, dialogue, ["session"], [values])

    async def clear(self, session: str) -> None:
        """Forget the dialogue."""
        await self._connection.execute(delete(dialogue).where(dialogue.c.session == session))
