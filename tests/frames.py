"""Small incident frames for tests: made rows, their column block, the frame.

One made source names its codes by the offence slugs and never says who initiated a record; a second one, RECORDING,
does. Positions are metres in an invented plane, times are seconds since 1970 UTC, and the local clock is UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from ilp_core.analyse.city import City
from ilp_core.analyse.coverage import coverage_of
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.hotspots import Asked, HotspotFinding, Scope, figures_of, find_hotspots
from ilp_core.analyse.micro_time import past_days
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import Initiation, OffenceRule
from ilp_core.domain.questions import Weighting
from ilp_core.domain.windows import Hours

DAY: Final = 86_400
HOUR: Final = 3_600
#: A Friday, 21:30: the moment most tests ask for.
NOW: Final = int(datetime(2016, 7, 15, 21, 30, tzinfo=UTC).timestamp())
YEAR: Final = 364 * DAY

MADE: Final = "made"
RECORDING: Final = "recording"

#: Slug: days of sentence (doctrine 3.7), how its records come about, whether it may rank a place.
_MEANING: Final[Mapping[str, tuple[float | None, Initiation, bool]]] = {
    "homicide": (5475, "victim", True),
    "sexual": (2555, "victim", False),
    "assault": (10, "victim", True),
    "robbery": (365, "victim", True),
    "burglary": (228.5, "victim", True),
    "vehicle_theft": (5, "victim", True),
    "theft_from_vehicle": (5, "victim", True),
    "shoplifting": (1, "victim", False),
    "other_theft": (2, "victim", True),
    "arson": (185, "victim", True),
    "criminal_damage": (2, "victim", True),
    "weapons": (273.75, "enforcement", False),
    "drugs": (3, "enforcement", False),
    "prostitution": (None, "enforcement", False),
    "public_order": (7.5, "mixed", False),
}

RULES: Final = tuple(
    OffenceRule(source, slug, slug, slug, harm, initiation, rankable)
    for source in (MADE, RECORDING)
    for slug, (harm, initiation, rankable) in _MEANING.items()
)


@dataclass(frozen=True, slots=True)
class Made:
    """One incident. ``end``, ``known`` and ``local`` left None equal ``time``; ``incident`` is its place in line."""

    time: int
    code: str = "burglary"
    x: float = 50.0
    y: float = 50.0
    end: int | None = None
    known: int | None = None
    local: int | None = None
    beat: str = "0835"
    district: str = "008"
    neighbourhood: str = ""
    force: str = ""
    block: str = "079XX S WESTERN AVE"
    premise: str = "STREET"
    domestic: int = 0
    initiated: int = -1
    timed: int = 1
    incident: int | None = None


def days_ago(days: float, code: str = "burglary", **fields: Any) -> Made:
    """An incident that occurred ``days`` before NOW."""
    return Made(NOW - round(days * DAY), code, **fields)


def block_of(
    rows: Iterable[Made], *, load: int = 1, source: str = MADE, first: int = 1, replaces: bool = False
) -> ColumnBlock:
    """The rows as one load's block, in order of time; incidents without a number get them from ``first`` on."""
    numbered = [
        row if row.incident is not None else replace(row, incident=number) for number, row in enumerate(rows, first)
    ]
    numbered.sort(key=lambda row: (row.time, row.incident))
    columns: dict[str, bytes] = {}
    words: dict[str, tuple[str, ...]] = {}
    for name, kind in COLUMN_TYPES.items():
        values = [_value(row, name) for row in numbered]
        if name in VOCABULARIES:
            words[name] = tuple(sorted({value for value in values if value}))
            position = {word: place for place, word in enumerate(words[name])}
            values = [position.get(value, -1) for value in values]
        columns[name] = np.array(values, dtype=kind).tobytes()
    return ColumnBlock(load, source, len(numbered), columns, words, replaces)


def _value(row: Made, name: str) -> Any:
    value = getattr(row, name)
    return row.time if value is None else value


def frame_of(rows: Iterable[Made], *, source: str = MADE, rules: Sequence[OffenceRule] = RULES) -> IncidentFrame:
    """A frame of one load."""
    return build_frame([block_of(rows, source=source)], rules)


