"""Hot now: what one look at a city needs, in one finding.

Counts per cell, their density, the cells that stand out by Gi* with the false-discovery rate held, this period beside
the one before with an interval, and the share of every hour of the day. Made of the parts of this room, at
once, from the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.amounts.ratio import ratio_interval, ratio_p
from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import DAY_S, Evidence, in_hours
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.kept import Kept
from ilp_core.analyse.places import name_of
from ilp_core.analyse.where.density import BANDWIDTH_M, Kernel, Smoother
from ilp_core.analyse.where.gi_star import DRAWS, GiStar, Inference, gi_star
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.lattice import Lattice, Values
from ilp_core.domain.windows import Hours

METHOD: Final = "hot now 1: counts, kernel density, Gi* with FDR 5 %, exact conditional trend, hours of the day"
SOURCE: Final = (
    "Ord & Getis 1995; Benjamini & Hochberg 1995; Diggle 1985; Przyborowski & Wilenski 1940, Biometrika 31:313; "
    "Clopper & Pearson 1934, Biometrika 26:404"
)

#: What "now" is where nothing is asked: whole weeks, the shortest of HunchLab's baselines (doctrine S2).
NOW_DAYS: Final = 28
CONFIDENCE: Final = 0.95
#: Hot cells that are named; the others are in the mask.
MOST_NAMED: Final = 10
#: Kernels kept per grid.
_MOST_KERNELS: Final = 8


@dataclass(frozen=True)
class Placed:
    """A frame's rows on a grid, with what is found once and used by every question: hold it as long as the frame."""

    frame: IncidentFrame
    grid: Grid

    @cached_property
    def cell(self) -> NDArray[np.int32]:
        """The cell of every row of the frame, -1 off the study area."""
        return self.grid.cell_of(self.frame.column["x"], self.frame.column["y"]).astype(np.int32)

    @cached_property
    def lattice(self) -> Lattice:
        """The cells with the eight round each."""
        return Lattice(self.grid)

    @cached_property
    def _smoothers(self) -> Kept[Smoother]:
        return Kept(_MOST_KERNELS)

    def smoother(self, bandwidth: float, kernel: Kernel) -> Smoother:
        """The kernel on the grid."""
        return self._smoothers.get((bandwidth, kernel), lambda: Smoother(self.grid, bandwidth, kernel))


@dataclass(frozen=True)
class Trend:
    """``count`` records in ``days`` on file beside ``before`` in ``days_before``. ``ratio`` is that of the daily
    rates, with the interval from ``low`` to ``high``; ``p`` two-sided, of no change. NaN where nothing is known."""

    count: int
    before: int
    days: float
    days_before: float
    ratio: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class HotCell:
    """A cell that stands out: its number on the grid and middle in projected metres, the block most of its records
    give ('' where it holds none itself), its own count, that with its neighbours, and what chance lets expect of
    both together."""

    cell: int
    x: float
    y: float
    label: str
    count: float
    around: float
    usual: float
    z: float
    q: float


@dataclass(frozen=True)
class HotNow:
    """What is hot in (``start``, ``at``]. Per cell of ``grid``: ``counts``, ``density`` per km², ``gi``.

    ``named`` are the surest hot cells. ``trend`` is None where the time before is not on file. ``by_hour`` are the
    period's records by hour of the day, whatever hours were asked for, and ``hourless`` those of no known hour;
    ``outside`` lie off the study area. ``rows`` are the period's records in the hours asked for.
    """

    grid: Grid
    start: float
    at: float
    counts: Values
    density: Values
    gi: GiStar
    named: tuple[HotCell, ...]
    trend: Trend | None
    by_hour: NDArray[np.int64]
    hourless: int
    outside: int
    rows: Rows
    basis: Basis

    @property
    def share_by_hour(self) -> Values:
        """The share of every hour of the day among the records whose hour is known."""
        return np.asarray(self.by_hour / max(int(self.by_hour.sum()), 1))


