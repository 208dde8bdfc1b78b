"""Weekly: records counted by kind, area, part of the day and period, for every kind and area at once.

Periods are whole numbers of days counted back from a moment, so that each holds every weekday equally often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.coverage import LEAST_GAP_DAYS, Coverage, coverage_of
from ilp_core.analyse.evidence import DAY_S, Evidence, in_hours
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.patterns.reported import reported
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.places import AreaKind
from ilp_core.domain.windows import Hours

#: What makes records of one kind: the offence they mean, or the source's own code.
By = Literal["offence", "code"]


@dataclass(frozen=True)
class Weekly:
    """The records of ``evidence`` in periods of ``days`` back from ``end``.

    ``kinds`` and ``areas`` are the codes there are; ``kind``, ``area`` (-1 where unknown) and ``period`` are those of
    each row of the evidence. ``on_file`` is True for the whole periods of which records are on file; ``since`` holds,
    per area, the oldest whole period since its first record, ``until`` the period of its last one.
    """

    evidence: Evidence
    end: float
    days: int
    kinds: tuple[str, ...]
    areas: tuple[str, ...]
    kind: NDArray[np.intp]
    area: NDArray[np.intp]
    period: NDArray[np.intp]
    minute: NDArray[np.int64]
    timed: NDArray[np.bool_]
    on_file: NDArray[np.bool_]
    since: NDArray[np.intp]
    until: NDArray[np.intp]

    @property
    def speaking(self) -> NDArray[np.bool_]:
        """Areas x periods: False since an area's last record of any kind where that is longer ago than a gap is long.

        An area that ceased to be named, as a district that was dissolved, is not a quiet one.
        """
        silent = self.until * self.days > LEAST_GAP_DAYS
        return ~silent[:, None] | (np.arange(len(self.on_file)) >= self.until[:, None])

    def inside(self, hours: Hours) -> NDArray[np.bool_]:
        """True for the rows of the evidence in ``hours``; an unknown hour lies in a whole day only."""
        if hours.all_day:
            return np.ones(len(self.kind), dtype=bool)
        return self.timed & in_hours(self.minute, hours)

    def of_force(self, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Counts of the whole force, kinds x periods, of the rows ``inside``."""
        periods = len(self.on_file)
        keys = self.kind[inside] * periods + self.period[inside]
        return _counted(keys, (len(self.kinds), periods))

    def of_areas(self, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Counts per area, kinds x areas x periods, of the rows ``inside``."""
        kept = inside & (self.area >= 0)
        periods = len(self.on_file)
        keys = (self.kind[kept] * len(self.areas) + self.area[kept]) * periods + self.period[kept]
        return _counted(keys, (len(self.kinds), len(self.areas), periods))


def count_weekly(
    frame: IncidentFrame, at: float, *, area: AreaKind, days: int, end: float, periods: int, by: By = "offence"
) -> Weekly:
    """The records known at ``at`` in at most ``periods`` periods of ``days`` back from ``end``."""
    known = frame.seen(frame.all_rows[: frame.until(min(end, at))], float("-inf"), end, at)
    evidence = reported(frame, known[frame.until(end - periods * days * DAY_S, known) :], at)
    rows = evidence.rows
    time = frame.column["time"]
    first = float(time[rows[0]]) if len(rows) else None
    on_file = _whole_periods(coverage_of(frame, known, first), end, days, periods)
    period = ((end - time[rows]) // (days * DAY_S)).astype(np.intp)
    # A record at the very start of the oldest period lies in it.
    period = np.minimum(period, periods - 1)
    kinds, kind = _kinds(frame, rows, by)
    areas, place = _areas(frame, rows, area)
    since = np.full(len(areas), -1, dtype=np.intp)
    until = np.full(len(areas), periods, dtype=np.intp)
    np.maximum.at(since, place[place >= 0], period[place >= 0])
    np.minimum.at(until, place[place >= 0], period[place >= 0])
    oldest = int(np.flatnonzero(on_file)[-1]) if on_file.any() else 0
    # An area named by the first records there are is as old as they; in another, its first period is not whole.
    since = np.where(since >= oldest - 1, oldest, since - 1)
    return Weekly(
        evidence=evidence,
        end=end,
        days=days,
        kinds=kinds,
        areas=areas,
        kind=kind,
        area=place,
        period=period,
        minute=frame.column["local"][rows] % DAY_S // 60,
        timed=np.asarray(frame.column["timed"][rows] == 1),
        on_file=on_file,
        since=since,
        until=until,
    )


def _whole_periods(covered: Coverage, end: float, days: int, periods: int) -> NDArray[np.bool_]:
    length = days * DAY_S
    return np.array(
        [not covered.missing(end - (back + 1) * length, end - back * length) for back in range(periods)], dtype=bool
    )


def _kinds(frame: IncidentFrame, rows: Rows, by: By) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    words: Sequence[str] = OFFENCES if by == "offence" else frame.words["code"]
    codes = frame.offence[rows] if by == "offence" else frame.column["code"][rows]
    return _present(words, codes.astype(np.intp))


def _areas(frame: IncidentFrame, rows: Rows, area: AreaKind) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The areas there are; where no record names a force, all of them are of one without a code."""
    if area == "force" and not frame.words["force"]:
        return ("",), np.zeros(len(rows), dtype=np.intp)
    return _present(frame.words[area], frame.column[area][rows].astype(np.intp))


def _present(words: Sequence[str], codes: NDArray[np.intp]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The words that occur, and the place of each code among them; -1 stays."""
    there = np.flatnonzero(np.bincount(codes + 1, minlength=len(words) + 1)[1:])
    place = np.full(len(words) + 1, -1, dtype=np.intp)
    place[there + 1] = np.arange(len(there))
    return tuple(words[code] for code in there.tolist()), place[codes + 1]


def _counted(keys: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.bincount(keys, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
