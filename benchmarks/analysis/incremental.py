"""A load of a thousandth over 1,000,000 records beside a full rebuild: ``python -m benchmarks.analysis.incremental``.

The Chicago file's records, repeated three years earlier up to a million, in a store of their own with the new records
as its last load. ``full`` reads all blocks, joins them and prepares the city; ``incremental`` reads the new block,
extends the frame of the version before and prepares the city: both are then ready for every question of the next
moments, and both answer the same. Times are the processor's (and the wall's), least of several runs, one after the
other in one process. Then the answers on the new version: warm, at one moment and at a new moment for each question.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hotspot_answers import CHICAGO, prepare
from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import Column, IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.hotspots import Asked, Scope, figures_of, find_hotspots
from ilp_core.domain.columns import COLUMN_TYPES, KEYS, VOCABULARIES, ColumnBlock, types_of, vocabularies_of
from ilp_core.storage import Store

ROWS = 1_000_000
NEW = ROWS // 1_000
BAR = 0.10
ANSWER_BAR_MS = 50.0
#: Loads before the new one: the first, and one since the desk has begun, as in a desk that runs.
FIRST_LOADS = 2
#: Late records occurred in the last weeks, as many as 50,000 records are; a changed one at any time.
LATE_AMONG = 50_000
DAY = 86_400
SEED = 2016


def million(block: ColumnBlock) -> dict[str, Column]:
    """The block's records with its earliest ones repeated 3 x 364 days before, a million in order of time."""
    column = {name: np.frombuffer(block.columns[name], dtype=kind) for name, kind in COLUMN_TYPES.items()}
    more = max(0, ROWS - block.rows)
    again = {name: values[:more].copy() for name, values in column.items()}
    for name in ("time", "end", "known", "local"):
        again[name] -= 3 * 364 * DAY
    joined = {name: np.concatenate([again[name], values])[:ROWS] for name, values in column.items()}
    order = np.argsort(joined["time"], kind="stable")
    joined = {name: values[order] for name, values in joined.items()}
    joined["incident"] = np.arange(1, len(order) + 1)
    return joined


def block_of(
    column: dict[str, Column], words: dict[str, tuple[str, ...]], load: int, source: str, *, replaces: bool = False
) -> ColumnBlock:
    """A load's block with a vocabulary of its own, as ``collect`` writes it."""
    own = dict(column)
    kept: dict[str, tuple[str, ...]] = dict.fromkeys(vocabularies_of("incident"), ())
    for name in VOCABULARIES:
        used = np.unique(column[name][column[name] >= 0])
        table = np.full(len(words[name]) + 1, -1, dtype=np.int32)
        table[used] = np.arange(len(used))
        own[name] = table[column[name]]
        kept[name] = tuple(words[name][word] for word in used.tolist())
    rows = len(column["time"])
    data = {name: np.zeros(rows, dtype=kind).tobytes() for name, kind in types_of("incident").items()} | {KEYS: b""}
    data |= {name: values.astype(COLUMN_TYPES[name]).tobytes() for name, values in own.items()}
    return ColumnBlock(load, source, rows, data, kept, replaces)


