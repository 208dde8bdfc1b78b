"""Warm hotspot answers on the Chicago file beside pandas counting: ``python -m benchmarks.hotspot_answers``.

Random beats, shifts and offences of 2016, the same questions for each way, one after the other on this machine:
``look and compose`` is the answer in words, ``Desk.ask`` adds reading the message and the officer's row, and
``pandas`` only counts the same rows by place and offence. Once for one moment and many beats, as in a shift, and
once for another moment with every question, so that nothing found for the force can be kept from one to the next.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ilp_core.analyse.city import City
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.places import CELL_M
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.hotspots import Ground, compose, look
from ilp_core.assistant.messages import Message
from ilp_core.assistant.resolve import YEAR
from ilp_core.assistant.understand import Context, hours_asked, understand
from ilp_core.assistant.when import Clock
from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.offences import OFFENCES
from ilp_core.domain.officers import Officer
from ilp_core.domain.questions import Question
from ilp_core.domain.shifts import instant
from ilp_core.storage import Store, open_store, upgrade
from ilp_core.words.en import answers

CHICAGO = Path(__file__).resolve().parents[2] / "shared/data/chicago_crimes_2014-2016.parquet"
SEED = 2016
SHIFT_MOMENT = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
OFFENCE_WORDS = ("", "", "robberies", "burglaries", "stolen cars", "assaults", "criminal damage")
SHIFT_WORDS = ("days", "evenings", "nights")
ASKER = Officer("benchmark", "analyst")


@dataclass(frozen=True)
class Case:
    """One question in an officer's words, at a moment."""

    text: str
    at: datetime


def cases(beats: Sequence[str], count: int, draw: random.Random, *, one_moment: bool) -> list[Case]:
    """``count`` questions, at one moment or at moments all over 2016."""
    first = datetime(2016, 1, 1, tzinfo=UTC)
    found = []
    for _ in range(count):
        words = ("hotspots", draw.choice(OFFENCE_WORDS), "beat", draw.choice(beats), draw.choice(SHIFT_WORDS))
        at = SHIFT_MOMENT if one_moment else first + timedelta(seconds=draw.randrange(365 * 86_400))
        found.append(Case(" ".join(word for word in words if word), at))
    return found


async def prepare(database: Path, given: Path | None) -> Store:
    """A store of its own: a copy of ``given``, or the Chicago file imported now; with an officer who asks."""
    url = f"sqlite:///{database}"
    if given is not None:
        shutil.copyfile(given, database)
        store = open_store(url)
    else:
        await asyncio.to_thread(upgrade, url)
        store = open_store(url)
        await load_presets(store)
        now = datetime.now(UTC)
        await load_incidents(store, CHICAGO, by="benchmark", now=now, progress=lambda _done, _all: None)
    async with store.write() as uow:
        await uow.officers.add(ASKER, datetime.now(UTC))
    return store


async def build(store: Store) -> tuple[IncidentFrame, float, float]:
    """The frame, with the seconds it takes to fetch its columns and to wrap them."""
    begun = time.perf_counter()
    async with store.read() as uow:
        blocks, rules = await uow.columns.blocks(await uow.loads.latest() or 0), await uow.offences.all()
    fetched = time.perf_counter()
    frame = build_frame(blocks, rules)
    return frame, fetched - begun, time.perf_counter() - fetched


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds that ``work`` takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def in_words(question: Question, ground: Ground, clock: Clock) -> None:
    """The answer without the desk round it."""
    answer = compose(look(question, ground, clock), clock, "3K9Q7T", (), answers.CAUTION_SHORT)
    assert answer.text


def as_table(frame: IncidentFrame) -> pd.DataFrame:
    """The same rows as pandas holds them, in order of time; cells and hours are columns already."""
    return pd.DataFrame(
        {
            "time": frame.column["time"],
            "minute": frame.column["local"] % 86_400 // 60,
            "beat": pd.Categorical.from_codes(frame.column["beat"], list(frame.words["beat"])),
            "offence": pd.Categorical.from_codes(frame.offence, list(OFFENCES)),
            "east": np.floor(frame.column["x"] / CELL_M),
            "north": np.floor(frame.column["y"] / CELL_M),
        }
    )


