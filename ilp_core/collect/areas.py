"""Areas come in: the features of a GeoJSON file, each a beat, a district or another kind of area."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import shapely
from shapely.geometry import Polygon, shape

from ilp_core.collect.area_codes import recorded_codes
from ilp_core.collect.reading import first_bytes
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.places import AREA_KINDS, Area, AreaKind, AreaRef, area_key
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Store, UnitOfWork

#: More than this share of features rejected, and the file is not what it was taken for.
_MOST_REJECTED: Final = 0.5


@dataclass(frozen=True, slots=True)
class AreaReport:
    """What a file of areas brought. Features with one code are one area; ``areas = added + changed + same``."""

    file: str
    kind: AreaKind
    features: int
    areas: int
    added: int
    changed: int
    same: int
    rejected: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "file": self.file,
            "kind": self.kind,
            "features": self.features,
            "areas": self.areas,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "rejected": dict(self.rejected),
        }


@dataclass(slots=True)
class _Found:
    """One code's features so far: its spelling, its name and the shapes."""

    code: str
    name: str | None
    shapes: list[Any]


async def load_areas(
    store: Store,
    path: Path,
    *,
    kind: str,
    code_field: str,
    name_field: str | None = None,
    by: str,
    now: datetime,
) -> AreaReport:
    """Load the areas of a GeoJSON file (also gzipped) and say what it brought.

    ``code_field`` and ``name_field`` name properties, in any case. An area keeps the code that incident records
    use, where they name it. Raises CallError where the file cannot be used and WorkError where more than half of
    its features were rejected; then nothing was stored. The same file a second time changes nothing.
    """
    wanted = next((each for each in AREA_KINDS if each == kind.casefold()), None)
    if wanted is None:
        raise CallError(f"There is no kind of area {kind}. The kinds are: {', '.join(AREA_KINDS)}.")
    features = _features(path)
    code_name = _property(features, code_field, path.name)
    label = _property(features, name_field, path.name) if name_field else None
    found, rejected = _collected(features, code_name, label)
    if sum(rejected.values()) > len(features) * _MOST_REJECTED:
        reasons = ", ".join(f"{reason}: {count}" for reason, count in rejected.items())
        raise WorkError(
            f"{rejected.total()} of {len(features)} features of {path.name} were rejected ({reasons}). "
            "Nothing was stored. Check the file and the name of its code field."
        )
    outlines = {key: _outline(each.shapes, path.name) for key, each in found.items()}
    async with store.write() as uow:
        changes = await _keep(uow, wanted, found, outlines)
        await append(uow, AuditEntry(by, "import", "areas", "done", "command", {"kind": wanted, **changes}), now)
    return AreaReport(
        file=path.name,
        kind=wanted,
        features=len(features),
        areas=len(found),
        added=changes["added"],
        changed=changes["changed"],
        same=changes["same"],
        rejected=dict(rejected),
    )


async def _keep(
    uow: UnitOfWork, kind: AreaKind, found: Mapping[str, _Found], outlines: Mapping[str, str]
) -> Counter[str]:
    recorded = recorded_codes(await uow.loads.all()).get(kind, {})
    present = {area_key(area.ref.code): area for area in await uow.areas.all() if area.ref.kind == kind}
    changes: Counter[str] = Counter()
    for key, each in found.items():
        code = recorded.get(key, each.code)
        earlier = present.get(key)
        name = each.name or (earlier.name if earlier else code)
        changes[await uow.areas.save(Area(AreaRef(kind, code), name, outlines[key]))] += 1
    return changes


def _features(path: Path) -> list[dict[str, Any]]:
    head = first_bytes(path)
    no_areas = CallError(f"{path.name} is not a GeoJSON file of areas. Export the areas as GeoJSON.")
    try:
        text = gzip.decompress(path.read_bytes()) if head.startswith(b"\x1f\x8b") else path.read_bytes()
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, OSError, EOFError, zlib.error, RecursionError):
        raise no_areas from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise no_areas
    if not features:
        raise CallError(f"{path.name} holds no areas. Export it again.")
    return features


def _property(features: list[dict[str, Any]], wanted: str, file: str) -> str:
    """The file's own spelling of a property."""
    names: list[str] = list(dict.fromkeys(name for feature in features for name in _properties(feature)))
    for name in names:
        if name.casefold() == wanted.strip().casefold():
            return name
    raise CallError(f"{file} has no field {wanted}. Its fields are: {', '.join(names) or 'none'}.")


def _collected(
    features: list[dict[str, Any]], code_name: str, label: str | None
) -> tuple[dict[str, _Found], Counter[str]]:
    """Features by area key, in order of the file, and what was rejected by reason."""
    found: dict[str, _Found] = {}
    rejected: defaultdict[str, int] = defaultdict(int)
    for feature in features:
        properties = _properties(feature)
        code = _text(properties.get(code_name))
        outline = _polygons(feature.get("geometry"))
        if not code:
            rejected["no code"] += 1
        elif outline is None:
            rejected["no outline"] += 1
        else:
            name = _text(properties.get(label)) if label else ""
            each = found.setdefault(area_key(code), _Found(code, name or None, []))
            each.shapes.append(outline)
    return found, Counter(rejected)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a feature; none where it has no object of them."""
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _text(value: object) -> str:
    """A property as text; a whole number that was written as a fraction loses it. Half a sign is no text."""
    if value is None or any("\ud800" <= sign <= "\udfff" for sign in str(value)):
        return ""
    return str(value).strip().removesuffix(".0")


def _polygons(geometry: object) -> Any | None:
    """The polygons of a GeoJSON geometry, mended where their rings cross; None where it has none."""
    if not isinstance(geometry, dict):
        return None
    try:
        drawn = shape(geometry)
        mended = drawn if drawn.is_valid else shapely.make_valid(drawn)
    except (shapely.errors.ShapelyError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError):
        # What a file writes as a geometry can be wrong in every way that these name.
        return None
    # Mending can leave a collection that holds multi-polygons beside stray lines: two levels of parts.
    parts = shapely.get_parts(shapely.get_parts(mended))
    polygons = [part for part in parts if isinstance(part, Polygon) and part.area > 0]
    return shapely.union_all(polygons) if polygons else None


def _outline(shapes: list[Any], file: str) -> str:
    """One area's outline as a GeoJSON geometry. Raises CallError where it is not in degrees."""
    whole = shapely.union_all(shapes)
    west, south, east, north = whole.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise CallError(f"The coordinates of {file} are not in degrees. Export it again in WGS 84 (EPSG:4326).")
    text: str = shapely.to_geojson(whole)
    return text
