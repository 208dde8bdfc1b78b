"""Guard-rail G30: every number in an answer is a figure of its receipt, a time of its question, or a fixed word."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.town import TOWN_ZONE
from ilp_core.assistant import phrasing
from ilp_core.assistant.messages import Message, Reply
from ilp_core.assistant.phrasing import EXCLUDED_OTHER
from ilp_core.assistant.spots import metres
from ilp_core.domain.places import Place
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import Receipt
from ilp_core.domain.windows import TimeWindow
from ilp_core.words.en import answers
from ilp_core.words.en.names import NEAR_YOU
from tests.counted_numbers import unfounded
from tests.demo_town import FRIDAY_EVENING, Town, running_town

ZONE: Final = ZoneInfo(TOWN_ZONE)
#: A number as it stands in a sentence: 7, 0.7 or 20:30. A receipt's code and a street's 3rd are not numbers.
NUMBER: Final = re.compile(r"(?<![\w.:])\d+(?:[.:]\d+)*(?=h?(?!\w))")
PLACES: Final = ("", "beat 0101", "beat 0106", "dist 1", "dist 2")
WHAT: Final = (
    "whats hot tonight",
    "hotspots",
    "burglaries",
    "assaults",
    "hot spots car breaks last 28 days",
    "hot spots violence last 12 weeks",
    "hot spots robberies by count",
    "hot spots vandalism this month",
    "hot spots after 10pm",
    "hot spots thefts btwn 1400 and 1800",
)
#: An offence and a window ask how many.
COUNTED: Final = (
    "car breaks last 28 days",
    "violence last 12 weeks",
    "vandalism this month",
    "thefts btwn 1400 and 1800",
    "how many burglaries last week vs the week before",
    "how many assaults this year",
    "how many incidents yesterday",
)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as running:
        yield running


async def test_every_number_comes_from_the_receipt_or_the_question(town: Town) -> None:
    await town.invited("4471")
    questions = [f"{what} {where}".strip() for where in PLACES for what in WHAT]
    listed = 0
    for number, question in enumerate(questions):
        # Other hours and days bring other shifts, and NEW places that come and go.
        at = FRIDAY_EVENING - timedelta(hours=7 * number)
        reply = await town.desk.ask(Message("4471", at, "chat", question, session=f"test:{number}"))
        assert reply.question.intent == "hotspots", question
        assert len(reply.answer.text) <= 600, reply.answer.text
        receipt = await _receipt(town, reply)
        _check_numbers(reply, receipt, question)
        listed += len(reply.answer.items)
    assert len(questions) == 50
    assert listed >= 100


async def test_every_number_of_a_count_comes_from_the_receipt_or_the_question(town: Town) -> None:
    await town.invited("4471")
    listed = compared = 0
    for number, question in enumerate(f"{what} {where}".strip() for where in PLACES for what in COUNTED):
        at = FRIDAY_EVENING - timedelta(hours=7 * number)
        reply = await town.desk.ask(Message("4471", at, "chat", question, session=f"test:{number}"))
        assert reply.question.intent == "trend", question
        assert len(reply.answer.text) <= 600, reply.answer.text
        figures = (await _receipt(town, reply)).figures
        assert unfounded(reply, figures, at, ZONE) == [], question
        listed += len(reply.answer.items)
        compared += bool(figures["own"]["versus"])
    assert listed >= 20
    assert compared >= 20


async def test_every_number_of_a_place_comes_from_the_receipt_or_the_question(town: Town) -> None:
    await town.invited("4471")
    hot = await town.desk.ask(Message("4471", FRIDAY_EVENING, "chat", "hot spots dist 1", session="test"))
    places = [Place(**item["place"]) for item in hot.items]
    assert len(places) >= 2
    window = TimeWindow(FRIDAY_EVENING - timedelta(days=28), FRIDAY_EVENING)
    for place in (*places, *(replace(place, label=NEAR_YOU) for place in places)):
        asked = Question("place", place=place, evidence=window, window="28 days")
        reply = await town.desk.ask(Message("4471", FRIDAY_EVENING, "command", question=asked))
        assert reply.answer.items
        figures = (await _receipt(town, reply)).figures
        assert unfounded(reply, figures, FRIDAY_EVENING, ZONE) == [], place


async def test_a_number_from_nowhere_is_found(town: Town) -> None:
    await town.invited("4471")
    reply = await town.desk.ask(
        Message("4471", FRIDAY_EVENING, "chat", "violence last 12 weeks dist 1", session="test")
    )
    figures = (await _receipt(town, reply)).figures
    item = replace(reply.answer.items[0], lines=("987 robberies.",))
    wrong = replace(reply.answer, headline="986 robberies.", items=(item,))
    said = unfounded(replace(reply, answer=wrong), figures, FRIDAY_EVENING, ZONE)
    assert said == ["987 in '987 robberies.'", "986 in '986 robberies.'"]


async def test_a_replay_says_the_same_numbers(town: Town) -> None:
    await town.invited("4471")
    asked = await town.desk.ask(Message("4471", FRIDAY_EVENING, "chat", "whats hot", session="test"))
    again = await town.desk.ask(
        Message("4471", FRIDAY_EVENING, "chat", f"why {asked.answer.receipt}", session="test")
    )
    assert answers.WHY_SAME in again.answer.text
    receipt = await _receipt(town, asked)
    for count in (receipt.figures["own"]["rows"], receipt.figures["own"]["evidence"]):
        assert str(count) in NUMBER.findall(again.answer.text)


async def _receipt(town: Town, reply: Reply) -> Receipt:
    assert reply.answer.receipt
    async with town.store.read() as uow:
        kept = await uow.receipts.get(reply.answer.receipt)
    assert kept
    return kept


def _check_numbers(reply: Reply, receipt: Receipt, question: str) -> None:
    """Each item's numbers are that place's own; the other lines' are the answer's."""
    finding = receipt.figures["wider"] or receipt.figures["own"]
    rows = [*finding["micro"], *finding["places"]]
    fixed = set(_fixed()) | set(_times(reply))
    for item in reply.answer.items:
        own = [row for row in rows if item.title.split(" · ")[0] in row]
        assert own, f"{item.title} is not in the receipt"
        known = {number for row in own for number in _said(row, reply, finding)} | set(
            NUMBER.findall(item.title.split(" · ")[0])
        )
        for number in NUMBER.findall("\n".join((item.title, *item.lines))):
            assert number in known | fixed, f"{number} of {item} to {question!r} at {receipt.at}"
    frame = [reply.answer.headline, reply.answer.window, *reply.answer.notes, *reply.answer.paragraphs]
    known = set(_answer_numbers(reply, receipt))
    for line in frame:
        for number in NUMBER.findall(line):
            assert number in known | fixed, f"{number} of {line!r} to {question!r}"


def _said(row: Iterable[Any], reply: Reply, finding: dict[str, Any]) -> Iterable[str]:
    """How the figures of one place may be said: counts, expectations, hours and moments."""
    share = _window_share(reply, finding)
    for figure in row:
        if isinstance(figure, str):
            yield from NUMBER.findall(figure.replace("-", " "))
            # Hours on the hour are said without their minutes: 00:00-02:00 is 00–02h.
            yield from NUMBER.findall(figure.replace(":00", "").replace("-", " "))
        elif isinstance(figure, (list, tuple)):
            yield from _said(figure, reply, finding)
        elif isinstance(figure, int | float):
            yield from (str(figure), phrasing.usual(figure))
            yield from (phrasing.usual(figure * 14 / finding["year_days"]), phrasing.usual(figure * share))
            if 50 <= figure <= 2000:
                yield str(metres(figure))
            if figure > 1_000_000_000:
                yield from _moment(datetime.fromtimestamp(figure, UTC))


def _answer_numbers(reply: Reply, receipt: Receipt) -> Iterable[str]:
    for finding in (receipt.figures["own"], receipt.figures["wider"]):
        if finding:
            excluded = finding["excluded"]
            yield from (str(finding["rows"]), str(finding["evidence"]), *map(str, excluded.values()))
            yield str(sum(n for reason, n in excluded.items() if reason in EXCLUDED_OTHER))
            age = receipt.at - datetime.fromtimestamp(finding["newest"], UTC)
            yield from NUMBER.findall(phrasing.age(age))
    yield str(len(reply.items) - len(reply.answer.items))


def _times(reply: Reply) -> Iterable[str]:
    question = reply.question
    for window in (question.advice, question.evidence):
        if window:
            yield from (*_moment(window.start), *_moment(window.end))
    hours = receipt_hours(reply)
    yield from (f"{minute // 60:02d}:{minute % 60:02d}" for minute in hours)
    yield from (f"{minute // 60:02d}" for minute in hours)
    yield from NUMBER.findall(question.window or "")
    if question.area:
        yield question.area.code
        yield "001" if question.area.code < "0105" else "002"  # the wider area where a beat has too few


def receipt_hours(reply: Reply) -> tuple[int, ...]:
    """The hours that the evidence is limited to: those asked for, or a shift's."""
    if reply.question.hours:
        return (reply.question.hours.start, reply.question.hours.end)
    return (7 * 60, 15 * 60, 23 * 60)


def _moment(moment: datetime) -> tuple[str, str, str]:
    local = moment.astimezone(ZONE)
    return (f"{local:%H:%M}", str(local.day), str(local.year))


def _window_share(reply: Reply, finding: dict[str, Any]) -> float:
    evidence = reply.question.evidence
    if evidence is None or not finding["apart_days"]:
        return 0.0
    return evidence.length / timedelta(days=finding["apart_days"])


def _fixed() -> Iterable[str]:
    """Numbers that stand in the catalogue's own sentences, such as 14 days and 10–15 min."""
    for name, sentence in vars(answers).items():
        if name.isupper() and isinstance(sentence, str):
            yield from NUMBER.findall(sentence)
