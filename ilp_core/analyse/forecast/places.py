"""The forecast of a city for one kind of offence: what is expected where, in which hours, and from what.

The method is the one that earned it: over the last half year, forecast week by week from what was known before each,
the additive forecast is used only where it did not do worse than plain counts at finding places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from ilp_core.analyse.basis import Basis, basis_of
from ilp_core.analyse.evidence import NO_POINTS, Evidence, Limits, gather
from ilp_core.analyse.forecast.choice import Choice, choose
from ilp_core.analyse.forecast.expectation import Expectation, expectation_of
from ilp_core.analyse.forecast.history import DAY_S, History, history_of
from ilp_core.analyse.forecast.training import Training
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.places import name_of
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.study_area import study_area
from ilp_core.domain.offences import OFFENCE_CODE

METHOD: Final = "forecast 1: additive Poisson of decayed counts, gamma prior, level and season, cells of 250 m"
SOURCE: Final = "Mohler 2014, Int. J. Forecasting 30:491; gamma prior and level as in docs/analysis/forecast.md"
#: The cells of the back-tests of the field (NIJ challenge; ResourceRouter), in metres.
CELL_M: Final = 250.0
#: After a longer silence than a month, the span between two loads of a monthly source, nothing says what comes next.
MOST_SILENT_DAYS: Final = 35
#: Records within this distance and these days are told as hits near a place (doctrine 3.6).
HITS_M: Final = 250
HITS_DAYS: Final = 14


@dataclass(frozen=True)
class PlaceForecast:
    """One place: ``expected`` records in the week, by ``parts`` (see expectation.FAMILIES), ``spans`` the expectation
    in each span asked for. ``hits`` records lie within HITS_M metres in the last ``hit_days`` days."""

    cell: int
    label: str
    x: float
    y: float
    expected: float
    parts: Mapping[str, float]
    spans: tuple[float, ...]
    hits: int
    hit_days: int


@dataclass(frozen=True)
class CityForecast:
    """A fitted forecast with what it stands on; ``choice`` says which method earned it. Spans are local seconds."""

    expectation: Expectation
    choice: Choice
    grid: Grid
    frame: IncidentFrame
    basis: Basis

    @property
    def total(self) -> tuple[float, int, int]:
        """The city's expected records in the week and the counts that hold nine such weeks in ten."""
        return self.expectation.total()

    def places(
        self, most: int, spans: NDArray[np.int64] | None = None, inside: Sequence[int] | None = None
    ) -> list[PlaceForecast]:
        """The ``most`` places with the highest expectation, of the cells ``inside`` or of all.

        With ``spans`` (k, 2) of local time the order is that of what is expected in them together.
        """
        week = self.expectation.week()
        over = np.empty((len(week), 0)) if spans is None else self.expectation.over(spans)
        score = week if spans is None else over.sum(axis=1)
        cells = np.arange(len(week)) if inside is None else np.asarray(inside, dtype=np.intp)
        best = cells[np.lexsort((cells, -score[cells]))][:most]
        return [self._place(int(cell), float(week[cell]), tuple(over[cell].tolist())) for cell in best]

    def _place(self, cell: int, expected: float, spans: tuple[float, ...]) -> PlaceForecast:
        x, y = (float(axis[cell]) for axis in self.grid.middles)
        hits, days = self._hits(x, y)
        past = self.expectation.past
        own = past.row[past.cell == cell]
        return PlaceForecast(
            cell=cell,
            label=name_of(self.frame, own),
            x=x,
            y=y,
            expected=expected,
            parts=self.expectation.parts(cell),
            spans=spans,
            hits=hits,
            hit_days=days,
        )

    def _hits(self, x: float, y: float) -> tuple[int, int]:
        """How many records lie near in the last days, and how many days back the oldest of them is."""
        origin = self.expectation.origin
        recent = self.expectation.past.between(origin - HITS_DAYS * DAY_S, origin)
        near = np.hypot(recent.x - x, recent.y - y) <= HITS_M
        if not near.any():
            return 0, 0
        return int(near.sum()), int(np.ceil((origin - recent.time[near].min()) / DAY_S))


