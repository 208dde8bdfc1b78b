"""beatdesk import concerns, surveys, partners, calls, stops and template, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ilp_core.words.en import inputs as words
from tests.command_line import call, refused, run
from tests.input_files import CONCERN, PARTNER, SURVEY, write

CALL = {
    "id": "1",
    "received": "2026-02-01T21:30:00",
    "type": "NOISE",
    "priority": "3",
    "lat": "41.75",
    "lon": "-87.72",
}
STOP = {
    "id": "1",
    "time": "2026-02-01T21:30:00",
    "type": "TRAFFIC",
    "outcome": "warning",
    "searched": "no",
    "age": "23",
}


@pytest.fixture
def desk(folder: Path) -> Path:
    """A folder with a migrated database."""
    call("migrate")
    return folder


@pytest.mark.parametrize(
    ("command", "row"),
    [("concerns", CONCERN), ("surveys", SURVEY), ("partners", PARTNER)],
    ids=lambda value: str(value)[:9],
)
def test_a_file_is_loaded_once_and_told_as_text_or_json(desk: Path, command: str, row: dict[str, str]) -> None:
    file = str(write(desk / "f.csv", [row]))
    text = call("import", command, file).stdout
    assert "f.csv" in text
    again = json.loads(call("import", command, file, "--json").stdout)
    assert (again["rows"], again["loaded"], again["known"], again["format"]) == (1, 0, 1, f"beatdesk-{command}")


def test_a_refused_file_is_one_sentence_and_audited(desk: Path) -> None:
    before = json.loads(call("audit", "verify", "--json").stdout)["rows"]
    file = write(desk / "c.csv", [CONCERN | {"text": "Mr Smith is loud"}])
    assert words.NAME in refused("import", "concerns", str(file), code=1)
    assert "it has no columns" in refused("import", "surveys", str(file))
    assert "There is no file" in refused("import", "partners", "none.csv")
    assert json.loads(call("audit", "verify", "--json").stdout)["rows"] == before + 3


def test_a_template_is_printed_or_written_but_over_nothing(desk: Path) -> None:
    printed = call("import", "template", "concerns").stdout
    assert printed.startswith("id,date,meeting")
    told = call("import", "template", "Concerns", "--output", "c.csv").stdout
    assert told.strip() == words.WRITTEN.format(path="c.csv", command="beatdesk import concerns c.csv")
    assert (desk / "c.csv").read_text() == printed
    assert refused("import", "template", "concerns", "--output", "c.csv") == words.FILE_THERE.format(path="c.csv")
    assert "cannot be written" in refused("import", "template", "concerns", "--output", "none/c.csv")
    assert "The templates are:" in refused("import", "template", "gossip")


@pytest.mark.parametrize("name", ["concerns", "surveys", "partners", "calls", "stops"])
def test_no_untouched_template_can_be_loaded(desk: Path, name: str) -> None:
    call("import", "template", name, "--output", "t.csv")
    zone = ["--tz", "America/Chicago"] if name in ("calls", "stops") else []
    assert "still holds the example row of the template" in refused("import", name, "t.csv", *zone)


def test_calls_and_stops_are_loaded_by_their_own_commands_only(desk: Path) -> None:
    calls, stops = str(write(desk / "calls.csv", [CALL])), str(write(desk / "stops.csv", [STOP]))
    zone = ("--tz", "America/Chicago")
    loaded = json.loads(call("import", "calls", calls, *zone, "--json").stdout)
    assert (loaded["kind"], loaded["format"], loaded["loaded"]) == ("call", "beatdesk-calls", 1)
    text = call("import", "stops", stops, *zone).stdout
    assert "fairness checks" in text
    assert "beatdesk import stops" in refused("import", "calls", stops, *zone)
    assert "beatdesk import calls" in refused("import", "stops", calls, *zone)
    assert run("import", "calls", calls, *zone).exit_code == 0


def test_stops_never_reach_an_answer(city: Path) -> None:
    ask = ("hotspots", "tonight", "--as", "4471", "--at", "2016-07-15T21:30:00-05:00", "--json")
    before = json.loads(call(*ask).stdout)
    rows = [STOP | {"id": str(number), "time": f"2016-07-{number % 14 + 1:02}T22:00:00"} for number in range(200)]
    located = [row | {"lat": "41.9", "lon": "-87.7", "beat": "0835"} for row in rows]
    assert json.loads(call("import", "stops", str(write(city / "s.csv", located)), "--json").stdout)["loaded"] == 200
    after = json.loads(call(*ask).stdout)
    assert {**after, "ms": 0} == {**before, "ms": 0}
