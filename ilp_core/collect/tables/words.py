"""The agency's own words as a table that it edits: kind, language, phrase and meaning (docs/words.md)."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ilp_core.collect.tables.text import Row, read_table, told, unfit, write_table
from ilp_core.domain.agency_words import (
    MOST_WORDS,
    OPEN_INTENTS,
    OWN_KINDS,
    SMALL_KINDS,
    OwnKind,
    OwnWord,
    as_typed,
    meaning_fits,
    phrase_fits,
)
from ilp_core.domain.offences import FAMILIES, OFFENCES
from ilp_core.domain.places import AREA_KINDS
from ilp_core.words import tables as words
from ilp_core.words.speech import ENGLISH, languages

COLUMNS: Final = ("kind", "language", "phrase", "meaning")


def write_words(rows: Iterable[OwnWord]) -> str:
    """The words as CSV, one row each, in their order."""
    return write_table(COLUMNS, (list(cells(each).values()) for each in rows))


def read_words(text: str, shifts: Collection[str]) -> tuple[list[OwnWord], list[str]]:
    """The words of a CSV table, and what is wrong with it; where anything is, there are no words. ``shifts`` are the
    names of the shifts that exist."""
    rows, problems = read_table(text, COLUMNS)
    found, more = words_of(rows, shifts)
    problems += more
    return ([], told(problems)) if problems else (found, [])


def words_of(rows: Sequence[Row], shifts: Collection[str]) -> tuple[list[OwnWord], list[str]]:
    """The words of rows of texts, and what is wrong with them; where anything is, there are no words."""
    problems: list[str] = []
    found: list[OwnWord] = []
    first: dict[tuple[str, str], str] = {}
    for row in rows:
        word, faults = _word(row, shifts)
        problems += faults
        if word is None:
            continue
        key = (word.kind, word.phrase)
        if key in first:
            problems.append(words.TWICE.format(where=row.where, key=" ".join(key), first=first[key]))
        first.setdefault(key, row.where)
        found.append(word)
    return ([], problems) if problems else (found, [])


def cells(word: OwnWord) -> dict[str, str]:
    """A word as the texts of its row, by column."""
    return dict(zip(COLUMNS, (word.kind, word.language, word.phrase, word.meaning), strict=True))


def _word(row: Row, shifts: Collection[str]) -> tuple[OwnWord | None, list[str]]:
    where, cell = row.where, row.cells
    faults = unfit(row)
    if faults:
        return None, faults
    kind = cell["kind"].casefold()
    if kind not in OWN_KINDS:
        return None, [words.BAD_KIND.format(where=where, text=kind or "blank", kinds=", ".join(OWN_KINDS))]
    language, phrase = cell["language"].casefold() or ENGLISH, as_typed(cell["phrase"])
    meaning = " ".join(cell["meaning"].casefold().split())
    if language not in languages():
        faults.append(words.WORD_LANGUAGE.format(where=where, text=language, languages=", ".join(languages())))
    if not phrase_fits(kind, phrase):
        told_so = words.BAD_SLOTS if kind == "phrase" else words.BAD_WORDS
        faults.append(told_so.format(where=where, text=phrase or "a blank cell", most=MOST_WORDS))
    if not meaning_fits(kind, meaning) or (kind == "shift" and meaning not in shifts):
        faults.append(_misnamed(where, kind, meaning, shifts))
    return (None, faults) if faults else (OwnWord(kind, phrase, meaning, language), [])


def _misnamed(where: str, kind: OwnKind, meaning: str, shifts: Collection[str]) -> str:
    """What is wrong with a meaning, and what to write instead."""
    if kind in SMALL_KINDS:
        return words.NO_MEANING_NEEDED.format(where=where, kind=kind, text=meaning)
    families = [f"@{family}" for family in FAMILIES]
    meanings: dict[str, list[str]] = {
        "offence": [*OFFENCES, *families],
        "area": [*AREA_KINDS],
        "phrase": [*OPEN_INTENTS],
        "shift": sorted(shifts),
    }
    known = meanings[kind]
    like, among = (meaning, families) if meaning.startswith("@") else (meaning.replace(" ", "_"), known)
    nearest = difflib.get_close_matches(like, among, n=1, cutoff=0.5) or [*known, "nights"]
    return words.BAD_MEANING.format(
        where=where, kind=kind, text=meaning or "blank", nearest=nearest[0], known=", ".join(known)
    )
