"""Reported: which records may speak for what is new in an area, and how many were left out for which reason.

An area's count is not a ranking of places: offences that may not rank a place count here too (fraud, shop theft),
with or without coordinates. What the police themselves started, or find by looking for it, never counts: more of
it is more police work, not more crime (G05). Domestic incidents move no pattern (G46).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.evidence import DAY_S, Evidence
from ilp_core.analyse.frame import ENFORCEMENT, VIOLENCE, IncidentFrame, Rows

#: Why a record may not speak, in the order in which it is counted: each once, under its first reason. All but the
#: last are words of evidence.EXCLUSIONS. A record whose day is unknown says nothing of a week: only the month is
#: known, or it stands on the first of a month at a placeholder hour, where sources put what has no date (in the
#: Chicago file all 3,355 records of 1 January have no hour, and fraud is twice as frequent on every first).
EXCLUSIONS: Final = ("unmapped", "domestic", "domestic_unknown", "police_started", "day_unknown")


def reported(frame: IncidentFrame, rows: Rows, at: float) -> Evidence:
    """Of ``rows``, known at ``at``, those that the public reported and whose day is known."""
    considered = len(rows)
    inferred = frame.infers(rows, at)
    excluded: dict[str, int] = {}
    for reason in EXCLUSIONS:
        out = _excluded(frame, rows, reason, at)
        excluded[reason] = int(np.count_nonzero(out))
        rows = rows[~out]
    return Evidence(rows, considered, excluded, inferred)


def _excluded(frame: IncidentFrame, rows: Rows, reason: str, at: float) -> NDArray[np.bool_]:
    if reason == "unmapped":
        return ~frame.mapped[rows]
    if reason == "domestic":
        return np.asarray(frame.column["domestic"][rows] == 1)
    if reason == "domestic_unknown":
        return np.asarray((frame.column["domestic"][rows] < 0) & np.isin(frame.offence[rows], VIOLENCE))
    if reason == "police_started":
        # Drugs found are found by looking, whoever called first.
        return np.asarray(~frame.by_the_public(rows, at) | (frame.initiation[rows] == ENFORCEMENT))
    return frame.month_only[rows] | _undated(frame, rows)


def _undated(frame: IncidentFrame, rows: Rows) -> NDArray[np.bool_]:
    """True where a record stands at a placeholder hour on the first of a month."""
    unknown = frame.column["timed"][rows] == 0
    first = np.zeros(len(rows), dtype=bool)
    days = (frame.column["local"][rows[unknown]] // DAY_S).astype("datetime64[D]")
    first[unknown] = days == days.astype("datetime64[M]").astype("datetime64[D]")
    return first
