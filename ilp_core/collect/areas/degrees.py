"""The shapes of a file in degrees, WGS 84, from whatever coordinate system the file is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ilp_core.collect.areas.files import QUIET, Features, Shapes, printable
from ilp_core.collect.projection import WGS84
from ilp_core.domain.errors import CallError
from ilp_core.words import areas as words

if TYPE_CHECKING:
    from pyproj import CRS

#: How GeoJSON and GDAL name a system by its code: EPSG:2263, urn:ogc:def:crs:EPSG::2263.
_CODED: Final = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
#: Degrees of WGS 84 with the longitude first (RFC 7946, section 4), also of an older version of that page.
_CRS84: Final = re.compile(r"(?:urn:ogc:def:crs:)?OGC:(?:[\d.]*:)?CRS84", re.IGNORECASE)

_WGS84: Final = f"EPSG:{WGS84}"

#: How sure pyproj must be, in percent, that a description is that of an EPSG code, to call it so. 70 is its default.
_SURE: Final = 70

#: How far beyond the area that a system is meant for shapes may lie, in degrees: files for a whole country use one
#: UTM zone, which is 6 degrees wide, for all of it. Beyond, the system is a wrong one. [This project's choice.]
_NEAR: Final = 6


@dataclass(frozen=True, slots=True)
class _System:
    """A coordinate system and its name in short: its EPSG code where it has one, else what it calls itself."""

    crs: CRS
    name: str


@QUIET
def in_degrees(features: Features, given: int | None, file: str) -> tuple[Shapes, str]:
    """The shapes of ``features`` in degrees, and the name of the coordinate system they were read in.

    That is the one that the file names, else the EPSG code ``given``, else WGS 84 where the coordinates can be
    degrees. A file that names degrees but cannot be in degrees names nothing. Shapes that hold other than numbers
    become None. Raises CallError where the system is not known or the coordinates do not fit it.
    """
    shapes = _finite(features.shapes)
    degrees = _fits(shapes)
    stated = _system(features.crs) if features.crs else None
    if stated is not None and stated.crs.is_geographic and not degrees:
        stated = None
    wanted = _given(given) if given is not None else None
    if stated is not None and wanted is not None and stated.name != wanted.name:
        raise CallError(words.OTHER_CRS.format(file=file, crs=stated.name))
    chosen = stated or wanted
    if chosen is None:
        if not degrees:
            raise CallError(words.WHICH_CRS.format(file=file))
        return shapes, _WGS84
    moved = shapes if chosen.name == _WGS84 else _moved(shapes, chosen.crs)
    if moved is None or not _fits(moved) or not _lands(moved, chosen):
        raise CallError(words.NOT_IN_CRS.format(file=file, crs=chosen.name))
    return moved, chosen.name


def _finite(shapes: Shapes) -> Shapes:
    """The shapes, None in place of those with a coordinate that is not a number or has no end."""
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    kept = shapes.copy()
    kept[np.unique(owners[~np.isfinite(coordinates).all(axis=1)])] = None
    return kept


def _fits(shapes: Shapes) -> bool:
    """Whether all coordinates are numbers that can be degrees."""
    coordinates = shapely.get_coordinates(shapes)
    return bool((np.abs(coordinates) <= (180, 90)).all())


def _moved(shapes: Shapes, system: CRS) -> Shapes | None:
    """The shapes brought from ``system`` to degrees; None where nothing leads from the one to the other."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        # East stands before north in files, and longitude before latitude, whatever the system's own order is.
        to_degrees = Transformer.from_crs(system, WGS84, always_xy=True)
        moved: Shapes = shapely.transform(shapes, to_degrees.transform, interleaved=False)
    except ProjError:
        return None
    return moved


def _lands(moved: Shapes, system: _System) -> bool:
    """Whether the shapes, in degrees, lie where their system is meant for, or near that."""
    area = system.crs.area_of_use
    if area is None or not shapely.get_num_coordinates(moved).any():
        return True
    west, south, east, north = shapely.total_bounds(moved)
    inside = south >= area.south - _NEAR and north <= area.north + _NEAR
    # An area of use that crosses the date line says so by its west being east of its east.
    across = area.west > area.east
    return bool(inside and (across or (west >= area.west - _NEAR and east <= area.east + _NEAR)))


@lru_cache(maxsize=8)
def _system(text: str) -> _System | None:
    """The system that a file names, by a code or by WKT; None where that names none on a map of the earth."""
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    coded = _CODED.fullmatch(text.strip())
    try:
        # Nothing else is understood: other ways to name a system can name files.
        if coded:
            system = CRS.from_epsg(int(coded[1]))
        elif _CRS84.fullmatch(text.strip()):
            system = CRS.from_epsg(WGS84)
        else:
            system = CRS.from_wkt(text)
        if not (system.is_geographic or system.is_projected):
            return None
        code = system.to_epsg(min_confidence=_SURE)
        if code is not None:
            return _System(CRS.from_epsg(code), f"EPSG:{code}")
    except (ProjError, UnicodeError):
        return None
    return _System(system, printable(system.name))


def _given(code: int) -> _System:
    system = _system(f"EPSG:{code}")
    if system is None:
        raise CallError(words.NO_CRS.format(code=code))
    return system
