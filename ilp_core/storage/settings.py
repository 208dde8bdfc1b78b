"""Settings of the agency that live with its data, by name."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.statements import upsert
from ilp_core.storage.tables import setting

#: Changes its value whenever areas or offence rules change, so that who holds them in memory can tell.
REFERENCE: Final = "reference"


async def touch(connection: AsyncConnection) -> None:
    """Note that areas or offence rules have changed."""
    await upsert(connection, setting, ["name"], [{"name": REFERENCE, "value": secrets.token_hex(8)}])


class Settings:
    """Named texts; what they mean is for the room that asks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> str | None:
        """The value of that name, or None."""
        return (await self._connection.execute(select(setting.c.value).where(setting.c.name == name))).scalar()

    async def starting(self, prefix: str) -> dict[str, str]:
        """The values whose names start with ``prefix``, by name."""
        wanted = select(setting).where(setting.c.name.startswith(prefix, autoescape=True))
        return {row.name: row.value for row in await self._connection.execute(wanted)}

    async def set(self, name: str, value: str) -> None:
        """Keep a value, replacing the older one."""
        await upsert(self._connection, setting, ["name"], [{"name": name, "value": value}])
