"""Files of areas: every format and coordinate system brings the same areas; what leads elsewhere is refused."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio import raw
from pyproj import Transformer
from shapely.geometry import shape

from ilp_core.collect.areas import gdal
from ilp_core.collect.areas.degrees import in_degrees
from ilp_core.collect.areas.files import read_features
from ilp_core.collect.areas.load import AreaReport, load_areas
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.support import SHARED, require

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

#: Near Chicago, in degrees; NAD83 / Illinois East in US feet is EPSG:3435.
CODES = ["0835", "0836", "0931"]
BOXES = [shapely.box(-87.7 + west / 10, 41.7, -87.65 + west / 10, 41.8) for west in range(3)]
PARTS = ("shp", "shx", "dbf", "prj", "cpg")


def written(
    path: Path, crs: int = 4326, *, named: bool = True, layer: str | None = None, append: bool = False
) -> Path:
    """The three areas as a file of the kind its ending says, in ``crs``, which the file names or not."""
    if crs == 4326:
        drawn = BOXES
    else:
        move = Transformer.from_crs(4326, crs, always_xy=True).transform
        drawn = [shapely.transform(each, move, interleaved=False) for each in BOXES]
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    columns = [
        np.array(CODES, dtype=object),
        np.array([1.5, 2.5, np.nan]),
        np.array(["Élan", None, "x"], dtype=object),
    ]
    raw.write(
        path,
        shapely.to_wkb(np.array(drawn, dtype=object)),
        columns,
        ["BEAT_NUM", "SIZE", "NAME"],
        driver=driver,
        geometry_type="Polygon",
        crs=f"EPSG:{crs}",
        layer=layer,
        append=append,
    )
    if not named:
        path.with_suffix(".prj").unlink()
    return path


def zipped(shp: Path, target: Path, prefix: str = "export/") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in PARTS:
            part = shp.with_suffix(f".{ending}")
            if part.exists():
                archive.write(part, f"{prefix}{part.name}")
    return target


async def load(store: Store, file: Path, **more: Any) -> AreaReport:
    return await load_areas(
        store, file, kind="beat", code_field="beat_num", name_field="Name", by="t", now=NOW, **more
    )


async def check_stored(store: Store) -> None:
    """The three areas are stored where they lie: to a metre, which is 0.00001 degrees."""
    async with store.read() as uow:
        areas = {area.ref.code: area for area in await uow.areas.all()}
    assert {code: area.name for code, area in areas.items()} == {"0835": "Élan", "0836": "0836", "0931": "x"}
    for code, expected in zip(CODES, BOXES, strict=True):
        outline = shape(json.loads(areas[code].outline or ""))
        assert outline.hausdorff_distance(expected) == pytest.approx(0, abs=0.00001)


@pytest.mark.parametrize("crs", [4326, 3435, 26916])
@pytest.mark.parametrize("kind", ["gpkg", "shp", "zip", "geojson", "geojson.gz"])
async def test_every_format_brings_the_same(sqlite_store: Store, tmp_path: Path, kind: str, crs: int) -> None:
    if kind == "zip":
        file = zipped(written(tmp_path / "a.shp", crs), tmp_path / "a.zip")
    elif kind == "geojson.gz":
        file = tmp_path / "a.geojson.gz"
        file.write_bytes(gzip.compress(written(tmp_path / "a.geojson", crs).read_bytes()))
    else:
        file = written(tmp_path / f"a.{kind}", crs)
    report = await load(sqlite_store, file)
    assert (report.features, report.areas, report.added, report.rejected) == (3, 3, 3, {})
    assert (report.crs, report.mended) == (f"EPSG:{crs}", 0)
    await check_stored(sqlite_store)
    assert (await load(sqlite_store, file)).same == 3


async def test_a_file_that_names_no_system_takes_the_given_one(sqlite_store: Store, tmp_path: Path) -> None:
    feet = written(tmp_path / "feet.shp", 3435, named=False)
    with pytest.raises(CallError, match=r"not in degrees, and it does not say what they are\. Say so with --crs"):
        await load(sqlite_store, feet)
    with pytest.raises(CallError, match="do not fit EPSG:27700"):
        await load(sqlite_store, feet, crs=27700)
    with pytest.raises(CallError, match="no coordinate system with EPSG code 9"):
        await load(sqlite_store, feet, crs=9)
    assert (await load(sqlite_store, feet, crs=3435)).crs == "EPSG:3435"
    await check_stored(sqlite_store)
    degrees = await load(sqlite_store, written(tmp_path / "degrees.shp", named=False))
    assert (degrees.crs, degrees.areas) == ("EPSG:4326", 3)


async def test_a_named_system_is_not_overruled_unless_it_cannot_be(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"says itself that its coordinates are EPSG:3435\. Leave --crs out"):
        await load(sqlite_store, written(tmp_path / "a.gpkg", 3435), crs=2263)
    assert (await load(sqlite_store, tmp_path / "a.gpkg", crs=3435)).crs == "EPSG:3435"
    # Feet that call themselves degrees, as some portals export them.
    document = json.loads(written(tmp_path / "a.geojson", 3435).read_text(encoding="utf-8"))
    document["crs"]["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    (tmp_path / "a.geojson").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CallError, match="Say so with --crs"):
        await load(sqlite_store, tmp_path / "a.geojson")
    assert (await load(sqlite_store, tmp_path / "a.geojson", crs=3435)).same == 3


@pytest.mark.parametrize(
    "stated", [5, "EPSG:4326", {"properties": {"name": "+init=/etc/hosts:1"}}, {"properties": []}]
)
def test_an_odd_crs_member_names_nothing(tmp_path: Path, stated: object) -> None:
    document = json.loads(written(tmp_path / "a.geojson").read_text(encoding="utf-8"))
    (tmp_path / "a.geojson").write_text(json.dumps({**document, "crs": stated}), encoding="utf-8")
    assert in_degrees(read_features(tmp_path / "a.geojson"), None, "a")[1] == "EPSG:4326"


async def test_one_of_several_layers_is_chosen(sqlite_store: Store, tmp_path: Path) -> None:
    package = written(tmp_path / "a.gpkg", layer="Beats")
    written(package, layer="Old beats", append=True)
    with pytest.raises(CallError, match=r"more than one layer: Beats, Old beats. Say which one with --layer"):
        await load(sqlite_store, package)
    with pytest.raises(CallError, match=r"no layer Wards. Its layers are: Beats, Old beats\."):
        await load(sqlite_store, package, layer="Wards")
    assert (await load(sqlite_store, package, layer="beats")).areas == 3
    archive = zipped(written(tmp_path / "b.shp"), tmp_path / "a.zip", "")
    with zipfile.ZipFile(archive, "a") as more:
        for ending in PARTS:
            more.write(tmp_path / f"b.{ending}", f"../../older/c.{ending.upper()}")
    with pytest.raises(CallError, match=r"more than one layer: b, \.\./\.\./older/c"):
        await load(sqlite_store, archive)
    assert (await load(sqlite_store, archive, layer="../../older/c")).areas == 3
    assert not (tmp_path.parent.parent / "older").exists()
    for one in (tmp_path / "b.shp", written(tmp_path / "d.geojson")):
        with pytest.raises(CallError, match="has no layers to choose from"):
            await load(sqlite_store, one, layer="b")


def refused(file: Path, said: str) -> None:
    with pytest.raises(CallError, match=said):
        read_features(file)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.zip", "a.vrt"])
@pytest.mark.parametrize(
    "content", ["<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>", "<?xml version='1.0'?><gml/>"]
)
def test_what_leads_to_other_files_is_none(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    refused(tmp_path / name, "not a GeoJSON file, GeoPackage or Shapefile")


@pytest.mark.parametrize(
    "hostile",
    [
        "CREATE VIRTUAL TABLE x USING VirtualOGR('/vsicurl/http://127.0.0.1:9/x')",
        "CREATE VIRTUAL TABLE x USING rtreeish(a)",
        "CREATE TABLE x (a, b AS (printf('%.*c', 100000000, 'x')))",
    ],
)
def test_a_geopackage_that_computes_is_refused(tmp_path: Path, hostile: str) -> None:
    package = written(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(package)) as database:
        database.execute("PRAGMA writable_schema = ON")
        entry = (
            "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', ?, ?)",
            (0 if "VIRTUAL" in hostile else 2, hostile),
        )
        database.execute(*entry)
        database.commit()
    refused(package, "computes some of its content")


def test_a_view_is_no_layer(tmp_path: Path) -> None:
    package = written(tmp_path / "a.gpkg", layer="beats")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i AS fid FROM n"
    with closing(sqlite3.connect(package)) as database:
        database.execute(f"CREATE VIEW sly AS {endless}")
        database.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('sly', 'features')")
        database.commit()
    assert len(read_features(package).properties) == 3
    with closing(sqlite3.connect(package)) as database:
        database.execute("ALTER TABLE gpkg_contents RENAME TO old")
        database.execute(f"CREATE VIEW gpkg_contents AS {endless}")
        database.commit()
    refused(package, "computes some of its content")


def test_a_geopackage_that_is_being_written_is_refused(tmp_path: Path) -> None:
    package = written(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg-wal").write_bytes(b"x")
    refused(package, "open in another program")


@pytest.mark.parametrize("missing", ["shx", "dbf"])
def test_a_shapefile_needs_its_parts(tmp_path: Path, missing: str) -> None:
    shp = written(tmp_path / "a.shp")
    shutil.copy(tmp_path / "a.shx", tmp_path / "b.shx")
    refused(tmp_path / "a.shx", "is a part of a Shapefile. Name the .shp")
    shp.with_suffix(f".{missing}").unlink()
    refused(shp, f"lacks .{missing}. Keep")
    refused(zipped(shp, tmp_path / "a.zip"), f"lacks .{missing}. Keep")


def test_a_shapefile_whose_index_repeats_a_record_is_refused(tmp_path: Path) -> None:
    shp = written(tmp_path / "a.shp")
    index = shp.with_suffix(".shx")
    content = index.read_bytes()
    index.write_bytes(content[:100] + content[100:108] * 50)
    refused(shp, "not a whole Shapefile")


def test_a_zip_without_a_shapefile_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("__MACOSX/a.shp", "x")
        archive.writestr("readme.txt", "x")
    refused(tmp_path / "a.zip", "holds no Shapefile")


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(b" " * 65_000_000, 1))
    refused(tmp_path / "a.geojson.gz", "larger than 64 MB unpacked")
    archive = zipped(written(tmp_path / "a.shp"), tmp_path / "a.zip")
    with (
        zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as more,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        more.writestr("export/a.dbf", bytes(2_000_000))
    monkeypatch.setattr(gdal, "MOST_MB", 1)
    refused(archive, "larger than 1 MB unpacked")


def test_names_from_a_file_cannot_write_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"features": [{"properties": {"a\x1b[2J" + "b" * 100: 1}, "geometry": None}] * 2}),
        encoding="utf-8",
    )
    features = read_features(tmp_path / "a.json")
    from ilp_core.collect.areas.fields import field_named, which_code

    with pytest.raises(CallError, match=r"Its fields are: a\?\[2Jb+…\.$"):
        field_named(features, "code", "a.json")
    assert "\x1b" not in str(which_code(features, [], "a.json"))


@pytest.mark.shared
async def test_new_yorks_precincts_and_west_yorkshires_lsoas(sqlite_store: Store) -> None:
    require("shared")
    precincts = await load_areas(
        sqlite_store,
        SHARED / "data/native_samples/nyc_precincts.gpkg",
        kind="district",
        code_field="precinct",
        by="t",
        now=NOW,
    )
    assert (precincts.features, precincts.areas, precincts.crs, precincts.mended) == (77, 77, "EPSG:4326", 0)
    lsoas = await load_areas(
        sqlite_store,
        SHARED / "data/polygons/west_yorkshire_lsoa_2011.geojson",
        kind="neighbourhood",
        code_field="LSOA11CD",
        name_field="LSOA11NM",
        by="t",
        now=NOW,
    )
    assert (lsoas.features, lsoas.areas, lsoas.crs, lsoas.mended) == (1388, 1388, "EPSG:4326", 8)
