"""The tables of what comes in and goes out, of leases and of half-written things. Words in them are sealed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ilp_core.storage.tables import metadata
from ilp_core.storage.types import BigId, UtcDateTime

_WAITING_IN: Final = text("state = 'new'")
_WAITING_OUT: Final = text("state IN ('pending', 'sending')")

#: ``seq`` is the order of arrival. Numbers of updates are not: after a quiet week Telegram takes new ones at random.
inbox: Final = Table(
    "inbox",
    metadata,
    Column("seq", BigId, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("payload", LargeBinary),
    Column("tries", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("holder", String),
    Column("claimed_until", UtcDateTime),
    Column("not_before", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("why", Text),
    Column("key_gone", Boolean, nullable=False),
    UniqueConstraint("bot", "update_id"),
    Index("ix_inbox_waiting", "lane", "seq", sqlite_where=_WAITING_IN, postgresql_where=_WAITING_IN),
    Index(
        "ix_inbox_unerased",
        "seq",
        sqlite_where=text("state <> 'new' AND NOT key_gone"),
        postgresql_where=text("state <> 'new' AND NOT key_gone"),
    ),
)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("seq", BigId, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("dedupe", String, nullable=False, unique=True),
    Column("key", String, nullable=False),
    Column("payload", LargeBinary),
    Column("state", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("maybe", Integer, nullable=False),
    Column("holder", String),
    Column("lease_until", UtcDateTime),
    Column("not_before", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("message_id", BigInteger),
    Column("why", Text),
    Index("ix_outbox_waiting", "chat_id", "seq", sqlite_where=_WAITING_OUT, postgresql_where=_WAITING_OUT),
)

lease: Final = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("fence", BigInteger, nullable=False),
)

draft: Final = Table(
    "draft",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("step", String, nullable=False),
    Column("key", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
)
