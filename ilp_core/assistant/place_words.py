"""What happened at a place in words: lately, over the year, of what kinds, at which hours, and the last of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ilp_core.analyse.tally import Tally
from ilp_core.analyse.tally_blocks import Told
from ilp_core.assistant import phrasing
from ilp_core.assistant.fitting import Showing, fit
from ilp_core.assistant.hotspots import MANY_UNMAPPED, Ground, age_words, missing_words, stale
from ilp_core.assistant.place import Visit
from ilp_core.assistant.replies import not_separated, without_data
from ilp_core.assistant.trend import only_following
from ilp_core.assistant.trend_why import BLOCK_M, place_data
from ilp_core.assistant.trend_words import busiest_words, when_words
from ilp_core.assistant.when import Clock
from ilp_core.assistant.window_words import window_words
from ilp_core.domain.answers import Answer, AnswerItem, Button
from ilp_core.domain.places import Place
from ilp_core.domain.questions import Question
from ilp_core.words import answers, desk, names, trends, visits
from ilp_core.words.en.names import NEAR_YOU

#: So many kinds of a place are named.
MOST_KINDS: Final = 3


def without(question: Question, ground: Ground, clock: Clock) -> Answer | None:
    """The answer where nothing can be said of a place; None where something can."""
    nothing = without_data(question, ground, clock)
    if nothing:
        return nothing
    separable = ground.city.frame.separable(clock.at.timestamp())
    if question.offences and not set(question.offences) & separable:
        return not_separated(question, ground, clock, separable)
    if question.offences == ("sexual",):
        return Answer(paragraphs=(answers.NOT_RANKED_VICTIMS,))
    if only_following(question):
        return Answer(paragraphs=(trends.FOLLOWS_BY_AREA,))
    return None


def compose(found: Visit, clock: Clock, showing: Showing) -> Answer:
    """The answer: as many of three last records as fit on the first screen."""
    if not found.covered:
        return Answer(headline=headline(found), paragraphs=(visits.NOT_COVERED,), receipt=showing.code)
    items = [_item(found, told, number, clock) for number, told in enumerate(found.last, start=1)]

    def screen(shown: tuple[AnswerItem, ...], more: int, roomy: bool) -> Answer:
        return Answer(
            headline=headline(found),
            window=visits.TO.format(end=phrasing.day_clock(_end(found), clock.zone, clock.at)),
            paragraphs=() if showing.skip else _paragraphs(found, clock, roomy=roomy),
            items=shown,
            notes=_notes(found, clock, showing, more),
            urgent=stale(found.year.newest, clock),
            receipt=showing.code,
            more=more,
        )

    return fit(items, showing.skip, screen, lambda answer: _buttons(found, answer, showing.code))


def _end(found: Visit) -> datetime:
    assert found.question.evidence is not None
    return found.question.evidence.end


def headline(found: Visit) -> str:
    """The place, and the area where only its part there was looked at."""
    place = found.question.place
    assert place is not None
    if found.reading == "circle":
        named = place.label == NEAR_YOU
        label = names.NEAR_YOU[:1].upper() + names.NEAR_YOU[1:]
        return label if named else visits.HEAD_ROUND.format(radius=place.radius_m, label=phrasing.place_name(place))
    if found.question.area and found.reading == "street":
        return visits.HEAD_IN.format(label=phrasing.place_name(place), area=phrasing.area_name(found.question.area))
    return visits.HEAD.format(label=phrasing.place_name(place))


def _paragraphs(found: Visit, clock: Clock, *, roomy: bool) -> tuple[str, ...]:
    year = found.year
    lines = [_window_line(found), _year_line(found)]
    if not year.count:
        assert year.newest is not None
        newest = phrasing.day_clock(datetime.fromtimestamp(year.newest, UTC), clock.zone, clock.at)
        lines = [visits.NONE_THERE.format(when=newest), *lines]
    kinds = _kinds(year)
    if roomy or len(kinds) < 60:
        lines.append(kinds)
    if roomy:
        lines.append(busiest_words(year))
    if found.elsewhere is not None:
        lines.append(visits.ELSEWHERE.format(count=found.elsewhere, window=_year_name(found)))
    if found.around:
        area, count = found.around
        lines.append(visits.BEAT.format(area=phrasing.area_name(area), count=count, window=_year_name(found)))
    return tuple(line for line in lines if line)


def _window_line(found: Visit) -> str:
    question, lately = found.question, found.lately
    against = ""
    if lately.usual:
        usually = visits.USUALLY_ONE if lately.usual.low == lately.usual.high else visits.USUALLY
        against = usually.format(low=lately.usual.low, high=lately.usual.high)
    window = window_words(question.window)
    return visits.WINDOW.format(window=window[:1].upper() + window[1:], count=lately.count, against=against)


def _year_line(found: Visit) -> str:
    year, versus = found.year, found.year.versus
    against = ""
    if versus is not None:
        said = trends.versus(versus.count, versus.before, versus.low, versus.high, versus.clear, trends.YEAR_BEFORE)
        against = f", {said}"
    name = _year_name(found)
    return visits.WINDOW.format(window=name[:1].upper() + name[1:], count=year.count, against=against)


def _year_name(found: Visit) -> str:
    return visits.TWELVE_MONTHS if found.months else visits.YEAR_DAYS


def _kinds(year: Tally) -> str:
    largest = [kind for kind in year.kinds if kind.count][:MOST_KINDS]
    if not largest:
        return ""
    said = [visits.KIND.format(name=names.offence(kind.slug, kind.count), count=kind.count) for kind in largest]
    rest = year.count - sum(kind.count for kind in largest)
    text = ", ".join([*said, *([answers.EXCLUDED_REST.format(n=rest)] if rest else [])])
    return visits.KINDS.format(kinds=text[:1].upper() + text[1:])


def _item(found: Visit, told: Told, number: int, clock: Clock) -> AnswerItem:
    place = found.question.place
    what = names.offence(told.slug, 1)
    when = when_words(told.start, told.end, told.precision, clock)
    title = visits.LAST_TITLE.format(what=what[:1].upper() + what[1:], when=when)
    same = place is not None and told.label.casefold() == phrasing.place_name(place).casefold()
    return AnswerItem(number, title, () if same or not told.label else (told.label,))


def _notes(found: Visit, clock: Clock, showing: Showing, more: int) -> tuple[str, ...]:
    year = found.year
    assert year.newest is not None
    parts = [
        trends.DATA_AGE.format(age=age_words(year.newest, clock)),
        missing_words(found.year.missing, found.asked_year, clock),
    ]
    if found.months:
        parts.append(trends.WHOLE_MONTHS)
    unmapped = year.excluded["unmapped"]
    if unmapped and unmapped >= MANY_UNMAPPED * max(1, year.considered):
        parts.append(answers.UNMAPPED.format(n=unmapped))
    further = f"{answers.MORE_LEFT.format(n=more)} " if more else ""
    return (
        *((answers.NOT_UNDERSTOOD.format(words=phrasing.quoted(showing.unread)),) if showing.unread else ()),
        " ".join(part for part in parts if part),
        phrasing.left_out(year.excluded, fine=True),
        f"{further}{answers.RECEIPT.format(code=showing.code)}",
    )


def _buttons(found: Visit, answer: Answer, code: str) -> tuple[Button, ...]:
    listed = answer.items[-1].number if answer.items else 0
    buttons = [Button(desk.BUTTON_MAP, f"v1:map:{code}:{listed}")] if found.last else []
    buttons.append(Button(trends.BUTTON_NEAR, f"v1:then:{code}:near"))
    if found.elsewhere is not None:
        buttons.append(Button(trends.BUTTON_WHOLE, f"v1:then:{code}:whole"))
    buttons.append(Button(desk.BUTTON_WHY, f"v1:why:{code}:0:{listed}"))
    if answer.more:
        buttons.append(Button(desk.BUTTON_MORE, f"v1:more:{code}:{listed}"))
    return tuple(buttons)


# The signature is that of every room, so that whoever asks why need not know which room answers (ARG001).
def explain(found: Visit, clock: Clock, code: str, same: bool, item: int | None = None) -> Answer:  # noqa: ARG001
    """How the counts of a place were made, and whether they recompute."""
    year, place = found.year, found.question.place
    assert place is not None
    assert year.newest is not None
    how = {"block": visits.OF_BLOCK, "street": visits.OF_STREET, "circle": visits.OF_CIRCLE}[found.reading]
    lines = [
        answers.WHY_SAME if same else answers.WHY_DIFFERENT,
        how.format(radius=place.radius_m),
        trends.WHY_COUNTED.format(considered=year.considered, count=year.count),
        phrasing.left_out(year.excluded, whole=True, fine=True),
        visits.WHY_FINE,
    ]
    if found.lately.usual is not None:
        usual = found.lately.usual
        lines.append(trends.WHY_USUAL.format(n=usual.windows, mean=phrasing.usual(usual.mean)))
    if year.versus is not None:
        lines.append(trends.WHY_RATIO)
    lines += [_kinds(year), busiest_words(year)]
    moment = phrasing.day_clock(clock.at, clock.zone, clock.at)
    return Answer(
        headline=answers.WHY_TITLE.format(code=code, where=headline(found)),
        paragraphs=tuple(line for line in lines if line),
        notes=(answers.WHY_VERSION.format(at=moment, age=age_words(year.newest, clock)),),
        receipt=code,
    )


def marks(found: Visit, ground: Ground) -> list[Place | None]:
    """Where each record of the list is: the middle of its block, or of the place itself."""
    return [_place(told, ground) or found.question.place for told in found.last]


def _place(told: Told, ground: Ground) -> Place | None:
    if told.x != told.x:
        return None
    point = ground.locate(told.x, told.y)
    return Place(told.label, round(point.lat, 5), round(point.lon, 5), BLOCK_M)


def items_data(found: Visit, ground: Ground) -> tuple[Mapping[str, Any], ...]:
    """The last records as data; a block is the finest place there is."""
    return tuple(
        {
            "item": number,
            "kind": "record",
            "offence": told.slug,
            "from": datetime.fromtimestamp(told.start, UTC).isoformat(),
            "to": datetime.fromtimestamp(told.end, UTC).isoformat(),
            "precision": told.precision,
            "place": place_data(told.label, _place(told, ground)),
        }
        for number, told in enumerate(found.last, start=1)
    )
