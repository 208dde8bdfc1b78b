"""Agreeing on a mapping: shown with sample values, asked about on a terminal, or taken as proposed with ``--yes``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.commands.console import say
from bot.commands.questions import Questions
from ilp_core.domain.errors import CallError
from ilp_core.words import loads as words

if TYPE_CHECKING:
    from ilp_core.collect.generic.column_map import ColumnMap
    from ilp_core.collect.generic.given_map import Save
    from ilp_core.collect.generic.recognise import Confirm
    from ilp_core.collect.generic.understood import Proposal, Question


def confirming(*, yes: bool, save: Path | None, questions: Questions | None = None) -> Confirm:
    """How a proposed mapping is agreed on: by ``--yes``, on the terminal, or not at all."""
    terminal = questions or Questions()

    def confirm(file: str, source: str, proposal: Proposal) -> ColumnMap:
        from ilp_core.collect.generic.mapping_file import draft_of, map_of, write_map
        from ilp_core.collect.generic.proposal import answer
        from ilp_core.collect.generic.shown import describe
        from ilp_core.collect.generic.usual import usual_answer

        typer.echo(words.PROPOSED.format(file=file), err=True)
        asking = not yes and somebody_there()
        # What a terminal asks is said when it is asked.
        typer.echo(describe(replace(proposal, questions=()) if asking else proposal), err=True)
        if save is not None:
            _write(save, draft_of(proposal, source))
            if not yes or proposal.missing:
                typer.echo(words.DRAFT_KEPT.format(file=save), err=True)
        if proposal.missing:
            # No answer and no agreement could mend that: it is refused before anything is asked.
            map_of(proposal, source)
        if not yes and not asking:
            raise CallError(words.UNCONFIRMED.format(file=file))
        for question in proposal.questions:
            if question not in proposal.questions:
                # The answer to another one settled it: a coordinate system tells the time zone.
                continue
            if not yes:
                proposal = _settled(proposal, question, terminal)
                continue
            value = usual_answer(question, proposal.zone)
            if value is not None:
                typer.echo(words.ANSWERED.format(text=question.text, answer=_shown(question, value)), err=True)
                proposal = answer(proposal, question.slot, value)
        mapping = map_of(proposal, source)
        if not yes and not terminal.agree(words.CONFIRM):
            raise CallError(words.NOT_CONFIRMED_KEPT.format(file=save) if save else words.NOT_CONFIRMED)
        if save is not None:
            _write(save, write_map(mapping))
            typer.echo(words.MAPPING_KEPT.format(file=save), err=True)
        return mapping

    return confirm


def saving(path: Path | None) -> Save | None:
    """What writes a mapping that is there already to ``path``, and says so."""
    if path is None:
        return None
    said: set[str] = set()

    def save(table: str, mapping: ColumnMap) -> None:
        from ilp_core.collect.generic.mapping_file import write_map

        _write(path, write_map(mapping))
        # What the call fills in is written once more, and said once.
        if table not in said:
            typer.echo(words.MAPPING_WRITTEN.format(table=table, file=path), err=True)
            said.add(table)

    return save


def somebody_there() -> bool:
    """Whether a person can be asked: input and messages are a terminal's."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _settled(proposal: Proposal, question: Question, questions: Questions) -> Proposal:
    """The proposal with a question answered on the terminal, asked again until the answer is one."""
    from ilp_core.collect.generic.proposal import answer
    from ilp_core.collect.times import check_zone

    say(question.text, err=True)
    for number, option in enumerate(question.options, start=1):
        typer.echo(words.OPTION.format(number=number, option=option), err=True)
    while True:
        said = questions.ask(words.NUMBER if question.options else words.ANSWER)
        try:
            if question.slot == "zone":
                said = check_zone(said)
            settled = answer(proposal, question.slot, _value(question, said))
        except CallError as error:
            last = len(question.options)
            typer.echo(words.NO_OPTION.format(said=said, last=last) if last else str(error), err=True)
            continue
        for note in settled.notes[len(proposal.notes) :]:
            say(note, err=True)
        return settled


def _value(question: Question, said: str) -> str:
    """What an option's number stands for; any other text is itself, for the question to judge."""
    if said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= len(question.options):
        return question.values[int(said) - 1]
    return said


def _shown(question: Question, value: str) -> str:
    return question.options[question.values.index(value)] if value in question.values else value


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(words.NOT_WRITTEN.format(file=path, why=error.strerror)) from None
