"""The search of the space-time scan on plain arrays: what is searched, and what was found how surely."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.patterns.scan_replicas import Cylinders, Numbers, highest_by_chance
from ilp_core.analyse.patterns.scan_zones import Integers, zones_over

#: Two cores are on the smallest machine that the bot is run on [this project's choice].
THREADS: Final = 2
#: Statistics that differ by less are equal: the last digits of a logarithm never make a p-value smaller.
TIE: Final = 1e-9


@dataclass(frozen=True)
class Search:
    """What is searched, and how sure a cluster must be. Raises ValueError where nothing could be found.

    ``days``: the period whose records are the ground, today being its last day. ``most_days``: the longest window,
    as long as a micro-time hotspot's. ``radius_m``: from a disc's middle to the middle of its farthest cell, somewhat
    more than the half mile of a micro-time hotspot. ``most_share``: of all events, in a disc (Kulldorff et al. 2005).
    ``least``: events in a cluster. ``replicas``: shuffles. ``level``: the largest p of a cluster that is told, and so
    the share of looks that tell of one by chance alone. All but most_share are [this project's choice].
    """

    days: int = 60
    most_days: int = 14
    radius_m: float = 1_000.0
    most_share: float = 0.5
    least: int = 3
    replicas: int = 999
    level: float = 0.01

    def __post_init__(self) -> None:
        if not 1 <= self.most_days < self.days:
            raise ValueError("the longest window must be shorter than the period")
        if self.radius_m < 0 or not 0 < self.most_share <= 1 or self.least < 2:
            raise ValueError("a disc needs a radius, a share of the events and at least 2 of them")
        if not 1 / (self.replicas + 1) <= self.level < 1:
            raise ValueError("with so few replicas no cluster could reach the level")


@dataclass(frozen=True)
class Cylinder:
    """A disc of cells with a window: a place in the search set, its count and the count expected.

    ``statistic`` is the logarithm of the likelihood ratio and ``p`` the share of shuffles, the data counted as one of
    them, whose highest statistic is no lower: never 0.
    """

    zone: int
    days: int
    count: int
    expected: float
    statistic: float
    p: float


@dataclass(frozen=True)
class Scan:
    """A finished search: the count and the statistic of every cylinder (zones x windows), and the highest statistic
    of every shuffle."""

    cylinders: Cylinders
    counts: Integers
    statistics: Numbers
    chance: Numbers

    @cached_property
    def _sorted(self) -> Numbers:
        return np.sort(self.chance)

    def p_of(self, statistic: float) -> float:
        """The Monte Carlo p-value of one statistic: (1 + shuffles as high) / (1 + shuffles)."""
        as_high = len(self.chance) - int(np.searchsorted(self._sorted, statistic - TIE))
        return (1 + as_high) / (1 + len(self.chance))

    @property
    def p(self) -> float:
        """The p-value of the highest cylinder, 1 where none has more than expected."""
        return self.p_of(float(self.statistics.max(initial=0.0)))

    def found(self, level: float) -> list[Cylinder]:
        """The cylinders of p at most ``level``, highest first, none sharing a cell with a higher one.

        Of equals the one of the smaller disc, then of the shorter window. All are compared with the highest of each
        shuffle, which makes the p of the second and further ones too large rather than too small.
        """
        # p falls as the statistic grows: what the last shuffle that may be as high leaves behind.
        spare = int(level * (1 + len(self.chance)) + TIE) - 1
        least = self._sorted[-1 - spare] + TIE if spare < len(self._sorted) else TIE
        zone, window = np.nonzero(self.statistics > max(least, TIE))
        rounded = np.round(self.statistics[zone, window] / TIE)
        zones = self.cylinders.zones
        order = np.lexsort((zones.middle[zone], window, zones.reach[zone], -rounded))
        zone, window = zone[order], window[order]
        chosen = []
        while len(zone):
            chosen.append(self.cylinder(int(zone[0]), int(window[0])))
            free = zones.apart(int(zone[0]))[zone]
            zone, window = zone[free], window[free]
        return chosen

    def cylinder(self, zone: int, window: int) -> Cylinder:
        """One cylinder by its zone and the place of its window."""
        statistic = float(self.statistics[zone, window])
        return Cylinder(
            zone=zone,
            days=int(self.cylinders.windows[window]),
            count=int(self.counts[zone, window]),
            expected=float(self.cylinders.expected(zone, window)),
            statistic=statistic,
            p=self.p_of(statistic),
        )

    def events(self, cylinder: Cylinder) -> NDArray[np.intp]:
        """Which of the events given to ``scan_events`` the cylinder holds."""
        members = self.cylinders.zones.members(cylinder.zone)
        return np.flatnonzero(np.isin(self.cylinders.cell, members) & (self.cylinders.age < cylinder.days))


def scan_events(
    x: Numbers, y: Numbers, age: Integers, size: float, search: Search, *, seed: int, threads: int = THREADS
) -> Scan:
    """Search events at ``x`` and ``y`` (projected metres), ``age`` local days old (0: today), on cells of ``size``
    metres. Raises ValueError where there is no event or one is not of the period."""
    if not len(age) or age.min() < 0 or age.max() >= search.days:
        raise ValueError("a scan needs events, all of its period")
    steps = np.column_stack([np.floor(x / size), np.floor(y / size)]).astype(np.int64)
    cells, cell, held = np.unique(steps, axis=0, return_inverse=True, return_counts=True)
    zones = zones_over(cells, held, search.radius_m / size, search.most_share * len(age))
    windows = np.unique(age) + 1
    windows = windows[windows <= search.most_days]
    recent = np.searchsorted(np.sort(age), windows)
    cylinders = Cylinders(zones, windows, recent, cell.reshape(-1), age, search.least)
    counts, statistics = cylinders.observed()
    return Scan(cylinders, counts, statistics, highest_by_chance(cylinders, search.replicas, seed, threads))
