"""Analyse, where: rankings of cells, blocks and areas, and clusters of incidents; only evidence moves them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.where.clusters import dbscan, find_clusters
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.harm import expected_of, shrunk
from ilp_core.analyse.where.streets import (
    HOTSPOT_KINDS,
    Ranking,
    hotspots_by_kind,
    rank_areas,
    rank_cells,
    rank_streets,
)
from ilp_core.analyse.where.units import areas_of, blocks_of, cells_of
from tests.frames import NOW, Made, a_town_with_a_burst, days_ago, frame_of, made_town, thousand

TOWN_GRID = Grid(200.0, 0, 0, np.ones((20, 20), dtype=bool))
NOWHERE = float("nan")


def spoken(rows: list[Made], limits: Limits | None = None) -> tuple[IncidentFrame, Evidence]:
    frame = frame_of(rows)
    return frame, gather(frame, frame.all_rows, limits or Limits(), NOW)


def plain(ranking: Ranking) -> list[Any]:
    """A ranking but for the numbers of its rows, which other rows shift."""
    return [replace(one, rows=np.empty(0, dtype=np.intp)).__repr__() for one in ranking.ranked]


def everything(frame: IncidentFrame, evidence: Evidence) -> list[Any]:
    """Every ranking and cluster there is of the evidence."""
    said: list[Any] = []
    for by in ("harm", "count"):
        said += plain(rank_streets(frame, evidence, by=by))
        said += plain(rank_cells(frame, evidence, TOWN_GRID, by=by))
        said += plain(rank_areas(frame, evidence, "beat", by=by))
    for harm in (False, True):
        found = find_clusters(frame, evidence, harm=harm)
        said += [replace(one, rows=np.empty(0, dtype=np.intp)).__repr__() for one in found.clusters]
    return said


def test_blocks_and_beats_are_counted_and_named_by_the_street() -> None:
    rows = [days_ago(1 + n, block="079XX S WESTERN AVE", beat="0835") for n in range(5)]
    rows += [days_ago(1 + n, block="081XX S RACINE AVE", beat="0836", x=900.0) for n in range(2)]
    rows += [days_ago(3, block="", beat="", x=1_500.0)]
    frame, evidence = spoken(rows)

    streets = rank_streets(frame, evidence, by="count")
    beats = rank_areas(frame, evidence, "beat", by="count")

    assert [(one.label, one.count) for one in streets.ranked] == [
        ("7900 blk S Western Ave", 5),
        ("8100 blk S Racine Ave", 2),
    ]
    assert [(one.key, one.label, one.count) for one in beats.ranked] == [("0835", "0835", 5), ("0836", "0836", 2)]
    assert (streets.count, streets.units, streets.outside) == (8, 2, 1)
    assert streets.harm == 8 * 228.5
    assert (streets.ranked[0].x, streets.ranked[0].y) == (50.0, 50.0)
    assert streets.basis.rows == 8
    assert streets.basis.parameters["unit"] == "block"


def test_expected_counts_are_shrunk_to_the_mean_of_all_units_quiet_ones_too() -> None:
    table = np.array([[9.0], [1.0], [0.0], [2.0]])
    mean, variance = 3.0, 86 / 4 - 9
    pull = mean / (variance - mean)

    np.testing.assert_allclose(shrunk(table)[:, 0], (mean * pull + table[:, 0]) / (pull + 1))
    # With no more spread than chance every unit is the mean, and so it is with one unit.
    assert shrunk(np.array([[2.0], [3.0]])).tolist() == [[2.5], [2.5]]
    assert shrunk(np.array([[7.0]])).tolist() == [[7.0]]
    # Never outside of what was counted and the mean.
    many = np.random.default_rng(1).negative_binomial(0.5, 0.2, (200, 3)).astype(float)
    low, high = np.minimum(many, many.mean(axis=0)), np.maximum(many, many.mean(axis=0))
    assert ((shrunk(many) >= low - 1e-12) & (shrunk(many) <= high + 1e-12)).all()
    assert shrunk(many).sum() == pytest.approx(many.sum())


def test_quiet_units_come_from_longer_evidence_and_pull_the_mean_down() -> None:
    old = [days_ago(200, block=f"0{n}XX S ELM ST", x=300.0 * n) for n in range(10, 30)]
    new = [days_ago(1 + n / 9, block="079XX S WESTERN AVE") for n in range(9)]
    frame = frame_of(old + new)
    year = gather(frame, frame.all_rows, Limits(), NOW)
    month = gather(frame, frame.seen(frame.all_rows, NOW - 28 * 86_400, NOW, NOW), Limits(), NOW)

    alone, beside = rank_streets(frame, month), rank_streets(frame, month, ground=year)

    assert (alone.units, beside.units) == (1, 21)
    assert alone.ranked[0].expected == pytest.approx(9.0)
    assert 8.0 < beside.ranked[0].expected < 9.0


def test_a_single_incident_never_makes_a_harm_hotspot_and_its_share_is_given() -> None:
    rows = [days_ago(9, "homicide", block="001XX E OAK ST", x=1_050.0)]
    rows += [days_ago(8, "homicide", block="002XX E OAK ST", x=1_450.0)]
    rows += [days_ago(7, "criminal_damage", block="002XX E OAK ST", x=1_450.0)]
    rows += [days_ago(6 + n, "assault", block="003XX E OAK ST", x=1_850.0) for n in range(3)]
    rows += [days_ago(5, "homicide", block="003XX E OAK ST", x=1_850.0)]
    rows += [days_ago(2 + n, "robbery", block="009XX W ELM ST", x=3_050.0) for n in range(4)]
    rows += [days_ago(9, block=f"0{n}XX S ASH ST", x=250.0 * n, y=2_050.0) for n in range(10, 40)]
    frame, evidence = spoken(rows)
    units = blocks_of(frame, evidence.rows)
    expected = expected_of(frame, evidence.rows, units)

    by_harm = {one.key: one for one in rank_streets(frame, evidence, by="harm").ranked}
    cells = [one.label for one in rank_cells(frame, evidence, TOWN_GRID, by="harm").ranked]

    assert next(iter(by_harm)) == "009XX W ELM ST"
    assert "001XX E OAK ST" not in by_harm  # the homicide is all there is
    assert "002XX E OAK ST" not in by_harm  # one record beside it
    lone = by_harm["003XX E OAK ST"]  # three beside it: ranked on those
    assert lone.heaviest_share == pytest.approx(5_475 / 5_505)
    assert (lone.heaviest, lone.count, lone.harm) == ("homicide", 4, 5_505.0)
    assert lone.expected_harm < by_harm["009XX W ELM ST"].expected_harm
    assert cells[0] == "900 blk W Elm St"
    assert len(cells) == 2
    assert expected.heaviest.max() == 5_475
    # Two homicides at one place are no single incident.
    twice = [*rows, days_ago(4, "homicide", block="001XX E OAK ST", x=1_050.0)]
    assert rank_streets(*spoken(twice)).ranked[0].key == "001XX E OAK ST"


def test_a_lone_heavy_record_adds_nothing_to_the_score_of_its_place() -> None:
    rows = [days_ago(9 + n, "homicide", block="001XX E OAK ST") for n in range(6)]
    rows += [days_ago(9, block=f"0{n}XX S ASH ST") for n in range(10, 50) for _ in range(3)]
    lone = [*rows, days_ago(8, "homicide", block="010XX S ASH ST")]
    frame, evidence = spoken(lone)
    ranked = {one.key: one for one in rank_streets(frame, evidence, most=50).ranked}

    assert ranked["010XX S ASH ST"].expected_harm == pytest.approx(ranked["011XX S ASH ST"].expected_harm)
    assert ranked["010XX S ASH ST"].expected > ranked["011XX S ASH ST"].expected
    assert ranked["010XX S ASH ST"].heaviest_share == pytest.approx(5_475 / (5_475 + 3 * 228.5))
    assert ranked["001XX E OAK ST"].expected_harm > 3 * 5_475


def test_harm_and_count_agree_with_sums_by_hand() -> None:
    frame, evidence = spoken(made_town(2))
    for units in (
        blocks_of(frame, evidence.rows),
        areas_of(frame, evidence.rows, "beat"),
        cells_of(frame, evidence.rows, TOWN_GRID),
    ):
        expected = expected_of(frame, evidence.rows, units)
        count, harm = np.zeros(len(units)), np.zeros(len(units))
        for unit, days in zip(units.unit_of, frame.harm[evidence.rows], strict=True):
            if unit >= 0:
                count[unit] += 1
                harm[unit] += float(days)
        np.testing.assert_array_equal(expected.count, count)
        np.testing.assert_allclose(expected.harm, harm)
        assert expected.expected_count.sum() == pytest.approx(count.sum())
        assert (expected.expected_harm <= harm.max()).all()


def test_one_premise_fills_one_of_the_first_three_slots() -> None:
    mall: dict[str, Any] = {"block": "075XX S CICERO AVE", "premise": "DEPARTMENT STORE"}
    rows = [days_ago(1 + n, "robbery", x=450.0, y=50.0, **mall) for n in range(30)]
    rows += [days_ago(1 + n, "robbery", x=1_050.0, y=50.0, **mall) for n in range(25)]
    rows += [days_ago(1 + n, "robbery", x=1_650.0, y=50.0, **mall) for n in range(20)]
    for place in range(4):
        rows += [
            days_ago(
                1 + n,
                "robbery",
                x=50.0,
                y=850.0 + 600 * place + 7 * n,
                block=f"0{place}9XX W ELM ST",
                premise="STREET",
            )
            for n in range(10 - place)
        ]
    frame, evidence = spoken(rows)

    found = rank_cells(frame, evidence, TOWN_GRID, by="count", most=5).ranked

    assert [one.label for one in found[:3]] == ["7500 blk S Cicero Ave", "900 blk W Elm St", "1900 blk W Elm St"]
    # Behind the first three the other cells of the mall stand where their count puts them.
    assert [(one.label, one.count) for one in found[3:]] == [
        ("7500 blk S Cicero Ave", 25),
        ("7500 blk S Cicero Ave", 20),
    ]
    assert found[0].premise_share == 1.0
    assert found[1].premise_share < 1.0 or found[1].count == 10


def test_one_exact_point_written_under_two_blocks_fills_one_slot() -> None:
    rows = [days_ago(1 + n, x=50.0, y=50.0, block="079XX S WESTERN AVE") for n in range(12)]
    rows += [days_ago(1 + n, x=50.0, y=50.0, block="024XX W 79TH ST") for n in range(11)]
    for place in range(3):
        rows += [days_ago(1 + n, x=500.0 + 300 * place + n, block=f"0{place}9XX W ELM ST") for n in range(5)]
    frame, evidence = spoken(rows)

    labels = [one.key for one in rank_streets(frame, evidence, by="count").ranked]

    assert labels[:3] == ["079XX S WESTERN AVE", "009XX W ELM ST", "019XX W ELM ST"]
    assert labels[3:] == ["024XX W 79TH ST", "029XX W ELM ST"]


def test_no_cell_touches_a_higher_one() -> None:
    frame, evidence = spoken(made_town(4))
    places = [
        tuple(map(int, one.key.split(":")[1:])) for one in rank_cells(frame, evidence, TOWN_GRID, most=30).ranked
    ]

    assert len(places) > 5
    for rank, (east, north) in enumerate(places):
        assert all(max(abs(east - a), abs(north - b)) > 1 for a, b in places[:rank])


def test_shop_theft_ranks_places_only_where_it_is_asked_for() -> None:
    rows = [days_ago(1 + n, "shoplifting", x=450.0, block="075XX S CICERO AVE") for n in range(30)]
    rows += [days_ago(1 + n, "other_theft", block="079XX S WESTERN AVE") for n in range(3)]
    frame, evidence = spoken(rows)
    asked = gather(frame, frame.all_rows, Limits(offences=("shoplifting",)), NOW)

    assert [one.key for one in rank_streets(frame, evidence).ranked] == ["079XX S WESTERN AVE"]
    assert [one.key for one in rank_streets(frame, asked).ranked] == ["075XX S CICERO AVE"]


@pytest.mark.parametrize("where", ["at a hot place", "at the station", "at one new point", "all over"])
@pytest.mark.parametrize(
    "added",
    [
        {"initiated": 1},
        {"domestic": 1},
        {"codes": ["drugs", "weapons", "prostitution"]},
        {"codes": ["shoplifting"]},
        {"x": NOWHERE},
    ],
    ids=["officer-initiated", "domestic", "enforcement", "shop theft", "unlocated"],
)
def test_a_thousand_rows_that_may_not_rank_leave_every_ranking_as_it_is(where: str, added: dict[str, Any]) -> None:
    """G05, G46, doctrine 3.8: byte for byte, with new blocks and beats among the rows that were added."""
    town = a_town_with_a_burst(initiated=0)
    fields = {"initiated": 0, "block": "000XX A NEW ST", "beat": "0001"} | added
    new = thousand(where, **{name: value for name, value in fields.items() if name != "x"})
    if "x" in added:
        new = [replace(row, x=NOWHERE, y=NOWHERE) for row in new]
    before, after = everything(*spoken(town)), everything(*spoken(town + new))

    assert before == after
    assert len(before) > 40
    # The same rows without the mark would have changed it.
    assert before != everything(*spoken(town + thousand(where, initiated=0)))


def test_the_three_kinds_of_hotspot_stand_apart() -> None:
    rows = a_town_with_a_burst()
    frame, year = spoken(rows)
    micro = City(frame).findings(NOW).micro
    kinds = hotspots_by_kind(frame, year, micro, grid=TOWN_GRID)

    assert HOTSPOT_KINDS == ("chronic", "micro_time", "harm")
    assert (kinds.chronic.by, kinds.harm.by) == ("count", "harm")
    assert kinds.micro_time == micro
    assert [one.key for one in kinds.chronic.ranked] != [one.key for one in kinds.harm.ranked]
    assert hotspots_by_kind(frame, year, micro).harm.kind == "block"


def test_nothing_ranks_nothing() -> None:
    frame, evidence = spoken([days_ago(1, "drugs")])
    for ranking in (
        rank_streets(frame, evidence),
        rank_areas(frame, evidence, "district"),
        rank_cells(frame, evidence, TOWN_GRID),
        rank_cells(frame, evidence, Grid(200.0, 0, 0, np.zeros((1, 1), dtype=bool))),
    ):
        assert ranking.ranked == ()
    assert find_clusters(frame, evidence).clusters == ()
    one, alone = spoken([days_ago(1)])
    assert rank_streets(one, alone).ranked == ()
    assert find_clusters(one, alone).clusters == ()


def same_partition(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weighted", [False, True])
def test_clusters_equal_those_of_scikit_learn(seed: int, weighted: bool) -> None:
    draw = np.random.default_rng(seed)
    points = np.concatenate([draw.normal(middle, 60, (80, 2)) for middle in draw.uniform(0, 2_000, (6, 2))])
    points = np.concatenate([points, draw.uniform(0, 2_000, (150, 2)), points[:40]])
    weights = draw.choice([1.0, 5.0, 365.0], len(points)) if weighted else np.ones(len(points))
    least = 1_500 if weighted else 9

    peer = DBSCAN(eps=70.0, min_samples=least, algorithm="brute").fit(points, sample_weight=weights)
    ours = dbscan(points, 70.0, least, weights)

    core = np.zeros(len(points), dtype=bool)
    core[peer.core_sample_indices_] = True
    assert len(set(ours.tolist())) > 2
    assert same_partition(ours[core], peer.labels_[core])
    np.testing.assert_array_equal(ours == -1, peer.labels_ == -1)
    # A border point may be given to another cluster only where cores of both are within reach.
    match = dict(zip(peer.labels_[core].tolist(), ours[core].tolist(), strict=True))
    for point in np.flatnonzero(~core & (ours >= 0)):
        near = core & (np.hypot(*(points - points[point]).T) <= 70.0)
        assert {match[int(peer.labels_[point])], int(ours[point])} <= set(ours[near].tolist())


def test_a_point_within_reach_of_two_clusters_does_not_join_them() -> None:
    west = [[0.0, 0.0], [-20.0, 0.0], [-20.0, 10.0], [-20.0, -10.0], [-30.0, 0.0]]
    east = [[190.0 - x, y] for x, y in west]
    points = np.array([*west, [94.0, 0.0], *east, [500.0, 0.0]])

    # Round the point in the middle lie three, itself among them: it is no core, and the nearer cluster's.
    labels = dbscan(points, 100.0, 5).tolist()
    assert labels == [0] * 5 + [0] + [1] * 5 + [-1]
    assert set(DBSCAN(eps=100.0, min_samples=5).fit(points).labels_.tolist()) == {0, 1, -1}


def test_a_cluster_is_named_by_its_blocks_with_count_harm_radius_and_share() -> None:
    rows = [days_ago(1 + n, "robbery", x=50.0 + 10 * n, block="079XX S WESTERN AVE") for n in range(6)]
    rows += [days_ago(1 + n, "burglary", x=110.0 + 10 * n, block="080XX S WESTERN AVE") for n in range(4)]
    rows += [days_ago(1 + n, "burglary", x=1_000.0 * (n + 1), y=3_000.0) for n in range(10)]
    frame, evidence = spoken(rows)

    found = find_clusters(frame, evidence, reach=100.0, least=5)

    (cluster,) = found.clusters
    assert cluster.label == "7900 blk S Western Ave"
    assert cluster.blocks == ("7900 blk S Western Ave", "8000 blk S Western Ave")
    assert (cluster.count, cluster.share) == (10, 0.5)
    assert cluster.harm == 6 * 365 + 4 * 228.5
    assert cluster.radius == 45.0
    assert cluster.harm_share == pytest.approx(cluster.harm / (cluster.harm + 10 * 228.5))
    assert found.basis.parameters == {"reach_m": 100.0, "least": 5, "harm": False}


def test_one_homicide_is_no_harm_cluster_two_beside_each_other_are() -> None:
    quiet = [days_ago(1 + n, "burglary", x=1_000.0 * (n % 9), y=900.0 * (n // 9)) for n in range(60)]
    once = [*quiet, days_ago(3, "homicide", x=10_500.0)]
    twice = [*once, days_ago(2, "homicide", x=10_520.0)]

    assert find_clusters(*spoken(once), harm=True, least=3_000.0).clusters == ()
    assert [one.count for one in find_clusters(*spoken(twice), harm=True, least=3_000.0).clusters] == [2]
