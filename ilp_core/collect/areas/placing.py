"""Areas by position: a record that names no area of a kind gets the one whose outline it lies in.

This happens when a frame is built, not when a file is loaded: what a record says stays as it is, and outlines that
come later or are redrawn hold for all records at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ilp_core.collect.areas.placement import NOWHERE, agreement, fill, outlines, place
from ilp_core.collect.projection import unproject
from ilp_core.collect.records import Records
from ilp_core.domain.places import AREA_KINDS, Area

Column = npt.NDArray[Any]


def by_position(
    column: Mapping[str, Column], words: Mapping[str, tuple[str, ...]], areas: Sequence[Area], crs: int
) -> tuple[dict[str, Column], dict[str, tuple[str, ...]]]:
    """Columns and vocabularies of a frame with an area for every record that names none but lies in one.

    ``areas`` are of all kinds; ``crs`` is the EPSG code of the columns x and y. Nothing given is changed.
    """
    placed, longer = dict(column), dict(words)
    for kind in AREA_KINDS:
        drawn = [area for area in areas if area.ref.kind == kind and area.outline]
        blank = np.flatnonzero((column[kind] == NOWHERE) & np.isfinite(column["x"]))
        if not drawn or not len(blank):
            continue
        lat, lon = unproject(crs, column["x"][blank], column["y"][blank])
        stated = np.full(len(blank), NOWHERE, dtype=np.int32)
        codes, longer[kind], filled = fill(stated, words[kind], outlines(drawn), lat, lon)
        if filled:
            placed[kind] = column[kind].copy()
            placed[kind][blank] = codes
    return placed, longer


def compared(records: Records, areas: Sequence[Area]) -> dict[str, dict[str, Any]]:
    """Per kind of area with outlines, how the areas that records name agree with their positions, and how many
    records that name none lie in one."""
    agreed: dict[str, dict[str, Any]] = {}
    for kind in AREA_KINDS:
        drawn = [area for area in areas if area.ref.kind == kind and area.outline]
        if not drawn:
            continue
        shapes = outlines(drawn)
        blank = np.array([not word for word in records.words[kind]] or [True])
        stated = np.where(blank[records.places[kind]], NOWHERE, records.places[kind]).astype(np.int32)
        placed = place(shapes, records.lat, records.lon)
        found = agreement(stated, records.words[kind], placed, shapes, records.located)
        filled = int(((stated == NOWHERE) & (placed != NOWHERE)).sum())
        agreed[kind] = {**found.as_json(), "filled": filled}
    return agreed
