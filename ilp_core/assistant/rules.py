"""Rules as tables: rows of phrases (see ``phrases``), searched by kind.

Each row is compiled when it is first needed, and looked at only where a word that it cannot do without stands in the
message: most messages meet no rule at all and cost next to nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from ilp_core.assistant.rule_phrases import Classes, Phrase, compiled, words_of
from ilp_core.assistant.slips import Slips

#: The kind of the rows that hold no rules but the words most often meant: slips are mended towards these first.
LIKELY: Final = "likely"
#: Stands in for words that were read as harmless, so that nothing matches across them.
_HARMLESS: Final = " ~"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule found: ``kind`` is an intent or a reason to refuse, ``rule`` its name, ``text`` the words."""

    kind: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of rules: its kind, its name, its language, and the phrase."""

    kind: str
    rule: str
    language: str
    words: str


class _Rule:
    """A row, and the expression that it becomes when it is first searched for."""

    def __init__(self, row: Row, phrase: Phrase) -> None:
        self.row = row
        self._phrase = phrase

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?= ){self._phrase.regex}(?= |\Z)")


class _Kind:
    """The rules of one kind in the order of the table, found by the words that they cannot do without."""

    def __init__(self, rows: Iterable[Row], classes: Classes) -> None:
        self.rules: list[_Rule] = []
        self._always: set[int] = set()
        self._index: dict[str, set[int]] = {}
        for number, row in enumerate(rows):
            phrase = compiled(row.words, classes)
            self.rules.append(_Rule(row, phrase))
            if phrase.anchors is None:
                self._always.add(number)
            for word in phrase.anchors or ():
                self._index.setdefault(word, set()).add(number)

    def candidates(self, text: str) -> Iterator[_Rule]:
        """The rules that may match: a word that each of them needs stands in ``text``."""
        numbers = set(self._always)
        for word in set(text.split()):
            numbers |= self._index.get(word, set())
        return (self.rules[number] for number in sorted(numbers))


class Rules:
    """The rows of one table, ready to search, together with the classes of words that they name."""

    def __init__(self, rows: Iterable[Row], classes: Classes) -> None:
        by_kind: dict[str, list[Row]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(row)
        self._kinds = {kind: _Kind(found, classes) for kind, found in by_kind.items() if kind != LIKELY}

    def first(self, kind: str, text: str) -> Reading | None:
        """What the first rule of ``kind`` that matches a prepared text found, or None."""
        for rule in self._kinds[kind].candidates(text):
            match = rule.pattern.search(text)
            if match:
                return Reading(kind, rule.row.rule, match.group().strip())
        return None

    def has(self, kind: str, text: str) -> bool:
        """Whether any rule of ``kind`` matches."""
        return self.first(kind, text) is not None

    def without(self, kind: str, text: str) -> str:
        """``text`` with all that rules of ``kind`` match taken out."""
        if kind in self._kinds:
            for rule in self._kinds[kind].candidates(text):
                text = rule.pattern.sub(_HARMLESS, text)
        return text

    def compile(self) -> None:
        """Compile every row now, so that no message has to wait for it."""
        for kind in self._kinds.values():
            for rule in kind.rules:
                _ = rule.pattern


@cache
def read_rows(name: str) -> tuple[Row, ...]:
    """The rows of the table ``name`` under ``ilp_core/words/tables``."""
    return tuple(Row(row["kind"], row["rule"], row["language"], row["words"]) for row in table(name))


@cache
def read_classes() -> Mapping[str, tuple[str, ...]]:
    """Classes of words by name, of all languages together: an officer may mix them."""
    classes: dict[str, tuple[str, ...]] = {}
    for row in table("safety_classes"):
        classes[row["class"]] = classes.get(row["class"], ()) + tuple(row["words"].split("|"))
    return classes


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV table that comes with the program, by column."""
    text = (files("ilp_core.words") / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def rules(name: str) -> Rules:
    """The rules of a table that comes with the program."""
    return Rules(read_rows(name), read_classes())


@cache
def _slips() -> Slips:
    """Mends towards every word of four letters or more that a rule or a class uses, those most often meant first."""
    ranks: dict[str, int] = {}
    for rank, phrases in enumerate(_phrases_by_rank()):
        for word in (word for phrase in phrases for word in words_of(phrase)):
            if len(word) >= 4:
                ranks.setdefault(word, rank)
    return Slips(ranks, ordinary_words())


def _phrases_by_rank() -> Iterator[list[str]]:
    yield [row.words for row in read_rows("safety") if row.kind == LIKELY]
    yield [row.words for row in read_rows("safety")]
    yield [words for each in read_classes().values() for words in each]
    yield [row.words for row in read_rows("refusals")]


def ready(text: str) -> str:
    """A normalised message as the rules read it: slips mended, accents and joining signs gone, a space in front."""
    return _slips().prepared(text)


def prepare() -> None:
    """Read and compile all tables, so that the first message is read as fast as every other."""
    for name in ("safety", "refusals"):
        rules(name).compile()
    ready("")


#: Tables of messages and phrases in which no word is a slip for one of danger.
_HARMLESS_TABLES: Final = (
    ("small_words", "phrase"),
    ("phrases", "phrase"),
    ("offences", "phrase"),
    ("areas", "phrase"),
)


@cache
def ordinary_words() -> frozenset[str]:
    """Words that the desk's other tables hold: they look like a slip and are none, such as "shops" beside "shots"."""
    texts = [row[column] for name, column in _HARMLESS_TABLES for row in table(name)]
    texts += [row["words"] for row in table("tip_cues")]
    texts += [row["saying"] for row in table("sayings") if row["label"].partition(":")[0] not in _CAREFUL]
    return frozenset(word for text in texts for word in re.findall(r"[a-z]{3,}", text))


#: Sayings of these are full of slips of just the words that must be mended.
_CAREFUL: Final = frozenset({"emergency", "welfare", "refuse"})
