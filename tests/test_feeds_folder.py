"""Feeds of a folder: files that are new or changed and whole, each once, and nothing from outside."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ilp_core.collect.feeds import run as running
from ilp_core.words.en import feeds as words
from tests.feed_desk import START, Bench, bench

LONG_AGO = START - timedelta(days=1)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
async def town(inbox: Path, sqlite_database: str) -> AsyncIterator[Bench]:
    async with bench(sqlite_database, "folder", str(inbox)) as made:
        yield made


def put(path: Path, *rows: str, age: timedelta = timedelta(days=1)) -> Path:
    """A file of rows that was last changed so long before the start."""
    path.write_text("id,what\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    moment = (START - age).timestamp()
    os.utime(path, (moment, moment))
    return path


async def test_new_and_changed_files_come_once(inbox: Path, town: Bench) -> None:
    put(inbox / "b.csv", "1,a", "2,b", age=timedelta(days=3))
    put(inbox / "A.CSV", "3,c")
    first = await town.run()
    assert first.result == "3 new, 0 changed, 0 known before, 0 rejected, from 2 files."
    # In the order in which they were changed, so that the later version wins.
    assert [call["file"] for call in town.desk.calls] == ["b.csv", "A.CSV"]
    assert (await town.run()).result == words.NOTHING_NEW
    put(inbox / "b.csv", "1,a", "2,c", age=timedelta(hours=2))
    assert (await town.run()).tally.updated == 1
    assert len(town.desk.calls) == 3


async def test_a_file_that_was_only_touched_is_not_loaded_again(inbox: Path, town: Bench) -> None:
    put(inbox / "a.csv", "1,a")
    await town.run()
    put(inbox / "a.csv", "1,a", age=timedelta(hours=1))
    assert (await town.run()).result == words.NOTHING_NEW
    assert len(town.desk.calls) == 1


async def test_a_file_that_is_still_being_written_waits(inbox: Path, town: Bench) -> None:
    put(inbox / "a.csv", "1,a", age=timedelta(seconds=2))
    first = await town.run()
    assert first.result == f"{words.NOTHING_NEW} {words.WAITING.format(names='a.csv')}"
    assert first.next_at == START + running.SOON
    # It grew meanwhile.
    put(inbox / "a.csv", "1,a", "2,b", age=timedelta(seconds=1))
    assert (await town.run()).tally.files == 0
    # The same at two looks is whole, whatever this machine's clock says.
    assert (await town.run()).tally.loaded == 2


async def test_files_of_other_endings_are_named_once_and_are_no_failure(inbox: Path, town: Bench) -> None:
    put(inbox / "a.csv", "1,a")
    for name in ("täglich.xlsx", "bericht.pdf", "A.XLSX", "notes.txt", ".hidden.pdf", "b.pdf.part", "c.xlsx~"):
        put(inbox / name, "1,a")
    (inbox / "folder.pdf").mkdir()
    (inbox / "away.pdf").symlink_to(inbox.parent)
    left = words.LEFT.format(
        names=words.MORE.format(names="A.XLSX, bericht.pdf, notes.txt", count=1),
        patterns="*.csv, *.csv.gz, *.zip, *.parquet",
    )
    first = await town.run()
    assert first.outcome == "new"
    assert first.result == f"1 new, 0 changed, 0 known before, 0 rejected, from 1 file. {left}"
    again = await town.run()
    assert (again.outcome, again.result, again.why) == ("same", f"{words.NOTHING_NEW} {left}", None)
    stored = await town.stored()
    assert (stored.left_alone.count, stored.failures, stored.refused) == (4, 0, ())
    for name in ("täglich.xlsx", "bericht.pdf", "A.XLSX", "notes.txt"):
        (inbox / name).unlink()
    assert (await town.run()).result == words.NOTHING_NEW
    assert (await town.stored()).left_alone.count == 0


async def test_a_file_that_was_refused_is_tried_again_when_it_changed(inbox: Path, town: Bench) -> None:
    put(inbox / "bad.csv", "1,spoiled", age=timedelta(days=2))
    put(inbox / "good.csv", "2,b")
    first = await town.run()
    assert first.outcome == "new"
    assert first.result == (
        "1 new, 0 changed, 0 known before, 0 rejected, from 1 file. "
        "bad.csv was not loaded: bad.csv is spoiled. Export it again."
    )
    assert (await town.stored()).refused == ("bad.csv",)
    again = await town.run()
    assert again.result == f"{words.NOTHING_NEW} {words.STILL_REFUSED.format(names='bad.csv')}"
    assert len(town.desk.calls) == 2
    put(inbox / "bad.csv", "1,mended", age=timedelta(hours=1))
    assert (await town.run()).tally.loaded == 1
    assert (await town.stored()).refused == ()


async def test_a_file_that_was_refused_is_tried_again_once_something_was_agreed_on(
    inbox: Path, sqlite_database: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("one", encoding="utf-8")
    async with bench(sqlite_database, "folder", str(inbox), map=str(own)) as town:
        put(inbox / "bad.csv", "1,spoiled")

        async def tries() -> int:
            # The second look is there to see that none tries again for nothing.
            for _ in range(2):
                town.feed = await town.stored()
                await town.run()
            assert (await town.stored()).refused == ("bad.csv",)
            return len(town.desk.calls)

        assert await tries() == 1
        async with town.store.write() as uow:
            await uow.settings.set("mapping:0123", "a mapping for some columns")
        assert await tries() == 2
        async with town.store.write() as uow:
            await uow.settings.set("mapping:0123", "another for the same columns")
        assert await tries() == 3
        own.write_text("two", encoding="utf-8")
        assert await tries() == 4
        own.unlink()
        assert await tries() == 5
        # Touched and agreed on at once, it is tried once.
        put(inbox / "bad.csv", "1,spoiled", age=timedelta(hours=1))
        own.write_text("three", encoding="utf-8")
        assert await tries() == 6
        put(inbox / "bad.csv", "1,spoiled", age=timedelta(minutes=1))
        assert await tries() == 6


async def test_a_file_that_an_older_program_refused_is_tried_again(inbox: Path, town: Bench) -> None:
    put(inbox / "bad.csv", "1,spoiled")
    await town.run()
    stored = await town.stored()
    files = {
        "bad.csv": {name: value for name, value in stored.cursor["files"]["bad.csv"].items() if name != "agreed"}
    }
    town.feed = replace(stored, cursor={"files": files})
    async with town.store.write() as uow:
        await uow.feeds.remember(stored.id, town.feed.cursor)
    await town.run()
    await town.run()
    assert len(town.desk.calls) == 2


async def test_what_is_no_file_of_the_folder_is_left_alone(inbox: Path, town: Bench, tmp_path: Path) -> None:
    outside = put(tmp_path / "secret.csv", "1,secret")
    (inbox / "link.csv").symlink_to(outside)
    (inbox / "loop.csv").symlink_to(inbox / "loop.csv")
    (inbox / "up.csv").symlink_to("../secret.csv")
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "folder.csv").mkdir()
    for name in (".hidden.csv", "a.csv.part", "b.csv.tmp", "c.csv~", "notes.txt", "new\nline.csv"):
        put(inbox / name, "2,b")
    inside = put(inbox / "real.csv", "3,c")
    (inbox / "alias.csv").symlink_to(inside)
    await town.run()
    assert [(call["file"], call["rows"]) for call in town.desk.calls] == [("real.csv", 1), ("real.csv", 1)]
    assert sorted(town.desk.rows) == ["3"]


async def test_names_can_be_chosen_by_pattern(inbox: Path, sqlite_database: str) -> None:
    for name in ("crimes-1.csv", "calls-1.csv", "crimes.txt"):
        put(inbox / name, "1,a")
    async with bench(sqlite_database, "folder", str(inbox), patterns=("crimes*",)) as town:
        await town.run()
        assert sorted(call["file"] for call in town.desk.calls) == ["crimes-1.csv", "crimes.txt"]


async def test_a_folder_that_is_gone_is_said_and_found_again(inbox: Path, town: Bench, tmp_path: Path) -> None:
    put(inbox / "a.csv", "1,a")
    await town.run()
    away = tmp_path / "away"
    os.rename(inbox, away)
    assert (await town.run()).result == words.NO_FOLDER.format(folder=inbox)
    os.rename(away, inbox)
    assert (await town.run()).result == words.NOTHING_NEW
    assert len(town.desk.calls) == 1


async def test_files_that_are_gone_are_forgotten(inbox: Path, town: Bench) -> None:
    put(inbox / "a.csv", "1,a").unlink()
    put(inbox / "b.csv", "1,a")
    await town.run()
    (inbox / "b.csv").unlink()
    await town.run()
    assert (await town.stored()).cursor["files"] == {}


async def test_many_files_come_in_several_runs(inbox: Path, town: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_FILES", 2)
    for number in range(5):
        put(inbox / f"{number}.csv", f"{number},a")
    first = await town.run()
    assert (first.tally.files, first.next_at) == (2, START + running.SOON)
    await town.run()
    await town.run()
    assert len(town.desk.calls) == 5
