"""Spelling: thumb typos put right, one word at a time, towards words that the desk knows.

A word is left alone where it is known, short, holds a digit, or is a word of the city's own places. What was put
right is kept, so that it can be shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: A word of four letters may have one slip, one of eight two: letters dropped, doubled, swapped or wrong
#: [this project's choice; OSA distance: Damerau 1964 found four of five misspellings to be one such slip].
_SLIPS: Final = ((8, 2), (4, 1))
#: The shortest word that another may be put right to.
_LEAST: Final = 4
#: Words run together are parted into known ones of at least this many letters.
_LEAST_PART: Final = 3
_WORD: Final = re.compile(r"[^\s]+")
#: A repeated letter held down too long: sooo, hottt.
_HELD: Final = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as typed, and what it was read as."""

    typed: str
    read: str


class Speller:
    """Puts words right towards ``targets``; a word in ``known``, or for which ``kept`` is true, is nobody's typo."""

    def __init__(self, known: Iterable[str], targets: Iterable[str]) -> None:
        self._targets = frozenset(targets)
        self._known = frozenset(known) | self._targets
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self._targets):
            if len(word) >= _LEAST and word.isalpha():
                self._by_length[len(word)].append(word)
        self._look_up = lru_cache(maxsize=16_384)(self._looked_up)

    def correct(self, text: str, kept: Callable[[str], bool]) -> tuple[str, tuple[Correction, ...]]:
        """``text`` with its typos put right, and which they were."""
        corrections: list[Correction] = []

        def put_right(match: re.Match[str]) -> str:
            word = match[0]
            if word in self._known or len(word) < _LEAST or kept(word):
                return word
            right = self._look_up(word)
            if right != word:
                corrections.append(Correction(word, right))
            return right

        return _WORD.sub(put_right, text), tuple(corrections)

    def _looked_up(self, word: str) -> str:
        if word.endswith("in") and f"{word}g" in self._known:
            return f"{word}g"
        shorter = _HELD.sub(r"\1", word)
        if shorter != word and shorter in self._known:
            return shorter
        if not word.isalpha():
            return self._numbers_parted(word)
        nearest = self._nearest(word)
        parted = self._words_parted(word)
        return nearest or parted or word

    def _nearest(self, word: str) -> str | None:
        slips = next((slips for least, slips in _SLIPS if len(word) >= least), 0)
        near = [
            like for length in range(len(word) - slips, len(word) + slips + 1) for like in self._by_length[length]
        ]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=6)
        # The first letter is seldom wrong (Pollock and Zamora 1984), and letters swapped are the likeliest slip.
        ranked = sorted(
            ((distance, like[0] != word[0], sorted(like) != sorted(word), like) for like, distance, _ in found)
        )
        if not ranked:
            return None
        distance, other_start, not_swapped, like = ranked[0]
        short = len(word) == _LEAST and (other_start or (not_swapped and len(like) <= _LEAST))
        return None if short or (other_start and distance > 1) else like

    def _words_parted(self, word: str) -> str | None:
        """Two known words run together, the longer first part first."""
        for at in range(len(word) - 2, 1, -1):
            left, right = word[:at], word[at:]
            if left in self._targets and right in self._targets and max(len(left), len(right)) > _LEAST_PART:
                return f"{left} {right}"
        return None

    def _numbers_parted(self, word: str) -> str:
        """A known word and a number run together: beat7, last7days, 7days."""
        pieces = re.findall(r"[a-z]+|\d+|[^a-z\d]+", word)
        letters = [piece for piece in pieces if piece.isalpha()]
        if not all(piece.isalnum() for piece in pieces) or not letters:
            return word
        if all(piece in self._targets and len(piece) >= _LEAST_PART for piece in letters):
            return " ".join(pieces)
        return word
