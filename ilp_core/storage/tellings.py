"""What officers were told, and what one tap said of it. Read for the officer alone, or summed over many (G17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.tellings import KEPT_TELLINGS, Said, Tapped, Telling, Told
from ilp_core.storage.statements import insert_absent, upsert
from ilp_core.storage.tables import officer, telling, telling_tap


class Tellings:
    """Tellings by officer. Rows are only ever added, so that what was told by a past moment can still be said."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, badge: str, shift: str, receipt: str, told: Sequence[Telling], at: datetime) -> None:
        """Note what ``badge`` was told at ``at``; the same place from the same records once a shift."""
        rows = [
            {
                "badge": badge,
                "kind": each.kind,
                "lat": each.lat,
                "lon": each.lon,
                "until": each.until,
                "shift": shift,
                "told_at": at,
                "receipt": receipt,
            }
            for each in told
        ]
        await insert_absent(self._connection, telling, rows)

    async def told(self, badge: str, at: datetime, shift: str) -> list[Told]:
        """What ``badge`` had been told by ``at``, in the time tellings are kept, but not in ``shift``."""
        place = telling.c.kind, telling.c.lat, telling.c.lon
        wanted = (
            select(
                *place,
                func.min(telling.c.told_at, type_=telling.c.told_at.type),
                func.max(telling.c.told_at, type_=telling.c.told_at.type),
                func.max(telling.c.until, type_=telling.c.until.type),
            )
            .where(
                telling.c.badge == badge,
                telling.c.told_at <= at,
                telling.c.told_at > at - KEPT_TELLINGS,
                telling.c.shift != shift,
            )
            .group_by(*place)
            .order_by(*place)
        )
        return [Told(*row) for row in await self._connection.execute(wanted)]

    async def tap(self, badge: str, receipt: str, item: int, said: Said, *, marked: bool, at: datetime) -> None:
        """What ``badge`` said of a place of a list, ``marked`` where it stood there as new; the last tap counts."""
        row = {"badge": badge, "receipt": receipt, "item": item, "said": said, "marked": marked, "at": at}
        await upsert(self._connection, telling_tap, ["badge", "receipt", "item"], [row])

    async def tapped(self, since: datetime, *, by_area: bool) -> list[Tapped]:
        """The taps later than ``since``, of all officers or by their own area. No badge leaves this function."""
        wanted = (
            select(
                officer.c.area_kind,
                officer.c.area_code,
                telling_tap.c.badge,
                telling_tap.c.said,
                telling_tap.c.marked,
            )
            .join(officer, officer.c.badge == telling_tap.c.badge)
            .where(telling_tap.c.at > since)
            .order_by(officer.c.area_kind, officer.c.area_code)
        )
        badges: defaultdict[str | None, set[str]] = defaultdict(set)
        counts: defaultdict[str | None, defaultdict[tuple[Said, bool], int]] = defaultdict(lambda: defaultdict(int))
        for kind, code, badge, said, marked in await self._connection.execute(wanted):
            group = f"{kind} {code}" if by_area and kind else None
            badges[group].add(badge)
            counts[group][said, marked] += 1
        return [Tapped(group, len(badges[group]), dict(counts[group])) for group in counts]

    async def forget(self, before: datetime) -> None:
        """Delete what is older than ``before``."""
        await self._connection.execute(delete(telling).where(telling.c.told_at < before))
        await self._connection.execute(delete(telling_tap).where(telling_tap.c.at < before))
