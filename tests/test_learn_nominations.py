"""Nominated spots as predictions (D3): hit or miss, the desk's own beside them, and who may be told which figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scipy.stats import binomtest

from ilp_core.analyse.city import City
from ilp_core.analyse.hotspots import find_hotspots
from ilp_core.assistant.spots import LONGEST_LIST, spots_of
from ilp_core.domain.local_knowledge import SCORED_AFTER, Nomination
from ilp_core.domain.places import Place, Point
from ilp_core.domain.windows import Hours
from ilp_core.learn.nomination_report import Rate, report
from ilp_core.learn.nominations import _asked, in_order, score
from tests.frames import DAY, HOUR, NOW, Made, days_ago, frame_of

#: Nominated 40 days before NOW, so that its 28 days ended 12 days before.
AT = datetime.fromtimestamp(NOW - 40 * DAY, UTC)
LATER = datetime.fromtimestamp(NOW, UTC)
HOT = {"x": 50.0, "y": 50.0, "block": "010XX ELM ST"}
QUIET = {"x": 2050.0, "y": 50.0, "block": "020XX OAK ST"}
FAR = {"x": 9050.0, "y": 9050.0, "block": "030XX ASH ST", "district": "009"}


def city_of(rows: Iterable[Made]) -> City:
    return City(frame_of(rows))


def project(point: Point) -> tuple[float, float]:
    """The invented plane: metres stand for degrees."""
    return point.lat, point.lon


def spot(number: int = 1, x: float = 75.0, y: float = 75.0, **other: Any) -> Nomination:
    made = Nomination(
        number, "4471", Place("Elm", x, y, 75), "district:008", None, None, AT, AT + SCORED_AFTER
    )  # fmt: skip
    return replace(made, **other)


def town(*more: Made) -> City:
    """A year of burglaries at one corner up to the nomination, and one record a day far away up to now."""
    past = [days_ago(days, **HOT) for days in range(41, 364, 7)]
    alive = [days_ago(days, "other_theft", **FAR) for days in range(0, 380)]
    return city_of([*past, *alive, *more])


def results(city: City, *nominated: Nomination) -> list[tuple[bool, bool | None]]:
    return [(each.hit, each.engine_hit) for each in score(nominated, city, project, LATER)]


def test_d3_a_spot_is_a_hit_where_something_happened_there_within_28_days() -> None:
    inside, before, after = days_ago(20, **QUIET), days_ago(41, **QUIET), days_ago(11, **QUIET)
    nominated = spot(x=2000.0)
    assert results(town(inside), nominated) == [(True, False)]
    assert results(town(before), nominated) == [(False, False)]
    assert results(town(after), nominated) == [(False, False)]


def test_d3_the_next_cell_is_a_miss_and_the_desks_spot_is_tested_alike() -> None:
    nominated = spot(x=2110.0)
    assert results(town(days_ago(20, **QUIET), days_ago(13, **HOT)), nominated) == [(False, True)]


@pytest.mark.parametrize(
    "record",
    [
        days_ago(20, "drugs", **QUIET),
        days_ago(20, "sexual", **QUIET),
        days_ago(20, "burglary", domestic=1, **QUIET),
        days_ago(20, "shoplifting", **QUIET),
    ],
    ids=["enforced", "victims", "domestic", "shop theft"],
)
def test_g05_g46_what_may_not_rank_a_place_is_no_hit(record: Made) -> None:
    assert results(town(record), spot(x=2000.0)) == [(False, False)]


def test_d3_offences_and_hours_that_were_named_limit_both() -> None:
    nominated = spot(x=2000.0, offences=("robbery",), hours=Hours(20 * 60, 22 * 60))
    noon = days_ago(20, "robbery", local=NOW - 20 * DAY - 9 * HOUR, **QUIET)
    evening = days_ago(21, "robbery", **QUIET)
    assert results(town(noon, days_ago(22, **QUIET)), nominated) == [(False, None)]
    assert results(town(noon, evening), nominated) == [(True, None)]


def test_d3_the_desk_stands_on_what_was_known_at_that_moment() -> None:
    """Ten burglaries that became known after the nomination must not make the desk's spot of that moment."""
    late = [replace(days_ago(41 + n, **QUIET), known=NOW - 39 * DAY) for n in range(60)]
    known = town(days_ago(20, **QUIET))
    told_late = town(days_ago(20, **QUIET), *late)
    nominated = spot(x=75.0)
    assert results(known, nominated) == results(told_late, nominated) == [(False, False)]


