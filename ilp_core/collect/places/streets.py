"""Blocks, streets and premises of the gazetteer, from what records name and where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ilp_core.collect.places.located import Groups, Located, gathered, grouped
from ilp_core.collect.places.patches import Metres, Numbers, patches
from ilp_core.collect.places.premises import premise_label, premise_words
from ilp_core.collect.places.spots import Spot
from ilp_core.collect.places.street_parts import one_street, strays
from ilp_core.collect.places.words import street_key
from ilp_core.domain.blocks import street_label
from ilp_core.domain.gazetteer import Entry
from ilp_core.words.en import places

#: Squares by which a street's points hang together, in metres: a stretch of 1 to 2.8 km without any record parts it.
#: A mile (1.6 km) is the grid of American arterials and about the way from one English village to the next
#: [this project's choice].
STREET_GAP_M: Final = 1_000.0
#: The same for a kind of premises that stands in place of a street, as data.police.uk has it [this project's choice].
PREMISE_GAP_M: Final = 100.0
#: A kind of premises on a block is a place from this many records on, and no more of them than these are kept, those
#: with most records first [this project's choice].
LEAST_PREMISE: Final = 3
MOST_PREMISES: Final = 20_000
#: A block's reach stays within these bounds, in metres; half a Chicago hundred is 100 m [this project's choice].
_BLOCK_REACH: Final = (60.0, 250.0)
#: A street runs through an area from this many of its records on, or through all where it has fewer than ten.
_ENOUGH: Final = 2
_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Streets:
    """Streets and their blocks: the groups, each one's label and unique key, and of each block street and number."""

    streets: Groups
    street_labels: list[str]
    blocks: Groups
    block_street: Numbers
    block_number: Numbers
    block_keys: list[str]

    def block_label(self, block: int) -> str:
        """How an officer reads a block: 7900 blk S Western Ave."""
        return places.BLOCK_LABEL.format(
            number=self.block_number[block], street=self.street_labels[int(self.block_street[block])]
        )

    def radii(self) -> list[int]:
        """How far each block reaches, in whole tens of metres."""
        return tens(np.clip(self.blocks.reach, *_BLOCK_REACH))


def tens(metres: Metres) -> list[int]:
    """Lengths in whole tens of metres."""
    rounded: list[int] = (np.round(metres / 10) * 10).astype(np.int64).tolist()
    return rounded


def numbered(texts: Sequence[str]) -> tuple[Numbers, list[str]]:
    """Positions of texts in the list of distinct ones in alphabetical order; -1 for the empty text."""
    kept = sorted({text for text in texts if text})
    place = {text: position for position, text in enumerate(kept)}
    return np.array([place.get(text, -1) for text in texts], dtype=np.int64), kept


def find_streets(rows: Located, spots: Sequence[Spot]) -> Streets:
    """The streets and blocks that ``spots``, the readings of the block words, name in ``rows``."""
    told = {street: street_label(street) for street in {spot.street for spot in spots if spot.kind == "street"}}
    labels, label_texts = numbered([told[spot.street] if spot.kind == "street" else "" for spot in spots])
    of_label, _ = numbered([street_key(label) for label in label_texts])
    street = np.where(labels >= 0, of_label[labels], -1) if len(of_label) else np.full(len(spots), -1)
    number = np.array([spot.number for spot in spots], dtype=np.int64)
    chosen = np.flatnonzero(street[rows.word] >= 0)
    # A word in one square is told apart once and not once a record: of 800,000 records that leaves some 40,000.
    word, at, one, back = _squares(rows.word[chosen], rows.x[chosen], rows.y[chosen])
    one = chosen[one]
    patch = one_street(street[word], patches(street[word], *at, STREET_GAP_M), number[word], *at)
    stray = np.zeros(len(word), dtype=np.bool_)
    stray[strays(street[word], patch, np.bincount(back, minlength=len(word)))] = True
    chosen, back = chosen[~stray[back]], (np.cumsum(~stray) - 1)[back[~stray[back]]]
    word, one = word[~stray], one[~stray]
    _, patch = np.unique(patch[~stray], return_inverse=True)
    _, first = np.unique(patch, return_index=True)
    streets = gathered(rows, chosen, patch[back], one[first])
    names = [label_texts[code] for code in streets.most(labels[rows.word]).tolist()]
    top = int(number.max(initial=0)) + 2
    key, first, group = np.unique(patch * top + number[word] + 1, return_index=True, return_inverse=True)
    has = key % top > 0
    place = np.cumsum(has) - 1
    kept = has[group[back]]
    blocks = gathered(rows, chosen[kept], place[group[back[kept]]], one[first[has]])
    block_street, block_number = key[has] // top, key[has] % top - 1
    keys = [
        f"{hundred // 100:03d}XX {names[place].upper()}"
        for hundred, place in zip(block_number.tolist(), block_street.tolist(), strict=True)
    ]
    return Streets(streets, names, blocks, block_street, block_number, told_apart(keys, blocks))


def _squares(word: Numbers, x: Metres, y: Metres) -> tuple[Numbers, tuple[Metres, Metres], Numbers, Numbers]:
    """Each word in each square that ``patches`` would put it in: the word, the square's middle, one of its rows; and
    of every row its place among these."""
    column, row = (np.floor((axis - axis.min(initial=0.0)) / STREET_GAP_M).astype(np.int64) for axis in (x, y))
    rows, columns = int(row.max(initial=0)) + 1, int(column.max(initial=0)) + 1
    square, one, back = np.unique((word * columns + column) * rows + row, return_index=True, return_inverse=True)
    column, row = square // rows % columns, square % rows
    return word[one], ((column + 0.5) * STREET_GAP_M, (row + 0.5) * STREET_GAP_M), one, back


