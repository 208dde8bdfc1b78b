"""Which columns hold positions: degrees in two columns or one, or metres and feet of a system told by its landing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ilp_core.collect.generic.names import LIKE, NameScores, simple
from ilp_core.collect.generic.points_in_text import split_point
from ilp_core.collect.generic.systems import Landing, Spread, landing_of, recognise, zone_at
from ilp_core.collect.generic.traits import MOST, Traits
from ilp_core.collect.generic.understood import Grid, Hints, Match, Question
from ilp_core.collect.points import Extent
from ilp_core.words import mapping as words

#: So many columns named like a latitude or longitude are tried with one another [this project's choice].
_TRIED: Final = 6
#: So many systems are offered to choose from; with more, only --crs can tell [this project's choice].
_OFFERED: Final = 8
#: Metres and feet on a map lie beyond any degrees.
_LEAST_METRES: Final = 200.0
_LEAST_DECIMALS: Final = 0.3
_LOOKED: Final = 2_000
#: A misspelt name of one word is taken for a latitude from this likeness on [this project's choice].
_ONE_WORD: Final = 85.0
#: Words that say which way a column counts; X and Y are used either way round.
_NORTH: Final = frozenset({"northing", "northings", "north", "norte", "nord", "noord", "hochwert", "nordwert"})
_EAST: Final = frozenset({"easting", "eastings", "east", "este", "est", "ost", "oost", "rechtswert", "ostwert"})
_POSITIONAL: Final = frozenset(
    {
        "lat", "latitude", "latitud", "latitudine", "lon", "long", "lng", "longitude", "longitud", "longitudine", "x",
        "y", "northing", "easting", "northings", "eastings", "hochwert", "rechtswert", "breite", "breitengrad",
        "lange", "langengrad", "breedtegraad", "lengtegraad", "norte", "este", "nord", "est", "xcoord", "ycoord",
        "xcoordinate", "ycoordinate",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """Where a file's positions stand: the matches of ``lat`` and ``lon``, or of ``point``; none where it has none.

    ``crs`` is the EPSG code of metres or feet and ``grid`` their numbers; ``zone`` is that of the file's middle.
    """

    matches: Mapping[str, Match]
    crs: int | None = None
    zone: str = ""
    question: Question | None = None
    notes: tuple[str, ...] = ()
    grid: Grid | None = None


def find_position(columns: Mapping[str, Traits], names: NameScores, hints: Hints) -> Position:
    """The columns of ``columns`` that hold positions: degrees by name before one column of points, points before
    metres and feet, and degrees known by their values alone last."""
    pairs = _pairs(columns, names)
    in_degrees = [pair for pair in pairs if _degrees(pair.lat, pair.lon) or _degrees(pair.lon, pair.lat)]
    if in_degrees and not hints.crs:
        return _in_degrees(in_degrees[0], hints)
    point = _point(columns, names)
    if point is not None and not hints.crs:
        return _one_column(point, hints)
    in_metres = [pair for pair in pairs if _metres(pair.lat) and _metres(pair.lon)]
    if in_metres:
        return _in_metres(in_metres[0], hints)
    if in_degrees:
        found = _in_degrees(in_degrees[0], hints)
    else:
        found = _one_column(point, hints) if point is not None else _by_values(columns, names, hints)
    if hints.crs and found.matches:
        found = replace(found, notes=(*found.notes, words.CRS_NOT_USED.format(crs=hints.crs)))
    return found


@dataclass(frozen=True, slots=True)
class _Pair:
    lat: Traits
    lon: Traits
    score: float


def _pairs(columns: Mapping[str, Traits], names: NameScores) -> list[_Pair]:
    """Columns named like latitude and longitude, the best pair first."""

    def named(field: str, other: str) -> list[str]:
        fitting = [
            name
            for name, column in columns.items()
            if column.numbers >= MOST
            and names.of(name, field) >= LIKE
            and names.of(name, field) > names.of(name, other)
            and _says_position(name, names.of(name, field))
        ]
        return sorted(fitting, key=lambda name: -names.of(name, field))[:_TRIED]

    found = []
    for lat in named("lat", "lon"):
        for lon in named("lon", "lat"):
            # The two names of a pair are built alike: "Blurred_Latitude" goes with "Blurred_Longitude".
            alike = 10 if len(simple(lat).split()) == len(simple(lon).split()) else 0
            found.append(_Pair(columns[lat], columns[lon], names.of(lat, "lat") + names.of(lon, "lon") + alike))
    return sorted(found, key=lambda pair: -pair.score)


def _says_position(name: str, score: float) -> bool:
    """Whether a name is more than like another one in its other words, as "incident code" is."""
    said = simple(name).split()
    return bool(_POSITIONAL & set(said)) or (len(said) == 1 and score >= _ONE_WORD)


def _degrees(lat: Traits, lon: Traits) -> bool:
    wide = max(abs(lat.low), abs(lat.high)) <= 90 and max(abs(lon.low), abs(lon.high)) <= 180
    return wide and min(lat.decimals, lon.decimals) >= _LEAST_DECIMALS


def _metres(column: Traits) -> bool:
    return abs(column.middle) >= _LEAST_METRES


def _match(column: Traits, score: float, what: str, share: float) -> Match:
    why = words.BECAUSE_BOTH.format(share=round(100 * share), what=what)
    return Match((column.name,), round(score), why, column.samples)


def _in_degrees(pair: _Pair, hints: Hints) -> Position:
    lat, lon = pair.lat, pair.lon
    notes: tuple[str, ...] = ()
    if _swapped(lat, lon, hints):
        lat, lon, notes = lon, lat, (words.SWAPPED,)
    score = min(100.0, 0.3 * pair.score + 40)
    matches = {
        "lat": _match(lat, score, words.WHAT_NUMBERS, lat.numbers),
        "lon": _match(lon, score, words.WHAT_NUMBERS, lon.numbers),
    }
    return Position(
        matches, zone=zone_at(lat.middle, lon.middle), notes=(*notes, *_outside(lat.middle, lon.middle, hints))
    )


def _swapped(lat: Traits, lon: Traits, hints: Hints) -> bool:
    """Whether the columns named latitude and longitude hold each other's values."""
    if not _degrees(lon, lat):
        return False
    if not _degrees(lat, lon):
        return True
    if hints.extent is not None:
        return not _in(lat.middle, lon.middle, hints.extent) and _in(lon.middle, lat.middle, hints.extent)
    zone = hints.zone or hints.first_zone
    if zone is not None:
        return zone_at(lat.middle, lon.middle) != zone and zone_at(lon.middle, lat.middle) == zone
    return not zone_at(lat.middle, lon.middle) and bool(zone_at(lon.middle, lat.middle))


