"""Who asks: officers, their roles, and the invitation that ties a chat to a badge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from ilp_core.domain.places import AreaRef

Role = Literal["officer", "supervisor", "analyst", "command", "admin", "partner"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

#: An invitation not used within a day is void (guard-rail G38: single use, expiring).
INVITE_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of the agency as the desk knows them: badge and duty, never a name."""

    badge: str
    role: Role
    area: AreaRef | None = None
    shift: str | None = None
    disabled: bool = False
    language: str | None = None
    """The code of the language they are answered in; None for the agency's."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A single-use invitation; only the SHA-256 of its code is stored."""

    code_hash: str
    badge: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A chat tied to a badge. ``banner`` is the version of the use banner accepted there, or None.

    ``cautioned`` names the shift in which this chat was last told the full stop-and-search sentence (G04).
    """

    chat_id: int
    badge: str
    enrolled_at: datetime
    banner: int | None = None
    cautioned: str | None = None
    blocked: bool = False
    """Nothing can be sent there: the officer blocked the bot, or the account is gone."""
