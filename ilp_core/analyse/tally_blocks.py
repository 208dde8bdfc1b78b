"""A tally's records by block, where they are few: which may be told by place, and when the last one was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ilp_core.analyse.counting import countable
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.places import middle_of, name_of
from ilp_core.analyse.tally import Tally
from ilp_core.domain.offences import OFFENCES

#: How finely a record's time is known.
Precision = Literal["minute", "day", "month"]


@dataclass(frozen=True)
class Listed:
    """One block of a short list: how many records, of what, how many only could be, and the last one's window."""

    label: str
    x: float
    y: float
    count: int
    could: int
    kinds: dict[str, int]
    start: float
    end: float
    precision: Precision


@dataclass(frozen=True)
class Told:
    """One record of a place: what, when (its own window), and the block it names with that block's middle."""

    slug: str
    label: str
    x: float
    y: float
    start: float
    end: float
    precision: Precision


def list_blocks(frame: IncidentFrame, scope: Rows, found: Tally, limits: Limits, at: float) -> list[Listed]:
    """The blocks of a tally's records that may be told by place, most records first, then the latest.

    ``scope`` is what the tally counted among; a block is where all its records known at ``at`` lie, so that no single
    record's position is shown.
    """
    rows = countable(frame, found.rows, limits, at, level="place", hourly=False).rows
    rows = rows[frame.located[rows] | (frame.column["block"][rows] >= 0)]
    by_label: dict[str, list[int]] = {}
    for row in rows.tolist():
        by_label.setdefault(name_of(frame, np.array([row])), []).append(row)
    known = frame.seen(scope, float("-inf"), at, at)
    listed = [_listed(frame, label, np.array(own), known, found.could_rows) for label, own in by_label.items()]
    return sorted(listed, key=lambda each: (-each.count, -each.start, each.label))


def last_records(frame: IncidentFrame, scope: Rows, rows: Rows, at: float, most: int) -> list[Told]:
    """The last ``most`` of ``rows`` (a tally's of a place), the latest first."""
    known = frame.seen(scope, float("-inf"), at, at)
    return [_told(frame, int(row), known) for row in rows[::-1][:most]]


def _told(frame: IncidentFrame, row: int, known: Rows) -> Told:
    own = np.array([row])
    x, y = block_middle(frame, own, known)
    start = float(frame.column["time"][row])
    return Told(
        slug=OFFENCES[int(frame.offence[row])],
        label=name_of(frame, own),
        x=x,
        y=y,
        start=start,
        end=max(start, float(frame.column["end"][row])),
        precision=_precision(frame, row),
    )


def _precision(frame: IncidentFrame, row: int) -> Precision:
    timed = int(frame.column["timed"][row])
    return "minute" if timed == 1 else "month" if timed < 0 else "day"


def block_middle(frame: IncidentFrame, rows: Rows, known: Rows) -> tuple[float, float]:
    """The middle of the block that ``rows`` name, by all ``known`` records of it; NaN where it is not known."""
    blocks = frame.column["block"][rows]
    alike = known[np.isin(frame.column["block"][known], blocks[blocks >= 0])]
    alike = alike[frame.located[alike]]
    return middle_of(frame, alike) if len(alike) else (float("nan"), float("nan"))


def _listed(frame: IncidentFrame, label: str, rows: Rows, known: Rows, could: frozenset[int]) -> Listed:
    last = rows[-1]
    x, y = block_middle(frame, rows, known)
    kinds = np.bincount(frame.offence[rows], minlength=len(OFFENCES))
    return Listed(
        label=label,
        x=x,
        y=y,
        count=len(rows),
        could=sum(int(row) in could for row in rows),
        kinds={OFFENCES[code]: int(kinds[code]) for code in np.argsort(-kinds, kind="stable") if kinds[code]},
        start=float(frame.column["time"][last]),
        end=float(max(frame.column["end"][last], frame.column["time"][last])),
        precision=_precision(frame, last),
    )
