"""What a disagreement holds against the data, read from its words by a table."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

from ilp_core.assistant.phrases import Phrase, phrase_of
from ilp_core.domain.local_knowledge import Stance

#: A stance, or a spot that is named without saying anything against the list.
Said = Stance | Literal["my spot"]
_ORDER: Final[tuple[Said, ...]] = ("my spot", "why change", "hotter elsewhere", "not hot")
_STANDS: Final = frozenset({*get_args(Stance), "my spot"})


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[Said, Phrase], ...]:
    """Every row of ``stances.csv``. Raises ValueError for a stance that does not exist."""
    text = (files("ilp_core.words") / "tables" / "stances.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    unknown = {row["stance"] for row in rows} - _STANDS
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    return tuple(
        (said, phrase_of("disagree", 1, row["phrase"])) for said in _ORDER for row in rows if row["stance"] == said
    )


def read_stance(text: str) -> Said:
    """The stance of a normalised message; the rarer ways of saying it go before the common ones."""
    return next((said for said, phrase in _table() if phrase.pattern.search(text)), "other")
