"""Words that no table knows: counted as marks, written out once three officers used one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.chores import Chores
from bot.metrics import Metrics
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.unknown_words import KEPT, use_of
from ilp_core.collect.places.gazetteer import ensure_gazetteer
from ilp_core.domain.errors import WorkError
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store
from ilp_core.storage.envelopes import Envelopes
from ilp_core.storage.unknown_words import UnknownWord
from ilp_core.storage.word_tables import unknown_use, unknown_word
from tests.command_line import call, refused
from tests.small_city import AT, ZONE, history, load, settle

SECRET = b"k" * 32
DAY = date(2026, 11, 22)
BADGES = ("4471", "4472", "4473", "4474")
PLANTED = "zelmstone"


async def desk_with_officers(store: Store, folder: Path) -> Desk:
    await settle(store)
    await load(store, folder / "first.csv", history())
    await ensure_gazetteer(store)
    async with store.write() as uow:
        for badge in BADGES[1:]:
            await uow.officers.add(Officer(badge, "officer", AreaRef("beat", "0835"), "evenings"), AT)
    return Desk(store, ZONE)


async def say(desk: Desk, badge: str, text: str, **other: Any) -> Reply:
    return await desk.ask(Message(badge, AT, "command", text, **other))


async def stored(store: Store) -> list[Any]:
    async with store.connection() as connection:
        uses = (await connection.execute(select(unknown_use))).all()
        return [*uses, *(await connection.execute(select(unknown_word))).all()]


async def listed(store: Store, since: date = DAY) -> list[UnknownWord]:
    async with store.read() as uow:
        return await uow.unknown_words.since(since)


async def note(store: Store, badge: str, words: Sequence[str], day: date = DAY) -> None:
    async with store.write() as uow:
        await uow.unknown_words.note({word: use_of(SECRET, badge, word) for word in words}, day)


def everything_in(folder: Path) -> bytes:
    """The bytes of the database, its log and its keys."""
    files = [file for file in folder.iterdir() if file.suffix != ".csv"]
    assert {"beatdesk.db", "beatdesk.db-wal"} <= {file.name for file in files}
    return b"".join(file.read_bytes() for file in files)


async def test_a_word_is_written_out_once_three_officers_have_used_it(store: Store) -> None:
    for badge in BADGES[:2]:
        for day in (DAY, DAY + timedelta(days=1)):
            await note(store, badge, ["jugging", "obbo"], day)
    assert await listed(store) == []
    await note(store, BADGES[2], ["jugging"], DAY)
    assert await listed(store) == [UnknownWord("jugging", 3, 5, DAY + timedelta(days=1))]
    await note(store, BADGES[2], ["jugging"], DAY)
    assert await listed(store) == [UnknownWord("jugging", 3, 6, DAY + timedelta(days=1))]
    # Too few of them have used it since.
    assert await listed(store, DAY + timedelta(days=1)) == []


async def test_uses_of_90_days_ago_are_dropped_and_the_word_with_them(store: Store) -> None:
    for badge, day in zip(BADGES, (DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)), strict=True):
        await note(store, badge, ["jugging"], day)
    async with store.write() as uow:
        await uow.unknown_words.forget(DAY)
    assert [word.officers for word in await listed(store)] == [4]
    async with store.write() as uow:
        await uow.unknown_words.forget(DAY + timedelta(days=1))
    rows = await stored(store)
    assert len(rows) == 2
    assert not any("jugging" in row for row in rows)


def test_what_one_officer_typed_cannot_be_told_to_belong_together() -> None:
    one, other, again = (
        use_of(SECRET, "4471", "jugging"),
        use_of(SECRET, "4471", "obbo"),
        use_of(SECRET, "4472", "obbo"),
    )
    assert len({one.officer, other.officer, again.officer}) == 3
    assert other.word == again.word != one.word
    assert use_of(b"x" * 32, "4471", "obbo").word != other.word


async def test_g51_a_name_that_two_officers_type_is_nowhere(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_with_officers(sqlite_store, tmp_path)
    for badge in (*BADGES[:2], BADGES[0]):
        reply = await say(desk, badge, f"hot robberies {PLANTED}")
        assert reply.unknown == (PLANTED,)
    assert len(await stored(sqlite_store)) == 2
    assert PLANTED.encode() not in everything_in(tmp_path)

    # It is the third officer that makes a word of it: what is looked for is found where it is.
    await say(desk, BADGES[2], f"hot robberies {PLANTED}")
    assert [word.word for word in await listed(sqlite_store, AT.date())] == [PLANTED]
    assert PLANTED.encode() in everything_in(tmp_path)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("look up john zelmstone", "refuse"),
        ("assign zelmstone to elm", "refuse"),
        ("shots fired need backup zelmstone", "emergency"),
        ("cant do this anymore zelmstone", "welfare"),
        ("tip: zelmstone sells at elm", "tip"),
        ("concern: zelmstone parks there", "concern"),
        ("who says oak is hot its dead zelmstone", "disagree"),
        ("hot robberies zelmstone " + "and then he said to me that we should look " * 2, None),
    ],
)
async def test_nothing_is_kept_of_what_may_tell_of_people(
    sqlite_store: Store, tmp_path: Path, text: str, intent: str | None
) -> None:
    desk = await desk_with_officers(sqlite_store, tmp_path)
    for badge in BADGES:
        reply = await say(desk, badge, text)
        assert intent in (None, reply.question.intent)
    assert await stored(sqlite_store) == []
    assert PLANTED.encode() not in everything_in(tmp_path)


async def test_dry_runs_and_past_moments_write_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await desk_with_officers(sqlite_store, tmp_path)
    message = Message(BADGES[0], AT, "command", f"hot robberies {PLANTED}")
    await desk.ask(message, dry_run=True)
    await say(desk, BADGES[0], f"hot robberies {PLANTED}", past=True)
    assert await stored(sqlite_store) == []
    await desk.ask(message)
    assert len(await stored(sqlite_store)) == 1


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("hot bturgs bt 834 tonite pls", ()),
        ("hot robberies near elm st", ()),
        ("whats the kitchen situation", ()),
        ("hot zo zelm7 zelmstonezelmstonezelm", ()),
        ("zorky robberies obbo", ("zorky", "obbo")),
        ("hotspots zorky zorky", ("zorky", "zorky")),
    ],
)
async def test_only_what_no_table_and_no_place_knows_counts(
    sqlite_store: Store, tmp_path: Path, text: str, unknown: tuple[str, ...]
) -> None:
    desk = await desk_with_officers(sqlite_store, tmp_path)
    assert (await say(desk, BADGES[0], text)).unknown == unknown


async def test_an_answer_is_kept_though_the_key_ring_is_away(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = await desk_with_officers(sqlite_store, tmp_path)

    async def away(_names: Sequence[str]) -> dict[str, bytes]:
        raise WorkError("The database keys is busy.")

    monkeypatch.setattr(sqlite_store.keys, "get", away)
    reply = await say(desk, BADGES[0], f"hot robberies {PLANTED}")
    async with sqlite_store.read() as uow:
        assert await uow.receipts.get(reply.answer.receipt or "") is not None
    assert await stored(sqlite_store) == []
    assert "unknown words are not counted" in caplog.text
    assert PLANTED not in caplog.text


async def test_the_bots_chores_drop_old_uses(sqlite_store: Store) -> None:
    now = datetime.now(tz=UTC)
    await note(sqlite_store, BADGES[0], ["old"], (now - KEPT - timedelta(days=1)).date())
    await note(sqlite_store, BADGES[0], ["new"], (now - KEPT + timedelta(days=1)).date())
    chores = Chores(sqlite_store, "one", Envelopes(sqlite_store.keys, lambda: now), Metrics())
    await chores.tidy()
    assert [row.word for row in await stored(sqlite_store)] == [use_of(SECRET, BADGES[0], "new").word]


def test_the_list_is_of_words_to_explain_and_forgets_those_that_are(city: Path) -> None:
    assert call("words", "unknown").stdout.startswith("No word that no table knows was used by 3 officers")
    for badge in BADGES[1:]:
        call("officer", "add", badge, "--role", "officer", "--area", "beat:0835", "--shift", "evenings")
    for badge in BADGES[:3]:
        call("ask", "zorky robberies", "--as", badge)
    today = datetime.now(tz=UTC).date()

    [row] = json.loads(call("words", "unknown", "--json").stdout)
    assert {key: row[key] for key in ("word", "officers", "uses")} == {"word": "zorky", "officers": 3, "uses": 3}
    assert abs(date.fromisoformat(row["last"]) - today) <= timedelta(days=1)
    assert call("words", "unknown").stdout.startswith("zorky                  3 officers     3 times, last 20")
    later = (today + timedelta(days=2)).isoformat()
    assert json.loads(call("words", "unknown", "--since", later, "--json").stdout) == []
    assert refused("words", "unknown", "--since", "monday") == "monday is no day. Write it like 2026-11-01."

    call("words", "add", "filler", "zorky")
    assert json.loads(call("words", "unknown", "--json").stdout) == []
