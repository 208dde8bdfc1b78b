"""Reference: the past periods that a count is compared with, and how high its season stands now.

A period is a week or another whole number of days; number 0 is the one looked at, number j lies j periods before
it. Where the past is longer than a year, a period is compared as Farrington et al. (1996, JRSS A 159:547) do with
the same season of up to five earlier years, and with the last half year brought to the present season; where it is
shorter, with the last half year alone, brought to the force's own present level (EARS-like; Hutwagner et al. 2003,
J Urban Health 80:i89). Season and level are those of all the force's records of the offence: no single area has
enough of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.patterns.loglinear import Numbers, fit_log_linear

YEAR_DAYS: Final = 365.25
#: Earlier years at most, and days to either side of the same day there (Farrington et al. 1996: 5 and 3 weeks).
YEARS_BACK: Final = 5
SEASON_HALF_DAYS: Final = 21
#: The last half year is also compared with: levels move [this project's choice; on the Chicago file of 2014-2016
#: it foretells weeks better than the earlier years alone, see docs/analysis/emerging.md].
RECENT_DAYS: Final = 182
#: What began lately may be the very problem: these days before the window are compared with nothing (EARS C2 and
#: C3 leave out two days, Noufaily et al. 2013 half a year; two weeks are [this project's choice]).
GUARD_DAYS: Final = 14
#: A season can be told from a trend where the past is this long.
SEASON_DAYS: Final = YEAR_DAYS + SEASON_HALF_DAYS
#: An offence of fewer records a period in the whole force shows no season [this project's choice].
LEAST_FOR_SEASON: Final = 4.0
#: Without a season, the force's level is the mean of this many days to either side.
LEVEL_HALF_DAYS: Final = 28
#: How far levels stray is seen anew about once a quarter: so many degrees of freedom has its variance [this
#: project's choice].
ANEW_DAYS: Final = 91
#: Above this many standard deviations a past period is taken for an outbreak and weighs less (Noufaily et al. 2013,
#: Stat Med 32:1206).
OUTBREAK: Final = 2.58

Flags = NDArray[np.bool_]


def periods_back(days: int) -> int:
    """How many periods of ``days`` the longest past that is looked at has."""
    return int((YEARS_BACK * YEAR_DAYS + SEASON_HALF_DAYS) // days) + 1


def reference_periods(on_file: Flags, days: int) -> Flags:
    """True for the periods to compare period 0 with; ``on_file`` is True where a whole period is on file."""
    back = np.arange(len(on_file)) * days
    after_guard = back > GUARD_DAYS
    recent = after_guard & (back <= GUARD_DAYS + RECENT_DAYS)
    years = np.arange(1, YEARS_BACK + 1) * YEAR_DAYS
    season = (np.abs(back[:, None] - years) <= SEASON_HALF_DAYS).any(axis=1)
    return np.asarray((recent | season) & after_guard & on_file)


def tells_season(on_file: Flags, days: int) -> bool:
    """True where the past is long enough to tell a season from a trend."""
    return bool(on_file.any() and np.flatnonzero(on_file)[-1] * days >= SEASON_DAYS)


def factor_freedom(on_file: Flags, days: int) -> float:
    """The degrees of freedom of the variance that ``pooled_factors`` gives."""
    return max(np.count_nonzero(on_file) * days / ANEW_DAYS, 1.0)


def pooled_factors(counts: Numbers, on_file: Flags, days: int) -> tuple[Numbers, Numbers]:
    """How high the season and level of each offence stood in every period, as the mean over its reference is 1.

    ``counts`` are those of the whole force, offences x periods. Also returned, per offence: the variance of the
    logarithm of the factor of period 0.
    """
    used = on_file & (np.arange(len(on_file)) * days > GUARD_DAYS)
    reference = reference_periods(on_file, days)
    factor, variance = np.ones(counts.shape), np.zeros(len(counts))
    if not reference.any():
        return factor, variance
    frequent = np.flatnonzero(counts[:, used].mean(axis=1) >= LEAST_FOR_SEASON)
    shape = _by_season if tells_season(on_file, days) else _by_level
    factor[frequent], variance[frequent] = shape(counts[frequent], used, reference, days)
    factor /= factor[:, reference].mean(axis=1, keepdims=True)
    return factor, variance


def _by_season(counts: Numbers, used: Flags, reference: Flags, days: int) -> tuple[Numbers, Numbers]:
    """A trend and one yearly wave, fitted twice: once to all, once with outbreaks weighing less."""
    years = np.arange(counts.shape[1]) * days / YEAR_DAYS
    wave = 2 * np.pi * years
    design = np.column_stack([np.ones_like(years), years, np.cos(wave), np.sin(wave)])
    ones = np.ones(counts.shape)
    fit = fit_log_linear(counts, design, ones, ones * used)
    spread = np.sqrt(fit.mean * np.maximum(fit.scale, 1.0)[:, None])
    fit = fit_log_linear(counts, design, ones, used * outbreak_weights((counts - fit.mean) / spread))
    apart = design[0] - design[reference].mean(axis=0)
    unsure = np.maximum(fit.scale, 1.0) * (fit.covariance @ apart @ apart)
    held = np.flatnonzero(used)
    return fit.mean, unsure + _wander(counts[:, held] / fit.mean[:, held] - 1, days)


def _wander(missed: Numbers, days: int) -> Numbers:
    """How far the level strays from trend and wave within the time that is foretold, as a variance.

    ``missed`` are the relative residuals, newest first. Two months' mean is set against that of the half year before
    it, with the guard between them; what single periods scatter (seen in neighbours) is no straying.
    """
    near, gap, far = (max(round(length / days), 1) for length in (2 * LEVEL_HALF_DAYS, GUARD_DAYS, RECENT_DAYS))
    pairs = missed.shape[1] - near - gap - far + 1
    if pairs < 1:
        return np.zeros(len(missed))
    running = np.cumsum(np.pad(missed, ((0, 0), (1, 0))), axis=1)
    late = (running[:, near:] - running[:, :-near])[:, :pairs] / near
    early = (running[:, far:] - running[:, :-far])[:, near + gap :][:, :pairs] / far
    scatter = (np.diff(missed, axis=1) ** 2).mean(axis=1) / 2
    strayed = ((late - early) ** 2).mean(axis=1) - scatter * (1 / near + 1 / far)
    return np.asarray(np.maximum(strayed, 0.0), dtype=np.float64)


def _by_level(counts: Numbers, used: Flags, _reference: Flags, days: int) -> tuple[Numbers, Numbers]:
    """The mean of the used periods near each period; before the first and after the last, of the nearest.

    Without a season known, a level foretells no better than it did so far: the variance is what such forecasts
    missed in this past beyond the chance of a single period.
    """
    held = np.flatnonzero(used)
    width = min(2 * round(LEVEL_HALF_DAYS / days) + 1, len(held))
    running = np.cumsum(np.pad(counts[:, held], ((0, 0), (1, 0))), axis=1)
    means = np.maximum((running[:, width:] - running[:, :-width]) / width, 1e-9)
    nearest = np.searchsorted(held, np.arange(counts.shape[1])) - width // 2
    level = means[:, np.clip(nearest, 0, means.shape[1] - 1)]
    scale = ((counts[:, held] - level[:, held]) ** 2 / level[:, held]).mean(axis=1) * width / max(width - 1, 1)
    chance = np.maximum(scale, 1.0) / level[:, 0]
    # What each held period was, against the level foretold from as long before it as now.
    ahead = int(held[0])
    foretold = means[:, ahead:]
    missed = (counts[:, held[: foretold.shape[1]]] / foretold - 1) ** 2 - np.maximum(scale, 1.0)[:, None] / foretold
    beyond = missed.mean(axis=1) if foretold.shape[1] else np.zeros(len(counts))
    return level, np.maximum(chance / width, beyond)


def outbreak_weights(z: Numbers) -> Numbers:
    """1 up to OUTBREAK standard deviations, 1/z^2 above (Noufaily et al. 2013)."""
    return np.where(z > OUTBREAK, 1 / np.maximum(z, 1.0) ** 2, 1.0)
