"""Profiles of many places, and what a shift brings."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, binom, dirichlet_multinomial, nbinom, poisson

from ilp_core.analyse.when.profile import (
    Profiles,
    busiest,
    concentration_of,
    profiles_of,
    share_interval,
    smoothed,
)
from ilp_core.analyse.when.shifts import minutes_in, predicted, shift_counts
from ilp_core.domain.shifts import PRESET_SHIFTS, Shift
from ilp_core.domain.windows import Hours

HOURS = 168
#: A city with an evening peak.
MIDDLE = np.exp(np.cos((np.arange(HOURS) - 20) * 2 * np.pi / 24))
MIDDLE /= MIDDLE.sum()


def drawn(concentration: float, places: int, records: int, seed: int = 1) -> tuple[NDArray[np.float64], ...]:
    """True shares of places, and records drawn from them."""
    draw = np.random.default_rng(seed)
    truth = draw.dirichlet(concentration * MIDDLE, places)
    return truth, np.array([draw.multinomial(records, share) for share in truth]).astype(np.float64)


def made(counts: NDArray[np.float64], **options: float | None) -> Profiles:
    total = counts.sum(axis=1)
    return profiles_of(counts, total.astype(np.int64), total, smoothing=0, **options)


def test_every_profile_sums_to_one() -> None:
    _truth, counts = drawn(20, 50, 12)
    for smoothing in (0, 1, 3):
        total = counts.sum(axis=1)
        found = profiles_of(counts, total.astype(np.int64), total, smoothing=smoothing)
        np.testing.assert_allclose(found.share.sum(axis=1), 1.0)
        np.testing.assert_allclose(found.city.sum(), 1.0)


def test_a_place_without_records_shows_the_citys_hours_and_one_with_many_its_own() -> None:
    _truth, counts = drawn(20, 40, 30)
    counts[0] = 0
    counts[1] = 0
    counts[1, 5] = 1e9
    found = made(counts, concentration=20.0)
    np.testing.assert_allclose(found.share[0], found.city)
    np.testing.assert_allclose(found.share[1, 5], 1.0, atol=1e-6)
    np.testing.assert_allclose(found.own_part[[0, 1]], [0, 1], atol=1e-6)


def test_shrinkage_is_the_dirichlet_posterior_mean() -> None:
    _truth, counts = drawn(20, 40, 30)
    found = made(counts, concentration=17.0)
    city = counts.sum(axis=0) / counts.sum()
    np.testing.assert_allclose(found.share, (counts + 17 * city) / (counts.sum(axis=1)[:, None] + 17))
    alike = made(counts, concentration=float("inf"))
    np.testing.assert_allclose(alike.share, np.tile(alike.city, (40, 1)))


@pytest.mark.parametrize("concentration", [5.0, 30.0, 200.0])
def test_how_alike_places_are_is_found_again(concentration: float) -> None:
    _truth, counts = drawn(concentration, 300, 60)
    blocks, middle = counts.reshape(300, 42, 4).sum(axis=2), MIDDLE.reshape(42, 4).sum(axis=1)
    assert concentration_of(blocks, middle) == pytest.approx(concentration, rel=0.15)


def test_the_concentration_is_the_most_likely_one_by_scipys_likelihood() -> None:
    _truth, counts = drawn(30, 80, 25)
    blocks, middle = counts.reshape(80, 42, 4).sum(axis=2).astype(int), MIDDLE.reshape(42, 4).sum(axis=1)

    def likely(alike: float) -> float:
        chance = sum(dirichlet_multinomial.logpmf(row, alike * middle, row.sum()) for row in blocks)
        return float(chance - (np.log(alike / 100) / 1.5) ** 2 / 2)

    found = concentration_of(blocks.astype(float), middle)
    assert likely(found) >= max(likely(found * 0.97), likely(found * 1.03))


def test_places_that_do_not_differ_are_all_the_city() -> None:
    draw = np.random.default_rng(2)
    counts = draw.multinomial(100, MIDDLE, size=400).astype(np.float64)
    found = made(counts)
    assert found.concentration > 2_000
    assert found.own_part.max() < 0.05


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth, counts = drawn(30, 400, 40, seed=4)
    found = made(counts)
    low, high = found.interval(0.9)
    assert 0.87 < ((low <= truth) & (truth <= high)).mean() < 0.93


def test_share_intervals_are_those_of_a_beta_distribution() -> None:
    low, high = share_interval(np.array([0.25, 0.0, 1.0]), np.array([40.0, 40.0, 40.0]), 0.9)
    assert (low[0], high[0]) == pytest.approx(beta.interval(0.9, 10, 30))
    assert (low[1:].tolist(), high[1:].tolist()) == ([0, 1], [0, 1])


def test_an_hour_is_shared_with_its_neighbours_round_the_week() -> None:
    values = np.zeros(HOURS)
    values[0] = 1.0
    shared = smoothed(values, 1)
    assert {int(hour): shared[hour] for hour in np.flatnonzero(shared)} == {167: 0.25, 0: 0.5, 1: 0.25}
    np.testing.assert_allclose(smoothed(values, 3).sum(), 1.0)
    assert smoothed(values, 0).tolist() == values.tolist()


def test_smoothing_ends_where_a_place_has_records_enough() -> None:
    counts = np.zeros((2, HOURS))
    counts[:, 50] = [1, 1e7]
    total = counts.sum(axis=1)
    found = profiles_of(counts, total.astype(np.int64), total, city=np.ones(HOURS), concentration=10.0)
    assert found.share[0, 51] > 1.2 * found.share[0, 53]
    np.testing.assert_allclose(found.share[1, [50, 51]], [1, 0], atol=1e-5)


def test_a_records_window_lowers_what_it_is_worth() -> None:
    """Twenty records that may be of any of ten hours move a place as two records with an hour do."""
    weight = np.zeros((2, HOURS))
    weight[0, 40:50] = 2.0
    weight[1, 40:50] = 0.2
    city = np.ones(HOURS)
    vague = profiles_of(weight[:1], np.array([20]), np.array([2.0]), city=city, concentration=10.0)
    few = profiles_of(weight[1:], np.array([2]), np.array([2.0]), city=city, concentration=10.0)
    np.testing.assert_allclose(vague.share, few.share)
    assert vague.own_part[0] == pytest.approx(2 / 12)


def test_the_busiest_stretch_may_run_over_midnight() -> None:
    counts = np.zeros((1, HOURS))
    counts[0, 23::24] = 10
    counts[0, 0::24] = 10
    counts[0, 12] = 14
    found = busiest(made(counts, concentration=0.0), 2)
    assert (int(found.start[0]), float(found.share[0])) == (23, pytest.approx(140 / 154))
    assert bool(found.distinct[0])
    of_week = busiest(made(counts, concentration=0.0), 2, of_week=True)
    assert (int(of_week.start[0]), of_week.flat) == (23, 2 / 168)


def test_the_chance_of_a_busy_stretch_is_the_binomials() -> None:
    counts = np.zeros((1, HOURS))
    counts[0, :24] = 1
    counts[0, 44:48] = 2
    found = busiest(made(counts, concentration=0.0), 4)
    assert float(found.p[0]) == pytest.approx(min(1.0, 24 * binom.sf(11, 32, 4 / 24)))
    assert int(found.start[0]) == 20


def test_flat_days_rarely_have_a_distinct_stretch() -> None:
    draw = np.random.default_rng(6)
    counts = draw.multinomial(30, np.full(HOURS, 1 / HOURS), size=2_000).astype(np.float64)
    assert busiest(made(counts, concentration=0.0), 4).distinct.mean() < 0.05
    assert not busiest(made(np.vstack([np.zeros(HOURS), counts[:1]]), concentration=9.0), 4).distinct[0]


def test_a_stretch_must_be_shorter_than_its_cycle() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        busiest(made(np.ones((1, HOURS))), 24)
    with pytest.raises(ValueError, match="at least one record"):
        made(np.zeros((2, HOURS)))


def test_minutes_of_a_shift_are_counted_one_by_one() -> None:
    for hours in (
        Hours(7 * 60, 15 * 60),
        Hours(22 * 60 + 30, 6 * 60 + 45),
        Hours(0, 0),
        Hours(90, 90),
        Hours(60, 1440),
    ):
        for weekday in range(7):
            length = (hours.end - hours.start) % 1440 or 1440
            minutes = (weekday * 1440 + hours.start + np.arange(length)) % 10_080
            expected = np.bincount(minutes // 60, minlength=HOURS)
            assert minutes_in(hours, weekday).tolist() == expected.tolist()


def test_shifts_add_up_to_the_day_and_the_week() -> None:
    _truth, counts = drawn(20, 5, 40)
    found = shift_counts(made(counts), np.array([40, 10, 0, 3, 364]), 364.0, PRESET_SHIFTS)
    by_day = found.expected.sum(axis=1)
    whole = shift_counts(made(counts), np.array([40, 10, 0, 3, 364]), 364.0, [Shift("day", Hours(7 * 60, 7 * 60))])
    np.testing.assert_allclose(by_day, whole.expected[:, 0])
    np.testing.assert_allclose(by_day.sum(axis=1), np.array([40, 10, 0, 3, 364]) / 52)
    np.testing.assert_allclose(found.average.sum(axis=1) * 7, by_day.sum(axis=1))


def test_a_shift_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    counts = np.zeros((1, HOURS))
    counts[0, 5 * 24 + 1] = 7  # Saturday 01:00
    nights = Shift("nights", Hours(23 * 60, 7 * 60))
    found = shift_counts(made(counts), np.array([7]), 7.0, [nights])
    np.testing.assert_allclose(found.expected[0, 0], [0, 0, 0, 0, 7, 0, 0], atol=1e-12)


def test_shifts_may_overlap_and_are_worked_on_their_days_only() -> None:
    shifts = [Shift("cover", Hours(19 * 60, 3 * 60), ("fri", "sat")), Shift("evenings", Hours(15 * 60, 23 * 60))]
    profiles = made(np.ones((1, HOURS)))
    found = shift_counts(profiles, np.array([168]), 7.0, shifts)
    assert np.isnan(found.expected[0, 0]).tolist() == [True] * 4 + [False] * 2 + [True]
    np.testing.assert_allclose(found.average, [[8, 8]])
    assert np.isnan(found.interval()[0][0, 0, 0])


def test_what_one_shift_brings_is_negative_binomial() -> None:
    low, high = predicted(np.array([0.95, 12.0, np.nan]), np.array([4.0, 30.0, np.nan]), 0.9)
    for place, (mean, size) in enumerate(((0.95, 4.0), (12.0, 30.0))):
        assert (low[place], high[place]) == nbinom.interval(0.9, size, size / (size + mean))
    assert np.isnan(low[2])


def test_a_place_without_a_record_is_not_taken_to_be_safe() -> None:
    profiles = made(np.vstack([np.ones(HOURS), np.zeros(HOURS)]))
    found = shift_counts(profiles, np.array([168, 0]), 2.0, PRESET_SHIFTS)
    assert found.average[1].tolist() == [0, 0, 0]
    assert found.interval(0.95)[1][1].max() >= 1


def test_one_shifts_count_lies_in_its_interval_as_often_as_said() -> None:
    """Rates and hours drawn, a year recorded, then one evening more: 90 % intervals of whole numbers hold a little
    more than 90 %."""
    draw = np.random.default_rng(8)
    places = 400
    truth = draw.dirichlet(30 * MIDDLE, places)
    rate = draw.gamma(2.0, 1.5, places)  # a day
    counts = draw.poisson(truth * rate[:, None] * 90)
    found = shift_counts(made(counts.astype(np.float64)), counts.sum(axis=1), 90.0, PRESET_SHIFTS)
    low, high = found.interval(0.9)
    share = np.stack([truth @ minutes_in(PRESET_SHIFTS[1].hours, day) / 60 for day in range(7)], axis=1)
    seen = draw.poisson(share * rate[:, None] * 7)
    held = ((low[:, 1] <= seen) & (seen <= high[:, 1])).mean()
    assert 0.89 < held < 0.98


def test_with_everything_known_the_count_is_poisson() -> None:
    low, high = predicted(np.array([4.0]), np.array([1e9]), 0.9)
    assert (low[0], high[0]) == poisson.interval(0.9, 4.0)


def test_a_rate_needs_days_on_file() -> None:
    with pytest.raises(ValueError, match="on file"):
        shift_counts(made(np.ones((1, HOURS))), np.array([1]), 0.0, PRESET_SHIFTS)
