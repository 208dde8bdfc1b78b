"""The panel ratio beside statsmodels' Poisson regression: ``python -m benchmarks.analysis.effect``.

The same made panels of units and periods go to both in one run; ratio and standard errors must agree. statsmodels
needs a column for every unit and period, ours the sums of four cells.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import statsmodels.api as sm

from ilp_core.analyse.effect.did import panel


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The shortest of ``times`` runs in milliseconds, and what came out."""
    spent, found = [], None
    for _ in range(times):
        begun = time.perf_counter()
        found = work()
        spent.append((time.perf_counter() - begun) * 1_000)
    return min(spent), found


def main() -> None:
    """Run and print."""
    print(
        "A panel of units and periods: cluster-robust ratio of rates. Bar: at least 10 times as fast, same numbers."
    )
    for units, periods in ((20, 26), (50, 52), (100, 104)):
        draw = np.random.default_rng(units)
        treated, after = np.arange(units) < units // 4, np.arange(periods) >= periods // 2
        rate = draw.gamma(4, 2, units)[:, None] * np.where(treated[:, None] & after, 0.8, 1.0)
        counts = draw.poisson(rate)
        unit, period = (part.ravel() for part in np.indices(counts.shape))
        design = np.column_stack(
            [np.eye(units)[unit], np.eye(periods)[period][:, 1:], (treated[unit] & after[period])[:, None]]
        ).astype(float)

        def peer(counts: Any = counts, design: Any = design, unit: Any = unit) -> Any:
            model = sm.GLM(counts.ravel(), design, family=sm.families.Poisson())
            return model.fit(cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False})

        def own(counts: Any = counts, treated: Any = treated, after: Any = after) -> Any:
            return panel(counts, treated, after, spread="cluster")

        theirs, fitted = timed(peer, 2)
        ours, found = timed(own, 20)
        same = np.isclose(np.log(found.ratio), fitted.params[-1], atol=1e-6) and np.isclose(
            found.log_se, fitted.bse[-1] * np.sqrt(units / (units - 1)), rtol=1e-4
        )
        print(
            f"  {units:4} units x {periods:3} periods: statsmodels {theirs:9.1f} ms, ours {ours:6.3f} ms, "
            f"ratio {theirs / ours:8.0f}, {'equal' if same else 'NOT EQUAL'}"
        )


if __name__ == "__main__":
    main()
