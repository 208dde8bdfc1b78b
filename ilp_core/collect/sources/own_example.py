"""The mark by which a template's example row is known, so that a file that still holds it is refused."""

from __future__ import annotations

from typing import Final

from ilp_core.domain.errors import CallError
from ilp_core.words import inputs as words

#: What the first cell of an example row begins with.
EXAMPLE: Final = "EXAMPLE-1"


def is_example(cell: str) -> bool:
    """True where ``cell`` is the first of an example row."""
    return cell.strip().casefold() == EXAMPLE.casefold()


def refuse_example(cell: str, file: str = words.THIS_FILE) -> None:
    """Raise CallError where ``cell`` is the first of an example row."""
    if is_example(cell):
        raise CallError(words.TEMPLATE_ROW.format(file=file))
