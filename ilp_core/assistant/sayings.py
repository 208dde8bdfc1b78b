"""Sayings: how officers put a question, and which of the many ways a new message is like.

The table holds messages with their intent, in which ``<place>``, ``<time>``, ``<offence>`` and the like stand for
what was named. A message is compared with them in two ways: by the one it reads most like (rapidfuzz), and by the
words and pairs of words that each intent's sayings hold (naive Bayes: Domingos and Pazzani 1997 on why that works
though words depend on each other). Both are the same for the same table, and both can be shown.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from ilp_core.assistant.spans import Span

#: What one saying counts where a word was never seen with an intent (Lidstone's rule) [this project's choice, by
#: trial on messages that were kept apart].
_UNSEEN: Final = 0.1
#: How much the number of an intent's sayings counts; they are no measure of how often officers ask it.
_COMMON: Final = 0.25
#: Points for the words, and for the likest saying from that likeness on [this project's choice, by trial as above].
_BY_WORDS: Final = 3.0
_BY_LIKENESS: Final = 6.0
_LEAST_LIKE: Final = 0.6
_LOOKED_AT: Final = 8
#: A message is compared with those sayings that share most of its rarest words: so many words, so many sayings.
_RAREST: Final = 4
_COMPARED: Final = 250
#: Markers that stand for spans; a number that is nothing else is one too.
_MARKED: Final = frozenset(
    {"offence", "area", "place", "time", "hours", "weekdays", "compare", "item", "ref", "grade"}
)
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Saying:
    """One row of the table. ``label`` is an intent, or ``refuse:`` and the reason."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for a label: points, the share of the words, and the likest of its sayings, empty where none is."""

    points: float
    share: float
    nearest: str


class Sayings:
    """The table, ready to be compared with."""

    def __init__(self, rows: Sequence[Saying]) -> None:
        self._rows = rows
        #: Where each word stands: only sayings that share one of a message's rarer words are compared whole.
        self._standing: defaultdict[str, list[int]] = defaultdict(list)
        self._of_label = Counter(row.label for row in rows)
        self._held: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            for gram in set(_grams(row.text)):
                self._held[gram][row.label] += 1
        for at, row in enumerate(rows):
            for word in set(row.text.split()):
                self._standing[word].append(at)

    def like(self, text: str) -> dict[str, Likeness]:
        """What the table says of a message whose spans were replaced by markers; nothing where it knows no word."""
        known = [gram for gram in dict.fromkeys(_grams(text)) if gram in self._held]
        if not any(not gram.startswith("<") and " " not in gram for gram in known):
            return {}
        by_words = self._by_words(known)
        nearest = self._nearest(text)
        found = {}
        for label in {*nearest, *(each for each, share in by_words.items() if share > 0.05)}:
            likeness, saying = nearest.get(label, (0.0, ""))
            points = _BY_WORDS * by_words[label] + _BY_LIKENESS * max(0.0, likeness - _LEAST_LIKE)
            found[label] = Likeness(round(points, 2), round(by_words[label], 3), saying)
        return found

    def _nearest(self, text: str) -> dict[str, tuple[float, str]]:
        """By label the likest saying with its likeness, of the few that are like the message at all."""
        rarest = sorted((word for word in set(text.split()) if word in self._standing), key=self._how_common)
        shared: Counter[int] = Counter()
        for word in rarest[:_RAREST]:
            shared.update(self._standing[word])
        texts = {at: self._rows[at].text for at, _ in shared.most_common(_COMPARED)}
        cutoff = 100 * _LEAST_LIKE
        likest = process.extract(text, texts, scorer=fuzz.token_sort_ratio, limit=_LOOKED_AT, score_cutoff=cutoff)
        nearest: dict[str, tuple[float, str]] = {}
        for saying, score, at in likest:
            nearest.setdefault(self._rows[at].label, (score / 100, saying))
        return nearest

    def _how_common(self, word: str) -> tuple[int, str]:
        return len(self._standing[word]), word

    def _by_words(self, known: Iterable[str]) -> dict[str, float]:
        """The share of each intent, all of them 1 together."""
        known = list(known)
        points = {}
        for label, count in self._of_label.items():
            held = sum(math.log(self._held[gram][label] + _UNSEEN) for gram in known)
            each = math.log(count + 2 * _UNSEEN)
            points[label] = held - len(known) * each + _COMMON * math.log(count)
        most = max(points.values())
        shares = {label: math.exp(value - most) for label, value in points.items()}
        whole = sum(shares.values())
        return {label: share / whole for label, share in shares.items()}


def with_markers(text: str, spans: Iterable[Span]) -> str:
    """A message with its spans replaced by markers."""
    parts, at = [], 0
    for span in sorted((span for span in spans if span.kind in _MARKED), key=lambda span: (span.start, -span.end)):
        if span.start >= at:
            parts += [text[at : span.start], f" <{span.kind}> "]
            at = span.end
    parts.append(text[at:])
    return _NUMBER.sub(" <number> ", "".join(parts).replace("\x00", " "))


def _grams(text: str) -> list[str]:
    """Words and pairs of neighbours, the message's ends among them."""
    words = text.split()
    return words + [f"{one} {other}" for one, other in zip(["^", *words], [*words, "$"], strict=True)]
