"""Pieces of a page: foreign text escaped, sections, tables that fold what is long.

No piece needs a script: what is folded opens by itself in a browser, and on paper only its first line stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from ilp_core.present.foreign import seen
from ilp_core.words import imports as words

#: Rows of a list that stand open, and those that a list has at all; the JSON holds the rest [this project's choice].
OPEN: Final = 6
MOST: Final = 300


def text(value: object, most: int = 120) -> str:
    """``value`` as harmless text of at most ``most`` signs."""
    return escape(seen(value, most))


def foreign(value: object, most: int = 120) -> str:
    """A text from a file: its direction of writing ends where it ends."""
    return f"<bdi>{text(value, most)}</bdi>"


def section(head: str, body: str, name: str = "") -> str:
    """``body`` under its heading; nothing for no body."""
    if not body:
        return ""
    attribute = f' class="{name}"' if name else ""
    return f"<section{attribute}>\n<h2>{escape(head)}</h2>\n{body}\n</section>\n"


def number(n: int) -> str:
    """A table's cell of a count."""
    return f'<td class="number">{n:,}</td>'


def table(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], name: str = "") -> str:
    """A table; a cell that does not bring its own ``td`` gets one."""
    top = "".join(f'<th scope="col" class="{kind}">{head}</th>' for head, kind in heads)
    body = "".join(
        f"<tr>{''.join(cell if cell.startswith('<td') else f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
    )
    attribute = f' class="{name}"' if name else ""
    return f"<table{attribute}>{f'<thead><tr>{top}</tr></thead>' if top else ''}<tbody>{body}</tbody></table>"


def tables(heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], name: str = "") -> str:
    """The first rows open, the others behind a click; nothing for no rows."""
    if not rows:
        return ""
    # One row alone is not worth a click.
    shown = rows if len(rows) <= OPEN + 1 else rows[:OPEN]
    hidden = rows[len(shown) : MOST]
    return table(heads, shown, name) + folded(len(rows) - len(shown), table([], hidden, name))


def folded(hidden: int, body: str) -> str:
    """``body`` behind "and 12 more"; nothing where nothing is hidden."""
    if hidden <= 0:
        return ""
    return f"<details><summary>{words.MORE.format(count=f'{hidden:,}')}</summary>{body}</details>"
