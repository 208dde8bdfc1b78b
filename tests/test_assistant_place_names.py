"""Places among a message's words: crossings, blocks, addresses, streets, and what is asked back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilp_core.assistant import replies
from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.place_names import LEAST_REACH_M, PlaceFound, option, read_place, stretches
from ilp_core.assistant.spans import TAKEN
from ilp_core.assistant.understand import Context, understand
from ilp_core.collect.places.names import PlaceNames
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Question
from tests.made_up_streets import gazetteer, grid
from tests.test_assistant_understand import ATLAS, CLOCK, OFFICER

CORNER = "W 3rd St & S Elm Ave"
ENTRIES = (
    *gazetteer(grid()),
    Entry("landmark", "Union Hall", "UNION HALL", 41.0, -87.0, 80, aliases=("the hall",)),
    # Two parks of one name, five kilometres apart.
    Entry("landmark", "Memorial Park", "MEMORIAL PARK#1", 41.00, -87.00, 120, beat="0101", areas=("beat:0101",)),
    Entry("landmark", "Memorial Park", "MEMORIAL PARK#2", 41.05, -87.00, 120, beat="0102", areas=("beat:0102",)),
)
NAMES = PlaceNames(ENTRIES)
WITH_PLACES = replace(ATLAS, names=NAMES)


def read(text: str, near: AreaRef | None = None) -> PlaceFound:
    return read_place(normalise(text), NAMES, lexicon(), near)[0]


def asked(text: str) -> Question:
    return understand(text, OFFICER, CLOCK, WITH_PLACES, Context()).question


@pytest.mark.parametrize(
    "text",
    [
        "3rd & elm",
        "elm & 3rd",
        "3rd and elm",
        "elm and 3rd",
        "Elm n 3rd",
        "3rd/elm",
        "elm/3rd",
        "w 3rd st and s elm ave",
        "robberies at 3rd and elm last week",
        "corner of 3rd n elm",
        "3rd elm",
        "whats been tried on elm and 3rd",
    ],
)
def test_a_corner_is_found_in_both_orders(text: str) -> None:
    found = read(text)
    assert found.place is not None
    assert found.place.label == CORNER
    assert found.place.radius_m >= LEAST_REACH_M


@pytest.mark.parametrize(
    "text",
    [
        "300 blk w 3rd",
        "300 block of 3rd",
        "3 hundred blk w 3rd",
        "03xx w 3rd",
        "003xx w 3rd st",
        "anything on 300 w 3rd st",
    ],
)
def test_a_block_is_found_by_its_hundred(text: str) -> None:
    assert read(text).place.label == "003XX W 3RD ST"


@pytest.mark.parametrize("number", ["301", "312", "0312", "377", "399"])
@pytest.mark.parametrize(
    "text", ["anything on {} w 3rd st", "whats been going on at {} W 3rd", "robberies {} w 3rd last week"]
)
def test_a_house_is_cut_to_its_block_at_once(number: str, text: str) -> None:
    question = asked(text.format(number))
    assert question.place is not None
    assert question.place.label == "003XX W 3RD ST"
    assert number.lstrip("0") not in f"{question} {replies.say(question).text}"


def test_a_house_on_no_known_block_is_told_of_by_its_street_alone() -> None:
    question = asked("anything on 4127 s cedar")
    assert question.place.label == "S Cedar Ave"
    assert "4127" not in f"{question} {replies.say(question).text}"


@pytest.mark.parametrize(
    ("text", "label"),
    [("anything on elm", "S Elm Ave"), ("whats up on w 5th st", "W 5th St"), ("by union hall", "Union Hall")],
)
def test_a_street_and_a_landmark_are_found_by_name(text: str, label: str) -> None:
    assert read(text).place.label == label


def test_a_whole_street_says_which_street() -> None:
    assert read("anything on elm").place.street == "S ELM AVE"
    assert read("3rd & elm").place.street == ""


def test_what_fits_two_places_is_asked_back_and_the_callers_own_is_not() -> None:
    both = read("at memorial park")
    assert both.place is None
    assert both.clarify.slot == "place"
    assert both.clarify.options == ("Memorial Park, beat 0101", "Memorial Park, beat 0102")
    own = read("at memorial park", AreaRef("beat", "0102"))
    assert own.clarify is None
    assert own.entry.beat == "0102"


def test_the_options_have_buttons_that_answer_the_question() -> None:
    question = asked("what happened at memorial park last week")
    buttons = replies.say(question).buttons
    assert [button.label for button in buttons] == list(question.clarify.options)
    waiting = Context(pending=question)
    said = buttons[1].data.removeprefix("v1:say:")
    chosen = understand(said, OFFICER, CLOCK, WITH_PLACES, waiting).question
    assert (chosen.intent, chosen.window, chosen.clarify) == (question.intent, "last week", None)
    assert (chosen.place.label, chosen.place.lat) == ("Memorial Park", 41.05)


def test_two_streets_without_a_corner_are_offered() -> None:
    assert read("elm & cedar").clarify.options == ("S Elm Ave", "S Cedar Ave")


@pytest.mark.parametrize("text", ["robberies at blorvik", "whats happened near zyxxon plaza"])
def test_an_unknown_place_is_said_to_be_unknown(text: str) -> None:
    found = read(text)
    assert (found.place, found.clarify) == (None, None)
    assert found.unknown


@pytest.mark.parametrize(
    "text", ["", "whats hot", "burgs last week", "at night", "the", "on the way", "5 cars", "brief me"]
)
def test_what_names_no_place(text: str) -> None:
    assert read(text) == PlaceFound()


def test_without_a_gazetteer_nothing_is_found() -> None:
    assert read_place("3rd & elm", None, lexicon(), None) == (PlaceFound(), ())


def test_nothing_is_read_across_what_another_reader_took() -> None:
    text = f"3rd {TAKEN * 4} elm"
    assert read_place(text, NAMES, lexicon(), None)[0].entry.kind != "crossing"


def test_spans_stand_where_the_words_do() -> None:
    text = "robberies at 3rd and elm"
    _, (span,) = read_place(text, NAMES, lexicon(), None)
    assert text[span.start : span.end] == span.text == "3rd and elm"
    assert (span.kind, span.value) == ("place", CORNER)


def test_the_surest_stretch_comes_first_and_none_lies_within_another() -> None:
    found = stretches("meet at elm or 300 blk w 3rd", NAMES, lexicon())
    assert found[0].shape == "block"
    assert [each.text for each in found] == ["300 blk w 3rd", "elm"]


def test_an_area_by_name_is_an_area_and_no_place() -> None:
    found = PlaceFound(next(entry for entry in ENTRIES if entry.kind == "area" and entry.key == "beat:0101"))
    assert found.area == AreaRef("beat", "0101")
    assert PlaceFound().area is None
    assert PlaceFound().place is None


def test_an_option_names_the_area_that_tells_it_apart() -> None:
    entry = Entry("landmark", "Hall", "HALL", 0.0, 0.0, 50)
    assert option(entry) == "Hall"
    assert option(replace(entry, district="008")) == "Hall, district 008"
    assert option(replace(entry, district="008", beat="0835")) == "Hall, beat 0835"
