"""Damage to a table before it is written: its columns, its rows and what stands in its cells."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from benchmarks.fuzzing.seeds import Sheet

_BELL: Final = "\x00\x07\x1b[31m"
#: What a spreadsheet would run.
FORMULAS: Final = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+9)", "\t=1+1", "\r=1", '=HYPERLINK("http://example.org")', "%0A",
    "{{7*7}}", "{0}", "%s%n", "<script>alert(1)</script>", "'; DROP TABLE load; --", "$(id)", "`id`", "../../etc",
)  # fmt: skip
#: What looks like a number or once was one.
NUMBERS: Final = (
    "inf", "-inf", "nan", "NaN", "1e400", "-1e400", "1e-400", "0x10", "١٢٣", "４１.８", "41,8", "1.234.567,8",
    "--5", "5-", "1_000", "½", "٤١.٨", "9" * 30, "9" * 400, "-0", "0.0", "1e308", "91", "-181", "90", "180", "",
    " ", "None",
)  # fmt: skip
#: What looks like a date or a clock time.
DATES: Final = (
    "0000-00-00", "0000-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "1582-10-10", "1582-10-15 00:00",
    "2016-12-31T23:59:60Z", "2016-06-30 23:59:60", "2016-02-30", "02/30/2016", "30/02/2016 10:00", "2016-13-01",
    "2016-01-01T00:00:00+99:99", "2016-01-01T00:00:00-99:99", "2016-01-01T25:00:00", "2016-01-01T24:00:00",
    "2016-03-13 02:30:00", "2016-11-06 01:30:00", "03/13/2016 02:30:00 AM", "13/13/13", "00/00/0000 00:00:00 AM",
    "1900-01-01", "1799-12-31", "2200-12-31 23:59", "2201-01-01", "1e9", "99999999999999", "-62135596800",
    "2016-07", "2016-00", "9999-99", "2016-W01-1", "2016-366", "20160101T000000Z", "2016-01-01T00:00:00.123456789Z",
    "２０１６-01-01", "٢٠١٦-٠١-٠١", "Jan 5, 2016 3:04 pm", "5 juillet 2016", "2016-01-01T00:00:00+00:00:00", "24:00",
    "99:99", "1", "0", "2359.0", "12:00:00 XM", "2016-01-01T00:00:00−05:00", "2016-01-01 00:00:00 EST", "NaT", "now",
    "today", "2262-04-12T00:00:00", "1677-09-21", "292277026596-12-04", "12/31/1969 11:59:59 PM", "2016-01-01T",
)  # fmt: skip
#: Signs that play tricks, and texts that mean nothing.
SIGNS: Final = (
    _BELL, "\u202eabc\u202c", "\u2066x", "\ufeff", "\u2028", "\x85", "\x7f", "e\u0301" * 20, "🚓" * 5, "ﷺ" * 20,
    "\xa0",
    "\u200b", "ß" * 50, "İ" * 50, "ŉ" * 40, "a\nb", "a\r\nb", 'a"b', '""', "'", "\\", "/", "|", ";", "\t", "\ufffd",
    "\U0010ffff", "\ue000", "null", "(null)", "-", "EXAMPLE-1", "No location", "0" * 200, " " * 500, "-" * 300,
)  # fmt: skip
ODD: Final = (*FORMULAS, *NUMBERS, *DATES, *SIGNS)
_HUGE: Final = ("9", "a ", "=", "0", "é", " ", "1,", "ab\n", "x")

Damage = Callable[[Sheet, Random], Sheet]


def odd_text(chance: Random) -> str:
    """One odd text, seldom two of them joined."""
    text = chance.choice(ODD)
    return text + chance.choice(ODD) if chance.random() < 0.1 else text


def _columns(sheet: Sheet, order: list[int]) -> Sheet:
    rows = [[row[place] for place in order] for row in sheet.rows]
    return sheet.but([sheet.header[place] for place in order], rows)


def shuffle_columns(sheet: Sheet, chance: Random) -> Sheet:
    """All columns in another order."""
    order = list(range(len(sheet.header)))
    chance.shuffle(order)
    return _columns(sheet, order)


def drop_columns(sheet: Sheet, chance: Random) -> Sheet:
    """Up to three columns fewer."""
    gone = {chance.randrange(len(sheet.header)) for _ in range(chance.randint(1, 3))}
    kept = [place for place in range(len(sheet.header)) if place not in gone]
    return _columns(sheet, kept or [0])


def double_columns(sheet: Sheet, chance: Random) -> Sheet:
    """A column twice, under one name."""
    place = chance.randrange(len(sheet.header))
    order = [*range(len(sheet.header))]
    order.insert(chance.randrange(len(order) + 1), place)
    return _columns(sheet, order)


def rename_column(sheet: Sheet, chance: Random) -> Sheet:
    """A column under another name: another spelling, another column's, an odd one or none."""
    place, header = chance.randrange(len(sheet.header)), list(sheet.header)
    name = header[place]
    header[place] = chance.choice(
        (name.upper(), name.replace(" ", "_"), f" {name} ", name[:-1], f"{name}x", chance.choice(header), "",
         odd_text(chance), "Date", "id", "Latitude", "Type", "x" * 300)
    )  # fmt: skip
    return sheet.but(header)


