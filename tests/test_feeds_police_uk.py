"""Feeds of data.police.uk and of single files: months once each and again when corrected, files when they changed."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.collect.feeds import police_uk
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import DAY
from ilp_core.words.en import feeds as words
from tests.feed_desk import START, Bench, bench
from tests.portal import MOST_CRIMES, Portal, running_portal, street_crime

POINT = "https://data.police.uk/api/crimes-street/all-crime?lat=52.6&lng=-1.1"


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with running_portal() as running:
        yield running


@pytest.fixture
async def town(portal: Portal, sqlite_database: str) -> AsyncIterator[Bench]:
    """A feed on the street crimes around a point."""
    async with bench(sqlite_database, "police-uk", portal.street, force="Leicestershire Police") as made:
        made.desk.key = "Crime ID"
        portal.months = {month: [street_crime(number, month)] for number, month in enumerate(("2026-01", "2026-02"))}
        yield made


async def test_every_published_month_comes_once_and_later_only_new_ones(portal: Portal, town: Bench) -> None:
    first = await town.run()
    assert first.result == "2 new, 0 changed, 0 known before, 0 rejected, from 2 files."
    assert [call["file"] for call in town.desk.calls] == ["city-2026-01.csv", "city-2026-02.csv"]
    assert (await town.stored()).cursor["month"] == "2026-02"
    served = len(portal.served)
    assert (await town.run()).result == words.NOTHING_NEW
    assert portal.served[served:] == ["304 /api/crimes-street-dates 0 bytes"]


async def test_with_a_new_month_the_two_before_it_are_corrected(portal: Portal, town: Bench) -> None:
    portal.months["2025-12"] = [street_crime(90, "2025-12")]
    await town.run()
    portal.months["2026-01"][0]["outcome_status"] = {"category": "Offender given a caution", "date": "2026-03"}
    portal.months["2026-03"] = [street_crime(7, "2026-03")]
    second = await town.run()
    assert [call["file"] for call in town.desk.calls[3:]] == [f"city-2026-0{month}.csv" for month in (1, 2, 3)]
    assert (second.tally.loaded, second.tally.updated, second.tally.known) == (1, 1, 1)
    # A month is one publication: what comes later takes its place.
    assert {call["replace_period"] for call in town.desk.calls} == {True}


async def test_a_month_becomes_rows_of_the_archive(portal: Portal, town: Bench) -> None:
    portal.months = {
        "2026-01": [
            street_crime(5, "2026-01", category="violent-crime", context="seen by two"),
            street_crime(6, "2026-01", category="hat-theft", persistent_id="", outcome_status=None, location=None),
        ]
    }
    await town.run()
    first, second = town.desk.rows.values()
    assert first == {
        "Crime ID": f"{5:064x}",
        "Month": "2026-01",
        "Reported by": "Leicestershire Police",
        "Falls within": "Leicestershire Police",
        "Longitude": "-1.131592",
        "Latitude": "52.629729",
        "Location": "On or near Marquis Street",
        "LSOA code": "",
        "LSOA name": "",
        "Crime type": "Violence and sexual offences",
        "Last outcome category": "Under investigation",
        "Context": "seen by two",
    }
    assert (second["Crime type"], second["Latitude"], second["Last outcome category"]) == ("Hat theft", "", "")
    assert tuple(first) == police_uk.COLUMNS


async def test_an_area_with_too_many_crimes_is_said(portal: Portal, town: Bench) -> None:
    portal.months["2026-02"] *= MOST_CRIMES + 1
    failed = await town.run()
    assert failed.result == words.TOO_MANY.format(month="2026-02")
    # The month before it is here, and remembered.
    assert (await town.stored()).cursor["month"] == "2026-01"
    assert failed.next_at == START + timedelta(minutes=1)


async def test_an_outage_that_names_its_wait_is_no_area_too_large(portal: Portal, town: Bench) -> None:
    portal.faults = ["", "503 Retry-After: 600"]
    failed = await town.run()
    assert failed.result == words.BUSY_PORTAL.format(host="127.0.0.1", status=503)
    assert failed.next_at == START + timedelta(seconds=600)


@pytest.mark.parametrize(
    "fault",
    [
        "raw not json",
        "raw {}",
        'raw ["2026-01"]',
        'raw [{"date": "2026-13"}]',
        "raw []",
        "raw " + "[" * 100_000,
    ],
    ids=["words", "object", "texts", "month", "empty", "deep"],
)
async def test_answers_that_are_not_the_apis_change_nothing(portal: Portal, town: Bench, fault: str) -> None:
    portal.faults = [fault]
    assert (await town.run()).result == words.NOT_POLICE.format(host="127.0.0.1")
    assert ((await town.stored()).cursor, town.desk.calls) == ({}, [])


async def test_a_month_without_crimes_is_passed(portal: Portal, town: Bench) -> None:
    portal.months["2026-02"] = []
    await town.run()
    assert [call["file"] for call in town.desk.calls] == ["city-2026-01.csv"]
    assert (await town.stored()).cursor["month"] == "2026-02"


def test_an_areas_address_is_asked_month_by_month() -> None:
    area = "https://data.police.uk/api/crimes-street/all-crime?poly=52.268,0.543:52.794,0.238:52.130,0.478"
    assert police_uk.settled(area) == area
    assert police_uk._of_month(area, "2026-01") == f"{area}&date=2026-01"
    assert police_uk._dates(area) == "https://data.police.uk/api/crimes-street-dates"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://data.police.uk/", words.BAD_POLICE.format(address="https://data.police.uk/")),
        (POINT.replace("&lng=-1.1", ""), words.BAD_POLICE.format(address=POINT.replace("&lng=-1.1", ""))),
        (f"{POINT}&date=2026-01", words.OWN_DATE),
        (f"{POINT}&x={'1' * 4094}", words.LONG_AREA.format(length=len(POINT) + 4097, most=4081)),
    ],
)
def test_what_is_no_address_of_police_uk_is_refused_at_once(address: str, sentence: str) -> None:
    with pytest.raises(CallError) as refused:
        police_uk.settled(address)
    assert str(refused.value) == sentence


# Files


@pytest.mark.parametrize("kind", ["file", "police-uk"])
async def test_a_file_comes_when_it_has_changed(portal: Portal, sqlite_database: str, kind: str) -> None:
    async with bench(sqlite_database, kind, f"{portal.address}/files/latest.csv") as town:  # type: ignore[arg-type] # of two kinds
        portal.file = b"id,what\n1,a\n2,b\n"
        assert (await town.run()).tally.loaded == 2
        assert (await town.run()).result == words.NOTHING_NEW
        assert portal.served[1:] == ["304 /files/latest.csv 0 bytes"]
        portal.file = b"id,what\n1,a\n2,c\n"
        assert (await town.run()).tally.updated == 1
        assert [call["file"] for call in town.desk.calls] == ["latest.csv", "latest.csv"]
        assert {call["replace_period"] for call in town.desk.calls} == {kind == "police-uk"}


async def test_a_whole_file_without_keys_can_replace_what_it_covers(portal: Portal, sqlite_database: str) -> None:
    address = f"{portal.address}/files/latest.csv"
    async with bench(sqlite_database, "file", address, replace_period=True) as town:
        portal.file = b"what\na\n"
        await town.run()
        assert [call["replace_period"] for call in town.desk.calls] == [True]


async def test_a_file_whose_date_alone_is_new_is_not_loaded_again(portal: Portal, sqlite_database: str) -> None:
    async with bench(sqlite_database, "file", f"{portal.address}/files/latest.csv") as town:
        portal.file = b"id,what\n1,a\n"
        await town.run()
        portal.file = b"id,what\n1,a\n"
        portal.heeds_conditions, portal.restless = False, True
        portal.faults = ["raw id,what\n1,a\n"]
        assert (await town.run()).result == words.NOTHING_NEW
        assert len(town.desk.calls) == 1


async def test_a_redirect_within_the_host_is_followed(portal: Portal, sqlite_database: str) -> None:
    async with bench(sqlite_database, "file", f"{portal.address}/files/old.csv") as town:
        portal.file = b"id,what\n1,a\n"
        portal.faults = ["301 Location: /files/new.csv"]
        assert (await town.run()).tally.loaded == 1
        assert portal.served == ["fault 301 Location: /files/new.csv", "200 /files/new.csv 12 bytes"]
        portal.file = b"id,what\n1,b\n"
        portal.faults = ["302 Location: old.csv"] * 9
        assert (await town.run()).result == words.ROUND.format(host="127.0.0.1")
        assert len(portal.faults) == 3


async def test_a_file_over_the_limit_is_not_kept(
    portal: Portal, sqlite_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with bench(sqlite_database, "file", f"{portal.address}/files/big.csv", most_bytes=1024 * 1024) as town:
        # The answer announces 3 KB, and is 3 MB unpacked.
        portal.faults = ["bomb 3000000"]
        failed = await town.run()
        assert failed.result == words.TOO_LARGE.format(host="127.0.0.1", limit=1)
        assert failed.next_at == START + DAY
        portal.file = bytes(2 * 1024 * 1024)
        assert (await town.run()).result == failed.result
    assert [name for name in os.listdir(tmp_path) if name.startswith("beatdesk-feed-")] == []


def test_the_categories_are_those_of_the_archive(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    answer.write_text('[{"category": "theft-from-the-person", "month": "2026-01"}]', encoding="utf-8")
    assert police_uk._write(answer, tmp_path / "out.csv", "", "host") == 1
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert row["Crime type"] == "Theft from the person"
