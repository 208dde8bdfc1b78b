"""A load report as one HTML page that stands alone: no script, nothing from elsewhere, always the same bytes.

The page is read on a phone, on a desk and on one sheet of paper. What decides comes first: the verdict, what became
of the rows, what the data cannot answer, what an analyst must decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from ilp_core.present import charts
from ilp_core.present import load_facts as facts
from ilp_core.present.dates import moment
from ilp_core.present.markup import MOST, OPEN, folded, foreign, number, section, table, tables, text
from ilp_core.words import imports as words

_LOOK: Final = {"loaded": "solid", "updated": "dotted", "known": "pale", "rejected": "hatched"}


def report_html(report: Mapping[str, Any]) -> str:
    """``report`` (the JSON of a LoadReport, or what table ``load`` keeps) as a page.

    Where ``report`` also has ``source``, ``started_at`` (a datetime or ISO text), ``by_whom`` and ``undone_by``, as
    table ``load`` has them, the page tells these too. It takes no time from any clock.
    """
    load = report.get("load")
    file = text(report.get("file", ""))
    title = words.PAGE_TITLE if load is None else words.PAGE_TITLE_LOAD
    body = "".join(
        [
            _header(report),
            _cannot(report),
            _dates(report),
            _doubts(report),
            _columns(report),
            _footer(report),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # Whatever a file smuggled past the escaping could neither run nor call anybody.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{title.format(file=file, load=text(load))}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n{charts.patterns()}\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return (files("ilp_core.present") / "load_page.css").read_text(encoding="utf-8")


# The head


def _header(report: Mapping[str, Any]) -> str:
    load = report.get("load")
    kicker = words.KICKER if load is None else words.KICKER_LOAD.format(load=text(load))
    kind = words.KIND.get(str(report.get("kind", "incident")))
    first, *more = facts.verdict(report)
    said = f'<p class="more">{escape(" ".join(more))}</p>\n' if more else ""
    return (
        f'<header>\n<div><p class="kicker">{kicker}{f" · {kind}" if kind else ""}</p>\n'
        f"<h1>{foreign(report.get('file', ''))}</h1></div>\n{_about(report)}</header>\n"
        f'<p class="verdict">{escape(first)}</p>\n{said}{_fates(report)}{_figures(report)}'
    )


def _source(report: Mapping[str, Any]) -> str:
    source, layout = facts.source_of(report), facts.layout_of(report)
    if layout.startswith(source):
        return foreign(layout)
    return words.LAYOUT_OF.format(source=foreign(source), layout=foreign(layout))


def _span(report: Mapping[str, Any]) -> str:
    precision = report["precision"] if facts.coarse(report) else "day"
    first, last = (moment(report.get(key) or "", precision) for key in ("first", "last"))
    if not (first and last):
        return ""
    return first if first == last else words.SPAN_SHORT.format(first=first, last=last)


def _about(report: Mapping[str, Any]) -> str:
    started = report.get("started_at")
    parts = [
        (words.SOURCE, _source(report)),
        (words.RECORDS, escape(_span(report))),
        (words.CLOCK, foreign(report["zone"]) if report.get("zone") else ""),
        (words.LOADED_AT, f"{text(moment(started))} {_offset(started)}".strip() if started else ""),
        (words.BY, foreign(report["by_whom"]) if report.get("by_whom") else ""),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in parts if value)
    return f'<dl class="about">{rows}</dl>\n'


def _offset(moment: object) -> str:
    told = str(moment)
    return "UTC" if told.endswith(("+00:00", "Z")) else text(told[-6:]) if told[-6:-5] in ("+", "-") else ""


def _fates(report: Mapping[str, Any]) -> str:
    found = facts.fates(report)
    total = sum(found.values())
    chart = charts.stacked([charts.Part(words.FATE[fate], n, _LOOK[fate]) for fate, n in found.items()])
    if not total:
        return ""
    keys = "".join(
        f"<li>{charts.swatch(_LOOK[fate])}<span><b>{n:,}</b> {words.FATE[fate]} "
        f'<span class="soft">{escape(facts.percent(n / total)) if n < total else ""}</span></span></li>'
        for fate, n in found.items()
        if n
    )
    return f'<figure class="fates">{chart.svg}<ul>{keys}</ul></figure>\n'


def _figures(report: Mapping[str, Any]) -> str:
    located, timed = report.get("located"), report.get("timed")
    shares: list[tuple[str, Any]] = []
    if located is not None:
        shares.append((words.FIGURE_LOCATED, located))
        if not facts.coarse(report):
            shares.append((words.FIGURE_TIMED, timed or 0))
    shares += [
        (words.FIGURE_AGREES.format(kind=kind), share)
        for kind, share, _ in facts.agreement(report)
        if share is not None
    ][:2]
    figures = "".join(
        f"<div>{charts.single(float(share))}<dt>{escape(name)}</dt><dd>{escape(facts.percent(share))}</dd></div>"
        for name, share in shares
        if isinstance(share, int | float)
    )
    return f'<dl class="figures">{figures}</dl>\n' if figures else ""


# What decides


def _cannot(report: Mapping[str, Any]) -> str:
    said = facts.cannot_answer(report)
    items = "".join(f"<li>{foreign(each, facts.SENTENCE)}</li>" for each in said)
    return section(words.HEAD_CANNOT, f"<ul>{items}</ul>" if items else "", "cannot")


def _dates(report: Mapping[str, Any]) -> str:
    chart = charts.over_time(facts.mapping(report, "days"), facts.gaps_of(report))
    if not chart.svg:
        return ""
    rows = [[escape(bar.label), number(bar.rows)] for bar in chart.bars]
    numbers = table([(words.COLUMN_FROM, ""), (words.COLUMN_ROWS, "number")], rows)
    return section(
        words.HEAD_DATES,
        f"<figure>{chart.svg}<figcaption>{escape(chart.words)}</figcaption></figure>\n"
        f'<details class="numbers"><summary>{words.CHART_NUMBERS}</summary>{numbers}</details>',
    )


def _doubts(report: Mapping[str, Any]) -> str:
    items = []
    for each in facts.doubts(report):
        confirm, reject = (
            f"<code>{escape(facts.command(template, id=each.get('id', '')))}</code>"
            for template in (words.CONFIRM_COMMAND, words.REJECT_COMMAND)
        )
        why = foreign(each.get("why") or "", facts.SENTENCE)
        items.append(
            f'<li><div>{foreign(facts.doubt_head(each), facts.SENTENCE)}<span class="says">{why}</span></div>'
            f'<div class="todo"><span>{words.TO_CONFIRM} {confirm}</span><span>{words.TO_REJECT} {reject}</span>'
            "</div></li>"
        )
    if not items:
        return ""
    shown, more = items[:OPEN], items[OPEN:MOST]
    hidden = folded(len(items) - len(shown), f'<ul class="doubts">{"".join(more)}</ul>')
    lead = f'<p class="soft">{words.LEAD_DOUBTS}</p>'
    return section(words.HEAD_DOUBTS, f'{lead}<ul class="doubts">{"".join(shown)}</ul>{hidden}')


# The details


def _columns(report: Mapping[str, Any]) -> str:
    parts = "".join(
        [
            _offences(report),
            _unmapped(report),
            _counted(words.HEAD_REJECTED, facts.ranked(facts.mapping(report, "rejected"))),
            _agreement(report),
            _counted(words.HEAD_REPEATS, facts.ranked(facts.mapping(report, "duplicates"))),
            _counted(words.HEAD_WARTS, facts.warts(report), facts.SENTENCE),
            _notes(report),
            _mapping(report),
        ]
    )
    return f'<div class="columns">\n{parts}</div>\n' if parts else ""


def _offences(report: Mapping[str, Any]) -> str:
    found = [(slug, n) for slug, n in facts.ranked(facts.mapping(report, "offences")) if n]
    most = max((n for _, n in found), default=0)
    rows = [
        [foreign(facts.offence_name(slug)), f'<td class="chart">{charts.single(n / most)}</td>', number(n)]
        for slug, n in found
    ]
    heads = [(words.COLUMN_OFFENCE, ""), ("", ""), (words.COLUMN_ROWS, "number")]
    return section(words.HEAD_OFFENCES, tables(heads, rows))


def _unmapped(report: Mapping[str, Any]) -> str:
    codes = facts.ranked(facts.mapping(report, "unmapped"))
    if not codes:
        return ""
    proposed = facts.mapping(report, "proposed")
    rows = []
    for code, n in codes:
        found = proposed.get(code)
        told = f'<span class="code">{foreign(code)}</span>'
        if isinstance(found, Mapping):
            if found.get("description"):
                told += f" {foreign(found['description'])}"
            told += '<span class="says">{}</span>'.format(
                words.PROPOSED.format(
                    slug=foreign(facts.offence_name(found.get("slug", ""))),
                    like=foreign(found.get("like", "")),
                    score=escape(facts.score(found.get("score"))),
                )
            )
        rows.append([told, number(n)])
    total = sum(n for _, n in codes)
    lead = words.LEAD_UNMAPPED_ONE if total == 1 else words.LEAD_UNMAPPED.format(rows=f"{total:,}")
    if proposed:
        command = facts.command(words.ACCEPT_COMMAND, source=facts.source_of(report))
        lead += f" {words.LEAD_ACCEPT} <code>{escape(command)}</code>"
    if len(proposed) < len(codes):
        command = facts.command(words.MEANING_COMMAND, source=facts.source_of(report))
        lead += f" {words.LEAD_MEANING} <code>{escape(command)}</code>"
    heads = [(words.COLUMN_CODE, ""), (words.COLUMN_ROWS, "number")]
    return section(words.HEAD_UNMAPPED, f'<p class="soft lead">{lead}</p>{tables(heads, rows)}')


def _agreement(report: Mapping[str, Any]) -> str:
    items = "".join(f"<li>{text(', '.join(said), facts.SENTENCE)}.</li>" for _, _, said in facts.agreement(report))
    return section(words.HEAD_AGREEMENT, f'<ul class="lines">{items}</ul>' if items else "")


def _counted(head: str, counts: Sequence[tuple[str, int]], most: int = 120) -> str:
    rows = [[number(n), foreign(name, most)] for name, n in counts if n]
    return section(head, tables([], rows, "plain"))


def _notes(report: Mapping[str, Any]) -> str:
    said = facts.sentences(report, "notes")
    if report.get("precision") == "hour":
        said.insert(0, words.WHOLE_HOURS)
    items = "".join(f"<li>{foreign(each, facts.SENTENCE)}</li>" for each in said[:MOST])
    return section(words.HEAD_NOTES, f'<ul class="lines">{items}</ul>' if items else "")


def _mapping(report: Mapping[str, Any]) -> str:
    rows = []
    for field, column in facts.mapping(report, "mapping").items():
        names = column if isinstance(column, list | tuple) else [column] if column is not None else []
        told = ", ".join(foreign(name) for name in names[:6]) or words.NO_COLUMN
        rows.append([foreign(field), told])
    return section(words.HEAD_MAPPING, tables([(words.COLUMN_FIELD, ""), (words.COLUMN_COLUMN, "")], rows))


def _footer(report: Mapping[str, Any]) -> str:
    dates = _span(report)
    foot = words.FOOT if dates else words.FOOT_NO_DATES
    told = foot.format(file=foreign(report.get("file", "")), source=_source(report), span=escape(dates))
    return f"<footer>{told}</footer>\n"
