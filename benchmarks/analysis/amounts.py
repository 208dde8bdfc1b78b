"""The e-test beside statsmodels, scipy and a table of all pairs: ``python -m benchmarks.analysis.amounts``.

The same counts each way, in one process. The peers lay all pairs of counts out, statsmodels and the full table far
into the tails, and need the room for that. What is printed is the shortest of some runs, how far the p-values lie
apart and the most memory that numpy held meanwhile.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.stats import poisson, poisson_means_test
from statsmodels.stats.rates import etest_poisson_2indep

from ilp_core.analyse.amounts.baseline import baseline_of, excess_of
from ilp_core.analyse.amounts.etest import e_test

PAIRS: Final = ((6, 2), (60, 40), (500, 460), (5_000, 4_800))
BAR_S: Final = 0.01
#: Of pairs with so many more records only ours is run.
LARGE: Final = (1_000_000, 998_000)


def full_table(first: int, second: int) -> float:
    """The e-test as it is defined, in numpy: all pairs of counts up to far beyond the larger one."""
    rate = (first + second) / 2
    counts = np.arange(int(rate + 12 * np.sqrt(rate) + 40))
    x, y = counts[:, None], counts[None, :]
    with np.errstate(invalid="ignore"):
        far = np.abs(x - y) / np.sqrt(x + y)
    seen = abs(first - second) / np.sqrt(first + second)
    chance = poisson.pmf(counts, rate)
    return float(chance @ (far >= seen * (1 - 1e-12)) @ chance)


def measure(work: Callable[[], float], repeats: int) -> tuple[float, float, float]:
    """The shortest time in seconds, the most memory in MB and the result."""
    spent = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    tracemalloc.start()
    found = work()
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return min(spent), most, found


def compare(first: int, second: int) -> None:
    """One pair of counts, four ways."""
    peers: dict[str, Callable[[], float]] = {
        "statsmodels": lambda: float(etest_poisson_2indep(first, 1, second, 1)[1]),
        "scipy": lambda: float(poisson_means_test(first, 1, second, 1).pvalue),
        "full table": lambda: full_table(first, second),
    }
    took, most, p = measure(lambda: e_test(first, second), 7)
    kept = (
        ""
        if (first, second) != PAIRS[-1]
        else f"   bar {BAR_S * 1_000:.0f} ms: {'kept' if took <= BAR_S else 'MISSED'}"
    )
    print(f"e-test({first:,}, {second:,}) = {p:.12f}")
    print(f"  {'ours':<12} {took * 1_000:10.3f} ms {most:9.2f} MB{kept}")
    for name, work in peers.items():
        theirs, room, other = measure(work, 1 if first > 1_000 else 3)
        print(
            f"  {name:<12} {theirs * 1_000:10.3f} ms {room:9.2f} MB   {theirs / took:9,.0f} times ours, "
            f"{abs(other - p):.0e} apart"
        )


def main() -> None:
    """Read the call, run, print."""
    argparse.ArgumentParser(description="Times of the e-test and of a baseline.").parse_args()
    # The table's first pair is nothing against nothing, over which the peers warn.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    for pair in PAIRS:
        compare(*pair)
    took, most, p = measure(lambda: e_test(*LARGE), 5)
    print(
        f"e-test({LARGE[0]:,}, {LARGE[1]:,}) = {p:.6f}: ours {took * 1_000:.2f} ms, {most:.2f} MB; no peer was tried"
    )
    counts = np.random.default_rng(1).poisson(6, 52).astype(np.float64)
    took, _most, _p = measure(lambda: baseline_of(9, counts, 364, 52, excess_of(counts)).p, 20)
    print(f"one baseline of 52 weeks with its ratio, interval and range: {took * 1_000:.2f} ms")


if __name__ == "__main__":
    main()
