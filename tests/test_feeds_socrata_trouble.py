"""Feeds of a Socrata portal in trouble: every way to fail, waits, kills, tokens, and addresses that are refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ilp_core.collect.feeds import socrata
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import DAY, LAST_WAIT, UPDATED_AT
from ilp_core.govern.audit import verify
from ilp_core.words.en import feeds as words
from tests.feed_desk import START, Bench, Killed, bench
from tests.portal import Portal, crime, running_portal

#: A redirect to elsewhere, as it is told.
AWAY = "127.0.0.1 redirects to another place "
MOVED = "Remove the feed and add it with the new address."


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with running_portal() as running:
        yield running


@pytest.fixture
async def town(portal: Portal, sqlite_database: str) -> AsyncIterator[Bench]:
    """A feed on the portal's data set, in pages of three rows."""
    async with bench(sqlite_database, "socrata", portal.data_set, page_rows=3) as made:
        yield made


def day(number: int, hour: int = 0) -> str:
    return f"2026-01-{number:02d}T{hour:02d}:00:00.000Z"


async def test_a_failed_run_moves_no_cursor(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 6)]
    await town.run()
    before = (await town.stored()).cursor
    portal.rows += [crime(number, day(number)) for number in range(6, 20)]
    portal.faults = ["", "", "500"]
    failed = await town.run()
    assert (failed.outcome, failed.why) == ("failed", "status 500")
    assert (await town.stored()).cursor == before
    assert len(town.desk.rows) == 5
    await town.run()
    assert len(town.desk.rows) == 19


async def test_a_load_that_fails_moves_no_cursor(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1, primary_type="spoiled")]
    failed = await town.run()
    assert failed.result == "city.csv is spoiled. Export it again."
    # Only a person can mend that: it is tried once a day.
    assert failed.next_at == START + DAY
    assert (await town.stored()).cursor == {}


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_kill_around_the_commit_loses_nothing(portal: Portal, town: Bench, moment: str) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 6)]

    def kill() -> None:
        raise Killed

    setattr(town.desk, moment, kill)
    with pytest.raises(Killed):
        await town.run()
    assert (await town.stored()).cursor == {}
    assert (await town.stored()).due(town.clock[0])
    setattr(town.desk, moment, lambda: None)
    await town.run()
    assert sorted(town.desk.rows) == ["1", "2", "3", "4", "5"]
    assert (await town.stored()).cursor["since"] == day(5)


async def test_waits_grow_while_it_fails_and_start_anew_when_it_does_not(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1)]
    portal.faults = ["500"] * 11
    waits = []
    for _ in range(11):
        failed = await town.run()
        assert failed.next_at is not None
        waits.append(failed.next_at - town.clock[0])
        town.clock[0] = failed.next_at
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits[-2:] == [LAST_WAIT, LAST_WAIT]
    assert (await town.stored()).failures == 11
    assert (await town.run()).outcome == "new"
    assert (await town.stored()).failures == 0
    portal.faults = ["500"]
    assert (await town.run()).next_at == town.clock[0] + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ("429 Retry-After: 90", timedelta(seconds=90)),
        ("503 Retry-After: 5400", timedelta(seconds=5400)),
        ("429 Retry-After: 99999999999", DAY),
        ("429", timedelta(minutes=1)),
        ("429 Retry-After: soon", timedelta(minutes=1)),
    ],
)
async def test_a_portal_that_names_a_wait_is_obeyed(portal: Portal, town: Bench, fault: str, wait: timedelta) -> None:
    portal.faults = [fault]
    failed = await town.run()
    assert failed.next_at == START + wait
    assert failed.result == words.BUSY_PORTAL.format(host="127.0.0.1", status=fault[:3])


