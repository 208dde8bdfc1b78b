"""Emerging problems: what an area had more of lately than its past and the season let expect.

Every kind of offence in every area and part of the day is a series. Its count of the last week (or fortnight) is
compared with what its past foretells (surveillance.py, reference.py), and as thousands of series are compared at
once, the false-discovery rate is held over all of them (Benjamini & Hochberg 1995): where nothing changed, no more
than that share of data cycles has any alarm. See docs/analysis/emerging.md for how that was checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.micro_time import adjust
from ilp_core.analyse.patterns.loglinear import Numbers
from ilp_core.analyse.patterns.reference import (
    Flags,
    factor_freedom,
    periods_back,
    pooled_factors,
    reference_periods,
    tells_season,
)
from ilp_core.analyse.patterns.surveillance import Expected, History, expect, pools_of, surprise, upper_bound
from ilp_core.analyse.patterns.weekly import By, Weekly, count_weekly
from ilp_core.domain.places import AreaKind
from ilp_core.domain.shifts import PRESET_SHIFTS
from ilp_core.domain.windows import Hours

METHOD: Final = "emerging-1"
SOURCE: Final = (
    "Farrington et al. 1996 JRSS A 159:547; Noufaily et al. 2013 Stat Med 32:1206; Benjamini & Hochberg 1995"
)
FALSE_DISCOVERY_RATE: Final = 0.05
WINDOW_DAYS: Final = 7
#: Fewer records are no problem, and of fewer than three nobody says "up" (G32).
LEAST_COUNT: Final = 3
#: A shorter past says too little about what is usual, as in micro_time.py.
LEAST_BASELINE_DAYS: Final = 84
#: ``upper`` is not passed in this share of periods: the upper end of a 95 % prediction interval.
UPPER_LEVEL: Final = 0.975
#: The whole day and the three preset shifts.
DAY_PARTS: Final = (Hours(0, 0), *(shift.hours for shift in PRESET_SHIFTS))
#: Offences of which areas are told to command only (doctrine 3.8).
COMMAND_ONLY: Final = frozenset(("sexual",))


@dataclass(frozen=True)
class Emerging:
    """One emerging problem.

    ``kind`` is the offence (or the source's code) and ``area`` the code of the area, "" for a force without one;
    ``count`` records in the window, ``expected`` by the past; ``upper`` ends the 95 % prediction interval;
    ``p`` the probability of such a count where nothing changed, ``q`` the same adjusted for all that was tested.
    ``baseline`` is how many past periods it was compared with, ``trend`` whether they bore a trend.
    """

    kind: str
    area_kind: AreaKind
    area: str
    hours: Hours
    count: int
    expected: float
    upper: int
    p: float
    q: float
    baseline: int
    trend: bool
    command_only: bool
    rows: Rows


@dataclass(frozen=True)
class EmergingFinding:
    """The problems, surest first, of the window from ``start`` to ``end`` (seconds since 1970 UTC).

    ``tested`` series were compared, at the false-discovery ``rate``; ``baseline`` is how many periods of the past
    served (0 where it is too short: then nothing was tested) and ``seasonal`` whether it told a season.
    """

    problems: tuple[Emerging, ...]
    tested: int
    rate: float
    start: float
    end: float
    baseline: int
    seasonal: bool
    basis: Basis


@dataclass(frozen=True)
class Tested:
    """The series of one part of the day that were compared: kind and area of each, count and expectation. Series
    left out have a p-value of 1."""

    kind: NDArray[np.intp]
    area: NDArray[np.intp]
    count: Numbers
    expected: Expected
    p: Numbers


def find_emerging(
    frame: IncidentFrame,
    at: float,
    *,
    area: AreaKind = "district",
    parts: tuple[Hours, ...] = DAY_PARTS,
    days: int = WINDOW_DAYS,
    by: By = "offence",
    complete_until: float | None = None,
    rate: float = FALSE_DISCOVERY_RATE,
) -> EmergingFinding:
    """What emerges in the areas of one kind at ``at``, of what was known then.

    ``complete_until`` is up to when the source's records are complete (None: ``at``): the window of ``days`` ends
    there, so that a reporting lag is not taken for a quiet week. Raises ValueError for days or a rate out of bounds.
    """
    if days < 1 or not 0 < rate < 1:
        raise ValueError("the window needs whole days and the rate lies between 0 and 1")
    end = at if complete_until is None else min(at, complete_until)
    weekly = count_weekly(frame, at, area=area, days=days, end=end, periods=periods_back(days) + 1, by=by)
    reference = reference_periods(weekly.on_file, days)
    baseline = int(np.count_nonzero(reference))
    enough = baseline * days >= LEAST_BASELINE_DAYS
    tested = [_compared(weekly, part) for part in parts] if enough else []
    series = len(weekly.kinds) * len(weekly.areas) * len(parts) if enough else 0
    problems = _problems(weekly, tested, parts, area, series, rate)
    return EmergingFinding(
        problems=tuple(
            sorted(problems, key=lambda found: (found.q, found.p, found.kind, found.area, found.hours.start))
        ),
        tested=series,
        rate=rate,
        start=end - days * DAY_S,
        end=end,
        baseline=baseline if enough else 0,
        seasonal=enough and tells_season(weekly.on_file, days),
        basis=basis_of(
            frame,
            weekly.evidence,
            METHOD,
            SOURCE,
            area=area,
            parts=", ".join(str(part) for part in parts),
            days=days,
            by=by,
            complete_until=end,
            rate=rate,
        ),
    )


def compare(force: Numbers, areas: Numbers, on_file: Flags, since: NDArray[np.intp], days: int) -> Tested:
    """Compare the count of period 0 of every series that holds enough to be told with its past.

    ``force`` are the counts of the whole force (kinds x periods), ``areas`` those of its areas (kinds x areas x
    periods), ``on_file`` is True for whole periods on file and ``since`` the oldest one of each area.
    """
    reference = np.flatnonzero(reference_periods(on_file, days))
    factor, variance = pooled_factors(force, on_file, days)
    kinds, places, _ = areas.shape
    kind, area = np.repeat(np.arange(kinds), places), np.tile(np.arange(places), kinds)
    history = History(
        counts=areas[:, :, reference].reshape(-1, len(reference)),
        factor=factor[kind][:, reference],
        usable=reference <= since[area][:, None],
        pool=kind,
        back=np.asarray(reference * days, dtype=np.float64),
        days=days,
        now=factor[kind, 0],
        now_variance=variance[kind],
        now_freedom=factor_freedom(on_file, days),
    )
    pools = pools_of(history, kinds)
    now = areas[:, :, 0].ravel()
    told = np.flatnonzero(now >= LEAST_COUNT)
    expected = expect(history.take(told), pools)
    return Tested(kind[told], area[told], now[told], expected, surprise(now[told], expected))


def adjusted(tested: Sequence[Tested], series: int) -> list[Numbers]:
    """The false-discovery adjusted p-values of ``tested``, among ``series`` that were looked at.

    What holds fewer than LEAST_COUNT was looked at too, and could not pass: its p-value is 1.
    """
    p = np.ones(series)
    told = np.concatenate([found.p for found in tested])
    p[: len(told)] = told
    q = adjust(p)[: len(told)]
    return np.split(q, np.cumsum([len(found.p) for found in tested])[:-1])


def _compared(weekly: Weekly, part: Hours) -> Tested:
    inside = weekly.inside(part)
    return compare(weekly.of_force(inside), weekly.of_areas(inside), weekly.on_file, weekly.since, weekly.days)


def _problems(
    weekly: Weekly,
    tested: list[Tested],
    parts: tuple[Hours, ...],
    area: AreaKind,
    series: int,
    rate: float,
) -> list[Emerging]:
    problems: list[Emerging] = []
    for part, found, own in zip(parts, tested, adjusted(tested, series) if tested else (), strict=bool(tested)):
        passed = np.flatnonzero(own <= rate)
        if not len(passed):
            continue
        upper = upper_bound(_some(found.expected, passed), UPPER_LEVEL)
        lately = weekly.inside(part) & (weekly.period == 0)
        for place, bound in zip(passed.tolist(), upper.tolist(), strict=True):
            kind, code = int(found.kind[place]), int(found.area[place])
            problems.append(
                Emerging(
                    kind=weekly.kinds[kind],
                    area_kind=area,
                    area=weekly.areas[code],
                    hours=part,
                    count=int(found.count[place]),
                    expected=float(found.expected.mean[place]),
                    upper=bound,
                    p=float(found.p[place]),
                    q=float(own[place]),
                    baseline=int(found.expected.periods[place]),
                    trend=bool(found.expected.trend[place]),
                    command_only=weekly.kinds[kind] in COMMAND_ONLY,
                    rows=weekly.evidence.rows[lately & (weekly.kind == kind) & (weekly.area == code)],
                )
            )
    return problems


def _some(expected: Expected, chosen: NDArray[np.intp]) -> Expected:
    return replace(
        expected,
        mean=expected.mean[chosen],
        dispersion=expected.dispersion[chosen],
        freedom=expected.freedom[chosen],
        periods=expected.periods[chosen],
        trend=expected.trend[chosen],
    )
