"""The rivals: plain counts and the field's own methods, each as expected counts, so that all are measured alike.

A method's surface says where; how much is the same for all of them: the last year's weekly rate of the offence as it
was known at the origin. Over the hours a count is spread evenly or by the city's own hours of the week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.backtest.surface import GAUSSIAN_REACH, surface
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History, Method, Target
from ilp_core.analyse.forecast.methods import EVEN, learned_methods

Floats = NDArray[np.float64]
Horizon = Literal["week", "shift"]
Kind = Literal["naive", "rival", "learned"]

#: The rate is that of the last 52 weeks, so that every season and weekday counts once.
RATE_DAYS: Final = 364
WEEK_S: Final = WEEK_DAYS * DAY_S
HOUR_S: Final = 3_600
HOURS: Final = WEEK_S // HOUR_S
#: Each hour of the week counts as having had this many events more, so that none is impossible [this project's
#: choice].
PRIOR_EVENTS: Final = 1.0
#: How the names of plain counting begin (see Method).
NAIVE: Final = "naive"


def recent(past: History, target: Target, days: float | None) -> History:
    """The target's own events of the last ``days`` before the origin; None for all."""
    own = past.of(target.offences)
    return own if days is None else own.between(_origin(past, target) - days * DAY_S, np.inf)


def weekly_rate(past: History, target: Target) -> float:
    """Events a week over the last RATE_DAYS before the origin, or over all of a shorter past."""
    if not len(past):
        return 0.0
    origin = _origin(past, target)
    days = min(RATE_DAYS, max(WEEK_DAYS, (origin - float(past.time[0])) / DAY_S))
    return len(recent(past, target, days)) / days * WEEK_DAYS


def span_shares(past: History, target: Target, *, by_hour: bool) -> Floats:
    """The share of a week's events that each span of the target takes: by its length, or by the hours of the week of
    the target's own timed events."""
    start, end = target.spans[:, 0], target.spans[:, 1]
    if not by_hour:
        return np.asarray((end - start) / WEEK_S)
    own = past.of(target.offences)
    hour = own.time[own.timed] % WEEK_S // HOUR_S
    profile = np.bincount(hour, minlength=HOURS) + PRIOR_EVENTS
    until = np.concatenate([[0.0], np.cumsum(profile / profile.sum())])

    # 1 January 1970 was a Thursday: the profile's weeks begin with its 00:00.
    def passed(moment: NDArray[np.int64]) -> Floats:
        weeks, rest = np.divmod(moment, WEEK_S)
        return np.asarray(weeks + np.interp(rest / HOUR_S, np.arange(HOURS + 1), until))

    return passed(end) - passed(start)


def expected(past: History, target: Target, where: Floats, *, by_hour: bool = False) -> Floats:
    """``where`` scaled to the weekly rate and spread over the spans, of shape (cells, spans); a surface of nothing is
    taken as even."""
    total = where.sum()
    share = where / total if total > 0 else np.full(len(where), 1.0 / len(where))
    return np.outer(share * weekly_rate(past, target), span_shares(past, target, by_hour=by_hour))


def _origin(past: History, target: Target) -> float:
    return min(past.origin, target.start)


@dataclass(frozen=True)
class Counts:
    """How often it happened in each cell: over the last ``days``, or over all; ``half_life`` in days lets old events
    fade (1/2 after each), None counts all alike; ``by_hour`` spreads by the city's own hours of the week."""

    name: str
    days: float | None = None
    half_life: float | None = None
    by_hour: bool = False

    def expect(self, past: History, target: Target) -> Floats:
        """Expected counts of shape (cells, spans)."""
        own = recent(past, target, self.days)
        weights = None
        if self.half_life is not None:
            weights = np.exp2(-(_origin(past, target) - own.time) / (self.half_life * DAY_S))
        return expected(past, target, own.counts(weights), by_hour=self.by_hour)


@dataclass(frozen=True)
class Density:
    """A kernel over the events of the last ``days``, or of all: ``kernel`` is quartic or gaussian, ``bandwidth`` in
    metres. The quartic one is the field's retrospective hotspot map (Chainey & Ratcliffe 2005; open_cp)."""

    name: str
    kernel: Literal["quartic", "gaussian"]
    bandwidth: float
    days: float | None = None

    def expect(self, past: History, target: Target) -> Floats:
        """Expected counts of shape (cells, spans)."""
        reach = self.bandwidth * (GAUSSIAN_REACH if self.kernel == "gaussian" else 1.0)
        own = recent(past, target, self.days)
        return expected(past, target, surface(own, self.kernel, self.bandwidth, reach))


@dataclass(frozen=True)
class Prospective:
    """Prospective hotspotting (ProMap; Bowers, Johnson & Pease 2004): events of the last ``weeks`` weeks within
    ``bands`` bands of ``band`` metres, each with the weight 1 / ((1 + d)(1 + w)), d and w in whole bands and
    weeks."""

    name: str
    weeks: int = 8
    bands: int = 8
    band: float = 50.0

    def expect(self, past: History, target: Target) -> Floats:
        """Expected counts of shape (cells, spans)."""
        own = recent(past, target, self.weeks * WEEK_DAYS)
        ago = np.maximum(np.ceil((_origin(past, target) - own.time) / WEEK_S) - 1, 0)
        where = surface(own, "bands", self.band, self.bands * self.band, 1.0 / (1.0 + ago))
        return expected(past, target, where)


#: What every run compares with.
RIVALS: Final[tuple[Method, ...]] = (
    Counts("naive all"),
    Counts("naive 365 d", days=365),
    Counts("naive 90 d", days=90),
    Counts("decay 365 d", half_life=365),
    Density("kernel 500 m, all", "quartic", 500.0),
    Density("kernel 500 m, 365 d", "quartic", 500.0, days=365),
    Density("kernel gaussian 250 m", "gaussian", 250.0),
    Prospective("prospective 8x8"),
)
#: Beside them where hours matter; over a whole week they are the same as without the hours.
BY_HOUR: Final[tuple[Method, ...]] = (
    Counts("naive all × hour", by_hour=True),
    Counts("naive 365 d × hour", days=365, by_hour=True),
)
_RIVAL_NAMES: Final = frozenset((EVEN, *(method.name for method in (*RIVALS, *BY_HOUR))))


def rivals(horizon: Horizon) -> tuple[Method, ...]:
    """The methods that every other one is compared with."""
    return (*RIVALS, *BY_HOUR) if horizon == "shift" else RIVALS


def all_methods(horizon: Horizon) -> tuple[Method, ...]:
    """Every method that a back-test knows, rivals first."""
    return (*rivals(horizon), *learned_methods(hours=horizon == "shift"))


def kind_of(name: str) -> Kind:
    """Whether a method is plain counting, another rival, or learned."""
    if name.startswith(NAIVE):
        return "naive"
    return "rival" if name in _RIVAL_NAMES else "learned"
