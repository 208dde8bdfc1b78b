"""Analyse, back-test: the rivals against direct sums, and how their counts are spread over the hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ilp_core.analyse.backtest import methods, surface
from ilp_core.analyse.backtest.origins import instant_of, on_clock, shift_spans, weekly
from ilp_core.analyse.forecast.history import DAY_S, History, Target, history_of, week_of
from ilp_core.analyse.where.grid import grid_over
from ilp_core.domain.offences import OFFENCE_CODE
from ilp_core.domain.shifts import PRESET_SHIFTS
from ilp_core.domain.windows import Hours
from tests.frames import NOW, Made, all_rows, days_ago, frame_of, made_town

BURGLARY = OFFENCE_CODE["burglary"]
ORIGIN = NOW // DAY_S * DAY_S
WEEK = week_of("burglary", (BURGLARY,), ORIGIN)
SHIFTS = Target("burglary", (BURGLARY,), shift_spans(ORIGIN))
EVERY = methods.all_methods("shift")


def past_of(rows: list[Made], origin: int = ORIGIN) -> History:
    frame = frame_of(rows)
    grid = grid_over(frame.column["x"], frame.column["y"], 250.0)
    return history_of(frame, all_rows(frame), grid).before(origin)


TOWN = past_of(made_town(4))


def snapped(history: History) -> History:
    """The events moved to the middle of the 50 m square that they lie in."""
    return replace(history, x=(history.x // 50 + 0.5) * 50, y=(history.y // 50 + 0.5) * 50)


def direct(history: History, weight: np.ndarray, kernel) -> np.ndarray:
    """The sum over events and over the 25 parts of every cell, one by one."""
    east, north = history.grid.middles
    steps = (np.arange(5) - 2) * 50.0
    total = np.zeros(len(history.grid))
    for x, y, each in zip(history.x, history.y, weight, strict=True):
        for right in steps:
            for up in steps:
                total += each * kernel(np.hypot(east + right - x, north + up - y)) / 25
    return total


@pytest.mark.parametrize(
    ("kernel", "scale", "reach", "plain"),
    [
        ("quartic", 500.0, 500.0, lambda d: np.where(d < 500, (1 - (d / 500) ** 2) ** 2, 0)),
        ("gaussian", 250.0, 775.0, lambda d: np.where(d <= 775, np.exp(-(d**2) / 2 / 250**2), 0)),
        ("bands", 50.0, 400.0, lambda d: np.where(d < 400, 1 / (1 + d // 50), 0)),
    ],
)
def test_a_surface_is_the_direct_sum_over_all_events(kernel: str, scale: float, reach: float, plain) -> None:
    own = snapped(TOWN.of([BURGLARY]))
    weight = np.linspace(0.1, 2, len(own))

    assert surface.surface(own, kernel, scale, reach, weight) == pytest.approx(direct(own, weight, plain))


def test_moving_events_to_the_middle_of_their_50_m_square_hardly_changes_a_kernel() -> None:
    own = TOWN.of([BURGLARY])
    exact = direct(own, np.ones(len(own)), lambda d: np.where(d < 500, (1 - (d / 500) ** 2) ** 2, 0))
    binned = surface.surface(own, "quartic", 500.0, 500.0)

    assert np.corrcoef(exact, binned)[0, 1] > 0.999


def test_prospective_hotspotting_weighs_by_whole_weeks_and_bands() -> None:
    rows = [days_ago(900, "robbery", x=x, y=y) for x in (125.0, 375.0, 625.0, 875.0, 1_125.0) for y in (125.0, 375.0)]
    # One event of the week before the origin, one of the week before that, one ten weeks before, which is too old.
    start = (NOW - ORIGIN) / DAY_S
    rows += [days_ago(start + 13.5, x=125.0, y=125.0), days_ago(start + 3, x=375.0, y=375.0)]
    rows += [days_ago(start + 70, x=875.0, y=125.0)]
    past = past_of(rows)
    where = methods.Prospective("prospective 8x8").expect(past, WEEK)[:, 0]
    recent = methods.recent(past, WEEK, 56)
    plain = direct(recent, np.array([1 / 2, 1]), lambda d: np.where(d < 400, 1 / (1 + d // 50), 0))

    assert len(recent) == 2
    assert where / where.sum() == pytest.approx(plain / plain.sum())
    east, north = past.grid.middles
    assert where[(east == 1_125) & (north == 125)] == 0


def test_decay_halves_an_event_after_its_half_life() -> None:
    start = (NOW - ORIGIN) / DAY_S
    rows = [days_ago(start + day, x=x) for day, x in ((360, 50.0), (725, 300.0), (1_090, 550.0))]
    counts = methods.Counts("decay 365 d", half_life=365).expect(past_of(rows), WEEK)[:, 0]

    assert counts / counts[0] == pytest.approx([1, 0.5, 0.25], rel=1e-3)


def test_counts_are_of_the_target_alone_and_of_as_many_days_as_said() -> None:
    start = (NOW - ORIGIN) / DAY_S
    rows = [days_ago(start + day, x=50.0) for day in (1, 10, 100)] + [days_ago(start + 380, x=300.0)]
    rows += [days_ago(start + 2, "robbery", x=300.0)]
    past = past_of(rows)
    shares = [
        (where / where.sum()).tolist() for method in methods.RIVALS[:3] for where in [method.expect(past, WEEK)[:, 0]]
    ]

    assert shares == [pytest.approx([0.75, 0.25]), pytest.approx([1, 0]), pytest.approx([1, 0])]


@pytest.mark.parametrize("method", methods.rivals("shift"), ids=lambda method: method.name)
def test_every_rival_expects_the_last_years_weekly_rate(method: methods.Method) -> None:
    year = TOWN.of([BURGLARY]).between(ORIGIN - 364 * DAY_S, ORIGIN)

    assert method.expect(TOWN, WEEK).sum() == pytest.approx(len(year) / 52)
    assert method.expect(TOWN, SHIFTS).sum() == pytest.approx(len(year) / 52)
    assert method.expect(TOWN, SHIFTS).shape == (len(TOWN.grid), 21)


@pytest.mark.parametrize("method", EVERY, ids=lambda method: method.name)
def test_where_nothing_is_on_file_nothing_is_expected_and_nothing_fails(method: methods.Method) -> None:
    nothing = TOWN.before(0)
    other = past_of([days_ago(3, "robbery"), days_ago(90, "robbery", x=900.0)])

    assert method.expect(nothing, SHIFTS).sum() == 0
    assert method.expect(other, WEEK).tolist() == [[0.0]] * len(other.grid)


def test_a_short_past_is_not_taken_for_a_year() -> None:
    start = (NOW - ORIGIN) / DAY_S
    past = past_of([days_ago(start + day, x=50.0) for day in range(1, 71)])

    assert methods.weekly_rate(past, WEEK) == pytest.approx(7.0)


def test_without_the_hours_a_shift_takes_its_length_and_with_them_its_own_share() -> None:
    start = (NOW - ORIGIN) / DAY_S
    # Every evening at 20:00, for a year.
    rows = [days_ago(start + day + 4 / 24, x=50.0) for day in range(364)]
    past = past_of(rows)
    evenly, by_hour = (methods.span_shares(past, SHIFTS, by_hour=by_hour).reshape(7, 3) for by_hour in (False, True))

    assert evenly == pytest.approx(1 / 21)
    # 52 evenings of each weekday in one hour, and one event more in each of the 168 hours.
    assert by_hour[:, 1] == pytest.approx((52 + 8) / (364 + 168))
    assert by_hour[:, (0, 2)] == pytest.approx(8 / (364 + 168))
    assert by_hour.sum() == pytest.approx(1)


def test_placeholder_hours_say_nothing_about_shifts() -> None:
    rows = [days_ago(5 + day / 3, x=50.0, timed=0) for day in range(100)]

    assert methods.span_shares(past_of(rows), SHIFTS, by_hour=True) == pytest.approx(1 / 21)


def test_a_shift_that_begins_within_an_hour_takes_its_part_of_it() -> None:
    start = (NOW - ORIGIN) / DAY_S
    past = past_of([days_ago(start + 7 * week, x=50.0) for week in range(1, 40)])
    half = Target("burglary", (BURGLARY,), np.array([[ORIGIN, ORIGIN + 1_800], [ORIGIN + 1_800, ORIGIN + 3_600]]))
    whole = Target("burglary", (BURGLARY,), np.array([[ORIGIN, ORIGIN + 3_600]]))
    shares = methods.span_shares(past, half, by_hour=True)

    assert shares[0] == pytest.approx(shares[1])
    assert shares.sum() == pytest.approx(methods.span_shares(past, whole, by_hour=True)[0])


def test_names_tell_what_a_method_is() -> None:
    kinds = [methods.kind_of(method.name) for method in methods.rivals("shift")]

    assert kinds == ["naive"] * 3 + ["rival"] * 5 + ["naive"] * 2
    assert methods.kind_of("poisson") == "learned"


def test_origins_are_a_week_apart_and_their_weeks_end_within_the_span() -> None:
    days = weekly(date(2016, 1, 1), date(2016, 12, 31))

    assert (len(days), days[0], days[-1]) == (52, date(2016, 1, 1), date(2016, 12, 23))
    assert weekly(date(2016, 1, 1), date(2016, 1, 6)) == ()


def test_a_week_of_shifts_covers_every_hour_once_and_nights_end_on_the_next_day() -> None:
    spans = shift_spans(ORIGIN)

    assert spans.shape == (21, 2)
    assert spans[0, 0] == ORIGIN + 7 * 3_600
    assert (spans[1:, 0] == spans[:-1, 1]).all()
    assert spans[-1, 1] == ORIGIN + 7 * DAY_S + 7 * 3_600
    assert shift_spans(ORIGIN, [Hours(0, 0)])[:, 1].tolist() == [ORIGIN + day * DAY_S for day in range(1, 8)]
    assert tuple(shift.hours for shift in PRESET_SHIFTS) == (Hours(420, 900), Hours(900, 1380), Hours(1380, 420))


def test_a_local_midnight_is_the_instant_at_which_clocks_show_it() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/Chicago")

    assert instant_of(on_clock(date(2016, 7, 1)), zone) == on_clock(date(2016, 7, 1)) + 5 * 3_600
    assert instant_of(on_clock(date(2016, 1, 1)), zone) == on_clock(date(2016, 1, 1)) + 6 * 3_600
