"""Account: what can be told of a possible series. Its pattern, why its cases look alike, when the next may come.

The kinds of pattern are those of the International Association of Crime Analysts (doctrine 3.6), as far as records
can tell them: who did it and who suffered it is not known here, so that "hot prey" is never said and "series" means
alike, not one offender.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.calibration import Floats
from ilp_core.analyse.patterns.cases import Cases
from ilp_core.analyse.patterns.linkage import Linkage
from ilp_core.analyse.patterns.similarity import FEATURES, Comparer
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.windows import Hours

Pattern = Literal["series", "spree", "hot_place", "hot_product", "hot_setting"]

#: Nearly all cases agree where at least this share does [this project's choice].
NEARLY_ALL: Final = 0.8
#: A spree has no time between its cases to speak of [this project's choice of two days].
SPREE_DAYS: Final = 2.0
#: One place is what lies within this of its middle, in metres [this project's choice; the width of a block].
ONE_PLACE_M: Final = 100.0
#: Cases this far from their middle, in metres, do not share a place but may share a setting [this project's choice].
SPREAD_M: Final = 400.0
#: Offences whose very name tells what was taken.
PRODUCTS: Final = ("vehicle_theft", "theft_from_vehicle", "vehicle_parts", "bicycle_theft")
#: The next hours are the shortest that hold half of the cases, and at least two; below three known hours none are
#: told [this project's choice].
HOURS_SHARE: Final = 0.5
LEAST_HOURS: Final = 2
LEAST_KNOWN: Final = 3
#: Weekdays are told where one or two of them hold this share of at least four cases [this project's choice].
WEEKDAY_SHARE: Final = 0.7
LEAST_FOR_WEEKDAYS: Final = 4


@dataclass(frozen=True)
class Reason:
    """What a feature says about a group. ``log_odds`` is the mean that it adds per pair, ``value`` the value most
    cases share ('' where there is none), ``agree`` of ``known`` cases have it, and ``size`` how far apart they are in
    the feature's own unit (metres, days, hours; None where it has none)."""

    feature: str
    log_odds: float
    value: str
    agree: int
    known: int
    size: float | None


@dataclass(frozen=True)
class Next:
    """When the next case may come, if the series goes on as it did. ``start`` and ``end`` in seconds since 1970 UTC,
    half of its own gaps fit between them; ``hours`` and ``weekdays`` in which most cases fell, None and () where the
    cases do not agree."""

    start: float
    end: float
    hours: Hours | None
    weekdays: tuple[Weekday, ...]


def reasons_of(
    compared: Comparer, linkage: Linkage, members: Rows, premises: tuple[str, ...], codes: tuple[str, ...]
) -> tuple[Reason, ...]:
    """Why the cases at ``members`` look alike, what weighs most first; all features that say anything."""
    cases = compared.cases
    first, second = (members[part] for part in np.triu_indices(len(members), k=1))
    added = linkage.reasons(compared.levels(first, second)).mean(axis=0)
    told = {
        "offence": _commonest([OFFENCES[k] for k in cases.offence[members].tolist()]),
        "method": _commonest([codes[k] for k in cases.code[members].tolist()]),
        "premise": _commonest([premises[k] for k in cases.premise[members].tolist() if k >= 0]),
        "weekday": _commonest([WEEKDAYS[(day + 3) % 7] for day in cases.day[members].tolist()]),
    }
    sizes = {
        "time_of_day": _hours_apart(cases, members),
        "distance": _spread(cases.x[members], cases.y[members]),
        "days_apart": float(np.ptp(cases.middle[members])),
    }
    found = [
        Reason(name, float(value), *told.get(name, ("", 0, 0)), size=sizes.get(name))
        for name, value in zip(FEATURES, added, strict=True)
        if value != 0.0
    ]
    return tuple(sorted(found, key=lambda reason: (-reason.log_odds, reason.feature)))


def _commonest(values: list[str]) -> tuple[str, int, int]:
    """The value most cases have, the first in the alphabet among equals; how many have it, and of how many."""
    if not values:
        return "", 0, 0
    best = min(set(values), key=lambda value: (-values.count(value), value))
    return best, values.count(best), len(values)


