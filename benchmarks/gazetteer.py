"""The gazetteer beside plain rapidfuzz: ``python -m benchmarks.gazetteer``.

Builds the gazetteer of the Chicago file (where it is there) and an invented one of 100,000 names, and looks up names
as thumbs spell them: as they are, a letter dropped, two letters swapped, the kind of street or the compass point left
out. The same questions, in the same run, go to ``rapidfuzz.process.extractOne`` over the labels. A hit is the
entry that was meant in first place, or one that reads the same without what was left out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import process

from ilp_core.collect.coded import coded
from ilp_core.collect.places.gazetteer import build
from ilp_core.collect.places.names import PlaceNames
from ilp_core.collect.places.words import named, words
from ilp_core.domain.gazetteer import Entry
from ilp_core.storage.gazetteer import packed, unpacked

CHICAGO = Path(__file__).resolve().parents[2] / "shared/data/chicago_crimes_2014-2016.parquet"
SEED = 2016
NAMES = 100_000
BUILDS = 3
#: A word of fewer letters with a slip in it is often another word.
LEAST = 4
CONSONANTS = "bdfghklmnprstvw"
VOWELS = "aeiou"
KINDS = ("Ave", "St", "Rd", "Blvd", "Dr", "Pl")


def chicago() -> dict[str, Any]:
    """The columns of the Chicago file that the gazetteer is built from."""
    texts = {"block": "Block", "premise": "Location Description", "beat": "Beat", "district": "District"}
    numbers = {"lat": "Latitude", "lon": "Longitude"}
    table = pq.read_table(CHICAGO, columns=[*texts.values(), *numbers.values()])
    columns: dict[str, Any] = {}
    for field, name in texts.items():
        column = coded(table[name])
        columns |= {field: column.codes, f"{field}_words": column.words}
    for field, name in numbers.items():
        written = pc.if_else(pc.equal(table[name], ""), None, table[name])
        columns[field] = pc.cast(written, pa.float64()).to_numpy()
    away = columns["lat"] < 40  # the null point in Missouri
    for field in ("lat", "lon"):
        columns[field][away] = np.nan
    return columns


def invented(count: int, chance: random.Random) -> tuple[Entry, ...]:
    """A town of ``count`` names: a tenth streets, all of different names, six tenths blocks, the rest crossings."""
    streets: dict[str, None] = {}
    while len(streets) < count // 10:
        name = "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(chance.randint(2, 4)))
        streets[f"{chance.choice('NSEW')} {name.capitalize()} {chance.choice(KINDS)}"] = None
    labels = list(streets)
    entries = [Entry("street", label, label.upper(), 41.0, -87.0, 900, count=9) for label in labels]
    for place in range(count * 6 // 10):
        street = labels[place % len(labels)]
        number = 100 * (place // len(labels))
        entries.append(Entry("block", f"{number} blk {street}", f"{number} {street}", 41.0, -87.0, 100, count=5))
    while len(entries) < count:
        one, other = chance.sample(labels, 2)
        entries.append(Entry("crossing", f"{one} & {other}", f"{one} & {other}".upper(), 41.0, -87.0, 100, count=3))
    return tuple(entries)


def longest(text: str) -> str:
    """The longest word without a digit, in which a slip leaves the name meant: 11700 with a digit less is another."""
    return max((word for word in text.split() if word.isalpha()), key=len)


def dropped(text: str, chance: random.Random) -> str:
    """A letter left out of a word, not its first."""
    word = longest(text)
    at = chance.randrange(1, len(word))
    return text.replace(word, word[:at] + word[at + 1 :], 1)


def swapped(text: str, chance: random.Random) -> str:
    """Two neighbours within a word the wrong way round."""
    word = longest(text)
    at = chance.randrange(1, len(word) - 1)
    return text.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1)


def without(part: str) -> Callable[[str, random.Random], str]:
    """Every street's kind or compass point left out."""

    def change(text: str, _: random.Random) -> str:
        return " & ".join(stripped(side, part) for side in text.split(" & "))

    return change


