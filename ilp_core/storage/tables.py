"""The tables. Times of incidents are seconds since 1970 UTC, all other times are moments."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ilp_core.storage.types import BigId, JsonText, UtcDateTime

#: Names of constraints are fixed, so that a migration can name what it changes on either database.
metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

officer: Final = Table(
    "officer",
    metadata,
    Column("badge", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("area_kind", String),
    Column("area_code", String),
    Column("unit", String),
    Column("shift", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("disabled_reason", Text),
)

chat: Final = Table(
    "chat",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("badge", String, ForeignKey("officer.badge"), nullable=False, unique=True),
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("banner", Integer),
    Column("banner_at", UtcDateTime),
    Column("cautioned", Text),
    Column("blocked_at", UtcDateTime),
)

invite: Final = Table(
    "invite",
    metadata,
    Column("code_hash", String, primary_key=True),
    Column("badge", String, ForeignKey("officer.badge"), nullable=False),
    Column("issued_by", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_chat", BigInteger),
)

area: Final = Table(
    "area",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("outline", Text),
    UniqueConstraint("kind", "key"),
)

unit: Final = Table(
    "unit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("area_kind", String),
    Column("area_code", String),
    Column("zone", String, nullable=False),
)

shift: Final = Table(
    "shift",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("unit", BigId, ForeignKey("unit.id")),
    Column("name", String, nullable=False),
    Column("start_minute", Integer, nullable=False),
    Column("end_minute", Integer, nullable=False),
    Column("days", Text),
    UniqueConstraint("unit", "name"),
    # A unique constraint lets several rows without a unit share a name; the agency's own shifts must not.
    Index(
        "uq_shift_agency_name",
        "name",
        unique=True,
        sqlite_where=text("unit IS NULL"),
        postgresql_where=text("unit IS NULL"),
    ),
)

offence_rule: Final = Table(
    "offence_rule",
    metadata,
    Column("source", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("slug", String, nullable=False),
    Column("harm_days", Float),
    Column("initiation", String, nullable=False),
    Column("rankable", Boolean, nullable=False),
)

load: Final = Table(
    "load",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("file", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("source", String, nullable=False),
    Column("format", String, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("report", JsonText),
)

#: Columns stand in the order of ``domain.incidents.IncidentRow``.
incident: Final = Table(
    "incident",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("source", String, nullable=False),
    Column("key", String, nullable=False),
    Column("stamp", BigInteger),
    Column("digest", BigInteger, nullable=False),
    Column("occurred_from", BigInteger, nullable=False),
    Column("occurred_to", BigInteger, nullable=False),
    Column("reported", BigInteger),
    Column("first_load", BigId, ForeignKey("load.id"), nullable=False),
    Column("last_load", BigId, ForeignKey("load.id"), nullable=False),
    Column("code", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("premise", Text, nullable=False),
    Column("block", Text, nullable=False),
    Column("beat", String, nullable=False),
    Column("district", String, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("domestic", Boolean),
    Column("initiated", Boolean),
    UniqueConstraint("source", "key"),
    Index(None, "occurred_from"),
)

column_block: Final = Table(
    "column_block",
    metadata,
    Column("load", BigId, ForeignKey("load.id"), primary_key=True, autoincrement=False),
    Column("source", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Column("replaces", Boolean, nullable=False),
)

column_data: Final = Table(
    "column_data",
    metadata,
    Column("load", BigId, ForeignKey("column_block.load"), primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

receipt: Final = Table(
    "receipt",
    metadata,
    Column("code", String, primary_key=True),
    Column("question", JsonText, nullable=False),
    Column("figures", JsonText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

dialogue: Final = Table(
    "dialogue",
    metadata,
    Column("session", Text, primary_key=True),
    Column("receipt", String),
    Column("listed", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

setting: Final = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

#: Append-only: triggers of the first migration refuse UPDATE and DELETE (guard-rail G40).
audit: Final = Table(
    "audit",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", Text, nullable=False),
    Column("outcome", String, nullable=False),
    Column("source", String, nullable=False),
    Column("detail", JsonText, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

#: One row: the newest audit row's number and hash, by which rows cut off at the end are missed.
audit_head: Final = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigId, nullable=False),
    Column("hash", String, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
