"""Clusters of incidents named by street: dense gatherings of any shape, whatever cells and areas they cross.

DBSCAN (Ester, Kriegel, Sander & Xu 1996): an incident round which at least ``least`` lie within ``reach`` metres is
a core; cores within reach of each other are one cluster, and what lies within reach of a core belongs to it. With
weights their sum counts instead of the number (harm in days of sentence).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import Evidence
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.places import CELL_M, area_of, cell_keys, middle_of, name_of
from ilp_core.domain.blocks import block_label

Values = NDArray[np.float64]

METHOD: Final = "clusters 1: DBSCAN"
SOURCE: Final = "Ester, Kriegel, Sander & Xu 1996, KDD-96:226"

#: What one can see from a corner [this project's choice].
REACH_M: Final = 100.0
#: Fewer incidents than this are no cluster, however quiet the city [this project's choice].
LEAST: Final = 5
#: A core holds this many times what the places where anything happened hold on average [this project's choice].
TIMES_MEAN: Final = 4.0
#: Blocks are named that hold at least this share of a cluster's incidents, and at most so many of them.
NAMED_SHARE: Final = 0.2
MOST_NAMES: Final = 3


@dataclass(frozen=True)
class Cluster:
    """One cluster. Position (the median) and ``radius`` in projected metres: the circle round it holds all.

    ``label`` is the block most records give and ``blocks`` those that hold a fifth or more; ``harm`` in days of
    sentence; ``share`` and ``harm_share`` of all the evidence; ``heaviest_share`` its heaviest record's of its harm.
    """

    label: str
    blocks: tuple[str, ...]
    x: float
    y: float
    radius: float
    count: int
    harm: float
    share: float
    harm_share: float
    heaviest_share: float
    beat: str | None
    district: str | None
    rows: Rows


@dataclass(frozen=True)
class Clusters:
    """The clusters of the evidence, the one with most weight first, and the parameters they rest on."""

    clusters: tuple[Cluster, ...]
    reach: float
    least: float
    basis: Basis


def find_clusters(
    frame: IncidentFrame,
    evidence: Evidence,
    *,
    reach: float = REACH_M,
    least: float | None = None,
    harm: bool = False,
) -> Clusters:
    """The clusters of the evidence, by number of incidents or with ``harm`` by days of sentence.

    ``least`` is the number, or the days, that make a core; by default so many times the mean of the places where
    anything happened. With harm a record counts at most half of it, so that no single incident makes a core.
    """
    rows = evidence.rows
    weights = frame.harm[rows].astype(np.float64) if harm else np.ones(len(rows))
    if least is None:
        least = _least(frame, rows, weights, reach, harm=harm)
    counted = np.minimum(weights, least / 2) if harm else weights
    labels = dbscan(np.column_stack([frame.column["x"][rows], frame.column["y"][rows]]), reach, least, counted)
    total, days = len(rows), float(frame.harm[rows].sum(dtype=np.float64))
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(labels.max(initial=-1) + 2))
    found = [
        _cluster(frame, rows[order[edges[n] : edges[n + 1]]], total, days) for n in range(labels.max(initial=-1) + 1)
    ]
    found.sort(key=lambda one: (-(one.harm if harm else one.count), -one.count, one.label, one.x, one.y))
    basis = basis_of(frame, evidence, METHOD, SOURCE, reach_m=reach, least=least, harm=harm)
    return Clusters(tuple(found), reach, least, basis)


def _least(frame: IncidentFrame, rows: Rows, weights: Values, reach: float, *, harm: bool) -> float:
    if not len(rows):
        return float(LEAST)
    cells = len(np.unique(cell_keys(frame, rows)))
    usual = float(weights.sum()) / (cells * CELL_M**2) * np.pi * reach**2 * TIMES_MEAN
    return float(max(usual, LEAST * (float(weights.mean()) if harm else 1.0)))


def _cluster(frame: IncidentFrame, rows: Rows, total: int, days: float) -> Cluster:
    x, y = middle_of(frame, rows)
    apart = np.hypot(frame.column["x"][rows] - x, frame.column["y"][rows] - y)
    harm = frame.harm[rows].astype(np.float64)
    own = float(harm.sum())
    return Cluster(
        label=name_of(frame, rows),
        blocks=_blocks(frame, rows),
        x=x,
        y=y,
        radius=float(apart.max()),
        count=len(rows),
        harm=own,
        share=len(rows) / total,
        harm_share=own / days if days else 0.0,
        heaviest_share=float(harm.max()) / own if own else 0.0,
        beat=area_of(frame, rows, "beat"),
        district=area_of(frame, rows, "district"),
        rows=rows,
    )


def _blocks(frame: IncidentFrame, rows: Rows) -> tuple[str, ...]:
    blocks = frame.column["block"][rows]
    named, counts = np.unique(blocks[blocks >= 0], return_counts=True)
    words = frame.words["block"]
    held = sorted(
        (-int(count), block_label(words[block]))
        for block, count in zip(named, counts, strict=True)
        if count >= NAMED_SHARE * len(rows)
    )
    return tuple(label for _, label in held[:MOST_NAMES])


def dbscan(points: Values, reach: float, least: float, weights: Values | None = None) -> NDArray[np.intp]:
    """The cluster of every point (n x 2, metres), from 0 in the order of the clusters' first cores; -1 for none.

    A point within reach of cores of several clusters belongs to the nearest core's (the published method gives it to
    whichever came first). Points at one position are looked up once.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if not len(points):
        return np.empty(0, dtype=np.intp)
    places, first, place_of = np.unique(points, axis=0, return_index=True, return_inverse=True)
    place_of = place_of.reshape(-1)
    held = np.bincount(place_of, weights=weights, minlength=len(places)).astype(np.float64)
    pairs = cKDTree(places).query_pairs(reach, output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    near = held + np.bincount(one, weights=held[other], minlength=len(places))
    near += np.bincount(other, weights=held[one], minlength=len(places))
    core = near >= least * (1 - 1e-12)
    both = core[one] & core[other]
    links = coo_array((np.ones(int(both.sum()), dtype=bool), (one[both], other[both])), shape=(len(places),) * 2)
    _, component = connected_components(links, directed=False)
    label = np.where(core, component, -1)
    cores = np.flatnonzero(core)
    if len(cores) and len(cores) < len(places):
        edge = np.flatnonzero(~core)
        apart, nearest = cKDTree(places[cores]).query(places[edge], distance_upper_bound=np.nextafter(reach, np.inf))
        within = np.isfinite(apart)
        label[edge[within]] = label[cores[nearest[within]]]
    return _in_order(label, core, first)[place_of]


def _in_order(label: NDArray[np.intp], core: NDArray[np.bool_], first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Labels renumbered by where each cluster's first core stands among the points."""
    cores = np.flatnonzero(core)
    cores = cores[np.argsort(first[cores], kind="stable")]
    named, begins = np.unique(label[cores], return_index=True)
    number = np.full(int(label.max(initial=-1)) + 2, -1, dtype=np.intp)
    number[named[np.argsort(begins)]] = np.arange(len(named))
    return number[label]
