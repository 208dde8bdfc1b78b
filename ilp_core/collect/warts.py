"""What the report tells of a file's rows beyond what was rejected: counted while the rows go by."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import rows_where

#: Rows after the first of one incident, under the name that the report gives them.
SHARED_CASE: Final = "rows that share an earlier row's incident number"


class Warts:
    """Counts what is odd in the rows of one layout, batch after batch, as its ``odd`` and its ``case`` say."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cases: set[str] = set()
        self._counts: Counter[str] = Counter()

    def see(self, batch: Fields) -> None:
        """Count a batch as the file gives it, and take its ``case`` out."""
        self._counts.update(self._layout.odd(batch))
        case = batch.pop("case", None)
        if case is None:
            return
        used = np.flatnonzero(np.bincount(case.codes, minlength=len(case.words)))
        numbers = {case.words[place].strip() for place in used.tolist()}
        blank = rows_where(case, lambda number: not number.strip()) if "" in numbers else 0
        numbers.discard("")
        before = len(self._cases)
        self._cases |= numbers
        self._counts[SHARED_CASE] += len(case) - blank - (len(self._cases) - before)

    def counts(self) -> dict[str, int]:
        """A few words to a number of rows, for what was seen at all."""
        return dict(sorted((+self._counts).items()))
