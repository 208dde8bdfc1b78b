"""GeoPackage and Shapefile, read by GDAL through pyogrio.

GDAL opens by content whatever its many drivers know, other files and network addresses that content names among it.
So it only ever sees a folder made for the purpose, with files under names given here, whose first bytes and structure
were checked: nothing in them can lead elsewhere or grow beyond their size.
"""

from __future__ import annotations

import lzma
import sqlite3
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import numpy as np
import shapely

from ilp_core.collect.areas.files import MB, MOST_FEATURES, MOST_MB, Features, listed, printable
from ilp_core.domain.errors import CallError
from ilp_core.words import areas as words

_NEEDED: Final = (".shp", ".shx", ".dbf")
_WELCOME: Final = (".prj", ".cpg")
#: Parts that GDAL is not shown, and the ending they get instead.
_HIDDEN: Final = {".prj": ".wkt"}

#: Bytes of the header of .shp and .shx, and of an entry of .shx: place and length of a record, in 16-bit words,
#: big-endian (ESRI Shapefile Technical Description, 1998, pages 3 and 23).
_HEADER: Final = 100
_RECORD_HEADER: Final = 8

#: Steps of SQLite's machine that reading the structure of a GeoPackage may take, and between two looks at how many
#: were taken: far more than 256 MB need. [This project's choice.]
_MOST_LOOKS: Final = 20_000
_STEPS_A_LOOK: Final = 100_000


def read_geopackage(path: Path, layer: str | None) -> Features:
    """The features of a GeoPackage. Raises CallError where it is broken, computes its content or needs a layer."""
    if _size(path.with_name(path.name + "-wal")):
        raise CallError(words.STILL_OPEN.format(file=path.name))
    with tempfile.TemporaryDirectory(prefix="beatdesk-") as folder:
        copy = Path(folder, "areas.gpkg")
        _copied({copy: lambda: path.open("rb")}, path.name)
        chosen = _chosen(_layers(copy, path.name), layer, path.name)
        return _read(copy, path.name, "GeoPackage", layer=chosen, LIST_ALL_TABLES="NO")


def read_shapefile(path: Path, layer: str | None) -> Features:
    """The features of a .shp that lies beside its parts. Raises CallError where parts are missing or broken."""
    if path.suffix.casefold() != ".shp":
        raise CallError(words.NOT_THE_SHP.format(file=path.name))
    if layer is not None:
        raise CallError(words.NO_LAYERS.format(file=path.name))
    parts: dict[str, Path] = {}
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.casefold() in _NEEDED + _WELCOME:
            parts[beside.suffix.casefold()] = beside
    parts[".shp"] = path
    return _shapefile({ending: _opener(part) for ending, part in parts.items()}, path.name)


def read_zipped_shapefile(path: Path, layer: str | None) -> Features:
    """The features of a Shapefile in a ZIP. Raises CallError where it holds none, broken ones or several."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = _shapefiles(archive)
            if not found:
                raise CallError(words.NO_SHAPEFILE.format(file=path.name))
            parts = found[_chosen(list(found), layer, path.name)]
            openers = {ending: _entry(archive, info) for ending, info in parts.items()}
            return _shapefile(openers, path.name)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError):
        # RuntimeError: encrypted, or packed by a method that Python does not know.
        raise CallError(words.BROKEN_ZIP.format(file=path.name)) from None


def _shapefiles(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """The Shapefiles of an archive, by name without ending: ending to entry."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for info in archive.infolist():
        name = PurePosixPath(info.filename)
        if name.suffix.casefold() in _NEEDED + _WELCOME and "__MACOSX" not in name.parts:
            found.setdefault(str(name.with_suffix("")), {})[name.suffix.casefold()] = info
    return {stem: parts for stem, parts in found.items() if ".shp" in parts}


def _shapefile(parts: Mapping[str, Callable[[], IO[bytes]]], file: str) -> Features:
    missing = [ending for ending in _NEEDED if ending not in parts]
    if missing:
        raise CallError(words.NO_PART.format(file=file, parts=" and ".join(missing)))
    with tempfile.TemporaryDirectory(prefix="beatdesk-") as folder:
        names = {ending: Path(folder, f"areas{_HIDDEN.get(ending, ending)}") for ending in parts}
        _copied({names[ending]: part for ending, part in parts.items()}, file)
        shp = Path(folder, "areas.shp")
        if not _whole(shp, shp.with_suffix(".shx")):
            raise CallError(words.BROKEN.format(file=file, format="Shapefile"))
        features = _read(shp, file, "Shapefile")
        # GDAL refuses the whole file where this part is broken, though --crs could stand in for it.
        described = shp.with_suffix(".wkt")
        known = described.read_text(encoding="utf-8", errors="replace") if described.is_file() else None
        return replace(features, crs=known)


