"""Level: how a whole city goes now against what its past lets expect, with its season and its spread.

The features look back, so they follow a rise or a fall late. The level sets the city's total right: a yearly wave
(one harmonic, held back by a normal prior, fitted by penalised quasi-Poisson regression) and the ratio of the last
weeks, the newest counting most. What past weeks missed by gives the interval of the coming one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from ilp_core.analyse.forecast.history import DAY_S

YEAR_DAYS: Final = 365.25
#: Weeks after which a week counts half for the ratio of the last weeks [this project's choice].
HALF_LIFE_WEEKS: Final = 4.0
#: "As usual" counts as this many mean weeks beside the real ones [this project's choice].
USUAL_WEEKS: Final = 2.0
#: The yearly wave moves the logarithm by about this much before anything was seen [this project's choice].
SEASON_SPREAD: Final = 0.1
#: Less than a year of weeks shows no season.
LEAST_SEASON_WEEKS: Final = 52
#: Fewer weeks than this say nothing of the level.
LEAST_WEEKS: Final = 8
#: How many past weeks, each forecast from those before it, tell the spread.
SPREAD_WEEKS: Final = 52
#: The share of weeks that an interval holds.
HELD: Final = 0.9


@dataclass(frozen=True)
class Level:
    """``recent`` multiplies what the features expect, ``season`` too, and ``spread`` is the variance beyond chance as
    a share of the square of the mean (the reciprocal of the size of a negative binomial)."""

    recent: float
    season: float
    spread: float

    @property
    def factor(self) -> float:
        """What the sum of the features is multiplied by."""
        return self.recent * self.season

    def interval(self, expected: float) -> tuple[int, int]:
        """The counts that hold HELD of all weeks, for a total of ``expected``."""
        if expected <= 0:
            return 0, 0
        size = 1 / max(self.spread, 1e-9)
        tail = (1 - HELD) / 2
        low, high = nbinom.ppf((tail, 1 - tail), size, size / (size + expected))
        return int(low), int(high)


def level_at(
    origin: float, begins: NDArray[np.int64], expected: NDArray[np.float64], occurred: NDArray[np.float64]
) -> Level:
    """The level at ``origin`` from past weeks: when they began (w,), what the features expected and what occurred."""
    usable = expected > 0
    begins, expected, occurred = begins[usable], expected[usable], occurred[usable]
    recent, season = _ratio(origin, begins, expected, occurred)
    missed = []
    for week in range(max(LEAST_WEEKS, len(begins) - SPREAD_WEEKS), len(begins)):
        earlier = slice(0, week)
        known = _ratio(float(begins[week]), begins[earlier], expected[earlier], occurred[earlier])
        mean = expected[week] * known[0] * known[1]
        missed.append(((occurred[week] - mean) ** 2 - mean) / mean**2)
    return Level(recent, season, max(float(np.mean(missed)), 0.0) if missed else 0.0)


def _ratio(
    origin: float, begins: NDArray[np.int64], expected: NDArray[np.float64], occurred: NDArray[np.float64]
) -> tuple[float, float]:
    """How the last weeks went against what was expected in their season, and the season at ``origin``."""
    if len(begins) < LEAST_WEEKS:
        return 1.0, 1.0
    wave = _season(begins, expected, occurred)
    weight = 0.5 ** ((origin - begins) / (7 * DAY_S) / HALF_LIFE_WEEKS)
    usual = USUAL_WEEKS * expected.mean()
    seasonal = expected * np.exp(_phases(begins) @ wave)
    recent = (weight @ occurred + usual) / (weight @ seasonal + usual)
    return float(recent), float(np.exp(_phases(np.array([origin])) @ wave)[0])


def _season(
    begins: NDArray[np.int64], expected: NDArray[np.float64], occurred: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The two coefficients of the yearly wave; zeros where the weeks are fewer than a year."""
    if len(begins) < LEAST_SEASON_WEEKS:
        return np.zeros(2)
    design = np.column_stack([np.ones(len(begins)), _phases(begins)])
    held = np.array([0.0, SEASON_SPREAD**-2, SEASON_SPREAD**-2])
    found = np.zeros(3)
    for _ in range(8):
        mean = expected * np.exp(design @ found)
        over = max(1.0, float(((occurred - mean) ** 2 / mean).mean()))
        slope = design.T @ ((occurred - mean) / over) - held * found
        found = found + np.linalg.solve((design.T * (mean / over)) @ design + np.diag(held), slope)
    return found[1:]


def _phases(moments: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
    turn = 2 * np.pi * (moments / DAY_S % YEAR_DAYS) / YEAR_DAYS
    return np.column_stack([np.cos(turn), np.sin(turn)])
