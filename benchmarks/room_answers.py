"""Warm answers of counts, places and patterns on a million records: ``python -m benchmarks.room_answers``.

The Chicago file is imported, and enough of its first records are put in once more, numbered anew, to make a million.
Random beats, districts, offences, windows and blocks of 2016; each kind of question is timed from message to finished
answer (``Desk.ask``, nothing written), beside pandas counting the same rows twice, the least that a comparison needs.
Series are searched for beside everything else and are not part of an answer's time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.hotspot_answers import ASKER, CHICAGO, SEED, prepare, report, timed
from ilp_core.analyse.city import City
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.assistant import patterns
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.assistant.view import View
from ilp_core.domain.columns import COLUMN_TYPES, ColumnBlock
from ilp_core.domain.offences import OFFENCE_CODE
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import TimeWindow
from ilp_core.storage import Store

MILLION = 1_000_000
OFFENCES = (None, ("robbery",), ("burglary",), ("assault",), ("vehicle_theft", "other_theft"), ("drugs",))
Make = Callable[[View, random.Random, datetime], Question]


def enlarged(blocks: Sequence[ColumnBlock]) -> list[ColumnBlock]:
    """The blocks, and the first of their records once more until there are a million, numbered anew."""
    first = blocks[0]
    more = MILLION - sum(block.rows for block in blocks)
    columns = {}
    for name, kind in COLUMN_TYPES.items():
        values = np.frombuffer(first.columns[name], dtype=kind)[:more]
        columns[name] = (values + MILLION * 2 if name == "incident" else values).astype(kind).tobytes()
    return [*blocks, ColumnBlock(first.load + 1, first.source, more, columns, first.words, False)]


async def million(desk: Desk) -> View:
    """The desk's view on a million records; the desk answers from it from now on."""
    view = await desk.view()
    async with desk.store.read() as uow:
        blocks, rules = await uow.columns.blocks(view.version), await uow.offences.all()
    frame = build_frame(enlarged(blocks), rules)
    whole = replace(view, ground=replace(view.ground, city=City(frame)))
    desk._views = dict.fromkeys(desk._views, whole)
    return whole


def area_of(view: View, draw: random.Random) -> AreaRef:
    """A beat in three of five cases, else a district or the force."""
    words = view.ground.city.frame.words
    kind = draw.choice(("beat", "beat", "beat", "district", "force"))
    return AreaRef("force", "") if kind == "force" else AreaRef(kind, draw.choice(words[kind]))


def trend(view: View, draw: random.Random, at: datetime) -> Question:
    """A count of hours to a year."""
    days = draw.choice((8 / 24, 1, 7, 28, 28, 182, 364))
    window = TimeWindow(at - timedelta(days=days), at)
    compare = draw.choice((None, None, "previous_year", "previous_period"))
    area = area_of(view, draw)
    return Question(
        "trend", offences=draw.choice(OFFENCES), area=area, evidence=window, window="asked", compare=compare
    )


def place(view: View, draw: random.Random, at: datetime) -> Question:
    """A block, a street or a point of the city."""
    frame = view.ground.city.frame
    row = draw.randrange(len(frame))
    while not frame.located[row] or frame.column["block"][row] < 0:
        row = draw.randrange(len(frame))
    text = frame.words["block"][frame.column["block"][row]]
    label, radius = draw.choice(((text, 120), (text.split(" ", 1)[1], 15_000), ("a corner", 150)))
    point = view.ground.locate(float(frame.column["x"][row]), float(frame.column["y"][row]))
    window = TimeWindow(at - timedelta(days=28), at)
    return Question("place", place=Place(label, point.lat, point.lon, radius), evidence=window, window="28 days")


def open_patterns(view: View, draw: random.Random, at: datetime) -> Question:
    """The patterns of an area."""
    return Question("patterns", area=area_of(view, draw), evidence=TimeWindow(at - timedelta(days=14), at), window="")


def as_table(frame: IncidentFrame) -> pd.DataFrame:
    """What counting needs, as a pandas table."""
    names = frame.words["beat"]
    return pd.DataFrame(
        {
            "time": frame.column["time"],
            "beat": pd.Categorical.from_codes(np.where(frame.column["beat"] < 0, -1, frame.column["beat"]), names),
            "offence": frame.offence,
            "domestic": frame.column["domestic"],
        }
    )


def count_with_pandas(table: pd.DataFrame, question: Question) -> None:
    """Count the window and the one before it, by offence."""
    assert question.evidence is not None
    start, end = question.evidence.start.timestamp(), question.evidence.end.timestamp()
    for since, until in ((start, end), (2 * start - end, start)):
        wanted = (table["time"] > since) & (table["time"] <= until) & (table["domestic"] != 1)
        if question.area is not None and question.area.kind == "beat":
            wanted &= table["beat"] == question.area.code
        if question.offences:
            wanted &= table["offence"].isin([OFFENCE_CODE[slug] for slug in question.offences])
        table.loc[wanted, "offence"].value_counts()


async def measure(desk: Desk, view: View, table: pd.DataFrame, name: str, make: Make, count: int) -> None:
    """Time ``count`` questions of one kind, at one evening and at moments all over the year."""
    draw = random.Random(SEED)  # noqa: S311 - a fixed seed is what makes two runs comparable
    for title, moving in (("one moment", False), ("a new moment each", True)):
        first = datetime(2016, 1, 1, tzinfo=UTC)
        evening = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
        moments = [
            first + timedelta(seconds=draw.randrange(364 * 86_400)) if moving else evening for _ in range(count)
        ]
        asked = [(make(view, draw, at), at) for at in moments]
        for _, at in asked[: 1 if not moving else 0]:
            await desk.renew(at)
        spent = []
        for question, at in asked:
            begun = time.perf_counter()
            await desk.ask(Message(ASKER.badge, at, "command", question=question, past=True), dry_run=True)
            spent.append((time.perf_counter() - begun) * 1_000)
        print(f"{name}, {title}, {count:,} questions:")
        ours = report("Desk.ask", spent)
        peer = report("pandas, counting", [timed(partial(count_with_pandas, table, q)) for q, _ in asked[:100]])
        print(f"  ratio to pandas at p50: {ours / peer:.2f}")


async def compare(database: Path, given: Path | None, count: int) -> None:
    """All kinds of questions on one store."""
    store: Store = await prepare(database, given)
    desk = Desk(store)
    view = await million(desk)
    print(f"{len(view.ground.city.frame):,} records")
    # A search for series takes both processors for seconds; it is no part of an answer.
    patterns.search_later = lambda *_: None  # type: ignore[assignment]
    table = as_table(view.ground.city.frame)
    kinds: tuple[tuple[str, Make], ...] = (("trend", trend), ("place", place), ("patterns", open_patterns))
    for name, make in kinds:
        await measure(desk, view, table, name, make, count)
    await store.close()


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Times of warm answers of counts, places and patterns.")
    parser.add_argument("--database", type=Path, help="a SQLite file with the Chicago data; default: import it now")
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    if options.database is None and not CHICAGO.exists():
        sys.exit(f"The open data is not here: {CHICAGO}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(Path(folder) / "benchmark.db", options.database, options.questions))


if __name__ == "__main__":
    main()
