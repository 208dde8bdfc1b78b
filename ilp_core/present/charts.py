"""Small charts as inline SVG: a stacked bar of shares, a single bar, rows over time with gaps hatched.

Widths are percentages and letters are not scaled, so a chart fits a phone and a sheet of paper alike. Each chart
tells in words what it shows; patterns and lengths carry it without colour. Colours come from the page's stylesheet.
The same numbers give the same bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from ilp_core.present.dates import day, gap_words, month, month_end, span
from ilp_core.present.load_facts import count, percent
from ilp_core.words import imports as words

#: The longest span, in bars, for each unit; beyond the last, bars of several years. About what a phone's
#: 330 px show as separate bars [this project's choice].
_MOST_BARS: Final = 120
#: A part that is there is seen: no narrower than this, in percent of the bar [this project's choice].
_LEAST_PART: Final = 1.0
#: Heights in px: of a bar, and of the chart's room for bars between its top label and its axis labels.
_BAR: Final = 10
_TOP, _ROOM, _AXIS = 20, 92, 22
#: Width of a sign of the axis labels, 12 px high, in percent of a phone's 328 px.
_SIGN: Final = 2.2
#: Steps between labels of the axis, per unit, in bars.
_STEPS: Final = {
    "day": (1, 2, 7, 14, 21, 28, 42),
    "week": (1, 2, 4, 8, 13, 26, 40),
    "month": (1, 2, 3, 6, 12, 24, 60),
    "year": (1, 2, 5, 10, 20, 50),
    "years": (1, 2, 5, 10, 20, 50),
}
_MOST_GAPS_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole; ``look`` is the name of its pattern: solid, dotted, pale or hatched."""

    label: str
    count: int
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The rows of one span of days, both ends included, and what the span is called."""

    first: date
    last: date
    rows: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and what it says: ``words`` stands under it, ``bars`` is all of it as numbers."""

    svg: str
    words: str
    bars: tuple[Bar, ...] = ()


def single(share: float) -> str:
    """A bar of ``share`` (0 to 1) of its width, for a table whose next cell holds the number."""
    width = min(max(share, 0.0), 1.0) * 100
    width = max(width, _LEAST_PART) if width else 0.0
    shape = f'height="{_BAR}" rx="2"'
    return (
        f'<svg class="bar" height="{_BAR}" aria-hidden="true"><rect class="track" width="100%" {shape}/>'
        f'<rect class="solid" width="{width:.2f}%" {shape}/></svg>'
    )


def swatch(look: str) -> str:
    """The key of a part of a stacked bar."""
    body = f'<rect class="{look}" x=".5" y=".5" width="11" height="11" rx="2"/>'
    over = f'<rect fill="url(#{look})" width="12" height="12" rx="2"/>' if look in ("dotted", "hatched") else ""
    return f'<svg class="key" width="12" height="12" aria-hidden="true">{body}{over}</svg>'


def patterns() -> str:
    """The patterns that the charts of a page share; to be put into the page once."""
    return (
        '<svg width="0" height="0" class="patterns" aria-hidden="true"><defs>'
        '<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="stroke" x1="1" y1="0" x2="1" y2="6"/></pattern>'
        '<pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<circle class="dot" cx="2.5" cy="2.5" r="1.1"/></pattern>'
        "</defs></svg>"
    )


def stacked(parts: Sequence[Part], height: int = 26) -> Chart:
    """One bar of all ``parts``, in their order; a part of nothing is left out."""
    there = [part for part in parts if part.count > 0]
    total = sum(part.count for part in there)
    if not total:
        return Chart("", "")
    said = [
        words.CHART_PART.format(label=part.label, count=f"{part.count:,}", share=percent(part.count / total))
        for part in there
    ]
    widths = _widths([part.count / total for part in there])
    drawn, left = [], 0.0
    for part, width in zip(there, widths, strict=True):
        place = f'x="{left:.2f}%" width="{width:.2f}%" height="{height}"'
        drawn.append(f'<rect class="{part.look}" {place}/>')
        if part.look in ("dotted", "hatched"):
            drawn.append(f'<rect fill="url(#{part.look})" {place}/>')
        if left:
            drawn.append(f'<rect class="seam" x="{left:.2f}%" width="2" height="{height}"/>')
        left += width
    text = ", ".join(said) + "."
    return Chart(
        f'<svg class="stack" height="{height}" role="img" aria-label="{escape(text)}">{"".join(drawn)}</svg>', text
    )