@dataclass(frozen=True)
class Past:
    """All that a city's forecasts of one moment share: its records that may rank a place, on its grid."""

    frame: IncidentFrame
    evidence: Evidence
    history: History
    origin: int


class TooLittlePastError(ValueError):
    """There is no past to forecast from: no record whose day is known, or none for long enough."""


def spans_of(start: int, end: int, local: int) -> NDArray[np.int64]:
    """The hours from ``start`` to ``end``, minutes of the day, on each of seven days from ``local`` on: (k, 2)."""
    length = ((end - start) % 1440 or 1440) * 60
    starts = local // DAY_S * DAY_S + start * 60 + np.arange(-1, 8) * DAY_S
    spans = np.column_stack([np.maximum(starts, local), np.minimum(starts + length, local + 7 * DAY_S)])
    return spans[spans[:, 0] < spans[:, 1]]


def cells_of(past: Past, kind: str, code: str) -> list[int]:
    """The cells in which a record of an area lies that was known at the moment; none where no record names it."""
    rows = past.frame.rows_in(kind, code)
    known = np.intersect1d(rows, past.history.row)
    x, y = past.frame.column["x"][known], past.frame.column["y"][known]
    return [int(cell) for cell in np.unique(past.history.grid.cell_of(x, y))]


def past_of(
    frame: IncidentFrame,
    at: float,
    local: int,
    sinks: NDArray[np.int64] = NO_POINTS,
    outline: shapely.Geometry | None = None,
    lag_days: float = 0.0,
) -> Past:
    """The past of a city at ``at``, seconds since 1970 UTC, which its clocks show as ``local``.

    Records of which only the month is known, and those at the points ``sinks``, are left out; ``outline`` is the
    city's own in projected metres. Raises TooLittlePastError where nothing is left.
    """
    seen = frame.seen(frame.all_rows[: frame.until(at)], float("-inf"), at, at)
    evidence = gather(frame, seen[~frame.month_only[seen]], Limits(), at, sinks)
    if not len(evidence):
        raise TooLittlePastError("no record whose day is known may rank a place")
    newest = int(frame.column["local"][evidence.rows].max())
    if newest < local - MOST_SILENT_DAYS * DAY_S:
        raise TooLittlePastError(f"the newest record on file is of {datetime.fromtimestamp(newest, UTC):%Y-%m-%d}")
    x, y = frame.column["x"][evidence.rows], frame.column["y"][evidence.rows]
    grid, _ = study_area(x, y, CELL_M, outline)
    history = history_of(frame, evidence.rows, grid, lag_days)
    return Past(frame, evidence, history.before(local), local)


def find_forecast(past: Past, offences: Sequence[str]) -> CityForecast:
    """What ``offences`` let expect everywhere in the week after ``past``.

    Raises TooLittlePastError where they have no whole week that teaches.
    """
    training = Training([OFFENCE_CODE[slug] for slug in offences])
    if not len(past.history.of(training.offences)):
        raise TooLittlePastError("no record of these offences is on file")
    lessons = training.before(past.history, past.origin)
    if not any(len(week.occurred) for week in lessons.weeks):
        raise TooLittlePastError("the records reach back less than two weeks")
    choice = choose(past.history, training, lessons)
    return CityForecast(
        expectation=expectation_of(past.history, training, lessons, choice.weights),
        choice=choice,
        grid=past.history.grid,
        frame=past.frame,
        basis=basis_of(
            past.frame,
            past.evidence,
            METHOD,
            SOURCE,
            offences=" ".join(offences),
            cell_m=CELL_M,
            weeks=len(lessons.weeks),
            chosen=choice.method,
        ),
    )
