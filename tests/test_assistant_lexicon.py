"""The lexicon: presets, an agency's own rows, and rows that name what does not exist."""

from __future__ import annotations

import pytest

from ilp_core.assistant.lexicon import PRESETS, SMALL_KINDS, OwnWord, lexicon
from ilp_core.assistant.when import read_when
from ilp_core.domain.offences import FAMILIES, OFFENCES
from ilp_core.domain.places import AREA_KINDS
from ilp_core.domain.questions import INTENTS
from tests.test_assistant_understand import CLOCK


@pytest.mark.parametrize("preset", PRESETS)
def test_every_row_names_what_there_is(preset: str) -> None:
    words = lexicon(preset)
    assert all(slugs and set(slugs) <= set(OFFENCES) for slugs in words.offences.values())
    assert set(words.areas.values()) <= set(AREA_KINDS)
    assert set(words.small) == set(SMALL_KINDS)
    assert words.filler == set(words.small["filler"])
    assert {hit.phrase.intent for hit in words.phrases.find("whats hot who sees this brief me")} <= set(INTENTS)


def test_every_offence_has_a_word_and_every_family_a_name() -> None:
    named = set(lexicon().offences.values())
    # "Other" is what no word asks for.
    assert {slug for slugs in named for slug in slugs} == set(OFFENCES) - {"other"}
    assert all(tuple(slug for slug in OFFENCES if slug in family) in named for family in FAMILIES.values())


def test_longer_names_come_first() -> None:
    lengths = [len(phrase) for phrase in lexicon().offences]
    assert lengths == sorted(lengths, reverse=True)
    for phrases in lexicon().small.values():
        assert [len(phrase) for phrase in phrases] == sorted((len(phrase) for phrase in phrases), reverse=True)


def test_words_of_the_other_preset_are_understood_too() -> None:
    us, uk = lexicon("us"), lexicon("uk")
    assert set(us.offences) == set(uk.offences)
    assert set(us.areas) == set(uk.areas)
    assert {kind: set(words) for kind, words in us.small.items()} == {
        kind: set(words) for kind, words in uk.small.items()
    }


def test_an_agency_adds_words_of_every_kind() -> None:
    own = (
        OwnWord("offence", "Garage Hoppers", "other_theft"),
        OwnWord("offence", "jackings", "robbery vehicle_theft"),
        OwnWord("area", "parish", "district"),
        OwnWord("phrase", "gimme the gouge", "briefing"),
        OwnWord("shift", "owls", "nights"),
        OwnWord("filler", "fam", ""),
    )
    words = lexicon("us", own)
    assert words.offences["garage hoppers"] == ("other_theft",)
    assert words.offences["jackings"] == tuple(slug for slug in OFFENCES if slug in ("robbery", "vehicle_theft"))
    assert words.areas["parish"] == "district"
    assert read_when("owls", CLOCK, words.times)[0] == read_when("nights", CLOCK, words.times)[0]
    assert read_when("owls", CLOCK, words.times)[0] != read_when("owls", CLOCK)[0]
    assert "fam" in words.filler
    (hit,) = [hit for hit in words.phrases.find("gimme the gouge") if hit.phrase.intent == "briefing"]
    assert hit.phrase.weight == 5
    assert words.speller.correct("gimme the gougee", lambda _: False)[0] == "gimme the gouge"
    assert "garage hoppers" not in lexicon("us").offences, "an agency's words are its own"


def test_an_agencys_meaning_wins() -> None:
    assert lexicon().offences["burgs"] == ("burglary",)
    assert lexicon("us", (OwnWord("offence", "burgs", "trespass"),)).offences["burgs"] == ("trespass",)
    assert lexicon("us", (OwnWord("area", "beat", "neighbourhood"),)).areas["beat"] == "neighbourhood"


def test_a_family_is_named_by_its_sign() -> None:
    name, members = next(iter(FAMILIES.items()))
    words = lexicon("us", (OwnWord("offence", "the lot", f"@{name}"),))
    assert set(words.offences["the lot"]) == set(members)


@pytest.mark.parametrize(
    ("word", "error"),
    [
        (OwnWord("offence", "x", "nonsense"), ValueError),
        (OwnWord("offence", "x", "robbery nonsense"), ValueError),
        (OwnWord("offence", "x", ""), ValueError),
        (OwnWord("offence", "x", "@nonsense"), ValueError),
        (OwnWord("area", "x", "parish"), ValueError),
        (OwnWord("phrase", "x", "nonsense"), ValueError),
        (OwnWord("phrase", "..", "help"), ValueError),
    ],
)
def test_a_row_that_names_what_does_not_exist_is_refused(word: OwnWord, error: type[Exception]) -> None:
    with pytest.raises(error):
        lexicon("us", (word,))
