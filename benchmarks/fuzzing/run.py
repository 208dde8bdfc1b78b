"""The whole run: files are made here and loaded in a process of their own, which is watched and may be ended."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.fuzzing import seeds
from benchmarks.fuzzing.cases import ROWS, Case, made_case
from benchmarks.fuzzing.child import serve
from benchmarks.fuzzing.seeds import Sheet

#: A fresh store after so many files.
FILES_PER_STORE: Final = 100
#: Bounds of one file [this project's choice]: seconds for two loads, bytes of a process.
MOST_SECONDS: Final = 20.0
MOST_MEMORY: Final = 10**9
#: Beyond these the process is ended, so that the machine lives.
_PATIENCE: Final = 60.0
_ENDED_AT: Final = 3 * 10**9
_LOOK_EVERY: Final = 0.05
SHARED: Final = Path(__file__).resolve().parents[3] / "shared/data"


@dataclass(slots=True)
class Tally:
    """What came of a run. ``breaches`` are (number of the file, how it was made, what must not be)."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    breaches: list[tuple[int, str, str]] = field(default_factory=list)
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    largest: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def peak(self) -> int:
        """The most memory of any file in bytes."""
        return max((bytes_ for bytes_, _, _ in self.largest), default=0)

    def note(self, case: Case, kind: str, breaches: Sequence[str], seconds: float, memory: int) -> None:
        """Count one file."""
        self.files += 1
        self.outcomes[kind] += 1
        self.breaches += [(case.number, case.about, breach) for breach in breaches]
        self.slowest = sorted([*self.slowest, (seconds, case.number, case.about)], reverse=True)[:5]
        self.largest = sorted([*self.largest, (memory, case.number, case.about)], reverse=True)[:5]


def sheets_of(seed: int, shared: Path | None = SHARED) -> list[Sheet]:
    """What is damaged: every layout and every file of the open data once, those without a layout too."""
    chance = Random(seed)  # noqa: S311 - rows that can be repeated, no secret
    return [*seeds.made(chance, ROWS), *(seeds.shared(shared) if shared else [])]


def fuzz(
    files: int,
    seed: int,
    *,
    first: int = 0,
    keep: Path | None = None,
    shared: Path | None = SHARED,
    heard: Callable[[Case, str], None] = lambda _case, _kind: None,
) -> Tally:
    """Load ``files`` mutated files, from number ``first`` on. Files that break a rule are copied into ``keep``."""
    tally, sheets = Tally(), sheets_of(seed, shared)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for begin in range(first, first + files, FILES_PER_STORE):
            numbers = range(begin, min(begin + FILES_PER_STORE, first + files))
            with _Loader(root / f"store-{begin}") as loader:
                for number in numbers:
                    # Far down, so that a name that climbs out of a ZIP lands where it is seen.
                    place = root / "deep/deep/deep" / str(number)
                    place.mkdir(parents=True)
                    case = made_case(seed, number, sheets, place)
                    heard(case, _judged(case, loader, root, tally, keep, seed))
                    shutil.rmtree(place)
    return tally


def _judged(case: Case, loader: _Loader, root: Path, tally: Tally, keep: Path | None, seed: int) -> str:
    begun = time.monotonic()
    kind, breaches, memory, error = loader.load(case)
    seconds = time.monotonic() - begun
    found = [*breaches, *_strays(root, case)]
    if seconds > MOST_SECONDS:
        found.append(f"it took {seconds:.0f} s")
    if memory > MOST_MEMORY:
        found.append(f"it needed {memory / 10**6:,.0f} MB")
    tally.note(case, kind, found, seconds, memory)
    if found and keep is not None:
        _kept(case, keep, {"seed": seed, "number": case.number, "call": case.call.as_json(), "breaches": found})
    return f"{kind} {error}".strip() if not found else "; ".join(found)


def _strays(root: Path, case: Case) -> list[str]:
    """Files that nobody but a load can have written."""
    mine = case.path.parent
    others = [path for path in root.rglob("*") if not path.is_relative_to(mine) and not mine.is_relative_to(path)]
    return [f"stray file {path}" for path in others if not path.relative_to(root).parts[0].startswith("store-")]


def _kept(case: Case, keep: Path, facts: dict[str, Any]) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    try:
        if stat.S_ISREG(os.stat(case.path).st_mode):
            shutil.copyfile(case.path, keep / f"{facts['seed']}-{case.number}{case.path.suffix[:10]}")
    except (OSError, ValueError):
        facts["file"] = "could not be copied"
    text = json.dumps({**facts, "name": str(case.path.name), "about": case.about}, indent=1)
    (keep / f"{facts['seed']}-{case.number}.json").write_text(text, encoding="utf-8")


class _Loader:
    """The process that loads, begun anew where it had to be ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun = 0

    def __enter__(self) -> _Loader:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _begin(self) -> None:
        self._begun += 1
        database = self._folder / str(self._begun) / "beatdesk.db"
        database.parent.mkdir(parents=True)
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(theirs, str(database)), daemon=True)
        self._process.start()
        theirs.close()
        assert self._pipe.recv() == "ready"

    def _end(self) -> None:
        with suppress(OSError):
            self._pipe.send(None)
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()

    def load(self, case: Case) -> tuple[str, list[str], int, str]:
        """What came of a case: its kind, the breaches, the peak in bytes and the error."""
        self._pipe.send((case.path, case.call))
        deadline = time.monotonic() + _PATIENCE
        while True:
            memory = _resident(self._process.pid)
            if time.monotonic() > deadline or memory > _ENDED_AT:
                self._process.kill()
                self._again()
                return "ended", ["it did not end and was ended"], memory, ""
            if self._pipe.poll(_LOOK_EVERY):
                try:
                    outcome, peak = self._pipe.recv()
                except EOFError:
                    self._process.join(5)
                    code = self._process.exitcode
                    self._again()
                    return "crash", [f"the process died with {code}"], memory, ""
                if peak > MOST_MEMORY:
                    # What it keeps would be counted against the next file.
                    self._again()
                return outcome.kind, list(outcome.breaches), peak, outcome.error

    def _again(self) -> None:
        self._end()
        self._begin()


def _resident(process: int | None) -> int:
    """The memory of a process in bytes; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0
