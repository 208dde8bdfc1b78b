"""Did it work, before it is known: histories without an outcome, matched controls, rings that keep apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.stats import chi2_contingency

from ilp_core.analyse.effect.controls import NoControlsError, distances, lock
from ilp_core.analyse.effect.history import (
    History,
    OutcomeInHistoryError,
    dispersion_of,
    history_of,
    spread_of,
)
from ilp_core.analyse.effect.ring import Areas, Place, areas_of, circle, rows_in
from ilp_core.analyse.effect.wdd import Pair
from ilp_core.analyse.evidence import Limits
from tests.frames import DAY, NOW, Made, all_rows, frame_of
from tests.operations import (
    BEGINS,
    CANDIDATES,
    EDGES,
    OPERATION,
    PLACES,
    TREATED,
    judged,
    town,
)


def test_no_history_can_hold_what_happened_after() -> None:
    counts, edges = np.ones((2, 4), dtype=np.int64), (0.0, 1.0, 2.0, 3.0, 4.0)
    assert History(("a", "b"), counts, edges, 4.0).of("b").sum() == 4
    with pytest.raises(OutcomeInHistoryError):
        History(("a", "b"), counts, edges, 3.9)
    with pytest.raises(OutcomeInHistoryError):
        history_of(frame_of(town(1)), PLACES, Limits(), edges=EDGES, begins=BEGINS - 1, at=NOW)


def test_a_history_cannot_be_written_into() -> None:
    given = np.ones((1, 4), dtype=np.int64)
    history = History(("a",), given, (0.0, 1.0, 2.0, 3.0, 4.0), 4.0)
    given[0, 0] = 9
    assert history.counts[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        history.counts[0, 0] = 9


@pytest.mark.parametrize(
    ("names", "counts", "edges"),
    [
        (("a", "a"), np.ones((2, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
        (("a",), np.ones((1, 3), dtype=int), (0.0, 1.0, 2.0, 3.0)),
        (("a",), np.ones((1, 4), dtype=int), (0.0, 1.0, 1.0, 3.0, 4.0)),
        (("a",), -np.ones((1, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
        (("a",), np.ones((2, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
    ],
)
def test_a_history_that_is_none_is_refused(names: Any, counts: Any, edges: Any) -> None:
    with pytest.raises(ValueError, match=r"shape|periods|one name"):
        History(names, counts, edges, 9.0)


# The match


def history(*rows: list[int]) -> History:
    names = tuple(place.name for place in PLACES[: len(rows)])
    edges = tuple(float(edge) for edge in range(len(rows[0]) + 1))
    return History(names, np.array(rows), edges, edges[-1])


def chosen(found: History, **how: Any) -> list[str]:
    places = PLACES[: len(found.names)]
    return [pair.control for pair in lock(found, places[:1], places[1:], at=0, **how).pairs]


def test_the_nearest_in_level_trend_and_season_is_chosen() -> None:
    own = [20, 10] * 6
    assert chosen(history(own, [40, 20] * 6, [20, 11] * 6, [5, 2] * 6)) == ["place 02"], "level"
    rising, falling = list(range(10, 22)), list(range(21, 9, -1))
    assert chosen(history(rising, falling, [*rising[:-1], 20])) == ["place 02"], "trend"
    assert chosen(history(own, [10, 20] * 6, [19, 11] * 6), cycle=2) == ["place 02"], "season"


def test_distances_are_in_units_of_their_own_chance_error() -> None:
    draw = np.random.default_rng(1)
    own, others = draw.poisson(30, (1_000, 26)), draw.poisson(30, (1_000, 26))
    parts = np.array([[part[0] for part in distances(a, b[None, :], 13)] for a, b in zip(own, others, strict=True)])
    assert np.sqrt(np.square(parts).mean(axis=0)) == pytest.approx([1, 1, 1], abs=0.1)


def test_pairs_are_as_near_as_possible_all_together_and_each_control_serves_once() -> None:
    found = history([20] * 6, [24] * 6, [22] * 6, [40] * 6, [19] * 6)
    places = PLACES[:5]
    pairs = lock(found, places[:2], places[2:], at=0).pairs
    assert {(pair.treated, pair.control) for pair in pairs} == {("place 00", "place 04"), ("place 01", "place 02")}


def test_the_order_of_the_places_does_not_matter() -> None:
    frame = frame_of(town(13))
    found = history_of(frame, PLACES, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    straight = lock(found, TREATED, CANDIDATES, at=BEGINS, each=3)
    assert straight == lock(found, TREATED[::-1], CANDIDATES[::-1], at=BEGINS, each=3)
    assert len(straight.controls) == 6


def test_a_pair_beyond_the_caliper_is_refused() -> None:
    with pytest.raises(NoControlsError, match="within"):
        chosen(history([20] * 6, [90] * 6, [80] * 6), caliper=2.0)


def test_candidates_within_reach_of_displacement_are_out() -> None:
    frame = frame_of(town(14))
    near = [circle("near", 0, 350, 100), circle("far", 0, 4_600, 100)]
    places = [*PLACES, *near]
    found = history_of(frame, places, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    locked = lock(found, TREATED, [*CANDIDATES, *near], at=BEGINS)
    assert locked.refused == ("near",)
    reach = shapely.union_all([place.shape for place in TREATED])
    assert all(shapely.distance(place.shape, reach) >= 400 for place in locked.controls)
    areas = areas_of(locked.treated, locked.controls)
    rings = areas.displaced, areas.displaced_control
    assert shapely.intersection(*rings).area == pytest.approx(0)
    with pytest.raises(NoControlsError, match="far enough"):
        lock(found, TREATED, [near[0], TREATED[0]], at=BEGINS)


def test_places_that_overlap_are_refused() -> None:
    frame = frame_of(town(14))
    places = [*PLACES, circle("twice", 2_050, 0, 100)]
    found = history_of(frame, places, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    with pytest.raises(ValueError, match="overlap"):
        lock(found, TREATED, places[2:], at=BEGINS)


def test_a_place_without_history_is_refused() -> None:
    with pytest.raises(ValueError, match="no history of place 23"):
        lock(history([2] * 6, [2] * 6), PLACES[:1], [PLACES[1], PLACES[23]], at=0)


def test_the_dispersion_is_one_for_poisson_places_and_more_for_places_that_drift() -> None:
    draw = np.random.default_rng(2)
    rate = np.repeat(draw.gamma(4, 4, 200)[:, None], 12, axis=1)
    edges = tuple(float(edge) for edge in range(13))
    names = tuple(str(n) for n in range(200))
    steady = History(names, draw.poisson(rate), edges, 12.0)
    assert dispersion_of(steady) == pytest.approx(1, abs=0.2)
    drifting = rate * np.where(np.arange(12) < 6, 1.0, draw.gamma(6, 1 / 6, (200, 1)))
    assert dispersion_of(History(names, draw.poisson(drifting), edges, 12.0)) > 3
    assert dispersion_of(History(names[:5], draw.poisson(drifting[:5]), edges, 12.0)) == 1


def test_the_dispersion_of_places_of_one_size_is_chi_square_over_its_freedom() -> None:
    after = np.random.default_rng(3).integers(5, 36, 30)
    table = np.stack([40 - after, after], axis=1)
    chi2 = chi2_contingency(table, correction=False).statistic
    assert spread_of(table[:, 0], table[:, 1]) == pytest.approx(chi2 / 29)


def test_the_history_is_a_count_by_hand() -> None:
    rows = town(15)
    found = history_of(frame_of(rows), PLACES, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    middle = PLACES[4].shape.centroid
    expected = [
        sum(start < row.time <= end and np.hypot(row.x - middle.x, row.y - middle.y) <= 100 for row in rows)
        for start, end in pairwise(EDGES)
    ]
    assert found.of("place 04").tolist() == expected


# Rings


def test_a_ring_holds_neither_the_treated_nor_the_control() -> None:
    treated, control = [circle("a", 0, 0, 100), circle("b", 250, 0, 100)], [circle("c", 450, 0, 80)]
    areas = areas_of(treated, control, 200)
    for first in range(4):
        for second in range(first):
            assert shapely.intersection(areas.all[first], areas.all[second]).area == pytest.approx(0, abs=1e-6)
    frame = frame_of([Made(NOW - n, x=x) for n, x in enumerate((0.0, 125.0, 450.0, -250.0, 600.0, 2_000.0))])
    found = [rows_in(frame, all_rows(frame), area) for area in areas.all]
    held = [sorted(frame.column["x"][rows].tolist()) for rows in found]
    assert held == [[0.0], [450.0], [-250.0, 125.0], [600.0]]


def test_rings_may_be_left_out() -> None:
    areas: Areas = areas_of(TREATED, CANDIDATES[:2], 0)
    assert areas.displaced.is_empty
    found = judged(town(16, effect=-0.5), replace(OPERATION, ring=0))
    assert found.counts.displaced == Pair(0, 0)
    assert found.difference.displaced == 0


def test_places_that_go_their_own_ways_widen_the_interval() -> None:
    steady = judged(town(21))
    draw = np.random.default_rng(21)
    wild = [
        replace(row, time=row.time + n, x=place.shape.centroid.x)
        for place in CANDIDATES
        for n, row in enumerate(
            Made(int(BEGINS + draw.integers(1, 180 * DAY)), y=place.shape.centroid.y)
            for _ in range(draw.integers(0, 90))
        )
    ]
    drifting = judged(town(21) + wild)
    assert drifting.difference.dispersion.near > 2 * steady.difference.dispersion.near
    assert drifting.difference.se > drifting.poisson.se
    assert drifting.poisson.dispersion.near == 1


def test_places_of_both_groups_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        areas_of([circle("a", 0, 0, 100)], [circle("b", 150, 0, 100)])


def test_a_record_on_the_line_between_two_areas_speaks_once() -> None:
    square = Place("square", shapely.box(0, 0, 100, 100))
    frame = frame_of([Made(NOW - 5, x=100.0, y=50.0)])
    areas = areas_of([square], [circle("c", 3_000, 0, 100)])
    assert [len(rows_in(frame, all_rows(frame), area)) for area in areas.all] == [1, 0, 1, 0]
    more = [*town(17), *[Made(int(BEGINS + n * DAY), x=1_100.0, y=0.0) for n in range(1, 9)]]
    found = judged(more)
    assert found.basis.rows == sum(found.counts.array)
