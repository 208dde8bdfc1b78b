"""The incident frame: an immutable snapshot of every incident as numpy columns, shared by all readers.

It is built from the column blocks of a data version, never from rows, and is replaced, not changed, when a
load brings a new version. Questions read slices of it; nothing here scans a database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.kept import Kept
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import OFFENCE_CODE, OffenceRule
from ilp_core.domain.places import AREA_KINDS

Rows = NDArray[np.intp]
Column = NDArray[Any]

Words = Mapping[str, tuple[str, ...]]
#: Gives columns and vocabularies with areas filled in.
Placing = Callable[[Mapping[str, Column], Words], tuple[Mapping[str, Column], Words]]

VICTIM: Final = 0
MIXED: Final = 1
ENFORCEMENT: Final = 2
#: Offences that are often domestic: where a source cannot say, they rank no place (G46).
VIOLENCE: Final = tuple(OFFENCE_CODE[slug] for slug in ("homicide", "assault", "sexual"))
#: Rows looked at in one go where only the first that fits is wanted.
_STRETCH: Final = 4_096
_DAY_S: Final = 86_400
#: Moments for which the earliest such row is remembered.
_MOST_FIRSTS: Final = 64
_INITIATION: Final = {"victim": VICTIM, "mixed": MIXED, "enforcement": ENFORCEMENT}


@dataclass(frozen=True)
class IncidentFrame:
    """Columns of equal length in order of ``time``. See domain/columns.py for the stored ones.

    Derived from the offence map of today: ``offence`` (position in OFFENCES), ``harm`` (days of sentence per
    record, 0 where no weight exists), ``rankable``, ``initiation`` (VICTIM, MIXED or ENFORCEMENT) and ``mapped``,
    False where the map has no row for the record's code.
    ``recorded_since`` is when the row's source was first known to record who initiated a record, in seconds
    since 1970 UTC, infinite where it never did.
    """

    version: int
    column: Mapping[str, Column]
    words: Mapping[str, tuple[str, ...]]
    offence: NDArray[np.int8]
    harm: NDArray[np.float32]
    rankable: NDArray[np.bool_]
    initiation: NDArray[np.int8]
    mapped: NDArray[np.bool_]
    recorded_since: NDArray[np.float64]
    slugs: tuple[tuple[float, frozenset[str]], ...]
    """Per source: when its first record became known, and the slugs that its offence map can tell apart."""

    def __len__(self) -> int:
        return len(self.column["time"])

    def separable(self, at: float) -> frozenset[str]:
        """The slugs that the offence maps of the sources known at ``at`` can tell apart."""
        return frozenset().union(*(slugs for since, slugs in self.slugs if since <= at))

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        """True where the row has usable coordinates."""
        return np.isfinite(self.column["x"])

    @cached_property
    def month_only(self) -> NDArray[np.bool_]:
        """True where only the month of the row is known: nothing can be said of its day or hour."""
        return np.asarray(self.column["timed"] < 0)

    @cached_property
    def _has_months(self) -> bool:
        return bool(self.month_only.any())

    @cached_property
    def _all_known_at_once(self) -> bool:
        return bool(np.array_equal(self.column["known"], self.column["time"]))

    @cached_property
    def _known_sorted(self) -> NDArray[np.int64]:
        return np.sort(self.column["known"])

    @cached_property
    def all_rows(self) -> Rows:
        """Every row, in order of time."""
        return np.arange(len(self))

    @cached_property
    def _recording_since(self) -> NDArray[np.float64]:
        return np.unique(self.recorded_since)

    @cached_property
    def grouped(self) -> dict[str, tuple[Rows, NDArray[np.int64]]]:
        """Per area kind: all rows grouped by area code, each group in order of time, and the groups' edges."""
        groups: dict[str, tuple[Rows, NDArray[np.int64]]] = {}
        for kind in AREA_KINDS:
            codes = self.column[kind]
            order = np.argsort(codes, kind="stable")
            edges = np.searchsorted(codes[order], np.arange(len(self.words[kind]) + 1))
            groups[kind] = (order, edges)
        return groups

    @cached_property
    def points(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The distinct exact positions (to the decimetre) as one integer each, sorted, and each row's place among
        them. Rows without coordinates share the position 0."""
        x, y = np.nan_to_num(self.column["x"]), np.nan_to_num(self.column["y"])
        keys = (np.rint(x * 10).astype(np.int64) << 32) ^ np.rint(y * 10).astype(np.int64)
        distinct, place = np.unique(keys, return_inverse=True)
        return distinct, place

    @cached_property
    def _may_rank(self) -> Rows:
        domestic = self.column["domestic"]
        hidden = (domestic == 1) | ((domestic < 0) & np.isin(self.offence, VIOLENCE))
        return np.flatnonzero(self.rankable & self.located & ~hidden)

    def by_the_public(self, rows: Rows, at: float) -> NDArray[np.bool_]:
        """True where a record of ``rows`` was not police-initiated, as could be told at ``at`` (G05)."""
        said = self.column["initiated"][rows]
        return np.asarray(np.where(self.recorded_since[rows] <= at, said == 0, self.initiation[rows] == VICTIM))

    def first_dated(self, at: float) -> float | None:
        """As ``first_ranked``, of records whose day is known: only they tell what is usual in a fortnight."""
        if not self._has_months:
            return self.first_ranked(at)
        return self._first_dated.get(self.signature(at), lambda: self._find_first(at, dated=True))

    @cached_property
    def _first_dated(self) -> Kept[float | None]:
        return Kept(_MOST_FIRSTS)

    def first_ranked(self, at: float) -> float | None:
        """When the earliest record that may rank and was known at ``at`` occurred, or None. What may not rank a
        place says nothing about how far back the evidence reaches."""
        return self._firsts.get(self.signature(at), lambda: self._find_first(at))

    @cached_property
    def _firsts(self) -> Kept[float | None]:
        return Kept(_MOST_FIRSTS)

    def _find_first(self, at: float, *, dated: bool = False) -> float | None:
        for start in range(0, len(self._may_rank), _STRETCH):
            rows = self._may_rank[start : start + _STRETCH]
            fits = self.by_the_public(rows, at) & (self.column["known"][rows] <= at)
            if dated:
                fits &= ~self.month_only[rows]
            if fits.any():
                return float(self.column["time"][rows[np.argmax(fits)]])
        return None

    def latest(self, rows: Rows) -> float | None:
        """When the last of ``rows``, in order of time, occurred; a month's record as late as its month ends."""
        if not len(rows):
            return None
        last = float(self.column["time"][rows[-1]])
        months = self.column["end"][rows[self.month_only[rows]]] if self._has_months else ()
        return max(last, float(np.max(months))) if len(months) else last

    def until(self, moment: float, rows: Rows | None = None) -> int:
        """How many of ``rows`` in order of time (None: of all) occurred not after ``moment``."""
        times = self.column["time"]
        # A few looks at single times: numpy's own search would first turn every time into a float.
        return bisect_right(times, moment) if rows is None else bisect_right(rows, moment, key=times.__getitem__)

    def rows_in(self, kind: str, code: str) -> Rows:
        """All rows of one area by its canonical code, in order of time; none where no record names it."""
        try:
            position = self.words[kind].index(code)
        except (KeyError, ValueError):
            return np.empty(0, dtype=np.intp)
        order, edges = self.grouped[kind]
        return order[edges[position] : edges[position + 1]]

    def seen(self, rows: Rows, start: float, end: float, at: float) -> Rows:
        """Of ``rows`` (in order of time), those that occurred in (start, end] and were known at ``at``.

        A record of which only the month is known is in a window that holds its whole month, and in no other.
        """
        if self._has_months:
            # A month begins at its first instant, which a window may begin with.
            rows = rows[self.until(start - 1, rows) : self.until(min(end, at), rows)]
            time, months = self.column["time"][rows], self.month_only[rows]
            rows = rows[np.where(months, (time >= start) & (self.column["end"][rows] <= end), time > start)]
        else:
            rows = rows[self.until(start, rows) : self.until(min(end, at), rows)]
        if self._all_known_at_once:
            return rows
        return rows[self.column["known"][rows] <= at]

    def signature(self, at: float, *edges: float, rows: Rows | None = None) -> tuple[int, ...]:
        """Equal for two moments at which, of ``rows`` in order of time (None: of all), the same ones are visible
        since or until each of ``edges``, and the same sources were known to record who initiated a record."""
        # What is known only grows, so that as many known rows are the same known rows.
        if self._all_known_at_once:
            known = 0
        elif rows is None:
            known = bisect_right(self._known_sorted, at)
        else:
            known = int(np.count_nonzero(self.column["known"][rows] <= at))
        recording = bisect_right(self._recording_since, at)
        return (known, recording, *(self.until(edge, rows) for edge in (at, *edges)))


def build_frame(
    blocks: Sequence[ColumnBlock],
    rules: Sequence[OffenceRule],
    default_times: Collection[tuple[str, int]] = (),
    place: Placing | None = None,
) -> IncidentFrame:
    """Join column blocks into one frame. One block is wrapped without copying its columns.

    ``default_times`` are sources with minutes of the day that stand for an unknown hour there, as analysts confirmed.
    ``place`` gives records that name no area the one they lie in.
    """
    words: Words = {name: _joined([block.words[name] for block in blocks]) for name in VOCABULARIES}
    parts = [_columns(block) for block in blocks]
    column: Mapping[str, Column] = parts[0] if len(blocks) == 1 else _concatenated(parts, blocks, words)
    block_of = np.repeat(np.arange(len(blocks)), [len(part["time"]) for part in parts])
    sources = np.array([block.source for block in blocks], dtype=object)
    keep = _latest(column, blocks)
    if keep is not None:
        column = {name: values[keep] for name, values in column.items()}
        block_of = block_of[keep]
    if default_times:
        column = {**column, "timed": _without(column, sources[block_of], default_times)}
    if place:
        column, words = place(column, words)
    return _derived(blocks, column, words, sources, block_of, rules)


def _without(
    column: Mapping[str, Column], source: NDArray[np.object_], default_times: Collection[tuple[str, int]]
) -> Column:
    """The column ``timed`` with the hours at default times marked as unknown."""
    minute = column["local"] % _DAY_S // 60
    unknown = np.zeros(len(minute), dtype=bool)
    for name, default in default_times:
        unknown |= (minute == default) & (source == name)
    return np.where(unknown & (column["timed"] == 1), 0, column["timed"]).astype(np.int8)


def _columns(block: ColumnBlock) -> dict[str, Column]:
    return {name: np.frombuffer(block.columns[name], dtype=kind) for name, kind in COLUMN_TYPES.items()}


def _joined(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(lists) == 1:
        return lists[0]
    return tuple(dict.fromkeys(word for words in lists for word in words))


def _concatenated(
    parts: Sequence[dict[str, Column]], blocks: Sequence[ColumnBlock], words: Mapping[str, tuple[str, ...]]
) -> dict[str, Column]:
    for name in VOCABULARIES:
        position = {word: place for place, word in enumerate(words[name])}
        for part, block in zip(parts, blocks, strict=True):
            # The last entry stands for "unknown", which is -1 in the column.
            table = np.array([*(position[word] for word in block.words[name]), -1], dtype=np.int32)
            part[name] = table[part[name]]
    return {
        name: np.concatenate([np.empty(0, dtype=kind), *(part[name] for part in parts)])
        for name, kind in COLUMN_TYPES.items()
    }


def _latest(column: Mapping[str, Column], blocks: Sequence[ColumnBlock]) -> Rows | None:
    """Rows to keep, in order of time: the last version of each incident that was not withdrawn after it. None where
    all stand in order."""
    if len(blocks) == 1:
        return None
    rows = np.arange(len(column["time"]))
    if any(block.replaces for block in blocks):
        backwards = column["incident"][::-1]
        _, first = np.unique(backwards, return_index=True)
        rows = np.sort(len(backwards) - 1 - first)
    ends = np.cumsum([block.rows for block in blocks])
    for block, end in zip(blocks, ends.tolist(), strict=True):
        if block.gone:
            withdrawn = np.isin(column["incident"][rows], np.frombuffer(block.gone, dtype="<i8"))
            rows = rows[~(withdrawn & (rows < end - block.rows))]
    order = np.lexsort((column["incident"][rows], column["time"][rows]))
    kept: Rows = rows[order]
    return kept


def _derived(
    blocks: Sequence[ColumnBlock],
    column: Mapping[str, Column],
    words: Mapping[str, tuple[str, ...]],
    sources: NDArray[np.object_],
    block_of: NDArray[np.int64],
    rules: Sequence[OffenceRule],
) -> IncidentFrame:
    by_source: dict[str, dict[str, OffenceRule]] = {}
    for rule in rules:
        by_source.setdefault(rule.source, {})[rule.code] = rule
    names = sorted(set(sources))
    tables = [_rule_table(by_source.get(name, {}), words["code"]) for name in names]
    source_of = np.array([names.index(name) for name in sources], dtype=np.intp)[block_of]
    cell = source_of * (len(words["code"]) + 1) + column["code"]
    offence, harm, rankable, initiation, mapped = (
        np.concatenate([table[field] for table in tables]) if tables else np.empty(0) for field in range(5)
    )
    since = np.full(len(names), np.inf)
    says = column["initiated"] >= 0
    np.minimum.at(since, source_of[says], column["known"][says].astype(np.float64))
    begun = np.full(len(names), np.inf)
    np.minimum.at(begun, source_of, np.maximum(column["known"], column["time"]).astype(np.float64))
    return IncidentFrame(
        version=max((block.load for block in blocks), default=0),
        column=column,
        words=words,
        offence=offence[cell].astype(np.int8),
        harm=harm[cell].astype(np.float32),
        rankable=rankable[cell].astype(bool),
        initiation=initiation[cell].astype(np.int8),
        mapped=mapped[cell].astype(bool),
        recorded_since=since[source_of],
        slugs=tuple(
            (float(first), frozenset(rule.slug for rule in by_source.get(name, {}).values()))
            for name, first in zip(names, begun, strict=True)
        ),
    )


def _rule_table(rules: Mapping[str, OffenceRule], codes: Sequence[str]) -> tuple[Column, ...]:
    """Per code of the vocabulary: slug, harm, rankable, initiation, and whether it is mapped. Unmapped codes are
    other and never rank."""
    unmapped = OffenceRule("", "", "", "other", None, "mixed", False)
    found = [*(rules.get(code, unmapped) for code in codes), unmapped]
    return (
        np.array([OFFENCE_CODE[rule.slug] for rule in found]),
        np.array([rule.harm_days or 0.0 for rule in found]),
        np.array([rule.rankable for rule in found]),
        np.array([_INITIATION[rule.initiation] for rule in found]),
        np.array([rule is not unmapped for rule in found]),
    )
