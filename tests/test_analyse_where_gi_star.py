"""Analyse, where: Gi* and what chance lets expect, against esda, statsmodels and brute force."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
from esda.getisord import G_Local
from libpysal.weights import W
from scipy.stats import hypergeom, norm
from statsmodels.stats.multitest import multipletests

from ilp_core.analyse.micro_time import adjust
from ilp_core.analyse.where.chance import drawn_tails, exact_tails
from ilp_core.analyse.where.gi_star import conditional_tails, gi_star, gi_star_z
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.lattice import QUEEN, Lattice, Reach, band


def ragged(rows: int, columns: int, seed: int, share: float = 0.75) -> Grid:
    """A study area with holes and a ragged edge."""
    return Grid(250.0, 0, 0, np.random.default_rng(seed).random((rows, columns)) < share)


def full(rows: int, columns: int) -> Grid:
    """A rectangle of cells."""
    return Grid(250.0, 0, 0, np.ones((rows, columns), dtype=bool))


def weights(lattice: Lattice, *, own: bool = True) -> W:
    """The lattice as the peers want it, by distances between middles, found without the lattice."""
    x, y = lattice.grid.middles
    apart = np.abs(x[:, None] - x), np.abs(y[:, None] - y)
    size = lattice.grid.size
    near = np.zeros((len(x), len(x)), dtype=bool)
    for step, width in enumerate(lattice.reach.widths):
        rows_off = abs(step - lattice.reach.deep)
        near |= (np.rint(apart[1] / size) == rows_off) & (apart[0] <= width * size + 1)
    if not own:
        np.fill_diagonal(near, False)
    return W({cell: np.flatnonzero(line).tolist() for cell, line in enumerate(near)}, silence_warnings=True)


def esda_gi(lattice: Lattice, values: np.ndarray[Any, Any], **options: Any) -> Any:
    """esda's Gi*. It warns of a change of its defaults, which these tests do not use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return G_Local(values.astype(float), weights(lattice), star=True, n_jobs=1, **options)


