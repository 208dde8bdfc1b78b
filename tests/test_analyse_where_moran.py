"""Analyse, where: global and local Moran's I against esda."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from esda.moran import Moran as PeerMoran
from esda.moran import Moran_Local

from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.lattice import QUEEN, Lattice, band
from ilp_core.analyse.where.moran import QUADRANTS, local_moran, moran
from tests.test_analyse_where_gi_star import full, ragged, weights


def peer(kind: Any, lattice: Lattice, values: np.ndarray[Any, Any], **options: Any) -> Any:
    """esda's statistic. It warns of a change of its defaults, which these tests do not use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(values.astype(float), weights(lattice, own=False), **options)


@pytest.mark.parametrize("reach", [QUEEN, band(600.0, 250.0)], ids=["queen", "600 m"])
@pytest.mark.parametrize("grid", [full(12, 9), ragged(17, 14, 3)], ids=["full", "holes"])
def test_global_moran_equals_esda(grid: Grid, reach: Any) -> None:
    lattice = Lattice(grid, reach)
    values = np.random.default_rng(1).negative_binomial(0.5, 0.1, len(grid)).astype(float)
    values += lattice.sums(values) / 9

    right = peer(PeerMoran, lattice, values, permutations=0)
    found = moran(lattice, values)

    assert found.i == pytest.approx(right.I, abs=1e-12)
    assert (found.expected, found.variance) == pytest.approx((right.EI, right.VI_rand), rel=1e-11)
    assert (found.z, found.p) == pytest.approx((right.z_rand, right.p_rand), rel=1e-9)


def test_global_moran_equals_esda_where_cells_stand_alone() -> None:
    lattice = Lattice(ragged(20, 20, 8, 0.2))
    values = np.random.default_rng(2).poisson(2.0, len(lattice.grid)).astype(float)
    assert (lattice.members == 1).any()

    right = peer(PeerMoran, lattice, values, permutations=0)
    found = moran(lattice, values)

    assert (found.i, found.z) == pytest.approx((right.I, right.z_rand), rel=1e-9)


@pytest.mark.parametrize("grid", [full(12, 9), ragged(17, 14, 3)], ids=["full", "holes"])
def test_local_moran_equals_esda(grid: Grid) -> None:
    lattice = Lattice(grid)
    values = np.random.default_rng(3).negative_binomial(0.5, 0.1, len(grid)).astype(float)

    right = peer(Moran_Local, lattice, values, permutations=0)
    found = local_moran(lattice, values)

    np.testing.assert_allclose(found.i, right.Is, atol=1e-12)
    # Where the neighbours are the mean to the last digit, either side is right.
    clear = np.abs(right.Is) > 1e-12
    assert [QUADRANTS[place] for place in found.quadrant[clear]] == [
        {1: "HH", 2: "LH", 3: "LL", 4: "HL"}[kind] for kind in right.q[clear]
    ]
    # esda scales I by (n - 1) / n and its conditional moments not, so that its (I - EIc) / sqrt(VIc) is off by that.
    cells = len(grid)
    standard = (right.Is * cells / (cells - 1) - right.EIc) / np.sqrt(right.VIc)
    np.testing.assert_allclose(found.z, standard, rtol=1e-9, atol=1e-9)


def test_local_p_agrees_with_esda_within_monte_carlo_error_drawn_or_exact() -> None:
    grid = ragged(13, 13, 12)
    lattice = Lattice(grid)
    draws = 4_999
    values = np.random.default_rng(4).gamma(0.8, 4.0, len(grid))
    # esda gives the smaller tail of either side, ours is two-sided.
    right = peer(Moran_Local, lattice, values, permutations=draws, seed=5).p_sim
    found = local_moran(lattice, values, draws=draws, generator=np.random.default_rng(6))
    error = np.sqrt(np.maximum(right * (1 - right), 1 / draws) / draws)
    assert (np.abs(found.p - np.minimum(1, 2 * right)) < 12 * error + 4 / draws).all()
    assert not found.exact

    counts = np.floor(values).astype(int)
    exact = local_moran(lattice, counts)
    drawn = local_moran(lattice, counts, exact=False, draws=20_000)
    error = np.sqrt(np.maximum(exact.p, 1e-4) / 20_000)
    assert exact.exact
    assert (np.abs(exact.p - drawn.p) < 12 * error).all()


def test_a_block_of_high_cells_is_a_high_cluster_and_a_lone_one_is_an_outlier() -> None:
    lattice = Lattice(full(30, 30))
    values = np.random.default_rng(7).poisson(2.0, (30, 30))
    values[5:9, 5:9] += 15
    values[20, 20] += 60
    found = local_moran(lattice, values.ravel())
    high = found.clusters("HH").reshape(30, 30)

    assert high[6:8, 6:8].all()
    assert not high[12:, 12:].any()
    assert not high[20, 20]
    assert moran(lattice, values.ravel()).i > 0.2


def test_cities_of_no_one_or_equal_cells_have_no_pattern() -> None:
    for rows, columns in ((0, 0), (1, 1), (2, 1), (4, 4)):
        lattice = Lattice(full(rows, columns))
        values = np.full(rows * columns, 0.1)
        assert np.isnan(moran(lattice, values).i)
        assert not local_moran(lattice, values).clusters("HH").any()
    apart = Lattice(Grid(250.0, 0, 0, np.eye(10, dtype=bool)[::2].repeat(1, axis=0)))
    assert np.isnan(moran(apart, np.arange(5.0)).z)
    assert not local_moran(apart, np.arange(5.0)).clusters("HH").any()
