"""Make thumb typing comparable: one case, plain quotes, single spaces, no stray punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Telegram's own limit. A sign may stand for several when it is made plain, so it holds before and after.
LONGEST: Final = 4_096
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
#: Kept: letters, digits and the signs that carry meaning in times, codes, tips and commands.
_NOISE: Final = re.compile(r"[^\w\s&:/'#-]|(?<!\w)'|'(?!\w)")


def normalise(text: str) -> str:
    """Lower case, NFKC, plain quotes; apostrophes inside words dropped (what's -> whats).

    At most ``LONGEST`` signs are read.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST].translate(_QUOTES).casefold()[:LONGEST]
    # A menu's command may name the bot it is for: /hotspots@desk_bot.
    plain = re.sub(r"^(\s*/\w+)@\w+", r"\1", plain)
    plain = _NOISE.sub(" ", plain).replace("'", "")
    return " ".join(plain.split())


def find_phrase(phrase: str, text: str) -> re.Match[str] | None:
    """Where ``phrase`` stands in ``text`` as whole words, or None."""
    return _whole(phrase).search(text)


@lru_cache(maxsize=4_096)
def _whole(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w&]){re.escape(phrase)}(?![\w&])")


def cut(text: str, match: re.Match[str]) -> str:
    """``text`` without what ``match`` covers."""
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())
