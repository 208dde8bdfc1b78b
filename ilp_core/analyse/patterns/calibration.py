"""Calibration: turning scores into probabilities that mean what they say, and checking that they do.

A probability is calibrated when of all pairs that were given 0.7, seven in ten belonged together. Two ways of getting
there are given, a logistic curve (Platt 1999, with a ridge for several scores at once) and the best rising step curve
(isotonic regression; Zadrozny & Elkan 2002), and two figures for how well it went: the expected calibration error
and the Brier score (Brier 1950; Naeini et al. 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit, xlogy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Newton's steps for a logistic curve: it converges in about eight.
_MOST_STEPS: Final = 100
_CLOSE_ENOUGH: Final = 1e-10
#: Edges of the bins of a reliability table. Most pairs have next to no probability, so the low bins are narrow
#: [this project's choice].
BINS: Final = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Logistic:
    """P = 1 / (1 + exp(-(intercept + design @ weights)))."""

    intercept: float
    weights: Floats

    def log_odds(self, design: Floats) -> Floats:
        """The log-odds of each row of ``design``, of shape (rows, weights)."""
        return np.asarray(self.intercept + design @ self.weights)


def logistic(design: Floats, linked: Flags, weights: Floats | None = None, ridge: float = 1.0) -> Logistic:
    """The penalised logistic fit: least weighted log loss plus ``ridge`` / 2 times the sum of squared weights.

    ``design`` is of shape (rows, scores), ``linked`` True where a row is of the kind looked for, ``weights`` how many
    rows each row stands for. The intercept is not penalised. Raises ValueError where one of the two kinds is missing.
    """
    counted = np.ones(len(linked)) if weights is None else weights
    if not counted[linked].sum() > 0 or not counted[~linked].sum() > 0:
        raise ValueError("both linked and unlinked rows are needed")
    with_one = np.column_stack([np.ones(len(design)), design])
    penalty = np.full(with_one.shape[1], ridge)
    penalty[0] = 0.0
    share = counted[linked].sum() / counted.sum()
    start = np.zeros(with_one.shape[1])
    start[0] = np.log(share / (1 - share))
    found = _newton(with_one, linked.astype(np.float64), counted, penalty, start)
    return Logistic(float(found[0]), found[1:])


def _newton(design: Floats, target: Floats, weights: Floats, penalty: Floats, found: Floats) -> Floats:
    loss = _loss(design, target, weights, penalty, found)
    for _ in range(_MOST_STEPS):
        p = expit(design @ found)
        slope = design.T @ (weights * (p - target)) + penalty * found
        bend = (design.T * (weights * p * (1 - p))) @ design + np.diag(penalty + 1e-12)
        step = np.linalg.solve(bend, slope)
        # Far from the best, a full step may overshoot.
        for _ in range(30):
            tried = found - step
            after = _loss(design, target, weights, penalty, tried)
            if after <= loss + 1e-12 * abs(loss):
                break
            step = step / 2
        found, gained, loss = tried, loss - after, after
        if gained < _CLOSE_ENOUGH * max(1.0, abs(loss)) and np.abs(step).max() < 1e-8:
            break
    return found


def _loss(design: Floats, target: Floats, weights: Floats, penalty: Floats, found: Floats) -> float:
    log_odds = design @ found
    return float(weights @ (np.logaddexp(0.0, log_odds) - target * log_odds) + penalty @ found**2 / 2)


def platt(score: Floats, linked: Flags, weights: Floats | None = None, ridge: float = 1e-6) -> Logistic:
    """The logistic curve of one score (Platt 1999, without his smoothed targets)."""
    return logistic(score[:, None], linked, weights, ridge)


@dataclass(frozen=True)
class Steps:
    """A rising step curve: ``value`` holds from ``score`` on; below the first, the first value."""

    score: Floats
    value: Floats

    def __call__(self, score: Floats) -> Floats:
        """The value at each score."""
        return self.value[np.maximum(np.searchsorted(self.score, score, side="right") - 1, 0)]


def isotonic(score: Floats, linked: Flags, weights: Floats | None = None) -> Steps:
    """The rising step curve with the least squared error (pool adjacent violators). Equal scores share a value."""
    counted = np.ones(len(linked)) if weights is None else weights
    distinct, place = np.unique(score, return_inverse=True)
    mass = np.bincount(place, weights=counted)
    mean = np.bincount(place, weights=counted * linked) / mass
    return Steps(distinct, np.asarray(isotonic_regression(mean, weights=mass).x))


@dataclass(frozen=True)
class Bin:
    """One row of a reliability table: what was said and what was found for ``count`` rows, ``low`` to ``high``."""

    low: float
    high: float
    count: float
    said: float
    found: float


@dataclass(frozen=True)
class Reliability:
    """How far probabilities hold. ``error`` is the expected calibration error (the mean distance between said and
    found, each bin by its count), ``brier`` the mean squared error, ``constant`` that of always saying the base rate,
    ``log_loss`` the mean log loss and ``expected_over_found`` the sum said over the number found."""

    bins: tuple[Bin, ...]
    error: float
    brier: float
    constant: float
    log_loss: float
    expected_over_found: float


def reliability(
    probability: Floats, linked: Flags, weights: Floats | None = None, edges: tuple[float, ...] = BINS
) -> Reliability:
    """The reliability of ``probability`` for rows of which it is known whether they are ``linked``.

    Raises ValueError where there is no row.
    """
    counted = np.ones(len(linked)) if weights is None else weights
    total = counted.sum()
    if not total > 0:
        raise ValueError("nothing to check")
    place = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    mass, said, found = (
        np.bincount(place, weights=counted * values, minlength=len(edges) - 1)
        for values in (np.ones(len(linked)), probability, linked)
    )
    rate = float(found.sum() / total)
    loss = xlogy(linked, probability) + xlogy(~linked, 1 - probability)
    return Reliability(
        tuple(
            Bin(edges[k], edges[k + 1], float(mass[k]), float(said[k] / mass[k]), float(found[k] / mass[k]))
            for k in np.flatnonzero(mass).tolist()
        ),
        error=float(np.abs(said - found).sum() / total),
        brier=float(counted @ (probability - linked) ** 2 / total),
        constant=rate * (1 - rate),
        log_loss=float(-(counted @ loss) / total),
        expected_over_found=float(said.sum() / found.sum()) if found.sum() else float("inf"),
    )


def discrimination(score: Floats, linked: Flags, weights: Floats | None = None) -> float:
    """The area under the ROC curve: how often a linked row scores above an unlinked one, ties counted half."""
    counted = np.ones(len(linked)) if weights is None else weights
    distinct, place = np.unique(score, return_inverse=True)
    good = np.bincount(place, weights=counted * linked, minlength=len(distinct))
    bad = np.bincount(place, weights=counted * ~linked, minlength=len(distinct))
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / (good.sum() * bad.sum()))
