"""The rows of one file as checked arrays: text in, times, places, codes and flags out, bad rows counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.points import Degrees, degrees, usable
from ilp_core.collect.reading import Table
from ilp_core.collect.times import NO_TIME, Seconds, TimeColumn, Truth, timed

Positions = npt.NDArray[np.int32]
Flags = npt.NDArray[np.int8]

#: Fields kept as positions in a list of distinct texts.
CODED: Final = ("code", "description", "premise", "block", "beat", "district")

#: A record may be dated this far ahead of the clock that reads it: zones and slow clocks, not the future.
_AHEAD: Final = timedelta(days=1)

_YES: Final = frozenset({"true", "t", "yes", "y", "1"})
_NO: Final = frozenset({"false", "f", "no", "n", "0"})


@dataclass(frozen=True, slots=True)
class Records:
    """The rows that passed the checks, column by column, in the order of the file.

    Times are seconds since 1970 UTC, NO_TIME where unknown; ``local`` is ``start`` as the local clock showed it.
    ``lat`` and ``lon`` are NaN where the row is not located. ``places[name]`` are positions in ``words[name]``.
    ``domestic`` and ``initiated`` are 1, 0, or -1 where the source does not say.
    ``rows`` counts what the file held, ``rejected`` by reason what did not pass.
    """

    key: list[str]
    stamp: Seconds
    start: Seconds
    end: Seconds
    reported: Seconds
    local: Seconds
    lat: Degrees
    lon: Degrees
    places: dict[str, Positions]
    words: dict[str, list[str]]
    domestic: Flags
    initiated: Flags
    timed: Flags
    rows: int
    rejected: dict[str, int]

    @property
    def located(self) -> Truth:
        """Where a row has a position."""
        return ~np.isnan(self.lat)


@dataclass(slots=True)
class _Words:
    """Distinct texts of one field over all batches, in order of first sight."""

    clean: Callable[[str], str]
    index: dict[str, int] = field(default_factory=dict)

    def encode(self, texts: Sequence[str]) -> Positions:
        codes, words = pd.factorize(np.array(texts, dtype=object))
        known = [self.index.setdefault(self.clean(word.strip()), len(self.index)) for word in words]
        positions: Positions = np.array(known, dtype=np.int32)[codes]
        return positions


class _Sheet:
    """Takes batch after batch and becomes ``Records``."""

    def __init__(self, layout: Layout, zone: str, now: datetime) -> None:
        self._layout = layout
        self._latest = int((now + _AHEAD).timestamp())
        self._clocks = {name: TimeColumn(zone) for name in ("occurred_from", "occurred_to", "reported", "stamp")}
        self._words = {name: _Words(layout.clean.get(name, str)) for name in CODED}
        self._keys: list[str] = []
        self._parts: dict[str, list[npt.NDArray[np.generic]]] = {}
        self.rows = 0
        self.rejected: Counter[str] = Counter()

    def add(self, batch: Fields) -> None:
        """Check and keep the rows of a batch."""
        rows = len(batch["id"])
        if rows == 0:
            return
        self.rows += rows
        blank = [""] * rows
        keys = [key.strip() for key in batch["id"]]
        moments = {name: clock.read(batch.get(name, blank)) for name, clock in self._clocks.items()}
        start, end, reported = moments["occurred_from"], moments["occurred_to"], moments["reported"]
        code = self._words["code"].encode(batch["code"])
        no_code = self._words["code"].index.get("", -1)
        until = np.where(end.blank, start.utc, end.utc)
        keep = self._passing(
            rows,
            {
                "no id": np.array([not key for key in keys], dtype=bool),
                "no date": start.blank,
                "date not understood": start.odd | end.odd | reported.odd,
                "date in the future": start.utc > self._latest,
                "ends before it starts": until < start.utc,
                "no offence code": code == no_code,
            },
        )
        lat, lon = degrees(batch["lat"]), degrees(batch["lon"])
        nowhere = ~usable(lat, lon, self._layout.null_points)
        lat[nowhere] = lon[nowhere] = np.nan
        columns: dict[str, npt.NDArray[np.generic]] = {
            "stamp": moments["stamp"].utc,
            "start": start.utc,
            "end": until,
            "reported": reported.utc,
            "local": start.local,
            "lat": lat,
            "lon": lon,
            "code": code,
            **{name: self._words[name].encode(batch.get(name, blank)) for name in CODED if name != "code"},
            "domestic": _flags(batch.get("domestic", blank)),
            "initiated": _flags(batch.get("officer_initiated", blank)),
        }
        self._keys += keys if keep.all() else [key for key, kept in zip(keys, keep, strict=True) if kept]
        for name, column in columns.items():
            self._parts.setdefault(name, []).append(column[keep])

    def _passing(self, rows: int, faults: dict[str, Truth]) -> Truth:
        """The rows without a fault; every other row is counted once, under its first fault."""
        keep = np.ones(rows, dtype=bool)
        for reason, faulty in faults.items():
            self.rejected[reason] += int((keep & faulty).sum())
            keep &= ~faulty
        return keep

    def records(self, spoiled: Counter[str]) -> Records:
        """All rows kept, with ``spoiled`` rows of the file counted among the rejected."""
        whole = {name: np.concatenate(parts) for name, parts in self._parts.items()}
        local = whole["local"].astype(np.int64)
        return Records(
            key=self._keys,
            stamp=whole["stamp"].astype(np.int64),
            start=whole["start"].astype(np.int64),
            end=whole["end"].astype(np.int64),
            reported=whole["reported"].astype(np.int64),
            local=local,
            lat=whole["lat"].astype(np.float64),
            lon=whole["lon"].astype(np.float64),
            places={name: whole[name].astype(np.int32) for name in CODED},
            words={name: list(self._words[name].index) for name in CODED},
            domestic=whole["domestic"].astype(np.int8),
            initiated=whole["initiated"].astype(np.int8),
            timed=timed(local),
            rows=self.rows + spoiled.total(),
            rejected=dict(+(self.rejected + spoiled)),
        )


def read_records(
    table: Table, layout: Layout, zone: str, now: datetime, progress: Callable[[float], None]
) -> Records:
    """Read and check a whole table. ``progress`` hears the share read after every batch. Blocking.

    A table without rows gives records without rows, where ``rows`` is 0.
    """
    found = layout.find(table.header)
    sheet = _Sheet(layout, zone, now)
    for batch in table.batches(list(found.values())):
        fields = {part: batch[name] for part, name in found.items()}
        sheet.add(layout.prepare(fields))
        progress(table.share_read())
    if sheet.rows == 0:
        return _nothing(table.spoiled)
    return sheet.records(table.spoiled)


def _nothing(spoiled: Counter[str]) -> Records:
    times = np.full(0, NO_TIME, dtype=np.int64)
    flags = np.zeros(0, dtype=np.int8)
    return Records(
        key=[],
        stamp=times,
        start=times,
        end=times,
        reported=times,
        local=times,
        lat=np.zeros(0),
        lon=np.zeros(0),
        places={name: np.zeros(0, dtype=np.int32) for name in CODED},
        words={name: [] for name in CODED},
        domestic=flags,
        initiated=flags,
        timed=flags,
        rows=spoiled.total(),
        rejected=dict(spoiled),
    )


def _flags(texts: Sequence[str]) -> Flags:
    codes, words = pd.factorize(np.array(texts, dtype=object))
    plain = [word.strip().casefold() for word in words]
    values = [1 if word in _YES else 0 if word in _NO else -1 for word in plain]
    flags: Flags = np.array(values, dtype=np.int8)[codes]
    return flags
