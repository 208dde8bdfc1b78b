"""Trend: how many in a window, of what, against before; below three the next larger area is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ilp_core.analyse.amounts.baseline import earlier_windows
from ilp_core.analyse.counting import Level
from ilp_core.analyse.coverage import Span
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.hotspots import coarseness, parent_of, rows_of
from ilp_core.analyse.tally import METHOD, Tally, TallyAsked, figures_of, tally
from ilp_core.analyse.tally_blocks import Listed, list_blocks
from ilp_core.assistant import phrasing
from ilp_core.assistant.hotspots import TOO_FEW, Ground, scope_of
from ilp_core.assistant.periods import LEAST_FOR_YEAR, Earlier, earlier, whole_months
from ilp_core.assistant.when import Clock
from ilp_core.domain.offences import FOLLOW_ENFORCEMENT
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Compare, Question
from ilp_core.domain.windows import TimeWindow

#: Up to so many records are listed by block; more are a matter for a list of hot spots [this project's choice].
FEW_ENOUGH_TO_LIST: Final = 9
#: What is usual is told from the windows of so many days.
USUAL_DAYS: Final = 364
#: A window that ends this long ago, or longer, has had its late records [this project's choice].
SETTLED: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Trend:
    """A question, what was counted for its own area, and for the wider one where that was looked at.

    ``earlier`` is the window compared with and ``compare`` how it was chosen (None: what is usual is told instead).
    ``blocks`` lists a few records by place. ``missing_slugs`` are offences asked for that no source tells apart,
    ``incomplete`` the days that are not complete yet (None: the delay is not recorded), ``months`` True where only
    whole months could be counted, ``lifted`` where the answer is of the district though a beat was asked for.
    """

    question: Question
    own: Tally
    wider: Tally | None
    wider_area: AreaRef | None
    compare: Compare | None
    earlier: Earlier | None
    blocks: tuple[Listed, ...]
    missing_slugs: tuple[str, ...]
    incomplete: int | None
    months: bool
    lifted: bool

    @property
    def figures(self) -> dict[str, Any]:
        """Every number behind the answer, for its receipt."""
        return {
            "method": METHOD,
            "own": figures_of(self.own),
            "wider_area": str(self.wider_area) if self.wider_area else None,
            "wider": figures_of(self.wider) if self.wider else None,
            "before": [self.earlier.window.start.isoformat(), self.earlier.window.end.isoformat()]
            if self.earlier
            else None,
            "blocks": [
                [block.label, block.count, block.could, block.start, block.end, dict(block.kinds)]
                for block in self.blocks
            ],
            "incomplete": self.incomplete,
        }

    @property
    def by_block(self) -> bool:
        """True where the list is of blocks, False where it is of offences."""
        return bool(self.blocks)


def look(question: Question, ground: Ground, clock: Clock) -> Trend:
    """Count what a question asks for; adds the next larger area where there are too few to say anything."""
    city, at = ground.city, clock.at.timestamp()
    months = coarseness(city, scope_of(question, ground, question.area), at) == "month"
    if months:
        window = months_of(question, ground, clock)
        question = replace(question, evidence=window, window=phrasing.months(window, clock.zone))
    area, lifted = _lifted(question, ground)
    question = replace(question, area=area)
    compare = question.compare or _usual_compare(question)
    own, against = _counted(question, ground, clock, area, compare)
    if own.before_missing and question.compare is None and compare == "previous_year":
        # Where no year is on file the weeks before may be.
        compare = "previous_period"
        own, against = _counted(question, ground, clock, area, compare)
    parent = _parent(question, own)
    wider = None
    if parent and own.count < TOO_FEW:
        wider, _ = _counted(question, ground, clock, parent, compare)
    return Trend(
        question=question,
        own=own,
        wider=wider,
        wider_area=parent if wider else None,
        compare=compare,
        earlier=against,
        blocks=_blocks(question, ground, own, at),
        missing_slugs=_not_separable(question, ground, at),
        incomplete=_incomplete(question, ground, clock),
        months=months,
        lifted=lifted,
    )


def asked_of(
    question: Question, clock: Clock, area: AreaRef | None, before: Earlier | None, like: Sequence[Span] = ()
) -> TallyAsked:
    """The question in the analysis room's own terms."""
    assert question.evidence is not None
    return TallyAsked(
        at=clock.at.timestamp(),
        start=question.evidence.start.timestamp(),
        end=question.evidence.end.timestamp(),
        limits=limits_of(question),
        before=(before.window.start.timestamp(), before.window.end.timestamp()) if before else None,
        like=tuple(like),
        level=level_of(area),
    )


