"""The columns of one load: what ``collect`` writes, ``storage`` keeps as bytes and ``analyse`` wraps.

A load's rows are never changed afterwards. A corrected record is a row of a later load with the same number, a
withdrawn one a number in a later load's ``gone``: so every earlier version of every record stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

#: What a block's rows are. Stops serve fairness checks only: no ranking ever reads a block of that kind.
RecordKind = Literal["incident", "call", "stop"]
RECORD_KINDS: Final[tuple[RecordKind, ...]] = get_args(RecordKind)

#: numpy type strings of the columns that questions read, little-endian. Rows stand in order of ``time``, then
#: ``incident``.
COLUMN_TYPES: Final[dict[str, str]] = {
    "incident": "<i8",  # the record's number, counted from 1 over all loads; a later block's row replaces an earlier
    "time": "<i8",  # occurred from, seconds since 1970 UTC
    "end": "<i8",  # occurred to, seconds since 1970 UTC; equals ``time`` where the source gives one moment
    "known": "<i8",  # known to the agency at, seconds since 1970 UTC (doctrine 3.14)
    "local": "<i8",  # ``time`` as the local clock showed it, in seconds as if that clock were UTC
    "x": "<f8",  # projected metres east; NaN where not located
    "y": "<f8",  # projected metres north; NaN where not located
    "code": "<i4",  # position in words["code"]
    "beat": "<i4",  # position in words["beat"]; -1 where unknown
    "district": "<i4",  # position in words["district"]; -1 where unknown
    "neighbourhood": "<i4",  # position in words["neighbourhood"]; -1 where unknown
    "force": "<i4",  # position in words["force"]; -1 where unknown
    "block": "<i4",  # position in words["block"]; -1 where unknown
    "premise": "<i4",  # position in words["premise"]; -1 where unknown
    "domestic": "<i1",  # 1 domestic, 0 not, -1 the source does not say
    "initiated": "<i1",  # 1 officer-initiated, 0 not, -1 the source does not say
    "timed": "<i1",  # 1 hour known, 0 the hour is a placeholder or missing, -1 only the month is known
}
VOCABULARIES: Final[tuple[str, ...]] = (
    "code", "beat", "district", "neighbourhood", "force", "block", "premise",
)  # fmt: skip

#: Columns that only a load reads: what tells a new record from a newer version and from a known one.
RECORD_TYPES: Final[dict[str, str]] = {
    "key_end": "<i8",  # where the record's key ends in the bytes of "key", which run on without a gap
    "stamp": "<i8",  # the source's own version stamp, seconds since 1970 UTC; NO_TIME where it has none
    "digest": "<i8",  # a digest of the record's content, key and stamp left out
    "reported": "<i8",  # seconds since 1970 UTC; NO_TIME where the source does not say
    "lat": "<f8",  # degrees as the source gave them; NaN where not located
    "lon": "<f8",
    "description": "<i4",  # position in words["description"]; -1 where blank
    "period": "<i4",  # position in words["period"]; -1 for records with a key of their own
}
RECORD_VOCABULARIES: Final[tuple[str, ...]] = ("description", "period")
KEYS: Final = "key"
"""The column of all keys as UTF-8, one after the other; it has no type of its own."""

#: Further vocabularies of a kind: what a call or a stop tells that an incident does not.
EXTRA_VOCABULARIES: Final[dict[RecordKind, tuple[str, ...]]] = {
    "incident": (),
    "call": ("priority", "outcome"),
    "stop": ("outcome", "searched", "race", "gender", "age"),
}

#: Stands in a column of times for "the source does not say" (numpy's own not-a-time).
NO_TIME: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """The records one load added or replaced, as bytes per column and a vocabulary per coded column.

    A block read for questions holds ``COLUMN_TYPES`` only; one read by a load holds what it asked for.
    """

    load: int
    source: str
    rows: int
    columns: Mapping[str, bytes]
    words: Mapping[str, tuple[str, ...]]
    replaces: bool
    """True where some rows replace rows of earlier blocks."""
    kind: RecordKind = "incident"
    gone: bytes = b""
    """Numbers of records that this load withdrew, as ``<i8``."""


def types_of(kind: RecordKind) -> dict[str, str]:
    """Every typed column of a stored block of ``kind``."""
    return {**COLUMN_TYPES, **RECORD_TYPES, **dict.fromkeys(EXTRA_VOCABULARIES[kind], "<i4")}


def vocabularies_of(kind: RecordKind) -> tuple[str, ...]:
    """Every vocabulary of a stored block of ``kind``."""
    return (*VOCABULARIES, *RECORD_VOCABULARIES, *EXTRA_VOCABULARIES[kind])
