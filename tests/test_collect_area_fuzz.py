"""Damaged files of areas of every kind: read or refused with a sentence, never anything else."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ilp_core.collect.areas.degrees import in_degrees
from ilp_core.collect.areas.fields import text, which_code
from ilp_core.collect.areas.files import read_features
from ilp_core.collect.areas.outlines import joined, polygons
from ilp_core.domain.errors import DeskError
from tests.test_collect_area_files import PARTS, written, zipped

#: Mutations of each kind in this run; 300 of each were run when this was written.
ROUNDS = 40


def dice(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - damage that can be repeated, no secret


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The bytes with some overwritten, cut, repeated, added or left out, mostly near the start where headers are."""
    found = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at = chance.randrange(chance.choice((min(len(found), 120), len(found))) or 1)
        size = chance.randrange(1, 64)
        match chance.randrange(6):
            case 0:
                found[at : at + 1] = chance.randbytes(1)
            case 1:
                del found[at + 1 :]
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = chance.randbytes(size)
            case 4:
                found[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
            case _:
                found[at : at + size] = found[-size:]
    return bytes(found)


def use(file: Path) -> bool:
    """Whether a file is read, all the way to outlines; False where it is refused with a sentence."""
    try:
        features = read_features(file)
        assert str(which_code(features, ["0835"], file.name))
        shapes, _ = in_degrees(features, None, file.name)
    except DeskError:
        return False
    for properties in features.properties:
        for value in properties.values():
            text(value)
    found = [outline for outline in map(polygons, shapes) if outline is not None]
    joined(found)
    return True


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "zip", *PARTS])
def test_damaged_bytes(tmp_path: Path, kind: str) -> None:
    whole = {"geojson": tmp_path / "a.geojson", "gpkg": tmp_path / "a.gpkg", "zip": tmp_path / "a.zip"}
    shp = written(tmp_path / "a.shp", 3435)
    if kind == "zip":
        zipped(shp, whole["zip"])
    elif kind in whole:
        written(whole[kind])
    file = whole.get(kind, shp)
    assert use(file)
    target = tmp_path / f"a.{kind}"
    content = target.read_bytes()
    for number in range(ROUNDS):
        target.write_bytes(damaged(content, dice(f"{kind} {number}")))
        use(file)


ODD: list[Any] = [
    None,
    5,
    -1e308,
    float("nan"),
    float("inf"),
    True,
    "x",
    "\ud800",
    [],
    {},
    [[[[]]]],
    [[0, 0]] * 4,
    "Point",
]


def altered(value: Any, chance: random.Random) -> Any:
    """The document with something odd somewhere in it."""
    if not isinstance(value, (dict, list)) or not value or chance.random() < 0.1:
        return chance.choice(ODD)
    key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
    changed = value.copy()
    changed[key] = altered(value[key], chance)
    return changed


def test_odd_values_in_geojson(tmp_path: Path) -> None:
    file = written(tmp_path / "a.geojson")
    document = json.loads(file.read_text(encoding="utf-8"))
    read = 0
    for number in range(ROUNDS * 10):
        file.write_text(json.dumps(altered(document, dice(f"{number}"))), encoding="utf-8")
        read += use(file)
    assert read > ROUNDS


def test_odd_values_in_a_geopackage(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.gpkg", layer="beats")
    with closing(sqlite3.connect(whole)) as database:
        # The triggers call functions that only GDAL has.
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.commit()
        fields = [
            (table, field)
            for table in (
                "beats",
                "gpkg_contents",
                "gpkg_geometry_columns",
                "gpkg_spatial_ref_sys",
                "gpkg_ogr_contents",
            )
            for (field,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))
        ]
        shapes = [blob for (blob,) in database.execute("SELECT geom FROM beats")]
    odd = [None, -1, 2**62, "x", "", b"\xff", "beats", 1e308, "'", "gpkg_contents", "sqlite_master"]
    file, read = tmp_path / "a.gpkg", 0
    for number in range(ROUNDS * 3):
        chance = dice(f"{number}")
        shutil.copy(whole, file)
        with closing(sqlite3.connect(file)) as database:
            table, field = chance.choice([*fields, ("beats", "geom")])
            value = damaged(chance.choice(shapes), chance) if field == "geom" else chance.choice(odd)
            try:
                change = f'UPDATE "{table}" SET "{field}" = ? WHERE rowid = 1 OR ?'  # noqa: S608 - names from this file
                database.execute(change, (value, chance.random() < 0.5))
            except sqlite3.IntegrityError:
                continue
            database.commit()
        read += use(file)
    assert read > ROUNDS
