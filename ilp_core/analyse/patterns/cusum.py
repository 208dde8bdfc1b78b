"""Slow drifts: an area's count that lies a little over (or under) its level for many weeks.

A week's test sees a surge; a small lasting rise it takes for chance every time. The cumulative sum of what each
week held over a reference value sees it (Page 1954; Lucas 1985, Technometrics 27:129, for counts). The reference is
the likelihood-ratio one between the level and RATIO times the level; the threshold is that which the sum reaches by
chance once in a stated run length (run_length.py), so that all series together give a stated number of false drifts
a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.patterns.loglinear import Numbers, fit_log_linear
from ilp_core.analyse.patterns.reference import LEAST_FOR_SEASON, SEASON_DAYS, YEAR_DAYS, Flags
from ilp_core.analyse.patterns.run_length import count_run_length, threshold_for
from ilp_core.analyse.patterns.surveillance import History, levels_of, pools_of
from ilp_core.analyse.patterns.weekly import By, Weekly, count_weekly
from ilp_core.domain.places import AreaKind
from ilp_core.domain.windows import Hours

METHOD: Final = "drift-1"
SOURCE: Final = "Lucas 1985 Technometrics 27:129; Brook & Evans 1972 Biometrika 59:539"
WEEK_DAYS: Final = 7
#: The weeks that are summed: half a year, before which lies the baseline [this project's choice].
RUN_WEEKS: Final = 26
#: The baseline is at most two years, and at least as long as micro_time.py wants a past.
BASELINE_WEEKS: Final = 104
LEAST_BASELINE_WEEKS: Final = 12
#: The lasting change that the sum is made for: a third more, or as much less [this project's choice].
RATIO: Final = 4 / 3
#: False drifts a year, of all series together, where nothing drifts [this project's choice].
FALSE_A_YEAR: Final = 2.0
#: The level is known from a finite past: the end of its interval on the side of no alarm stands for it, so that nine
#: series in ten have at least the stated run length (after Gandy & Kvaloy 2013, Scand J Stat 40:647).
SURE_ERRORS: Final = 1.2816
#: References of small counts are multiples of this, for which run lengths are exact.
_STEP: Final = 1 / 16
_SMALL: Final = 10.0

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Drift:
    """One series that drifts.

    ``since`` is the start of the first week after the last at which the sum was 0, in seconds since 1970 UTC;
    ``count`` and ``expected`` are of the ``weeks`` since then. ``statistic``, the sum, reached ``threshold``.
    """

    kind: str
    area_kind: AreaKind
    area: str
    direction: Direction
    since: float
    weeks: int
    count: int
    expected: float
    statistic: float
    threshold: float
    rows: Rows


@dataclass(frozen=True)
class DriftFinding:
    """The drifts of the ``tested`` series, strongest first; by chance ``false_a_year`` begin a year in all of them
    together, each series alone one in ``run_length`` weeks.

    ``baseline`` weeks served, 0 where the past is too short: then nothing was tested. Where it did not tell a season
    (``seasonal`` False) areas are compared with the whole force in the same weeks, and a force with nothing.
    """

    drifts: tuple[Drift, ...]
    tested: int
    run_length: float
    false_a_year: float
    baseline: int
    seasonal: bool
    basis: Basis


def find_drifts(
    frame: IncidentFrame,
    at: float,
    *,
    area: AreaKind = "district",
    by: By = "offence",
    complete_until: float | None = None,
    ratio: float = RATIO,
    false_a_year: float = FALSE_A_YEAR,
    downward: bool = False,
) -> DriftFinding:
    """The slow drifts open at ``at``: upward, and ``downward`` too where asked.

    Raises ValueError for a ratio or a rate out of bounds.
    """
    if ratio <= 1 or false_a_year <= 0:
        raise ValueError("a drift needs a ratio over 1 and a rate of false ones over 0")
    end = at if complete_until is None else min(at, complete_until)
    periods = RUN_WEEKS + BASELINE_WEEKS
    weekly = count_weekly(frame, at, area=area, days=WEEK_DAYS, end=end, periods=periods, by=by)
    past = weekly.on_file & (np.arange(periods) >= RUN_WEEKS)
    baseline = int(np.count_nonzero(past))
    everything = weekly.inside(Hours(0, 0))
    force = weekly.of_force(everything)
    seasonal = bool(baseline and (np.flatnonzero(past)[-1] - RUN_WEEKS) * WEEK_DAYS >= SEASON_DAYS)
    one = len(weekly.areas) == 1
    enough = baseline >= LEAST_BASELINE_WEEKS and (seasonal or not one)
    directions: tuple[Direction, ...] = ("up", "down") if downward else ("up",)
    series = len(weekly.kinds) * len(weekly.areas) * len(directions) if enough else 0
    length = 52.0 * max(series, 1) / false_a_year
    drifts: list[Drift] = []
    if enough:
        factor = seasonal_wave(force, past) if seasonal else _force_itself(force, past)
        level = level_of(weekly.of_areas(everything), factor, past, weekly.since)
        for direction in directions:
            drifts.extend(_drifts(weekly, level, area, direction, ratio, length))
    return DriftFinding(
        drifts=tuple(sorted(drifts, key=lambda found: (-found.statistic / found.threshold, found.kind, found.area))),
        tested=series,
        run_length=length,
        false_a_year=false_a_year,
        baseline=baseline if enough else 0,
        seasonal=seasonal and enough,
        basis=basis_of(
            frame,
            weekly.evidence,
            METHOD,
            SOURCE,
            area=area,
            by=by,
            complete_until=end,
            ratio=ratio,
            false_a_year=false_a_year,
            downward=downward,
        ),
    )


@dataclass(frozen=True)
class Level:
    """Per series (kinds x areas, in a row): its ``area``; ``counts`` and ``mean`` of every week, newest first; the
    standard ``error`` of the logarithm of the level, the over-``dispersion``, and the weeks ``on_file`` there."""

    area: NDArray[np.intp]
    counts: Numbers
    mean: Numbers
    error: Numbers
    dispersion: Numbers
    on_file: NDArray[np.bool_]


def seasonal_wave(force: Numbers, past: Flags) -> Numbers:
    """The yearly wave of each kind in the whole force, as told by ``past``, for every week; the trend is left out."""
    years = np.arange(force.shape[1]) * WEEK_DAYS / YEAR_DAYS
    waves = np.column_stack([np.cos(2 * np.pi * years), np.sin(2 * np.pi * years)])
    design = np.column_stack([np.ones_like(years), years, waves])
    factor = np.ones(force.shape)
    frequent = force[:, past].mean(axis=1) >= LEAST_FOR_SEASON
    ones = np.ones((int(np.count_nonzero(frequent)), len(years)))
    fit = fit_log_linear(force[frequent], design, ones, ones * past)
    factor[frequent] = np.exp(fit.coefficients[:, 2:] @ waves.T)
    return factor


def _force_itself(force: Numbers, past: Flags) -> Numbers:
    """Each kind's own weeks in the whole force, as multiples of the past's mean."""
    return np.asarray((force + 0.5) / (force[:, past].mean(axis=1, keepdims=True) + 0.5), dtype=np.float64)


def level_of(areas: Numbers, factor: Numbers, past: Flags, since: NDArray[np.intp]) -> Level:
    """The level of every series, from the weeks of ``past`` since its area is on file.

    ``areas`` is kinds x areas x weeks, ``factor`` kinds x weeks.
    """
    kinds, places, weeks = areas.shape
    kind, area = np.repeat(np.arange(kinds), places), np.tile(np.arange(places), kinds)
    chosen = np.flatnonzero(past)
    counts = areas.reshape(-1, weeks)
    history = History(
        counts=counts[:, chosen],
        factor=factor[kind][:, chosen],
        usable=chosen <= since[area][:, None],
        pool=kind,
        back=np.asarray(chosen * WEEK_DAYS, dtype=np.float64),
        days=WEEK_DAYS,
        now=np.ones(len(kind)),
        now_variance=np.zeros(len(kind)),
    )
    pools = pools_of(history, kinds)
    level, dispersion, told = levels_of(history, pools)
    return Level(
        area,
        counts,
        level[:, None] * factor[kind],
        1 / np.sqrt(told),
        dispersion,
        np.arange(weeks) <= since[area][:, None],
    )


def reference_value(mean: Numbers, dispersion: Numbers, ratio: float) -> Numbers:
    """Per week the count between ``mean`` and ``ratio`` times it that speaks for neither (Lucas 1985; for the
    negative binomial Hoehle & Paul 2008, Comput Stat Data Anal 52:4357)."""
    spread = np.maximum(dispersion, 1e-9)
    gained = np.log1p(spread * ratio * mean) - np.log1p(spread * mean)
    return np.asarray(gained / spread / (np.log(ratio) - gained))


def cumulate(
    counts: Numbers, reference: Numbers, on_file: Flags, direction: Direction
) -> tuple[Numbers, NDArray[np.intp]]:
    """The sum after each week and the week at which it last was 0, series x weeks, oldest week first (-1 before the
    first). Weeks not on file leave the sum as it was."""
    sums = np.zeros(counts.shape)
    begun = np.zeros(counts.shape, dtype=np.intp)
    held, start = np.zeros(len(counts)), np.full(len(counts), -1, dtype=np.intp)
    sign = 1.0 if direction == "up" else -1.0
    for week in range(counts.shape[1]):
        step = np.where(on_file[:, week], sign * (counts[:, week] - reference[:, week]), 0.0)
        held = np.maximum(held + step, 0.0)
        start = np.where(held == 0, week, start)
        sums[:, week], begun[:, week] = held, start
    return sums, begun


@dataclass(frozen=True)
class Watch:
    """The run, series x weeks, oldest week first: the sum after each week, the week at which it last was 0 (-1 before
    the first), the weeks summed, and per series their ``typical`` mean (NaN where there are none)."""

    sums: Numbers
    begun: NDArray[np.intp]
    summed: NDArray[np.bool_]
    typical: Numbers


def watch(level: Level, on_file: NDArray[np.bool_], direction: Direction, ratio: float) -> Watch:
    """Sum the weeks of the run; ``on_file`` (areas x weeks) is True for those that may be."""
    run = slice(RUN_WEEKS - 1, None, -1)
    sure = np.exp(SURE_ERRORS * level.error)
    mean = (level.mean * (sure if direction == "up" else 1 / sure)[:, None])[:, run]
    reference = reference_value(mean, level.dispersion[:, None], ratio if direction == "up" else 1 / ratio)
    summed = (level.on_file & on_file[level.area])[:, run]
    sums, begun = cumulate(level.counts[:, run], reference, summed, direction)
    weeks = np.count_nonzero(summed, axis=1)
    typical = np.where(weeks > 0, (mean * summed).sum(axis=1) / np.maximum(weeks, 1), np.nan)
    return Watch(sums, begun, summed, typical)


def _drifts(
    weekly: Weekly, level: Level, area: AreaKind, direction: Direction, ratio: float, length: float
) -> list[Drift]:
    watched = watch(level, weekly.on_file & weekly.speaking, direction, ratio)
    found = []
    for series in np.flatnonzero(watched.sums[:, -1] > 0).tolist():
        reached, spread = float(watched.sums[series, -1]), float(level.dispersion[series])
        threshold = drift_threshold(float(watched.typical[series]), spread, ratio, length, direction, reached)
        if threshold is None:
            continue
        weeks = RUN_WEEKS - 1 - int(watched.begun[series, -1])
        kind, place = divmod(series, len(weekly.areas))
        # Newest week first, as the level has them.
        since = watched.summed[series, ::-1][:weeks]
        mine = (weekly.kind == kind) & (weekly.area == place) & (weekly.period < weeks)
        found.append(
            Drift(
                kind=weekly.kinds[kind],
                area_kind=area,
                area=weekly.areas[place],
                direction=direction,
                since=weekly.end - weeks * WEEK_DAYS * DAY_S,
                weeks=weeks,
                count=int(level.counts[series, :weeks][since].sum()),
                expected=float(level.mean[series, :weeks][since].sum()),
                statistic=reached,
                threshold=threshold,
                rows=weekly.evidence.rows[mine],
            )
        )
    return found


def drift_threshold(
    mean: float, dispersion: float, ratio: float, length: float, direction: Direction, reached: float = np.inf
) -> float | None:
    """The threshold of counts of ``mean`` with a run length of ``length`` weeks; None where ``reached`` is below."""
    upward = direction == "up"
    reference = float(reference_value(np.array(mean), np.array(dispersion), ratio if upward else 1 / ratio))
    step = _STEP if mean < _SMALL else 0.0

    def run(threshold: float) -> float:
        # Down to the lattice: a run shorter than it is, never longer.
        held = max(np.floor(threshold / step) * step, step) if step else threshold
        return count_run_length(mean, dispersion, kept, held, upward=upward)

    # A reference nearer to the mean gives shorter runs: it is rounded towards it.
    kept = reference if not step else (np.floor if upward else np.ceil)(reference / step) * step
    if np.isfinite(reached) and run(reached) < length:
        return None
    return min(threshold_for(run, length), reached)
