"""Doubts about a file's data, for an analyst to confirm: geocode sinks and default times (doctrine 3.14).

Nothing is left out of a ranking because of a doubt alone: a busy corner looks like a sink, and a shop's opening hour
like a default time. Only what an analyst confirms counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.records import Records
from ilp_core.words import loads

Rows = npt.NDArray[np.int64]

#: Points above this share of all points by count are looked at (doctrine 3.14).
PERCENTILE: Final = 99.9
#: A pile of one kind is a hotspot; a pile of this many kinds, none of them above half, may be a sink.
MIXED_KINDS: Final = 6
LARGEST_SHARE: Final = 0.5
#: Fewer records than this do not make a pile worth an analyst's minute [this project's choice].
LEAST_PILE: Final = 30
#: The longest list an analyst is asked to go through, of each kind [this project's choice].
MOST_PROPOSED: Final = 20
#: A clock minute holds this many times what the like minutes hold: on the hour, on the half and quarter, other.
TIME_RATIO: Final = 6.0
LEAST_TIMES: Final = 50
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Doubt:
    """One proposal. ``mark`` tells it from others of its ``kind``: a position to six decimals, or a clock time."""

    kind: str
    mark: str
    data: dict[str, Any]


def find_doubts(records: Records, rows: Rows) -> list[Doubt]:
    """What looks doubtful among the records at positions ``rows``, the worst first of each kind."""
    return [*_sinks(records, rows), *_default_times(records, rows)]


def _sinks(records: Records, rows: Rows) -> list[Doubt]:
    rows = rows[records.located[rows]]
    if not len(rows):
        return []
    # A position to the sixth decimal, about 0.1 m, as one number.
    lat, lon = (np.rint(degrees[rows] * 1e6).astype(np.int64) for degrees in (records.lat, records.lon))
    _, first, spot_of = np.unique((lat << 32) ^ (lon & 0xFFFFFFFF), return_index=True, return_inverse=True)
    counts = np.bincount(spot_of)
    piles = np.flatnonzero((counts >= LEAST_PILE) & (counts > np.percentile(counts, PERCENTILE)))
    found: list[Doubt] = []
    for pile in piles[np.argsort(-counts[piles], kind="stable")].tolist():
        inside = rows[spot_of == pile]
        kinds = np.bincount(records.places["code"][inside])
        if np.count_nonzero(kinds) < MIXED_KINDS or kinds.max() > kinds.sum() * LARGEST_SHARE:
            continue
        here = rows[first[pile]]
        position = round(float(records.lat[here]), 6), round(float(records.lon[here]), 6)
        found.append(_sink(records, inside, *position, int(np.count_nonzero(kinds))))
        if len(found) == MOST_PROPOSED:
            break
    return found


def _sink(records: Records, inside: Rows, lat: float, lon: float, kinds: int) -> Doubt:
    premise, share = _most(records, "premise", inside)
    label = _most(records, "block", inside)[0] or premise
    why = loads.SINK_WHY.format(rows=len(inside), kinds=kinds)
    if premise and share > LARGEST_SHARE:
        why = loads.SINK_PREMISE.format(rows=len(inside), premise=premise)
    data = {"label": label, "lat": lat, "lon": lon, "rows": len(inside), "kinds": kinds, "why": why}
    return Doubt("sink", f"{lat:.6f},{lon:.6f}", data)


def _most(records: Records, name: str, rows: Rows) -> tuple[str, float]:
    """The text that most of ``rows`` have in a field, and the share that has it."""
    counts = np.bincount(records.places[name][rows])
    most = int(counts.argmax())
    return records.words[name][most], float(counts[most] / counts.sum())


def _default_times(records: Records, rows: Rows) -> list[Doubt]:
    """Clock minutes that hold far more records than their like. Noon and midnight are left out of hours as it is."""
    timed = rows[records.timed[rows] == 1]
    if len(timed) < LEAST_TIMES:
        return []
    minute = records.local[timed] % _DAY_S // 60
    counts = np.bincount(minute, minlength=1440)
    found = []
    for place in np.flatnonzero(counts >= LEAST_TIMES).tolist():
        # The same minute of the other hours near by: people round to the hour and to the quarter.
        like = [counts[(place + 60 * step) % 1440] for step in (-3, -2, -1, 1, 2, 3)]
        expected = max(1.0, float(np.median(like)))
        if counts[place] < TIME_RATIO * expected:
            continue
        clock = f"{place // 60:02d}:{place % 60:02d}"
        data = {"time": clock, "rows": int(counts[place]), "expected": round(expected)}
        why = loads.TIME_WHY.format(rows=data["rows"], time=clock, expected=data["expected"])
        found.append(Doubt("default_time", clock, {**data, "why": why}))
    return sorted(found, key=lambda doubt: -doubt.data["rows"])[:MOST_PROPOSED]


def as_report(doubts: Sequence[tuple[int, Doubt]]) -> list[dict[str, Any]]:
    """Doubts with their numbers, as a report lists them."""
    return [{"id": number, "kind": doubt.kind, **doubt.data} for number, doubt in doubts]
