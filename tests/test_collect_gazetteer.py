"""The gazetteer that records make: blocks, streets, crossings, premises and areas, at block level and never finer."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.collect.places.premises import premise_label, premise_words
from ilp_core.collect.places.spots import Spot, read_spot
from ilp_core.collect.places.streets import MOST_PREMISES
from ilp_core.domain.gazetteer import Entry, Landmark
from ilp_core.domain.places import Area, AreaRef
from tests.made_up_streets import NOWHERE, Record, at, columns, gazetteer, grid, of_kind, shuffled


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("079XX S WESTERN AVE", Spot("street", "S WESTERN AVE", 7900)),
        ("800 Block of BRYANT ST", Spot("street", "BRYANT ST", 800)),
        ("1200 BLK ELM ST", Spot("street", "ELM ST", 1200)),
        ("9600 MARLIVE LN", Spot("street", "MARLIVE LN", 9600)),
        ("1100 W  39TH                         PL", Spot("street", "W 39TH PL", 1100)),
        ("BRYANT ST / 7TH ST", Spot("crossing", "BRYANT ST", -1, "7TH ST")),
        ("Sligo Creek Pkwy @ New Hampshire", Spot("crossing", "Sligo Creek Pkwy", -1, "New Hampshire")),
        ("1200 ELM ST & OAK", Spot("crossing", "ELM ST", -1, "OAK")),
        ("On or near Swithen Hill", Spot("street", "Swithen Hill")),
        ("On or near Park/Open Space", Spot("premise", "Park/Open Space")),
        ("5400 N AVENUE 26", Spot("street", "N AVENUE 26", 5400)),
        ("100 HIGHWAY 6 S", Spot("street", "HIGHWAY 6 S", 100)),
        ("Flat 2, 24 Birch Street", Spot("street", "Birch Street")),
        ("Birch Street 24", Spot("street", "Birch Street")),
        ("No Location", Spot()),
        ("A ST & B ST & C ST", Spot()),
        ("12", Spot()),
        ("", Spot()),
    ],
)
def test_what_a_block_text_names(text: str, spot: Spot) -> None:
    assert read_spot(text) == spot


@given(st.integers(1, 99_999), st.sampled_from(["S ELM ST", "BIRCH LN APT {n}", "OAK RD, FLAT {n}", "MAIN ST # {n}"]))
@settings(max_examples=60)
def test_no_house_number_reaches_an_entry(number: int, street: str) -> None:
    text = f"{number} {street.format(n=number)}"
    entries = gazetteer([(text, "GAS STATION", at(0, 0), "1", "1")] * 3)
    told = [part for entry in entries for part in (entry.label, entry.key) if entry.kind != "area"]

    assert {entry.kind for entry in entries} == {"area", "block", "street", "premise"}
    if number % 100:
        assert [each for each in told if re.search(rf"(?<!\d)0*{number}(?!\d)", each)] == []


def test_a_block_lies_in_the_middle_of_its_records_and_has_the_areas_most_of_them_name() -> None:
    records: list[Record] = [
        ("012XX W ELM ST", "STREET", at(-10, 0), "0101", "001"),
        ("012XX W Elm St", "STREET", at(0, 4), "0102", "001"),
        ("1200 BLOCK OF W ELM STREET", "STREET", at(10, 2), "0102", "002"),
        ("012XX W ELM ST", "STREET", NOWHERE, "0103", "003"),
    ]
    found = of_kind(gazetteer(records), "block")

    assert list(found) == ["012XX W ELM ST"]
    block = found["012XX W ELM ST"]
    assert (block.label, block.beat, block.district, block.count) == ("1200 blk W Elm St", "0102", "001", 3)
    assert (block.lat, block.lon) == pytest.approx(at(0, 2), abs=2e-6)
    assert block.radius_m == 60


def test_a_street_reaches_over_its_blocks_and_names_the_areas_it_runs_through() -> None:
    records = [record for record in grid() if "ALDER" in record[0]]
    records += [("003XX S ALDER AVE", "", at(-200, -700), "0103", "002")] * 2
    records += [("003XX S ALDER AVE", "", at(-200, -700), "0199", "009")]
    street = of_kind(gazetteer(records), "street")["S ALDER AVE"]

    assert (street.label, street.count, street.beat) == ("S Alder Ave", 21, "0102")
    assert street.areas == ("beat:0102", "beat:0103", "district:001", "district:002")
    assert (street.lat, street.lon) == pytest.approx(at(-200, -700), abs=1e-5)
    assert street.radius_m == 600


def test_main_street_in_two_towns_is_two_streets() -> None:
    here: list[Record] = [(f"{hundred} MAIN ST", "", at(hundred * 2, 0), "1", "1") for hundred in (100, 200, 300)]
    there: list[Record] = [(f"{hundred} MAIN ST", "", at(hundred * 2 + 9_000, 0), "2", "2") for hundred in (100, 200)]
    entries = gazetteer([*here, *there])

    assert list(of_kind(entries, "street")) == ["MAIN ST", "MAIN ST #2"]
    assert [entry.lon for entry in of_kind(entries, "street").values()] == pytest.approx(
        [at(400, 0)[1], at(9_300, 0)[1]], abs=1e-5
    )
    assert sorted(of_kind(entries, "block")) == [
        "001XX MAIN ST", "001XX MAIN ST #2", "002XX MAIN ST", "002XX MAIN ST #2", "003XX MAIN ST",
    ]  # fmt: skip


def test_a_street_with_a_hole_in_it_is_one_where_its_numbers_go_on() -> None:
    south: list[Record] = [(f"{number} S MAIN ST", "", at(0, -2 * number), "1", "1") for number in range(0, 900, 100)]
    on: list[Record] = [
        (f"{number} S MAIN ST", "", at(0, -2 * number), "2", "1") for number in range(4000, 5000, 100)
    ]
    streets = of_kind(gazetteer([*south, *on]), "street")

    assert list(streets) == ["S MAIN ST"]
    assert streets["S MAIN ST"].areas == ("beat:1", "beat:2", "district:1")


def test_one_wrong_position_makes_no_street() -> None:
    records = [*grid(each=40), ("003XX W 2ND ST", "", at(20_000, 0), "0101", "001")]

    assert [key for key in of_kind(gazetteer(records), "street") if "#" in key] == []
    assert of_kind(gazetteer(records), "block")["003XX W 2ND ST"].count == 40


def test_premises_stand_in_the_middle_of_their_block_from_three_records_on() -> None:
    off = at(-315, -395)
    records: list[Record] = [
        *grid(),
        *[("001XX W 2ND ST", "GAS STATION", off, "0101", "001")] * 3,
        *[("002XX W 2ND ST", "GAS STATION", off, "0101", "001")] * 2,
        *[("001XX W 2ND ST", "APARTMENT", off, "0101", "001")] * 9,
        *[("001XX W 2ND ST", "18A", off, "0101", "001")] * 9,
    ]
    entries = gazetteer(records)
    found = of_kind(entries, "premise")
    block = of_kind(entries, "block")["001XX W 2ND ST"]

    assert list(found) == ["GAS STATION @ 001XX W 2ND ST"]
    premise = found["GAS STATION @ 001XX W 2ND ST"]
    assert (premise.label, premise.count) == ("Gas station, 100 blk W 2nd St", 3)
    assert (premise.lat, premise.lon, premise.radius_m) == (block.lat, block.lon, block.radius_m)


def test_premises_in_place_of_a_street_are_told_apart_by_where_they_lie() -> None:
    records: list[Record] = [
        *[("On or near Supermarket", "", at(0, 0), "", "")] * 3,
        *[("On or near Supermarket", "", at(600, 0), "", "")] * 4,
        *[("On or near Supermarket", "", at(1200, 0), "", "")] * 2,
        *[("On or near High Street", "", at(0, 0), "", "")] * 2,
    ]
    entries = gazetteer(records)

    assert {key: entry.count for key, entry in of_kind(entries, "premise").items()} == {
        "SUPERMARKET": 4,
        "SUPERMARKET #2": 3,
    }
    assert list(of_kind(entries, "street")) == ["HIGH STREET"]


def test_the_number_of_premises_is_bounded() -> None:
    assert MOST_PREMISES == 20_000


@pytest.mark.parametrize(
    "text",
    [
        "RESIDENCE", "RESIDENCE-GARAGE", "RESIDENTIAL YARD (FRONT/BACK)", "APARTMENT", "CHA APARTMENT", "HOUSE",
        "SINGLE FAMILY DWELLING", "RESIDENCE - APT. HOUSE", "NURSING HOME/RETIREMENT HOME", "MISSIONS/SHELTERS",
        "COLLEGE/UNIVERSITY RESIDENCE HALL", "TRANSITIONAL HOUSING/HALFWAY HOUSE", "STREET", "SIDEWALK", "CTA TRAIN",
        "VEHICLE NON-COMMERCIAL", "OTHER", "18A", "", "20R",
    ],
)  # fmt: skip
def test_homes_ways_and_codes_are_no_premises(text: str) -> None:
    assert premise_words(text) == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("GAS STATION", "Gas station"),
        ("PARKING LOT/GARAGE(NON.RESID.)", "Parking lot/garage(non.resid.)"),
        ("CTA BUS STOP", "CTA bus stop"),
        ("MOVIE HOUSE/THEATER", "Movie house/theater"),
        ("CHURCH/SYNAGOGUE/PLACE OF WORSHIP", "Church/synagogue/place of worship"),
        ("SCHOOL YARD", "School yard"),
    ],
)
def test_premises_that_one_can_go_to(text: str, label: str) -> None:
    assert premise_words(text) != ()
    assert premise_label(text) == label


def test_areas_have_their_names_their_codes_and_a_middle() -> None:
    ring = [[-87.02, 41.0], [-87.0, 41.0], [-87.0, 41.01], [-87.02, 41.01], [-87.02, 41.0]]
    areas = [
        Area(AreaRef("beat", "0101"), "0101", json.dumps({"type": "Polygon", "coordinates": [ring]})),
        Area(AreaRef("neighbourhood", "12"), "SOUTH END", json.dumps({"type": "Polygon", "coordinates": [ring]})),
        Area(AreaRef("district", "009"), "009"),
        Area(AreaRef("force", "x"), "x", "{broken"),
    ]
    found = of_kind(gazetteer(grid(), areas=areas), "area")

    assert {key: (entry.label, entry.count) for key, entry in found.items()} == {
        "beat:0101": ("Beat 0101", 108),
        "beat:0102": ("Beat 0102", 108),
        "district:001": ("District 001", 216),
        "neighbourhood:12": ("South End", 0),
    }
    assert (found["beat:0101"].lat, found["beat:0101"].lon) == pytest.approx((41.005, -87.01))
    assert found["beat:0101"].radius_m == pytest.approx(1010, abs=20)
    assert (found["beat:0102"].lat, found["beat:0102"].lon) == pytest.approx(at(-700, -600), abs=1e-3)


def test_landmarks_are_entries() -> None:
    found = gazetteer([], landmarks=[Landmark("Oak Park Mall", 41.0, -87.0, 200, ("the mall",))])

    assert found == (Entry("landmark", "Oak Park Mall", "oak park mall", 41.0, -87.0, 200, aliases=("the mall",)),)


def test_crossings_that_records_name_are_entries() -> None:
    records: list[Record] = [
        *[("BRYANT ST / 7TH ST", "", at(0, 0), "1", "1")] * 3,
        *[("7TH ST & BRYANT ST", "", at(6, 0), "1", "1")] * 2,
    ]
    found = of_kind(gazetteer(records), "crossing")

    assert {key: (entry.label, entry.count) for key, entry in found.items()} == {
        "7TH ST & BRYANT ST": ("7th St & Bryant St", 5)
    }


def test_no_records_make_no_places() -> None:
    assert gazetteer([]) == ()
    assert gazetteer([("012XX W ELM ST", "", NOWHERE, "", "")]) == ()


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_records_in_any_order_give_the_same_entries(seed: int) -> None:
    records: list[Record] = [
        *grid(3, 3, 2),
        *[("001XX W 2ND ST", "GAS STATION", at(-290, -404), "0102", "001")] * 3,
        *[("1ST ST & S ALDER AVE", "", at(-190, -210), "0103", "")] * 2,
    ]

    assert gazetteer(shuffled(records, seed)) == gazetteer(records)


def test_keys_are_unique_within_a_kind() -> None:
    entries = gazetteer(grid())

    assert len({(entry.kind, entry.key) for entry in entries}) == len(entries)


def test_hostile_block_texts_make_no_trouble() -> None:
    texts = [
        "9" * 5000 + " ELM ST",
        "\x00\ud800 ST",
        "/" * 400,
        "& & &",
        "XX XX XX",
        "٣٤ شارع",
        "=cmd()|' /C calc'!A0",
    ]
    records: list[Record] = [(text, text, at(0, 0), text[:20], "1") for text in texts]
    made: dict[str, Any] = columns(records)
    made["lat"][0], made["lon"][1] = np.inf, -np.inf

    assert all(len(entry.label) < 200 for entry in gazetteer(records) if entry.kind != "area")
