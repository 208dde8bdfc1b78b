"""How the words of a place can be read: a block's number and a street, two streets, premises on a street, one name.

Several readings of one text stand side by side; which of them is meant is decided by which places there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ilp_core.collect.places.words import ordinal, words
from ilp_core.words.en import places
from ilp_core.words.en.vocabulary import AREAS

ReadingKind = Literal["block", "pair", "name", "code"]

#: Longer texts hold no place's name; the rest of their words is not looked at [this project's choice].
MOST_WORDS: Final = 10
#: What a doubtful reading costs, in points of 100: two streets without "and", a word such as "n" or "on" for "and", a
#: number below 100 taken for a house's [this project's choice].
_NO_AND: Final = 4.0
_AND_PERHAPS: Final = 2.0
_SMALL_NUMBER: Final = 5.0
_HIGHEST_STREET: Final = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: ``left`` (and ``right``) are words of names, ``number`` a block's hundred or -1.

    Of a ``code``, ``left`` is the kind of area and the code. ``cost`` is taken off the score.
    """

    kind: ReadingKind
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    number: int = -1
    cost: float = 0.0


def readings(text: str) -> list[Reading]:
    """Every way to read ``text``, none where it holds no words."""
    spelled = _bare(words(text[: 20 * MOST_WORDS]))[:MOST_WORDS]
    if not spelled:
        return []
    found = [Reading("name", tuple(spelled)), *_codes(spelled), *_pairs(spelled)]
    block = _block(spelled)
    if block:
        found.append(block)
    return found


def as_street(side: Sequence[str]) -> tuple[str, ...]:
    """The words of a street, a lone number read as an ordinal: 63 is 63rd, w 63 st is w 63rd st."""
    rest = [word for word in side if word not in places.COMPASS and word not in places.STREET_TYPES]
    if len(rest) == 1 and rest[0].isdigit() and 0 < int(rest[0][:6]) <= _HIGHEST_STREET:
        return tuple(ordinal(int(word)) if word == rest[0] else word for word in side)
    return tuple(side)


def _bare(spelled: list[str]) -> list[str]:
    """Without what stands before a place: near, at, the x st of."""
    start = 0
    for phrase in places.CROSS_STREET:
        parts = phrase.split()
        for at in range(len(spelled) - len(parts)):
            if spelled[at : at + len(parts)] == parts and at <= 2:
                start = max(start, at + len(parts))
    rest = spelled[start:]
    while len(rest) > 1 and rest[0] in places.LEAD:
        rest = rest[1:]
    while len(rest) > 1 and (rest[-1] in places.AND or rest[-1] in ("on", "of", "near", "by", "the")):
        rest = rest[:-1]
    return rest


def _codes(spelled: Sequence[str]) -> Iterable[Reading]:
    """An area by its kind and code (bt 7), or by its code alone."""
    if len(spelled) == 2 and spelled[0] in AREAS:
        yield Reading("code", (AREAS[spelled[0]], spelled[1]))
    if len(spelled) == 1 and any(sign.isdigit() for sign in spelled[0]):
        yield Reading("code", ("", spelled[0]))


def _pairs(spelled: Sequence[str]) -> Iterable[Reading]:
    """Two names, cut at a word between them, or anywhere where no word is plainly one."""
    plain = [at for at in range(1, len(spelled) - 1) if spelled[at] in places.AND]
    perhaps = [at for at in range(1, len(spelled) - 1) if spelled[at] in places.AND_PERHAPS]
    for cuts, cost in ((plain, 0.0), (perhaps, _AND_PERHAPS)):
        for at in cuts:
            left, right = tuple(spelled[:at]), _bare(list(spelled[at + 1 :]))
            yield Reading("pair", left, tuple(right), cost=cost)
    if not plain:
        for at in range(1, len(spelled)):
            yield Reading("pair", tuple(spelled[:at]), tuple(spelled[at:]), cost=_NO_AND)


def _block(spelled: Sequence[str]) -> Reading | None:
    """A block's number and its street: 1200 blk elm, 078xx s western, 12 hundred block of elm, 7912 s western."""
    marked = [word in places.BLOCK_WORDS for word in spelled]
    rest = [word for word, mark in zip(spelled, marked, strict=True) if not mark]
    for at, word in enumerate(rest):
        digits = word.rstrip("x")
        hidden = len(word) - len(digits)
        if not digits.isdigit() or len(word) > 7 or hidden > 2:
            continue
        if at > 0 and not any(marked) and not hidden:
            return None
        number = int(digits) * 10**hidden
        after = rest[at + 1 :]
        if after[:1] in (["hundred"], ["hundredth"]):
            number, after = number * 100, after[1:]
        street = _bare([*rest[:at], *after])
        if not street:
            return None
        sure = any(marked) or hidden or number >= 100
        return Reading("block", tuple(street), number=number // 100 * 100, cost=0.0 if sure else _SMALL_NUMBER)
    return None
