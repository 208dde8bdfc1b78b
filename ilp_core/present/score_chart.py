"""Charts of a back-test as SVG that stands alone: the hit-rate curve and every PAI with its interval.

Lines differ by dashes and are named at their ends, so that the chart is read without colour too; it says in words
what it shows. The same result gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from ilp_core.analyse.backtest.choose import chosen
from ilp_core.analyse.backtest.measures import AREA_SHARES, DECISION_SHARE
from ilp_core.analyse.backtest.result import CURVE_SHARES, BacktestResult, Row
from ilp_core.present.score_report import number, percent
from ilp_core.words import backtest as words

#: All in px: width of the chart, height of the curve's room, of a line of the table of intervals, and the margins.
_WIDTH: Final = 760
_ROOM: Final = 260
_LINE: Final = 17
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 190, 34, 40
_GAP: Final = 24
#: The curve is drawn to this share of the area: beyond it no patrol plan goes [this project's choice].
_MOST_AREA: Final = 0.20
#: As many curves as can be told apart.
_MOST_CURVES: Final = 5
#: Colours that differ for the colour-blind too (Okabe & Ito 2008), each with dashes of its own.
_LOOKS: Final = (("#0072b2", ""), ("#d55e00", "7 3"), ("#009e73", "2 3"), ("#56606a", "9 3 2 3"), ("#cc79a7", "4 4"))
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#17222c}.title{font-weight:600;font-size:14px}.soft{fill:#4f5d6a}"
    ".end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:#d3dae1}.axis{stroke:#4f5d6a}"
    "polyline{fill:none;stroke-width:2}"
)


def backtest_svg(result: BacktestResult) -> str:
    """One drawing for each offence, one below the other."""
    parts, top = [], 0
    for offence in result.offences:
        drawn, height = _offence(result, offence)
        parts.append(f'<g transform="translate(0 {top})">{drawn}</g>')
        top += height
    said = " ".join(_says(result, offence) for offence in result.offences)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" width="{_WIDTH}" height="{top}" '
        f'role="img" aria-label="{escape(said)}"><title>{escape(said)}</title><style>{_STYLE}</style>'
        f'<rect width="{_WIDTH}" height="{top}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _says(result: BacktestResult, offence: str) -> str:
    rows = result.of(offence, DECISION_SHARE)
    best = max(rows, key=lambda row: row.pai)
    naive = max((row for row in rows if row.kind == "naive"), key=lambda row: row.pai)
    return words.CHART_SAYS.format(
        offence=offence,
        best=best.method,
        share=f"{best.hit_rate:.1%}",
        naive=naive.method,
        naive_share=f"{naive.hit_rate:.1%}",
    )


def _offence(result: BacktestResult, offence: str) -> tuple[str, int]:
    curve = _curves(result, offence)
    table, height = _intervals(result, offence)
    top = _TOP + _ROOM + _BOTTOM + _GAP
    return f'{curve}<g transform="translate(0 {top})">{table}</g>', top + height + _GAP


def _shown(result: BacktestResult, offence: str) -> list[str]:
    """The methods whose curves are drawn: the chosen one, the best of each kind, then the best of the rest."""
    rows = sorted(result.of(offence, DECISION_SHARE), key=lambda row: -row.pai)
    first = [choice.method for choice in chosen(result) if choice.offence == offence]
    kinds = [next((row.method for row in rows if row.kind == kind), None) for kind in ("naive", "learned", "rival")]
    names = [*first, *(name for name in kinds if name), *(row.method for row in rows)]
    return list(dict.fromkeys(names))[:_MOST_CURVES]


def _curves(result: BacktestResult, offence: str) -> str:
    shown = _shown(result, offence)
    within = [n for n, share in enumerate(CURVE_SHARES) if share <= _MOST_AREA]
    curves = {name: [result.curves[offence, name][n] for n in within] for name in shown}
    most = max(0.05, max(max(curve) for curve in curves.values()) * 1.05)
    wide = _WIDTH - _LEFT - _RIGHT

    def at(area: float, share: float) -> tuple[float, float]:
        return _LEFT + area / _MOST_AREA * wide, _TOP + _ROOM * (1 - share / most)

    parts = [f'<text class="title" x="0" y="16">{escape(words.CURVE_TITLE.format(offence=offence))}</text>']
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if most / step <= 6)
    for tick in range(int(most / step) + 1):
        y = at(0, tick * step)[1]
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + wide}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="soft end" x="{_LEFT - 6}" y="{y + 4:.1f}">{tick * step:.0%}</text>')
    base = _TOP + _ROOM
    for area in (0.0, 0.05, 0.10, 0.15, 0.20):
        x = at(area, 0)[0]
        parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 5}"/>')
        parts.append(f'<text class="soft middle" x="{x:.1f}" y="{base + 19}">{area:.0%}</text>')
    parts.append(
        f'<text class="soft middle" x="{_LEFT + wide / 2:.1f}" y="{base + 35}">{escape(words.CURVE_X)}</text>'
    )
    ends = []
    for name, (colour, dashes) in zip(shown, _LOOKS, strict=False):
        points = [at(CURVE_SHARES[n], curves[name][place]) for place, n in enumerate(within)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" stroke="{colour}" stroke-dasharray="{dashes}"/>')
        ends.append((points[-1][1], name, colour))
    (x0, y0), (x1, y1) = at(0, 0), at(_MOST_AREA, min(most, _MOST_AREA))
    parts.append(
        f'<line class="axis" stroke-dasharray="1 3" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'
    )
    return "".join([*parts, *_labels([*ends, (y1, words.CHANCE, "#4f5d6a")], _LEFT + wide + 8)])


def _labels(ends: Sequence[tuple[float, str, str]], x: float) -> list[str]:
    """The names at the ends of the lines, pushed apart where they would run into each other."""
    parts, free = [], 0.0
    for y, name, colour in sorted(ends):
        place = max(y + 4, free)
        free = place + 14
        parts.append(f'<text x="{x:.0f}" y="{place:.1f}" style="fill:{colour}">{escape(name)}</text>')
    return parts


def _intervals(result: BacktestResult, offence: str) -> tuple[str, int]:
    """Every method at every share, as a mark with its interval, one column for each share."""
    columns = [result.of(offence, share) for share in AREA_SHARES]
    left = 150
    wide = (_WIDTH - left) / len(columns)
    parts = [f'<text class="title" x="0" y="16">{escape(words.PAI_TITLE.format(offence=offence))}</text>']
    for n, row in enumerate(columns[0]):
        parts.append(f'<text x="0" y="{_TOP + 26 + n * _LINE}">{escape(row.method)}</text>')
    for place, rows in enumerate(columns):
        parts.append(_column(rows, AREA_SHARES[place], left + place * wide, wide - 12))
    return "".join(parts), _TOP + 26 + len(columns[0]) * _LINE


def _column(rows: Sequence[Row], share: float, left: float, wide: float) -> str:
    lowest, most = min(row.pai_lo for row in rows), max(row.pai_hi for row in rows)
    bar = wide - 44
    best = max((row.pai for row in rows if row.kind == "naive"), default=lowest)

    def across(value: float) -> float:
        return left + 4 + (value - lowest) / ((most - lowest) or 1.0) * bar

    parts = [f'<text class="soft" x="{left:.1f}" y="{_TOP + 6}">{percent(share)}</text>']
    line = across(best)
    bottom = _TOP + 18 + len(rows) * _LINE
    parts.append(f'<line class="grid" x1="{line:.1f}" x2="{line:.1f}" y1="{_TOP + 12}" y2="{bottom}"/>')
    for n, row in enumerate(rows):
        y = _TOP + 22 + n * _LINE
        colour = {"naive": "#4f5d6a", "rival": "#009e73", "learned": "#0072b2"}[row.kind]
        low, middle, high = (across(value) for value in (row.pai_lo, row.pai, row.pai_hi))
        parts.append(
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{middle:.1f}" cy="{y}" r="3.5" fill="{colour}"/>'
            f'<text class="end" x="{left + wide:.1f}" y="{y + 4}">{number(row.pai)}</text>'
        )
    return "".join(parts)
