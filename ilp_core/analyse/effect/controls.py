"""Matched controls, chosen and locked before the outcome is read.

Each treated place gets the candidate whose history before the operation is nearest to its own in level, trend and
season, all pairs together as near as possible (optimal matching without replacement: Rosenbaum 1989, Journal of the
American Statistical Association 84:1024). Candidates within reach of a treated place's displacement are out. The
choice, what it was made from and when is one record under one digest: change anything in it and it does not open.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ilp_core.analyse.basis import Parameter
from ilp_core.analyse.effect.did import Parallel, parallel
from ilp_core.analyse.effect.history import EffectError, History, dispersion_of
from ilp_core.analyse.effect.ring import RING_M, Place

METHOD: Final = "controls 1: optimal pairs by level, trend and season before, locked"
#: Periods after which a season returns where periods are four weeks long.
CYCLE: Final = 13
#: What a pair that may not be costs in the assignment: more than any distance.
_NEVER: Final = 1e9
#: The share of ground that two places may have in common: rounding.
_SHARED: Final = 1e-6
#: Added to a count where its logarithm, root or share is taken (Anscombe 1948).
_ANSCOMBE: Final = 3 / 8


class LockBrokenError(EffectError):
    """The record of the choice is not the one that was locked."""


class NoControlsError(EffectError):
    """There are not enough candidates far enough from the treated places, or near enough in history."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A treated place, one control of it, and how far apart their histories are.

    ``level``, ``trend`` and ``season`` are each in units of their own chance error: 1 is what two places of one rate
    differ by; ``distance`` is the root of their mean square.
    """

    treated: str
    control: str
    level: float
    trend: float
    season: float
    distance: float


@dataclass(frozen=True, slots=True)
class Balance:
    """How alike the groups were before: records per place and period, change a period as a share of the level, the
    largest distance of a pair, and whether the two series moved apart (None where there are too few records)."""

    treated_level: float
    control_level: float
    treated_trend: float
    control_trend: float
    largest: float
    parallel: Parallel | None


@dataclass(frozen=True)
class Locked:
    """A choice of controls as it was locked at ``at``. Times in seconds since 1970 UTC.

    ``begins`` is when the operation begins, ``until`` the end of the history, ``history`` the digest of it,
    ``candidates`` all the names to choose from, ``refused`` those within reach of a treated place and ``free`` the
    others, ``dispersion`` the variance beyond Poisson of all of them before, and ``digest`` seals all of this.
    """

    treated: tuple[Place, ...]
    controls: tuple[Place, ...]
    free: tuple[Place, ...]
    pairs: tuple[Pairing, ...]
    candidates: tuple[str, ...]
    refused: tuple[str, ...]
    begins: float
    until: float
    at: float
    history: str
    dispersion: float
    balance: Balance
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    digest: str = ""


def lock(
    history: History,
    treated: Sequence[Place],
    candidates: Sequence[Place],
    *,
    at: float,
    each: int = 1,
    buffer: float = 2 * RING_M,
    caliper: float | None = None,
    cycle: int = CYCLE,
) -> Locked:
    """Choose ``each`` controls for every treated place, and lock the choice as made at ``at``.

    A candidate within ``buffer`` metres of a treated place is out; twice the width of the ring keeps both rings
    apart. A pair further apart than ``caliper`` is out. The order of the places given does not matter.
    Raises NoControlsError where too few candidates are left, ValueError for a place without history and for places
    that overlap.
    """
    treated = sorted(treated, key=lambda place: place.name)
    candidates = sorted(candidates, key=lambda place: place.name)
    missing = [place.name for place in (*treated, *candidates) if place.name not in history.names]
    if missing or not treated:
        raise ValueError(f"no history of {missing[0]}" if missing else "no treated place")
    names = {place.name for place in treated}
    reach = shapely.union_all([place.shape for place in treated])
    near = [place.name in names or shapely.distance(place.shape, reach) < buffer for place in candidates]
    free = [place for place, out in zip(candidates, near, strict=True) if not out]
    shapes = [place.shape for place in (*treated, *free)]
    # Where two places share ground, its records would speak twice in the history and once in the outcome.
    if sum(shape.area for shape in shapes) > shapely.union_all(shapes).area * (1 + _SHARED):
        raise ValueError("two of the places overlap")
    pairs = _assign(history, treated, free, each, caliper, cycle)
    chosen = {pair.control for pair in pairs}
    controls = tuple(place for place in free if place.name in chosen)
    locked = Locked(
        treated=tuple(treated),
        controls=controls,
        free=tuple(free),
        pairs=pairs,
        candidates=tuple(place.name for place in candidates),
        refused=tuple(place.name for place, out in zip(candidates, near, strict=True) if out),
        begins=history.begins,
        until=history.edges[-1],
        at=at,
        history=history.digest,
        dispersion=dispersion_of(history),
        balance=_balance(history, treated, controls, pairs),
        parameters={"method": METHOD, "each": each, "buffer": buffer, "caliper": caliper, "cycle": cycle},
    )
    return replace(locked, digest=seal(locked))


def seal(locked: Locked) -> str:
    """The digest over everything in the record but the digest itself."""
    said = json.dumps(as_plain(locked), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def verify(locked: Locked, sealed: str | None = None) -> None:
    """Raises LockBrokenError where the record is not what its digest seals, or its digest is not ``sealed``: the one
    that was written down (in the audit chain) when the choice was made."""
    if seal(locked) != locked.digest:
        raise LockBrokenError("the record of the controls was changed after it was locked")
    if sealed is not None and sealed != locked.digest:
        raise LockBrokenError("these are not the controls that were locked")


def as_plain(locked: Locked) -> dict[str, Any]:
    """The record as plain data, its digest left out: what is sealed, and what a store may keep."""
    parallel_said = locked.balance.parallel
    return {
        "treated": [[place.name, shapely.to_wkb(place.shape, hex=True)] for place in locked.treated],
        "controls": [[place.name, shapely.to_wkb(place.shape, hex=True)] for place in locked.controls],
        "free": [[place.name, shapely.to_wkb(place.shape, hex=True)] for place in locked.free],
        "pairs": [[p.treated, p.control, p.level, p.trend, p.season, p.distance] for p in locked.pairs],
        "candidates": list(locked.candidates),
        "refused": list(locked.refused),
        "times": [locked.begins, locked.until, locked.at],
        "history": locked.history,
        "dispersion": locked.dispersion,
        "balance": [
            locked.balance.treated_level,
            locked.balance.control_level,
            locked.balance.treated_trend,
            locked.balance.control_trend,
            locked.balance.largest,
            None if parallel_said is None else [parallel_said.slope, parallel_said.se, parallel_said.p],
        ],
        "parameters": dict(locked.parameters),
    }


def distances(
    own: NDArray[np.int64], others: NDArray[np.int64], cycle: int = CYCLE
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How far the history ``own`` (periods) is from each of ``others`` (places, periods): level, trend, season.

    Level is the difference of roots, trend that of the slopes as a share of the level, season the root of the
    chi-square per degree of freedom of the two profiles over ``cycle`` periods; each in units of its chance error.
    """
    total, totals = float(own.sum()), others.sum(axis=1).astype(np.float64)
    level = math.sqrt(2) * (np.sqrt(totals + _ANSCOMBE) - math.sqrt(total + _ANSCOMBE))
    slope, slopes = _slope(own[None, :])[0], _slope(others)
    steps = np.square(np.arange(own.size) - (own.size - 1) / 2).sum() / own.size
    trend = (slopes - slope) / np.sqrt((1 / np.maximum(total, 1) + 1 / np.maximum(totals, 1)) / steps)
    return np.abs(level), np.abs(trend), _season(own, others, cycle)


