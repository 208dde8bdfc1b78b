"""Agreeing on a mapping: shown with sample values, asked about on a terminal, or taken as proposed with ``--yes``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ilp_core.domain.errors import CallError
from ilp_core.words.en import loads as words

if TYPE_CHECKING:
    from ilp_core.collect.generic.column_map import ColumnMap
    from ilp_core.collect.generic.recognise import Confirm
    from ilp_core.collect.generic.understood import Proposal, Question


def confirming(*, yes: bool, save: Path | None) -> Confirm:
    """How a proposed mapping is agreed on: by ``--yes``, on the terminal, or not at all."""

    def confirm(file: str, source: str, proposal: Proposal) -> ColumnMap:
        from ilp_core.collect.generic.mapping_file import map_of, write_map
        from ilp_core.collect.generic.proposal import answer
        from ilp_core.collect.generic.shown import describe
        from ilp_core.collect.generic.usual import usual_answer

        asked = sys.stdin.isatty() and sys.stderr.isatty()
        typer.echo(words.PROPOSED.format(file=file), err=True)
        typer.echo(describe(proposal), err=True)
        if not yes and not asked:
            raise CallError(words.UNCONFIRMED.format(file=file))
        for question in proposal.questions:
            value = usual_answer(question, proposal.zone) if yes else _asked(question)
            if value is not None:
                typer.echo(words.ANSWERED.format(text=question.text, answer=_shown(question, value)), err=True)
                proposal = answer(proposal, question.slot, value)
        mapping = map_of(proposal, source)
        if not yes and not typer.confirm(words.CONFIRM, err=True):
            raise CallError(words.NOT_CONFIRMED)
        if save is not None:
            _write(save, write_map(mapping))
            typer.echo(words.MAPPING_KEPT.format(file=save), err=True)
        return mapping

    return confirm


def _asked(question: Question) -> str | None:
    """What the terminal answers: the number of an option, or any text where there are none."""
    if not question.options:
        return str(typer.prompt(question.text, err=True)).strip()
    for number, option in enumerate(question.options, start=1):
        typer.echo(f"  {number}. {option}", err=True)
    chosen: int = typer.prompt(question.text, type=typer_range(len(question.options)), err=True)
    return question.values[chosen - 1]


def typer_range(last: int) -> object:
    """A number from 1 to ``last``, as a prompt takes it."""
    import click

    return click.IntRange(1, last)


def _shown(question: Question, value: str) -> str:
    return question.options[question.values.index(value)] if value in question.values else value


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(words.NOT_WRITTEN.format(file=path, why=error.strerror)) from None