def _spread(x: Floats, y: Floats) -> float:
    """How far the farthest case lies from the middle of all, in metres."""
    return float(np.hypot(x - np.median(x), y - np.median(y)).max())


def _hours_apart(cases: Cases, members: Rows) -> float | None:
    """How many hours of the clock, at the fewest, hold all cases whose hour is known."""
    known = members[cases.hour_known[members]]
    if len(known) < 2:
        return None
    middle = (cases.local[known] + (cases.end[known] - cases.start[known]) / 2) % DAY_S
    gaps = np.diff(np.sort(middle), append=np.sort(middle)[0] + DAY_S)
    return float((DAY_S - gaps.max()) / 3_600)


def pattern_of(cases: Cases, members: Rows, reasons: tuple[Reason, ...]) -> Pattern:
    """Which kind of pattern the cases look like; a guess from records: place, spree, setting, product."""
    x, y = cases.x[members], cases.y[members]
    from_middle = np.hypot(x - np.median(x), y - np.median(y))
    days = float(np.ptp(cases.middle[members]))
    if days > SPREE_DAYS and np.mean(from_middle <= ONE_PLACE_M) >= NEARLY_ALL:
        return "hot_place"
    if days <= SPREE_DAYS:
        return "spree"
    speaks = {reason.feature: reason for reason in reasons if reason.log_odds > 0}
    premise, hours = speaks.get("premise"), speaks.get("time_of_day")
    if premise and not hours and _nearly_all(premise) and np.median(from_middle) > SPREAD_M:
        return "hot_setting"
    offence = speaks.get("offence")
    if offence and not hours and not premise and _nearly_all(offence) and offence.value in PRODUCTS:
        return "hot_product"
    return "series"


def _nearly_all(reason: Reason) -> bool:
    return reason.known > 0 and reason.agree >= NEARLY_ALL * reason.known


def next_of(cases: Cases, members: Rows) -> Next:
    """When the next case of a series may come: its last and its own gaps from the lower to the upper quarter."""
    middle = np.sort(cases.middle[members])
    short, long = np.quantile(np.diff(middle), (0.25, 0.75))
    last = float(cases.start[members].max())
    return Next(
        start=last + float(short) * DAY_S,
        # A night of several cases does not mean that the next one is due within minutes.
        end=last + max(float(long), float(short) + 1.0) * DAY_S,
        hours=usual_hours(cases, members),
        weekdays=_weekdays(cases, members),
    )


def usual_hours(cases: Cases, members: Rows) -> Hours | None:
    """The fewest whole hours on end that hold half of the cases, each case spread evenly over its window."""
    known = members[cases.hour_known[members]]
    if len(known) < LEAST_KNOWN:
        return None
    held = np.zeros(24)
    for case in known.tolist():
        start = int(cases.local[case]) // 3_600
        end = int(cases.local[case] + max(cases.end[case] - cases.start[case], 1) - 1) // 3_600
        held[np.arange(start, end + 1) % 24] += 1 / (end + 1 - start)
    twice = np.concatenate([[0.0], np.cumsum(np.concatenate([held, held]))])
    for length in range(LEAST_HOURS, 24):
        sums = twice[length : length + 24] - twice[:24]
        if sums.max() >= HOURS_SHARE * len(known) - 1e-9:
            start = int(np.argmax(sums > sums.max() - 1e-9))
            return Hours(start * 60, (start + length) % 24 * 60)
    return None


def _weekdays(cases: Cases, members: Rows) -> tuple[Weekday, ...]:
    if len(members) < LEAST_FOR_WEEKDAYS:
        return ()
    counts = np.bincount((cases.day[members] + 3) % 7, minlength=7)
    for many in (1, 2):
        best = np.argsort(-counts, kind="stable")[:many]
        if counts[best].sum() >= WEEKDAY_SHARE * len(members):
            return tuple(WEEKDAYS[k] for k in sorted(best.tolist()) if counts[k])
    return ()
