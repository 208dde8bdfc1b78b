"""Loads, versions and undoing in awkward orders: nothing is lost, doubled or changed without a word."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.hotspots import Asked, Scope, count_records
from ilp_core.analyse.micro_time import find_micro_time
from ilp_core.analyse.sinks import NO_SINKS
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapping_file import map_of
from ilp_core.collect.generic.proposal import Proposal
from ilp_core.collect.load import Options, load_files
from ilp_core.collect.places.gazetteer import read, renew_gazetteer
from ilp_core.collect.undo import undo_load
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store, open_store
from ilp_core.storage.address import database_url
from ilp_core.storage.statements import IMPORT_LOCK
from tests.frames import DAY, Made, days_ago, days_of, frame_of
from tests.frames import NOW as FRAME_NOW
from tests.on_file import content, records
from tests.small_city import AT, ZONE, history, settle
from tests.small_city import load as load_city
from tests.test_collect_load import NOW, OWN, load, portal_file, portal_row
from tests.test_collect_versions import uk

LONDON = "Europe/London"
ELM, OAK = uk(Location="On or near Elm Street"), uk(Location="On or near Oak Road")


def streets(found: dict[int, dict[str, Any]]) -> list[str]:
    return sorted(each["block"] for each in found.values())


async def test_undoing_a_replacement_doubles_no_record_that_a_later_load_brought_back(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [ELM, OAK]))
    await load(sqlite_store, portal_file(tmp_path / "b.csv", [ELM]), replace_period=True)
    await load(sqlite_store, portal_file(tmp_path / "c.csv", [ELM, OAK]), replace_period=True)
    assert streets(await records(sqlite_store)) == ["On or near Elm Street", "On or near Oak Road"]
    with pytest.raises(CallError, match="load 3 has changed 1 of its records"):
        await undo_load(sqlite_store, 2, by="9001", now=NOW)
    assert streets(await records(sqlite_store)) == ["On or near Elm Street", "On or near Oak Road"]


async def test_replacing_a_period_takes_no_record_outside_the_files_own_dates(
    sqlite_store: Store, tmp_path: Path
) -> None:
    def nyc(days: list[str]) -> Path:
        rows = [{key: value for key, value in OWN.items() if key != "id"} | {"occurred_from": f"{day}T10:10:00",
                 "occurred_to": "", "reported": ""} for day in days]  # fmt: skip
        return portal_file(tmp_path / f"incidents-{days[0]}.csv", rows)

    async def bring(path: Path, *, replace: bool) -> Any:
        options = Options(format="generic", zone=LONDON, confirm=agree, replace_period=replace)
        return (await load_files(sqlite_store, path, options, by="9001", now=NOW, progress=quiet))[0]

    await bring(nyc(["2025-05-15", "2025-05-20", "2025-06-02", "2025-06-10"]), replace=False)
    report = await bring(nyc(["2025-06-01", "2025-06-02", "2025-06-20"]), replace=True)
    days = sorted(
        datetime.fromtimestamp(each["local"], UTC).strftime("%m-%d")
        for each in (await records(sqlite_store)).values()
    )
    assert (days, report.withdrawn) == (["05-15", "05-20", "06-01", "06-02", "06-20"], 1)


def agree(_file: str, source: str, proposal: Proposal) -> ColumnMap:
    return map_of(proposal, source)


def quiet(_done: int, _all: int | None) -> None:
    """Nobody watches."""


async def test_a_stamp_that_came_with_the_same_content_still_orders_later_versions(
    sqlite_store: Store, tmp_path: Path
) -> None:
    old = portal_row(ID="1", IUCR="0890", Updated_On="02/10/2016 03:50:01 PM")
    new = portal_row(ID="1", IUCR="0820", Updated_On="02/10/2018 03:50:01 PM")
    bare = portal_row(ID="1", IUCR="0820", Updated_On="")
    for number, rows in enumerate(([bare], [new], [old])):
        await load(sqlite_store, portal_file(tmp_path / f"{number}.csv", rows))
    assert [each["code"] for each in (await records(sqlite_store)).values()] == ["0820"]


@pytest.mark.parametrize("backwards", [False, True])
async def test_the_spelling_of_an_area_does_not_depend_on_the_order_of_rows(
    sqlite_store: Store, tmp_path: Path, backwards: bool
) -> None:
    rows = [OWN | {"id": "A1", "beat": "0101"}, OWN | {"id": "A2", "beat": "101"}]
    path = portal_file(tmp_path / "a.csv", rows[::-1] if backwards else rows)
    await load(sqlite_store, path, zone=LONDON)
    assert {each["beat"] for each in (await records(sqlite_store)).values()} == {"0101"}


async def test_another_spelling_of_an_area_is_no_correction(sqlite_store: Store, tmp_path: Path) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [OWN | {"beat": "0101"}]), zone=LONDON)
    before = await content(sqlite_store)
    again = await load(sqlite_store, portal_file(tmp_path / "b.csv", [OWN | {"beat": "101"}]), zone=LONDON)
    assert await content(sqlite_store) == before
    assert (again.updated, again.known) == (0, 1)


async def test_a_months_record_moved_to_a_later_month_is_known_when_that_one_is_over(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [uk(Crime_ID="c1", Month="2018-05")]))
    await load(sqlite_store, portal_file(tmp_path / "b.csv", [uk(Crime_ID="c1", Month="2018-06")]))
    (record,) = (await records(sqlite_store)).values()
    assert record["known"] == record["end"]


async def test_a_day_without_a_clock_is_not_known_before_the_day_is_over(sqlite_store: Store, tmp_path: Path) -> None:
    row = OWN | {"occurred_from": "2026-02-01", "occurred_to": "", "reported": ""}
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [row]), zone=LONDON)
    (record,) = (await records(sqlite_store)).values()
    assert record["known"] >= int(datetime(2026, 2, 1, 23, 59, tzinfo=UTC).timestamp())


async def test_a_reported_month_is_known_when_it_is_over(sqlite_store: Store, tmp_path: Path) -> None:
    row = OWN | {"occurred_from": "2026-01-20T10:10:00", "occurred_to": "", "reported": "2026-01"}
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [row]), zone=LONDON)
    (record,) = (await records(sqlite_store)).values()
    assert record["known"] == int(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC).timestamp())


async def test_two_systems_whose_files_have_one_name_do_not_overwrite_each_other(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Neither name is of Latin letters, so that both become the same source; the numbers of both begin at 1."""
    for folder, name, columns in (
        ("a", "кражи.csv", ("Number", "Date of offence", "Offence", "Latitude", "Longitude")),
        ("b", "дтп.csv", ("Ref", "When", "Category", "Lat", "Long")),
    ):
        (tmp_path / folder).mkdir()
        rows = [
            dict(zip(columns, (str(n), f"2025-03-{n:02d} 14:{n + 10}", f"Theft {folder}", f"51.5{n:02d}",
                               f"-0.1{n:02d}"), strict=True))
            for n in range(1, 20)
        ]  # fmt: skip
        path = portal_file(tmp_path / folder / name, rows)
        options = Options(zone=LONDON, confirm=agree)
        try:
            await load_files(sqlite_store, path, options, by="9001", now=NOW, progress=quiet)
        except CallError:
            assert folder == "b"
    assert [each["code"] for each in (await records(sqlite_store)).values()].count("Theft a") == 19


