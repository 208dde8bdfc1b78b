"""Analyse, forecast: a history never holds what could not be known at its origin."""

from __future__ import annotations

import numpy as np
import pytest

from ilp_core.analyse.forecast.history import DAY_S, History, Target, history_of, week_of
from ilp_core.analyse.where.grid import grid_over
from ilp_core.domain.offences import OFFENCE_CODE
from tests.frames import DAY, NOW, all_rows, days_ago, frame_of, made_town

BURGLARY = OFFENCE_CODE["burglary"]


def history(rows: list, lag_days: float = 0.0) -> History:
    """The history of made rows on 250 m cells."""
    frame = frame_of(rows)
    grid = grid_over(frame.column["x"], frame.column["y"], 250.0)
    return history_of(frame, all_rows(frame), grid, lag_days)


def test_nothing_that_occurred_or_became_known_at_the_origin_or_later_is_in_a_history() -> None:
    rows = [
        days_ago(3),
        days_ago(2, known=NOW - 2 * DAY + 60),
        days_ago(2.5, known=NOW),
        days_ago(0),
        days_ago(-1),
    ]
    past = history(rows).before(NOW)

    assert (NOW - past.time).tolist() == [3 * DAY, 2 * DAY]
    assert past.origin == NOW
    assert past.before(NOW + DAY).origin == NOW


def test_a_stated_lag_keeps_the_last_days_out() -> None:
    past = history([days_ago(day) for day in range(1, 8)], lag_days=3).before(NOW)

    assert sorted((NOW - past.time) // DAY) == [4, 5, 6, 7]


def test_a_week_counts_what_occurs_from_its_first_second_to_before_its_last() -> None:
    start = NOW // DAY_S * DAY_S
    rows = [days_ago((NOW - second) / DAY) for second in (start - 1, start, start + 7 * DAY_S - 1, start + 7 * DAY_S)]
    target = week_of("burglary", (BURGLARY,), start)

    assert target.observed(history(rows)).sum() == 2
    assert target.start == start


def test_spans_are_counted_one_by_one() -> None:
    town = history(made_town(4))
    start = NOW // DAY_S * DAY_S - 20 * DAY_S
    spans = np.array([[start + 8 * 3600 * n, start + 8 * 3600 * (n + 1)] for n in range(21)])
    target = Target("burglary", (BURGLARY,), spans)

    whole = week_of("burglary", (BURGLARY,), start).observed(town)

    assert target.observed(town).sum(axis=1).tolist() == whole[:, 0].tolist()
    assert whole.sum() > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_cutting_a_history_gives_the_rows_that_a_loop_would_keep(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows = [
        days_ago(float(day), known=NOW - round((float(day) - late) * DAY))
        for day, late in draw.uniform(0, 30, (60, 2))
    ]
    whole = history(rows)
    origin = NOW - 9 * DAY

    kept = [time for time, known in zip(whole.time, whole.known, strict=True) if time < origin and known < origin]

    assert whole.before(origin).time.tolist() == kept
    assert 0 < len(kept) < 60
