"""Pairs compared and scored per second: ``python -m benchmarks.analysis.series [--events 100000]``.

100,000 made events of a year in a city of 20 by 25 km. Ours: every pair within 3 km and 28 days is made and scored by
look-ups in tables. The rival is the plain way, one pair after the other in Python, on a sample of the same pairs; the
log-odds of both must be equal. The published figure of crimeserieslinkage is quoted, not run: its pair maker fails on
the pandas that is installed.

The bar: at least 1,000,000 pairs a second, made and scored. Seconds are of one processor's own time: both ways run in
one thread, and what else the machine does meanwhile is no part of them.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.frame import Rows
from ilp_core.analyse.patterns.cases import Cases, candidate_pairs, expected_pairs
from ilp_core.analyse.patterns.commonness import CROWDS
from ilp_core.analyse.patterns.injection import inject, labelled, shuffled
from ilp_core.analyse.patterns.linkage import Linkage, fit_linkage, scorer
from ilp_core.analyse.patterns.method_words import method_words
from ilp_core.analyse.patterns.series import find_series
from ilp_core.analyse.patterns.similarity import DAYS_APART, FEATURES, METRES_APART, Comparer, comparer
from ilp_core.domain.offences import MICRO_TIME_OFFENCES, OFFENCE_CODE

SEED = 5
YEAR_S = 364 * 86_400
CITY_M = (20_000.0, 25_000.0)
OFFENCES = ("burglary", "robbery", "vehicle_theft", "criminal_damage", "theft_from_vehicle")
#: ../shared/design/analysis.md, measured there on 5,863 pairs.
PEER_MS = 0.73
SAMPLE = 20_000


def made(events: int, seconds: int = YEAR_S) -> Cases:
    """Events with places, codes and premises drawn at random, half of them at 2,000 corners."""
    draw = np.random.default_rng(SEED)
    corners = draw.uniform((0, 0), CITY_M, (2_000, 2))
    at_corner = draw.random(events) < 0.5
    spot = np.where(
        at_corner[:, None], corners[draw.integers(0, 2_000, events)], draw.uniform((0, 0), CITY_M, (events, 2))
    )
    code = draw.choice(30, events, p=(weights := 1 / np.arange(1, 31)) / weights.sum())
    start = np.sort(draw.integers(0, seconds, events))
    return Cases(
        x=spot[:, 0],
        y=spot[:, 1],
        start=start,
        end=start + np.where(draw.random(events) < 0.3, draw.integers(0, 36_000, events), 0),
        local=start,
        timed=np.ones(events, dtype=bool),
        offence=np.array([OFFENCE_CODE[slug] for slug in OFFENCES])[code % len(OFFENCES)],
        code=code,
        premise=draw.choice(100, events, p=(weights := 1 / np.arange(1, 101)) / weights.sum()),
        words=tuple(frozenset((f"way{k % 7}", f"tool{k % 4}")) for k in range(30)),
    )


def taught() -> Linkage:
    """A linkage from series injected into fewer of the same events."""
    draw = np.random.default_rng(SEED)
    cases = made(8_000, YEAR_S // 8)
    return fit_linkage(labelled(*inject(shuffled(cases, draw), draw), draw))


def plain(compared: Comparer, linkage: Linkage, pairs: Sequence[tuple[int, int]]) -> list[float]:
    """One pair after the other: each feature's difference worked out, its level looked for, its term added."""
    cases, tables = compared.cases, {name: table.tolist() for name, table in compared.table.items()}
    terms = [values.tolist() for values in linkage.terms.values()]
    found = []
    for a, b in pairs:
        metres = math.hypot(cases.x[a] - cases.x[b], cases.y[a] - cases.y[b])
        gap = abs(cases.middle[a] - cases.middle[b])
        busy = max(compared.of_case["distance"][a], compared.of_case["distance"][b])
        levels = {
            name: tables[name][compared.of_case[name][a]][compared.of_case[name][b]]
            for name in ("offence", "method", "premise", "time_of_day", "weekday")
        }
        step = next((k for k, edge in enumerate(METRES_APART) if metres < edge), len(METRES_APART) - 1)
        levels["distance"] = 1 + step * CROWDS + busy
        levels["days_apart"] = 1 + next((k for k, edge in enumerate(DAYS_APART) if gap < edge), len(DAYS_APART) - 1)
        found.append(linkage.intercept + sum(term[levels[name]] for name, term in zip(FEATURES, terms, strict=True)))
    return found


def search() -> None:
    """A whole search of Chicago at one moment, with learning and with what was learnt before."""
    from benchmarks.evidence.pattern_data import chicago_frame, chicago_rules

    frame = chicago_frame("2015-07-01")
    at = datetime.fromisoformat("2016-07-15T21:30:00-05:00").timestamp()
    rows = frame.seen(frame.all_rows[: frame.until(at)], at - YEAR_S, at, at)
    evidence = gather(frame, rows, Limits(offences=MICRO_TIME_OFFENCES), at)
    learned = None
    for what in ("with learning", "with what was learnt"):
        begun = time.process_time()
        found = find_series(frame, evidence, at, method_words=method_words(chicago_rules()), learned=learned)
        learned = found.learned
        spent = time.process_time() - begun
        print(f"Chicago, {found.basis.parameters['cases']:,} cases, {what}: {spent:.1f} s, {found.chance}")


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Pairs scored per second.")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--search", action="store_true", help="time a whole search of Chicago instead")
    options = parser.parse_args()
    if options.search:
        search()
        return
    linkage, cases = taught(), made(options.events)
    print(f"{len(cases):,} events, about {expected_pairs(cases):,.0f} pairs within reach")
    begun = time.process_time()
    score = scorer(comparer(cases), linkage)
    print(f"tables ready in {time.process_time() - begun:.2f} s")
    pairs, scoring, best = 0, 0.0, -np.inf
    sample: list[tuple[Rows, Rows]] = []
    begun = time.process_time()
    for first, second in candidate_pairs(cases):
        before = time.process_time()
        log_odds = score.log_odds(first, second)
        scoring += time.process_time() - before
        best = max(best, float(log_odds.max(initial=-np.inf)))
        pairs += len(first)
        sample.append((first[: SAMPLE // 10], second[: SAMPLE // 10]))
    whole = time.process_time() - begun
    print(f"ours, pairs made and scored: {pairs:,} in {whole:.1f} s = {pairs / whole / 1e6:.2f} million a second")
    print(f"ours, scoring alone: {pairs / scoring / 1e6:.2f} million a second; best log-odds {best:.2f}")
    first, second = (np.concatenate(part)[:SAMPLE] for part in zip(*sample, strict=True))
    begun = time.process_time()
    slow = plain(score.compared, linkage, list(zip(first.tolist(), second.tolist(), strict=True)))
    spent = time.process_time() - begun
    apart = np.abs(score.log_odds(first, second) - slow).max()
    print(f"plain Python, {len(slow):,} of the same pairs: {len(slow) / spent / 1e6:.4f} million a second")
    print(f"largest difference of log-odds: {apart:.1e}")
    assert apart < 1e-3, "the two must say the same"
    ratio = (scoring / pairs) / (spent / len(slow))
    print(f"ours takes {ratio:.4f} of plain Python's time a pair (scoring alone)")
    peer = f"{PEER_MS} ms a pair = {1 / PEER_MS / 1e3:.4f} million a second"
    print(f"published elsewhere, not run here: crimeserieslinkage {peer}")
    print(f"bar: 1 million pairs a second, made and scored: {'met' if pairs / whole >= 1e6 else 'missed'}")


if __name__ == "__main__":
    main()
