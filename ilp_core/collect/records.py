"""The rows of one file as checked arrays: text in, times, places, codes and flags out, bad rows counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.coded import Coded, Positions, constant
from ilp_core.collect.dates import DAY, MINUTE, MONTH, Seconds, Truth
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.points import Degrees
from ilp_core.collect.row_positions import PositionCount, row_positions
from ilp_core.collect.times import Moments, TimeColumn, month_end, timed, to_utc
from ilp_core.collect.warts import Warts
from ilp_core.domain.columns import EXTRA_VOCABULARIES, NO_TIME, VOCABULARIES

Flags = npt.NDArray[np.int8]

#: Fields kept as positions in a list of distinct texts, whatever the kind of record.
CODED: Final = (*VOCABULARIES, "description")
_TIMES: Final = ("occurred_from", "occurred_to", "reported", "stamp")

#: A record may be dated this far ahead of the clock that reads it: zones and slow clocks, not the future.
_AHEAD: Final = timedelta(days=1)
#: Longer texts are cut: no code, premise, block or description of a record is a page [this project's choice].
LONGEST_TEXT: Final = 300
#: Longer keys are replaced by a digest of themselves.
_LONGEST_KEY: Final = 120
_DAY_S: Final = 86_400

_YES: Final = frozenset({"true", "t", "yes", "y", "1"})
_NO: Final = frozenset({"false", "f", "no", "n", "0"})


@dataclass(frozen=True, slots=True)
class Records:
    """The rows that passed the checks, column by column, in the order of the file.

    Times are seconds since 1970 UTC, NO_TIME where unknown; ``local`` is ``start`` as the local clock showed it.
    ``key`` is empty where a row has none of its own; ``group`` then says whose publication it belongs to.
    ``lat`` and ``lon`` are NaN where the row is not located. ``places[name]`` are positions in ``words[name]``.
    ``domestic`` and ``initiated`` are 1, 0, or -1 where the source does not say; ``timed`` as in domain/columns.py.
    ``coarse`` marks rows of which only the day or the month is known.
    ``rows`` counts what the file held, ``rejected`` by reason what did not pass, ``shapes`` the shapes of its times,
    ``warts`` what is odd in the source's rows (``warts.Warts``).
    """

    key: npt.NDArray[np.object_]
    stamp: Seconds
    start: Seconds
    end: Seconds
    reported: Seconds
    local: Seconds
    lat: Degrees
    lon: Degrees
    places: dict[str, Positions]
    words: dict[str, list[str]]
    group: Positions
    groups: list[str]
    domestic: Flags
    initiated: Flags
    timed: Flags
    coarse: Truth
    rows: int
    rejected: dict[str, int]
    warts: dict[str, int]

    @property
    def located(self) -> Truth:
        """Where a row has a position."""
        return ~np.isnan(self.lat)


@dataclass(slots=True)
class _Words:
    """Distinct texts of one field over all batches, in order of first sight."""

    clean: Callable[[str], str] = str
    index: dict[str, int] = field(default_factory=dict)

    def encode(self, texts: Coded) -> Positions:
        # Only the words that occur: a part of a batch still carries the words of the whole.
        used = np.flatnonzero(np.bincount(texts.codes, minlength=len(texts.words)))
        table = np.full(len(texts.words), -1, dtype=np.int32)
        for place in used.tolist():
            word = self.clean(tidy(texts.words[place]))
            table[place] = self.index.setdefault(word, len(self.index))
        return table[texts.codes]


class Sheet:
    """Takes batch after batch of one layout, also from several tables, and becomes ``Records``."""

    def __init__(self, layout: Layout, zone: str, now: datetime, *, counted: bool = False) -> None:
        """``counted``: what becomes of the positions that the file gives is counted in ``positions``."""
        self._layout = layout
        self.positions = PositionCount() if counted else None
        self._zone = zone
        self._latest = int((now + _AHEAD).timestamp())
        self._clocks = {name: TimeColumn(zone, layout.order, layout.dates) for name in _TIMES}
        self._coded = (*CODED, *EXTRA_VOCABULARIES[layout.kind])
        self._words = {name: _Words(layout.clean.get(name, str)) for name in self._coded}
        self._groups = _Words()
        self._warts = Warts(layout)
        self._parts: dict[str, list[npt.NDArray[np.generic]]] = {}
        self.rows = 0
        self.rejected: Counter[str] = Counter()

    def add(self, batch: Fields) -> None:
        """Check and keep the rows of a batch."""
        rows = len(next(iter(batch.values())))
        if rows == 0:
            return
        self.rows += rows
        blank = constant("", rows)
        self._warts.see(batch)
        given = self._layout.prepare(batch)
        moments = {name: clock.read(given.get(name, blank)) for name, clock in self._clocks.items()}
        start, end = moments["occurred_from"], moments["occurred_to"]
        until = self._ends(start, end)
        keys = _keys(given.get("id", blank))
        code = self._words["code"].encode(given["code"])
        keep = self._passing(
            rows,
            {
                "no id": (keys == "") & self._needs_id(),
                "no date": start.blank,
                "date not understood": start.odd | end.odd | moments["reported"].odd,
                "date in the future": start.utc > self._latest,
                "ends before it starts": until < start.utc,
                "no offence code": code == self._words["code"].index.get("", -1),
            },
        )
        lat, lon = row_positions(self._layout, given)
        if self.positions is not None:
            self.positions.see(batch, given, lat)
        columns: dict[str, npt.NDArray[np.generic]] = {
            "key": keys,
            "stamp": moments["stamp"].utc,
            "start": start.utc,
            "end": until,
            "reported": self._reported(moments["reported"], start),
            "local": start.local,
            "precision": start.precision,
            "lat": lat,
            "lon": lon,
            "group": self._groups.encode(given.get(self._layout.group or "", blank)),
            "code": code,
            **{name: self._words[name].encode(given.get(name, blank)) for name in self._coded if name != "code"},
            "domestic": _flags(given.get("domestic", blank)),
            "initiated": _flags(given.get("officer_initiated", blank)),
        }
        for name, column in columns.items():
            self._parts.setdefault(name, []).append(column if keep.all() else column[keep])

    def _needs_id(self) -> bool:
        """Rows without a key are a multiset where the source publishes such rows; else the key is missing."""
        return "id" in self._layout.columns and not self._layout.monthly

    def _ends(self, start: Moments, end: Moments) -> Seconds:
        """When each row ended at the latest: as said, else with its month or day, else when it started."""
        return np.where(end.blank, self._last_of(start), self._last_of(end))

    def _last_of(self, moments: Moments) -> Seconds:
        """The last second that each text can mean: of its month, of its day, or itself."""
        last = np.where(moments.precision == DAY, moments.utc + _DAY_S - 1, moments.utc)
        months = moments.precision == MONTH
        if months.any():
            last = np.where(months, to_utc(month_end(moments.local), self._zone), last)
        return np.where(moments.utc == NO_TIME, NO_TIME, last)

    def _reported(self, reported: Moments, start: Moments) -> Seconds:
        """When each row was reported, at the latest: nothing may be known before it was."""
        late = self._last_of(reported)
        return np.where((late != NO_TIME) & (start.utc != NO_TIME), np.maximum(late, start.utc), late)

    def _passing(self, rows: int, faults: dict[str, Truth]) -> Truth:
        """The rows without a fault; every other row is counted once, under its first fault."""
        keep = np.ones(rows, dtype=bool)
        for reason, faulty in faults.items():
            self.rejected[reason] += int((keep & faulty).sum())
            keep &= ~faulty
        return keep

    def records(self, spoiled: Counter[str]) -> Records:
        """All rows kept, with ``spoiled`` rows of the file counted among the rejected."""

        def whole(name: str, kind: type[np.generic]) -> npt.NDArray[Any]:
            parts = self._parts.pop(name, [])
            return np.concatenate(parts).astype(kind, copy=False) if parts else np.empty(0, dtype=kind)

        local, precision = whole("local", np.int64), whole("precision", np.int8)
        return Records(
            key=whole("key", np.object_),
            stamp=whole("stamp", np.int64),
            start=whole("start", np.int64),
            end=whole("end", np.int64),
            reported=whole("reported", np.int64),
            local=local,
            lat=whole("lat", np.float64),
            lon=whole("lon", np.float64),
            places={name: whole(name, np.int32) for name in self._coded},
            words={name: list(self._words[name].index) for name in self._coded},
            group=whole("group", np.int32),
            groups=list(self._groups.index),
            domestic=whole("domestic", np.int8),
            initiated=whole("initiated", np.int8),
            timed=timed(local, precision),
            coarse=precision != MINUTE,
            rows=self.rows + spoiled.total(),
            rejected=dict(+(self.rejected + spoiled)),
            warts=self._warts.counts(),
        )


def tidy(text: str) -> str:
    """``text`` without surrounding blanks, with signs that cannot be printed as blanks, and cut to LONGEST_TEXT."""
    if not text.isprintable():
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text.strip()[:LONGEST_TEXT]


def _keys(texts: Coded) -> npt.NDArray[np.object_]:
    """Each row's key; a very long one is replaced by its digest."""
    words = np.empty(len(texts.words), dtype=object)
    words[:] = [word.strip() if len(word) <= _LONGEST_KEY else _short(word.strip()) for word in texts.words]
    keys: npt.NDArray[np.object_] = words[texts.codes]
    return keys


def _short(key: str) -> str:
    if len(key) <= _LONGEST_KEY:
        return key
    return "#" + blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _flags(texts: Coded) -> Flags:
    plain = [word.strip().casefold() for word in texts.words]
    values = [1 if word in _YES else 0 if word in _NO else -1 for word in plain]
    flags: Flags = np.array(values, dtype=np.int8)[texts.codes]
    return flags
