"""What comes in and what goes out, while it waits: updates of Telegram in an inbox, messages in an outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Kind = Literal["reply", "alert", "receipt", "notice", "digest"]
#: Kinds that are sent again where it is unknown whether they arrived: a double is a lesser evil than none. A digest
#: is held instead, so that it goes out at most once.
RESENT: Final[frozenset[str]] = frozenset({"reply", "alert", "receipt", "notice"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update as it arrived. ``lane`` is its chat, 0 where it has none; ``payload`` is sealed.

    ``told`` says that the emergency line went out for it already.
    """

    update_id: int
    lane: int
    kind: str
    sent_at: datetime | None
    told: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """An update in a lane's hand.

    ``tries`` counts how often a handler failed on it before. ``claims`` counts how often it was claimed, this time
    included; with ``holder`` it is the fence: who holds an older claim can finish nothing.
    """

    seq: int
    bot: int
    update_id: int
    lane: int
    kind: str
    sent_at: datetime | None
    received_at: datetime
    told: bool
    payload: bytes | None
    tries: int
    claims: int
    holder: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that failed too often. ``erased`` says that its words are gone for good."""

    seq: int
    update_id: int
    lane: int
    kind: str
    received_at: datetime
    why: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message to go out. ``key`` names the key that seals ``payload``; ``dedupe`` is what makes it one message.

    ``priority`` orders chats, never the messages of one. ``asked_at`` is when its question was asked (G50).
    """

    chat_id: int
    kind: Kind
    dedupe: str
    key: str
    payload: bytes
    not_before: datetime
    expires_at: datetime
    priority: int = 0
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in the courier's hand.

    ``attempts`` counts the tries, this one included; with ``holder`` it is the fence. ``maybe`` counts tries of
    which it is unknown whether they arrived.
    """

    seq: int
    chat_id: int
    kind: Kind
    dedupe: str
    key: str
    payload: bytes | None
    attempts: int
    maybe: int
    asked_at: datetime | None
    created_at: datetime
    expires_at: datetime
    holder: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-written thing of a chat: the step it waits in and its words, sealed under ``key``."""

    chat_id: int
    step: str
    key: str
    data: bytes
    expires_at: datetime
    version: int


class Lost(Exception):  # noqa: N818 - no fault: another replica has it now
    """What was in hand is in another's now: nothing of this transaction may stay."""
