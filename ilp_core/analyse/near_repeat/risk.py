"""Prospective risk: what the Knox table says of the days after a crime, laid round each recent one.

Each recent event adds, to the places round it, the excess of its distance and time band: the ratio of the Knox table
less 1 (after the prospective maps of Bowers, Johnson & Pease 2004, Br. J. Criminology 44:641, with the city's own
table in place of their fixed weights). The sum is set against what the place's own past makes usual there, so that
1.0 is usual, and a place that always has crimes near by is not raised for having them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ilp_core.analyse.near_repeat.knox import NEAR_D, NEAR_M, SIGNIFICANT, KnoxTable, Ticks
from ilp_core.analyse.near_repeat.pairs import Positions, band_of, neighbours_of
from ilp_core.analyse.sinks import SAME_POINT_M

HORIZON_D: Final = 14
#: A cell's ratio is drawn towards 1 as if it held this many more pairs, observed and expected: what a few pairs say
#: counts little [this project's choice].
PRIOR_PAIRS: Final = 20.0
#: Smaller excesses are left out: over many crimes they would add up to what is not a near repeat, such as a quarter
#: that changes over years [this project's choice].
LEAST_EXCESS: Final = 0.1
#: No band multiplies by more than this, nor does any sum of them [this project's choice].
MOST_MULTIPLIER: Final = 4.0


@dataclass(frozen=True)
class Excess:
    """The part of a Knox table that may raise risk: distance bands (rows) x time bands (columns), 0 where none."""

    distance_edges: tuple[float, ...]
    time_edges: tuple[int, ...]
    by_band: NDArray[np.float64]

    def __bool__(self) -> bool:
        return bool(self.by_band.any())

    @property
    def reach_m(self) -> float:
        """How far from a crime risk is raised, in metres; 0 where it is not."""
        rows = np.flatnonzero(self.by_band.any(axis=1))
        return self.distance_edges[rows[-1] + 1] if len(rows) else 0.0

    @property
    def reach_d(self) -> int:
        """How many days after a crime risk is raised; 0 where it is not."""
        columns = np.flatnonzero(self.by_band.any(axis=0))
        return self.time_edges[columns[-1] + 1] if len(columns) else 0

    @property
    def beside_m(self) -> float:
        """The least distance at which a place is beside a crime's point and not at it."""
        same = self.distance_edges[0] == 0 and self.distance_edges[1] <= SAME_POINT_M
        return self.distance_edges[1] if same else 0.0

    def daily(self, lags: Ticks, days: int) -> NDArray[np.float64]:
        """What events ``lags`` days old today add today and on each day after: events x distance bands x days."""
        ahead = np.maximum(lags, 0)[:, None] + np.arange(days)
        column = band_of(ahead.astype(np.float64), np.asarray(self.time_edges, dtype=np.float64))
        # The last column stands for what is before or after all bands: -1 finds it too.
        table = np.pad(self.by_band, ((0, 0), (0, 1)))
        return np.moveaxis(table[:, np.minimum(column, self.by_band.shape[1])], 0, 1)

    @property
    def lasting(self) -> NDArray[np.float64]:
        """What one event adds in all, in days of excess, by distance band."""
        return self.by_band @ np.diff(self.time_edges).astype(np.float64)


NO_EXCESS: Final = Excess((0.0, 1.0), (0, 1), np.zeros((1, 1)))


def excess_of(table: KnoxTable) -> Excess:
    """What ``table`` lets risk be raised by; nothing where it shows no near repeat.

    A cell counts where its p is at most SIGNIFICANT and such cells join it, side by side, to one within NEAR_M and
    NEAR_D: of far cells one in twenty passes by chance.
    """
    significant = table.p <= SIGNIFICANT
    if not table.repeats:
        significant[:] = False
    joined, _ = ndimage.label(significant)
    near = np.outer(np.array(table.distance_edges[1:]) <= NEAR_M, np.array(table.time_edges[1:]) <= NEAR_D)
    near[0, 0] |= not near.any()
    counts = significant & np.isin(joined, joined[near & significant])
    shrunk = np.minimum((table.observed + PRIOR_PAIRS) / (table.expected + PRIOR_PAIRS), MOST_MULTIPLIER) - 1
    return Excess(table.distance_edges, table.time_edges, np.where(counts & (shrunk >= LEAST_EXCESS), shrunk, 0.0))


def raised(
    places: Positions,
    events: Positions,
    lags: Ticks,
    excess: Excess,
    covered: float,
    *,
    days: int = HORIZON_D,
    beside: bool = True,
) -> NDArray[np.float64]:
    """The multiplier of risk at each place today and on each day after: places x ``days``, 1.0 = usual there.

    ``places`` (n x 2) and ``events`` (m x 2) in projected metres; ``lags`` are the days since each event, of all that
    ``covered`` days of records hold. ``beside`` treats a place as next to every crime, however near; else the same
    point is the same point. A place quieter than usual is below 1.0. Raises ValueError where nothing is covered.
    """
    if covered <= 0:
        raise ValueError("what is usual needs records of some time")
    now = np.zeros((len(places), days))
    usual = np.zeros(len(places))
    if not excess:
        return now + 1.0
    lasting = excess.lasting / covered
    fresh = np.flatnonzero(lags < excess.reach_d)
    place_of = np.full(len(lags), -1)
    place_of[fresh] = np.arange(len(fresh))
    daily = excess.daily(lags[fresh], days)
    for place, event, band in _bands(places, events, excess, beside):
        usual += np.bincount(place, weights=lasting[band], minlength=len(places))
        recent = place_of[event] >= 0
        place, event, band = place[recent], place_of[event[recent]], band[recent]
        for day in range(days):
            now[:, day] += np.bincount(place, weights=daily[event, band, day], minlength=len(places))
    return np.minimum((1 + now) / (1 + usual)[:, None], MOST_MULTIPLIER)


def _bands(
    places: Positions, events: Positions, excess: Excess, beside: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]]:
    """Places, the events within reach of them, and in which distance band of ``excess`` each pair is."""
    edges = np.array(excess.distance_edges)
    for place, event, metres in neighbours_of(places, events, excess.reach_m):
        band = band_of(np.maximum(metres, excess.beside_m) if beside else metres, edges)
        inside = (band >= 0) & (band < len(excess.by_band))
        yield place[inside], event[inside], band[inside]


@dataclass(frozen=True)
class Behind:
    """The events that raise a place today: their numbers, surest first, with the metres to each."""

    events: NDArray[np.int64]
    metres: NDArray[np.float64]


def behind(place: tuple[float, float], events: Positions, lags: Ticks, excess: Excess) -> Behind:
    """The events that add something to the risk at ``place`` today or on a day of the horizon, most first."""
    metres = np.hypot(events[:, 0] - place[0], events[:, 1] - place[1])
    near = np.flatnonzero((metres < excess.reach_m) & (lags < excess.reach_d))
    band = band_of(np.maximum(metres[near], excess.beside_m), np.array(excess.distance_edges))
    # One more band, of nothing, for distances that no band holds.
    table = np.pad(excess.daily(lags[near], HORIZON_D), ((0, 0), (0, 1), (0, 0)))
    adds = table[np.arange(len(near)), band].sum(axis=1)
    order = np.lexsort((near, metres[near], -adds))
    order = order[adds[order] > 0]
    return Behind(near[order], metres[near[order]])