@pytest.mark.parametrize(
    ("fault", "sentence", "wait"),
    [
        ("cut", "127.0.0.1 broke off before the end (RemoteProtocolError). It is tried again by itself.", "soon"),
        ("slow", words.SLOW.format(host="127.0.0.1"), "soon"),
        ("page", words.PAGE.format(host="127.0.0.1"), "soon"),
        ("page text/csv", words.PAGE.format(host="127.0.0.1"), "soon"),
        ("404", words.GONE.format(host="127.0.0.1", status=404), "day"),
        ("403", words.REFUSED_PORTAL.format(host="127.0.0.1", status=403), "day"),
        ("202", words.ODD_STATUS.format(host="127.0.0.1", status=202), "soon"),
        ("304", words.ODD_STATUS.format(host="127.0.0.1", status=304), "soon"),
        ("coding gzip, gzip", words.NOT_CODED.format(host="127.0.0.1", coding="gzip, gzip"), "soon"),
        ("bomb 4000000", words.TOO_LARGE.format(host="127.0.0.1", limit=1), "day"),
        ("302 Location: http://169.254.169.254/latest", AWAY + "(http://169.254.169.254). " + MOVED, "day"),
        ("302 Location: http://[/", words.NO_WEB.format(address="http://[/"), "day"),
        ("302 Location: file:///etc/passwd", AWAY + "(file://None). " + MOVED, "day"),
        ("raw", words.NOT_CSV.format(host="127.0.0.1"), "soon"),
        ('raw "id', words.NOT_CSV.format(host="127.0.0.1"), "soon"),
        ("raw id,block", words.NO_SINCE.format(column=UPDATED_AT), "day"),
        ("raw :updated_at\nyesterday", words.BAD_SINCE.format(column=UPDATED_AT, value="yesterday"), "day"),
        ("raw :updated_at\n" + "2026-01-01T00:00:00Z\n" * 4, words.NOT_PAGED.format(host="127.0.0.1"), "day"),
    ],
)  # fmt: skip
async def test_what_a_portal_does_wrong_is_said_and_changes_nothing(
    portal: Portal, sqlite_database: str, fault: str, sentence: str, wait: str
) -> None:
    async with bench(sqlite_database, "socrata", portal.data_set, page_rows=3, most_bytes=1024 * 1024) as town:
        portal.faults = [fault]
        failed = await town.run()
        assert failed.result == sentence
        assert failed.next_at == START + (DAY if wait == "day" else timedelta(minutes=1))
        assert ((await town.stored()).cursor, town.desk.calls) == ({}, [])


async def test_columns_that_change_between_pages_are_an_error(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 6)]
    portal.between = lambda: portal.rows[0].update(ward="7")
    assert (await town.run()).result == words.HEADER_CHANGED


async def test_pages_that_do_not_move_on_are_an_error(portal: Portal, town: Bench) -> None:
    page = "raw :updated_at,id\n" + "".join(f"{day(number)},{number}\n" for number in (1, 2, 3))
    portal.faults = [page] * 5
    assert (await town.run()).result == words.NOT_PAGED.format(host="127.0.0.1")
    assert len(portal.asked) == 2


async def test_a_stamp_from_the_future_does_not_hide_what_comes_next(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1, day(1)), crime(2, "2199-01-01T00:00:00.000Z")]
    await town.run()
    portal.rows.append(crime(3, "2026-03-01T12:30:00.000Z"))
    town.forward(timedelta(hours=1))
    await town.run()
    assert sorted(town.desk.rows) == ["1", "2", "3"]


async def test_a_column_of_the_data_set_can_tell_when_a_row_changed(portal: Portal, sqlite_database: str) -> None:
    async with bench(
        sqlite_database, "socrata", f"{portal.data_set}?district=008&$where=id > '0'", since_column="updated_on"
    ) as made:
        portal.rows = [
            crime(n, updated_on=f"2026-01-0{n}T10:00:00.000", district=f"00{n % 2 + 7}") for n in (1, 2, 3)
        ]
        await made.run()
        assert sorted(made.desk.rows) == ["1", "3"]
        portal.rows.append(crime(5, updated_on="2026-01-05T10:00:00.000"))
        await made.run()
        assert portal.asked[-1] | {"$limit": ""} == {
            "district": "008",
            "$where": "(id > '0') AND (updated_on >= '2026-01-02T10:00:00.000')",
            "$select": ":id,*",
            "$order": "updated_on,:id",
            "$limit": "",
            "$offset": "0",
        }
        assert sorted(made.desk.rows) == ["1", "3", "5"]


