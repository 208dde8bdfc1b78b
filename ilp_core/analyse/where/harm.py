"""Harm and count of places: what each unit of place lets expect, no single incident making it a hotspot.

Doctrine 3.14: expected count times the weight of the offence in days of sentence, the expected count shrunk to the
mean of all units of the area, per offence, by an empirical-Bayes gamma prior (moments; Clayton & Kaldor 1987,
Biometrics 43:671), as ``chronic`` does for its cells. A record that alone is more than half of a unit's harm is
left out of its score, and a unit that rests on fewer than two other records is no harm hotspot; its count, its harm
and the share of its heaviest record are given all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.chronic import LEAST_COUNT
from ilp_core.analyse.evidence import point_keys
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.places import middle_of
from ilp_core.analyse.where.units import UnitKind, Units
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.questions import Weighting

Values = NDArray[np.float64]

#: Slots of a first screen, of which one premise fills at most one (doctrine 3.14).
SLOTS: Final = 3
#: A premise with more than this share of a unit's records is what the unit is about [this project's choice].
DOMINANT: Final = 0.5


@dataclass(frozen=True)
class Expected:
    """Per unit of place: records and days of harm on file (``count``, ``harm``), what to expect of both
    (``expected_count``, ``expected_harm``), the days of its ``heaviest`` record, and on how many records its expected
    harm rests (``speaking``)."""

    count: NDArray[np.int64]
    harm: Values
    expected_count: Values
    expected_harm: Values
    heaviest: Values
    speaking: NDArray[np.int64]


@dataclass(frozen=True)
class RankedUnit:
    """One unit of a ranking. Position in projected metres; ``harm`` and ``expected_harm`` in days of sentence.

    ``expected`` and ``expected_harm`` are for the evidence's own span of time. ``heaviest_share`` is what its
    heaviest record, of the offence ``heaviest``, is of its harm: "1 homicide = 92 % of harm". ``premise_share`` is
    what one premise is of its records.
    """

    kind: UnitKind
    key: str
    label: str
    x: float
    y: float
    count: int
    expected: float
    harm: float
    expected_harm: float
    heaviest_share: float
    heaviest: str | None
    premise_share: float
    offences: Mapping[str, int]
    rows: Rows


def shrunk(table: Values) -> Values:
    """Counts of units (rows) and kinds of offence (columns) as expected ones: each column shrunk to its mean.

    Gamma-Poisson by moments: (mean * pull + count) / (pull + 1) with pull = mean / (variance - mean); with no spread
    beyond chance every unit is the mean.
    """
    if not table.size:
        return table.copy()
    own = _own(table)
    return np.asarray(table.mean(axis=0) * (1 - own) + table * own)


def _own(table: Values) -> Values:
    """Per kind of offence, how much of a unit's expectation is its own count."""
    mean = table.mean(axis=0)
    spread = (table**2).mean(axis=0) - mean**2 - mean
    own: Values = np.divide(spread, spread + mean, out=np.zeros(len(mean)), where=spread > 0)
    return own


def expected_of(frame: IncidentFrame, rows: Rows, units: Units) -> Expected:
    """What every unit lets expect; ``units`` index ``rows``, those of the area to whose mean units are shrunk."""
    within = units.unit_of >= 0
    unit, row = units.unit_of[within], rows[within]
    weights, kind_of = _kinds(frame, row)
    kinds = max(len(weights), 1)
    table = np.bincount(unit * kinds + kind_of, minlength=len(units) * kinds).reshape(len(units), kinds)
    counts = table.astype(np.float64)
    if not len(weights):
        weights = np.zeros(1)
    harm = counts @ weights
    lone = (counts == 1) & (weights > harm[:, None] / 2)
    expected = shrunk(counts)
    without = expected - lone * _own(counts) if counts.size else expected
    return Expected(
        count=table.sum(axis=1),
        harm=harm,
        expected_count=expected.sum(axis=1),
        expected_harm=without @ weights,
        heaviest=((table > 0) * weights).max(axis=1),
        speaking=((table - lone) * (weights > 0)).sum(axis=1),
    )


def _kinds(frame: IncidentFrame, rows: Rows) -> tuple[Values, NDArray[np.intp]]:
    """The weight of every kind of record (an offence with its days of sentence), and each row's kind."""
    days = frame.harm[rows]
    both = (days.view(np.int32).astype(np.int64) << 8) | frame.offence[rows]
    kinds, kind_of = np.unique(both, return_inverse=True)
    return (kinds >> 8).astype(np.int32).view(np.float32).astype(np.float64), kind_of


