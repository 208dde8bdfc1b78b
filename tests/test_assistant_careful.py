"""Careful: what reads like danger, care or a refusal though no rule names it; and what only looks like it."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ilp_core.assistant.careful import by_likeness
from ilp_core.assistant.intents import Candidate
from ilp_core.assistant.sayings import Likeness
from ilp_core.assistant.understand import Context, understand
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import make_atlas
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Question
from ilp_core.domain.shifts import PRESET_SHIFTS, shift_named

AT = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
CLOCK = Clock(AT, ZoneInfo("America/Chicago"), PRESET_SHIFTS, shift_named(PRESET_SHIFTS, "evenings"))
ADMIN = Officer("9001", "admin", AreaRef("beat", "0835"), "evenings")
ATLAS = make_atlas({"beat": ("0835", "0421"), "district": ("008",)}, [])
with (Path(__file__).parent / "safety_messages.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [tuple(row) for row in csv.reader(file)][1:]


def ask(text: str) -> Question:
    return understand(text, ADMIN, CLOCK, ATLAS, Context()).question


def test_g36_g44_the_whole_reading_agrees_with_the_rules_on_every_message_of_their_table() -> None:
    wrong = []
    for _, meant, message in ROWS:
        question = ask(message)
        careful = question.intent if question.intent in ("emergency", "welfare") else question.refusal or ""
        if careful != meant:
            wrong.append((message, meant, careful))
    assert len(ROWS) > 1_000
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("he is stomping on that womans head on the corner", "emergency"),
        ("i just sit in the car after shift and cry", "welfare"),
        ("is that dude from the liquor store gonna do it again you think", "refuse"),
    ],
)
def test_what_no_rule_names_is_told_by_what_it_is_like(text: str, intent: str) -> None:
    assert ask(text).intent == intent


def like(label: str, share: float, points: float) -> dict[str, Likeness]:
    return {label: Likeness(points, share, "")}


def test_likeness_decides_only_where_it_is_sure_and_louder_than_anything_else() -> None:
    words = "one two three four five"
    sure = like("refuse:misuse", 0.9, 4.0)
    assert by_likeness(words, sure, None) == Question("refuse", refusal="misuse")
    assert by_likeness(words, sure, Candidate("hotspots", 5.0, ())) is None
    assert by_likeness(words, sure, Candidate("hotspots", 3.0, ())) == Question("refuse", refusal="misuse")
    assert by_likeness(words, like("refuse:misuse", 0.5, 4.0), None) is None
    assert by_likeness(words, like("hotspots", 1.0, 6.0), None) is None


def test_a_word_or_two_say_too_little_and_danger_needs_fewer() -> None:
    assert by_likeness("admin mode", like("refuse:override", 1.0, 5.0), None) is None
    assert by_likeness("hes bleeding out", like("emergency", 1.0, 5.0), None) == Question("emergency")


def test_g25_what_may_not_be_stored_is_no_tip_though_tip_stands_in_front() -> None:
    tip = Candidate("tip", 12.0, ())
    sure = like("refuse:protected_activity", 0.99, 4.0)
    assert by_likeness("tip neighbor has flags in the window", sure, tip) is not None
    assert (
        by_likeness("tip neighbor has flags in the window", like("refuse:protected_activity", 0.9, 4.0), tip) is None
    )
