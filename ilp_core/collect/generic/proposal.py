"""From what a file's columns hold to a proposal: which column holds which field, how its dates and positions are
read, and what only a person can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ilp_core.collect.dates import DateStyle, Epoch, two_digit_years
from ilp_core.collect.generic.file_order import FileOrder, file_order
from ilp_core.collect.generic.fits import truths_of
from ilp_core.collect.generic.matching import Matching, begin, match_columns
from ilp_core.collect.generic.names import score_names
from ilp_core.collect.generic.positions import Position, find_position, landing_note
from ilp_core.collect.generic.profile import Distinct
from ilp_core.collect.generic.shown import describe, proposal_table, shown
from ilp_core.collect.generic.systems import is_projected, landing_of
from ilp_core.collect.generic.traits import MOST, looked_at, traits_of
from ilp_core.collect.generic.understood import FIELDS, TIMES, Hints, Match, Proposal, Question
from ilp_core.collect.layout import DateOrder, plain
from ilp_core.collect.projection import WGS84
from ilp_core.domain.errors import CallError
from ilp_core.words import mapping as words

__all__ = ["Hints", "Match", "Proposal", "Question", "answer", "describe", "proposal_table", "propose"]

_FLAGS: Final = ("domestic", "officer_initiated")


def propose(columns: Mapping[str, Distinct], *, hints: Hints) -> Proposal:
    """How a file with these columns would be read."""
    if hints.crs == WGS84:
        hints = replace(hints, crs=None)
    most = looked_at(len(columns))
    # Of two columns whose names the desk cannot tell apart the first is read; a column without a name never is.
    spelled: dict[str, str] = {}
    for name in columns:
        spelled.setdefault(plain(name), name)
    spelled.pop("", None)
    traits = {name: traits_of(columns[name], most, hints.today) for name in spelled.values()}
    matching = begin(traits, score_names(list(traits)))
    position = find_position(matching.free, matching.names, hints)
    for name, match in position.matches.items():
        matching.take(name, match)
    match_columns(matching)
    return _proposal(columns, matching, position, hints)


def _proposal(columns: Mapping[str, Distinct], matching: Matching, position: Position, hints: Hints) -> Proposal:
    found, traits = matching.found, matching.columns
    first = traits[found["occurred_from"].columns[0]] if "occurred_from" in found else None
    order = _order(columns, matching, hints)
    epoch: Epoch = first.epoch if first is not None and first.dates < MOST else ""
    month_only = first is not None and first.months >= MOST
    zone = _zone(position, hints)
    questions = [*matching.questions, *(one for one in (order.question, position.question) if one is not None)]
    if zone is None and hints.first_zone is None and (position.question is None or not position.question.options):
        questions.append(Question("zone", words.ASK_ZONE))
    notes = [*order.notes, *([words.MONTH_ONLY] if month_only else []), *position.notes]
    if zone and not hints.zone:
        notes.append((words.ZONE_BY_PLACE if position.zone else words.ZONE_BY_FIRST).format(zone=zone))
    notes += [words.NO_KEY] if "id" not in found else []
    notes += [words.NO_DOMESTIC] if "domestic" not in found else []
    notes += [words.NO_INITIATED] if "officer_initiated" not in found else []
    missing = (["time"] if first is None else []) + (["offence"] if not {"code", "description"} & set(found) else [])
    used = {column for match in found.values() for column in match.columns}
    return Proposal(
        fields={name: found[name] for name in FIELDS if name in found},
        questions=tuple(questions),
        dates=DateStyle(order.order or "month_first", epoch, hints.today.year),
        month_only=month_only,
        two_digit_years=any(two_digit_years(columns[name].words[:1_000]) for name in _date_columns(matching)),
        crs=position.crs,
        zone=zone,
        numbers=traits[found["lat"].columns[0]].written if "lat" in found else "plain",
        truths={name: truths_of(name, traits[found[name].columns[0]]) for name in _FLAGS if name in found},
        missing=tuple(missing),
        unused=tuple(name for name in columns if name not in used and name not in matching.left_out),
        left_out=matching.left_out,
        notes=tuple(notes),
        grid=position.grid,
    )


def _date_columns(matching: Matching) -> list[str]:
    return [matching.found[name].columns[0] for name in TIMES if name in matching.found]


def _order(columns: Mapping[str, Distinct], matching: Matching, hints: Hints) -> FileOrder:
    """One order for all dates of the file: the columns that are read decide, else any other column of dates."""
    used = _date_columns(matching)
    others = [name for name, column in matching.columns.items() if name not in used and column.dates >= MOST]
    return file_order(columns, used, others, today=hints.today)


def _zone(position: Position, hints: Hints) -> str | None:
    """The zone that was named, else that of the positions. The first load's holds where there are no positions; while
    it is open where they are, it may be another's."""
    if hints.zone or position.zone:
        return hints.zone or position.zone
    return hints.first_zone if position.question is None else None


def answer(proposal: Proposal, slot: str, value: str) -> Proposal:
    """The proposal with one question answered. Raises CallError where ``value`` is no answer to it."""
    question = next((one for one in proposal.questions if one.slot == slot), None)
    if question is None:
        raise CallError(words.NO_SUCH_QUESTION.format(slot=slot))
    if question.values and value not in question.values:
        raise CallError(words.NO_SUCH_ANSWER.format(value=value, options=", ".join(question.values)))
    rest = replace(proposal, questions=tuple(one for one in proposal.questions if one is not question))
    if slot == "dates":
        order: DateOrder = "day_first" if value == "day_first" else "month_first"
        return replace(rest, dates=replace(rest.dates, order=order))
    if slot == "zone":
        return replace(rest, zone=value)
    if slot == "crs":
        return _placed(rest, value)
    match = rest.fields[slot]
    if match.columns[0] == value:
        return rest
    changed = replace(match, columns=(value, *match.columns[1:]), samples=())
    others = {name: one for name, one in rest.fields.items() if value not in one.columns}
    used = {column for one in (*others.values(), changed) for column in one.columns}
    freed = [column for one in rest.fields.values() for column in one.columns if column not in used]
    unused = (*(name for name in rest.unused if name != value), *freed)
    fields = {
        name: changed if name == slot else others[name] for name in rest.fields if name == slot or name in others
    }
    return replace(rest, fields=fields, unused=unused)


def _placed(proposal: Proposal, value: str) -> Proposal:
    """The proposal with the coordinate system ``value``, and with where it lands, as if it had been named before."""
    if not value.isascii() or not value.isdigit() or not is_projected(int(value[:9])):
        raise CallError(words.NO_SUCH_CRS.format(value=shown(value)))
    crs, grid = int(value[:9]), proposal.grid
    if grid is None:
        return replace(proposal, crs=crs)
    landing = landing_of(crs, grid.east, grid.north)
    if landing is None:
        raise CallError(words.CRS_UNFIT_ANSWER.format(crs=crs))
    notes = (*proposal.notes, landing_note(landing))
    if proposal.zone is not None or not landing.zone:
        return replace(proposal, crs=crs, notes=notes)
    return replace(
        proposal,
        crs=crs,
        zone=landing.zone,
        notes=(*notes, words.ZONE_BY_PLACE.format(zone=landing.zone)),
        questions=tuple(one for one in proposal.questions if one.slot != "zone"),
    )
