"""First light: officers and their chats, areas, shifts, incidents and their columns, receipts, the audit log.

Revision 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the triggers that keep the audit log append-only."""
    _people()
    _ground()
    _incidents()
    _answers()
    _audit()


def _people() -> None:
    op.create_table(
        "officer",
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("area_kind", sa.String()),
        sa.Column("area_code", sa.String()),
        sa.Column("unit", sa.String()),
        sa.Column("shift", sa.String()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.Column("disabled_reason", sa.Text()),
        sa.PrimaryKeyConstraint("badge", name="pk_officer"),
    )
    op.create_table(
        "chat",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("banner", sa.Integer()),
        sa.Column("banner_at", MOMENT),
        sa.Column("cautioned", sa.Text()),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chat"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_chat_badge_officer"),
        sa.UniqueConstraint("badge", name="uq_chat_badge"),
    )
    op.create_table(
        "invite",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("used_chat", sa.BigInteger()),
        sa.PrimaryKeyConstraint("code_hash", name="pk_invite"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_invite_badge_officer"),
    )


def _ground() -> None:
    op.create_table(
        "area",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outline", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_area"),
        sa.UniqueConstraint("kind", "key", name="uq_area_kind_key"),
    )
    op.create_table(
        "unit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("area_kind", sa.String()),
        sa.Column("area_code", sa.String()),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("name", name="uq_unit_name"),
    )
    op.create_table(
        "shift",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("unit", BIG_ID),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("days", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name="fk_shift_unit_unit"),
        sa.UniqueConstraint("unit", "name", name="uq_shift_unit_name"),
    )
    op.create_index(
        "uq_shift_agency_name",
        "shift",
        ["name"],
        unique=True,
        sqlite_where=sa.text("unit IS NULL"),
        postgresql_where=sa.text("unit IS NULL"),
    )
    op.create_table(
        "offence_rule",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("harm_days", sa.Float()),
        sa.Column("initiation", sa.String(), nullable=False),
        sa.Column("rankable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "code", name="pk_offence_rule"),
    )


def _incidents() -> None:
    op.create_table(
        "load",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("report", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_load"),
    )
    op.create_table(
        "incident",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("stamp", sa.BigInteger()),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("occurred_from", sa.BigInteger(), nullable=False),
        sa.Column("occurred_to", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.BigInteger()),
        sa.Column("first_load", BIG_ID, nullable=False),
        sa.Column("last_load", BIG_ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("premise", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("beat", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("lat", sa.Float()),
        sa.Column("lon", sa.Float()),
        sa.Column("domestic", sa.Boolean()),
        sa.Column("initiated", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.ForeignKeyConstraint(["first_load"], ["load.id"], name="fk_incident_first_load_load"),
        sa.ForeignKeyConstraint(["last_load"], ["load.id"], name="fk_incident_last_load_load"),
        sa.UniqueConstraint("source", "key", name="uq_incident_source_key"),
    )
    op.create_index("ix_incident_occurred_from", "incident", ["occurred_from"])
    op.create_table(
        "column_block",
        sa.Column("load", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("load", name="pk_column_block"),
        sa.ForeignKeyConstraint(["load"], ["load.id"], name="fk_column_block_load_load"),
    )
    op.create_table(
        "column_data",
        sa.Column("load", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("load", "name", name="pk_column_data"),
        sa.ForeignKeyConstraint(["load"], ["column_block.load"], name="fk_column_data_load_column_block"),
    )


def _answers() -> None:
    op.create_table(
        "receipt",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_receipt"),
    )
    op.create_table(
        "dialogue",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String()),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_dialogue"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    )


def downgrade() -> None:
    """Drop everything, the audit log included."""
    for table in (
        "audit_head", "audit", "setting", "dialogue", "receipt", "column_data", "column_block", "incident", "load",
        "offence_rule", "shift", "unit", "area", "invite", "chat", "officer",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_append_only()")
