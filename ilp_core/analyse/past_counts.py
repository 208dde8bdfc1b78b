"""Past counts: how many past crimes lie round each recent one, brought up to the next moment and data version.

Both hold nearly the same crimes as the last ones. What came into the past is counted and added, what left it is
counted and taken off, and only a recent crime that is new looks at all of the past. Counts are whole numbers, so that
this gives what counting anew gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.near import Points, count_near

#: Where more than this share of the past or of the recent crimes is new, all is counted anew [measured].
MOST_NEW: Final = 0.2


@dataclass(frozen=True)
class Crimes:
    """Crimes to count: their rows in the frame, -1 where a row has gone since, their kinds and positions (metres)."""

    rows: Rows
    kind: NDArray[np.int64]
    points: Points

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, some: NDArray[np.bool_]) -> Crimes:
        """Those where ``some`` is True."""
        at = np.flatnonzero(some)
        return Crimes(self.rows[at], self.kind[at], self.points[at])


@dataclass(frozen=True)
class PastCounts:
    """``counts`` (recent x radii) of ``past`` crimes round each of ``recent``, of its own kind, as of ``at``."""

    at: float
    recent: Crimes
    past: Crimes
    counts: NDArray[np.int64]

    def renumbered(self, new_rows: Callable[[Rows], Rows]) -> PastCounts:
        """The same with the rows of the next data version."""
        recent, past = (replace(crimes, rows=new_rows(crimes.rows)) for crimes in (self.recent, self.past))
        return replace(self, recent=recent, past=past)


def count_past(
    frame: IncidentFrame, recent: Crimes, past: Crimes, radii: Sequence[float], at: float
) -> NDArray[np.int64]:
    """How many of ``past`` lie within each of ``radii`` of each of ``recent``, of its own kind.

    The frame hands what was counted on to the next call; ``radii`` are the same in all.
    """
    before = frame.past_counts
    counts = None if before is None else _brought_up(len(frame), before, recent, past, radii)
    if counts is None:
        counts = _near(past, recent, radii)
    frame.hand_on(PastCounts(at, recent, past, counts))
    return counts


def _near(past: Crimes, recent: Crimes, radii: Sequence[float]) -> NDArray[np.int64]:
    return count_near(past.points, recent.points, radii, (past.kind, recent.kind))


def _brought_up(
    rows: int, before: PastCounts, recent: Crimes, past: Crimes, radii: Sequence[float]
) -> NDArray[np.int64] | None:
    """The counts from those before; None where too much is new."""
    came, left = past.only(~_among(rows, past, before.past)), before.past.only(~_among(rows, before.past, past))
    had = _among(rows, recent, before.recent)
    if len(came) + len(left) > MOST_NEW * len(past) or np.count_nonzero(~had) > MOST_NEW * len(recent):
        return None
    counts = np.empty((len(recent), len(radii)), dtype=np.int64)
    order = np.argsort(before.recent.rows)
    same = order[np.searchsorted(before.recent.rows, recent.rows[had], sorter=order)]
    stayed = recent.only(had)
    counts[had] = before.counts[same] + _near(came, stayed, radii) - _near(left, stayed, radii)
    counts[~had] = _near(past, recent.only(~had), radii)
    return counts


def _among(rows: int, crimes: Crimes, others: Crimes) -> NDArray[np.bool_]:
    """True for those of ``crimes`` that are of ``others`` too; a row that has gone is not."""
    # One place more: the last, which -1 means, stays False.
    there = np.zeros(rows + 1, dtype=bool)
    there[others.rows] = True
    there[-1] = False
    return there[crimes.rows]
