"""Intervals of pooled scores: a block bootstrap over weeks, the same weeks for every method, so that pairs compare.

Weeks that follow each other resemble each other, so blocks of four are drawn, not single weeks (Künsch 1989), on a
circle, so that every week is drawn as often as any other (Politis & Romano 1992).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.backtest.measures import ratio

Floats = NDArray[np.float64]

BLOCK_WEEKS: Final = 4
DRAWS: Final = 2_000
#: Intervals hold 95 %, between the 2.5th and the 97.5th percentile of the draws.
LEVEL: Final = 0.95
SEED: Final = 2016


@dataclass(frozen=True)
class Paired:
    """A method against another on the same weeks: ``difference`` of their pooled scores and ``gain``, their ratio
    less 1, each with its interval."""

    difference: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


def draw_weeks(weeks: int, draws: int = DRAWS, block: int = BLOCK_WEEKS, seed: int = SEED) -> Floats:
    """How often each week is in each draw, of shape (draws, weeks); every draw holds ``weeks`` weeks."""
    block = max(1, min(block, weeks // 2))
    starts = np.random.default_rng(seed).integers(0, weeks, (draws, -(-weeks // block)))
    taken = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :weeks] % weeks
    slot = taken + np.arange(draws)[:, None] * weeks
    return np.bincount(slot.ravel(), minlength=draws * weeks).reshape(draws, weeks).astype(np.float64)


def pooled(taken: Floats, upper: Floats, lower: Floats) -> Floats:
    """The pooled ratio of each draw: sums of ``upper`` over sums of ``lower``, both of shape (weeks, …)."""
    return ratio(np.tensordot(taken, upper, axes=1), np.tensordot(taken, lower, axes=1))


def interval(values: Floats) -> tuple[float, float]:
    """The percentile interval of draws; draws that have no value are left out."""
    kept = values[np.isfinite(values)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.percentile(kept, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


def paired(value: float, other: float, draws: Floats, other_draws: Floats) -> Paired:
    """``value`` against ``other``, with the intervals that their draws of the same weeks give."""
    return Paired(
        value - other,
        *interval(draws - other_draws),
        float(ratio(value, other)) - 1.0,
        *interval(ratio(draws, other_draws) - 1.0),
    )
