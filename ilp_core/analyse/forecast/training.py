"""Training: the past weeks that a forecast learns from, each with what could be known before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.forecast.additive import Week, lesson, with_everywhere
from ilp_core.analyse.forecast.features import Surface, Surfaces
from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History

WEEK_S: Final = WEEK_DAYS * DAY_S
#: A year of weeks teaches every season once; an older past misleads more than it teaches [this project's choice].
TRAINING_WEEKS: Final = 52
#: The level and the season of a whole city are learned from two years: one winter is no season.
LEVEL_WEEKS: Final = 104
#: Half a year of past goes before the first lesson, or half of a shorter past.
WARM_UP_WEEKS: Final = 26
#: A week teaches only once all but one in twenty of its records are in, as records of the last year came in.
COMPLETE: Final = 0.95


@dataclass(frozen=True)
class Lessons:
    """What the past teaches at one origin.

    ``weeks`` teach the weights, oldest first. ``begins`` (w,), ``sums`` (w, features with the constant first) and
    ``totals`` (w,) are when the weeks that teach the level began, the features summed over all cells before each, and
    how many records each brought. ``surface`` holds the features before the origin, (cells, features).
    """

    weeks: tuple[Week, ...]
    begins: NDArray[np.int64]
    sums: NDArray[np.float64]
    totals: NDArray[np.float64]
    surface: Surface
    origin: int


@dataclass(frozen=True)
class Examples:
    """A sample of the cells of the weeks that teach: their features, what occurred, and how many cells each
    ``stands_for``. All cells where something occurred are in it."""

    surface: Surface
    occurred: NDArray[np.float64]
    stands_for: NDArray[np.float64]


class Training:
    """The lessons for one kind of offence, brought forward from origin to origin.

    What was made for an earlier origin is used again only where the history up to it is the same.
    """

    def __init__(self, offences: Sequence[int]) -> None:
        self.offences = tuple(offences)
        self._surfaces: Surfaces | None = None
        self._made: dict[int, Surface] = {}
        self._sums: dict[int, NDArray[np.float64]] = {}
        self._mark: tuple[float, ...] = ()
        self._last = 0

    @property
    def features(self) -> Surfaces:
        """The surfaces made last. Raises RuntimeError before the first lesson."""
        if self._surfaces is None:
            raise RuntimeError("no lesson was made yet")
        return self._surfaces

    def before(self, past: History, origin: int) -> Lessons:
        """The lessons for a forecast made at ``origin``, from ``past``, which ends before it.

        Raises ValueError where ``past`` is empty.
        """
        if not len(past):
            raise ValueError("a forecast needs a past")
        if self._surfaces is not None and self._goes_on(past, origin):
            surfaces, first = self._surfaces, self._last + WEEK_S
            surfaces.hear(past)
        else:
            begun = int(past.time[0]) // DAY_S * DAY_S
            surfaces, first = Surfaces(past, self.offences, begun), _first_lesson(begun, origin)
            self._surfaces, self._made, self._sums = surfaces, {}, {}
        for begin in range(first, origin + 1, WEEK_S):
            surface = surfaces.at(begin)
            self._sums[begin] = with_everywhere(surface).sum(axis=0, dtype=np.float64)
            if begin >= origin - TRAINING_WEEKS * WEEK_S:
                self._made[begin] = surface
        self._last, self._mark = origin, _mark(past)
        self._forget(origin, _first_lesson(int(past.time[0]) // DAY_S * DAY_S, origin))
        return self._lessons(past, origin)

    def _lessons(self, past: History, origin: int) -> Lessons:
        wanted = past.of(self.offences)
        ready = origin - WEEK_S - _lag(past)
        begins = [begin for begin in self._sums if begin <= ready]
        occurred = {begin: wanted.between(begin, begin + WEEK_S).counts() for begin in begins}
        return Lessons(
            weeks=tuple(lesson(self._made[begin], occurred[begin]) for begin in begins if begin in self._made),
            begins=np.array(begins, dtype=np.int64),
            sums=np.array([self._sums[begin] for begin in begins]),
            totals=np.array([occurred[begin].sum() for begin in begins]),
            surface=self._made[origin],
            origin=origin,
        )

    def examples(self, past: History, one_in: int, seed: int) -> Examples:
        """The weeks that taught last, with one in ``one_in`` of the cells where nothing occurred."""
        wanted, draw = past.of(self.offences), np.random.default_rng(seed)
        ready = self._last - WEEK_S - _lag(past)
        surfaces, occurred, stands_for = [], [], []
        for begin in [begin for begin in self._made if begin <= ready]:
            counts = wanted.between(begin, begin + WEEK_S).counts()
            chosen = (counts > 0) | (draw.random(len(counts)) < 1 / one_in)
            surfaces.append(self._made[begin][chosen])
            occurred.append(counts[chosen])
            stands_for.append(np.where(counts[chosen] > 0, 1.0, float(one_in)))
        return Examples(np.concatenate(surfaces), np.concatenate(occurred), np.concatenate(stands_for))

    def trial(self, past: History, weeks: int) -> list[tuple[Surface, NDArray[np.float64]]]:
        """The last ``weeks`` weeks that taught, oldest first: the features before each and what occurred (cells,)."""
        wanted = past.of(self.offences)
        ready = self._last - WEEK_S - _lag(past)
        begins = [begin for begin in self._made if begin <= ready][-weeks:]
        return [(self._made[begin], wanted.between(begin, begin + WEEK_S).counts()) for begin in begins]

    def _forget(self, origin: int, first: int) -> None:
        """Let go of what is too old to teach, or would not be there had no earlier forecast been made."""
        oldest = max(first, origin - TRAINING_WEEKS * WEEK_S)
        self._made = {begin: surface for begin, surface in self._made.items() if begin >= oldest}
        self._sums = {begin: sums for begin, sums in self._sums.items() if begin >= first}

    def _goes_on(self, past: History, origin: int) -> bool:
        """True where this origin comes whole weeks after the last, and the history up to that one is the same."""
        if origin < self._last or (origin - self._last) % WEEK_S:
            return False
        return _mark(past.before(self._last)) == self._mark


def _first_lesson(begun: int, origin: int) -> int:
    """When the first week that teaches begins: whole weeks before ``origin``."""
    weeks = (origin - begun) // WEEK_S
    warm_up = min(WARM_UP_WEEKS, weeks // 2)
    return origin - min(LEVEL_WEEKS, weeks - warm_up) * WEEK_S


def _lag(past: History) -> int:
    """In seconds, how long it took until nearly all records of the last year were known."""
    recent = past.between(past.origin - 365 * DAY_S, past.origin) if np.isfinite(past.origin) else past
    waits = recent.known - recent.time
    return int(np.quantile(waits, COMPLETE)) if len(waits) and waits.any() else 0


def _mark(past: History) -> tuple[float, ...]:
    """Equal for two histories only where, as good as certainly, they hold the same records."""
    mixed: NDArray[np.int64] = past.time * 31 + past.cell * 1_000_003 + past.offence
    return (len(past), float(past.time.sum()), float((mixed % 1_000_003).sum()), float((past.known % 999_983).sum()))
