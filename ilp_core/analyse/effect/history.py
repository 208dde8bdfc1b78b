"""What may be known before an operation: counts per place and period, and nothing of the time after.

Controls are chosen from this and from nothing else. A History that would reach beyond the moment at which the
operation begins cannot be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.effect.ring import Place, rows_in
from ilp_core.analyse.evidence import NO_POINTS, Limits, gather
from ilp_core.analyse.frame import IncidentFrame

#: A trend needs more than two points; a season more [this project's choice].
LEAST_PERIODS: Final = 4
#: Fewer places say too little about how counts of a place spread; then the spread is taken as Poisson's
#: [this project's choice].
LEAST_PLACES: Final = 10


class EffectError(ValueError):
    """An evaluation that cannot be made, or must not."""


class OutcomeInHistoryError(EffectError):
    """What is to be known before an operation reaches beyond its beginning."""


@dataclass(frozen=True)
class History:
    """``counts`` of shape (places, periods) in the periods between ``edges``, all of them before ``begins``.

    Times in seconds since 1970 UTC. Raises OutcomeInHistoryError where the last edge is later than ``begins``, and
    ValueError for shapes that do not fit, names given twice, negative counts or fewer than LEAST_PERIODS periods.
    """

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    edges: tuple[float, ...]
    begins: float

    def __post_init__(self) -> None:
        if self.edges[-1] > self.begins:
            raise OutcomeInHistoryError("the history of the places reaches into the operation")
        if self.counts.shape != (len(self.names), len(self.edges) - 1) or (self.counts < 0).any():
            raise ValueError("counts must be of shape (places, periods) and not negative")
        if len(set(self.names)) != len(self.names):
            raise ValueError("two places have one name")
        if len(self.edges) <= LEAST_PERIODS or (np.diff(self.edges) <= 0).any():
            raise ValueError(f"at least {LEAST_PERIODS} periods, one after the other, are needed")
        own = self.counts.astype(np.int64, copy=True)
        own.setflags(write=False)
        object.__setattr__(self, "counts", own)

    def of(self, name: str) -> NDArray[np.int64]:
        """The counts of one place."""
        counts: NDArray[np.int64] = self.counts[self.names.index(name)]
        return counts

    @property
    def digest(self) -> str:
        """Of the names, the edges, the moment and every count."""
        said = repr((self.names, self.edges, self.begins)).encode()
        return hashlib.blake2b(said + self.counts.astype("<i8").tobytes(), digest_size=16).hexdigest()


def history_of(
    frame: IncidentFrame,
    places: Sequence[Place],
    limits: Limits,
    *,
    edges: Sequence[float],
    begins: float,
    at: float,
    sinks: NDArray[np.int64] = NO_POINTS,
) -> History:
    """The history of ``places`` as it was known at ``at``: records that may speak (``gather``) between ``edges``.

    Nothing that occurred after the last edge is read. Raises as History does.
    """
    if edges[-1] > begins:
        raise OutcomeInHistoryError("the history of the places reaches into the operation")
    seen = frame.seen(frame.all_rows[: frame.until(at)], edges[0], edges[-1], at)
    rows = gather(frame, seen, limits, at, sinks).rows
    # A record of which only the month is known falls into no period of days.
    rows = rows[~frame.month_only[rows]]
    counts = np.zeros((len(places), len(edges) - 1), dtype=np.int64)
    for number, place in enumerate(places):
        # Each period holds its end and not its beginning, as every window of the frame.
        when = np.searchsorted(edges, frame.column["time"][rows_in(frame, rows, place.shape)], side="left") - 1
        counts[number] = np.bincount(when, minlength=len(edges) - 1)
    return History(tuple(place.name for place in places), counts, tuple(float(edge) for edge in edges), begins)


def dispersion_of(history: History) -> float:
    """``spread_of`` the two halves of a history."""
    half = history.counts.shape[1] // 2
    return spread_of(history.counts[:, :half].sum(axis=1), history.counts[:, -half:].sum(axis=1))


def spread_of(before: NDArray[np.int64], after: NDArray[np.int64]) -> float:
    """How much more than Poisson the change of a place's count between two periods varies.

    Given a place's total its count after is binomial where all places change alike: this is the sum of the squared
    departures from that over the sum of the binomial variances. It is what the variance of a difference of
    differences has to be multiplied with; at least 1, and 1 below LEAST_PLACES places with records. At the scale of
    months it holds what weekly counts do not show: places that go their own ways.
    """
    total = before + after
    used = total > 0
    if used.sum() < LEAST_PLACES:
        return 1.0
    share = after[used].sum() / total[used].sum()
    variance = float(total[used].sum() * share * (1 - share)) * (1 - 1 / int(used.sum()))
    if variance == 0:
        return 1.0
    return max(1.0, float(np.square(after[used] - total[used] * share).sum() / variance))
