"""Scores: what one method caught of one offence, week by week, as sums that can be pooled and drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.backtest.measures import (
    AREA_SHARES,
    caught,
    cells_of,
    log_score,
    most,
    ranking,
    ratio,
    reliability,
)
from ilp_core.analyse.backtest.methods import RATE_DAYS, recent
from ilp_core.analyse.forecast.history import History, Target

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Per week (first axis) and, where two axes are named, per area share (second).

    ``events`` occurred, ``expected`` were forecast; ``hits`` (weeks, shares) fell into the chosen cells and ``best``
    is the most that as many cells could have caught. ``base`` and ``base_hits`` are the events of the year before
    the origin, all and in the chosen cells; ``harm`` and ``harm_hits`` the days of sentence. ``efficiency`` is hits
    over best of the week alone. ``timed_hits`` rank places and times together: as large a share of cells x spans.
    ``log`` is the log-likelihood. ``curve`` (weeks, cells + 1) is caught by the first k cells; ``parts`` (weeks, 10,
    2) expected and observed by part of the forecast.
    """

    events: Floats
    expected: Floats
    hits: Floats
    best: Floats
    base: Floats
    base_hits: Floats
    harm: Floats
    harm_hits: Floats
    efficiency: Floats
    timed_hits: Floats
    log: Floats
    curve: Floats
    parts: Floats

    @property
    def weeks(self) -> int:
        """How many weeks were scored."""
        return len(self.events)


def joined(parts: Sequence[Scores]) -> Scores:
    """The scores of weeks that follow each other."""
    return Scores(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Scores)))


def landed(history: History, target: Target) -> tuple[Floats, Floats]:
    """What occurred, as counts and as days of sentence, each of shape (cells, spans)."""
    own = history.of(target.offences)
    spans = [own.between(*span) for span in target.spans.tolist()]
    harm = [span.counts(span.harm.astype(np.float64)) for span in spans]
    return np.column_stack([span.counts() for span in spans]), np.column_stack(harm)


def score_week(expected: Floats, observed: Floats, harm: Floats, base: Floats) -> Scores:
    """The scores of one week, of arrays of shape (cells, spans); ``base`` per cell. Cells are chosen anew for each
    span, and what they catch is summed over the spans."""
    cells, spans = expected.shape
    counts = [cells_of(share, cells) for share in AREA_SHARES]
    timed_counts = [cells_of(share, cells * spans) for share in AREA_SHARES]
    curves, order = [], None
    for n in range(spans):
        order = ranking(expected[:, n], order)
        curves.append(caught(expected[:, n], observed[:, n], harm[:, n], base, order=order))
    curve, harm_curve, base_curve = (sum((each[part] for each in curves), np.zeros(cells + 1)) for part in range(3))
    hits = np.array([each[0][counts] for each in curves])
    best = np.array([most(observed[:, n], counts) for n in range(spans)])
    order = ranking(expected.ravel(), order if spans == 1 else None)
    timed = curve if spans == 1 else caught(expected.ravel(), observed.ravel(), order=order)[0]
    with_events = best[:, 0] > 0
    windows = ratio(hits[with_events], best[with_events])
    efficiency = windows.mean(axis=0) if with_events.any() else np.full(len(counts), np.nan)
    one = (
        observed.sum(), expected.sum(), hits.sum(axis=0), best.sum(axis=0), base.sum() * spans, base_curve[counts],
        harm.sum(), harm_curve[counts], efficiency, timed[timed_counts], log_score(expected, observed), curve,
        reliability(expected.ravel(), observed.ravel(), order=order),
    )  # fmt: skip
    return Scores(*(np.asarray(each, dtype=np.float64)[None] for each in one))


def base_counts(past: History, target: Target) -> Floats:
    """The events per cell of the year before the origin, as known then: the base period of the RRI."""
    return recent(past, target, RATE_DAYS).counts()
