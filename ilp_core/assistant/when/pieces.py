"""A message cut into pieces: words, numbers, dates, times with a colon, single signs, and what others have taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_PIECE: Final = re.compile(
    r"\x00+"
    r"|\d{4}-\d{1,2}-\d{1,2}(?![\w-])"
    r"|\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?(?![\w/])"
    r"|\d{1,2}:\d{2}(?:\s?[ap]m?)?(?![\w:])"
    r"|\w+"
    r"|[^\s\w]"
)


def pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Each piece with its place in the text."""
    for match in _PIECE.finditer(text):
        yield match[0], match.start(), match.end()


def fold(word: str) -> str:
    """The word without accents."""
    if word.isascii():
        return word
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    # Lone accents, and signs that come apart into words, stay what they are.
    return plain if plain and not any(sign.isspace() for sign in plain) else word
