"""The language of phrases: what a row of the table matches, what it does not, and which rows are none."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from ilp_core.assistant.phrases import PhraseTable, phrase_of


def found(row: str, text: str) -> str | None:
    """What of ``text`` a table of this one row finds."""
    hits = PhraseTable([phrase_of("help", 3, row)]).find(text)
    return text[hits[0].start : hits[0].end] if hits else None


@pytest.mark.parametrize(
    ("row", "text", "what"),
    [
        ("whats hot", "so whats hot tonite", "whats hot"),
        ("whats hot", "whats   hot", "whats   hot"),
        ("who|whos acked", "whos acked", "whos acked"),
        ("who|whos acked", "who acked", "who acked"),
        ("up|down or? down|up", "up down", "up down"),
        ("up|down or? down|up", "is it up or down", "up or down"),
        ("the? priorities", "the priorities", "the priorities"),
        ("the? priorities", "priorities", "priorities"),
        ("tip #", "tip 2231", "tip 2231"),
        ("tip #", "my tip 2231 pls", "tip 2231"),
        ("who|whos hasnt .. acked", "who hasnt acked", "who hasnt acked"),
        ("who|whos hasnt .. acked", "whos hasnt even once acked it", "whos hasnt even once acked"),
        ("what .. stored", "what one two three four five stored", "what one two three four five stored"),
        ("^why", "why tho", "why"),
        ("more$", "show me more", "more"),
        ("more$", "more  ", "more  "),
        ("^map$", "map", "map"),
        ("b/m", "seen a b/m run", "b/m"),
    ],
)
def test_what_a_phrase_finds(row: str, text: str, what: str) -> None:
    assert found(row, text) == what


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("whats hot", "whats hotter"),
        ("whats hot", "somewhats hot"),
        ("hot", "q&hot"),
        ("hot", "hot&cold"),
        ("who|whos acked", "whose acked"),
        ("tip #", "tip x"),
        ("tip #", "tip 22x"),
        ("what .. stored", "what one two three four five six stored"),
        ("^why", "and why"),
        ("more$", "more beats"),
        ("^map$", "the map"),
        ("the? priorities", "the priority"),
    ],
)
def test_what_a_phrase_does_not_find(row: str, text: str) -> None:
    assert found(row, text) is None


@pytest.mark.parametrize(
    ("intent", "row"), [("nonsense", "whats hot"), ("help", ""), ("help", ".."), ("help", "^$"), ("help", "?")]
)
def test_a_row_that_is_no_phrase_is_refused_by_name(intent: str, row: str) -> None:
    with pytest.raises(ValueError, match=rf"^{intent}: "):
        phrase_of(intent, 3, row)


def test_a_phrase_is_tried_only_where_its_rarest_slot_stands() -> None:
    assert phrase_of("help", 3, "who|whos|whose acked").keys == {"acked"}
    assert phrase_of("help", 3, "the? priorities").keys == {"priorities"}
    assert phrase_of("help", 3, "# #").keys == frozenset()


def test_hits_come_in_the_order_of_the_text_the_longest_first() -> None:
    table = PhraseTable(
        [phrase_of("help", 3, row) for row in ("hot", "whats hot", "tonite", "# days", "last # days")]
    )
    text = "whats hot tonite last 7 days"
    hits = table.find(text)
    assert [text[hit.start : hit.end] for hit in hits] == ["whats hot", "hot", "tonite", "last 7 days", "7 days"]
    assert table.find("") == []


def test_words_beside_a_colon_are_looked_up() -> None:
    assert found("tip", "tip: white van") == "tip"
    assert found("tip", "tip:white van") == "tip"


def test_words_of_phrases_are_what_typos_are_put_right_to() -> None:
    phrases = [phrase_of("help", 3, "^who|whos hasnt .. acked$"), phrase_of("help", 3, "b/m? tip #")]
    assert PhraseTable.words_of(phrases) == {"who", "whos", "hasnt", "acked", "b/m", "tip"}


def test_every_row_of_the_table_finds_its_own_words() -> None:
    """A phrase with its first words, without what may be missing, and with one number, is found by itself."""
    table = (files("ilp_core.words") / "tables" / "phrases.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert len(rows) > 500
    for row in rows:
        slots = row["phrase"].removeprefix("^").removesuffix("$").split()
        firm = [slot for slot in slots if slot != ".." and not slot.endswith("?")]
        said = " ".join(slot.split("|")[0].replace("#", "7") for slot in firm)
        phrase = phrase_of(row["intent"], float(row["weight"]), row["phrase"])
        hits = PhraseTable([phrase]).find(said)
        assert [(hit.start, hit.end) for hit in hits] == [(0, len(said))], row
        assert 0 < phrase.weight < 10
