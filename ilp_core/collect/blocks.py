"""The rows of a load as storage keeps them: one block of columns."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.dates import Seconds
from ilp_core.collect.projection import Metres
from ilp_core.collect.records import Records
from ilp_core.collect.stored import packed_keys
from ilp_core.domain.columns import KEYS, ColumnBlock, RecordKind, types_of, vocabularies_of

Rows = npt.NDArray[np.int64]

#: The vocabularies whose positions stand beside the records and not in them.
_BESIDE: Final = ("period",)


def column_block(
    records: Records,
    rows: Rows,
    numbers: Rows,
    *,
    load: int,
    source: str,
    kind: RecordKind,
    known: Seconds,
    x: Metres,
    y: Metres,
    digest: Rows,
    period: Rows,
    periods: tuple[str, ...],
    replaces: bool,
    gone: Rows,
) -> ColumnBlock:
    """The columns of the rows at positions ``rows``, in order of time and then of number.

    ``numbers``, ``known``, ``x`` and ``y`` stand in the order of ``rows``; ``digest`` and ``period`` in that of
    ``records``. ``gone`` are the numbers of records that the load withdraws.
    """
    order = np.lexsort((numbers, records.start[rows]))
    chosen = rows[order]
    keys, key_end = packed_keys(records.key[chosen])
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "incident": numbers[order],
        "time": records.start[chosen],
        "end": records.end[chosen],
        "known": known[order],
        "local": records.local[chosen],
        "x": x[order],
        "y": y[order],
        "domestic": records.domestic[chosen],
        "initiated": records.initiated[chosen],
        "timed": records.timed[chosen],
        "stamp": records.stamp[chosen],
        "digest": digest[chosen],
        "reported": records.reported[chosen],
        "lat": records.lat[chosen],
        "lon": records.lon[chosen],
    }
    words: dict[str, tuple[str, ...]] = {}
    for name in vocabularies_of(kind):
        if name not in _BESIDE:
            arrays[name], words[name] = vocabulary(records.places[name][chosen], records.words[name])
    labels = np.where(period[chosen] < 0, len(periods), period[chosen])
    arrays["period"], words["period"] = vocabulary(labels, [*periods, ""])
    columns = {
        name: arrays[name].astype(form).tobytes() for name, form in types_of(kind).items() if name != "key_end"
    }
    return ColumnBlock(
        load=load,
        source=source,
        rows=len(rows),
        columns={**columns, "key_end": key_end, KEYS: keys},
        words=words,
        replaces=replaces,
        kind=kind,
        gone=np.sort(gone).astype("<i8").tobytes(),
    )


def vocabulary(places: npt.NDArray[np.integer], words: list[str]) -> tuple[Rows, tuple[str, ...]]:
    """The texts that occur, sorted, and each row's position among them; -1 for the blank text."""
    used = np.flatnonzero(np.bincount(places, minlength=len(words))).tolist()
    signs = sorted({words[place] for place in used} - {""})
    position = {text: place for place, text in enumerate(signs)}
    moved = np.full(len(words), -1, dtype=np.int64)
    moved[used] = [position.get(words[place], -1) for place in used]
    return moved[places], tuple(signs)
