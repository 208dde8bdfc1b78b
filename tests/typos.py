"""Thumb typing by rule: swaps, drops, doubles, neighbouring keys and missing spaces, the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Final

#: A slip in a word so short makes another word as often as not.
SHORTEST: Final = 4
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD: Final = re.compile(r"\S+")


def _neighbours() -> dict[str, str]:
    """The keys beside each key in its row, and above and below it."""
    place = {letter: (row, column) for row, letters in enumerate(_ROWS) for column, letter in enumerate(letters)}
    return {
        letter: "".join(
            other
            for other, (other_row, other_column) in place.items()
            if other != letter and abs(other_row - row) <= 1 and -1 <= column - other_column <= 1
        )
        for letter, (row, column) in place.items()
    }


NEIGHBOURS: Final = _neighbours()


def swapped(word: str, chance: random.Random) -> str:
    """Two letters that differ, after the first, the wrong way round; the word itself where there are none."""
    places = [at for at in range(1, len(word) - 1) if word[at] != word[at + 1]]
    if not places:
        return word
    at = chance.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, chance: random.Random) -> str:
    """A letter after the first left out."""
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def doubled(word: str, chance: random.Random) -> str:
    """A letter typed twice."""
    at = chance.randrange(len(word))
    return word[: at + 1] + word[at:]


def missed(word: str, chance: random.Random) -> str:
    """A letter after the first replaced by one beside it on the keyboard; the word itself where there is none."""
    places = [at for at in range(1, len(word)) if word[at].lower() in NEIGHBOURS]
    if not places:
        return word
    at = chance.choice(places)
    return word[:at] + chance.choice(NEIGHBOURS[word[at].lower()]) + word[at + 1 :]


SLIPS: Final[tuple[Callable[[str, random.Random], str], ...]] = (swapped, dropped, doubled, missed)


def _may_slip(word: str) -> bool:
    """Words of letters alone: codes, times and plates are typed with care, and a slip there means something else."""
    return len(word) >= SHORTEST and word.isalpha()


def typed(text: str, seed: int, rate: float) -> str:
    """``text`` with a slip in a share ``rate`` (0 to 1) of its longer words: at most one per word, none in digits.

    Of five slips one is a missing space to the word after, where that is no code either.
    """
    chance = random.Random(f"{seed} {text}")  # noqa: S311 - slips, not secrets
    return _slipped(text, chance, lambda: chance.random() < rate)


def with_slips(text: str, seed: int, count: int) -> str:
    """``text`` with ``count`` slips, in different words; fewer where it has fewer words that may slip."""
    chance = random.Random(f"{seed} {text}")  # noqa: S311 - slips, not secrets
    able = [number for number, word in enumerate(_WORD.findall(text)) if _may_slip(word)]
    chosen = set(chance.sample(able, min(count, len(able))))
    turn = iter(number in chosen for number in able)
    return _slipped(text, chance, lambda: next(turn))


def _slipped(text: str, chance: random.Random, wanted: Callable[[], bool]) -> str:
    """Every word that may slip is asked for once, in order."""
    words = _WORD.findall(text)
    glued: list[str] = []
    join = False
    for word, after in zip_longest(words, words[1:], fillvalue=""):
        slips = _may_slip(word) and wanted()
        together = slips and after.isalpha() and not join and chance.randrange(len(SLIPS) + 1) == len(SLIPS)
        written = chance.choice(SLIPS)(word, chance) if slips and not together else word
        if join:
            glued[-1] += written
        else:
            glued.append(written)
        join = together
    return " ".join(glued)
