"""The agency's own words as a table: what may stand in it, and what is told of a row that means nothing."""

from __future__ import annotations

import pytest

from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.phrases import phrase_of
from ilp_core.collect.tables.words import cells, read_words, write_words
from ilp_core.domain.agency_words import OPEN_INTENTS, OWN_KINDS, SMALL_KINDS, OwnWord, as_typed, phrase_fits

SHIFTS = ("days", "evenings", "nights")
HEAD = "kind,language,phrase,meaning\n"
ROWS = (
    OwnWord("offence", "kicks", "burglary"),
    OwnWord("offence", "motor stuff", "@vehicle crime"),
    OwnWord("area", "patch", "beat"),
    OwnWord("phrase", "^whos|who on .. tonight$", "tasks"),
    OwnWord("shift", "late turn", "evenings"),
    OwnWord("opener", "y que tal", "", "es"),
)


def test_what_is_written_is_read_again() -> None:
    assert read_words(write_words(ROWS), SHIFTS) == (list(ROWS), [])


def test_a_phrase_is_kept_as_messages_are_read() -> None:
    rows, problems = read_words(HEAD + "OFFENCE,,Smash ’n’  Grabs,Burglary\n", SHIFTS)
    assert (rows, problems) == ([OwnWord("offence", "smash n grabs", "burglary", "en")], [])
    assert as_typed("What's  Up") == normalise("What's  Up")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("slang,,x1,robbery", "line 2: kind cannot be slang. Write one of: offence, area, phrase, shift, filler,"),
        ("offence,,kicks,burglry", "line 2: offence words cannot mean burglry. Write burglary, or one of: homicide"),
        ("offence,,kicks,@vehicles", "line 2: offence words cannot mean @vehicles. Write @vehicle crime, or one of"),
        ("offence,,kicks,", "line 2: offence words cannot mean blank. Write homicide, or one of"),
        ("area,,patch,precinct", "line 2: area words cannot mean precinct. Write"),
        ("shift,,late turn,lates", "line 2: shift words cannot mean lates. Write days, or one of: days, evenings"),
        ("phrase,,whos on,task", "line 2: phrase words cannot mean task. Write tasks, or one of: hotspots"),
        ("phrase,,man down,emergency", "line 2: phrase words cannot mean emergency."),
        ("phrase,,who is he,refuse", "line 2: phrase words cannot mean refuse."),
        ("phrase,,..,tasks", "line 2: .. is no pattern of words."),
        ("phrase,,a? b?,tasks", "line 2: a? b? is no pattern of words."),
        ("phrase,,who|,tasks", "line 2: who| is no pattern of words."),
        ("phrase,,(a+)+,tasks", "line 2: (a+)+ is no pattern of words."),
        ("filler,,pls,robbery", "line 2: filler words have no meaning of their own. Leave robbery out."),
        ("offence,,,robbery", "line 2: a blank cell is no phrase that officers type."),
        ("offence,,k,robbery", "line 2: k is no phrase that officers type."),
        ("offence,,a b c d e f,robbery", "line 2: a b c d e f is no phrase that officers type."),
        ("offence,,kicks*,robbery", "line 2: kicks* is no phrase that officers type."),
        ("offence,xx,kicks,robbery", "line 2: there is no language xx. Write one of: en,"),
        ("offence,,kicks,robbery\noffence,,KICKS,arson", "line 3: offence kicks stands in line 2 already."),
    ],
)
def test_a_row_that_means_nothing_is_named_and_nothing_is_taken(row: str, told: str) -> None:
    rows, problems = read_words(HEAD + row + "\n", SHIFTS)
    assert rows == []
    assert [problem[: len(told)] for problem in problems] == [told]


def test_every_kind_has_its_place_in_the_lexicon() -> None:
    meanings = {"offence": "robbery", "area": "beat", "phrase": "tasks", "shift": "nights"}
    own = tuple(OwnWord(kind, "zork", meanings.get(kind, "")) for kind in OWN_KINDS)
    words = lexicon("us", own)
    assert words.offences["zork"] == ("robbery",)
    assert words.areas["zork"] == "beat"
    assert [hit.phrase.intent for hit in words.phrases.find("zork")] == ["tasks"]
    assert words.times.shifts[0] == ("zork", "nights")
    assert [kind for kind in SMALL_KINDS if "zork" not in words.small[kind]] == []
    assert set(cells(own[0])) == {"kind", "language", "phrase", "meaning"}


@pytest.mark.parametrize("text", ["who|whos hasnt .. acked", "^stats? please$", "unit # free", "pls show"])
def test_a_pattern_that_fits_can_be_searched_for(text: str) -> None:
    assert phrase_fits("phrase", text)
    for intent in OPEN_INTENTS:
        assert phrase_of(intent, 5.0, text).pattern.search("nothing of it") is None
