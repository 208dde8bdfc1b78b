"""Feeds with the real loader behind them: what stands in the store after runs, corrections, failures and kills."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ilp_core.collect.feeds.loading import load_file
from ilp_core.collect.feeds.run import FeedRun, run_feed
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.incidents import LoadReport
from ilp_core.govern.audit import verify
from ilp_core.storage import Store
from tests.feed_desk import START, Bench, Killed, bench
from tests.portal import Portal, Row, running_portal, street_crime
from tests.small_city import ZONE, history, write
from tests.test_collect_generic_load import load, table


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with running_portal() as running:
        yield running


def chicago_row(number: int, **other: str) -> Row:
    """A row as the portal's API spells it."""
    return {
        ":id": f"row-{number:06d}",
        ":updated_at": f"2026-02-{number:02d}T10:00:00.000Z",
        "id": str(10_000_000 + number),
        "case_number": f"JA{number:06d}",
        "date": f"2026-01-{number:02d}T21:30:00.000",
        "block": "079XX S PULASKI RD",
        "iucr": "0820",
        "primary_type": "THEFT",
        "description": "$500 AND UNDER",
        "location_description": "STREET",
        "arrest": "false",
        "domestic": "false",
        "beat": "0835",
        "district": "008",
        "ward": "18",
        "community_area": "70",
        "fbi_code": "06",
        "updated_on": f"2026-02-{number:02d}T15:40:00.000",
        "latitude": "41.7501",
        "longitude": "-87.7201",
    } | other


async def again(town: Bench, load: Any = load_file) -> FeedRun:
    return await run_feed(town.store, await town.stored(), by="test", holder="one", load=load)


async def test_a_portals_rows_come_once_and_corrections_replace_them(portal: Portal, sqlite_database: str) -> None:
    async with bench(sqlite_database, "socrata", portal.data_set, page_rows=4) as town:
        await load_presets(town.store)
        portal.rows = [chicago_row(number) for number in range(1, 11)]
        first = await again(town)
        assert first.result == "10 new, 0 changed, 0 known before, 0 rejected, from 1 file."
        assert (await again(town)).outcome == "same"
        portal.rows[2] |= {
            ":updated_at": "2026-02-20T10:00:00.000Z",
            "updated_on": "2026-02-20T15:40:00.000",
            "iucr": "0810",
        }
        portal.rows.append(chicago_row(11))
        third = (await again(town)).tally
        # The last day before is read again.
        assert (third.loaded, third.updated, third.known) == (1, 1, 2)
        async with town.store.read() as uow:
            loads = await uow.loads.all()
            assert (await verify(uow)).broken is None
        assert [(load.file, load.by_whom) for load in loads] == [("city.csv", "test")] * 2


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_around_the_commit_loses_and_doubles_nothing(
    portal: Portal, sqlite_database: str, moment: str
) -> None:
    async def killed(store: Store, path: Path, **options: Any) -> list[LoadReport]:
        if moment == "after":
            await load_file(store, path, **options)
        raise Killed

    async with bench(sqlite_database, "socrata", portal.data_set) as town:
        portal.rows = [chicago_row(number) for number in range(1, 11)]
        with pytest.raises(Killed):
            await again(town, killed)
        tally = (await again(town)).tally
        assert (tally.loaded, tally.known) == ((10, 0) if moment == "before" else (0, 10))


async def test_a_month_of_police_uk_takes_the_place_of_its_earlier_publication(
    portal: Portal, sqlite_database: str
) -> None:
    async with bench(sqlite_database, "police-uk", portal.street, force="Leicestershire Police") as town:
        nuisance = {"category": "anti-social-behaviour", "persistent_id": "", "outcome_status": None}
        portal.months = {
            "2026-01": [street_crime(1, "2026-01"), *(street_crime(n, "2026-01", **nuisance) for n in (2, 3, 4))]
        }
        first = (await again(town)).tally
        assert (first.files, first.loaded) == (1, 4)
        # One of three equal rows is withdrawn with the next publication.
        portal.months["2026-01"].pop()
        portal.months["2026-02"] = [street_crime(9, "2026-02")]
        second = await again(town)
        assert (second.outcome, second.tally.loaded, second.tally.known) == ("new", 1, 3)
        async with town.store.read() as uow:
            reports = [load.report or {} for load in await uow.loads.all()]
        assert [report["withdrawn"] for report in reports] == [0, 1, 0]


async def test_a_folder_loads_what_is_put_into_it(sqlite_database: str, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    os.mkdir(inbox)
    async with bench(sqlite_database, "folder", str(inbox), zone=ZONE) as town:
        rows = history(60)
        settled(write(inbox / "may.csv", rows[:5]))
        settled(write(inbox / "june.csv", rows[5:]), later=1)
        (inbox / "notes.csv").write_text("what,ever\n1,2\n", encoding="utf-8")
        settled(inbox / "notes.csv", later=2)
        first = await again(town)
        assert (first.tally.loaded, list(first.tally.refused)) == (len(rows), ["notes.csv"])
        settled(write(inbox / "june.csv", rows), later=3)
        tally = (await again(town)).tally
        assert (tally.loaded, tally.known, tally.refused) == (0, len(rows), {})


async def test_a_file_nobody_had_agreed_to_comes_in_once_its_columns_are_known(
    sqlite_database: str, tmp_path: Path
) -> None:
    tries: list[str] = []

    async def counted(store: Store, path: Path, **options: Any) -> Sequence[LoadReport]:
        tries.append(path.name)
        return await load_file(store, path, **options)

    inbox = tmp_path / "inbox"
    os.mkdir(inbox)
    async with bench(sqlite_database, "folder", str(inbox), zone="Europe/London") as town:
        await load_presets(town.store)
        settled(table(inbox / "borset_2018-03.csv"))
        refused = await again(town, counted)
        assert "Agree to a mapping once" in refused.result
        assert "unchanged since: borset_2018-03.csv" in (await again(town, counted)).result
        assert len(tries) == 1
        await load(town.store, table(tmp_path / "borset_2018-04.csv", Street="14 Oak Street"))
        done = await again(town, counted)
        assert (done.tally.files, done.tally.updated, done.tally.refused) == (1, 12, {})
        assert (await town.stored()).refused == ()
        assert (await again(town, counted)).outcome == "same"
        assert len(tries) == 2


def settled(path: Path, later: int = 0) -> None:
    moment = (START - timedelta(days=1)).timestamp() + later
    os.utime(path, (moment, moment))