def _widths(shares: Sequence[float]) -> list[float]:
    """Percentages that add up to 100, none under the least; what the small take, the others give."""
    small = sum(1 for share in shares if share * 100 < _LEAST_PART)
    rest = sum(share for share in shares if share * 100 >= _LEAST_PART)
    room = 100 - small * _LEAST_PART
    return [_LEAST_PART if share * 100 < _LEAST_PART else share / rest * room for share in shares]


def over_time(days: Mapping[str, object], gaps: Sequence[tuple[date, date, bool]]) -> Chart:
    """Rows by day, week, month or year, whichever the span allows, with ``gaps`` hatched and named.

    ``days`` counts rows by ``2016-07-15`` or, where only months are known, ``2016-07``; anything else is left out.
    """
    found = [(spanned, count(n)) for key, n in days.items() if (spanned := span(key)) is not None]
    total = sum(n for _, n in found)
    if not total:
        return Chart("", "")
    unit, bars = _bars(found)
    peak = max(bars, key=lambda bar: bar.rows)
    if len(bars) == 1:
        said = [words.CHART_ONE.format(rows=f"{total:,}", first=bars[0].label)]
    else:
        said = [
            words.CHART_DAYS.format(
                rows=f"{total:,}",
                unit=words.CHART_UNIT[unit],
                first=bars[0].label,
                # A week is called by its first day, but the data ends with its own last one.
                last=day(max(spanned[1] for spanned, _ in found)) if unit in ("day", "week") else bars[-1].label,
                most=words.WEEK_OF.format(day=peak.label) if unit == "week" else peak.label,
                peak=f"{peak.rows:,}",
            )
        ]
    shown = [gap for gap in gaps if gap[1] >= bars[0].first and gap[0] <= bars[-1].last]
    if shown:
        longest = sorted(sorted(shown, key=lambda gap: gap[0] - gap[1])[:_MOST_GAPS_NAMED])
        named = "; ".join(gap_words(gap) for gap in longest)
        more = len(shown) - len(longest)
        said.append((words.CHART_GAPS_MORE if more else words.CHART_GAPS).format(gaps=named, count=f"{more:,}"))
    text = " ".join(said)
    return Chart(_drawn(bars, unit, peak.rows, shown, text), text, tuple(bars))


