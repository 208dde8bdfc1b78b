"""The tables of time words: every spelling and language brought to one plain form, and the names of shifts.

`words/tables/times.csv` says what a phrase means in the plain form that `grammar` reads ("nite" is "night", "anoche"
is "last night", "two" is "n2"). A phrase without a meaning is kept as it is and never taken for a misspelt time.
`words/tables/shifts.csv` says which shift a phrase names; the hours are the agency's own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from ilp_core.assistant.when.pieces import fold, pieces

#: A phrase, and what it means in the plain form or as a shift.
Row = tuple[str, str]

#: The words of the plain form itself.
PLAIN: Final = frozenset({
    "last", "past", "this", "next", "coming", "since", "until", "before", "after", "between", "around", "at",
    "in", "on", "and", "to", "the", "of", "for", "from", "during", "over", "now", "shift", "tonight", "today",
    "yesterday", "tomorrow", "night", "nights", "day", "days", "week", "weeks", "weekend", "weekends",
    "weekdays", "month", "months", "quarter", "year", "years", "hour", "hours", "minutes", "mo", "mos", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
    "nov", "dec", "spring", "summer", "autumn", "winter", "ago", "morning", "afternoon", "evening",
    "vs", "than", "updown", "early", "late", "am", "pm",
})  # fmt: skip
#: Long enough that one wrong letter leaves no doubt.
_LONG: Final = (
    "yesterday", "tonight", "weekend", "weekends", "weekdays", "midnight", "morning", "evening", "afternoon",
    "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "september", "october", "november", "december", "between", "quarter",
)  # fmt: skip
#: Shorter ones are read with two letters swapped or one doubled, never with another letter.
_SHORT: Final = (
    "last", "past", "this", "week", "weeks", "month", "months", "night", "nights", "today", "year", "since", "after",
    "before", "until", "hours", "days", "tonight", "tonite", "yesterday", "weekend", "summer", "winter",
)  # fmt: skip
#: First halves of words that were typed without the space between.
_JOINED: Final = (
    "last",
    "past",
    "this",
    "next",
    "since",
    "after",
    "before",
    "fri",
    "sat",
    "sun",
    "friday",
    "saturday",
)
_WEEK: Final = frozenset(["night", "nights", "week", "weekend", "month", "year", "morning", "evening", "afternoon"])


@dataclass(frozen=True, eq=False)
class TimeWords:
    """The words of one agency: phrases of time, phrases of shifts, and whether 7/4 is the 7th of April."""

    phrases: tuple[Row, ...]
    shifts: tuple[Row, ...]
    day_first: bool = False
    _readings: dict[str, tuple[tuple[str, ...], float] | None] = field(default_factory=dict, repr=False)

    @cached_property
    def by_first(self) -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
        """First word -> (its words, what they mean), longest first."""
        found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for phrase, meaning in self.phrases:
            words = tuple(fold(piece[0]) for piece in pieces(phrase))
            if words:
                found.setdefault(words[0], []).append((words, tuple(meaning.split()) or words))
        return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in found.items()}

    @cached_property
    def single(self) -> dict[str, tuple[str, ...]]:
        """Every single word that is known, and what it means; swapped and doubled letters included."""
        known: dict[str, tuple[str, ...]] = {word: (word,) for word in PLAIN}
        known |= {word: (word,) for phrase, _ in self.shifts for word in phrase.split()}
        known |= {rows[-1][0][0]: rows[-1][1] for rows in self.by_first.values() if len(rows[-1][0]) == 1}
        slips: dict[str, tuple[str, ...]] = {}
        for word in _SHORT:
            slips |= dict.fromkeys(_slips(word), known.get(word, (word,)))
        return {**slips, **known}

    def word(self, text: str) -> tuple[tuple[str, ...], float] | None:
        """What a single folded word means and how surely, or None where it is not a word of time."""
        known = self.single.get(text)
        if known:
            return known, 1.0
        if len(text) < 5 or not text.isalpha():
            return None
        if text not in self._readings:
            if len(self._readings) > 20_000:
                self._readings.clear()
            self._readings[text] = self._joined(text) or self._misspelt(text)
        return self._readings[text]

    def _joined(self, text: str) -> tuple[tuple[str, ...], float] | None:
        for first in _JOINED:
            rest = self.single.get(text[len(first) :]) if text.startswith(first) else None
            if rest and rest[0] in _WEEK | PLAIN and len(text) - len(first) > 2:
                return (*self.single.get(first, (first,)), *rest), 0.95
        return None

    def _misspelt(self, text: str) -> tuple[tuple[str, ...], float] | None:
        # From nine letters on two slips leave no doubt either.
        found = extractOne(text, _LONG, scorer=OSA.distance, score_cutoff=2 if len(text) >= 9 else 1)
        if not found:
            return None
        word, slips, _ = found
        # A first letter that is wrong makes another word of a short one; swapped or left out it is a slip.
        begins = text[0] == word[0] or (len(text) > 5 and (text[1] == word[0] or text == word[1:]))
        if len(word) < 8 and not begins:
            return None
        return self.single[word], 1 - slips / len(word)


def _slips(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for place in range(len(word)):
        yield word[: place + 1] + word[place:]


@lru_cache(maxsize=32)
def time_words(
    preset: str = "us",
    languages: tuple[str, ...] = ("en", "es"),
    more: tuple[Row, ...] = (),
    shifts: tuple[Row, ...] = (),
) -> TimeWords:
    """The tables of a preset (``us`` or ``uk``) and languages, with the agency's own rows before them."""
    return TimeWords(
        (*more, *_rows("times.csv", preset, languages)),
        (*shifts, *_rows("shifts.csv", preset, languages)),
        day_first=preset != "us",
    )


def _rows(table: str, preset: str, languages: Iterable[str]) -> tuple[Row, ...]:
    text = files("ilp_core.words").joinpath("tables", table).read_text(encoding="utf-8")
    return tuple(
        (phrase, meaning)
        for language, only, phrase, meaning in list(csv.reader(text.splitlines()))[1:]
        if language in languages and only in ("", preset)
    )
