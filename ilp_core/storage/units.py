"""Units and their shifts; shifts without a unit are the agency's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.places import AreaKind, AreaRef
from ilp_core.domain.questions import Weekday
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import Hours
from ilp_core.storage.statements import upsert
from ilp_core.storage.tables import shift, unit


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as stored: its name, the area it serves and the name of its time zone."""

    name: str
    area: AreaRef | None
    zone: str


class Units:
    """Units by name."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, area: AreaRef | None, zone: str) -> Unit:
        """Keep a unit; one of that name gets the new area and zone and keeps its shifts."""
        values = {
            "name": name,
            "area_kind": area.kind if area else None,
            "area_code": area.code if area else None,
            "zone": zone,
        }
        await upsert(self._connection, unit, ["name"], [values])
        return Unit(name, area, zone)

    async def get(self, name: str) -> Unit | None:
        """The unit of that name, or None."""
        row = (await self._connection.execute(select(unit).where(unit.c.name == name))).first()
        return _unit(row) if row else None

    async def all(self) -> list[Unit]:
        """Every unit, in order of name."""
        return [_unit(row) for row in await self._connection.execute(select(unit).order_by(unit.c.name))]


def _unit(row: Row[Any]) -> Unit:
    area = AreaRef(cast(AreaKind, row.area_kind), row.area_code) if row.area_kind else None
    return Unit(row.name, area, row.zone)


class Shifts:
    """Named shifts of a unit, or of the agency where no unit is named."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def for_unit(self, name: str | None = None) -> list[Shift]:
        """The unit's own shifts, else the agency's, in order of their start."""
        own = await self._rows(await self._unit_id(name)) if name is not None else []
        return own or await self._rows(None)

    async def all(self) -> list[tuple[str | None, Shift]]:
        """Every shift with its unit's name (None: the agency's), the agency's first, in order of unit and start."""
        wanted = (
            select(shift, unit.c.name.label("unit_name"))
            .select_from(shift.outerjoin(unit, shift.c.unit == unit.c.id))
            .order_by(shift.c.unit.is_not(None), unit.c.name, shift.c.start_minute, shift.c.name)
        )
        return [(row.unit_name, _shift(row)) for row in await self._connection.execute(wanted)]

    async def set(self, name: str | None, new: Shift) -> None:
        """Keep a shift of the unit (None: of the agency), replacing the one of that name.

        Raises LookupError for an unknown unit.
        """
        owner = await self._unit_id(name) if name is not None else None
        if name is not None and owner is None:
            raise LookupError(name)
        days = ",".join(new.days) if new.days is not None else None
        values = {"start_minute": new.hours.start, "end_minute": new.hours.end, "days": days}
        result = await self._connection.execute(
            update(shift).where(_owned_by(owner), shift.c.name == new.name).values(**values)
        )
        if result.rowcount == 0:
            await self._connection.execute(shift.insert().values(unit=owner, name=new.name, **values))

    async def _unit_id(self, name: str) -> int | None:
        return (await self._connection.execute(select(unit.c.id).where(unit.c.name == name))).scalar()

    async def _rows(self, owner: int | None) -> list[Shift]:
        wanted = select(shift).where(_owned_by(owner)).order_by(shift.c.start_minute, shift.c.name)
        return [_shift(row) for row in await self._connection.execute(wanted)]


def _shift(row: Row[Any]) -> Shift:
    days = cast(tuple[Weekday, ...], tuple(row.days.split(","))) if row.days else None
    return Shift(row.name, Hours(row.start_minute, row.end_minute), days)


def _owned_by(owner: int | None) -> Any:
    return shift.c.unit.is_(None) if owner is None else shift.c.unit == owner
