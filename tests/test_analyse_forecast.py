"""Analyse, forecast: the whole of it on a made town: no leak, reasons that add up, hours, and a choice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilp_core.analyse.forecast.choice import NAIVE, choose
from ilp_core.analyse.forecast.expectation import FAMILIES, fit_expectation
from ilp_core.analyse.forecast.history import DAY_S, Target, week_of
from ilp_core.analyse.forecast.hours import hour_shares
from ilp_core.analyse.forecast.methods import Additive, Boosted, Even, learned_methods
from ilp_core.analyse.forecast.training import Training
from tests.histories import BEGUN, BURGLARY, WEEK_S, made_history

ORIGIN = BEGUN + 50 * WEEK_S
WEEK = week_of("burglary", (BURGLARY,), ORIGIN)


def shifts(origin: int) -> Target:
    """The 21 shifts of eight hours of a week."""
    starts = origin + np.arange(21) * 8 * 3_600
    return Target("burglary", (BURGLARY,), np.column_stack([starts, starts + 8 * 3_600]))


@pytest.mark.parametrize("late", [0.0, 0.3])
@pytest.mark.parametrize("method", learned_methods(), ids=lambda method: method.name)
def test_what_occurred_or_became_known_later_changes_no_forecast(method: Additive | Boosted, late: float) -> None:
    town = made_history(7, late=late)
    kept = (town.time < ORIGIN) & (town.known < ORIGIN)
    cut = town.only(kept)

    assert not kept.all()
    for target in (WEEK, shifts(ORIGIN)):
        whole = type(method)().expect(town.before(ORIGIN), target)
        np.testing.assert_array_equal(whole, type(method)().expect(cut.before(ORIGIN), target))
        assert whole.sum() > 10


@pytest.mark.parametrize("late", [0.0, 0.3])
def test_a_forecast_is_the_same_whether_or_not_earlier_ones_were_made(late: float) -> None:
    town, rolling = made_history(8, late=late), Additive()
    for weeks in (-9, -8, -6, 0):
        target = week_of("burglary", (BURGLARY,), ORIGIN + weeks * WEEK_S)
        found = rolling.expect(town.before(target.start), target)
    fresh = Additive().expect(town.before(ORIGIN), WEEK)

    np.testing.assert_allclose(found, fresh, rtol=1e-5)


def test_another_history_is_not_taken_for_the_one_before() -> None:
    rolling = Additive()
    rolling.expect(made_history(8).before(ORIGIN), WEEK)
    later = week_of("burglary", (BURGLARY,), ORIGIN + WEEK_S)
    other = made_history(9).before(ORIGIN + WEEK_S)

    np.testing.assert_array_equal(rolling.expect(other, later), Additive().expect(other, later))


def test_the_parts_of_every_place_add_up_to_what_is_expected_there() -> None:
    town = made_history(10, weeks=110, wave=0.3)
    origin = BEGUN + 105 * WEEK_S
    expectation = fit_expectation(town.before(origin), Training((BURGLARY,)), origin)
    week = expectation.week()
    for cell in range(0, len(week), 7):
        parts = expectation.parts(cell)
        assert tuple(parts) == FAMILIES
        assert sum(parts.values()) == pytest.approx(week[cell], rel=1e-5)
    assert expectation.level.season != 1.0


def test_a_town_is_forecast_about_as_it_goes_and_its_busy_places_are_found() -> None:
    town, method = made_history(11, weeks=80, rate=120.0), Additive()
    expected, occurred, found = 0.0, 0.0, 0.0
    for week in range(60, 80):
        target = week_of("burglary", (BURGLARY,), BEGUN + week * WEEK_S)
        surface = method.expect(town.before(target.start), target)[:, 0]
        truth = target.observed(town)[:, 0]
        expected, occurred = expected + surface.sum(), occurred + truth.sum()
        found += truth[np.argsort(-surface)[: len(surface) // 20]].sum()

    assert expected / occurred == pytest.approx(1.0, abs=0.08)
    assert found / occurred > 0.25


def test_the_hours_of_a_week_share_out_all_of_it_and_evenings_get_more() -> None:
    town = made_history(12, weeks=40).before(ORIGIN)
    target = shifts(ORIGIN)
    share = hour_shares(town.of((BURGLARY,)), ORIGIN).over(target.spans)

    np.testing.assert_allclose(share.sum(axis=1), 1.0, rtol=1e-9)
    # ORIGIN is midnight: the third shift of each day runs from 16:00 to 24:00, with half of all and a quarter more.
    assert share[:, 2::3].sum(axis=1).mean() == pytest.approx(0.5 + 0.5 / 3, abs=0.05)


def test_spread_evenly_every_shift_gets_a_twenty_first_of_the_week() -> None:
    town = made_history(12, weeks=40).before(ORIGIN)
    week = Additive().expect(town, WEEK)

    np.testing.assert_allclose(Even().expect(town, shifts(ORIGIN)), np.repeat(week / 21, 21, axis=1), rtol=1e-9)


def test_a_place_with_hours_of_its_own_is_moved_towards_them() -> None:
    town = made_history(13, weeks=45)
    corner = int(np.argmax(town.counts()))
    noon = town.time // DAY_S * DAY_S + 12 * 3_600
    moved = replace(town, time=np.where(town.cell == corner, noon, town.time))
    order = np.argsort(moved.time, kind="stable")
    past = replace(moved, known=moved.time).only(order).before(ORIGIN)
    share = hour_shares(past, ORIGIN).over(shifts(ORIGIN).spans)

    assert share[corner, 1::3].sum() > 2 * np.median(share[:, 1::3].sum(axis=1))


def test_hours_that_are_placeholders_say_nothing_of_a_shift() -> None:
    town = made_history(12, weeks=40)
    midnight = replace(town, timed=np.arange(len(town)) % 2 == 0)
    noise = replace(midnight, time=np.where(midnight.timed, midnight.time, midnight.time // DAY_S * DAY_S))
    spans = shifts(ORIGIN).spans

    np.testing.assert_allclose(
        hour_shares(midnight.before(ORIGIN), ORIGIN).over(spans),
        hour_shares(noise.before(ORIGIN), ORIGIN).over(spans),
    )


def test_the_method_is_the_one_that_found_most() -> None:
    town = made_history(14, weeks=60, rate=150.0)
    past, training = town.before(ORIGIN), Training((BURGLARY,))
    choice = choose(past, training, training.before(past, ORIGIN))

    assert set(choice.found) == {*NAIVE, "additive"}
    assert sum(choice.found[choice.method]) == max(sum(found) for found in choice.found.values())
    assert choice.weeks > 0


def test_too_short_a_past_leaves_plain_counts() -> None:
    town = made_history(15, weeks=8, rate=20.0)
    origin = BEGUN + 8 * WEEK_S
    past, training = town.before(origin), Training((BURGLARY,))
    choice = choose(past, training, training.before(past, origin))

    assert choice.method == "naive all"
    assert np.count_nonzero(choice.weights) == 1


def test_trees_need_records_and_without_enough_the_additive_forecast_stands_alone() -> None:
    town = made_history(16, weeks=55, rate=20.0).before(ORIGIN)

    np.testing.assert_array_equal(Boosted().expect(town, WEEK), Additive().expect(town, WEEK))


def test_trees_change_where_and_not_how_many() -> None:
    town = made_history(17, weeks=60, rate=400.0, side=16).before(ORIGIN)
    alone, mixed = Additive().expect(town, WEEK), Boosted().expect(town, WEEK)

    assert mixed.sum() == pytest.approx(alone.sum(), rel=1e-9)
    assert not np.allclose(mixed, alone, rtol=1e-3)


def test_a_forecast_that_learned_nothing_leaves_the_place_to_plain_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def learned_nothing(_weeks: object, features: tuple[object, ...]) -> np.ndarray:
        return np.eye(1 + len(features))[0]

    monkeypatch.setattr("ilp_core.analyse.forecast.choice.learn", learned_nothing)
    past, training = made_history(14, weeks=60, rate=150.0).before(ORIGIN), Training((BURGLARY,))
    choice = choose(past, training, training.before(past, ORIGIN))

    assert choice.method in NAIVE
    assert sum(choice.found["additive"]) < sum(choice.found[choice.method])
    assert np.count_nonzero(choice.weights) == 1