def _in(lat: float, lon: float, box: Extent) -> bool:
    return box.south <= lat <= box.north and box.west <= lon <= box.east


def _outside(lat: float, lon: float, hints: Hints) -> tuple[str, ...]:
    if hints.extent is None or _in(lat, lon, hints.extent):
        return ()
    return (words.OUTSIDE.format(lat=lat, lon=lon),)


def _point(columns: Mapping[str, Traits], names: NameScores) -> Traits | None:
    fitting = [column for column in columns.values() if column.points >= MOST]
    return max(fitting, key=lambda column: names.of(column.name, "point"), default=None)


def _one_column(column: Traits, hints: Hints) -> Position:
    """One column of pairs, the first of which is the latitude unless the values say otherwise."""
    pairs = [split_point(word) for word in column.column.words[:_LOOKED]]
    numbers = np.array([(float(lat), float(lon)) for lat, lon in pairs if lat], dtype=np.float64)
    numbers = numbers[np.any(numbers != 0, axis=1)] if len(numbers) else numbers
    match = _match(column, 90, words.WHAT_POINTS, column.points)
    if not len(numbers):
        return Position({"point": match})
    lat, lon = (float(middle) for middle in np.median(numbers, axis=0))
    return Position({"point": match}, zone=zone_at(lat, lon), notes=_outside(lat, lon, hints))


def _spread(column: Traits) -> Spread:
    return Spread(column.low, column.middle, column.high)


