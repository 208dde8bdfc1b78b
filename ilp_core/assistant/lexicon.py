"""The lexicon: every word the desk understands, as tables that an agency extends without touching code.

The presets stand in ``ilp_core/words/tables``: a row belongs to a language, and to every agency or to a preset (us,
uk), whose meaning wins for agencies with that preset. An agency's own rows are read last and win over all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

from ilp_core.assistant.phrases import Phrase, PhraseTable, phrase_of
from ilp_core.assistant.sayings import Saying, Sayings
from ilp_core.assistant.spelling import Speller
from ilp_core.assistant.when import TimeWords, time_words
from ilp_core.domain.agency_words import PRESETS, SMALL_KINDS, OwnWord, Preset, SmallKind, as_typed
from ilp_core.domain.offences import FAMILIES, OFFENCES
from ilp_core.domain.places import AREA_KINDS, AreaKind
from ilp_core.domain.questions import INTENTS, REFUSALS

__all__ = ["PRESETS", "SMALL_KINDS", "Lexicon", "OwnWord", "Preset", "SmallKind", "lexicon"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What words mean, ready for the readers.

    ``offences`` gives slugs in catalogue order, ``areas`` the kind that a word before a code stands for, ``small``
    the phrases of each kind of small word. ``everyday`` are words that stand in many messages and so name no place
    by themselves. ``speller`` puts typos right towards the words of the tables. ``times`` are the words for times and
    shifts.
    """

    offences: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, AreaKind]
    small: Mapping[SmallKind, tuple[str, ...]]
    phrases: PhraseTable
    sayings: Sayings
    times: TimeWords = field(default_factory=time_words)
    everyday: frozenset[str] = frozenset()
    speller: Speller = field(default_factory=lambda: Speller((), ()))

    @property
    def filler(self) -> frozenset[str]:
        """Words that carry nothing the desk needs."""
        return _as_set(self.small["filler"])


@lru_cache(maxsize=8)
def _as_set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


@lru_cache(maxsize=8)
def lexicon(preset: Preset = "us", own: tuple[OwnWord, ...] = ()) -> Lexicon:
    """The words of all languages for an agency with ``preset``, and what it added itself.

    Raises ValueError for a row that names what does not exist.
    """
    offences: dict[str, tuple[str, ...]] = {}
    for row in _rows("offences", preset):
        offences[row["phrase"]] = _slugs(row["slugs"])
    areas = {row["phrase"]: _area_kind(row["kind"]) for row in _rows("areas", preset)}
    small: dict[SmallKind, list[str]] = {kind: [] for kind in SMALL_KINDS}
    for row in _rows("small_words", preset):
        small[_small_kind(row["kind"])].append(row["phrase"])
    phrases = [phrase_of(row["intent"], float(row["weight"]), row["phrase"]) for row in _rows("phrases", preset)]
    shifts: dict[str, str] = {}
    for word in own:
        _add(word, offences, areas, small, phrases, shifts)
    longest_first = {kind: tuple(sorted(words, key=lambda each: (-len(each), each))) for kind, words in small.items()}
    said = [word for kind, words in small.items() if kind != "keep" for word in words]
    targets = _single_words([*offences, *areas, *shifts, *said]) | PhraseTable.words_of(phrases)
    return Lexicon(
        dict(sorted(offences.items(), key=lambda item: (-len(item[0]), item[0]))),
        areas,
        longest_first,
        PhraseTable(phrases),
        Sayings([Saying(_label(row["label"]), row["saying"]) for row in _rows("sayings", preset)]),
        time_words(preset, shifts=tuple(shifts.items())),
        targets | _single_words(small["keep"]),
        Speller([*small["keep"], *_single_words(_time_words(preset))], targets),
    )


def _add(
    word: OwnWord,
    offences: dict[str, tuple[str, ...]],
    areas: dict[str, AreaKind],
    small: dict[SmallKind, list[str]],
    phrases: list[Phrase],
    shifts: dict[str, str],
) -> None:
    text = as_typed(word.phrase)
    if word.kind == "offence":
        offences[text] = _slugs(word.meaning)
    elif word.kind == "area":
        areas[text] = _area_kind(word.meaning)
    elif word.kind == "phrase":
        phrases.append(phrase_of(word.meaning, _OWN_WEIGHT, text))
    elif word.kind == "shift":
        shifts[text] = word.meaning
    else:
        small[word.kind].append(text)


#: An agency's own phrase decides [this project's choice]: as strong as the strongest of the preset.
_OWN_WEIGHT: Final = 5.0


def _rows(table: str, preset: Preset) -> Iterable[Mapping[str, str]]:
    text = (files("ilp_core.words") / "tables" / f"{table}.csv").read_text(encoding="utf-8")
    # Words of the other preset are understood too: only where two mean different things does the preset decide.
    return sorted(csv.DictReader(text.splitlines()), key=lambda row: (row["preset"] != "", row["preset"] == preset))


def _time_words(preset: Preset) -> list[str]:
    """The words for times and shifts, which ``when`` reads and puts right by itself."""
    return [row["phrase"] for table in ("times", "shifts") for row in _rows(table, preset)]


def _label(text: str) -> str:
    intent, _, reason = text.partition(":")
    if intent not in INTENTS or (reason and reason not in REFUSALS):
        raise ValueError(text)
    return text


def _slugs(text: str) -> tuple[str, ...]:
    slugs = FAMILIES.get(text[1:], ()) if text.startswith("@") else tuple(text.split())
    unknown = set(slugs) - set(OFFENCES)
    if unknown or not slugs:
        raise ValueError(text)
    return tuple(slug for slug in OFFENCES if slug in slugs)


def _area_kind(text: str) -> AreaKind:
    return next(iter([kind for kind in AREA_KINDS if kind == text])) if text in AREA_KINDS else _unknown(text)


def _small_kind(text: str) -> SmallKind:
    return next(kind for kind in SMALL_KINDS if kind == text) if text in SMALL_KINDS else _unknown(text)


def _unknown(text: str) -> Literal["force"]:
    raise ValueError(text)


def _single_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in phrase.split())
