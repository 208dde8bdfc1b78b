"""Phrases: the table that says which words point to which intent, and how strongly.

A phrase is a row of slots parted by blanks. ``a|b`` is either word, ``a?`` may be missing, ``#`` is a number, ``..``
stands for up to five words, ``^`` in front ties it to the message's start and ``$`` at the end to its end:
``who|whos hasnt .. acked``. Weights run from 1 (a hint) to 5 (decisive); a few are heavier, to win over another
decisive one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ilp_core.domain.questions import INTENTS, Intent

_GAP: Final = r"(?:\s+\S+){0,5}?"
_START: Final = r"(?<![\w&/])"
_END: Final = r"(?![\w&])"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row: the intent, its weight and the words as written.

    ``keys`` are words of which one must stand in a message before the pattern is tried; empty where there is none.
    """

    intent: Intent
    weight: float
    text: str
    keys: frozenset[str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the phrase; made when it is first looked for, since few of the rows ever are."""
        return _compiled(self.text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a message, from ``start`` to ``end``."""

    phrase: Phrase
    start: int
    end: int


class PhraseTable:
    """All phrases, looked up by the words a message holds; 500 rows cost a message some tens of microseconds."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._by_word: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._always = [phrase for phrase in phrases if not phrase.keys]
        for phrase in phrases:
            for word in phrase.keys:
                self._by_word[word].append(phrase)

    def find(self, text: str) -> list[Hit]:
        """Every phrase that a normalised message holds, in the table's order."""
        words = set(re.split(r"[\s:]+", text)) | set(text.split())
        tried = {id(phrase): phrase for word in words for phrase in self._by_word.get(word, ())}
        found = []
        for phrase in (*self._always, *tried.values()):
            match = phrase.pattern.search(text)
            if match and match.end() > match.start():
                found.append(Hit(phrase, match.start(), match.end()))
        return sorted(found, key=lambda hit: (hit.start, -hit.end, hit.phrase.text))

    @staticmethod
    def words_of(phrases: Iterable[Phrase]) -> frozenset[str]:
        """Every word that the phrases hold."""
        return frozenset(word for phrase in phrases for word in re.findall(r"[^\W\d_][\w/'-]*", phrase.text))


def phrase_of(intent: str, weight: float, text: str) -> Phrase:
    """Read one row. Raises ValueError where the intent or the phrase is none."""
    named = next((each for each in INTENTS if each == intent), None)
    slots = text.removeprefix("^").removesuffix("$").split()
    if named is None or not any(_words(slot) for slot in slots):
        raise ValueError(f"{intent}: {text}")
    return Phrase(named, weight, text, _keys(slots))


@lru_cache(maxsize=8_192)
def _compiled(text: str) -> re.Pattern[str]:
    pattern = ("^" if text.startswith("^") else _START) + _joined(text.removeprefix("^").removesuffix("$").split())
    return re.compile(pattern + (r"\s*$" if text.endswith("$") else _END))


def _joined(slots: Sequence[str]) -> str:
    """The slots as one regular expression; the first that must stand carries no blank before it."""
    pattern, begun = "", False
    for slot in slots:
        if slot == "..":
            pattern += _GAP if begun else ""
        elif slot.endswith("?"):
            words = _either(slot[:-1])
            pattern += rf"(?:\s+{words})?" if begun else rf"(?:{words}\s+)?"
        else:
            pattern += rf"\s+{_either(slot)}" if begun else _either(slot)
            begun = True
    return pattern


def _either(slot: str) -> str:
    words = "|".join(re.escape(word).replace(r"\#", r"\d+") for word in sorted(_words(slot), key=lambda w: -len(w)))
    return rf"(?:{words})(?![\w&])"


def _words(slot: str) -> list[str]:
    return [] if slot == ".." else [word for word in slot.removesuffix("?").split("|") if word]


def _keys(slots: Sequence[str]) -> frozenset[str]:
    """The slot with the fewest words that must stand, where it holds no number."""
    firm = [frozenset(_words(slot)) for slot in slots if slot != ".." and not slot.endswith("?")]
    plain = [words for words in firm if not any("#" in word for word in words)]
    return min(plain, key=len, default=frozenset())
