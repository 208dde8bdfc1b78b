"""Usual counts: what the same span of the week held over the last 28, 56 and 364 days.

The three lengths are HunchLab's own (doctrine S2): four weeks, eight weeks and 52, so that every weekday counts
equally often. A window is compared with windows of its own length a whole number of weeks earlier, which match it in
weekday and hour, and only with those of which all is on file: missing data is never a quiet week. No weather is used.
The year's mean is brought to the season by one factor, pooled over the city's records of earlier years and pulled to
1 where they are few; four and eight weeks back it is the same season anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from ilp_core.analyse.amounts.ratio import dispersion, ratio_interval, ratio_p
from ilp_core.analyse.coverage import Coverage, Span
from ilp_core.analyse.evidence import DAY_S

Values = NDArray[np.float64]

#: How far back each baseline reaches, in days.
BASELINE_DAYS: Final = (28, 56, 364)
#: Fewer windows on file than this say nothing of what is usual [this project's choice: one month of a weekday].
LEAST_WINDOWS: Final = 4
#: A baseline speaks for the window where at least this share of its windows is on file [this project's choice].
LEAST_SHARE: Final = 0.75
#: "Usually" is what eight of ten such windows hold [this project's choice].
USUALLY: Final = 0.8
#: A change is called clear where a window without one would look so in 1 of 20 cases.
CLEAR: Final = 0.05
#: What counts vary beyond chance as long as nothing is known of it, and with how many windows they speak for
#: themselves: four weeks alone look steady too often (docs/evidence/amounts.md) [this project's choice].
EXCESS: Final = 0.1
EXCESS_WINDOWS: Final = 26
#: Below so many records no direction is given (G32).
LEAST_FOR_DIRECTION: Final = 3
#: The season is what the city held from this many days before to as many after the same days of an earlier year
#: [this project's choice: with the window itself some six weeks].
SEASON_DAYS: Final = 21
#: The season counts as this many records of no season [this project's choice].
SEASON_PRIOR: Final = 50
#: A year of the season's pool must be on file to this share.
SEASON_FILE: Final = 0.9
YEAR_DAYS: Final = 364

Verdict = Literal["more", "fewer", "as_usual", "unclear", "few", "unknown"]


@dataclass(frozen=True)
class Baseline:
    """What is usual by one baseline of ``days``.

    ``windows`` of ``planned`` earlier windows are on file and held ``total`` records. ``usual`` is the count to
    expect in one, season included (None where nothing is on file), and ``low`` to ``high`` what eight of ten such
    windows hold. ``excess`` is the variation beyond chance (variance = mean + excess mean^2), ``season`` the factor
    used. ``ratio``, ``ratio_low`` and ``ratio_high`` compare the window with the usual, ``p`` being the chance of a
    ratio so far from 1 without a change.
    """

    days: int
    windows: int
    planned: int
    total: int
    usual: float | None
    low: int
    high: int
    excess: float
    season: float
    ratio: float | None
    ratio_low: float
    ratio_high: float
    p: float

    @property
    def speaks(self) -> bool:
        """True where enough is on file to say what is usual."""
        return self.windows >= LEAST_WINDOWS and self.windows >= LEAST_SHARE * self.planned


def earlier_windows(start: float, end: float, days: int, zone: tzinfo = UTC) -> list[Span]:
    """The windows within ``days`` before ``start`` that are like (start, end], latest first, none inside another.

    They lie whole weeks back by the clocks of ``zone``. Raises ValueError where the window has no length.
    """
    if end <= start:
        raise ValueError("a window needs a length")
    step = ceil((end - start) / (7 * DAY_S) - 1e-9)
    first, last = (datetime.fromtimestamp(moment, UTC).astimezone(zone) for moment in (start, end))
    found = []
    for back in range(step, days // 7 + 1, step):
        # Taking weeks from a local time keeps what its clock shows, whatever was changed between.
        ago = timedelta(weeks=back)
        found.append(((first - ago).timestamp(), (last - ago).timestamp()))
    return found


def on_file(windows: list[Span], covered: Coverage) -> list[bool]:
    """Which of ``windows`` the records cover from end to end."""
    return [not covered.missing(start, end) for start, end in windows]


def baseline_of(now: int, counts: Values, days: int, planned: int, excess: float, season: float = 1.0) -> Baseline:
    """Compare ``now`` with the ``counts`` of the earlier windows on file, ``planned`` in number if all were.

    ``excess`` is the variation of such counts beyond chance, ``season`` the expected count now over theirs.
    """
    windows, total = len(counts), int(counts.sum())
    if not windows:
        return Baseline(days, 0, planned, 0, None, 0, 0, excess, season, None, 0.0, float("inf"), 1.0)
    usual = total / windows * season
    # All counts vary by this much more than chance lets them, so they are worth so much less (quasi-Poisson).
    worth = 1 + excess * max(usual, 0.5 / windows)
    exposure = windows * season
    ratios = ratio_interval(now / worth, total / worth, 1.0, exposure, mid_p=True)
    p = float(ratio_p(now / worth, total / worth, 1.0, exposure, mid_p=True))
    low, high = usual_range((total + 0.5) / windows * season, excess + 1 / (total + 0.5))
    return Baseline(
        days=days,
        windows=windows,
        planned=planned,
        total=total,
        usual=usual,
        low=low,
        high=high,
        excess=excess,
        season=season,
        ratio=now / usual if usual > 0 else None,
        ratio_low=float(ratios.low),
        ratio_high=float(ratios.high),
        p=p,
    )


def usual_range(mean: float, excess: float, share: float = USUALLY) -> tuple[int, int]:
    """The counts between which ``share`` of negative binomial counts lie, of variance mean + excess mean^2."""
    most = int(mean + 12 * np.sqrt(mean + excess * mean**2) + 20)
    below = np.cumsum(negative_binomial(np.arange(most + 1), mean, excess))
    tail = (1 - share) / 2
    low, high = np.searchsorted(below, [tail, 1 - tail])
    return int(low), int(min(high, most))


def negative_binomial(counts: NDArray[np.int64], mean: float, excess: float) -> Values:
    """The chance of each count where variance = mean + excess mean^2; ``excess`` 0 is Poisson."""
    if excess <= 0:
        return np.asarray(np.exp(xlogy(counts, mean) - mean - gammaln(counts + 1)))
    size = 1 / excess
    ways = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
    share = mean / (mean + size)
    return np.asarray(np.exp(ways + xlogy(counts, share) + xlog1py(size, -share)))


def excess_of(counts: Values) -> float:
    """The variation of the windows' ``counts`` beyond chance, pulled to EXCESS where they are few."""
    own = min(1.0, len(counts) / EXCESS_WINDOWS)
    return own * dispersion(counts) + (1 - own) * EXCESS


