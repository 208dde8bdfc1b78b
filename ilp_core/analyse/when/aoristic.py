"""Aoristic time: what happened at some minute between two moments, spread over the minutes it may have happened in.

Each record has the weight 1 (or one that is given) and each minute of its window an equal part of it (Ratcliffe &
McCullagh 1998, Int. J. Geographical Information Science 12:751; Ratcliffe 2000, same journal 14:669; 2002, J.
Quantitative Criminology 18:23). A window holds its first minute and not its last: 22:00 to 06:00 are 480 minutes. A
window without length is the minute in which it lies.

No loop runs over records or minutes. What a window adds to a bin is the difference of two ramps, one that begins at
its start and one at its end; both are sums over records of a step and of a part bin, so four counts and one running
sum make the whole table, whatever the windows' lengths. Whole weeks add the same to every minute and are counted
apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Minutes = NDArray[np.int64]
Values = NDArray[np.float64]

MINUTE_S: Final = 60
DAY: Final = 1_440
#: The cycle of all profiles, in minutes. Minute 0 is Monday 00:00.
WEEK: Final = 7 * DAY
HOUR: Final = 60
#: 1 January 1970 was a Thursday: minutes from the Monday before to the epoch.
_EPOCH: Final = 3 * DAY
#: A window longer than this says nothing about the hour (Ratcliffe 2002 leaves it to the analyst)
#: [this project's choice: a week].
LONGEST: Final = WEEK

#: What becomes of windows longer than the longest that counts: left out, or spread as any other.
Beyond = Literal["left_out", "flat"]


@dataclass(frozen=True)
class Aoristic:
    """Weight by group and bin of the week.

    ``weight`` has the shape (groups, bins); ``records`` is how many windows count per group, ``mass`` their summed
    weight and ``effective`` what they are worth: a window inside one bin counts as one record, one spread evenly over
    k bins as 1/k of one [this project's choice: the sum of the squared parts]. ``used`` is True for the windows that
    count, ``too_long`` how many were longer than allowed (they are among ``used`` where spread flat) and ``reversed``
    how many ended before they began; those never count.
    """

    weight: Values
    records: NDArray[np.int64]
    mass: Values
    effective: Values
    used: NDArray[np.bool_]
    too_long: int
    reversed: int


def minute_of_week(local: NDArray[np.int64]) -> Minutes:
    """The minute of the week, from Monday 00:00, of local clock times in seconds since 1970."""
    return np.asarray((local // MINUTE_S + _EPOCH) % WEEK, dtype=np.int64)


def aoristic(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    *,
    weights: Values | None = None,
    group: NDArray[np.intp] | None = None,
    groups: int = 1,
    width: int = HOUR,
    longest: int = LONGEST,
    beyond: Beyond = "left_out",
) -> Aoristic:
    """Spread windows over the week in bins of ``width`` minutes.

    ``start`` and ``end`` are local clock times in seconds since 1970, each read to its minute; ``group`` numbers the
    group of each window from 0, -1 for none. A window longer than ``longest`` minutes is left out or, ``beyond``
    being ``flat``, spread as any other: evenly but for what is left over from whole weeks.

    Raises ValueError where ``width`` does not divide the week.
    """
    if WEEK % width:
        raise ValueError(f"bins of {width} minutes do not fill a week")
    first = np.asarray(start, dtype=np.int64) // MINUTE_S
    last = np.asarray(end, dtype=np.int64) // MINUTE_S
    backwards = np.asarray(end) < np.asarray(start)
    long = ~backwards & (last - first > longest)
    used = ~backwards & ~long if beyond == "left_out" else ~backwards
    if group is not None:
        used &= group >= 0
    every = used.all()
    first, last = (first, last) if every else (first[used], last[used])
    length = np.maximum(last - first, 1)
    own = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=np.float64)[used]
    of = np.zeros(len(first), dtype=np.intp) if group is None else group[used]
    share = own / length
    at = (first + _EPOCH) % WEEK
    weeks, rest = np.divmod(length, WEEK)
    weight = _ramps(at, rest, share, of, groups, width)
    if weeks.any():
        weight += np.bincount(of, weights=share * weeks * width, minlength=groups)[:, None]
    parts = _squared_parts(at, length, width)
    return Aoristic(
        weight=weight,
        records=np.bincount(of, minlength=groups),
        mass=np.asarray(np.bincount(of, weights=own, minlength=groups), dtype=np.float64),
        effective=np.asarray(np.bincount(of, weights=own * parts, minlength=groups), dtype=np.float64),
        used=used,
        too_long=int(np.count_nonzero(long)),
        reversed=int(np.count_nonzero(backwards)),
    )


def _ramps(at: Minutes, rest: Minutes, share: Values, of: NDArray[np.intp], groups: int, width: int) -> Values:
    """The weight that ``rest`` minutes from ``at`` on, less than a week, put into each bin; ``share`` per minute."""
    bins = WEEK // width
    # Two weeks in a row, and one bin for what would begin behind them: a window may run over Sunday midnight.
    line = 2 * bins + 1
    base = of * line
    part = np.zeros(groups * line)
    step = np.zeros(groups * line)
    for moment, sign in ((at, share), (at + rest, -share)):
        held = moment // width
        within = (held + 1) * width - moment
        part += np.bincount(base + held, weights=sign * within, minlength=groups * line)
        step += np.bincount(base + held + 1, weights=sign * width, minlength=groups * line)
    both = part.reshape(groups, line) + np.cumsum(step.reshape(groups, line), axis=1)
    # Where everything ends again the two ramps cancel but for rounding, which must not be a negative weight.
    return np.maximum(both[:, :bins] + both[:, bins : 2 * bins], 0.0)


def _squared_parts(at: Minutes, length: Minutes, width: int) -> Values:
    """Per window the sum over bins of the squared part of its weight there, at least that of a flat week."""
    head = np.minimum(width - at % width, length)
    tail = (length - head) % width
    whole = (length - head) // width
    parts = (head**2 + tail**2 + whole * width**2) / length.astype(np.float64) ** 2
    return np.asarray(np.maximum(parts, width / WEEK))


def hours_of_week(start: NDArray[np.int64], end: NDArray[np.int64], weights: Values | None = None) -> Values:
    """Weight per hour of the week, from Monday 00:00, as 168 values. See ``aoristic`` for what is left out."""
    return np.asarray(aoristic(start, end, weights=weights).weight[0])


def hours_of_day(start: NDArray[np.int64], end: NDArray[np.int64], weights: Values | None = None) -> Values:
    """Weight per hour of the day, from midnight, as 24 values."""
    return np.asarray(hours_of_week(start, end, weights).reshape(7, 24).sum(axis=0))


def in_bins(minutes: Values, labels: NDArray[np.intp], bins: int) -> Values:
    """Weight per minute of the week (``aoristic`` with ``width`` 1) summed into any bins.

    ``labels`` names the bin of each of the 10,080 minutes, from 0; -1 for minutes of none.
    """
    wanted = labels >= 0
    return np.asarray(np.bincount(labels[wanted], weights=minutes[wanted], minlength=bins), dtype=np.float64)
