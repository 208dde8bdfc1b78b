"""The tables of local knowledge. Words in them are sealed, each record's under a key of its own (guard-rail G51)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from ilp_core.storage.tables import metadata
from ilp_core.storage.types import BigId, JsonText, UtcDateTime

_OPEN: Final = text("state = 'open'")

disagreement: Final = Table(
    "disagreement",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("badge", String, ForeignKey("officer.badge"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("place", JsonText),
    Column("area", String),
    Column("offences", JsonText),
    Column("receipt", String),
    Column("item", Integer),
    Column("stance", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("owner", String, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("words", LargeBinary),
    Column("answer", LargeBinary),
    Column("ended_at", UtcDateTime),
    Column("told_owner", UtcDateTime),
    Column("told_overdue", UtcDateTime),
    Column("told_officer", UtcDateTime),
    # The same officer on the same place is one record while it is open.
    Index("uq_disagreement_open", "badge", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

nomination: Final = Table(
    "nomination",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("badge", String, ForeignKey("officer.badge"), nullable=False),
    Column("cell", String, nullable=False),
    Column("place", JsonText, nullable=False),
    Column("team", String, nullable=False),
    Column("offences", JsonText),
    Column("hours", JsonText),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("hit", Boolean),
    Column("engine_hit", Boolean),
    Column("scored_at", UtcDateTime),
    Index("uq_nomination_open", "badge", "cell", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)
