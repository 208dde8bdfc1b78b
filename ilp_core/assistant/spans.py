"""Spans: what each reader found in a message, where it stands, and how surely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

SpanKind = Literal[
    "offence", "area", "place", "time", "hours", "weekdays", "compare", "item", "ref", "grade", "weighting",
    "phrase", "filler",
]  # fmt: skip

#: Stands in for every sign that a reader has taken, so that positions stay and no later reader matches across it.
TAKEN: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a normalised message that one reader understood.

    ``start`` and ``end`` are positions of signs in the normalised message, ``text`` is what stands there, ``value``
    what it was read as, ``score`` how alike what was typed and what is known are, from 0 to 1.
    """

    kind: SpanKind
    start: int
    end: int
    text: str
    value: str
    score: float = 1.0


def masked(text: str, spans: Iterable[Span]) -> str:
    """``text`` with every sign of ``spans`` replaced by ``TAKEN``."""
    signs = list(text)
    for span in spans:
        signs[span.start : span.end] = TAKEN * (span.end - span.start)
    return "".join(signs)


def words_left(text: str) -> list[str]:
    """The words of a masked message that nobody has taken."""
    return text.replace(TAKEN, " ").split()