@pytest.mark.parametrize(
    "grid", [full(12, 9), ragged(17, 14, 3), ragged(11, 20, 4, 0.5)], ids=["full", "holes", "thin"]
)
@pytest.mark.parametrize("reach", [QUEEN, band(500.0, 250.0), band(800.0, 250.0)], ids=["queen", "500 m", "800 m"])
def test_gi_star_equals_esda_with_binary_weights(grid: Grid, reach: Reach) -> None:
    lattice = Lattice(grid, reach)
    values = np.random.default_rng(5).negative_binomial(0.5, 0.1, len(grid)).astype(float)

    peer = esda_gi(lattice, values, transform="B", permutations=0)

    np.testing.assert_allclose(gi_star_z(lattice, values), peer.Zs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(gi_star(lattice, values, inference="normal").p, norm.sf(peer.Zs), rtol=1e-11)


def test_a_band_reaches_the_cells_whose_middles_lie_within_it() -> None:
    lattice = Lattice(full(15, 15), band(800.0, 250.0))
    x, y = lattice.grid.middles
    within = np.hypot(x[:, None] - x, y[:, None] - y) <= 800.0

    assert lattice.members.tolist() == within.sum(axis=1).tolist()
    assert band(750.0, 250.0).widths == (0, 2, 2, 3, 2, 2, 0)
    with pytest.raises(ValueError, match="holds no neighbour"):
        band(249.0, 250.0)


def test_the_default_of_esda_shrinks_z_by_the_root_of_the_number_of_neighbours() -> None:
    """Its default transform "R" takes the row sums of the standardised weights, which are 1, for the number of
    neighbours: an inner cell's z is a third of what it should be. Ours is that of "B"."""
    lattice = Lattice(full(10, 10))
    values = np.random.default_rng(6).poisson(3.0, 100).astype(float)
    wrong = esda_gi(lattice, values, transform="R", permutations=0)

    # The root of k, but for the correction for drawing without replacement that "B" applies.
    cells, members = 100, lattice.members
    np.testing.assert_allclose(
        wrong.Zs * np.sqrt(members * (cells - 1) / (cells - members)), gi_star_z(lattice, values), rtol=1e-9
    )


def test_whole_numbers_are_accepted_as_they_are() -> None:
    """esda's permutation inference fails on integers where numba is installed (esda#275)."""
    lattice = Lattice(full(8, 8))
    counts = np.random.default_rng(7).poisson(2.0, 64)

    found = gi_star(lattice, counts)

    assert found.inference == "exact"
    np.testing.assert_array_equal(found.z, gi_star(lattice, counts.astype(float)).z)


@pytest.mark.parametrize("own", [True, False])
def test_exact_chances_equal_those_of_every_possible_deal(own: bool) -> None:
    values = np.array([0, 0, 1, 1, 2, 5, 0, 3, 9], dtype=float)
    drawn = np.array([3, 2, 1, 4, 3, 3, 5, 8, 2], dtype=float)
    observed = np.array([6, 3, 1, 0, 9, 2, 10, 21, 12], dtype=float)

    found = exact_tails(values, drawn, observed, own=own)

    for cell in range(len(values)):
        others = np.delete(values, cell) if own else values
        sums = np.array([sum(deal) for deal in itertools.combinations(others, int(drawn[cell]))])
        assert found.upper[cell] == pytest.approx((sums >= observed[cell]).mean(), abs=1e-13)
        assert found.lower[cell] == pytest.approx((sums <= observed[cell]).mean(), abs=1e-13)


def test_exact_chances_of_a_single_kind_of_cell_are_hypergeometric() -> None:
    grid = full(40, 40)
    values = (np.random.default_rng(8).random(len(grid)) < 0.1).astype(float)
    lattice = Lattice(grid)
    found = exact_tails(values, lattice.members, lattice.sums(values), own=False)

    expected = hypergeom.sf(lattice.sums(values) - 1, len(grid), int(values.sum()), lattice.members.astype(int))
    np.testing.assert_allclose(found.upper, expected, rtol=1e-9)


@pytest.mark.parametrize("own", [True, False])
def test_drawn_chances_are_the_exact_ones_but_for_chance(own: bool) -> None:
    grid = ragged(14, 14, 9)
    values = np.random.default_rng(10).negative_binomial(0.7, 0.2, len(grid)).astype(float)
    lattice = Lattice(grid)
    drawn = lattice.members - own
    observed = lattice.sums(values) - (values if own else 0)
    draws = 20_000

    exact = exact_tails(values, drawn, observed, own=own)
    by_draws = drawn_tails(values, drawn, observed, draws, np.random.default_rng(11), own=own)

    for name in ("upper", "lower"):
        right, found = getattr(exact, name), getattr(by_draws, name)
        error = np.sqrt(np.maximum(right * (1 - right), 1 / draws) / draws)
        assert np.abs(found - right).max() < 5 * error.max()
        assert (np.abs(found - right) < 5 * error + 1 / draws).all()


def test_draws_leave_the_cell_itself_out() -> None:
    """Of four cells the one that holds all is never drawn as its own neighbour, and always as another's."""
    values = np.array([100.0, 0.0, 0.0, 0.0])
    found = drawn_tails(values, np.full(4, 3.0), np.full(4, 100.0), 99, np.random.default_rng(1), own=True)

    assert found.upper.tolist() == [0.01, 1.0, 1.0, 1.0]


def test_conditional_p_agrees_with_esda_within_monte_carlo_error() -> None:
    grid = ragged(13, 13, 12)
    lattice = Lattice(grid)
    values = np.random.default_rng(13).gamma(0.8, 4.0, len(grid))
    draws = 4_999

    peer = esda_gi(lattice, values, transform="B", permutations=draws, seed=5)
    tails = conditional_tails(values, lattice.sums(values), lattice.members, draws, np.random.default_rng(14))

    # esda gives the smaller tail of either side.
    ours = np.minimum(tails.upper, tails.lower)
    error = np.sqrt(np.maximum(peer.p_sim * (1 - peer.p_sim), 1 / draws) / draws)
    assert (np.abs(ours - peer.p_sim) < 6 * error + 2 / draws).all()


def test_a_p_by_draws_is_never_nothing() -> None:
    lattice = Lattice(full(20, 20))
    values = np.zeros(400)
    values[200:203] = 1_000.0
    for inference in ("draws", "conditional"):
        found = gi_star(lattice, values, inference=inference, draws=99)
        assert found.p.min() == 0.01


def test_false_discovery_control_is_on_and_equals_statsmodels() -> None:
    grid = full(30, 30)
    values = np.random.default_rng(15).poisson(2.0, len(grid)).astype(float)
    values[400:420] += 6
    found = gi_star(Lattice(grid), values)

    reject, adjusted, _, _ = multipletests(found.p, 0.05, method="fdr_bh")

    np.testing.assert_allclose(found.q, adjusted, rtol=1e-12)
    np.testing.assert_array_equal(found.hot(), reject)
    assert 0 < found.hot().sum() < (found.p <= 0.05).sum()
    np.testing.assert_array_equal(found.q, adjust(found.p))


def test_a_city_without_pattern_has_a_hot_cell_in_hardly_more_than_one_run_in_twenty() -> None:
    """Thin counts: the normal approximation would cry wolf here, the exact chance does not."""
    grid = ragged(20, 20, 16)
    lattice = Lattice(grid)
    draw = np.random.default_rng(17)
    cities = [draw.poisson(0.05, len(grid)).astype(float) for _ in range(100)]

    exact = sum(gi_star(lattice, city).hot().any() for city in cities)
    normal = sum(gi_star(lattice, city, inference="normal").hot().any() for city in cities)

    assert exact <= 12
    assert normal > 40


@pytest.mark.parametrize("inference", ["exact", "normal", "draws", "conditional"])
def test_cities_of_no_or_one_or_equal_cells_have_nothing_hot(inference: Any) -> None:
    one = Grid(250.0, 0, 0, np.ones((1, 1), dtype=bool))
    none = Grid(250.0, 0, 0, np.zeros((3, 3), dtype=bool))

    assert gi_star(Lattice(none), np.empty(0), inference=inference).z.tolist() == []
    found = gi_star(Lattice(one), np.array([7.0]), inference=inference)
    assert (found.z.tolist(), found.p.tolist(), found.hot().tolist()) == ([0.0], [1.0], [False])
    assert not gi_star(Lattice(full(4, 4)), np.full(16, 0.1), inference=inference).hot().any()
    assert gi_star(Lattice(full(2, 2)), np.array([1.0, 9.0, 3.0, 4.0]), inference=inference).z.tolist() == [0.0] * 4


def test_values_too_large_for_the_exact_way_are_drawn() -> None:
    lattice = Lattice(full(30, 30))
    values = np.random.default_rng(18).integers(0, 100_000, 900)

    assert gi_star(lattice, values).inference == "draws"
    assert gi_star(lattice, values / 3).inference == "draws"
    with pytest.raises(ValueError, match="whole numbers"):
        exact_tails(values / 3, lattice.members, lattice.sums(values / 3), own=False)
