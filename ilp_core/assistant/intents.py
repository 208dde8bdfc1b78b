"""What the message wants: safety first, then what is refused, then the phrase table with room for typos."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ilp_core.assistant.normalise import cut, find_phrase
from ilp_core.domain.questions import Intent, Refusal
from ilp_core.domain.receipts import looks_like_code
from ilp_core.words.en import vocabulary

_REFUSALS: Final = tuple((re.compile(pattern), reason) for pattern, reason in vocabulary.REFUSALS)
_CODE: Final = re.compile(r"(?:/why(?:@\w+)?|why)\s+(?:receipt\s+)?#?(?P<code>[0-9a-z]{6,12})(?!\w)")
_ITEM: Final = re.compile(
    r"(?<!\w)(?:(?P<nth>\d)(?:st|nd|rd|th)|#(?P<number>\d)|item (?P<item>\d)|(?<=why )(?P<after_why>\d))(?!\w)"
)
#: Only these intents may stand in the middle of a message; the others must be all of it or open it.
_ANYWHERE: Final[frozenset[Intent]] = frozenset({"hotspots", "why", "map"})
_SINGLE_WORDS: Final = {
    phrase: intent
    for intent, phrases in vocabulary.PHRASES.items()
    for phrase in phrases
    if " " not in phrase and len(phrase) >= 6
}
_LEAST_SIMILARITY: Final = 0.75


def read_safety(text: str) -> Intent | None:
    """``emergency`` or ``welfare`` where a normalised message is one (guard-rail G36), else None."""
    if _any(vocabulary.WELFARE, text):
        return "welfare"
    if _any(vocabulary.EMERGENCY, text) and not _any(vocabulary.NOT_EMERGENCY, text):
        return "emergency"
    return None


def read_refusal(text: str) -> Refusal | None:
    """Why a normalised message asks for what the desk never does, or None."""
    return next((reason for pattern, reason in _REFUSALS if pattern.search(text)), None)


def read_intent(text: str) -> tuple[Intent | None, str]:
    """The intent a normalised message names, and the words left over; None where it names none."""
    for intent, phrases in vocabulary.PHRASES.items():
        for phrase in sorted(phrases, key=len, reverse=True):
            match = find_phrase(phrase, text) if "/" not in phrase else re.match(rf"{phrase}(?:@\w+)?(?!\w)", text)
            if match and (intent in _ANYWHERE or _fits(match, text)):
                return intent, cut(text, match)
    return _misspelt(text)


def _fits(match: re.Match[str], text: str) -> bool:
    rest = [word for word in cut(text, match).split() if word not in vocabulary.FILLER]
    return match.start() == 0 and len(rest) <= 2


def _misspelt(text: str) -> tuple[Intent | None, str]:
    for word in text.split():
        if len(word) < 6:
            continue
        best = process.extractOne(
            word, _SINGLE_WORDS.keys(), scorer=OSA.normalized_similarity, score_cutoff=_LEAST_SIMILARITY
        )
        if best:
            return _SINGLE_WORDS[best[0]], " ".join(part for part in text.split() if part != word)
    return None, text


def read_receipt(text: str) -> tuple[str | None, str]:
    """The receipt code after "why", in capitals, and the words left over."""
    match = _CODE.search(text)
    if not match or not looks_like_code(match["code"]):
        return None, text
    # "why street" could be a code too; a code of letters alone must be all that is asked.
    if not any(sign.isdigit() for sign in match["code"]) and cut(text, match):
        return None, text
    return match["code"].upper(), f"why {cut(text, match)}".strip()


def read_item(text: str) -> tuple[int | None, str]:
    """The list position a message names ("2nd one", "#2"), and the words left over."""
    match = _ITEM.search(text)
    if not match:
        return None, text
    return int(match["nth"] or match["number"] or match["item"] or match["after_why"]), cut(text, match)


def _any(phrases: Iterable[str], text: str) -> bool:
    return any(find_phrase(phrase, text) for phrase in phrases)
