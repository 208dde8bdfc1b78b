"""Grouping: pairs that likely belong together made into groups, and how strong a group is.

Agglomerative average linkage on the pairs' log-odds (Porter 2016 combines Bayes factors so): two groups join while
the mean log-odds over all pairs between them is at least ``cut``. Such a join needs one pair at or above the cut, so
the groups of a whole city fall apart into the connected parts of the graph of those pairs, and each part is small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ilp_core.analyse.frame import Rows

Floats = NDArray[np.float64]

#: Two crimes are no series [issue text; IACA calls two a pattern].
LEAST_CASES: Final = 3
#: A connected part with more cases than this is cut at a higher bar, so that memory stays bounded [this project's
#: choice].
MOST_TOGETHER: Final = 500
#: Up to so many cases a plain loop is quicker than scipy.
SMALL: Final = 40
#: By how much the bar rises then.
_RAISE: Final = 0.25


class PairScore(Protocol):
    """Gives the log-odds of pairs of cases."""

    def __call__(self, first: Rows, second: Rows) -> NDArray[np.float32]:
        """The log-odds of the pairs (first[k], second[k])."""


@dataclass(frozen=True)
class Group:
    """Cases that may belong together. ``members`` are positions among the cases, in order; ``fit`` is each member's
    mean log-odds with the others, and ``mean`` that of all its pairs."""

    members: Rows
    fit: Floats
    mean: float


def grouped(
    cases: int,
    first: Rows,
    second: Rows,
    score: Floats | NDArray[np.float32],
    cut: float,
    between: PairScore,
    least: int = LEAST_CASES,
) -> list[Group]:
    """The groups of at least ``least`` of the cases numbered from 0 to ``cases`` - 1, in order of their first case.

    ``first``, ``second`` and ``score`` are the pairs within reach with their log-odds; those below ``cut`` may be
    missing. ``between`` gives the log-odds of any pair.
    """
    strong = score >= cut
    parts = list(_parts(cases, first[strong], second[strong], score[strong], cut, least))
    if not parts:
        return []
    # All pairs within all parts at once: thousands of parts are small, and a call costs more than its pairs.
    inside = [np.triu_indices(len(part), k=1) for part, _ in parts]
    log_odds = np.asarray(
        between(
            np.concatenate([part[i] for (part, _), (i, _) in zip(parts, inside, strict=True)]),
            np.concatenate([part[j] for (part, _), (_, j) in zip(parts, inside, strict=True)]),
        ),
        dtype=np.float64,
    )
    found: list[Group] = []
    since = 0
    for (part, bar), (i, j) in zip(parts, inside, strict=True):
        square = np.full((len(part), len(part)), -np.inf)
        square[i, j] = square[j, i] = log_odds[since : since + len(i)]
        since += len(i)
        found.extend(_group(part, own, square) for own in average_groups(square, bar) if len(own) >= least)
    return sorted(found, key=lambda group: tuple(group.members.tolist()))


def _group(part: Rows, own: Rows, square: Floats) -> Group:
    within = square[np.ix_(own, own)]
    np.fill_diagonal(within, 0.0)
    means = within.sum(axis=1) / (len(own) - 1)
    return Group(part[own], means, float(means.mean()))


def _parts(
    cases: int, first: Rows, second: Rows, score: NDArray[np.float32] | Floats, cut: float, least: int
) -> Iterator[tuple[Rows, float]]:
    """The connected parts of the graph of the pairs, each with the bar at which it holds together."""
    nodes, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    if not len(nodes):
        return
    i, j = place[: len(first)], place[len(first) :]
    graph = coo_array((np.ones(len(i), dtype=np.int8), (i, j)), shape=(len(nodes), len(nodes)))
    _, part_of = connected_components(graph, directed=False)
    order = np.argsort(part_of, kind="stable")
    edges = np.flatnonzero(np.diff(part_of[order], prepend=-1, append=part_of.max() + 1))
    for since, until in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = nodes[np.sort(order[since:until])]
        if len(part) > MOST_TOGETHER:
            inside = (part_of[i] == part_of[order[since]]) & (score >= cut + _RAISE)
            yield from _parts(cases, first[inside], second[inside], score[inside], cut + _RAISE, least)
        elif len(part) >= least:
            yield part, cut


def average_groups(square: Floats, cut: float) -> list[Rows]:
    """The groups of average linkage on log-odds (symmetric, the diagonal is not read), cut at ``cut``.

    The nearest two join first; among equals those that come first.
    """
    if len(square) > SMALL:
        return _with_scipy(square, cut)
    # scipy's own way costs half a millisecond, most of it checks, and a city has thousands of parts of three or four.
    mean = square.copy()
    np.fill_diagonal(mean, -np.inf)
    sizes = np.ones(len(mean))
    groups: list[list[int]] = [[k] for k in range(len(mean))]
    while len(mean):
        best = int(mean.argmax())
        i, j = divmod(best, len(mean))
        # A hair's breadth of rounding keeps no pair at the very cut apart.
        if not mean[i, j] >= cut - 1e-9:
            break
        joined = (mean[i] * sizes[i] + mean[j] * sizes[j]) / (sizes[i] + sizes[j])
        mean[i] = mean[:, i] = joined
        mean[j] = mean[:, j] = mean[i, i] = -np.inf
        sizes[i] += sizes[j]
        groups[i].extend(groups[j])
        groups[j] = []
    return [np.sort(np.asarray(group, dtype=np.intp)) for group in groups if group]


def _with_scipy(square: Floats, cut: float) -> list[Rows]:
    """The same for many cases."""
    log_odds = square[np.triu_indices(len(square), k=1)]
    top = float(log_odds.max())
    # scipy joins what is near: the log-odds are turned into distances from the best pair.
    tree = linkage(top - log_odds, method="average")
    label = fcluster(tree, max(top - cut, 0.0) + 1e-9, criterion="distance")
    return [np.flatnonzero(label == group) for group in range(1, label.max() + 1)]
