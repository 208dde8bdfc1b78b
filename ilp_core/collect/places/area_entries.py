"""Areas of the gazetteer: beats, districts and the rest by name and code, with their middle and reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import shapely

from ilp_core.collect.places.located import Codes
from ilp_core.collect.places.patches import METRES_PER_DEGREE, Metres
from ilp_core.domain.blocks import street_label
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.places import Area, AreaKind, AreaRef, area_key
from ilp_core.words.en import places

#: An area without an outline reaches as far as this share of its records; others lie wrong [this project's choice].
_SHARE: Final = 0.9
_LEAST_M: Final = 100.0

#: A kind's codes in records and the words they are positions of.
Recorded = Mapping[AreaKind, tuple[Codes, Sequence[str]]]


def area_entries(areas: Sequence[Area], lat: Metres, lon: Metres, recorded: Recorded) -> Iterable[Entry]:
    """An entry for every area that has an outline or a located record. One element of the arrays is a record."""
    known = {(area.ref.kind, area_key(area.ref.code)): area for area in areas}
    for kind, (_, words) in recorded.items():
        for word in sorted(word for word in words if word):
            known.setdefault((kind, area_key(word)), Area(AreaRef(kind, word), word))
    placed = np.isfinite(lat) & np.isfinite(lon)
    of_records = {
        (kind, key): found
        for kind, (codes, words) in recorded.items()
        for key, found in _from_records(codes[placed], words, lat[placed], lon[placed]).items()
    }
    for (kind, key), area in sorted(known.items()):
        extent = _from_outline(area.outline) or of_records.get((kind, key), (None,))[:3]
        if extent[0] is not None:
            count = of_records[kind, key][3] if (kind, key) in of_records else 0
            yield _entry(area, extent, count)


def _entry(area: Area, extent: tuple[float, float, float], count: int) -> Entry:
    kind, code = area.ref.kind, area.ref.code
    unnamed = area_key(area.name) == area_key(code)
    label = places.AREA_LABEL[kind].format(code=code) if unnamed else _readable(area.name)
    lat, lon, reach = extent
    return Entry(
        "area", label, str(area.ref), round(lat, 6), round(lon, 6), round(max(_LEAST_M, reach) / 10) * 10,
        beat=code if kind == "beat" else "", district=code if kind == "district" else "", count=count,
        areas=(str(area.ref),),
    )  # fmt: skip


def _readable(name: str) -> str:
    """A name that shouts is written as streets are; others stay as they are."""
    return street_label(name) if name.isupper() else " ".join(name.split())


def _from_outline(outline: str | None) -> tuple[float, float, float] | None:
    """A point inside near the centroid, and how far the outline reaches from it in metres."""
    if outline is None:
        return None
    try:
        shape = shapely.from_geojson(outline)
    except shapely.errors.ShapelyError:
        return None
    if shape is None or shape.is_empty:
        return None
    point = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    west, south, east, north = shape.bounds
    narrower = float(np.cos(np.radians(point.y)))
    wide = max(point.x - west, east - point.x) * narrower
    return point.y, point.x, float(np.hypot(wide, max(point.y - south, north - point.y))) * METRES_PER_DEGREE


def _from_records(
    codes: Codes, words: Sequence[str], lat: Metres, lon: Metres
) -> dict[str, tuple[float, float, float, int]]:
    """By area key: the median position of the records that name it, their reach in metres, and how many they are."""
    keys = [area_key(word) if word else "" for word in words]
    table = {key: place for place, key in enumerate(sorted(set(keys) - {""}))}
    # Numbers of 16 bits are sorted in one go; no agency has more areas than they count.
    narrow = np.int16 if len(table) < np.iinfo(np.int16).max else np.int64
    code = np.array([*(table.get(key, -1) for key in keys), -1], dtype=narrow)[codes]
    order = np.argsort(code, kind="stable")
    ends = np.searchsorted(code[order], np.arange(len(table) + 1))
    found = {}
    for key, place in table.items():
        rows = order[ends[place] : ends[place + 1]]
        if len(rows):
            north, east = float(np.median(lat[rows])), float(np.median(lon[rows]))
            away = np.hypot(lat[rows] - north, (lon[rows] - east) * np.cos(np.radians(north))) * METRES_PER_DEGREE
            found[key] = (north, east, float(np.quantile(away, _SHARE)), len(rows))
    return found