async def test_two_unknown_tables_in_one_archive_are_each_read_by_their_own_mapping(
    sqlite_store: Store, tmp_path: Path
) -> None:
    first = ["Number,Date of offence,Offence,Latitude,Longitude"]
    second = ["Ref,When,Category,Lat,Long"]
    for n in range(1, 20):
        first.append(f"{n},2025-03-{n:02d} 14:{n + 10},Theft,51.5{n:02d},-0.1{n:02d}")
        second.append(f"B{n},2025-04-{n:02d} 14:{n + 10},Burglary,51.5{n:02d},-0.1{n:02d}")
    with ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.csv", "\n".join(first))
        archive.writestr("b.csv", "\n".join(second))
    options = Options(format="generic", zone=LONDON, confirm=agree)
    try:
        await load_files(sqlite_store, tmp_path / "both.zip", options, by="9001", now=NOW, progress=quiet)
    except CallError:
        return
    assert {each["code"] for each in (await records(sqlite_store)).values()} == {"Theft", "Burglary"}


async def test_areas_that_only_stops_name_are_no_places(sqlite_store: Store, tmp_path: Path) -> None:
    from ilp_core.collect.inputs.templates import template_text

    header, example = template_text("stops").splitlines()[:2]
    names, values = header.split(","), example.split(",")
    row = dict(zip(names, values, strict=False)) | {"id": "S1", "beat": "9901", "lat": "38.5", "lon": "-47.0"}
    row = {name: row[name] for name in names} | {"occurred_from": "2026-02-01T22:10:00"}
    await load(sqlite_store, portal_file(tmp_path / "stops.csv", [row]), zone=LONDON, kind="stop")
    await load(sqlite_store, portal_file(tmp_path / "a.csv", [OWN | {"beat": "0101"}]), zone=LONDON)
    async with sqlite_store.read() as uow:
        assert [str(area.ref.code) for area in await uow.areas.all() if area.ref.kind == "beat"] == ["0101"]
    await renew_gazetteer(sqlite_store)
    async with sqlite_store.read() as uow:
        assert [entry.label for entry in await read(uow) if "9901" in entry.label] == []


async def test_two_undos_at_once_take_a_load_back_once(postgres_database: str, tmp_path: Path) -> None:
    store = open_store(postgres_database)
    engine = create_async_engine(database_url(postgres_database))
    try:
        await load(store, portal_file(tmp_path / "a.csv", [portal_row(ID="1")]))
        async with engine.begin() as holding:
            # A load is under way: both undoings wait for it.
            await holding.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": IMPORT_LOCK})
            both = [asyncio.create_task(undo_load(store, 1, by=who, now=NOW)) for who in ("9001", "9002")]
            await _waiting(engine, 2)
        done = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == ["CallError", "Load"]
    finally:
        await engine.dispose()
        await store.close()


