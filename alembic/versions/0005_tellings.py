"""Tellings: which places an officer was told, and what one tap said of them.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Both begin empty: nobody has been told anything yet."""
    op.create_table(
        "telling",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_telling"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_telling_badge_officer"),
        sa.UniqueConstraint(
            "badge", "shift", "kind", "lat", "lon", "until", name="uq_telling_badge_shift_kind_lat_lon_until"
        ),
    )
    op.create_index("ix_telling_badge_told_at", "telling", ["badge", "told_at"])
    op.create_index("ix_telling_told_at", "telling", ["told_at"])
    op.create_table(
        "telling_tap",
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("badge", "receipt", "item", name="pk_telling_tap"),
        sa.ForeignKeyConstraint(["badge"], ["officer.badge"], name="fk_telling_tap_badge_officer"),
    )
    op.create_index("ix_telling_tap_at", "telling_tap", ["at"])


def downgrade() -> None:
    """The older program tells every officer the same."""
    op.drop_table("telling_tap")
    op.drop_table("telling")
