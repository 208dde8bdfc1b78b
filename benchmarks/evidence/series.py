"""How far the probabilities of possible series hold: ``python -m benchmarks.evidence.series [--write]``.

Learnt on Chicago's records of one quarter of 2016, checked on two later quarters. Nobody labelled real series in
open data, so series are injected (`ilp_core/analyse/patterns/injection.py` states their shape) and the check is how
often what was said to belong together did. Two backgrounds: the quarter's records with their dates shuffled, where
the injected series are all there is, and the records as they are, where real series that nobody labelled count as
errors, so that fewer are found than said. The last table is the chance rate: how often the search returns anything
where dates are shuffled and nothing was injected.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.special import expit

from benchmarks.evidence.pattern_data import CHICAGO, chicago_frame, chicago_rules
from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.patterns.calibration import Reliability, discrimination, reliability
from ilp_core.analyse.patterns.cases import Cases, cases_of, one_each
from ilp_core.analyse.patterns.chance import FALSE_SHARE, SHUFFLES, chance_groups, sift
from ilp_core.analyse.patterns.injection import inject, labelled, shuffled
from ilp_core.analyse.patterns.linkage import scorer
from ilp_core.analyse.patterns.method_words import method_words
from ilp_core.analyse.patterns.series import WINDOW_DAYS
from ilp_core.analyse.patterns.similarity import FEATURES, comparer
from ilp_core.analyse.patterns.strength import Learned, find_groups, is_series, learn
from ilp_core.domain.offences import MICRO_TIME_OFFENCES

LEARNT_ON = "2016-04-01T00:00:00-05:00"
CHECKED_ON = ("2016-07-15T21:30:00-05:00", "2016-10-15T21:30:00-06:00")
SEED = 2016
ROUNDS = 3
SEARCHES = 60
PAIR_BINS = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 1.0)
GROUP_BINS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
PAGE = Path(__file__).resolve().parents[2] / "docs/evidence/series.md"
Background = Callable[[Cases, np.random.Generator], Cases]


def quarter(frame: IncidentFrame, moment: str) -> Cases:
    """The cases of the WINDOW_DAYS before ``moment``, of the offences that may propose a pattern."""
    at = datetime.fromisoformat(moment).timestamp()
    rows = frame.seen(frame.all_rows[: frame.until(at)], at - WINDOW_DAYS * DAY_S, at, at)
    evidence = gather(frame, rows, Limits(offences=MICRO_TIME_OFFENCES), at)
    cases = cases_of(frame, evidence.rows, method_words(chicago_rules()))
    return cases.take(one_each(cases))


def as_they_are(cases: Cases, _draw: np.random.Generator) -> Cases:
    """The records in their real order of dates."""
    return cases


def checked(
    quarters: list[Cases], learned: Learned, background: Background, draw: np.random.Generator
) -> tuple[Reliability, float, Reliability, float]:
    """Reliability and discrimination of pairs, then of groups, over all quarters and rounds."""
    pairs, groups = [], []
    for cases in quarters:
        for _ in range(ROUNDS):
            mixed, series = inject(background(cases, draw), draw)
            found = labelled(mixed, series, draw, learned.linkage)
            pairs.append((learned.linkage.log_odds(found.levels), found.linked, found.weights))
            grouped = find_groups(mixed, scorer(comparer(mixed), learned.linkage))
            groups.append((learned.strength(mixed, grouped), is_series(grouped, series)))
    score, linked, weights = (np.concatenate(part) for part in zip(*pairs, strict=True))
    strength, true = (np.concatenate(part) for part in zip(*groups, strict=True))
    return (
        reliability(expit(score), linked, weights, PAIR_BINS),
        discrimination(score, linked, weights),
        reliability(expit(strength), true, edges=GROUP_BINS),
        discrimination(strength, true),
    )


def rows_of(found: Reliability, area: float, what: str) -> list[str]:
    """A reliability as a Markdown table with its figures."""
    return [
        f"| probability said | {what} | said, mean | found |",
        "| --- | --: | --: | --: |",
        *(
            f"| {row.low:g} to {row.high:g} | {row.count:,.0f} | {row.said:.4f} | {row.found:.4f} |"
            for row in found.bins
        ),
        "",
        f"Expected calibration error {found.error:.5f}; Brier score {found.brier:.5f} (always saying the base rate: "
        f"{found.constant:.5f}); said over found {found.expected_over_found:.2f}; area under the curve {area:.3f}.",
        "",
    ]


def chance_rate(quarters: list[Cases], learned: Learned, draw: np.random.Generator) -> list[str]:
    """How many groups pass in the real order, and in how many shuffled ones anything passes."""
    lines = [
        "| quarter | cases | groups | returned | of these chance, expected | shuffled searches | that return any |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for number, cases in enumerate(quarters, 1):
        score = scorer(comparer(cases), learned.linkage)
        shuffles = chance_groups(cases, score, learned, draw, SEARCHES)
        real, *_ = sift(
            learned.strength(cases, find_groups(cases, score)), np.concatenate(shuffles[:SHUFFLES]), SHUFFLES
        )
        # Each shuffle in turn is searched as if it were real, against as many others as a search makes.
        any_returned = 0
        for k in range(SEARCHES):
            others = [shuffles[(k + n) % SEARCHES] for n in range(1, SHUFFLES + 1)]
            any_returned += sift(shuffles[k], np.concatenate(others), SHUFFLES)[0].returned > 0
        lines.append(
            f"| {number} | {len(cases):,} | {real.groups:,} | {real.returned} | {real.expected:.2f} | {SEARCHES} "
            f"| {any_returned} |"
        )
    return [
        *lines,
        "",
        f"Stated: at most {FALSE_SHARE:.0%} of those returned, and of the searches where nothing is.",
        "",
    ]


def report() -> list[str]:
    """All tables as lines of Markdown."""
    frame = chicago_frame("2015-12-01")
    draw = np.random.default_rng(SEED)
    learned = learn(quarter(frame, LEARNT_ON), draw)
    quarters = [quarter(frame, moment) for moment in CHECKED_ON]
    lines = [
        f"Learnt from {learned.linkage.linked:,} linked pairs at a base rate of {learned.linkage.base_rate:.5f} and "
        f"from {learned.groups:,} groups, {learned.true} of them series.",
        "",
        "| feature | weight | log Bayes factors, lowest to highest level |",
        "| --- | --: | --- |",
    ]
    for name, weight, factors in zip(FEATURES, learned.linkage.weights, learned.linkage.factors, strict=True):
        lines.append(f"| {name} | {weight:.2f} | {' '.join(f'{value:+.1f}' for value in factors[1:])} |")
    for title, background in (("dates shuffled", shuffled), ("records as they are", as_they_are)):
        pairs, area, groups, group_area = checked(quarters, learned, background, draw)
        lines += ["", f"## Held-out pairs, background: {title}", "", *rows_of(pairs, area, "pairs")]
        lines += [f"## Held-out groups, background: {title}", "", *rows_of(groups, group_area, "groups")]
    return [*lines, "## The chance rate", "", *chance_rate(quarters, learned, draw)]


def main() -> None:
    """Read the call, run, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description="Calibration of possible series.")
    parser.add_argument("--write", action="store_true", help="write docs/evidence/series.md")
    options = parser.parse_args()
    if not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    begun = time.perf_counter()
    lines = report()
    print("\n".join(lines))
    print(f"{time.perf_counter() - begun:.0f} s")
    if options.write:
        head = [
            "# Possible series: do the probabilities hold?",
            "",
            f"Written on {datetime.now(UTC):%d %B %Y}, seed {SEED}: `python -m benchmarks.evidence.series --write`.",
            "Data: Chicago 2016, located records of the offences that may propose a pattern.",
            "",
            *(__doc__ or "").split("\n\n", 1)[1].strip().splitlines(),
            "",
        ]
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join([*head, *lines]), encoding="utf-8")


if __name__ == "__main__":
    main()
