"""Receipts: the short code under every number, by which it can be recomputed (differentiator D2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

#: No 0/O, 1/I/L or U: a code is read out over a radio and typed with a thumb.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 6
#: A code grows by a sign where another answer has it already, up to this many.
LONGEST_CODE: Final = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept to replay an answer.

    ``question`` is the question as plain JSON data, ``figures`` every number the answer drew on, ``version``
    the data version that was read, ``at`` the moment the question was asked for.
    """

    code: str
    question: Mapping[str, Any]
    figures: Mapping[str, Any]
    version: int
    at: datetime
    digest: str


def digest_of(parts: Mapping[str, Any]) -> str:
    """SHA-256 of ``parts`` as canonical JSON: sorted keys, no spaces."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def code_from(digest: str, length: int = CODE_LENGTH) -> str:
    """The first ``length`` signs of ``digest`` written in the receipt alphabet."""
    number = int(digest, 16)
    signs = []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def looks_like_code(text: str) -> bool:
    """True where ``text`` could be a receipt's code, whatever its case."""
    return CODE_LENGTH <= len(text) <= LONGEST_CODE and all(sign in ALPHABET for sign in text.upper())
