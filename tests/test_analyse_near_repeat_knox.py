"""Analyse, near repeat: close pairs and the Knox table, against brute force, pointpats and the exact distribution."""

from __future__ import annotations

import warnings
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from ilp_core.analyse.near_repeat import knox
from ilp_core.analyse.near_repeat.knox import KnoxTable, deal, knox_table, pairs_by_time, table_of, time_pairs
from ilp_core.analyse.near_repeat.pairs import close_pairs
from tests.near_repeat_towns import null_town

EDGES = (0.0, 1.0, 100.0, 250.0, 400.0)
WEEKS = (0, 7, 14, 28)


def town(seed: int, size: int = 150) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Events all over 1.5 km and a year, a third of them at points that were hit before."""
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(0, 1_500, (2, size))
    again = draw.integers(0, size, size // 3)
    x[: size // 3], y[: size // 3] = x[again], y[again]
    return x, y, draw.integers(0, 365, size)


def burkitt() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The data of pointpats' own example: 188 cases of Burkitt's lymphoma in West Nile, 1961-75."""
    import libpysal
    from pointpats import SpaceTimeEvents

    events = SpaceTimeEvents(libpysal.examples.get_path("burkitt.shp"), "T")
    return events.space.astype(float), events.t.astype(int)


def brute(x: Any, y: Any, days: Any, edges: Any, weeks: Any) -> np.ndarray[Any, Any]:
    counts = np.zeros((len(edges) - 1, len(weeks) - 1), dtype=int)
    for i in range(len(x)):
        for j in range(i):
            metres = float(np.hypot(x[i] - x[j], y[i] - y[j]))
            apart = abs(int(days[i]) - int(days[j]))
            for row in range(len(edges) - 1):
                for column in range(len(weeks) - 1):
                    counts[row, column] += (
                        edges[row] <= metres < edges[row + 1] and weeks[column] <= apart < weeks[column + 1]
                    )
    return counts


@pytest.mark.parametrize("at_once", [7, 1_000_000])
def test_every_close_pair_is_found_once_in_its_band_however_few_are_looked_at_together(at_once: int) -> None:
    x, y, _ = town(1)
    close = close_pairs(x, y, EDGES, at_once=at_once)
    found = {
        (*sorted((int(one), int(other))), int(band))
        for one, other, band in zip(close.first, close.second, close.band, strict=True)
    }

    by_hand = set()
    for i in range(len(x)):
        for j in range(i):
            metres = np.hypot(x[i] - x[j], y[i] - y[j])
            if metres < EDGES[-1]:
                by_hand.add((j, i, int(np.searchsorted(EDGES, metres, side="right")) - 1))
    assert found == by_hand
    assert len(close) == len(by_hand)
    assert close.by_band.tolist() == [sum(pair[2] == band for pair in by_hand) for band in range(4)]


def test_a_pair_on_an_edge_is_in_the_band_that_begins_there() -> None:
    x = np.array([0.0, 60.0, 1_000.0, 1_000.0, 5_000.0, 5_400.0])
    y = np.array([0.0, 80.0, 0.0, 0.0, 0.0, 0.0])
    days = np.array([0, 7, 100, 100, 200, 200])
    table = knox_table(x, y, days, seed=1, distance_edges=EDGES, time_edges=WEEKS, permutations=9)

    # 100 m and 7 days apart; the same point and day; 400 m, which no band holds.
    assert table.observed.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("seed", [2, 3])
def test_observed_pairs_are_those_of_a_brute_force_count(seed: int) -> None:
    x, y, days = town(seed)
    table = knox_table(x, y, days, seed=1, distance_edges=EDGES, time_edges=WEEKS, permutations=9)

    assert table.observed.tolist() == brute(x, y, days, EDGES, WEEKS).tolist()
    assert table.by_time.tolist() == brute(x, y, days, (0.0, 1e9), WEEKS)[0].tolist()
    assert table.by_distance.tolist() == brute(x, y, days, EDGES, (0, 10**9))[:, 0].tolist()
    assert table.pairs == 150 * 149 // 2


def test_time_pairs_of_ties_and_of_a_first_edge_above_zero() -> None:
    days = np.array([3, 3, 3, 4, 10])

    assert time_pairs(days, (0, 1, 2, 8)).tolist() == [3, 3, 4]
    assert time_pairs(days, (1, 2, 8)).tolist() == [3, 4]