def told_apart(keys: Sequence[str], groups: Groups) -> list[str]:
    """Keys made unique: of several groups with one key the largest keeps it, the others get ``#2`` and so on."""
    order = np.lexsort((groups.y, groups.x, -groups.count))
    seen: defaultdict[str, int] = defaultdict(int)
    unique = list(keys)
    for place in order.tolist():
        seen[keys[place]] += 1
        if seen[keys[place]] > 1:
            unique[place] = f"{keys[place]} #{seen[keys[place]]}"
    return unique


def block_entries(rows: Located, found: Streets) -> Iterable[Entry]:
    """An entry for every block."""
    blocks = found.blocks
    lat, lon = blocks.degrees(rows.middle)
    counts, radii = blocks.count.tolist(), found.radii()
    for place, key in enumerate(found.block_keys):
        yield Entry(
            "block", found.block_label(place), key, lat[place], lon[place], radii[place],
            blocks.beat[place], blocks.district[place], counts[place],
        )  # fmt: skip


def street_entries(rows: Located, found: Streets) -> Iterable[Entry]:
    """An entry for every street, and for each part of one whose name comes again far away."""
    streets = found.streets
    lat, lon = streets.degrees(rows.middle)
    keys = told_apart([label.upper() for label in found.street_labels], streets)
    through = _through(rows, streets)
    counts, radii = streets.count.tolist(), tens(np.maximum(streets.farthest(rows), _BLOCK_REACH[0]))
    for place, key in enumerate(keys):
        yield Entry(
            "street", found.street_labels[place], key, lat[place], lon[place], radii[place],
            streets.beat[place], streets.district[place], counts[place], through[place],
        )  # fmt: skip


def _through(rows: Located, streets: Groups) -> list[tuple[str, ...]]:
    """The areas that each street runs through, as ``kind:code`` in order."""
    found: list[list[str]] = [[] for _ in range(len(streets))]
    for kind, codes, words in (
        ("beat", rows.beat[streets.rows], rows.beat_words),
        ("district", rows.district[streets.rows], rows.district_words),
        ("neighbourhood", rows.neighbourhood[streets.rows], rows.neighbourhood_words),
    ):
        known = codes >= 0
        pairs, counts = np.unique(streets.group[known] * (len(words) + 1) + codes[known], return_counts=True)
        few = streets.count[pairs // (len(words) + 1)] < _FEW
        for pair in pairs[(counts >= _ENOUGH) | few].tolist():
            found[pair // (len(words) + 1)].append(f"{kind}:{words[pair % (len(words) + 1)]}")
    return [tuple(areas) for areas in found]


def premise_entries(rows: Located, found: Streets, texts: Sequence[str]) -> Iterable[Entry]:
    """An entry for every kind of premises on a block with records enough; it lies in the block's middle."""
    blocks = found.blocks
    labels, label_texts = numbered([premise_label(text) if premise_words(text) else "" for text in texts])
    labels = np.append(labels, -1)
    kind = labels[rows.premise[blocks.rows]]
    known = kind >= 0
    pairs, counts = np.unique(kind[known] * max(1, len(blocks)) + blocks.group[known], return_counts=True)
    pairs, counts = pairs[counts >= LEAST_PREMISE], counts[counts >= LEAST_PREMISE]
    kept = np.lexsort((pairs, -counts))[:MOST_PREMISES]
    lat, lon = blocks.degrees(rows.middle)
    radii = found.radii()
    for pair, count in zip(pairs[kept].tolist(), counts[kept].tolist(), strict=True):
        label, block = label_texts[pair // len(blocks)], pair % len(blocks)
        yield Entry(
            "premise", places.PREMISE_LABEL.format(premise=label, block=found.block_label(block)),
            f"{label.upper()} @ {found.block_keys[block]}", lat[block], lon[block], radii[block],
            blocks.beat[block], blocks.district[block], count,
        )  # fmt: skip


def snapped_entries(rows: Located, spots: Sequence[Spot]) -> Iterable[Entry]:
    """An entry for every kind of premises that stands in place of a street, with records enough."""
    labels, label_texts = numbered([premise_label(spot.street) if spot.kind == "premise" else "" for spot in spots])
    chosen = np.flatnonzero(labels[rows.word] >= 0)
    patch = patches(labels[rows.word[chosen]], rows.x[chosen], rows.y[chosen], PREMISE_GAP_M)
    groups = grouped(rows, chosen, patch)
    names = [label_texts[code] for code in labels[rows.word[groups.one]].tolist()]
    keys = told_apart([name.upper() for name in names], groups)
    lat, lon = groups.degrees(rows.middle)
    radii = tens(np.clip(groups.reach, *_BLOCK_REACH))
    for place in np.lexsort((np.arange(len(groups)), -groups.count))[:MOST_PREMISES].tolist():
        if groups.count[place] >= LEAST_PREMISE:
            yield Entry(
                "premise", names[place], keys[place], lat[place], lon[place], radii[place],
                groups.beat[place], groups.district[place], int(groups.count[place]),
            )  # fmt: skip
