"""Building a frame: the blocks of a data version joined into one, with what the offence map says of each row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import ENFORCEMENT, MIXED, VICTIM, VIOLENCE, Column, IncidentFrame, Rows
from ilp_core.analyse.frame_room import Room
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import OFFENCE_CODE, OffenceRule

Words = Mapping[str, tuple[str, ...]]
#: Gives columns and vocabularies with areas filled in; new words stand behind the old ones.
Placing = Callable[[Mapping[str, Column], Words], tuple[Mapping[str, Column], Words]]
#: Per vocabulary the position of each word.
Index = Mapping[str, Mapping[str, int]]

#: Columns of IncidentFrame that the offence map decides.
MEANINGS: Final = ("offence", "harm", "rankable", "initiation", "mapped", "may_rank")
_DAY_S: Final = 86_400
_INITIATION: Final = {"victim": VICTIM, "mixed": MIXED, "enforcement": ENFORCEMENT}


@dataclass(frozen=True)
class Reading:
    """How blocks are read: the offence map, the confirmed default times and the placing, as in ``build_frame``."""

    rules: Sequence[OffenceRule]
    default_times: Collection[tuple[str, int]] = ()
    place: Placing | None = None


@dataclass(frozen=True)
class Origin:
    """What a frame was joined from, so that further blocks can be added to it (frame_extend.py).

    ``source`` is each row's position in ``sources``; per source, ``since`` is when it was first known to say who
    initiated a record and ``begun`` when its first record became known, in seconds since 1970 UTC, infinite where
    never. ``stated`` is how many words of each vocabulary stand in blocks: what follows came by position.
    """

    reading: Reading
    sources: tuple[str, ...]
    source: NDArray[np.int16]
    since: NDArray[np.float64]
    begun: NDArray[np.float64]
    index: Index
    stated: Mapping[str, int]
    replaces: bool
    """True where rows of some block replace rows of earlier ones."""
    highest: int
    """No record has a higher number."""
    room: Room | None = None
    """Where the columns stand with space behind them, None before the first such growth."""


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
    reading = Reading(rules, default_times, place)
    sources = tuple(dict.fromkeys(block.source for block in blocks))
    index = joined_words({}, blocks)
    column, block_of = joined_rows(blocks, index, replaces=any(block.replaces for block in blocks))
    source = source_of(blocks, sources)[block_of]
    column = without_default_times(column, source, sources, default_times)
    words: Words = {name: tuple(positions) for name, positions in index.items()}
    if place:
        column, words = place(column, words)
    since, begun = first_moments(column, source, len(sources))
    origin = Origin(
        reading=reading,
        sources=sources,
        source=source,
        since=since,
        begun=begun,
        index=with_placed(index, words),
        stated={name: len(positions) for name, positions in index.items()},
        replaces=any(block.replaces for block in blocks),
        highest=int(column["incident"].max(initial=0)),
    )
    return frame_from(
        max((block.load for block in blocks), default=0),
        column,
        words,
        meanings(column, source, words, sources, rules),
        origin,
    )


def frame_from(
    version: int,
    column: Mapping[str, Column],
    words: Words,
    meaning: Mapping[str, Column],
    origin: Origin,
) -> IncidentFrame:
    """The frame of these columns; ``meaning`` as from ``meanings``."""
    slugs = {
        name: (float(first), frozenset(rule.slug for rule in origin.reading.rules if rule.source == name))
        for name, first in zip(origin.sources, origin.begun, strict=True)
    }
    return IncidentFrame(
        version=version,
        column=column,
        words=words,
        **{name: meaning[name] for name in MEANINGS},
        slugs=tuple(slugs[name] for name in sorted(slugs)),
        origin=origin,
    )


def joined_words(known: Index, blocks: Iterable[ColumnBlock]) -> Index:
    """The vocabularies of ``known`` with the words of ``blocks`` behind them; nothing given is changed."""
    index: dict[str, Mapping[str, int]] = {}
    for name in VOCABULARIES:
        before = known.get(name, {})
        new = dict.fromkeys(word for block in blocks for word in block.words[name] if word not in before)
        more = {word: place for place, word in enumerate(new, len(before))}
        index[name] = {**before, **more} if more else before
    return index


def with_placed(index: Index, words: Words) -> Index:
    """``index`` with the words that came behind it by position."""
    return {
        name: {**positions, **{word: place for place, word in enumerate(words[name]) if place >= len(positions)}}
        if len(words[name]) > len(positions)
        else positions
        for name, positions in index.items()
    }


def joined_rows(
    blocks: Sequence[ColumnBlock], index: Index, *, replaces: bool, alone: bool = True
) -> tuple[Mapping[str, Column], Rows]:
    """The rows of ``blocks`` that count, in order of time, coded by ``index``, with the block of each.

    One block is taken as it stands where the vocabularies are its own (``alone``).
    """
    parts = [
        {name: np.frombuffer(block.columns[name], dtype=kind) for name, kind in COLUMN_TYPES.items()}
        for block in blocks
    ]
    block_of = np.repeat(np.arange(len(blocks)), [block.rows for block in blocks])
    if alone and len(blocks) == 1:
        return parts[0], block_of
    column = {}
    for name, kind in COLUMN_TYPES.items():
        if name in VOCABULARIES:
            tables = [_recoding(block.words[name], index[name]) for block in blocks]
            values = [table[part[name]] for table, part in zip(tables, parts, strict=True)]
        else:
            values = [part[name] for part in parts]
        column[name] = np.concatenate([np.empty(0, dtype=kind), *values])
    keep = _latest(column, blocks, replaces=replaces)
    return {name: values[keep] for name, values in column.items()}, block_of[keep]


def _recoding(words: Sequence[str], positions: Mapping[str, int]) -> NDArray[np.int32]:
    # The last entry stands for "unknown", which is -1 in the column.
    return np.array([*(positions[word] for word in words), -1], dtype=np.int32)


def _latest(column: Mapping[str, Column], blocks: Sequence[ColumnBlock], *, replaces: bool) -> Rows:
    """Rows to keep, in order of time: the last version of each incident that was not withdrawn after it."""
    rows = np.arange(len(column["time"]))
    if replaces:
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


def source_of(blocks: Sequence[ColumnBlock], sources: Sequence[str]) -> NDArray[np.int16]:
    """Per block the position of its source."""
    return np.array([sources.index(block.source) for block in blocks], dtype=np.int16)


def without_default_times(
    column: Mapping[str, Column],
    source: NDArray[np.int16],
    sources: Sequence[str],
    default_times: Collection[tuple[str, int]],
) -> Mapping[str, Column]:
    """The columns with the hours at default times marked as unknown in ``timed``."""
    if not default_times:
        return column
    minute = column["local"] % _DAY_S // 60
    unknown = np.zeros(len(minute), dtype=bool)
    for name, default in default_times:
        if name in sources:
            unknown |= (minute == default) & (source == sources.index(name))
    timed = np.where(unknown & (column["timed"] == 1), 0, column["timed"]).astype(np.int8)
    return {**column, "timed": timed}


def first_moments(
    column: Mapping[str, Column], source: NDArray[np.int16], sources: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per source when a row that says who initiated a record was first known, and when any row was; infinite where
    none is."""
    since, begun = np.full(sources, np.inf), np.full(sources, np.inf)
    says = column["initiated"] >= 0
    np.minimum.at(since, source[says], column["known"][says].astype(np.float64))
    np.minimum.at(begun, source, np.maximum(column["known"], column["time"]).astype(np.float64))
    return since, begun


