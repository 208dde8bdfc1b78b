"""Micro-time hotspots: the published rule proposes, the place's own year decides, chance opens next to nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, poisson

from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.micro_time import (
    BASELINE_DAYS,
    FALSE_DISCOVERY_RATE,
    PRIOR_DAYS,
    RADII_M,
    WINDOW_DAYS,
    MicroTime,
    adjust,
    find_micro_time,
)
from ilp_core.analyse.sinks import NO_SINKS
from ilp_core.collect.projection import project
from ilp_core.domain.offences import MICRO_TIME_OFFENCES
from tests.frames import DAY, NOW, YEAR, Made, all_rows, days_ago, days_of, frame_of, made_town
from tests.support import SHARED, require


def opened(rows: list[Made], at: float = NOW) -> list[MicroTime]:
    frame = frame_of(rows)
    return find_micro_time(
        frame, np.arange(frame.until(at - YEAR), frame.until(at)), at, NO_SINKS, days_of(frame, at)
    )


def past(code: str = "burglary", count: int = 400, *, middle: float = 0.0, seed: int = 1) -> list[Made]:
    """A year before the last fortnight, evenly over 6 by 6 km round ``middle``: what the force's mean is made of."""
    draw = np.random.default_rng(seed)
    points = middle + draw.uniform(-3_000, 3_000, (count, 2))
    return [days_ago(draw.uniform(15, 363), code, x=x, y=y) for x, y in points.tolist()]


def burst(count: int = 6, *, code: str = "burglary", reach: float = 40.0, apart: float = 2.0) -> list[Made]:
    """A crime at 0, 0 and others on a ring of ``reach`` metres, ``apart`` days from one to the next."""
    turns = np.linspace(0, 2 * np.pi, count - 1, endpoint=False)
    ring = [
        days_ago(1 + apart * n, code, x=float(reach * np.cos(turn)), y=float(reach * np.sin(turn)))
        for n, turn in enumerate(turns, start=1)
    ]
    return [days_ago(1, code, x=0.0, y=0.0), *ring]


@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=60))
@settings(deadline=None)
def test_adjusted_p_values_are_those_of_benjamini_and_hochberg(values: list[float]) -> None:
    p = np.array(values)
    assert adjust(p) == pytest.approx(false_discovery_control(p, method="bh"), abs=1e-12)


def test_a_planted_burst_opens_at_the_smallest_radius() -> None:
    (spot,) = opened([*past(), *burst()])
    assert spot.offence == "burglary"
    assert spot.count == 6
    assert spot.radius == RADII_M[0]
    assert spot.q <= FALSE_DISCOVERY_RATE
    assert (spot.x, spot.y) == pytest.approx((0.0, 0.0), abs=40)
    assert (spot.first, spot.last) == (days_ago(11).time, days_ago(1).time)


@pytest.mark.parametrize(("reach", "radius"), [(140.0, 150.0), (240.0, 250.0), (390.0, 400.0), (590.0, 600.0)])
def test_a_wider_burst_opens_at_the_smallest_radius_that_holds_it(reach: float, radius: float) -> None:
    spots = opened([*past(), *burst(5, reach=reach)])
    assert [(spot.radius, spot.count) for spot in spots] == [(radius, 5)]


def test_a_chronic_place_with_the_same_recent_count_does_not_open() -> None:
    usual = [days_ago(15 + 2.3 * n, x=5.0 * (n % 8), y=0.0) for n in range(150)]
    assert opened([*past(), *usual, *burst()]) == []


def test_the_published_rule_proposes_only_with_a_day_between() -> None:
    one_day = [*past(), *burst(6, apart=0.01)]
    assert opened(one_day) == []
    spots = opened([*one_day, days_ago(5, x=0.0, y=700.0)])
    assert [(spot.count, spot.radius) for spot in spots] == [(6, RADII_M[0])]


