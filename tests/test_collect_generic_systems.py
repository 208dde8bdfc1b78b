"""Metres of a system that nothing tells: the question says what helps, and only that."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.generic.profile import Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, propose
from ilp_core.collect.points import Extent
from ilp_core.collect.projection import project

TODAY = date(2026, 7, 1)
GERMANY = Extent(50.4, 6.4, 51.4, 7.4)
HERE = Extent(53.3, -2.0, 54.3, -1.0)


def leeds(hints: Hints, east_name: str = "Easting", north_name: str = "Northing") -> Proposal:
    """Sixty offences in Leeds on the British grid."""
    east, north = project(27700, 53.8 + np.arange(60) / 2_000, np.full(60, -1.55))
    columns = {
        "Crime Ref": [f"A{row}" for row in range(60)],
        "Committed": ["26/03/2025 10:29"] * 60,
        "Offence": ["Robbery", "Theft"] * 30,
        east_name: [f"{value:.0f}" for value in east],
        north_name: [f"{value:.0f}" for value in north],
    }
    profiler = Profiler()
    profiler.add({name: coded(texts) for name, texts in columns.items()})
    return propose(profiler.done(), hints=hints)


@pytest.mark.parametrize(
    ("hints", "says", "not_"),
    [
        (Hints("Europe/London", None, GERMANY, TODAY), "outside that area, only its EPSG code helps", "--tz"),
        (Hints(None, None, GERMANY, TODAY), "outside that area, only its EPSG code helps", "--tz"),
        (Hints("Asia/Tokyo", None, None, TODAY), "into the zone Asia/Tokyo", "--tz"),
        (Hints(None, None, None, TODAY, "Asia/Tokyo"), "--tz, the time zone, narrows it down", "area"),
        (Hints(None, None, None, TODAY), "--tz, the time zone, narrows it down", "area"),
    ],
    ids=["zone and area", "area", "zone", "first load's zone", "nothing"],
)
def test_the_question_for_a_system_says_what_helps(hints: Hints, says: str, not_: str) -> None:
    (text,) = [question.text for question in leeds(hints, "X", "Y").questions if question.slot == "crs"]
    assert says in text
    assert not_ not in text
    assert "--crs" in text


@pytest.mark.parametrize(
    "hints",
    [Hints("Europe/London", None, None, TODAY), Hints(None, None, HERE, TODAY), Hints(None, 27700, GERMANY, TODAY)],
    ids=["--tz", "area", "--crs"],
)
def test_what_the_question_says_helps(hints: Hints) -> None:
    assert leeds(hints).crs == 27700


def test_a_system_beside_degrees_is_said_not_to_be_used() -> None:
    profiler = Profiler()
    columns = {
        "Date": ["2025-03-26"] * 60,
        "Offence": ["Robbery", "Theft"] * 30,
        "Place": [f"(53.8{row:02}, -1.55)" for row in range(60)],
    }
    profiler.add({name: coded(texts) for name, texts in columns.items()})
    proposal = propose(profiler.done(), hints=Hints(None, 27700, None, TODAY))
    assert proposal.fields["point"].columns == ("Place",)
    assert "EPSG:27700 of --crs is not used" in " ".join(proposal.notes)
    assert (proposal.crs, proposal.zone) == (None, "Europe/London")
