"""The tables of the agency's own words, and of words that the desk does not know."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table

from ilp_core.storage.tables import metadata

agency_word: Final = Table(
    "agency_word",
    metadata,
    Column("kind", String, primary_key=True),
    Column("phrase", String, primary_key=True),
    Column("meaning", String, nullable=False),
    Column("language", String, nullable=False),
)

#: Uses of unknown words: word and officer are marks that nobody can make without a key of the key ring (G51).
unknown_use: Final = Table(
    "unknown_use",
    metadata,
    Column("word", LargeBinary, primary_key=True),
    Column("officer", LargeBinary, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("times", Integer, nullable=False),
    Index(None, "day"),
)

#: Those of the words that several officers have used, as they are written.
unknown_word: Final = Table(
    "unknown_word",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    Column("word", String, nullable=False),
)
