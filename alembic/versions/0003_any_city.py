"""Any city: records live in columns alone, loads can be undone, and what else a desk takes in has its tables.

Revision 0003, after 0002. What the table ``incident`` held beside the columns goes into the columns.
"""

from __future__ import annotations

import json
import zlib
from array import array
from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NO_TIME = -(2**63)


def upgrade() -> None:
    """Columns take what rows held; then the rows go."""
    with op.batch_alter_table("load") as load:
        load.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="incident"))
        load.add_column(sa.Column("undone_by", BIG_ID))
        load.create_foreign_key("fk_load_undone_by_load", "load", ["undone_by"], ["id"])
    with op.batch_alter_table("column_block") as block:
        block.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="incident"))
        block.add_column(sa.Column("gone", sa.LargeBinary()))
        block.add_column(sa.Column("highest", sa.BigInteger(), nullable=False, server_default="0"))
    _rows_to_columns(op.get_bind())
    op.drop_index("ix_incident_occurred_from", "incident")
    op.drop_table("incident")
    _tables()


def _rows_to_columns(connection: sa.Connection) -> None:
    """Give every block the columns that a load reads. Of versions replaced long ago only the newest is known."""
    blocks = connection.execute(sa.text("SELECT load, rows, words FROM column_block ORDER BY load")).all()
    for load, rows, packed in blocks:
        stored = sa.text("SELECT data FROM column_data WHERE load = :load AND name = 'incident'")
        numbers = _numbers(connection.execute(stored, {"load": load}).scalar_one())
        words = json.loads(zlib.decompress(packed))
        columns = _columns_of(connection, numbers, words)
        for name in ("neighbourhood", "force", "period"):
            columns[name], words[name] = b"\xff" * (4 * rows), []
        connection.execute(
            sa.text("INSERT INTO column_data (load, name, data) VALUES (:load, :name, :data)"),
            [{"load": load, "name": name, "data": data} for name, data in columns.items()],
        )
        connection.execute(
            sa.text("UPDATE column_block SET words = :words, highest = :highest WHERE load = :load"),
            {
                "load": load,
                "highest": max(numbers, default=0),
                "words": zlib.compress(json.dumps(words, sort_keys=True, separators=(",", ":")).encode()),
            },
        )


def _numbers(data: bytes) -> array[int]:
    numbers = array("q")
    numbers.frombytes(data)
    return numbers


def _columns_of(connection: sa.Connection, numbers: array[int], words: dict[str, Any]) -> dict[str, bytes]:
    wanted = sa.text("SELECT key, stamp, digest, reported, lat, lon, description FROM incident WHERE id = :id")
    ends, keys, texts = array("q"), bytearray(), dict[str, int]()
    whole = {name: array("q") for name in ("stamp", "digest", "reported")}
    degrees, description = {"lat": array("d"), "lon": array("d")}, array("i")
    for number in numbers:
        row = connection.execute(wanted, {"id": number}).one()
        keys += row.key.encode()
        ends.append(len(keys))
        for name, column in whole.items():
            value = getattr(row, name)
            column.append(NO_TIME if value is None else value)
        for name, column in degrees.items():
            value = getattr(row, name)
            column.append(float("nan") if value is None else value)
        description.append(texts.setdefault(row.description, len(texts)) if row.description else -1)
    words["description"] = list(texts)
    return {
        "key": bytes(keys),
        "key_end": ends.tobytes(),
        **{name: column.tobytes() for name, column in {**whole, **degrees}.items()},
        "description": description.tobytes(),
    }


def _tables() -> None:
    op.create_table(
        "input_row",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("load", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_input_row"),
        sa.ForeignKeyConstraint(["load"], ["load.id"], name="fk_input_row_load_load"),
        sa.UniqueConstraint("load", "kind", "key", name="uq_input_row_load_kind_key"),
    )
    op.create_index("ix_input_row_kind_key", "input_row", ["kind", "key"])
    op.create_table(
        "doubt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("load", BIG_ID, nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_doubt"),
        sa.ForeignKeyConstraint(["load"], ["load.id"], name="fk_doubt_load_load"),
        sa.UniqueConstraint("kind", "source", "mark", name="uq_doubt_kind_source_mark"),
    )
    op.create_table(
        "landmark",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_landmark"),
        sa.UniqueConstraint("key", name="uq_landmark_key"),
    )
    op.create_table(
        "gazetteer",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gazetteer"),
        sa.CheckConstraint("id = 1", name=op.f("ck_gazetteer_single")),
    )
    op.create_table(
        "feed",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("every_s", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT),
        sa.Column("last_result", sa.Text()),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("name", name="uq_feed_name"),
    )


