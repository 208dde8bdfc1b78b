"""Replies: which answer an understood question gets, with its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from ilp_core.analyse.hotspots import Coarse, Scope, blocks_in, coarseness, count_records, has_records, unmapped_share
from ilp_core.assistant import phrasing, taps
from ilp_core.assistant.asking_back import ask_back
from ilp_core.assistant.codec import from_data
from ilp_core.assistant.hotspots import (
    FIRST_ITEMS,
    MANY_UNMAPPED,
    Ground,
    Hotspots,
    asked_of,
    compose,
    is_old,
    scope_of,
)
from ilp_core.assistant.local_figures import replay
from ilp_core.assistant.mapping import draw
from ilp_core.assistant.messages import Reply
from ilp_core.assistant.spots import items_data
from ilp_core.assistant.told import tellings_of
from ilp_core.assistant.understand import hours_asked
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import Atlas
from ilp_core.assistant.why import explain_item, explain_list
from ilp_core.assistant.window_words import window_words
from ilp_core.domain.agency import Agency
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.questions import Intent, Question
from ilp_core.domain.receipts import Receipt
from ilp_core.govern.permissions import who_may
from ilp_core.words import answers, desk, names, unbuilt

#: Offences whose records follow where police look (doctrine 3.8): counted by area, never ranked.
COUNTED_ONLY: Final = frozenset(
    {"drugs", "prostitution", "antisocial", "weapons", "public_order", "trespass", "fraud", "cybercrime", "other"}
)
#: Where a source cannot separate an offence, the family to ask for instead.
NEAREST: Final[Mapping[str, str]] = {
    "theft_from_vehicle": "other_theft",
    "vehicle_parts": "other_theft",
    "theft_from_person": "other_theft",
    "bicycle_theft": "other_theft",
    "shots_fired": "weapons",
}

#: An agency that has set nothing.
UNSET: Final = Agency()
#: Records of which only the month is known answer for no shorter window than this.
LEAST_MONTHLY: Final = timedelta(days=28)


def near_me_button() -> Button:
    """The button that asks for places round the officer."""
    return Button(desk.BUTTON_NEAR_ME, "v1:near")


def again_button() -> Button:
    """The button that asks afresh."""
    return Button(desk.BUTTON_AGAIN, "v1:ask")


def say(question: Question, agency: Agency = UNSET) -> Answer:
    """The answers that need no data: help, privacy, safety lines, refusals, and what must be asked back."""
    if question.clarify is not None:
        return ask_back(question)
    if question.intent == "emergency":
        return _emergency(question, agency)
    if question.intent == "refuse" and question.refusal:
        return Answer(paragraphs=(desk.REFUSED[question.refusal].format(who=_who_may(question)),))
    plain = {
        "help": desk.HELP,
        "privacy": desk.PRIVACY,
        "welfare": welfare(agency),
        "smalltalk": desk.SMALLTALK,
        "cancel": desk.CANCELLED,
        "why": answers.WHY_NOTHING,
        "map": answers.NO_LIST,
        "more": answers.NO_LIST,
    }
    return Answer(paragraphs=(plain.get(question.intent) or unbuilt.NOT_YET.get(question.intent, desk.UNKNOWN),))


def _emergency(question: Question, agency: Agency) -> Answer:
    """The emergency line; a threat to life that a source told of gets whom to phone as well (guard-rail G24)."""
    urgent = desk.EMERGENCY.format(number=agency.dispatch)
    if question.refusal != "covert_source":
        return Answer(urgent=urgent, paragraphs=(desk.EMERGENCY_DETAIL,))
    threat = desk.THREAT_TO_LIFE.format(officer=agency.duty_officer or desk.DUTY_OFFICER)
    return Answer(urgent=urgent, paragraphs=(threat, desk.THREAT_DETAIL))


def voice(agency: Agency) -> Answer:
    """What a recorded voice gets: the emergency line, since nobody listens to it."""
    return Answer(urgent=desk.EMERGENCY.format(number=agency.dispatch), paragraphs=(desk.NOT_HEARD,))


def welfare(agency: Agency) -> str:
    """Whom an officer can talk to now: the country's lines for officers, and the agency's own peer support."""
    peer = desk.PEER_SUPPORT_AT.format(contact=agency.peer_support) if agency.peer_support else desk.PEER_SUPPORT
    return desk.WELFARE.format(lines=desk.CRISIS_LINES[agency.preset], peer=peer, number=agency.dispatch)


def _who_may(question: Question) -> str:
    """Where a role may not do a thing, ``ref`` holds the intent that was refused."""
    if question.refusal != "not_permitted":
        return ""
    return phrasing.roles(who_may(cast(Intent, question.ref)))


def without_data(question: Question, ground: Ground, clock: Clock) -> Answer | None:
    """The answer where the records on file can say nothing at all to the question; None where they can."""
    if not len(ground.city.frame):
        return Answer(paragraphs=(answers.NO_DATA,))
    _, newest = ground.city.covered(clock.at.timestamp())
    if newest is None:
        when = phrasing.day_clock(clock.at, clock.zone)
        return Answer(paragraphs=(answers.NO_DATA_THEN.format(when=when),))
    # Of a place that was named nothing may be on file because nothing happened there.
    scope = scope_of(question, ground, question.area) if question.area or question.intent == "hotspots" else Scope()
    if not has_records(ground.city, scope, clock.at.timestamp()):
        return Answer(paragraphs=(_nothing_on_file(question),), buttons=(near_me_button(),))
    coarse = coarseness(ground.city, scope, clock.at.timestamp())
    if coarse and too_fine(question, coarse):
        return Answer(paragraphs=(answers.TOO_COARSE[coarse],))
    if question.evidence and newest <= question.evidence.start.timestamp() and is_old(newest, clock):
        # Nothing of the window can be on file: 0 would be said of what nobody knows.
        said = phrasing.day if coarse else phrasing.day_clock
        last = said(datetime.fromtimestamp(newest, UTC), clock.zone, clock.at)
        return Answer(paragraphs=(answers.NO_DATA_SINCE.format(when=last),))
    return None


def without_list(question: Question, ground: Ground, clock: Clock) -> tuple[Answer, dict[str, Any] | None] | None:
    """The answer where no list can be given, with its figures where it has a number; None where one can."""
    nothing = without_data(question, ground, clock)
    if nothing:
        return nothing, None
    scope = scope_of(question, ground, question.area)
    coarse = coarseness(ground.city, scope, clock.at.timestamp())
    if coarse:
        # As in a list: without hours, this shift's question is counted over the whole day.
        question = replace(question, shift=None, advice=None)
    wanted = set(question.offences or ())
    separable = ground.city.frame.separable(clock.at.timestamp())
    if wanted and not wanted & separable:
        return not_separated(question, ground, clock, separable), None
    if wanted and wanted <= {"sexual"}:
        return Answer(paragraphs=(answers.NOT_RANKED_VICTIMS,)), None
    if wanted and wanted <= COUNTED_ONLY | {"sexual"} and question.area:
        count = count_records(ground.city, asked_of(question, ground, clock, question.area))
        answer = _counted(question, count, clock)
        unmapped, share = unmapped_share(ground.city, scope, clock.at.timestamp())
        if share >= MANY_UNMAPPED:
            answer = replace(answer, notes=(answers.UNMAPPED.format(n=f"{unmapped:,}"),))
        return answer, {"count": count}
    return None


def not_separated(question: Question, ground: Ground, clock: Clock, separable: frozenset[str]) -> Answer:
    """Why an offence that no source on file tells apart cannot be answered, and what can be asked instead."""
    slugs = question.offences or ()
    # Of a family the part that gave it its name, such as thefts.
    slug = "other_theft" if "other_theft" in slugs else slugs[0]
    unmapped, share = unmapped_share(ground.city, scope_of(question, ground, question.area), clock.at.timestamp())
    if share >= MANY_UNMAPPED:
        text = answers.CODES_UNKNOWN.format(offence=names.offence(slug, 2), n=f"{unmapped:,}")
        return Answer(paragraphs=(text,))
    nearest = NEAREST.get(slug, "other_theft")
    if nearest not in separable:
        return Answer(paragraphs=(answers.NO_SEPARATE_ALONE.format(offence=names.offence(slug, 2)),))
    text = answers.NO_SEPARATE.format(offence=names.offence(slug, 2), nearest=names.offence(nearest, 2))
    return Answer(paragraphs=(text,))


def too_fine(question: Question, coarse: Coarse) -> bool:
    """True for a question that records so coarsely dated cannot answer: about hours, and of records of a month also
    about weekdays or less than four weeks."""
    if question.hours is not None and not question.hours.all_day:
        return True
    short = question.evidence is not None and question.evidence.length < LEAST_MONTHLY
    return coarse == "month" and bool(question.weekdays or (question.named_window and short))


def _nothing_on_file(question: Question) -> str:
    if question.area:
        return answers.NO_DATA_AREA.format(area=phrasing.area_name(question.area))
    assert question.place is not None
    return desk.NO_PLACE_HERE.format(radius=question.place.radius_m)


def _counted(question: Question, count: int, clock: Clock) -> Answer:
    hours, window = hours_asked(question, clock), window_words(question.window)
    if hours and not hours.all_day:
        window += answers.IN_HOURS.format(hours=phrasing.hours(hours))
    counted = names.counted(sorted(question.offences or ("other",))[0], count)
    text = answers.NOT_RANKED.format(counted=counted, area=phrasing.area_name(question.area), window=window)
    return Answer(paragraphs=(text,))


def naming_unread(reply: Reply, unread: tuple[str, ...]) -> Reply:
    """The reply, saying which words of the message it did not use."""
    if not unread:
        return reply
    note = answers.NOT_UNDERSTOOD.format(words=phrasing.quoted(unread))
    return replace(reply, answer=replace(reply.answer, notes=(note, *reply.answer.notes)))


def with_receipt(answer: Answer, code: str) -> Answer:
    """``answer`` with the receipt of its number."""
    return replace(answer, receipt=code, notes=(*answer.notes, answers.RECEIPT.format(code=code)))


def replay_count(asked: Question, receipt: Receipt, ground: Ground, then: Clock) -> Answer:
    """Why for an answer that was a plain count: count again and say whether it is the same."""
    if asked.intent == "disagree":
        return replay(asked, receipt, ground, then)
    count = count_records(ground.city, asked_of(asked, ground, then, asked.area))
    same = count == receipt.figures["count"]
    first = _counted(asked, count, then).paragraphs[0]
    return Answer(
        headline=answers.WHY_TITLE.format(code=receipt.code, where=phrasing.area_name(asked.area)),
        paragraphs=(answers.WHY_SAME if same else answers.WHY_DIFFERENT, first),
        receipt=receipt.code,
    )


def listing(found: Hotspots, clock: Clock, code: str, unread: tuple[str, ...], *, first: bool) -> Reply:
    """The first screen of a list. ``first`` in a chat's shift it carries the full sentence on stops (G04)."""
    caution = answers.CAUTION_FULL if first else answers.CAUTION_SHORT
    answer = compose(found, clock, code, unread, caution)
    answer = replace(answer, buttons=_list_buttons(answer, code))
    items = tuple(items_data(found.spots, found.question))
    return Reply(found.question, answer, items, told=tellings_of(found, answer))


