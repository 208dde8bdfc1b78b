"""Opening what was exported: CSV, CSV.gz, ZIP and Parquet, as batches of coded text columns.

The content decides what a file is, not its name. Every value becomes text, so that the checks that follow are
the same for every kind of file; a blank or missing value is the empty string. Nothing is ever unpacked to disk,
and no file makes this program hold more than a batch of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from ilp_core.collect.coded import Coded
from ilp_core.collect.csv_table import CsvTable
from ilp_core.collect.members import Member, first_bytes, shown_name, tables_in
from ilp_core.collect.parquet_table import ParquetTable
from ilp_core.domain.errors import CallError

_PARQUET: Final = b"PAR1"


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
