"""The cores of names (western, martin luther king) and which of them a few misspelt words may mean."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

Core = tuple[str, ...]

#: What counts as the same word: one slip (a letter dropped, doubled, swapped or wrong) in words of three letters and
#: more, two in words of six and more. A word with a digit has no slips: 62nd is not 63rd [this project's choice].
_SLIPS: Final = ((6, 2), (3, 1))
#: The first letters of a longer word (wash for washington) count this much, initials (mlk) and parts written as one
#: word (cottagegrove) this much [this project's choice].
_BEGINNING: Final = 0.85
_INITIALS: Final = 0.95
_ONE_WORD: Final = 0.98
#: A slip in the first letter is rarer than one within (Pollock and Zamora 1984) and costs this much more.
_FIRST_LETTER: Final = 0.05
_LEAST_BEGINNING: Final = 3
#: So many spellings of one word are followed up.
_SPELLINGS: Final = 12
#: Of what was asked and of what a name holds, how much must be found; the words asked weigh more, because an officer
#: leaves words out ("king" for Martin Luther King) and seldom adds any [this project's choice].
_ASKED: Final = 0.75
_HELD: Final = 0.25
#: A word in more names than this (park, lake) finds none by itself where another word finds some.
_COMMON: Final = 400


class Cores:
    """Distinct cores and the search among them: ``add`` all of them, then ``ready`` once, then ``find``."""

    def __init__(self) -> None:
        self.number: dict[Core, int] = {}
        self._holders: dict[str, list[int]] = {}
        self._wholes: dict[str, list[tuple[int, float]]] = {}
        self._weight: dict[str, float] = {}
        self._total: list[float] = []
        self._sorted: list[str] = []
        self._near: dict[int, list[str]] = {}
        self._spellings: dict[str, list[tuple[str, float]]] = {}

    def add(self, core: Core) -> int:
        """The number of ``core``, a new one where it is new."""
        return self.number.setdefault(core, len(self.number))

    def ready(self) -> None:
        """Prepare the search; no core may be added afterwards."""
        holders: defaultdict[str, list[int]] = defaultdict(list)
        wholes: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for core, number in self.number.items():
            for word in dict.fromkeys(core):
                holders[word].append(number)
            if len(core) > 1:
                wholes["".join(core)].append((number, _ONE_WORD))
            if len(core) > 2:
                wholes["".join(word[0] for word in core)].append((number, _INITIALS))
        count = max(1, len(self.number))
        self._weight = {word: math.log(1 + count / len(held)) for word, held in holders.items()}
        self._total = [sum(self._weight[word] for word in core) for core in self.number]
        self._holders, self._wholes = dict(holders), dict(wholes)
        self._sorted = sorted({*holders, *wholes})
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._sorted:
            if not any(sign.isdigit() for sign in word):
                by_length[len(word)].append(word)
        for length in range(1, max(by_length, default=0) + 3):
            slips = _slips(length)
            near = range(length - slips, length + slips + 1) if slips else ()
            self._near[length] = [word for each in near for word in by_length.get(each, ())]

    def find(self, core: Core, most: int) -> list[tuple[int, float]]:
        """The cores that ``core`` may mean, with how well each fits (0 to 1), best first."""
        found: dict[int, float] = {}
        self._by_words(core, found)
        for word, fit in self._similar("".join(core)):
            for number, worth in self._wholes.get(word, ()):
                found[number] = max(found.get(number, 0.0), fit * worth)
            alone = self.number.get((word,))
            if alone is not None:
                found[alone] = max(found.get(alone, 0.0), fit if len(core) == 1 else fit * _ONE_WORD)
        exact = self.number.get(core)
        if exact is not None:
            found[exact] = 1.0
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))[:most]

    def holds(self, word: str) -> bool:
        """True where a core holds ``word``, or is it with its words run together."""
        return word in self._holders or word in self._wholes

    def _by_words(self, core: Core, found: dict[int, float]) -> None:
        """Add what cores are worth by the words they share with ``core``."""
        unknown = math.log(1 + max(1, len(self.number)))
        spellings = {word: self._similar(word) for word in dict.fromkeys(core)}
        weight = {
            word: max((self._weight.get(like, 0.0) for like, _ in each), default=unknown) or unknown
            for word, each in spellings.items()
        }
        asked = sum(weight.values())
        share: dict[int, list[float]] = {}
        for word in sorted(weight, key=lambda word: -weight[word]):
            best: dict[int, tuple[float, float]] = {}
            for like, fit in spellings[word]:
                held = self._holders.get(like, ())
                wanted: Iterable[int] = held if len(held) <= _COMMON or not share else share.keys() & set(held)
                for number in wanted:
                    if fit > best.get(number, (0.0, 0.0))[0]:
                        best[number] = (fit, fit * self._weight[like])
            for number, (fit, held_part) in best.items():
                parts = share.setdefault(number, [0.0, 0.0])
                parts[0] += fit * weight[word]
                parts[1] += held_part
        for number, (of_asked, of_held) in share.items():
            worth = _ASKED * of_asked / asked + _HELD * min(1.0, of_held / self._total[number])
            found[number] = max(found.get(number, 0.0), worth)

    def _similar(self, word: str) -> list[tuple[str, float]]:
        """The known words that ``word`` may be, with how well each fits, best first."""
        if word in self._holders or word in self._wholes:
            return [(word, 1.0)]
        kept = self._spellings.get(word)
        if kept is None:
            kept = self._spellings[word] = self._looked_up(word)
            if len(self._spellings) > _KEPT:
                self._spellings.clear()
        return kept

    def _looked_up(self, word: str) -> list[tuple[str, float]]:
        if any(sign.isdigit() for sign in word):
            return []
        found: dict[str, float] = {}
        if len(word) >= _LEAST_BEGINNING:
            at = bisect_left(self._sorted, word)
            for like in self._sorted[at : at + _SPELLINGS]:
                if like.startswith(word):
                    found[like] = _BEGINNING
        slips = _slips(len(word))
        if slips:
            near = self._near.get(len(word), [])
            for like, distance, _ in process.extract(
                word, near, scorer=OSA.distance, score_cutoff=slips, limit=_SPELLINGS
            ):
                fit = 1 - distance / max(len(word), len(like)) - _FIRST_LETTER * (word[0] != like[0])
                found[like] = max(found.get(like, 0.0), fit)
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))


#: So many misspelt words are remembered with what they may be.
_KEPT: Final = 4_096


def _slips(length: int) -> int:
    return next((slips for least, slips in _SLIPS if length >= least), 0)