def _slope(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The least-squares change per period as a share of the mean, of each row."""
    time = np.arange(counts.shape[1]) - (counts.shape[1] - 1) / 2
    return np.asarray(counts @ time / np.square(time).sum() / np.maximum(counts.mean(axis=1), 1 / counts.shape[1]))


def _season(own: NDArray[np.int64], others: NDArray[np.int64], cycle: int) -> NDArray[np.float64]:
    bins = np.arange(own.size) % min(cycle, own.size)
    fold = np.zeros((own.size, bins.max() + 1))
    fold[np.arange(own.size), bins] = 1
    mine, theirs = own @ fold, others @ fold
    both = mine + theirs
    share = mine.sum() / np.maximum(mine.sum() + theirs.sum(axis=1, keepdims=True), 1)
    # Two rows of one table: their chi-square is that of one row over the share left to the other.
    expected = both * share
    left = np.maximum(both * share * (1 - share), 1e-12)
    chi2 = np.where(both > 0, np.square(mine - expected) / left, 0.0).sum(axis=1)
    return np.asarray(np.sqrt(chi2 / np.maximum((both > 0).sum(axis=1) - 1, 1)))


def _assign(
    history: History,
    treated: Sequence[Place],
    free: Sequence[Place],
    each: int,
    caliper: float | None,
    cycle: int,
) -> tuple[Pairing, ...]:
    if len(free) < each * len(treated) or each < 1:
        raise NoControlsError(
            f"{each * len(treated)} controls are needed, and {len(free)} places are far enough away"
        )
    others = np.stack([history.of(place.name) for place in free])
    parts = np.stack([np.stack(distances(history.of(place.name), others, cycle)) for place in treated])
    distance = np.sqrt(np.square(parts).mean(axis=1))
    cost = distance if caliper is None else np.where(distance <= caliper, distance, _NEVER)
    rows, columns = linear_sum_assignment(np.repeat(cost, each, axis=0))
    pairs = []
    for row, column in zip((rows // each).tolist(), columns.tolist(), strict=True):
        if cost[row, column] >= _NEVER:
            raise NoControlsError(f"no candidate's history is within {caliper} of that of {treated[row].name}")
        level, trend, season = (float(part) for part in parts[row, :, column])
        pairs.append(
            Pairing(treated[row].name, free[column].name, level, trend, season, float(distance[row, column]))
        )
    return tuple(sorted(pairs, key=lambda pair: (pair.treated, pair.control)))


def _balance(
    history: History, treated: Sequence[Place], controls: Sequence[Place], pairs: Sequence[Pairing]
) -> Balance:
    own = np.sum([history.of(place.name) for place in treated], axis=0)
    other = np.sum([history.of(place.name) for place in controls], axis=0)
    try:
        moved = parallel(own, other)
    except ValueError:
        moved = None
    return Balance(
        treated_level=float(own.mean()) / len(treated),
        control_level=float(other.mean()) / len(controls),
        treated_trend=float(_slope(own[None, :])[0]),
        control_trend=float(_slope(other[None, :])[0]),
        largest=max(pair.distance for pair in pairs),
        parallel=moved,
    )
