"""A name that changes with the number beside it: English has two forms, other languages one to six."""

from __future__ import annotations

from typing import NamedTuple


class Plural(NamedTuple):
    """The English forms: of one, and of any other number. A translation is a tuple of as many as its language has."""

    one: str
    several: str
