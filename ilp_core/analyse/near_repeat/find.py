"""Near repeats of one offence in one city as of a moment: the Knox table, and the places that recent crimes raise.

The day of a record is that of the middle of its window, on the local clock: of all days the one that is wrong by
least. A window longer than a time band, or a record of which only the month is known, has no day and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import DAY_S, Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.near_repeat.knox import (
    DISTANCE_EDGES_M,
    PERMUTATIONS,
    THREADS,
    TIME_EDGES_D,
    KnoxTable,
    Ticks,
    knox_table,
)
from ilp_core.analyse.near_repeat.pairs import Positions
from ilp_core.analyse.near_repeat.risk import HORIZON_D, NO_EXCESS, Excess, behind, excess_of, raised
from ilp_core.analyse.places import CELL_M, area_of, middle_of, name_of
from ilp_core.analyse.sinks import Sinks
from ilp_core.analyse.where.grid import Grid, grid_over
from ilp_core.domain.offences import RANKABLE_OFFENCES

METHOD: Final = "near_repeat/1"
SOURCE: Final = "Knox 1964; Johnson et al. 2007; Bowers, Johnson & Pease 2004"
SEED: Final = 1964
#: Three years of 52 whole weeks. A longer past tells more pairs, but a city changes in it, and change passes for near
#: repeats (Kulldorff & Hjalmars 1999, Biometrics 55:544) [this project's choice].
PAST_DAYS: Final = 1_092
#: A window as long as a time band is off by at most half of one [this project's choice].
LONGEST_WINDOW_D: Final = 7
#: Fewer crimes make no table [this project's choice].
LEAST_EVENTS: Final = 50
#: A place is raised on the days on which its risk is at least this many times the usual [this project's choice].
LEAST_RAISE: Final = 1.25
#: A place without crimes of its own is usual for what the city's mean place has in this many days
#: [this project's choice].
PRIOR_DAYS: Final = 91
#: The further reason of a near-repeat finding for leaving a record out, after those of evidence.EXCLUSIONS.
DAY_UNKNOWN: Final = "day_unknown"


@dataclass(frozen=True)
class Events:
    """The crimes a finding rests on: rows of the frame, positions (n x 2, projected metres), and days since each, in
    whole days of the local clock. ``covered`` is how many days of records hold them."""

    rows: Rows
    points: Positions
    lags: Ticks
    covered: float


@dataclass(frozen=True)
class RaisedPlace:
    """A cell of CELL_M metres in which the risk of one offence is raised. Positions in projected metres.

    ``multiplier`` is the mean over the days until the raise ends, ``daily`` that of today and each day after, both
    1.0 = usual for this place and bounded; ``at_the_point`` the same on the day of the asking at the very address
    of the worst hit crime of the cell, None where no recent crime lies in it. ``until`` is when the raise ends, in
    seconds since 1970 UTC. ``usual`` is how many such crimes the place has in HORIZON_D days, ``extra`` how many
    more the raise lets expect. ``rows`` are the crimes behind it, what adds most first; the nearest of them lies
    ``nearest_m`` metres from the cell's middle and the newest was ``newest_d`` days ago.
    """

    label: str
    x: float
    y: float
    beat: str | None
    district: str | None
    multiplier: float
    daily: tuple[float, ...]
    at_the_point: float | None
    until: float
    usual: float
    extra: float
    nearest_m: float
    newest_d: int
    rows: Rows


@dataclass(frozen=True)
class NearRepeat:
    """The finding of one offence at the moment ``at``, in seconds since 1970 UTC, whose local day began ``today``.

    ``repeats`` is False where the table shows no near repeat or there are too few crimes for one (``table`` is None):
    then nothing is raised.
    """

    offence: str
    at: float
    today: float
    table: KnoxTable | None
    excess: Excess
    events: Events
    places: tuple[RaisedPlace, ...]
    basis: Basis

    @property
    def repeats(self) -> bool:
        """True where near repeats of this offence were found in this city."""
        return self.table is not None and self.table.repeats


def find_near_repeat(
    frame: IncidentFrame,
    rows: Rows,
    at: float,
    offence: str,
    sinks: Sinks,
    *,
    coverage: Coverage | None = None,
    table: KnoxTable | None = None,
    seed: int = SEED,
    permutations: int = PERMUTATIONS,
    threads: int = THREADS,
    distance_edges: Sequence[float] = DISTANCE_EDGES_M,
    time_edges: Sequence[int] = TIME_EDGES_D,
) -> NearRepeat:
    """The near repeats of ``offence`` among ``rows`` (in order of time), as known at ``at``, and what they raise.

    The table is of the PAST_DAYS before ``at``; ``coverage`` tells which of them are on file. Equal for equal rows
    and ``seed``, whatever the ``threads``. A big city's table takes seconds: ``table``, that of a finding made before
    ``at``, stands for it, and the options that follow it are not used. Raises ValueError for an offence that may not
    rank places, for a table of another offence or of a later moment, and as ``knox_table``.
    """
    if offence not in RANKABLE_OFFENCES:
        raise ValueError(f"{offence} may not rank places")
    if table is not None:
        _check(table, offence, at)
    rows = frame.seen(rows, at - PAST_DAYS * DAY_S, at, at)
    evidence = _dated(frame, gather(frame, rows, Limits(offences=(offence,)), at, sinks.certain))
    ahead = _clock_ahead(frame, evidence.rows)
    today = (at + ahead) // DAY_S
    events = _events(frame, evidence.rows, int(today), at, coverage)
    if table is None and len(evidence) >= LEAST_EVENTS:
        x, y = events.points.T
        table = knox_table(
            x, y, -events.lags, seed=seed, distance_edges=distance_edges, time_edges=time_edges,
            permutations=permutations, threads=threads,
        )  # fmt: skip
    excess = excess_of(table) if table else NO_EXCESS
    basis = basis_of(
        frame, evidence, METHOD, SOURCE, offence=offence, at=at, past_days=PAST_DAYS,
        table_at=table.basis.parameters["at"] if table and table.basis else at,
        permutations=table.permutations if table else permutations, seed=table.seed if table else seed,
        distance_edges=_listed(table.distance_edges if table else distance_edges),
        time_edges=_listed(table.time_edges if table else time_edges), day="middle of the window",
        longest_window_days=LONGEST_WINDOW_D, least_events=LEAST_EVENTS, cell=CELL_M, horizon_days=HORIZON_D,
    )  # fmt: skip
    found = NearRepeat(
        offence=offence,
        at=at,
        today=today * DAY_S - ahead,
        table=replace(table, basis=table.basis or basis) if table else None,
        excess=excess,
        events=events,
        places=(),
        basis=basis,
    )
    return replace(found, places=_raised_places(frame, found)) if excess and len(evidence) else found


def risk_surface(found: NearRepeat, grid: Grid, start: float, end: float) -> NDArray[np.float64]:
    """The multiplier of risk in every cell of ``grid`` over the window from ``start`` to ``end``, 1.0 = usual there.

    The mean of the days that the window touches, each by its share in it. Raises ValueError where the window is empty
    or not within the HORIZON_D days from ``found.today`` on.
    """
    edges = found.today + np.arange(HORIZON_D + 1) * float(DAY_S)
    if not edges[0] <= start < end <= edges[-1]:
        raise ValueError("the window must lie within the days that risk is told for")
    overlap = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    shares = np.maximum(overlap, 0.0) / (end - start)
    middles = np.column_stack(grid.middles)
    if not found.excess:
        return np.ones(len(grid))
    daily = raised(middles, found.events.points, found.events.lags, found.excess, found.events.covered)
    return np.asarray(daily @ shares, dtype=np.float64)


def _check(table: KnoxTable, offence: str, at: float) -> None:
    """Raises ValueError where ``table`` may not speak for ``offence`` at ``at``."""
    made = table.basis.parameters if table.basis else {}
    if made.get("offence") != offence:
        raise ValueError("the table is of another offence")
    if float(made["at"] or 0) > at:
        raise ValueError("the table is of a later moment")


def _dated(frame: IncidentFrame, evidence: Evidence) -> Evidence:
    """Those of which the day is known; the others are counted out."""
    rows = evidence.rows
    window = frame.column["end"][rows] - frame.column["time"][rows]
    known = ~frame.month_only[rows] & (window <= LONGEST_WINDOW_D * DAY_S)
    out = int(np.count_nonzero(~known))
    return replace(evidence, rows=rows[known], excluded={**evidence.excluded, DAY_UNKNOWN: out})


def _clock_ahead(frame: IncidentFrame, rows: Rows) -> int:
    """Seconds by which the local clock was ahead of UTC at the last of ``rows``."""
    return int(frame.column["local"][rows[-1]] - frame.column["time"][rows[-1]]) if len(rows) else 0


def _events(frame: IncidentFrame, rows: Rows, today: int, at: float, coverage: Coverage | None) -> Events:
    time = frame.column["time"][rows]
    middle = frame.column["local"][rows] + np.maximum(frame.column["end"][rows] - time, 0) // 2
    # A window that is still open at the moment of asking says nothing about days to come.
    lags = np.maximum(today - middle // DAY_S, 0)
    since = float(time[0]) if len(rows) else at
    covered = coverage.days(since, at) if coverage else (at - since) / DAY_S
    points = np.column_stack([frame.column["x"][rows], frame.column["y"][rows]])
    return Events(rows, points, lags.astype(np.int64), max(covered, 1.0))


def _raised_places(frame: IncidentFrame, found: NearRepeat) -> tuple[RaisedPlace, ...]:
    """The cells that hold crimes of the past and are raised now, those with most crimes to expect from it first."""
    events = found.events
    x, y = events.points.T
    grid = grid_over(x, y, CELL_M)
    cell = grid.cell_of(x, y)
    middles = np.column_stack(grid.middles)
    daily = raised(middles, events.points, events.lags, found.excess, events.covered)
    counts = np.bincount(cell[cell >= 0], minlength=len(grid))
    usual = (counts + counts.mean() * PRIOR_DAYS / events.covered) * HORIZON_D / (events.covered + PRIOR_DAYS)
    fresh = np.flatnonzero(events.lags < found.excess.reach_d)
    recent = Events(events.rows[fresh], events.points[fresh], events.lags[fresh], events.covered)
    at_points = raised(
        recent.points, events.points, events.lags, found.excess, events.covered, days=1, beside=False
    )[:, 0]  # fmt: skip
    worst = np.zeros(len(grid))
    np.maximum.at(worst, cell[fresh][cell[fresh] >= 0], at_points[cell[fresh] >= 0])
    grouped = np.argsort(cell, kind="stable")
    edges = np.searchsorted(cell[grouped], np.arange(len(grid) + 1))
    # What is not raised today is not told: a raise begins with a crime.
    places = [
        _place(
            frame, found, recent, events.rows[grouped[edges[number] : edges[number + 1]]],
            middle=(float(middles[number, 0]), float(middles[number, 1])),
            daily=daily[number],
            at_the_point=float(worst[number]) or None,
            usual=float(usual[number]),
        )
        for number in np.flatnonzero(daily[:, 0] >= LEAST_RAISE)
    ]  # fmt: skip
    return tuple(sorted(places, key=lambda place: (-place.extra, -place.multiplier, place.label, place.x, place.y)))


def _place(
    frame: IncidentFrame,
    found: NearRepeat,
    recent: Events,
    rows: Rows,
    *,
    middle: tuple[float, float],
    daily: NDArray[np.float64],
    at_the_point: float | None,
    usual: float,
) -> RaisedPlace:
    # The first day on which it is no longer raised.
    below = np.flatnonzero(daily < LEAST_RAISE)
    last = int(below[0]) if len(below) else HORIZON_D
    causes = behind(middle, recent.points, recent.lags, found.excess)
    x, y = middle_of(frame, rows)
    return RaisedPlace(
        label=name_of(frame, rows),
        x=x,
        y=y,
        beat=area_of(frame, rows, "beat"),
        district=area_of(frame, rows, "district"),
        multiplier=float(daily[:last].mean()),
        daily=tuple(daily.tolist()),
        at_the_point=at_the_point,
        until=found.today + last * DAY_S,
        usual=usual,
        extra=usual * float(np.maximum(daily[:last] - 1, 0).sum()) / HORIZON_D,
        nearest_m=float(causes.metres.min()),
        newest_d=int(recent.lags[causes.events].min()),
        rows=recent.rows[causes.events],
    )


def _listed(edges: Sequence[float]) -> str:
    return " ".join(f"{edge:g}" for edge in edges)
