"""Change: how a window of a place compares with what is usual there, from the records of a frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.amounts.baseline import (
    BASELINE_DAYS,
    Baseline,
    Verdict,
    baseline_of,
    chosen,
    earlier_windows,
    excess_of,
    on_file,
    season_of,
    verdict_of,
)
from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.coverage import Coverage, Span
from ilp_core.analyse.evidence import DAY_S, NO_POINTS, Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.when.coarse import Coarse, coarseness_of

#: Change this with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "change 1: same weekdays of 28, 56 and 364 days, pooled season, mid-p ratio with excess variation"
SOURCE: Final = "Przyborowski & Wilenski 1940; Lancaster 1961; baselines of HunchLab (doctrine S2)"
HOUR_S: Final = 3_600


@dataclass(frozen=True)
class Change:
    """A window's count against what is usual.

    ``now`` is the count in (start, end], ``usual`` what the longest baseline that speaks lets expect, from ``low`` to
    ``high`` in eight of ten such windows; ``ratio_low`` to ``ratio_high`` is the 95 % interval of their ratio.
    ``baselines`` holds all three. ``season`` is the factor used on the year, None where none is known.
    ``missing`` are the parts of the window of which nothing is on file: with any, the verdict is ``unknown``.
    ``undated`` records of a month may lie in the window or not; where ``coarse`` is set the records are too coarsely
    dated for the window and nothing is compared.
    """

    now: int
    usual: float | None
    low: int
    high: int
    ratio: float | None
    ratio_low: float
    ratio_high: float
    p: float
    verdict: Verdict
    baselines: tuple[Baseline, ...]
    season: float | None
    missing: tuple[Span, ...]
    undated: int
    coarse: Coarse | None
    basis: Basis


def find_change(
    frame: IncidentFrame,
    scope: Rows,
    covered: Coverage,
    *,
    at: float,
    start: float,
    end: float,
    limits: Limits,
    season: float | None = None,
    sinks: NDArray[np.int64] = NO_POINTS,
    zone: tzinfo = UTC,
) -> Change:
    """The change in ``scope`` (a place's rows, in order of time) in (start, end], as it could be known at ``at``.

    ``covered`` is what the force's records cover, ``season`` the factor of ``find_season`` (the same for all places;
    None: not known) and ``zone`` the clock by which weeks are counted back. What of the window lies after ``at`` is
    cut off, and the earlier windows with it. Each of those is counted as it was known as long after its end, so that
    records that come in late do not make the newest window look quiet.

    Raises ValueError where the window has no length before ``at``.
    """
    end = min(end, at)
    earlier = earlier_windows(start, end, max(BASELINE_DAYS), zone)
    windows = [(start, end), *earlier]
    seen = frame.seen(scope, windows[-1][0], end, at)
    rows, window_of = _in_windows(frame, seen, windows, at)
    evidence, coarse, undated = _dated(frame, gather(frame, rows, limits, at, sinks), scope, seen, windows, at)
    counted = window_of[np.searchsorted(rows, evidence.rows)]
    counts = np.bincount(counted, minlength=len(windows)).astype(np.float64)
    known = np.array(on_file(earlier, covered), dtype=bool)
    excess = excess_of(counts[1:][known])
    baselines = tuple(_baseline(counts, known, earlier, days, start, excess, season) for days in BASELINE_DAYS)
    missing = covered.missing(start, end)
    best = None if coarse or missing else chosen(baselines)
    now = int(counts[0])
    return Change(
        now=now,
        usual=best.usual if best else None,
        low=best.low if best else 0,
        high=best.high if best else 0,
        ratio=best.ratio if best else None,
        ratio_low=best.ratio_low if best else 0.0,
        ratio_high=best.ratio_high if best else float("inf"),
        p=best.p if best else 1.0,
        verdict=verdict_of(now, best),
        baselines=baselines,
        season=season,
        missing=missing,
        undated=undated,
        coarse=coarse,
        basis=basis_of(
            frame,
            evidence,
            METHOD,
            SOURCE,
            at=at,
            start=start,
            end=end,
            baseline=best.days if best else None,
            windows=best.windows if best else 0,
            season=season,
            excess=excess,
        ),
    )


def find_season(
    frame: IncidentFrame,
    pool: Rows,
    covered: Coverage,
    *,
    at: float,
    start: float,
    end: float,
    limits: Limits,
    sinks: NDArray[np.int64] = NO_POINTS,
) -> float | None:
    """How much more than in a whole year the city whose rows are ``pool`` holds in the season of (start, end].

    One factor for every place of the city, so found once for all of them. None where no earlier year is on file.
    """
    rows = frame.seen(pool, float("-inf"), min(end, at), at)
    rows = gather(frame, rows[~frame.month_only[rows]], limits, at, sinks).rows
    return season_of(frame.column["time"][rows], covered, start, min(end, at))


def _in_windows(frame: IncidentFrame, rows: Rows, windows: list[Span], at: float) -> tuple[Rows, NDArray[np.intp]]:
    """Of ``rows`` those inside one of ``windows`` (latest first) that were known as long after it as the newest ones
    are now, in order of time, and the number of the window of each."""
    backwards = np.array(windows[::-1])
    time = frame.column["time"][rows]
    place = np.searchsorted(backwards[:, 0], time, side="left") - 1
    inside = (place >= 0) & (time <= backwards[np.maximum(place, 0), 1]) & ~frame.month_only[rows]
    inside &= frame.column["known"][rows] <= at - (windows[0][1] - backwards[np.maximum(place, 0), 1])
    return rows[inside], len(windows) - 1 - place[inside]


def _dated(
    frame: IncidentFrame, evidence: Evidence, scope: Rows, seen: Rows, windows: list[Span], at: float
) -> tuple[Evidence, Coarse | None, int]:
    """``evidence`` without placeholder hours where the window is no whole number of days; how coarse all records are
    where that forbids the question; and how many records of a month may lie in the window."""
    start, end = windows[0]
    coarse = coarseness_of(frame, seen)
    months = scope[frame.month_only[scope]]
    # A month that the window does not hold whole is never seen in it.
    touching = (frame.column["time"][months] <= end) & (frame.column["end"][months] > start)
    undated = int(np.count_nonzero(touching & (frame.column["known"][months] <= at)))
    whole_days = end - start > DAY_S / 2 and round((end - start) / HOUR_S) % 24 in (0, 1, 23)  # clock changes
    if coarse == "month" or whole_days:
        return evidence, None if whole_days and coarse == "day" else coarse, undated
    timed = frame.column["timed"][evidence.rows] == 1
    hourless = int(np.count_nonzero(~timed))
    excluded = {**evidence.excluded, "hour_unknown": evidence.excluded["hour_unknown"] + hourless}
    return replace(evidence, rows=evidence.rows[timed], excluded=excluded), coarse, undated


def _baseline(
    counts: NDArray[np.float64],
    known: NDArray[np.bool_],
    earlier: list[Span],
    days: int,
    start: float,
    excess: float,
    season: float | None,
) -> Baseline:
    """The baseline of ``days``: the first of the ``earlier`` windows, as far as it reaches."""
    # Half a day of slack: the clocks may have changed since.
    planned = sum(since >= start - (days + 0.5) * DAY_S for since, _until in earlier)
    held = counts[1 : planned + 1][known[:planned]]
    factor = season if season is not None and days > max(BASELINE_DAYS[:-1]) else 1.0
    return baseline_of(int(counts[0]), held, days, planned, excess, factor)
