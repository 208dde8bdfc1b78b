"""Histories that tests make up: a town whose true rates are known, week after week."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np

from ilp_core.analyse.forecast.history import DAY_S, WEEK_DAYS, History
from ilp_core.analyse.where.grid import grid_over
from ilp_core.domain.offences import OFFENCE_CODE

BURGLARY: Final = OFFENCE_CODE["burglary"]
ROBBERY: Final = OFFENCE_CODE["robbery"]
WEEK_S: Final = WEEK_DAYS * DAY_S
#: A Friday at midnight, as local clocks show it.
BEGUN: Final = int(datetime(2014, 7, 4, tzinfo=UTC).timestamp())


def made_history(
    seed: int = 1, *, weeks: int = 60, side: int = 12, rate: float = 60.0, wave: float = 0.0, late: float = 0.0
) -> History:
    """A square town of ``side`` x ``side`` cells of 250 m with ``rate`` records a week of two offences.

    A few places hold much of it, ``wave`` moves the rate with the season and a share of ``late`` records becomes
    known up to ten days after it occurred.
    """
    draw = np.random.default_rng(seed)
    places = draw.lognormal(0.0, 1.5, side * side)
    days = np.arange(weeks * WEEK_DAYS)
    daily = rate / WEEK_DAYS * np.exp(wave * np.sin(2 * np.pi * days / 365.25))
    day = np.repeat(days, draw.poisson(daily))
    count = len(day)
    place = draw.choice(side * side, count, p=places / places.sum())
    # Evenings have half of all records.
    hour = np.where(draw.random(count) < 0.5, draw.integers(18, 24, count), draw.integers(0, 24, count))
    time = BEGUN + day * DAY_S + hour * 3_600 + draw.integers(0, 3_600, count)
    x, y = (place % side + draw.random(count)) * 250.0, (place // side + draw.random(count)) * 250.0
    wait = np.where(draw.random(count) < late, draw.integers(0, 10 * DAY_S, count), 0)
    order = np.argsort(time, kind="stable")
    corners = np.array([1.0, side * 250.0 - 1.0])
    grid = grid_over(np.concatenate([x, np.tile(corners, 2)]), np.concatenate([y, np.repeat(corners, 2)]), 250.0)
    return History(
        grid=grid,
        time=time[order],
        known=(time + wait)[order],
        cell=grid.cell_of(x[order], y[order]),
        x=x[order],
        y=y[order],
        offence=np.where(draw.random(count) < 0.7, BURGLARY, ROBBERY).astype(np.int8),
        harm=np.ones(count, dtype=np.float32),
        timed=np.ones(count, dtype=bool),
        row=np.arange(count),
    )
