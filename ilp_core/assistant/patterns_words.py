"""Open patterns in words: where, of what, the last one, when the next may come, and what chance does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ilp_core.analyse.evidence import DAY_S
from ilp_core.analyse.micro_time import MicroTime
from ilp_core.analyse.micro_time_watch import QUIET_DAYS
from ilp_core.analyse.patterns.emerging import Emerging
from ilp_core.analyse.patterns.series import PossibleSeries
from ilp_core.assistant import phrasing
from ilp_core.assistant.fitting import Showing, fit
from ilp_core.assistant.hotspots import Ground, age_words, stale
from ilp_core.assistant.patterns import OpenPattern, Patterns
from ilp_core.assistant.replies import not_separated, without_data
from ilp_core.assistant.spots import metres
from ilp_core.assistant.trend import level_of, only_following
from ilp_core.assistant.trend_words import where_words
from ilp_core.assistant.when import Clock
from ilp_core.domain.answers import Answer, AnswerItem, Button
from ilp_core.domain.offences import FOLLOW_ENFORCEMENT
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Question
from ilp_core.words import answers, desk, names, patterns, trends


def without(question: Question, ground: Ground, clock: Clock) -> Answer | None:
    """The answer where no pattern can be looked for; None where one can."""
    nothing = without_data(question, ground, clock)
    if nothing:
        return nothing
    wanted = set(question.offences or ())
    separable = ground.city.frame.separable(clock.at.timestamp())
    if wanted and not wanted & separable:
        return not_separated(question, ground, clock, separable)
    if wanted == {"sexual"}:
        return Answer(paragraphs=(answers.NOT_RANKED_VICTIMS,))
    if only_following(question):
        return Answer(paragraphs=(patterns.FOLLOWS,))
    return None


def compose(found: Patterns, clock: Clock, showing: Showing) -> Answer:
    """The answer: as many of three patterns as fit on the first screen."""
    items = [item_of(each, number, clock) for number, each in enumerate(found.listed, start=1)]

    def screen(shown: tuple[AnswerItem, ...], more: int, _roomy: bool) -> Answer:
        return Answer(
            headline=headline(found),
            window=patterns.WINDOW.format(end=phrasing.day_clock(clock.at, clock.zone, clock.at)),
            items=shown,
            notes=_notes(found, clock, showing, more),
            caution=showing.caution or None,
            urgent=stale(found.found.newest, clock),
            receipt=showing.code,
            more=more,
        )

    return fit(items, showing.skip, screen, lambda answer: _buttons(found, answer, showing.code))


def headline(found: Patterns) -> str:
    """How many patterns are open, and where."""
    number, area = len(found.listed), found.question.area
    if area is not None:
        name = phrasing.area_name(area)
        return patterns.HEAD.format(area=name, n=number) if number else patterns.NONE.format(area=name)
    where = where_words(None, found.question.place)
    return (patterns.HEAD_NEAR if number else patterns.NONE_NEAR).format(where=where, n=number)


def item_of(found: OpenPattern, number: int, clock: Clock) -> AnswerItem:
    """One pattern as an answer's item."""
    if isinstance(found, MicroTime):
        return AnswerItem(number, patterns.MICRO_TITLE.format(label=label_of(found)), _micro(found, clock))
    if isinstance(found, PossibleSeries):
        title = patterns.SERIES_TITLE.format(pattern=patterns.PATTERN[found.pattern], label=label_of(found))
        return AnswerItem(number, title, _series(found, clock))
    hours = "" if found.hours.all_day else answers.IN_HOURS.format(hours=phrasing.hours(found.hours))
    title = patterns.EMERGING_TITLE.format(
        offence=names.offence(found.kind, 2),
        area=phrasing.area_name(AreaRef(found.area_kind, found.area)),
        hours=hours,
    )
    expected = phrasing.usual(found.expected)
    return AnswerItem(
        number, title, (patterns.EMERGING.format(count=found.count, expected=expected, upper=found.upper),)
    )


def label_of(found: MicroTime | PossibleSeries) -> str:
    """The block that most of its records name."""
    return found.label or trends.BLOCK_UNNAMED


