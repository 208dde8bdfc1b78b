"""How coarsely records are dated, where that forbids a question."""

from __future__ import annotations

from typing import Literal

from ilp_core.analyse.frame import IncidentFrame, Rows

#: The finest time that records know: their month, or their day without an hour (doctrine 3.8, 3.14).
Coarse = Literal["month", "day"]


def coarseness_of(frame: IncidentFrame, rows: Rows) -> Coarse | None:
    """``month`` where of every one of ``rows`` only the month is known, ``day`` where none has a time of day, None
    where some have one or there are no rows."""
    if not len(rows):
        return None
    timed = frame.column["timed"][rows]
    if (timed == 1).any():
        return None
    return "month" if (timed < 0).all() else "day"
