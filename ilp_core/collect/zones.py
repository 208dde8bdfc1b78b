"""The time zone of a file's times where nobody named it: that at its positions, or that of the first load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from ilp_core.collect.dates import Seconds
from ilp_core.collect.points import Degrees

#: So many positions of a file are asked for their zone, evenly spread [this project's choice].
_ASKED: Final = 1_000
#: From this share of the positions on a zone is one of the file's; below it, it is that of slips and of what lies
#: just over a border [this project's choice].
_SOME: Final = 0.05
#: Two clocks are one where no more than this share of the records shows another time [this project's choice].
_SLIPS: Final = 0.01
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class FileZone:
    """The zone of a file's times. ``by_place`` says that the positions decided, and ``others`` are further zones in
    which some of them lie."""

    name: str
    by_place: bool = False
    others: tuple[str, ...] = ()


def zone_at(lat: float, lon: float) -> str | None:
    """The zone's name at a position in degrees; None at sea, where a zone is only a stretch of longitude."""
    # Its map is unpacked on first use: only a file that does not say its zone pays for it.
    from tzfpy import get_tz

    name = get_tz(lon, lat)
    return None if not name or name.startswith("Etc/") else name


def zone_of(lat: Degrees, lon: Degrees, first_load: str | None) -> FileZone | None:
    """The zone of a file with these positions, none of which is NaN; None where neither they nor a load before say.

    The first load's zone holds where some of the positions lie in it, or none lies in any: an area may reach over a
    border. Else the zone in which most positions lie is the file's.
    """
    places = np.unique(np.linspace(0, len(lat) - 1, min(_ASKED, len(lat))).astype(np.int64))
    told = [zone_at(float(lat[place]), float(lon[place])) for place in places.tolist()]
    zones = Counter(zone for zone in told if zone is not None)
    found = [zone for zone, count in zones.most_common() if count >= _SOME * zones.total()]
    if first_load is not None and (not found or first_load in found):
        return FileZone(first_load)
    return FileZone(found[0], by_place=True, others=tuple(found[1:])) if found else None


def same_clock(one: str, other: str, moments: Seconds) -> bool:
    """Whether two zones show the same time at nearly all of ``moments``, which are seconds since 1970 UTC."""
    if one == other or not len(moments):
        return True
    hours, counts = np.unique(moments // _HOUR, return_counts=True)
    times = pd.DatetimeIndex((hours * _HOUR).astype("datetime64[s]")).tz_localize("UTC")
    shown = [times.tz_convert(zone).tz_localize(None).to_numpy() for zone in (one, other)]
    return float(counts[shown[0] != shown[1]].sum()) <= _SLIPS * len(moments)
