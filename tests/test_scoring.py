"""The scoring agrees with the script beside the contract, on right, wrong and missing answers."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.message_towns import EXAMPLES, TOWNS, Line, read_lines
from tests.scoring import judge
from tests.support import SHARED, require

SCRIPT = SHARED / "assistant/score.py"
LAST_LINE = re.compile(r"intent (\d+)/(\d+) .* slots (\d+)/(\d+) .* whole messages (\d+)/(\d+)")


def answer_to(line: Line, chance: random.Random) -> dict[str, Any]:
    """What a desk could have said: each field as expected, spoilt or left out."""
    expect = line["expect"]
    answer: dict[str, Any] = {"id": line["id"], "intent": "unknown", "ms": chance.random(), "clarify": None}
    for key, value in expect.items():
        how = chance.choice(("right", "right", "right", "spoilt", "left out"))
        if how == "left out":
            continue
        good = how == "right"
        match key:
            case "place_contains":
                label = " & ".join(value) if good else value[0]
                answer |= (
                    {"place": {"label": label}} if chance.random() < 0.5 else {"clarify": {"options": [label, "no"]}}
                )
            case "from" | "to" | "for_from" | "for_to":
                answer[key] = value if good else value.replace("20", "19", 1)
            case "intent":
                answer[key] = value.split("_or_")[-1] if good else "more"
            case "clarify":
                answer[key] = {"slot": "place", "options": []} if good else None
            case "area":
                answer[key] = value | ({"code": value["code"].lower()} if good else {"kind": "force"})
            case "offences" | "weekdays":
                answer[key] = value[::-1] if good else [*value, "other"]
            case "hours":
                answer[key] = value + "06:00" * value.endswith("-") if good else None
            case _:
                answer[key] = value if good else "otherwise"
    return answer


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(4))
def test_the_scoring_is_that_of_the_contract(tmp_path: Path, seed: int) -> None:
    require("shared")
    lines = [*read_lines(EXAMPLES), *(line for town in TOWNS for line in town.messages)]
    chance = random.Random(seed)  # noqa: S311 - answers, not secrets
    answers = [answer_to(line, chance) for line in lines if chance.random() < 0.95]
    for name, rows in (("expected", lines), ("answers", answers)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, SCRIPT, tmp_path / "expected", tmp_path / "answers"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    theirs = LAST_LINE.search(said.stdout)
    assert theirs, said.stderr
    verdicts = judge(lines, answers)
    with_intent = [verdict for verdict in verdicts if verdict.expected is not None]
    ours = (
        sum(verdict.intent_right for verdict in with_intent), len(with_intent),
        sum(verdict.slots_right for verdict in verdicts), sum(verdict.slots for verdict in verdicts),
        sum(verdict.whole for verdict in verdicts), len(verdicts),
    )  # fmt: skip
    assert ours == tuple(int(figure) for figure in theirs.groups())
    assert 0 < ours[4] < ours[5]


def test_an_alarm_where_none_was_meant_is_named() -> None:
    lines = [
        {"id": "1", "text": "shots fired last 7", "expect": {"intent": "hotspots"}},
        {"id": "2", "text": "shots fired need backup", "expect": {"intent": "emergency"}},
        {"id": "3", "text": "do i call 911", "expect": {"refusal": None}},
        {"id": "4", "text": "hi", "expect": {"intent": "smalltalk"}},
    ]
    answers = [{"id": number, "intent": "emergency"} for number in "123"]
    assert [verdict.id for verdict in judge(lines, answers) if verdict.false_emergency] == ["1", "3"]
