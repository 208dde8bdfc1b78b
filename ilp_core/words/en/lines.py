"""Lines of a file in words: where somebody who mends it has to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ilp_core.words import lines as spoken

#: So many lines are named; who has seen three knows what to look for [this project's choice].
NAMED: Final = 3
LINE: Final = "line {line}"
LINES: Final = "lines {lines}"


def lines_of(lines: Sequence[int], count: int) -> str:
    """The first of ``count`` lines in words; nothing where none is known."""
    if not lines:
        return ""
    if count == 1:
        return spoken.LINE.format(line=lines[0])
    named = [str(line) for line in lines[:NAMED]]
    return spoken.LINES.format(lines=", ".join([*named, "…"] if count > len(named) else named))