def limits_of(question: Question) -> Limits:
    """What the question limits."""
    return Limits(question.offences, question.hours, question.weekdays)


def level_of(area: AreaRef | None) -> Level:
    """How fine an answer about ``area`` is."""
    if area is None:
        return "place"
    return "wide" if area.kind in ("district", "force") else "beat"


def _counted(
    question: Question, ground: Ground, clock: Clock, area: AreaRef | None, compare: Compare | None
) -> tuple[Tally, Earlier | None]:
    assert question.evidence is not None
    window = question.evidence
    against = earlier(window, compare, clock.at, clock.zone) if compare else None
    like: Sequence[Span] = ()
    if compare is None and area == question.area:
        like = earlier_windows(window.start.timestamp(), window.end.timestamp(), USUAL_DAYS, clock.zone)
    rows = rows_of(ground.city.frame, scope_of(question, ground, area))
    return tally(ground.city, rows, asked_of(question, clock, area, against, like)), against


def _usual_compare(question: Question) -> Compare | None:
    """What a count is compared with where the words named nothing: a year before; in a short window what is usual."""
    assert question.evidence is not None
    return "previous_year" if question.evidence.length >= LEAST_FOR_YEAR else None


def months_of(question: Question, ground: Ground, clock: Clock) -> TimeWindow:
    """The whole months inside the window, or the newest month on file where the words named no window."""
    assert question.evidence is not None
    if question.named_window:
        return whole_months(question.evidence, clock.zone) or question.evidence
    _, newest = ground.city.covered(clock.at.timestamp())
    assert newest is not None
    # A month's records end with the month; a second back is inside it.
    last = datetime.fromtimestamp(newest - 1, UTC)
    return (
        whole_months(TimeWindow(last - timedelta(days=31), last + timedelta(days=1)), clock.zone) or question.evidence
    )


def _lifted(question: Question, ground: Ground) -> tuple[AreaRef | None, bool]:
    """The area to count in: sexual offences are told of districts and larger areas only."""
    area = question.area
    if question.offences != ("sexual",) or area is None or level_of(area) == "wide":
        return area, False
    district = parent_of(ground.city, area.code) if area.kind == "beat" else None
    return (AreaRef("district", district) if district else AreaRef("force", "")), True


def _parent(question: Question, own: Tally) -> AreaRef | None:
    """The next larger area; None where there is none, or the records name none."""
    area = question.area
    if area is None:
        return AreaRef("beat", own.beat) if own.beat else None
    if area.kind == "force":
        return None
    if area.kind == "beat" and own.parent:
        return AreaRef("district", own.parent)
    return AreaRef("force", "")


def _blocks(question: Question, ground: Ground, own: Tally, at: float) -> tuple[Listed, ...]:
    if not 0 < own.count <= FEW_ENOUGH_TO_LIST:
        return ()
    scope = rows_of(ground.city.frame, scope_of(question, ground, question.area))
    return tuple(list_blocks(ground.city.frame, scope, own, limits_of(question), at))


def _not_separable(question: Question, ground: Ground, at: float) -> tuple[str, ...]:
    separable = ground.city.frame.separable(at)
    return tuple(slug for slug in question.offences or () if slug not in separable)


def _incomplete(question: Question, ground: Ground, clock: Clock) -> int | None:
    """How many of the window's last days are not complete; 0 where all are, None where the delay is not recorded."""
    assert question.evidence is not None
    since_end = clock.at - question.evidence.end
    lag = ground.city.lag(clock.at.timestamp())
    if lag is None:
        return None if since_end < SETTLED else 0
    left = lag - since_end / timedelta(days=1)
    return round(left) if left >= 0.5 else 0


def only_following(question: Question) -> bool:
    """True where every offence asked for follows enforcement."""
    return bool(question.offences) and set(question.offences or ()) <= FOLLOW_ENFORCEMENT
