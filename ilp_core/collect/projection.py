"""Degrees to metres and back: one projected coordinate system per agency, kept for ever after its first load."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, overload

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pyproj import Transformer

Metres = npt.NDArray[np.float64]

#: EPSG code of WGS 84 in degrees, and the bases of its UTM zones north and south (EPSG registry).
WGS84: Final = 4326
_UTM_NORTH: Final = 32_600
_UTM_SOUTH: Final = 32_700


def utm_zone(lat: float, lon: float) -> int:
    """The EPSG code of the UTM zone of a position in degrees."""
    zone = int((lon + 180) // 6) % 60 + 1
    return (_UTM_NORTH if lat >= 0 else _UTM_SOUTH) + zone


@overload
def project(crs: int, lat: float, lon: float) -> tuple[float, float]: ...
@overload
def project(crs: int, lat: Metres, lon: Metres) -> tuple[Metres, Metres]: ...
def project(crs: int, lat: float | Metres, lon: float | Metres) -> tuple[float | Metres, float | Metres]:
    """Metres east and north in the system with EPSG code ``crs``; NaN stays NaN."""
    x, y = _transformer(WGS84, crs).transform(lon, lat)
    return _finite(x), _finite(y)


@overload
def unproject(crs: int, x: float, y: float) -> tuple[float, float]: ...
@overload
def unproject(crs: int, x: Metres, y: Metres) -> tuple[Metres, Metres]: ...
def unproject(crs: int, x: float | Metres, y: float | Metres) -> tuple[float | Metres, float | Metres]:
    """Latitude and longitude in degrees of metres in the system with EPSG code ``crs``; NaN stays NaN."""
    lon, lat = _transformer(crs, WGS84).transform(x, y)
    return _finite(lat), _finite(lon)


def _finite(values: float | Metres) -> float | Metres:
    """pyproj answers infinity for what it cannot project; the desk's sign for "nowhere" is NaN."""
    if isinstance(values, np.ndarray):
        return np.where(np.isfinite(values), values, np.nan)
    return float(values) if np.isfinite(values) else float("nan")


@lru_cache(maxsize=8)
def _transformer(source: int, target: int) -> Transformer:
    # pyproj opens its own database on import: only those who project pay for it.
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)