def meanings(
    column: Mapping[str, Column],
    source: NDArray[np.int16],
    words: Words,
    sources: Sequence[str],
    rules: Sequence[OffenceRule],
) -> dict[str, Column]:
    """What the offence map says of each row: the columns of IncidentFrame that are derived from it."""
    by_source: dict[str, dict[str, OffenceRule]] = {name: {} for name in sources}
    for rule in rules:
        if rule.source in by_source:
            by_source[rule.source][rule.code] = rule
    tables = [_rule_table(by_source[name], words["code"]) for name in sources]
    cell = source.astype(np.intp) * (len(words["code"]) + 1) + column["code"]
    offence, harm, rankable, initiation, mapped = (
        (np.concatenate([table[field] for table in tables]) if tables else np.empty(0, dtype=kind))[cell]
        for field, kind in enumerate((np.int8, np.float32, np.bool_, np.int8, np.bool_))
    )
    domestic = column["domestic"]
    hidden = (domestic == 1) | ((domestic < 0) & np.isin(offence, VIOLENCE))
    return {
        "offence": offence,
        "harm": harm,
        "rankable": rankable,
        "initiation": initiation,
        "mapped": mapped,
        "may_rank": rankable & np.isfinite(column["x"]) & ~hidden,
    }


def _rule_table(rules: Mapping[str, OffenceRule], codes: Sequence[str]) -> tuple[Column, ...]:
    """Per code of the vocabulary: slug, harm, rankable, initiation, and whether it is mapped. Unmapped codes are
    other and never rank."""
    unmapped = OffenceRule("", "", "", "other", None, "mixed", False)
    found = [*(rules.get(code, unmapped) for code in codes), unmapped]
    return (
        np.array([OFFENCE_CODE[rule.slug] for rule in found], dtype=np.int8),
        np.array([rule.harm_days or 0.0 for rule in found], dtype=np.float32),
        np.array([rule.rankable for rule in found], dtype=np.bool_),
        np.array([_INITIATION[rule.initiation] for rule in found], dtype=np.int8),
        np.array([rule is not unmapped for rule in found], dtype=np.bool_),
    )
