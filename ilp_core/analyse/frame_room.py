"""Room: columns with space behind their last row, so that the next data version is written behind this one.

Frames of several versions see the same memory: each the rows up to its own end, none of which is ever written again.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]

#: Space behind the rows, as a share of them [this project's choice: a hundred loads of a thousandth, for an eighth
#: more memory, which is not taken before rows are written there].
SPARE: Final = 0.125
#: Space for at least so many rows [this project's choice].
LEAST_SPARE: Final = 1_024


class Room:
    """Columns of ``rows`` rows with space for ``more`` and some to spare."""

    def __init__(self, rows: int, more: int = 0) -> None:
        self._capacity = rows + more + max(LEAST_SPARE, int(rows * SPARE))
        self._filled = rows
        self._columns: dict[str, Column] = {}
        self._lock = Lock()

    def space(self, name: str, kind: np.dtype[Any], rows: int) -> Column:
        """The first ``rows`` rows of a new column, to be filled before anybody reads it."""
        self._columns[name] = np.empty(self._capacity, dtype=kind)
        return self._columns[name][:rows]

    def columns(self) -> dict[str, Column]:
        """All columns up to the last row, not to be written."""
        return {name: self._view(name, self._filled) for name in self._columns}

    def append(self, columns: Mapping[str, Column], more: Mapping[str, Column]) -> dict[str, Column] | None:
        """``columns``, which stand here, with ``more`` behind them. None where the space is taken or too small.

        A column of the same length that does not stand here yet is taken in.
        """
        first = more.keys() & columns.keys()
        rows = len(columns[next(iter(first))])
        end = rows + len(more[next(iter(first))])
        with self._lock:
            if self._filled != rows or end > self._capacity:
                return None
            self._filled = end
        for name, values in more.items():
            if name not in self._columns:
                self.space(name, columns[name].dtype, rows)[:] = columns[name]
            self._columns[name][rows:end] = values
        return {name: self._view(name, end) for name in more}

    def _view(self, name: str, rows: int) -> Column:
        seen = self._columns[name][:rows]
        seen.flags.writeable = False
        return seen
