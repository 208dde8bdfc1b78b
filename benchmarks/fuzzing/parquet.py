"""Tables as Parquet: columns of every type, and files that are not whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.fuzzing.seeds import Sheet
from benchmarks.fuzzing.texts import damaged_bytes

Column = Callable[[list[str], Random], Any]
_WHEN: Final = datetime(2016, 5, 1, 22, 10, tzinfo=UTC)


def _moments(unit: str, zone: str | None) -> Column:
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    # Parquet has no seconds: they become milliseconds, and must fit.
    most = 2**63 - 1 if unit != "s" else 2**63 // 1_000 - 1
    odd = (0, -1, most, -most, most // 2)

    def column(texts: list[str], chance: Random) -> Any:
        seconds = [(1_462_000_000 + 3_000 * place) * scale for place in range(len(texts))]
        if chance.random() < 0.3:
            seconds = [chance.choice(odd) if chance.random() < 0.2 else value for value in seconds]
        return pa.array(seconds, pa.int64()).cast(pa.timestamp(unit, zone))

    return column


def _values(kind: Any, values: Callable[[int], Any]) -> Column:
    return lambda texts, chance: pa.array(
        [None if chance.random() < 0.1 else values(place) for place in range(len(texts))], kind
    )


_ODD: Final[tuple[Column, ...]] = (
    lambda texts, _: pa.array(texts, pa.large_string()),
    lambda texts, _: pa.array(texts).dictionary_encode(),
    lambda texts, _: pa.array(texts, pa.string_view()),
    lambda texts, _: pa.array([text.encode("utf-8", "replace") for text in texts], pa.binary()),
    lambda texts, chance: pa.array([chance.randbytes(6) for _ in texts], pa.binary(6)),
    lambda texts, chance: _invalid(texts, chance),
    lambda texts, _: pa.nulls(len(texts)),
    *(_moments(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "Asia/Tokyo", "+05:30")),
    _values(pa.int64(), lambda place: place * 7 - 3),
    _values(pa.uint64(), lambda place: 2**64 - 1 - place),
    _values(pa.float64(), lambda place: (float("nan"), float("inf"), -0.0, 41.8, 1e308)[place % 5]),
    _values(pa.float32(), lambda place: 41.8 + place / 1_000),
    _values(pa.float16(), lambda place: float(place)),
    _values(pa.bool_(), lambda place: place % 2 == 0),
    _values(pa.decimal128(20, 6), lambda place: Decimal(place) / 8),
    _values(pa.decimal256(60, 2), lambda place: Decimal(10) ** 40 + place),
    _values(pa.date32(), lambda place: date(2016, 1, 1) + timedelta(days=place)),
    _values(pa.date64(), lambda place: date(9999, 12, 31) - timedelta(days=place)),
    _values(pa.time64("us"), lambda place: time(place % 24, 5)),
    _values(pa.duration("s"), lambda place: timedelta(hours=place)),
    _values(pa.list_(pa.string()), lambda place: ["a", None] * (place % 3)),
    _values(pa.list_(pa.list_(pa.struct([("a", pa.int8())]))), lambda place: [[{"a": place % 9}, None], None]),
    _values(pa.struct([("a", pa.string()), ("b", pa.null())]), lambda place: {"a": str(place), "b": None}),
    _values(pa.map_(pa.string(), pa.int8()), lambda place: [("a", place % 100)]),
)  # fmt: skip


def _invalid(texts: list[str], chance: Random) -> Any:
    """Texts that are no UTF-8, as a careless writer leaves them."""
    data = [text.encode("utf-8", "replace") + chance.choice((b"", b"\xff\xfe")) for text in texts]
    return pa.array(data, pa.binary()).view(pa.string())


def written(sheet: Sheet, chance: Random) -> bytes:
    """The sheet as Parquet: mostly texts, some columns of odd types, whole or damaged."""
    odd = chance.choice((0.0, 0.15, 0.5))
    arrays = []
    for place in range(len(sheet.header)):
        texts = [row[place] if place < len(row) else "" for row in sheet.rows]
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        arrays.append(chance.choice(_ODD)(texts, chance) if chance.random() < odd else pa.array(texts, pa.string()))
    names = [name.encode("utf-8", "replace").decode() for name in sheet.header]
    data = _as_bytes(pa.table(arrays, names=names), chance)
    kind = chance.randrange(16)
    if kind == 0:
        return damaged_bytes(data, chance)
    if kind == 1:
        # The footer: what stands in it says how long everything else is.
        foot = int.from_bytes(data[-8:-4], "little") + 8
        return data[:-foot] + damaged_bytes(data[-foot:-8], chance) + data[-8:]
    if kind == 2:
        return data[:-8] + chance.choice((0, 1, 2**31 - 1, 2**32 - 1, len(data))).to_bytes(4, "little") + b"PAR1"
    return data[: chance.randrange(4, len(data))] if kind == 3 else data


def _as_bytes(table: Any, chance: Random) -> bytes:
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        row_group_size=chance.choice((None, 1, 7)) if table.num_rows < 200 else None,
        compression=chance.choice(("snappy", "none", "zstd", "gzip")),
        use_dictionary=chance.random() < 0.7,
        version="2.6",
        store_schema=chance.random() < 0.7,
        data_page_version=chance.choice(("1.0", "2.0")),
    )
    return out.getvalue()


def bomb(sheet: Sheet, chance: Random) -> bytes:
    """Rows without end that share a few texts: small in the file, huge once each row has its own copy."""
    rows, size = chance.choice(((200_000, 100_000), (1_000_000, 10_000), (5_000_000, 3)))
    place = chance.randrange(len(sheet.header))
    arrays = []
    for column in range(len(sheet.header)):
        text = sheet.rows[0][column] if sheet.rows else ""
        text = text[:200].encode("utf-8", "replace").decode() if column != place else "A" * size
        arrays.append(pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), rows), [text]))
    out = io.BytesIO()
    names = [name.encode("utf-8", "replace").decode() for name in sheet.header]
    pq.write_table(pa.table(arrays, names=names), out, store_schema=chance.random() < 0.5)
    return out.getvalue()
