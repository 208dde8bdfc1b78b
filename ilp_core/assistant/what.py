"""What: the words for offences, the longest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ilp_core.assistant.spans import TAKEN, Span
from ilp_core.domain.offences import OFFENCES

_WORD: Final = re.compile(rf"[^\s{TAKEN}]+")
#: No name of an offence has more words.
_MOST_WORDS: Final = 5
#: Words said of an offence that stand for no offence of their own: "gun robberies" are robberies.
_JOINED: Final = "+"


def read_offences(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...] | None, tuple[Span, ...]]:
    """The offence slugs that a normalised, masked message names, in catalogue order, and where they stand."""
    found = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    spans: list[Span] = []
    at = 0
    while at < len(found):
        for length in range(min(_MOST_WORDS, len(found) - at), 0, -1):
            start, end = found[at][1], found[at + length - 1][2]
            phrase = text[start:end]
            slugs = words.get(phrase.strip("/-:"))
            if slugs and TAKEN not in phrase:
                spans.append(Span("offence", start, end, phrase, _JOINED.join(slugs)))
                at += length
                break
        else:
            at += 1
    named = {slug for span in spans for slug in span.value.split(_JOINED)}
    return (tuple(slug for slug in OFFENCES if slug in named) or None), tuple(spans)
