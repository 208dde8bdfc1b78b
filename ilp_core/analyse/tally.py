"""Tallies: how many of what in a window, against one earlier window or against what is usual for such a window.

Two counts are compared by the exact interval of their ratio, given their sum (amounts/ratio.py). Each earlier window
is counted as it was known as long after its end, so that records that come in late do not make the newest look quiet.
A window of which something is not on file is compared with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.amounts.baseline import LEAST_SHARE, LEAST_WINDOWS, usual_range
from ilp_core.analyse.amounts.ratio import dispersion, ratio_interval, ratio_p
from ilp_core.analyse.city import City
from ilp_core.analyse.counting import Counted, Level, count_in, countable, in_window, is_short
from ilp_core.analyse.coverage import Coverage, Span
from ilp_core.analyse.evidence import DAY_S, Limits, fingerprint
from ilp_core.analyse.frame import VIOLENCE, IncidentFrame, Rows
from ilp_core.analyse.micro_time import adjust
from ilp_core.analyse.places import area_of
from ilp_core.analyse.when.aoristic import hours_of_day
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.windows import Hours

#: Change this with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "tally 1: records that count, exact ratio of two windows, usual of like windows of 364 days"
#: A change is called clear where an exact test of no change would say so in fewer than 1 of 20 cases.
CLEAR: Final = 0.05
#: The busiest hours are a span of so many, told from so many records with a known hour on [this project's choice].
SPAN_HOURS: Final = 3
LEAST_TIMED: Final = 10


@dataclass(frozen=True)
class TallyAsked:
    """What to count. Times in seconds since 1970 UTC; a window is what occurred in (start, end].

    ``before`` is the one window to compare with, or None; ``like`` are the earlier windows that tell what is usual,
    latest first. ``level`` is how fine the scope is.
    """

    at: float
    start: float
    end: float
    limits: Limits
    before: Span | None = None
    like: tuple[Span, ...] = ()
    level: Level = "wide"


@dataclass(frozen=True)
class Versus:
    """A count beside that of an earlier window: the 95 % interval of their ratio, and the p-value of no change."""

    count: int
    before: int
    low: float
    high: float
    p: float

    @property
    def clear(self) -> bool:
        """True where the counts differ by more than chance lets them."""
        return self.p < CLEAR


@dataclass(frozen=True)
class Kind:
    """One offence of a tally; ``versus`` is None where nothing is compared."""

    slug: str
    count: int
    versus: Versus | None


@dataclass(frozen=True)
class Usual:
    """What ``windows`` like windows held: ``mean``, and ``low`` to ``high`` in eight of ten."""

    mean: float
    low: int
    high: int
    windows: int


@dataclass(frozen=True)
class Busiest:
    """The busiest hours of the day: about ``count`` of ``records`` fall in them."""

    hours: Hours
    count: float
    records: int


@dataclass(frozen=True)
class Tally:
    """What was counted, and what to compare it with.

    ``could`` of the ``count`` records only overlap the window. ``kinds`` are all offences counted, most first.
    ``before_missing`` is True where the earlier window is not wholly on file, ``missing`` are the spans of the window
    itself that are not. ``domestic_unknown`` counts violence of which the source does not say whether it is domestic.
    ``beat`` of a place and ``parent`` of a beat (its district) are what most records of the scope name.
    """

    count: int
    could: int
    kinds: tuple[Kind, ...]
    versus: Versus | None
    before_missing: bool
    usual: Usual | None
    missing: tuple[Span, ...]
    excluded: dict[str, int]
    considered: int
    inferred: bool
    domestic_unknown: int
    busiest: Busiest | None
    beat: str | None
    parent: str | None
    newest: float | None
    rows: Rows
    could_rows: frozenset[int]
    digest: str


def tally(city: City, scope: Rows, asked: TallyAsked) -> Tally:
    """Count what ``asked`` asks for among ``scope``, the rows of an area or a place in order of time.

    Raises ValueError where the window has no length before the moment.
    """
    frame = city.frame
    coverage, newest = city.covered(asked.at)
    end = min(asked.end, asked.at)
    if end <= asked.start:
        raise ValueError("a window needs a length before the moment")
    now = count_in(frame, scope, asked.start, end, asked.at, asked.limits, level=asked.level)
    missing = coverage.missing(asked.start, end)
    earlier, before_missing = _before(frame, scope, asked, end, coverage, comparable=not missing)
    days = (_days(asked.start, end), _days(*asked.before)) if asked.before else (1, 1)
    versus = None if earlier is None else compare(len(now), len(earlier), *days)
    unsure = (frame.column["domestic"][now.rows] < 0) & np.isin(frame.offence[now.rows], VIOLENCE)
    return Tally(
        count=len(now),
        could=int(np.count_nonzero(now.could)),
        kinds=_kinds(frame, now, earlier, days),
        versus=versus,
        before_missing=before_missing,
        usual=None if missing else _usual(frame, scope, asked, end, coverage),
        missing=missing,
        excluded=dict(now.evidence.excluded),
        considered=now.evidence.considered,
        inferred=now.evidence.inferred,
        domestic_unknown=int(np.count_nonzero(unsure)),
        busiest=busiest_hours(frame, now.rows),
        beat=area_of(frame, scope, "beat") if asked.level == "place" else None,
        parent=area_of(frame, scope, "district") if asked.level == "beat" else None,
        newest=newest,
        rows=now.rows,
        could_rows=frozenset(int(row) for row in now.rows[now.could]),
        digest=fingerprint(frame, now.rows),
    )


def compare(count: int, before: int, days: int = 1, before_days: int = 1) -> Versus:
    """Two counts of windows of so many days."""
    found = ratio_interval(count, before, days, before_days)
    p = float(ratio_p(count, before, days, before_days))
    return Versus(count, before, float(found.low), float(found.high), p)


def _days(start: float, end: float) -> int:
    """How many days a window counts for; hours that clocks lost or won do not."""
    return max(1, round((end - start) / DAY_S))


def _before(
    frame: IncidentFrame, scope: Rows, asked: TallyAsked, end: float, covered: Coverage, *, comparable: bool
) -> tuple[Counted | None, bool]:
    """What the earlier window holds, and whether it is missing from the file."""
    if asked.before is None or not comparable:
        return None, False
    since, until = asked.before
    if covered.missing(since, until):
        return None, True
    known_at = asked.at - (end - until)
    return count_in(frame, scope, since, until, known_at, asked.limits, level=asked.level), False


def _kinds(frame: IncidentFrame, now: Counted, earlier: Counted | None, days: tuple[int, int]) -> tuple[Kind, ...]:
    """Each offence by itself. As many are compared at once, p-values are adjusted for all of them (Benjamini and
    Hochberg 1995)."""
    counts = np.bincount(frame.offence[now.rows], minlength=len(OFFENCES))
    before = (
        np.zeros_like(counts)
        if earlier is None
        else np.bincount(frame.offence[earlier.rows], minlength=len(OFFENCES))
    )
    some = np.flatnonzero(counts + before)
    count, was = counts[some], before[some]
    interval, p = ratio_interval(count, was, *days), adjust(ratio_p(count, was, *days))
    found = [
        Kind(
            OFFENCES[code],
            int(count[place]),
            None
            if earlier is None
            else Versus(
                int(count[place]),
                int(was[place]),
                float(interval.low[place]),
                float(interval.high[place]),
                float(p[place]),
            ),
        )
        for place, code in enumerate(some.tolist())
    ]
    return tuple(sorted(found, key=lambda kind: (-kind.count, OFFENCES.index(kind.slug))))


def _usual(frame: IncidentFrame, scope: Rows, asked: TallyAsked, end: float, covered: Coverage) -> Usual | None:
    """What the like windows on file hold, each as it was known as long after its end; None where they are too few."""
    on_file = [span for span in asked.like if not covered.missing(*span)]
    if len(on_file) < max(LEAST_WINDOWS, LEAST_SHARE * len(asked.like)):
        return None
    short = is_short(asked.start, end)
    held = [in_window(frame, scope, *span, asked.at - (end - span[1]))[0] for span in on_file]
    rows, window = np.concatenate(held), np.repeat(np.arange(len(held)), [len(each) for each in held])
    # A record may overlap two windows; what counts is found once for all of them.
    fitting = countable(frame, np.unique(rows), asked.limits, asked.at, level=asked.level, hourly=short)
    counts = np.bincount(window[np.isin(rows, fitting.rows)], minlength=len(held)).astype(np.float64)
    total, windows = float(counts.sum()), len(counts)
    low, high = usual_range((total + 0.5) / windows, dispersion(counts) + 1 / (total + 0.5))
    return Usual(total / windows, low, high, windows)


def busiest_hours(frame: IncidentFrame, rows: Rows) -> Busiest | None:
    """The span of hours of the day with most of ``rows``, whose own time windows count in part (aoristic); None where
    fewer than LEAST_TIMED have a known hour."""
    rows = rows[frame.column["timed"][rows] == 1]
    local = frame.column["local"][rows]
    length = np.maximum(frame.column["end"][rows] - frame.column["time"][rows], 0)
    fits = length <= DAY_S / 2
    if np.count_nonzero(fits) < LEAST_TIMED:
        return None
    weights = hours_of_day(local[fits], local[fits] + length[fits])
    spans = _around(weights)
    first = int(np.argmax(spans.round(9)))
    hours = Hours(first * 60, (first + SPAN_HOURS) % 24 * 60)
    return Busiest(hours, float(spans[first]), int(np.count_nonzero(fits)))


def _around(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weight of SPAN_HOURS hours from each hour on, round midnight."""
    return np.asarray(sum(np.roll(weights, -step) for step in range(SPAN_HOURS)))


def figures_of(found: Tally) -> dict[str, Any]:
    """Every number an answer may quote from ``found``, as plain data for a receipt."""
    usual, busiest = found.usual, found.busiest
    return {
        "count": found.count,
        "could": found.could,
        "kinds": [[kind.slug, kind.count, *_versus(kind.versus)] for kind in found.kinds],
        "versus": _versus(found.versus),
        "usual": [round(usual.mean, 4), usual.low, usual.high, usual.windows] if usual else None,
        "missing": [list(span) for span in found.missing],
        "excluded": found.excluded,
        "considered": found.considered,
        "domestic_unknown": found.domestic_unknown,
        "busiest": [str(busiest.hours), round(busiest.count, 3), busiest.records] if busiest else None,
        "newest": found.newest,
        "digest": found.digest,
    }


def _versus(versus: Versus | None) -> list[Any]:
    if versus is None:
        return []
    high = None if np.isinf(versus.high) else round(versus.high, 4)
    return [versus.before, round(versus.low, 4), high, round(versus.p, 6)]
