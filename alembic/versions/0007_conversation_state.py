"""Conversations that survive a restart: question, last act, and what waits for an answer stand with a dialogue.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Dialogues of the older program have none: they go on from their receipt."""
    op.add_column("dialogue", sa.Column("state", sa.Text()))


def downgrade() -> None:
    """The older program knows a conversation by its receipt alone."""
    with op.batch_alter_table("dialogue") as dialogue:
        dialogue.drop_column("state")
