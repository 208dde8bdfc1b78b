"""Parts of a street: which patches of one name are one street with a hole in it, and which are two streets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from ilp_core.collect.places.patches import Metres, Numbers

#: Between two parts of one street there are numbers for the way: at most these metres to a hundred (a Chicago hundred
#: has 201 m, most cities' have less) and this much for squares and bends [this project's choice].
_HUNDRED_M: Final = 250.0
_SLACK_M: Final = 2_000.0
#: A part of this many records and no more, beside one with this many times as many, is a wrong position and no street
#: [this project's choice].
_STRAY: Final = 2
_STRAY_SHARE: Final = 100


@dataclass(slots=True)
class _Part:
    """A part's lowest and highest number and where they lie."""

    patch: int
    low: int
    high: int
    low_at: tuple[float, float]
    high_at: tuple[float, float]


def one_street(street: Numbers, patch: Numbers, number: Numbers, x: Metres, y: Metres) -> Numbers:
    """``patch`` with the parts of one street made one: those whose numbers go on where the other's end.

    An element is a block text in a square: its street, patch, number (-1: none), and the square's middle in metres.
    Main Street of one town begins at 100 as that of the next does, so they stay two.
    """
    joined = np.arange(int(patch.max(initial=-1)) + 1)
    for parts in _parted(street, patch, number, x, y).values():
        chains: list[_Part] = []
        for part in sorted(parts, key=lambda each: (each.low, each.high, each.low_at)):
            chain = next((each for each in chains if _goes_on(each, part)), None)
            if chain is None:
                chains.append(part)
            else:
                joined[part.patch] = joined[chain.patch]
                chain.high, chain.high_at = part.high, part.high_at
    return joined[patch]


def _goes_on(part: _Part, after: _Part) -> bool:
    hundreds = (after.low - part.high) / 100
    way = np.hypot(after.low_at[0] - part.high_at[0], after.low_at[1] - part.high_at[1])
    return hundreds > 0 and bool(way <= hundreds * _HUNDRED_M + _SLACK_M)


def _parted(street: Numbers, patch: Numbers, number: Numbers, x: Metres, y: Metres) -> dict[int, list[_Part]]:
    """The numbered parts of streets that have several."""
    numbered = np.flatnonzero(number >= 0)
    order = numbered[np.lexsort((y[numbered], x[numbered], number[numbered], patch[numbered]))]
    _, first, count = np.unique(patch[order], return_index=True, return_counts=True)
    lows, highs = order[first], order[first + count - 1]
    several = np.bincount(street[lows], minlength=int(street.max(initial=0)) + 1)[street[lows]] > 1
    parts: defaultdict[int, list[_Part]] = defaultdict(list)
    for low, high in zip(lows[several].tolist(), highs[several].tolist(), strict=True):
        ends = (float(x[low]), float(y[low])), (float(x[high]), float(y[high]))
        parts[int(street[low])].append(_Part(int(patch[low]), int(number[low]), int(number[high]), *ends))
    return parts


def strays(street: Numbers, patch: Numbers, records: Numbers) -> Numbers:
    """Where a block text in a square belongs to a part that is no street; ``records`` is how many name it there."""
    of_part = np.bincount(patch, weights=records)
    largest = np.zeros(int(street.max(initial=0)) + 1)
    np.maximum.at(largest, street, of_part[patch])
    return np.flatnonzero((of_part[patch] <= _STRAY) & (largest[street] >= _STRAY_SHARE * of_part[patch]))
