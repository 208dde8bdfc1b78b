"""New clusters: places where one offence gathers now, by the prospective space-time permutation scan.

Kulldorff et al. 2005 (PLoS Medicine 2:e59): of all discs of cells and all windows that end today, the one whose
count exceeds most what its place's and its days' own shares let expect. A place that is always busy and a day that
is busy everywhere are expected; only their coming together is not. How high the highest may be by chance is learnt
by shuffling the dates over the same places, so that the many looks are accounted for: the stated rate holds for the
whole search.

Days are local days. Shuffling dates and then cutting them into days is the same as shuffling the days, so the test
stays exact, and a record whose hour is a placeholder still counts on its day. Today is in part to come: it is that
for all places alike, and the days' own shares take it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import DAY_S, Evidence
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.patterns.scan_search import THREADS, Cylinder, Scan, Search, scan_events
from ilp_core.analyse.patterns.scan_zones import Integers
from ilp_core.analyse.places import area_of, name_of
from ilp_core.analyse.where.grid import Grid

METHOD: Final = "space-time permutation scan, prospective, 1"
SOURCE: Final = "Kulldorff et al. 2005, PLoS Medicine 2(3):e59"

#: Square cells, in metres: the boxes that patrols are sent to (doctrine 3.6).
CELL_M: Final = 250.0


@dataclass(frozen=True)
class NewCluster:
    """A place where more came together lately than its own past and the city's days let expect.

    ``x`` and ``y`` are the middle of its disc and ``radius`` reaches every corner of its cells, in projected metres.
    ``days`` is how many local days back from today it spans, ``first`` and ``last`` the occurred times of its records
    in seconds since 1970 UTC. Asked once a day, chance alone shows one as strong every ``recurrence`` days.
    """

    label: str
    x: float
    y: float
    radius: float
    beat: str | None
    district: str | None
    days: int
    count: int
    expected: float
    statistic: float
    p: float
    recurrence: float
    first: float
    last: float
    rows: Rows


@dataclass(frozen=True)
class ScanFinding:
    """The new clusters, surest first.

    ``p`` is that of the likeliest cylinder even if it is not told of, None where there was nothing to search;
    ``searched`` is how many cylinders were.
    """

    clusters: tuple[NewCluster, ...]
    p: float | None
    searched: int
    basis: Basis


def find_new_clusters(
    frame: IncidentFrame,
    evidence: Evidence,
    at: float,
    *,
    seed: int,
    grid: Grid | float = CELL_M,
    search: Search | None = None,
    threads: int = THREADS,
) -> ScanFinding:
    """The new clusters at ``at`` among ``evidence``, gathered for one offence or group over ``search.days`` or more.

    ``grid`` is a grid, whose study area records must lie in, or the side of its cells in metres. Beside what
    ``gather`` left out, the basis says how many records were because only their month is known (month_only), because
    they lie off the grid (off_grid), or because they are not of the period or not known at ``at`` (outside_period).
    """
    search = search or Search()
    used, age = _of_the_period(frame, evidence, at, grid, search.days)
    size = grid.size if isinstance(grid, Grid) else float(grid)
    basis = basis_of(
        frame,
        used,
        METHOD,
        SOURCE,
        cell_m=size,
        days=search.days,
        most_days=search.most_days,
        radius_m=search.radius_m,
        most_share=search.most_share,
        least=search.least,
        replicas=search.replicas,
        level=search.level,
        seed=seed,
    )
    rows = used.rows
    if len(rows) < search.least:
        return ScanFinding((), None, 0, basis)
    x, y = (frame.column[axis][rows].astype(np.float64) for axis in ("x", "y"))
    scan = scan_events(x, y, age, size, search, seed=seed, threads=threads)
    clusters = tuple(_cluster(frame, rows, scan, found, size) for found in scan.found(search.level))
    return ScanFinding(clusters, scan.p, scan.statistics.size, basis)


def _of_the_period(
    frame: IncidentFrame, evidence: Evidence, at: float, grid: Grid | float, days: int
) -> tuple[Evidence, Integers]:
    """The records that are searched, those left out counted by reason, and how many local days old each is."""
    rows, excluded = evidence.rows, dict(evidence.excluded)

    def leave(reason: str, out: NDArray[np.bool_]) -> None:
        nonlocal rows
        excluded[reason] = int(np.count_nonzero(out))
        rows = rows[~out]

    leave("month_only", frame.month_only[rows])
    time, known = frame.column["time"], frame.column["known"]
    late = (time[rows] > at) | (known[rows] > at)
    age = _days_old(frame, rows[~late], at)
    outside = late.copy()
    outside[~late] = age >= days
    leave("outside_period", outside)
    age = age[age < days]
    if isinstance(grid, Grid):
        off = grid.cell_of(frame.column["x"][rows], frame.column["y"][rows]) < 0
        leave("off_grid", off)
        age = age[~off]
    return Evidence(rows, evidence.considered, excluded, evidence.inferred), age


def _days_old(frame: IncidentFrame, rows: Rows, at: float) -> Integers:
    """Whole local days from each record's day to the day of ``at``, whose clock is that of the latest record."""
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    time, local = frame.column["time"][rows], frame.column["local"][rows]
    latest = int(np.argmax(time))
    today = (int(at) + int(local[latest]) - int(time[latest])) // DAY_S
    # A clock put back overnight may seem to lead into tomorrow.
    age: Integers = np.maximum(today - local // DAY_S, 0).astype(np.int64)
    return age


def _cluster(frame: IncidentFrame, rows: Rows, scan: Scan, found: Cylinder, size: float) -> NewCluster:
    own = rows[scan.events(found)]
    zones = scan.cylinders.zones
    east, north = zones.cells[zones.middle[found.zone]]
    time = frame.column["time"][own]
    return NewCluster(
        label=name_of(frame, own),
        x=float((east + 0.5) * size),
        y=float((north + 0.5) * size),
        radius=float((np.sqrt(zones.reach[found.zone]) + np.sqrt(0.5)) * size),
        beat=area_of(frame, own, "beat"),
        district=area_of(frame, own, "district"),
        days=found.days,
        count=found.count,
        expected=found.expected,
        statistic=found.statistic,
        p=found.p,
        recurrence=1 / found.p,
        first=float(time.min()),
        last=float(time.max()),
        rows=own,
    )
