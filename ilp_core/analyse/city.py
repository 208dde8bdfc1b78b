"""The city as of one data version: its frame, and what is found in it, kept as long as the same rows are visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ilp_core.analyse.chronic import YEAR_DAYS, HotPlace
from ilp_core.analyse.counting import reporting_lag
from ilp_core.analyse.coverage import Coverage, coverage_of
from ilp_core.analyse.evidence import DAY_S, off_points, speaking
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.kept import Kept
from ilp_core.analyse.micro_time import WINDOW_DAYS as MICRO_DAYS
from ilp_core.analyse.micro_time import MicroTime, micro_time_among, past_days
from ilp_core.analyse.named_place import BlockNames, Reading, block_names, rows_at
from ilp_core.analyse.sinks import UNDECIDED, Decided, Sinks, find_sinks

#: Findings for the whole force that are kept at once, by the rows visible.
MOST_FOUND: Final = 64
#: Rankings of a scope that are kept at once: a few questions for each beat of a large force.
MOST_RANKED: Final = 1_024


@dataclass(frozen=True)
class Found:
    """What is found once for the whole force: sinks, open micro-time hotspots, what the known records cover, and
    when the newest of them occurred, in seconds since 1970 UTC."""

    sinks: Sinks
    micro: tuple[MicroTime, ...]
    coverage: Coverage
    newest: float | None


@dataclass(frozen=True)
class Ranked:
    """The places of a scope and the counts behind them: all of a finding that its own rows decide.

    See HotspotFinding in hotspots.py for the fields.
    """

    places: tuple[HotPlace, ...]
    rows: int
    evidence: int
    excluded: Mapping[str, int]
    inferred: bool
    unmapped_share: float
    parent: str | None
    doubtful: frozenset[int]
    digest: str


@dataclass(frozen=True)
class City:
    """The frame with what was found in it.

    Findings are kept by the frame's signature, which is equal only where exactly the same rows are visible.
    """

    frame: IncidentFrame
    decided: Decided = UNDECIDED
    rankings: Kept[Ranked] = field(default_factory=lambda: Kept(MOST_RANKED))
    searches: Kept[Any] = field(default_factory=lambda: Kept(MOST_FOUND))
    """What is searched for seldom and for long, such as series."""
    _findings: Kept[Found] = field(default_factory=lambda: Kept(MOST_FOUND))
    _coverage: Kept[tuple[Coverage, float | None]] = field(default_factory=lambda: Kept(MOST_FOUND))
    _places: Kept[tuple[Rows, Reading]] = field(default_factory=lambda: Kept(MOST_FOUND))
    _lags: Kept[float | None] = field(default_factory=lambda: Kept(MOST_FOUND))

    @cached_property
    def block_names(self) -> BlockNames:
        """The blocks and streets that records name, by name."""
        return block_names(self.frame.words["block"])

    def rows_at(self, label: str, x: float, y: float, radius: float) -> tuple[Rows, Reading]:
        """All rows of the place called ``label`` round (x, y), in order of time, and how they were found."""
        return self._places.get(
            (label, x, y, radius), lambda: rows_at(self.frame, self.block_names, label, x, y, radius)
        )

    def covered(self, at: float) -> tuple[Coverage, float | None]:
        """What the records known at ``at`` cover, and when the newest of them occurred (None where there is none)."""
        return self._coverage.get(self.frame.signature(at), lambda: _covered(self.frame, at))

    def lag(self, at: float) -> float | None:
        """After how many days nearly all records of the year before ``at`` were known; None where that is not
        recorded. It changes slowly and is found once a day."""
        day = at // DAY_S * DAY_S
        return self._lags.get(self.frame.signature(day), lambda: reporting_lag(self.frame, day))

    def findings(self, at: float) -> Found:
        """What holds for the whole force at ``at``."""
        frame, year_ago = self.frame, at - YEAR_DAYS * DAY_S
        covered, newest = self.covered(at)
        days = past_days(frame, covered, at)
        signature = (days, *frame.signature(at, year_ago, at - MICRO_DAYS * DAY_S))
        return self._findings.get(signature, lambda: _find(frame, at, year_ago, self.decided, covered, newest, days))

    def prepare(self, at: float) -> None:
        """Make what every question of the next moments would have to wait for."""
        self.findings(at)
        self.lag(at)
        _ = self.block_names


def _covered(frame: IncidentFrame, at: float) -> tuple[Coverage, float | None]:
    """What the known records cover, and when the newest of them occurred."""
    known = frame.known(at)
    return coverage_of(frame, known, frame.first_ranked(at)), frame.latest(known)


def _find(
    frame: IncidentFrame,
    at: float,
    year_ago: float,
    decided: Decided,
    covered: Coverage,
    newest: float | None,
    days: int,
) -> Found:
    rows = speaking(frame, frame.known(at, since=year_ago), at)
    sinks = find_sinks(frame, rows, decided)
    micro = micro_time_among(frame, off_points(frame, rows, sinks.certain), at, days)
    return Found(sinks, tuple(micro), covered, newest)
