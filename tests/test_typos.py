"""The typing of thumbs: by rule, seeded, at most one slip a word, and never in a code."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from tests.typos import NEIGHBOURS, SLIPS, doubled, dropped, missed, swapped, typed, with_slips

TEXTS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzñ0123456789 &/:'"), max_size=60)
SEEDS = st.integers(0, 999)


def close(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, SEEDS, st.floats(0, 1))
def test_short_words_and_codes_are_typed_right(text: str, seed: int, rate: float) -> None:
    firm = [word for word in text.split() if len(word) < 4 or not word.isalpha()]
    left = typed(text, seed, rate)
    for word in firm:
        assert word in left
    digits = [sign for sign in text if not sign.isalpha() and not sign.isspace()]
    assert [sign for sign in left if not sign.isalpha() and not sign.isspace()] == digits


@given(TEXTS, SEEDS)
def test_a_word_gets_one_slip_at_most(text: str, seed: int) -> None:
    able = sum(len(word) >= 4 and word.isalpha() for word in text.split())
    assert OSA.distance(close(text), close(typed(text, seed, 1.0))) <= able


@given(TEXTS, SEEDS, st.integers(0, 2))
def test_a_message_gets_no_more_slips_than_were_asked_for(text: str, seed: int, count: int) -> None:
    assert OSA.distance(" ".join(text.split()), with_slips(text, seed, count)) <= count


@given(TEXTS, SEEDS)
def test_no_rate_no_slip_and_the_same_seed_the_same_slips(text: str, seed: int) -> None:
    assert typed(text, seed, 0.0) == " ".join(text.split())
    assert typed(text, seed, 0.5) == typed(text, seed, 0.5)


@pytest.mark.parametrize("slip", SLIPS)
def test_every_slip_is_one_edit(slip: object) -> None:
    assert callable(slip)
    seen = {slip("hotspots", random.Random(seed)) for seed in range(50)}  # noqa: S311 - slips, not secrets
    assert {OSA.distance("hotspots", word) for word in seen} == {1}
    assert len(seen) > 3


def test_the_slips_are_what_they_are_called() -> None:
    chance = random.Random(7)  # noqa: S311 - slips, not secrets
    assert sorted(swapped("robs", chance)) == sorted("robs")
    assert len(dropped("robs", chance)) == 3
    assert len(doubled("robs", chance)) == 5
    wrong = missed("robs", chance)
    (at,) = [at for at in range(4) if wrong[at] != "robs"[at]]
    assert wrong[at] in NEIGHBOURS["robs"[at]]
    assert set(NEIGHBOURS["s"]) == set("qweadzxc")


def test_a_missing_space_comes_up_too() -> None:
    left = [typed("burglary trend", seed, 1.0) for seed in range(200)]
    together = [text for text in left if " " not in text]
    assert 20 < len(together) < 60
    assert any(text.startswith("burglary") for text in together)
