"""The ring round treated places: where crime may have been moved to, or where the calm may have spread.

A ring is what lies within some width of the places of one group and in none of the places of either: the nearby
catchment area of Bowers & Johnson 2003 (Journal of Quantitative Criminology 19:275). Its own control is the ring
round the control places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from ilp_core.analyse.effect.wdd import Counts
from ilp_core.analyse.frame import IncidentFrame, Rows

#: Two blocks of a North American street grid, about 100 m each: catchment areas of the field are one or two blocks
#: wide (Weisburd et al. 2006, Criminology 44:549). In metres.
RING_M: Final = 200.0
#: Corners in a quarter of a circle: its area is 0.2 % short of a true circle's.
_CORNERS: Final = 16


@dataclass(frozen=True)
class Place:
    """A place to act at or to compare with: its name, and its shape in projected metres."""

    name: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Areas:
    """The four areas of an evaluation, none overlapping another, in projected metres."""

    treated: shapely.Geometry
    control: shapely.Geometry
    displaced: shapely.Geometry
    displaced_control: shapely.Geometry

    @property
    def all(self) -> tuple[shapely.Geometry, shapely.Geometry, shapely.Geometry, shapely.Geometry]:
        """Treated, control, and the rings round them."""
        return self.treated, self.control, self.displaced, self.displaced_control


def circle(name: str, x: float, y: float, radius: float) -> Place:
    """A round place of ``radius`` metres about a point."""
    return Place(name, shapely.Point(x, y).buffer(radius, quad_segs=_CORNERS))


def areas_of(treated: Sequence[Place], control: Sequence[Place], width: float = RING_M) -> Areas:
    """The places of both groups and the rings of ``width`` metres round them; no width, no rings.

    Where a control ring would reach into the treated ring, the treated one keeps the ground. Raises ValueError where
    a treated and a control place overlap.
    """
    places, others = _union(treated), _union(control)
    if shapely.area(shapely.intersection(places, others)) > 0:
        raise ValueError("a control place overlaps a treated one")
    nothing = shapely.Polygon()
    if width <= 0:
        return Areas(places, others, nothing, nothing)
    taken = shapely.union(places, others)
    near = shapely.difference(places.buffer(width, quad_segs=_CORNERS), taken)
    far = shapely.difference(others.buffer(width, quad_segs=_CORNERS), shapely.union(taken, near))
    return Areas(places, others, near, far)


def own_ring(place: Place, width: float, without: shapely.Geometry) -> shapely.Geometry:
    """The ring round one place alone, less the ground ``without``."""
    return shapely.difference(place.shape.buffer(width, quad_segs=_CORNERS), shapely.union(place.shape, without))


def rows_in(frame: IncidentFrame, rows: Rows, shape: shapely.Geometry) -> Rows:
    """Of ``rows`` those whose position lies in ``shape`` or on its edge."""
    if shape.is_empty:
        return rows[:0]
    x, y = frame.column["x"][rows], frame.column["y"][rows]
    west, south, east, north = shape.bounds
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    shapely.prepare(shape)
    held: Rows = rows[near[shapely.intersects_xy(shape, x[near], y[near])]]
    return held


def displacement_quotient(counts: Counts) -> float | None:
    """The weighted displacement quotient (Bowers & Johnson 2003): what the ring gained for what the places gained.

    Above 1 the ring gained more, 0 to 1 less, by which calm spread; -1 to 0 crime moved, but less than was
    prevented; below -1 more moved than was prevented. It has no interval, which is why the difference goes before it
    (Wheeler & Ratcliffe 2018). None where the places gained nothing on the control, or a control count is 0.
    """
    control = counts.control
    if not (control.before and control.after):
        return None
    gained = counts.treated.after / control.after - counts.treated.before / control.before
    if gained >= 0 or math.isclose(gained, 0, abs_tol=1e-12):
        return None
    return (counts.displaced.after / control.after - counts.displaced.before / control.before) / gained


def _union(places: Iterable[Place]) -> shapely.Geometry:
    return shapely.union_all([place.shape for place in places])
