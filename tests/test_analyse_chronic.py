"""Chronic hotspots: shrunk to the area's mean, never made by one bad night, the same in whatever order rows come."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.chronic import LEAST_COUNT, MOST_DESCRIBED, HotPlace, busiest_hours, rank_places
from ilp_core.analyse.places import CELL_M, area_of, block_points, cell_keys, middle_of, name_of, neighbours
from ilp_core.domain.questions import Weighting
from ilp_core.domain.windows import Hours
from tests.frames import DAY, HOUR, NOW, Made, all_rows, asked, days_ago, find, frame_of, made_town, ranking

EVENINGS = Hours(15 * 60, 23 * 60)
NIGHT = Hours(22 * 60, 6 * 60)


def at(place: int, code: str = "burglary", count: int = 1, *, ago: float = 100.0) -> list[Made]:
    """``count`` incidents at one place; places are three cells apart."""
    block = f"{place:03d}XX S WESTERN AVE"
    return [days_ago(ago + n, code, x=place * 3.0 * CELL_M + 50, block=block) for n in range(count)]


def rank(rows: list[Made], weighting: Weighting = "harm", advice: Hours | None = None) -> list[HotPlace]:
    frame = frame_of(rows)
    found = all_rows(frame)
    return rank_places(frame, found, None, found, at=NOW, weighting=weighting, advice=advice)


def places(found: list[HotPlace]) -> list[int]:
    """The numbers that ``at`` was given, in the order of the ranking."""
    return [round((place.x - 50) / (3 * CELL_M)) for place in found]


def test_nothing_ranks_where_nothing_is_on_file() -> None:
    frame = frame_of([days_ago(1)])
    none = np.empty(0, dtype=np.intp)
    assert rank_places(frame, none, None, none, at=NOW, weighting="harm", advice=None) == []


def test_a_single_incident_is_not_a_place() -> None:
    assert LEAST_COUNT == 2
    found = rank([*at(1, "homicide"), *at(2, "other_theft", 2), *at(3, "arson")])
    assert places(found) == [2]


#: Burglaries by place; nobody should be sent to one with fewer of them for the sake of one homicide.
BURGLARIES = {1: 12, 2: 7, 3: 3, 4: 2, 5: 2, 6: 2}
USUAL = [row for place, count in BURGLARIES.items() for row in at(place, "burglary", count)]


@pytest.mark.parametrize("place", BURGLARIES)
@pytest.mark.parametrize("elsewhere", [0, 2, 3, 5])
def test_one_homicide_never_lifts_a_place_above_another(place: int, elsewhere: int) -> None:
    rows = [*USUAL, *at(0, "homicide", elsewhere), *at(place, "homicide")]
    found = [BURGLARIES[other] for other in places(rank(rows)) if other in BURGLARIES]
    assert found == [12, 7, 3, 2, 2, 2]


def test_a_second_homicide_is_no_single_incident() -> None:
    found = rank([*USUAL, *at(6, "homicide", 2)])
    assert places(found)[0] == 6


def test_the_share_of_the_heaviest_record_is_kept() -> None:
    (place,) = rank([*at(1, "robbery", 2), *at(1, "homicide")])
    assert place.heaviest_share == pytest.approx(5475 / (5475 + 2 * 365))
    (even,) = rank(at(1, "robbery", 4))
    assert even.heaviest_share == 0.25


@given(st.lists(st.integers(1, 12), min_size=1, max_size=15))
@settings(max_examples=60, deadline=None)
def test_a_score_lies_between_the_areas_mean_and_the_places_own_count(counts: list[int]) -> None:
    rows = [row for place, count in enumerate(counts) for row in at(place, "burglary", count)]
    mean = sum(counts) / len(counts)
    found = rank(rows, "count")
    for place in found:
        low, high = sorted((mean, float(place.count)))
        assert low - 1e-9 <= place.score <= high + 1e-9
    assert [place.count for place in found] == sorted((count for count in counts if count >= 2), reverse=True)


def gamma_poisson(counts: list[int]) -> list[float]:
    """Expected counts by the textbook: a gamma prior with the mean and spread of ``counts``."""
    mean, variance = np.mean(counts), np.var(counts)
    shape, rate = mean**2 / (variance - mean), mean / (variance - mean)
    return [float((shape + count) / (rate + 1)) for count in counts]


def test_shrinkage_is_the_gamma_poisson_mean_by_moments() -> None:
    counts = [9, 3, 2, 1, 1]
    rows = [row for place, count in enumerate(counts) for row in at(place, "burglary", count)]
    assert [place.score for place in rank(rows, "count")] == pytest.approx(gamma_poisson(counts)[:3])


def test_places_that_were_quiet_this_time_count_for_the_mean() -> None:
    rows = [row for place, count in enumerate((9, 2)) for row in at(place, count=count)]
    before = [row for place in range(2, 8) for row in at(place, ago=500.0)]
    frame = frame_of([*rows, *before])
    now, then = all_rows(frame)[6:], all_rows(frame)[:6]
    alone = rank_places(frame, now, None, now, at=NOW, weighting="count", advice=None)
    beside = rank_places(frame, now, then, now, at=NOW, weighting="count", advice=None)
    assert [place.score for place in alone] == pytest.approx(gamma_poisson([9, 2]))
    assert [place.score for place in beside] == pytest.approx(gamma_poisson([9, 2, 0, 0, 0, 0, 0, 0])[:2])
    assert [place.before for place in alone] == [None, None]
    assert [place.before for place in beside] == [0, 0]


def test_harm_and_count_rank_differently() -> None:
    rows = [*at(1, "other_theft", 9), *at(2, "robbery", 4), *at(3), *at(4), *at(5)]
    assert places(rank(rows, "harm")) == [2, 1]
    assert places(rank(rows, "count")) == [1, 2]


def test_a_place_carries_its_own_past() -> None:
    rows = [*at(1, ago=3), *at(1, "robbery", ago=13.5), *at(1, ago=14.5), *at(1, count=4, ago=200), *at(2, count=2)]
    earlier = at(1, count=3, ago=400)
    place = find(frame_of([*rows, *earlier, *at(9, ago=800)])).places[0]
    assert (place.count, place.before, place.recent, place.year) == (7, 3, 2, 7)
    assert place.offences == {"burglary": 6, "robbery": 1}
    assert place.label == "100 blk S Western Ave"


def test_a_named_window_keeps_the_years_baseline() -> None:
    rows = [*at(1, count=3, ago=1), *at(1, count=5, ago=200), *at(1, ago=500)]
    (place,) = find(frame_of(rows), asked(days=7)).places
    assert (place.count, place.before, place.recent, place.year) == (3, 0, 3, 8)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_no_listed_place_touches_another(seed: int) -> None:
    found = find(frame_of(made_town(seed, size=300))).places
    for one, other in itertools.combinations(found, 2):
        assert other.key not in neighbours(one.key)


def test_of_two_neighbours_the_hotter_one_is_listed() -> None:
    rows = [*at(0, count=5), *(replace(row, x=CELL_M + 50.0) for row in at(0, count=3)), *at(2, count=2)]
    found = rank(rows)
    assert [place.count for place in found] == [5, 2]


@given(st.permutations(range(60)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    town = [*made_town(11, size=40), *at(3, count=10), *at(9, "robbery", count=10, ago=1)]
    assert ranking(find(frame_of([town[place] for place in order]))) == ranking(find(frame_of(town)))


def clocked(*hours: float, timed: int = 1) -> list[Made]:
    """One incident at each hour of the day, on days of their own."""
    midnight = NOW - NOW % DAY
    return [Made(midnight - (n + 1) * DAY + round(hour * HOUR), timed=timed) for n, hour in enumerate(hours)]


@pytest.mark.parametrize(
    ("rows", "within", "busiest"),
    [
        (clocked(15.5, 19, 20.5, 21, 21.5), EVENINGS, Hours(20 * 60, 22 * 60)),
        (clocked(22.5, 1.1, 1.5, 2.9, 5.5), NIGHT, Hours(1 * 60, 3 * 60)),
        (clocked(3, 9.5, 10.5, 10.9), None, Hours(9 * 60, 11 * 60)),
        (clocked(15.5, 18.5, 21.5), EVENINGS, Hours(15 * 60, 17 * 60)),
        (clocked(1, 2, 20, 21), EVENINGS, None),
        (clocked(20, 21), EVENINGS, None),
        ([*clocked(20, 21), *clocked(20.5, timed=0)], EVENINGS, None),
        (clocked(3), Hours(21 * 60, 23 * 60), Hours(21 * 60, 23 * 60)),
        ([], Hours(23 * 60, 60), Hours(23 * 60, 60)),
    ],
)
def test_busiest_hours_are_the_two_with_most_incidents_inside_the_hours_asked(
    rows: list[Made], within: Hours | None, busiest: Hours | None
) -> None:
    frame = frame_of(rows)
    assert busiest_hours(frame, all_rows(frame), within) == busiest


def test_a_cell_is_200_metres_and_has_eight_neighbours_left_of_zero_too() -> None:
    rows = [
        Made(n, x=x, y=y) for n, (x, y) in enumerate(itertools.product((-250.0, -1.0, 0.0), (-1.0, 199.9, 200.0)))
    ]
    keys = [int(key) for key in cell_keys(frame_of(rows), np.arange(9))]
    assert len(set(keys)) == 9
    assert neighbours(keys[4]) == frozenset(keys) - {keys[4]}


def test_a_place_is_named_by_its_most_frequent_block_and_the_first_of_equals() -> None:
    blocks = ["079XX S WESTERN AVE", "023XX W 79TH ST", "023XX W 79TH ST", "", "079XX S WESTERN AVE", ""]
    frame = frame_of([days_ago(9 - n, block=block) for n, block in enumerate(blocks)])
    assert name_of(frame, np.array([0, 1, 2])) == "2300 blk W 79th St"
    assert name_of(frame, all_rows(frame)) == "2300 blk W 79th St"
    assert name_of(frame, np.array([3, 5])) == ""


def test_a_places_middle_is_the_median_and_no_stray_record_moves_it() -> None:
    frame = frame_of([days_ago(3, x=10.0, y=20.0), days_ago(2, x=12.0, y=22.0), days_ago(1, x=190.0, y=190.0)])
    assert middle_of(frame, all_rows(frame)) == (12.0, 22.0)


def test_the_area_of_rows_is_the_one_most_of_them_name() -> None:
    frame = frame_of([days_ago(3, beat="0831"), days_ago(2), days_ago(1), days_ago(0.5, beat="", district="")])
    assert area_of(frame, all_rows(frame), "beat") == "0835"
    assert area_of(frame, np.array([3]), "district") is None


def test_a_blocks_point_is_the_mean_of_its_located_records() -> None:
    rows = [days_ago(3, x=10.0, y=0.0), days_ago(2, x=30.0, y=50.0), days_ago(1, x=float("nan"))]
    frame = frame_of([*rows, days_ago(0.5, block="")])
    assert block_points(frame, all_rows(frame)) == {"079XX S WESTERN AVE": (20.0, 25.0)}


def test_of_a_whole_force_the_first_places_are_described_and_they_are_the_same() -> None:
    rows = [days_ago(1 + n % 300, x=100.0 + 600 * (n // 3 % 40), y=100.0 + 600 * (n // 120)) for n in range(900)]
    frame = frame_of(rows)
    found = all_rows(frame)
    described = rank_places(frame, found, None, found, at=NOW, weighting="count", advice=None)

    assert len(described) == MOST_DESCRIBED
    assert len({place.key for place in described}) == MOST_DESCRIBED
    scores = [place.score for place in described]
    assert scores == sorted(scores, reverse=True)
