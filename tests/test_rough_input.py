"""Rough input and rare moments: each of these failed once."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.collect.areas.load import load_areas
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.storage import Store
from ilp_core.words.en import desk as words
from tests import command_line, small_city
from tests.demo_town import ask, running_town
from tests.frames import DAY, RECORDING, Made, days_ago, find, frame_of, made_town, ranking
from tests.small_city import AT, ZONE, history, row, settle, write
from tests.test_collect_load import load as load_file
from tests.test_collect_load import portal_file, portal_row


@pytest.mark.parametrize("old", [days_ago(800, "drugs"), days_ago(800, domestic=1), days_ago(800, "shoplifting")])
@pytest.mark.parametrize("seed", [1, 3])
def test_an_old_record_that_may_not_rank_moves_no_place(old: Made, seed: int) -> None:
    town = made_town(seed, size=600, span=545 * DAY)
    assert ranking(find(frame_of([*town, old]))) == ranking(find(frame_of(town)))


@pytest.mark.parametrize(
    "old",
    [
        days_ago(360, "assault", domestic=-1, initiated=0),
        days_ago(360, x=float("nan"), y=float("nan"), initiated=0),
        days_ago(360, initiated=-1),
    ],
)
def test_an_old_record_that_may_not_rank_opens_no_micro_time_hotspot(old: Made) -> None:
    quiet = [days_ago(15 + 0.9 * n, x=1_500.0 * (n % 9) + 900, y=1_000.0 * (n % 7) + 900) for n in range(60)]
    burst = [days_ago(1.4 * n, x=float(n), y=0.0) for n in range(6)]
    rows = [replace(each, initiated=0) for each in (*quiet, *burst)]
    before = find(frame_of(rows, source=RECORDING))
    assert ranking(find(frame_of([old, *rows], source=RECORDING)))["micro"] == ranking(before)["micro"] == []


async def test_a_source_that_starts_later_changes_no_answer_of_before(sqlite_store: Store, tmp_path: Path) -> None:
    await settle(sqlite_store)
    days = [datetime(2016, 7, 15, 20, 10) - timedelta(days=3 * n) for n in range(60)]
    portal = [portal_row(ID=str(10**6 + n), Date=f"{day:%m/%d/%Y %I:%M:%S %p}") for n, day in enumerate(days)]
    await load_file(sqlite_store, portal_file(tmp_path / "p.csv", portal))
    message = Message("9001", AT, "command", "hotspots theft from vehicle dist 8", past=True)
    before = await Desk(sqlite_store).ask(message)
    later = [row(1, "010XX W ELM ST", datetime(2016, 9, 1, 20, 0))]
    await small_city.load(sqlite_store, tmp_path / "o.csv", later)
    assert (await Desk(sqlite_store).ask(message)).answer.text == before.answer.text


async def test_an_answer_shows_the_code_under_which_its_receipt_is_kept(sqlite_store: Store, tmp_path: Path) -> None:
    await settle(sqlite_store)
    await small_city.load(sqlite_store, tmp_path / "a.csv", history())
    desk = Desk(sqlite_store)
    hot, other = (Message(badge, AT, "command", "whats hot", past=True) for badge in ("4471", "2001"))
    code = (await desk.ask(hot, dry_run=True)).answer.receipt
    taken = (await desk.ask(other)).answer.receipt
    async with sqlite_store.write() as uow:
        kept = await uow.receipts.get(taken or "")
        assert kept
        await uow.receipts.save(replace(kept, code=code or ""), AT)
    shown = (await Desk(sqlite_store).ask(hot)).answer.receipt
    why = await Desk(sqlite_store).ask(Message("4471", AT, "command", f"why {shown}", past=True))
    assert "beat 0835" in why.answer.text


async def test_a_long_word_that_was_not_used_keeps_the_first_screen(sqlite_store: Store, tmp_path: Path) -> None:
    await settle(sqlite_store)
    await small_city.load(sqlite_store, tmp_path / "a.csv", history())
    reply = await Desk(sqlite_store).ask(Message("4471", AT, "command", f"whats hot {'x' * 450}", past=True))
    assert reply.items
    assert len(reply.answer.text) <= 600


async def test_g41_start_for_another_bot_does_not_pass_the_notice(tmp_path: Path) -> None:
    async with running_town(tmp_path) as town:
        phone = await town.stranger()
        await ask(phone, f"/start {await town.invited()}")
        assert (await ask(phone, "/start@other_bot whats hot")).text == words.BANNER
        stranger = await town.stranger()
        assert (await ask(stranger, "/start@other_bot whats hot")).text == words.STRANGER


async def test_a_badge_as_long_as_a_message_gets_a_sentence(tmp_path: Path) -> None:
    async with running_town(tmp_path) as town:
        supervisor = await town.officer("2001", "supervisor", "district:001")
        assert (
            await ask(supervisor, f"/invite {'x' * 4088}")
        ).text == f"Badge {'x' * 20} is not on file or is disabled. An admin adds it first."


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_a_moment_at_the_end_of_the_calendar(city: Path, at: str) -> None:
    command_line.refused("ask", "whats hot last month", "--as", "4471", "--at", at)


@pytest.mark.parametrize(
    "line",
    [
        {"id": "a", "as": "4471", "at": 5, "text": "whats hot"},
        {"id": "a", "as": "4471", "at": "0001-01-01T00:00:00+00:00", "text": "whats hot"},
        {"id": "a", "as": "\ud800", "text": "whats hot"},
        {"id": "\ud800", "as": "none", "text": "whats hot"},
    ],
)
def test_a_bad_line_gives_an_error_and_the_next_is_answered(city: Path, line: dict[str, Any]) -> None:
    good = {"id": "b", "as": "4471", "at": command_line.AT, "text": "whats hot"}
    file = city / "batch.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in (line, good)) + "[" * 100_000 + "\n")
    result = command_line.run("ask", "--batch", str(file))
    assert result.exit_code == 1
    answers = [json.loads(each) for each in result.stdout.splitlines()]
    assert ["error" in each for each in answers] == [True, False, True]


def test_an_officer_who_cannot_be_audited_is_not_added(city: Path) -> None:
    run = command_line.run("officer", "add", "5555", "--role", "officer", "--area", f"beat:{'x' * 200}")
    assert isinstance(run.exception, SystemExit)
    assert "5555" not in command_line.call("officer", "list").stdout


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("field", ["occurred_from", "occurred_to", "reported"])
async def test_a_date_at_the_end_of_the_calendar_is_counted(
    sqlite_store: Store, tmp_path: Path, field: str, when: str
) -> None:
    rows = [row(n, "010XX W ELM ST", datetime(2016, 7, 1 + n, 20, 10)) for n in range(5)]
    rows[2][field] = when
    report = await small_city.load(sqlite_store, tmp_path / "a.csv", rows)
    assert sum(report.rejected.values()) == 1


def _zipped(folder: Path, method: int) -> bytearray:
    file = folder / "a.zip"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.write(write(folder / "a.csv", history(40)), "a.csv")
    return bytearray(file.read_bytes())


@pytest.mark.parametrize("damage", ["encrypted", "method", "name", "offset", "lzma"])
async def test_a_zip_that_cannot_be_unpacked(sqlite_store: Store, tmp_path: Path, damage: str) -> None:
    data = _zipped(tmp_path, zipfile.ZIP_LZMA if damage == "lzma" else zipfile.ZIP_DEFLATED)
    entry = data.rfind(b"PK\x01\x02")
    if damage == "encrypted":
        data[6] |= 1
        data[entry + 8] |= 1
    elif damage == "method":
        data[8] = data[entry + 10] = 99
    elif damage == "name":
        data[30] ^= 8
    elif damage == "offset":
        data[entry + 45] ^= 128
    else:
        data[60] ^= 0x55
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(CallError):
        await load_file(sqlite_store, tmp_path / "a.zip")


async def test_a_parquet_file_with_one_column_twice(sqlite_store: Store, tmp_path: Path) -> None:
    rows = history(40)
    names = [*rows[0], "id"]
    table = pa.Table.from_arrays([pa.array([each[name] for each in rows]) for name in names], names=names)
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(CallError):
        await load_file(sqlite_store, tmp_path / "a.parquet", zone=ZONE)


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
HUGE = {"type": "Polygon", "coordinates": [[[10**400, 0], [0, 1], [1, 1], [0, 0]]]}


@pytest.mark.parametrize(
    "feature",
    [{"properties": each, "geometry": SQUARE} for each in (5, "abc", [1], ["BEAT"], True, {"BEAT": "\ud800"})]
    + [{"properties": {"BEAT": "2"}, "geometry": HUGE}],
)
async def test_a_feature_that_is_none_is_counted(sqlite_store: Store, tmp_path: Path, feature: Any) -> None:
    path = tmp_path / "a.geojson"
    good = {"properties": {"BEAT": "1"}, "geometry": SQUARE}
    path.write_text(json.dumps({"features": [good, feature]}))
    report = await load_areas(sqlite_store, path, kind="beat", code_field="BEAT", by="t", now=AT)
    assert (report.areas, sum(report.rejected.values())) == (1, 1)


async def test_a_geojson_file_of_brackets(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("[" * 200_000)
    with pytest.raises(DeskError):
        await load_areas(sqlite_store, path, kind="beat", code_field="BEAT", by="t", now=AT)
