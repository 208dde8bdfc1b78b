"""Areas come in: the features of a file, each a beat, a district or another kind of area, or a part of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ilp_core.collect.areas.codes import recorded_codes
from ilp_core.collect.areas.degrees import in_degrees
from ilp_core.collect.areas.fields import field_named, text, which_code
from ilp_core.collect.areas.files import Features, Shapes, printable, read_features
from ilp_core.collect.areas.outlines import joined, polygons
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.places import AREA_KINDS, Area, AreaKind, AreaRef, area_key
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Store, UnitOfWork
from ilp_core.words import areas as words

#: More than this share of features rejected, and the file is not what it was taken for.
_MOST_REJECTED: Final = 0.5


@dataclass(frozen=True, slots=True)
class AreaReport:
    """What a file of areas brought. Features with one code are one area; ``areas = added + changed + same``.

    ``crs`` is the coordinate system that the file was read in, ``mended`` how many features had rings that cross.
    """

    file: str
    kind: AreaKind
    features: int
    areas: int
    added: int
    changed: int
    same: int
    rejected: Mapping[str, int]
    crs: str
    mended: int

    def as_json(self) -> dict[str, object]:
        """The report as a JSON object."""
        return asdict(self)


@dataclass(slots=True)
class _Found:
    """One code's features so far: its spelling, its name and the shapes."""

    code: str
    name: str | None
    shapes: list[Any]


@dataclass(frozen=True, slots=True)
class _Collected:
    """Features by area key, in order of the file; what was rejected by reason; how many were mended."""

    found: dict[str, _Found]
    rejected: Counter[str]
    mended: int


async def load_areas(
    store: Store,
    path: Path,
    *,
    kind: str,
    code_field: str | None,
    name_field: str | None = None,
    crs: int | None = None,
    layer: str | None = None,
    by: str,
    now: datetime,
) -> AreaReport:
    """Load the areas of a GeoJSON file, a GeoPackage or a Shapefile and say what it brought.

    ``code_field`` and ``name_field`` name properties, in any case; without a ``code_field`` the file is refused with
    a sentence that proposes one. ``crs`` is the EPSG code of the coordinates where the file does not name it,
    ``layer`` chooses one of several layers. An area keeps the code that incident records use, where they name it.
    Raises CallError where the file cannot be used and WorkError where more than half of its features were rejected;
    then nothing was stored. The same file a second time changes nothing.
    """
    wanted = next((each for each in AREA_KINDS if each == kind.casefold()), None)
    if wanted is None:
        raise CallError(words.NO_KIND.format(kind=printable(kind), kinds=", ".join(AREA_KINDS)))
    features = read_features(path, layer=layer)
    if code_field is None:
        async with store.read() as uow:
            known = [area.ref.code for area in await uow.areas.all() if area.ref.kind == wanted]
        raise which_code(features, known, path.name)
    code_name = field_named(features, code_field, path.name)
    label = field_named(features, name_field, path.name) if name_field else None
    shapes, system = in_degrees(features, crs, path.name)
    collected = _collected(features, shapes, code_name, label)
    _refuse_if_spoiled(collected, len(features.properties), path.name)
    outlines = _outlines(collected.found, path.name)
    async with store.write() as uow:
        changes = await _keep(uow, wanted, collected.found, outlines)
        await append(uow, AuditEntry(by, "import", "areas", "done", "command", {"kind": wanted, **changes}), now)
    return AreaReport(
        file=path.name,
        kind=wanted,
        features=len(features.properties),
        areas=len(collected.found),
        added=changes["added"],
        changed=changes["changed"],
        same=changes["same"],
        rejected=dict(collected.rejected),
        crs=system,
        mended=collected.mended,
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


def _collected(features: Features, shapes: Shapes, code_name: str, label: str | None) -> _Collected:
    found: dict[str, _Found] = {}
    rejected: Counter[str] = Counter()
    mended = 0
    for properties, drawn in zip(features.properties, shapes, strict=True):
        code = text(properties.get(code_name))
        outline = polygons(drawn) if code else None
        if not code:
            rejected["no code"] += 1
        elif outline is None:
            rejected["no outline"] += 1
        else:
            mended += not drawn.is_valid
            name = text(properties.get(label)) if label else ""
            each = found.setdefault(area_key(code), _Found(code, name or None, []))
            each.shapes.append(outline)
    return _Collected(found, rejected, mended)


def _refuse_if_spoiled(collected: _Collected, features: int, file: str) -> None:
    rejected = collected.rejected
    if rejected.total() > features * _MOST_REJECTED:
        reasons = ", ".join(f"{reason}: {count}" for reason, count in rejected.items())
        raise WorkError(
            words.REJECTED.format(rejected=rejected.total(), features=features, file=file, reasons=reasons)
        )


def _outlines(found: Mapping[str, _Found], file: str) -> dict[str, str]:
    outlines = {}
    for key, each in found.items():
        outline = joined(each.shapes)
        if outline is None:
            raise CallError(words.NOT_JOINED.format(code=printable(each.code), file=file))
        outlines[key] = outline
    return outlines
