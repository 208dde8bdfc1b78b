"""The rows of a load as storage keeps them: incident rows one by one, and one block of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.projection import Metres
from ilp_core.collect.records import Records
from ilp_core.collect.times import NO_TIME, Seconds
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.incidents import IncidentRow

Rows = npt.NDArray[np.int64]

#: Rows handed to storage at a time.
CHUNK_ROWS: Final = 20_000

#: A flag's value is the position of its meaning; -1 is the last.
_MEANING: Final = (False, True, None)


def incident_rows(
    records: Records, rows: Rows, numbers: Rows, digest: Rows, *, source: str, first_loads: Rows, load: int
) -> Iterator[list[IncidentRow]]:
    """The rows at positions ``rows`` in chunks; ``numbers`` and ``first_loads`` stand in the same order."""
    for begin in range(0, len(rows), CHUNK_ROWS):
        part = rows[begin : begin + CHUNK_ROWS]
        size = len(part)
        texts = {
            name: [records.words[name][place] for place in places[part].tolist()]
            for name, places in records.places.items()
        }
        yield list(
            map(
                IncidentRow,
                numbers[begin : begin + CHUNK_ROWS].tolist(),
                [source] * size,
                [records.key[row] for row in part.tolist()],
                _times(records.stamp[part]),
                digest[part].tolist(),
                records.start[part].tolist(),
                records.end[part].tolist(),
                _times(records.reported[part]),
                first_loads[begin : begin + CHUNK_ROWS].tolist(),
                [load] * size,
                texts["code"],
                texts["description"],
                texts["premise"],
                texts["block"],
                texts["beat"],
                texts["district"],
                _degrees(records.lat[part]),
                _degrees(records.lon[part]),
                [_MEANING[flag] for flag in records.domestic[part].tolist()],
                [_MEANING[flag] for flag in records.initiated[part].tolist()],
            )
        )


def column_block(
    records: Records,
    rows: Rows,
    numbers: Rows,
    *,
    load: int,
    source: str,
    known: Seconds,
    x: Metres,
    y: Metres,
    replaces: bool,
) -> ColumnBlock:
    """The columns of the rows at positions ``rows``, in order of time and then of number.

    ``numbers``, ``known``, ``x`` and ``y`` stand in the order of ``rows``.
    """
    order = np.lexsort((numbers, records.start[rows]))
    sorted_rows = rows[order]
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "incident": numbers[order],
        "time": records.start[sorted_rows],
        "end": records.end[sorted_rows],
        "known": known[order],
        "local": records.local[sorted_rows],
        "x": x[order],
        "y": y[order],
        "domestic": records.domestic[sorted_rows],
        "initiated": records.initiated[sorted_rows],
        "timed": records.timed[sorted_rows],
    }
    words: dict[str, tuple[str, ...]] = {}
    for name in VOCABULARIES:
        arrays[name], words[name] = _vocabulary(records.places[name][sorted_rows], records.words[name])
    return ColumnBlock(
        load=load,
        source=source,
        rows=len(rows),
        columns={name: arrays[name].astype(kind).tobytes() for name, kind in COLUMN_TYPES.items()},
        words=words,
        replaces=replaces,
    )


def _vocabulary(places: npt.NDArray[np.int32], words: list[str]) -> tuple[Rows, tuple[str, ...]]:
    """The texts that occur, sorted, and each row's position among them; -1 for the blank text."""
    used, back = np.unique(places, return_inverse=True)
    texts = [words[place] for place in used.tolist()]
    signs = sorted({text for text in texts if text})
    position = {text: place for place, text in enumerate(signs)}
    moved = np.array([position.get(text, -1) for text in texts], dtype=np.int64)
    return moved[back], tuple(signs)


def _times(seconds: Seconds) -> list[int | None]:
    return [None if second == NO_TIME else second for second in seconds.tolist()]


def _degrees(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
