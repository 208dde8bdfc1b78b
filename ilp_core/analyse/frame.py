"""The incident frame: an immutable snapshot of every incident as numpy columns, shared by all readers.

It is joined from the column blocks of a data version (frame_build.py), never from rows. When a load brings a new
version it is replaced, not changed, by a frame that takes over what stands (frame_extend.py). Questions read slices
of it; nothing here scans a database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame_points import Points, points_of
from ilp_core.analyse.frame_room import SPARE
from ilp_core.analyse.kept import Kept
from ilp_core.domain.offences import OFFENCE_CODE

if TYPE_CHECKING:
    from ilp_core.analyse.frame_build import Origin
    from ilp_core.analyse.past_counts import PastCounts

Rows = NDArray[np.intp]
Column = NDArray[Any]

VICTIM: Final = 0
MIXED: Final = 1
ENFORCEMENT: Final = 2
#: Offences that are often domestic: where a source cannot say, they rank no place (G46).
VIOLENCE: Final = tuple(OFFENCE_CODE[slug] for slug in ("homicide", "assault", "sexual"))
#: No shorter span without a record is looked at as a gap, in seconds: a monthly source's records are a month apart.
LEAST_SILENCE_S: Final = 35 * 86_400
#: Rows looked at in one go where only the first that fits is wanted.
_STRETCH: Final = 4_096
#: Areas whose rows are remembered: more than a large force has.
_MOST_AREAS: Final = 4_096
#: Moments for which the earliest such row is remembered.
_MOST_FIRSTS: Final = 64


def along(values: Column, rows: Rows) -> Column:
    """``values[rows]``; where the rows follow each other, as of the whole force, without a copy. Only to be read."""
    if len(rows) and int(rows[-1]) - int(rows[0]) + 1 == len(rows) and bool((rows[1:] > rows[:-1]).all()):
        return values[rows[0] : rows[-1] + 1]
    return values[rows]


@dataclass(frozen=True)
class IncidentFrame:
    """Columns of equal length in order of ``time``. See domain/columns.py for the stored ones.

    Derived from the offence map of today: ``offence`` (position in OFFENCES), ``harm`` (days of sentence per
    record, 0 where no weight exists), ``rankable``, ``initiation`` (VICTIM, MIXED or ENFORCEMENT), ``mapped``,
    False where the map has no row for the record's code, and ``may_rank``, True where nothing but who initiated it
    can keep the record from ranking a place.
    """

    version: int
    column: Mapping[str, Column]
    words: Mapping[str, tuple[str, ...]]
    offence: NDArray[np.int8]
    harm: NDArray[np.float32]
    rankable: NDArray[np.bool_]
    initiation: NDArray[np.int8]
    mapped: NDArray[np.bool_]
    may_rank: NDArray[np.bool_]
    slugs: tuple[tuple[float, frozenset[str]], ...]
    """Per source: when its first record became known, and the slugs that its offence map can tell apart."""
    origin: Origin = field(repr=False)
    """What it was joined from, for the frame of the next version."""

    def __len__(self) -> int:
        return len(self.column["time"])

    def separable(self, at: float) -> frozenset[str]:
        """The slugs that the offence maps of the sources known at ``at`` can tell apart."""
        return frozenset().union(*(slugs for since, slugs in self.slugs if since <= at))

    @property
    def recorded_since(self) -> NDArray[np.float64]:
        """When the source of each row was first known to record who initiated a record, in seconds since 1970 UTC,
        infinite where it never did."""
        return self.origin.since[self.origin.source]

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        """True where the row has usable coordinates."""
        return np.isfinite(self.column["x"])

    @cached_property
    def month_only(self) -> NDArray[np.bool_]:
        """True where only the month of the row is known: nothing can be said of its day or hour."""
        return np.asarray(self.column["timed"] < 0)

    @cached_property
    def has_windows(self) -> bool:
        """True where some record tells a span in which it occurred and not one moment."""
        return bool((self.column["end"] > self.column["time"]).any())

    @cached_property
    def _has_months(self) -> bool:
        return bool(self.month_only.any())

    def dated(self, rows: Rows) -> Rows:
        """Those of ``rows`` of which more than the month is known."""
        return rows[~self.month_only[rows]] if self._has_months else rows

    @cached_property
    def _all_known_at_once(self) -> bool:
        known, time = self.column["known"], self.column["time"]
        return known is time or bool(np.array_equal(known, time))

    @cached_property
    def _last_known(self) -> int:
        return int(self.column["known"].max(initial=np.iinfo(np.int64).min))

    @cached_property
    def _known_sorted(self) -> NDArray[np.int64]:
        return np.sort(self.column["known"])

    @cached_property
    def all_rows(self) -> Rows:
        """Every row, in order of time."""
        # A few numbers more than rows, so that the frame of the next version need not count them again.
        numbers = np.arange(int(len(self) * (1 + SPARE)))
        numbers.flags.writeable = False
        return numbers[: len(self)]

    @cached_property
    def _recording_since(self) -> list[float]:
        # A source that has no rows or never said has an infinite moment.
        return sorted({np.inf, *self.origin.since.tolist()})

    @cached_property
    def points(self) -> Points:
        """The distinct exact positions, and each row's place among them."""
        return points_of(self.column["x"], self.column["y"])

    @cached_property
    def silences(self) -> Rows:
        """The rows after which none follows for longer than LEAST_SILENCE_S."""
        return np.flatnonzero(np.diff(self.column["time"]) > LEAST_SILENCE_S)

    def points_if_made(self) -> Points | None:
        """The points where somebody has asked for them, else None."""
        made: Points | None = self.__dict__.get("points")
        return made

    @property
    def past_counts(self) -> PastCounts | None:
        """What was last counted round recent crimes, of this frame or of the one that it grew from."""
        counts: PastCounts | None = self.__dict__.get("_past_counts")
        return counts

    def hand_on(self, counts: PastCounts) -> None:
        """Keep what was counted for the next moment and the next version; of two moments the later one's."""
        before = self.past_counts
        if before is None or before.at <= counts.at:
            self.__dict__["_past_counts"] = counts

    def take_over(self, earlier: IncidentFrame, unchanged: int, points: Points | None) -> None:
        """Take over what ``earlier`` has made of its rows, the first ``unchanged`` of which are this frame's, and the
        ``points``. Only for who makes a frame."""
        if points is not None:
            self.__dict__["points"] = points
        numbers = earlier.__dict__.get("all_rows")
        if numbers is not None and numbers.base is not None and len(numbers.base) >= len(self):
            self.__dict__["all_rows"] = numbers.base[: len(self)]
        if unchanged == len(earlier):
            # Nothing has gone, so that what holds of both parts holds of the whole.
            more = {name: values[unchanged:] for name, values in self.column.items() if name in ("known", "time")}
            at_once = np.array_equal(more["known"], more["time"])
            self.__dict__["_all_known_at_once"] = earlier._all_known_at_once and at_once
            self.__dict__["_last_known"] = int(more["known"].max(initial=earlier._last_known))
        if "silences" in earlier.__dict__:
            before = earlier.silences[: np.searchsorted(earlier.silences, unchanged - 1)]
            first = max(0, unchanged - 1)
            after = np.flatnonzero(np.diff(self.column["time"][first:]) > LEAST_SILENCE_S) + first
            self.__dict__["silences"] = np.concatenate([before, after])

    def by_the_public(self, rows: Rows, at: float) -> NDArray[np.bool_]:
        """True where a record of ``rows`` was not police-initiated, as could be told at ``at`` (G05)."""
        if at < self._recording_since[0]:
            return np.asarray(self.initiation[rows] == VICTIM)
        said, recording = self.column["initiated"][rows], (self.origin.since <= at)[self.origin.source[rows]]
        return np.asarray(np.where(recording, said == 0, self.initiation[rows] == VICTIM))

    def infers(self, rows: Rows, at: float) -> bool:
        """True where the source of any of ``rows`` was not known at ``at`` to record who initiated a record."""
        unknown = self.origin.since > at
        if unknown.all() or not unknown.any():
            return bool(len(rows) and unknown.any())
        return bool(unknown[along(self.origin.source, rows)].any())

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
        fitting = self.may_rank & ~self.month_only if dated else self.may_rank
        for start in range(0, len(self), _STRETCH):
            rows = np.flatnonzero(fitting[start : start + _STRETCH]) + start
            fits = self.by_the_public(rows, at) & (self.column["known"][rows] <= at)
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
        # Looked for once per area: that takes less than sorting all rows by all areas, which every load would undo.
        return self._by_area.get((kind, position), lambda: np.flatnonzero(self.column[kind] == position))

    @cached_property
    def _by_area(self) -> Kept[Rows]:
        return Kept(_MOST_AREAS)

    def known(self, at: float, since: float = float("-inf")) -> Rows:
        """Of all rows those that occurred in (since, at] and were known at ``at``, as ``seen`` tells."""
        # A month begins at its first instant, which a window may begin with.
        first = self.until(since - 1) if self._has_months else self.until(since)
        return self.seen(self.all_rows[first : self.until(at)], since, at, at)

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
        if self._all_known_at_once or self._last_known <= at:
            return rows
        return rows[self.column["known"][rows] <= at]

    def signature(self, at: float, *edges: float, rows: Rows | None = None) -> tuple[int, ...]:
        """Equal for two moments at which, of ``rows`` in order of time (None: of all), the same ones are visible
        since or until each of ``edges``, and the same sources were known to record who initiated a record."""
        # What is known only grows, so that as many known rows are the same known rows.
        if self._all_known_at_once:
            known = 0
        elif self._last_known <= at:
            known = len(self) if rows is None else len(rows)
        elif rows is None:
            known = bisect_right(self._known_sorted, at)
        else:
            known = int(np.count_nonzero(self.column["known"][rows] <= at))
        recording = bisect_right(self._recording_since, at)
        return (known, recording, *(self.until(edge, rows) for edge in (at, *edges)))
