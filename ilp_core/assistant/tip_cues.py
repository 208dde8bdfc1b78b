"""Tip cues: the words by which an observation is told from a question, though nobody wrote "tip"."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

#: Words that begin a question: with one of them in front, the same words ask.
_ASKS: Final = frozenset({
    "what", "whats", "wat", "wats", "who", "whos", "where", "wheres", "when", "whens", "why", "how", "hows", "which",
    "any", "anything", "is", "are", "r", "does", "do", "did", "can", "could", "should", "shud", "has", "have", "was",
    "were", "show", "give", "list", "que", "quien", "donde", "cuando", "cuantos",
})  # fmt: skip
#: Fewer words than this tell nothing [this project's choice].
_LEAST_WORDS: Final = 4
_PER_KIND: Final = 1.7


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    text = (files("ilp_core.words") / "tables" / "tip_cues.csv").read_text(encoding="utf-8")
    return {word: row["kind"] for row in csv.DictReader(text.splitlines()) for word in row["words"].split()}


def tip_score(text: str) -> tuple[float, tuple[str, ...]]:
    """How much a normalised message reads like an observation, and which kinds of cue it holds.

    Each kind (a person, a vehicle, looks, a deed, a way, who told, a sign) counts once.
    """
    words = [word.strip("/-:") for word in text.split()]
    kinds = _kinds()
    found = tuple(dict.fromkeys(kinds[word] for word in words if word in kinds))
    if len(words) < _LEAST_WORDS or not found or words[0] in _ASKS:
        return 0.0, found
    return _PER_KIND * len(found), found