def test_expected_pairs_and_p_are_those_of_every_possible_deal() -> None:
    """All 5,040 orders of seven days, counted one by one: the exact distribution."""
    x, y = np.array([0.0, 50.0, 90.0, 300.0, 350.0, 900.0, 2_000.0]), np.zeros(7)
    days = np.array([0, 3, 5, 20, 21, 60, 61])
    close = close_pairs(x, y, EDGES)
    whole = np.array([pairs_by_time(close, np.array(order), WEEKS) for order in permutations(days)])
    table = table_of(close, days, seed=5, time_edges=WEEKS, permutations=4_999)

    np.testing.assert_allclose(table.expected, whole.mean(axis=0), rtol=1e-12)
    exact = (whole >= table.observed).mean(axis=0)
    # Four standard errors of a Monte Carlo p, and the (k + 1) / (n + 1) of it.
    assert (np.abs(table.p - exact) <= 4 * np.sqrt(exact * (1 - exact) / 4_999) + 1 / 5_000).all()
    near = whole[:, :2, :2].sum(axis=(1, 2))
    assert abs(table.near_p - (near >= table.near_observed).mean()) < 0.03


def test_the_deals_are_those_of_a_plain_loop_on_the_same_random_stream() -> None:
    """Every count of 100 deals: of the many at once, made in lots, beside one after the other."""
    x, y, days = town(4, 40)
    close = close_pairs(x, y, EDGES)
    ordered = days[close.order]
    by_hand = []
    for size, stream in zip((64, 36), np.random.SeedSequence(11).spawn(2), strict=True):
        draw = np.random.default_rng(stream)
        for _ in range(size):
            dealt = draw.permutation((ordered - ordered.min()).astype(np.int16))
            by_hand.append(brute(x[close.order], y[close.order], dealt, EDGES, WEEKS))

    assert deal(close, days, WEEKS, 100, 11).tolist() == np.array(by_hand).tolist()


def test_the_mean_of_the_deals_is_the_closed_form() -> None:
    x, y, days = town(6, 400)
    table = knox_table(x, y, days, seed=2, distance_edges=EDGES, time_edges=WEEKS, permutations=1_999)

    assert (np.abs(table.simulated - table.expected) <= 5 * np.sqrt(table.expected / 1_999) * 1.5).all()
    np.testing.assert_allclose(table.expected.sum(axis=1), table.by_distance * (table.by_time.sum() / table.pairs))


