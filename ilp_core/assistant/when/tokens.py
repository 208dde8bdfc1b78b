"""From what was typed to the plain form: one spelling for each word, every time of day as ``=22:00``.

The plain form keeps, for each of its tokens, where it stands in the message.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ilp_core.assistant.when.pieces import fold, pieces
from ilp_core.assistant.when.vocabulary import TimeWords

_NUMBERED: Final = re.compile(r"(\d+)([^\W\d_]+)")
_SEGMENT: Final = re.compile(r"\d+|[^\W\d_]+")
_HALVES: Final = frozenset({"am", "pm", "a", "p"})
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th"})
_UNITS: Final = frozenset({"h", "d", "w", "m", "y"})
#: Words of the plain form that tell no time alone.
_WEAK: Final = frozenset({
    "in", "on", "at", "and", "to", "the", "of", "for", "from", "over", "during", "this", "next", "past",
    "around", "early", "late",
})  # fmt: skip
_OCLOCK: Final = frozenset({"h", "hr", "hrs", "hour", "hours"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the plain form and where what it stands for is in the message."""

    text: str
    start: int
    end: int
    score: float = 1.0
    known: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A message in the plain form, its tokens parted by single spaces."""

    text: str
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]

    @property
    def may_tell_time(self) -> bool:
        """False where no word and no sign could be about time."""
        return any(token.known and token.text not in _WEAK for token in self.tokens)

    def source(self, start: int, end: int) -> tuple[int, int, float]:
        """Where a stretch of the plain form stands in the message, and how surely it was read."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        tokens = self.tokens[first : last + 1]
        return tokens[0].start, max(token.end for token in tokens), min(token.score for token in tokens)


def plain_line(text: str, words: TimeWords) -> Line:
    """The plain form of a normalised message, in which signs taken by other readers stay apart."""
    raw = [token for piece, start, end in pieces(text) for token in _split(piece, start, end, words)]
    tokens = tuple(_clocks(list(_phrases(raw, words))))
    starts, place = [], 0
    for token in tokens:
        starts.append(place)
        place += len(token.text) + 1
    return Line(" ".join(token.text for token in tokens), tokens, tuple(starts))


def clock_text(hour: int, minute: int, half: str = "") -> str | None:
    """``=22:00``, or None where no clock shows that. ``half`` is am or pm or their first letters."""
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    return f"={hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _split(piece: str, start: int, end: int, words: TimeWords) -> Iterator[Token]:
    """Part what was typed without a space: ``10pm``, ``24h``, ``last7days``; codes such as ``3k9q7t`` stay whole."""
    piece = fold(piece)
    if piece[0] == "\x00" or piece.isalpha() or piece.isdecimal() or not piece[0].isalnum():
        yield Token(piece[0] if piece[0] == "\x00" else piece, start, end)
        return
    if piece in words.by_first:
        yield Token(piece, start, end)
        return
    if not piece.isalnum():
        yield Token(_signed(piece), start, end, known=True)
        return
    if re.fullmatch(r"q[1-4]", piece):
        yield Token(piece, start, end, known=True)
        return
    whole = _glued(piece)
    if whole:
        yield Token(whole, start, end, known=True)
        return
    parts = list(_SEGMENT.finditer(piece)) if len(piece) == end - start else []
    letters = [part[0] for part in parts if part[0].isalpha()]
    units = len(parts) == 2 and parts[0][0].isdecimal() and letters[0] in (*_UNITS, "ish")
    if letters and (units or all(len(each) > 1 and words.word(each) for each in letters)):
        for part in parts:
            yield Token(part[0], start + part.start(), start + part.end())
    else:
        yield Token(piece, start, end)


def _signed(piece: str) -> str:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s?([ap]?)m?", piece)
    if match:
        return clock_text(int(match[1]), int(match[2]), match[3]) or piece.replace(" ", "")
    return f"={piece}"


def _glued(piece: str) -> str | None:
    match = _NUMBERED.fullmatch(piece)
    if not match:
        return None
    number, letters = match.groups()
    if letters in _ORDINALS and len(number) <= 2:
        return piece
    if letters in _HALVES and len(number) <= 4:
        hour, minute = (number, "0") if len(number) <= 2 else (number[:-2], number[-2:])
        return clock_text(int(hour), int(minute), letters) or piece
    if letters in _OCLOCK and len(number) == 4:
        return clock_text(int(number[:2]), int(number[2:]))
    return None


def _phrases(raw: Sequence[Token], words: TimeWords) -> Iterator[Token]:
    """Replace the longest phrase of the table at each place by what it means."""
    place = 0
    while place < len(raw):
        taken = 1
        for phrase, meaning in words.by_first.get(raw[place].text, ()):
            if tuple(token.text for token in raw[place : place + len(phrase)]) == phrase:
                taken = len(phrase)
                start, end = raw[place].start, raw[place + taken - 1].end
                known = meaning != phrase
                yield from (Token(word, start, end, known=known) for word in meaning)
                break
        else:
            yield from _word(raw[place], words)
        place += taken


def _word(token: Token, words: TimeWords) -> Iterator[Token]:
    found = None if token.known or not token.text.isalpha() else words.word(token.text)
    if not found:
        number = token.known or token.text.isdecimal()
        yield Token(token.text, token.start, token.end, known=number)
        return
    meaning, score = found
    yield from (Token(word, token.start, token.end, score, known=True) for word in meaning)


def _clocks(tokens: list[Token]) -> Iterator[Token]:
    """Join ``10 pm``, ``10 30 pm`` and ``2200 hours`` to one time of day."""
    place = 0
    while place < len(tokens):
        token, following = tokens[place], tokens[place + 1] if place + 1 < len(tokens) else None
        shown = None
        if following and token.text.isdecimal():
            before = tokens[place - 1].text if place else ""
            if following.text in ("am", "pm") and len(token.text) <= 4:
                hour, minute = (token.text, "0") if len(token.text) <= 2 else (token.text[:-2], token.text[-2:])
                shown = clock_text(int(hour), int(minute), following.text)
            elif following.text in _OCLOCK and len(token.text) == 4 and before not in ("last", "past"):
                shown = clock_text(int(token.text[:2]), int(token.text[2:]))
        if shown and following:
            yield Token(shown, token.start, following.end, known=True)
            place += 2
        else:
            yield token
            place += 1
