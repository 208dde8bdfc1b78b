"""Crossings from the lines of streets: those of a grid, none between parallels, and Chicago's where its grid says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.places.gazetteer import build
from ilp_core.domain.gazetteer import Entry
from tests.made_up_streets import AVENUES, Record, at, gazetteer, grid, of_kind, ordinal
from tests.support import SHARED, require


def metres(entry: Entry, lat: float, lon: float) -> float:
    """How far an entry lies from a position."""
    return math.hypot(entry.lat - lat, (entry.lon - lon) * math.cos(math.radians(lat))) * 111_195


def test_every_corner_of_a_grid_is_found_and_nothing_else() -> None:
    found = of_kind(gazetteer(grid(6, 6)), "crossing")
    wanted = {
        f"W {ordinal(street)} ST & S {AVENUES[avenue - 1]} AVE": at(-200 * avenue, -200 * street)
        for street in range(1, 7)
        for avenue in range(1, 7)
    }

    assert set(found) == set(wanted)
    assert max(metres(found[key], *place) for key, place in wanted.items()) < 2
    assert found["W 3RD ST & S BIRCH AVE"].count == 6
    assert found["W 3RD ST & S BIRCH AVE"].label == "W 3rd St & S Birch Ave"


def test_a_corner_where_one_street_ends_is_found() -> None:
    ends = [record for record in grid(6, 6) if "ST" not in record[0] or int(record[0][:3]) < 3]
    found = of_kind(gazetteer(ends), "crossing")

    assert "W 4TH ST & S CEDAR AVE" in found
    assert "W 4TH ST & S DOGWOOD AVE" not in found


def test_streets_beside_each_other_never_cross() -> None:
    records: list[Record] = []
    for hundred in range(12):
        wobble = 14 if hundred % 2 else -14
        records += [(f"{hundred:03d}XX W 63RD ST", "", at(-hundred * 200, wobble), "1", "1")]
        records += [(f"{hundred:03d}XX W OAK ST", "", at(-hundred * 200, 20 - wobble), "1", "1")]

    assert of_kind(gazetteer(records), "crossing") == {}


def test_a_street_and_its_place_never_cross() -> None:
    records: list[Record] = [
        *[(f"{hundred:03d}XX W 63RD ST", "", at(-hundred * 200, 0), "1", "1") for hundred in range(5)],
        *[(f"{hundred:03d}XX S 63RD PL", "", at(-500, 500 - hundred * 200), "1", "1") for hundred in range(6)],
    ]

    assert of_kind(gazetteer(records), "crossing") == {}


def test_the_corner_of_four_streets_at_zero_is_one() -> None:
    records: list[Record] = []
    for hundred in range(4):
        away = (hundred + 0.5) * 200
        for name, place in (
            ("N STATE ST", at(0, away)), ("S STATE ST", at(0, -away)),
            ("W MADISON ST", at(-away, 0)), ("E MADISON ST", at(away, 0)),
        ):  # fmt: skip
            records += [(f"{hundred:03d}XX {name}", "", place, "1", "1")]
    found = of_kind(gazetteer(records), "crossing")

    assert len(found) == 1
    (corner,) = found.values()
    assert metres(corner, *at(0, 0)) < 5
    assert {corner.label, *corner.aliases} == {
        f"{east} Madison St & {north} State St" for east in "EW" for north in "NS"
    }


def test_a_hole_of_two_blocks_leaves_no_corner() -> None:
    hole = [
        record for record in grid(6, 6) if not (record[0].endswith("W 4TH ST") and record[0][:3] in ("002", "003"))
    ]
    found = of_kind(gazetteer(hole), "crossing")

    assert "W 4TH ST & S CEDAR AVE" not in found


@pytest.fixture(scope="module")
def chicago() -> tuple[Entry, ...]:
    """The gazetteer of Chicago's three years."""
    require("shared")
    names = {"block": "Block", "premise": "Location Description", "beat": "Beat", "district": "District"}
    table = pq.read_table(
        SHARED / "data/chicago_crimes_2014-2016.parquet", columns=[*names.values(), "Latitude", "Longitude"]
    )
    made: dict[str, Any] = {}
    for field, name in names.items():
        column = coded(table[name])
        made |= {field: column.codes, f"{field}_words": column.words}
    for field, name in (("lat", "Latitude"), ("lon", "Longitude")):
        made[field] = pc.cast(pc.if_else(pc.equal(table[name], ""), None, table[name]), pa.float64()).to_numpy()
    away = made["lat"] < 40
    made["lat"][away] = made["lon"][away] = np.nan
    return build(**made)


#: Chicago's corners by its address grid: hundreds south and west of State and Madison. The grid is a little turned
#: against the meridian, so that positions are those of a plane laid through the corners of the mile streets.
CORNERS = {
    "W 63RD ST & S WESTERN AVE": (6300, 2400), "W 79TH ST & S ASHLAND AVE": (7900, 1600),
    "W 79TH ST & S WESTERN AVE": (7900, 2400), "W 47TH ST & S HALSTED ST": (4700, 800),
    "W 55TH ST & S KEDZIE AVE": (5500, 3200), "W 71ST ST & S PULASKI RD": (7100, 4000),
    "W 87TH ST & S CICERO AVE": (8700, 4800), "W 95TH ST & S HALSTED ST": (9500, 800),
    "W 63RD ST & S ASHLAND AVE": (6300, 1600), "W 103RD ST & S HALSTED ST": (10300, 800),
    "W 111TH ST & S WESTERN AVE": (11100, 2400), "W 71ST ST & S RACINE AVE": (7100, 1200),
}  # fmt: skip


@pytest.mark.shared
def test_chicagos_corners_lie_where_its_address_grid_says(chicago: tuple[Entry, ...]) -> None:
    found = of_kind(chicago, "crossing")
    grid_points = np.array([(*hundreds, 1.0) for hundreds in CORNERS.values()])
    lat, lon = (np.array([getattr(found[key], axis) for key in CORNERS]) for axis in ("lat", "lon"))
    fitted = [grid_points @ np.linalg.lstsq(grid_points, axis, rcond=None)[0] for axis in (lat, lon)]
    errors = [metres(found[key], *place) for key, *place in zip(CORNERS, *map(list, fitted), strict=True)]

    assert max(errors) < 40
    assert float(np.median(errors)) < 20
    # The grid's own scale: eight hundreds are a mile, to the hundredth that its surveyors kept.
    mile = np.linalg.lstsq(grid_points, lat, rcond=None)[0][0] * 800 * 111_195
    assert mile == pytest.approx(-1609, rel=0.01)


@pytest.mark.shared
def test_chicagos_known_corners(chicago: tuple[Entry, ...]) -> None:
    found = of_kind(chicago, "crossing")

    assert metres(found["W 63RD ST & S WESTERN AVE"], 41.7793, -87.6839) < 40
    assert metres(found["W MADISON ST & N STATE ST"], 41.8820, -87.6278) < 20


@pytest.mark.shared
def test_chicagos_numbered_streets_never_cross_each_other(chicago: tuple[Entry, ...]) -> None:
    sides = [key.split(" #")[0].split(" & ") for key in of_kind(chicago, "crossing")]
    numbered = [
        pair for pair in sides if all(side.split()[1][:1].isdigit() and side.split()[0] in "EW" for side in pair)
    ]

    assert numbered == []
