"""Foreign text made fit to be shown: one line, of bounded length, steering nothing."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Signs kept of one text [this project's choice]: a name or a code is whole, a pasted document is not.
_MOST_SIGNS: Final = 120
#: Marks that may stand on one letter; real writing needs fewer, heaped ones run into other lines.
_MOST_MARKS: Final = 3
#: Signs of no shape that Persian and Indian words need inside.
_JOINERS: Final = "\u200c\u200d"
_NO_TEXT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def seen(value: object, most: int = _MOST_SIGNS) -> str:
    """``value`` as one line of at most ``most`` signs, with nothing in it that steers a terminal or turns the line.

    Control signs, marks of direction, lone surrogates and unassigned signs are shown as U+FFFD; white space is
    one space.
    """
    # Cut before the work: a field may be megabytes long. What white space hides is made up for by the factor.
    text = " ".join(str(value)[: most * 4].split())
    shown: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            shown.append("\ufffd" if category in _NO_TEXT and sign not in _JOINERS else sign)
    line = "".join(shown)
    return line if len(line) <= most and len(str(value)) <= most * 4 else line[: most - 1].rstrip() + "…"
