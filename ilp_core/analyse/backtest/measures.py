"""Measures of a forecast against what occurred: the field's indices, proper scores and calibration.

Ties. Methods of counting give many cells the same expectation. Which of them are chosen is then chance, so every
measure takes its expected value under a random order among equals: a tie at the edge of the chosen area counts in
part. No method gains by the order in which cells happen to be numbered, and none is scored by luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import nbinom, poisson

Floats = NDArray[np.float64]
Order = NDArray[np.intp]

#: Shares of the study area's cells at which methods are compared; 1 % decides.
AREA_SHARES: Final = (0.0025, 0.01, 0.05, 0.10)
DECISION_SHARE: Final = 0.01
#: Calibration is told in ten parts of equal expected total.
PARTS: Final = 10
#: In log scores this share of a forecast's total is spread evenly over all cells and spans, for all methods alike:
#: one event where nothing was expected would else outweigh a year [this project's choice].
EVEN_SHARE: Final = 0.01
#: Predictive intervals of the weekly total hold this share.
COVERAGE: Final = 0.90
#: At least this spread, as variance over mean, and how many weeks the spread seen before the first origin counts for
#: among the errors made since [this project's choice].
LEAST_DISPERSION: Final = 1.0
PRIOR_WEEKS: Final = 8


def cells_of(share: float, cells: int) -> int:
    """How many cells a share of the area is: rounded, at least one."""
    return max(1, round(share * cells))


def ranking(expected: Floats, guess: Order | None = None) -> Order:
    """The cells from the highest expectation to the lowest, equals in any order; ``guess``, where that is one."""
    if guess is not None:
        ranked = expected[guess]
        if (ranked[1:] <= ranked[:-1]).all():
            return guess
    return np.argsort(-expected)


def _ties(ranked: Floats) -> tuple[Order, Order]:
    """Where each run of equal values begins, and how long it is."""
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    return starts, np.diff(np.append(starts, len(ranked)))


def caught(expected: Floats, *values: Floats, order: Order | None = None) -> tuple[Floats, ...]:
    """For each of ``values`` (per cell), how much the first k cells in order of ``expected`` hold, k = 0 … cells.

    Among equal expectations it is the mean over all their orders, which rises in a straight line. ``order`` is the
    ``ranking`` of ``expected``, where it is known already.
    """
    order = ranking(expected) if order is None else order
    starts, lengths = _ties(expected[order])
    return tuple(
        np.concatenate([[0.0], np.cumsum(np.repeat(np.add.reduceat(each[order], starts) / lengths, lengths))])
        for each in values
    )


def most(observed: Floats, counts: Sequence[int]) -> Floats:
    """The most that any choice of so many cells could have caught."""
    best = np.concatenate([[0.0], np.cumsum(np.sort(observed)[::-1])])
    return np.asarray(best[list(counts)])


def ratio(upper: Floats | float, lower: Floats | float) -> Floats:
    """``upper / lower``, not a number where ``lower`` is 0."""
    upper, lower = np.broadcast_arrays(np.asarray(upper, dtype=np.float64), np.asarray(lower, dtype=np.float64))
    return np.asarray(np.divide(upper, lower, out=np.full(upper.shape, np.nan), where=lower != 0))


def hit_rate(hits: Floats | float, events: Floats | float) -> Floats:
    """Share of the events that fell into the chosen cells."""
    return ratio(hits, events)


def predictive_accuracy(hits: Floats | float, events: Floats | float, area_share: Floats | float) -> Floats:
    """PAI: share of events over share of area, (n/N)/(a/A) (Chainey, Tompson & Uhlig 2008). With sums over weeks it
    is the pooled PAI: every event counts alike, in a busy week or a quiet one."""
    return ratio(hit_rate(hits, events), area_share)


def predictive_efficiency(hits: Floats | float, best: Floats | float) -> Floats:
    """PEI: PAI over the best PAI that a map of the same number of cells could have had (Hunt 2016; as in Wheeler &
    Steenbeek 2021), each week with its own best cells. With one window's own numbers it is n/n*, the PEI* of the NIJ
    challenge (White, Hunt & Green 2023: the best map is held to the area of the forecast)."""
    return ratio(hits, best)


def recapture_rate(
    hits: Floats | float, events: Floats | float, base_hits: Floats | float, base_events: Floats | float
) -> Floats:
    """RRI: events in the chosen cells now over those in the base period, over the same ratio for the whole area
    (Levine 2008). 1: the cells kept their share; below 1: they cooled down towards the rest."""
    return ratio(hit_rate(hits, events), hit_rate(base_hits, base_events))


def area_under(curve: Floats) -> float:
    """The area under a curve of ``caught``, as a share of the whole square: 0.5 for chance."""
    if curve[-1] == 0:
        return float("nan")
    return float(np.trapezoid(curve) / curve[-1] / (len(curve) - 1))


def log_score(expected: Floats, observed: Floats) -> float:
    """The Poisson log-likelihood of the counts, in nats, with EVEN_SHARE of the total spread evenly; divide by the
    number of events for a score per event. A proper score: places, hours and amounts all count."""
    total = float(expected.sum())
    mean = expected * (1.0 - EVEN_SHARE) + EVEN_SHARE * total / expected.size
    there = observed > 0
    if total <= 0:
        return float("-inf") if there.any() else 0.0
    seen = observed[there]
    return float((seen * np.log(mean[there]) - gammaln(seen + 1)).sum() - total)


def reliability(expected: Floats, observed: Floats, order: Order | None = None) -> Floats:
    """Expected and observed totals, of shape (PARTS, 2), in ten parts of equal expected total, the highest
    expectations first. Cells of equal expectation stay together. ``order`` as in ``caught``."""
    order = ranking(expected) if order is None else order
    starts, _ = _ties(expected[order])
    mass, seen = (np.add.reduceat(each[order], starts) for each in (expected, observed))
    total = mass.sum()
    if total <= 0:
        return np.zeros((PARTS, 2))
    middle = (np.cumsum(mass) - mass / 2) / total
    part = np.minimum((middle * PARTS).astype(np.intp), PARTS - 1)
    return np.column_stack([np.bincount(part, weights=each, minlength=PARTS) for each in (mass, seen)])


def dispersion(totals: Floats) -> float:
    """Variance over mean of weekly totals about their own mean, at least LEAST_DISPERSION."""
    if len(totals) < 2 or totals.mean() <= 0:
        return LEAST_DISPERSION
    return max(LEAST_DISPERSION, float(totals.var(ddof=1) / totals.mean()))


def total_interval(expected: float, spread: float = 1.0) -> tuple[float, float]:
    """The equal-tailed interval of a total that holds COVERAGE of a Poisson law, or, where ``spread`` (variance over
    mean) is above 1, of a negative binomial law."""
    tails = np.array([(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    if expected <= 0:
        return 0.0, 0.0
    # Close to 1 the second law's own parameters run away from what numbers can hold.
    if spread <= 1.0 + 1e-6:
        low, high = poisson.ppf(tails, expected)
    else:
        low, high = nbinom.ppf(tails, expected / (spread - 1.0), 1.0 / spread)
    return float(low), float(high)


def rolling_spread(expected: Floats, observed: Floats, first: float, delay: int = 1) -> Floats:
    """The spread to reckon with at each origin: that of the method's own errors in the weeks scored before it.

    ``first`` is the spread before the first origin, which counts as PRIOR_WEEKS weeks; ``delay`` is how many weeks it
    takes until a week can be scored: 1 where records are known at once. No week's own count enters its interval.
    """
    errors = ratio((observed - expected) ** 2, expected)
    errors = np.where(np.isfinite(errors), errors, LEAST_DISPERSION)
    summed = np.concatenate([[0.0], np.cumsum(errors)])
    seen = np.maximum(np.arange(len(errors)) + 1 - delay, 0)
    return np.asarray(np.maximum(LEAST_DISPERSION, (summed[seen] + first * PRIOR_WEEKS) / (seen + PRIOR_WEEKS)))
