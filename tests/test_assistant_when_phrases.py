"""Six hundred phrases at fixed moments: on and off duty, 03:00 and 14:00, new year, 29 February, clock changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.spans import TAKEN, Span, masked, words_left
from ilp_core.assistant.when import Clock, read_when, time_words
from ilp_core.domain.shifts import Shift
from ilp_core.domain.windows import Hours
from tests.when_phrases import Case, cases, told

CASES = tuple(cases())
EVENING = next(case.clock for case in CASES if case.at == "2016-07-15T21:30")


@pytest.mark.parametrize("case", CASES, ids=[f"{case.at} {case.zone} {case.phrase}" for case in CASES])
def test_a_phrase_is_read_as_the_table_says(case: Case) -> None:
    reading, _ = read_when(normalise(case.phrase), case.clock, time_words(case.preset))
    assert told(reading, case.clock) == case.expected


def spans(text: str, clock: Clock = EVENING) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in read_when(text, clock)[1]]


def test_every_time_word_is_a_span_of_its_kind() -> None:
    assert spans("assaults fri n sat last month btwn 2200 n 0300 vs last yr") == [
        ("weekdays", "fri n sat"),
        ("time", "last month"),
        ("hours", "btwn 2200 n 0300"),
        ("compare", "vs last yr"),
    ]


def test_what_is_left_are_the_words_of_others() -> None:
    text = "how many car breaks in 0835 last nite after 10pm"
    _, taken = read_when(text, EVENING)
    assert words_left(masked(text, taken)) == ["how", "many", "car", "breaks", "in", "0835"]


def test_a_misspelt_word_is_less_sure() -> None:
    (right,), (wrong,) = (read_when(word, EVENING)[1] for word in ("yesterday", "yesteday"))
    assert right.score == 1
    assert 0.8 < wrong.score < 1


@pytest.mark.parametrize(
    ("text", "taken"), [("last week", "week"), ("fri n sat", "n"), ("btwn 2200 n 0300", "2200"), ("july 4", "july")]
)
def test_nothing_is_read_across_what_others_have_taken(text: str, taken: str) -> None:
    start = text.index(taken)
    others = Span("place", start, start + len(taken), taken, "")
    cut = masked(text, [others])
    assert all(TAKEN not in span.text for span in read_when(cut, EVENING)[1])
    assert read_when(cut, EVENING)[0] != read_when(text, EVENING)[0]


def test_a_short_form_between_what_others_have_read_is_a_day() -> None:
    text = "robs sat in 0835"
    others = [Span("offence", 0, 4, "robs", ""), Span("area", 12, 16, "0835", "")]
    assert read_when(masked(text, others), EVENING)[0].weekdays == ("sat",)
    assert read_when("male sat in car", EVENING)[0].empty


@pytest.mark.parametrize(
    "word", ["yesterday", "tonight", "weekend", "wednesday", "tomorrow", "saturday", "last week"]
)
def test_thumb_typing_is_read(word: str) -> None:
    """Each two letters swapped, each letter doubled, and each left out of a long word: the same reading."""
    right = read_when(word, EVENING)[0]
    places = [place for place in range(len(word)) if word[place] != " "]
    swapped = [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in places[:-1]
        if word[place + 1] != " "
    ]
    doubled = [word[: place + 1] + word[place:] for place in places]
    dropped = [word[:place] + word[place + 1 :] for place in places] if " " not in word else []
    # "last", "past" and "week" are too short for more than a swap or a double.
    for typed in (*swapped, *doubled, *dropped):
        assert read_when(typed, EVENING)[0] == right, typed


@pytest.mark.parametrize("text", [
    "marsh st", "they may go", "march on city hall", "in the march", "sun was in my eyes", "2nd one", "beat 0835",
    "1200 blk elm", "10-33", "10-4", "tip 2231", "x3", "15 min", "30", "abc1234", "3k9q7t", "hs2", "f150", "24/7",
    "7-11 on 3rd", "male 18-25", "about 2 males", "at 1200 elm", "at 2100 s western", "last 3 robs", "good morning",
    "been off 4 days", "these days", "mourning", "remember", "x st of 5th n oak", "1200-1400 blk w madison",
    "approve 2231 2b p", "same mo", "he sat down", "corner of 63rd", "the 2nd one", "rte 9", "code 0", "i work it",
])  # fmt: skip
def test_what_only_looks_like_time_is_left_alone(text: str) -> None:
    reading, taken = read_when(text, EVENING)
    assert reading.empty
    assert taken == ()


@pytest.mark.parametrize(
    "text", ["after 99pm", "btwn 2500 n 0300", "last 0 days", "feb 30", "dec vs oct", "after dark"]
)
def test_what_cannot_be_read_is_said_and_not_guessed(text: str) -> None:
    reading, taken = read_when(text, EVENING)
    assert reading.empty
    assert reading.unclear == (text,)
    assert taken == ()


def test_an_agency_adds_words_of_its_own() -> None:
    own = time_words(more=(("bar close", "=02:00"),), shifts=(("third relief", "nights"), ("1st watch", "days")))
    assert str(read_when("after bar close", EVENING, own)[0].hours) == "02:00-"
    assert read_when("third relief", EVENING, own)[0].shift == "nights"
    assert read_when("1st watch", EVENING, own)[0].shift == "days"
    assert read_when("1st watch", EVENING)[0].shift == "nights"


def test_the_hours_of_a_shift_are_the_agencys() -> None:
    twelve = replace(EVENING, shifts=(Shift("days", Hours(360, 1080)), Shift("nights", Hours(1080, 360))), own=None)
    assert str(read_when("mids", twelve)[0].hours) == "18:00-06:00"
    assert str(read_when("at night", twelve)[0].hours) == "18:00-06:00"
    # There is no evening shift to name.
    assert read_when("swings", twelve)[0].unclear == ("swings",)