def swap_names(sheet: Sheet, chance: Random) -> Sheet:
    """Two columns under each other's names."""
    one, other = (chance.randrange(len(sheet.header)) for _ in range(2))
    header = list(sheet.header)
    header[one], header[other] = header[other], header[one]
    return sheet.but(header)


def double_rows(sheet: Sheet, chance: Random) -> Sheet:
    """Every row twice or more, some of them changed in one cell: duplicate keys."""
    rows = [list(row) for row in sheet.rows for _ in range(chance.randint(2, 3))]
    for row in rows[:: chance.randint(2, 9)]:
        if row:
            row[chance.randrange(len(row))] = odd_text(chance)
    return sheet.but(rows=rows)


def reverse_rows(sheet: Sheet, chance: Random) -> Sheet:
    """The rows from last to first, or in no order."""
    rows = sheet.rows[::-1]
    if chance.random() < 0.5:
        chance.shuffle(rows)
    return sheet.but(rows=rows)


def few_rows(sheet: Sheet, chance: Random) -> Sheet:
    """No row, one or two."""
    return sheet.but(rows=sheet.rows[: chance.randint(0, 2)])


def odd_cells(sheet: Sheet, chance: Random) -> Sheet:
    """Odd texts in cells anywhere: few, or up to a fifth of all rows."""
    rows = [list(row) for row in sheet.rows]
    for _ in range(chance.choice((1, 3, len(rows) // 5 + 1))):
        row = chance.choice(rows) if rows else []
        if row:
            row[chance.randrange(len(row))] = odd_text(chance)
    return sheet.but(rows=rows)


def odd_column(sheet: Sheet, chance: Random) -> Sheet:
    """One column with odd texts of one family in most of its rows, or with one of them in all."""
    place = chance.randrange(len(sheet.header))
    family = chance.choice((FORMULAS, NUMBERS, DATES, SIGNS, (chance.choice(ODD),), ("",)))
    most = chance.choice((0.3, 0.9, 1.0))
    rows = [list(row) for row in sheet.rows]
    for row in rows:
        if place < len(row) and chance.random() < most:
            row[place] = chance.choice(family)
    return sheet.but(rows=rows)


def huge_cell(sheet: Sheet, chance: Random) -> Sheet:
    """A text of 100 kB to 5 MB in one cell, or as a column's name."""
    size = chance.choice((1_000, 100_000, 130_000, 200_000, 1_000_000, 5_000_000))
    part = chance.choice(_HUGE)
    text = (part * (size // len(part) + 1))[:size]
    place = chance.randrange(len(sheet.header))
    if chance.random() < 0.15:
        header = list(sheet.header)
        header[place] = text
        return sheet.but(header)
    rows = [list(row) for row in sheet.rows]
    for row in rows[: chance.choice((1, 1, 3))]:
        if place < len(row):
            row[place] = text
    return sheet.but(rows=rows)


def many_columns(sheet: Sheet, chance: Random) -> Sheet:
    """Thousands of columns beside the sheet's own, or its own again and again."""
    more = chance.choice((500, 10_000))
    names = [f"c{number}" for number in range(more)]
    if chance.random() < 0.3:
        names = [chance.choice(sheet.header) for _ in range(more)]
    filler = [chance.choice(("1", "", "x", "2016-01-01", "41.8"))] * more
    return sheet.but([*sheet.header, *names], [[*row, *filler] for row in sheet.rows[:20]])


def many_rows(sheet: Sheet, chance: Random) -> Sheet:
    """Thousands of rows, the keys of which repeat."""
    return sheet.but(rows=sheet.rows * chance.choice((20, 100)))


#: Damage and how often it is drawn.
DAMAGES: Final[tuple[tuple[Damage, int], ...]] = (
    (shuffle_columns, 10), (drop_columns, 2), (double_columns, 4), (rename_column, 4), (swap_names, 4),
    (double_rows, 8), (reverse_rows, 8), (few_rows, 2), (odd_cells, 20), (odd_column, 12), (huge_cell, 3),
    (many_columns, 1), (many_rows, 1),
)  # fmt: skip


def damaged(sheet: Sheet, chance: Random) -> Sheet:
    """The sheet after none to four kinds of damage."""
    kinds, weights = [kind for kind, _ in DAMAGES], [weight for _, weight in DAMAGES]
    for damage in chance.choices(kinds, weights, k=chance.choice((0, 1, 1, 2, 2, 3, 4))):
        if sheet.header:
            sheet = damage(sheet, chance)
    return sheet
