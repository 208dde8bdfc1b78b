"""Disagreements and nominations by number. Who may read or answer one is for the rooms that ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.local_knowledge import Disagreement, Nomination
from ilp_core.domain.places import Place, parse_area
from ilp_core.domain.windows import Hours
from ilp_core.storage.knowledge_tables import disagreement, nomination
from ilp_core.storage.statements import insert_if_absent

#: What somebody was told about a disagreement, as its column says when.
Telling = Literal["told_owner", "told_overdue", "told_officer"]
_ENDED: Final = ("answered", "withdrawn")


class Disagreements:
    """Disagreements by number."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self) -> int:
        """The highest number given so far, 0 where there is none."""
        return (await self._connection.execute(select(func.max(disagreement.c.number)))).scalar() or 0

    async def add(self, new: Disagreement) -> bool:
        """Keep a new one; False where its number is taken, or its officer has one open on the same subject."""
        return await insert_if_absent(self._connection, disagreement, _disagreement_values(new))

    async def get(self, number: int) -> Disagreement | None:
        """The one of that number, whatever its state, or None."""
        row = (await self._connection.execute(select(disagreement).where(disagreement.c.number == number))).first()
        return _disagreement(row) if row else None

    async def open_of(self, badge: str, subject: str) -> Disagreement | None:
        """The one that the officer has open on the subject, or None."""
        wanted = select(disagreement).where(
            disagreement.c.badge == badge, disagreement.c.subject == subject, disagreement.c.state == "open"
        )
        row = (await self._connection.execute(wanted)).first()
        return _disagreement(row) if row else None

    async def open(self) -> list[Disagreement]:
        """Every open one, the earliest due first."""
        wanted = select(disagreement).where(disagreement.c.state == "open")
        rows = await self._connection.execute(wanted.order_by(disagreement.c.due, disagreement.c.number))
        return [_disagreement(row) for row in rows]

    async def untold(self) -> list[Disagreement]:
        """Answered ones of which the officer has not been told, oldest first."""
        wanted = select(disagreement).where(disagreement.c.state == "answered", disagreement.c.told_officer.is_(None))
        return [_disagreement(row) for row in await self._connection.execute(wanted.order_by(disagreement.c.number))]

    async def add_words(self, number: int, words: bytes) -> bool:
        """Replace the sealed words of an open one; False where it is not open."""
        return await self._change(number, {"words": words})

    async def assign(self, number: int, owner: str) -> bool:
        """Give an open one another owner, who has not been told yet; False where it is not open."""
        return await self._change(number, {"owner": owner, "told_owner": None})

    async def answer(self, number: int, answer: bytes, at: datetime) -> bool:
        """Note the sealed answer; False where it is not open, for the first answer stands."""
        return await self._change(number, {"state": "answered", "answer": answer, "ended_at": at})

    async def withdraw(self, number: int, at: datetime) -> bool:
        """Take an open one back, with its words; False where it is not open."""
        return await self._change(number, {"state": "withdrawn", "words": None, "ended_at": at})

    async def told(self, number: int, telling: Telling, at: datetime) -> bool:
        """Note that somebody was told; True only for the first who notes it."""
        column = disagreement.c[telling]
        result = await self._connection.execute(
            update(disagreement).where(disagreement.c.number == number, column.is_(None)).values({telling: at})
        )
        return result.rowcount == 1

    async def ended_before(self, moment: datetime) -> list[Disagreement]:
        """Ended ones whose words still stand although they ended before ``moment``."""
        worded = disagreement.c.words.is_not(None) | disagreement.c.answer.is_not(None)
        wanted = select(disagreement).where(
            disagreement.c.state.in_(_ENDED), disagreement.c.ended_at < moment, worded
        )
        return [_disagreement(row) for row in await self._connection.execute(wanted.order_by(disagreement.c.number))]

    async def erase(self, number: int) -> None:
        """Drop the sealed words and answer: their key is destroyed."""
        await self._connection.execute(
            update(disagreement).where(disagreement.c.number == number).values(words=None, answer=None)
        )

    async def _change(self, number: int, values: Mapping[str, object]) -> bool:
        standing = update(disagreement).where(disagreement.c.number == number, disagreement.c.state == "open")
        return (await self._connection.execute(standing.values(**values))).rowcount == 1


