"""Records of which only the month is known: what they answer, and what they must not be asked (doctrine 3.8)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store
from ilp_core.words.en import answers
from tests.frames import DAY, Made, days_ago, find, frame_of
from tests.test_collect_load import NOW, OWN, load, portal_file
from tests.test_collect_versions import uk

AT = datetime.fromisoformat("2018-08-10T21:30:00+01:00")


async def desk_of(store: Store, folder: Path) -> Desk:
    """A desk over thirteen months of a made-up force: a burglary street, vehicle crime elsewhere."""
    await load_presets(store)
    rows = []
    for month in range(13):
        name = f"{2017 + (6 + month) // 12}-{(6 + month) % 12 + 1:02d}"
        rows += [uk(Crime_ID=f"b{month}-{number}", Month=name, Crime_type="Burglary") for number in range(3)]
        rows.append(uk(Crime_ID=f"v{month}", Month=name, Crime_type="Vehicle crime", Location="On or near Oak Road",
                       Latitude="53.81"))  # fmt: skip
    await load(store, portal_file(folder / "street.csv", rows))
    async with store.write() as uow:
        await uow.officers.add(Officer("4471", "officer", AreaRef("neighbourhood", "E01000001"), "evenings"), NOW)
    return Desk(store)


async def ask(desk: Desk, words: str) -> Any:
    return (await desk.ask(Message("4471", AT, "command", words, past=True), dry_run=True)).answer


@pytest.mark.parametrize(
    "words", ["burglaries last 7", "hotspots nights", "burglaries after 10pm", "hotspots fri and sat"]
)
async def test_a_question_finer_than_a_month_is_answered_with_what_the_data_lacks(
    sqlite_store: Store, tmp_path: Path, words: str
) -> None:
    answer = await ask(await desk_of(sqlite_store, tmp_path), words)
    assert answer.paragraphs == (answers.TOO_COARSE["month"],)
    assert answer.items == ()


async def test_a_month_is_not_its_own_measure(sqlite_store: Store, tmp_path: Path) -> None:
    """Of the year without July ten whole months are on file, with three burglaries each."""
    answer = await ask(await desk_of(sqlite_store, tmp_path), "hotspots burglaries last month")
    assert answer.items[0].lines[0] == "3 last month, usual 2.8."


async def test_the_years_places_are_named_and_said_not_to_be_tonights(sqlite_store: Store, tmp_path: Path) -> None:
    answer = await ask(await desk_of(sqlite_store, tmp_path), "whats hot tonight")
    assert [item.title for item in answer.items][:1] == ["On or near Elm Street"]
    assert answers.COARSE_NOTES["month"] in " ".join(answer.notes)
    assert answer.items[0].lines[0] == "33 a year."
    # The newest record is as old as its month's end.
    assert "9 days old" in answer.text
    assert "14 days" not in answer.text
    assert len(answer.text) <= 600


async def test_what_is_only_counted_is_counted_without_this_shifts_hours(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_of(sqlite_store, tmp_path)
    rows = [uk(Crime_ID="", Month="2018-07", Crime_type="Anti-social behaviour") for _ in range(4)]
    await load(sqlite_store, portal_file(tmp_path / "asb.csv", rows))
    answer = await ask(desk, "asb")
    assert answer.paragraphs[0].startswith("4 antisocial behaviour records in E01000001, 364 days. ")


async def test_a_month_is_known_when_it_is_over(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_of(sqlite_store, tmp_path)
    counts = {}
    for day in ("2018-07-31T12:00:00+01:00", "2018-08-01T12:00:00+01:00"):
        at = datetime.fromisoformat(day)
        reply = await desk.ask(Message("4471", at, "command", "burglaries", past=True), dry_run=True)
        counts[day[:7]] = reply.items[0]["count"]
    # July's three are not there before July is over.
    assert counts["2018-08"] - counts["2018-07"] in (0, 3)
    early = await ask(desk, "burglaries")
    assert early.items


async def test_a_file_of_days_without_hours_answers_for_days(sqlite_store: Store, tmp_path: Path) -> None:
    await load_presets(sqlite_store)
    rows = [
        OWN
        | {
            "id": f"A{n}",
            "occurred_from": f"2018-{n % 7 + 1:02d}-{n % 27 + 1:02d}",
            "occurred_to": "",
            "reported": "",
        }
        for n in range(40)
    ]
    await load(sqlite_store, portal_file(tmp_path / "days.csv", rows), zone="Europe/London")
    async with sqlite_store.write() as uow:
        await uow.officers.add(Officer("4471", "officer", AreaRef("beat", "0101"), "evenings"), NOW)
    desk = Desk(sqlite_store)
    assert (await ask(desk, "hotspots nights")).paragraphs == (answers.TOO_COARSE["day"],)
    assert (await ask(desk, "hotspots tue and wed")).paragraphs == ()
    listed = await ask(desk, "whats hot")
    assert len(listed.items) == 1
    assert answers.COARSE_NOTES["day"] in " ".join(listed.notes)


def test_months_open_no_micro_time_hotspot() -> None:
    burst = [days_ago(day, timed=timed) for day in range(1, 12) for timed in (1,)]
    quiet = [days_ago(40 + 30 * n, x=900.0, y=900.0) for n in range(12)]
    assert find(frame_of([*burst, *quiet])).micro
    monthly = [Made(**{**{name: getattr(row, name) for name in Made.__slots__}, "timed": -1}) for row in burst]
    assert find(frame_of([*monthly, *quiet])).micro == ()


def test_months_say_nothing_about_the_last_fortnight() -> None:
    rows = [Made(days_ago(30 * n + 5).time, timed=-1) for n in range(11)]
    found = find(frame_of(rows))
    assert [(place.count, place.recent) for place in found.places] == [(11, None)]
    mixed = find(frame_of([*rows, days_ago(3), days_ago(4)]))
    # The month's record of five days ago is none of them: its day is not known.
    assert [(place.count, place.recent) for place in mixed.places] == [(13, 2)]


def test_a_day_without_an_hour_still_has_a_day() -> None:
    rows = [Made(days_ago(day).time // DAY * DAY, timed=0) for day in (1, 3, 20, 60)]
    assert [place.recent for place in find(frame_of(rows)).places] == [2]
