"""Analyse, where: hot now, one finding of all parts, equal to the parts and moved by nothing but the evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.rates import test_poisson_2indep as compare_rates

from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.where.density import Smoother, density_of
from ilp_core.analyse.where.gi_star import find_hot_cells, gi_star
from ilp_core.analyse.where.grid import Grid, grid_over
from ilp_core.analyse.where.hot_now import HotNow, Placed, _trend, hot_now
from ilp_core.analyse.where.lattice import Lattice
from ilp_core.domain.windows import Hours
from tests.frames import DAY, NOW, Made, a_town_with_a_burst, days_ago, frame_of, made_town, thousand

GRID = Grid(200.0, 0, 0, np.ones((20, 20), dtype=bool))
NOWHERE = float("nan")


def spoken(rows: list[Made]) -> tuple[IncidentFrame, Evidence]:
    frame = frame_of(rows)
    return frame, gather(frame, frame.all_rows, Limits(), NOW)


def said(found: HotNow) -> list[Any]:
    """All of a finding but the numbers of its rows and how many were left out."""
    basis = replace(found.basis, considered=0, excluded={})
    parts = [found.counts, found.density, found.gi.z, found.gi.p, found.gi.q, found.by_hour]
    return [part.tobytes() for part in parts] + [
        found.named, found.trend, found.hourless, found.outside, len(found.rows), repr(basis)
    ]  # fmt: skip


def test_it_says_what_its_parts_say() -> None:
    frame, evidence = spoken(made_town(1, span=200 * DAY))
    found = hot_now(frame, evidence, GRID, NOW, days=100)
    now = frame.seen(evidence.rows, NOW - 100 * DAY, NOW, NOW)
    counts = GRID.counts(frame.column["x"][now], frame.column["y"][now])

    np.testing.assert_array_equal(found.counts, counts)
    np.testing.assert_array_equal(found.gi.q, gi_star(Lattice(GRID), counts).q)
    np.testing.assert_array_equal(found.density, Smoother(GRID).of_cells(counts))
    assert found.trend is not None
    assert found.trend.count == len(now) == len(found.rows) == int(counts.sum()) + found.outside
    assert found.trend.count + found.trend.before == len(evidence)
    hours = np.bincount(frame.column["local"][now[frame.column["timed"][now] == 1]] % DAY // 3_600, minlength=24)
    np.testing.assert_array_equal(found.by_hour, hours)
    assert found.share_by_hour.sum() == pytest.approx(1.0)
    assert found.hourless == len(now) - hours.sum()
    assert (found.basis.rows, found.basis.parameters["days"]) == (len(evidence), 100)


def test_a_hot_place_is_named_by_its_street() -> None:
    places = np.random.default_rng(2).uniform(0, 4_000, (400, 2)).tolist()
    rows = [days_ago(n % 27 + 0.1, x=x, y=y, block="001XX E OAK ST") for n, (x, y) in enumerate(places)]
    street = {"x": 2_110.0, "block": "079XX S WESTERN AVE"}
    rows += [days_ago(n % 27 + 0.5, y=1_910.0 + 10 * n, **street) for n in range(80)]
    found = hot_now(*spoken(rows), GRID, NOW)

    assert "7900 blk S Western Ave" in {one.label for one in found.named[:9]}
    best = found.named[0]
    assert best.q <= 0.05
    assert best.around > best.usual
    assert [one.q for one in found.named] == sorted(one.q for one in found.named)
    assert found.gi.hot()[best.cell]
    x, y = GRID.middles
    assert (best.x, best.y) == (x[best.cell], y[best.cell])


def test_hours_limit_all_but_the_profile_of_hours() -> None:
    frame, evidence = spoken(made_town(3, span=100 * DAY))
    night = Hours(22 * 60, 6 * 60)
    whole, part = hot_now(frame, evidence, GRID, NOW), hot_now(frame, evidence, GRID, NOW, night)

    np.testing.assert_array_equal(whole.by_hour, part.by_hour)
    assert len(part.rows) == whole.by_hour[[22, 23, 0, 1, 2, 3, 4, 5]].sum()
    assert part.counts.sum() < whole.counts.sum()
    assert part.basis.parameters["hours"] == str(night)
    assert len(hot_now(frame, evidence, GRID, NOW, Hours(0, 0)).rows) == len(whole.rows)


@pytest.mark.parametrize(
    ("count", "before", "days", "days_before"), [(9, 4, 28, 28), (0, 7, 28, 28), (5, 0, 7, 28), (300, 250, 28, 20)]
)
def test_the_trend_is_that_of_the_exact_binomial_and_of_statsmodels(
    count: int, before: int, days: float, days_before: float
) -> None:
    found = _trend(count, before, days, days_before)
    assert found is not None
    share = days / (days + days_before)
    exact = binomtest(count, count + before, share)
    low, high = exact.proportion_ci(0.95, method="exact")

    ratio = [(limit / (1 - limit)) * days_before / days if limit < 1 else np.inf for limit in (low, high)]
    assert (found.low, found.high) == pytest.approx(tuple(ratio), rel=1e-9)
    if before:  # statsmodels divides by it
        rates = count, days, before, days_before
        sides = [
            compare_rates(*rates, method="exact-cond", alternative=side).pvalue for side in ("larger", "smaller")
        ]
        assert found.p == pytest.approx(min(1.0, 2 * min(sides)), rel=1e-9)
        assert found.ratio == pytest.approx(count / days / (before / days_before))


def test_a_time_before_that_is_not_on_file_gives_no_trend() -> None:
    frame, evidence = spoken([days_ago(n + 0.5) for n in range(20)])
    none = hot_now(frame, evidence, GRID, NOW, covered=Coverage(NOW - 21 * DAY, ()), days=21)
    half = hot_now(frame, evidence, GRID, NOW, covered=Coverage(NOW - 21 * DAY, ()), days=14)

    assert none.trend is None
    assert half.trend is not None
    assert (half.trend.count, half.trend.before, half.trend.days_before) == (14, 6, 7.0)
    assert half.trend.ratio == pytest.approx(14 / 14 / (6 / 7))


@pytest.mark.parametrize("where", ["at a hot place", "at the station", "at one new point", "all over"])
@pytest.mark.parametrize(
    "added",
    [{"initiated": 1}, {"domestic": 1}, {"codes": ["drugs", "weapons"]}, {"codes": ["shoplifting"]}, {"x": NOWHERE}],
    ids=["officer-initiated", "domestic", "enforcement", "shop theft", "unlocated"],
)
def test_a_thousand_rows_that_may_not_rank_leave_it_byte_for_byte(where: str, added: dict[str, Any]) -> None:
    """G05 and G46: surfaces, hot cells, trend, hours and the basis's digest."""
    town = a_town_with_a_burst(initiated=0)
    fields = {"initiated": 0, "block": "000XX A NEW ST"} | added
    new = thousand(where, **{name: value for name, value in fields.items() if name != "x"})
    if "x" in added:
        new = [replace(row, x=NOWHERE, y=NOWHERE) for row in new]

    before = said(hot_now(*spoken(town), GRID, NOW, days=182))
    assert said(hot_now(*spoken(town + new), GRID, NOW, days=182)) == before
    assert said(hot_now(*spoken(town + thousand(where, initiated=0)), GRID, NOW, days=182)) != before


