"""The time zone of a file: its positions decide against the zone of the first load, and what is said is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapping_file import draft_of, read_map_text
from ilp_core.collect.generic.understood import Proposal
from ilp_core.collect.remembered import MAPPING
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.borset import load, table
from tests.on_file import records

#: Places in degrees, made up: Los Angeles, Cologne, Brussels, and two of Indiana that are of two clocks.
LA, COLOGNE, BRUSSELS, HAMMOND, CARMEL = (
    (34.05, -118.24), (50.94, 6.96), (50.85, 4.35), (41.58, -87.50), (40.0, -86.1)
)  # fmt: skip


def own(path: Path, *places: tuple[float, float], first: int = 0, day: str = "2025-03-10") -> Path:
    """Twenty records in the desk's own layout, in turn at each of the places."""
    lines = [
        f"{first + n},{day} 10:0{n % 10},120,0101,{lat + n / 10_000:.5f},{lon:.5f}\n"
        for n, (lat, lon) in enumerate(places * (20 // len(places)))
    ]
    path.write_text("id,occurred_from,code,beat,lat,lon\n" + "".join(lines), encoding="utf-8")
    return path


def any_table(path: Path, place: tuple[float, float], day: str = "{:02d}.03.2025") -> Path:
    """Twelve records of a made-up force in degrees, of a layout that nobody knows."""
    rows = "".join(
        f"Z{n};{day.format(n + 10)} 10:00;Raub;{place[0] + n / 1000:.4f};{place[1]:.4f}\n" for n in range(12)
    )
    path.write_text("Vorgangsnummer;Tatzeit;Delikt;Breitengrad;Längengrad\n" + rows, encoding="utf-8")
    return path


@pytest.fixture
async def desk(sqlite_store: Store, tmp_path: Path) -> Store:
    """A desk whose first load is of Los Angeles."""
    report = await load(sqlite_store, own(tmp_path / "la.csv", LA), zone=None)
    assert report.zone == "America/Los_Angeles"
    return sqlite_store


async def last_time(store: Store) -> datetime:
    return datetime.fromtimestamp(list((await records(store)).values())[-1]["time"], UTC)


async def test_positions_decide_against_the_zone_of_the_first_load(desk: Store, tmp_path: Path) -> None:
    report = await load(desk, own(tmp_path / "k.csv", COLOGNE, first=100), zone=None)
    assert report.zone == "Europe/Berlin"
    assert any("Europe/Berlin" in note and "America/Los_Angeles" in note for note in report.notes)
    assert await last_time(desk) == datetime(2025, 3, 10, 9, 9, tzinfo=UTC)
    assert report.located == 1.0
    # The desk of two zones goes on in both.
    more = await load(desk, own(tmp_path / "la2.csv", LA, first=200), zone=None)
    assert (more.zone, more.notes) == ("America/Los_Angeles", ())


@pytest.mark.parametrize(
    ("options", "zone"),
    [
        ({"zone": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"zone": None, "usual_zone": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"zone": None}, "Europe/Berlin"),
    ],
    ids=["of the call", "of the setting", "of nobody"],
)
@pytest.mark.parametrize("layout", ["own", "any"])
async def test_a_zone_that_was_named_is_never_overruled(
    desk: Store, tmp_path: Path, options: dict[str, Any], zone: str, layout: str
) -> None:
    make = {"own": lambda path: own(path, COLOGNE, first=100), "any": lambda path: any_table(path, COLOGNE)}[layout]
    report = await load(desk, make(tmp_path / "k.csv"), **options)
    assert report.zone == zone


async def test_a_proposed_mapping_takes_the_zone_of_the_positions(desk: Store, tmp_path: Path) -> None:
    report = await load(desk, any_table(tmp_path / "k.csv", COLOGNE), zone=None)
    assert report.zone == "Europe/Berlin"
    assert await last_time(desk) == datetime(2025, 3, 21, 9, tzinfo=UTC)
    assert any("Europe/Berlin" in note and "America/Los_Angeles" in note for note in report.notes)


@pytest.mark.parametrize("crs", [27700, None], ids=["named", "recognised"])
async def test_metres_tell_the_zone_too(desk: Store, tmp_path: Path, crs: int | None) -> None:
    mapping = ColumnMap(
        source="borset",
        columns={
            "id": ("Crime Ref",), "occurred_from": ("Committed",), "description": ("Offence",),
            "lat": ("Northing",), "lon": ("Easting",),
        },
        dates="day_first",
        crs=27700,
    )  # fmt: skip
    given: dict[str, Any] = {"crs": crs} if crs else {"map": mapping}
    assert (await load(desk, table(tmp_path / "b.csv"), zone=None, **given)).zone == "Europe/London"


async def test_a_draft_never_names_the_zone_of_the_first_load_while_the_place_is_open(
    desk: Store, tmp_path: Path
) -> None:
    drafts: list[ColumnMap] = []

    def drafting(_file: str, source: str, proposal: Proposal) -> ColumnMap:
        drafts.append(read_map_text(draft_of(proposal, source), "draft.toml"))
        raise CallError("not now")

    path = table(tmp_path / "a.csv", Easting="90000000.5", Northing="80000000.5")
    with pytest.raises(CallError, match="not now"):
        await load(desk, path, zone=None, confirm=drafting)
    assert drafts[0].zone is None


async def test_the_zone_that_positions_told_is_remembered_with_the_mapping(desk: Store, tmp_path: Path) -> None:
    mapping = ColumnMap(
        source="koeln",
        columns={
            "id": ("Vorgangsnummer",), "occurred_from": ("Tatzeit",), "description": ("Delikt",),
            "lat": ("Breitengrad",), "lon": ("Längengrad",),
        },
        dates="day_first",
    )  # fmt: skip
    path = any_table(tmp_path / "k.csv", COLOGNE)
    assert (await load(desk, path, zone=None, map=mapping)).zone == "Europe/Berlin"
    async with desk.read() as uow:
        (kept,) = (await uow.settings.starting(MAPPING)).values()
    assert read_map_text(kept, "kept").zone == "Europe/Berlin"
    # A file of the same columns without a position is of the same clock.
    blank = tmp_path / "k2.csv"
    blank.write_text(
        "Vorgangsnummer;Tatzeit;Delikt;Breitengrad;Längengrad\nZ99;11.03.2025 10:00;Raub;;\n", encoding="utf-8"
    )
    assert (await load(desk, blank, zone=None)).zone == "Europe/Berlin"


async def test_without_positions_the_zone_of_the_first_load_holds(desk: Store, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("id,occurred_from,code,beat,lat,lon\n900,2025-03-10 10:00,120,0101,,\n", encoding="utf-8")
    report = await load(desk, path, zone=None)
    assert (report.zone, report.notes) == ("America/Los_Angeles", ())


async def test_positions_in_several_clocks_but_the_first_loads_are_refused(desk: Store, tmp_path: Path) -> None:
    path = own(tmp_path / "two.csv", COLOGNE, (51.50, -0.12), first=100)
    with pytest.raises(CallError, match=r"Europe/Berlin.*Europe/London.*America/Los_Angeles.*--tz Europe/Berlin"):
        await load(desk, path, zone=None)
    assert len(await records(desk)) == 20
    assert (await load(desk, path, zone="Europe/Berlin")).loaded == 20


async def test_an_area_that_reaches_over_a_border_keeps_its_clock(sqlite_store: Store, tmp_path: Path) -> None:
    zone = "America/Indiana/Indianapolis"
    assert (await load(sqlite_store, own(tmp_path / "a.csv", CARMEL), zone=None)).zone == zone
    path = own(tmp_path / "b.csv", *[HAMMOND] * 9, CARMEL, first=100)
    assert (await load(sqlite_store, path, zone=None)).zone == zone


async def test_neighbours_of_one_clock_are_one(sqlite_store: Store, tmp_path: Path) -> None:
    await load(sqlite_store, own(tmp_path / "k.csv", COLOGNE), zone=None)
    report = await load(sqlite_store, own(tmp_path / "b.csv", BRUSSELS, (48.85, 2.35), first=100), zone=None)
    assert (report.loaded, report.notes) == (20, ())
    assert await last_time(sqlite_store) == datetime(2025, 3, 10, 9, 9, tzinfo=UTC)
