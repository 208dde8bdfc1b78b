"""Thousands of mutated files given to the import: ``python -m benchmarks.fuzz_import [--files 2000] [--seed 1]``.

Each file is one of a few dozen small exports after damage of several kinds at once, and each is loaded twice, into a
store that it shares with a hundred others. A file must load, or be refused in one sentence and leave nothing; the
second load must change nothing; time and memory have bounds. Exits with 1 where anything else happens, and keeps the
file. A seed and a number make a file anew: ``--first 1234 --files 1``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fuzzing.cases import Case
from benchmarks.fuzzing.run import MOST_MEMORY, MOST_SECONDS, fuzz


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description="Mutated files given to the import.")
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--keep", type=Path, help="folder for files that break a rule")
    parser.add_argument("--each", action="store_true", help="print what comes of each file")
    given = parser.parse_args()
    keep = given.keep or Path(tempfile.mkdtemp(prefix="beatdesk-fuzz-"))

    def heard(case: Case, kind: str) -> None:
        if given.each:
            print(f"{case.number:>5}  {case.about}: {kind}", flush=True)

    begun = time.monotonic()
    tally = fuzz(given.files, given.seed, first=given.first, keep=keep, heard=heard)
    print(f"{tally.files:,} files of seed {given.seed} in {time.monotonic() - begun:.0f} s")
    for kind, count in tally.outcomes.most_common():
        print(f"{count:>7,}  {kind}")
    for seconds, number, about in tally.slowest[:3]:
        print(f"slowest: {seconds:5.1f} s  file {number}, {about} (bound {MOST_SECONDS:.0f} s)")
    for memory, number, about in tally.largest[:3]:
        print(f"largest: {memory / 10**6:5,.0f} MB  file {number}, {about} (bound {MOST_MEMORY / 10**6:,.0f} MB)")
    for number, about, breach in tally.breaches:
        print(f"BREACH: file {number}, {about}: {breach}")
    if tally.breaches:
        sys.exit(f"{len(tally.breaches)} breaches; the files are in {keep}")
    if given.keep is None:
        keep.rmdir()


if __name__ == "__main__":
    main()
