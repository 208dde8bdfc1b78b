"""Column types that mean the same on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

#: A 64-bit row number; SQLite numbers rows by itself only where the type is spelled INTEGER.
BigId: Final = BigInteger().with_variant(Integer(), "sqlite")


def canonical(value: object) -> str:
    """``value`` as canonical JSON: sorted keys, no spaces, ASCII only. Raises ValueError for NaN and infinities.

    ASCII, because half a surrogate pair and the NUL sign can stand in a message but not in a database's text.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Refuses naive times with ValueError, stores UTC, returns aware UTC times.

    SQLite drops time zones silently, so what a plain column would return depends on the database.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database takes it."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a stored time needs an offset: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - base's
        """The stored moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """Plain JSON data, kept as canonical JSON text so that equal values are equal bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - base's
        """The value as canonical text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:  # noqa: ARG002 - base's
        """The stored value."""
        return None if value is None else json.loads(value)
