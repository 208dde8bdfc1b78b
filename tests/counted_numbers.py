"""Which numbers an answer that counts may say: the figures of its receipt, as they are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from math import inf
from typing import Any, Final

from ilp_core.assistant import phrasing
from ilp_core.assistant.messages import Reply
from ilp_core.words.en import trends, visits

#: A number as it stands in a sentence: 7, 0.7, 20:30 or 1,234. A receipt's code and a street's 3rd are not numbers.
NUMBER: Final = re.compile(r"(?<![\w.:,])\d+(?:[.:]\d+|,\d{3})*(?=h?(?!\w))")


def unfounded(reply: Reply, figures: dict[str, Any], at: datetime, zone: tzinfo) -> list[str]:
    """The numbers of a count or a place that are neither a figure, nor of the question, nor a fixed word; each with
    its line. A line of the list may say its own figures only."""
    question, answer = reply.question, reply.answer
    times = [
        moment for window in (question.evidence, question.advice) if window for moment in (window.start, window.end)
    ]
    fixed = {*_fixed(), *(number for moment in times for number in _moment(moment, zone))}
    fixed |= set(NUMBER.findall(question.window or ""))
    if question.hours:
        fixed |= set(NUMBER.findall(phrasing.hours(question.hours)))
    if question.area:
        fixed.add(question.area.code)
    if figures.get("wider_area"):
        fixed.add(figures["wider_area"].rpartition(":")[2])
    strange = []
    for item in answer.items:
        known = fixed | set(_own(item.title, figures, zone))
        for line in (item.title, *item.lines):
            strange += [f"{number} in {line!r}" for number in NUMBER.findall(line) if number not in known]
    known = fixed | set(_whole(reply, figures, at, zone))
    for line in (answer.headline, answer.window, *answer.paragraphs, *answer.notes):
        strange += [f"{number} in {line!r}" for number in NUMBER.findall(line) if number not in known]
    return strange


def _own(title: str, figures: dict[str, Any], zone: tzinfo) -> Iterator[str]:
    """The figures of one line of the list: of its block, of its offence, or of its record."""
    for label, count, could, start, end, kinds in figures.get("blocks", ()):
        if label == title:
            yield from (*NUMBER.findall(label), str(count), str(could), *map(str, kinds.values()))
            yield from _seconds((start, end), zone)
    if not figures.get("blocks"):
        for _, count, *versus in figures["own"]["kinds"]:
            if title.endswith(f": {count:,}"):
                yield from (f"{count:,}", *_compared(count, versus))
        yield from _before(figures, zone)
    for _, label, start, end in figures.get("last", ()):
        # The title names the record's time, the line its block.
        yield from (*NUMBER.findall(label), *_seconds((start, end), zone))


def _whole(reply: Reply, figures: dict[str, Any], at: datetime, zone: tzinfo) -> Iterator[str]:
    """The figures of the answer as a whole."""
    for found in (figures["own"], figures.get("wider"), figures.get("year")):
        if found:
            yield from _tally(found, at, zone)
    yield from _before(figures, zone)
    if figures.get("incomplete"):
        yield str(figures["incomplete"])
    if figures.get("elsewhere") is not None:
        yield f"{figures['elsewhere']:,}"
    if figures.get("around"):
        yield from (figures["around"][0].rpartition(":")[2], f"{figures['around'][1]:,}")
    if reply.question.place:
        yield from NUMBER.findall(reply.question.place.label)
    yield str(reply.answer.more)


def _tally(found: dict[str, Any], at: datetime, zone: tzinfo) -> Iterator[str]:
    excluded = found["excluded"]
    yield from (
        f"{found['count']:,}",
        str(found["could"]),
        str(found["domestic_unknown"]),
        *map(str, excluded.values()),
    )
    yield str(sum(n for reason, n in excluded.items() if reason in phrasing.EXCLUDED_OTHER))
    yield from _compared(found["count"], found["versus"])
    if found["usual"]:
        yield from map(str, found["usual"][1:3])
    if found["busiest"]:
        hours, count, records = found["busiest"]
        yield from (*NUMBER.findall(hours.replace("-", " ").replace(":00", "")), f"{round(count):,}", f"{records:,}")
    kinds = [count for _, count, *_ in found["kinds"]]
    yield from map(str, kinds)
    # A place names its largest three kinds and sums up the others.
    yield str(sum(kinds) - sum(kinds[:3]))
    newest = datetime.fromtimestamp(found["newest"], UTC)
    yield from (*NUMBER.findall(phrasing.age(at - newest)), *_moment(newest, zone))


def _compared(count: int, versus: list[Any]) -> Iterator[str]:
    """What a comparison says: the count before, the interval of the ratio, and the change in per cent."""
    if not versus:
        return
    before, low, high, _ = versus
    yield from (f"{before:,}", *NUMBER.findall(trends.times(low, inf if high is None else high)))
    if before:
        yield str(round(abs(count / before - 1) * 100))


def _before(figures: dict[str, Any], zone: tzinfo) -> Iterator[str]:
    for moment in figures.get("before") or ():
        yield from _moment(datetime.fromisoformat(moment), zone)


def _seconds(moments: Iterable[float], zone: tzinfo) -> Iterator[str]:
    for moment in moments:
        yield from _moment(datetime.fromtimestamp(moment, UTC), zone)


def _moment(moment: datetime, zone: tzinfo) -> tuple[str, str, str]:
    local = moment.astimezone(zone)
    return (f"{local:%H:%M}", str(local.day), str(local.year))


def _fixed() -> Iterator[str]:
    """Numbers that stand in the sentences themselves, such as 364 days."""
    for topic in (trends, visits):
        for name, sentence in vars(topic).items():
            if name.isupper() and not name.startswith("WHY_") and isinstance(sentence, str):
                yield from NUMBER.findall(sentence)
