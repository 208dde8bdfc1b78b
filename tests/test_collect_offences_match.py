"""Proposals for codes that the map does not know: alike words, exact codes, and never a rank by a guess."""

from __future__ import annotations

import pytest

from benchmarks.offence_match import outcomes
from ilp_core.collect.offences.match import LEAST, MOST_CODES, plain_words, propose
from ilp_core.collect.offences.presets import offence_rules

RULES = offence_rules()


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("BURG FROM VEH", "theft_from_vehicle"),
        ("THEFT FROM M/V", "theft_from_vehicle"),
        ("M.V. theft", "vehicle_theft"),
        ("B&E Residence, Forcible", "burglary"),
        ("Residential burglary", "burglary"),
        ("ROBBERY - ARMED W/ KNIFE", "robbery"),
        ("AGG ASSAULT W/ GUN", "assault"),
        ("Assault, Simple", "assault"),
        ("larceny of bicycle", "bicycle_theft"),
        ("Shop lifting", "shoplifting"),
        ("shoplifting", "shoplifting"),
        ("Vandalism of veh", "criminal_damage"),
        ("POSS CONT SUBST", "drugs"),
    ],
)
def test_a_description_in_another_agencys_words_is_known_again(said: str, slug: str) -> None:
    [found] = propose({"X1": said}, RULES).values()

    assert found.slug == slug
    assert LEAST <= found.score <= 100


def test_theft_from_a_vehicle_is_not_theft_of_one() -> None:
    found = propose({"1": "theft from vehicle", "2": "theft of vehicle"}, RULES)

    assert {code: each.slug for code, each in found.items()} == {"1": "theft_from_vehicle", "2": "vehicle_theft"}


def test_words_may_stand_in_any_order_and_abbreviated() -> None:
    assert plain_words("ATT. BURG, AGG (RESD)") == plain_words("aggravated residence burglary attempted")


@pytest.mark.parametrize("said", ["", "   ", "???", "zzzz qqqq", "Umbrella found on tram 14"])
def test_nothing_is_proposed_for_what_is_like_nothing(said: str) -> None:
    assert propose({"4711": said}, RULES) == {}


def test_a_code_in_words_is_its_own_description() -> None:
    assert propose({"residential burglary": ""}, RULES)["residential burglary"].slug == "burglary"


@pytest.mark.parametrize(
    ("code", "slug"), [("23F", "theft_from_vehicle"), ("13b", "assault"), ("01A", "homicide"), ("08B", "assault")]
)
def test_nibrs_and_ucr_codes_are_matched_exactly_and_first(code: str, slug: str) -> None:
    found = propose({code: "Umbrella found on tram 14"}, RULES)[code]

    assert (found.slug, found.score, found.like.split()[0]) == (slug, 100, "beatdesk")


def test_digits_alone_are_nibrs_only_among_nibrs_codes() -> None:
    assert propose({"220": "", "510": ""}, RULES) == {}
    among = propose({"220": "", "13A": "", "240": ""}, RULES)
    assert [among[code].slug for code in ("220", "13A", "240")] == ["burglary", "assault", "vehicle_theft"]
    # Los Angeles has numbers of its own: 510 is a stolen vehicle there and bribery in NIBRS.
    own = propose({"510": "VEHICLE - STOLEN", "9001": "SOMETHING ELSE"}, RULES)
    assert own["510"].slug == "vehicle_theft"


@pytest.mark.parametrize(
    "said",
    [
        "AGG ASSAULT - DOMESTIC",
        "ASLT-DV",
        "Simple assault, family",
        "Battery on police officer",
        "Aggravated assault on child",
        "burglary, intimate partner",
    ],
)
def test_g46_a_proposal_for_a_domestic_or_police_description_never_ranks(said: str) -> None:
    found = propose({"1": said}, RULES, least=0)["1"]

    assert found.rankable is False


def test_of_equals_one_that_ranks_no_place_is_taken() -> None:
    both = [rule for rule in RULES if rule.code in ("violent-crime", "330")]
    alike = [both[0].__class__("a", "1", "Odd thing", "robbery", 365, "victim", True)]
    alike.append(alike[0].__class__("b", "2", "odd THING", "other", None, "mixed", False))

    assert propose({"x": "thing, odd"}, alike)["x"].slug == "other"


def test_only_so_many_codes_are_looked_at() -> None:
    many = {f"c{number}": "residential burglary" for number in range(MOST_CODES + 500)}

    assert len(propose(many, RULES)) == MOST_CODES


def test_hostile_descriptions_are_no_trouble() -> None:
    odd = {"a": "=cmd|' /C calc'!A0", "b": "\x00\ud800" * 50, "c": "burglary " * 100_000, "d": "%s%n{}{0}"}

    assert propose(odd, RULES).get("a") is None
    assert propose(odd, RULES)["c"].slug == "burglary"


def test_the_likeness_asked_for_keeps_nine_of_ten_right() -> None:
    """The figures of the module's docstring, on the two sources whose words differ most from the others'."""
    rows = [row for source in ("lapd", "nypd") for row in outcomes(source)]
    taken = [row for row in rows if row[0] >= 90]

    assert len(taken) / len(rows) > 0.3
    assert sum(row[1] for row in taken) / len(taken) > 0.9
    assert sum(row[2] for row in taken) / len(taken) < 0.05