def _list_buttons(answer: Answer, code: str) -> tuple[Button, ...]:
    buttons = []
    listed = answer.items[-1].number if answer.items else 0
    if answer.items:
        buttons = [
            Button(desk.BUTTON_MAP, f"v1:map:{code}:{listed}"),
            Button(desk.BUTTON_WHY, f"v1:why:{code}:0:{listed}"),
        ]
    if answer.more:
        buttons.append(Button(desk.BUTTON_MORE, f"v1:more:{code}:{listed}"))
    return (*buttons, near_me_button(), *taps.buttons(code, answer))


def more(question: Question, found: Hotspots, clock: Clock, code: str, listed: int) -> Reply:
    """The next places of a list, or the honest end of it."""
    if listed >= len(found.spots):
        return Reply(question, Answer(paragraphs=(answers.NO_MORE,), receipt=code))
    answer = compose(found, clock, code, (), answers.CAUTION_SHORT, skip=listed)
    answer = replace(answer, buttons=_list_buttons(answer, code))
    items = tuple(items_data(found.spots, found.question))
    return Reply(question, answer, items, told=tellings_of(found, answer))


def why(question: Question, found: Hotspots, clock: Clock, code: str, same: bool, listed: int) -> Answer:
    """Why a list, or one place of it."""
    if question.item is not None:
        return explain_item(found, clock, code, same, question.item)
    answer = explain_list(found, clock, code, same)
    shown = len(found.spots[: listed or FIRST_ITEMS])
    buttons = tuple(Button(f"{desk.BUTTON_WHY} {n}", f"v1:why:{code}:{n}:{listed}") for n in range(1, shown + 1))
    return replace(answer, buttons=buttons)


