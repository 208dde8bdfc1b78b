"""Coordinates as a source writes them: which of them are places, and which only look like ones."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ilp_core.collect.coded import Coded

Degrees = npt.NDArray[np.float64]

#: With fewer located rows than this a file's own middle says little, and the first load's extent is used.
_ENOUGH_ROWS: Final = 100
#: So many located rows, none of which lies in that extent, are of another place [this project's choice].
_ELSEWHERE: Final = 10
#: The box reaches this many median deviations from the median, and at least this many degrees.
_DEVIATIONS: Final = 10.0
_LEAST_DEGREES: Final = 0.5
#: Two positions closer than this are one null point, in degrees (about 0.1 m).
_SAME_POINT: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Extent:
    """The box outside which a position cannot be the agency's, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def as_text(self) -> str:
        """The box as JSON, for a setting."""
        return json.dumps(asdict(self))


def extent_from(text: str) -> Extent:
    """Read what ``Extent.as_text`` wrote."""
    return Extent(**json.loads(text))


def degrees(texts: Coded) -> Degrees:
    """The numbers of a column; NaN where a text is none."""
    try:
        # Arrow reads ten times as fast, and gives up at the first text that is no number.
        words = pa.array([word or "nan" for word in texts.words], pa.string())
        numbers: Degrees = pc.cast(words, pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        numbers = np.fromiter(map(_number, texts.words), dtype=np.float64, count=len(texts.words))
    return numbers[texts.codes]


def _number(text: str) -> float:
    if not text:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return math.nan


def usable(lat: Degrees, lon: Degrees, null_points: Sequence[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Where a pair is a position on Earth and not a sign for "unknown": blank, 0,0 or one of ``null_points``."""
    with np.errstate(invalid="ignore"):
        fits = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
        for null_lat, null_lon in ((0.0, 0.0), *null_points):
            fits &= ~((np.abs(lat - null_lat) < _SAME_POINT) & (np.abs(lon - null_lon) < _SAME_POINT))
    return fits


def extent_of(lat: Degrees, lon: Degrees, earlier: Extent | None) -> Extent | None:
    """The box round the bulk of usable positions; ``earlier`` where there are too few of them to tell, and they are
    not of another place altogether."""
    if len(lat) == 0:
        return earlier
    if len(lat) < _ENOUGH_ROWS and earlier and (len(lat) < _ELSEWHERE or inside(lat, lon, earlier).any()):
        return earlier
    middle_lat, middle_lon = float(np.median(lat)), float(np.median(lon))
    reach_lat = max(_LEAST_DEGREES, _DEVIATIONS * float(np.median(np.abs(lat - middle_lat))))
    reach_lon = max(_LEAST_DEGREES, _DEVIATIONS * float(np.median(np.abs(lon - middle_lon))))
    return Extent(middle_lat - reach_lat, middle_lon - reach_lon, middle_lat + reach_lat, middle_lon + reach_lon)


def inside(lat: Degrees, lon: Degrees, extent: Extent) -> npt.NDArray[np.bool_]:
    """Where a position lies in ``extent``."""
    with np.errstate(invalid="ignore"):
        return (lat >= extent.south) & (lat <= extent.north) & (lon >= extent.west) & (lon <= extent.east)
