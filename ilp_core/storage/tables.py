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
    Column("language", String),
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
    Column("kind", String, nullable=False, server_default="incident"),
    Column("undone_by", BigId, ForeignKey("load.id")),
)

column_block: Final = Table(
    "column_block",
    metadata,
    Column("load", BigId, ForeignKey("load.id"), primary_key=True, autoincrement=False),
    Column("source", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Column("replaces", Boolean, nullable=False),
    Column("kind", String, nullable=False, server_default="incident"),
    Column("gone", LargeBinary),
    Column("highest", BigInteger, nullable=False, server_default="0"),
)

column_data: Final = Table(
    "column_data",
    metadata,
    Column("load", BigId, ForeignKey("column_block.load"), primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

#: Rows of the smaller inputs (concerns, surveys, partner reports): a later load's row of a key is its newer version.
input_row: Final = Table(
    "input_row",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("load", BigId, ForeignKey("load.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Column("data", JsonText, nullable=False),
    UniqueConstraint("load", "kind", "key"),
    Index(None, "kind", "key"),
)

#: What an import proposes and an analyst decides: geocode sinks and default times (doctrine 3.14).
doubt: Final = Table(
    "doubt",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("data", JsonText, nullable=False),
    Column("state", String, nullable=False),
    Column("load", BigId, ForeignKey("load.id"), nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcDateTime),
    Column("reason", Text),
    UniqueConstraint("kind", "source", "mark"),
)

landmark: Final = Table(
    "landmark",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("aliases", JsonText, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("radius_m", Integer, nullable=False),
)

#: One row: the gazetteer of the newest data, compressed. It is made anew by every load that brings something.
gazetteer: Final = Table(
    "gazetteer",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

feed: Final = Table(
    "feed",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("options", JsonText, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("cursor", JsonText, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime),
    Column("last_result", Text),
    Column("by_whom", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
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
    Column("state", JsonText),
)

#: Which places an officer was told, so that what is new to them comes first. Dropped after 90 days, shown to nobody.
telling: Final = Table(
    "telling",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("badge", String, ForeignKey("officer.badge"), nullable=False),
    Column("kind", String, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("shift", Text, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("receipt", String, nullable=False),
    UniqueConstraint("badge", "shift", "kind", "lat", "lon", "until"),
    Index(None, "badge", "told_at"),
    Index(None, "told_at"),
)

#: What one tap said of a place of a list: known before, or news. Told only as a rate over at least five officers.
telling_tap: Final = Table(
    "telling_tap",
    metadata,
    Column("badge", String, ForeignKey("officer.badge"), primary_key=True),
    Column("receipt", String, primary_key=True),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("said", String, nullable=False),
    Column("marked", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
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
