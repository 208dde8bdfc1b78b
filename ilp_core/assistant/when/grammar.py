"""The grammar of time: the rules in order, and how they are applied to one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ilp_core.assistant.spans import TAKEN, Span
from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.compare import COMPARE_RULES
from ilp_core.assistant.when.draft import Draft, Rule, Scene
from ilp_core.assistant.when.duty import DUTY_RULES, shift_rule
from ilp_core.assistant.when.hours import HOUR_RULES, MOMENT_RULES
from ilp_core.assistant.when.nights import NIGHT_RULES
from ilp_core.assistant.when.reading import Reading
from ilp_core.assistant.when.rolling import ROLLING_RULES
from ilp_core.assistant.when.settle import settle
from ilp_core.assistant.when.since import SINCE_RULES
from ilp_core.assistant.when.stretches import DUE_RULES, RANGE_RULES, STRETCH_RULES
from ilp_core.assistant.when.tokens import Line, plain_line
from ilp_core.assistant.when.vocabulary import TimeWords, time_words
from ilp_core.assistant.when.weekdays import PART_RULES, WEEKDAY_RULES

#: Tried in this order: what holds another phrase inside itself comes before it.
_RULES: Final[tuple[Rule, ...]] = (
    *COMPARE_RULES,
    *SINCE_RULES,
    *DUE_RULES,
    *RANGE_RULES,
    *HOUR_RULES,
    *MOMENT_RULES,
    *NIGHT_RULES,
    *ROLLING_RULES,
    *STRETCH_RULES,
    *WEEKDAY_RULES,
    *DUTY_RULES,
)
#: Words of the plain form that are about time wherever they stand; left over, they were not understood.
_SURE: Final = frozenset(["yesterday", "today", "tonight", "tomorrow", "weekend", "weekends"])


def read_when(text: str, clock: Clock, words: TimeWords | None = None) -> tuple[Reading, tuple[Span, ...]]:
    """Read the time words of a normalised message against the caller's clock.

    ``text`` may hold ``TAKEN`` signs where other readers were. Returns the reading, and for each stretch of words
    that was used a span of kind time, hours, weekdays or compare with its place in ``text``.
    """
    words = words or time_words()
    line = plain_line(text, words)
    if not line.may_tell_time:
        return Reading(), ()
    rest, draft = line.text, Draft()
    spans: list[Span] = []
    unclear: list[str] = []
    for rule in (*_RULES, shift_rule(words), *PART_RULES):
        rest, draft = _apply(rule, rest, draft, spans, unclear, text, line, Scene(clock, words, ""))
    reading = settle(draft, clock)
    if reading is None:
        versus = [span for span in spans if span.kind == "compare"]
        unclear += [span.text for span in versus]
        spans = [span for span in spans if span not in versus]
        reading = settle(replace(draft, versus=None), clock) or Reading()
    unclear += _left_over(rest, line, text)
    spans.sort(key=lambda span: span.start)
    return replace(reading, unclear=tuple(unclear)), tuple(spans)


def _apply(
    rule: Rule, rest: str, draft: Draft, spans: list[Span], unclear: list[str], text: str, line: Line, scene: Scene
) -> tuple[str, Draft]:
    """Try one rule wherever it matches; what it takes is taken from all later ones."""
    place = 0
    while match := rule.pattern.search(rest, place):
        taken = "take" if "take" in rule.pattern.groupindex else 0
        first, last = match.span(taken)
        start, end, score = line.source(first, last)
        found = rule.read(match, replace(scene, typed=text[start:end]), draft)
        place = match.end()
        if found is draft:
            continue
        rest = rest[:first] + TAKEN * (last - first) + rest[last:]
        if found is None:
            unclear.append(text[start:end])
            continue
        draft = found
        spans.append(Span(rule.kind, start, end, text[start:end], line.text[first:last], score))
    return rest, draft


def _left_over(rest: str, line: Line, text: str) -> Iterator[str]:
    place = 0
    for word in rest.split(" "):
        if word in _SURE:
            start, end, _ = line.source(place, place + len(word))
            yield text[start:end]
        place += len(word) + 1
