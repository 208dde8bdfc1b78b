"""Profiles: which hours of the week a place's offences fall into, each pulled to the city's as far as it has few.

A place's hours are taken as drawn from a Dirichlet whose middle is the city's profile (Dirichlet-multinomial; Minka
2000, "Estimating a Dirichlet distribution"). Its concentration, in records, says how alike places are: a place with
none shows the city's hours, one with far more records than the concentration its own. Records with a window count by
their aoristic weights, and for no more than their windows tell (``Aoristic.effective``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betainc, betaincinv, gammaln

Values = NDArray[np.float64]

#: Hours of the week, from Monday 00:00.
HOURS: Final = 168
#: A record speaks for so many hours on either side of its own too, ever less as the place has more records
#: [this project's choice].
SMOOTHING: Final = 1
#: How alike places are is judged on blocks of so many hours: the shifts and windows that are asked for are as long,
#: and places differ smoothly, which single hours do not show [this project's choice].
BLOCK_HOURS: Final = 4
#: How alike places are before any is seen: the city counts for some 100 records, within a factor of about 20 in 19
#: of 20 cities. With a few thousand records it no longer matters [this project's choice].
ALIKE: Final = 100.0
ALIKE_SPREAD: Final = 1.5
#: The concentrations that are tried.
_RANGE: Final = (0.5, 1e5)
#: A busiest window is told from a flat day where chance makes one as busy anywhere in 1 of 20 cases.
DISTINCT: Final = 0.05
LEVEL: Final = 0.9


@dataclass(frozen=True)
class Profiles:
    """The hours of many places.

    ``share`` of shape (places, 168) sums to 1 per place; ``city`` of shape (168,) is what all are pulled to.
    ``own`` of the same shape as ``share`` is the weight of each place's own records, scaled to ``effective``, the
    number of records that they are worth; ``records`` is how many they are. ``concentration`` is how many records the
    city's profile counts for; the city itself is known from records worth ``city_effective``.
    """

    share: Values
    city: Values
    own: Values
    records: NDArray[np.int64]
    effective: Values
    concentration: float
    city_effective: float

    @cached_property
    def own_part(self) -> Values:
        """Per place the part of its profile that is its own, from 0 (the city's) to 1."""
        if np.isinf(self.concentration):
            return np.zeros(len(self.effective))
        return np.asarray(self.effective / (self.effective + self.concentration))

    @property
    def worth(self) -> Values:
        """Per place the records that its profile stands on: its own, and those that the city counts for, fewer as the
        city's own profile is known from few."""
        if not (self.concentration > 0 and self.city_effective > 0):
            return self.effective
        return np.asarray(self.effective + 1 / (1 / self.concentration + 1 / self.city_effective))

    def interval(self, level: float = LEVEL) -> tuple[Values, Values]:
        """Low and high of each share, of the shape of ``share``."""
        return share_interval(self.share, self.worth[:, None], level)


def profiles_of(
    weight: Values,
    records: NDArray[np.int64],
    effective: Values,
    *,
    city: Values | None = None,
    city_effective: float | None = None,
    concentration: float | None = None,
    smoothing: int = SMOOTHING,
) -> Profiles:
    """Profiles from aoristic ``weight`` of shape (places, 168).

    ``city`` is the weight of the whole city and ``city_effective`` what its records are worth (None: those of all
    places together), ``concentration`` the records it counts for (None: the most likely number).

    Raises ValueError where the city has no weight at all.
    """
    whole = weight.sum(axis=0) if city is None else city
    if not whole.sum() > 0:
        raise ValueError("a profile needs at least one record with an hour")
    middle = smoothed(whole / whole.sum(), smoothing)
    total = weight.sum(axis=1)
    own = weight * np.where(total > 0, effective / np.where(total > 0, total, 1.0), 0.0)[:, None]
    if concentration is None:
        blocks = HOURS // BLOCK_HOURS
        blocked = own.reshape(len(own), blocks, BLOCK_HOURS).sum(axis=2)
        concentration = concentration_of(blocked, middle.reshape(blocks, BLOCK_HOURS).sum(axis=1))
    if np.isinf(concentration):
        share = np.tile(middle, (len(own), 1))
    else:
        stood = effective + concentration
        # As far as a place's hours are its own they stand as they are; the rest is shared with the neighbours.
        vague = concentration / np.where(stood > 0, stood, 1.0)[:, None]
        pulled = concentration * middle + own + vague * (smoothed(own, smoothing) - own)
        share = np.where(stood[:, None] > 0, pulled / np.where(stood > 0, stood, 1.0)[:, None], middle)
    known = float(effective.sum()) if city_effective is None else city_effective
    return Profiles(share, middle, own, records, effective, concentration, known)


def concentration_of(counts: Values, middle: Values) -> float:
    """How many records the profile ``middle`` of shape (bins,) counts for with places of ``counts``, of shape
    (places, bins), which may be fractions: the most likely concentration of the Dirichlet-multinomial, with what was
    likely before any place was seen (ALIKE).
    """
    total = counts.sum(axis=1)
    counts, total = counts[total > 0], total[total > 0]
    place, column = np.nonzero(counts)
    held, share = counts[place, column], np.maximum(middle[column], 1e-12)

    def unlikely(log_alike: float) -> float:
        alike = np.exp(log_alike)
        chance = (gammaln(alike) - gammaln(alike + total)).sum()
        chance += (gammaln(alike * share + held) - gammaln(alike * share)).sum()
        before = ((log_alike - np.log(ALIKE)) / ALIKE_SPREAD) ** 2 / 2
        return float(before - chance)

    edges = np.log(_RANGE[0]), np.log(_RANGE[1])
    found = minimize_scalar(unlikely, bounds=edges, method="bounded", options={"xatol": 0.01})
    return float(np.exp(found.x))


def smoothed(values: Values, hours: int) -> Values:
    """Each value shared with its neighbours up to ``hours`` off, in falling steps and round the cycle's end, along
    the last axis. Sums stay what they are."""
    steps = hours + 1
    held = steps * values
    for off in range(1, steps):
        held = held + (steps - off) * (np.roll(values, off, axis=-1) + np.roll(values, -off, axis=-1))
    return np.asarray(held / steps**2)


def share_interval(share: Values, worth: Values, level: float = LEVEL) -> tuple[Values, Values]:
    """Low and high of shares known from ``worth`` records: the middle part of a beta distribution."""
    tail = (1 - level) / 2
    # Where nothing at all limits it, the share is as it is.
    known = np.minimum(worth, 1e12)
    inside = (share > 0) & (share < 1)
    first = np.where(inside, share, 0.5) * known
    second = np.where(inside, 1 - share, 0.5) * known
    low, high = betaincinv(first, second, tail), betaincinv(first, second, 1 - tail)
    return np.where(inside, low, share), np.where(inside, high, share)


@dataclass(frozen=True)
class Busiest:
    """The busiest stretch of ``length`` hours per place.

    ``start`` is its first hour, of the day or of the week, ``share`` the part of all records in it, from ``low`` to
    ``high`` with a chance of 90 %, and ``flat`` the part it had were all hours alike. ``p`` is the chance that a flat
    cycle's records pile up as far in any such stretch as the place's own do in this one: at most that, as overlapping
    stretches are counted as if each were a new try (Bonferroni). ``distinct`` is True where it is below 0.05.
    """

    start: NDArray[np.intp]
    length: int
    share: Values
    low: Values
    high: Values
    flat: float
    p: Values
    distinct: NDArray[np.bool_]


def busiest(profiles: Profiles, length: int, *, of_week: bool = False) -> Busiest:
    """The busiest ``length`` hours of the day, or of the week. Raises ValueError where the cycle is not longer."""
    cycle = HOURS if of_week else 24
    if not 0 < length < cycle:
        raise ValueError(f"a stretch of {length} hours does not fit a cycle of {cycle}")
    shares, own = _stretches(profiles.share, cycle, length), _stretches(profiles.own, cycle, length)
    # Of equals the first, whatever the last digits of their sums.
    start = shares.round(12).argmax(axis=1)
    rows = np.arange(len(start))
    share = shares[rows, start]
    low, high = share_interval(share, profiles.worth)
    held, flat = own[rows, start], length / cycle
    others = np.maximum(profiles.effective - held, 0.0)
    chance = np.where(held > 0, betainc(np.where(held > 0, held, 1.0), others + 1, flat), 1.0)
    p = np.minimum(1.0, cycle * chance)
    return Busiest(start, length, share, low, high, flat, p, p < DISTINCT)


def _stretches(values: Values, cycle: int, length: int) -> Values:
    """The sum of ``length`` hours from each hour of the cycle on."""
    folded = values.reshape(len(values), HOURS // cycle, cycle).sum(axis=1)
    run = np.cumsum(np.concatenate([np.zeros((len(folded), 1)), folded, folded[:, :length]], axis=1), axis=1)
    return np.asarray(run[:, length : length + cycle] - run[:, :cycle])
