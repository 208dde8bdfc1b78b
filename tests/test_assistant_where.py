"""Areas: by kind and code in many spellings, the caller's own, all of the force, and codes there are not."""

from __future__ import annotations

import pytest

from ilp_core.assistant.lexicon import lexicon
from ilp_core.assistant.normalise import normalise
from ilp_core.assistant.spans import TAKEN
from ilp_core.assistant.where import FORCE, Atlas, Whereabouts, make_atlas, read_nth, read_where
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import Area, AreaRef
from tests.test_assistant_understand import OFFICER

PARENTS = {"0835": "008", "0834": "008", "0421": "004"}
ATLAS = make_atlas(
    {"beat": ("0835", "0834", "0421"), "district": ("008", "004", "011")},
    [Area(AreaRef("beat", "835"), "Ashburn", "{}"), Area(AreaRef("beat", "900"), "Far")],
    PARENTS.get,
)
LEEDS = make_atlas({"neighbourhood": ("LDS_HP", "W5A2")}, [])


def read(text: str, atlas: Atlas = ATLAS, caller: Officer | None = OFFICER) -> Whereabouts:
    return read_where(normalise(text), atlas, lexicon(), caller)[0]


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("beat 0835", "beat:0835"),
        ("bt 835", "beat:0835"),
        ("bt835", "beat:0835"),
        ("beat #421", "beat:0421"),
        ("dist 8", "district:008"),
        ("district eight", "district:008"),
        ("the 8th district", "district:008"),
        ("11th dist", "district:011"),
        ("burgs in 0835", "beat:0835"),
        ("hows 0421 doin", "beat:0421"),
        ("in the 11th", None),
        ("burgs in 8", "district:008"),
        ("d8", "district:008"),
        ("my beat", "beat:0835"),
        ("my district", "district:008"),
        ("citywide", "force:all"),
        ("beat 900", "beat:900"),
    ],
)
def test_areas_are_read_in_any_spelling(text: str, area: str | None) -> None:
    found = read(text)
    assert (str(found.area) if found.area else None) == area
    assert found.clarify is None


@pytest.mark.parametrize(
    "text", ["", "whats hot", "last 7 days", "35 robberies", "at 0830", "case 16-0835", "0999", "b/m", "8 cars"]
)
def test_what_names_no_area(text: str) -> None:
    assert read(text) == Whereabouts()


def test_near_me_is_no_area() -> None:
    assert read("near me") == Whereabouts(near_me=True)
    assert read("whats hot near me now").near_me


def test_a_code_there_is_not_is_asked_back_with_the_likest() -> None:
    found = read("beat 0836")
    assert found.area == AreaRef("beat", "0836")
    assert found.clarify.slot == "area"
    assert set(found.clarify.options) >= {"beat 0835", "beat 0834"}
    assert len(found.clarify.options) <= 3
    assert read("beat 9999", make_atlas({}, [])).clarify.options == ()


def test_where_a_city_has_no_such_kind_its_nearest_is_meant() -> None:
    assert read("beat w5a2", LEEDS).area == AreaRef("neighbourhood", "W5A2")


def test_the_callers_own_needs_a_caller_who_has_one() -> None:
    assert read("my beat", caller=None) == Whereabouts()
    assert read("my beat", caller=Officer("1", "admin")) == Whereabouts()


def test_nothing_is_read_across_what_another_reader_took() -> None:
    assert read_where(f"beat {TAKEN * 3} 835", ATLAS, lexicon(), OFFICER)[0].area is None


def test_the_nth_after_in_the_is_a_district_that_there_is() -> None:
    found, (span,) = read_nth("burgs in the 11th", ATLAS)
    assert (found.area, span.text) == (AreaRef("district", "011"), "11th")
    assert read_nth("burgs in the 12th", ATLAS) == (Whereabouts(), ())
    assert read_nth("in the 11th of july", ATLAS) == (Whereabouts(), ())


def test_spans_stand_where_the_words_do() -> None:
    for text in ("whats hot bt 835 tonite", "burgs in 0421", "my district", "the 8th district"):
        found, (span,) = read_where(text, ATLAS, lexicon(), OFFICER)
        assert text[span.start : span.end] == span.text
        assert span.value == str(found.area)


def test_an_atlas_keeps_the_spelling_of_the_records_and_the_outline_of_the_file() -> None:
    assert ATLAS.find("beat", "835") == AreaRef("beat", "0835")
    assert ATLAS.canonical(AreaRef("beat", "835")) == AreaRef("beat", "0835")
    assert ATLAS.canonical(AreaRef("beat", "77")) == AreaRef("beat", "77")
    assert ATLAS.outlines[AreaRef("beat", "0835")].name == "Ashburn"
    assert ATLAS.find("neighbourhood", "835") is None


def test_the_district_of_an_area() -> None:
    assert ATLAS.district_of(AreaRef("beat", "0835")) == AreaRef("district", "008")
    assert ATLAS.district_of(AreaRef("beat", "900")) == AreaRef("beat", "900")
    assert ATLAS.district_of(FORCE) == FORCE
    assert ATLAS.district_of(None) is None
