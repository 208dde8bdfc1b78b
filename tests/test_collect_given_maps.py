"""A mapping that is given or remembered: what it leaves open is filled or refused, and it never wipes positions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapping_file import draft_of, read_map_text, write_map
from ilp_core.collect.generic.understood import Proposal
from ilp_core.collect.remembered import MAPPING
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.borset import agreed, load, table
from tests.on_file import records

BORSET = ColumnMap(
    source="borset",
    columns={
        "id": ("Crime Ref",),
        "occurred_from": ("Committed",),
        "description": ("Offence",),
        "lat": ("Northing",),
        "lon": ("Easting",),
    },
    dates="day_first",
    zone="Europe/London",
)


async def remembered(store: Store) -> dict[str, str]:
    async with store.read() as uow:
        return dict(await uow.settings.starting(MAPPING))


def never(*_: object) -> ColumnMap:
    raise AssertionError("asked again")


async def places(store: Store) -> list[tuple[float, float]]:
    return [(round(row["lat"], 3), round(row["lon"], 3)) for row in (await records(store)).values()]


async def test_metres_without_a_system_are_refused_and_the_mapping_is_not_remembered(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = table(tmp_path / "borset.csv")
    await load(sqlite_store, path)
    before, kept = await places(sqlite_store), await remembered(sqlite_store)
    with pytest.raises(CallError, match=r"Northing and Easting .* no degrees.*crs = .*--crs.*Nothing was stored"):
        await load(sqlite_store, path, map=BORSET)
    assert await places(sqlite_store) == before
    assert await remembered(sqlite_store) == kept


async def test_the_calls_system_fills_what_the_mapping_leaves_out(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "borset.csv")
    report = await load(sqlite_store, path, map=BORSET, crs=27700)
    assert report.located == 1.0
    assert (await places(sqlite_store))[0] == (51.504, -0.128)
    (kept,) = (await remembered(sqlite_store)).values()
    assert read_map_text(kept, "kept").crs == 27700
    # The remembered one has it now, and the same code beside it says nothing else.
    assert (await load(sqlite_store, path, crs=27700, confirm=never)).known == 12


async def test_a_system_beside_degrees_is_not_used_the_first_time_and_the_second(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = table(tmp_path / "borset.csv", Easting="-0.128", Northing="51.504")
    said = "The positions are in degrees: EPSG:27700 of --crs is not used."
    for given, fate in ((replace(BORSET, crs=None), (12, 0)), (None, (0, 12)), (None, (0, 12))):
        report = await load(sqlite_store, path, map=given, crs=27700, confirm=never)
        assert (report.loaded, report.known, report.located) == (*fate, 1.0)
        assert said in report.notes
    (kept,) = (await remembered(sqlite_store)).values()
    assert read_map_text(kept, "kept").crs is None


@pytest.mark.parametrize("crs", [-1, 0, 7, 999_999, 2**40])
async def test_a_code_of_no_system_is_refused_whatever_the_file_holds(
    sqlite_store: Store, tmp_path: Path, crs: int
) -> None:
    for number, columns in enumerate(({}, {"Easting": "-0.128", "Northing": "51.504"})):
        path = table(tmp_path / f"borset{number}.csv", **columns)
        for given in (None, BORSET):
            with pytest.raises(CallError, match=f"{crs} is no EPSG code of a system in metres or feet"):
                await load(sqlite_store, path, map=given, crs=crs)
    assert await remembered(sqlite_store) == {}


@pytest.mark.parametrize("how", ["given", "remembered"])
async def test_a_system_that_contradicts_the_mapping_is_refused(
    sqlite_store: Store, tmp_path: Path, how: str
) -> None:
    path = table(tmp_path / "borset.csv")
    given = replace(BORSET, crs=27700)
    await load(sqlite_store, path, map=given)
    with pytest.raises(CallError, match=r"EPSG:27700.*--crs says EPSG:2154"):
        await load(sqlite_store, path, map=given if how == "given" else None, crs=2154, confirm=never)
    with pytest.raises(CallError, match="7 is no EPSG code of a system in metres or feet"):
        await load(sqlite_store, path, map=BORSET, crs=7)
    assert len(await records(sqlite_store)) == 12


async def test_a_mapping_remembered_without_its_system_wipes_nothing_and_is_mended_by_the_call(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = table(tmp_path / "borset.csv")
    await load(sqlite_store, path, map=BORSET, crs=27700)
    (key,) = await remembered(sqlite_store)
    async with sqlite_store.write() as uow:
        await uow.settings.set(key, write_map(BORSET))
    before = await places(sqlite_store)
    with pytest.raises(CallError, match="--crs"):
        await load(sqlite_store, path, confirm=never)
    assert await places(sqlite_store) == before
    await load(sqlite_store, path, crs=27700, confirm=never)
    assert "crs = 27700" in (await remembered(sqlite_store))[key]


@pytest.mark.parametrize(
    ("changes", "columns", "sentence"),
    [
        # Commas for points, and nobody said so.
        ({}, {"Easting": "530000,5", "Northing": "180000,5"}, r"12 rows .* position.*only 0 .*numbers"),
        ({"crs": 27700}, {"Easting": "-0.128", "Northing": "51.504"}, r"Northing and Easting .* degrees.*27700"),
        ({"crs": None}, {"Easting": "51.504", "Northing": "-122.4"}, r"only 0 .*Nothing was stored"),
    ],
    ids=["decimal commas", "degrees for metres", "north for east"],
)
async def test_positions_that_come_to_no_place_are_refused(
    sqlite_store: Store, tmp_path: Path, changes: dict[str, Any], columns: dict[str, str], sentence: str
) -> None:
    path = table(tmp_path / "borset.csv", **columns)
    with pytest.raises(CallError, match=sentence):
        await load(sqlite_store, path, map=replace(BORSET, **changes))
    assert await remembered(sqlite_store) == {}


@pytest.mark.parametrize("blank", ["", "0", "0.0", "unknown", "NULL"])
async def test_words_that_stand_for_no_position_are_no_fault_of_the_mapping(
    sqlite_store: Store, tmp_path: Path, blank: str
) -> None:
    path = table(tmp_path / "borset.csv", Easting=blank, Northing=blank)
    report = await load(sqlite_store, path, map=BORSET)
    assert (report.loaded, report.located) == (12, 0.0)


async def test_a_few_odd_positions_are_no_fault_of_the_mapping(sqlite_store: Store, tmp_path: Path) -> None:
    lines = [f"{n},1{n % 9}/03/2018,Robbery,,\n" for n in range(99)] + ["99,10/03/2018,Robbery,see note 7,-\n"]
    path = tmp_path / "borset.csv"
    path.write_text("Crime Ref,Committed,Offence,Northing,Easting\n" + "".join(lines), encoding="utf-8")
    assert (await load(sqlite_store, path, map=BORSET)).loaded == 100


async def test_points_in_one_column_that_cannot_be_read_are_refused(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "borset.csv", Street="530000/180000")
    columns = {name: value for name, value in BORSET.columns.items() if name not in ("lat", "lon")}
    with pytest.raises(CallError, match="Street"):
        await load(sqlite_store, path, map=replace(BORSET, columns={**columns, "point": ("Street",)}))


AMBIGUOUS = "05/04/2018 10:00"
OPEN = replace(BORSET, dates=None, crs=27700)


async def test_dates_that_a_mapping_leaves_open_are_refused_where_nothing_tells(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv", Committed=AMBIGUOUS)
    with pytest.raises(CallError, match=r"05/04/2018 10:00 can be read two ways.*dates = \"day_first\""):
        await load(sqlite_store, path, map=OPEN)
    assert await records(sqlite_store) == {}
    assert (await load(sqlite_store, path, map=replace(OPEN, dates="day_first"))).first == datetime(
        2018, 4, 5, 9, tzinfo=UTC
    )


async def test_a_column_that_tells_decides_what_a_mapping_leaves_open(sqlite_store: Store, tmp_path: Path) -> None:
    report = await load(sqlite_store, table(tmp_path / "a.csv"), map=OPEN)
    assert (report.first, report.rejected) == (datetime(2018, 3, 10, 8, 15, tzinfo=UTC), {})
    # What this file told holds for the next one.
    later = table(tmp_path / "b.csv", Committed=AMBIGUOUS)
    assert (await load(sqlite_store, later, confirm=never)).first == datetime(2018, 4, 5, 9, tzinfo=UTC)


async def test_another_column_of_dates_can_tell_too(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", Committed=AMBIGUOUS, Street="25/04/2018")
    assert (await load(sqlite_store, path, map=OPEN)).first == datetime(2018, 4, 5, 9, tzinfo=UTC)


async def test_dates_with_the_year_first_need_no_order(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", Committed="2018-04-05T10:00")
    assert (await load(sqlite_store, path, map=OPEN)).first == datetime(2018, 4, 5, 9, tzinfo=UTC)


async def test_a_draft_of_dates_that_can_be_read_two_ways_leaves_them_open(
    sqlite_store: Store, tmp_path: Path
) -> None:
    drafts: list[str] = []

    def drafting(_file: str, source: str, proposal: Proposal) -> ColumnMap:
        drafts.append(draft_of(proposal, source))
        return agreed(_file, source, proposal)

    path = table(tmp_path / "a.csv", Committed=AMBIGUOUS)
    with pytest.raises(CallError, match="can be read two ways"):
        await load(sqlite_store, path, confirm=drafting)
    assert '\ndates = "' not in drafts[0]
    assert '# Write above [columns]: dates = "day_first", or dates = "month_first".' in drafts[0]
    draft = read_map_text(drafts[0], "a.toml")
    with pytest.raises(CallError, match="can be read two ways"):
        await load(sqlite_store, path, map=draft)


async def test_a_draft_whose_system_is_open_says_how_to_write_it(sqlite_store: Store, tmp_path: Path) -> None:
    drafts: list[str] = []

    def drafting(_file: str, source: str, proposal: Proposal) -> ColumnMap:
        drafts.append(draft_of(proposal, source))
        raise CallError("not now")

    path = table(tmp_path / "a.csv", Easting="90000000.5", Northing="80000000.5")
    with pytest.raises(CallError, match="not now"):
        await load(sqlite_store, path, confirm=drafting)
    assert "# Write above [columns]: crs = 27700, with the right code." in drafts[0]


async def test_the_mapping_in_use_is_written_where_the_call_wants_it(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "borset.csv")
    await load(sqlite_store, path)
    written: list[ColumnMap] = []
    await load(sqlite_store, path, save=lambda _file, mapping: written.append(mapping), confirm=never)
    (kept,) = (await remembered(sqlite_store)).values()
    assert written[-1] == read_map_text(kept, "kept")


OWN = "id,occurred_from,code,beat,lat,lon\n1,2018-03-10 10:00,120,0101,41.75,-87.7\n"


@pytest.mark.parametrize(
    ("option", "name"), [({"crs": 27700}, "--crs"), ({"save": lambda *_: None}, "--save-map")], ids=["crs", "save"]
)
async def test_a_known_format_takes_no_option_of_a_mapping(
    sqlite_store: Store, tmp_path: Path, option: dict[str, Any], name: str
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    with pytest.raises(CallError, match=rf"own\.csv .* beatdesk.*Leave out {name}"):
        await load(sqlite_store, path, zone="America/Chicago", **option)
    assert await records(sqlite_store) == {}
