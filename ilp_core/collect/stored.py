"""What is on file of one source: every record's newest version, as arrays, read from the blocks of its loads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.domain.columns import KEYS, RECORD_TYPES, ColumnBlock, types_of

Rows = npt.NDArray[np.int64]

#: The columns that a comparison needs.
NAMES: Final = ("incident", "time", "end", "local", "known", "stamp", "digest", "period", "key_end", KEYS)


@dataclass(frozen=True, slots=True)
class Stored:
    """Records on file, one row each. ``period`` are positions in ``periods``, -1 where a record has its own key."""

    number: Rows
    key: npt.NDArray[np.object_]
    stamp: Rows
    digest: Rows
    time: Rows
    end: Rows
    local: Rows
    known: Rows
    period: Rows
    periods: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.number)


def stored_records(blocks: Sequence[ColumnBlock]) -> Stored:
    """The newest version of every record in ``blocks``, which hold ``NAMES`` and come oldest first."""
    periods = tuple(dict.fromkeys(word for block in blocks for word in block.words["period"]))
    place = {word: position for position, word in enumerate(periods)}
    parts: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in (*NAMES, "block")}
    for order, block in enumerate(blocks):
        for name in NAMES:
            if name not in (KEYS, "period"):
                parts[name].append(column(block, name))
        table = np.array([*(place[word] for word in block.words["period"]), -1], dtype=np.int64)
        parts["period"].append(table[column(block, "period")])
        parts[KEYS].append(keys_of(block))
        parts["block"].append(np.full(block.rows, order, dtype=np.int64))
    whole = {name: np.concatenate(arrays) if arrays else np.empty(0, np.int64) for name, arrays in parts.items()}
    keep = newest(whole["incident"], whole["block"], blocks)
    return Stored(
        number=whole["incident"][keep],
        key=whole[KEYS][keep].astype(object),
        stamp=whole["stamp"][keep],
        digest=whole["digest"][keep],
        time=whole["time"][keep],
        end=whole["end"][keep],
        local=whole["local"][keep],
        known=whole["known"][keep],
        period=whole["period"][keep],
        periods=periods,
    )


def newest(number: Rows, block: Rows, blocks: Sequence[ColumnBlock]) -> Rows:
    """Positions of the last version of every record that was not withdrawn after it, in order of number."""
    _, last = np.unique(number[::-1], return_index=True)
    keep = len(number) - 1 - last
    for order, each in enumerate(blocks):
        if each.gone:
            keep = keep[~(np.isin(number[keep], np.frombuffer(each.gone, "<i8")) & (block[keep] < order))]
    return keep


def column(block: ColumnBlock, name: str) -> npt.NDArray[np.generic]:
    """One column of a block, without copying it."""
    types = types_of(block.kind)
    values: npt.NDArray[np.generic] = np.frombuffer(block.columns[name], dtype=types[name])
    return values


def keys_of(block: ColumnBlock) -> npt.NDArray[np.object_]:
    """The keys of a block's rows."""
    ends = np.frombuffer(block.columns["key_end"], dtype=RECORD_TYPES["key_end"]).tolist()
    text, keys, begin = block.columns[KEYS].decode("utf-8", "surrogatepass"), np.empty(block.rows, dtype=object), 0
    if len(text) == len(block.columns[KEYS]):
        # Only ASCII: a sign is a byte.
        keys[:] = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        return keys
    data = block.columns[KEYS]
    for row, end in enumerate(ends):
        keys[row] = data[begin:end].decode("utf-8", "surrogatepass")
        begin = end
    return keys


def packed_keys(keys: npt.NDArray[np.object_]) -> tuple[bytes, bytes]:
    """The columns ``key`` and ``key_end`` of a block with ``keys``."""
    coded = [key.encode("utf-8", "surrogatepass") for key in keys.tolist()]
    ends = np.cumsum(np.fromiter(map(len, coded), dtype=np.int64, count=len(coded)))
    return b"".join(coded), ends.astype(RECORD_TYPES["key_end"]).tobytes()