def rank_units(frame: IncidentFrame, rows: Rows, units: Units, *, by: Weighting, most: int = 20) -> list[RankedUnit]:
    """The first ``most`` units by expected harm or count: none of a single record, no cell touching a higher one, and
    none of the first three about the same premise as another."""
    expected = expected_of(frame, rows, units)
    score = expected.expected_harm if by == "harm" else expected.expected_count
    enough = expected.count >= LEAST_COUNT
    if by == "harm":
        enough &= (expected.speaking >= LEAST_COUNT) & (score > 0)
    able = np.flatnonzero(enough)
    order = sorted(able.tolist(), key=lambda unit: (-score[unit], -expected.count[unit], units.key(unit)))
    rows_of = _Grouped(rows, units)
    ranked: list[RankedUnit] = []
    put_off: list[RankedUnit] = []
    seen: set[tuple[str, int, int]] = set()
    for unit in _apart(units, order):
        if len(ranked) + len(put_off) >= most and len(ranked) >= SLOTS:
            break
        own = rows_of[unit]
        premises, share = _premises(frame, own)
        made = _ranked(frame, own, units, unit, expected, share)
        if len(ranked) < SLOTS and seen.intersection(premises):
            put_off.append(made)
            continue
        seen.update(premises)
        ranked.append(made)
    return _merged(ranked, put_off, by)[:most]


def _merged(ranked: list[RankedUnit], put_off: list[RankedUnit], by: Weighting) -> list[RankedUnit]:
    """The first slots as chosen, then all others by score."""
    rest = sorted(
        [*ranked[SLOTS:], *put_off],
        key=lambda one: (-(one.expected_harm if by == "harm" else one.expected), -one.count, one.key),
    )
    return [*ranked[:SLOTS], *rest]


def _apart(units: Units, order: list[int]) -> Iterator[int]:
    """Units in order; of cells those that touch no earlier one."""
    if units.grid is None:
        yield from order
        return
    taken: set[tuple[int, int]] = set()
    for unit in order:
        east, north = units.place(unit)
        if (east, north) in taken:
            continue
        taken.update((east + right, north + up) for right in (-1, 0, 1) for up in (-1, 0, 1))
        yield unit


class _Grouped:
    """The rows of a unit, in order of time, each unit's found when first asked for."""

    def __init__(self, rows: Rows, units: Units) -> None:
        self._rows, self._units = rows, units
        self._order: Rows | None = None

    def __getitem__(self, unit: int) -> Rows:
        if self._order is None:
            self._order = np.argsort(self._units.unit_of, kind="stable")
            self._edges = np.searchsorted(self._units.unit_of[self._order], np.arange(len(self._units) + 1))
        return self._rows[self._order[self._edges[unit] : self._edges[unit + 1]]]


def _ranked(
    frame: IncidentFrame, rows: Rows, units: Units, unit: int, expected: Expected, premise_share: float
) -> RankedUnit:
    kinds = np.bincount(frame.offence[rows], minlength=len(OFFENCES))
    days, harm = frame.harm[rows], float(expected.harm[unit])
    x, y = middle_of(frame, rows)
    return RankedUnit(
        kind=units.kind,
        key=units.key(unit),
        label=units.label(frame, unit, rows),
        x=x,
        y=y,
        count=len(rows),
        expected=float(expected.expected_count[unit]),
        harm=harm,
        expected_harm=float(expected.expected_harm[unit]),
        heaviest_share=float(expected.heaviest[unit]) / harm if harm else 0.0,
        heaviest=OFFENCES[frame.offence[rows[np.argmax(days)]]] if harm else None,
        premise_share=premise_share,
        offences={OFFENCES[kind]: int(kinds[kind]) for kind in np.argsort(-kinds, kind="stable") if kinds[kind]},
        rows=rows,
    )


def _premises(frame: IncidentFrame, rows: Rows) -> tuple[list[tuple[str, int, int]], float]:
    """What a unit is about, as keys that two units may share: an exact position, and a kind of premise on a block.
    Empty where neither holds more than DOMINANT of its records. With the share of the larger."""
    found: list[tuple[str, int, int]] = []
    points, at = np.unique(point_keys(frame, rows), return_counts=True)
    block, premise = frame.column["block"][rows], frame.column["premise"][rows]
    known = (block >= 0) & (premise >= 0)
    pairs, of = np.unique((block[known].astype(np.int64) << 32) | premise[known], return_counts=True)
    share = max(int(at.max()), int(of.max(initial=0))) / len(rows)
    if at.max() > DOMINANT * len(rows):
        found.append(("point", int(points[np.argmax(at)]), 0))
    if of.max(initial=0) > DOMINANT * len(rows):
        pair = int(pairs[np.argmax(of)])
        found.append(("premise", pair >> 32, pair & 0xFFFFFFFF))
    return found, share