def downgrade() -> None:
    """Rows again, in their newest versions. What the older program has no place for is dropped."""
    connection = op.get_bind()
    _incident_table()
    _columns_to_rows(connection)
    for table in ("feed", "gazetteer", "landmark", "doubt", "input_row"):
        op.drop_table(table)
    undone = "SELECT id FROM load WHERE undone_by IS NOT NULL"
    for statement in (
        f"DELETE FROM column_data WHERE load IN ({undone})",  # noqa: S608 - fixed text
        f"DELETE FROM column_block WHERE load IN ({undone})",  # noqa: S608 - fixed text
        "DELETE FROM column_data WHERE load IN (SELECT load FROM column_block WHERE kind <> 'incident')",
        "DELETE FROM column_block WHERE kind <> 'incident'",
    ):
        connection.execute(sa.text(statement))
    connection.execute(
        sa.text("DELETE FROM column_data WHERE name IN :names").bindparams(sa.bindparam("names", expanding=True)),
        {"names": [*_ADDED]},
    )
    with op.batch_alter_table("column_block") as block:
        for name in ("highest", "gone", "kind"):
            block.drop_column(name)
    with op.batch_alter_table("load") as load:
        load.drop_constraint("fk_load_undone_by_load", type_="foreignkey")
        load.drop_column("undone_by")
        load.drop_column("kind")


_ADDED = (
    "key", "key_end", "stamp", "digest", "reported", "lat", "lon", "description", "period", "neighbourhood", "force",
)  # fmt: skip


def _incident_table() -> None:
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
        *(
            sa.Column(name, sa.Text() if name in ("description", "premise", "block") else sa.String(), nullable=False)
            for name in _CODED
        ),
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


_CODED = ("code", "description", "premise", "block", "beat", "district")
_NUMBERS = {
    "incident": "q", "key_end": "q", "stamp": "q", "digest": "q", "time": "q", "end": "q", "reported": "q",
    "lat": "d", "lon": "d", "domestic": "b", "initiated": "b", **dict.fromkeys(_CODED, "i"),
}  # fmt: skip


def _columns_to_rows(connection: sa.Connection) -> None:
    standing = sa.text(
        "SELECT b.load, b.source, b.rows, b.words, b.gone FROM column_block b JOIN load l ON l.id = b.load "
        "WHERE b.kind = 'incident' AND l.undone_by IS NULL ORDER BY b.load"
    )
    newest: dict[int, dict[str, Any]] = {}
    for load, source, rows, packed, gone in connection.execute(standing).all():
        stored = connection.execute(sa.text("SELECT name, data FROM column_data WHERE load = :load"), {"load": load})
        data = {row.name: row.data for row in stored}
        columns = {name: array(form) for name, form in _NUMBERS.items()}
        for name, column in columns.items():
            column.frombytes(data[name])
        words, begin = json.loads(zlib.decompress(packed)), 0
        for number in _numbers(gone or b""):
            newest.pop(number, None)
        for place in range(rows):
            row = {name: column[place] for name, column in columns.items()}
            key, begin = data["key"][begin : row["key_end"]].decode(), row["key_end"]
            earlier = newest.get(row["incident"])
            newest[row["incident"]] = {
                "id": row["incident"],
                "source": source,
                # A record without a key gets its own number for one: the older program needs keys.
                "key": key or f"number {row['incident']}",
                "stamp": None if row["stamp"] == NO_TIME else row["stamp"],
                "digest": row["digest"],
                "occurred_from": row["time"],
                "occurred_to": row["end"],
                "reported": None if row["reported"] == NO_TIME else row["reported"],
                "first_load": earlier["first_load"] if earlier else load,
                "last_load": load,
                **{name: words[name][row[name]] if row[name] >= 0 else "" for name in _CODED},
                **{name: None if row[name] != row[name] else row[name] for name in ("lat", "lon")},
                **{name: None if row[name] < 0 else bool(row[name]) for name in ("domestic", "initiated")},
            }
    if newest:
        incident = sa.table("incident", *(sa.column(name) for name in next(iter(newest.values()))))
        connection.execute(incident.insert(), list(newest.values()))
