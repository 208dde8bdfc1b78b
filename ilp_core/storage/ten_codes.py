"""The agency's ten-codes: a short table that is read and written whole, kept as one setting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.ten_codes import TenCode
from ilp_core.storage.settings import Settings

_NAME: Final = "ten_codes"


class TenCodes:
    """The codes that the agency has set; none until it has."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._settings = Settings(connection)

    async def all(self) -> tuple[TenCode, ...] | None:
        """The agency's codes in their order, or None where it has not set any."""
        kept = await self._settings.get(_NAME)
        return None if kept is None else tuple(TenCode(**row) for row in json.loads(kept))

    async def replace(self, codes: Sequence[TenCode]) -> None:
        """Keep these codes in place of all that were kept."""
        await self._settings.set(_NAME, json.dumps([asdict(code) for code in codes], ensure_ascii=False))
