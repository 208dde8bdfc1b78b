"""The result: scores pooled over the weeks, with intervals, each method beside the best count and the best rival.

Which plain count is the best is read off the same weeks for each area share, so that the comparison leans towards the
plain counts, never towards the method that wants to replace them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.backtest.intervals import Paired, draw_weeks, interval, paired, pooled
from ilp_core.analyse.backtest.measures import (
    AREA_SHARES,
    area_under,
    cells_of,
    dispersion,
    predictive_accuracy,
    predictive_efficiency,
    ratio,
    recapture_rate,
    rolling_spread,
    total_interval,
)
from ilp_core.analyse.backtest.methods import Horizon, Kind, kind_of, recent
from ilp_core.analyse.backtest.run import Table
from ilp_core.analyse.backtest.scores import Scores
from ilp_core.analyse.backtest.study import ENOUGH_EVENTS, Reporting, Study
from ilp_core.analyse.basis import Basis
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS

Floats = NDArray[np.float64]

#: Points of the hit-rate curve that are kept for charts: closer where areas are small [this project's choice].
CURVE_SHARES: Final = tuple(sorted({*(np.linspace(0, 1, 61) ** 2).round(6).tolist(), *AREA_SHARES, 0.20}))


@dataclass(frozen=True)
class Row:
    """One method on one offence at one area share. Every number is pooled over the weeks; NaN where there is none.

    ``paired_lo`` and ``paired_hi`` are the interval of its PAI less that of ``best_naive``, ``gain`` the ratio of
    both less 1; ``rival_…`` the same against ``best_rival``, the best of all other methods that are not learned.
    ``pei_star`` is the mean of the weeks' own hits over the most possible. ``pai_time`` ranks places and times
    together. ``log_score`` is in nats per event, ``log_gain_…`` the interval of it less that of
    ``best_naive_log``, the plain count with the best of its own.
    ``coverage`` is the share of weeks whose total lay within the 90 % interval, ``coverage_poisson`` the same of
    plain Poisson intervals.
    """

    offence: str
    method: str
    kind: Kind
    horizon: Horizon
    area_share: float
    cells: int
    hit_rate: float
    pai: float
    pai_lo: float
    pai_hi: float
    pei: float
    pei_star: float
    rri: float
    n: int
    weeks: int
    best_naive: str
    paired_lo: float
    paired_hi: float
    gain: float
    gain_lo: float
    gain_hi: float
    best_rival: str
    rival_lo: float
    rival_hi: float
    rival_gain: float
    expected_over_observed: float
    expected_over_observed_lo: float
    expected_over_observed_hi: float
    coverage: float
    coverage_poisson: float
    area_under_curve: float
    log_score: float
    best_naive_log: str
    log_gain_lo: float
    log_gain_hi: float
    harm_share: float
    pai_harm: float
    pai_time: float


@dataclass(frozen=True)
class BacktestResult:
    """All rows of a run, ordered as tested. ``curves`` holds, per offence and method, the hit rate at CURVE_SHARES;
    ``reliability`` expected and observed totals in ten parts of equal expected total."""

    horizon: Horizon
    rows: tuple[Row, ...]
    curves: Mapping[tuple[str, str], tuple[float, ...]]
    reliability: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    events: Mapping[str, int]
    cells: int
    cell_m: float
    rings: int | None
    outside: int
    weeks: int
    skipped: int
    reporting: Reporting
    lag_days: float
    basis: Basis

    @property
    def offences(self) -> tuple[str, ...]:
        """The offences tested."""
        return tuple(dict.fromkeys(row.offence for row in self.rows))

    def of(self, offence: str, area_share: float) -> tuple[Row, ...]:
        """The rows of one offence at one area share."""
        return tuple(row for row in self.rows if (row.offence, row.area_share) == (offence, area_share))

    def few(self, offence: str) -> bool:
        """True where so few events are on file that intervals are wide."""
        return self.events[offence] < ENOUGH_EVENTS


@dataclass(frozen=True)
class _Drawn:
    """One method's pooled numbers, and what the draws of weeks make of them: PAI (draws, shares), log (draws,)."""

    scores: Scores
    pai: Floats
    pai_draws: Floats
    log: float
    log_draws: Floats
    ratio_draws: Floats


def result_of(study: Study, table: Table, seed: int | None = None) -> BacktestResult:
    """The result of a run; ``seed`` is that of the bootstrap, None for the project's own."""
    cells = [cells_of(share, len(study.grid)) for share in AREA_SHARES]
    areas = np.array(cells) / len(study.grid)
    taken = draw_weeks(len(study.origins)) if seed is None else draw_weeks(len(study.origins), seed=seed)
    rows: list[Row] = []
    for offence in study.offences:
        drawn = {name: _drawn(scores, areas, taken) for (slug, name), scores in table.items() if slug == offence}
        spread = _spread_before(study, offence)
        for name, each in drawn.items():
            covered = _coverage(each.scores, spread, study.lag_days)
            rows.extend(_row(study, offence, name, n, drawn, cells[n], covered) for n in range(len(cells)))
    return BacktestResult(
        horizon=study.horizon,
        rows=tuple(rows),
        curves={key: _curve(scores) for key, scores in table.items()},
        reliability={key: _parts(scores) for key, scores in table.items()},
        events=dict(study.events),
        cells=len(study.grid),
        cell_m=study.grid.size,
        rings=study.rings,
        outside=study.outside,
        weeks=len(study.origins),
        skipped=study.skipped,
        reporting=study.reporting,
        lag_days=study.lag_days,
        basis=study.basis,
    )


