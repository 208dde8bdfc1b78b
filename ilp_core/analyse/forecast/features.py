"""Features: what a forecast may look at, all of it counts of reported incidents at places.

The list is locked by a test (G02): no attribute of a person, no trait of residents, no patrol and nothing that an
officer found is in it. Each feature is a rate: the records a week that one way of looking back lets expect in a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History
from ilp_core.analyse.where.grid import Grid
from ilp_core.domain.offences import OFFENCE_CODE

Surface = NDArray[np.float32]

#: Days after which a record of the offence itself counts half; infinite for plain counts. From the fortnight of near
#: repeats to several years (doctrine 3.6; Mohler 2014, Int. J. Forecasting 30:491, mixes scales in the same way).
HALF_LIVES: Final = (7.0, 14.0, 30.0, 90.0, 365.0, np.inf)
#: Spreads of the Gaussian that smooths over the neighbourhood, in metres; 0 is the cell alone.
SPREADS_M: Final = (0.0, 250.0, 500.0, 1_000.0)
#: The long histories that are looked at in the light of how the neighbourhood goes now.
LONG: Final = (365.0, np.inf)
#: How it goes now: the last weeks against the whole past, over these half-lives and spreads.
LATELY: Final = ((30.0, 500.0), (30.0, 1_000.0), (90.0, 500.0), (90.0, 1_000.0))
#: No neighbourhood counts as more than this many times as busy as usual, or as less than its inverse.
MOST_TIMES: Final = 5.0
#: A peak is what a long history holds above this many times the city's mean. The mean weighs a place's own past less
#: than it deserves where that past is long.
PEAKS: Final = (5.0, 20.0)
#: Of other offences only the longer past is looked at.
OTHER_HALF_LIVES: Final = (30.0, 365.0, np.inf)
OTHER_SPREADS_M: Final = (0.0, 250.0)
#: Added to both sides of a ratio, in records a week: two quiet weeks are not a trend.
QUIET: Final = 0.005

#: Offences that are looked at together as one neighbour of the offence forecast.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "burglary": ("burglary",),
    "robbery": ("robbery",),
    "vehicle crime": ("vehicle_theft", "theft_from_vehicle", "vehicle_parts"),
    "theft": ("theft_from_person", "bicycle_theft", "other_theft"),
    "violence": ("assault", "homicide", "shots_fired"),
    "damage": ("criminal_damage", "arson"),
}


@dataclass(frozen=True)
class Feature:
    """One way of looking back.

    ``group`` is None for the offence itself. ``lately`` is the half-life and spread of the recent weeks that a long
    history is seen in the light of, ``above`` how many times the city's mean is taken off it; both None for a rate as
    it is.
    """

    group: str | None
    half_life: float
    spread: float
    lately: tuple[float, float] | None = None
    above: float | None = None

    @property
    def name(self) -> str:
        """What the locked list calls it."""
        days = "all" if np.isinf(self.half_life) else f"{self.half_life:g} d"
        said = f"{self.group or 'itself'}, {days}, {self.spread:g} m"
        if self.lately is not None:
            return f"{said}, lately {self.lately[0]:g} d, {self.lately[1]:g} m"
        return said if self.above is None else f"{said}, above {self.above:g} times the mean"


def features_for(offences: Sequence[int]) -> tuple[Feature, ...]:
    """The features of a forecast of ``offences`` (positions in OFFENCES): its own history and that of the others."""
    own = [Feature(None, half_life, spread) for half_life in HALF_LIVES for spread in SPREADS_M]
    moving = [Feature(None, half_life, 0.0, lately) for half_life in LONG for lately in LATELY]
    peaks = [Feature(None, half_life, 0.0, above=above) for half_life in LONG for above in PEAKS]
    others = [
        Feature(group, half_life, spread)
        for group, codes in _codes().items()
        if not set(codes) & set(offences)
        for half_life in OTHER_HALF_LIVES
        for spread in OTHER_SPREADS_M
    ]
    return (*own, *moving, *peaks, *others)


def _codes() -> dict[str, tuple[int, ...]]:
    return {group: tuple(OFFENCE_CODE[slug] for slug in slugs) for group, slugs in GROUPS.items()}


@dataclass(frozen=True)
class Smoothing:
    """Gaussian smoothing over a grid that keeps what lies near the edge of the city inside it."""

    grid: Grid

    @cached_property
    def _norms(self) -> dict[float, NDArray[np.float64]]:
        return {}

    def __call__(self, values: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
        """``values`` per cell smoothed over ``spread`` metres, divided by the kernel's share inside the city."""
        if spread == 0:
            return values
        cells = spread / self.grid.size
        if spread not in self._norms:
            whole = gaussian_filter(self.grid.inside.astype(np.float64), cells, mode="constant")
            self._norms[spread] = whole[self.grid.inside]
        laid = gaussian_filter(self.grid.spread(values), cells, mode="constant")
        return np.asarray(laid[self.grid.inside] / self._norms[spread])


