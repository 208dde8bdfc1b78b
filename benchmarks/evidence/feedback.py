"""Does the desk's own ranking run away: ``python -m benchmarks.evidence.feedback [--write]``.

The urn of Ensign et al. 2018 on the offence table in force: that of the configured database (BEATDESK_DATABASE_URL),
else the one that comes with the desk. For every source of the table, once as if it recorded who initiated a record
and once inferring it from the offence: 20 places of equal true crime, 52 weekly rankings by the desk's own code,
every visit to the first three of the list. Leaves with 0 only where no place ends above twice the mean share with the
exclusions (G06), and some place does in every run as if they did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.commands.console import ready_store
from bot.settings import Settings
from ilp_core.analyse.feedback import (
    MOST_TIMES_MEAN,
    TWO_AREAS,
    Loop,
    NoLoopError,
    Setting,
    plain_urn,
    run_loop,
    weighs,
)
from ilp_core.collect.offences.presets import offence_rules
from ilp_core.domain.errors import DeskError
from ilp_core.domain.offences import OffenceRule

REPORT = Path(__file__).resolve().parents[2] / "docs/evidence/feedback.md"
#: Weeks of which the two curves are printed.
WEEKS = (1, 4, 13, 26, 39, 52)
BAND = (0.4, 0.6)
LEAST_IN_BAND = 0.95


@dataclass(frozen=True)
class Case:
    """One source and way of knowing who initiated, ranked one way: the loops with and without the exclusions."""

    source: str
    recording: bool
    setting: Setting
    held: list[Loop]
    broken: list[Loop]

    @property
    def passes(self) -> bool:
        """True where no run with the exclusions runs away and every run without them does."""
        return not any(loop.runs_away for loop in self.held) and all(loop.runs_away for loop in self.broken)


async def rules_in_force() -> tuple[Sequence[OffenceRule], str]:
    """The offence table and where it is from."""
    settings = Settings.load()
    if "database_url" in settings.model_fields_set:
        async with ready_store(settings) as store, store.read() as uow:
            found = await uow.offences.all()
            if found:
                return found, f"the database {store.label}"
    return offence_rules(), "the presets, no database being configured"


def cases(rules: Sequence[OffenceRule], runs: int) -> Iterator[Case | str]:
    """Every source and both ways, or why one cannot be run."""
    for source in sorted({rule.source for rule in rules}):
        for recording in (True, False):
            for weighting in ("harm", "count"):
                setting = Setting(weighting=weighting)
                name = f"{source}, initiation {'recorded' if recording else 'inferred'}, by {weighting}"
                try:
                    heavy = weighs(rules, source, setting.weighting, recording=recording)
                except NoLoopError as why:
                    yield f"{name}: {why}"
                    continue
                if not heavy:
                    yield f"{name}: what patrols find has no harm in this table, so that no loop can start"
                    continue
                held, broken = (
                    [
                        run_loop(rules, source, setting, recording=recording, exclusions=on, seed=seed)
                        for seed in range(runs)
                    ]
                    for on in (True, False)
                )
                yield Case(source, recording, setting, held, broken)


def line(case: Case) -> str:
    """One row of the table."""
    held, broken = max(loop.times_mean for loop in case.held), min(loop.times_mean for loop in case.broken)
    how = "recorded" if case.recording else "inferred"
    result = "passes" if case.passes else "FAILS"
    return f"| {case.source} | {how} | {case.setting.weighting} | {held:.2f} | {broken:.2f} | {result} |"


def curves(case: Case) -> list[str]:
    """The largest share as a multiple of the mean over the weeks, the mean of the runs, with and without."""
    rows = ["| week | " + " | ".join(str(week) for week in WEEKS) + " |", "|---|" + "---|" * len(WEEKS)]
    for name, loops in (("with the exclusions", case.held), ("without", case.broken)):
        mean = np.mean([loop.curve for loop in loops], axis=0)
        rows.append(f"| {name} | " + " | ".join(f"{mean[week - 1]:.2f}" for week in WEEKS) + " |")
    return rows


def two_areas(rules: Sequence[OffenceRule], source: str, runs: int) -> tuple[bool, str]:
    """Two equal areas for 1,000 days: whether the share of visits stays near a half, and the sentence."""
    shares, urn = [], []
    for seed in range(runs):
        setting = replace(TWO_AREAS, weighting=("harm", "count")[seed % 2])
        loop = run_loop(rules, source, setting, recording=seed % 4 < 2, exclusions=True, seed=seed)
        shares.append(float(loop.patrols[0]))
        urn.append(float(plain_urn(1_000, seed)[0]))
    inside, plain = (float(np.mean([BAND[0] <= share <= BAND[1] for share in some])) for some in (shares, urn))
    said = (
        f"Two equal areas, 1,000 days, one visit a day drawn by the ranking ({source}): in {inside:.0%} of {runs} "
        f"runs an area got 40 to 60 % of the visits (from {min(shares):.2f} to {max(shares):.2f}); by a plain urn in "
        f"{plain:.0%}. Bar: {LEAST_IN_BAND:.0%}."
    )
    return inside >= LEAST_IN_BAND, said


def main() -> None:
    """Read the call, run, print, and leave with the result."""
    parser = argparse.ArgumentParser(description="The runaway-feedback urn on the offence table in force.")
    parser.add_argument("--runs", type=int, default=2, help="seeds of every case")
    parser.add_argument("--areas", type=int, default=12, help="runs of the two areas; 0 for none")
    parser.add_argument("--write", action="store_true", help=f"also write {REPORT.name} into docs/evidence")
    options = parser.parse_args()
    try:
        rules, origin = asyncio.run(rules_in_force())
    except DeskError as error:
        sys.exit(str(error))
    out: list[str] = []

    def say(text: str) -> None:
        out.append(text)
        print(text, flush=True)

    say(f"Offence table: {origin}. {options.runs} runs a case. The largest final share of a place as a multiple of")
    say(f"the mean: the worst run with the exclusions (at most {MOST_TIMES_MEAN:g}), the mildest without (above).")
    say("")
    say("| source | initiation | ranked by | with | without | |")
    say("|---|---|---|---|---|---|")
    done: list[Case] = []
    left_out: list[str] = []
    for case in cases(rules, options.runs):
        if isinstance(case, str):
            left_out.append(case)
        else:
            done.append(case)
            say(line(case))
    # A table under which nothing could be run proves nothing.
    passed = bool(done) and {case.recording for case in done} == {True, False} and all(case.passes for case in done)
    if done:
        say(f"\nThe two curves ({done[0].source}, the first row of the table):\n")
        for row in curves(done[0]):
            say(row)
    if left_out:
        say("\nNot run:\n")
        for sentence in left_out:
            say(f"* {sentence}")
    if options.areas and done:
        in_band, sentence = two_areas(rules, done[0].source, options.areas)
        say(f"\n{sentence}")
        passed &= in_band
    say(f"\n{'PASSED' if passed else 'FAILED'}")
    if options.write:
        write(out, options.runs, options.areas)
    sys.exit(0 if passed else 1)


def write(out: Sequence[str], runs: int, areas: int) -> None:
    """The same as a page, with its command and day."""
    head = [
        "# The runaway-feedback urn",
        "",
        "Source: Ensign et al. 2018, PMLR 81:160, on the desk's own ranking; see ../analysis/feedback.md.",
        f"Command: `python -m benchmarks.evidence.feedback --runs {runs} --areas {areas} --write`.",
        f"Run on {datetime.now(UTC):%Y-%m-%d}.",
        "",
    ]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join([*head, *out]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
