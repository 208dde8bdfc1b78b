"""Rankings of street blocks, areas and cells, and the three kinds of hotspot kept apart.

A **chronic** hotspot stands out by count over a year, a **harm** hotspot by what its offences weigh over the same
year, and a **micro-time** hotspot by a burst within a fortnight (``micro_time``). They ask for different work, so
that one list never holds two kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import Evidence
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.harm import RankedUnit, rank_units
from ilp_core.analyse.where.units import AreaUnit, UnitKind, Units, areas_of, blocks_of, cells_of
from ilp_core.domain.questions import Weighting

METHOD: Final = "ranking 1: gamma-Poisson shrinkage, lone heavy records left out of harm, one premise in one slot"
SOURCE: Final = "Clayton & Kaldor 1987, Biometrics 43:671; Sherman, Neyroud & Neyroud 2016 (harm)"

HotspotKind = Literal["chronic", "micro_time", "harm"]
HOTSPOT_KINDS: Final[tuple[HotspotKind, ...]] = ("chronic", "micro_time", "harm")


@dataclass(frozen=True)
class Ranking:
    """Units of one kind of place, first things first. ``count`` and ``harm`` (days) are of all the evidence,
    ``units`` is how many of them there are, quiet ones included, and ``outside`` how many records lie in none."""

    kind: UnitKind
    by: Weighting
    ranked: tuple[RankedUnit, ...]
    count: int
    harm: float
    units: int
    outside: int
    basis: Basis


def rank_streets(
    frame: IncidentFrame,
    evidence: Evidence,
    *,
    by: Weighting = "harm",
    most: int = 20,
    ground: Evidence | None = None,
) -> Ranking:
    """Street blocks by expected harm or count. ``ground``, evidence of a longer time, names the quiet blocks too."""
    units = blocks_of(frame, evidence.rows, *([] if ground is None else [ground.rows]))
    return _ranking(frame, evidence, units, by, most)


def rank_areas(
    frame: IncidentFrame,
    evidence: Evidence,
    kind: AreaUnit,
    *,
    by: Weighting = "harm",
    most: int = 20,
    ground: Evidence | None = None,
) -> Ranking:
    """Areas of ``kind`` by expected harm or count, as ``rank_streets``."""
    units = areas_of(frame, evidence.rows, kind, *([] if ground is None else [ground.rows]))
    return _ranking(frame, evidence, units, by, most)


def rank_cells(
    frame: IncidentFrame, evidence: Evidence, grid: Grid, *, by: Weighting = "harm", most: int = 20
) -> Ranking:
    """Cells of ``grid`` by expected harm or count, none touching a higher one."""
    return _ranking(frame, evidence, cells_of(frame, evidence.rows, grid), by, most)


def _ranking(frame: IncidentFrame, evidence: Evidence, units: Units, by: Weighting, most: int) -> Ranking:
    basis = basis_of(
        frame, evidence, METHOD, SOURCE,
        unit=units.kind, by=by, most=most, units=len(units), cell_m=units.grid.size if units.grid else None,
    )  # fmt: skip
    return Ranking(
        kind=units.kind,
        by=by,
        ranked=tuple(rank_units(frame, evidence.rows, units, by=by, most=most)),
        count=len(evidence),
        harm=float(frame.harm[evidence.rows].sum(dtype=np.float64)),
        units=len(units),
        outside=int(np.count_nonzero(units.unit_of < 0)),
        basis=basis,
    )


@dataclass(frozen=True)
class Kinds:
    """The hotspots of a city by kind, each in a list of its own: see HOTSPOT_KINDS."""

    chronic: Ranking
    micro_time: tuple[MicroTime, ...]
    harm: Ranking


def hotspots_by_kind(
    frame: IncidentFrame,
    year: Evidence,
    micro_time: Sequence[MicroTime],
    *,
    grid: Grid | None = None,
    most: int = 20,
) -> Kinds:
    """Chronic and harm hotspots of a year's evidence on ``grid`` (None: on street blocks), with the micro-time ones
    that ``find_micro_time`` opened."""

    def ranked(by: Weighting) -> Ranking:
        if grid is None:
            return rank_streets(frame, year, by=by, most=most)
        return rank_cells(frame, year, grid, by=by, most=most)

    return Kinds(ranked("count"), tuple(micro_time), ranked("harm"))
