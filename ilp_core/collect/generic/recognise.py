"""A table of an unknown layout gets one: by a mapping that was confirmed before, or by one that is proposed now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from ilp_core.collect.formats import FORMATS
from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapped_layout import layout_of
from ilp_core.collect.generic.profile import Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, propose
from ilp_core.collect.layout import Layout
from ilp_core.collect.points import Extent
from ilp_core.collect.reading import Member, open_table
from ilp_core.domain.errors import CallError
from ilp_core.words.en import loads as words

#: Asked about a proposal for the source of that name; gives the mapping that was agreed on. Raises CallError where
#: nobody agreed, or where a question of the proposal stays open.
Confirm = Callable[[str, str, Proposal], ColumnMap]


def map_for(
    member: Member,
    mapping: ColumnMap | None,
    zone: str | None,
    crs: int | None,
    extent: Extent | None,
    now: datetime,
    confirm: Confirm,
) -> tuple[Layout, ColumnMap]:
    """The layout of a table, and the mapping it comes from.

    Without ``mapping`` the whole table is read once to learn what its columns hold, so that no date and no position
    is judged by a few rows; then ``confirm`` is asked.
    """
    if mapping is None:
        profiler = Profiler()
        with open_table(member) as read:
            for batch in read.batches(read.header):
                profiler.add(batch)
        proposal = propose(profiler.done(), hints=Hints(zone, crs, extent, now.date()))
        mapping = confirm(member.name, source_name(member.inside or member.path.name), proposal)
    return layout_of(mapping), mapping


def unconfirmed(file: str, _source: str, _proposal: Proposal) -> ColumnMap:
    """The answer where nobody can be asked: a refusal that says how to agree."""
    raise CallError(words.UNCONFIRMED.format(file=file))


def source_name(file: str) -> str:
    """A name for the source of a file: its own without dates, numbers and endings, so that the next month's file is
    of the same source."""
    stem = file.replace("\\", "/").rpartition("/")[2].split(".")[0].casefold()
    taken = {each.whose for each in FORMATS}
    parts = [part for part in re.split(r"[^a-z]+", stem) if len(part) > 1]
    name = "-".join(parts)[:36].strip("-") or "own"
    # A known source's name would mix its keys and offence codes with those of another layout.
    return f"{name}-own" if name in taken else name
