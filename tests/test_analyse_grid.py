"""Analyse, where: the grid that every surface stands on."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ilp_core.analyse.where.grid import grid_over


def test_a_grid_counts_every_position_in_the_cell_that_holds_it() -> None:
    draw = np.random.default_rng(1)
    x, y = draw.uniform(-1_000, 1_000, (2, 500))
    grid = grid_over(x, y, 250.0)
    counts = grid.counts(x, y)

    by_hand: dict[tuple[int, int], int] = {}
    for east, north in zip(x, y, strict=True):
        key = int(np.floor(east / 250)), int(np.floor(north / 250))
        by_hand[key] = by_hand.get(key, 0) + 1
    east, north = grid.middles
    found = {
        (int(np.floor(a / 250)), int(np.floor(b / 250))): int(n) for a, b, n in zip(east, north, counts, strict=True)
    }

    assert found == by_hand
    assert counts.sum() == 500
    assert grid.cell_of(east, north).tolist() == list(range(len(grid)))


def test_one_stray_position_does_not_make_the_grid_huge_and_is_off_it() -> None:
    draw = np.random.default_rng(2)
    x, y = draw.uniform(0, 5_000, (2, 3_000))
    grid = grid_over(np.append(x, 4e6), np.append(y, -3e6), 250.0)

    assert grid.shape == (20, 20)
    assert grid.cell_of(np.array([4e6, np.nan]), np.array([-3e6, 1.0])).tolist() == [-1, -1]


def test_an_outline_makes_quiet_cells_part_of_the_city_and_leaves_the_neighbours_out() -> None:
    outline = shapely.box(0, 0, 1_000, 500)
    grid = grid_over(np.array([10.0, 5_000.0]), np.array([10.0, 10.0]), 250.0, outline)

    assert len(grid) == 8
    assert grid.cell_of(np.array([5_000.0, 990.0]), np.array([10.0, 490.0])).tolist() == [-1, 7]


def test_cells_keep_their_lines_whatever_the_positions() -> None:
    one = grid_over(np.array([10.0, 900.0]), np.array([10.0, 900.0]), 250.0)
    other = grid_over(np.array([300.0, 900.0]), np.array([300.0, 900.0]), 250.0)

    assert one.west == 0
    assert other.west == 1
    assert set(other.middles[0]) <= set(np.arange(-10, 10) * 250.0 + 125.0)


def test_a_surface_laid_out_keeps_its_values() -> None:
    grid = grid_over(np.array([10.0, 900.0]), np.array([10.0, 900.0]), 250.0)
    laid = grid.spread(np.array([1.0, 2.0]), outside=-1.0)

    assert laid[0, 0] == 1.0
    assert laid[-1, -1] == 2.0
    assert (laid == -1).sum() == laid.size - 2


def test_no_position_makes_no_grid() -> None:
    with pytest.raises(ValueError, match="at least one position"):
        grid_over(np.array([np.nan]), np.array([np.nan]), 250.0)
