"""Micro-time hotspots where dates are shuffled among the records of each offence: next to none may open."""

from __future__ import annotations

import numpy as np

from benchmarks.evidence.micro_time import Trial, shuffled, trials
from ilp_core.analyse.micro_time import FALSE_DISCOVERY_RATE
from tests.frames import DAY, NOW, YEAR, Made, frame_of, made_town


def town() -> list[Made]:
    """A town in which half of all stands at a dozen places, over two years."""
    return [row for row in made_town(11, size=6_000, span=2 * YEAR) if row.code != "drugs"]


def test_shuffling_keeps_places_and_dates_of_each_offence() -> None:
    frame = frame_of(town())
    mixed = shuffled(frame, np.random.default_rng(1))
    assert np.array_equal(mixed.column["time"], frame.column["time"])
    assert not np.array_equal(mixed.column["x"], frame.column["x"])
    for offence in np.unique(frame.offence):
        own = frame.offence == offence
        places = [np.sort(which.column["x"][own] * 1e5 + which.column["y"][own]) for which in (frame, mixed)]
        assert np.array_equal(*places)


def test_few_shuffled_years_of_a_made_town_open_anything() -> None:
    moments = tuple(float(NOW - 60 * DAY * n) for n in range(4))
    found = trials(frame_of(town()), moments, years=25, seed=3)
    opened = [count for trial in found for count in trial.shuffled]
    assert len(opened) == 100
    # One in twenty is stated; of 100, twelve or more would come by that rate once in 300 times.
    assert sum(count > 0 for count in opened) <= 11
    assert np.mean(opened) <= 3 * FALSE_DISCOVERY_RATE


def test_a_real_burst_opens_in_the_real_order_of_dates_only() -> None:
    burst = [Made(NOW - n * DAY, "burglary", x=2_000.0 + n, y=2_000.0) for n in range(1, 10)]
    (trial,) = trials(frame_of([*town(), *burst]), (float(NOW),), years=10, seed=4)
    assert isinstance(trial, Trial)
    assert trial.real >= 1
    assert sum(trial.shuffled) <= 2