def count_with_pandas(table: pd.DataFrame, question: Question, clock: Clock) -> None:
    """Counts by cell and offence in the beat, the hours and the 364 days asked for: no ranking, no words."""
    assert question.area is not None
    hours = hours_asked(question, clock)
    assert hours is not None
    at = clock.at.timestamp()
    late, early = table["minute"] >= hours.start, table["minute"] < hours.end
    inside = (late & early) if hours.start < hours.end else (late | early)
    recent = (table["time"] > at - YEAR.total_seconds()) & (table["time"] <= at)
    wanted = inside & recent & (table["beat"] == question.area.code)
    if question.offences:
        wanted &= table["offence"].isin(question.offences)
    table[wanted].groupby(["east", "north", "offence"], observed=True).size().sort_values(ascending=False)


def report(name: str, spent: Sequence[float]) -> float:
    """Prints the distribution in milliseconds and gives its median."""
    median, most, longest = (float(np.percentile(spent, share)) for share in (50, 95, 100))
    print(f"  {name:<17} p50 {median:7.2f} ms   p95 {most:7.2f} ms   max {longest:7.2f} ms", flush=True)
    return median


async def measure(store: Store, frame: IncidentFrame, table: pd.DataFrame, asked: Sequence[Case]) -> None:
    """Time the three ways on the same questions; what is common to all of them is done before."""
    desk = Desk(store)
    view = await desk.view()
    # Cities of their own: neither way may find ready what another one made.
    ground = replace(view.ground, city=City(frame))
    async with store.read() as uow:
        zone, shifts = ZoneInfo(await uow.settings.get("zone") or "UTC"), await uow.shifts.for_unit(None)
    clocks = [Clock(instant(case.at, zone), zone, shifts, None) for case in asked]
    pairs = zip(asked, clocks, strict=True)
    questions = [understand(case.text, ASKER, clock, view.atlas, Context()).question for case, clock in pairs]
    in_words(questions[0], ground, clocks[0])
    await desk.ask(Message(ASKER.badge, asked[0].at, "command", asked[0].text, past=True), dry_run=True)
    count_with_pandas(table, questions[0], clocks[0])

    both = list(zip(questions, clocks, strict=True))
    ours = report("look and compose", [timed(partial(in_words, q, ground, c)) for q, c in both])
    spent = []
    for case in asked:
        begun = time.perf_counter()
        reply = await desk.ask(Message(ASKER.badge, case.at, "command", case.text, past=True), dry_run=True)
        spent.append((time.perf_counter() - begun) * 1_000)
        assert reply.answer.receipt, case.text
    whole = report("Desk.ask", spent)
    peer = report("pandas, counting", [timed(partial(count_with_pandas, table, q, c)) for q, c in both])
    print(f"  ratio to pandas at p50: look and compose {ours / peer:.2f}, Desk.ask {whole / peer:.2f}")


async def compare(database: Path, given: Path | None, count: int) -> None:
    """Both runs on one store."""
    store = await prepare(database, given)
    frame, fetched, wrapped = await build(store)
    times = f"columns fetched in {fetched * 1_000:.0f} ms, frame built in {wrapped * 1_000:.0f} ms"
    print(f"{len(frame):,} rows: {times}")
    table = as_table(frame)
    draw = random.Random(SEED)  # noqa: S311 - a fixed seed is what makes two runs comparable
    for title, one_moment in (("one moment, many beats", True), ("a new moment for every question", False)):
        print(f"{title}, {count:,} questions:")
        await measure(store, frame, table, cases(frame.words["beat"], count, draw, one_moment=one_moment))
    await store.close()


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Times of warm hotspot answers.")
    parser.add_argument("--database", type=Path, help="a SQLite file with the Chicago data; default: import it now")
    parser.add_argument("--questions", type=int, default=1_000)
    options = parser.parse_args()
    if options.database is None and not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(Path(folder) / "benchmark.db", options.database, options.questions))


if __name__ == "__main__":
    main()