def test_the_published_example_of_pointpats_is_met() -> None:
    """Knox 13 within 20 km and 5 days, 10.14 expected, in the documentation of pointpats 2.5."""
    space, days = burkitt()
    table = knox_table(
        *space.T, days.ravel(), seed=1, distance_edges=(0, np.nextafter(20.0, 21.0)), time_edges=(0, 6),
        permutations=1_999,
    )  # fmt: skip

    assert table.observed.tolist() == [[13]]
    assert table.by_distance[0] - 13 == 3_416
    assert table.by_time[0] - 13 == 39
    assert table.expected[0, 0] == pytest.approx(10.1438161, abs=1e-7)
    # The documented p of 0.21 is of 99 deals: the standard error is 0.04.
    assert table.p[0, 0] == pytest.approx(0.21, abs=0.12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_expectation_and_p_agree_with_the_class_of_pointpats(seed: int) -> None:
    from pointpats.spacetime import Knox

    x, y, days = town(seed, 120)
    np.random.seed(seed)  # the peer draws from the global state only
    peer = Knox(np.column_stack([x, y]), days[:, None].astype(float), delta=250, tau=13, permutations=199)
    table = knox_table(x, y, days, seed=seed, distance_edges=(0, 250), time_edges=(0, 14), permutations=1_999)

    assert table.observed[0, 0] == peer.statistic_
    assert table.expected[0, 0] == pytest.approx(peer.expected[0, 0], rel=1e-12)
    assert [table.by_distance[0], table.by_time[0]] == [peer.observed[0].sum(), peer.observed[:, 0].sum()]
    assert abs(table.p[0, 0] - peer.p_sim) < 4 * np.sqrt(peer.p_sim * (1 - peer.p_sim) / 199) + 0.01


def test_the_old_function_of_pointpats_shuffles_the_callers_times_and_calls_repulsion_clustering() -> None:
    """Why it is no oracle: near events far apart in time come out as significantly close (both sides folded)."""
    from pointpats import Knox
    from pointpats import knox as old

    draw = np.random.default_rng(3)
    # Pairs of neighbours, a year apart: fewer pairs close in both than chance.
    x = np.repeat(np.arange(60) * 1_000.0, 2) + draw.uniform(0, 5, 120)
    days = np.column_stack([np.arange(60), np.arange(60) + 200]).ravel()
    space, given = np.column_stack([x, np.zeros(120)]), days[:, None].astype(float)
    before = given.copy()
    np.random.seed(3)  # the peer draws from the global state only
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result = old(space, given, delta=10, tau=30, permutations=199)
    right = Knox(space, before, delta=10, tau=30, permutations=199)
    table = knox_table(x, np.zeros(120), days, seed=1, distance_edges=(0, 10), time_edges=(0, 31), permutations=199)

    assert not np.array_equal(given, before)
    assert result["pvalue"][0] <= 0.05
    assert right.p_sim == table.p[0, 0] == 1.0


def test_p_is_never_zero_and_never_above_one() -> None:
    """open_cp's k / n is 0 here."""
    x, y = np.repeat(np.arange(100) * 5_000.0, 2), np.zeros(200)
    table = knox_table(x, y, np.repeat(np.arange(100) * 30, 2), seed=1, permutations=99)

    assert table.observed[0, 0] == 100
    assert table.p[0, 0] == table.near_p == 0.01
    assert table.p.max() == 1.0
    assert np.isnan(table.ratio[1:]).all()
    assert table.repeats


def test_the_table_is_the_same_whatever_the_threads_and_another_with_another_seed() -> None:
    x, y, days = town(7, 300)

    def made(seed: int, threads: int) -> KnoxTable:
        return knox_table(x, y, days, seed=seed, permutations=199, threads=threads)

    one, three, other = made(1, 1), made(1, 3), made(2, 2)
    for name in ("observed", "expected", "simulated", "p"):
        assert getattr(one, name).tobytes() == getattr(three, name).tobytes()
    assert one.near_p == three.near_p
    assert one.simulated.tolist() != other.simulated.tolist()


def test_more_pairs_than_are_looked_at_together_are_counted_right() -> None:
    x, y = np.random.default_rng(8).uniform(0, 300, (2, 400))
    days = np.random.default_rng(9).integers(0, 365, 400)
    close = close_pairs(x, y, (0, 1_000))
    apart = np.abs(days[:, None] - days[None, :])[np.tril_indices(400, -1)]

    assert len(close) == 79_800 > knox.PAIRS_AT_ONCE
    by_hand = np.histogram(apart, bins=[*WEEKS[:-1], WEEKS[-1] - 0.5])[0]
    assert pairs_by_time(close, days, WEEKS).tolist() == [by_hand.tolist()]


def test_days_may_be_minutes_of_years() -> None:
    """Ticks that 16 bits do not hold."""
    x, y, days = town(10)
    edges = tuple(day * 1_440 for day in WEEKS)
    one = knox_table(x, y, days, seed=1, distance_edges=EDGES, time_edges=WEEKS, permutations=99)
    other = knox_table(x, y, days * 1_440 + 10**9, seed=1, distance_edges=EDGES, time_edges=edges, permutations=99)

    assert one.observed.tolist() == other.observed.tolist()
    assert one.p.tolist() == other.p.tolist()


def test_chance_alone_passes_about_one_time_in_twenty() -> None:
    """200 towns with hot places and a busy season but no near repeats; the full run is in benchmarks/evidence."""
    passed = [
        knox_table(
            *null_town(seed, 150), seed=seed, permutations=99, distance_edges=(0, 1, 100, 200), time_edges=(0, 7, 14)
        ).repeats
        for seed in range(200)
    ]

    assert 2 <= sum(passed) <= 21


def test_near_repeats_put_in_are_found_where_they_were_put() -> None:
    x, y, days = null_town(1, 600)
    draw = np.random.default_rng(2)
    after = draw.integers(0, 600, 60)
    # At least 120 and at most 180 m from an event, within a week of it.
    angle, metres = draw.uniform(0, 2 * np.pi, 60), draw.uniform(120, 180, 60)
    x, y = np.append(x, x[after] + metres * np.cos(angle)), np.append(y, y[after] + metres * np.sin(angle))
    days = np.append(days, days[after] + draw.integers(0, 7, 60))
    table = knox_table(x, y, days, seed=3, permutations=199)

    assert table.repeats
    assert table.p[2, 0] == 1 / 200
    assert np.nanargmax(table.observed - table.expected) == 2 * 13
    assert table.observed[2, 0] - table.expected[2, 0] == pytest.approx(60, abs=25)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"x": np.array([0.0, np.nan])}, "position"),
        ({"days": np.array([0.5, 1.5])}, "whole"),
        ({"days": np.array([1])}, "day"),
        ({"distance_edges": (100.0, 0.0)}, "rise"),
        ({"time_edges": (0, 7, 7)}, "rise"),
        ({"time_edges": (0, 0.5)}, "whole"),
        ({"permutations": 0}, "deal"),
    ],
)
def test_what_makes_no_table_is_refused(given: dict[str, Any], said: str) -> None:
    right = {"x": np.zeros(2), "y": np.zeros(2), "days": np.array([0, 1]), "seed": 1, "permutations": 9}

    with pytest.raises(ValueError, match=said):
        knox_table(**(right | given))
    with pytest.raises(ValueError, match="more than 2"):
        close_pairs(np.zeros(3), np.zeros(3), (0, 1), most=2)
