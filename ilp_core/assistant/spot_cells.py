"""The privacy cell of a nominated spot: 150 m wide, named, and all that is kept of a position (guard-rail G16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import floor
from typing import Final

from ilp_core.analyse.hotspots import Scope, blocks_in
from ilp_core.assistant.hotspots import Ground
from ilp_core.domain.blocks import block_label
from ilp_core.domain.places import PRIVACY_CELL_M, Place, Point

#: How far from a shared position a block's name is looked for, in metres [this project's choice].
_NAMED_WITHIN_M: Final = 400


def cell_of(ground: Ground, point: Point, label: str) -> Place:
    """The privacy cell round ``point``, by its middle; the point itself goes no further (G16)."""
    x, y = ground.project(point)
    east, north = ((floor(metres / PRIVACY_CELL_M) + 0.5) * PRIVACY_CELL_M for metres in (x, y))
    middle = ground.locate(east, north)
    return Place(label, round(middle.lat, 5), round(middle.lon, 5), PRIVACY_CELL_M // 2)


def cell_near(ground: Ground, point: Point, at: datetime) -> Place | None:
    """The cell round a shared position, named by the nearest block on file; None where no record is near."""
    cell = cell_of(ground, point, "")
    x, y = ground.project(Point(cell.lat, cell.lon))
    blocks = blocks_in(ground.city, Scope(x=x, y=y, radius=_NAMED_WITHIN_M), at.timestamp())
    if not blocks:
        return None
    nearest = min(blocks, key=lambda name: ((blocks[name][0] - x) ** 2 + (blocks[name][1] - y) ** 2, name))
    return replace(cell, label=block_label(nearest))