class Nominations:
    """Nominated spots by number."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self) -> int:
        """The highest number given so far, 0 where there is none."""
        return (await self._connection.execute(select(func.max(nomination.c.number)))).scalar() or 0

    async def add(self, new: Nomination) -> bool:
        """Keep a new one; False where its number is taken, or its officer has the same cell open."""
        return await insert_if_absent(self._connection, nomination, _nomination_values(new))

    async def get(self, number: int) -> Nomination | None:
        """The one of that number, whatever its state, or None."""
        row = (await self._connection.execute(select(nomination).where(nomination.c.number == number))).first()
        return _nomination(row) if row else None

    async def open_of(self, badge: str, cell: str) -> Nomination | None:
        """The one that the officer has open on the cell, or None."""
        wanted = select(nomination).where(
            nomination.c.badge == badge, nomination.c.cell == cell, nomination.c.state == "open"
        )
        row = (await self._connection.execute(wanted)).first()
        return _nomination(row) if row else None

    async def standing(self) -> list[Nomination]:
        """Every one that was not withdrawn, in order of number."""
        wanted = select(nomination).where(nomination.c.state != "withdrawn").order_by(nomination.c.number)
        return [_nomination(row) for row in await self._connection.execute(wanted)]

    async def score(self, number: int, *, hit: bool, engine_hit: bool | None, at: datetime) -> bool:
        """Note the score; False where it was scored before or taken back, for a score is given once."""
        return await self._change(number, {"state": "scored", "hit": hit, "engine_hit": engine_hit, "scored_at": at})

    async def withdraw(self, number: int) -> bool:
        """Take an open one back; False where it is not open."""
        return await self._change(number, {"state": "withdrawn"})

    async def _change(self, number: int, values: Mapping[str, object]) -> bool:
        standing = update(nomination).where(nomination.c.number == number, nomination.c.state == "open")
        return (await self._connection.execute(standing.values(**values))).rowcount == 1


def _disagreement_values(new: Disagreement) -> dict[str, Any]:
    values = {each.name: getattr(new, each.name) for each in fields(new)}
    return values | {
        "place": _place_data(new.place),
        "area": str(new.area) if new.area else None,
        "offences": list(new.offences) if new.offences else None,
    }


def _disagreement(row: Row[Any]) -> Disagreement:
    values = dict(row._mapping)
    return Disagreement(
        **values
        | {
            "place": _place(row.place),
            "area": parse_area(row.area) if row.area else None,
            "offences": tuple(row.offences) if row.offences else None,
        }
    )


def _nomination_values(new: Nomination) -> dict[str, Any]:
    values = {each.name: getattr(new, each.name) for each in fields(new)}
    return values | {
        "cell": new.cell,
        "place": _place_data(new.place),
        "offences": list(new.offences) if new.offences else None,
        "hours": [new.hours.start, new.hours.end] if new.hours else None,
    }


def _nomination(row: Row[Any]) -> Nomination:
    values = dict(row._mapping)
    del values["cell"]
    return Nomination(
        **values
        | {
            "place": cast(Place, _place(row.place)),
            "offences": tuple(row.offences) if row.offences else None,
            "hours": Hours(*row.hours) if row.hours else None,
        }
    )


def _place_data(place: Place | None) -> list[object] | None:
    if place is None:
        return None
    return [place.label, place.lat, place.lon, place.radius_m, *([place.street] if place.street else [])]


def _place(data: list[Any] | None) -> Place | None:
    return Place(*data) if data else None