def _whole(shp: Path, shx: Path) -> bool:
    """Whether the index of a Shapefile names records that are there, and each byte of them once."""
    index = shx.read_bytes()[_HEADER:]
    entries = np.frombuffer(index[: len(index) // 8 * 8], dtype=">i4").reshape(-1, 2).astype(np.int64) * 2
    start, length = entries[:, 0], entries[:, 1]
    if not len(entries):
        return _size(shp) >= _HEADER
    ends = start + length + _RECORD_HEADER
    return bool(
        (length >= 0).all()
        and start.min() >= _HEADER
        and ends.max() <= _size(shp)
        and (length + _RECORD_HEADER).sum() <= _size(shp)
    )


def _layers(path: Path, file: str) -> list[str]:
    """The tables with features of a GeoPackage, once it is sure that reading them only reads them."""
    looks = iter(range(_MOST_LOOKS))
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.set_progress_handler(lambda: next(looks, None) is None, _STEPS_A_LOOK)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_MB * MB)
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA ignore_check_constraints = ON")
            if _computes(database):
                raise CallError(words.UNUSUAL.format(file=file))
            # A broken file can name one page in many places and so be larger than it is: this looks for that.
            if database.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise CallError(words.BROKEN.format(file=file, format="GeoPackage"))
            named = database.execute(
                "SELECT table_name FROM gpkg_contents JOIN sqlite_master ON name = table_name "
                "WHERE data_type = 'features' AND type = 'table' ORDER BY table_name"
            ).fetchall()
    except (sqlite3.Error, UnicodeError):
        raise CallError(words.BROKEN.format(file=file, format="GeoPackage")) from None
    if not named:
        raise CallError(words.NO_AREAS.format(file=file))
    return [str(name) for (name,) in named]


def _computes(database: sqlite3.Connection) -> bool:
    """Whether tables of a GeoPackage are more than rows: views in their place, other modules, computed columns."""
    modules = database.execute(
        "SELECT 1 FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL TABLE \"rtree%\" USING rtree(%'"
    )
    views = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name LIKE 'gpkg%'")
    if modules.fetchone() or views.fetchone():
        return True
    # 2 and 3 mark computed columns (sqlite.org/pragma.html#pragma_table_xinfo).
    computed = database.execute(
        "SELECT 1 FROM sqlite_master AS each, pragma_table_xinfo(each.name) AS field "
        "WHERE each.type = 'table' AND field.hidden IN (2, 3)"
    )
    return computed.fetchone() is not None


def _chosen(layers: list[str], wanted: str | None, file: str) -> str:
    """The layer to read: the wanted one in any case, or the only one."""
    if wanted is None:
        if len(layers) > 1:
            raise CallError(words.WHICH_LAYER.format(file=file, layers=listed(layers)))
        return layers[0]
    for name in layers:
        if name.casefold() == wanted.strip().casefold():
            return name
    raise CallError(words.NO_LAYER.format(file=file, layer=printable(wanted), layers=listed(layers)))


def _read(path: Path, file: str, format: str, **options: Any) -> Features:
    """Read one layer. ``path`` was made by this module."""
    from pyogrio import raw

    wanted = {"force_2d": True, "max_features": MOST_FEATURES + 1, "datetime_as_string": True, **options}
    try:
        with warnings.catch_warnings():
            # GDAL warns of what it mended by itself.
            warnings.simplefilter("ignore")
            try:
                meta, _, shapes, columns = raw.read(str(path), **wanted)
            except UnicodeDecodeError:
                meta, _, shapes, columns = raw.read(str(path), encoding="ISO-8859-1", **wanted)
    except (RuntimeError, ValueError, LookupError, ArithmeticError, TypeError, NameError, OSError):
        # pyogrio's own errors are RuntimeErrors; odd content also trips its conversions.
        raise CallError(words.BROKEN.format(file=file, format=format)) from None
    if shapes is None:
        raise CallError(words.NO_AREAS.format(file=file))
    names = [str(name) for name in meta["fields"]]
    rows = zip(*(column.tolist() for column in columns), strict=True) if names else ((),) * len(shapes)
    properties = [dict(zip(names, row, strict=True)) for row in rows]
    return Features(properties, shapely.from_wkb(shapes, on_invalid="fix"), meta["crs"])


def _copied(files: Mapping[Path, Callable[[], IO[bytes]]], file: str) -> None:
    """Write each part under its new name. Raises CallError where they cannot be read or are larger than may be."""
    left = MOST_MB * MB
    try:
        for target, opened in files.items():
            with opened() as source, target.open("wb") as copy:
                while chunk := source.read(min(MB, left + 1)):
                    left -= len(chunk)
                    if left < 0:
                        raise CallError(words.TOO_LARGE.format(file=file, most=MOST_MB))
                    copy.write(chunk)
    except OSError as error:
        raise CallError(words.UNREADABLE.format(file=file, why=error.strerror or error)) from None


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _size(path: Path) -> int:
    """A file's size in bytes; 0 where it is not there."""
    return path.stat().st_size if path.is_file() else 0
