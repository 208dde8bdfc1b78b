"""The exact positions of a frame's rows, as numbers that one data version hands on to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Column = NDArray[Any]


@dataclass(frozen=True)
class Points:
    """Distinct exact positions (to the decimetre) as one integer each, and each row's place among them.

    Rows without coordinates share the position 0. A position may have no row any more.
    """

    keys: NDArray[np.int64]
    place: NDArray[np.int32]
    order: NDArray[np.int32]
    """Sorts ``keys``."""

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Where each of the keys stands in their order."""
        rank = np.empty(len(self.order), dtype=np.int64)
        rank[self.order] = np.arange(len(self.order))
        return rank

    def places(self, wanted: NDArray[np.int64]) -> NDArray[np.intp]:
        """The places of those of ``wanted`` that are among the keys, as many as are; in their order."""
        at, found = self._find(wanted)
        places: NDArray[np.intp] = self.order[at[found]].astype(np.intp)
        return places

    def between(self, west: float, east: float) -> NDArray[np.intp]:
        """The places of all positions that lie between these two, in projected metres, and a few beside them."""
        first, last = int(np.floor(west * 10)), int(np.ceil(east * 10))
        # South of the origin a key is that of the negative position, turned round.
        edges = [first << 32, (last + 1) << 32, ~last << 32, (~first + 1) << 32]
        at = np.searchsorted(self.keys, edges, sorter=self.order)
        return np.concatenate([self.order[at[0] : at[1]], self.order[at[2] : at[3]]])

    def _find(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Where in the sorted keys each of ``wanted`` belongs, and whether it stands there."""
        at = np.searchsorted(self.keys, wanted, sorter=self.order)
        inside = np.minimum(at, max(0, len(self.keys) - 1))
        found = self.keys[self.order[inside]] == wanted if len(self.keys) else np.zeros(len(wanted), dtype=bool)
        return at, found

    def with_keys(self, wanted: NDArray[np.int64]) -> tuple[Points, NDArray[np.int32]]:
        """The same with ``wanted`` among the keys, and the place of each; ``place`` is still that of earlier rows."""
        at, found = self._find(wanted)
        new, first, again = np.unique(wanted[~found], return_index=True, return_inverse=True)
        places = np.empty(len(wanted), dtype=np.int32)
        places[found] = self.order[at[found]]
        places[~found] = len(self.keys) + again
        if not len(new):
            return self, places
        numbers = np.arange(len(self.keys), len(self.keys) + len(new), dtype=np.int32)
        order = np.insert(self.order, at[~found][first], numbers)
        return Points(np.concatenate([self.keys, new]), self.place, order), places


def position_keys(x: Column, y: Column) -> NDArray[np.int64]:
    """One integer per position to the decimetre; 0 without coordinates."""
    x, y = np.nan_to_num(x), np.nan_to_num(y)
    keys: NDArray[np.int64] = (np.rint(x * 10).astype(np.int64) << 32) ^ np.rint(y * 10).astype(np.int64)
    return keys


def points_of(x: Column, y: Column) -> Points:
    """The distinct positions of all rows."""
    keys, place = np.unique(position_keys(x, y), return_inverse=True)
    return Points(keys, place.astype(np.int32), np.arange(len(keys), dtype=np.int32))
