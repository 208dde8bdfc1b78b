"""History: what a forecast may know, as columns on the cells of a grid, and what it is asked for.

A forecast is given a history that ends before its origin, and nothing else: what it must not know is not there.
All times are what the local clock showed, in seconds as if that clock were UTC, so that weeks and shifts are local.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.where.grid import Grid

DAY_S: Final = 86_400
WEEK_DAYS: Final = 7


@dataclass(frozen=True)
class History:
    """Records that may rank a place (evidence.gather), in order of ``time``, all on the grid.

    ``known`` is when a record counts as known, with its source's stated lag; ``cell`` its cell number; ``x`` and
    ``y`` its projected metres; ``offence`` its position in OFFENCES; ``harm`` its weight in days of sentence;
    ``timed`` is False where its hour is a placeholder; ``row`` is its position in the frame. ``origin`` is the moment
    before which all of it occurred and was known, infinite for a history that was not cut.
    """

    grid: Grid
    time: NDArray[np.int64]
    known: NDArray[np.int64]
    cell: NDArray[np.intp]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    offence: NDArray[np.int8]
    harm: NDArray[np.float32]
    timed: NDArray[np.bool_]
    row: NDArray[np.intp]
    origin: float = float("inf")

    def __len__(self) -> int:
        return len(self.time)

    def before(self, origin: float) -> History:
        """What had occurred and was known before ``origin``: views where nothing became known late."""
        end = int(np.searchsorted(self.time, origin))
        late = self.known[:end] >= origin
        return replace(self.only(~late if late.any() else slice(end)), origin=min(origin, self.origin))

    def of(self, offences: Sequence[int]) -> History:
        """The records of some offences."""
        return self.only(np.isin(self.offence, offences))

    def between(self, start: float, end: float) -> History:
        """The records that occurred in [start, end)."""
        first, last = np.searchsorted(self.time, (start, end))
        return self.only(slice(int(first), int(last)))

    def counts(self, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """How many records, or their summed weights, lie in each cell."""
        return np.bincount(self.cell, weights=weights, minlength=len(self.grid)).astype(np.float64)

    def only(self, rows: slice | NDArray[Any]) -> History:
        """The records at some positions, or where a mask is True."""
        if isinstance(rows, np.ndarray) and rows.dtype == bool:
            rows = np.flatnonzero(rows)
        return replace(
            self,
            time=self.time[rows],
            known=self.known[rows],
            cell=self.cell[rows],
            x=self.x[rows],
            y=self.y[rows],
            offence=self.offence[rows],
            harm=self.harm[rows],
            timed=self.timed[rows],
            row=self.row[rows],
        )


@dataclass(frozen=True)
class Target:
    """What is forecast: offences (positions in OFFENCES) and spans of local time, (k, 2) seconds, [start, end).

    A week is one span of seven days, a week of shifts has one span for each shift of each day.
    """

    name: str
    offences: tuple[int, ...]
    spans: NDArray[np.int64]

    @property
    def start(self) -> int:
        """When the first span begins: the origin of the forecast."""
        return int(self.spans[:, 0].min())

    def observed(self, history: History) -> NDArray[np.float64]:
        """What occurred, of shape (cells, spans)."""
        wanted = history.of(self.offences)
        return np.column_stack([wanted.between(*span).counts() for span in self.spans.tolist()])


class Method(Protocol):
    """A way to say how many records to expect."""

    @property
    def name(self) -> str:
        """What the method is called in tables; methods of plain counting are named ``naive …``."""

    def expect(self, past: History, target: Target) -> NDArray[np.float64]:
        """Expected counts of shape (cells, spans) from ``past``, which ends before ``target.start``."""


def week_of(name: str, offences: tuple[int, ...], origin: int) -> Target:
    """The seven days from ``origin`` on as one span."""
    return Target(name, offences, np.array([[origin, origin + WEEK_DAYS * DAY_S]], dtype=np.int64))


def history_of(frame: IncidentFrame, rows: Rows, grid: Grid, lag_days: float = 0.0) -> History:
    """The located ``rows`` of evidence that lie on ``grid``; ``lag_days`` is the stated lag of sources that record no
    time of knowing (doctrine 3.14), added to all."""
    cell = grid.cell_of(frame.column["x"][rows], frame.column["y"][rows])
    rows, cell = rows[cell >= 0], cell[cell >= 0]
    local, shift = frame.column["local"][rows], frame.column["local"][rows] - frame.column["time"][rows]
    order = np.argsort(local, kind="stable")
    rows, cell = rows[order], cell[order]
    known = np.maximum(frame.column["known"][rows] + shift[order] + round(lag_days * DAY_S), local[order])
    return History(
        grid=grid,
        time=local[order],
        known=known,
        cell=cell,
        x=frame.column["x"][rows],
        y=frame.column["y"][rows],
        offence=frame.offence[rows],
        harm=frame.harm[rows],
        timed=frame.column["timed"][rows] == 1,
        row=rows,
    )
