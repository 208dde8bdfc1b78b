"""Opening what was exported: CSV, CSV.gz, a ZIP with one CSV, and Parquet, as batches of text columns.

The content decides what a file is, not its name. Every value becomes text, so that the checks that follow are
the same for every kind of file; a blank or missing value is the empty string.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ilp_core.domain.errors import CallError

#: Rows per batch: large enough for vector work to pay, small enough to keep memory level.
BATCH_ROWS: Final = 50_000

#: Reasons under which rows that are no whole rows are counted.
CUT_OFF: Final = "cut off"
TOO_FEW: Final = "too few fields"
TOO_MANY: Final = "too many fields"

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_DELIMITERS: Final = ",;\t|"

_Stream = io.BufferedReader | gzip.GzipFile | zipfile.ZipExtFile


class Table(Protocol):
    """An open file: its header, batches of the columns asked for, and how far reading has come.

    ``spoiled`` counts by reason the rows that were no whole rows; it is complete once the batches are.
    """

    name: str
    header: tuple[str, ...]
    spoiled: Counter[str]

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, list[str]]]:
        """The rows of ``columns`` in batches: column name to one text per row."""

    def share_read(self) -> float:
        """How much of the file was read, 0 to 1."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_table(path: Path) -> Table:
    """Open ``path`` as a table. Raises CallError for what cannot be one, saying what to do."""
    head = first_bytes(path)
    if head.startswith(_PARQUET):
        return ParquetTable(path)
    return CsvTable(path, head)


