"""Local knowledge: what officers hold against the data, and the places they name instead (doctrine S15-S17, D3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from ilp_core.domain.officers import ROLES, Officer
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.windows import Hours

#: What an officer holds against a list: it is quiet there, it is hotter elsewhere, why do it this way at all.
Stance = Literal["not hot", "hotter elsewhere", "why change", "other"]
STANCES: Final[tuple[Stance, ...]] = get_args(Stance)
DisagreementState = Literal["open", "answered", "withdrawn"]
NominationState = Literal["open", "scored", "withdrawn"]

#: Days within which the owner answers, unless the agency says otherwise [this project's choice].
ANSWER_DAYS: Final = 7
#: A nominated spot is scored after so long (differentiator D3).
SCORED_AFTER: Final = timedelta(days=28)
#: No figure about fewer nominations is shown (guard-rail G17, differentiator D3).
FEWEST_NOMINATIONS: Final = 5
#: Nor one that all came from one officer: it would be that officer's own score (G17) [this project's choice].
FEWEST_OFFICERS: Final = 2
_REF: Final = re.compile(r"([DN])-?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One officer's view against the data, with who answers it by when.

    ``subject`` is what it is about in a form that is equal for the same place; ``owner`` is a badge, or a role where
    nobody of the agency could be named. ``words`` and ``answer`` are sealed under the key ``key``, None where there
    are none or they were erased. ``told_officer`` is when the answer was sent to the officer.
    """

    number: int
    badge: str
    subject: str
    place: Place | None
    area: AreaRef | None
    offences: tuple[str, ...] | None
    receipt: str | None
    item: int | None
    stance: Stance
    at: datetime
    owner: str
    due: datetime
    state: DisagreementState = "open"
    words: bytes | None = None
    answer: bytes | None = None
    ended_at: datetime | None = None
    told_owner: datetime | None = None
    told_overdue: datetime | None = None
    told_officer: datetime | None = None

    @property
    def ref(self) -> str:
        """What people call it, such as D-14."""
        return f"D-{self.number}"

    @property
    def key(self) -> str:
        """The name of the key that seals its words; destroying it erases them (guard-rail G51)."""
        return f"local:{self.ref}"

    def overdue(self, now: datetime) -> bool:
        """True where it still waits after its due date."""
        return self.state == "open" and now > self.due

    def owned_by(self, officer: Officer) -> bool:
        """True where ``officer`` is who answers it."""
        return self.owner == officer.badge or (self.owner in ROLES and self.owner == officer.role)


@dataclass(frozen=True, slots=True)
class Nomination:
    """A place an officer named as hot: a prediction for the time from ``at`` to ``until``.

    ``place`` is a privacy cell of 150 m with a name. ``team`` is the area whose officers are scored together, as
    ``kind:code``, or empty for the agency. ``offences`` None means every kind that may rank a place. ``hit`` says
    whether such an incident occurred in the cell, ``engine_hit`` the same of the desk's own spot of that moment, None
    before the score, and for the desk's where it had none.
    """

    number: int
    badge: str
    place: Place
    team: str
    offences: tuple[str, ...] | None
    hours: Hours | None
    at: datetime
    until: datetime
    state: NominationState = "open"
    hit: bool | None = None
    engine_hit: bool | None = None
    scored_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What people call it, such as N-3."""
        return f"N-{self.number}"

    @property
    def cell(self) -> str:
        """The cell in a form that is equal for two nominations of one cell."""
        return cell_key(self.place)


def cell_key(place: Place) -> str:
    """The middle of a place's cell to about a metre."""
    return f"{place.lat:.5f},{place.lon:.5f}"


def parse_ref(text: str, kind: Literal["D", "N"]) -> int | None:
    """The number of ``D-14`` or ``d14``; None where ``text`` is no reference of that kind."""
    match = _REF.fullmatch(text.strip())
    return int(match[2]) if match and match[1].upper() == kind else None