def hot_now(
    frame: IncidentFrame,
    evidence: Evidence,
    grid: Grid,
    at: float,
    hours: Hours | None = None,
    *,
    days: float = NOW_DAYS,
    covered: Coverage | None = None,
    bandwidth: float = BANDWIDTH_M,
    kernel: Kernel = "gaussian",
    inference: Inference = "exact",
    draws: int = DRAWS,
    seed: int = 0,
    placed: Placed | None = None,
) -> HotNow:
    """What is hot at ``at``: the last ``days`` of the evidence, of which it should hold twice as many for a trend.

    ``hours`` limits all but the hours' own profile; gather the evidence of all hours then. ``covered`` says what the
    records cover, so that missing days are no quiet ones; without it both periods count as whole. ``placed`` is what
    an earlier question left to use again; raises ValueError where it is of another frame or grid. A ``bandwidth``
    finer than a cell is taken as a cell's.
    """
    ground = placed if placed is not None else Placed(frame, grid)
    if ground.frame is not frame or ground.grid is not grid:
        raise ValueError("what was placed belongs to another frame or grid")
    start = at - days * DAY_S
    everything = frame.seen(evidence.rows, start, at, at)
    by_hour, hourless = _by_hour(frame, everything)
    now = _limited(frame, everything, hours)
    before = _limited(frame, frame.seen(evidence.rows, start - days * DAY_S, start, at), hours)
    cell = ground.cell[now]
    counts = np.bincount(cell[cell >= 0], minlength=len(grid)).astype(np.float64)
    smoother = ground.smoother(max(bandwidth, grid.size), kernel)
    generator = np.random.default_rng(seed)
    gi = gi_star(ground.lattice, counts, inference=inference, draws=draws, generator=generator)
    basis = basis_of(
        frame, evidence, METHOD, SOURCE,
        days=days, hours=None if hours is None else str(hours), cell_m=grid.size, cells=len(grid),
        bandwidth_m=smoother.bandwidth, kernel=kernel, edge=True, inference=gi.inference,
        draws=draws if gi.inference in ("draws", "conditional") else None, seed=seed,
    )  # fmt: skip
    return HotNow(
        grid=grid,
        start=start,
        at=at,
        counts=counts,
        density=smoother.of_cells(counts),
        gi=gi,
        named=_named(frame, grid, now, cell, counts, gi),
        trend=_trend(len(now), len(before), *_days(covered, start, at, days)),
        by_hour=by_hour,
        hourless=hourless,
        outside=int(np.count_nonzero(cell < 0)),
        rows=now,
        basis=basis,
    )


def _limited(frame: IncidentFrame, rows: Rows, hours: Hours | None) -> Rows:
    """Of ``rows`` those whose known hour lies in ``hours``."""
    if hours is None or hours.all_day:
        return rows
    minute = frame.column["local"][rows] % DAY_S // 60
    limited: Rows = rows[in_hours(minute, hours) & (frame.column["timed"][rows] == 1)]
    return limited


def _by_hour(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], int]:
    timed = frame.column["timed"][rows] == 1
    hour = frame.column["local"][rows[timed]] % DAY_S // 3_600
    by_hour: NDArray[np.int64] = np.bincount(hour, minlength=24).astype(np.int64, copy=False)
    return by_hour, int(np.count_nonzero(~timed))


def _named(
    frame: IncidentFrame, grid: Grid, rows: Rows, cell: NDArray[np.int32], counts: Values, gi: GiStar
) -> tuple[HotCell, ...]:
    hot = np.flatnonzero(gi.hot())
    surest = hot[np.lexsort((hot, -gi.z[hot], gi.q[hot]))][:MOST_NAMED]
    x, y = grid.middles
    mean = float(counts.mean()) if len(counts) else 0.0
    return tuple(
        HotCell(
            cell=int(one),
            x=float(x[one]),
            y=float(y[one]),
            label=name_of(frame, rows[cell == one]),
            count=float(counts[one]),
            around=float(gi.sums[one]),
            usual=mean * float(gi.members[one]),
            z=float(gi.z[one]),
            q=float(gi.q[one]),
        )
        for one in surest
    )


def _days(covered: Coverage | None, start: float, at: float, days: float) -> tuple[float, float]:
    """Days on file of the period and of the equal one before."""
    if covered is None:
        return days, days
    return covered.days(start, at), covered.days(start - days * DAY_S, start)


def _trend(count: int, before: int, days: float, days_before: float) -> Trend | None:
    """The ratio of two rates with its exact interval; None where there is no time on file to compare."""
    if days <= 0 or days_before <= 0:
        return None
    without = float("inf") if count else float("nan")
    ratio = count / before * days_before / days if before else without
    within = ratio_interval(count, before, days, days_before, level=CONFIDENCE)
    p = float(ratio_p(count, before, days, days_before))
    return Trend(count, before, days, days_before, ratio, float(within.low), float(within.high), p)
