"""Analyse, where: kernel density against scipy and brute force, and its behaviour at the boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from scipy.stats import gaussian_kde

from ilp_core.analyse.where.density import Smoother, density_at
from ilp_core.analyse.where.grid import Grid, grid_over

Points = np.ndarray[Any, np.dtype[np.float64]]


def town(seed: int, count: int = 400, side: float = 4_000.0) -> tuple[Points, Points]:
    draw = np.random.default_rng(seed)
    middle = draw.uniform(0, side, (2, 5))
    x, y = middle[:, draw.integers(0, 5, count)] + draw.normal(0, 300, (2, count))
    return x % side, y % side


def square(cells: int, size: float = 100.0) -> Grid:
    return Grid(size, 0, 0, np.ones((cells, cells), dtype=bool))


def test_the_exact_gaussian_equals_scipy_and_states_events_per_square_kilometre() -> None:
    """scipy takes the spread of the data for its bandwidth: on whitened data the two kernels are the same."""
    x, y = town(1)
    points = np.stack([x, y])
    away = points - points.mean(axis=1, keepdims=True)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(points)), away) * 1_000.0
    at = np.random.default_rng(2).uniform(-2_000, 2_000, (2, 50))
    weights = np.random.default_rng(3).uniform(0, 5, len(x))

    peer = gaussian_kde(white / 1_000.0, bw_method=0.4)
    ours = density_at(at[0], at[1], white[0], white[1], 400.0)
    np.testing.assert_allclose(ours, peer(at / 1_000.0) * len(x), rtol=1e-9)

    cov = np.cov(white, aweights=weights)
    again = np.linalg.solve(np.linalg.cholesky(cov), white)
    weighted = gaussian_kde(again, bw_method=0.4, weights=weights)
    ours = density_at(at[0], at[1], again[0] * 1_000, again[1] * 1_000, 400.0, weights=weights)
    np.testing.assert_allclose(ours, weighted(at / 1_000.0) * weights.sum(), rtol=1e-9)


def test_the_exact_quartic_equals_a_sum_by_hand() -> None:
    x, y = town(4, 150)
    at_x, at_y = town(5, 40)
    weights = np.random.default_rng(6).uniform(0, 3, len(x))
    ours = density_at(at_x, at_y, x, y, 500.0, kernel="quartic", weights=weights)

    for place, (east, north) in enumerate(zip(at_x, at_y, strict=True)):
        by_hand = 0.0
        for a, b, weight in zip(x, y, weights, strict=True):
            apart = ((a - east) ** 2 + (b - north) ** 2) / 500.0**2
            if apart < 1:
                by_hand += weight * 3 / (np.pi * 0.25) * (1 - apart) ** 2
        assert ours[place] == pytest.approx(by_hand, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
def test_the_binned_surface_is_exact_for_events_at_the_middles_of_cells(kernel: Any) -> None:
    grid = Grid(100.0, 3, -7, np.random.default_rng(7).random((25, 31)) < 0.8)
    east, north = grid.middles
    values = np.random.default_rng(8).poisson(2.0, len(grid)).astype(float)

    binned = Smoother(grid, 350.0, kernel).of_cells(values, edge=False)
    exact = density_at(east, north, east, north, 350.0, kernel=kernel, weights=values)

    # The Gaussian ends at six bandwidths.
    np.testing.assert_allclose(binned, exact, rtol=0, atol=2e-8 * exact.max())


@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
@pytest.mark.parametrize("binning", ["simple", "linear"])
def test_the_binned_surface_of_positions_is_near_the_exact_one(kernel: Any, binning: Any) -> None:
    x, y = town(9, 2_000)
    grid = square(40)
    east, north = grid.middles
    binned = Smoother(grid, 400.0, kernel).of_positions(x, y, binning=binning, edge=False)
    exact = density_at(east, north, x, y, 400.0, kernel=kernel)

    assert np.abs(binned - exact).max() < (0.02 if binning == "linear" else 0.06) * exact.max()
    assert binned.sum() * 0.01 == pytest.approx(exact.sum() * 0.01, rel=0.01)


def test_linear_binning_keeps_every_event_and_its_place() -> None:
    grid = square(20)
    draw = np.random.default_rng(10)
    x, y = draw.uniform(0, 2_000, (2, 300))
    weights = draw.uniform(0, 2, 300)
    laid = Smoother(grid, 200.0)._shared(x, y, weights)

    middles = (np.arange(-1, 21) + 0.5) * 100.0
    assert laid.sum() == pytest.approx(weights.sum())
    assert (laid.sum(axis=0) @ middles) == pytest.approx((weights * x).sum())
    assert (laid.sum(axis=1) @ middles) == pytest.approx((weights * y).sum())


@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
def test_an_even_city_is_flat_up_to_its_ragged_boundary_with_the_edge_corrected(kernel: Any) -> None:
    corners = [(0, 0), (3_000, 0), (3_000, 1_000), (1_500, 1_300), (1_000, 3_000), (0, 2_500)]
    lattice = np.stack(np.meshgrid(np.arange(25.0, 3_000, 50), np.arange(25.0, 3_000, 50))).reshape(2, -1)
    grid = grid_over(lattice[0], lattice[1], 100.0, shapely.Polygon(corners))
    # Four events in every cell of the study area: 400 per square kilometre.
    smoother = Smoother(grid, 300.0, kernel)
    corrected = smoother.of_positions(lattice[0], lattice[1])
    plain = smoother.of_positions(lattice[0], lattice[1], edge=False)

    np.testing.assert_allclose(corrected, 400.0, rtol=1e-9)
    assert plain.min() < 200.0


def test_the_mass_inside_is_one_in_the_middle_and_a_half_at_a_straight_edge() -> None:
    mass = Smoother(square(60), 300.0).mass.reshape(60, 60)

    assert mass[30, 30] == pytest.approx(1.0, abs=1e-6)
    assert mass[30, 0] == pytest.approx(0.56, abs=0.01)  # the middle of the edge cell lies 50 m inside
    assert mass[0, 0] == pytest.approx(0.56**2, abs=0.02)


def test_harm_weighs_events_and_equal_weights_change_nothing() -> None:
    x, y = town(11)
    smoother = Smoother(square(40), 300.0)
    once = smoother.of_positions(x, y)

    np.testing.assert_allclose(smoother.of_positions(x, y, np.full(len(x), 3.0)), 3 * once, rtol=1e-9, atol=1e-9)


def test_a_stray_or_unlocated_position_does_not_matter() -> None:
    x, y = town(12)
    smoother = Smoother(square(40), 300.0)
    binning: Any
    for binning in ("simple", "linear"):
        strays = np.append(x, [9e6, np.nan]), np.append(y, [-4e6, 1.0])
        np.testing.assert_array_equal(
            smoother.of_positions(*strays, binning=binning),
            smoother.of_positions(x, y, binning=binning),
        )


def test_a_kernel_far_wider_than_the_city_and_one_of_a_single_cell_are_right_too() -> None:
    for grid in (square(1), square(3), Grid(100.0, 0, 0, np.ones((1, 7), dtype=bool))):
        east, north = grid.middles
        values = np.arange(1.0, len(grid) + 1)
        for kernel, bandwidth in (("gaussian", 2_000.0), ("quartic", 2_000.0), ("quartic", 100.0)):
            binned = Smoother(grid, bandwidth, kernel).of_cells(values, edge=False)
            exact = density_at(east, north, east, north, bandwidth, kernel=kernel, weights=values)
            np.testing.assert_allclose(binned, exact, rtol=1e-9)


def test_nothing_has_no_density_and_a_bandwidth_finer_than_a_cell_is_refused() -> None:
    nothing = np.empty(0)
    assert Smoother(square(4), 100.0).of_positions(nothing, nothing).tolist() == [0.0] * 16
    assert density_at(np.ones(2), np.ones(2), nothing, nothing, 100.0).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="finer than cells"):
        Smoother(square(4), 99.0)
