"""Loglinear: many small log-linear count models fitted at once, as quasi-Poisson (McCullagh & Nelder 1989, ch. 9).

One design serves all series, so that thousands of fits are a few array operations: iteratively reweighted least
squares on stacked normal equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MOST_STEPS: Final = 50
#: A fit stands where no coefficient moves by more than this.
TOLERANCE: Final = 1e-10
#: Added to the diagonal of the normal equations: a series of zeros has no finite level, and stays solvable.
RIDGE: Final = 1e-10
#: The fitted logarithm is kept within this of zero: beyond it, no count is meant.
_FARTHEST: Final = 50.0


@dataclass(frozen=True)
class Fit:
    """``coefficients`` (series x terms), their unscaled ``covariance`` (series x terms x terms), fitted ``mean``
    (series x weeks) and ``scale``: Pearson's over-dispersion, not below 0 (series)."""

    coefficients: Numbers
    covariance: Numbers
    mean: Numbers
    scale: Numbers


def fit_log_linear(counts: Numbers, design: Numbers, exposure: Numbers, weights: Numbers) -> Fit:
    """Fit log mean = log ``exposure`` + ``design`` @ coefficients to every row of ``counts``.

    ``counts``, ``exposure`` and ``weights`` are series x weeks; ``design`` is weeks x terms, its first term the
    level. Where exposure or weight is 0 the week does not count. The degrees of freedom of ``scale`` are the weeks
    of weight above 0 less the terms.
    """
    used = weights * (exposure > 0)
    offset = np.log(np.where(exposure > 0, exposure, 1.0))
    series, terms = len(counts), design.shape[1]
    coefficients = np.zeros((series, terms))
    held = (used * exposure).sum(axis=1)
    coefficients[:, 0] = np.log(((used * counts).sum(axis=1) + 0.5) / np.maximum(held, 1e-12))
    ridge = RIDGE * np.eye(terms)
    for _ in range(MOST_STEPS):
        mean = _mean(offset, design, coefficients)
        step = np.linalg.solve(
            _information(design, used * mean) + ridge, ((used * (counts - mean)) @ design)[:, :, None]
        )[:, :, 0]
        # No step over e^3: a series of zeros runs to minus infinity, and need not hurry.
        coefficients += np.clip(step, -3.0, 3.0)
        if not series or float(np.abs(step).max()) < TOLERANCE:
            break
    mean = _mean(offset, design, coefficients)
    covariance = np.asarray(np.linalg.inv(_information(design, used * mean) + ridge), dtype=np.float64)
    left = np.maximum((used > 0).sum(axis=1) - terms, 1)
    scale = (used * (counts - mean) ** 2 / mean).sum(axis=1) / left
    return Fit(coefficients, covariance, mean, scale)


def _mean(offset: Numbers, design: Numbers, coefficients: Numbers) -> Numbers:
    return np.asarray(np.exp(np.clip(offset + coefficients @ design.T, -_FARTHEST, _FARTHEST)))


def _information(design: Numbers, weight: Numbers) -> Numbers:
    """The information of each series: series x terms x terms."""
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    terms = design.shape[1]
    return np.asarray((weight @ products).reshape(len(weight), terms, terms))
