"""Bad input: one clear sentence or a reason counted, and nothing half-written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.errors import CallError, DeskError, WorkError
from ilp_core.storage import Store
from tests.support import SHARED, require
from tests.test_collect_load import OWN, ROW, column, load, portal_file, portal_row, stored

GOOD = [portal_row(ID=str(number)) for number in range(100, 110)]


async def refused(store: Store, path: Path, **options: Any) -> DeskError:
    """The error of a load that must fail and leave no trace."""
    with pytest.raises(DeskError) as caught:
        await load(store, path, **options)
    async with store.read() as uow:
        assert await uow.columns.blocks(None) == []
        assert await uow.loads.all() == []
        assert await uow.areas.all() == []
        assert await uow.settings.get("zone") is None
    assert "\n" not in str(caught.value)
    return caught.value


def without(name: str) -> list[dict[str, str]]:
    return [{key: value for key, value in row.items() if key != name} for row in GOOD]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\x89PNG\r\n\x00\x00", "is not a table"),
        ("a,b,c\n1,2,3\n", "fit no format the desk knows"),
        (",".join(ROW) + "\n", "has column names but no rows"),
        (",".join(ROW), "has column names but no rows"),
    ],
)
async def test_files_that_cannot_be_used(sqlite_store: Store, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="latin-1")
    error = await refused(sqlite_store, path)
    assert said in str(error)
    assert isinstance(error, CallError)


async def test_missing_columns_are_named(sqlite_store: Store, tmp_path: Path) -> None:
    error = await refused(sqlite_store, portal_file(tmp_path / "a.csv", without("Date")))
    assert str(error) == (
        "a.csv looks like the Chicago portal export but has no column 'Date'. Export it again with all columns."
    )
    named = await refused(sqlite_store, portal_file(tmp_path / "b.csv", [OWN]), format="chicago")
    assert "but has no columns 'Date', 'IUCR'" in str(named)


async def test_wrong_words_of_the_call(sqlite_store: Store, tmp_path: Path) -> None:
    path = portal_file(tmp_path / "a.csv", GOOD)
    assert "no format excel" in str(await refused(sqlite_store, path, format="excel"))
    assert "no time zone Chicago" in str(await refused(sqlite_store, path, zone="Chicago"))


async def test_bad_rows_are_counted_by_reason(sqlite_store: Store, tmp_path: Path) -> None:
    bad = [
        portal_row(ID=" "),
        portal_row(ID="1", Date=""),
        portal_row(ID="2", Date="25/12/2015 09:30:00 PM"),
        portal_row(ID="3", Date="02/30/2016 09:30:00 PM"),
        portal_row(ID="4", Date="03/05/2026 09:30:00 PM"),
        portal_row(ID="5", IUCR=""),
    ]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", GOOD + bad))
    assert report.rejected == {
        "no id": 1, "no date": 1, "date not understood": 2, "date in the future": 1, "no offence code": 1,
    }  # fmt: skip
    assert (report.rows, report.loaded, (await stored(sqlite_store))[0]) == (16, 10, 10)


async def test_own_rows_that_end_before_they_start(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [OWN, {**OWN, "id": "A2", "occurred_to": "2026-01-31T22:00:00"}]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows), zone="UTC")
    assert (report.loaded, report.rejected) == (1, {"ends before it starts": 1})


async def test_half_a_row_at_the_end(sqlite_store: Store, tmp_path: Path) -> None:
    path = portal_file(tmp_path / "a.csv", GOOD)
    path.write_text(path.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    report = await load(sqlite_store, path)
    assert (report.rows, report.loaded, report.rejected) == (10, 9, {"cut off": 1})


async def test_more_than_half_rejected_stores_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    bad = [portal_row(ID=str(number), Date="soon") for number in range(11)]
    error = await refused(sqlite_store, portal_file(tmp_path / "a.csv", GOOD + bad))
    assert isinstance(error, WorkError)
    assert "11 of 21 rows of a.csv were rejected (date not understood: 11)" in str(error)
    assert (await load(sqlite_store, portal_file(tmp_path / "b.csv", GOOD + bad[:10]))).loaded == 10


async def test_rows_without_usable_coordinates_are_loaded_and_not_located(
    sqlite_store: Store, tmp_path: Path
) -> None:
    odd = [("", ""), ("0", "0"), ("36.619446395", "-91.686565684"), ("29.76", "-95.36"), ("north", "west")]
    rows = [portal_row(ID=str(number), Latitude=lat, Longitude=lon) for number, (lat, lon) in enumerate(odd)]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", GOOD + rows))
    assert (report.loaded, report.located, report.rejected) == (15, round(10 / 15, 4), {})
    _, _, (block,) = await stored(sqlite_store)
    assert sum(x != x for x in column(block, "x")) == 5


async def test_codes_the_map_does_not_know_are_loaded_and_said(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [*GOOD, portal_row(ID="1", IUCR="9999"), portal_row(ID="2", IUCR="9999")]
    await load_presets(sqlite_store)
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows))
    assert (report.loaded, report.unmapped) == (12, {"9999": 2})


async def test_a_file_without_any_place_can_still_be_counted(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [portal_row(ID=str(number), Latitude="", Longitude="") for number in range(3)]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows))
    assert (report.loaded, report.located) == (3, 0.0)
    assert any("nothing can be ranked by place" in sentence for sentence in report.cannot_answer)
    async with sqlite_store.read() as uow:
        assert await uow.settings.get("crs") is None


@pytest.mark.shared
async def test_a_file_of_areas_is_refused_in_one_sentence(sqlite_store: Store) -> None:
    require("shared")
    error = await refused(sqlite_store, SHARED / "data/native_samples/nyc_precincts.gpkg")
    assert isinstance(error, CallError)
