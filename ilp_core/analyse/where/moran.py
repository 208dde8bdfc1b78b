"""Moran's I: whether like cells lie together, over the city (global) and at each cell (local).

Moran (1950) with Cliff & Ord's (1981) moments under randomisation, and Anselin's (1995) local form, on the grid: the
eight neighbours without the cell itself, each cell's weights made to sum to one. Only cells of the study area
count; a cell without any neighbour has no lag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.micro_time import FALSE_DISCOVERY_RATE, adjust
from ilp_core.analyse.where.chance import MOST_STEPS, Tails, drawn_tails, exact_steps, exact_tails, is_whole
from ilp_core.analyse.where.lattice import Lattice, Values

SOURCE: Final = "Moran 1950, Biometrika 37:17; Cliff & Ord 1981; Anselin 1995, Geographical Analysis 27:93"
DRAWS: Final = 9_999

#: What a cell and its neighbours are beside the mean: high among high, low among high, low among low, high among low.
Quadrant = Literal["HH", "LH", "LL", "HL"]
QUADRANTS: Final[tuple[Quadrant, ...]] = ("HH", "LH", "LL", "HL")


@dataclass(frozen=True)
class Moran:
    """Moran's I of a city with its ``expected`` value, ``variance`` and ``z`` under randomisation, and the two-sided
    ``p`` of the normal approximation. All but ``expected`` are NaN where values do not vary or no cells touch."""

    i: float
    expected: float
    variance: float
    z: float
    p: float


@dataclass(frozen=True)
class LocalMoran:
    """Per cell: local Moran's ``i``; ``z``, standardised by the moments with the cell's own value held (Sokal, Oden
    & Thomson 1998); the two-sided ``p`` of so high or so low a lag, the same value held; ``q`` as adjusted for all
    cells; and ``quadrant``, positions in QUADRANTS."""

    i: Values
    z: Values
    p: Values
    q: Values
    quadrant: NDArray[np.int8]
    exact: bool

    def clusters(self, kind: Quadrant, rate: float = FALSE_DISCOVERY_RATE) -> NDArray[np.bool_]:
        """The cells of ``kind`` that stand out with the false-discovery rate held at ``rate``."""
        return np.asarray((self.q <= rate) & (self.quadrant == QUADRANTS.index(kind)))


def moran(lattice: Lattice, values: NDArray[Any]) -> Moran:
    """Global Moran's I of ``values``, one per cell of the study area, with row-standardised weights."""
    given = np.asarray(values, dtype=np.float64)
    cells = len(given)
    away = given - given.mean() if cells else given
    square = float(away @ away)
    links = lattice.members - 1
    total = float(np.count_nonzero(links))  # every cell's weights sum to one, but for cells without neighbours
    expected = -1.0 / (cells - 1) if cells > 1 else float("nan")
    if cells < 4 or not total or square <= 1e-14 * float(given @ given):
        return Moran(float("nan"), expected, float("nan"), float("nan"), float("nan"))
    i = cells / total * float(away @ _lag(lattice, away)) / square
    variance = _variance(lattice, links, total, float((away**4).sum()) / cells / (square / cells) ** 2) - expected**2
    z = (i - expected) / np.sqrt(variance) if variance > 0 else float("nan")
    return Moran(i, expected, variance, float(z), _two_sided(float(z)))


def _lag(lattice: Lattice, values: Values) -> Values:
    """Per cell the mean of its neighbours; zero where there is none."""
    links = lattice.members - 1
    lag: Values = np.divide(lattice.sums(values) - values, links, out=np.zeros(len(values)), where=links > 0)
    return lag


def _variance(lattice: Lattice, links: Values, total: float, kurtosis: float) -> float:
    """The second moment of I under randomisation (Cliff & Ord 1981) from the sums of the weights alone."""
    cells = len(links)
    each = np.divide(1.0, links, out=np.zeros(cells), where=links > 0)
    given = lattice.sums(each) - each  # what the neighbours' weights on a cell sum to
    both = float((each + each * given).sum())
    margins = float((((links > 0) + given) ** 2).sum())
    plain = cells * ((cells**2 - 3 * cells + 3) * both - cells * margins + 3 * total**2)
    tailed = kurtosis * ((cells**2 - cells) * both - 2 * cells * margins + 6 * total**2)
    return (plain - tailed) / ((cells - 1) * (cells - 2) * (cells - 3) * total**2)


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def local_moran(
    lattice: Lattice,
    values: NDArray[Any],
    *,
    exact: bool = True,
    draws: int = DRAWS,
    generator: np.random.Generator | None = None,
) -> LocalMoran:
    """Local Moran's I of ``values``, one per cell of the study area, with row-standardised weights.

    The p is that of conditional permutation: exact for whole numbers where ``exact``, else by ``draws`` from
    ``generator``, by default one of the seed 0.
    """
    given = np.asarray(values, dtype=np.float64)
    cells = len(given)
    away = given - given.mean() if cells else given
    square = float(away @ away)
    links = lattice.members - 1
    if cells < 3 or square <= 1e-14 * float(given @ given):
        nothing = np.zeros(cells)
        return LocalMoran(nothing, nothing, np.ones(cells), np.ones(cells), np.full(cells, 2, dtype=np.int8), exact)
    lag = _lag(lattice, away)
    i = (cells - 1) * away * lag / square
    able = exact and is_whole(given) and exact_steps(given, int(max(links.max(), 1))) * 2 <= MOST_STEPS
    tails = _neighbours(lattice, given, links, draws, generator, exact=able)
    p = np.where(links > 0, np.minimum(1.0, 2 * np.minimum(tails.upper, tails.lower)), 1.0)
    high, among_high = away > 0, lag > 0
    quadrant = np.where(high, np.where(among_high, 0, 3), np.where(among_high, 1, 2)).astype(np.int8)
    return LocalMoran(i, _local_z(i, away, links, square), p, adjust(p), quadrant, able)


def _neighbours(
    lattice: Lattice,
    values: Values,
    links: Values,
    draws: int,
    generator: np.random.Generator | None,
    *,
    exact: bool,
) -> Tails:
    observed = lattice.sums(values) - values
    if exact:
        return exact_tails(values, links, observed, own=True)
    drawn = generator if generator is not None else np.random.default_rng(0)
    return drawn_tails(values, links, observed, draws, drawn, own=True)


def _local_z(i: Values, away: Values, links: Values, square: float) -> Values:
    """i standardised with the cell's own value held: Sokal, Oden & Thomson 1998, equations A7 and A8, stated for the
    sum over neighbours and scaled as ``i`` is."""
    cells = len(i)
    # Drawing k of the other cells without replacement: their mean is -away / (n - 1) each.
    others = square - away**2
    spread = others / (cells - 1) - (away / (cells - 1)) ** 2
    scale = (cells - 1) * away / square
    mean = scale * -away / (cells - 1)
    shrink = np.divide(cells - 1 - links, links * (cells - 2), out=np.zeros(cells), where=links > 0)
    deviation = np.abs(scale) * np.sqrt(np.maximum(spread * shrink, 0.0))
    z: Values = np.divide(i - mean, deviation, out=np.zeros(cells), where=deviation > 0)
    return z
