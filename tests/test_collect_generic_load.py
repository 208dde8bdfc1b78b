"""A table of no known layout, from its file to the store: proposed, agreed on, kept, and read again."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapping_file import read_map, write_map
from ilp_core.collect.generic.recognise import source_name
from ilp_core.collect.generic.understood import Proposal
from ilp_core.collect.load import Options, load_files
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.borset import NOW, agreed, load, table
from tests.on_file import records


async def test_a_table_nobody_knows_is_understood_and_loaded(sqlite_store: Store, tmp_path: Path) -> None:
    await load_presets(sqlite_store)
    report = await load(sqlite_store, table(tmp_path / "borset_2018-03.csv"))
    assert (report.format, report.layout, report.rows, report.loaded) == ("generic", "borset", 12, 12)
    assert (report.located, report.zone) == (1.0, "Europe/London")
    assert report.mapping is not None
    assert (report.mapping["occurred_from"], report.mapping["lat"]) == ("Committed", "Northing")
    assert "Offender Name" not in report.mapping.values()
    stored = await records(sqlite_store)
    assert stored[1]["key"] == "BF/0000"
    assert (round(stored[1]["lat"], 3), round(stored[1]["lon"], 3)) == (51.504, -0.128)
    # 10 March, not 3 October: the whole column says so.
    assert datetime.fromtimestamp(stored[1]["time"], UTC) == datetime(2018, 3, 10, 8, 15, tzinfo=UTC)
    assert "J Bloggs" not in str(stored)


async def test_unknown_offences_are_proposed_and_count_as_nothing_yet(sqlite_store: Store, tmp_path: Path) -> None:
    await load_presets(sqlite_store)
    report = await load(sqlite_store, table(tmp_path / "borset.csv"))
    assert report.unmapped == {"Burglary dwelling": 6, "Robbery of personal property": 6}
    assert report.offences == {}
    assert {code: each["slug"] for code, each in report.proposed.items()} == {
        "Burglary dwelling": "burglary",
        "Robbery of personal property": "robbery",
    }
    async with sqlite_store.read() as uow:
        assert await uow.offences.for_source("borset") == {}


async def test_an_agreed_mapping_is_used_again_for_the_same_columns(sqlite_store: Store, tmp_path: Path) -> None:
    await load(sqlite_store, table(tmp_path / "borset_2018-03.csv"))

    def never(*_: object) -> ColumnMap:
        raise AssertionError("asked again")

    # The ambiguous fifth of April is read as the first file was.
    later = table(tmp_path / "borset_2018-04.csv", Committed="05/04/2018 10:00", **{"Crime Ref": "X1"})
    report = await load(sqlite_store, later, confirm=never)
    assert (report.layout, report.loaded, report.known) == ("borset", 1, 11)
    assert report.first is not None
    assert report.first.isoformat() == "2018-04-05T10:00:00+01:00"


async def test_a_mapping_file_can_be_edited_and_given(sqlite_store: Store, tmp_path: Path) -> None:
    await load_presets(sqlite_store)
    kept: list[ColumnMap] = []

    def keeping(file: str, source: str, proposal: Proposal) -> ColumnMap:
        kept.append(agreed(file, source, proposal))
        raise CallError("not now")

    path = table(tmp_path / "a.csv", Offence="120")
    with pytest.raises(CallError, match="not now"):
        await load(sqlite_store, path, confirm=keeping)
    file = tmp_path / "a.toml"
    edited = replace(kept[0], source="borsetshire", offences="nibrs")
    file.write_text(write_map(edited), encoding="utf-8")
    assert read_map(file) == edited
    report = await load(sqlite_store, path, map=read_map(file))
    # NIBRS 120 is robbery: the mapping says whose codes these are.
    assert (report.layout, report.unmapped, report.offences) == ("borsetshire", {}, {"robbery": 12})
    wrong = replace(edited, offences="klingon")
    with pytest.raises(CallError, match="no offence codes of klingon"):
        await load(sqlite_store, path, map=wrong)


async def test_what_nobody_agreed_to_is_not_stored(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    with pytest.raises(CallError, match=r"fit no format the desk knows.*beatdesk import incidents a\.csv"):
        await load_files(
            sqlite_store, path, Options(zone="Europe/London"), by="x", now=NOW, progress=lambda _done, _all: None
        )
    assert await records(sqlite_store) == {}


async def test_dates_that_can_be_read_two_ways_are_asked_about(sqlite_store: Store, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", Committed="05/04/2018 10:00")
    with pytest.raises(CallError, match="can be read two ways"):
        await load(sqlite_store, path)
    assert await records(sqlite_store) == {}


async def test_the_zone_of_a_table_that_does_not_say_it_is_that_of_its_places(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{n},2018-03-{n + 10} 10:00,120,0101,41.{750 + n},-87.7\n" for n in range(9))
    path.write_text("id,occurred_from,code,beat,lat,lon\n" + rows, encoding="utf-8")
    report = await load(sqlite_store, path, zone=None)
    assert (report.format, report.zone) == ("beatdesk", "America/Chicago")


async def test_tables_of_two_layouts_in_one_zip_are_mapped_apart(sqlite_store: Store, tmp_path: Path) -> None:
    # Both had one mapping once, and the load never came to an end.
    whole = table(tmp_path / "borset.csv").read_text(encoding="utf-8")
    other = "Ref No,Date of Offence,Crime Type\n" + "".join(f"{n},2018-03-{n + 10},Arson\n" for n in range(9))
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("borset.csv", whole)
        archive.writestr("felper.csv", other)
    options = Options(format="generic", zone="Europe/London", confirm=agreed)
    reports = await load_files(
        sqlite_store, tmp_path / "both.zip", options, by="x", now=NOW, progress=lambda _done, _all: None
    )
    assert [(report.layout, report.loaded) for report in reports] == [("borset", 12), ("felper", 9)]


async def test_tables_of_one_name_with_other_columns_do_not_correct_one_another(
    sqlite_store: Store, tmp_path: Path
) -> None:
    whole = table(tmp_path / "borset.csv").read_text(encoding="utf-8")
    other = "Ref No,Date of Offence,Crime Type\n" + "".join(f"BF/{n:04d},2018-03-{n + 10},Arson\n" for n in range(9))
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("borset-2018.csv", whole)
        archive.writestr("borset-2019.csv", other)
    options = Options(format="generic", zone="Europe/London", confirm=agreed)
    for loaded in ([12, 9], [0, 0]):
        reports = await load_files(
            sqlite_store, tmp_path / "both.zip", options, by="x", now=NOW, progress=lambda _done, _all: None
        )
        assert [report.layout for report in reports] == ["borset", "borset-2"]
        assert [report.loaded for report in reports] == loaded
        assert [report.updated for report in reports] == [0, 0]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Crime_Export_2026-11.csv", "crime-export"),
        ("crime-export 2026 12.csv.gz", "crime-export"),
        ("2026.csv", "own"),
        ("chicago.csv", "chicago-own"),
    ],
)
def test_the_next_months_file_is_of_the_same_source(file: str, name: str) -> None:
    assert source_name(file) == name
