"""What is on file: every record in its newest version, read from the columns as a test likes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ilp_core.collect.stored import column, keys_of, newest
from ilp_core.domain.columns import KEYS, NO_TIME, ColumnBlock, RecordKind, types_of, vocabularies_of
from ilp_core.storage import Store

#: What two stores are compared by: all but numbers and loads, which depend on the order of loading.
CONTENT = (
    "source", "key", "time", "end", "known", "local", "reported", "stamp", "code", "description", "premise", "block",
    "beat", "district", "neighbourhood", "force", "lat", "lon", "domestic", "initiated", "timed",
)  # fmt: skip


async def blocks(store: Store, kind: RecordKind = "incident") -> list[ColumnBlock]:
    """The blocks that count, with every column."""
    async with store.read() as uow:
        return await uow.columns.blocks(None, kind=kind, names=(*types_of(kind), KEYS))


def rows_of(block: ColumnBlock) -> list[dict[str, Any]]:
    """A block's rows, with words for codes and None for what is unknown."""
    columns: dict[str, list[Any]] = {name: column(block, name).tolist() for name in types_of(block.kind)}
    for name in vocabularies_of(block.kind):
        columns[name] = [block.words[name][place] if place >= 0 else "" for place in columns[name]]
    columns["key"] = keys_of(block).tolist()
    plain = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [{"source": block.source, "load": block.load, **{k: _plain(v) for k, v in row.items()}} for row in plain]


def _plain(value: Any) -> Any:
    return None if value in (NO_TIME,) or value != value else value


async def records(store: Store, kind: RecordKind = "incident") -> dict[int, dict[str, Any]]:
    """Every record by its number, in its newest version."""
    whole = await blocks(store, kind)
    rows = [row for block in whole for row in rows_of(block)]
    if not rows:
        return {}
    number = np.array([row["incident"] for row in rows])
    order = np.repeat(np.arange(len(whole)), [block.rows for block in whole])
    return {rows[place]["incident"]: rows[place] for place in newest(number, order, whole).tolist()}


async def count(store: Store, kind: RecordKind = "incident") -> int:
    """How many records there are."""
    async with store.read() as uow:
        whole = await uow.columns.blocks(None, kind=kind, names=("incident",))
    number = np.concatenate([np.empty(0, np.int64), *(column(block, "incident") for block in whole)])
    return len(newest(number, np.repeat(np.arange(len(whole)), [block.rows for block in whole]), whole))


async def content(
    store: Store, kind: RecordKind = "incident", names: Sequence[str] = CONTENT
) -> list[tuple[Any, ...]]:
    """What is on file, whatever the order in which it came: a sorted list of the records' contents."""
    found = await records(store, kind)
    return sorted((tuple(row[name] for name in names) for row in found.values()), key=repr)
