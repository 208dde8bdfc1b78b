"""The offence map: what each source's own codes mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.offences import Initiation, OffenceRule
from ilp_core.storage.settings import touch
from ilp_core.storage.statements import upsert
from ilp_core.storage.tables import offence_rule


class Offences:
    """Rows of the offence map by source and code."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[OffenceRule]:
        """Every rule, in order of source and code."""
        wanted = select(offence_rule).order_by(offence_rule.c.source, offence_rule.c.code)
        return [_rule(row) for row in await self._connection.execute(wanted)]

    async def for_source(self, source: str) -> dict[str, OffenceRule]:
        """The rules of one source by code."""
        wanted = select(offence_rule).where(offence_rule.c.source == source).order_by(offence_rule.c.code)
        return {row.code: _rule(row) for row in await self._connection.execute(wanted)}

    async def save_many(self, rules: Iterable[OffenceRule]) -> None:
        """Keep ``rules``, replacing those with the same source and code."""
        await upsert(self._connection, offence_rule, ["source", "code"], [asdict(rule) for rule in rules])
        await touch(self._connection)


def _rule(row: Row[Any]) -> OffenceRule:
    return OffenceRule(
        row.source, row.code, row.label, row.slug, row.harm_days, cast(Initiation, row.initiation), row.rankable
    )
