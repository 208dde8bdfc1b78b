"""Coordinates that are places, those that only look like ones, and metres."""

from __future__ import annotations

import numpy as np
import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.points import degrees, extent_from, extent_of, inside, usable
from ilp_core.collect.projection import project, unproject, utm_zone

BEAT_0835 = (41.7385, -87.7110)


def test_texts_that_are_no_numbers_are_nowhere() -> None:
    assert np.isnan(degrees(coded(["", "north", "nan"]))).all()
    assert degrees(coded(["41.967341963"])).tolist() == [41.967341963]


def test_signs_for_unknown_are_not_usable() -> None:
    lat = np.array([41.7, 0.0, 36.619446395, np.nan, 91.0, 41.7])
    lon = np.array([-87.7, 0.0, -91.686565684, -87.7, -87.7, -187.7])
    assert usable(lat, lon, [(36.619446, -91.686566)]).tolist() == [True, False, False, False, False, False]


def test_the_extent_holds_the_bulk_and_not_the_stray() -> None:
    rng = np.random.default_rng(7)
    lat = np.append(41.8 + rng.normal(0, 0.08, 500), [36.6, 29.7])
    lon = np.append(-87.7 + rng.normal(0, 0.06, 500), [-91.7, -95.4])
    extent = extent_of(lat, lon, None)
    assert extent is not None
    assert inside(lat, lon, extent).tolist() == [True] * 500 + [False] * 2
    assert extent_from(extent.as_text()) == extent


def test_a_small_file_is_held_against_the_first_loads_extent() -> None:
    chicago = extent_of(np.full(500, 41.8), np.full(500, -87.7), None)
    houston = (np.array([29.7]), np.array([-95.4]))
    assert chicago is not None
    assert extent_of(*houston, chicago) == chicago
    assert not inside(*houston, chicago).any()
    assert extent_of(np.zeros(0), np.zeros(0), None) is None


def test_a_small_file_of_another_place_is_no_stray() -> None:
    chicago = extent_of(np.full(500, 41.8), np.full(500, -87.7), None)
    houston = np.full(10, 29.7), np.full(10, -95.4)
    other = extent_of(*houston, chicago)
    assert other is not None
    assert inside(*houston, other).all()
    # One of them in the first load's area, and the rest are slips of its file.
    assert extent_of(np.append(houston[0], 41.8), np.append(houston[1], -87.7), chicago) == chicago


@pytest.mark.parametrize(
    ("lat", "lon", "crs"), [(41.8, -87.6, 32616), (-33.9, 151.2, 32756), (51.5, -0.1, 32630), (0.0, 180.0, 32601)]
)
def test_utm_zone_of_a_place(lat: float, lon: float, crs: int) -> None:
    assert utm_zone(lat, lon) == crs


def test_metres_and_back() -> None:
    x, y = project(32616, *BEAT_0835)
    east, north = project(32616, BEAT_0835[0], BEAT_0835[1] + 0.001)
    assert unproject(32616, x, y) == pytest.approx(BEAT_0835, abs=1e-9)
    # One thousandth of a degree of longitude at this latitude: 111,320 m x cos(41.74) / 1000.
    assert np.hypot(east - x, north - y) == pytest.approx(83.2, abs=0.3)


def test_arrays_of_metres_keep_what_is_nowhere() -> None:
    lat, lon = np.array([BEAT_0835[0], np.nan]), np.array([BEAT_0835[1], np.nan])
    x, y = project(32616, lat, lon)
    assert np.isnan(x).tolist() == np.isnan(y).tolist() == [False, True]
    back_lat, back_lon = unproject(32616, x, y)
    assert back_lat[0] == pytest.approx(BEAT_0835[0])
    assert np.isnan(back_lon[1])
    assert np.isnan(project(32616, float("nan"), 0.0)[0])
