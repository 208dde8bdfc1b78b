"""The local figure beside a disagreement: what was reported at a place in 28 and in 364 days, with its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ilp_core.analyse.hotspots import Scope, coarseness
from ilp_core.analyse.local import Locality, local_count, local_rows
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import Ground, scope_of
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer
from ilp_core.domain.blocks import block_label, parse_block
from ilp_core.domain.places import Place, Point
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import Receipt
from ilp_core.domain.shifts import ago
from ilp_core.domain.windows import TimeWindow
from ilp_core.words import answers, local_knowledge, names

METHOD: Final = "local figures 1: records that may rank a place"
RECENT: Final = timedelta(days=28)
YEAR: Final = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class LocalFigures:
    """Records that may rank a place: ``recent`` in 28 days, None where those are not on file, ``year`` in 364.

    ``excluded`` are those of the year that may not, by reason; ``newest`` is when the newest record of all occurred.
    """

    recent: int | None
    year: int
    excluded: Mapping[str, int]
    newest: float

    @property
    def data(self) -> dict[str, Any]:
        """The figures as plain data for a receipt."""
        return {
            "method": METHOD,
            "recent": self.recent,
            "count": self.year,
            "excluded": dict(self.excluded),
            "newest": self.newest,
        }


def about(question: Question, clock: Clock) -> Question:
    """The question that the figures answer: the disagreement's own place or area, over a year."""
    window = TimeWindow(ago(YEAR, clock.at, clock.zone), clock.at)
    return Question(
        "disagree", offences=question.offences, area=question.area, place=question.place, evidence=window,
        window=f"{YEAR.days} days", named_window=True,
    )  # fmt: skip


def look_local(question: Question, ground: Ground, clock: Clock) -> LocalFigures | None:
    """The figures of ``question``, as ``about`` makes one; None where nothing of its place is on file."""
    city, now = ground.city, clock.at.timestamp()
    if not len(city.frame) or (question.area is None and question.place is None):
        return None
    newest, where = city.findings(now).newest, locality(question, ground)
    rows = city.frame.seen(local_rows(city, where), float("-inf"), now, now)
    if newest is None or not len(rows):
        return None
    begun = ago(YEAR, clock.at, clock.zone).timestamp()
    year = local_count(city, where, question.offences, begun, now, now)
    begun, recent = ago(RECENT, clock.at, clock.zone).timestamp(), None
    if newest > begun and coarseness(city, where.area or Scope(), now) != "month":
        recent = local_count(city, where, question.offences, begun, now, now).evidence
    return LocalFigures(recent, year.evidence, year.excluded, newest)


def locality(question: Question, ground: Ground) -> Locality:
    """Where to count: the place, of a street only the part in the question's area; without a place the area."""
    area = scope_of(question, ground, question.area) if question.area else None
    place = question.place
    if place is None:
        return Locality(area)
    x, y = ground.project(Point(place.lat, place.lon))
    return Locality(area if place.street else None, place_name(place), x, y, place.radius_m)


def place_name(place: Place) -> str:
    """The label of a place, a block's as lists write it."""
    return block_label(place.label) if parse_block(place.label) else place.label


def where_of(question: Question) -> str:
    """The name of a question's place or area, with a capital."""
    area = phrasing.area_name(question.area) if question.area else ""
    name = place_name(question.place) if question.place else area or local_knowledge.YOUR_AREA
    if question.place and question.place.street and area:
        name = local_knowledge.STREET_IN.format(street=name, area=area)
    return name[:1].upper() + name[1:]


def sentence(question: Question, figures: LocalFigures | None, clock: Clock) -> str:
    """What the data says, in one sentence."""
    if figures is None:
        unnamed = question.area is None and question.place is None
        words = local_knowledge.NO_FIGURE_AT_ALL if unnamed else local_knowledge.NO_FIGURE
        return words.format(where=where_of(question))
    words = local_knowledge.FIGURES if figures.recent is not None else local_knowledge.FIGURES_YEAR
    return words.format(
        where=where_of(question),
        recent=figures.recent,
        year=_counted(figures.year, question.offences),
        end=phrasing.day_clock(clock.at, clock.zone, clock.at),
    )


def notes(figures: LocalFigures, source: str, code: str, clock: Clock) -> tuple[str, ...]:
    """Exclusions, source, data age and receipt (G31)."""
    age = phrasing.age(clock.at - datetime.fromtimestamp(figures.newest, UTC))
    basis = local_knowledge.SOURCE.format(source=source, age=age).strip()
    return phrasing.left_out(figures.excluded), f"{basis} {answers.RECEIPT.format(code=code)}"


def replay(asked: Question, receipt: Receipt, ground: Ground, then: Clock) -> Answer:
    """Why for the figure beside a disagreement: count again and say whether it is the same."""
    figures = look_local(asked, ground, then)
    same = figures is not None and figures.data == dict(receipt.figures)
    return Answer(
        headline=answers.WHY_TITLE.format(code=receipt.code, where=where_of(asked)),
        paragraphs=(answers.WHY_SAME if same else answers.WHY_DIFFERENT, sentence(asked, figures, then)),
        notes=(phrasing.left_out(figures.excluded, whole=True),) if figures else (),
        receipt=receipt.code,
    )


def _counted(count: int, offences: tuple[str, ...] | None) -> str:
    if offences and len(offences) == 1:
        return names.counted(offences[0], count)
    words = local_knowledge.INCIDENT if count == 1 else local_knowledge.INCIDENTS
    return words.format(count=count)
