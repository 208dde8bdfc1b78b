"""Reports of imports on a terminal: no line is wider than one, and rejected rows are named by their lines."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
import typer

from bot.commands.console import fail, say, say_row
from ilp_core.domain.errors import CallError
from tests.command_line import call, refused
from tests.small_city import ZONE, history, row, write

WIDTH = 80


def wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if len(line) > WIDTH]


def test_no_line_of_a_report_is_wider_than_a_terminal(folder: Path) -> None:
    call("migrate")
    rows = [each | {"code": f"ODD-{number % 7}"} for number, each in enumerate(history())]
    name = "a_long_name_of_a_file_of_incidents_of_all_the_beats_of_2016.csv"
    report = call("import", "incidents", str(write(folder / name, rows)), "--tz", ZONE).stdout
    assert wide(report) == []
    # What goes on is indented under what it belongs to.
    assert (
        "  174 rows have offence codes that are not in the map; they count as other and\n    rank no place:\n"
        in report
    )
    assert wide(call("data", "show", "1").stdout) == []


def test_a_long_line_breaks_between_words_and_before_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    command = "beatdesk offences proposed a-source-of-a-long-name --output codes.csv"
    say(f"    say what they mean: {command}")
    say("    " + "word " * 20)
    say("")
    say("x" * 100 + " and more")
    assert capsys.readouterr().out.splitlines() == [
        "    say what they mean:",
        f"      {command}",
        "    " + " ".join(["word"] * 15),
        "      " + " ".join(["word"] * 5),
        "",
        "x" * 100,
        "  and more",
    ]


def test_commands_stay_whole_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    first, path = "beatdesk offences accept SOURCE CODE", "'/srv/the exports/leeds.csv'"
    second = "beatdesk offences list SOURCE"
    say(f"Take proposals, where they are right for this agency, with: {first}. Then see all there is: {second}")
    say(f"Agree to a mapping once (beatdesk import incidents {path}): it is used again. Then nothing is asked.")
    assert capsys.readouterr().out.splitlines() == [
        "Take proposals, where they are right for this agency, with:",
        f"  {first}. Then see all there is:",
        f"  {second}",
        "Agree to a mapping once",
        f"  (beatdesk import incidents {path}): it is used again.",
        "  Then nothing is asked.",
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_an_error_is_one_line_for_a_script_and_wrapped_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    sentence = "word " * 30 + "See: beatdesk data list"
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with pytest.raises(typer.Exit):
        fail(CallError(sentence))
    printed = capsys.readouterr().err
    assert wide(printed) == ([] if terminal else [sentence])
    assert " ".join(printed.split()) == sentence


def test_a_row_of_columns_is_whole_for_a_script_and_cut_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "0110         homicide                  5475  victim       ranks      " + "First degree murder " * 3
    say_row(row)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "90")
    say_row(row)
    say_row("short")
    whole, cut, short = capsys.readouterr().out.splitlines()
    assert (whole, short) == (row.rstrip(), "short")
    assert (len(cut), cut[-1], cut[:-1]) == (90, "…", row[:89])


def test_lists_for_analysts_are_not_wider_than_a_terminal(folder: Path) -> None:
    call("migrate")
    said = "A very long description of what these officers of the agency mean by this code"
    rows = [each | {"code": f"ODD-{number % 7}", "description": said} for number, each in enumerate(history())]
    # A pile of many kinds on one point is a doubt.
    pile = [
        row(9_000 + number, "010XX W ELM ST", datetime(2016, 3, 1 + number % 28, 4, 5), f"K{number % 40}")
        for number in range(400)
    ]
    call("import", "incidents", str(write(folder / "city.csv", rows + pile)), "--tz", ZONE)
    doubts = call("data", "doubts").stdout
    assert "geocode sink?" in doubts
    proposed = call("offences", "proposed").stdout
    assert "ODD-1" in proposed
    (folder / "inbox").mkdir()
    for number in range(5):
        (folder / "inbox" / f"a long name of a report that no feed takes {number}.pdf").write_bytes(b"%PDF")
    added = call("feed", "add", "folder", "inbox", "--name", "exports-of-the-records-system").stdout
    ran = call("feed", "run").stdout
    listed = call("feed", "list").stdout
    assert "Left alone:" in listed
    for text in (doubts, proposed, added, ran, listed):
        assert wide(text) == []


CONCERNS = "id,date,meeting,area,place,category,text,n,state,partner\n"
GOOD = "{0},2016-07-15,Beat meeting,beat:0835,,speeding,Cars race on Friday nights,12,open,\n"


def test_rejected_concerns_are_named_by_their_lines(folder: Path) -> None:
    call("migrate")
    bad = "{0},2016-07-15,Beat meeting,beat:0835,,speeding,Cars race,none,open,\n"
    short = "C99,2016-07-15\n"
    footer = "11 rows"
    # A quoted text over two lines: lines are the file's own, not rows.
    two = '{0},2016-07-15,Beat meeting,beat:0835,,speeding,"Cars race\non Fridays",12,open,\n'
    rows = [two, GOOD, bad, GOOD, bad, short, bad, GOOD, bad, GOOD, GOOD]
    path = folder / "concerns.csv"
    text = "".join(each.format(f"C{n}") for n, each in enumerate(rows))
    path.write_text(CONCERNS + text + footer, encoding="utf-8")
    told = call("import", "concerns", str(path)).stdout
    assert "  rejected 4: n not understood (lines 5, 7, 9, …)\n" in told
    assert "  rejected 1: too few fields (line 8)\n" in told
    report = json.loads(call("import", "concerns", str(path), "--json").stdout)
    assert report["lines"] == {"n not understood": [5, 7, 9], "too few fields": [8]}
    assert report["rejected"] == {"n not understood": 4, "too few fields": 1, "cut off": 1}


def test_two_rows_of_one_id_are_both_named(folder: Path) -> None:
    call("migrate")
    other = GOOD.replace("12", "13")
    rows = [
        GOOD.format("A"),
        GOOD.format("A"),
        GOOD.format("B"),
        other.format("A"),
        *(GOOD.format(n) for n in range(9)),
    ]
    path = folder / "concerns.csv"
    path.write_text(CONCERNS + "".join(rows), encoding="utf-8")
    told = call("import", "concerns", str(path)).stdout
    assert "rejected 3: the same id with different content: keep one row (lines 2, 3, 5)\n" in told


def test_a_file_of_mostly_bad_rows_names_lines_too(folder: Path) -> None:
    call("migrate")
    bad = "C{0},2016-07-15,Beat meeting,beat:0835,,speeding,Cars race,none,open,\n"
    (folder / "concerns.csv").write_text(CONCERNS + "".join(bad.format(n) for n in range(9)), encoding="utf-8")
    said = refused("import", "concerns", "concerns.csv", code=1)
    assert "(n not understood: 9, lines 2, 3, 4, …)" in said
    (folder / "marks.csv").write_text("name,lat,lon\nA,,\nB,,\nC,41.8,-87.6\n", encoding="utf-8")
    said = refused("import", "landmarks", "marks.csv", code=1)
    assert "(no position in degrees: 2, lines 2, 3)" in said


def test_rejected_landmarks_are_named_by_three_lines(folder: Path) -> None:
    call("migrate")
    lines = ["Old Mill,41.8,-87.6", "Oak Park,,", "Elm Pool,x,y", "Ash Hall,,", "Fir Hill,,"]
    good = [f"Gate {number},41.8{number},-87.6" for number in range(9)]
    (folder / "marks.csv").write_text("\n".join(["name,lat,lon", *lines, *good]), encoding="utf-8")
    told = call("import", "landmarks", "marks.csv").stdout
    assert "  rejected 4: no position in degrees (lines 3, 4, 5, …)\n" in told
