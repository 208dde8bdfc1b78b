"""The columns of one load: what ``collect`` writes, ``storage`` keeps as bytes and ``analyse`` wraps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: numpy type strings of the columns, little-endian. Rows stand in order of ``time``, then ``incident``.
COLUMN_TYPES: Final[dict[str, str]] = {
    "incident": "<i8",  # row number of the incident in storage; the later block's row replaces an earlier one
    "time": "<i8",  # occurred from, seconds since 1970 UTC
    "end": "<i8",  # occurred to, seconds since 1970 UTC; equals ``time`` where the source gives one moment
    "known": "<i8",  # known to the agency at, seconds since 1970 UTC (doctrine 3.14)
    "local": "<i8",  # ``time`` as the local clock showed it, in seconds as if that clock were UTC
    "x": "<f8",  # projected metres east; NaN where not located
    "y": "<f8",  # projected metres north; NaN where not located
    "code": "<i4",  # position in words["code"]
    "beat": "<i4",  # position in words["beat"]; -1 where unknown
    "district": "<i4",  # position in words["district"]; -1 where unknown
    "block": "<i4",  # position in words["block"]; -1 where unknown
    "premise": "<i4",  # position in words["premise"]; -1 where unknown
    "domestic": "<i1",  # 1 domestic, 0 not, -1 the source does not say
    "initiated": "<i1",  # 1 officer-initiated, 0 not, -1 the source does not say
    "timed": "<i1",  # 0 where the hour is a placeholder (12:00:00, 00:00:00, 1 January), 1 else
}
VOCABULARIES: Final[tuple[str, ...]] = ("code", "beat", "district", "block", "premise")


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """The rows one load added or replaced, as bytes per column and a vocabulary per coded column."""

    load: int
    source: str
    rows: int
    columns: Mapping[str, bytes]
    words: Mapping[str, tuple[str, ...]]
    replaces: bool
    """True where some rows replace rows of earlier blocks."""
