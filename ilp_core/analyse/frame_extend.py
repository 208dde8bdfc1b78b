"""Extending a frame: the frame of the next data version from that of an earlier one and the blocks that came since.

What it gives is what ``build_frame`` gives of all blocks, at the price of the new rows. The earlier frame stays as it
is. New rows that stand behind all others are written behind them in memory that both frames share. Where a late row
stands between others, or one is replaced or withdrawn, the columns are copied, and put in order from there on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import Column, IncidentFrame, Rows
from ilp_core.analyse.frame_build import (
    MEANINGS,
    Origin,
    Words,
    first_moments,
    frame_from,
    joined_rows,
    joined_words,
    meanings,
    source_of,
    with_placed,
    without_default_times,
)
from ilp_core.analyse.frame_points import position_keys
from ilp_core.analyse.frame_room import Room
from ilp_core.domain.columns import COLUMN_TYPES, ColumnBlock

#: Columns that many sources fill with ``time``: in a frame that grew they are then that column, which is copied once.
_LIKE_TIME: Final = ("end", "known")


@dataclass(frozen=True)
class _Change:
    """Where new rows go: before which row of the earlier frame each stands, in order, and which of its rows are gone.

    ``over`` is True for a new row that takes the very place of the row that it stands before: a correction that
    changes neither time nor number. That row is not in ``gone``.
    """

    before: Rows
    over: NDArray[np.bool_]
    gone: Rows
    rows: int
    """Rows of the earlier frame."""

    @property
    def moved_from(self) -> int:
        """The first row of the earlier frame that may stand elsewhere in the new one."""
        return int(min([self.rows, *self.before[~self.over][:1], *self.gone[:1]]))

    @property
    def unchanged(self) -> int:
        """How many rows of the earlier frame stay as and where they are, before any change."""
        return int(min([self.moved_from, *self.before[:1]]))

    @property
    def total(self) -> int:
        """Rows of the new frame."""
        return self.rows - len(self.gone) + int(np.count_nonzero(~self.over))

    @property
    def lost(self) -> Rows:
        """The rows of the earlier frame that are not in the new one."""
        return np.sort(np.concatenate([self.gone, self.before[self.over]]))

    def merged(self) -> tuple[Rows, Rows]:
        """From ``moved_from`` on: which row of the earlier frame each one of the new frame is, counted from there.
        And which ones of the new frame, counted from its first, are the new rows instead."""
        start = self.moved_from
        between = self.before[~self.over]
        # Where each new row stands among those that stay, then among all.
        added = between - np.searchsorted(self.gone, between) + np.arange(len(between))
        new = np.empty(len(self.before), dtype=np.intp)
        new[~self.over], new[self.over] = added, self.moved(self.before[self.over])
        old = np.ones(self.total - start, dtype=bool)
        old[added - start] = False
        stay = np.ones(self.rows - start, dtype=bool)
        stay[self.gone - start] = False
        order = np.zeros(len(old), dtype=np.intp)
        order[old] = np.flatnonzero(stay)
        return order, new

    def new_rows(self, rows: Rows) -> Rows:
        """As ``moved``, and -1 for rows that have gone or were gone before."""
        if self.unchanged == self.rows:
            return rows
        left = np.isin(rows, self.lost) | (rows < 0)
        return np.where(left, -1, self.moved(rows))

    def moved(self, rows: Rows) -> Rows:
        """Which rows of the new frame ``rows`` of the earlier one are, none of which has gone."""
        added = np.searchsorted(self.before[~self.over], rows, side="right")
        moved: Rows = rows + added - np.searchsorted(self.gone, rows)
        return moved


def extend_frame(frame: IncidentFrame, blocks: Sequence[ColumnBlock]) -> IncidentFrame | None:
    """The frame of the blocks of ``frame`` with ``blocks``, those of later loads, behind them.

    The offence map, default times and placing are those of ``frame``. None where only ``build_frame`` can tell: where
    a block brings new words for areas of a kind of which some are so far known by position only, and may spell these
    otherwise.
    """
    origin, reading = frame.origin, frame.origin.reading
    index = joined_words(origin.index, blocks)
    if any(len(index[name]) > len(frame.words[name]) > origin.stated[name] for name in index):
        return None
    sources = tuple(dict.fromkeys((*origin.sources, *(block.source for block in blocks))))
    replaces = origin.replaces or any(block.replaces for block in blocks)
    new, block_of = joined_rows(blocks, index, replaces=replaces, alone=False)
    source = source_of(blocks, sources)[block_of]
    new = without_default_times(new, source, sources, reading.default_times)
    words: Words = {name: _longer(frame.words[name], index[name]) for name in index}
    if reading.place:
        new, words = reading.place(new, words)
    change = _change(frame, new, blocks, replaces=replaces)
    since, begun = _first_moments(frame, new, source, change, len(sources))
    earlier = _columns(frame)
    more = {**new, **meanings(new, source, words, sources, reading.rules), "source": source}
    points = frame.points_if_made()
    if points is not None:
        points, more["place"] = points.with_keys(position_keys(new["x"], new["y"]))
        earlier["place"] = points.place
    like_time = [name for name in _LIKE_TIME if _like_time(frame, more, name)]
    for name in like_time:
        del earlier[name], more[name]
    column, room = _joined(origin.room, earlier, more, change)
    column |= dict.fromkeys(like_time, column["time"])
    grown = frame_from(
        max(frame.version, *(block.load for block in blocks), 0),
        {name: column[name] for name in COLUMN_TYPES},
        words,
        column,
        Origin(
            reading=reading,
            sources=sources,
            source=column["source"],
            since=since,
            begun=begun,
            index=with_placed(index, words),
            stated={
                name: len(index[name]) if len(index[name]) > len(frame.words[name]) else origin.stated[name]
                for name in index
            },
            replaces=replaces,
            highest=int(new["incident"].max(initial=origin.highest)),
            room=room,
        ),
    )
    grown.take_over(frame, change.unchanged, points and replace(points, place=column["place"]))
    if frame.past_counts is not None:
        grown.hand_on(frame.past_counts.renumbered(change.new_rows))
    return grown


def _longer(words: tuple[str, ...], positions: Mapping[str, int]) -> tuple[str, ...]:
    return words if len(positions) == len(words) else (*words, *islice(positions, len(words), None))


def _like_time(frame: IncidentFrame, more: Mapping[str, Column], name: str) -> bool:
    """True where the column is ``time`` in all rows. Looked at when a frame first grows, and then kept up."""
    had, time = frame.column[name], frame.column["time"]
    same = np.array_equal(had, time) if frame.origin.room is None else had is time
    return same and np.array_equal(more[name], more["time"])


def _columns(frame: IncidentFrame) -> dict[str, Column]:
    """Everything that a frame holds of each row."""
    derived = {name: getattr(frame, name) for name in MEANINGS}
    return {**frame.column, **derived, "source": frame.origin.source}


def _change(
    frame: IncidentFrame, new: Mapping[str, Column], blocks: Sequence[ColumnBlock], *, replaces: bool
) -> _Change:
    incident, time = frame.column["incident"], frame.column["time"]
    before = _before(time, incident, new["time"], new["incident"])
    leaving = [np.frombuffer(block.gone, dtype="<i8") for block in blocks]
    over = np.zeros(len(before), dtype=bool)
    if replaces and len(frame):
        at = np.minimum(before, len(frame) - 1)
        over = (incident[at] == new["incident"]) & (time[at] == new["time"])
        leaving.append(new["incident"][~over])
    numbers = np.concatenate([np.empty(0, dtype=np.int64), *leaving])
    # Most loads bring new records only, whose numbers are higher than all before.
    numbers = numbers[numbers <= frame.origin.highest]
    gone = np.flatnonzero(np.isin(incident, numbers)) if len(numbers) else np.empty(0, dtype=np.intp)
    # A record that is taken back and given anew in one go is not there twice.
    return _Change(before, over, gone[~np.isin(gone, before[over])], len(frame))


def _before(
    time: NDArray[np.int64], incident: NDArray[np.int64], new_time: NDArray[np.int64], number: NDArray[np.int64]
) -> Rows:
    """Before which row each new one belongs, in order of time, then incident."""
    low, high = np.searchsorted(time, new_time), np.searchsorted(time, new_time, side="right")
    # Among rows of the same time: halved again and again, for all new rows at once.
    while (unsure := low < high).any():
        middle = (low + high) // 2
        above = unsure & (incident[np.minimum(middle, len(time) - 1)] < number)
        low = np.where(above, middle + 1, low)
        high = np.where(unsure & ~above, middle, high)
    return np.asarray(low, dtype=np.intp)


def _first_moments(
    frame: IncidentFrame, new: Mapping[str, Column], source: NDArray[np.int16], change: _Change, sources: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per source of the new frame what ``first_moments`` gives of its rows."""
    origin, column = frame.origin, frame.column
    rows = change.lost
    earlier = (origin.since, origin.begun)
    if len(rows):
        names = ("time", "known", "initiated")
        lost = first_moments({name: column[name][rows] for name in names}, origin.source[rows], len(origin.sources))
        if any((np.isfinite(of) & (of == had)).any() for of, had in zip(lost, earlier, strict=True)):
            # The very first rows of a source go: who is first now, all others must say.
            stay = np.ones(len(frame), dtype=bool)
            stay[rows] = False
            left = {name: column[name][stay] for name in names}
            earlier = first_moments(left, origin.source[stay], len(origin.sources))
    later = first_moments(new, source, sources)
    since, begun = (
        np.minimum(of, np.concatenate([had, np.full(sources - len(had), np.inf)]))
        for of, had in zip(later, earlier, strict=True)
    )
    return since, begun


def _joined(
    room: Room | None, earlier: Mapping[str, Column], more: Mapping[str, Column], change: _Change
) -> tuple[dict[str, Column], Room]:
    """The columns of the new frame and where they stand: in ``room`` where it has space behind all earlier rows."""
    start, total = change.moved_from, change.total
    if room is not None and start == change.rows and not change.over.any():
        column = room.append(earlier, more)
        if column is not None:
            return column, room
    room, (order, new) = Room(total), change.merged()
    for name, values in earlier.items():
        space = room.space(name, values.dtype, total)
        space[:start] = values[:start]
        if start < change.rows:
            # Without "clip" numpy would fill a copy first; no position is outside.
            np.take(values[start:], order, out=space[start:], mode="clip")
        space[new] = more[name]
    return room.columns(), room