def test_what_became_known_later_does_not_matter() -> None:
    town = made_town(4, span=100 * DAY)
    later = [days_ago(3, known=NOW + 5, x=900.0, y=900.0) for _ in range(50)] + [Made(NOW + n) for n in range(1, 50)]
    frame, evidence = spoken(town)
    more, also = spoken(town + later)
    shown = gather(more, more.seen(more.all_rows, float("-inf"), NOW, NOW), Limits(), NOW)

    assert said(hot_now(more, shown, GRID, NOW)) == said(hot_now(frame, evidence, GRID, NOW))
    # Even where the evidence was gathered too wide, only what was known counts.
    np.testing.assert_array_equal(hot_now(more, also, GRID, NOW).counts, hot_now(frame, evidence, GRID, NOW).counts)


def test_a_stray_position_changes_neither_the_grid_nor_what_is_hot() -> None:
    town = made_town(5, span=28 * DAY)
    frame, evidence = spoken(town)
    more, also = spoken([*town, days_ago(2, x=4e6, y=-9e6)])
    grids = [
        grid_over(one.column["x"][those.rows], one.column["y"][those.rows], 200.0)
        for one, those in ((frame, evidence), (more, also))
    ]
    found, stray = hot_now(frame, evidence, grids[0], NOW), hot_now(more, also, grids[1], NOW)

    np.testing.assert_array_equal(grids[0].inside, grids[1].inside)
    np.testing.assert_array_equal(found.gi.q, stray.gi.q)
    np.testing.assert_array_equal(found.density, stray.density)
    assert (found.outside, stray.outside) == (0, 1)


def test_what_is_kept_gives_the_same_answer_and_another_grid_is_refused() -> None:
    frame, evidence = spoken(made_town(6, span=100 * DAY))
    placed = Placed(frame, GRID)
    fresh = hot_now(frame, evidence, GRID, NOW)
    for _ in range(2):
        assert said(hot_now(frame, evidence, GRID, NOW, placed=placed)) == said(fresh)
    other = Grid(200.0, 0, 0, np.ones((20, 20), dtype=bool))
    with pytest.raises(ValueError, match="another frame or grid"):
        hot_now(frame, evidence, other, NOW, placed=placed)


def test_empty_and_one_cell_cities_are_answered() -> None:
    one = Grid(200.0, 0, 0, np.ones((1, 1), dtype=bool))
    none = Grid(200.0, 0, 0, np.zeros((1, 1), dtype=bool))
    frame, evidence = spoken([days_ago(1), days_ago(2)])
    nobody, nothing = spoken([days_ago(1, "drugs")])

    found = hot_now(frame, evidence, one, NOW)
    assert (found.counts.tolist(), found.named, found.outside) == ([2.0], (), 0)
    assert found.density[0] == pytest.approx(2 / 0.04)
    assert hot_now(frame, evidence, none, NOW).outside == 2
    quiet = hot_now(nobody, nothing, GRID, NOW)
    assert (quiet.counts.sum(), quiet.named, quiet.by_hour.sum()) == (0, (), 0)
    assert quiet.trend is not None
    assert (quiet.trend.count, quiet.trend.p) == (0, 1.0)
    assert np.isnan(quiet.trend.ratio)


def test_findings_of_the_parts_carry_their_basis_and_harm_weighs() -> None:
    frame, evidence = spoken(made_town(7))
    hot, surface = find_hot_cells(frame, evidence, GRID, harm=True), density_of(frame, evidence, GRID, harm=True)
    inside = GRID.cell_of(frame.column["x"][evidence.rows], frame.column["y"][evidence.rows]) >= 0

    assert hot.counts.sum() == pytest.approx(float(frame.harm[evidence.rows][inside].sum(dtype=float)))
    assert (hot.basis.digest, hot.basis.rows) == (surface.basis.digest, len(evidence))
    assert surface.basis.parameters["harm"] is True
    assert hot.basis.parameters["inference"] == hot.gi.inference
    assert hot.basis.excluded == evidence.excluded
