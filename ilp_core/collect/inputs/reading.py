"""Reading a small table row by row. The first cell that cannot be taken is why its row is rejected.

Dates are ISO, or in the order of day and month that the whole file settles; a file that settles none is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from ilp_core.collect.layout import DateOrder, plain
from ilp_core.collect.reading import Table, open_table
from ilp_core.domain.errors import CallError
from ilp_core.domain.inputs import InputKind, InputRow
from ilp_core.domain.places import parse_area
from ilp_core.words import inputs as words

Choice = TypeVar("Choice", bound=str)

#: Longer than any name, code or place; and than what one concern needs [this project's choice].
LONGEST: Final = 120
LONGEST_TEXT: Final = 1000
#: More people than any meeting or survey has [this project's choice].
_MOST_COUNTED: Final = 10_000_000
_FIRST_YEAR: Final = 1900
#: A small input is small: a file with more is something else [this project's choice].
MOST_ROWS: Final = 200_000

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_TURNED: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: .*)?")
_WHOLE: Final = re.compile(r"\d{1,9}(?:\.0+)?")
_DECIMAL: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?")


class RowRejected(Exception):  # noqa: N818 - what became of the row, not a fault of the program
    """A row cannot be taken; the message is the reason as the report counts it."""


@dataclass(frozen=True, slots=True)
class InputLayout:
    """How one of the small inputs is laid out.

    ``title`` is the name of its command and template; ``columns`` are all its columns, ``optional`` those that may
    be missing, ``dates`` those that hold days. ``read`` makes the noun of a row or raises RowRejected; ``key`` is
    what tells two rows apart. ``unfit`` looks at a header and says why the whole file is refused, or None.
    ``remarks`` are sentences for the report about the rows that were taken. ``example`` is the template's row.
    """

    kind: InputKind
    title: str
    columns: tuple[str, ...]
    optional: frozenset[str]
    dates: tuple[str, ...]
    example: Mapping[str, str]
    read: Callable[[Row], InputRow]
    key: Callable[[InputRow], str]
    unfit: Callable[[str, Sequence[str]], str | None] = lambda _file, _header: None
    remarks: Callable[[Sequence[InputRow]], tuple[str, ...]] = lambda _rows: ()

    @property
    def name(self) -> str:
        """What loads and reports call the layout."""
        return f"beatdesk-{self.title}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column; a column that the file lacks is blank. ``line`` is where the row ends in its file,
    None in a file without lines. Every reader may raise RowRejected."""

    cells: Mapping[str, str]
    order: DateOrder | None
    latest: date
    line: int | None = None

    def text(self, column: str, longest: int = LONGEST) -> str:
        """The cell as one line of text, without signs that do not print; it may be blank."""
        raw = self.cells.get(column, "")
        # Normalising can lengthen a text eighteenfold, so an overlong one is turned away before it.
        text = _tidy(raw) if len(raw) <= 2 * longest else raw
        if len(text) > longest:
            raise RowRejected(words.LONG.format(column=column, longest=longest))
        return text

    def needed(self, column: str, longest: int = LONGEST) -> str:
        """The cell as text that is not blank."""
        return self.text(column, longest) or _reject(words.NOTHING, column)

    def day(self, column: str) -> date:
        """The cell as a day that has come."""
        text = self.needed(column)
        iso, turned = _ISO.fullmatch(text), _TURNED.fullmatch(text)
        if iso:
            year, month, day = iso.groups()
        elif turned and self.order:
            first, second, year = turned.groups()
            month, day = (first, second) if self.order == "month_first" else (second, first)
        else:
            _reject(words.ODD, column)
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            _reject(words.ODD, column)
        if found.year < _FIRST_YEAR:
            _reject(words.ODD, column)
        if found > self.latest:
            raise RowRejected(words.FUTURE)
        return found

    def count(self, column: str) -> int:
        """The cell as a whole number of one or more."""
        text = self.needed(column)
        number = int(float(text)) if _WHOLE.fullmatch(text) else 0
        return number if 0 < number <= _MOST_COUNTED else _reject(words.ODD, column)

    def number(self, column: str) -> float | None:
        """The cell as a finite number with a decimal point, None where it is blank."""
        text = self.text(column)
        if not text:
            return None
        number = float(text) if _DECIMAL.fullmatch(text) else math.inf
        return number if math.isfinite(number) else _reject(words.ODD, column)

    def choice(self, column: str, choices: Sequence[Choice], synonyms: Mapping[str, Choice]) -> Choice:
        """The cell as one of ``choices``, whatever its case, spaces, hyphens and underscores."""
        text = plain(self.needed(column).replace("-", " "))
        for each in choices:
            if plain(each) == text:
                return each
        if text in synonyms:
            return synonyms[text]
        raise RowRejected(words.CHOICE.format(column=column, choices=", ".join(choices)))

    def area(self, column: str) -> str:
        """The cell as ``kind:code`` or a code alone; blank stays blank."""
        text = self.text(column)
        if ":" not in text:
            return text
        try:
            return str(parse_area(text))
        except ValueError:
            _reject(words.ODD, column)