def _drawn(scores: Scores, areas: Floats, taken: Floats) -> _Drawn:
    events = scores.events.sum()
    return _Drawn(
        scores=scores,
        pai=predictive_accuracy(scores.hits.sum(axis=0), events, areas),
        pai_draws=pooled(taken, scores.hits, scores.events[:, None]) / areas,
        log=float(ratio(scores.log.sum(), events)),
        log_draws=pooled(taken, scores.log, scores.events),
        ratio_draws=pooled(taken, scores.expected, scores.events),
    )


def _row(
    study: Study,
    offence: str,
    name: str,
    share: int,
    drawn: Mapping[str, _Drawn],
    cells: int,
    covered: tuple[float, float],
) -> Row:
    own = drawn[name]
    scores, area = own.scores, cells / len(study.grid)
    hits, events = scores.hits.sum(axis=0)[share], scores.events.sum()
    naive = _best(drawn, share, [each for each in drawn if kind_of(each) == "naive"])
    rival = _best(drawn, share, [each for each in drawn if kind_of(each) != "learned" and each != name])
    against_naive, against_rival = (_against(own, drawn.get(other), share) for other in (naive, rival))
    pai_lo, pai_hi = interval(own.pai_draws[:, share])
    calibrated = interval(own.ratio_draws)
    likely = max((each for each in drawn if kind_of(each) == "naive"), key=lambda each: drawn[each].log, default="")
    log_gain = interval(own.log_draws - drawn[likely].log_draws) if likely else (math.nan, math.nan)
    harm = float(ratio(scores.harm_hits.sum(axis=0)[share], scores.harm.sum()))
    return Row(
        offence=offence,
        method=name,
        kind=kind_of(name),
        horizon=study.horizon,
        area_share=AREA_SHARES[share],
        cells=cells,
        hit_rate=float(ratio(hits, events)),
        pai=float(own.pai[share]),
        pai_lo=pai_lo,
        pai_hi=pai_hi,
        pei=float(predictive_efficiency(hits, scores.best.sum(axis=0)[share])),
        pei_star=_mean(scores.efficiency[:, share]),
        rri=float(recapture_rate(hits, events, scores.base_hits.sum(axis=0)[share], scores.base.sum())),
        n=round(events),
        weeks=scores.weeks,
        best_naive=naive,
        paired_lo=against_naive.low,
        paired_hi=against_naive.high,
        gain=against_naive.gain,
        gain_lo=against_naive.gain_low,
        gain_hi=against_naive.gain_high,
        best_rival=rival,
        rival_lo=against_rival.low,
        rival_hi=against_rival.high,
        rival_gain=against_rival.gain,
        expected_over_observed=float(ratio(scores.expected.sum(), events)),
        expected_over_observed_lo=calibrated[0],
        expected_over_observed_hi=calibrated[1],
        coverage=covered[0],
        coverage_poisson=covered[1],
        area_under_curve=area_under(scores.curve.sum(axis=0)),
        log_score=own.log,
        best_naive_log=likely,
        log_gain_lo=log_gain[0],
        log_gain_hi=log_gain[1],
        harm_share=harm,
        pai_harm=harm / area,
        pai_time=float(_timed(study, scores, share)),
    )


def _timed(study: Study, scores: Scores, share: int) -> Floats:
    """PAI where places and times are ranked together."""
    slots = len(study.grid) * len(study.target(next(iter(study.offences)), study.origins[0]).spans)
    area = cells_of(AREA_SHARES[share], slots) / slots
    return predictive_accuracy(scores.timed_hits.sum(axis=0)[share], scores.events.sum(), area)


def _best(drawn: Mapping[str, _Drawn], share: int, names: Sequence[str]) -> str:
    """The name with the highest PAI at a share, among equals the highest log score; empty where there is none."""
    return max(names, key=lambda name: (drawn[name].pai[share], drawn[name].log), default="")


def _against(own: _Drawn, other: _Drawn | None, share: int) -> Paired:
    if other is None:
        return Paired(*[math.nan] * 6)
    return paired(float(own.pai[share]), float(other.pai[share]), own.pai_draws[:, share], other.pai_draws[:, share])


def _mean(values: Floats) -> float:
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else math.nan


def _spread_before(study: Study, offence: str) -> float:
    """Variance over mean of the offence's whole weeks in the year before the first origin."""
    first = study.target(offence, study.origins[0])
    own = recent(study.history.before(study.origins[0]), first, 364)
    week = ((study.origins[0] - own.time - 1) // (WEEK_DAYS * DAY_S)).astype(np.intp)
    if not len(week):
        return 1.0
    return dispersion(np.bincount(week)[: max(1, int(week.max()))].astype(np.float64))


def _coverage(scores: Scores, spread: float, lag_days: float) -> tuple[float, float]:
    """The share of weeks whose total lay in its interval: of rolling spread, and of Poisson."""
    delay = 1 + math.ceil(lag_days / WEEK_DAYS)
    spreads = rolling_spread(scores.expected, scores.events, spread, delay)
    inside = []
    for wide in (spreads, np.ones(scores.weeks)):
        bounds = [total_interval(*each) for each in zip(scores.expected.tolist(), wide.tolist(), strict=True)]
        low, high = np.array(bounds).T
        inside.append(float(np.mean((low <= scores.events) & (scores.events <= high))))
    return inside[0], inside[1]


def _curve(scores: Scores) -> tuple[float, ...]:
    curve = scores.curve.sum(axis=0)
    places = np.array(CURVE_SHARES) * (len(curve) - 1)
    return tuple(ratio(np.interp(places, np.arange(len(curve)), curve), curve[-1]).tolist())


def _parts(scores: Scores) -> tuple[tuple[float, float], ...]:
    return tuple((expected, observed) for expected, observed in scores.parts.sum(axis=0).tolist())
