"""Which rows of a file are new, which are newer versions of stored ones, and which are known already.

A row is replaced only by a version with a newer source stamp; without stamps the later load wins where its
content differs; an older or equal version counts as known. ``Updated On`` does nothing but order versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.collect.records import CODED, Records
from ilp_core.collect.times import NO_TIME
from ilp_core.domain.incidents import KnownIncident

Rows = npt.NDArray[np.int64]

_DIGEST_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Versions:
    """What to do with a file's rows.

    ``new`` and ``newer`` are row positions in ``Records``; ``replaced`` are the storage numbers of the rows
    that ``newer`` replaces, in its order. ``known`` counts the rest.
    """

    new: Rows
    newer: Rows
    replaced: Rows
    known: int


def digests(records: Records) -> Rows:
    """A signed 64-bit BLAKE2b digest of every row's content, the key and the stamp left out."""
    numbers = np.column_stack(
        [
            records.start,
            records.end,
            records.reported,
            records.lat.view(np.int64),
            records.lon.view(np.int64),
            records.domestic.astype(np.int64),
            records.initiated.astype(np.int64),
        ]
    ).astype("<i8")
    packed, width = numbers.tobytes(), numbers.shape[1] * 8
    # Lengths go first, so that no two rows of texts run together into the same bytes.
    words = {name: [b"%d:%b" % (len(word), word.encode()) for word in records.words[name]] for name in CODED}
    texts = zip(*(map(words[name].__getitem__, records.places[name].tolist()) for name in CODED), strict=True)
    sums = [
        blake2b(packed[row * width : (row + 1) * width] + b"".join(text), digest_size=_DIGEST_BYTES).digest()
        for row, text in enumerate(texts)
    ]
    return np.frombuffer(b"".join(sums), dtype="<i8")


def compare(records: Records, digest: Rows, known: Mapping[str, KnownIncident]) -> Versions:
    """Sort the rows into new, newer and known ones, given what is stored of the same source by key."""
    candidates = _last_versions(records)
    new: list[int] = []
    newer: list[int] = []
    replaced: list[int] = []
    stamps, sums = records.stamp.tolist(), digest.tolist()
    for row in candidates.tolist():
        stored = known.get(records.key[row])
        if stored is None:
            new.append(row)
        elif _is_newer(stamps[row], sums[row], stored):
            newer.append(row)
            replaced.append(stored.id)
    return Versions(
        np.array(new, dtype=np.int64),
        np.array(newer, dtype=np.int64),
        np.array(replaced, dtype=np.int64),
        len(records.key) - len(new) - len(newer),
    )


def _is_newer(stamp: int, digest: int, stored: KnownIncident) -> bool:
    if stored.stamp is None:
        return digest != stored.digest
    return stamp != NO_TIME and stamp > stored.stamp


def _last_versions(records: Records) -> Rows:
    """One row per key, in file order: the one with the newest stamp, of equal stamps the last."""
    codes, keys = pd.factorize(np.array(records.key, dtype=object))
    if len(keys) == len(codes):
        return np.arange(len(codes), dtype=np.int64)
    order = np.lexsort((np.arange(len(codes)), records.stamp, codes))
    ends = np.append(np.flatnonzero(np.diff(codes[order])), len(codes) - 1)
    return np.sort(order[ends]).astype(np.int64)
