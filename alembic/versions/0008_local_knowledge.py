"""Local knowledge: officers' views against the data, and the spots they nominate.

Revision 0008, after 0007. It only adds.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables; nothing that stands is changed."""
    op.create_table(
        "disagreement",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("area", sa.String()),
        sa.Column("offences", sa.Text()),
        sa.Column("receipt", sa.String()),
        sa.Column("item", sa.Integer()),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary()),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("ended_at", MOMENT),
        sa.Column("told_owner", MOMENT),
        sa.Column("told_overdue", MOMENT),
        sa.Column("told_officer", MOMENT),
        sa.PrimaryKeyConstraint("number", name="pk_disagreement"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_disagreement_badge_officer"),
    )
    _one_open("uq_disagreement_open", "disagreement", ["badge", "subject"])
    op.create_table(
        "nomination",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("offences", sa.Text()),
        sa.Column("hours", sa.Text()),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hit", sa.Boolean()),
        sa.Column("engine_hit", sa.Boolean()),
        sa.Column("scored_at", MOMENT),
        sa.PrimaryKeyConstraint("number", name="pk_nomination"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_nomination_badge_officer"),
    )
    _one_open("uq_nomination_open", "nomination", ["badge", "cell"])


def _one_open(name: str, table: str, columns: list[str]) -> None:
    """One officer says one thing once while it is open."""
    where = sa.text("state = 'open'")
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop both with all that officers told."""
    op.drop_table("nomination")
    op.drop_table("disagreement")
