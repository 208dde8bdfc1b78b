"""Located records as the gazetteer reads them, and groups of them: a block's, a street's, a corner's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ilp_core.collect.places.patches import Metres, Numbers, commonest, degrees_of, local_metres, medians

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Located:
    """Located records, one an element: codes into the word lists (-1 where unknown), metres from ``middle``.

    Area words stand in alphabetical order, so that ties are decided by the word and not by the order of records.
    """

    word: Numbers
    premise: Numbers
    beat: Numbers
    district: Numbers
    neighbourhood: Numbers
    x: Metres
    y: Metres
    middle: tuple[float, float]
    beat_words: Sequence[str]
    district_words: Sequence[str]
    neighbourhood_words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of records: for each of ``rows`` its group, and one element a group for the rest.

    ``one`` is a row of the group, for what all of its rows share. ``x`` and ``y`` are the medians, ``reach`` is
    twice the mean distance from there, in metres: half the length of a block that has records all along it. ``beat``
    and ``district`` are what most rows name.
    """

    rows: Numbers
    group: Numbers
    one: Numbers
    count: Numbers
    x: Metres
    y: Metres
    reach: Metres
    beat: list[str]
    district: list[str]

    def __len__(self) -> int:
        return len(self.one)

    def most(self, codes: Numbers) -> Numbers:
        """The code that most rows of each group have; one element of ``codes`` a located record."""
        return commonest(self.group, len(self), codes[self.rows])

    def farthest(self, rows: Located) -> Metres:
        """How far each group's farthest row lies from its middle, in metres."""
        far = np.zeros(len(self))
        np.maximum.at(
            far, self.group, np.hypot(rows.x[self.rows] - self.x[self.group], rows.y[self.rows] - self.y[self.group])
        )
        return far

    def degrees(self, middle: tuple[float, float]) -> tuple[list[float], list[float]]:
        """The groups' middles, rounded to a tenth of a metre."""
        lat, lon = degrees_of(self.x, self.y, middle)
        return lat.round(6).tolist(), lon.round(6).tolist()


def located(
    placed: Numbers,
    *,
    block: Codes,
    premise: Codes,
    beat: tuple[Codes, Sequence[str]],
    district: tuple[Codes, Sequence[str]],
    neighbourhood: tuple[Codes, Sequence[str]],
    lat: Metres,
    lon: Metres,
) -> Located:
    """The records at positions ``placed``, which all have a block and a position in degrees."""
    middle = (float(np.median(lat[placed])), float(np.median(lon[placed]))) if len(placed) else (0.0, 0.0)
    x, y = local_metres(lat[placed], lon[placed], middle)
    (beats, beat_words), (districts, district_words), (parts, part_words) = (
        _alphabetical(*each) for each in (beat, district, neighbourhood)
    )
    return Located(
        word=block[placed].astype(np.int64),
        premise=premise[placed].astype(np.int64),
        beat=beats[placed],
        district=districts[placed],
        neighbourhood=parts[placed],
        x=x,
        y=y,
        middle=middle,
        beat_words=beat_words,
        district_words=district_words,
        neighbourhood_words=part_words,
    )


def _alphabetical(codes: Codes, words: Sequence[str]) -> tuple[Numbers, list[str]]:
    """The same column with its words in order, each once; a blank word is unknown."""
    kept = sorted({word for word in words if word})
    place = {word: position for position, word in enumerate(kept)}
    table = np.array([*(place.get(word, -1) for word in words), -1], dtype=np.int64)
    return table[codes], kept


def grouped(rows: Located, chosen: Numbers, key: Numbers) -> Groups:
    """Group the rows at positions ``chosen`` by ``key``, one element a chosen row."""
    _, one, group = np.unique(key, return_index=True, return_inverse=True)
    return gathered(rows, chosen, group, chosen[one])


def gathered(rows: Located, chosen: Numbers, group: Numbers, one: Numbers) -> Groups:
    """The same where each chosen row's group is known, and ``one`` row of each group."""
    groups = len(one)
    x, y = (medians(group, groups, values[chosen]) for values in (rows.x, rows.y))
    away = np.hypot(rows.x[chosen] - x[group], rows.y[chosen] - y[group])
    named = [
        [words[code] if code >= 0 else "" for code in commonest(group, groups, codes[chosen]).tolist()]
        for codes, words in ((rows.beat, rows.beat_words), (rows.district, rows.district_words))
    ]
    count = np.bincount(group, minlength=groups)
    reach = np.bincount(group, weights=away, minlength=groups) / count * 2
    return Groups(chosen, group, one, count, x, y, reach, *named)