def test_d3_as_many_of_the_desks_spots_as_were_named_that_day() -> None:
    second = [days_ago(days, **QUIET) for days in range(50, 360, 30)]
    city = town(*second, days_ago(20, **QUIET))
    first, other, next_day = spot(1), spot(2, x=4050.0), spot(3, x=6050.0, at=AT + timedelta(days=1))
    next_day = replace(next_day, until=next_day.at + SCORED_AFTER)
    # The first is set against Elm, the second of that day against Oak, the first of the next day against Elm again.
    assert results(city, first, other, next_day) == [(False, False), (False, True), (False, False)]


def test_d3_the_desks_order_is_the_order_of_its_lists() -> None:
    burst = [days_ago(40.5 + n, x=3050.0, y=50.0, block="040XX FIR ST") for n in range(6)]
    near = [days_ago(days, x=3250.0, y=50.0, block="041XX FIR ST") for days in range(60, 300, 20)]
    finding = find_hotspots(town(*burst, *near), _asked(spot()))
    assert finding.micro
    listed = spots_of(finding, lambda x, y: Point(x, y))
    assert in_order(finding)[:LONGEST_LIST] == [(each.finding.x, each.finding.y) for each in listed]


def test_g31_nothing_is_scored_before_its_time_is_over_and_on_file() -> None:
    city = town(days_ago(20, **QUIET))
    assert score([spot()], city, project, AT + timedelta(days=27)) == []
    assert score([spot(state="scored", hit=True)], city, project, LATER) == []
    past = [days_ago(days, **HOT) for days in range(13, 364)]
    assert score([spot()], city_of(past), project, LATER) == [], "the newest record lies before the end"
    assert len(score([spot()], city_of([days_ago(12, **HOT), *past]), project, LATER)) == 1
    assert score([spot()], city_of([]), project, LATER) == []


def test_g31_a_time_with_a_hole_in_the_data_is_not_scored() -> None:
    days = [day for day in range(0, 1_000) if not 14 <= day <= 60]
    city = city_of([days_ago(day + part / 10, **HOT) for day in days for part in range(4)])
    assert score([spot()], city, project, LATER) == []


def done(number: int, badge: str, hit: bool, team: str = "district:008", engine: bool | None = False) -> Nomination:
    return spot(number, badge=badge, team=team, state="scored", hit=hit, engine_hit=engine, scored_at=LATER)


def test_g17_no_figure_below_five_nominations() -> None:
    four = [done(n, f"44{n:02d}", hit=True) for n in range(4)]
    assert report(four).teams == ()
    assert report(four).hidden == ("district:008",)
    assert report(four).everyone is None
    five = report([*four, done(5, "4499", hit=False, engine=None)])
    (team,) = five.teams
    assert (team.officers, team.engine) == (Rate(4, 5), Rate(0, 4))
    assert five.everyone
    assert five.everyone.officers == Rate(4, 5)


def test_g17_no_group_is_one_officer() -> None:
    alone = [done(n, "4471", hit=True) for n in range(9)]
    assert report(alone).teams == ()
    assert report(alone).everyone is None
    assert len(report([*alone, done(9, "4472", hit=True)]).teams) == 1


def test_g17_a_hidden_team_cannot_be_worked_out_from_the_sum() -> None:
    shown = [done(n, f"44{n:02d}", hit=True) for n in range(6)]
    small = [done(10 + n, f"55{n:02d}", hit=False, team="district:009") for n in range(3)]
    some = report([*shown, *small])
    assert [team.team for team in some.teams] == ["district:008"]
    assert some.hidden == ("district:009",)
    assert some.everyone is None
    others = [done(20 + n, f"66{n:02d}", hit=False, team="district:010") for n in range(2)]
    everyone = report([*shown, *small, *others]).everyone
    assert everyone
    assert everyone.officers == Rate(6, 11)


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (5, 5), (3, 7), (40, 61)])
def test_the_interval_is_the_exact_one(hits: int, n: int) -> None:
    exact = binomtest(hits, n).proportion_ci(0.95, method="exact")
    assert Rate(hits, n).interval == pytest.approx((exact.low, exact.high), abs=1e-9)
