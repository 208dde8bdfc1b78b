"""Pages of CSV joined into one file with one header, row by row, so that memory does not grow with them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.words import feeds as words


@dataclass(frozen=True, slots=True)
class Page:
    """What one page held.

    ``first`` is its first row. ``last`` is the value of the ordering column in its last row, ``tied`` how many rows
    at its end share it, ``highest`` the highest such value that is not blank.
    """

    header: tuple[str, ...]
    rows: int
    first: tuple[str, ...] = ()
    last: str = ""
    tied: int = 0
    highest: str = ""


def append_page(page: Path, into: Path, column: str, *, header: tuple[str, ...] | None, host: str) -> Page:
    """Add the rows of ``page`` to ``into``; the first page (``header`` None) brings the column names.

    Raises FetchError where the page is no CSV, lacks ``column``, or has other columns than the pages before it.
    """
    try:
        # Bytes that are no UTF-8 pass through as they are: whether they can be read is for the load to say.
        with (
            page.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as source,
            into.open("a", newline="", encoding="utf-8", errors="surrogateescape") as target,
        ):
            reader = csv.reader(source, strict=True)
            found = tuple(next(reader, ()))
            if not found:
                raise FetchError(words.NOT_CSV.format(host=host), "csv")
            if header is not None and found != header:
                raise FetchError(words.HEADER_CHANGED, "header")
            names = [name.casefold() for name in found]
            if column.casefold() not in names:
                raise FetchError(words.NO_SINCE.format(column=column), "column", lasting=True)
            writer = csv.writer(target, lineterminator="\n")
            if header is None:
                writer.writerow(found)
            return _copy(reader, writer.writerow, found, names.index(column.casefold()))
    except csv.Error:
        raise FetchError(words.NOT_CSV.format(host=host), "csv") from None


def _copy(
    reader: Iterable[list[str]], keep: Callable[[list[str]], object], header: tuple[str, ...], place: int
) -> Page:
    rows, tied, first, last, highest = 0, 0, tuple[str, ...](), "", ""
    for row in reader:
        if not row:
            continue
        value = row[place].strip() if place < len(row) else ""
        first = first or tuple(row)
        tied = tied + 1 if rows and value == last else 1
        last, highest, rows = value, max(highest, value), rows + 1
        keep(row)
    return Page(header, rows, first, last, tied, highest)