def test_crimes_half_a_mile_apart_are_not_proposed() -> None:
    pairs = [days_ago(1 + n % 2, x=2_000.0 * (n // 2) + 810 * (n % 2), y=0.0) for n in range(8)]
    assert opened([*past(), *pairs]) == []


def test_only_the_last_fortnight_counts() -> None:
    old = [days_ago(14.1 + n, x=0.0, y=0.0) for n in range(5)]
    assert opened([*past(), *old, days_ago(1, x=0.0, y=0.0)]) == []
    (spot,) = opened([*past(), *old, *burst()])
    assert spot.count == 6


def test_kinds_are_never_added_up() -> None:
    rows = [*past(), *past("robbery", seed=2), *burst(4), *burst(4, code="robbery", reach=30)]
    spots = opened(rows)
    assert sorted((spot.offence, spot.count) for spot in spots) == [("burglary", 4), ("robbery", 4)]
    mixed = [days_ago(1 + n, code, x=0.0, y=0.0) for n, code in enumerate(MICRO_TIME_OFFENCES)]
    assert opened([*past(), *mixed]) == []


@pytest.mark.parametrize("code", ["assault", "homicide", "other_theft", "shoplifting", "drugs"])
def test_only_kinds_of_the_published_rule_are_proposed(code: str) -> None:
    assert opened([*past(code), *burst(code=code)]) == []


@pytest.mark.parametrize("fields", [{"domestic": 1}, {"x": float("nan")}, {"initiated": 1}])
def test_records_that_may_not_rank_open_nothing(fields: dict[str, Any]) -> None:
    rows = [Made(row.time, row.code, **({"x": row.x, "y": row.y} | fields)) for row in burst()]
    assert opened([*past(), *rows]) == []


def test_two_crimes_open_nothing_where_no_crime_was_near_any_of_them_before() -> None:
    assert opened([*past(middle=50_000), days_ago(2, x=0.0, y=0.0), days_ago(4, x=100.0, y=0.0)]) == []


def test_two_crimes_open_nothing_where_there_is_no_past_to_compare_with() -> None:
    assert opened([days_ago(2, x=0.0, y=0.0), days_ago(4, x=100.0, y=0.0)]) == []


def test_a_source_that_starts_this_month_does_not_make_the_whole_town_hot() -> None:
    draw = np.random.default_rng(4)
    rows = [days_ago(draw.uniform(0, 30), x=float(x), y=float(y)) for x, y in draw.uniform(0, 6_000, (300, 2))]
    assert opened(rows) == []


def test_of_overlapping_candidates_one_opens() -> None:
    two = [*burst(), *(Made(row.time, row.code, x=row.x + 3_000, y=row.y) for row in burst(8, apart=1.5))]
    spots = opened([*past(), *two])
    assert [spot.count for spot in spots] == [8, 6], "the surest first"
    taken = [int(row) for spot in spots for row in spot.rows]
    assert len(taken) == len(set(taken))


def towns() -> st.SearchStrategy[list[Made]]:
    """A year of burglaries at a few dozen addresses."""
    address = st.integers(0, 40)
    return st.lists(st.tuples(st.integers(0, 363), address), min_size=30, max_size=80).map(
        lambda rows: [
            days_ago(day + n / 1_000, x=float(173 * (place % 7)), y=float(131 * (place // 7)))
            for n, (day, place) in enumerate(rows)
        ]
    )


@given(towns(), st.integers(3, 9))
@settings(max_examples=30, deadline=None)
def test_p_is_the_poisson_tail_of_the_other_crimes_given_the_places_own_year(town: list[Made], count: int) -> None:
    rows = [*town, *past(count=40), *(days_ago(1 + n, x=9_000.0, y=9_000.0) for n in range(count))]
    for spot in opened(rows):
        assert spot.p == pytest.approx(float(poisson.sf(spot.count - 2, spot.usual)), rel=1e-9)
        assert spot.p <= spot.q <= FALSE_DISCOVERY_RATE
        assert spot.count >= 2


def test_the_expectation_is_the_places_own_year_and_four_weeks_of_the_forces_mean() -> None:
    own = [days_ago(30 + 40 * n, x=0.0, y=0.0) for n in range(7)]
    earlier = [days_ago(days, x=50_000.0) for days in range(365, 900, 5)]
    (spot,) = opened([*earlier, *past(middle=50_000), *own, *burst(12, apart=1)])
    # Every recent crime stands within 150 m of the same seven, so the mean round them is seven as well.
    round_a_place = 7 + 7 * PRIOR_DAYS / BASELINE_DAYS
    assert spot.usual == pytest.approx(round_a_place * WINDOW_DAYS / (BASELINE_DAYS + PRIOR_DAYS))


def test_a_place_that_goes_along_with_a_busy_season_does_not_open() -> None:
    elsewhere = [days_ago(0.5 + n * 0.09, x=20_000.0 + 900 * n, y=0.0) for n in range(140)]
    own = [days_ago(15 + 9 * n, x=0.0, y=0.0) for n in range(38)]
    assert [spot.count for spot in opened([*past(), *own, *burst(7)])] == [7]
    # Some 16 such crimes a fortnight are usual elsewhere; with nine times as many, seven are no news.
    assert opened([*past(), *own, *burst(7), *elsewhere]) == []


def test_a_quiet_season_excuses_no_place() -> None:
    long_ago = past(count=4_000, middle=50_000, seed=3)
    (alone,), (beside,) = (opened([*past(), *more, *burst()]) for more in ([], long_ago))
    assert beside.usual == alone.usual


def test_a_hotspot_tells_its_area_and_its_street() -> None:
    (spot,) = opened([*past(), *burst()])
    assert (spot.label, spot.beat, spot.district) == ("7900 blk S Western Ave", "0835", "008")


def shuffled(frame: IncidentFrame, draw: np.random.Generator) -> IncidentFrame:
    """The same places and the same dates, joined at random."""
    order = draw.permutation(len(frame))
    return replace(frame, column={**frame.column, "x": frame.column["x"][order], "y": frame.column["y"][order]})


def openings(frame: IncidentFrame, at: float, years: int) -> list[int]:
    """How many hotspots open in each of ``years`` years with shuffled dates."""
    draw = np.random.default_rng(2016)
    days, rows = days_of(frame, at), all_rows(frame)
    return [len(find_micro_time(shuffled(frame, draw), rows, at, NO_SINKS, days)) for _ in range(years)]


def test_years_of_a_made_town_with_shuffled_dates_open_no_more_than_the_stated_rate() -> None:
    town = frame_of([row for row in made_town(8, size=3_000, span=YEAR) if row.code in MICRO_TIME_OFFENCES])
    assert np.mean(openings(town, NOW, 200)) <= FALSE_DISCOVERY_RATE


@pytest.mark.shared
def test_20_years_of_chicago_burglaries_with_shuffled_dates_open_one_in_twenty_of_the_real_ones_at_most() -> None:
    times, x, y = chicago_burglaries()
    rows = zip(times, x, y, strict=True)
    city = frame_of([Made(time, "burglary", x=east, y=north) for time, east, north in rows])
    real = len(find_micro_time(city, all_rows(city), CHICAGO_AT, NO_SINKS, days_of(city, CHICAGO_AT)))
    assert real >= 2
    assert np.mean(openings(city, CHICAGO_AT, 20)) <= FALSE_DISCOVERY_RATE * real


CHICAGO_AT = 1_468_636_200  # 15 July 2016, 21:30 in Chicago


def chicago_burglaries() -> tuple[list[int], list[float], list[float]]:
    """Times and places in metres of a year of Chicago's burglaries."""
    require("shared")
    import pandas as pd
    import pyarrow.parquet as pq

    table = pq.read_table(
        SHARED / "data/chicago_crimes_2014-2016.parquet",
        columns=["Date", "Latitude", "Longitude"],
        filters=[("Primary Type", "=", "BURGLARY"), ("Domestic", "=", "false"), ("Latitude", "!=", "")],
    ).to_pandas()
    local = pd.to_datetime(table["Date"], format="%m/%d/%Y %I:%M:%S %p").astype("datetime64[s]")
    times = local.astype("int64").to_numpy() + 5 * 3_600
    year = (times > CHICAGO_AT - 364 * DAY) & (times <= CHICAGO_AT)
    lat, lon = (table[name].astype(float).to_numpy()[year] for name in ("Latitude", "Longitude"))
    x, y = project(32616, lat, lon)
    return times[year].tolist(), x.tolist(), y.tolist()


def test_g31_a_year_with_a_gap_lets_expect_as_much_as_the_days_on_file_say() -> None:
    own = [days_ago(20 + 10 * n, x=0.0, y=0.0) for n in range(30)]
    whole = [*past(count=4_000, middle=50_000), *own, *burst(12, apart=1)]
    holed = [row for row in whole if not NOW - 280 * DAY < row.time < NOW - 100 * DAY]
    (before,), (after,) = opened(whole), opened(holed)
    assert after.usual == pytest.approx(before.usual, rel=0.15)
    # Where less than twelve weeks are on file, nothing is new.
    assert opened([row for row in whole if not NOW - 360 * DAY < row.time < NOW - 90 * DAY]) == []
