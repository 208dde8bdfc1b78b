"""The hours of places and what a shift brings there, from the records of a frame.

Only records whose hour is known speak here: placeholder hours and records of a month or a day are counted out
(doctrine 3.14), and where no record has an hour the finding says so and holds no profile. Windows run from the local
clock time at which a record began, for as long as the record says: over a night of clock changes the minutes behind
the change are an hour off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import Evidence
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.when.aoristic import LONGEST, Aoristic, Beyond, aoristic
from ilp_core.analyse.when.coarse import Coarse, coarseness_of
from ilp_core.analyse.when.profile import SMOOTHING, Profiles, profiles_of
from ilp_core.analyse.when.shifts import ShiftCounts, shift_counts
from ilp_core.domain.shifts import Shift

#: Change these with every change of method, so that a receipt says which method made its numbers.
METHOD: Final = "profile 1: aoristic hours of the week, Dirichlet-multinomial shrinkage to the city's"
METHOD_SHIFTS: Final = "shifts 1: rate times profile 1, negative binomial predictive"
SOURCE: Final = "Ratcliffe 2000; Minka 2000"
#: Fewer areas than this do not tell how alike places are; then the city's profile counts for so many records
#: [this project's choice].
LEAST_AREAS: Final = 10
CITY_RECORDS: Final = 50.0


@dataclass(frozen=True)
class ProfileFinding:
    """The profiles of places; None where no record has an hour, ``coarse`` then saying how records are dated.

    ``hourless`` records have no hour, ``too_long`` a window longer than allowed (left out, or spread flat where asked
    for) and ``reversed`` one that ends before it begins. The basis counts all that are left out as ``hour_unknown``.
    """

    profiles: Profiles | None
    coarse: Coarse | None
    hourless: int
    too_long: int
    reversed: int
    basis: Basis


@dataclass(frozen=True)
class ShiftFinding:
    """What each shift brings to each place; None where no record has an hour, or no day is on file.

    ``records`` per place and the ``days`` on file make the rate: records without an hour count there, and are taken
    to happen at the same hours as the others.
    """

    counts: ShiftCounts | None
    records: NDArray[np.int64]
    days: float
    profile: ProfileFinding
    basis: Basis


def find_profiles(
    frame: IncidentFrame,
    evidence: Evidence,
    place: NDArray[np.intp] | None = None,
    places: int = 1,
    *,
    longest: int = LONGEST,
    beyond: Beyond = "left_out",
    smoothing: int = SMOOTHING,
    concentration: float | None = None,
) -> ProfileFinding:
    """The profile of each of ``places``; ``place`` numbers that of each row of ``evidence`` from 0, -1 for none.

    Without ``place`` all are one place. The city's profile is that of all rows, so ``evidence`` should be the whole
    city's, of one kind of offence, and gathered without limits on hours or weekdays, which would show themselves.
    ``longest`` and ``beyond`` are those of ``aoristic``, the rest those of ``profiles_of``.
    """
    of = np.zeros(len(evidence), dtype=np.intp) if place is None else place
    timed = frame.column["timed"][evidence.rows] == 1
    rows = evidence.rows[timed]
    # Group 0 are the rows of no place: they speak for the city only.
    spread = aoristic(
        frame.column["local"][rows],
        frame.column["local"][rows] + frame.column["end"][rows] - frame.column["time"][rows],
        group=of[timed] + 1,
        groups=places + 1,
        longest=longest,
        beyond=beyond,
    )
    profiles = _profiles(spread, smoothing, concentration) if spread.used.any() else None
    left_out = len(evidence) - int(np.count_nonzero(spread.used))
    excluded = {**evidence.excluded, "hour_unknown": evidence.excluded.get("hour_unknown", 0) + left_out}
    spoken = Evidence(rows[spread.used], evidence.considered, excluded, evidence.inferred)
    basis = basis_of(
        frame,
        spoken,
        METHOD,
        SOURCE,
        longest=longest,
        beyond=beyond,
        smoothing=smoothing,
        places=places,
        concentration=profiles.concentration if profiles else None,
    )
    return ProfileFinding(
        profiles=profiles,
        coarse=coarseness_of(frame, evidence.rows),
        hourless=int(np.count_nonzero(~timed)),
        too_long=spread.too_long,
        reversed=spread.reversed,
        basis=basis,
    )


def find_profile(
    frame: IncidentFrame, evidence: Evidence, own: Rows, *, kind: str = "beat", longest: int = LONGEST
) -> ProfileFinding:
    """The profile of the one place whose rows are ``own``, pulled to that of all ``evidence``, the city's.

    One place cannot tell how alike places are, so the areas of ``kind`` do; with fewer than ``LEAST_AREAS`` of them
    on file the city counts for ``CITY_RECORDS``.
    """
    areas = len(frame.words[kind])
    named = frame.column[kind][evidence.rows].astype(np.intp)
    alike: float | None = CITY_RECORDS
    if areas >= LEAST_AREAS:
        wide = find_profiles(frame, evidence, named, areas, longest=longest).profiles
        alike = wide.concentration if wide else None
    place = np.where(np.isin(evidence.rows, own), 0, -1)
    return find_profiles(frame, evidence, place, 1, longest=longest, concentration=alike)


def expected_per_shift(
    frame: IncidentFrame,
    evidence: Evidence,
    place: NDArray[np.intp] | None,
    places: int,
    *,
    days: float,
    shifts: Sequence[Shift],
    longest: int = LONGEST,
    excess: float = 0.0,
    concentration: float | None = None,
) -> ShiftFinding:
    """What each of ``shifts`` brings to each of ``places``, from ``evidence`` of ``days`` on file.

    ``place``, ``longest`` and ``concentration`` are as in ``find_profiles``, ``excess`` as in ``shift_counts``;
    ``days`` are those of the evidence's window that the records cover (``Coverage.days``).
    """
    profile = find_profiles(frame, evidence, place, places, longest=longest, concentration=concentration)
    of = np.zeros(len(evidence), dtype=np.intp) if place is None else place
    records = np.bincount(of[of >= 0], minlength=places)
    counts = None
    if profile.profiles is not None and days > 0:
        counts = shift_counts(profile.profiles, records, days, shifts, excess=excess)
    alike = profile.profiles.concentration if profile.profiles else None
    return ShiftFinding(
        counts=counts,
        records=records,
        days=days,
        profile=profile,
        basis=basis_of(
            frame,
            evidence,
            METHOD_SHIFTS,
            SOURCE,
            days=days,
            places=places,
            shifts=" ".join(f"{shift.name} {shift.hours}" for shift in shifts),
            excess=excess,
            concentration=alike,
        ),
    )


def _profiles(spread: Aoristic, smoothing: int, concentration: float | None) -> Profiles:
    return profiles_of(
        spread.weight[1:],
        spread.records[1:],
        spread.effective[1:],
        city=spread.weight.sum(axis=0),
        city_effective=float(spread.effective.sum()),
        smoothing=smoothing,
        concentration=concentration,
    )
