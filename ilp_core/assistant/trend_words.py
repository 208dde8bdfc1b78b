"""A trend in words: the count, the comparison, then the offences or the blocks behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from ilp_core.analyse.hotspots import coarseness
from ilp_core.analyse.tally import Kind, Tally, Usual, Versus
from ilp_core.analyse.tally_blocks import Listed, Precision
from ilp_core.assistant import phrasing
from ilp_core.assistant.fitting import Showing, fit
from ilp_core.assistant.hotspots import (
    MANY_UNMAPPED,
    Ground,
    age_words,
    missing_words,
    scope_of,
    stale,
)
from ilp_core.assistant.periods import whole_months
from ilp_core.assistant.replies import not_separated, without_data
from ilp_core.assistant.trend import Trend, level_of, only_following
from ilp_core.assistant.when import Clock
from ilp_core.assistant.window_words import window_words
from ilp_core.domain.answers import Answer, AnswerItem, Button
from ilp_core.domain.offences import FOLLOW_ENFORCEMENT
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Compare, Question
from ilp_core.words import answers, desk, names, trends
from ilp_core.words.en.names import NEAR_YOU

#: How far round a block's middle its mark reaches, in metres.
BLOCK_M: Final = 100


def without(question: Question, ground: Ground, clock: Clock) -> Answer | None:
    """The answer where nothing can be counted; None where something can."""
    nothing = without_data(question, ground, clock)
    if nothing:
        return nothing
    at = clock.at.timestamp()
    no_month = question.named_window and question.evidence and not whole_months(question.evidence, clock.zone)
    if no_month and coarseness(ground.city, scope_of(question, ground, question.area), at) == "month":
        return Answer(paragraphs=(answers.TOO_COARSE["month"],))
    separable = ground.city.frame.separable(at)
    if question.offences and not set(question.offences) & separable:
        return not_separated(question, ground, clock, separable)
    if question.area is None and question.offences == ("sexual",):
        return Answer(paragraphs=(answers.NOT_RANKED_VICTIMS,))
    if question.area is None and only_following(question):
        return Answer(paragraphs=(trends.FOLLOWS_BY_AREA,))
    return None


def compose(found: Trend, clock: Clock, showing: Showing) -> Answer:
    """The answer: as many of three items as fit on the first screen."""

    def screen(shown: tuple[AnswerItem, ...], more: int, roomy: bool) -> Answer:
        return Answer(
            headline=headline(found),
            window=window_line(found.question, clock),
            paragraphs=() if showing.skip else _paragraphs(found, clock, with_hours=roomy),
            items=shown,
            notes=_notes(found, clock, showing, more),
            urgent=stale(found.own.newest, clock),
            receipt=showing.code,
            more=more,
        )

    return fit(items_of(found, clock), showing.skip, screen, lambda answer: _buttons(found, answer, showing.code))


def where_words(area: AreaRef | None, place: Place | None) -> str:
    """``in beat 0835``, ``near you`` or ``within 150 m of the Shell``."""
    if area is not None:
        return trends.IN_AREA.format(area=phrasing.area_name(area))
    if place is None or place.label == NEAR_YOU:
        return trends.NEAR_YOU
    return trends.NEAR.format(radius=place.radius_m, label=phrasing.place_name(place))


def counted_words(question: Question, count: int) -> str:
    """``12 robberies``; records where several offences or none were asked for."""
    if question.offences and len(question.offences) == 1:
        return names.counted(question.offences[0], count)
    return f"{count:,} {trends.RECORDS[0 if count == 1 else 1]}"


def headline(found: Trend) -> str:
    """The count, and that of the wider area where there are too few."""
    question, own = found.question, found.own
    unmapped = own.excluded["unmapped"]
    here = phrasing.area_name(question.area)
    if not own.count and unmapped and unmapped >= MANY_UNMAPPED * max(1, own.considered):
        # A record of an unknown code may be of what was asked for: 0 would be a guess.
        return answers.ZERO_KNOWN.format(area=here, n=f"{unmapped:,}")
    text = {
        "counted": counted_words(question, own.count),
        "where": where_words(question.area, question.place),
        "window": window_words(question.window),
    }
    if found.wider and found.wider_area:
        parent = phrasing.area_name(found.wider_area)
        return trends.HEAD_WIDER.format(**text, there=found.wider.count, parent=parent)
    return trends.HEAD.format(**text)


def window_line(question: Question, clock: Clock) -> str:
    """The window that was counted, with hours and weekdays where they limit it."""
    assert question.evidence is not None
    start, end = (
        phrasing.day_clock(moment, clock.zone, clock.at)
        for moment in (question.evidence.start, question.evidence.end)
    )
    evidence = trends.WINDOW.format(start=start, end=end)
    if question.hours and not question.hours.all_day:
        evidence += answers.IN_HOURS.format(hours=phrasing.hours(question.hours))
    if question.weekdays:
        evidence += answers.IN_HOURS.format(hours=phrasing.weekdays(question.weekdays))
    return answers.FROM_ONLY.format(evidence=evidence)


def _paragraphs(found: Trend, clock: Clock, *, with_hours: bool) -> tuple[str, ...]:
    own = found.own
    lines = [_zero(found, clock), _could_be(own), against(own, found, clock)]
    if found.wider and found.wider_area and (own.versus or found.wider.versus) and found.wider.versus:
        said = versus_words(found.wider.versus, found, clock)
        lines.append(trends.PARENT_COMPARED.format(parent=phrasing.area_name(found.wider_area), said=said))
    if with_hours and own.busiest and not found.question.hours:
        lines.append(busiest_words(own))
    return tuple(line for line in lines if line)


def busiest_words(own: Tally) -> str:
    """The busiest hours of the day; empty where too few records have an hour."""
    if own.busiest is None:
        return ""
    return trends.BUSIEST.format(
        hours=phrasing.hours(own.busiest.hours), count=round(own.busiest.count), records=own.busiest.records
    )


def _zero(found: Trend, clock: Clock) -> str:
    own = found.own
    if own.count or own.newest is None or own.excluded["unmapped"]:
        return ""
    newest = datetime.fromtimestamp(own.newest, UTC)
    return trends.ZERO.format(when=phrasing.day_clock(newest, clock.zone, clock.at))


def _could_be(own: Tally) -> str:
    if not own.could:
        return ""
    return trends.COULD_BE_ALL if own.could == own.count else trends.COULD_BE.format(n=own.could, count=own.count)


def against(own: Tally, found: Trend, clock: Clock) -> str:
    """The comparison as a sentence: with the earlier window, or with what is usual."""
    if own.missing:
        return ""
    if found.compare is None:
        return usual_words(own.usual)
    if own.versus is not None:
        said = versus_words(own.versus, found, clock)
        return f"{said[:1].upper()}{said[1:]}."
    if found.earlier is None:
        return trends.USUAL_UNKNOWN
    return trends.BEFORE_MISSING.format(**days_before(found, clock))


def usual_words(usual: Usual | None) -> str:
    """What is usual in such a window."""
    if usual is None:
        return trends.USUAL_UNKNOWN
    return (trends.USUAL_ONE if usual.low == usual.high else trends.USUAL).format(low=usual.low, high=usual.high)


def versus_words(versus: Versus, found: Trend, clock: Clock) -> str:
    """``was 8 a year before: no clear change``."""
    days = days_before(found, clock)
    if found.earlier and found.earlier.part:
        when = trends.PART_BEFORE.format(**days)
    else:
        when = trends.YEAR_BEFORE if found.compare == "previous_year" else trends.PERIOD_BEFORE.format(**days)
    return trends.versus(versus.count, versus.before, versus.low, versus.high, versus.clear, when)


def days_before(found: Trend, clock: Clock) -> Mapping[str, str]:
    """From when to when the earlier window runs."""
    assert found.earlier is not None
    window = found.earlier.window
    said: Callable[..., str] = phrasing.day if window.length >= timedelta(days=2) else phrasing.day_clock
    return {
        "start": said(window.start, clock.zone, clock.at),
        "end": said(window.end, clock.zone, clock.at),
    }


def items_of(found: Trend, clock: Clock) -> list[AnswerItem]:
    """Blocks where there are few records, else offences where there are several."""
    if found.by_block:
        return [_block_item(block, n, clock) for n, block in enumerate(found.blocks, start=1)]
    kinds = found.own.kinds
    if len(kinds) < 2 and (not found.question.offences or len(found.question.offences) < 2):
        return []
    return [_kind_item(kind, n, found, clock) for n, kind in enumerate(kinds, start=1)]


def _kind_item(kind: Kind, number: int, found: Trend, clock: Clock) -> AnswerItem:
    name = names.offence(kind.slug, 2)
    title = trends.KIND_TITLE.format(name=name[:1].upper() + name[1:], count=kind.count)
    lines = () if kind.versus is None else (f"{versus_words(kind.versus, found, clock)}.",)
    return AnswerItem(number, title, lines)


def _block_item(block: Listed, number: int, clock: Clock) -> AnswerItem:
    kinds = ", ".join(names.counted(slug, n) for slug, n in block.kinds.items())
    when = when_words(block.start, block.end, block.precision, clock)
    could = "" if not block.could else trends.BLOCK_COULD
    if 0 < block.could < block.count:
        could = trends.BLOCK_SOME_COULD.format(n=block.could)
    line = (trends.BLOCK_LINE_ONE if block.count == 1 else trends.BLOCK_LINE).format(
        counted=kinds, when=when, could=could
    )
    return AnswerItem(number, block.label or trends.BLOCK_UNNAMED, (line,))


def when_words(start: float, end: float, precision: Precision, clock: Clock) -> str:
    """When a record was, as finely as is known: ``14 Jul 23:40``, or its window ``14 Jul 18:00–15 Jul 08:00``."""
    first, last = (datetime.fromtimestamp(moment, UTC) for moment in (start, end))
    if precision == "month":
        local = first.astimezone(clock.zone)
        return f"{names.MONTHS[local.month - 1]} {local.year}"
    said = phrasing.day_clock if precision == "minute" else phrasing.day
    when, until = said(first, clock.zone, clock.at), said(last, clock.zone, clock.at)
    return when if when == until else f"{when}–{until}"


def _notes(found: Trend, clock: Clock, showing: Showing, more: int) -> tuple[str, ...]:
    own, question = found.own, found.question
    assert own.newest is not None
    parts = [
        trends.DATA_AGE.format(age=age_words(own.newest, clock)),
        missing_words(own.missing, question, clock),
        incomplete_words(found.incomplete),
        *caveats(found),
    ]
    further = f"{answers.MORE_LEFT.format(n=more)} " if more else ""
    return (
        *((answers.NOT_UNDERSTOOD.format(words=phrasing.quoted(showing.unread)),) if showing.unread else ()),
        " ".join(part for part in parts if part),
        phrasing.left_out(own.excluded, fine=level_of(question.area) == "place"),
        f"{further}{answers.RECEIPT.format(code=showing.code)}",
    )


def caveats(found: Trend) -> tuple[str, ...]:
    """What the data cannot tell apart, and what the count is not."""
    own, question = found.own, found.question
    lines = []
    if set(question.offences or ()) & FOLLOW_ENFORCEMENT:
        lines.append(trends.FOLLOWS)
    if found.missing_slugs:
        missing = ", ".join(names.offence(slug, 2) for slug in found.missing_slugs)
        lines.append(trends.NOT_SEPARATED.format(offences=missing))
    if own.domestic_unknown and level_of(question.area) != "place":
        lines.append(trends.DOMESTIC_UNKNOWN.format(n=own.domestic_unknown))
    if found.months:
        lines.append(trends.WHOLE_MONTHS)
    if found.lifted:
        lines.append(trends.SEXUAL_WIDER)
    return tuple(lines)


def incomplete_words(days: int | None) -> str:
    """Which of the last days are not complete yet."""
    if days is None:
        return trends.MAY_GROW
    if not days:
        return ""
    return trends.INCOMPLETE_ONE if days == 1 else trends.INCOMPLETE.format(n=days)


def _buttons(found: Trend, answer: Answer, code: str) -> tuple[Button, ...]:
    buttons = []
    if not only_following(found.question) and found.question.offences != ("sexual",):
        buttons.append(Button(trends.BUTTON_HOTSPOTS, f"v1:then:{code}:hotspots"))
    other: Compare = "previous_period" if found.compare == "previous_year" else "previous_year"
    label = trends.BUTTON_PERIOD if other == "previous_period" else trends.BUTTON_YEAR
    buttons.append(Button(label, f"v1:then:{code}:{other}"))
    listed = answer.items[-1].number if answer.items else 0
    buttons.append(Button(desk.BUTTON_WHY, f"v1:why:{code}:0:{listed}"))
    if answer.more:
        buttons.append(Button(desk.BUTTON_MORE, f"v1:more:{code}:{listed}"))
    return tuple(buttons)
