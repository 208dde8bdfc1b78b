"""The space-time permutation scan on plain arrays, beside brute force, closed forms and full enumeration."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import binom, hypergeom

from ilp_core.analyse.patterns import scan_replicas
from ilp_core.analyse.patterns.scan_replicas import STEP, highest, highest_by_chance, log_likelihood_ratio
from ilp_core.analyse.patterns.scan_search import Scan, Search, scan_events

SIZE = 250.0


def ratio(count: int, expected: float, total: int) -> float:
    """The statistic as the paper writes it."""
    if count <= expected:
        return 0.0
    rest = (total - count) * math.log((total - count) / (total - expected)) if count < total else 0.0
    return count * math.log(count / expected) + rest


def brute(x, y, age, search: Search) -> dict[tuple[int, int, int, int], tuple[int, float, float]]:
    """Every cylinder by middle cell, squared reach in cells and days: its count, expected count and statistic."""
    events = list(zip((x // SIZE).astype(int).tolist(), (y // SIZE).astype(int).tolist(), age.tolist(), strict=True))
    found = {}
    for east, north in {event[:2] for event in events}:
        off = [(e - east) ** 2 + (n - north) ** 2 for e, n, _ in events]
        for reach in {one for one in off if math.sqrt(one) * SIZE <= search.radius_m}:
            held = sum(one <= reach for one in off)
            if held > search.most_share * len(events):
                continue
            for days in range(1, search.most_days + 1):
                recent = sum(days_old < days for *_, days_old in events)
                count = sum(one <= reach and event[2] < days for one, event in zip(off, events, strict=True))
                expected = held * recent / len(events)
                said = ratio(count, expected, len(events)) if count >= search.least else 0.0
                found[east, north, reach, days] = (count, expected, said)
    return found


def town(seed: int, events: int = 60, *, side: float = 2_500.0, days: int = 20):
    draw = np.random.default_rng(seed)
    x, y = draw.uniform(-side / 2, side / 2, (2, events))
    return x, y, draw.integers(0, days, events)


def searched(seed: int, search: Search, events: int = 60) -> tuple[Scan, dict]:
    x, y, age = town(seed, events, days=search.days)
    return scan_events(x, y, age, SIZE, search, seed=1), brute(x, y, age, search)


SMALL = Search(days=20, most_days=8, radius_m=900.0, least=2, replicas=99)


@pytest.mark.parametrize(
    "search",
    [SMALL, Search(days=20, most_days=19, radius_m=0.0, replicas=99), Search(20, 7, 5_000.0, 0.2, 3, 99, 0.05)],
    ids=["discs", "single cells", "a fifth of the events at most"],
)
@pytest.mark.parametrize("seed", range(3))
def test_every_cylinder_has_the_count_expectation_and_statistic_of_brute_force(seed: int, search: Search) -> None:
    scan, known = searched(seed, search)
    zones, windows = scan.cylinders.zones, scan.cylinders.windows
    found = {}
    for zone in range(len(zones)):
        east, north = zones.cells[zones.middle[zone]].tolist()
        for place, days in enumerate(windows.tolist()):
            one = scan.cylinder(zone, place)
            found[east, north, int(zones.reach[zone]), days] = (one.count, one.expected, one.statistic)
    assert set(found) == {key for key in known if key[3] in windows}
    for key, said in found.items():
        assert said == pytest.approx(known[key], abs=1e-9), key


@pytest.mark.parametrize("seed", range(3))
def test_the_highest_statistic_is_that_of_brute_force(seed: int) -> None:
    scan, known = searched(seed, SMALL)
    assert scan.statistics.max() == pytest.approx(max(said for _, _, said in known.values()))


def test_the_highest_of_every_shuffle_is_that_of_brute_force_on_the_same_shuffle() -> None:
    x, y, age = town(5, 40, days=20)
    cylinders = scan_events(x, y, age, SIZE, SMALL, seed=1).cylinders
    shuffled = np.random.default_rng(2).permuted(np.tile(age, (12, 1)), axis=1)
    expected = [max(said for _, _, said in brute(x, y, ages, SMALL).values()) for ages in shuffled]
    np.testing.assert_allclose(highest(cylinders, cylinders.cell, shuffled), expected)


def test_shuffles_are_searched_as_the_data_is() -> None:
    """Together, looking only at counts that could matter, and one by one, looking at every cylinder."""
    x, y, age = town(6, 300, days=60)
    cylinders = scan_events(x, y, age, SIZE, Search(replicas=99), seed=1).cylinders
    shuffled = np.random.default_rng(2).permuted(np.tile(age, (80, 1)), axis=1)
    alone = [replace(cylinders, age=ages).observed()[1].max() for ages in shuffled]
    np.testing.assert_array_equal(highest(cylinders, cylinders.cell, shuffled), alone)


def test_the_expected_count_is_the_sum_over_its_cells_and_days_of_the_products_of_the_margins() -> None:
    x, y, age = town(3, 80, days=20)
    scan = scan_events(x, y, age, SIZE, SMALL, seed=1)
    cell, zones = scan.cylinders.cell, scan.cylinders.zones
    table = np.zeros((len(zones.cells), 20))
    np.add.at(table, (cell, age), 1)
    margins = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / len(age)
    for zone in range(0, len(zones), 7):
        for place, days in enumerate(scan.cylinders.windows.tolist()):
            summed = margins[zones.members(zone), :days].sum()
            assert scan.cylinder(zone, place).expected == pytest.approx(summed)


def test_the_statistic_is_the_ratio_of_two_binomial_likelihoods() -> None:
    count, expected, total = np.array([3, 7, 12, 40, 50]), np.array([0.4, 2.5, 11.9, 10.0, 30.0]), 50
    known = binom.logpmf(count, total, count / total) - binom.logpmf(count, total, expected / total)
    np.testing.assert_allclose(log_likelihood_ratio(count, expected, total), known)
    np.testing.assert_array_equal(log_likelihood_ratio(np.array([2, 3, 0]), np.array([2.5, 3.0, 0.1]), total), 0.0)


def test_a_disc_holds_the_cells_within_its_radius() -> None:
    x, y, age = town(4, 120, days=20)
    zones = scan_events(x, y, age, SIZE, SMALL, seed=1).cylinders.zones
    apart = cdist(zones.cells, zones.cells)
    for zone in range(0, len(zones), 5):
        inside = np.flatnonzero(apart[zones.middle[zone]] <= math.sqrt(zones.reach[zone]) + 1e-9)
        np.testing.assert_array_equal(zones.members(zone), inside)


def test_the_events_of_a_cylinder_are_as_many_as_it_counts() -> None:
    scan, _ = searched(4, SMALL)
    for zone in range(0, len(scan.cylinders.zones), 9):
        for place in range(len(scan.cylinders.windows)):
            one = scan.cylinder(zone, place)
            assert len(scan.events(one)) == one.count


def test_discs_apart_share_no_cell() -> None:
    x, y, age = town(8, 90, days=20)
    zones = scan_events(x, y, age, SIZE, SMALL, seed=1).cylinders.zones
    for zone in range(0, len(zones), 40):
        own = set(zones.members(zone).tolist())
        known = [own.isdisjoint(zones.members(other).tolist()) for other in range(len(zones))]
        np.testing.assert_array_equal(zones.apart(zone), known)


def test_the_count_needed_is_the_first_whose_statistic_reaches_the_step() -> None:
    cylinders = scan_events(*town(9, 90, days=20), SIZE, SMALL, seed=1).cylinders
    for step in (0, 3, 9, 30):
        needed = cylinders.needed(step)
        for window, recent in enumerate(cylinders.recent.tolist()):
            for held in range(1, cylinders.zones.most + 1):
                expected = held * recent / cylinders.total
                reaching = [
                    count
                    for count in range(SMALL.least, held + 1)
                    if count > expected and ratio(count, expected, cylinders.total) >= step * STEP
                ]
                assert needed[window, held] == min(reaching, default=held + 1)


def test_counts_of_shuffles_are_hypergeometric() -> None:
    x, y, age = town(10, 60, days=20)
    cylinders = scan_events(x, y, age, SIZE, SMALL, seed=1).cylinders
    shuffled = np.random.default_rng(3).permuted(np.tile(age, (4_000, 1)), axis=1)
    # One array that grows from window to window: looked at before it does.
    for window, per_cell in enumerate(scan_replicas._recent(cylinders, cylinders.cell, shuffled)):
        for block in cylinders.zones.blocks:
            counts = block.counts(per_cell).astype(float)
            known = hypergeom(60, int(cylinders.recent[window]), cylinders.zones.held[block.first : block.last])
            np.testing.assert_allclose(counts.mean(axis=1), known.mean(), atol=0.15)
            np.testing.assert_allclose(counts.var(axis=1), known.var(), atol=0.35)


def test_p_is_that_of_all_orders_there_are() -> None:
    """Eight events have 40,320 orders: the share whose highest statistic is as high is the exact p."""
    x = np.array([10.0, 20, 30, 900, 910, 1_800, 1_810, 2_700])
    age = np.array([0, 1, 1, 5, 3, 8, 9, 6])
    search = Search(days=10, most_days=4, radius_m=300.0, least=2, replicas=9_999)
    scan = scan_events(x, np.zeros(8), age, SIZE, search, seed=4)
    orders = np.array(list(permutations(age.tolist())))
    every = highest(scan.cylinders, scan.cylinders.cell, orders)
    exact = np.mean(every >= scan.statistics.max() - 1e-9)
    assert scan.p == pytest.approx(exact, abs=4 * math.sqrt(exact / 9_999))
    assert 0.005 < exact < 0.3


def test_p_is_never_nought_and_counts_the_data_as_one_of_the_shuffles() -> None:
    x, y, age = town(1, 200, days=60)
    x, y, age = np.append(x, [9_000.0] * 20), np.append(y, [9_000.0] * 20), np.append(age, np.arange(20) % 2)
    assert scan_events(x, y, age, SIZE, Search(replicas=199), seed=1).p == 1 / 200


def test_equal_statistics_count_as_as_high() -> None:
    scan, _ = searched(2, SMALL)
    tied = Scan(scan.cylinders, scan.counts, scan.statistics, np.array([1.0, 2.0, 2.0 - 1e-12, 3.0]))
    assert tied.p_of(2.0) == 4 / 5
    assert tied.p_of(3.1) == 1 / 5
    assert tied.p_of(0.0) == 1.0


def test_clusters_told_are_those_whose_p_reaches_the_level() -> None:
    """Each threshold between two shuffles: the rule of the level agrees with the p-value of every cylinder told."""
    x, y, age = town(1, 200, days=60)
    scan = scan_events(x, y, age, SIZE, Search(replicas=19, level=0.05), seed=1)
    for level in (0.05, 0.2, 0.55, 0.95):
        told = scan.found(level)
        assert all(one.p <= level for one in told)
        assert bool(told) == (scan.p <= level)
        for one, other in ((a, b) for a in told for b in told if a is not b):
            own, others = (set(scan.cylinders.zones.members(each.zone).tolist()) for each in (one, other))
            assert own.isdisjoint(others)
    assert len(scan.found(0.95)) > 1


@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    cylinders = scan_events(*town(7, 150, days=20), SIZE, SMALL, seed=1).cylinders
    one, more = (highest_by_chance(cylinders, 777, 5, count) for count in (1, threads))
    np.testing.assert_array_equal(more, one)


def test_the_order_of_the_events_changes_nothing() -> None:
    x, y, age = town(7, 150, days=20)
    turned = np.random.default_rng(1).permutation(150)
    one = scan_events(x, y, age, SIZE, SMALL, seed=1)
    other = scan_events(x[turned], y[turned], age[turned], SIZE, SMALL, seed=1)
    np.testing.assert_array_equal(other.chance, one.chance)
    assert other.found(0.99) == one.found(0.99)


def test_the_size_of_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, age = town(7, 150, days=20)
    one = scan_events(x, y, age, SIZE, SMALL, seed=1)
    monkeypatch.setattr("ilp_core.analyse.patterns.scan_zones.ZONES_AT_ONCE", 17)
    other = scan_events(x, y, age, SIZE, SMALL, seed=1)
    assert len(other.cylinders.zones.blocks) > len(one.cylinders.zones.blocks)
    np.testing.assert_allclose(other.chance, one.chance)


def test_chance_alone_is_told_of_about_as_often_as_stated() -> None:
    """Loose; the full run is benchmarks/evidence/scan.py."""
    search = Search(days=30, most_days=7, replicas=99, level=0.05)
    p = [scan_events(*town(seed, 150, days=30), SIZE, search, seed=seed).p for seed in range(200)]
    assert 0.015 <= np.mean(np.array(p) <= 0.05) <= 0.105
    assert 0.4 <= np.mean(np.array(p) <= 0.5) <= 0.6


def test_injected_clusters_are_found_at_their_place() -> None:
    """Loose; the full run is benchmarks/evidence/scan.py."""
    hits = 0
    for seed in range(20):
        x, y, age = town(seed, 600, side=5_000.0, days=60)
        draw = np.random.default_rng(1_000 + seed)
        middle = draw.uniform(-2_000, 2_000, 2)
        east, north = middle[:, None] + draw.uniform(-150, 150, (2, 10))
        x, y, age = np.append(x, east), np.append(y, north), np.append(age, draw.integers(0, 7, 10))
        scan = scan_events(x, y, age, SIZE, Search(replicas=199, level=0.05), seed=seed)
        for found in scan.found(0.05)[:1]:
            zones = scan.cylinders.zones
            off = np.hypot(*((zones.cells[zones.middle[found.zone]] + 0.5) * SIZE - middle))
            hits += off <= 500 and len(np.intersect1d(scan.events(found), np.arange(600, 610))) >= 7
    assert hits >= 17


def test_nothing_recent_is_no_cluster() -> None:
    x, y, age = town(1, 30, days=20)
    scan = scan_events(x, y, age + 30, SIZE, Search(replicas=99), seed=1)
    assert scan.p == 1.0
    assert scan.found(0.99) == []


def test_one_place_alone_is_no_cluster() -> None:
    """Without other places a day's share says all that there is to say."""
    scan = scan_events(np.full(9, 5.0), np.full(9, 5.0), np.arange(9), SIZE, SMALL, seed=1)
    assert scan.p == 1.0


@pytest.mark.parametrize(
    "wrong",
    [{"most_days": 60}, {"least": 1}, {"most_share": 0.0}, {"radius_m": -1.0}, {"replicas": 50}, {"level": 1.0}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_search_that_could_find_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"must|needs|few"):
        Search(**wrong)


def test_events_of_no_or_another_period_are_refused() -> None:
    nothing = np.empty(0)
    with pytest.raises(ValueError, match="period"):
        scan_events(nothing, nothing, nothing.astype(int), SIZE, SMALL, seed=1)
    with pytest.raises(ValueError, match="period"):
        scan_events(*town(1, 30, days=40), SIZE, SMALL, seed=1)
