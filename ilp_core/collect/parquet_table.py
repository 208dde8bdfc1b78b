"""A Parquet file as a table of texts, in batches whose size does not depend on how small the file packs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ilp_core.collect.bounds import BATCH_ROWS, BATCH_SIGNS, FREE_STRETCH, MOST_UNPACKED, ROW_SIGNS
from ilp_core.collect.coded import Coded, coded
from ilp_core.domain.errors import CallError

#: Cells per batch: a table of thousands of columns has fewer rows in each [this project's choice].
_BATCH_CELLS: Final = 10_000_000
#: A longer name is cut where a message gives it [this project's choice].
_LONGEST_NAME: Final = 120
#: The description of a file's columns at its end; opened, it takes several times its size. A table of twenty columns
#: needs some kilobytes of it [this project's choice].
_LARGEST_FOOTER: Final = 16 * 2**20
#: What a damaged or hostile file makes Arrow raise, beside its own exceptions.
_FAULTS: Final = (pa.ArrowException, OSError, UnicodeDecodeError, ValueError, MemoryError, OverflowError)


class ParquetTable:
    """A Parquet file; numbers, dates and truth values become text."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.spoiled: Counter[str] = Counter()
        self.spoiled_at: dict[str, list[int]] = {}
        self.lines: Sequence[int] = ()
        self._path = path
        self._size = path.stat().st_size
        if _LARGEST_FOOTER < _footer(path, self._size) < self._size:
            raise CallError(f"{self.name} describes far more columns than a table of records has. Export it again.")
        try:
            self._file = pq.ParquetFile(path)
            self.header: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        except _FAULTS:
            raise _broken(self.name) from None
        self._rows = self._file.metadata.num_rows
        self._done = 0
        self._signs = 0
        twice = [name for name, count in Counter(self.header).items() if count > 1]
        if twice:
            self._file.close()
            raise CallError(
                f"{self.name} has more than one column {ascii(twice[0])[:_LONGEST_NAME]}. "
                "Export it again with each column once."
            )

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, Coded]]:
        """The rows of ``columns``; raises CallError where the file turns out to be broken or a trap."""
        wanted = list(dict.fromkeys(columns))
        try:
            for rows, groups in groupby(range(self._file.num_row_groups), lambda group: self._rows_of(group, wanted)):
                for batch in self._file.iter_batches(rows, row_groups=list(groups), columns=wanted):
                    self._done += batch.num_rows
                    texts = {name: _texts(batch.column(name)) for name in wanted}
                    self._count(texts, batch.num_rows)
                    yield {name: coded(text) for name, text in texts.items()}
        except _FAULTS:
            raise _broken(self.name) from None

    def _count(self, texts: dict[str, Any], rows: int) -> None:
        signs = sum(pc.sum(pc.binary_length(text)).as_py() or 0 for text in texts.values())
        self._signs += max(signs, rows * ROW_SIGNS)
        if self._signs > max(FREE_STRETCH, MOST_UNPACKED * self._size):
            raise CallError(
                f"{self.name} unpacks to more than {MOST_UNPACKED} times its size. Look at it, and export it again."
            )

    def _rows_of(self, group: int, columns: list[str]) -> int:
        """How many rows of a row group make a batch: fewer where one text, stored once, stands in all of them."""
        facts = self._file.metadata.row_group(group)
        most = max(1, min(BATCH_ROWS, _BATCH_CELLS // max(1, len(columns))))
        stored = sum(facts.column(place).total_uncompressed_size for place in range(facts.num_columns))
        if facts.num_rows * stored <= BATCH_SIGNS:
            return most
        return max(1, min(most, BATCH_SIGNS * 4 // max(1, self._longest(group, columns))))

    def _longest(self, group: int, columns: list[str]) -> int:
        """The length in bytes of a row that has each column's longest text, of the texts that are stored once."""
        names = [name for name in columns if _is_text(self._file.schema_arrow.field(name).type)]
        if not names:
            return 0
        with pq.ParquetFile(self._path, read_dictionary=names) as file:
            first = next(file.iter_batches(1, row_groups=[group], columns=names), None)
        if first is None:
            return 0
        lengths = [pc.max(pc.binary_length(_dictionary(first.column(name)))).as_py() for name in names]
        return sum(length or 0 for length in lengths)

    def share_read(self) -> float:
        """Rows read of all rows."""
        return self._done / self._rows if self._rows else 1.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _footer(path: Path, size: int) -> int:
    """How many bytes of description a Parquet file says that it ends with (the format's last eight bytes)."""
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        return int.from_bytes(file.read(4), "little")


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _dictionary(column: Any) -> Any:
    return column.dictionary if pa.types.is_dictionary(column.type) else column


def _texts(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        column = pc.cast(column, pa.string())
    return column


def _broken(name: str) -> CallError:
    return CallError(f"{name} is not a whole Parquet file. Copy or export it again.")