def first_bytes(path: Path) -> bytes:
    """The first 4,096 bytes of a file. Raises CallError where there is no such file, or nothing in it."""
    if path.is_dir():
        raise CallError(f"{path} is a folder. Name the file inside it.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise CallError(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise CallError(f"{path} cannot be read ({error.strerror}). Check its permissions.") from None
    if not head.strip():
        raise CallError(f"{path.name} is empty. Export it again.")
    return head


class ParquetTable:
    """A Parquet file; numbers, dates and truth values become text."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.spoiled: Counter[str] = Counter()
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            raise _broken(self.name) from None
        self.header: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        twice = [name for name, count in Counter(self.header).items() if count > 1]
        if twice:
            raise CallError(
                f"{self.name} has more than one column {twice[0]}. Export it again with each column once."
            )
        self._rows = self._file.metadata.num_rows
        self._done = 0

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, list[str]]]:
        """The rows of ``columns``; raises CallError where the file turns out to be broken."""
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=list(columns)):
                self._done += batch.num_rows
                yield {name: _texts(batch.column(name)) for name in columns}
        except (pa.ArrowException, OSError):
            raise _broken(self.name) from None

    def share_read(self) -> float:
        """Rows read of all rows."""
        return self._done / self._rows if self._rows else 1.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _texts(column: Any) -> list[str]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        column = pc.cast(column, pa.string())
    texts: list[str] = pc.fill_null(column, "").to_numpy(zero_copy_only=False).tolist()
    return texts


def _broken(name: str) -> CallError:
    return CallError(f"{name} is not a whole Parquet file. Copy or export it again.")


class CsvTable:
    """Separated text, packed or not. UTF-8, else Windows-1252 sign by sign; UTF-16 where it is marked so."""

    def __init__(self, path: Path, head: bytes) -> None:
        self.name = path.name
        self.spoiled: Counter[str] = Counter()
        self._at_end = False
        self._broke_off = False
        self._open = ExitStack()
        try:
            self._raw = self._open.enter_context(path.open("rb"))
            self._size = path.stat().st_size
            lines = self._lines(self._decoded(self._unpacked(head)))
            first = next(lines, "")
            delimiter = max(_DELIMITERS, key=first.count)
            self._reader = csv.reader(chain([first], lines), delimiter=delimiter)
            self.header: tuple[str, ...] = tuple(name.strip() for name in next(self._reader, []))
            if not any(self.header):
                raise CallError(f"{self.name} is empty. Export it again.")
        except csv.Error:
            self._open.close()
            raise _no_table(self.name) from None
        except CallError:
            self._open.close()
            raise

    def _unpacked(self, head: bytes) -> _Stream:
        if head.startswith(_GZIP):
            return self._open.enter_context(gzip.open(self._raw))
        if not head.startswith(_ZIP):
            return self._raw
        try:
            archive = self._open.enter_context(zipfile.ZipFile(self._raw))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            raise _no_zip(self.name) from None
        names = [name for name in archive.namelist() if name.lower().endswith(".csv") and "__MACOSX" not in name]
        if len(names) != 1:
            raise CallError(
                f"{self.name} holds {len(names) or 'no'} CSV files, and one is needed. Unpack it and import "
                "one file at a time; save a spreadsheet as CSV first."
            )
        try:
            entry = self._open.enter_context(archive.open(names[0]))
        except (RuntimeError, NotImplementedError):
            # Encrypted, or packed by a method that Python does not know.
            raise CallError(
                f"{self.name} is encrypted or packed in an unusual way. Unpack it and import the CSV file inside."
            ) from None
        except (zipfile.BadZipFile, OSError, ValueError):
            raise _no_zip(self.name) from None
        assert isinstance(entry, zipfile.ZipExtFile)
        return entry

    def _decoded(self, stream: _Stream) -> io.TextIOWrapper:
        try:
            start = stream.peek(4096)[:4096]
        except (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
            raise CallError(f"{self.name} cannot be unpacked. Copy or download it again.") from None
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not wide and (b"\0" in start or start.lstrip()[:1] in (b"{", b"[", b"<")):
            raise _no_table(self.name)
        encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", _WINDOWS)
        return self._open.enter_context(io.TextIOWrapper(stream, encoding, errors, newline=""))

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        try:
            yield from text
        except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile):
            self._broke_off = True
        self._at_end = True

    def _rows(self) -> Iterator[list[str]]:
        for row in self._reader:
            if self._at_end:
                # The reader asked for a line beyond the last one: the file ends inside a quoted field.
                self._broke_off = True
                return
            if row:
                yield row

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, list[str]]]:
        """The whole rows of ``columns``. Rows with other than the header's fields are counted, not guessed at."""
        places = [self.header.index(name) for name in columns]
        width = len(self.header)
        rows = self._rows()
        last_short = False
        try:
            while batch := list(islice(rows, BATCH_ROWS)):
                last_short = len(batch[-1]) < width
                whole = [row for row in batch if len(row) == width]
                self.spoiled[TOO_FEW] += sum(len(row) < width for row in batch)
                self.spoiled[TOO_MANY] += sum(len(row) > width for row in batch)
                yield {name: [row[place] for row in whole] for name, place in zip(columns, places, strict=True)}
        except csv.Error as error:
            raise CallError(
                f"{self.name} cannot be read near line {self._reader.line_num} ({error}). Look for a quotation "
                "mark without its partner there, or export the file again."
            ) from None
        if last_short and not self._broke_off:
            self.spoiled[TOO_FEW] -= 1
        self.spoiled[CUT_OFF] += last_short or self._broke_off
        self.spoiled = +self.spoiled

    def share_read(self) -> float:
        """Bytes read of all bytes, packed where the file is packed."""
        return min(1.0, self._raw.tell() / self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _no_zip(name: str) -> CallError:
    return CallError(f"{name} is not a whole ZIP file. Copy or download it again.")


def _no_table(name: str) -> CallError:
    return CallError(f"{name} is not a table. Give a CSV, CSV.gz, ZIP or Parquet file.")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What a byte that is no UTF-8 means in an export of an older Windows program."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WINDOWS: Final = "beatdesk-windows-1252"
codecs.register_error(_WINDOWS, _as_windows)
