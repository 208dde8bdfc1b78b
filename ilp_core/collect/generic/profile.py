"""What a file's columns hold: the distinct texts of each over the whole file, counted, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.coded import Coded

#: Of one column so many distinct texts are kept, and of all columns together so many; narrower files keep more per
#: column, and every column keeps at least ``_LEAST_WORDS`` [this project's choice: about 0.5 GB at the worst].
_MOST_WORDS: Final = 200_000
_ALL_WORDS: Final = 3_000_000
_LEAST_WORDS: Final = 200
#: Longer texts are cut: none of them is a date, a number or a code [this project's choice].
_LONGEST_WORD: Final = 120
#: Columns beyond these are not looked at: no export of incidents has so many [this project's choice].
MOST_COLUMNS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Distinct:
    """One column over the whole file.

    ``words`` are the distinct texts, stripped and not blank, in order of first sight, ``counts`` their rows. ``rows``
    counts all rows and ``blank`` the blank ones. Where ``capped``, further distinct texts were counted, not kept.
    """

    name: str
    words: list[str]
    counts: npt.NDArray[np.int64]
    rows: int
    blank: int
    capped: bool

    @property
    def filled(self) -> int:
        """Rows that are not blank."""
        return self.rows - self.blank

    @property
    def unique(self) -> float:
        """Distinct texts per filled row, 0 to 1, as far as they were kept."""
        kept = int(self.counts.sum())
        return len(self.words) / kept if kept else 0.0


@dataclass(slots=True)
class _Column:
    places: dict[str, int] = field(default_factory=dict)
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(64, dtype=np.int64))
    rows: int = 0
    blank: int = 0
    capped: bool = False

    def add(self, column: Coded, most: int) -> None:
        seen = np.bincount(column.codes, minlength=len(column.words))
        self.rows += len(column.codes)
        for code in np.flatnonzero(seen).tolist():
            word = column.words[code].strip()[:_LONGEST_WORD]
            if not word:
                self.blank += int(seen[code])
                continue
            place = self.places.get(word)
            if place is None:
                if len(self.places) >= most:
                    self.capped = True
                    continue
                place = self.places[word] = len(self.places)
                if place == len(self.counts):
                    self.counts = np.concatenate([self.counts, np.zeros_like(self.counts)])
            self.counts[place] += seen[code]


class Profiler:
    """Takes a file batch by batch and says what each column holds."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}

    def add(self, batch: Mapping[str, Coded]) -> None:
        """Count the texts of a batch; every batch has the same columns."""
        most = max(_LEAST_WORDS, min(_MOST_WORDS, _ALL_WORDS // max(1, len(batch))))
        for name, column in list(batch.items())[:MOST_COLUMNS]:
            self._columns.setdefault(name, _Column()).add(column, most)

    def done(self) -> dict[str, Distinct]:
        """Column name to what it holds, in the order of the file."""
        return {
            name: Distinct(
                name, list(column.places), column.counts[: len(column.places)].copy(), column.rows, column.blank,
                column.capped,
            )
            for name, column in self._columns.items()
        }  # fmt: skip