def _bars(found: Sequence[tuple[tuple[date, date], int]]) -> tuple[str, list[Bar]]:
    first = min(part[0] for part, _ in found)
    last = max(part[1] for part, _ in found)
    months = any(part[0] != part[1] for part, _ in found)
    length = (last - first).days + 1
    years = last.year - first.year + 1
    if length <= _MOST_BARS and not months:
        unit, edges = "day", _every(first, last, 1)
    elif length <= _MOST_BARS * 7 and not months:
        # Weeks of the data's own first day: only the last may be cut short.
        unit, edges = "week", _every(first, last, 7)
    elif years * 12 <= _MOST_BARS:
        unit, edges = "month", _months(first, last)
    else:
        step = -(-years // _MOST_BARS)
        unit = "year" if step == 1 else "years"
        edges = [
            (date(year, 1, 1), date(min(year + step - 1, 9999), 12, 31))
            for year in range(first.year, last.year + 1, step)
        ]
    rows = dict.fromkeys(edges, 0)
    starts = [edge[0].toordinal() for edge in edges]
    for part, n in found:
        rows[edges[_at(starts, part[0].toordinal())]] += n
    return unit, [Bar(*edge, n, _label(edge, unit)) for edge, n in rows.items()]


def _at(starts: Sequence[int], ordinal: int) -> int:
    return bisect_right(starts, ordinal) - 1


def _every(first: date, last: date, step: int) -> list[tuple[date, date]]:
    ordinals = range(first.toordinal(), last.toordinal() + 1, step)
    return [(date.fromordinal(n), date.fromordinal(min(n + step - 1, date.max.toordinal()))) for n in ordinals]


def _months(first: date, last: date) -> list[tuple[date, date]]:
    found = []
    at = first.replace(day=1)
    while True:
        end = month_end(at)
        found.append((at, end))
        if end >= last:
            return found
        at = end + timedelta(days=1)


def _label(edge: tuple[date, date], unit: str) -> str:
    if unit == "month":
        return month(edge[0])
    if unit == "year":
        return str(edge[0].year)
    if unit == "years":
        return f"{edge[0].year}–{edge[1].year}"
    return day(edge[0])


def _drawn(bars: Sequence[Bar], unit: str, peak: int, gaps: Sequence[tuple[date, date, bool]], text: str) -> str:
    start = bars[0].first.toordinal()
    length = bars[-1].last.toordinal() + 1 - start
    base = _TOP + _ROOM

    def across(ordinal: int) -> float:
        return (ordinal - start) / length * 100

    drawn = [f'<line class="grid" x1="0" x2="100%" y1="{_TOP}.5" y2="{_TOP}.5"/>']
    for bar in bars:
        if bar.rows:
            left = across(bar.first.toordinal())
            # A lone day would else be a wall from edge to edge.
            width = min(across(bar.last.toordinal() + 1) - left, 20.0)
            high = max(bar.rows / peak * _ROOM, 1.0)
            drawn.append(
                f'<rect class="solid" x="{left + width * 0.06:.2f}%" width="{width * 0.88:.2f}%" '
                f'y="{base - high:.1f}" height="{high:.1f}"/>'
            )
    # Over the bars: a gap may lie within a month that has rows.
    for gap in gaps:
        left = max(across(gap[0].toordinal()), 0.0)
        width = min(across(gap[1].toordinal() + 1), 100.0) - left
        drawn.append(
            f'<rect class="gap" fill="url(#hatched)" x="{left:.2f}%" width="{max(width, 1.0):.2f}%" '
            f'y="{_TOP}" height="{_ROOM}"/>'
        )
    drawn.append(f'<line class="axis" x1="0" x2="100%" y1="{base}.5" y2="{base}.5"/>')
    drawn.append(f'<text x="0" y="{_TOP - 6}">{peak:,}</text>')
    for n, left, ends in _ticks(bars, unit, across):
        anchor = ' text-anchor="end"' if ends else ""
        drawn.append(f'<line class="axis" x1="{left:.2f}%" x2="{left:.2f}%" y1="{base}" y2="{base + 5}"/>')
        drawn.append(f'<text x="{left:.2f}%" y="{base + 18}"{anchor}>{escape(bars[n].label)}</text>')
    return (
        f'<svg class="days" height="{_TOP + _ROOM + _AXIS}" role="img" aria-label="{escape(text)}">'
        f"{''.join(drawn)}</svg>"
    )


def _ticks(bars: Sequence[Bar], unit: str, across: Callable[[int], float]) -> list[tuple[int, float, bool]]:
    """The bars that get a label, at the closest step whose labels do not run into each other: the bar, its place
    in percent, and whether the label ends there because it would leave the chart."""
    for step in _STEPS[unit]:
        chosen = [n for n, bar in enumerate(bars) if _ordinal(bar, n, unit) % step == 0]
        placed, free = [], 0.0
        for n in chosen:
            left, width = across(bars[n].first.toordinal()), len(bars[n].label) * _SIGN
            ends = left + width > 100
            if left - (width if ends else 0) < free:
                break
            free = left + (0 if ends else width) + 2 * _SIGN
            placed.append((n, left, ends))
        if placed and len(placed) == len(chosen):
            return placed
    return [(0, 0.0, False)]


def _ordinal(bar: Bar, n: int, unit: str) -> int:
    if unit == "month":
        return bar.first.year * 12 + bar.first.month - 1
    return bar.first.year if unit == "year" else n
