"""Phrases of the rule tables: how they are written, the expression each becomes, and the words it cannot do without.

A phrase is written as it is typed: lower case, no apostrophes or accents. ``<person>`` is any word of that class,
``(a|b c)`` one of several, ``[the]`` may be left out, ``...`` stands for up to three further words, ``^`` and ``$``
for the message's start and end. Some classes are no lists but shapes: any word, a number, a plate, a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Classes: TypeAlias = Mapping[str, tuple[str, ...]]

_PART: Final = re.compile(r"<(\w+)>|\.\.\.|[()\[\]|^$]|[^\s()\[\]|<>^$]+")
_END: Final = r"(?= |\Z)"
_SIGNS: Final = {"^": r"\A", "$": r"\Z", "...": rf"(?: [^ ]+{_END}){{0,3}}?"}
_SHAPES: Final = {
    "any": rf" [^ ~]+{_END}",
    "number": rf" #?\d+{_END}",
    "spot": rf" hs ?-?\d+{_END}",
    "nth": rf" \d+(?:st|nd|rd|th){_END}",
    # US and UK plates as typed, never a block, an hour, a beat or "elm 123".
    "plateish": (
        rf" (?!\d+(?:blk|hrs?|am|pm|th|st|nd|rd|mins?|days?|wks?){_END})"
        r"(?:[a-z]{2,4}-?\d{3,5}[a-z]{0,2}|[a-z]{2}\d{2}[ -]?[a-z]{3}|[a-z]\d{1,3}[ -]?[a-z]{3}"
        r"|\d{1,3}-?[a-z]{2,4}-?\d{1,4}|\d{1,4}-?[a-z]{3}"
        r"|(?!dst|pct|blk|elm|oak|ave|hwy|rte|tip|ref|the|and|for|all|sec|top)[a-z]{3} \d{3,4})" + _END
    ),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase: ``regex`` as text, and ``anchors``, one of which stands in every message that matches.

    ``anchors`` is None where no word is sure to stand there.
    """

    regex: str
    anchors: frozenset[str] | None


def compiled(words: str, classes: Classes) -> Phrase:
    """The phrase ``words``. Raises ValueError for an open bracket and KeyError for an unknown class."""
    parts = [(match.group(), match[1]) for match in _PART.finditer(words)]
    found, rest = _either(parts, 0, classes)
    if rest != len(parts):
        raise ValueError(f"a bracket too many in {words!r}")
    return found


def _either(parts: list[tuple[str, str]], at: int, classes: Classes) -> tuple[Phrase, int]:
    """What stands up to the next closing bracket: sequences, any one of which will do."""
    options = []
    while True:
        sequence, at = _sequence(parts, at, classes)
        options.append(sequence)
        if at == len(parts) or parts[at][0] != "|":
            return _one_of(options), at
        at += 1


def _sequence(parts: list[tuple[str, str]], at: int, classes: Classes) -> tuple[Phrase, int]:
    members: list[Phrase] = []
    while at < len(parts) and parts[at][0] not in ("|", ")", "]"):
        sign, name = parts[at]
        at += 1
        if sign in ("(", "["):
            inner, at = _either(parts, at, classes)
            if at == len(parts):
                raise ValueError("a bracket is left open")
            at += 1
            members.append(inner if sign == "(" else Phrase(f"(?:{inner.regex})?", None))
        elif name:
            members.append(_class(name, classes))
        elif sign in _SIGNS:
            members.append(Phrase(_SIGNS[sign], None))
        else:
            members.append(Phrase(f" {re.escape(sign)}", frozenset({sign})))
    sure = [member.anchors for member in members if member.anchors]
    return Phrase("".join(member.regex for member in members), min(sure, key=len) if sure else None), at


def _one_of(options: list[Phrase]) -> Phrase:
    if len(options) == 1:
        return options[0]
    anchors = [option.anchors for option in options]
    words = frozenset().union(*(each for each in anchors if each)) if all(anchors) else None
    return Phrase("(?:" + "|".join(option.regex for option in options) + ")", words)


def _class(name: str, classes: Classes) -> Phrase:
    if name == "namelike":
        return _namelike(classes)
    if name in _SHAPES:
        return Phrase(f"(?:{_SHAPES[name]})", None)
    return _one_of([compiled(words, classes) for words in classes[name]])


def _namelike(classes: Classes) -> Phrase:
    """A first name with another word, an initial with a surname, or a title with a name; never a street."""
    first, title = _class("first_name", classes).regex, _class("title", classes).regex
    no_street = "(?! (?:" + "|".join(map(re.escape, classes["suffix"])) + rf"){_END})"
    surname = rf" [a-z]{{3,}}{_END}{no_street}"
    initial = rf"(?! [nsewaiurkxmd] ) [a-z] [a-z]{{4,}}{_END}{no_street}"
    return Phrase(f"(?:{first}(?: [a-z])?{no_street}{surname}|{initial}|{title} [a-z]{{3,}}{_END})", None)


def words_of(words: str) -> Iterator[str]:
    """The plain words that a phrase is written with, without its classes."""
    for match in _PART.finditer(words):
        if not match[1] and match.group().isalpha():
            yield match.group()