def _in_metres(pair: _Pair, hints: Hints) -> Position:
    north, east = pair.lat, pair.lon
    score = min(100.0, 0.3 * pair.score + 35)
    matches = {
        "lat": _match(north, score, words.WHAT_METRES, north.numbers),
        "lon": _match(east, score, words.WHAT_METRES, east.numbers),
    }
    grid = Grid(_spread(east), _spread(north))
    if hints.crs is not None:
        return _placed(matches, hints.crs, landing_of(hints.crs, grid.east, grid.north), grid)
    said = simple(f"{north.name} {east.name}").split()
    found = _landings(grid, hints, said)
    turned = Grid(grid.north, grid.east)
    swapped = [] if found or _says_which(north, east) else _landings(turned, hints, said)
    if swapped:
        found, grid, matches = swapped, turned, {"lat": matches["lon"], "lon": matches["lat"]}
    notes = (words.SWAPPED,) if swapped else ()
    if len(found) == 1:
        position = _placed(matches, found[0].system.crs, found[0], grid)
        return replace(position, notes=(*notes, *position.notes))
    if found and len(found) <= _OFFERED:
        options = tuple(
            words.ASK_CRS_OPTION.format(
                lat=one.lat, lon=one.lon, zone=one.zone, name=one.system.name, crs=one.system.crs
            )
            for one in found
        )
        question = Question("crs", words.ASK_CRS, options, tuple(str(one.system.crs) for one in found))
        return Position(matches, question=question, notes=notes, grid=grid)
    question = Question("crs", _which_system(north.name, east.name, hints, too_many=bool(found)))
    return Position(matches, question=question, grid=grid)


def _which_system(north: str, east: str, hints: Hints, *, too_many: bool) -> str:
    """The question for a system that nothing tells, with what helps: a zone only where naming one can."""
    if hints.extent is not None:
        helps = "code" if too_many else "area"
    elif hints.zone is not None:
        helps = "code" if too_many else "zone"
    else:
        helps = "narrow" if too_many or hints.first_zone else "none"
    asked = words.NO_SYSTEM.format(lat=north, lon=east)
    return f"{asked} {words.NO_SYSTEM_HELP[helps].format(zone=hints.zone)}"


def _says_which(north: Traits, east: Traits) -> bool:
    """Whether both names tell north from east, so that numbers that fit nowhere are of another system."""
    return bool(_NORTH & set(simple(north.name).split()) and _EAST & set(simple(east.name).split()))


def _landings(grid: Grid, hints: Hints, said: list[str]) -> list[Landing]:
    return recognise(grid.east, grid.north, zone=hints.zone or hints.first_zone, extent=hints.extent, said=said)


def _placed(matches: Mapping[str, Match], crs: int, landing: Landing | None, grid: Grid) -> Position:
    if landing is None:
        return Position(matches, crs, question=Question("crs", words.CRS_UNFIT.format(crs=crs)), grid=grid)
    return Position(matches, crs, landing.zone, notes=(landing_note(landing),), grid=grid)


def landing_note(landing: Landing) -> str:
    """Where positions land, in a sentence."""
    return words.LANDS.format(
        name=landing.system.name,
        crs=landing.system.crs,
        lat=landing.lat,
        lon=landing.lon,
        zone=landing.zone or words.NO_ZONE,
    )


def _by_values(columns: Mapping[str, Traits], names: NameScores, hints: Hints) -> Position:
    """Two columns of degrees that no name tells: only where what is known of the place leaves one way to read."""
    fits = _fitting(hints)
    numbers = [column for column in columns.values() if column.numbers >= 0.95 and column.decimals >= 0.95]
    numbers = [column for column in numbers if abs(column.middle) <= 180 and column.name not in names.persons]
    found = [
        (lat, lon)
        for lat in numbers[: 2 * _TRIED]
        for lon in numbers[: 2 * _TRIED]
        if lat is not lon and _degrees(lat, lon) and fits(lat.middle, lon.middle)
    ]
    if len(found) != 1:
        return Position({}, notes=(words.NO_POSITION,))
    (lat, lon), why = found[0], words.ONLY_VALUES
    matches = {"lat": Match((lat.name,), 60, why, lat.samples), "lon": Match((lon.name,), 60, why, lon.samples)}
    return Position(matches, zone=zone_at(lat.middle, lon.middle))


def _fitting(hints: Hints) -> Callable[[float, float], bool]:
    if hints.extent is not None:
        box = hints.extent
        return lambda lat, lon: _in(lat, lon, box)
    zone = hints.zone or hints.first_zone
    if zone is not None:
        return lambda lat, lon: zone_at(lat, lon) == zone
    return lambda _lat, _lon: False
