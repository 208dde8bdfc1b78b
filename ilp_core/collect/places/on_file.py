"""The places that records on file name: every record's newest version, as columns for the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from ilp_core.collect.places.located import Codes
from ilp_core.collect.stored import column, newest
from ilp_core.domain.columns import ColumnBlock

_CODED: Final = ("block", "premise", "beat", "district", "neighbourhood")
#: The columns that the gazetteer is built from.
NAMES: Final = ("incident", "lat", "lon", *_CODED)

Degrees = npt.NDArray[np.float64]


class Places(TypedDict):
    """One element a record: codes with their words, and degrees. The arguments of ``gazetteer.build``."""

    block: Codes
    block_words: Sequence[str]
    premise: Codes
    premise_words: Sequence[str]
    beat: Codes
    beat_words: Sequence[str]
    district: Codes
    district_words: Sequence[str]
    neighbourhood: Codes
    neighbourhood_words: Sequence[str]
    lat: Degrees
    lon: Degrees


def newest_places(blocks: Sequence[ColumnBlock]) -> Places:
    """The columns ``NAMES`` of the newest version of every record in ``blocks``, in any order."""
    in_order = sorted(blocks, key=lambda block: block.load)
    number = np.concatenate([np.empty(0, np.int64), *(column(block, "incident") for block in in_order)])
    of_block = np.repeat(np.arange(len(in_order), dtype=np.int64), [block.rows for block in in_order])
    keep = newest(number.astype(np.int64), of_block, in_order)
    lat, lon = (
        np.concatenate([np.empty(0), *(column(block, name) for block in in_order)]).astype(np.float64)[keep]
        for name in ("lat", "lon")
    )
    block, premise, beat, district, part = (_coded(in_order, name, keep) for name in _CODED)
    return Places(
        block=block[0], block_words=block[1], premise=premise[0], premise_words=premise[1],
        beat=beat[0], beat_words=beat[1], district=district[0], district_words=district[1],
        neighbourhood=part[0], neighbourhood_words=part[1], lat=lat, lon=lon,
    )  # fmt: skip


def _coded(blocks: Sequence[ColumnBlock], name: str, keep: npt.NDArray[np.int64]) -> tuple[Codes, list[str]]:
    """A coded column with one list of words for all blocks."""
    words = list(dict.fromkeys(word for block in blocks for word in block.words[name]))
    place = {word: position for position, word in enumerate(words)}
    codes = [np.empty(0, dtype=np.int32)]
    for block in blocks:
        table = np.array([*(place[word] for word in block.words[name]), -1], dtype=np.int32)
        codes.append(table[column(block, name).astype(np.int64)])
    return np.concatenate(codes)[keep], words
