"""Injection: series whose truth is known, mixed into real records, because open data names no series.

The dates of the records are shuffled first, because real series that nobody labelled would count as errors. Then an
incident is drawn, others like it and near it are drawn, and these are moved to dates near each other: streets,
premises, codes and hours are real and only the belonging together is made.
How alike the cases of a series are is stated in SeriesShape; a probability learnt from injected series means "of
pairs like this that were injected, so many belonged together", no more. An agency's own solved series replace it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.calibration import Floats
from ilp_core.analyse.patterns.cases import Cases, candidate_pairs, expected_pairs
from ilp_core.analyse.patterns.linkage import LabelledPairs, Linkage, scorer
from ilp_core.analyse.patterns.similarity import FEATURES, QUARTERS, comparer

#: Unlinked pairs kept of all in one injection, about; the weights make up for the rest [this project's choice].
MOST_UNLINKED: Final = 30_000
#: The label of a case that belongs to no injected series.
NO_SERIES: Final = -1


@dataclass(frozen=True)
class SeriesShape:
    """What injected series are like.

    ``share`` of all cases belong to series of this shape. A series has ``least`` cases and a geometric number more,
    ``size`` on average and ``most`` at most, within ``longest`` days, ``days`` apart on average. Each further case
    lies about ``range_m`` (the mean of an exponential) from the first, and keeps the offence, the code, the premise
    and, within ``hours``, the time of day of the first with the probabilities given.
    """

    share: float
    range_m: float
    days: float
    offence: float
    code: float
    premise: float
    time_of_day: float
    hours: float
    least: int = 3
    size: float = 5.0
    most: int = 12
    longest: int = 28


#: Series that keep to one way, and series that vary: 4 and 6 of 100 cases. No open data says what is right
#: [all of it this project's choice, to be replaced by an agency's own solved series].
TIGHT: Final = SeriesShape(0.04, 250.0, 2.0, 1.00, 0.95, 0.90, 0.95, hours=1.0)
LOOSE: Final = SeriesShape(0.06, 700.0, 4.0, 0.95, 0.75, 0.65, 0.75, hours=1.5)
SHAPES: Final = (TIGHT, LOOSE)


def shuffled(cases: Cases, draw: np.random.Generator) -> Cases:
    """The cases with their dates shuffled among those of the same offence and weekday.

    Every case keeps its place, premise, code, weekday and time of day, and every day its number of cases of each
    offence: only what ties cases to each other in time is gone, and with it every real series.
    """
    key = cases.offence * 7 + (cases.day + 3) % 7
    order = np.argsort(key, kind="stable")
    # Sorted by a random number within each key, the days stand in a random order.
    mixed = np.lexsort((draw.random(len(cases)), key))
    shift = np.empty(len(cases), dtype=np.int64)
    shift[order] = cases.day[mixed] - cases.day[order]
    return cases.moved(shift)


def inject(
    cases: Cases, draw: np.random.Generator, shapes: Sequence[SeriesShape] = SHAPES
) -> tuple[Cases, NDArray[np.int64]]:
    """The cases with some of them moved into made series, and each case's series or NO_SERIES.

    No case is added or lost, and places stay where they are. The order is kept.
    """
    series = np.full(len(cases), NO_SERIES, dtype=np.int64)
    shift = np.zeros(len(cases), dtype=np.int64)
    if not len(cases):
        return cases, series
    first_day, last_day = int(cases.day.min()), int(cases.day.max())
    number = 0
    for shape in shapes:
        wanted, used = round(shape.share * len(cases)), 0
        for anchor in draw.permutation(np.flatnonzero(series == NO_SERIES)).tolist():
            if used >= wanted:
                break
            if series[anchor] != NO_SERIES:
                continue
            size = min(shape.least - 1 + int(draw.geometric(1 / (shape.size - shape.least + 1))), shape.most)
            members = _members(cases, series, anchor, size, draw, shape)
            if len(members) < shape.least:
                continue
            series[members] = number
            shift[members] = _dates(len(members), first_day, last_day, draw, shape) - cases.day[members]
            used, number = used + len(members), number + 1
    return cases.moved(shift), series


def _members(
    cases: Cases, series: NDArray[np.int64], anchor: int, size: int, draw: np.random.Generator, shape: SeriesShape
) -> Rows:
    """The anchor and up to ``size`` - 1 free cases like it and near it."""
    free = series == NO_SERIES
    free[anchor] = False
    apart = np.hypot(cases.x - cases.x[anchor], cases.y - cases.y[anchor])
    near = np.flatnonzero(free & (apart < 6 * shape.range_m))
    same_hours = _hours_between(cases, near, anchor) <= shape.hours
    alike = (
        (cases.offence[near] == cases.offence[anchor], shape.offence),
        (cases.code[near] == cases.code[anchor], shape.code),
        (cases.premise[near] == cases.premise[anchor], shape.premise),
        (same_hours, shape.time_of_day),
    )
    # Places are drawn by their distance, so the crowd of places farther out must not count: 1 / distance.
    pull = np.exp(-apart[near] / shape.range_m) / np.maximum(apart[near], 50.0)
    members = [anchor]
    for _ in range(size - 1):
        fits = pull.copy()
        for same, probability in alike:
            # A trait is kept or changed; where nothing near fits, it is as it comes.
            chosen = np.where(same if draw.random() < probability else ~same, fits, 0.0)
            fits = chosen if chosen.any() else fits
        if not fits.any():
            break
        taken = int(draw.choice(len(near), p=fits / fits.sum()))
        members.append(int(near[taken]))
        pull[taken] = 0.0
    return np.asarray(members, dtype=np.intp)


def _hours_between(cases: Cases, rows: Rows, anchor: int) -> Floats:
    minute = cases.local // 60 % (QUARTERS * 15)
    step = np.abs(minute[rows] - minute[anchor])
    return np.asarray(np.minimum(step, QUARTERS * 15 - step) / 60)


def _dates(
    size: int, first_day: int, last_day: int, draw: np.random.Generator, shape: SeriesShape
) -> NDArray[np.int64]:
    """Days of the cases of one series, in no order, anywhere in the span of days."""
    gaps = draw.exponential(shape.days, size - 1)
    since = np.concatenate([[0.0], np.cumsum(gaps)])
    longest = min(float(shape.longest - 1), float(last_day - first_day))
    if since[-1] > longest:
        since *= longest / since[-1]
    start = draw.uniform(first_day, last_day - since[-1] + 1)
    days = np.minimum(np.floor(start + since).astype(np.int64), last_day)
    return np.asarray(draw.permutation(days))


def labelled(
    cases: Cases,
    series: NDArray[np.int64],
    draw: np.random.Generator,
    rough: Linkage | None = None,
    most_unlinked: int = MOST_UNLINKED,
) -> LabelledPairs:
    """Every linked pair within reach, and a weighted sample of the unlinked ones. ``series`` as ``inject`` gives it.

    With a ``rough`` linkage the unlinked pairs that look most alike are kept oftener, because it is among them that
    a linkage errs; their weights are lower by as much.
    """
    compared = comparer(cases)
    score = None if rough is None else scorer(compared, rough)
    share = min(1.0, most_unlinked / max(expected_pairs(cases), 1.0))
    levels, linked, weights = [], [], []
    for first, second in candidate_pairs(cases):
        same = (series[first] == series[second]) & (series[first] != NO_SERIES)
        chance = np.full(len(first), share)
        if score is not None:
            chance = np.clip(share * np.exp(score.log_odds(first, second) - score.linkage.intercept), share / 2, 1.0)
        chance[same] = 1.0
        kept = np.flatnonzero(draw.random(len(first)) < chance)
        levels.append(compared.levels(first[kept], second[kept]))
        linked.append(same[kept])
        weights.append(1 / chance[kept])
    if not levels:
        return LabelledPairs(np.empty((0, len(FEATURES)), np.uint8), np.empty(0, dtype=bool), np.empty(0))
    return LabelledPairs(np.concatenate(levels), np.concatenate(linked), np.concatenate(weights))
