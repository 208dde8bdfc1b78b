"""What chance alone lets expect of a sum over neighbours: exactly, or by draws.

Were the values of the cells dealt out anew at random, the sum over ``k`` cells would be that of ``k`` values drawn
without replacement. On a regular grid that depends on nothing but ``k`` and, where a cell keeps its own value (the
conditional permutation of Anselin 1995), on that value. So the whole null distribution can be computed once for
all cells: exactly for whole numbers, by a generating function over the distinct values, and else by one set of draws
that all cells share, each cell leaving itself out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Steps of the exact computation above which draws are quicker: about a tenth of a second [measured; this
#: project's choice].
MOST_STEPS: Final = 40_000_000
#: How often each value may be drawn in the generating function stays at or below this, so that taking one cell out
#: again cannot blow up rounding [this project's choice].
_MOST_SHARE: Final = 0.5
#: Populations up to this many draws' worth are shuffled whole; in larger ones repeats are rare and drawn again.
_SMALL: Final = 8
#: Sums that differ by less than this share of their size are ties: they were added up in different orders.
_TIE: Final = 1e-9


@dataclass(frozen=True)
class Tails:
    """Per cell the chance of a sum at least as high (``upper``) and at least as low (``lower``) as its own."""

    upper: Values
    lower: Values


def is_whole(values: Values) -> bool:
    """True where every value is a whole number and none is negative."""
    return bool(len(values)) and bool(np.all(values >= 0)) and bool(np.all(values == np.rint(values)))


def exact_steps(values: Values, most: int) -> int:
    """How many steps ``exact_tails`` of whole ``values`` takes for sums of up to ``most`` of them."""
    whole = np.sort(values)[::-1][:most]
    return int((whole.sum() + 1) * most) * len(np.unique(values))


def exact_tails(values: Values, drawn: Values, observed: Values, *, own: bool) -> Tails:
    """The exact chances for whole numbers.

    ``values`` are those of all n cells, ``drawn`` how many cells each cell's ``observed`` sum is of, at most n, and
    with ``own`` at most n - 1: then a cell's own value is not drawn. Raises ValueError where values are not whole.
    """
    if not is_whole(values):
        raise ValueError("exact chances need whole numbers, none of them negative")
    whole, take, sums = values.astype(np.int64), drawn.astype(np.intp), np.rint(observed).astype(np.int64)
    distinct, times = np.unique(whole, return_counts=True)
    most = int(take.max())
    share = min(_MOST_SHARE, most / len(whole))
    table = _sum_chances(distinct, times, most, share)
    upper, lower = np.ones(len(whole)), np.ones(len(whole))
    for value in distinct if own else distinct[:1]:
        cells = np.flatnonzero(whole == value) if own else np.arange(len(whole))
        held = _without(table, int(value), share) if own else table
        for count in np.unique(take[cells]):
            at = cells[take[cells] == count]
            upper[at], lower[at] = _tails_of(held[count], sums[at])
    return Tails(upper, lower)


def _sum_chances(distinct: Whole, times: Whole, most: int, share: float) -> Values:
    """Chances that so many cells are drawn and give such a sum, (most + 1, largest sum + 1), each cell drawn with
    the chance ``share`` of its own: a row made to sum to one is the draw of exactly so many."""
    from scipy.special import bdtr

    largest = int(np.repeat(distinct, np.minimum(times, most))[-most:].sum()) if most else 0
    table = np.zeros((most + 1, largest + 1))
    table[0, 0] = 1.0
    for value, number in zip(distinct.tolist(), times.tolist(), strict=True):
        takes = np.arange(min(most, number) + 1)
        below = bdtr(takes.astype(np.float64), number, share)
        chance = np.diff(below, prepend=0.0)
        held = table * chance[0]
        for taken in range(1, len(chance)):
            shift = taken * value
            if shift > largest:
                break
            held[taken:, shift:] += table[: most + 1 - taken, : largest + 1 - shift] * chance[taken]
        table = held
    return table


def _without(table: Values, value: int, share: float) -> Values:
    """The table of all cells but one that holds ``value``."""
    out = np.empty_like(table)
    out[0] = table[0] / (1 - share)
    for held in range(1, len(table)):
        out[held] = table[held]
        out[held, value:] -= share * out[held - 1, : out.shape[1] - value]
        out[held] /= 1 - share
    # What should be nothing may come out as a rounding's breadth below it.
    return np.maximum(out, 0.0)


def _tails_of(chances: Values, sums: Whole) -> tuple[Values, Values]:
    total = chances.sum()
    below = np.cumsum(chances)
    above = np.cumsum(chances[::-1])[::-1]
    at = np.clip(sums, 0, len(chances) - 1)
    upper = np.where(sums < len(chances), above[at], 0.0)
    return np.minimum(1.0, upper / total), np.minimum(1.0, below[at] / total)


def drawn_tails(
    values: Values, drawn: Values, observed: Values, draws: int, generator: np.random.Generator, *, own: bool
) -> Tails:
    """The chances by ``draws`` random draws that all cells share: (k + 1) / (draws + 1) (Davison & Hinkley 1997).

    Arguments as in ``exact_tails``, for values of any kind. With ``own``, a cell that is itself in a draw is
    replaced there by the draw's last cell, which no sum holds.
    """
    take = drawn.astype(np.intp)
    most = int(take.max())
    spare = 1 if own else 0
    cells = _distinct_draws(len(values), most + spare, draws, generator)
    sums = np.cumsum(values[cells], axis=1)
    tie = _TIE * np.maximum(np.abs(observed), 1.0)
    high, low = np.full(len(values), draws), np.full(len(values), draws)
    for count in np.unique(take):
        if not count:
            continue
        at = np.flatnonzero(take == count)
        dealt = sums[:, count - 1]
        ordered = np.sort(dealt)
        high[at] = draws - np.searchsorted(ordered, observed[at] - tie[at], side="left")
        low[at] = np.searchsorted(ordered, observed[at] + tie[at], side="right")
        if own:
            draw, place = np.nonzero(take[cells[:, :count]] == count)
            cell = cells[draw, place]
            mine, instead = dealt[draw], dealt[draw] - values[cell] + values[cells[draw, count]]
            lowest, highest = observed[cell] - tie[cell], observed[cell] + tie[cell]
            np.add.at(high, cell, (instead >= lowest).astype(np.intp) - (mine >= lowest))
            np.add.at(low, cell, (instead <= highest).astype(np.intp) - (mine <= highest))
    return Tails((high + 1) / (draws + 1), (low + 1) / (draws + 1))


def _distinct_draws(cells: int, take: int, draws: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """``draws`` rows of ``take`` different cells each, in random order."""
    if cells <= take * _SMALL:
        return np.argsort(generator.random((draws, cells)), axis=1)[:, :take]
    drawn = generator.integers(0, cells, (draws, take))
    while True:
        ordered = np.sort(drawn, axis=1)
        repeated = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if not len(repeated):
            return drawn.astype(np.intp)
        drawn[repeated] = generator.integers(0, cells, (len(repeated), take))
