"""What was understood of a file of an unknown layout: columns per field, how sure, and what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ilp_core.collect.dates import DateStyle
from ilp_core.collect.generic.systems import Spread
from ilp_core.collect.generic.traits import Numbers
from ilp_core.collect.points import Extent

#: The desk's fields, in the order in which they are shown. ``point`` holds latitude and longitude in one column.
FIELDS: Final = (
    "id", "stamp", "occurred_from", "occurred_to", "reported", "code", "description", "premise", "block", "beat",
    "district", "neighbourhood", "force", "lat", "lon", "point", "domestic", "officer_initiated",
)  # fmt: skip
TIMES: Final = ("occurred_from", "occurred_to", "reported", "stamp")


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known before a file is looked at: the zone and EPSG code that were named, the box in degrees of the
    agency's earlier data or outlines, today's date, and the zone of the first load, which nobody named for this
    file."""

    zone: str | None
    crs: int | None
    extent: Extent | None
    today: date
    first_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The columns that hold a field (joined where several), how sure that is (0-100), why, and sample values."""

    columns: tuple[str, ...]
    score: int
    why: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say. ``slot`` is "dates", "crs", "zone" or a field; ``values[i]`` is what answering with
    ``options[i]`` sets. Without options any text is an answer."""

    slot: str
    text: str
    options: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Truths:
    """The words of a yes-or-no column that mean yes and no; "*" among the latter means every other word."""

    true: tuple[str, ...]
    false: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers of a file's metres or feet: with a coordinate system they tell where it lands."""

    east: Spread
    north: Spread


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file's columns would be read.

    ``missing`` holds "time" and "offence" where no column was found for them: then the file cannot be read so.
    ``unused`` are columns that serve no field, ``left_out`` those about persons, which are never read. ``notes`` are
    sentences about dates, positions, and what follows from what the file lacks. ``grid`` is there where positions are
    in metres or feet.
    """

    fields: Mapping[str, Match]
    questions: tuple[Question, ...]
    dates: DateStyle
    month_only: bool
    two_digit_years: bool
    crs: int | None
    zone: str | None
    numbers: Numbers
    truths: Mapping[str, Truths]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())
    grid: Grid | None = None
