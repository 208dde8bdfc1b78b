"""How long a city's forecasts take: ``python -m benchmarks.analysis.forecast``.

A made city of 1,000,000 records over three years on 20,000 cells: fitting the forecasts of all six groups of offences
anew, then answering from one of them. Beside it, in the same run and on the same features and weeks, scikit-learn's
PoissonRegressor on every cell, the usual way. Bars: all groups in 60 s, one forecast in 100 ms.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from datetime import UTC, datetime
from typing import Final

import numpy as np

from ilp_core.analyse.forecast.additive import fit, prior_shares, with_everywhere
from ilp_core.analyse.forecast.choice import choose
from ilp_core.analyse.forecast.expectation import Expectation, expectation_of
from ilp_core.analyse.forecast.features import GROUPS
from ilp_core.analyse.forecast.history import DAY_S, History
from ilp_core.analyse.forecast.training import Training
from ilp_core.analyse.where.grid import grid_over
from ilp_core.domain.offences import OFFENCE_CODE

SIDE: Final = 142
BEGUN: Final = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp())
DAYS: Final = 3 * 364
ORIGIN: Final = BEGUN + DAYS * DAY_S
SEED: Final = 5
BAR_REFIT_S: Final = 60.0
BAR_ONE_MS: Final = 100.0


def made_city(records: int) -> History:
    """A square city of SIDE x SIDE cells in which few places hold much."""
    draw = np.random.default_rng(SEED)
    places = draw.lognormal(0.0, 1.6, SIDE * SIDE)
    place = draw.choice(SIDE * SIDE, records, p=places / places.sum())
    time_of = np.sort(BEGUN + draw.integers(0, DAYS * DAY_S, records))
    x, y = (place % SIDE + draw.random(records)) * 250.0, (place // SIDE + draw.random(records)) * 250.0
    grid = grid_over(x, y, 250.0)
    slugs = [slug for group in GROUPS.values() for slug in group]
    codes = np.array([OFFENCE_CODE[slug] for slug in slugs], dtype=np.int8)
    return History(
        grid=grid,
        time=time_of,
        known=time_of,
        cell=grid.cell_of(x, y),
        x=x,
        y=y,
        offence=codes[draw.integers(0, len(codes), records)],
        harm=np.ones(records, dtype=np.float32),
        timed=np.ones(records, dtype=bool),
        row=np.arange(records),
    )


def refit(city: History) -> dict[str, Expectation]:
    """The forecasts of all groups, from nothing."""
    found = {}
    for group, slugs in GROUPS.items():
        training = Training([OFFENCE_CODE[slug] for slug in slugs])
        lessons = training.before(city, ORIGIN)
        found[group] = expectation_of(city, training, lessons, choose(city, training, lessons).weights)
        _ = found[group].hours
    return found


def answer(expectation: Expectation) -> float:
    """One forecast: an evening's three hours at every place, and the reasons of the best three."""
    evening = np.array([[ORIGIN + 19 * 3_600, ORIGIN + 22 * 3_600]])
    expected = expectation.over(evening)[:, 0]
    best = np.argsort(-expected)[:3]
    return sum(sum(expectation.parts(int(cell)).values()) for cell in best)


def beside_scikit_learn(city: History) -> tuple[float, float]:
    """Seconds that the weights of one group take us, and scikit-learn, on the same weeks and features."""
    from sklearn.linear_model import PoissonRegressor

    training = Training([OFFENCE_CODE["burglary"]])
    lessons = training.before(city, ORIGIN)
    weeks = training.trial(city, 52)
    begun = time.perf_counter()
    fit(lessons.weeks, prior_shares(training.features.features))
    ours = time.perf_counter() - begun
    every = np.log(np.concatenate([with_everywhere(surface) for surface, _ in weeks]) + 0.003)
    occurred = np.concatenate([counts for _, counts in weeks])
    begun = time.perf_counter()
    PoissonRegressor(alpha=1e-4, max_iter=300).fit(every, occurred)
    return ours, time.perf_counter() - begun


def main() -> None:
    """Run it and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--alone", action="store_true", help="without scikit-learn")
    given = parser.parse_args()
    city = made_city(given.records)
    print(f"{len(city):,} records on {len(city.grid):,} cells, three years, six groups of offences")
    begun = time.perf_counter()
    found = refit(city)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"all forecasts fitted anew: {took:.1f} s, {peak:,.0f} MiB at most (bar {BAR_REFIT_S:.0f} s)")
    times = []
    for expectation in [*found.values()] * 3:
        begun = time.perf_counter()
        answer(expectation)
        times.append((time.perf_counter() - begun) * 1_000)
    slowest = f"slowest {max(times):.0f} ms (bar {BAR_ONE_MS:.0f} ms)"
    print(f"one forecast: median {statistics.median(times):.0f} ms, {slowest}")
    if not given.alone:
        ours, theirs = beside_scikit_learn(city)
        print(f"weights of one group: ours {ours:.2f} s, scikit-learn {theirs:.1f} s, ratio {theirs / ours:.0f}")


if __name__ == "__main__":
    main()
