"""From what a file's columns hold to a proposal: which column holds which field, how its dates and positions are
read, and what only a person can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ilp_core.collect.dates import DateStyle, Epoch, two_digit_years
from ilp_core.collect.generic.date_order import OrderVerdict, date_order
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
from ilp_core.words.en import mapping as words

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
    order, order_notes, asked = _order(columns, matching, hints)
    epoch: Epoch = first.epoch if first is not None and first.dates < MOST else ""
    month_only = first is not None and first.months >= MOST
    zone = hints.zone or position.zone or None
    questions = [*matching.questions, *asked]
    if position.question is not None:
        questions.append(position.question)
    if zone is None and (position.question is None or not position.question.options):
        questions.append(Question("zone", words.ASK_ZONE))
    notes = [*order_notes, *([words.MONTH_ONLY] if month_only else []), *position.notes]
    if zone and not hints.zone:
        notes.append(words.ZONE_BY_PLACE.format(zone=zone))
    notes += [words.NO_KEY] if "id" not in found else []
    notes += [words.NO_DOMESTIC] if "domestic" not in found else []
    notes += [words.NO_INITIATED] if "officer_initiated" not in found else []
    missing = (["time"] if first is None else []) + (["offence"] if not {"code", "description"} & set(found) else [])
    used = {column for match in found.values() for column in match.columns}
    return Proposal(
        fields={name: found[name] for name in FIELDS if name in found},
        questions=tuple(questions),
        dates=DateStyle(order, epoch, hints.today.year),
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


def _order(
    columns: Mapping[str, Distinct], matching: Matching, hints: Hints
) -> tuple[DateOrder, list[str], list[Question]]:
    """One order for all dates of the file, the sentences that say why, and the question where nothing tells.

    The columns that are read decide; where none of them does, any other column of dates in the file.
    """
    used = _date_columns(matching)
    verdicts = {name: _verdict(columns[name], hints) for name in used}
    known = {name: one for name, one in verdicts.items() if one.order is not None}
    unsure = {name: one for name, one in verdicts.items() if one.order is None and one.state != "needless"}
    if len({one.order for one in known.values()}) > 1:
        counts = {
            "day_first": sum(one.day_first for one in known.values()),
            "month_first": sum(one.month_first for one in known.values()),
        }
        return "month_first", [], [_question(words.ASK_ORDER_BOTH.format(**counts))]
    open_ = next(iter(unsure.values()), None)
    if open_ is not None and open_.state == "contradictory":
        text = words.ASK_ORDER_BOTH.format(day_first=open_.day_first, month_first=open_.month_first)
        return "month_first", [], [_question(text)]
    if known:
        # The verdict with the strongest evidence: a number above 12 before all else.
        name, verdict = min(known.items(), key=lambda one: one[1].evidence != "values")
        assert verdict.order is not None
        return verdict.order, [_note(verdict)], []
    if open_ is None:
        return "month_first", [], []
    for name, column in matching.columns.items():
        if name not in used and column.dates >= MOST:
            other = _verdict(columns[name], hints)
            if other.order is not None and other.evidence == "values":
                return other.order, [words.ORDER["other"].format(order=_in_words(other.order), column=name)], []
    assert open_.readings is not None
    options = tuple(
        words.ASK_ORDER_OPTION.format(date=day, order=order)
        for day, order in zip(open_.readings, (words.DAY_FIRST, words.MONTH_FIRST), strict=True)
    )
    return "month_first", [], [_question(words.ASK_ORDER.format(sample=open_.sample), options)]


def _verdict(column: Distinct, hints: Hints) -> OrderVerdict:
    return date_order(column.words, column.counts, today=hints.today)


def _question(text: str, options: tuple[str, ...] = (words.DAY_FIRST, words.MONTH_FIRST)) -> Question:
    return Question("dates", text, options, ("day_first", "month_first"))


def _in_words(order: DateOrder) -> str:
    return words.DAY_FIRST if order == "day_first" else words.MONTH_FIRST


def _note(verdict: OrderVerdict) -> str:
    assert verdict.order is not None
    counts = {"n": verdict.month_first, "other": verdict.day_first}
    if verdict.order == "day_first":
        counts = {"n": verdict.day_first, "other": verdict.month_first}
    kind = "slips" if verdict.state == "contradictory" else verdict.evidence
    return words.ORDER[kind].format(order=_in_words(verdict.order), **counts)


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
