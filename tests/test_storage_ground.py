"""Areas, units, shifts, the offence map and settings on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.places import Area, AreaRef
from ilp_core.domain.shifts import PRESET_SHIFTS, Shift
from ilp_core.domain.windows import Hours
from ilp_core.storage import Store, Unit

BEAT = Area(AreaRef("beat", "0835"), "Beat 0835", '{"type":"Polygon","coordinates":[]}')


async def test_an_area_is_added_changed_and_left_alone(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.areas.save(BEAT) == "added"
        assert await uow.areas.save(BEAT) == "same"
        assert await uow.areas.save(replace(BEAT, name="Eighth")) == "changed"
        assert await uow.areas.save(Area(AreaRef("district", "008"), "District 008")) == "added"
    async with store.read() as uow:
        assert await uow.areas.all() == [
            replace(BEAT, name="Eighth"),
            Area(AreaRef("district", "008"), "District 008"),
        ]


async def test_an_area_is_found_in_any_spelling_of_its_code(store: Store) -> None:
    async with store.write() as uow:
        await uow.areas.save(BEAT)
        assert await uow.areas.save(replace(BEAT, ref=AreaRef("beat", "835"))) == "changed"
        assert await uow.areas.find("beat", " 0835 ") == replace(BEAT, ref=AreaRef("beat", "835"))
        assert await uow.areas.find("district", "0835") is None


async def test_a_unit_is_added_once_and_keeps_its_shifts(store: Store) -> None:
    late = Shift("late", Hours(16 * 60, 2 * 60), ("fri", "sat"))
    async with store.write() as uow:
        await uow.units.add("Eighth", AreaRef("district", "008"), "America/Chicago")
        await uow.shifts.set("Eighth", late)
        assert await uow.units.add("Eighth", None, "UTC") == Unit("Eighth", None, "UTC")
        await uow.units.add("Desk", None, "UTC")
    async with store.read() as uow:
        assert await uow.units.get("Eighth") == Unit("Eighth", None, "UTC")
        assert await uow.units.get("Ninth") is None
        assert await uow.units.all() == [Unit("Desk", None, "UTC"), Unit("Eighth", None, "UTC")]
        assert await uow.shifts.for_unit("Eighth") == [late]


async def test_a_unit_without_shifts_works_the_agency_s(store: Store) -> None:
    async with store.write() as uow:
        await uow.units.add("Desk", None, "UTC")
        for _ in range(2):
            for shift in PRESET_SHIFTS:
                await uow.shifts.set(None, shift)
        assert await uow.shifts.for_unit("Desk") == list(PRESET_SHIFTS)
        assert await uow.shifts.for_unit("unknown") == list(PRESET_SHIFTS)
        await uow.shifts.set(None, Shift("days", Hours(8 * 60, 16 * 60)))
        assert (await uow.shifts.for_unit())[0] == Shift("days", Hours(8 * 60, 16 * 60))
        with pytest.raises(LookupError, match="Ninth"):
            await uow.shifts.set("Ninth", PRESET_SHIFTS[0])


async def test_the_offence_map_is_kept_by_source_and_code(store: Store) -> None:
    theft = OffenceRule("chicago", "0820", "THEFT $500 AND UNDER", "other_theft", 2.0, "victim", True)
    drugs = OffenceRule("chicago", "2022", "POSS: COCAINE", "drugs", None, "enforcement", False)
    other = OffenceRule("generic", "0820", "Theft", "other_theft", 2.0, "victim", True)
    async with store.write() as uow:
        await uow.offences.save_many([])
        await uow.offences.save_many([theft, drugs, other])
        await uow.offences.save_many([replace(theft, harm_days=3.5)])
    async with store.read() as uow:
        changed = replace(theft, harm_days=3.5)
        assert await uow.offences.all() == [changed, drugs, other]
        assert await uow.offences.for_source("chicago") == {"0820": changed, "2022": drugs}
        assert await uow.offences.for_source("nowhere") == {}


async def test_a_setting_is_replaced(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.settings.get("timezone") is None
        await uow.settings.set("timezone", "UTC")
        await uow.settings.set("timezone", "America/Chicago")
        assert await uow.settings.get("timezone") == "America/Chicago"
