"""A small made-up city on a grid, as the columns that the gazetteer is built from."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from ilp_core.collect.places.gazetteer import build
from ilp_core.domain.gazetteer import Entry

#: The corner of the made-up city's grid: zero and zero. A hundred is 200 m, as in Chicago.
MIDDLE = (41.0, -87.0)
HUNDRED_M = 200.0
NOWHERE = (float("nan"), float("nan"))

#: A record: block text, premise, (lat, lon), beat, district.
Record = tuple[str, str, tuple[float, float], str, str]


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """A position so many metres from the grid's corner."""
    return MIDDLE[0] + north_m / 111_195, MIDDLE[1] + east_m / (111_195 * math.cos(math.radians(MIDDLE[0])))


def grid(streets: int = 6, avenues: int = 6, each: int = 3) -> list[Record]:
    """``each`` records on every block between 1st to nth St (running west) and lettered avenues (running south).

    The n-th street is n hundreds south, the n-th avenue (Alder, Birch, ...) n hundreds west.
    """
    found: list[Record] = []
    for street in range(1, streets + 1):
        for hundred in range(avenues):
            place = at(-(hundred + 0.5) * HUNDRED_M, -street * HUNDRED_M)
            found += [(f"{hundred:03d}XX W {ordinal(street)} ST", "STREET", place, "0101", "001")] * each
    for avenue in range(1, avenues + 1):
        for hundred in range(streets):
            place = at(-avenue * HUNDRED_M, -(hundred + 0.5) * HUNDRED_M)
            found += [(f"{hundred:03d}XX S {AVENUES[avenue - 1]} AVE", "STREET", place, "0102", "001")] * each
    return found


AVENUES = ("ALDER", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINKGO", "HAWTHORN")


def ordinal(number: int) -> str:
    """1ST, 2ND, 3RD, 4TH."""
    return f"{number}{ {1: 'ST', 2: 'ND', 3: 'RD'}.get(number, 'TH') }"


def columns(records: Sequence[Record]) -> dict[str, Any]:
    """The columns of records, coded."""
    made: dict[str, Any] = {}
    for place, field in ((0, "block"), (1, "premise"), (3, "beat"), (4, "district")):
        words = list(dict.fromkeys(str(record[place]) for record in records if record[place]))
        codes = [words.index(str(record[place])) if record[place] else -1 for record in records]
        made |= {field: np.array(codes, dtype=np.int32), f"{field}_words": words}
    made["lat"] = np.array([record[2][0] for record in records], dtype=np.float64)
    made["lon"] = np.array([record[2][1] for record in records], dtype=np.float64)
    return made


def gazetteer(records: Sequence[Record], **more: Any) -> tuple[Entry, ...]:
    """The gazetteer of records."""
    return build(**columns(records), **more)


def shuffled(records: Sequence[Record], seed: int) -> list[Record]:
    """The same records in another order."""
    mixed = list(records)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - the same order every time
    return mixed


def of_kind(entries: Sequence[Entry], kind: str) -> dict[str, Entry]:
    """Entries of one kind by key."""
    return {entry.key: entry for entry in entries if entry.kind == kind}