class Memory:
    """Decayed counts of one group of offences, brought forward from origin to origin.

    A record enters when it becomes known, with the weight that its age then has; so what stands here at an origin is
    what could be known then, however late records come.
    """

    def __init__(self, history: History, half_lives: Sequence[float], begun: float) -> None:
        self.hear(history)
        self._half_lives = tuple(half_lives)
        self._sums = np.zeros((len(self._half_lives), len(history.grid)))
        self._at = self._begun = begun
        self._next = 0

    def hear(self, history: History) -> None:
        """Take in a history that goes on from the last one: the same up to the last origin, and what came later."""
        order = np.argsort(history.known, kind="stable")
        self._known, self._time, self._cell = history.known[order], history.time[order], history.cell[order]

    def rates(self, origin: float) -> dict[float, NDArray[np.float64]]:
        """Records a week per cell for each half-life, as known before ``origin``, which must not go backwards."""
        end = int(np.searchsorted(self._known, origin))
        new = slice(self._next, end)
        age = (origin - self._time[new]) / DAY_S
        found = {}
        for place, half_life in enumerate(self._half_lives):
            fading = np.log(2) / half_life
            self._sums[place] *= np.exp(-fading * (origin - self._at) / DAY_S)
            self._sums[place] += np.bincount(
                self._cell[new], weights=np.exp(-fading * age), minlength=self._sums.shape[1]
            )
            found[half_life] = self._sums[place] * WEEK_DAYS / _exposure((origin - self._begun) / DAY_S, fading)
        self._at, self._next = origin, end
        return found


def _exposure(days: float, fading: float) -> float:
    """The days of past that count, each with its weight."""
    days = max(days, 1.0)
    return days if fading == 0 else float(-np.expm1(-fading * days) / fading)


class Surfaces:
    """The features of one forecast, origin after origin, each made once."""

    def __init__(self, history: History, offences: Sequence[int], begun: float) -> None:
        self.features = features_for(offences)
        self._smooth = Smoothing(history.grid)
        self._wanted: dict[str | None, Sequence[int]] = {None: offences}
        self._wanted.update(_codes())
        self._memories = {
            group: Memory(
                history.of(self._wanted[group]),
                sorted({feature.half_life for feature in self.features if feature.group == group}),
                begun,
            )
            for group in dict.fromkeys(feature.group for feature in self.features)
        }

    def hear(self, history: History) -> None:
        """Take in a history that goes on from the last one."""
        for group, memory in self._memories.items():
            memory.hear(history.of(self._wanted[group]))

    def at(self, origin: float) -> Surface:
        """The features before ``origin`` as (cells, features) of records a week. Origins must not go backwards."""
        rates = {group: memory.rates(origin) for group, memory in self._memories.items()}
        looked = _Looks(rates, self._smooth)
        return np.column_stack([looked.at(feature).astype(np.float32) for feature in self.features])


class _Looks:
    """The features at one origin; what several of them share is made once."""

    def __init__(self, rates: dict[str | None, dict[float, NDArray[np.float64]]], smooth: Smoothing) -> None:
        self._rates, self._smooth = rates, smooth
        self._made: dict[tuple[str | None, float, float], NDArray[np.float64]] = {}

    def at(self, feature: Feature) -> NDArray[np.float64]:
        """One feature in records a week per cell."""
        values = self._rate(feature.group, feature.half_life, feature.spread)
        if feature.lately is not None:
            now, ever = self._rate(None, *feature.lately), self._rate(None, np.inf, feature.lately[1])
            return np.asarray(values * np.clip((now + QUIET) / (ever + QUIET), 1 / MOST_TIMES, MOST_TIMES))
        if feature.above is not None:
            return np.asarray(np.maximum(values - feature.above * values.mean(), 0.0))
        return values

    def _rate(self, group: str | None, half_life: float, spread: float) -> NDArray[np.float64]:
        key = (group, half_life, spread)
        if key not in self._made:
            self._made[key] = self._smooth(self._rates[group][half_life], spread)
        return self._made[key]
