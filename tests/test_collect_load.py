"""Loads of incidents from made files: what is stored, what is counted, what a second load changes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.collect.projection import project
from ilp_core.domain.columns import COLUMN_TYPES, ColumnBlock
from ilp_core.domain.errors import CallError
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store
from tests.on_file import CONTENT, count, records

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: The keys that scripts rely on (interfaces.md, "JSON").
BINDING = (
    "file", "format", "rows", "loaded", "updated", "known", "rejected", "located", "timed", "first", "last",
    "unmapped", "cannot_answer",
)  # fmt: skip

ROW = {
    "ID": "10584573",
    "Case Number": "HZ334481",
    "Date": "07/15/2016 09:30:00 PM",
    "Block": "079XX S PULASKI RD",
    "IUCR": "0820",
    "Primary Type": "THEFT",
    "Description": "$500 AND UNDER",
    "Location Description": "STREET",
    "Arrest": "false",
    "Domestic": "false",
    "Beat": "0835",
    "District": "008",
    "Updated On": "02/10/2018 03:50:01 PM",
    "Latitude": "41.7501",
    "Longitude": "-87.7201",
}

OWN = {
    "id": "A1",
    "occurred_from": "2026-02-01T22:10:00",
    "occurred_to": "2026-02-01T23:40:00",
    "reported": "2026-02-02T07:05:00",
    "code": "23F",
    "description": "Theft from vehicle",
    "premise": "street",
    "block": "012XX ELM ST",
    "beat": "0101",
    "district": "001",
    "lat": "38.5",
    "lon": "-47.0",
    "domestic": "false",
    "officer_initiated": "false",
}


def portal_row(**changes: str) -> dict[str, str]:
    """A row of the portal export; ``Updated_On`` stands for ``Updated On``."""
    return {**ROW, **{name.replace("_", " "): value for name, value in changes.items()}}


def portal_file(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """A CSV file of ``rows``, whose first decides the columns."""
    listed = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return path


async def load(store: Store, path: Path, **options: Any) -> LoadReport:
    """Load ``path`` at NOW with nobody watching."""
    settings: dict[str, Any] = {"by": "9001", "now": NOW, "progress": lambda _done, _all: None, **options}
    return await load_incidents(store, path, **settings)


async def stored(store: Store) -> tuple[int, int | None, list[ColumnBlock]]:
    """How many incidents there are, the data version and its blocks."""
    async with store.read() as uow:
        version = await uow.loads.latest()
        return await count(store), version, await uow.columns.blocks(version or 0)


async def incident(store: Store, number: int) -> dict[str, Any]:
    return (await records(store))[number]


def column(block: ColumnBlock, name: str) -> list[Any]:
    values: npt.NDArray[np.generic] = np.frombuffer(block.columns[name], dtype=COLUMN_TYPES[name])
    listed: list[Any] = values.tolist()
    if name in block.words:
        return [block.words[name][place] if place >= 0 else None for place in listed]
    return listed


def seconds(*parts: int) -> int:
    year, month, day, hour, minute = parts
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


async def test_portal_rows_become_incidents_and_columns(store: Store, tmp_path: Path) -> None:
    await load_presets(store)
    # A spreadsheet took the leading zeros of the second row and added fractions.
    lost = portal_row(ID="7", Beat="422.0", District="4", IUCR="486", Domestic="true", Date="07/14/2016 12:00:00 PM")
    report = await load(store, portal_file(tmp_path / "a.csv", [ROW, lost]))
    told = report.as_json()
    assert {name: told[name] for name in BINDING} == {
        "file": "a.csv", "format": "chicago", "rows": 2, "loaded": 2, "updated": 0, "known": 0, "rejected": {},
        "located": 1.0, "timed": 0.5, "first": "2016-07-14T12:00:00-05:00", "last": "2016-07-15T21:30:00-05:00",
        "unmapped": {},
        "cannot_answer": [
            "Thefts from vehicles: this data does not separate them from other thefts.",
            "No reported time: questions about the past use the occurred time.",
            "Officer-initiated records are inferred from the offence type.",
        ],
    }  # fmt: skip
    assert (told["layout"], told["zone"], told["precision"], told["load"]) == (
        "chicago",
        "America/Chicago",
        "minute",
        1,
    )
    assert told["offences"] == {"assault": 1, "other_theft": 1}
    assert told["days"] == {"2016-07-14": 1, "2016-07-15": 1}
    row = await incident(store, 1)
    start = seconds(2016, 7, 16, 2, 30)
    assert {name: row[name] for name in (*CONTENT, "period")} == {
        "source": "chicago", "key": "10584573", "time": start, "end": start, "known": start,
        "local": seconds(2016, 7, 15, 21, 30), "reported": None, "stamp": seconds(2018, 2, 10, 21, 50) + 1,
        "code": "0820", "description": "THEFT: $500 AND UNDER", "premise": "STREET", "block": "079XX S PULASKI RD",
        "beat": "0835", "district": "008", "neighbourhood": "", "force": "", "lat": 41.7501, "lon": -87.7201,
        "domestic": 0, "initiated": -1, "timed": 1, "period": "",
    }  # fmt: skip
    count, version, blocks = await stored(store)
    (block,) = blocks
    assert (count, version, block.load, block.source, block.replaces) == (2, 1, 1, "chicago", False)
    x, y = project(32616, 41.7501, -87.7201)
    assert {name: column(block, name) for name in COLUMN_TYPES} == {
        "incident": [2, 1],
        "time": [seconds(2016, 7, 14, 17, 0), seconds(2016, 7, 16, 2, 30)],
        "end": [seconds(2016, 7, 14, 17, 0), seconds(2016, 7, 16, 2, 30)],
        "known": [seconds(2016, 7, 14, 17, 0), seconds(2016, 7, 16, 2, 30)],
        "local": [seconds(2016, 7, 14, 12, 0), seconds(2016, 7, 15, 21, 30)],
        "x": [pytest.approx(x), pytest.approx(x)],
        "y": [pytest.approx(y), pytest.approx(y)],
        "code": ["0486", "0820"],
        "beat": ["0422", "0835"],
        "district": ["004", "008"],
        "neighbourhood": [None, None],
        "force": [None, None],
        "block": ["079XX S PULASKI RD"] * 2,
        "premise": ["STREET"] * 2,
        "domestic": [1, 0],
        "initiated": [-1, -1],
        "timed": [0, 1],
    }
    async with store.read() as uow:
        assert await uow.settings.get("zone") == "America/Chicago"
        assert await uow.settings.get("crs") == "32616"


async def test_the_desks_own_layout(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [OWN, {**OWN, "id": "A2", "reported": "", "occurred_to": "", "domestic": "", "officer_initiated": "true"}]
    path = portal_file(tmp_path / "town.csv", rows)
    with pytest.raises(CallError, match="time zone"):
        await load(sqlite_store, path)
    report = await load(sqlite_store, path, zone="Europe/London")
    assert (report.format, report.loaded, report.unmapped) == ("beatdesk", 2, {"23F": 2})
    assert report.cannot_answer == ()
    _, _, (block,) = await stored(sqlite_store)
    start = seconds(2026, 2, 1, 22, 10)
    assert column(block, "end") == [seconds(2026, 2, 1, 23, 40), start]
    assert column(block, "known") == [seconds(2026, 2, 2, 7, 5), start]
    assert column(block, "domestic") == [0, -1]
    assert column(block, "initiated") == [0, 1]


async def test_the_portals_api_spells_columns_and_dates_its_own_way(sqlite_store: Store, tmp_path: Path) -> None:
    spelled = {name.lower().replace(" ", "_"): value for name, value in ROW.items()}
    api = {**spelled, "date": "2016-07-15T21:30:00.000", "updated_on": "2018-02-10T15:50:01.000"}
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [ROW]))
    first = await incident(sqlite_store, 1)
    newer = {**api, "updated_on": "2018-02-10T15:50:02.000"}
    assert (await load(sqlite_store, portal_file(tmp_path / "b.csv", [api]))).known == 1
    assert (await load(sqlite_store, portal_file(tmp_path / "c.csv", [newer]))).updated == 1
    assert (await incident(sqlite_store, 1))["digest"] == first["digest"]


async def test_the_same_file_twice_changes_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    portal = portal_file(tmp_path / "a.csv", [ROW, portal_row(ID="2")])
    own = portal_file(tmp_path / "b.csv", [OWN, {**OWN, "id": "A2"}])
    for path in (portal, own):
        await load(sqlite_store, path, zone="America/Chicago")
    before = await stored(sqlite_store)
    for path in (portal, own):
        report = await load(sqlite_store, path, zone="America/Chicago")
        assert (report.rows, report.loaded, report.updated, report.known) == (2, 0, 0, 2)
    assert await stored(sqlite_store) == before
    async with sqlite_store.read() as uow:
        assert len(await uow.loads.all()) == 4


OLDER = portal_row(Updated_On="02/15/2015 12:43:39 PM", IUCR="0810", Beat="0834")


async def test_a_newer_stamp_replaces_and_an_older_one_is_known(store: Store, tmp_path: Path) -> None:
    older, newer = portal_file(tmp_path / "old.csv", [OLDER]), portal_file(tmp_path / "new.csv", [ROW])
    assert (await load(store, older)).loaded == 1
    report = await load(store, newer)
    assert (report.loaded, report.updated, report.known) == (0, 1, 0)
    row = await incident(store, 1)
    assert (row["code"], row["beat"], row["load"]) == ("0820", "0835", 2)
    report = await load(store, older)
    assert (report.loaded, report.updated, report.known) == (0, 0, 1)
    assert await incident(store, 1) == row
    count, version, (_, second) = await stored(store)
    assert (count, version, second.replaces, column(second, "code")) == (1, 2, True, ["0820"])


async def test_versions_within_one_file(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [OLDER, ROW, portal_row(ID="2", IUCR="0890"), OLDER]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows))
    assert (report.rows, report.loaded, report.known) == (4, 2, 2)
    _, _, (block,) = await stored(sqlite_store)
    assert sorted(column(block, "code")) == ["0820", "0890"]


async def test_without_stamps_the_later_load_wins(sqlite_store: Store, tmp_path: Path) -> None:
    first = portal_file(tmp_path / "a.csv", [{**OWN, "code": "240"}])
    second = portal_file(tmp_path / "b.csv", [{**OWN, "code": "220"}])
    assert (await load(sqlite_store, first, zone="UTC")).loaded == 1
    assert (await incident(sqlite_store, 1))["code"] == "240"
    report = await load(sqlite_store, second, zone="UTC")
    assert (report.updated, report.known) == (1, 0)
    assert (await incident(sqlite_store, 1))["code"] == "220"


async def test_of_two_versions_in_one_file_without_stamps_one_wins_in_any_order(store: Store, tmp_path: Path) -> None:
    rows = [OWN, {**OWN, "code": "240"}, OWN]
    report = await load(store, portal_file(tmp_path / "a.csv", rows), zone="UTC")
    assert (report.loaded, report.known) == (1, 2)
    assert report.duplicates == {"the same row again": 1, "another version of a row": 1}
    report = await load(store, portal_file(tmp_path / "b.csv", rows[::-1]), zone="UTC")
    assert (report.loaded, report.updated, report.known) == (0, 0, 3)


async def test_a_live_feeds_rows_are_known_from_their_first_load(sqlite_store: Store, tmp_path: Path) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [OLDER]), live=True)
    report = await load(sqlite_store, portal_file(tmp_path / "b.csv", [ROW]), now=NOW + timedelta(days=2))
    assert report.updated == 1
    _, _, blocks = await stored(sqlite_store)
    known = [int(NOW.timestamp())]
    assert [column(block, "known") for block in blocks] == [known, known]


async def test_an_area_code_keeps_its_first_spelling(sqlite_store: Store, tmp_path: Path) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [{**OWN, "beat": "b01"}]), zone="UTC")
    await load(sqlite_store, portal_file(tmp_path / "b.csv", [{**OWN, "id": "2", "beat": "B 01"}]))
    _, _, blocks = await stored(sqlite_store)
    assert [column(block, "beat") for block in blocks] == [["b01"], ["b01"]]


async def test_progress_never_goes_back_and_ends_at_the_end(sqlite_store: Store, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    path = portal_file(tmp_path / "a.csv", [ROW])
    await load(sqlite_store, path, progress=lambda done, whole: heard.append((done, whole)))
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (1000, 1000)
