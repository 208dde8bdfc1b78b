"""Charts of a page: what is drawn is what is said, at any span of dates and without colour."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from ilp_core.present.charts import Chart, Part, over_time, patterns, single, stacked, swatch


def shapes(chart: str) -> list[dict[str, str]]:
    """The rectangles of a drawing, which must be well-formed."""
    drawing = ElementTree.fromstring(chart)  # noqa: S314 - the drawing is the project's own
    return [each.attrib for each in drawing.iter("rect")]


def solid(chart: Chart) -> list[dict[str, str]]:
    return [each for each in shapes(chart.svg) if each.get("class") == "solid"]


def days(first: str, number: int, rows: int = 5) -> dict[str, int]:
    begin = date.fromisoformat(first)
    return {(begin + timedelta(n)).isoformat(): rows for n in range(number)}


def percent(text: str) -> float:
    return float(text.removesuffix("%"))


def test_a_stacked_bar_is_full_and_shows_even_one_row() -> None:
    chart = stacked([Part("loaded", 807_906, "solid"), Part("known", 0, "pale"), Part("rejected", 36, "hatched")])

    parts = [each for each in shapes(chart.svg) if each.get("class") in ("solid", "hatched")]
    assert [percent(each["width"]) for each in parts] == [99.0, 1.0]
    assert chart.words == "807,906 loaded (over 99.9%), 36 rejected (under 0.1%)."
    assert f'aria-label="{chart.words}"' in chart.svg


def test_parts_differ_without_colour() -> None:
    chart = stacked([Part("a", 1, "solid"), Part("b", 1, "dotted"), Part("c", 1, "pale"), Part("d", 1, "hatched")])

    filled = {each["fill"] for each in shapes(chart.svg) if "fill" in each}
    assert filled == {"url(#dotted)", "url(#hatched)"}
    assert all(f'id="{name[5:-1]}"' in patterns() for name in filled)
    assert all(f"url(#{look})" in swatch(look) for look in ("dotted", "hatched"))


@pytest.mark.parametrize(("share", "width"), [(0.0, 0.0), (0.0001, 1.0), (0.25, 25.0), (1.0, 100.0), (7.0, 100.0)])
def test_a_single_bar_is_as_long_as_its_share(share: float, width: float) -> None:
    assert [percent(each["width"]) for each in shapes(single(share))] == [100.0, width]


@pytest.mark.parametrize(
    ("number", "unit", "bars"),
    [(1, None, 1), (30, "day", 30), (120, "day", 120), (121, "week", 18), (840, "week", 120), (1096, "month", 36)],
)
def test_the_span_decides_the_unit(number: int, unit: str | None, bars: int) -> None:
    chart = over_time(days("2014-01-01", number), [])

    assert len(chart.bars) == len(solid(chart)) == bars
    assert sum(bar.rows for bar in chart.bars) == 5 * number
    assert unit is None or f"rows by {unit}," in chart.words


def test_weeks_are_told_by_their_days() -> None:
    chart = over_time({**days("2016-01-01", 200), "2016-03-12": 9}, [])

    assert chart.words == ("1,004 rows by week, 1 Jan 2016 to 18 Jul 2016. Most: the week from 11 Mar 2016, 39.")


def test_far_apart_years_stay_readable() -> None:
    chart = over_time({"1900-01-01": 1, "2016-07-15": 8, "9999-12-31": 1}, [])

    assert len(chart.bars) <= 120
    assert [bar.rows for bar in chart.bars if bar.rows] == [1, 8, 1]
    assert chart.words == "10 rows by span of years, 1900–1967 to 9992–9999. Most: 1968–2035, 8."


def test_months_are_drawn_as_months_with_their_gaps() -> None:
    found = {"2016-07": 27_176, "2017-07": 28_537, "2018-07": 31_635}
    gap = (date(2016, 8, 1), date(2017, 6, 30), True)
    chart = over_time(found, [gap])

    assert len(chart.bars) == 25
    assert chart.words == (
        "87,348 rows by month, Jul 2016 to Jul 2018. Most: Jul 2018, 31,635. "
        "No rows (hatched): Aug 2016 to Jun 2017 (11 months)."
    )
    hatched = [each for each in shapes(chart.svg) if each.get("class") == "gap"]
    assert len(hatched) == 1
    # 31 of the 761 days stand before it, and it takes 334.
    assert [percent(hatched[0][side]) for side in ("x", "width")] == [pytest.approx(4.07, abs=0.01), 43.89]


def test_many_gaps_are_all_hatched_and_the_longest_named() -> None:
    found = days("2016-01-01", 60)
    gaps = [(date(2016, 1, n), date(2016, 1, n + n % 5), False) for n in range(2, 26, 4)]
    chart = over_time(found, gaps)

    assert len([each for each in shapes(chart.svg) if each.get("class") == "gap"]) == 6
    assert chart.words.endswith("and 2 more.")


def test_bars_are_as_high_as_their_rows() -> None:
    chart = over_time({"2016-07-01": 100, "2016-07-02": 50, "2016-07-03": 0, "2016-07-04": 1}, [])
    high = [float(each["height"]) for each in solid(chart)]

    assert high[1] == pytest.approx(high[0] / 2, abs=0.1)
    assert high[2] == 1.0
    assert len(high) == 3


def test_nothing_gives_no_chart() -> None:
    assert over_time({}, []) == over_time({"2016-13-45": 4, "<b>": 1}, []) == stacked([]) == Chart("", "")


@pytest.mark.parametrize("number", [1, 2, 5, 26, 60, 100, 120, 200, 400, 840, 1_096, 3_000, 20_000])
def test_labels_of_the_axis_keep_apart(number: int) -> None:
    chart = over_time(days("2001-02-03", number), [])
    drawn = re.findall(r'<text x="([\d.]+)%" y="\d+"( text-anchor="end")?>([^<]+)<', chart.svg)

    spans = [
        (float(x) - 2.2 * len(label), float(x)) if ends else (float(x), float(x) + 2.2 * len(label))
        for x, ends, label in drawn
    ]
    assert spans
    assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    assert 0 <= spans[0][0] <= spans[-1][1] <= 100
