"""The offence map as a table that an agency edits: CSV for a spreadsheet, rows of texts for JSON. All or nothing: a
table with one fault gives no rules, and every fault says where it is and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final, cast, get_args

from ilp_core.collect.tables.text import Row, read_table, told, unfit, write_table
from ilp_core.domain.offences import OFFENCES, RANKABLE_OFFENCES, Initiation, OffenceRule
from ilp_core.words import tables as words

COLUMNS: Final = ("source", "code", "label", "slug", "harm_days", "initiation", "rankable")
#: A weight beyond a hundred years of sentence is a slip of the key [this project's choice].
MOST_HARM: Final = 36_500.0
_INITIATIONS: Final = get_args(Initiation)
_YES_NO: Final = {
    "yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False,
}  # fmt: skip


def write_offences(rules: Iterable[OffenceRule]) -> str:
    """The rules as CSV, one row each, in their order."""
    return write_table(COLUMNS, (list(cells(rule).values()) for rule in rules))


def read_offences(text: str) -> tuple[list[OffenceRule], list[str]]:
    """The rules of a CSV table, and what is wrong with it; where anything is, there are no rules."""
    rows, problems = read_table(text, COLUMNS)
    rules, more = offences_of(rows)
    problems += more
    return ([], told(problems)) if problems else (rules, [])


def offences_of(rows: Sequence[Row]) -> tuple[list[OffenceRule], list[str]]:
    """The rules of rows of texts, and what is wrong with them; where anything is, there are no rules."""
    problems: list[str] = []
    rules: list[OffenceRule] = []
    first: dict[tuple[str, str], str] = {}
    for row in rows:
        rule, faults = _rule(row)
        problems += faults
        if rule is None:
            continue
        key = (rule.source, rule.code)
        if key in first:
            problems.append(words.TWICE.format(where=row.where, key=" ".join(key), first=first[key]))
        first.setdefault(key, row.where)
        rules.append(rule)
    return ([], problems) if problems else (rules, [])


def cells(rule: OffenceRule) -> dict[str, str]:
    """A rule as the texts of its row, by column."""
    harm = "" if rule.harm_days is None else f"{rule.harm_days:.10g}"
    ranks = "yes" if rule.rankable else "no"
    texts = (rule.source, rule.code, rule.label, rule.slug, harm, rule.initiation, ranks)
    return dict(zip(COLUMNS, texts, strict=True))


def _rule(row: Row) -> tuple[OffenceRule | None, list[str]]:
    where, cell = row.where, row.cells
    faults = unfit(row)
    if faults:
        return None, faults
    for column in ("source", "code", "label", "slug"):
        if not cell[column]:
            faults.append(words.BLANK.format(where=where, column=column, instead=words.INSTEAD[column]))
    slug, initiation, ranks = cell["slug"].casefold(), cell["initiation"].casefold(), cell["rankable"].casefold()
    if slug and slug not in OFFENCES:
        faults.append(
            words.BAD_SLUG.format(where=where, text=slug, nearest=_nearest(slug), slugs=", ".join(OFFENCES))
        )
    if initiation not in _INITIATIONS:
        faults.append(words.BAD_INITIATION.format(where=where, text=initiation or "blank"))
    if ranks not in _YES_NO:
        faults.append(words.BAD_RANKABLE.format(where=where, text=ranks or "blank"))
    harm, fault = _harm(where, cell["harm_days"])
    faults += fault
    rankable = _YES_NO.get(ranks, False)
    if not faults and rankable:
        faults += _unrankable(where, slug, initiation)
    if faults:
        return None, faults
    source, code, label = cell["source"], cell["code"], cell["label"]
    return OffenceRule(source, code, label, slug, harm, cast(Initiation, initiation), rankable), []


def _harm(where: str, text: str) -> tuple[float | None, list[str]]:
    if not text:
        return None, []
    try:
        # A spreadsheet of many countries writes 273,5.
        days = float(text.replace(",", "."))
    except ValueError:
        days = float("nan")
    if 0 <= days <= MOST_HARM:
        return days, []
    return None, [words.BAD_HARM.format(where=where, text=text, most=f"{MOST_HARM:.0f}")]


def _unrankable(where: str, slug: str, initiation: str) -> list[str]:
    if slug not in RANKABLE_OFFENCES:
        why = words.WHY_NEVER.get(slug, words.WHY_NEVER_ELSE)
        return [words.NEVER_RANKS.format(where=where, slug=slug, why=why)]
    return [] if initiation == "victim" else [words.ENFORCED.format(where=where)]


def _nearest(text: str) -> str:
    """The slug that is most alike, by its letters; "other" where none is."""
    return (difflib.get_close_matches(text.replace(" ", "_"), OFFENCES, n=1, cutoff=0.5) or ["other"])[0]
