"""Counting near points: every pair looked at one by one, and a tree, say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from ilp_core.analyse import near
from ilp_core.analyse.micro_time import RADII_M
from ilp_core.analyse.near import Points, count_near


def one_by_one(points: Points, centres: Points, radii: tuple[float, ...]) -> list[list[int]]:
    """The counts by looking at all pairs."""
    apart = ((centres[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    return [[int(np.count_nonzero(row <= radius**2)) for radius in radii] for row in apart]


# Whole steps of 50 m, so that many pairs stand exactly on a circle, on both sides of the origin.
steps = st.lists(st.tuples(st.integers(-12, 12), st.integers(-12, 12)), max_size=40)


@given(points=steps, centres=steps, radii=st.sampled_from([(50.0,), (50.0, 100.0, 250.0), RADII_M]))
@settings(deadline=None)
def test_counts_are_those_of_looking_at_every_pair(
    points: list[tuple[int, int]], centres: list[tuple[int, int]], radii: tuple[float, ...]
) -> None:
    here, there = (np.array(of, dtype=float).reshape(-1, 2) * 50.0 for of in (points, centres))
    assert count_near(here, there, radii).tolist() == one_by_one(here, there, radii)


@pytest.mark.parametrize("scale", [300.0, 3_000.0, 3e6, 3e8], ids=lambda metres: f"over {metres:.0f} m")
def test_counts_are_those_of_a_tree_however_far_the_points_lie_apart(scale: float) -> None:
    draw = np.random.default_rng(4)
    points, centres = draw.normal(-1e6, scale, (4_000, 2)), draw.normal(-1e6, scale, (300, 2))
    points[:200] = centres[:200] + draw.normal(0, 300, (200, 2))
    tree = cKDTree(points)
    wanted = [tree.query_ball_point(centres, radius, return_length=True) for radius in RADII_M]
    np.testing.assert_array_equal(count_near(points, centres, RADII_M), np.column_stack(wanted))


def test_points_of_another_kind_than_the_centre_do_not_count() -> None:
    draw = np.random.default_rng(6)
    points, centres = draw.normal(0, 900, (600, 2)), draw.normal(0, 1_500, (90, 2))
    of, wanted_of = draw.integers(0, 4, 600), draw.integers(0, 6, 90)
    found = count_near(points, centres, RADII_M, (of, wanted_of))
    for kind in range(6):
        alone = count_near(points[of == kind], centres[wanted_of == kind], RADII_M)
        np.testing.assert_array_equal(found[wanted_of == kind], alone)
    assert found[wanted_of < 4].any()


def test_counts_do_not_depend_on_how_many_pairs_are_looked_at_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(5)
    points = draw.normal(0, 900, (500, 2))
    wanted = count_near(points, points, RADII_M)
    monkeypatch.setattr(near, "_MOST_PAIRS", 100)
    np.testing.assert_array_equal(count_near(points, points, RADII_M), wanted)


def test_without_points_or_centres_there_is_nothing_to_count() -> None:
    none, some = np.empty((0, 2)), np.zeros((2, 2))
    assert count_near(none, some, (1.0, 2.0)).tolist() == [[0, 0], [0, 0]]
    assert count_near(some, none, (1.0, 2.0)).shape == (0, 2)
