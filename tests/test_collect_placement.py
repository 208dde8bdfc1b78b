"""Placement: exact, at once for all positions, the smaller area where two hold a position."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from ilp_core.collect.areas.placement import NOWHERE, Agreement, Outlines, agreement, fill, outlines, place
from ilp_core.collect.coded import coded
from ilp_core.domain.places import Area, AreaRef
from tests.support import SHARED, require

DATA = SHARED / "data"


def box(code: str, west: float, south: float, east: float, north: float) -> Area:
    return Area(AreaRef("beat", code), code, shapely.to_geojson(shapely.box(west, south, east, north)))


# B covers all of A's ground and more, C lies beside B with a common border, D has no outline.
TOWN = [box("B", 0, 0, 4, 4), box("0A", 1, 1, 2, 2), box("C", 4, 0, 8, 5), Area(AreaRef("beat", "D"), "D")]


def codes_at(found: Outlines, *positions: tuple[float, float]) -> list[str | None]:
    """The codes at (lat, lon) positions."""
    lat, lon = np.array(positions, dtype=float).T
    return [found.codes[each] if each != NOWHERE else None for each in place(found, lat, lon).tolist()]


def test_outlines_stand_in_order_of_their_size() -> None:
    assert outlines(TOWN).codes == ("0A", "B", "C")
    assert outlines(TOWN[::-1]).codes == ("0A", "B", "C")


def test_the_smaller_area_has_a_position_and_a_border_is_inside() -> None:
    found = outlines(TOWN)
    assert codes_at(found, (1.5, 1.5), (3, 3), (4.5, 6), (9, 9)) == ["0A", "B", "C", None]
    # The border of B and C, a corner of A, the outer border of C.
    assert codes_at(found, (2, 4), (1, 1), (5, 8)) == ["B", "0A", "C"]


def test_what_is_not_a_position_lies_nowhere() -> None:
    found = outlines(TOWN)
    lat = np.array([np.nan, 1.5, np.inf, 1.5, 1.5])
    lon = np.array([1.5, np.nan, 1.5, -np.inf, 1.5])
    placed = place(found, lat, lon)
    assert placed.tolist() == [NOWHERE, NOWHERE, NOWHERE, NOWHERE, 0]
    assert placed.dtype == np.int32
    assert place(found, np.array([]), np.array([])).tolist() == []
    assert place(outlines([]), lat, lon).tolist() == [NOWHERE] * 5


@pytest.mark.parametrize(
    "outline", [None, "", "{", '{"type": "Point", "coordinates": [1, 1]}', '{"type": "Polygon"}']
)
def test_an_area_without_a_usable_outline_is_left_out(outline: str | None) -> None:
    assert outlines([Area(AreaRef("beat", "1"), "1", outline), TOWN[1]]).codes == ("0A",)


quarters = st.integers(-2, 34).map(lambda each: each / 4)


@given(
    st.lists(st.tuples(quarters, quarters, quarters, quarters), min_size=1, max_size=6),
    st.lists(st.tuples(quarters, quarters), min_size=1, max_size=40),
)
def test_every_position_is_where_plain_shapely_says(
    boxes: list[tuple[float, float, float, float]], positions: list[tuple[float, float]]
) -> None:
    areas = [box(f"{number}", *each) for number, each in enumerate(boxes) if shapely.box(*each).area > 0]
    found = outlines(areas)
    lat, lon = np.array(positions).T
    plain = [
        shape(json.loads(area.outline or "")) for area in sorted(areas, key=lambda a: found.codes.index(a.ref.code))
    ]
    expected = [
        next((at for at, each in enumerate(plain) if each.covers(shapely.Point(x, y))), NOWHERE) for y, x in positions
    ]
    assert place(found, lat, lon).tolist() == expected


def test_agreement_counts_what_can_be_compared() -> None:
    found = outlines(TOWN)
    words = ["a", "B", "", "Z", "  ", "b"]
    stated = np.array([0, 1, 1, 1, 2, 3, 4, -1, 5, 1], dtype=np.int32)
    lat = np.array([1.5, 3, 1.5, 9, 3, 3, 3, 3, 3, np.nan])
    lon = lat.copy()
    placed = place(found, lat, lon)
    counted = agreement(stated, words, placed, found, np.isfinite(lat))
    # Stated: all but a blank, white space and none. Z has no outline; the last has no position.
    assert counted == Agreement(stated=7, comparable=5, same=3, other=1, nowhere=1)
    assert counted.share == 0.6
    assert counted.as_json() == {
        "stated": 7, "comparable": 5, "same": 3, "share": 0.6, "other": 1, "nowhere": 1,
    }  # fmt: skip
    assert agreement(stated, words, placed, found) == Agreement(7, 6, 3, 1, 2)


def test_agreement_of_nothing_has_no_share() -> None:
    found = outlines(TOWN)
    empty = np.array([], dtype=np.int32)
    assert agreement(empty, [], empty, found).share is None


def test_fill_gives_an_area_to_records_that_state_none() -> None:
    found = outlines(TOWN)
    stated = np.array([1, -1, -1, -1, -1, 0], dtype=np.int32)
    words = ("Z", "a", "")
    lat = np.array([3, 3, 1.5, 9, np.nan, 9])
    codes, longer, filled = fill(stated, words, found, lat, lat.copy())
    # A stated one stays though it lies elsewhere; the spelling that is there stays; B is new.
    assert codes.tolist() == [1, 3, 1, -1, -1, 0]
    assert longer == ("Z", "a", "", "B")
    assert filled == 2
    assert codes.dtype == np.int32
    assert stated.tolist() == [1, -1, -1, -1, -1, 0]


def test_fill_with_nothing_to_fill_changes_nothing() -> None:
    stated = np.array([0, -1], dtype=np.int32)
    lat = np.array([1.5, 1.5])
    assert fill(stated, ("Z",), outlines([]), lat, lat)[1:] == (("Z",), 0)
    codes, longer, filled = fill(stated[:1], ("Z",), outlines(TOWN), lat[:1], lat[:1])
    assert (codes.tolist(), longer, filled) == ([0], ("Z",), 0)


def drawn(file: Path, field: str) -> Outlines:
    """The outlines of a GeoJSON file, features with one code joined."""
    parts: dict[str, list[shapely.Geometry]] = {}
    for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
        geometry = shapely.make_valid(shape(feature["geometry"]))
        parts.setdefault(feature["properties"][field], []).append(geometry)
    return outlines(
        [
            Area(AreaRef("beat", code), code, shapely.to_geojson(shapely.union_all(each)))
            for code, each in parts.items()
        ]
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "field", "column", "expected"),
    [
        ("chicago_police_beats_2012-12.geojson", "BEAT_NUM", "Beat", (732083, 64803, 1948)),
        ("chicago_police_districts_2012-12.geojson", "DIST_NUM", "District", (784830, 12056, 1948)),
        ("chicago_community_areas.geojson", "area_numbe", "Community Area", (778587, 18180, 2063)),
    ],
)
def test_all_of_chicago(file: str, field: str, column: str, expected: tuple[int, int, int]) -> None:
    require("shared")
    table = pq.read_table(DATA / "chicago_crimes_2014-2016.parquet", columns=[column, "Latitude", "Longitude"])
    lat, lon = (
        pc.if_else(pc.equal(table[name], ""), None, table[name]).cast("float64").to_numpy()
        for name in ("Latitude", "Longitude")
    )
    found = drawn(DATA / "polygons" / file, field)
    placed = place(found, lat, lon)
    stated = coded(table[column])
    counted = agreement(stated.codes, stated.words, placed, found, np.isfinite(lat))
    assert (counted.same, counted.other, counted.nowhere) == expected
    sample = np.random.default_rng(4).choice(np.flatnonzero(np.isfinite(lat)), 500, replace=False)
    # Not prepared, and asked one by one.
    plain = shapely.from_wkb(shapely.to_wkb(found.shapes))
    for row in sample.tolist():
        inside = np.flatnonzero(shapely.covers(plain, shapely.Point(lon[row], lat[row])))
        assert placed[row] == (inside[0] if len(inside) else NOWHERE)


@pytest.mark.shared
def test_the_lsoas_of_west_yorkshire() -> None:
    require("shared")
    table = pq.read_table(DATA / "policeuk_west-yorkshire_street_3months.parquet")
    lat, lon = (
        pc.if_else(pc.equal(table[name], ""), None, table[name]).cast("float64").to_numpy()
        for name in ("Latitude", "Longitude")
    )
    found = drawn(DATA / "polygons/west_yorkshire_lsoa_2011.geojson", "LSOA11CD")
    stated = coded(table["LSOA code"])
    placed = place(found, lat, lon)
    counted = agreement(stated.codes, stated.words, placed, found, np.isfinite(lat))
    # 93 records name an LSOA of another force, which has no outline here.
    assert counted == Agreement(stated=83577, comparable=83484, same=80383, other=3094, nowhere=7)
    # Of all that state one, 96.2 %: the data's own description counts so and says 96.1 %.
    assert counted.same / counted.stated == pytest.approx(0.9618, abs=0.0001)
