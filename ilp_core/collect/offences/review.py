"""Codes that loaded records hold and the map does not, with what they probably mean, and the analyst's yes to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilp_core.collect.offences.match import Proposal, propose
from ilp_core.collect.tables.offences import COLUMNS, cells
from ilp_core.collect.tables.text import LONGEST, write_table
from ilp_core.domain.offences import OffenceRule
from ilp_core.storage import Load


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code without a row in the map: ``rows`` and ``description`` are those of the newest report that names it,
    ``proposal`` is None where nothing known is alike enough."""

    source: str
    code: str
    rows: int
    description: str
    proposal: Proposal | None


def open_codes(loads: Iterable[Load], rules: Sequence[OffenceRule], source: str | None = None) -> list[OpenCode]:
    """The codes that the loads' reports call unmapped and that ``rules`` do not map by now, most rows first per
    source; of one source, or of all. Loads that were taken back do not count."""
    mapped = {(rule.source, rule.code) for rule in rules}
    seen: dict[str, dict[str, tuple[int, str]]] = {}
    for load in loads:
        if load.report is None or load.undone_by is not None or source not in (None, load.source):
            continue
        proposed = _mapping(load.report.get("proposed"))
        for code, rows in _mapping(load.report.get("unmapped")).items():
            if (load.source, code) in mapped or not _usable(code):
                continue
            said = str(_mapping(proposed.get(code)).get("description") or "")
            seen.setdefault(load.source, {})[code] = (int(rows), said)
    found: list[OpenCode] = []
    for name in sorted(seen):
        found += _with_proposals(name, seen[name], rules)
    return found


def acceptable(codes: Iterable[OpenCode], wanted: Collection[str], least: float) -> list[OpenCode]:
    """The codes to take into the map: those ``wanted`` by name that have a proposal; where none is named, all whose
    proposal is at least ``least`` alike."""
    return [
        each
        for each in codes
        if each.proposal is not None and (each.code in wanted if wanted else each.proposal.score >= least)
    ]


def accepted(each: OpenCode) -> OffenceRule:
    """The row of the map for a code whose proposal is accepted. Raises ValueError where it has none."""
    if each.proposal is None:
        raise ValueError(f"the code {each.code} has no proposal")
    meant = each.proposal
    return OffenceRule(
        each.source, each.code, _label(each), meant.slug, meant.harm_days, meant.initiation, meant.rankable
    )


def to_fill_in(codes: Iterable[OpenCode]) -> str:
    """The codes as a CSV of the offence map, proposals filled in. What a code without one means is left blank, and a
    table with a blank is not taken: nobody is to agree to what was never decided."""
    return write_table(COLUMNS, (_row(each) for each in codes))


def _row(each: OpenCode) -> list[str]:
    if each.proposal is None:
        return [each.source, each.code, _label(each), *[""] * (len(COLUMNS) - 3)]
    return list(cells(accepted(each)).values())


def _label(each: OpenCode) -> str:
    label = " ".join(each.description.split())[:LONGEST]
    return label if label and label.isprintable() else each.code


def _with_proposals(
    source: str, codes: Mapping[str, tuple[int, str]], rules: Sequence[OffenceRule]
) -> list[OpenCode]:
    order = sorted(codes, key=lambda code: (-codes[code][0], code))
    found = propose({code: codes[code][1] for code in order}, rules)
    return [OpenCode(source, code, *codes[code], found.get(code)) for code in order]


def _usable(code: str) -> bool:
    """True where the code can be a row of the table: a file may hold anything in the place of a code."""
    return code.isprintable() and code.strip() == code != "" and len(code) <= LONGEST


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
