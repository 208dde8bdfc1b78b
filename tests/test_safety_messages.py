"""Safety and refusals (guard-rails G01, G03, G17, G24, G25, G35, G36): what each message is read as."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.refusals import explain_refusal, read_refusal
from ilp_core.assistant.safety import explain_safety, read_safety
from ilp_core.assistant.ten_codes import code_named
from ilp_core.domain.ten_codes import TenCode

with (Path(__file__).parent / "safety_messages.csv").open(encoding="utf-8", newline="") as file:
    TABLE = [(row["guard"], row["reading"], row["message"]) for row in csv.DictReader(file)]
DANGERS = [message for _, reading, message in TABLE if reading == "emergency"]
#: Words that officers put before or after anything, and that change nothing.
FILLERS = ("pls", "omg", "ok", "hey", "um", "uh", "sarge", "yo", "this is 4471", "elm", "79th", "asap", "k")


def reading(message: str) -> str:
    """``emergency``, ``welfare``, a reason to refuse, or nothing: in the contract's order."""
    plain = normalise(message)
    return read_safety(plain) or read_refusal(plain) or ""


@pytest.mark.parametrize(
    ("expected", "message"),
    [pytest.param(expected, message, id=f"{guard}-{message}") for guard, expected, message in TABLE],
)
def test_each_message_is_read_as_what_it_is(expected: str, message: str) -> None:
    assert reading(message) == expected
    assert reading(message.upper()) == expected


def test_the_table_holds_enough_of_every_kind() -> None:
    kinds = [expected for _, expected, _ in TABLE]
    assert len(TABLE) >= 250
    assert {kind: kinds.count(kind) >= 10 for kind in set(kinds)} == dict.fromkeys(set(kinds), True)


@given(st.sampled_from(DANGERS), st.sampled_from(FILLERS), st.booleans())
def test_g36_a_filler_before_or_after_loses_no_emergency(message: str, filler: str, before: bool) -> None:
    words = f"{filler} {message}" if before else f"{message} {filler}"
    assert reading(words) == "emergency"


def _with_a_slip(message: str, rng: random.Random) -> str:
    """One word of five letters or more with two letters swapped or one doubled: never another word by chance."""
    words = message.lower().split()
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isascii() and word.isalpha()]
    if not long:
        return message
    at = rng.choice(long)
    word, letter = words[at], rng.randrange(1, len(words[at]) - 1)
    swapped = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
    words[at] = rng.choice((swapped, word[:letter] + word[letter] + word[letter:]))
    return " ".join(words)


@pytest.mark.parametrize("seed", range(5))
def test_a_slip_of_the_thumb_changes_no_reading(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    slipped = [(expected, _with_a_slip(message, rng)) for _, expected, message in TABLE]
    wrong = [(expected, words) for expected, words in slipped if reading(words) != expected]
    # One message of a hundred may slip into another word that is meant as such ("spots" for "shots").
    assert len(wrong) <= len(TABLE) / 100, wrong


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert reading(text) is not None


def test_g36_the_agencys_own_codes_are_emergencies() -> None:
    codes = (TenCode("10-78", "Officer needs help", emergency=True), TenCode("10-4", "Acknowledged"))
    for words in ("10-78", "10 78 elm", "10/78 now", "unit 4 10-78"):
        assert read_safety(words) is None
        assert read_safety(words, codes) == "emergency", words
    for words in ("whats 10-78 mean", "how many 10-78 last week", "10-4", "110-78 elm"):
        assert read_safety(words, codes) is None, words
    # An agency that says so has another meaning for 10-33.
    assert read_safety("10-33") == "emergency"
    assert read_safety("10-33", (TenCode("10-33", "Traffic hold", confirmed=True),)) is None


def test_g36_help_at_a_position_is_a_call() -> None:
    assert explain_safety("help") is None
    found = explain_safety("help", pinned=True)
    assert found is not None
    assert (found.kind, found.rule) == ("emergency", "help at a position")


def test_a_reading_names_its_rule_and_words() -> None:
    found = explain_safety(normalise("guy w gun at school now"))
    assert found is not None
    assert (found.kind, found.rule, found.text) == ("emergency", "event: armed", "guy w gun")
    refused = explain_refusal(normalise("run palte QXZ4471"))
    assert refused is not None
    assert (refused.kind, refused.text) == ("plate_check", "run plate")


def test_a_code_is_found_however_it_is_typed() -> None:
    codes = (TenCode("10-33", "Emergency", emergency=True), TenCode("signal 13", "Officer needs help"))
    for words in ("whats 10-33 mean", "10 33", "define 10/33 pls"):
        assert code_named(words, codes) == codes[0], words
    assert code_named("what is signal 13", codes) == codes[1]
    assert code_named("110-33 elm", codes) is None
