"""Metres and feet on a map: which coordinate system a file's numbers are of, told by where they land."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ilp_core.collect.points import Extent

if TYPE_CHECKING:
    from pyproj import Proj

#: National grids and Web Mercator, by EPSG code (EPSG registry): Great Britain, Ireland (2), France, Netherlands,
#: Belgium (2), Switzerland (2), Sweden, Finland, Italy (2), Portugal, Germany (4), Austria, New Zealand.
_GRIDS: Final = (
    27700, 2157, 29903, 2154, 28992, 31370, 3812, 2056, 21781, 3006, 3067, 3003, 3004, 3763,
    31466, 31467, 31468, 31469, 31287, 2193,
)  # fmt: skip
_MERCATOR: Final = 3857
#: State plane zones of NAD 83 in feet and metres; UTM of WGS 84. Later realisations of the same systems lie within
#: two metres of these and are not told apart [this project's choice].
_STATE_PLANE: Final = re.compile(
    r"NAD83 / (?!UTM|BLM|Conus|MTM|Teranet|Ontario|Great|Canada|Quebec|MTQ|Alberta|BC |NWT|Yukon|Statistics|USFS"
    r"|TWDB|NCRS|.*(?:Albers|LCC|GIC|CS2000|Mercator|TM\b|Lambert|Mapping|Offshore))"
    r"[A-Z][A-Za-z ]+\d*(?: \((?:ft|ftUS)\))?"
)
_UTM: Final = re.compile(r"WGS 84 / UTM zone \d+[NS]")

#: Two systems that put the same numbers closer together than this are one, in degrees (about 300 m).
_SAME: Final = 0.003
#: A city's points may reach this far over the edge of a system's own area, in degrees [this project's choice].
_OVER: Final = 0.3
#: Data wider than this in either direction is no agency's, in degrees [this project's choice].
_WIDEST: Final = 12.0

#: Words in column names that name a system, and what the names of its kin look like.
_SAID: Final = (
    (frozenset({"state", "plane"}), _STATE_PLANE),
    (frozenset({"utm"}), _UTM),
    (frozenset({"bng"}), re.compile("OSGB.*")),
    (frozenset({"osgb"}), re.compile("OSGB.*")),
    (frozenset({"osgb36"}), re.compile("OSGB.*")),
    (frozenset({"mercator"}), re.compile(".*Pseudo-Mercator")),
    (frozenset({"lambert"}), re.compile(".*Lambert.*")),
)


@dataclass(frozen=True, slots=True)
class System:
    """A projected system by its EPSG code and name, and the box in which it is meant to be used, in degrees."""

    crs: int
    name: str
    box: Extent


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a file's middle lands if its numbers are of ``system``: degrees, and the time zone there."""

    system: System
    lat: float
    lon: float
    zone: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The 1, 50 and 99 % points of a column of numbers."""

    low: float
    middle: float
    high: float


def zone_at(lat: float, lon: float) -> str:
    """The time zone of a position in degrees; empty at sea and off the globe."""
    from tzfpy import get_tz

    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return ""
    zone = str(get_tz(lon, lat))
    return "" if zone.startswith("Etc/") else zone


def recognise(
    east: Spread, north: Spread, *, zone: str | None, extent: Extent | None, said: Sequence[str]
) -> list[Landing]:
    """The systems that the numbers can be of, the likeliest kind first.

    The middle must land on land, in the system's own area, and inside ``extent`` where that is known, else in
    ``zone`` where that is; the bulk must stay in the system's area too. ``said`` are the words of the columns' names.
    """
    found: list[Landing] = []
    for system in _systems():
        landing = _landing(system, east, north)
        if landing is None or not landing.zone:
            continue
        if extent is not None and not _inside(landing.lat, landing.lon, extent, 0):
            continue
        if extent is None and zone is not None and landing.zone != zone:
            continue
        if any(abs(landing.lat - one.lat) < _SAME and abs(landing.lon - one.lon) < _SAME for one in found):
            continue
        found.append(landing)
    words = set(said)
    for names, pattern in _SAID:
        named = [landing for landing in found if pattern.fullmatch(landing.system.name)]
        if names <= words and named:
            return named
    return found


def landing_of(crs: int, east: Spread, north: Spread) -> Landing | None:
    """Where the middle lands in the system with EPSG code ``crs``; None where there is no such system, or it lands
    nowhere."""
    from pyproj.exceptions import CRSError

    world = Extent(-90, -180, 90, 180)
    try:
        landing = _landing(System(crs, "", world), east, north)
    except CRSError:
        return None
    return landing and replace(landing, system=replace(landing.system, name=_name_of(crs)))


def is_projected(crs: int) -> bool:
    """Whether there is a system in metres or feet with EPSG code ``crs``."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return bool(CRS.from_epsg(crs).is_projected)
    except CRSError:
        return False


def _name_of(crs: int) -> str:
    from pyproj import CRS

    return str(CRS.from_epsg(crs).name)


def _landing(system: System, east: Spread, north: Spread) -> Landing | None:
    turn = _turner(system.crs)
    lon, lat = turn(east.middle, north.middle, inverse=True)
    if not _inside(lat, lon, system.box, 0):
        return None
    corners = [turn(x, y, inverse=True) for x in (east.low, east.high) for y in (north.low, north.high)]
    if not all(_inside(corner_lat, corner_lon, system.box, _OVER) for corner_lon, corner_lat in corners):
        return None
    if any(max(side) - min(side) > _WIDEST for side in zip(*corners, strict=True)):
        return None
    return Landing(system, lat, lon, zone_at(lat, lon))


def _inside(lat: float, lon: float, box: Extent, over: float) -> bool:
    return box.south - over <= lat <= box.north + over and box.west - over <= lon <= box.east + over


@lru_cache(maxsize=1)
def _systems() -> tuple[System, ...]:
    """National grids, state plane, UTM, Web Mercator: of two that land together the first is meant."""
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    known: dict[int, System] = {}
    for info in query_crs_info(auth_name="EPSG", pj_types=PJType.PROJECTED_CRS):
        if info.area_of_use is not None:
            west, south, east, north = info.area_of_use.bounds
            known[int(info.code)] = System(int(info.code), info.name, Extent(south, west, north, east))
    planes = sorted(
        (system for system in known.values() if _STATE_PLANE.fullmatch(system.name)), key=lambda one: one.crs
    )
    utm = [system for system in known.values() if _UTM.fullmatch(system.name)]
    grids = [known[crs] for crs in _GRIDS if crs in known]
    return (*grids, *planes, *utm, known[_MERCATOR])


@lru_cache(maxsize=512)
def _turner(crs: int) -> Proj:
    from pyproj import Proj

    return Proj(f"EPSG:{crs}")
