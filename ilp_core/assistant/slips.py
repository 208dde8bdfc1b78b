"""Slips of the thumb: a word one swap, drop, double or neighbour away from a known word is read as that word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

#: Signs that join or end words; a code such as 10-33, a time and a single letter's "b/m" keep theirs.
_JOINTS: Final = re.compile(r"(?<=[a-z])[-:/#](?=[a-z]{2}| |\Z)|(?<= w)/(?=[a-z])|(?<![a-z0-9])[-#'](?=[a-z ])|_")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
#: Words typed shorter or longer than this are not mended: too many others are one slip away, or it is no word. The
#: shortest are mended only towards words that are often meant.
_SHORTEST: Final = 3
_LONGEST: Final = 24
#: Three-letter words that a missing space often joins to the next.
_SHORT_PARTS: Final = frozenset({"man", "guy", "kid", "not", "now", "who", "run", "gun", "the", "got", "hit", "and"})
#: Words that are remembered with what they were read as; officers keep using the same ones.
_REMEMBERED: Final = 20_000


class Slips:
    """Mends words towards ``known`` ones. Its values rank them: of two words as near, the lower value is meant.

    ``ordinary`` are words that look like a slip and are none, such as "shops" beside "shots".
    """

    def __init__(self, known: Mapping[str, int], ordinary: frozenset[str]) -> None:
        self._known = known
        self._ordinary = ordinary
        self._read: dict[str, str] = {}
        #: Known words by themselves and with one letter left out: two words one slip apart meet in one of these.
        self._index: dict[str, list[str]] = {}
        for word in known:
            for form in {word, *_cuts(word)}:
                self._index.setdefault(form, []).append(word)

    def prepared(self, text: str) -> str:
        """A normalised message, its slips mended, without accents and joining signs, each word after one space."""
        plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
        return "".join(f" {self.mended(word)}" for word in _JOINTS.sub(" ", f" {plain}").split())

    def mended(self, word: str) -> str:
        """The known word that ``word`` is one slip away from; ``word`` itself where it is none."""
        found = self._read.get(word)
        if found is None:
            found = self._mended(word)
            if len(self._read) < _REMEMBERED:
                self._read[word] = found
        return found

    def _mended(self, word: str) -> str:
        whole = f"{word}g"
        if len(word) > 4 and word.endswith("in") and (whole in self._known or whole in self._ordinary):
            # The g that many leave off: gettin, sittin.
            return whole
        if word in self._known or word in self._ordinary or not word.isalpha():
            return word
        short = _STRETCHED.sub(r"\1\1", word)
        if short in self._known or not _SHORTEST <= len(short) <= _LONGEST:
            return short
        near = {found for form in (short, *_cuts(short)) for found in self._index.get(form, ())}
        if len(short) == _SHORTEST:
            near = {found for found in near if not self._known[found]}
        ranked = [(slip, self._known[found], found) for found in near if (slip := _slip(short, found)) is not None]
        return min(ranked)[2] if ranked else self._parted(short)

    def _parted(self, word: str) -> str:
        """Two known words with the space between them missing, as two; ``word`` itself where it is none."""
        splits = ((word[:at], word[at:]) for at in range(_SHORTEST, len(word) - _SHORTEST + 1))
        return next((f"{first} {rest}" for first, rest in splits if self._part(first) and self._part(rest)), word)

    def _part(self, word: str) -> bool:
        return self._known.get(word, 9) <= 1 or word in _SHORT_PARTS


def _cuts(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _slip(typed: str, meant: str) -> int | None:
    """0 where two letters are swapped or one is doubled, 1 where one is dropped, added or struck wrong, else None."""
    if len(typed) == len(meant):
        differ = [at for at, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        if len(differ) == 1:
            return 1
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        return 0 if swapped and typed[differ[0]] + typed[differ[1]] == meant[differ[1]] + meant[differ[0]] else None
    long, short = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    if len(long) - len(short) != 1 or short not in _cuts(long):
        return None
    doubled = any(a == b and long[:at] + long[at + 1 :] == short for at, (a, b) in enumerate(pairwise(long)))
    return 0 if doubled and long is typed else 1