def loads_of(
    kind: str, column: dict[str, Column], words: dict[str, tuple[str, ...]], source: str
) -> list[ColumnBlock]:
    """The loads before and the new one: its records are the last ones, or ``late`` ones, or those and corrections."""
    draw = np.random.default_rng(SEED)
    total = len(column["time"])
    new = np.arange(total - NEW, total)
    if kind != "behind all others":
        new = np.sort(draw.choice(np.arange(total - LATE_AMONG, total), NEW, replace=False))
    before = np.setdiff1d(np.arange(total), new)
    # Numbers are given in the order of loading.
    column = {**column, "incident": np.empty(total, dtype=np.int64)}
    column["incident"][np.concatenate([before, new])] = np.arange(1, total + 1)
    changed = np.sort(draw.choice(before, NEW // 2, replace=False)) if kind == "late and changed" else new[:0]
    if len(changed):
        new = np.sort(np.concatenate([new[NEW // 2 :], changed]))
    parts = [*np.split(before, [len(before) - NEW])]
    assert len(parts) == FIRST_LOADS
    blocks = [
        block_of({name: values[part] for name, values in column.items()}, words, load, source)
        for load, part in enumerate(parts, 1)
    ]
    last = {name: values[new] for name, values in column.items()}
    return [*blocks, block_of(last, words, FIRST_LOADS + 1, source, replaces=bool(len(changed)))]


async def save(store: Store, blocks: Sequence[ColumnBlock]) -> list[int]:
    """Keep the blocks as loads of the store; their numbers."""
    numbers = []
    for block in blocks:
        async with store.write() as uow:
            now = datetime.now(UTC)
            number = await uow.loads.start(
                file="", sha256="", source=block.source, format="", live=False, by_whom="benchmark", at=now
            )
            await uow.columns.save(replace(block, load=number), ROWS)
            await uow.loads.finish(number, {}, now)
            numbers.append(number)
    return numbers


class Spent:
    """Milliseconds of the processor and of the wall, least of the runs, by step."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}

    async def step(self, name: str, work: Callable[[], Any] | Awaitable[Any]) -> Any:
        """Run one step and keep its time where it is the least so far."""
        wall, processor = time.perf_counter(), time.process_time()
        done = work() if callable(work) else await work
        took = (time.process_time() - processor) * 1_000, (time.perf_counter() - wall) * 1_000
        least = self.steps.get(name, took)
        self.steps[name] = min(took[0], least[0]), min(took[1], least[1])
        return done

    @property
    def total(self) -> tuple[float, float]:
        """The sum of the steps."""
        return sum(step[0] for step in self.steps.values()), sum(step[1] for step in self.steps.values())

    def __str__(self) -> str:
        steps = ", ".join(f"{name} {took[0]:.1f}" for name, took in self.steps.items())
        return f"{self.total[0]:7.1f} ms ({self.total[1]:.0f} wall): {steps}"


async def compare(store: Store, kind: str, loads: list[int], runs: int) -> City:
    """Both ways to the newest version; the city, prepared."""
    full, incremental, first = Spent(), Spent(), Spent()
    async with store.read() as uow:
        rules = await uow.offences.all()
        for _ in range(runs):
            blocks = await full.step("read", uow.columns.blocks(loads[-1], after=loads[0] - 1))
            anew = await full.step("build", partial(build_frame, blocks, rules))
            at = float(anew.column["time"][-1]) + 3_600
            await full.step("prepare", partial(City(anew).prepare, at))
            del blocks
            old = await uow.columns.blocks(loads[0], after=loads[0] - 1)
            begun = build_frame(old, rules)
            City(begun).prepare(at)
            before = await take(uow, first, begun, loads[0], loads[1], at)
            longer = await take(uow, incremental, before, loads[1], loads[2], at)
    equal(longer, anew, at)
    print(f"new records {kind}:")
    print(f"  full        {full}")
    print(f"  first load  {first}")
    print(f"  incremental {incremental}")
    ratios = [incremental.total[unit] / full.total[unit] for unit in (0, 1)]
    told = "met" if ratios[0] < BAR else "MISSED"
    print(f"  ratio {ratios[0]:.3f} of processor time ({ratios[1]:.3f} of wall time), bar {BAR}: {told}", flush=True)
    return City(longer)


async def take(uow: Any, spent: Spent, before: IncidentFrame, after: int, load: int, at: float) -> IncidentFrame:
    """The frame of the version ``load`` from that of the one before, timed."""
    blocks = await spent.step("read", uow.columns.blocks(load, after=after))
    longer = await spent.step("extend", partial(extend_frame, before, blocks))
    await spent.step("prepare", partial(City(longer).prepare, at))
    assert isinstance(longer, IncidentFrame)
    return longer


def equal(found: IncidentFrame, wanted: IncidentFrame, at: float) -> None:
    """Fail where the two ways differ."""
    for name, values in wanted.column.items():
        if name not in VOCABULARIES:
            np.testing.assert_array_equal(found.column[name], values, name)
            continue
        spelt = [np.array([*frame.words[name], ""])[frame.column[name]] for frame in (found, wanted)]
        np.testing.assert_array_equal(*spelt, name)
    one, other = City(found), City(wanted)
    for beat in wanted.words["beat"][::40]:
        question = asked(Scope("beat", beat), at)
        assert figures_of(find_hotspots(one, question)) == figures_of(find_hotspots(other, question))


def asked(scope: Scope, at: float, offences: tuple[str, ...] | None = None) -> Asked:
    """A question over the method's own year."""
    return Asked(scope, at, at - 364 * DAY, at, Limits(offences), "harm", None, True)


def answers(city: City, count: int) -> None:
    """Warm answers on the city: the finding without its words, which hotspot_answers.py measures."""
    frame, draw = city.frame, np.random.default_rng(SEED)
    last = float(frame.column["time"][-1]) + 3_600
    city.prepare(last)
    offences = [None, ("robbery",), ("burglary",), ("vehicle_theft",)]
    beats = [Scope("beat", beat) for beat in frame.words["beat"]]
    districts = [Scope("district", code) for code in frame.words["district"]]
    circles = [Scope(x=float(frame.column["x"][row]), y=float(frame.column["y"][row]), radius=800.0)
               for row in np.flatnonzero(frame.located)[:: len(frame) // 50]]  # fmt: skip
    for title, scopes, new_moment in (
        ("one moment, beats", beats, False),
        ("one moment, districts", districts, False),
        ("one moment, 800 m round a point", circles, False),
        ("one moment, the whole force", [Scope()], False),
        ("a new moment each, beats", beats, True),
        ("a new moment each, districts", districts, True),
        ("a new moment each, the whole force", [Scope()], True),
    ):
        spent = []
        for _ in range(count):
            at = last - float(draw.integers(1, 700 * DAY)) if new_moment else last
            question = asked(scopes[draw.integers(len(scopes))], at, offences[draw.integers(len(offences))])
            spent.append(_answer(city, question))
        _tell(title, spent)
    for slugs in offences:
        spent = []
        for _ in range(count // 5):
            # What was ranked before is not at hand: the moment is prepared, the ranking made anew.
            fresh = City(frame)
            fresh.prepare(last)
            spent.append(_answer(fresh, asked(Scope(), last, slugs)))
        _tell(f"first ranking of the force, {', '.join(slugs or ('all',))}", spent)


def _answer(city: City, question: Asked) -> float:
    """Milliseconds of processor time for one answer."""
    begun = time.process_time()
    find_hotspots(city, question)
    return (time.process_time() - begun) * 1_000


def _tell(title: str, spent: Sequence[float]) -> None:
    half, most, longest = (float(np.percentile(spent, share)) for share in (50, 95, 100))
    told = "met" if most <= ANSWER_BAR_MS else "MISSED"
    print(f"  {title:<42} p50 {half:6.2f} ms  p95 {most:6.2f} ms  max {longest:6.2f} ms  {told}", flush=True)


async def measure(folder: Path, given: Path | None, runs: int, questions: int) -> None:
    """All kinds of new records, then the answers."""
    store = await prepare(folder / "incremental.db", given)
    async with store.read() as uow:
        (chicago,) = await uow.columns.blocks(await uow.loads.latest() or 0)
    column = million(chicago)
    print(f"{len(column['time']):,} records, {NEW:,} of them new; processor time, least of {runs} runs")
    for kind in ("behind all others", "late", "late and changed"):
        loads = await save(store, loads_of(kind, column, dict(chicago.words), chicago.source))
        city = await compare(store, kind, loads, runs)
    print(f"warm answers, {questions} questions each; bar {ANSWER_BAR_MS:.0f} ms of processor time at p95")
    answers(city, questions)
    await store.close()


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", type=Path, help="a SQLite file with the Chicago data; default: import it now")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    if options.database is None and not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), options.database, options.runs, options.questions))


if __name__ == "__main__":
    main()