def mapped(
    question: Question,
    found: Hotspots,
    clock: Clock,
    ground: Ground,
    atlas: Atlas,
    code: str,
    source: str,
    listed: int,
) -> Reply:
    """The map of a list: the places shown so far, the first three where none were."""
    shown = found.spots[: listed or FIRST_ITEMS]
    if not shown:
        return Reply(question, Answer(paragraphs=(answers.MAP_NOTHING,), receipt=code))
    scope = scope_of(found.question, ground, found.wider_area or found.question.area)
    blocks = blocks_in(ground.city, scope, clock.at.timestamp())
    view = draw(found, enumerate(shown, start=1), blocks, ground.locate, atlas, clock, code, source)
    return Reply(question, Answer(paragraphs=(view.text,), notes=(view.source,), receipt=code, map_view=view))


def no_receipt(question: Question) -> Answer:
    """What is said where a receipt is not on file."""
    return Answer(paragraphs=(answers.WHY_UNKNOWN.format(code=question.ref),))


def too_old(receipt: Receipt, now: datetime) -> Answer:
    """What a button of a past day's list says, with the button that asks afresh."""
    then = from_data(receipt.question).evidence
    zone = (then.end if then else receipt.at).tzinfo or UTC
    return Answer(
        paragraphs=(answers.OLD_LIST.format(when=phrasing.day(receipt.at, zone, now)),), buttons=(again_button(),)
    )
