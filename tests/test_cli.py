"""The command line: exit codes, JSON on standard output and nothing else, one clear sentence for bad input."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from ilp_core.words.en import answers, commands
from tests.command_line import AT, call, refused, run
from tests.small_city import ZONE, row, write

KEYS = [
    "id", "intent", "offences", "area", "place", "for_from", "for_to", "from", "to", "window", "hours", "weekdays",
    "compare", "item", "ref", "inherits", "clarify", "refusal", "text", "receipt", "ms",
]  # fmt: skip


def ask(*words: str) -> dict[str, object]:
    return json.loads(call("ask", *words, "--as", "4471", "--at", AT, "--json").stdout)


def test_ask_prints_one_json_document_with_every_key(city: Path) -> None:
    answer = ask("whats hot tonight")
    assert list(answer) == KEYS
    assert answer["intent"] == "hotspots"
    assert answer["area"] == {"kind": "beat", "code": "0835"}
    assert (answer["for_from"], answer["for_to"]) == (AT, "2016-07-15T23:00:00-05:00")
    assert (answer["from"], answer["to"]) == ("2015-07-17T21:30:00-05:00", AT)
    assert list(ask("asdf")) == KEYS


def test_ask_without_json_prints_the_text_of_the_same_answer(city: Path) -> None:
    text = call("ask", "whats hot tonight", "--as", "4471", "--at", AT).stdout
    assert text.rstrip("\n") == ask("whats hot tonight")["text"]


@pytest.mark.parametrize("text", ["why", "map", "more"])
def test_a_call_that_stands_alone_says_how_a_list_is_asked_about(city: Path, text: str) -> None:
    said = call("ask", text, "--as", "4471", "--at", AT).stdout.strip()
    assert said == answers.ALONE
    assert json.loads(call("ask", text, "--as", "4471", "--at", AT, "--json").stdout)["text"] == said
    # In a batch there is a conversation, and a list can be opened first.
    line = {"id": 1, "as": "4471", "at": AT, "text": text}
    (city / "b.jsonl").write_text(json.dumps(line), encoding="utf-8")
    batched = json.loads(call("ask", "--batch", "b.jsonl").stdout)["text"]
    assert batched in (answers.NO_LIST, answers.WHY_NOTHING)


def test_hotspots_gives_the_same_answer_with_its_items(city: Path) -> None:
    result = json.loads(call("hotspots", "tonight", "--as", "4471", "--at", AT, "--json").stdout)
    assert list(result) == [*KEYS, "items"]
    assert result["text"] == ask("whats hot tonight")["text"]
    assert result["items"][0]["place"]["label"] == "1000 blk W Elm St"


def test_a_past_year_is_given_with_the_offset_of_that_day(city: Path) -> None:
    answer = json.loads(call("ask", "ytd", "--as", "4471", "--at", AT, "--json").stdout)
    assert answer["from"] == "2016-01-01T00:00:00-06:00"


def test_batch_answers_line_by_line_within_sessions(city: Path) -> None:
    lines = [
        {"id": 1, "as": "4471", "session": "a", "at": AT, "text": "robberies"},
        {"id": 2, "as": "4471", "session": "a", "at": AT, "text": "and yesterday?"},
        {"id": 3, "as": "4471", "session": "b", "at": AT, "text": "why"},
        {"id": 4, "as": "4471", "session": "a", "at": AT, "text": "why"},
    ]
    file = city / "batch.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in call("ask", "--batch", str(file), "--json").stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4]
    assert (answers[1]["inherits"], answers[1]["offences"]) == (True, ["robbery"])
    assert answers[2]["receipt"] is None
    assert "the same numbers" in answers[3]["text"]


def test_a_bad_batch_line_is_named_and_the_others_are_answered(city: Path) -> None:
    file = city / "batch.jsonl"
    good = {"id": "g", "as": "4471", "at": AT, "text": "help"}
    bad = ["no json", "[1]", '{"id": "n"}', json.dumps(good | {"as": "77"}), json.dumps(good | {"at": AT[:-6]})]
    file.write_text("\n".join([*bad, json.dumps(good)]))
    result = run("ask", "--batch", str(file), "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [set(answer) == {"id", "error"} for answer in answers] == [True] * 5 + [False]


def test_importing_twice_loads_once(city: Path) -> None:
    again = json.loads(call("import", "incidents", "city.csv", "--tz", ZONE, "--json").stdout)
    assert (again["loaded"], again["updated"], again["known"]) == (0, 0, again["rows"])
    assert set(again) >= {
        "file",
        "format",
        "rejected",
        "located",
        "timed",
        "first",
        "last",
        "unmapped",
        "cannot_answer",
    }


@pytest.mark.parametrize("at", ["2016-07-15T21:30:00", "yesterday", "", "2016-13-45T00:00:00-05:00"])
def test_a_moment_without_offset_is_refused(city: Path, at: str) -> None:
    assert refused("ask", "whats hot", "--as", "4471", "--at", at) == commands.BAD_AT.format(text=at)


def test_a_badge_that_does_not_exist_is_refused(city: Path) -> None:
    assert refused("ask", "whats hot", "--as", "1").startswith("There is no badge 1.")
    assert refused("officer", "invite", "1").startswith("There is no badge 1.")
    assert refused("officer", "disable", "1", "--reason", "lost").startswith("There is no badge 1.")


def test_calls_that_are_wrong_say_what_to_do(city: Path) -> None:
    assert refused("ask", "--as", "4471") == commands.NO_QUESTION
    assert refused("ask", "whats hot") == commands.NO_ASKER
    assert refused("ask", "--batch", "none.jsonl") == commands.NO_FILE.format(path="none.jsonl")
    assert "roles are: officer" in refused("officer", "add", "1", "--role", "boss")
    assert "beat:0835" in refused("officer", "add", "1", "--role", "officer", "--area", "0835")
    assert "days, evenings, nights" in refused("officer", "add", "1", "--role", "officer", "--shift", "sundays")
    assert "America/Chicago" in refused("unit", "add", "North", "--area", "district:008", "--tz", "Mars")
    assert refused("shift", "set", "North", "nights", "20:00-04:00").startswith("There is no unit North.")


def test_before_migrate_every_command_says_which_command_mends_it(folder: Path) -> None:
    assert "beatdesk migrate" in refused("ask", "whats hot", "--as", "4471", code=1)
    assert "beatdesk migrate" in refused("audit", "verify", code=1)
    (folder / "desk.db").touch()
    assert "beatdesk migrate" in refused("audit", "verify", code=1)


def test_a_wrong_setting_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEATDESK_TIMEZONE", "Mars/Olympus")
    assert refused("migrate").startswith("The setting BEATDESK_TIMEZONE cannot be used")


def test_run_without_a_token_says_how_to_get_one(city: Path) -> None:
    assert refused("run") == commands.BOT_UNSET


def test_units_have_zones_and_shifts_of_their_own(city: Path) -> None:
    call("unit", "add", "South", "--area", "district:8", "--tz", "America/New_York")
    call("shift", "set", "district:8", "evenings", "16:00-23:30")
    answer = ask("whats hot rn")
    assert answer["for_to"] == "2016-07-15T23:30:00-04:00"


def test_invitations_are_printed_for_scripts(city: Path) -> None:
    invite = json.loads(call("officer", "invite", "4471", "--json").stdout)
    assert set(invite) == {"code", "link", "expires"}
    assert len(invite["code"]) >= 20


def test_audit_verify_proves_the_chain_and_names_the_broken_row(city: Path) -> None:
    ask("whats hot")
    whole = json.loads(call("audit", "verify", "--json").stdout)
    assert whole["broken"] is None
    assert whole["rows"] >= 5
    with sqlite3.connect(city / "desk.db") as database:
        database.execute("DROP TRIGGER IF EXISTS audit_no_update")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 3")
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert "broken at row 3" in broken.stderr


def test_doctor_names_what_is_to_be_mended(city: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "ok    database" in result.stdout
    assert "MEND  newest incident 2016-07-15" in result.stdout
    assert len(run("doctor", "--new-key").stdout.strip()) == 44


def test_officers_can_be_listed_changed_and_disabled(city: Path) -> None:
    call("officer", "add", "4471", "--role", "officer", "--area", "beat:0834", "--shift", "nights")
    call("officer", "disable", "2001", "--reason", "left")
    officers = {each["badge"]: each for each in json.loads(call("officer", "list", "--json").stdout)}
    assert (officers["4471"]["area"], officers["4471"]["shift"]) == ("beat:0834", "nights")
    assert officers["2001"]["disabled"] is True
    assert "disabled" in call("officer", "list").stdout


def test_a_moment_that_is_no_text_or_off_the_calendar_is_one_bad_line(city: Path) -> None:
    lines: list[object] = [5, "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-05:00", AT]
    file = city / "moments.jsonl"
    file.write_text(
        "".join(json.dumps({"id": n, "as": "4471", "text": "hot", "at": at}) + "\n" for n, at in enumerate(lines))
    )
    result = run("ask", "--batch", str(file), "--json")
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in answer for answer in answers] == [True, True, True, False]
    assert "is not a moment" in refused("ask", "hot", "--as", "4471", "--at", str(lines[1]))


def test_a_load_of_areas_that_failed_is_audited(city: Path) -> None:
    before = json.loads(call("audit", "verify", "--json").stdout)["rows"]
    (city / "bad.geojson").write_text("{bad")
    refused("import", "areas", "bad.geojson", "--kind", "beat", "--code", "BEAT")
    assert json.loads(call("audit", "verify", "--json").stdout)["rows"] == before + 1


def test_a_demo_folder_or_port_that_cannot_be_is_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    assert "cannot be made" in refused("demo", "--data", "file", "--port", "0")
    assert run("demo", "--port", "99999").exit_code == 2


def test_an_officers_area_is_known_in_any_spelling_and_an_unknown_one_names_those_like_it(city: Path) -> None:
    for area in ("beat:835", "beat:0835", "district:8"):
        assert "not known" not in call("officer", "add", "77", "--role", "officer", "--area", area).stderr
    said = call("officer", "add", "77", "--role", "officer", "--area", "beat:0853").stderr
    assert said.strip() == f"{commands.OFFICER_AREA_UNKNOWN.format(area='beat:0853')} Like it: beat:0835."


def test_places_are_known_from_the_first_question_after_a_load(city: Path) -> None:
    words = "anything on 1000 blk w elm st"
    (city / "lines.jsonl").write_text(json.dumps({"as": "4471", "at": AT, "text": words}))
    asked = json.loads(call("ask", "--batch", "lines.jsonl", "--json").stdout)
    assert (asked["intent"], asked["clarify"]) == ("place", None)
    assert "ELM" in asked["place"]["label"].upper()
    call(
        "import",
        "incidents",
        str(write(city / "more.csv", [row(9_000, "030XX W ASH ST", datetime(2016, 7, 1, 12))])),
        "--tz",
        ZONE,
    )
    assert "ASH" in ask("anything on 3000 blk w ash st")["place"]["label"].upper()
