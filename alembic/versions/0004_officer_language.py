"""Officers' languages: in which language an officer is answered; none for the agency's.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The language stands with the officer."""
    op.add_column("officer", sa.Column("language", sa.String()))


def downgrade() -> None:
    """The older program speaks English alone."""
    with op.batch_alter_table("officer") as officer:
        officer.drop_column("language")
