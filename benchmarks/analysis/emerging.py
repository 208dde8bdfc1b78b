"""Emerging problems beside one statsmodels GLM per series: ``python -m benchmarks.analysis.emerging``.

The peer is what a Farrington-like baseline takes from statsmodels: a quasi-Poisson GLM with a trend and the force's
season as offset, fitted twice (the second time past outbreaks weigh less), for a sample of the same series, one after
the other. Ours fits all of them in one call; the fits are compared before they are timed. Then whole findings on the
real file: select, count, fit, test and adjust every series of districts and of beats. No Python package ships
Farrington's method (epysurv wraps R), and nothing here is compiled.
"""

from __future__ import annotations

import asyncio
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.evidence.emerging import fetch
from benchmarks.hotspot_answers import CHICAGO
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.patterns.cusum import find_drifts
from ilp_core.analyse.patterns.emerging import find_emerging
from ilp_core.analyse.patterns.loglinear import Numbers, fit_log_linear
from ilp_core.analyse.patterns.novelty import find_novelties
from ilp_core.analyse.patterns.reference import pooled_factors, reference_periods
from ilp_core.analyse.patterns.weekly import count_weekly
from ilp_core.domain.windows import Hours

SAMPLE = 60
TIMES = 5


def best(work: Callable[[], Any], times: int = TIMES) -> float:
    """The shortest of some runs, in seconds: the machine's other work is not ours."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def peer(counts: Numbers, design: Numbers, factor: Numbers) -> Numbers:
    """The coefficients of a quasi-Poisson GLM, refitted with outbreaks weighing less, per series."""
    import statsmodels.api as sm

    found = []
    for series in range(len(counts)):
        family, offset = sm.families.Poisson(), np.log(factor[series])
        first = sm.GLM(counts[series], design, family=family, offset=offset).fit(scale="X2")
        far = first.resid_pearson / np.sqrt(max(first.scale, 1.0))
        weights = np.where(far > 2.58, 1 / np.maximum(far, 1) ** 2, 1.0)
        second = sm.GLM(counts[series], design, family=family, offset=offset, var_weights=weights).fit(scale="X2")
        found.append(second.params)
    return np.array(found)


def ours(counts: Numbers, design: Numbers, factor: Numbers) -> Numbers:
    """The same for all series at once."""
    ones = np.ones(counts.shape)
    first = fit_log_linear(counts, design, factor, ones)
    far = (counts - first.mean) / np.sqrt(first.mean * np.maximum(first.scale, 1.0)[:, None])
    weights = np.where(far > 2.58, 1 / np.maximum(far, 1) ** 2, 1.0)
    return fit_log_linear(counts, design, factor, weights).coefficients


def fits(frame: IncidentFrame, end: float) -> None:
    """Fits of all district series that hold a record a week, ours and statsmodels'."""
    weekly = count_weekly(frame, end, area="district", days=7, end=end, periods=156)
    inside = weekly.inside(Hours(0, 0))
    reference = np.flatnonzero(reference_periods(weekly.on_file, 7))
    factor, _ = pooled_factors(weekly.of_force(inside), weekly.on_file, 7)
    areas = weekly.of_areas(inside)[:, :, reference]
    kind, area = np.nonzero(areas.mean(axis=2) >= 1)
    counts, exposure = areas[kind, area], factor[kind][:, reference]
    years = reference * 7 / 365.25
    design = np.column_stack([np.ones_like(years), years])
    chosen = np.random.default_rng(1).choice(len(counts), min(SAMPLE, len(counts)), replace=False)
    with warnings.catch_warnings():
        # statsmodels warns of its own coming changes while it is imported.
        warnings.simplefilter("ignore")
        theirs = peer(counts[chosen], design, exposure[chosen])
        apart = np.abs(ours(counts, design, exposure)[chosen] - theirs).max()
        slow = best(lambda: peer(counts[chosen], design, exposure[chosen]), 3) / len(chosen)
    fast = best(lambda: ours(counts, design, exposure)) / len(counts)
    print(f"{len(counts)} series of {len(reference)} weeks; coefficients differ by at most {apart:.1e}")
    print(f"  statsmodels {slow * 1e6:9.1f} us a series ({len(chosen)} of them, one by one)")
    print(f"  ours        {fast * 1e6:9.1f} us a series (all at once): {slow / fast:,.0f} times as fast")


def findings(frame: IncidentFrame, end: float) -> None:
    """Whole findings, warm."""
    bars = {"district": 1.0, "beat": 3.0}
    for area, bar in bars.items():
        found = find_emerging(frame, end, area=area)
        spent = best(lambda area=area: find_emerging(frame, end, area=area))
        print(f"  emerging, {found.tested:6,} {area} series: {spent:5.2f} s (bar {bar:.0f} s)")
    print(f"  drifts of districts:             {best(lambda: find_drifts(frame, end), 3):5.2f} s")
    print(f"  new words:                       {best(lambda: find_novelties(frame, end), 3):5.2f} s")


def main() -> None:
    """Compare, run, print."""
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    frame = asyncio.run(fetch())
    end = float(frame.column["time"][-1]) + 1
    fits(frame, end)
    print(f"whole findings on {len(frame):,} records, best of some runs:")
    findings(frame, end)


if __name__ == "__main__":
    main()