def _reject(reason: str, column: str) -> NoReturn:
    raise RowRejected(reason.format(column=column))


def _tidy(text: str) -> str:
    """``text`` in one spelling of each sign, on one line; what does not print, half a sign too, becomes a space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = (sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFKC", text))
    return " ".join("".join(shown).split())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file being read: ``rows`` gives its whole rows once; ``spoiled`` counts the others when all were given, and
    ``spoiled_at`` names their first lines."""

    rows: Iterator[Row]
    unused: tuple[str, ...]
    spoiled: Counter[str]
    spoiled_at: Mapping[str, Sequence[int]]


@contextmanager
def open_sheet(path: Path, layout: InputLayout, latest: date) -> Iterator[Sheet]:
    """Open a file of ``layout``; no day in it may come after ``latest``.

    Raises CallError where the file is no table, is unfit, lacks columns, or leaves the order of its dates open.
    """
    with open_table(path) as table:
        columns = _columns(table.header, layout, path.name)
        order = _order(path, [columns[name] for name in layout.dates])
        taken = set(columns.values())
        unused = tuple(name for name in table.header if name.strip() and name not in taken)
        rows = _rows(table, columns, order, latest, path.name)
        yield Sheet(rows, unused, table.spoiled, table.spoiled_at)


def _columns(header: Sequence[str], layout: InputLayout, file: str) -> dict[str, str]:
    """Column to the header's own spelling of it; spellings match as in any other layout."""
    spelled: dict[str, str] = {}
    for name in header:
        spelled.setdefault(plain(name), name)
    reason = layout.unfit(file, tuple(spelled))
    if reason:
        raise CallError(reason)
    missing = [name for name in layout.columns if plain(name) not in spelled and name not in layout.optional]
    if missing:
        quoted = ", ".join(f"'{name}'" for name in missing)
        told = (words.COLUMN if len(missing) == 1 else words.COLUMNS).format(names=quoted)
        raise CallError(words.MISSING.format(file=file, title=layout.title, columns=told))
    return {name: spelled[plain(name)] for name in layout.columns if plain(name) in spelled}


def _order(path: Path, columns: Sequence[str]) -> DateOrder | None:
    """Which of day and month comes first in the file's dates; None where the file contradicts itself.

    It takes the whole file: one date with a 13 or more in its first or second place settles it for all.
    """
    day_first = month_first = turned = False
    with open_table(path) as table:
        for batch in table.batches(columns):
            for found in (_TURNED.fullmatch(text.strip()) for each in batch.values() for text in each.words):
                if found:
                    first, second = int(found[1]), int(found[2])
                    day_first, month_first = day_first or first > 12, month_first or second > 12
                    turned = turned or first != second
    if day_first and month_first:
        return None
    if turned and not day_first and not month_first:
        raise CallError(words.AMBIGUOUS_DATES.format(file=path.name))
    return "day_first" if day_first else "month_first"


def _rows(
    table: Table, columns: Mapping[str, str], order: DateOrder | None, latest: date, file: str
) -> Iterator[Row]:
    names, count = list(columns), 0
    for batch in table.batches(list(columns.values())):
        texts = [batch[columns[name]].texts() for name in names]
        lines = table.lines
        for place, cells in enumerate(zip(*texts, strict=True)):
            # A line of separators only, as spreadsheets leave below their last row, is no row.
            if not any(map(str.strip, cells)):
                continue
            count += 1
            if count > MOST_ROWS:
                raise CallError(words.TOO_MANY_ROWS.format(file=file, most=MOST_ROWS))
            yield Row(dict(zip(names, cells, strict=True)), order, latest, lines[place] if lines else None)
