"""Crossings of the gazetteer: those that records name, and those where the lines of two streets cut each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ilp_core.collect.places.crossings import meetings
from ilp_core.collect.places.located import Located, grouped
from ilp_core.collect.places.patches import Numbers, degrees_of, patches
from ilp_core.collect.places.spots import Spot
from ilp_core.collect.places.streets import Streets, numbered
from ilp_core.collect.places.words import named, words
from ilp_core.domain.blocks import street_label
from ilp_core.domain.gazetteer import Entry

#: Crossings of two streets of the same names, compass points aside, nearer than this are one: State and Madison is
#: where four streets end. The same holds for one that records name and one that lines show [this project's choice].
SAME_CORNER_M: Final = 80.0
#: How far a crossing reaches: a minute's walk down each of its streets [this project's choice].
RADIUS_M: Final = 100


@dataclass(frozen=True, slots=True)
class _Corner:
    """One crossing before those that are the same are joined; ``said`` where records name it."""

    base: str
    label: str
    x: float
    y: float
    beat: str
    district: str
    count: int
    said: bool


def crossing_entries(rows: Located, spots: Sequence[Spot], found: Streets) -> Iterable[Entry]:
    """An entry for every crossing; its other spellings are its aliases."""
    corners = [*_said(rows, spots), *_drawn(found)]
    if not corners:
        return
    codes, _ = numbered([corner.base for corner in corners])
    x, y = (np.array([getattr(corner, axis) for corner in corners]) for axis in ("x", "y"))
    together = patches(codes, x, y, SAME_CORNER_M)
    keys: dict[str, int] = {}
    for best, labels in _joined(corners, together):
        keys[best.label] = keys.get(best.label, 0) + 1
        part = keys[best.label]
        lat, lon = degrees_of(best.x, best.y, rows.middle)
        yield Entry(
            "crossing", best.label, best.label.upper() + (f" #{part}" if part > 1 else ""),
            round(lat, 6), round(lon, 6), RADIUS_M,
            best.beat, best.district, best.count, aliases=labels,
        )  # fmt: skip


def _joined(corners: Sequence[_Corner], together: Numbers) -> Iterable[tuple[_Corner, tuple[str, ...]]]:
    """For each patch the corner that stands for it, the ones with most records first, and the others' labels."""
    members: defaultdict[int, list[_Corner]] = defaultdict(list)
    for patch, corner in zip(together.tolist(), corners, strict=True):
        members[patch].append(corner)
    best = []
    for each in members.values():
        first = each[0] if len(each) == 1 else min(each, key=_rank)
        best.append((first, tuple(sorted({corner.label for corner in each} - {first.label}))))
    return sorted(best, key=lambda each: _rank(each[0]))


def _rank(corner: _Corner) -> tuple[object, ...]:
    return (not corner.said, -corner.count, corner.label, corner.x, corner.y)


def _said(rows: Located, spots: Sequence[Spot]) -> Iterable[_Corner]:
    """Crossings that records name, in the middle of their records."""
    sides = [
        (_taken_apart(spot.street), _taken_apart(spot.other)) if spot.kind == "crossing" else None for spot in spots
    ]
    labels, texts = numbered([_label(*pair) if pair else "" for pair in sides])
    chosen = np.flatnonzero(labels[rows.word] >= 0)
    patch = patches(labels[rows.word[chosen]], rows.x[chosen], rows.y[chosen], SAME_CORNER_M)
    groups = grouped(rows, chosen, patch)
    for place, code in enumerate(labels[rows.word[groups.one]].tolist()):
        base = _base(*(_taken_apart(side) for side in texts[code].split(" & ")))
        yield _Corner(
            base, texts[code], float(groups.x[place]), float(groups.y[place]),
            groups.beat[place], groups.district[place], int(groups.count[place]), True,
        )  # fmt: skip


def _drawn(found: Streets) -> Iterable[_Corner]:
    """Crossings of streets' lines; their records are those of the two blocks that meet there."""
    blocks = found.blocks
    parts = [_taken_apart(label) for label in found.street_labels]
    bases, _ = numbered([part.core for part in parts])
    met = meetings(found.block_street, bases[found.block_street], found.block_number, blocks.x, blocks.y)
    away = [np.hypot(blocks.x[side] - met.x, blocks.y[side] - met.y) for side in (met.first, met.second)]
    near = np.where(away[0] <= away[1], met.first, met.second).tolist()
    count = (blocks.count[met.first] + blocks.count[met.second]).tolist()
    streets = [found.block_street[side].tolist() for side in (met.first, met.second)]
    for one, other, x, y, block, records in zip(*streets, met.x.tolist(), met.y.tolist(), near, count, strict=True):
        sides = parts[one], parts[other]
        if sides[0].beside and sides[0].beside == sides[1].beside:
            continue
        yield _Corner(_base(*sides), _label(*sides), x, y, blocks.beat[block], blocks.district[block], records, False)


@dataclass(frozen=True, slots=True)
class _Side:
    """A crossing's street: its label, its core, its core with its type, and its rank among sides.

    ``beside`` is the axis of a numbered street (E 100th Pl, W 101st St: ew), empty for others. Numbered streets of
    one axis run beside each other wherever streets are numbered: a meeting of two is a wrong position.
    """

    label: str
    core: str
    base: str
    rank: tuple[bool, str, str]
    beside: str


def _label(one: _Side, other: _Side) -> str:
    """``W 63rd St & S Western Ave``: numbered streets first, then by the alphabet."""
    return f"{one.label} & {other.label}" if one.rank <= other.rank else f"{other.label} & {one.label}"


def _base(one: _Side, other: _Side) -> str:
    """The same for two crossings whose streets differ in compass points alone."""
    return f"{one.base} & {other.base}" if one.base <= other.base else f"{other.base} & {one.base}"


@lru_cache(maxsize=65_536)
def _taken_apart(street: str) -> _Side:
    name = named(words(street))
    core = " ".join(name.core) if name else ""
    label = street_label(street)
    numbered_street = core[:1].isdigit()
    axis = next((axis for axis in ("ew", "ns") if name and name.compass and name.compass in axis), "")
    base = f"{core} {name.type}" if name else ""
    return _Side(label, core, base, (not numbered_street, core, label), axis if numbered_street else "")
