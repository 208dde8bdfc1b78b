"""Method words: what the codes of records say about how something was done, without any word about a person.

A code's label ("Burglary: forcible entry") holds the offence before the colon and the method after it. Words that
describe a person, whoever it is, are dropped (guard-rail G02): a series is known by what was done, never to whom or
by whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ilp_core.domain.offences import OffenceRule

_WORD: Final = re.compile(r"[^\W\d_]{3,}")

#: Words without a meaning of their own, and those that any code may hold.
_FILLING: Final = frozenset(
    ("and", "the", "from", "with", "without", "other", "not", "for", "than", "over", "under", "all", "unclassified")
)
#: Words about persons: age, sex, origin, belief, health, relation, standing. A word that begins with one of the
#: longer ones counts as well. [this project's choice; G02 forbids the attributes]
PERSON_WORDS: Final = frozenset(
    (
        "adult", "age", "aged", "agency", "aide", "asian", "baby", "black", "boy", "boyfriend", "brother", "child",
        "children", "christian", "citizen", "cohabit", "daughter", "disab", "domestic", "elder", "employee",
        "ethnic", "faith", "familial", "family", "father", "female", "friend", "gay", "gender", "girl",
        "girlfriend", "handicap", "hispanic", "homeless", "husband", "immigrant", "infant", "intimate", "jewish",
        "juvenile", "kid", "latino", "lesbian", "male", "man", "men", "mental", "migrant", "minor", "mother",
        "muslim", "national", "negro", "neonate", "officer", "parent", "partner", "patient", "ped", "person",
        "persons", "police", "pregnan", "prostitute", "race", "racial", "relig", "resident", "senior", "sex",
        "sexual", "sister", "son", "spouse", "student", "teacher", "teen", "tourist", "trans", "transgender",
        "veteran", "victim", "white", "wife", "woman", "women", "young", "youth",
    )
)  # fmt: skip
_STEMS: Final = tuple(word for word in PERSON_WORDS if len(word) >= 5)


def words_of(text: str) -> frozenset[str]:
    """The method words of a label or of a code that is itself in words: after a colon, or all where there is none."""
    head, colon, tail = text.partition(":")
    found = _WORD.findall((tail if colon and tail.strip() else head).casefold())
    return frozenset(word for word in found if word not in _FILLING and not about_a_person(word))


def about_a_person(word: str) -> bool:
    """True for a word that describes a person."""
    return word in PERSON_WORDS or word.startswith(_STEMS)


def method_words(rules: Iterable[OffenceRule]) -> dict[str, frozenset[str]]:
    """The method words of every code of the offence map. Where several sources share a code, the words of all."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        found[rule.code] = found.get(rule.code, frozenset()) | words_of(rule.label)
    return found
