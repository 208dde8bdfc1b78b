"""Areas come in: joined by code, spelled as the records spell them, the same file twice the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from ilp_core.collect.areas.load import load_areas
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store
from tests.support import SHARED, require
from tests.test_collect_load import load, portal_file, portal_row

POLYGONS = SHARED / "data/polygons"

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: object, geometry: object, **more: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"BEAT_NUM": code, **more}, "geometry": geometry}


def geojson(path: Path, features: Sequence[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


async def test_features_with_one_code_are_one_area(sqlite_store: Store, tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "beats.geojson",
        [
            feature("0835", square(-87.7, 41.7), name="Ashburn"),
            feature(835.0, square(-87.5, 41.7), name="Ashburn"),
            feature("0836", square(-87.7, 41.8), name="Chatham"),
        ],
    )
    report = await load_areas(
        sqlite_store, file, kind="Beat", code_field="beat_num", name_field="NAME", by="test", now=NOW
    )
    assert report.as_json() == {
        "file": "beats.geojson", "kind": "beat", "features": 3, "areas": 2, "added": 2, "changed": 0, "same": 0,
        "rejected": {}, "crs": "EPSG:4326", "mended": 0,
    }  # fmt: skip
    async with sqlite_store.read() as uow:
        areas = {area.ref: area for area in await uow.areas.all()}
    joined = areas[AreaRef("beat", "0835")]
    assert joined.name == "Ashburn"
    assert joined.outline is not None
    assert shape(json.loads(joined.outline)).area == pytest.approx(0.02)
    again = await load_areas(
        sqlite_store, file, kind="beat", code_field="BEAT_NUM", name_field="name", by="test", now=NOW
    )
    assert (again.added, again.changed, again.same) == (0, 0, 2)


async def test_crossed_rings_are_mended_and_bad_features_counted(sqlite_store: Store, tmp_path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    features = [
        feature("1", bow_tie),
        feature("2", square(1, 1)),
        feature("3", square(2, 1)),
        feature(None, square(1, 1)),
        feature("5", None),
        feature("6", {"type": "Polygon", "coordinates": "nowhere"}),
    ]
    packed = tmp_path / "beats.geojson.gz"
    text = json.dumps({"type": "FeatureCollection", "features": features})
    packed.write_bytes(gzip.compress(text.encode()))
    report = await load_areas(sqlite_store, packed, kind="beat", code_field="BEAT_NUM", by="test", now=NOW)
    assert (report.areas, report.rejected) == (3, {"no code": 1, "no outline": 2})
    assert (report.crs, report.mended) == ("EPSG:4326", 1)
    async with sqlite_store.read() as uow:
        mended = await uow.areas.find("beat", "1")
    assert mended is not None
    assert mended.outline is not None
    assert shape(json.loads(mended.outline)).area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "field", "features", "said"),
    [
        ("beat", "CODE", [feature("1", square(1, 1))], "has no field CODE. Its fields are: BEAT_NUM"),
        ("parish", "BEAT_NUM", [feature("1", square(1, 1))], "no kind of area parish"),
        ("beat", "BEAT_NUM", [feature("1", square(1_150_000, 1_850_000, 900))], "not in degrees.* Say so with --crs"),
        ("beat", "BEAT_NUM", [], "holds no areas"),
    ],
)
async def test_calls_that_cannot_be_right(
    sqlite_store: Store, tmp_path: Path, kind: str, field: str, features: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(CallError, match=said):
        await load_areas(
            sqlite_store, geojson(tmp_path / "a.geojson", features), kind=kind, code_field=field, by="test", now=NOW
        )
    async with sqlite_store.read() as uow:
        assert await uow.areas.all() == []


@pytest.mark.parametrize("content", ["id,name\n1,Elm\n", "[1, 2]", '{"type": "Point"}', '{"features": [1]}'])
async def test_what_is_no_geojson_is_refused(sqlite_store: Store, tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CallError, match="not a GeoJSON file"):
        await load_areas(sqlite_store, path, kind="beat", code_field="BEAT_NUM", by="test", now=NOW)


async def test_mostly_bad_features_store_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    features = [feature("1", square(1, 1)), feature("", square(1, 1)), feature("3", None)]
    with pytest.raises(WorkError, match="2 of 3 features"):
        await load_areas(
            sqlite_store,
            geojson(tmp_path / "a.json", features),
            kind="beat",
            code_field="BEAT_NUM",
            by="test",
            now=NOW,
        )
    async with sqlite_store.read() as uow:
        assert await uow.areas.all() == []


async def codes(store: Store, kind: str) -> dict[str, tuple[str, bool]]:
    """Code to name and whether there is an outline."""
    async with store.read() as uow:
        areas = await uow.areas.all()
    return {area.ref.code: (area.name, area.outline is not None) for area in areas if area.ref.kind == kind}


async def test_records_decide_the_spelling_whichever_comes_first(sqlite_store: Store, tmp_path: Path) -> None:
    early = geojson(tmp_path / "early.json", [feature("8", square(-87.7, 41.7)), feature("99", square(-87, 41))])
    late = geojson(tmp_path / "late.json", [feature("7", square(-87.6, 41.7)), feature("8", square(-87.7, 41.7))])
    await load_areas(sqlite_store, early, kind="district", code_field="BEAT_NUM", by="test", now=NOW)
    assert await codes(sqlite_store, "district") == {"8": ("8", True), "99": ("99", True)}
    rows = [portal_row(ID="1", District="008"), portal_row(ID="2", District="007")]
    await load(sqlite_store, portal_file(tmp_path / "a.csv", rows))
    expected = {"008": ("008", True), "007": ("007", False), "99": ("99", True)}
    assert await codes(sqlite_store, "district") == expected
    assert await codes(sqlite_store, "beat") == {"0835": ("0835", False)}
    report = await load_areas(sqlite_store, late, kind="district", code_field="BEAT_NUM", by="test", now=NOW)
    assert (report.added, report.changed, report.same) == (0, 1, 1)
    assert await codes(sqlite_store, "district") == {**expected, "007": ("007", True)}


async def test_without_a_code_the_likely_field_is_proposed(sqlite_store: Store, tmp_path: Path) -> None:
    features = [
        feature(
            f"08{number}",
            square(number, 1),
            OBJECTID=number,
            NAME=f"The beat of the street {number}",
            GRID=f"G{number}",
        )
        for number in range(1, 6)
    ]
    file = geojson(tmp_path / "beats.geojson", features)

    async def question() -> str:
        with pytest.raises(CallError) as raised:
            await load_areas(sqlite_store, file, kind="beat", code_field=None, by="test", now=NOW)
        return str(raised.value)

    assert await question() == (
        "Say with --code which field of beats.geojson holds the code of an area. Its fields are: "
        "BEAT_NUM (081, 082, 083), OBJECTID (1, 2, 3), NAME (The beat of…, The beat of…, The beat of…), "
        "GRID (G1, G2, G3). BEAT_NUM looks like it: add --code BEAT_NUM."
    )
    # What records call their beats decides before all else.
    known = [feature(f"g {number}", square(number, 1)) for number in range(1, 6)]
    await load_areas(
        sqlite_store, geojson(tmp_path / "k.json", known), kind="beat", code_field="BEAT_NUM", by="test", now=NOW
    )
    assert (await question()).endswith("GRID looks like it: add --code GRID.")


async def test_a_file_without_anything_like_a_code_is_only_listed(sqlite_store: Store, tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "a.json", [{"properties": {"shape_area": each}, "geometry": square(1, 1)} for each in "ab"]
    )
    with pytest.raises(CallError, match=r"Its fields are: shape_area \(a, b\)\.$"):
        await load_areas(sqlite_store, file, kind="beat", code_field=None, by="test", now=NOW)


@pytest.mark.shared
async def test_chicagos_beats_and_districts(sqlite_store: Store) -> None:
    require("shared")
    beats = await load_areas(
        sqlite_store,
        POLYGONS / "chicago_police_beats_2012-12_simplified.geojson",
        kind="beat",
        code_field="BEAT_NUM",
        by="test",
        now=NOW,
    )
    # Beat 3100 is in three parts, as is district 31.
    assert (beats.features, beats.areas, beats.added, dict(beats.rejected)) == (277, 275, 275, {})
    file = POLYGONS / "chicago_police_districts_2012-12.geojson"
    for added, same in ((23, 0), (0, 23)):
        districts = await load_areas(sqlite_store, file, kind="district", code_field="dist_num", by="test", now=NOW)
        assert (districts.features, districts.areas) == (25, 23)
        assert (districts.added, districts.same) == (added, same)
    async with sqlite_store.read() as uow:
        split = await uow.areas.find("district", "031")
    assert split is not None
    assert split.outline is not None
    assert len(shape(json.loads(split.outline)).geoms) == 3
