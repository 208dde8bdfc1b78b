"""Taking a load back: from then on its records and its versions of records do not count. Nothing is deleted.

An answer that was made before still replays on the data it was made from, the undone load included: a data version
holds the loads that had not been undone by then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from ilp_core.collect.stored import column
from ilp_core.collect.versions import meet, read_label
from ilp_core.domain.columns import KEYS, RECORD_KINDS, ColumnBlock, RecordKind, types_of, vocabularies_of
from ilp_core.domain.errors import CallError
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Load, Store, UnitOfWork
from ilp_core.words import loads as words

#: Kinds of loads of smaller inputs, whose rows count by their load alone.
_INPUTS: Final = ("concern", "survey", "partner")


async def undo_load(store: Store, number: int, *, by: str, now: datetime) -> Load:
    """Take the load ``number`` back and return it. Raises CallError where there is none, where it is undone already,
    or where a later load has changed its records since: that one has to be undone first. Inputs go in any order."""
    async with store.write() as uow:
        await uow.loads.wait()
        undone = await uow.loads.get(number)
        if undone is None:
            raise CallError(words.NO_LOAD.format(load=number))
        if undone.undone_by is not None:
            raise CallError(words.ALREADY.format(load=number))
        if undone.kind not in (*RECORD_KINDS, *_INPUTS):
            raise CallError(words.NOT_UNDOABLE.format(load=number))
        await _refuse_if_changed_since(uow, undone)
        undo = await uow.loads.start(
            file=undone.file,
            sha256=undone.sha256,
            source=undone.source,
            format=undone.format,
            live=False,
            by_whom=by,
            at=now,
            kind="undo",
        )
        await uow.loads.undo([number], undo)
        if undone.kind in RECORD_KINDS:
            # An empty block makes the undo a data version of its own.
            await uow.columns.save(empty_block(undo, undone), await uow.columns.highest())
        await uow.loads.finish(undo, {"undoes": number}, now)
        await append(uow, AuditEntry(by, "undo", "load", "done", "command", {"load": number, "undo": undo}), now)
        return undone


async def _refuse_if_changed_since(uow: UnitOfWork, undone: Load) -> None:
    if undone.kind not in RECORD_KINDS:
        # Each version of an input stands whole, and the newest that counts is in force: any may go.
        return
    kind = undone.kind
    blocks = await uow.columns.blocks(None, kind=kind, source=undone.source, names=("incident", "period"))
    mine = next((block for block in blocks if block.load == undone.id), None)
    if mine is None:
        raise CallError(words.NOT_UNDOABLE.format(load=undone.id))
    touched, withdrawn = _numbers(mine), _withdrawn(mine, [each for each in blocks if each.load < undone.id])
    for block in (each for each in blocks if each.load > undone.id):
        changed = int(np.isin(touched, _numbers(block)).sum())
        # What this load withdrew would come back beside what a later one brought for the same period.
        if any(meet(read_label(word), period) for word in block.words["period"] for period in withdrawn):
            changed = max(changed, len(mine.gone) // 8)
        if changed:
            raise CallError(words.CHANGED_SINCE.format(load=undone.id, later=block.load, count=changed))


def _withdrawn(mine: ColumnBlock, earlier: list[ColumnBlock]) -> list[tuple[str, int, int]]:
    """The publication periods of the records that a block withdraws."""
    gone = np.frombuffer(mine.gone, "<i8")
    labels = set()
    for block in earlier:
        codes = np.unique(column(block, "period")[np.isin(column(block, "incident"), gone)]).tolist()
        labels |= {block.words["period"][code] for code in codes if code >= 0}
    return [read_label(label) for label in sorted(labels)]


def _numbers(block: ColumnBlock) -> npt.NDArray[np.int64]:
    """The numbers of the records that a block brings, replaces or withdraws."""
    return np.concatenate([column(block, "incident"), np.frombuffer(block.gone, "<i8")])


def empty_block(load: int, like: Load) -> ColumnBlock:
    """A block without rows, for a load that is a data version and brings nothing."""
    kind = cast(RecordKind, like.kind)
    return ColumnBlock(
        load=load,
        source=like.source,
        rows=0,
        columns=dict.fromkeys((*types_of(kind), KEYS), b""),
        words=dict.fromkeys(vocabularies_of(kind), ()),
        replaces=False,
        kind=kind,
    )
