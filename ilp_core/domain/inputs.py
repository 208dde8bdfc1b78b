"""What residents, surveys and partners tell the desk: no intelligence, and never who a resident is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, Self, get_args

from ilp_core.domain.places import Area, AreaRef, area_key, parse_area

InputKind = Literal["concern", "survey", "partner"]
INPUT_KINDS: Final[tuple[InputKind, ...]] = get_args(InputKind)

#: From doctrine 1 (S23).
ConcernState = Literal["open", "worked", "told back", "still felt"]
CONCERN_STATES: Final[tuple[ConcernState, ...]] = get_args(ConcernState)

#: What residents raise [this project's choice]. ``conduct`` is what people do and none of the others says nearer.
ConcernCategory = Literal[
    "conduct", "asb", "drugs", "noise", "speeding", "parking", "theft", "violence", "vandalism", "lighting",
    "rubbish", "other",
]  # fmt: skip
CONCERN_CATEGORIES: Final[tuple[ConcernCategory, ...]] = get_args(ConcernCategory)
#: These go to partners and carry no patrol weight (guard-rail G11).
PARTNER_CATEGORIES: Final[frozenset[ConcernCategory]] = frozenset({"lighting", "rubbish"})

#: What a survey measures (doctrine 3.12).
Construct = Literal[
    "effectiveness", "fair treatment", "fair decisions", "fair distribution", "legitimacy", "willingness to help",
    "safety", "contact",
]  # fmt: skip
CONSTRUCTS: Final[tuple[Construct, ...]] = get_args(Construct)
#: No figure about fewer people is kept or shown (guard-rail G18).
FEWEST_ANSWERS: Final = 5

PartnerKind = Literal["housing", "school", "fire", "hospital", "transport", "retail", "council"]
PARTNER_KINDS: Final[tuple[PartnerKind, ...]] = get_args(PartnerKind)


@dataclass(frozen=True, slots=True)
class _Input:
    """A row as plain JSON data and back; days stand as ISO dates."""

    def as_data(self) -> dict[str, Any]:
        """The row as plain JSON data."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The row that ``as_data`` gave. Raises KeyError or ValueError for anything else."""
        return cls(**{each.name: _value(each.type, data[each.name]) for each in fields(cls)})


def _value(type: object, value: Any) -> Any:
    return date.fromisoformat(value) if type == "date" else value


@dataclass(frozen=True, slots=True)
class Concern(_Input):
    """What residents raised, at which meeting or by which channel, and what became of it (doctrine 1: S9, S10, S23).

    ``area`` is ``kind:code``, or a code alone where the file named no kind, or empty; ``place`` is a block, a
    crossing or a name; ``n`` counts residents, not messages; ``partner`` is who filed it, or empty.
    """

    id: str
    day: date
    meeting: str
    area: str
    place: str
    category: ConcernCategory
    text: str
    n: int
    state: ConcernState
    partner: str

    @property
    def for_partners(self) -> bool:
        """True where it goes to partners and carries no patrol weight (G11)."""
        return self.category in PARTNER_CATEGORIES


@dataclass(frozen=True, slots=True)
class SurveyResult(_Input):
    """One item of one survey wave in one area, as an aggregate: ``n`` answers, their mean and its margin.

    ``margin`` is half the width of the 95 % interval, in units of the scale. A higher mean is a better one: items
    that ask the other way round are recoded before they come here. ``area`` is empty for the whole agency.
    """

    wave: str
    day_from: date
    day_to: date
    area: str
    item: str
    construct: Construct
    n: int
    mean: float
    margin: float
    scale_min: float
    scale_max: float


@dataclass(frozen=True, slots=True)
class PartnerReport(_Input):
    """What another agency reported about a place. ``n`` is how many cases it speaks of, or None."""

    id: str
    day: date
    partner: str
    area: str
    place: str
    kind: PartnerKind
    text: str
    n: int | None


InputRow = Concern | SurveyResult | PartnerReport


def area_of(text: str, areas: Iterable[Area]) -> AreaRef | None:
    """The known area that ``text`` (``kind:code`` or a code alone) names.

    None where no known area answers to it, or where a code alone answers to areas of several kinds.
    """
    kind, code = None, text
    if ":" in text:
        try:
            kind, code = (named := parse_area(text)).kind, named.code
        except ValueError:
            return None
    if not code.strip():
        return None
    found = [
        area.ref
        for area in areas
        if area_key(area.ref.code) == area_key(code) and (kind is None or area.ref.kind == kind)
    ]
    return found[0] if len(found) == 1 else None
