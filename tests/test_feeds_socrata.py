"""Feeds of a Socrata portal: each row once, corrections, late rows, pages that change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ilp_core.collect.feeds import run as running
from ilp_core.collect.feeds import socrata
from ilp_core.words.en import feeds as words
from tests.feed_desk import START, Bench, bench
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


async def test_two_runs_load_each_row_once(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 9)]
    first = await town.run()
    assert first.result == "8 new, 0 changed, 0 known before, 0 rejected, from 1 file."
    assert (first.outcome, first.next_at) == ("new", START + timedelta(hours=1))
    assert sorted(town.desk.rows) == [str(number) for number in range(1, 9)]

    portal.rows += [crime(9, day(9)), crime(10, day(9))]
    town.forward(timedelta(hours=1))
    second = await town.run()
    # The last day before is read again: row 7 and 8 are known.
    assert second.tally.counts() == {"files": 1, "loaded": 2, "updated": 0, "known": 2, "rejected": 0, "refused": 0}
    assert len(town.desk.rows) == 10
    assert (await town.stored()).cursor["since"] == day(9)


async def test_a_corrected_row_is_updated(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 6)]
    await town.run()
    portal.rows[0] |= {"primary_type": "ROBBERY", ":updated_at": day(8)}
    assert (await town.run()).tally.updated == 1
    assert town.desk.rows["1"]["primary_type"] == "ROBBERY"


async def test_pages_are_joined_under_one_header_in_order_of_change(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 9)]
    await town.run()
    assert [call["rows"] for call in town.desk.calls] == [8]
    # Ends 1-3, 3-5, 5-7, 7-8: a page begins behind the rows of the last page's last moment.
    assert portal.served == [
        "200 /resource/abcd-1234.csv 3 rows",
        "200 /resource/abcd-1234.csv 3 rows",
        "200 /resource/abcd-1234.csv 2 rows",
    ]
    assert portal.asked[1] == {
        "$where": f"(:updated_at >= '{day(3)}')",
        "$select": ":id,:updated_at,*",
        "$order": ":updated_at,:id",
        "$limit": "3",
        "$offset": "1",
    }


async def test_rows_of_one_moment_are_passed_by_counting(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number) for number in range(1, 12)]
    await town.run()
    assert len(town.desk.rows) == 11
    assert [asked["$offset"] for asked in portal.asked] == ["0", "3", "6", "9"]


async def test_rows_without_a_moment_come_last_and_come_once(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1, day(1)), crime(2, day(2)), *(crime(number, "") for number in range(3, 8))]
    assert (await town.run()).tally.loaded == 7
    assert portal.asked[1]["$where"] == "(:updated_at IS NULL)"
    assert (await town.stored()).cursor["since"] == day(2)


async def test_a_row_that_moves_while_pages_are_read_hides_no_other(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number, day(number)) for number in range(1, 9)]

    def republish() -> None:
        # After the first page its first row changes and so moves to the end: counted places shift by one.
        portal.rows[0][":updated_at"] = day(20)

    portal.between = republish
    await town.run()
    assert sorted(town.desk.rows) == [str(number) for number in range(1, 9)]


async def test_counting_begins_again_where_the_data_set_changed_within_one_moment(
    portal: Portal, town: Bench
) -> None:
    portal.rows = [crime(number) for number in range(1, 9)]
    portal.between = lambda: portal.rows[0].update({":updated_at": day(20)})
    await town.run()
    assert sorted(town.desk.rows) == [str(number) for number in range(1, 9)]
    assert [asked["$offset"] for asked in portal.asked] == ["0", "3", "0", "3", "6"]


async def test_a_data_set_that_never_rests_is_left_for_later(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(number) for number in range(1, 9)]
    portal.restless = True
    assert (await town.run()).result == words.RESTLESS
    assert town.desk.calls == []


@pytest.mark.parametrize("heeds", [True, False])
async def test_an_unchanged_data_set_costs_no_body_and_no_load(portal: Portal, town: Bench, heeds: bool) -> None:
    portal.heeds_conditions = heeds
    portal.rows = [crime(number, day(number)) for number in range(1, 9)]
    await town.run()
    served, before = len(portal.served), (await town.stored()).cursor
    second = await town.run()
    [answer] = portal.served[served:]
    assert answer.startswith("304 " if heeds else "200 ")
    assert (second.outcome, second.result, len(town.desk.calls)) == ("same", words.NOTHING_NEW, 1)
    assert (await town.stored()).cursor == before


async def test_the_same_rows_are_not_loaded_again_where_only_the_date_is_new(portal: Portal, town: Bench) -> None:
    portal.rows = [crime(1, day(1)), crime(2, day(1))]
    await town.run()
    portal.restless = True
    assert (await town.run()).result == words.NOTHING_NEW
    assert len(town.desk.calls) == 1


async def test_a_large_data_set_comes_in_several_files_and_is_resumed(
    portal: Portal, town: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socrata, "HAUL_ROWS", 6)
    monkeypatch.setattr(running, "MOST_FILES", 2)
    portal.rows = [crime(number) for number in range(1, 21)]
    first = await town.run()
    assert [call["rows"] for call in town.desk.calls] == [6, 6]
    assert first.next_at == START + running.SOON
    resume = (await town.stored()).cursor["resume"]
    assert (resume["value"], resume["offset"]) == (crime(1)[":updated_at"], 12)
    await town.run()
    assert [call["rows"] for call in town.desk.calls] == [6, 6, 6, 2]
    assert len(town.desk.rows) == 20
    assert (await town.run()).result == words.NOTHING_NEW
    cursor = (await town.stored()).cursor
    assert "resume" not in cursor
    assert cursor["caught_up"]
