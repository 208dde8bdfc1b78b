"""Coded columns: each row's position in a list of texts, so that what is done to a text is done once, not per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Positions = npt.NDArray[np.int32]

#: Combinations are numbered below this: what the numbers can hold.
_MOST_CELLS: Final = 2**62


@dataclass(frozen=True, slots=True)
class Coded:
    """One text per row: ``words[codes[row]]``. Words may repeat and may be unused."""

    codes: Positions
    words: list[str]

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self) -> list[str]:
        """The column as plain texts, one per row."""
        words = self.words
        return [words[code] for code in self.codes.tolist()]

    def map(self, change: Callable[[str], str]) -> Coded:
        """The column with every text changed, each distinct one once."""
        return Coded(self.codes, [change(word) for word in self.words])

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Coded:
        """The rows at positions, or where a mask is true."""
        return Coded(self.codes[rows], self.words)


def coded(texts: Sequence[str] | pa.Array) -> Coded:
    """A column of texts, coded. An Arrow array may hold nulls, which become the empty text."""
    array = texts if isinstance(texts, (pa.Array, pa.ChunkedArray)) else pa.array(texts, pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array, null_encoding="encode")
    words = [word if word is not None else "" for word in array.dictionary.to_pylist()]
    indices = array.indices
    if indices.null_count:
        words.append("")
        indices = pc.fill_null(indices, len(words) - 1)
    return Coded(indices.to_numpy(zero_copy_only=False).astype(np.int32), words)


def constant(text: str, rows: int) -> Coded:
    """The same text in every row."""
    return Coded(np.zeros(rows, dtype=np.int32), [text])


def joined(*columns: Coded, join: Callable[..., str]) -> Coded:
    """One column made of several: ``join`` sees each distinct combination of their texts once."""
    cell = columns[0].codes.astype(np.int64)
    kinds = max(1, len(columns[0].words))
    for column in columns[1:]:
        words = max(1, len(column.words))
        if kinds * words > _MOST_CELLS:
            # Numbered anew by what occurs: the products of long lists of words would run over.
            distinct, cell = np.unique(cell, return_inverse=True)
            kinds = len(distinct)
        cell, kinds = cell * words + column.codes, kinds * words
    _, first, codes = np.unique(cell, return_index=True, return_inverse=True)
    rows = [[column.words[code] for code in column.codes[first].tolist()] for column in columns]
    return Coded(codes.astype(np.int32), [join(*parts) for parts in zip(*rows, strict=True)])
