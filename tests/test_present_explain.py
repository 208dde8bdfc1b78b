"""beatdesk ask --explain: every step of a reading, as lines and as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ilp_core.assistant.messages import Reply
from ilp_core.domain.answers import Answer
from ilp_core.domain.questions import Question
from ilp_core.present.explain import MOST_CANDIDATES, explanation
from tests.command_line import AT, call

ASKED = "hot bturgs bt 834 tonite pls zork"


def plain(text: str) -> str:
    return call("ask", text, "--as", "4471", "--at", AT, "--explain", "--dry-run").stdout


def data(text: str) -> Any:
    told = call("ask", text, "--as", "4471", "--at", AT, "--explain", "--dry-run", "--json").stdout
    return json.loads(told)["explain"]


def test_every_step_is_told_in_lines_after_the_answer(city: Path) -> None:
    answer, _, told = plain(ASKED).partition("\n\n")
    lines = told.splitlines()
    assert answer == call("ask", ASKED, "--as", "4471", "--at", AT, "--dry-run").stdout.strip()
    assert lines[:3] == [
        "How it was read: hot burgs bt 834 tonite pls zork",
        "Put right: “bturgs” to “burgs”.",
        "Found:",
    ]
    assert "  offence    “burgs” as burglary (1.00)" in lines
    assert "  area       “bt 834” as beat:0834 (1.00)" in lines
    head = lines.index("What it may ask, the likeliest first:")
    assert lines[head + 1].split()[0] == "hotspots"
    assert "“hot” 3, an offence +2.8" in lines[head + 1]
    assert lines[-2:] == ["Taken from the conversation: nothing.", "Not used: zork."]


def test_every_step_is_there_as_data(city: Path) -> None:
    found = data(ASKED)
    assert list(found) == ["text", "corrections", "spans", "candidates", "rule", "inherited", "not_used"]
    assert found["corrections"] == [{"typed": "bturgs", "read": "burgs"}]
    assert {"kind": "area", "start": 10, "end": 16, "text": "bt 834", "value": "beat:0834", "score": 1.0} in found[
        "spans"
    ]
    for span in found["spans"]:
        assert found["text"][span["start"] : span["end"]] == span["text"]
    scores = [each["score"] for each in found["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= MOST_CANDIDATES
    assert all(each["because"] for each in found["candidates"])
    assert (found["rule"], found["inherited"], found["not_used"]) == (None, [], ["zork"])


def test_the_contracts_keys_are_as_without(city: Path) -> None:
    with_it = json.loads(call("ask", ASKED, "--as", "4471", "--at", AT, "--explain", "--dry-run", "--json").stdout)
    without = json.loads(call("ask", ASKED, "--as", "4471", "--at", AT, "--dry-run", "--json").stdout)
    del with_it["explain"]
    assert with_it | {"ms": 0} == without | {"ms": 0}


def test_the_rule_that_decides_before_all_else_is_named(city: Path) -> None:
    danger = data("shots fired need backup")
    assert (danger["rule"]["kind"], danger["rule"]["text"]) == ("emergency", "need backup")
    assert danger["candidates"] == []
    assert "\nDecided by a rule, before anything else was read: emergency, call: " in plain("shots fired need backup")
    refused = data("look up john smith dob 1990")
    assert refused["rule"]["kind"] == "person_lookup"
    assert "before anything else was read: person_lookup, lookup, at “look up john”." in plain(
        "look up john smith dob 1990"
    )
    assert "\nRefused: the role may not ask for assign.\n" in plain("assign 4471 to elm st")


def test_a_batch_tells_what_each_line_took_from_the_last(city: Path) -> None:
    lines = [
        {"id": n, "as": "4471", "session": "a", "at": AT, "text": text}
        for n, text in enumerate(["hot robberies dist 8", "and yesterday?"])
    ]
    batch = city / "batch.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    told = [json.loads(line) for line in call("ask", "--batch", str(batch), "--explain").stdout.splitlines()]
    assert [each["explain"]["inherited"] for each in told] == [[], ["offences", "area"]]
    assert not any("explain" in json.loads(line) for line in call("ask", "--batch", str(batch)).stdout.splitlines())


def test_where_no_words_were_read_that_is_told() -> None:
    assert explanation(Reply(Question("help"), Answer())) == "How it was read: no words were read."