def all_rows(frame: IncidentFrame) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The positions of every row."""
    return np.arange(len(frame))


def days_of(frame: IncidentFrame, at: float) -> int:
    """How many days of past a micro-time hotspot has to compare with."""
    known = frame.seen(frame.all_rows[: frame.until(at)], float("-inf"), at, at)
    return past_days(frame, coverage_of(frame, known, frame.first_ranked(at)), at)


def asked(
    scope: Scope | None = None,
    *,
    at: float = NOW,
    days: float | None = None,
    offences: tuple[str, ...] | None = None,
    hours: Hours | None = None,
    weighting: Weighting = "harm",
) -> Asked:
    """A question about beat 0835 at NOW: over the method's own year, or over a named window of ``days``."""
    return Asked(
        scope=scope or Scope("beat", "0835"),
        at=at,
        start=at - (YEAR if days is None else days * DAY),
        end=at,
        limits=Limits(offences, hours, None),
        weighting=weighting,
        advice=hours,
        yearly=days is None,
    )


def find(frame: IncidentFrame, question: Asked | None = None) -> HotspotFinding:
    """The finding of a fresh city on ``frame``."""
    return find_hotspots(City(frame), question or asked())


def ranking(finding: HotspotFinding) -> dict[str, Any]:
    """What a finding sends patrols to: its places and micro-time hotspots with their figures, not rounded."""
    figures = figures_of(finding)
    return {name: figures[name] for name in ("micro", "places", "evidence", "digest")} | {
        "exact": [(spot.usual, spot.p, spot.q) for spot in finding.micro] + [place.score for place in finding.places]
    }


def made_town(seed: int, *, size: int = 2_000, spots: int = 12, span: int = 2 * YEAR) -> list[Made]:
    """``size`` incidents of many kinds over ``span`` seconds, half of them at ``spots`` places of a small town."""
    draw = np.random.default_rng(seed)
    codes = ["burglary", "robbery", "assault", "vehicle_theft", "other_theft", "criminal_damage", "drugs"]
    corners = draw.integers(0, 20, (spots, 2)) * 200
    rows = []
    for _ in range(size):
        if draw.random() < 0.5:
            east, north = corners[draw.integers(spots)] + draw.integers(10, 190, 2)
        else:
            east, north = draw.integers(0, 4_000, 2)
        rows.append(
            Made(
                NOW - int(draw.integers(1, span)),
                codes[draw.integers(len(codes))],
                x=float(east),
                y=float(north),
                beat=f"083{east // 2_000 + 1}" if north < 2_000 else "0835",
                block=f"{north // 100:03d}XX S {east // 200} ST",
                domestic=int(draw.random() < 0.1),
                timed=int(draw.random() > 0.05),
            )
        )
    return rows


def thousand(where: str, **fields: Any) -> list[Made]:
    """1,000 rows over a year: at a burst's own point, at the station's door, at a new point, or all over."""
    draw = np.random.default_rng(7)
    east, north = {
        "at a hot place": (np.full(1_000, 2_050.0), np.full(1_000, 2_250.0)),
        "at the station": (np.full(1_000, 1_050.0), np.full(1_000, 1_050.0)),
        "at one new point": (np.full(1_000, 20.0), np.full(1_000, 3_990.0)),
        "all over": tuple(draw.integers(0, 4_000, (2, 1_000)).astype(float)),
    }[where]
    codes = fields.pop("codes", ["burglary", "robbery", "assault", "criminal_damage"])
    return [
        Made(NOW - int(draw.integers(1, 364 * DAY)), codes[number % len(codes)], x=float(x), y=float(y), **fields)
        for number, (x, y) in enumerate(zip(east, north, strict=True))
    ]


def a_town_with_a_burst(**fields: Any) -> list[Made]:
    """A made town with a police station, in which one place is both chronic and, this fortnight, bursting."""
    town = [replace(row, **fields) for row in made_town(3, size=1_200)]
    chronic = [
        days_ago(20 + 17 * n, ("robbery", "robbery", "burglary")[n % 3], x=2_050.0, y=2_250.0, **fields)
        for n in range(18)
    ]
    burst = [days_ago(1 + n, "burglary", x=2_050.0 + n, y=2_250.0, **fields) for n in range(9)]
    counter = {"x": 1_050.0, "y": 1_050.0, "premise": "POLICE FACILITY", **fields}
    return town + chronic + burst + [days_ago(5 + 20 * n, "burglary", **counter) for n in range(15)]
