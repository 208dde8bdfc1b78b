"""Durable post: an inbox, an outbox, leases, half-written things, and chats that have blocked the bot.

Revision 0002, after 0001. It only adds.
"""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nothing that stands is changed."""
    with op.batch_alter_table("chat") as chat:
        chat.add_column(sa.Column("blocked_at", MOMENT))
    _inbox()
    _outbox()
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "draft",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_draft"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("bot", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("claimed_until", MOMENT),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("why", sa.Text()),
        sa.Column("key_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("bot", "update_id", name="uq_inbox_bot_update_id"),
    )
    _index("ix_inbox_waiting", "inbox", ["lane", "seq"], "state = 'new'")
    _index("ix_inbox_unerased", "inbox", ["seq"], "state <> 'new' AND NOT key_gone")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dedupe", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("maybe", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("lease_until", MOMENT),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("dedupe", name="uq_outbox_dedupe"),
    )
    _index("ix_outbox_waiting", "outbox", ["chat_id", "seq"], "state IN ('pending', 'sending')")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    """An index of the rows that still wait: looking for work must not get slower as done rows pile up."""
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Drop the tables with all that waits in them, and the mark on chats."""
    for table in ("draft", "lease", "outbox", "inbox"):
        op.drop_table(table)
    with op.batch_alter_table("chat") as chat:
        chat.drop_column("blocked_at")
