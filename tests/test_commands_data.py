"""beatdesk data and the options of an import, as they are typed."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import mapping
from bot.commands.questions import Questions
from bot.commands.tree import app
from ilp_core.domain.errors import CallError
from tests.command_line import call, refused, run
from tests.small_city import ZONE, history, row, write
from tests.test_collect_load import portal_file
from tests.test_collect_versions import uk


def test_loads_are_listed_shown_and_undone(city: Path) -> None:
    assert "city.csv" in call("data").stdout
    (load,) = json.loads(call("data", "list", "--json").stdout)
    assert (load["id"], load["kind"], load["undone_by"], load["report"]["loaded"]) == (1, "incident", None, 174)
    shown = call("data", "show", "1").stdout
    assert "loaded 174" in shown
    page = city / "report.html"
    call("data", "show", "1", "--html", str(page))
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html")
    assert json.loads(call("data", "show", "1", "--json").stdout)["rows"] == 174
    assert "Load 1 (city.csv) is undone" in call("data", "undo", "1").stdout
    assert "undone already" in refused("data", "undo", "1")
    assert [(each["kind"], each["undone_by"]) for each in json.loads(call("data", "list", "--json").stdout)] == [
        ("undo", None),
        ("incident", 2),
    ]
    assert "no load 77" in refused("data", "show", "77")
    again = call("import", "incidents", str(city / "city.csv"), "--tz", ZONE, "--json")
    assert json.loads(again.stdout)["loaded"] == 174


def test_doubts_are_listed_and_decided(city: Path) -> None:
    rows = [each | {"id": f"D{n}", "occurred_from": f"2016-06-{n % 28 + 1:02d}T04:44:00", "occurred_to": "",
                    "reported": ""} for n, each in enumerate(history())]  # fmt: skip
    call("import", "incidents", str(write(city / "more.csv", rows)), "--tz", ZONE)
    doubts = json.loads(call("data", "doubts", "--json").stdout)
    # The made city's own evenings at 20:10 look like a default, too.
    assert [(each["kind"], each["time"]) for each in doubts] == [("default_time", "20:10"), ("default_time", "04:44")]
    call("data", "reject", str(doubts[0]["id"]))
    number = str(doubts[1]["id"])
    assert "04:44" in call("data", "doubts").stdout
    assert "confirmed" in call("data", "confirm", number, "--reason", "the clerk's default").stdout
    assert "Nothing is open" in call("data", "doubts").stdout
    _, decided = json.loads(call("data", "doubts", "--all", "--json").stdout)
    assert (decided["state"], decided["reason"]) == ("confirmed", "the clerk's default")
    assert "no proposal 999" in refused("data", "reject", "999")


def test_a_table_of_no_known_layout_is_proposed_and_agreed_to(folder: Path) -> None:
    call("migrate")
    path = folder / "springfield.csv"
    rows = "".join(f"{n},{n + 1:02d}/25/2018 10:3{n},BURGLARY,39.7{n},-89.6{n}\n" for n in range(9))
    path.write_text("Case No,When,Offense,Lat,Long\n" + rows, encoding="utf-8")
    proposed = run("import", "incidents", str(path), "--json")
    assert (proposed.exit_code, proposed.stdout) == (2, "")
    assert "Case No" in proposed.stderr
    assert proposed.stderr.strip().splitlines()[-1].startswith("The columns of springfield.csv fit no format")
    mapping = folder / "springfield.toml"
    agreed = run("import", "incidents", str(path), "--yes", "--save-map", str(mapping), "--json")
    assert agreed.exit_code == 0, agreed.stderr
    report = json.loads(agreed.stdout)
    assert (report["format"], report["layout"], report["loaded"], report["zone"]) == (
        "generic", "springfield", 9, "America/Chicago",
    )  # fmt: skip
    assert 'occurred_from = "When"' in mapping.read_text(encoding="utf-8")
    again = json.loads(call("import", "incidents", str(path), "--map", str(mapping), "--json").stdout)
    assert (again["loaded"], again["known"]) == (0, 9)


def test_on_a_terminal_a_question_is_asked_until_its_answer_is_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("migrate")
    path = folder / "ambrose.csv"
    rows = "".join(f"{n},0{n % 9 + 1}/0{n % 8 + 1}/2018 1{n % 9}:30,BURGLARY,{n % 3 + 1}\n" for n in range(30))
    path.write_text("Case No,When,Offense,Beat\n" + rows, encoding="utf-8")
    monkeypatch.setattr(mapping, "somebody_there", lambda: True)
    said = "7\n2\nMars/Olympus\nAmerica/Chicago\n"
    declined = CliRunner().invoke(app, ["import", "incidents", str(path)], input=said + "n\n")
    assert declined.exit_code == 2
    assert "loaded" not in declined.stdout
    assert "7 is no answer" in declined.stderr
    assert "There is no time zone Mars/Olympus" in declined.stderr
    assert "Nothing was stored" in declined.stderr
    agreed = CliRunner().invoke(app, ["import", "incidents", str(path)], input=said + "y\n")
    assert agreed.exit_code == 0, agreed.stderr
    assert "first 2018-01-01 10:30 · last 2018-09-03 18:30 · America/Chicago" in agreed.stdout
    assert "beatdesk offences accept ambrose" in agreed.stdout
    assert "take" not in call("offences", "accept", "ambrose").stderr
    assert json.loads(call("import", "incidents", str(path), "--json").stdout)["offences"] == {"burglary": 30}


def test_a_proposal_is_written_down_to_be_completed(folder: Path) -> None:
    call("migrate")
    path, draft = folder / "thefts.csv", folder / "thefts.toml"
    rows = "".join(f"T{n},{n + 1:02d}/25/2018 10:3{n},39.7{n},-89.6{n}\n" for n in range(9))
    path.write_text("Case,When,Lat,Long\n" + rows, encoding="utf-8")
    for words in ((), ("--yes",)):
        told = run("import", "incidents", str(path), "--save-map", str(draft), *words)
        assert (told.exit_code, told.stdout) == (2, "")
        assert f"The proposal is in {draft}: edit it, and load with --map." in told.stderr
        assert "--save-map FILE writes what was found" in told.stderr
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("\nsource", '\nsame_offence = "Theft"\nsource', 1), encoding="utf-8")
    loaded = json.loads(call("import", "incidents", str(path), "--map", str(draft), "--json").stdout)
    assert (loaded["loaded"], loaded["unmapped"]) == (9, {"Theft": 9})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Springfield 2018\nCase,When,Offense\n1,2018-01-01,Theft\n", "holds only “Springfield 2018”"),
        ("Springfield 2018,,\nCase,When,Offense\n1,2018-01-01,Theft\n", "delete the lines above the names"),
        ("Case,When,Offense\n", "names of columns and no rows"),
    ],
)
def test_a_title_and_an_empty_table_are_named(folder: Path, text: str, sentence: str) -> None:
    call("migrate")
    (folder / "a.csv").write_text(text, encoding="utf-8")
    assert sentence in refused("import", "incidents", "a.csv")


def test_an_interrupt_ends_a_question_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = os.pipe()
    with os.fdopen(here) as stdin, os.fdopen(there, "w"):
        monkeypatch.setattr("sys.stdin", stdin)
        questions = Questions()
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(questions.agree, "Load it like this?")
            assert not asked.done()
            questions.give_up()
            with pytest.raises(CallError, match="Nothing was stored"):
                asked.result(timeout=5)


def test_fresh_calls_do_not_hide_old_incidents(folder: Path) -> None:
    call("migrate")
    call("import", "incidents", str(write(folder / "c.csv", history())), "--tz", ZONE)
    calls = folder / "calls.csv"
    head = "id,received,cleared,type,description,priority,beat,lat,lon\n"
    calls.write_text(f"{head}C1,{datetime.now(UTC).isoformat()},,ALARM,Alarm,2,0835,41.75,-87.7\n", encoding="utf-8")
    call("import", "calls", str(calls), "--tz", ZONE)
    assert "import newer data" in run("doctor").stdout


@pytest.mark.parametrize(("age", "old"), [(62, False), (150, True)])
def test_a_months_records_are_new_until_the_next_months_are_out(folder: Path, age: int, old: bool) -> None:
    call("migrate")
    month = f"{datetime.now(UTC) - timedelta(days=age):%Y-%m}"
    call("import", "incidents", str(portal_file(folder / "street.csv", [uk(Crime_ID="b1", Month=month)])))
    said = next(line for line in run("doctor").stdout.splitlines() if "newest incident" in line)
    assert f"newest incident {month}" in said
    assert f"{month}-" not in said
    assert ("import newer data" in said) is old


def test_records_that_were_taken_back_are_not_the_newest(folder: Path) -> None:
    call("migrate")
    call("import", "incidents", str(write(folder / "c.csv", history())), "--tz", ZONE)
    late = write(folder / "d.csv", [row(9_000, "020XX W OAK ST", datetime(2019, 1, 2, 3, 4))])
    call("import", "incidents", str(late), "--tz", ZONE)
    assert "newest incident 2019-01-02 03:04" in run("doctor").stdout
    call("data", "undo", "2")
    assert "newest incident 2016-07-15 20:10" in run("doctor").stdout


def test_a_report_is_written_as_a_page(folder: Path) -> None:
    call("migrate")
    page = folder / "r.html"
    out = call("import", "incidents", str(write(folder / "c.csv", history())), "--tz", ZONE, "--html", str(page))
    assert f"The report is in {page}." in out.stdout
    assert "c.csv" in page.read_text(encoding="utf-8")
    nowhere = str(folder / "no" / "r.html")
    assert "cannot be written" in refused("data", "show", "1", "--html", nowhere)
