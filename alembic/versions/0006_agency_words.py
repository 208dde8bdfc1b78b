"""The agency's own words, and the words that the desk does not know: whose are only marks until several use one.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "agency_word",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("phrase", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "phrase", name="pk_agency_word"),
    )
    op.create_table(
        "unknown_use",
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("officer", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", "officer", "day", name="pk_unknown_use"),
    )
    op.create_index("ix_unknown_use_day", "unknown_use", ["day"])
    op.create_table(
        "unknown_word",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_unknown_word"),
    )


def downgrade() -> None:
    """The older program has no use for them."""
    op.drop_table("unknown_word")
    op.drop_table("unknown_use")
    op.drop_table("agency_word")