def stripped(text: str, part: str) -> str:
    """One street without its ``type`` or ``compass``; a block's number stays."""
    number, mark, street = text.rpartition(" blk ")
    name = named(words(street))
    if name is None:
        return text
    name = replace(name, **{part: ""})
    kept = " ".join(each for each in (name.compass, *name.core, name.type) if each)
    return f"{number}{mark}{kept}"


MISSPELLINGS: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda text, _: text,
    "letter dropped": dropped,
    "letters swapped": swapped,
    "no type": without("type"),
    "no compass": without("compass"),
}


def plain(label: str, left_out: str) -> str:
    """A label as it reads without what was left out."""
    part = {"no type": "type", "no compass": "compass"}.get(left_out)
    return without(part)(label.lower(), random.Random()) if part else label.lower()  # noqa: S311 - not used for chance


def ask(entries: Sequence[Entry], names: PlaceNames, questions: int, peers: int, chance: random.Random) -> None:
    """Ask both ways and print times, hit rates and their ratios."""
    asked = [
        entry
        for entry in entries
        if entry.kind in ("block", "street", "crossing") and len(longest(f"{entry.label} one")) > LEAST
    ]
    labels = [entry.label for entry in entries]
    lower = [label.lower() for label in labels]
    all_ours: list[float] = []
    all_theirs: list[float] = []
    for how, change in MISSPELLINGS.items():
        sample = chance.sample(asked, questions)
        texts = [change(entry.label.lower(), chance) for entry in sample]
        ours, theirs, hits, peer_hits = [], [], 0, 0
        for number, (entry, text) in enumerate(zip(sample, texts, strict=True)):
            start = time.perf_counter()
            found = names.find(text, None, 1)
            ours.append(time.perf_counter() - start)
            hit = bool(found) and plain(found[0].entry.label, how) == plain(entry.label, how)
            hits += hit
            if number < peers:
                start = time.perf_counter()
                best = process.extractOne(text, lower)
                theirs.append(time.perf_counter() - start)
                peer_hits += best is not None and plain(labels[best[2]], how) == plain(entry.label, how)
        all_ours += ours
        all_theirs += theirs
        own, peer = (f"{percentile(each, 50):6.2f} / {percentile(each, 95):6.2f} ms" for each in (ours, theirs))
        print(
            f"  {how:16} ours {own}, hits {hits / questions:6.1%}   extractOne {peer}, hits {peer_hits / peers:6.1%}"
        )
    ratio = percentile(all_theirs, 50) / percentile(all_ours, 50)
    half, most = percentile(all_ours, 50), percentile(all_ours, 95)
    print(f"  all: p50 {half:.2f} ms, p95 {most:.2f} ms; {ratio:,.0f} times as fast")


def percentile(seconds: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return float(np.percentile(seconds, share)) * 1000


def measure(title: str, entries: Sequence[Entry], questions: int, peers: int) -> None:
    """Everything after the build."""
    chance = random.Random(SEED)  # noqa: S311 - for the same questions every time
    start = time.perf_counter()
    names = PlaceNames(entries)
    ready = time.perf_counter() - start
    data = packed(entries)
    start = time.perf_counter()
    unpacked(data)
    loaded = time.perf_counter() - start
    size = len(data) / 1e6
    print(f"{title}: {len(entries):,} names, ready in {ready:.2f} s; stored {size:.1f} MB, loaded in {loaded:.2f} s")
    ask(entries, names, questions, peers, chance)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gazetteer", description="The gazetteer's speed.")
    parser.add_argument("--questions", type=int, default=400, help="per kind of misspelling")
    parser.add_argument("--peers", type=int, default=25, help="of these, how many for extractOne")
    wish = parser.parse_args()
    if CHICAGO.exists():
        columns = chicago()
        took = []
        for _ in range(BUILDS):
            start = time.perf_counter()
            entries = build(**columns)
            took.append(time.perf_counter() - start)
        records, each = len(columns["lat"]), ", ".join(f"{seconds:.2f}" for seconds in took)
        print(f"build: {records:,} records to {len(entries):,} names, {BUILDS} times: {each} s")
        measure("Chicago", entries, wish.questions, wish.peers)
    measure("invented", invented(NAMES, random.Random(SEED)), wish.questions, wish.peers)  # noqa: S311 - as above


if __name__ == "__main__":
    main()
