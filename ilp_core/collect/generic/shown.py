"""A proposal for the eye: as rows for a terminal's table, and as plain text."""

from __future__ import annotations

from typing import Final

from ilp_core.collect.generic.understood import Match, Proposal
from ilp_core.words import mapping as words

#: Widths of field, column, sample, sureness and reason, which with two blanks between them make 80.
_WIDTHS: Final = (17, 17, 14, 4, 20)
_WIDTH: Final = 80
#: So many columns that are not used are named; the rest are counted [this project's choice].
_NAMED: Final = 40


def proposal_table(proposal: Proposal) -> list[tuple[str, str, str, str, str]]:
    """The rows to show, the head first: field, column or columns, sample value, how sure in %, why; each text short
    enough for all five to stand in 80 columns."""
    return [
        words.HEAD,
        *(_row(name, match, on_grid=proposal.crs is not None) for name, match in proposal.fields.items()),
    ]


def _row(name: str, match: Match, *, on_grid: bool) -> tuple[str, str, str, str, str]:
    label = words.FIELDS[name]
    if on_grid and name in ("lat", "lon"):
        label = words.NORTH if name == "lat" else words.EAST
    cells = (label, " + ".join(match.columns), match.samples[0] if match.samples else "", str(match.score), match.why)
    first, second, third, fourth, fifth = (_short(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return first, second, third, fourth, fifth


def _short(text: str, width: int) -> str:
    text = shown(text)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def shown(text: str) -> str:
    """``text`` without signs that could move a terminal's cursor or change its colours."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def describe(proposal: Proposal) -> str:
    """The proposal as plain text of at most 80 columns."""
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, _WIDTHS, strict=True)).rstrip()
             for row in proposal_table(proposal)]  # fmt: skip
    lines += [part for missing in proposal.missing for part in _wrapped(words.MISSING[missing])]
    lines += [part for note in proposal.notes for part in _wrapped(note)]
    for sentence, names in ((words.UNUSED, proposal.unused), (words.LEFT_OUT, proposal.left_out)):
        if names:
            lines += _wrapped(sentence.format(columns=_names(names)))
    for question in proposal.questions:
        lines += _wrapped(words.QUESTION.format(text=question.text))
        for number, option in enumerate(question.options, start=1):
            lines += _wrapped(words.OPTION.format(n=number, option=option))
    return "\n".join(lines)


def _names(names: tuple[str, ...]) -> str:
    listed = ", ".join(_short(name, 40) for name in names[:_NAMED] if name.strip())
    return words.AND_MORE.format(columns=listed, n=len(names) - _NAMED) if len(names) > _NAMED else listed


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    indent = text[: len(text) - len(text.lstrip())]
    return wrap(shown(text), _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False) or [""]
