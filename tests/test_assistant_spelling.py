"""Spelling: typos go to the word that was meant, and what is no typo stays as it is."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.spelling import Correction, Speller
from tests.typos import doubled, dropped, swapped

TARGETS = (
    "burglary",
    "robberies",
    "hotspots",
    "beat",
    "last",
    "days",
    "district",
    "night",
    "week",
    "what",
    "robbery",
)
SPELLER = Speller(("shops", "bear"), TARGETS)


def read(word: str, kept: frozenset[str] = frozenset()) -> str:
    return SPELLER.correct(word, kept.__contains__)[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("burglray", "burglary"),
        ("burgalry", "burglary"),
        ("bruglarry", "burglary"),
        ("hotsptos", "hotspots"),
        ("distirct", "district"),
        ("nigth", "night"),
        ("robberys", "robbery"),
        ("baet", "beat"),
        ("daysss", "days"),
        ("wwwhat", "what"),
        ("lastnight", "last night"),
        ("beat7", "beat 7"),
        ("7days", "7 days"),
        ("last7days", "last 7 days"),
    ],
)
def test_a_typo_goes_to_the_word_that_was_meant(typed: str, meant: str) -> None:
    text, corrections = SPELLER.correct(f"a {typed} b", lambda _: False)
    assert text == f"a {meant} b"
    assert corrections == (Correction(typed, meant),)


@pytest.mark.parametrize(
    "word",
    [
        "beat",  # known
        "shops",  # known though no target
        "bear",  # known: no beat
        "bet",  # too short
        "feat",  # another first letter in a short word
        "b4",
        "10-33",
        "3rd",
        "h7k2qx",
        "western",
        "x" * 400,
        "заря",
        "",
    ],
)
def test_what_is_no_typo_stays(word: str) -> None:
    assert SPELLER.correct(word, lambda _: False) == (word, ())


def test_a_word_of_the_citys_places_stays() -> None:
    assert read("burglery") == "burglary"
    assert read("burglery", frozenset({"burglery"})) == "burglery"


def test_blanks_and_other_words_keep_their_places() -> None:
    text, corrections = SPELLER.correct("the  burglray\tlast nigth", lambda _: False)
    assert text == "the  burglary\tlast night"
    assert [each.read for each in corrections] == ["burglary", "night"]


def test_a_swap_is_likelier_than_another_letter() -> None:
    assert Speller((), ("trail", "trial")).correct("traill", lambda _: False)[0] == "trail"
    assert Speller((), ("form", "from", "farm")).correct("fomr", lambda _: False)[0] in ("form", "from")
    assert Speller((), ("calm", "clam", "claim")).correct("calmi", lambda _: False)[0] == "calm"


# A letter left out makes another word more often.
@pytest.mark.parametrize(("slip", "least"), [(swapped, 0.9), (doubled, 0.9), (dropped, 0.85)])
def test_one_slip_in_a_long_word_of_the_tables_is_put_right(
    slip: Callable[[str, random.Random], str], least: float
) -> None:
    """Of 300 words that the tables ask for."""
    asked_for = lexicon().everyday - {word for phrase in lexicon().small["keep"] for word in phrase.split()}
    words = sorted(word for word in asked_for if len(word) >= 7 and word.isascii() and word.isalpha())
    chance = random.Random("slips")  # noqa: S311 - slips, not secrets
    chosen = chance.sample(words, 300)
    speller = lexicon().speller
    right = [speller.correct(slip(word, chance), lambda _: False)[0] == word for word in chosen]
    assert sum(right) >= least * len(chosen)


def test_every_word_of_the_tables_is_left_as_it_is() -> None:
    for word in lexicon().everyday:
        assert lexicon().speller.correct(word, lambda _: False) == (word, ())
