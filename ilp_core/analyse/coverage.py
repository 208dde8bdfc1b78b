"""Coverage: the spans of which no record is on file, so that missing data is never counted as a quiet time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import LEAST_SILENCE_S, IncidentFrame, Rows

#: A silence is a gap where it is longer than a month, the span between two records of a monthly source, and than this
#: many mean waits between records: by chance that comes once in e^20 waits [this project's choice].
LEAST_GAP_DAYS: Final = LEAST_SILENCE_S // DAY_S
MEAN_WAITS: Final = 20

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the records cover: from ``first`` on, but for ``gaps``. In seconds since 1970 UTC, oldest first.

    ``first`` is None where no record may rank a place.
    """

    first: float | None
    gaps: tuple[Span, ...]

    def missing(self, start: float, end: float) -> tuple[Span, ...]:
        """The parts of (start, end] of which nothing is on file, with what lies before the first record."""
        spans: Iterable[Span] = ((start, end if self.first is None else self.first), *self.gaps)
        cut = ((max(since, start), min(until, end)) for since, until in spans)
        return tuple((since, until) for since, until in cut if since < until)

    def days(self, start: float, end: float) -> float:
        """How many days of (start, end] are on file."""
        return (end - start - sum(until - since for since, until in self.missing(start, end))) / DAY_S


def coverage_of(frame: IncidentFrame, rows: Rows, first: float | None) -> Coverage:
    """The coverage of ``rows``, all that are known at a moment, in order of time; ``first`` as in Coverage.

    Gaps are those of the whole force: where one source of several is silent, the others still speak.
    """
    if len(rows) < 2:
        return Coverage(first, ())
    whole = int(rows[-1]) - int(rows[0]) + 1 == len(rows)
    times = frame.column["time"][rows[0] : rows[-1] + 1] if whole else frame.column["time"][rows]
    # Where rows follow each other without a break, the frame knows their long silences.
    silent = frame.silences - rows[0] if whole else np.flatnonzero(np.diff(times) > LEAST_SILENCE_S)
    silent = silent[(silent >= 0) & (silent < len(rows) - 1)]
    least = MEAN_WAITS * (float(times[-1]) - float(times[0])) / (len(rows) - 1)
    gaps = []
    for last in silent[times[silent + 1] - times[silent] > least].tolist():
        # A month's record speaks until the month's end; a record of such a month began at most a month before.
        begun = int(np.searchsorted(times, times[last] - LEAST_GAP_DAYS * DAY_S))
        since = frame.latest(rows[begun : last + 1])
        assert since is not None
        gaps.append((since, float(times[last + 1])))
    return Coverage(first, tuple((since, until) for since, until in gaps if since < until))
