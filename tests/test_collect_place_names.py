"""Fuzzy look-up of places: as officers type them, misspelt, half said, with the caller's own area first."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.collect.places.names import PlaceNames
from ilp_core.collect.places.words import Name, named, street_key, words
from ilp_core.domain.gazetteer import Entry, Landmark
from ilp_core.domain.places import Area, AreaRef
from tests.made_up_streets import Record, at, gazetteer, grid

BEAT = AreaRef("beat", "0101")


def town() -> list[Record]:
    """The grid with a gas station on two blocks, a Main Street in two beats, and a street in four words."""
    return [
        *grid(6, 6, 2),
        *[("001XX W 3RD ST", "GAS STATION", at(-300, -600), "0101", "001")] * 4,
        *[("002XX W 5TH ST", "GAS STATION", at(-500, -1000), "0101", "001")] * 3,
        *[("001XX W 3RD ST", "BAR OR TAVERN", at(-300, -600), "0101", "001")] * 3,
        *[("012XX N MAIN ST", "", at(5_000, 0), "0201", "002")] * 5,
        *[("012XX S MAIN ST", "", at(5_000, -2_000), "0101", "001")] * 2,
        *[("004XX S DR MARTIN LUTHER KING JR DR", "", at(4_000, 0), "0201", "002")] * 4,
        *[("004XX S COTTAGE GROVE AVE", "", at(4_300, 0), "0201", "002")] * 4,
        *[("004XX W NORTH AVE", "", at(4_600, 0), "0201", "002")] * 4,
        *[("004XX N ST JAMES PL", "", at(4_900, 0), "0201", "002")] * 4,
        *[("004XX S ELMHURST AVE", "", at(5_200, 0), "0201", "002")] * 4,
    ]


@pytest.fixture(scope="module")
def names() -> PlaceNames:
    """The look-up of the made-up town, with two landmarks and an area that has a name."""
    lat, lon = at(-310, -620)
    ring = [[lon - 0.01, lat - 0.01], [lon + 0.01, lat - 0.01], [lon + 0.01, lat + 0.01], [lon - 0.01, lat - 0.01]]
    outline = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    return PlaceNames(
        gazetteer(
            town(),
            areas=[Area(AreaRef("neighbourhood", "7"), "South End", outline)],
            landmarks=[
                Landmark("Shell", lat, lon, 50, ("the shell station",)),
                Landmark("Shell", *at(5_000, -500), 50),
                Landmark("Riverside Mall", *at(2_000, 2_000), 200, ("rm", "the mall")),
            ],
        )
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("3rd & birch", "W 3rd St & S Birch Ave"),
        ("birch and 3rd", "W 3rd St & S Birch Ave"),
        ("3 n birch", "W 3rd St & S Birch Ave"),
        ("third @ birch", "W 3rd St & S Birch Ave"),
        ("birch / 3rd st", "W 3rd St & S Birch Ave"),
        ("3rd birch", "W 3rd St & S Birch Ave"),
        ("x st of 5th n cedar", "W 5th St & S Cedar Ave"),
        ("corner of 5th and cedar", "W 5th St & S Cedar Ave"),
        ("near So. Cedar Avenue and West Fifth Street", "W 5th St & S Cedar Ave"),
        ("5th & ceder", "W 5th St & S Cedar Ave"),
        ("5th & cdear ave", "W 5th St & S Cedar Ave"),
        ("1200 blk n main", "1200 blk N Main St"),
        ("1200 block of n main street", "1200 blk N Main St"),
        ("012xx n main", "1200 blk N Main St"),
        ("12 hundred block of n main", "1200 blk N Main St"),
        ("1234 n main st", "1200 blk N Main St"),
        ("n main", "N Main St"),
        ("mian st n", "N Main St"),
        ("king dr", "S Dr Martin Luther King Jr Dr"),
        ("mlk", "S Dr Martin Luther King Jr Dr"),
        ("martin luther king", "S Dr Martin Luther King Jr Dr"),
        ("cottagegrove", "S Cottage Grove Ave"),
        ("cottage grv", "S Cottage Grove Ave"),
        ("elm hurst", "S Elmhurst Ave"),
        ("north ave", "W North Ave"),
        ("saint james", "N St James Pl"),
        ("st. james", "N St James Pl"),
        ("gas station on 5th", "Gas station, 200 blk W 5th St"),
        ("gas on 5th", "Gas station, 200 blk W 5th St"),
        ("bar at 3rd", "Bar or tavern, 100 blk W 3rd St"),
        ("bt 101", "Beat 0101"),
        ("beat 0101", "Beat 0101"),
        ("dist 2", "District 002"),
        ("0201", "Beat 0201"),
        ("south end", "South End"),
        ("the mall", "Riverside Mall"),
        ("riversde mall", "Riverside Mall"),
    ],
)
def test_a_place_is_found_as_officers_type_it(names: PlaceNames, text: str, label: str) -> None:
    found = names.find(text, None, 3)

    assert [match.entry.label for match in found][:1] == [label]
    assert 60 <= found[0].score <= 100


def test_the_shell_on_a_street_is_the_one_that_stands_there(names: PlaceNames) -> None:
    found = names.find("the shell on 3rd")
    lat, lon = at(-310, -620)

    assert found[0].entry.kind == "landmark"
    assert (found[0].entry.lat, found[0].entry.lon) == (lat, lon)


def test_a_brand_without_a_landmark_is_a_weak_match_of_its_kind(names: PlaceNames) -> None:
    found = names.find("bp on 5th")

    assert [match.entry.label for match in found] == ["Gas station, 200 blk W 5th St"]
    assert found[0].score < names.find("gas station on 5th")[0].score - 10


def test_the_callers_own_area_comes_first_among_equals(names: PlaceNames) -> None:
    assert [match.entry.label for match in names.find("main", AreaRef("beat", "0201"))][:2] == [
        "N Main St",
        "S Main St",
    ]
    assert [match.entry.label for match in names.find("main", AreaRef("beat", "101"))][:2] == [
        "S Main St",
        "N Main St",
    ]
    assert [match.entry.label for match in names.find("1200 blk main", AreaRef("district", "001"))][:2] == [
        "1200 blk S Main St",
        "1200 blk N Main St",
    ]


def test_the_own_area_does_not_beat_what_was_asked_for(names: PlaceNames) -> None:
    assert names.find("n main", BEAT)[0].entry.label == "N Main St"


def test_an_area_that_records_do_not_name_counts_by_where_it_lies(names: PlaceNames) -> None:
    own = names.find("shell", AreaRef("neighbourhood", "7"))[0].entry

    assert (own.kind, own.lat) == ("landmark", at(-310, -620)[0])


def test_a_number_with_a_slip_is_another_number(names: PlaceNames) -> None:
    assert names.find("7th & birch") == []
    assert [match.entry.label for match in names.find("3rd")] == ["W 3rd St"]


@pytest.mark.parametrize(
    "text", ["", " ", "&", "zzyzx", "/" * 50, "\x00", "🚓", "x" * 4096, "1" * 4096, "' OR 1=1 --"]
)
def test_what_names_no_place_finds_none(names: PlaceNames, text: str) -> None:
    assert names.find(text) == []


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_is_taken(text: str) -> None:
    assert len(SMALL.find(text, BEAT, 3)) <= 3


SMALL = PlaceNames(gazetteer(grid(3, 3, 1)))


def test_the_same_question_has_the_same_answer(names: PlaceNames) -> None:
    other = PlaceNames(gazetteer(town()))
    asked = ["main", "gas station", "3rd & birch", "elm", "1200 blk main"]

    assert [other.find(text, BEAT, 9) for text in asked] == [
        PlaceNames(gazetteer(town()[::-1])).find(text, BEAT, 9) for text in asked
    ]


def test_an_empty_gazetteer_finds_nothing() -> None:
    assert PlaceNames(()).find("3rd & birch", BEAT) == []


def test_no_more_matches_than_asked_for(names: PlaceNames) -> None:
    assert len(names.find("birch", None, 1)) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("S WESTERN AVE", Name(("western",), "s", "ave")),
        ("So. Western Avenue", Name(("western",), "s", "ave")),
        ("W 63RD ST", Name(("63rd",), "w", "st")),
        ("Sixty-third St.", Name(("63rd",), "", "st")),
        ("5TH AVE N", Name(("5th",), "n", "ave")),
        ("W NORTH AVE", Name(("north",), "w", "ave")),
        ("NORTH AVE", Name(("north",), "", "ave")),
        ("S AVENUE O", Name(("ave", "o"), "s")),
        ("N LAKE SHORE DR SB", Name(("lake", "shore"), "n", "dr")),
        ("S DR MARTIN LUTHER KING JR DR", Name(("martin", "luther", "king"), "s", "dr")),
        ("St. James St", Name(("saint", "james"), "", "st")),
        ("Park Crescent", Name(("park",), "", "cres")),
        ("Bäckerstraße", Name(("backerstrasse",))),
        ("South End", Name(("end",), "s")),
        ("HWY 6 S", Name(("hwy", "6"), "s")),
        ("The Close", Name(("cl",))),
        ("", None),
    ],
)
def test_a_name_taken_apart(text: str, name: Name | None) -> None:
    assert named(words(text)) == name


def test_spellings_of_one_street_have_one_key() -> None:
    spelled = ["W 63RD ST", "w 63rd street", "West Sixty-Third St.", "W. 63rd St"]

    assert {street_key(text) for text in spelled} == {"w 63rd st"}


def test_a_hundred_thousand_names_are_looked_up_in_time() -> None:
    """Generous bounds for a busy machine; ``benchmarks.gazetteer`` has the figures."""
    chance = random.Random(7)  # noqa: S311 - the same names every time
    made: set[str] = set()
    while len(made) < 25_000:
        made.add("".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(4)).capitalize())
    streets = sorted(made)
    entries = [
        Entry("block", f"{100 * number} blk N {street} Ave", f"{number} {street}", 41.0, -87.0, 100)
        for street in streets
        for number in range(4)
    ]
    names = PlaceNames(entries)
    took = []
    for street in chance.sample(streets, 40):
        start = time.process_time()
        found = names.find(f"200 blk {street[:3] + street[4:]}", None, 20)
        took.append(time.process_time() - start)
        assert f"200 blk N {street} Ave" in [match.entry.label for match in found]

    assert sorted(took)[20] < 0.02
