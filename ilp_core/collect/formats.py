"""The formats the desk reads. A new source is one more ``Layout`` in this list."""

from __future__ import annotations

from typing import Final

from ilp_core.collect.layout import Layout
from ilp_core.collect.sources.chicago import CHICAGO
from ilp_core.collect.sources.houston import HOUSTON
from ilp_core.collect.sources.lapd import LAPD
from ilp_core.collect.sources.memphis import MEMPHIS
from ilp_core.collect.sources.minneapolis import MINNEAPOLIS_STOPS
from ilp_core.collect.sources.nyc_thefts import NYC_THEFTS
from ilp_core.collect.sources.nypd import NYPD, NYPD_SHOOTINGS
from ilp_core.collect.sources.own import OWN
from ilp_core.collect.sources.own_calls import OWN_CALLS
from ilp_core.collect.sources.own_stops import OWN_STOPS
from ilp_core.collect.sources.police_uk import POLICE_UK, POLICE_UK_STOPS
from ilp_core.collect.sources.seattle import SEATTLE
from ilp_core.collect.sources.sfpd import SFPD, SFPD_LEGACY
from ilp_core.collect.sources.takoma_park import TAKOMA_CALLS, TAKOMA_STOPS

FORMATS: Final[tuple[Layout, ...]] = (
    CHICAGO,
    HOUSTON,
    LAPD,
    NYPD,
    NYPD_SHOOTINGS,
    SFPD,
    SFPD_LEGACY,
    POLICE_UK,
    POLICE_UK_STOPS,
    NYC_THEFTS,
    MEMPHIS,
    SEATTLE,
    TAKOMA_CALLS,
    TAKOMA_STOPS,
    MINNEAPOLIS_STOPS,
    OWN,
    OWN_CALLS,
    OWN_STOPS,
)
