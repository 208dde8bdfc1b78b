"""CSV, packed or not, as batches of coded text columns: its whole rows, and which lines were none."""

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
from itertools import chain
from types import TracebackType
from typing import Final, Self

from ilp_core.collect.bounds import (
    BATCH_ROWS,
    BATCH_SIGNS,
    BLANK_SIGNS,
    FREE_STRETCH,
    LONGEST_LINE,
    MOST_UNPACKED,
    ROW_SIGNS,
)
from ilp_core.collect.coded import Coded, coded
from ilp_core.collect.foreign_files import foreign
from ilp_core.collect.members import NO_ZIP, ZIP, Member, no_zip
from ilp_core.domain.errors import CallError
from ilp_core.words.en.lines import NAMED

#: Reasons under which rows that are no whole rows are counted.
CUT_OFF: Final = "cut off"
TOO_FEW: Final = "too few fields"
TOO_MANY: Final = "too many fields"

_GZIP: Final = b"\x1f\x8b"
_DELIMITERS: Final = ",;\t|"

_Stream = io.BufferedReader | gzip.GzipFile | zipfile.ZipExtFile


class CsvTable:
    """Separated text, packed or not. UTF-8, else Windows-1252 sign by sign; UTF-16 where it is marked so."""

    def __init__(self, member: Member, head: bytes) -> None:
        path = member.path
        self.name = member.name
        self.spoiled: Counter[str] = Counter()
        self.spoiled_at: dict[str, list[int]] = {}
        self.lines: Sequence[int] = ()
        self._inside = member.inside
        # The tables of a file share what may be unpacked from it on trust.
        self._free = FREE_STRETCH // member.of
        self._from = 0
        self._signs = 0
        self._record = 0
        self._at_end = False
        self._broke_off = False
        self._line_ended = False
        self._open = ExitStack()
        try:
            self._raw = self._open.enter_context(path.open("rb"))
            self._size = path.stat().st_size
            lines = self._lines(self._decoded(self._unpacked(head)))
            first = next(lines, "")
            delimiter = max(_DELIMITERS, key=first.count)
            self._reader = csv.reader(chain([first], lines), delimiter=delimiter)
            self.header: tuple[str, ...] = tuple(name.strip() for name in next(self._reader, []))
            self._record = 0
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
        if not head.startswith(ZIP):
            return self._raw
        try:
            archive = self._open.enter_context(zipfile.ZipFile(self._raw))
        except NO_ZIP:
            raise no_zip(self.name) from None
        if self._inside is None:
            raise no_zip(self.name)
        try:
            self._from = archive.getinfo(self._inside).header_offset
            entry = self._open.enter_context(archive.open(self._inside))
        except (RuntimeError, NotImplementedError):
            # Encrypted, or packed by a method that Python does not know.
            raise CallError(
                f"{self.name} is encrypted or packed in an unusual way. Unpack it and import the CSV file inside."
            ) from None
        except NO_ZIP:
            raise no_zip(self.name) from None
        assert isinstance(entry, zipfile.ZipExtFile)
        return entry

    def _decoded(self, stream: _Stream) -> io.TextIOWrapper:
        try:
            start = stream.peek(4096)[:4096]
        except (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
            raise CallError(f"{self.name} cannot be unpacked. Copy or download it again.") from None
        told = foreign(start)
        if told:
            raise CallError(told.format(file=self.name))
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not wide and (b"\0" in start or start.lstrip()[:1] in (b"{", b"[", b"<")):
            raise _no_table(self.name)
        encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", _WINDOWS)
        return self._open.enter_context(io.TextIOWrapper(stream, encoding, errors, newline=""))

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        try:
            while line := text.readline(LONGEST_LINE):
                self._record += len(line)
                if self._record >= LONGEST_LINE:
                    raise CallError(
                        f"{self.name} has a line of more than {LONGEST_LINE:,} signs, or a row. "
                        "Export it again, one record a line."
                    )
                signs = self._signs + self._record
                if signs > self._free and signs > MOST_UNPACKED * (self._raw.tell() - self._from):
                    raise CallError(
                        f"{self.name} unpacks to more than {MOST_UNPACKED} times its size. "
                        "Unpack it yourself, look at it, and import the CSV file."
                    )
                self._line_ended = line.endswith(("\n", "\r"))
                yield line
        except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, OSError):
            self._broke_off = True
        self._at_end = True

    def _rows(self) -> Iterator[list[str]]:
        for row in self._reader:
            self._signs += max(self._record, ROW_SIGNS if row else BLANK_SIGNS)
            self._record = 0
            if self._at_end:
                # The reader asked for a line beyond the last one: the file ends inside a quoted field.
                self._broke_off = True
                return
            if row:
                yield row

    def _next(self, rows: Iterator[list[str]]) -> tuple[list[list[str]], list[int]]:
        """The rows of the next batch, and the lines where they end."""
        batch: list[list[str]] = []
        lines: list[int] = []
        most = self._signs + BATCH_SIGNS
        for row in rows:
            batch.append(row)
            lines.append(self._reader.line_num)
            if len(batch) == BATCH_ROWS or self._signs > most:
                break
        return batch, lines

    def _whole(self, batch: list[list[str]], lines: list[int]) -> list[list[str]]:
        """The rows of a batch that have the header's fields; the others are counted and their lines noted."""
        width = len(self.header)
        whole = [row for row in batch if len(row) == width]
        if len(whole) == len(batch):
            self.lines = lines
            return whole
        self.lines = [line for row, line in zip(batch, lines, strict=True) if len(row) == width]
        for row, line in zip(batch, lines, strict=True):
            if len(row) != width:
                reason = TOO_FEW if len(row) < width else TOO_MANY
                self.spoiled[reason] += 1
                named = self.spoiled_at.setdefault(reason, [])
                if len(named) < NAMED:
                    named.append(line)
        return whole

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, Coded]]:
        """The whole rows of ``columns``. Rows with other than the header's fields are counted, not guessed at."""
        places = [self.header.index(name) for name in columns]
        width = len(self.header)
        rows = self._rows()
        last_short = False
        try:
            while (found := self._next(rows))[0]:
                batch, lines = found
                # A short last line that ends as lines do is a footer, not half a row.
                last_short = len(batch[-1]) < width and not self._line_ended
                whole = self._whole(batch, lines)
                yield {
                    name: coded([row[place] for row in whole]) for name, place in zip(columns, places, strict=True)
                }
        except csv.Error as error:
            raise CallError(
                f"{self.name} cannot be read near line {self._reader.line_num} ({error}). Look for a quotation "
                "mark without its partner there, or export the file again."
            ) from None
        if last_short and not self._broke_off:
            self.spoiled[TOO_FEW] -= 1
            if self.spoiled[TOO_FEW] < len(self.spoiled_at[TOO_FEW]):
                self.spoiled_at[TOO_FEW].pop()
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


def _no_table(name: str) -> CallError:
    return CallError(f"{name} is not a table. Give a CSV, CSV.gz, ZIP or Parquet file.")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What a byte that is no UTF-8 means in an export of an older Windows program."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_WINDOWS: Final = "beatdesk-windows-1252"
codecs.register_error(_WINDOWS, _as_windows)
