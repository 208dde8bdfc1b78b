"""Outlines from shapes: crossed rings mended, parts of one area joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import Polygon

from ilp_core.collect.areas.files import QUIET

#: What shapely raises for shapes that cannot be worked on.
_WRONG = (shapely.errors.ShapelyError, ValueError, ArithmeticError)


@QUIET
def polygons(drawn: Any | None) -> Any | None:
    """The polygons of a shape, mended where their rings cross; None where it has none."""
    if drawn is None:
        return None
    try:
        mended = drawn if drawn.is_valid else shapely.make_valid(drawn)
        # Mending can leave a collection that holds multi-polygons beside stray lines: two levels of parts.
        parts = shapely.get_parts(shapely.get_parts(mended))
        found = [part for part in parts if isinstance(part, Polygon) and part.area > 0]
        return shapely.union_all(found) if found else None
    except _WRONG:
        return None


@QUIET
def joined(parts: Sequence[Any]) -> str | None:
    """One area's outline as a GeoJSON geometry; None where its parts cannot be joined."""
    try:
        outline: str = shapely.to_geojson(shapely.union_all(parts))
    except _WRONG:
        return None
    return outline
