"""Opening files of areas: GeoJSON, also gzipped; GeoPackage; Shapefile, zipped or beside its parts.

The first bytes decide what a file is, not its name. Nothing else is opened: a file that leads to other files or to
the network is none of these. GeoJSON is read here, because starting GDAL takes longer than reading such a file and
because one odd feature shall not spoil the others; the other two are read by GDAL (``gdal``).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

from ilp_core.collect.members import first_bytes
from ilp_core.domain.errors import CallError
from ilp_core.words import areas as words

Shapes = npt.NDArray[Any]

#: More features than this are no areas of a police force; England and Wales have 35,672 LSOAs
#: (Office for National Statistics, 2021). [This project's choice.]
MOST_FEATURES: Final = 100_000

#: Megabytes of unpacked content. JSON takes up to twenty times its size in memory, the others about as much as they
#: are. [This project's choice.]
MOST_MB: Final = 256
_MOST_JSON_MB: Final = 64
MB: Final = 1_000_000

#: Coordinates that are no numbers are found and left out; numpy need not warn of each.
QUIET: Final = np.errstate(all="ignore")

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
#: SQLite's own first bytes (sqlite.org/fileformat.html, 1.3).
_SQLITE: Final = b"SQLite format 3\x00"
#: The file code of .shp and .shx, 9994 (ESRI Shapefile Technical Description, 1998, table 1).
_SHAPEFILE: Final = b"\x00\x00\x27\x0a"


@dataclass(frozen=True, slots=True)
class Features:
    """What a file holds: per feature its properties, and its shape in the file's own coordinates or None.

    ``crs`` is what the file says about these: an authority's code such as EPSG:2263, or WKT; None where it says
    nothing that can be understood.
    """

    properties: Sequence[Mapping[str, object]]
    shapes: Shapes
    crs: str | None

    @property
    def fields(self) -> list[str]:
        """The names of all properties, in order of the file."""
        return list(dict.fromkeys(name for each in self.properties for name in each))


@QUIET
def read_features(path: Path, *, layer: str | None = None) -> Features:
    """The features of a file of areas; ``layer`` chooses one of several layers.

    Raises CallError where there is no such file, where it is not one of the formats, broken, too large or empty,
    and where a layer must be chosen.
    """
    head = first_bytes(path)
    if head.startswith((_SQLITE, _ZIP, _SHAPEFILE)):
        # GDAL is slow to start: a GeoJSON file does without.
        from ilp_core.collect.areas import gdal

        if head.startswith(_SQLITE):
            features = gdal.read_geopackage(path, layer)
        elif head.startswith(_ZIP):
            features = gdal.read_zipped_shapefile(path, layer)
        else:
            features = gdal.read_shapefile(path, layer)
    else:
        features = _geojson(path, head.startswith(_GZIP))
        if layer is not None:
            raise CallError(words.NO_LAYERS.format(file=path.name))
    if not len(features.properties):
        raise CallError(words.NO_AREAS.format(file=path.name))
    if len(features.properties) > MOST_FEATURES:
        raise CallError(words.TOO_MANY.format(file=path.name, most=MOST_FEATURES))
    return features


def listed(names: Iterable[str], most: int = 30, longest: int = 40) -> str:
    """Names from a file for a sentence: at most so many, none too long, without signs that move a cursor."""
    every = list(names)
    shown = [printable(name, longest) for name in every[:most]]
    if len(every) > most:
        shown.append(words.MORE_FIELDS.format(count=len(every) - most))
    return ", ".join(shown) or words.NO_FIELDS


def printable(text: str, longest: int = 40) -> str:
    """A text from a file for a sentence: on one line, not too long."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(sign if sign.isprintable() else "?" for sign in short)


def _geojson(path: Path, packed: bool) -> Features:
    no_areas = CallError(words.NO_FILE_OF_AREAS.format(file=path.name))
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(_MOST_JSON_MB * MB + 1)
        if len(content) > _MOST_JSON_MB * MB:
            raise CallError(words.TOO_LARGE.format(file=path.name, most=_MOST_JSON_MB))
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, OSError, EOFError, zlib.error, RecursionError):
        raise no_areas from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise no_areas
    shapes = np.empty(len(features), dtype=object)
    for place, each in enumerate(features):
        shapes[place] = _shape(each.get("geometry"))
    return Features([_properties(each) for each in features], shapes, _stated_crs(document))


def _properties(feature: Mapping[str, Any]) -> Mapping[str, object]:
    """The properties of a feature; none where it has no object of them."""
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _shape(geometry: object) -> Any | None:
    """The shape of a GeoJSON geometry; None where it has none that can be read."""
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.force_2d(shape(geometry))
    except (
        shapely.errors.ShapelyError,
        ArithmeticError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ):
        # What a file writes as a geometry can be wrong in every way that these name.
        return None


def _stated_crs(document: Mapping[str, Any]) -> str | None:
    """The name in the ``crs`` member that GeoJSON had before RFC 7946; None where there is none."""
    stated = document.get("crs")
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
