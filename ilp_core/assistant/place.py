"""Place: what has happened at or on a place, lately and over a year, against what is usual there.

Never finer than a block: a house's number is cut before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from ilp_core.analyse.amounts.baseline import earlier_windows
from ilp_core.analyse.coverage import Span
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.hotspots import Scope, coarseness, rows_of
from ilp_core.analyse.named_place import Reading, is_covered, rows_among
from ilp_core.analyse.tally import METHOD, Tally, TallyAsked, figures_of, tally
from ilp_core.analyse.tally_blocks import Told, last_records
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import TOO_FEW, Ground
from ilp_core.assistant.periods import Earlier, earlier
from ilp_core.assistant.trend import USUAL_DAYS, limits_of, months_of
from ilp_core.assistant.when import Clock
from ilp_core.domain.blocks import is_hidden, parse_block, street_label
from ilp_core.domain.places import AreaRef, Place, Point
from ilp_core.domain.questions import Question
from ilp_core.domain.shifts import ago
from ilp_core.domain.windows import TimeWindow

#: The long look at a place: 52 whole weeks.
YEAR: Final = timedelta(days=364)
#: The short look where no time was said.
DEFAULT_DAYS: Final = 28
#: So many of the last records are listed in all.
MOST_LISTED: Final = 9


@dataclass(frozen=True, slots=True)
class Visit:
    """A question, and what was counted at its place: in the window asked for and in the year to its end.

    ``elsewhere`` counts the year on the rest of a street of which only the part in the question's area was looked at;
    ``around`` is the year of the beat it lies in, where the place itself has too few. ``last`` are the latest records
    of the year, which is ``window``, ``against`` the year it is compared with; ``covered`` is False where no record
    lies anywhere near.
    """

    question: Question
    reading: Reading
    lately: Tally
    year: Tally
    against: Earlier | None
    elsewhere: int | None
    around: tuple[AreaRef, int] | None
    last: tuple[Told, ...]
    window: TimeWindow
    months: bool
    covered: bool

    @property
    def asked_year(self) -> Question:
        """The question as one about the year."""
        return replace(self.question, evidence=self.window)

    @property
    def figures(self) -> dict[str, Any]:
        """Every number behind the answer, for its receipt."""
        return {
            "method": METHOD,
            "reading": self.reading,
            "own": figures_of(self.lately),
            "year": figures_of(self.year),
            "elsewhere": self.elsewhere,
            "around": [str(self.around[0]), self.around[1]] if self.around else None,
            "last": [[told.slug, told.label, told.start, told.end] for told in self.last],
            "covered": self.covered,
        }


def look(question: Question, ground: Ground, clock: Clock) -> Visit:
    """Count what happened at the question's place."""
    question = replace(question, place=_no_house(question.place, ground))
    assert question.place is not None
    frame, place = ground.city.frame, question.place
    x, y = ground.project(Point(place.lat, place.lon))
    rows, reading = ground.city.rows_at(place.label, x, y, place.radius_m)
    rest = rows[:0]
    # What is no street is no larger than its area, or lies on its edge.
    if reading == "street" and question.area and question.area.kind != "force":
        rows, rest = rows_among(frame, rows, question.area.kind, question.area.code)
    months = _only_months(ground, rows, clock)
    if not question.named_window:
        # What is lately at a place is the same, whatever the conversation was about before.
        question = _lately(question, clock)
    if months:
        window = months_of(question, ground, clock)
        question = replace(question, evidence=window, window=phrasing.months(window, clock.zone))
    year = _year_of(question, clock, months=months)
    against = earlier(year, "previous_year", clock.at, clock.zone)
    lately = tally(ground.city, rows, _asked(question, clock, question.evidence, None if months else USUAL_DAYS))
    yearly = tally(ground.city, rows, _asked(question, clock, year, None, against))
    return Visit(
        question=question,
        reading=reading,
        lately=lately,
        year=yearly,
        against=against,
        elsewhere=tally(ground.city, rest, _asked(question, clock, year, None)).count if len(rest) else None,
        around=_around(question, ground, clock, yearly, year),
        last=tuple(last_records(frame, rows, yearly.rows, clock.at.timestamp(), MOST_LISTED)),
        window=year,
        months=months,
        covered=bool(len(rows) or is_covered(frame, x, y, place.radius_m)),
    )


def _no_house(place: Place | None, ground: Ground) -> Place | None:
    """The place without a house's number: its block. A name that only begins with a number stays."""
    block = parse_block(place.label) if place else None
    if place is None or block is None or is_hidden(place.label):
        return place
    known = ground.city.block_names
    if not {block.label.casefold(), street_label(block.street).casefold()} & (
        known.blocks.keys() | known.streets.keys()
    ):
        return place
    return replace(place, label=block.label)


def _lately(question: Question, clock: Clock) -> Question:
    """The question as one about the last four weeks of its window."""
    assert question.evidence is not None
    end = question.evidence.end
    start = ago(timedelta(days=DEFAULT_DAYS), end, clock.zone)
    return replace(question, evidence=TimeWindow(start, end), window=f"{DEFAULT_DAYS} days")


def _only_months(ground: Ground, rows: Rows, clock: Clock) -> bool:
    """True where of the records of the place, or with none there of all, only months are known."""
    if len(rows):
        return bool(ground.city.frame.month_only[rows].all())
    return coarseness(ground.city, Scope(), clock.at.timestamp()) == "month"


def _year_of(question: Question, clock: Clock, *, months: bool) -> TimeWindow:
    """The year to the end of the window; of records of months, twelve whole months."""
    assert question.evidence is not None
    end = question.evidence.end
    if not months:
        return TimeWindow(ago(YEAR, end, clock.zone), end)
    month = TimeWindow(ago(timedelta(days=1), end, clock.zone), end)
    local = month.start.astimezone(clock.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    # A year before that month's end is a year before the window's end.
    whole = earlier(TimeWindow(local, end), "previous_year", clock.at, clock.zone)
    assert whole is not None
    return TimeWindow(whole.window.end, end)


def _asked(
    question: Question, clock: Clock, window: TimeWindow | None, usual: int | None, before: Earlier | None = None
) -> TallyAsked:
    assert window is not None
    start, end = window.start.timestamp(), window.end.timestamp()
    like: Sequence[Span] = earlier_windows(start, end, usual, clock.zone) if usual else ()
    return TallyAsked(
        at=clock.at.timestamp(),
        start=start,
        end=end,
        limits=limits_of(question),
        before=(before.window.start.timestamp(), before.window.end.timestamp()) if before else None,
        like=tuple(like),
        level="place",
    )


def _around(
    question: Question, ground: Ground, clock: Clock, own: Tally, year: TimeWindow
) -> tuple[AreaRef, int] | None:
    """The beat round a place with too few records to say anything, and its year."""
    if own.count >= TOO_FEW or not own.beat:
        return None
    beat = AreaRef("beat", own.beat)
    asked = replace(_asked(question, clock, year, None), level="beat")
    return beat, tally(ground.city, rows_of(ground.city.frame, Scope("beat", own.beat)), asked).count
