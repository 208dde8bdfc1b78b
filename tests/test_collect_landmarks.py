"""Landmarks from a CSV: each once, bad rows by reason and line, audited, and nobody's home."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ilp_core.collect.places.gazetteer import read
from ilp_core.collect.places.landmarks import REASONS, load_landmarks
from ilp_core.collect.places.premises import is_home
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.gazetteer import Landmark
from ilp_core.govern.audit import verify
from ilp_core.storage import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADER = "name,lat,lon,aliases,radius_m\n"


def written(folder: Path, text: str, *, header: str = HEADER, encoding: str = "utf-8") -> Path:
    """A CSV of landmarks."""
    file = folder / "landmarks.csv"
    file.write_bytes((header + text).encode(encoding))
    return file


async def test_landmarks_come_in_once(sqlite_store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "Oak Mall,41.5,-87.5,the mall; oak  mall ctr;,250\n\nRiverside Park,41.6,-87.6\n")
    first = await load_landmarks(sqlite_store, file, by="test", now=NOW)
    async with sqlite_store.read() as uow:
        mark = await uow.gazetteer.mark()
    second = await load_landmarks(sqlite_store, file, by="test", now=NOW)

    assert first.as_json() == {
        "file": "landmarks.csv", "rows": 2, "added": 2, "changed": 0, "same": 0, "rejected": {}, "lines": {},
    }  # fmt: skip
    assert (second.added, second.changed, second.same) == (0, 0, 2)
    async with sqlite_store.read() as uow:
        assert await uow.landmarks.all() == [
            Landmark("Oak Mall", 41.5, -87.5, 250, ("the mall", "oak mall ctr")),
            Landmark("Riverside Park", 41.6, -87.6, 150),
        ]
        assert [entry.label for entry in await read(uow)] == ["Oak Mall", "Riverside Park"]
        assert await uow.gazetteer.mark() == mark
        rows = await uow.audit.rows(after=0, limit=9)
        assert (await verify(uow)).broken is None
    assert [(row.actor, row.action, row.object, row.outcome) for row in rows] == [
        ("test", "import", "landmarks", "done")
    ] * 2
    assert rows[0].detail == {"rows": 2, "rejected": 0, "added": 2}


async def test_a_landmark_of_a_known_name_is_changed(sqlite_store: Store, tmp_path: Path) -> None:
    await load_landmarks(sqlite_store, written(tmp_path, "Oak Mall,41.5,-87.5\n"), by="test", now=NOW)
    again = await load_landmarks(sqlite_store, written(tmp_path, "OAK MALL,41.6,-87.5\n"), by="test", now=NOW)

    assert (again.added, again.changed, again.same) == (0, 1, 0)


async def test_bad_rows_are_rejected_by_reason_with_their_lines(sqlite_store: Store, tmp_path: Path) -> None:
    good = "".join(f"Place {chr(65 + number)},41.5,-87.5,,100\n" for number in range(9))
    bad = (
        ",41.5,-87.5,,\n"
        f"{'long ' * 20},41.5,-87.5,,\n"
        "Nowhere,0,0,,\n"
        "Away,91,-87.5,,\n"
        "Wide,41.5,-87.5,,9000\n"
        "Smith house,41.5,-87.5,,\n"
        "Big Store,41.5,-87.5,24 Birch St,\n"
        "place a,41.5,-87.5,,\n"
        "Many,41.5,-87.5,,100,x\n"
    )
    report = await load_landmarks(sqlite_store, written(tmp_path, good + bad), by="test", now=NOW)

    assert report.added == 9
    assert dict(report.rejected) == {
        "no name": 1, "name too long": 1, "no position in degrees": 2, "radius is not 10 to 5000 metres": 1,
        "a home, not a landmark": 2, "the name came before": 1, "more fields than columns": 1,
    }  # fmt: skip
    assert tuple(report.rejected) == REASONS
    assert report.lines["no position in degrees"] == (13, 14)
    assert report.lines["a home, not a landmark"] == (16, 17)
    assert report.rows == report.added + sum(report.rejected.values())


@pytest.mark.parametrize(
    "name",
    ["Smith house", "Joe's house", "24 Birch St", "1200 W Elm", "Flat 2, 24 Birch Street", "Apt 3", "Birch Street 24",
     "the crib", "Smith residence", "12 Oak Tree Lane, Springfield", "Grandma's home", "Jones's flat"],
)  # fmt: skip
def test_homes_are_no_landmarks(name: str) -> None:
    assert is_home(name)


@pytest.mark.parametrize(
    "name",
    ["Court House", "Waffle House", "7-Eleven", "24 Hour Fitness", "Pier 39", "PS 118", "3rd St Market", "5 Guys",
     "Route 9 Walmart", "Birch Apartments", "Oak Park", "O'Hare", "Sunrise Nursing Home", "Highway 6 Diner", ""],
)  # fmt: skip
def test_public_places_are(name: str) -> None:
    assert not is_home(name)


async def test_more_than_half_rejected_stores_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "Oak Mall,41.5,-87.5\nA,x,y\nB,x,y\n")
    with pytest.raises(WorkError, match=r"2 of 3 rows of landmarks\.csv were rejected"):
        await load_landmarks(sqlite_store, file, by="test", now=NOW)
    async with sqlite_store.read() as uow:
        assert await uow.landmarks.all() == []


@pytest.mark.parametrize(
    ("header", "text", "why"),
    [
        ("", "", "is not a CSV of landmarks"),
        ("PK\x03\x04", "", "is not a CSV of landmarks"),
        ("name,lat\n", "Oak Mall,41.5\n", "has no column lon"),
        (HEADER, "", "holds no landmarks"),
        (HEADER, f'"{"x" * 200_000}",41.5,-87.5\n', "is not a CSV of landmarks"),
        (HEADER, "A,41.5,-87.5\n" * 50_001, "has more than 50,000 rows"),
        ("x" * (17 * 1024 * 1024), "", "is larger than 16 MB"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    sqlite_store: Store, tmp_path: Path, header: str, text: str, why: str
) -> None:
    with pytest.raises(CallError, match=why):
        await load_landmarks(sqlite_store, written(tmp_path, text, header=header), by="test", now=NOW)


async def test_a_folder_or_nothing_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(CallError, match="is not a CSV"):
            await load_landmarks(sqlite_store, path, by="test", now=NOW)


async def test_a_spreadsheets_code_page_and_header_spellings_are_read(sqlite_store: Store, tmp_path: Path) -> None:
    header = "Radius M,NAME, Lat ,lon\n"
    file = written(tmp_path, "100,Café Olé,41.5,-87.5\n", header=header, encoding="cp1252")
    await load_landmarks(sqlite_store, file, by="test", now=NOW)
    async with sqlite_store.read() as uow:
        assert await uow.landmarks.all() == [Landmark("Café Olé", 41.5, -87.5, 100)]
