"""A load report for the terminal, the list of loads, and the report as a page (``load_page.py``).

What decides comes first: what became of the rows, what the data cannot answer, what an analyst must decide. Every
list is cut, so that a report stays on one screen.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ilp_core.present import load_facts as facts
from ilp_core.present.dates import gap_words, plain_moment
from ilp_core.present.foreign import seen
from ilp_core.present.load_page import report_html
from ilp_core.words import imports as words
from ilp_core.words.en.lines import lines_of

__all__ = ["data_list_text", "report_html", "report_text"]

#: Lines that each list may take [this project's choice: with all of them full the report has about 40 lines].
_REJECTED, _CANNOT, _DOUBTS, _UNMAPPED, _REPEATS, _WARTS, _NOTES, _GAPS, _AREAS = 3, 5, 2, 3, 3, 3, 2, 3, 3
#: Columns of the list of loads: what a terminal has without being widened.
_COLUMNS: Final = 80
_NAME: Final = 60


def report_text(report: Mapping[str, Any]) -> str:
    """``report`` (the JSON of a LoadReport, or what table ``load`` keeps) as lines for a terminal, about 40 at most.

    A list that is cut says how many more there are and which command shows them.
    """
    return "\n".join(
        [
            _head(report),
            *("  " + line for line in _counts(report)),
            *("  " + line for line in _cannot(report)),
            *("  " + line for line in _doubts(report)),
            *("  " + line for line in _unmapped(report)),
            *("  " + line for line in _checks(report)),
        ]
    )


def _head(report: Mapping[str, Any]) -> str:
    load = report.get("load")
    return words.READ_AS.format(
        file=seen(report.get("file", "")),
        layout=facts.layout_of(report),
        rows=f"{facts.count(report.get('rows')):,}",
        load="" if load is None else words.READ_AS_LOAD.format(load=seen(load)),
    )


def _counts(report: Mapping[str, Any]) -> list[str]:
    found = facts.fates(report)
    counts = {fate: f"{n:,}" for fate, n in found.items()}
    said = facts.remarks(report)
    if found["known"] and not (found["loaded"] or found["updated"]):
        said.append(facts.nothing_new(report))
    lines = [*said, words.COUNTS.format(**counts)]
    rejected = [
        words.REJECTED.format(count=f"{n:,}", reason=seen(reason, _NAME)) + _at(report, reason, n)
        for reason, n in facts.ranked(facts.mapping(report, "rejected"))
    ]
    lines += _cut(rejected, _REJECTED, report)
    shares = []
    if report.get("located") is not None:
        shares.append(words.LOCATED.format(located=facts.percent(report["located"])))
        if not facts.coarse(report):
            shares.append(words.TIMED.format(timed=facts.percent(report.get("timed") or 0)))
    if shares:
        lines.append(" · ".join(shares))
    first, last = (plain_moment(report.get(key) or "", report.get("precision")) for key in ("first", "last"))
    if first and last:
        zone = f" · {seen(report['zone'], _NAME)}" if report.get("zone") else ""
        lines.append(words.SPAN.format(first=first, last=last) + zone)
    return lines


def _at(report: Mapping[str, Any], reason: str, count: int) -> str:
    """The first lines of the file that were rejected for a reason, in brackets."""
    lines = [facts.count(line) for line in facts.listed(facts.mapping(report, "lines"), reason)]
    return f" ({lines_of(lines, count)})" if lines else ""


def _cannot(report: Mapping[str, Any]) -> list[str]:
    said = facts.cannot_answer(report)
    return [words.CANNOT, *_cut([f"  {each}" for each in said], _CANNOT, report, "  ")] if said else []


def _doubts(report: Mapping[str, Any]) -> list[str]:
    pairs = [
        [f"  {facts.doubt_words(each)}", f"    {facts.command(words.CONFIRM_COMMAND, id=each.get('id', ''))}"]
        for each in facts.doubts(report)
    ]
    lines = [line for pair in pairs[:_DOUBTS] for line in pair]
    return [words.DOUBTS, *lines, *_more(len(pairs) - _DOUBTS, report, "  ")] if pairs else []


def _unmapped(report: Mapping[str, Any]) -> list[str]:
    codes = facts.ranked(facts.mapping(report, "unmapped"))
    if not codes:
        return []
    proposed = facts.mapping(report, "proposed")
    total = sum(n for _, n in codes)
    lines = [words.UNMAPPED_ONE if total == 1 else words.UNMAPPED.format(rows=f"{total:,}")]
    said = [
        "  "
        + words.UNMAPPED_CODE.format(code=seen(code, _NAME), rows=f"{n:,}", proposal=_proposal(proposed.get(code)))
        for code, n in codes
    ]
    lines += _cut(said, _UNMAPPED, report, "  ")
    if proposed:
        command = facts.command(words.ACCEPT_COMMAND, source=facts.source_of(report))
        lines.append("  " + words.ACCEPT.format(command=command))
    if len(proposed) < len(codes):
        command = facts.command(words.MEANING_COMMAND, source=facts.source_of(report))
        lines.append("  " + words.SAY_MEANING.format(command=command))
    return lines


def _proposal(found: object) -> str:
    if not isinstance(found, Mapping):
        return ""
    return words.PROPOSAL.format(
        like=seen(found.get("like", ""), _NAME),
        slug=seen(found.get("slug", ""), _NAME),
        score=facts.score(found.get("score")),
    )


def _checks(report: Mapping[str, Any]) -> list[str]:
    lines = [", ".join(said) for _, _, said in facts.agreement(report)][:_AREAS]
    gaps = [gap_words(gap, iso=True) for gap in facts.gaps_of(report)]
    if gaps:
        more = "".join(f", {line}" for line in _more(len(gaps) - _GAPS, report, ""))
        months = report.get("precision") == "month"
        head = words.NO_ROWS_IN if months else words.NO_ROWS_ON
        lines.append(head.format(gaps=", ".join(gaps[:_GAPS]) + more))
    repeats = [f"{seen(kind, _NAME)} ({n:,})" for kind, n in facts.ranked(facts.mapping(report, "duplicates")) if n]
    if repeats:
        more = "".join(f" · {line}" for line in _more(len(repeats) - _REPEATS, report, ""))
        lines.append(words.REPEATS.format(repeats=" · ".join(repeats[:_REPEATS]) + more))
    warts = [f"  {n:>7,}  {seen(wart)}" for wart, n in facts.warts(report)]
    if warts:
        lines += [words.WARTS, *_cut(warts, _WARTS, report, "  ")]
    notes = [words.NOTE.format(note=note) for note in facts.sentences(report, "notes")]
    return lines + _cut(notes, _NOTES, report)


def _cut(lines: Sequence[str], most: int, report: Mapping[str, Any], indent: str = "") -> list[str]:
    # A line that only says "and 1 more" takes the room of the one it hides.
    if len(lines) <= most + 1:
        return list(lines)
    return [*lines[:most], *_more(len(lines) - most, report, indent)]


def _more(number: int, report: Mapping[str, Any], indent: str) -> list[str]:
    if number <= 0:
        return []
    if report.get("load") is None:
        return [indent + words.MORE.format(count=f"{number:,}")]
    command = facts.command(words.SHOW_COMMAND, load=report["load"])
    return [indent + words.MORE_SEE.format(count=f"{number:,}", command=command)]


def data_list_text(loads: Iterable[Mapping[str, Any]]) -> str:
    """The list of loads, two lines each, in 80 columns.

    Each of ``loads`` has id, started_at (a datetime or ISO text), file, source, kind, report (None while it runs)
    and undone_by (a load's number or None).
    """
    lines = [line for load in loads for line in _listed(load)]
    return "\n".join([words.LIST_HEAD, *lines]) if lines else words.NO_LOADS


def _listed(load: Mapping[str, Any]) -> list[str]:
    number = f"{seen(load.get('id', '')):>4}"
    began = plain_moment(str(load.get("started_at") or ""), "day")
    source = seen(load.get("source") or "", 24)
    room = _COLUMNS - len(number) - len(began) - 4 - (_cells(source) + 3 if source else 0)
    name = _fitted(seen(load.get("file") or "", facts.SENTENCE), room)
    head = f"{number}  {began}  {name}" + (f" ({source})" if source else "")
    said = []
    if load.get("undone_by") is not None:
        said.append(words.LIST_UNDONE.format(load=seen(load["undone_by"])))
    kind = str(load.get("kind") or "incident")
    if kind != "incident":
        said.append(words.KIND.get(kind, seen(kind, 24)))
    report = load.get("report")
    if not isinstance(report, Mapping):
        said.append(words.NO_COUNTS)
    elif kind not in ("areas", "undo"):
        counts = [words.LIST_DONE[fate].format(count=f"{n:,}") for fate, n in facts.fates(report).items() if n]
        if withdrawn := facts.count(report.get("withdrawn")):
            counts.append(words.LIST_WITHDRAWN.format(count=f"{withdrawn:,}"))
        said += counts or [words.LIST_EMPTY]
    return [
        head.rstrip(),
        *textwrap.wrap(" · ".join(said), _COLUMNS, initial_indent=" " * 6, subsequent_indent=" " * 6),
    ]


def _cells(text: str) -> int:
    """Columns that ``text`` takes on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text
    )


def _fitted(text: str, columns: int) -> str:
    """``text`` in at most ``columns``, cut in its middle: the end of a file name tells as much as its beginning."""
    if _cells(text) <= columns:
        return text
    half = (columns - 1) // 2
    head, tail = text, text
    while _cells(head) > half:
        head = head[:-1]
    while _cells(tail) > half:
        tail = tail[1:]
    return f"{head}…{tail}"