def season_of(times: NDArray[np.int64], covered: Coverage, start: float, end: float) -> float | None:
    """How much more a city holds in the season of (start, end] than in a whole year, by its earlier years.

    ``times`` are those of the city's records, sorted, in seconds since 1970. None where no earlier year round the
    same days is on file.
    """
    held = expected = 0.0
    margin = SEASON_DAYS * DAY_S
    back = 1
    while covered.first is not None:
        shift = back * YEAR_DAYS * DAY_S
        middle = (start + end) / 2 - shift
        if middle < covered.first:
            break
        year = (middle - YEAR_DAYS / 2 * DAY_S, middle + YEAR_DAYS / 2 * DAY_S)
        season = (start - shift - margin, end - shift + margin)
        days = covered.days(*year)
        if days >= SEASON_FILE * YEAR_DAYS and season[0] > year[0]:
            held += _between(times, season)
            expected += _between(times, year) * covered.days(*season) / days
        back += 1
    return (held + SEASON_PRIOR) / (expected + SEASON_PRIOR) if expected else None


def _between(times: NDArray[np.int64], span: Span) -> int:
    first, last = np.searchsorted(times, span, side="right")
    return int(last - first)


def chosen(baselines: tuple[Baseline, ...]) -> Baseline | None:
    """The longest baseline that speaks, or None."""
    return next((each for each in reversed(baselines) if each.speaks), None)


def verdict_of(now: int, baseline: Baseline | None) -> Verdict:
    """What may be said of ``now``: ``few`` records give no direction (G32), and a change must be a clear one."""
    if baseline is None or baseline.usual is None:
        return "unknown"
    if now < LEAST_FOR_DIRECTION:
        return "few"
    if baseline.p < CLEAR:
        return "more" if now > baseline.usual else "fewer"
    return "as_usual" if round(now - baseline.usual) == 0 else "unclear"