async def test_an_undo_that_waited_for_a_load_looks_at_what_that_load_changed(
    postgres_database: str, tmp_path: Path
) -> None:
    store = open_store(postgres_database)
    engine = create_async_engine(database_url(postgres_database))
    try:
        await load(store, portal_file(tmp_path / "a.csv", [portal_row(ID="1")]))
        newer = portal_row(ID="1", IUCR="0890", Updated_On="02/11/2018 03:50:01 PM")
        path = portal_file(tmp_path / "b.csv", [newer])
        async with engine.begin() as holding:
            await holding.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": IMPORT_LOCK})
            loading = asyncio.create_task(load(store, path))
            await _waiting(engine, 1)
            undoing = asyncio.create_task(undo_load(store, 1, by="9001", now=NOW))
            await _waiting(engine, 2)
        done = await asyncio.gather(loading, undoing, return_exceptions=True)
        assert [type(each).__name__ for each in done] == ["LoadReport", "CallError"]
    finally:
        await engine.dispose()
        await store.close()


async def _waiting(engine: Any, count: int) -> None:
    """Until ``count`` sessions wait for the lock of loads."""
    wanted = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with asyncio.timeout(10):
        while True:
            async with engine.connect() as connection:
                if (await connection.execute(wanted)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.01)


async def test_an_answer_keeps_its_numbers_when_an_analyst_decides_on_a_doubt(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await settle(sqlite_store)
    await load_city(sqlite_store, tmp_path / "city.csv", history())
    desk = Desk(sqlite_store, ZONE)

    async def ask(words: str) -> Any:
        return (await desk.ask(Message("4471", AT, "command", words, past=True))).answer

    first = await ask("hotspots beat 0835")
    top = next(iter((await records(sqlite_store)).values()))
    async with sqlite_store.write() as uow:
        data = {"label": "", "lat": top["lat"], "lon": top["lon"], "rows": 40, "kinds": 6, "why": ""}
        doubt = await uow.doubts.propose(1, top["source"], "sink", f"{top['lat']:.6f},{top['lon']:.6f}", data)
        assert await uow.doubts.decide(doubt.id, "confirmed", by="9001", at=NOW, reason="")
    assert "same numbers" in (await ask(f"why {first.receipt}")).text
    assert "NOT the same" not in (await ask(f"why {first.receipt}")).text


def test_a_months_record_counts_in_its_own_month_and_in_no_part_of_it() -> None:
    """Among records with days and hours, so that no question is refused for the whole."""
    first = int(datetime(2016, 5, 1, tzinfo=UTC).timestamp())
    month = Made(first, end=first + 31 * DAY - 1, known=first + 31 * DAY - 1, timed=-1, code="burglary")
    frame = frame_of([month, *(days_ago(n) for n in range(1, 100, 9))])
    assert frame.month_only.any()

    def counted(start: int, end: int) -> int:
        rows = gather(frame, frame.seen(frame.all_rows, start, end, FRAME_NOW), Limits(), FRAME_NOW).rows
        return int(frame.month_only[rows].sum())

    # The week from Monday 25 April says nothing of a record of May, nor has all of April one; May has it.
    assert counted(first - 6 * DAY, first + DAY) == 0
    assert counted(first - 30 * DAY, first) == 0
    assert counted(first, first + 31 * DAY) == 1


def test_months_records_are_in_no_count_of_weekdays() -> None:
    first = int(datetime(2016, 5, 1, tzinfo=UTC).timestamp())
    month = Made(first, end=first + 31 * DAY - 1, known=first + 31 * DAY - 1, timed=-1, code="drugs")
    frame = frame_of([month, *(days_ago(n, "drugs") for n in (7, 14))])
    asked = Asked(Scope(), FRAME_NOW, FRAME_NOW - 364 * DAY, FRAME_NOW, Limits(("drugs",), None, ("fri",)), "count",
                  None, True)  # fmt: skip
    assert count_records(City(frame), asked) == 2


def test_months_records_are_no_past_for_a_micro_time_hotspot() -> None:
    """What happened in months says nothing of what is usual in a fortnight: such a source has no past to compare."""
    burst = [days_ago(day) for day in range(1, 12)]
    alone = frame_of(burst)
    assert find_micro_time(alone, alone.all_rows, FRAME_NOW, NO_SINKS, days_of(alone, FRAME_NOW)) == []
    old = [Made(FRAME_NOW - 300 * DAY, known=FRAME_NOW - 270 * DAY, end=FRAME_NOW - 270 * DAY, timed=-1, x=9_000.0)]
    frame = frame_of([*burst, *old])
    assert find_micro_time(frame, frame.all_rows, FRAME_NOW, NO_SINKS, days_of(frame, FRAME_NOW)) == []


def test_the_newest_record_is_the_one_that_ends_last() -> None:
    first = FRAME_NOW - 40 * DAY
    month = Made(first, end=first + 30 * DAY, known=first + 30 * DAY, timed=-1)
    frame = frame_of([month, Made(first + DAY)])
    assert frame.latest(frame.all_rows) == first + 30 * DAY
