"""Opening what was exported: CSV, CSV.gz, ZIP and Parquet, as batches of coded text columns.

The content decides what a file is, not its name. Every value becomes text, so that the checks that follow are
the same for every kind of file; a blank or missing value is the empty string. Nothing is ever unpacked to disk,
and no file makes this program hold more than a batch of it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import lzma
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

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
from ilp_core.collect.foreign_files import foreign, foreign_zip
from ilp_core.collect.parquet_table import ParquetTable
from ilp_core.domain.errors import CallError
from ilp_core.words.en.lines import NAMED

#: A month of every police force of a country fits [this project's choice].
_MOST_MEMBERS: Final = 500
#: A longer name is cut where a message gives it [this project's choice].
_LONGEST_NAME: Final = 120
_LONGEST_PATH: Final = 300
#: What the package zipfile raises on a file that is none, or not a whole one.
_NO_ZIP: Final = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, KeyError)

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

    ``spoiled`` counts by reason the rows that were no whole rows, and ``spoiled_at`` has the first lines of the file
    where they end; both are complete once the batches are. ``lines`` are where the rows of the last batch end, none
    where a file has no lines.
    """

    name: str
    header: tuple[str, ...]
    spoiled: Counter[str]
    spoiled_at: dict[str, list[int]]
    lines: Sequence[int]

    def batches(self, columns: Sequence[str]) -> Iterator[dict[str, Coded]]:
        """The rows of ``columns`` in batches: column name to one text per row."""

    def share_read(self) -> float:
        """How much of the file was read, 0 to 1."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a file: the file itself, or a CSV inside a ZIP, which is one of ``of`` in it."""

    path: Path
    inside: str | None = None
    of: int = 1

    @property
    def name(self) -> str:
        """What a report calls it. A name inside a ZIP is only ever shown, never used as a path."""
        file = shown_name(self.path)
        return file if self.inside is None else f"{file}/{_shown(self.inside)}"


def tables_in(path: Path) -> list[Member]:
    """The tables of a file, in order of name. Raises CallError where there is none."""
    if not first_bytes(path).startswith(_ZIP):
        return [Member(path)]
    file = shown_name(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _NO_ZIP:
        raise _no_zip(file) from None
    names = [each.filename for each in entries if _is_table(each)]
    if not names:
        told = foreign_zip([each.filename for each in entries])
        if told:
            raise CallError(told.format(file=file))
        raise CallError(f"{file} holds no CSV file. Save a spreadsheet as CSV first.")
    if len(names) > _MOST_MEMBERS:
        raise CallError(f"{file} holds {len(names)} CSV files. Import them in parts of {_MOST_MEMBERS} at most.")
    if len(set(names)) < len(names):
        # Also what a trap looks like: one stretch of the file under many entries.
        raise CallError(f"{file} holds several files of one name. Unpack it, and import one file at a time.")
    return [Member(path, name, len(names)) for name in sorted(names)]


def _is_table(each: zipfile.ZipInfo) -> bool:
    return each.filename.lower().endswith(".csv") and "__MACOSX" not in each.filename and not each.is_dir()


def shown_name(path: Path) -> str:
    """A file's name as messages give it."""
    return _shown(path.name)


def _shown(name: str) -> str:
    """The last part of a name without signs that could play tricks on a terminal or a page."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign if sign.isprintable() else "?" for sign in last)[:_LONGEST_NAME]


def open_table(member: Member | Path) -> Table:
    """Open a table. Raises CallError for what cannot be one, saying what to do."""
    if isinstance(member, Path):
        members = tables_in(member)
        if len(members) > 1:
            raise CallError(
                f"{shown_name(member)} holds {len(members)} CSV files, and one is needed. "
                "Unpack it and import one file at a time."
            )
        member = members[0]
    head = first_bytes(member.path)
    if head.startswith(_PARQUET):
        return ParquetTable(member.path, member.name)
    return CsvTable(member, head)


def first_bytes(path: Path) -> bytes:
    """The first 4,096 bytes of a file. Raises CallError where there is no such file, or nothing in it."""
    name = "".join(sign if sign.isprintable() else "?" for sign in str(path))
    name = name if len(name) <= _LONGEST_PATH else f"…{name[-_LONGEST_PATH:]}"
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise CallError(f"{name} is a folder. Name the file inside it.")
        if not stat.S_ISREG(kind):
            # A pipe would wait for its writer for ever, and a device may have no end.
            raise CallError(f"{name} is a pipe or a device. Write what comes from it into a file, and import that.")
        with path.open("rb") as file:
            head = file.read(4096)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        # Python takes a name with a NUL for a wrong value.
        raise CallError(f"There is no file {name}. Check the name.") from None
    except OSError as error:
        raise CallError(f"{name} cannot be read ({error.strerror}). Check its name and its permissions.") from None
    if not head.strip():
        raise CallError(f"{shown_name(path)} is empty. Export it again.")
    return head


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
        if not head.startswith(_ZIP):
            return self._raw
        try:
            archive = self._open.enter_context(zipfile.ZipFile(self._raw))
        except _NO_ZIP:
            raise _no_zip(self.name) from None
        if self._inside is None:
            raise _no_zip(self.name)
        try:
            self._from = archive.getinfo(self._inside).header_offset
            entry = self._open.enter_context(archive.open(self._inside))
        except (RuntimeError, NotImplementedError):
            # Encrypted, or packed by a method that Python does not know.
            raise CallError(
                f"{self.name} is encrypted or packed in an unusual way. Unpack it and import the CSV file inside."
            ) from None
        except _NO_ZIP:
            raise _no_zip(self.name) from None
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
