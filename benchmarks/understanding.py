"""How well and how fast messages are understood: ``python -m benchmarks.understanding``.

Every scored message of ``tests/messages`` and of the shared examples is asked of its own town, as it was typed and
with one and two slips of the thumb. Printed per intent: whole messages (every listed field right), intents and slots.
Then the milliseconds of understanding alone, with the town's gazetteer and with 100,000 names more.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.gazetteer import NAMES, SEED, invented
from ilp_core.assistant import desk as desk_module
from ilp_core.assistant.desk import Desk
from ilp_core.collect.places import gazetteer
from ilp_core.storage import Store
from tests.message_towns import CHICAGO, EXAMPLES, TOWNS, Line, Town, asked, found, read_lines
from tests.scoring import Verdict, judge
from tests.typos import with_slips

SLIPS = (0, 1, 2)
#: The messages are understood so many times for the milliseconds.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Pass:
    """One batch asked of one town: its verdicts and how long each understanding took, in milliseconds."""

    batch: str
    slips: int
    verdicts: Sequence[Verdict]
    took: Sequence[float]


def batches(town: Town) -> Iterator[tuple[str, list[Line]]]:
    """The scored messages that belong to a town."""
    yield town.name, town.messages
    if town is CHICAGO and EXAMPLES.exists():
        yield "examples", read_lines(EXAMPLES)


def slipped(lines: Sequence[Line], slips: int, seed: int) -> list[Line]:
    """The lines with ``slips`` slips of the thumb each."""
    return [{**line, "text": with_slips(line["text"], seed, slips)} for line in lines] if slips else list(lines)


@contextmanager
def timed(took: list[float]) -> Iterator[None]:
    """Adds the milliseconds of every understanding to ``took``: of the reading alone, not of answers or the store."""
    whole: Callable[..., Any] = desk_module.understand

    def understand(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return whole(*given, **named)
        finally:
            took.append((time.perf_counter() - start) * 1000)

    desk_module.understand = understand
    try:
        yield
    finally:
        desk_module.understand = whole


async def passes(town: Town, folder: Path, seed: int) -> tuple[list[Pass], list[float], list[float]]:
    """Every batch with every number of slips, then the milliseconds with both gazetteers."""
    store = await found(town, folder)
    try:
        done = []
        desk = Desk(store)
        for batch, lines in batches(town):
            for slips in SLIPS:
                took: list[float] = []
                texts = slipped(lines, slips, seed)
                with timed(took):
                    answers = await asked(desk, texts)
                done.append(Pass(batch, slips, judge(texts, answers), took))
        own = await milliseconds(store, town)
        await swell(store)
        return done, own, await milliseconds(store, town)
    finally:
        await store.close()


async def milliseconds(store: Store, town: Town) -> list[float]:
    """Milliseconds of each understanding by a fresh desk; its first round warms up and is left out."""
    desk = Desk(store)
    took: list[float] = []
    await asked(desk, town.messages)
    with timed(took):
        for _ in range(ROUNDS):
            await asked(desk, town.messages)
    return took


async def swell(store: Store) -> None:
    """Add the invented names to the gazetteer, as if the town had so many more."""
    async with store.write() as uow:
        version = await uow.gazetteer.version() or 0
        entries = await gazetteer.read(uow)
        more = invented(NAMES, Random(SEED))  # noqa: S311 - for the same names every time
        await gazetteer.renew(uow, version, gazetteer.ordered([*entries, *more]))


def share(right: int, of: int) -> str:
    """Such as "57/60 95.0%"."""
    return f"{right}/{of} {right / of:.1%}" if of else "-"


def line_of(name: str, by_slips: Mapping[int, Sequence[Verdict]]) -> str:
    """One line of a table: whole messages for each number of slips, then intents and slots as typed."""
    whole = [share(sum(each.whole for each in by_slips[slips]), len(by_slips[slips])) for slips in SLIPS]
    plain = by_slips[0]
    intents = share(sum(each.intent_right for each in plain), len(plain))
    slots = share(sum(each.slots_right for each in plain), sum(each.slots for each in plain))
    return f"{name:18}" + "".join(f"{cell:>17}" for cell in (*whole, intents, slots))


def tables(done: Sequence[Pass]) -> None:
    """Per batch, per intent, and what must never go wrong."""
    head = f"{'':18}" + "".join(
        f"{name:>17}" for name in ("whole, as typed", "1 slip", "2 slips", "intents", "slots")
    )
    by_batch: dict[str, dict[int, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    by_intent: dict[str, dict[int, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    for each in done:
        for name in (each.batch, "all"):
            by_batch[name][each.slips] += each.verdicts
        for verdict in each.verdicts:
            by_intent[verdict.expected or "(any)"][each.slips].append(verdict)
    print(head)
    for name in sorted(by_batch, key=lambda name: (name == "all", name)):
        print(line_of(name, by_batch[name]))
    print()
    print(head)
    for name in sorted(by_intent):
        print(line_of(name, by_intent[name]))
    print()
    for slips in SLIPS:
        everything = by_batch["all"][slips]
        false = [verdict.text for verdict in everything if verdict.false_emergency]
        missed = Counter(verdict.expected for verdict in everything if not verdict.intent_right)
        print(
            f"{slips} slips: {missed['emergency']} emergencies missed, {missed['refuse']} refusals missed, "
            f"{len(false)} false emergencies {false or ''}"
        )


def failures(done: Sequence[Pass], slips: int) -> None:
    """What was not understood: the words, and each wrong field as expected and as read."""
    for each in done:
        for verdict in each.verdicts:
            if each.slips == slips and not verdict.whole:
                wrong = "; ".join(f"{key}: {want} read as {got}" for key, want, got in verdict.wrong)
                print(f"{verdict.id:5} {verdict.text!r}: {wrong}")


def speed(name: str, took: Sequence[float]) -> None:
    """Half of all understandings and 95 % of them took no longer."""
    half, most = np.percentile(took, [50, 95])
    print(f"{name:36} p50 {half:6.2f} ms   p95 {most:6.2f} ms   most {max(took):6.1f} ms   of {len(took):,}")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description="What is understood.")
    parser.add_argument("--failures", action="store_true", help="list every message that was not understood")
    parser.add_argument("--slips", type=int, choices=SLIPS, default=0, help="slips of the messages that are listed")
    parser.add_argument("--town", choices=[town.name for town in TOWNS], help="one town only")
    parser.add_argument("--seed", type=int, default=SEED, help="of the slips")
    wish = parser.parse_args()
    done: list[Pass] = []
    speeds: list[tuple[str, list[float]]] = []
    for town in TOWNS:
        if wish.town in (None, town.name):
            with tempfile.TemporaryDirectory() as folder:
                some, own, large = asyncio.run(passes(town, Path(folder), wish.seed))
            done += some
            speeds += [(town.name, own), (f"{town.name} and {NAMES:,} names", large)]
    tables(done)
    print()
    for name, took in speeds:
        speed(name, took)
    if wish.failures:
        print()
        failures(done, wish.slips)


if __name__ == "__main__":
    main()
