"""Micro-time watch: when an open micro-time hotspot closes again.

The published response keeps a micro-time hotspot under watch until 21 days have passed without such a crime; in a big
city some areas have no such gap all year, so it also closes after 21 days inside what its own past lets expect
(doctrine 3.6). Both are read from records alone: whether anybody patrolled there is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import pdtrc

from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import WINDOW_DAYS, MicroTime
from ilp_core.analyse.sinks import NO_SINKS, Sinks

#: So many days without a crime, or inside the normal range, close a hotspot (Santos & Santos; doctrine 3.6).
QUIET_DAYS: Final = 21
#: Days above which a count is outside the normal range: so many in such days come by chance less often than this
#: [this project's choice; 5 % as in opening].
NORMAL_TAIL: Final = 0.05

Why = Literal["open", "crime_free", "normal_again"]


@dataclass(frozen=True)
class Watch:
    """How a hotspot stands at a moment.

    ``why`` says whether it is open, closed after QUIET_DAYS without a crime, or closed because QUIET_DAYS held no
    more than is usual. ``count`` is the crimes of those days inside its circle, ``usual`` what its own past lets
    expect in them, ``most`` the largest count still normal, ``last`` when its last crime occurred and ``closes``
    when it closes at the earliest if no further crime comes, or closed (seconds since 1970 UTC).
    """

    why: Why
    count: int
    usual: float
    most: int
    last: float
    closes: float

    @property
    def still_open(self) -> bool:
        """True while the hotspot is under watch."""
        return self.why == "open"


def still_open(frame: IncidentFrame, spot: MicroTime, at: float, sinks: Sinks = NO_SINKS) -> Watch:
    """How ``spot``, opened earlier, stands at ``at``: the crimes of its kind inside its radius known by then.

    Nothing closes sooner than QUIET_DAYS after its last crime at opening, because before that the days that opened it
    are themselves among those looked at. Raises ValueError where ``at`` lies before the hotspot's last crime.
    """
    if at < spot.last:
        raise ValueError("the hotspot had not opened yet")
    times = _crimes(frame, spot, at, sinks)
    last = max([spot.last, *times.tolist()])
    usual = spot.usual * QUIET_DAYS / WINDOW_DAYS
    most = most_normal(usual)
    # Each moment at which the span of days after it is quiet; crimes leave the span QUIET_DAYS after they occurred.
    ends = np.unique([spot.last, *times[times > spot.last].tolist()]) + QUIET_DAYS * DAY_S
    for end in ends[ends <= at].tolist():
        held = _held(times, end)
        if held <= most:
            why: Why = "crime_free" if held == 0 else "normal_again"
            return Watch(why, held, usual, most, max([spot.last, *times[times <= end].tolist()]), end)
    future = [end for end in ends[ends > at].tolist() if _held(times, end) <= most]
    return Watch("open", _held(times, at), usual, most, last, min(future))


def most_normal(usual: float) -> int:
    """The largest count that is still inside the normal range where ``usual`` is expected."""
    count = 0
    while pdtrc(count, usual) > NORMAL_TAIL:
        count += 1
    return count


def _held(times: np.ndarray[tuple[int], np.dtype[np.float64]], end: float) -> int:
    """How many of ``times`` lie in the QUIET_DAYS up to ``end``."""
    since, until = np.searchsorted(times, [end - QUIET_DAYS * DAY_S, end], side="right")
    return int(until - since)


def _crimes(
    frame: IncidentFrame, spot: MicroTime, at: float, sinks: Sinks
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """When crimes of the hotspot's kind occurred within its radius since its first one, as known at ``at``."""
    rows = frame.seen(frame.all_rows[: frame.until(at)], spot.first - 1, at, at)
    rows = gather(frame, rows, Limits(offences=(spot.offence,)), at, sinks.certain).rows
    rows = rows[~frame.month_only[rows]]
    near = np.hypot(frame.column["x"][rows] - spot.x, frame.column["y"][rows] - spot.y) <= spot.radius
    return np.sort(frame.column["time"][rows[near]]).astype(np.float64)
