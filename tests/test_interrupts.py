"""Ctrl-C: a command ends with one sentence, with exit code 130, and says what became of a load. Never a traceback."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.commands import console
from bot.commands.loading import Left, Progress, coming_in
from bot.settings import Settings
from ilp_core.storage.in_place import connector
from ilp_core.words.en import commands as words
from tests.command_line import call
from tests.interrupted import POINTS
from tests.small_city import ZONE, history, write

ROOT = Path(__file__).parent.parent


def interrupted(point: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of its own process that is interrupted at a point."""
    return subprocess.run(
        [sys.executable, "-m", "tests.interrupted", point, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def stored(folder: Path) -> int:
    """How many loads are on file."""
    return len(json.loads(call("data", "list", "--json").stdout))


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("bot.commands.tree", ("import", "incidents", "city.csv")),
        ("ilp_core.storage", ("import", "incidents", "city.csv")),
        ("ilp_core.govern.audit", ("ask", "whats hot", "--as", "4471")),
        ("ilp_core.collect.load", ("import", "incidents", "city.csv")),
        ("typer", ("data", "list")),
    ],
)
def test_an_interrupt_while_modules_are_imported_ends_with_a_sentence(
    folder: Path, module: str, command: tuple[str, ...]
) -> None:
    call("migrate")
    write(folder / "city.csv", history(40))
    done = interrupted(f"module:{module}", *command)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == words.STOPPED_EARLY
    assert stored(folder) == 0


def test_an_interrupt_of_a_question_ends_with_a_sentence(city: Path) -> None:
    done = interrupted("module:ilp_core.assistant.desk", "ask", "whats hot", "--as", "4471")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", words.STOPPED)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", ["incidents", "calls"])
def test_an_interrupt_of_a_load_says_whether_it_was_stored(folder: Path, point: str, kind: str) -> None:
    call("migrate")
    write(folder / "city.csv", history(40))
    if kind == "calls":
        head = "id,received,cleared,type,description,priority,beat,lat,lon\n"
        row = "C1,2016-07-15T21:30:00,,ALARM,Alarm,2,0835,41.75,-87.7\n"
        (folder / "city.csv").write_text(head + row, encoding="utf-8")
    done = interrupted(point, "import", kind, "city.csv", "--tz", ZONE)
    loads = stored(folder)
    assert POINTS[point] in (bool(loads), None)
    nothing = words.STOPPED_NOTHING.format(file="city.csv")
    there = words.STOPPED_LOADED.format(loads=1, load=1, file="city.csv")
    assert (done.returncode, done.stderr.strip()) == (130, there if loads else nothing)
    assert done.stdout == ""


def test_an_interrupt_of_inputs_says_what_was_stored(folder: Path) -> None:
    call("migrate")
    head = "id,date,meeting,area,place,category,text,n,state,partner\n"
    row = "C1,2016-07-15,Beat meeting,,Elm Park,speeding,Cars race on Fridays,12,open,\n"
    (folder / "c.csv").write_text(head + row, encoding="utf-8")
    done = interrupted("module:ilp_core.collect.inputs.load", "import", "concerns", "c.csv")
    assert (done.returncode, done.stderr.strip()) == (130, words.STOPPED_NOTHING.format(file="c.csv"))
    assert stored(folder) == 0


def test_an_interrupt_that_reaches_no_work_is_said_once(
    monkeypatch: pytest.MonkeyPatch, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(_settings: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as left:
        console.run(work)
    assert left.value.exit_code == 130
    assert capsys.readouterr().err.strip() == words.STOPPED


async def test_a_load_that_nobody_waits_for_reads_no_further(folder: Path) -> None:
    heard: list[Progress] = []

    async def work() -> None:
        async with coming_in(Settings.load(), folder / "a.csv", console.now()) as progress:
            heard.append(progress)
            raise asyncio.CancelledError

    with pytest.raises(console.Stopped, match=r"Nothing of a\.csv was stored"):
        await work()
    # What reads the file in another thread is ended by its next step.
    with pytest.raises(Left):
        heard[0](1, 2)


def test_an_answer_of_the_database_after_the_loop_has_closed_shows_nothing(tmp_path: Path) -> None:
    connection = connector(writes=True)(str(tmp_path / "a.db"))

    async def leave_at_once() -> None:
        connecting = asyncio.create_task(connection._connect())
        await asyncio.sleep(0)
        connecting.cancel()

    asyncio.run(leave_at_once())
    # Only now: its answers go to a loop that is closed. A thread that fails would fail the test.
    connection._thread.start()
    connection._thread.join(10)
    assert not connection._thread.is_alive()
