"""Geocode sinks: the station's own door leaves the rankings, a doubtful pile is flagged, a hotspot is neither."""

from __future__ import annotations

import numpy as np
import pytest

from ilp_core.analyse.evidence import point_keys
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.sinks import LEAST_COUNT, MIXED_KINDS, Sinks, find_sinks
from tests.frames import Made, all_rows, asked, days_ago, find, frame_of

KINDS = ["burglary", "robbery", "other_theft", "criminal_damage", "arson"]


def scattered(count: int = 300) -> list[Made]:
    """One record at each of many points."""
    return [days_ago(1 + n, x=n * 30.0, y=9_000.0) for n in range(count)]


def pile(count: int, kinds: list[str], *, x: float = 50.0, premise: str = "STREET") -> list[Made]:
    """Records of ``kinds`` in turn at one exact point."""
    return [days_ago(1 + n, kinds[n % len(kinds)], x=x, premise=premise) for n in range(count)]


def sinks_of(rows: list[Made]) -> tuple[IncidentFrame, Sinks]:
    frame = frame_of(rows)
    return frame, find_sinks(frame, all_rows(frame))


def key_at(x: float) -> int:
    frame = frame_of([days_ago(1, x=x)])
    return int(point_keys(frame, all_rows(frame))[0])


@pytest.mark.parametrize(
    "premise",
    ["POLICE FACILITY/VEH PARKING LOT", "JAIL / LOCK-UP FACILITY", "Court house", "HOSPITAL BUILDING/GROUNDS"],
)
def test_a_point_of_which_most_records_name_a_station_is_certain(premise: str) -> None:
    _, found = sinks_of([*scattered(), *pile(4, KINDS, premise=premise), *pile(3, KINDS)])
    assert found.certain.tolist() == [key_at(50.0)]
    assert found.suspected.tolist() == []


def test_a_point_of_which_half_the_records_name_a_station_is_not_certain() -> None:
    _, found = sinks_of([*scattered(), *pile(3, ["burglary"], premise="POLICE FACILITY"), *pile(3, ["burglary"])])
    assert found.certain.tolist() == []


def test_a_few_records_at_a_station_make_no_pile() -> None:
    _, found = sinks_of([*scattered(), *pile(LEAST_COUNT - 1, KINDS, premise="POLICE FACILITY")])
    assert found.certain.tolist() == []


def test_a_mixed_pile_is_suspected_and_not_certain() -> None:
    _, found = sinks_of([*scattered(), *pile(20, KINDS)])
    assert found.certain.tolist() == []
    assert found.suspected.tolist() == [key_at(50.0)]


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(["burglary"], id="one kind"),
        pytest.param(KINDS[: MIXED_KINDS - 1], id="three kinds"),
        pytest.param(["burglary"] * 5 + KINDS[1:], id="one kind above half"),
    ],
)
def test_a_pile_of_few_kinds_is_a_hotspot_and_no_sink(kinds: list[str]) -> None:
    _, found = sinks_of([*scattered(), *pile(27, kinds)])
    assert found.certain.tolist() == []
    assert found.suspected.tolist() == []


def test_a_mixed_point_below_the_largest_piles_is_not_suspected() -> None:
    piles = [row for n in range(3) for row in pile(40, ["burglary"], x=20_000.0 + 500 * n)]
    _, found = sinks_of([*scattered(), *piles, *pile(20, KINDS)])
    assert found.suspected.tolist() == []


def test_records_without_coordinates_are_no_pile() -> None:
    finding = find(frame_of(pile(20, ["burglary"], x=float("nan"), premise="POLICE FACILITY")))
    assert finding.excluded["not_located"] == 20
    assert finding.excluded["sink"] == 0


def test_records_without_a_premise_are_at_no_station() -> None:
    _, found = sinks_of(
        [*scattered(), *pile(9, ["burglary"], premise=""), *pile(2, KINDS, premise="POLICE FACILITY")]
    )
    assert found.certain.tolist() == []


def test_points_a_decimetre_apart_are_two() -> None:
    frame = frame_of([days_ago(3, x=50.0), days_ago(2, x=50.04), days_ago(1, x=50.1)])
    keys = point_keys(frame, all_rows(frame))
    assert keys[0] == keys[1]
    assert len(np.unique(keys)) == 2


def test_certain_sinks_leave_the_ranking_and_suspected_ones_stay_flagged() -> None:
    station = pile(12, ["burglary"], x=5_000.0, premise="POLICE FACILITY")
    finding = find(frame_of([*scattered(), *station, *pile(30, KINDS), *pile(8, ["robbery"], x=3_000.0)]))
    assert finding.excluded["sink"] == 12
    assert {place.x for place in finding.places if place.y == 50.0} == {50.0, 3_000.0}
    corner = next(place for place in finding.places if place.x == 50.0)
    assert set(corner.rows.tolist()) == finding.doubtful


def test_a_sink_is_found_from_what_was_known_at_the_moment_asked_for() -> None:
    frame = frame_of([*scattered(), *pile(30, ["burglary"], premise="POLICE FACILITY")])
    early = find(frame, asked(at=days_ago(26.5).time))
    assert early.excluded["sink"] == 0
    assert find(frame).excluded["sink"] == 30
