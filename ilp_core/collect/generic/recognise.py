"""A table of an unknown layout gets a mapping: what its columns hold is proposed, and agreed to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ilp_core.collect.formats import FORMATS
from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.profile import Distinct, Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, propose
from ilp_core.collect.generic.shown import shown
from ilp_core.collect.members import Member
from ilp_core.collect.reading import open_table
from ilp_core.domain.errors import CallError
from ilp_core.words import loads as words

#: So much of a title line is quoted [this project's choice].
_LONGEST_TITLE: Final = 60

#: Asked about a proposal for the source of that name; gives the mapping that was agreed on. Raises CallError where
#: nobody agreed, or where a question of the proposal stays open.
Confirm = Callable[[str, str, Proposal], ColumnMap]


def proposed_map(member: Member, hints: Hints, confirm: Confirm) -> ColumnMap:
    """The mapping of a table that has none yet.

    The whole table is read once to learn what its columns hold, so that no date and no position is judged by a few
    rows; then ``confirm`` is asked.
    """
    profiler = Profiler()
    with open_table(member) as read:
        for batch in read.batches(read.header):
            profiler.add(batch)
    columns = profiler.done()
    _worth_a_look(member.name, read.header, columns, read.spoiled)
    proposal = propose(columns, hints=hints)
    return confirm(member.name, source_name(member.inside or member.path.name), proposal)


def _worth_a_look(
    file: str, header: Sequence[str], columns: Mapping[str, Distinct], spoiled: Mapping[str, int]
) -> None:
    """Raises CallError for a table whose first line names no columns, as a title does, or that has no rows."""
    named = [name for name in header if name]
    if len(named) == 1:
        raise CallError(words.TITLE_LINE.format(file=file, line=shown(named[0])[:_LONGEST_TITLE]))
    if not spoiled and not any(column.rows for column in columns.values()):
        raise CallError(words.NO_ROWS.format(file=file))


def unconfirmed(file: str, _source: str, _proposal: Proposal) -> ColumnMap:
    """The answer where nobody can be asked: a refusal that says how to agree."""
    raise CallError(words.NOBODY_TO_ASK.format(file=file))


def source_name(file: str) -> str:
    """A name for the source of a file: its own without dates, numbers and endings, so that the next month's file is
    of the same source."""
    stem = file.replace("\\", "/").rpartition("/")[2].split(".")[0].casefold()
    taken = {each.whose for each in FORMATS}
    parts = [part for part in re.split(r"[^a-z]+", stem) if len(part) > 1]
    name = "-".join(parts)[:36].strip("-") or "own"
    # A known source's name would mix its keys and offence codes with those of another layout.
    return f"{name}-own" if name in taken else name
