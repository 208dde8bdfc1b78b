"""The study: the records, cells, offences and weeks of a back-test, fixed by what was known before its first week.

Which records may rank a place (evidence.gather), the geocode sinks among them and the cells of the study area are
those of the first origin, so that nothing of the scored weeks decides what is scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from ilp_core.analyse.backtest.methods import Horizon
from ilp_core.analyse.backtest.origins import (
    EIGHT_HOURS,
    day_of,
    instant_of,
    on_clock,
    shift_spans,
    week_span,
    weekly,
)
from ilp_core.analyse.basis import Basis, Parameter, basis_of
from ilp_core.analyse.chronic import YEAR_DAYS
from ilp_core.analyse.coverage import coverage_of
from ilp_core.analyse.evidence import Evidence, Limits, gather
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History, Target, history_of
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.sinks import UNDECIDED, Decided, find_sinks
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.study_area import study_area
from ilp_core.domain.errors import CallError
from ilp_core.domain.offences import FAMILIES, OFFENCE_CODE, RANKABLE_OFFENCES
from ilp_core.domain.windows import Hours
from ilp_core.words import backtest as words

METHOD: Final = "back-test 1: weekly origins, pooled PAI, block bootstrap of weeks, paired with the best plain count"
SOURCE: Final = "Chainey, Tompson & Uhlig 2008 (PAI); Hunt 2016 (PEI); Levine 2008 (RRI); Künsch 1989 (bootstrap)"

CELL_M: Final = 250.0
#: With "all", offences with this many events are tested; with fewer, the intervals are said to be wide.
ENOUGH_EVENTS: Final = 1_000
#: Fewer events in the scored weeks, or fewer weeks, say nothing: refused [this project's choice].
LEAST_EVENTS: Final = 50
LEAST_WEEKS: Final = 4
#: Days of records before the first origin, below which no method has anything to go by [this project's choice].
LEAST_PAST_DAYS: Final = 56
#: Records of which more than this share are dated to the month only cannot be scored by weeks.
MOST_MONTH_ONLY: Final = 0.5
#: A source records when it learnt of a record where at least this share of the records was known later than it
#: occurred [this project's choice].
RECORDING: Final = 0.5

Reporting = Literal["recorded", "not recorded; scores optimistic", "not recorded; stated lag applied"]


@dataclass(frozen=True)
class Study:
    """What a back-test runs on. ``origins`` are local midnights, ``history`` all records on ``grid``, not cut.

    ``offences`` names each target with its codes; ``events`` counts its records in the history. ``outside`` is how
    many located records of the targets in the scored weeks lie off the study area, which no method can catch.
    ``rings`` is by how many rings of neighbours the cells with records were widened, None for the city's outline.
    ``skipped`` is how many weeks were left out because nothing is on file for part of them.
    """

    grid: Grid
    history: History
    offences: Mapping[str, tuple[int, ...]]
    events: Mapping[str, int]
    origins: tuple[int, ...]
    horizon: Horizon
    shifts: tuple[Hours, ...]
    reporting: Reporting
    lag_days: float
    rings: int | None
    outside: int
    skipped: int
    basis: Basis

    def target(self, offence: str, origin: int) -> Target:
        """What is forecast at ``origin``."""
        spans = week_span(origin) if self.horizon == "week" else shift_spans(origin, self.shifts)
        return Target(offence, self.offences[offence], spans)


def offence_codes(name: str) -> tuple[int, ...]:
    """The codes of an offence or a family of offences, those that may rank a place. Raises KeyError for no such."""
    slugs = FAMILIES.get(name, (name,))
    return tuple(OFFENCE_CODE[slug] for slug in slugs if slug in RANKABLE_OFFENCES)


def make_study(
    frame: IncidentFrame,
    *,
    first: date,
    last: date,
    zone: tzinfo,
    offences: Sequence[str] | None = None,
    horizon: Horizon = "week",
    cell: float = CELL_M,
    lag_days: float = 0.0,
    shifts: Sequence[Hours] = EIGHT_HOURS,
    decided: Decided = UNDECIDED,
    outline: shapely.Geometry | None = None,
) -> Study:
    """The study of the weeks from ``first`` to ``last`` (local days, both included) on cells of ``cell`` metres.

    ``offences`` are slugs or families; None for every offence that may rank a place and has ENOUGH_EVENTS.
    ``outline`` is the city's, in projected metres; where there is none that holds nearly all records, the study area
    is as area.py says. ``lag_days`` is that of sources that do not say when they learnt of a record,
    and is applied to no others.
    Raises CallError where the records cannot be scored so, with what to do.
    """
    days = weekly(first, last)
    if len(days) < LEAST_WEEKS:
        raise CallError(words.TOO_FEW_WEEKS.format(first=first, last=last, least=LEAST_WEEKS))
    start = on_clock(first)
    at = instant_of(start, zone)
    evidence = _evidence(frame, at, offences, decided, horizon)
    rows, local = evidence.rows, frame.column["local"][evidence.rows]
    if not len(rows) or local.min() > start - LEAST_PAST_DAYS * DAY_S:
        raise CallError(words.NO_PAST.format(first=first, days=LEAST_PAST_DAYS, **_reach(local)))
    origins = _covered(frame, days, horizon, shifts, zone)
    if len(origins) < LEAST_WEEKS:
        raise CallError(words.NO_WEEKS.format(first=first, last=last, least=LEAST_WEEKS, **_reach(local)))
    recorded = _recorded(frame, rows[local < start])
    lag = 0.0 if recorded else lag_days
    before = rows[(local < start) & (frame.column["known"][rows] + lag * DAY_S < at)]
    if not len(before):
        raise CallError(words.NO_PAST.format(first=first, days=LEAST_PAST_DAYS, **_reach(local)))
    grid, rings = study_area(frame.column["x"][before], frame.column["y"][before], cell, outline)
    history = history_of(frame, rows, grid, lag)
    targets = _targets(history, offences, origins)
    parameters: dict[str, Parameter] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "weeks": len(origins),
        "horizon": horizon,
        "cell": cell,
        "lag_days": lag,
        "cells": len(grid),
        "rings": rings,
    }
    return Study(
        grid=grid,
        history=history,
        offences=targets,
        events={name: len(history.of(codes)) for name, codes in targets.items()},
        origins=origins,
        horizon=horizon,
        shifts=tuple(shifts),
        reporting=_reporting(recorded, lag),
        lag_days=lag,
        rings=rings,
        outside=_outside(frame, rows, grid, targets, origins),
        skipped=len(days) - len(origins),
        basis=basis_of(frame, evidence, METHOD, SOURCE, **parameters),
    )


def _outside(
    frame: IncidentFrame,
    rows: Rows,
    grid: Grid,
    targets: Mapping[str, tuple[int, ...]],
    origins: Sequence[int],
) -> int:
    """How many of ``rows`` are of the targets and the scored weeks, but off the grid."""
    local = frame.column["local"][rows]
    scored = (local >= origins[0]) & (local < origins[-1] + WEEK_DAYS * DAY_S)
    codes = [code for each in targets.values() for code in each]
    wanted = rows[scored & np.isin(frame.offence[rows], codes)]
    return int((grid.cell_of(frame.column["x"][wanted], frame.column["y"][wanted]) < 0).sum())


def _recorded(frame: IncidentFrame, rows: Rows) -> bool:
    """True where the source of these rows says when it learnt of them."""
    return float(np.mean(frame.column["known"][rows] > frame.column["time"][rows])) >= RECORDING


def _reporting(recorded: bool, lag: float) -> Reporting:
    if recorded:
        return "recorded"
    return "not recorded; stated lag applied" if lag else "not recorded; scores optimistic"


def _evidence(
    frame: IncidentFrame, at: float, offences: Sequence[str] | None, decided: Decided, horizon: Horizon
) -> Evidence:
    """The records that may rank a place as could be told at ``at``, with the day known, for shifts also the hour.

    Raises CallError where most of them are dated to the month only.
    """
    # Shop theft is a list of its own, and in only where it was asked for (doctrine 3.8).
    wanted = RANKABLE_OFFENCES if "shoplifting" in (offences or ()) else RANKABLE_OFFENCES - {"shoplifting"}
    year = frame.seen(frame.all_rows[: frame.until(at)], at - YEAR_DAYS * DAY_S, at, at)
    sinks = find_sinks(frame, gather(frame, year, Limits(), at).rows, decided)
    evidence = gather(frame, frame.all_rows, Limits(tuple(sorted(wanted))), at, sinks.certain)
    monthly = frame.month_only[evidence.rows]
    if len(evidence) and monthly.mean() > MOST_MONTH_ONLY:
        raise CallError(words.MONTHS_ONLY.format(share=f"{monthly.mean():.0%}"))
    evidence = _less(evidence, "month_only", monthly)
    if horizon == "shift":
        evidence = _less(evidence, "hour_unknown", frame.column["timed"][evidence.rows] != 1)
    return evidence


def _less(evidence: Evidence, reason: str, out: NDArray[np.bool_]) -> Evidence:
    """The evidence without the rows that are ``out``, counted under ``reason``."""
    excluded = {**evidence.excluded, reason: evidence.excluded.get(reason, 0) + int(out.sum())}
    return replace(evidence, rows=evidence.rows[~out], excluded=excluded)


def _reach(local: NDArray[np.int64]) -> dict[str, str]:
    """The first and last day on file, for a sentence."""
    if not len(local):
        return {"since": words.NEVER, "until": words.NEVER}
    return {"since": day_of(local.min()).isoformat(), "until": day_of(local.max()).isoformat()}


def _covered(
    frame: IncidentFrame, days: Sequence[date], horizon: Horizon, shifts: Sequence[Hours], zone: tzinfo
) -> tuple[int, ...]:
    """The origins of the weeks of which everything is on file."""
    rows: Rows = frame.all_rows
    dated = rows[~frame.month_only]
    if not len(dated):
        return ()
    covered = coverage_of(frame, dated, float(frame.column["time"][dated[0]]))
    # Records of the last day on file count as all of that day.
    until = on_clock(day_of(float(frame.column["local"][dated].max()))) + DAY_S
    kept = []
    for day in days:
        origin = on_clock(day)
        spans = week_span(origin) if horizon == "week" else shift_spans(origin, shifts)
        # Of shifts, the night that ends after the last day on file is short of its last hours only.
        end = int(spans[:, 1].max()) if horizon == "week" else int(spans[:, 0].max())
        if end <= until and not covered.missing(instant_of(origin, zone), instant_of(end, zone)):
            kept.append(origin)
    return tuple(kept)


def _targets(history: History, offences: Sequence[str] | None, origins: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Each offence to be tested with its codes. Raises CallError for one with too few events to say anything."""
    scored = history.between(origins[0], origins[-1] + WEEK_DAYS * DAY_S)
    if offences is None:
        slugs = [slug for slug in OFFENCE_CODE if slug in RANKABLE_OFFENCES]
        targets = {
            slug: offence_codes(slug)
            for slug in slugs
            if len(history.of(offence_codes(slug))) >= ENOUGH_EVENTS
            and len(scored.of(offence_codes(slug))) >= LEAST_EVENTS
        }
        if not targets:
            raise CallError(words.NONE_ENOUGH.format(enough=f"{ENOUGH_EVENTS:,}"))
        return targets
    targets = {name: offence_codes(name) for name in offences}
    for name, codes in targets.items():
        count = len(scored.of(codes))
        if count < LEAST_EVENTS:
            raise CallError(words.TOO_FEW_EVENTS.format(offence=name, count=f"{count:,}", least=LEAST_EVENTS))
    return targets