async def test_the_token_goes_to_the_portal_and_nowhere_else(
    portal: Portal, sqlite_database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(sqlite_database, "socrata", portal.data_set, token_env="CITY_TOKEN") as made:
        missing = await made.run()
        assert missing.result == words.UNSET_VARIABLE.format(name="CITY_TOKEN")
        assert portal.asked == []
        monkeypatch.setenv("CITY_TOKEN", "sesame-4711")
        portal.rows = [crime(1)]
        await made.run()
        assert portal.headers[-1]["x-app-token"] == "sesame-4711"
        assert portal.headers[-1]["user-agent"].startswith("beatdesk/")
        assert "sesame" not in repr(await made.stored())
        assert "sesame" not in caplog.text
        file = Path(sqlite_database.removeprefix("sqlite:///"))
        assert b"sesame-4711" not in await asyncio.to_thread(file.read_bytes)


async def test_an_address_of_this_machine_is_refused_unless_it_was_meant(
    portal: Portal, sqlite_database: str
) -> None:
    async with bench(sqlite_database, "socrata", portal.data_set, allow_private=False) as made:
        assert (await made.run()).result == words.PRIVATE.format(host="127.0.0.1")
        assert portal.asked == []


async def test_rows_are_known_from_the_day_they_come_once_the_feed_has_caught_up(
    portal: Portal, sqlite_database: str
) -> None:
    async with bench(
        sqlite_database, "socrata", portal.data_set, live=True, format="chicago", zone="Europe/London"
    ) as made:
        portal.rows = [crime(1, day(1))]
        await made.run()
        portal.rows = [crime(2, day(2))]
        await made.run()
        assert [call["live"] for call in made.desk.calls] == [False, True]
        expected = {"file": "city.csv", "format": "chicago", "zone": "Europe/London", "by": "test", "now": START}
        assert made.desk.calls[1] | expected | {"map": None, "replace_period": False} == made.desk.calls[1]


async def test_every_run_is_recorded_with_its_counts(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1), crime(2)]
    await town.run()
    portal.faults = ["500"]
    await town.run()
    async with town.store.read() as uow:
        rows = [row for row in await uow.audit.rows(after=0, limit=10) if row.action == "feed"]
        assert (await verify(uow)).broken is None
    assert [(row.actor, row.object, row.outcome, row.source) for row in rows] == [
        ("test", "city", "done", "test"),
        ("test", "city", "failed", "test"),
    ]
    assert rows[0].detail == {"files": 1, "loaded": 2, "updated": 0, "known": 0, "rejected": 0, "refused": 0}
    assert (rows[1].detail["why"], rows[1].detail["failures"]) == ("status 500", 1)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://data.cityofchicago.org/resource/ijzp-q8t2.csv", "https://data.cityofchicago.org/resource/ijzp-q8t2.csv"),
        ("https://data.cityofchicago.org/resource/ijzp-q8t2.json?ward=7", "https://data.cityofchicago.org/resource/ijzp-q8t2.csv?ward=7"),
        ("https://data.cityofchicago.org/Public-Safety/Crimes/ijzp-q8t2/about_data", "https://data.cityofchicago.org/resource/ijzp-q8t2.csv"),
        ("https://data.cityofchicago.org/d/ijzp-q8t2#top", "https://data.cityofchicago.org/resource/ijzp-q8t2.csv"),
    ],
)  # fmt: skip
def test_the_page_of_a_data_set_leads_to_its_rows(given: str, kept: str) -> None:
    assert socrata.settled(given, UPDATED_AT) == kept


@pytest.mark.parametrize(
    ("address", "column", "sentence"),
    [
        ("https://x.org/resource/crimes.csv", UPDATED_AT, words.BAD_SOCRATA.format(address="https://x.org/resource/crimes.csv")),
        ("https://x.org/d/ijzp-q8t2?$limit=5", UPDATED_AT, words.OWN_CLAUSE.format(clause="$limit")),
        ("https://x.org/d/ijzp-q8t2", "a; drop", words.NO_SINCE.format(column="a; drop")),
    ],
)  # fmt: skip
def test_what_is_no_data_set_is_refused_at_once(address: str, column: str, sentence: str) -> None:
    with pytest.raises(CallError) as refused:
        socrata.settled(address, column)
    assert str(refused.value) == sentence


def test_the_day_that_is_read_again_is_spelled_as_the_portal_spells() -> None:
    assert socrata._earlier("2026-03-01T05:00:00.500Z", UPDATED_AT) == "2026-02-28T05:00:00.500Z"
    assert socrata._earlier("2026-03-01T05:00:00.000", "updated_on") == "2026-02-28T05:00:00.000"
    assert socrata._capped("2199-01-01T00:00:00.000Z", datetime(2026, 3, 1, tzinfo=UTC), UPDATED_AT) == (
        "2026-03-02T00:00:00.000Z"
    )
