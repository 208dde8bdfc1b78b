"""The records of a place: those that name its block or its whole street, else those round its point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.domain.blocks import block_label, parse_block, snapped, street_label

#: How a place was found among the records.
Reading = Literal["block", "street", "circle"]
#: Records of a block or a street count where they lie this far beyond its reach at most: in another town the same
#: name is another street [this project's choice].
SLACK_M: Final = 400.0
#: Where no record lies so near, the desk knows nothing of the place [this project's choice].
COVERED_M: Final = 1_500.0


@dataclass(frozen=True)
class BlockNames:
    """Positions in the vocabulary of blocks by the name of the block and by that of its street, without case."""

    blocks: Mapping[str, NDArray[np.intp]]
    streets: Mapping[str, NDArray[np.intp]]


def block_names(words: tuple[str, ...]) -> BlockNames:
    """The names of a vocabulary of blocks; made once per data version."""
    blocks: dict[str, list[int]] = {}
    streets: dict[str, list[int]] = {}
    for place, text in enumerate(words):
        blocks.setdefault(block_label(text).casefold(), []).append(place)
        block = parse_block(text)
        street = street_label(block.street if block else snapped(text))
        streets.setdefault(street.casefold(), []).append(place)
    return BlockNames(_arrays(blocks), _arrays(streets))


def _arrays(found: Mapping[str, list[int]]) -> dict[str, NDArray[np.intp]]:
    return {name: np.array(places, dtype=np.intp) for name, places in found.items()}


def rows_at(
    frame: IncidentFrame, names: BlockNames, label: str, x: float, y: float, radius: float
) -> tuple[Rows, Reading]:
    """All rows of the place called ``label`` round (x, y), in order of time, and how they were found."""
    key = label.casefold()
    for reading, known in (("block", names.blocks), ("street", names.streets)):
        codes = known.get(key)
        if codes is not None and (reading == "street" or parse_block(frame.words["block"][int(codes[0])])):
            return _named(frame, codes, x, y, radius + SLACK_M), "block" if reading == "block" else "street"
    return _within(frame, x, y, radius), "circle"


def _named(frame: IncidentFrame, codes: NDArray[np.intp], x: float, y: float, reach: float) -> Rows:
    """The rows that name one of ``codes`` and lie within reach, or whose position is not known."""
    # One more for rows without a block, whose position is -1.
    wanted = np.zeros(len(frame.words["block"]) + 1, dtype=bool)
    wanted[codes] = True
    rows = np.flatnonzero(wanted[frame.column["block"]])
    apart = np.hypot(frame.column["x"][rows] - x, frame.column["y"][rows] - y)
    return rows[~(apart > reach)]


def _within(frame: IncidentFrame, x: float, y: float, radius: float) -> Rows:
    """All rows within ``radius`` of (x, y)."""
    east, north = frame.column["x"], frame.column["y"]
    # A strip first: of all rows one column is looked at once.
    near = np.flatnonzero((east >= x - radius) & (east <= x + radius))
    return near[(east[near] - x) ** 2 + (north[near] - y) ** 2 <= radius**2]


def is_covered(frame: IncidentFrame, x: float, y: float, radius: float) -> bool:
    """True where any record on file lies near: "0" is said only of what the desk knows (G31)."""
    return bool(len(_within(frame, x, y, radius + COVERED_M)))


def rows_among(frame: IncidentFrame, rows: Rows, kind: str, code: str) -> tuple[Rows, Rows]:
    """Of ``rows`` those that name the area, and the others."""
    try:
        position = frame.words[kind].index(code)
    except (KeyError, ValueError):
        return rows[:0], rows
    inside = frame.column[kind][rows] == position
    return rows[inside], rows[~inside]