def _moment(seconds: float, clock: Clock) -> str:
    return phrasing.day_clock(datetime.fromtimestamp(seconds, UTC), clock.zone, clock.at)


def _day(seconds: float, clock: Clock) -> str:
    return phrasing.day(datetime.fromtimestamp(seconds, UTC), clock.zone, clock.at)


def _micro(spot: MicroTime, clock: Clock) -> tuple[str, ...]:
    # The published rule: it is over after 21 days without another one.
    until = datetime.fromtimestamp(spot.last, UTC) + timedelta(days=QUIET_DAYS)
    return (
        patterns.MICRO.format(
            counted=names.counted(spot.offence, spot.count),
            radius=metres(spot.radius),
            usual=phrasing.usual(spot.usual),
        ),
        patterns.MICRO_LAST.format(last=_moment(spot.last, clock), until=phrasing.day(until, clock.zone, clock.at)),
    )


def _series(found: PossibleSeries, clock: Clock) -> tuple[str, ...]:
    kinds = ", ".join(names.counted(slug, n) for slug, n in found.offences.items())
    days = max(1, round((found.last - found.first) / DAY_S) + 1)
    coming = found.next
    hours = answers.IN_HOURS.format(hours=phrasing.hours(coming.hours)) if coming.hours else ""
    if coming.weekdays:
        hours += answers.IN_HOURS.format(hours=phrasing.weekdays(coming.weekdays))
    return (
        patterns.SERIES.format(
            kinds=kinds, days=days, radius=max(50, metres(found.radius)), last=_moment(found.last, clock)
        ),
        patterns.SERIES_NEXT.format(
            start=_day(coming.start, clock), end=_day(coming.end, clock), hours=hours,
            chance=phrasing.usual(found.chance),
        ),
    )  # fmt: skip


def _notes(found: Patterns, clock: Clock, showing: Showing, more: int) -> tuple[str, ...]:
    newest = found.found.newest
    assert newest is not None
    parts = [trends.DATA_AGE.format(age=age_words(newest, clock)), *caveats(found)]
    further = f"{answers.MORE_LEFT.format(n=more)} " if more else ""
    return (
        *((answers.NOT_UNDERSTOOD.format(words=phrasing.quoted(showing.unread)),) if showing.unread else ()),
        " ".join(parts),
        phrasing.left_out(found.found.excluded, fine=level_of(found.question.area) == "place"),
        f"{further}{answers.RECEIPT.format(code=showing.code)}",
    )


def caveats(found: Patterns) -> list[str]:
    """What was not looked at, and what was found to be nothing."""
    question, here = found.question, found.found
    lines = []
    if here.search == "running":
        lines.append(patterns.SEARCHING)
    if here.search == "too_few" and found.district:
        lines.append(patterns.TOO_FEW.format(area=phrasing.area_name(AreaRef("district", found.district))))
    if here.search == "not_here":
        lines.append(patterns.NOT_HERE if question.area else patterns.ONLY_CLUSTERS)
    if here.search == "done" and not here.series:
        lines.append(patterns.NO_SERIES)
    if not here.tested:
        lines.append(patterns.NO_EMERGING)
    if question.named_window:
        lines.append(patterns.FIXED)
    if set(question.offences or ()) & FOLLOW_ENFORCEMENT:
        lines.append(trends.FOLLOWS)
    return lines


def _buttons(found: Patterns, answer: Answer, code: str) -> tuple[Button, ...]:
    listed = answer.items[-1].number if answer.items else 0
    buttons = []
    if any(not isinstance(each, Emerging) for each in found.listed[:listed]):
        buttons.append(Button(desk.BUTTON_MAP, f"v1:map:{code}:{listed}"))
    buttons.append(Button(trends.BUTTON_HOTSPOTS, f"v1:then:{code}:hotspots"))
    buttons.append(Button(desk.BUTTON_WHY, f"v1:why:{code}:0:{listed}"))
    if answer.more:
        buttons.append(Button(desk.BUTTON_MORE, f"v1:more:{code}:{listed}"))
    return tuple(buttons)
