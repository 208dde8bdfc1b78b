"""Evaluate an operation: counts before and after, against locked controls, with a ring and an interval.

The verdict follows the interval of the weighted displacement difference and nothing else: where it holds 0, there is
no clear change, and that is said as plainly as a success (G34).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.coverage import MEAN_WAITS, Span, coverage_of
from ilp_core.analyse.effect.controls import Locked, verify
from ilp_core.analyse.effect.did import Ratio, did
from ilp_core.analyse.effect.history import EffectError, spread_of
from ilp_core.analyse.effect.ring import RING_M, Areas, areas_of, displacement_quotient, own_ring, rows_in
from ilp_core.analyse.effect.wdd import (
    LEVEL,
    POWER,
    Counts,
    Detectable,
    Difference,
    Dispersion,
    Pair,
    Sizes,
    detectable,
    harm_wdd,
    wdd,
)
from ilp_core.analyse.evidence import DAY_S, NO_POINTS, Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame, Rows

METHOD: Final = "effect 1: weighted displacement difference with locked controls"
SOURCE: Final = "Wheeler & Ratcliffe 2018, Crime Science 7:11"
#: A period of which less than this share is on file is not evaluated: what is missing would look like a success
#: [this project's choice].
LEAST_COVERED: Final = 0.9


#: Below this many records before, two rings are compared by their ground [this project's choice].
LEAST_LEVEL: Final = 10


class NotCoveredError(EffectError):
    """Too much of a period is not on file."""


class LockedAfterReadingError(EffectError):
    """The controls were locked after the outcome was read."""


class WrongControlsError(EffectError):
    """The controls were locked for another operation."""


class Verdict(StrEnum):
    """What the interval says of the treated places and their ring together."""

    FEWER = "fewer"
    NO_CLEAR_CHANGE = "no clear change"
    MORE = "more"


@dataclass(frozen=True)
class Operation:
    """What was done and how it is to be judged. Spans are (start, end], in seconds since 1970 UTC.

    ``before`` ends no later than ``after`` begins, which is when the operation begins; they may be of unequal length.
    ``ring`` is the width of the displacement ring in metres, 0 for none.
    """

    name: str
    before: Span
    after: Span
    limits: Limits
    ring: float = RING_M


@dataclass(frozen=True)
class Effect:
    """What came of an operation. All differences are in records (``harm``: in days of sentence) of the period after.

    ``counts`` are records as counted; ``sizes`` and ``days`` (on file, before and after) are what the differences
    divide them by. ``poisson`` is the difference under the published Poisson variance, ``difference`` the one that
    counts: its variance times how much more than Poisson other places changed. ``needed`` is the reduction that would
    have been seen.
    ``late`` is True where the controls were locked after the operation had begun, ``unfinished`` where the period
    after was not over, and ``missing`` are the spans of which nothing is on file.
    """

    operation: str
    verdict: Verdict
    counts: Counts
    sizes: Sizes
    days: Pair
    difference: Difference
    poisson: Difference
    harm: Difference | None
    ratio: Ratio
    quotient: float | None
    needed: Detectable
    late: bool
    unfinished: bool
    missing: tuple[Span, ...]
    basis: Basis


def evaluate(
    frame: IncidentFrame,
    operation: Operation,
    locked: Locked,
    at: float,
    *,
    first_read: float | None = None,
    sealed: str | None = None,
    level: float = LEVEL,
    sinks: NDArray[np.int64] = NO_POINTS,
) -> Effect:
    """The effect of ``operation`` as it could be known at ``at``, against ``locked`` controls.

    ``first_read`` is when the outcome was read for the first time, where that was before ``at``; ``sealed`` the
    digest that was written down when the controls were locked. Raises LockBrokenError, LockedAfterReadingError,
    WrongControlsError, NotCoveredError, or EffectError for periods that cannot be.
    """
    verify(locked, sealed)
    read = at if first_read is None else min(first_read, at)
    if locked.at > read:
        raise LockedAfterReadingError("the controls were locked after the outcome was read")
    begins = operation.after[0]
    if locked.begins != begins:
        raise WrongControlsError("the controls were locked for an operation that begins at another moment")
    before, after = operation.before, (begins, min(operation.after[1], at))
    if not (before[0] < before[1] <= after[0] < after[1]):
        raise EffectError("the period before must end before the period after begins, and that before the reading")
    days, missing = _covered(frame, before, after, at)
    areas = areas_of(locked.treated, locked.controls, operation.ring)
    evidence = _evidence(frame, (before, after), operation.limits, at, sinks, areas)
    split = _split(frame, evidence, (before, after), areas)
    counts = _count([[float(len(rows)) for rows in area] for area in split])
    sizes, periods = _sizes(locked, areas, counts), Pair(days.before / days.after, 1.0)
    dispersion = _dispersion(frame, locked, areas, operation, (before, after), at, sinks)
    poisson = wdd(counts, periods=periods, sizes=sizes, level=level, interval="small")
    difference = wdd(counts, periods=periods, sizes=sizes, level=level, dispersion=dispersion, interval="small")
    return Effect(
        operation=operation.name,
        verdict=verdict_of(difference),
        counts=counts,
        sizes=sizes,
        days=days,
        difference=difference,
        poisson=poisson,
        harm=_harm(frame, split, periods, sizes, level, dispersion),
        ratio=did(counts.treated, counts.control, level=level, dispersion=dispersion.near),
        quotient=displacement_quotient(counts),
        needed=detectable(
            _unchanged(counts, days, sizes), periods=periods, sizes=sizes, level=level, dispersion=dispersion
        ),
        late=locked.at > begins,
        unfinished=operation.after[1] > at,
        missing=missing,
        basis=basis_of(
            frame,
            evidence,
            METHOD,
            SOURCE,
            level=level,
            ring=operation.ring,
            dispersion=dispersion.near,
            ring_dispersion=dispersion.ring,
            locked=locked.digest,
            locked_at=locked.at,
            before_start=before[0],
            before_end=before[1],
            after_start=after[0],
            after_end=after[1],
        ),
    )


def foresee(
    frame: IncidentFrame,
    operation: Operation,
    locked: Locked,
    at: float,
    *,
    level: float = LEVEL,
    power: float = POWER,
    sinks: NDArray[np.int64] = NO_POINTS,
) -> Detectable:
    """Before the operation: the smallest reduction that its evaluation would show, were all else as in the period
    before. Nothing after that period is read. Raises LockBrokenError and EffectError."""
    verify(locked)
    before, after = operation.before, operation.after
    if not (before[0] < before[1] <= after[0] < after[1]):
        raise EffectError("the period before must end before the period after begins")
    areas = areas_of(locked.treated, locked.controls, operation.ring)
    evidence = _evidence(frame, (before,), operation.limits, at, sinks, areas)
    longer = (after[1] - after[0]) / (before[1] - before[0])
    held = [float(len(rows)) for rows, _ in _split(frame, evidence, (before,), areas)]
    before_counts = _count([[count, count * longer] for count in held])
    return detectable(
        before_counts,
        periods=Pair(1 / longer, 1.0),
        sizes=_sizes(locked, areas, before_counts),
        level=level,
        power=power,
        dispersion=Dispersion(locked.dispersion, locked.dispersion),
    )


def verdict_of(difference: Difference) -> Verdict:
    """Fewer or more only where the whole interval says so."""
    if difference.high < 0:
        return Verdict.FEWER
    return Verdict.MORE if difference.low > 0 else Verdict.NO_CLEAR_CHANGE


def _covered(frame: IncidentFrame, before: Span, after: Span, at: float) -> tuple[Pair, tuple[Span, ...]]:
    known = frame.seen(frame.all_rows[: frame.until(at)], float("-inf"), at, at)
    covered = coverage_of(frame, known, frame.first_ranked(at))
    silent = _silent(frame, known, after[1])
    missing = [*covered.missing(*before), *covered.missing(after[0], silent), (silent, after[1])]
    days = Pair(covered.days(*before), covered.days(after[0], silent) if silent > after[0] else 0.0)
    for held, (start, end) in ((days.before, before), (days.after, after)):
        if held * DAY_S < LEAST_COVERED * (end - start):
            raise NotCoveredError(f"of {(end - start) / DAY_S:.0f} days only {held:.0f} are on file")
    return days, tuple((start, end) for start, end in missing if start < end)


def _silent(frame: IncidentFrame, known: Rows, end: float) -> float:
    """Since when nothing is on file; ``end`` where the last record is no further from it than chance allows."""
    newest = frame.latest(known)
    if newest is None:
        return float("-inf")
    wait = (newest - float(frame.column["time"][known[0]])) / max(1, len(known) - 1)
    return newest if end - newest > MEAN_WAITS * wait else end


def _evidence(
    frame: IncidentFrame,
    spans: Sequence[Span],
    limits: Limits,
    at: float,
    sinks: NDArray[np.int64],
    areas: Areas,
) -> Evidence:
    """The records of the four areas in both periods that may speak; what is left out is counted there too."""
    seen = [frame.seen(frame.all_rows[: frame.until(at)], start, end, at) for start, end in spans]
    rows = np.concatenate(seen)
    held = np.concatenate([rows_in(frame, rows, area) for area in areas.all])
    # A record on the line between two areas is in both; it speaks once, where _split finds it first.
    return gather(frame, np.unique(held), limits, at, sinks)


def _split(frame: IncidentFrame, evidence: Evidence, spans: Sequence[Span], areas: Areas) -> list[tuple[Rows, Rows]]:
    """Per area the rows before and after; a row on the line between two areas is in the first of them."""
    left, found = evidence.rows, []
    for area in areas.all:
        own = rows_in(frame, left, area)
        left = np.setdiff1d(left, own, assume_unique=True)
        time = frame.column["time"][own]
        parts = [own[time <= spans[0][1]], own[time > spans[0][1]]]
        found.append((parts[0], parts[1]))
    return found


def _count(values: Sequence[Sequence[float]]) -> Counts:
    treated, control, displaced, displaced_control = (Pair(before, after) for before, after in values)
    return Counts(treated, control, displaced, displaced_control)


def _sizes(locked: Locked, areas: Areas, counts: Counts) -> Sizes:
    """How much crime each control area has for the area it stands for, as it was before.

    Where a city's crime changes by a share, areas change by that share of their own crime, not of their ground. The
    controls' level is that of the locked history; the rings' that of the period before, or their ground where there
    are fewer than LEAST_LEVEL records.
    """
    own = locked.balance.treated_level * len(locked.treated)
    other = locked.balance.control_level * len(locked.controls)
    control = other / own if own > 0 and other > 0 else len(locked.controls) / len(locked.treated)
    near, far = counts.displaced.before, counts.displaced_control.before
    if min(near, far) < LEAST_LEVEL:
        near, far = areas.displaced.area, areas.displaced_control.area
    return Sizes(1.0, control, 1.0, far / near if near > 0 and far > 0 else 1.0)


def _dispersion(
    frame: IncidentFrame,
    locked: Locked,
    areas: Areas,
    operation: Operation,
    spans: tuple[Span, Span],
    at: float,
    sinks: NDArray[np.int64],
) -> Dispersion:
    """How much more than Poisson the places that could have been controls, and the rings round them, changed between
    the same two periods; at least what all of them did in their history."""
    seen = [frame.seen(frame.all_rows[: frame.until(at)], start, end, at) for start, end in spans]
    rows = [gather(frame, some, operation.limits, at, sinks).rows for some in seen]
    taken = shapely.union(areas.treated, areas.displaced)

    def spread(shapes: Sequence[shapely.Geometry]) -> float:
        before, after = (np.array([len(rows_in(frame, some, shape)) for shape in shapes]) for some in rows)
        return max(locked.dispersion, spread_of(before, after))

    near = spread([place.shape for place in locked.free])
    if operation.ring <= 0:
        return Dispersion(near, near)
    return Dispersion(near, spread([own_ring(place, operation.ring, taken) for place in locked.free]))


def _unchanged(counts: Counts, days: Pair, sizes: Sizes) -> Counts:
    """The counts that no effect would have left: the treated area and its ring change as their controls did."""

    def kept(own: Pair, control: Pair, size: float) -> Pair:
        change = control.after / size - control.before / size * days.after / days.before
        return Pair(own.before, max(0.0, own.before * days.after / days.before + change))

    return Counts(
        kept(counts.treated, counts.control, sizes.control / sizes.treated),
        counts.control,
        kept(counts.displaced, counts.displaced_control, sizes.displaced_control / sizes.displaced),
        counts.displaced_control,
    )


def _harm(
    frame: IncidentFrame,
    split: Sequence[tuple[Rows, Rows]],
    periods: Pair,
    sizes: Sizes,
    level: float,
    dispersion: Dispersion,
) -> Difference | None:
    """The difference in days of sentence, per kind of harm; None where no record has a weight."""
    held = np.concatenate([rows for area in split for rows in area])
    kinds = np.unique(frame.harm[held])
    kinds = kinds[kinds > 0]
    if not len(kinds):
        return None
    counts = [
        _count([[float(np.count_nonzero(frame.harm[rows] == kind)) for rows in area] for area in split])
        for kind in kinds
    ]
    weights = [float(kind) for kind in kinds]
    return harm_wdd(
        counts, weights, periods=periods, sizes=sizes, level=level, dispersion=dispersion, interval="small"
    )
