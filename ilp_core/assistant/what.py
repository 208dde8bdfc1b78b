"""What: the words for offences, with room for a thumb's typo."""

from __future__ import annotations

from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ilp_core.assistant.normalise import cut, find_phrase
from ilp_core.domain.offences import OFFENCES
from ilp_core.words.en.vocabulary import OFFENCES as WORDS

_LONGEST_FIRST: Final = sorted(WORDS, key=lambda word: (-len(word), word))
_SINGLE: Final = [word for word in WORDS if " " not in word and len(word) >= 5]
#: One wrong, missing, doubled or swapped letter in a word of five or more.
_LEAST_SIMILARITY: Final = 0.8


def read_offences(text: str) -> tuple[tuple[str, ...] | None, str]:
    """The offence slugs a normalised message names, in catalogue order, and the words left over."""
    found: set[str] = set()
    for word in _LONGEST_FIRST:
        match = find_phrase(word, text)
        if match:
            found.update(WORDS[word])
            text = cut(text, match)
    if not found:
        text = _read_misspelt(text, found)
    return (tuple(slug for slug in OFFENCES if slug in found) or None), text


def _read_misspelt(text: str, found: set[str]) -> str:
    for word in text.split():
        if len(word) < 5 or word.isdigit():
            continue
        best = process.extractOne(word, _SINGLE, scorer=OSA.normalized_similarity, score_cutoff=_LEAST_SIMILARITY)
        if best:
            found.update(WORDS[best[0]])
            text = " ".join(part for part in text.split() if part != word)
    return text
