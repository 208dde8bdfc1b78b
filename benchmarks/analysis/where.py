"""Surfaces and hot cells beside the peers: ``python -m benchmarks.analysis.where [--quick]``.

One synthetic city, as the peers were measured on: events over three years on 10 x 10 km, 120 hot places, two fifths
even, a fifth following another event nearby, one in seven at an exact point used before. Peer and ours take turns on
the same data in one process; results that should be equal are compared. Times are by the wall clock and as processor
time, which other work on the machine moves less; ratios are of processor times. esda runs without numba, which is not
installed here and is optional to it. Its weights are made beforehand: as libpysal makes them, to which esda adds each
cell itself in every call, and for Gi* once more with that done ("ready"), which is as fast as it goes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from ilp_core.analyse.evidence import Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.where.clusters import dbscan
from ilp_core.analyse.where.density import Smoother, density_at
from ilp_core.analyse.where.gi_star import Inference, conditional_tails, gi_star, gi_star_z
from ilp_core.analyse.where.grid import Grid
from ilp_core.analyse.where.hot_now import Placed, hot_now
from ilp_core.analyse.where.lattice import Lattice
from ilp_core.analyse.where.moran import local_moran
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import OffenceRule

SEED: Final = 2026
SIDE_M: Final = 10_000
DAY: Final = 86_400
DAYS: Final = 3 * 364
NOW: Final = 1_735_689_600  # 1 January 2025
HARM: Final = {
    "assault": 10.0, "robbery": 365.0, "burglary": 228.5, "vehicle_theft": 5.0, "other_theft": 2.0,
    "criminal_damage": 2.0,
}  # fmt: skip
Points = np.ndarray[Any, np.dtype[np.float64]]


def city(count: int) -> tuple[Points, Points, np.ndarray[Any, np.dtype[np.int64]]]:
    """Positions in metres, and times in seconds since 1970 UTC, oldest first."""
    draw = np.random.default_rng(SEED)
    places, sizes = draw.uniform(0, SIDE_M, (120, 2)), draw.lognormal(0, 1, 120)
    spread = draw.lognormal(np.log(150), 0.4, 120)
    at = draw.choice(120, count, p=sizes / sizes.sum())
    points = places[at] + draw.normal(0, 1, (count, 2)) * spread[at, None]
    even = draw.random(count) < 0.4
    points[even] = draw.uniform(0, SIDE_M, (int(even.sum()), 2))
    days = draw.uniform(0, DAYS, count)
    following = np.flatnonzero(draw.random(count) < 0.2)
    parent = draw.integers(0, count, len(following))
    points[following] = points[parent] + draw.normal(0, 75, (len(following), 2))
    days[following] = days[parent] + draw.exponential(14, len(following))
    again = np.flatnonzero(draw.random(count) < 0.15)
    points[again] = points[draw.integers(0, count, len(again))]
    points = np.clip(points, 0, SIDE_M - 0.1)
    time_of = NOW - ((DAYS - days % DAYS) * DAY).astype(np.int64) + 1
    order = np.argsort(time_of)
    return points[order, 0], points[order, 1], np.minimum(time_of[order], NOW)


def frame_of(count: int) -> IncidentFrame:
    """The city as an incident frame."""
    x, y, when = city(count)
    draw = np.random.default_rng(SEED + 1)
    codes = tuple(HARM)
    block = (x // 200).astype(int) * 100 + (y // 200).astype(int)
    columns: dict[str, Any] = {name: np.zeros(count) for name in COLUMN_TYPES} | {
        "incident": np.arange(1, count + 1), "time": when, "end": when, "known": when, "local": when, "x": x, "y": y,
        "code": draw.integers(0, len(codes), count), "beat": (x // 2_000).astype(int), "block": block,
        "neighbourhood": np.full(count, -1), "force": np.full(count, -1), "district": (y // 5_000).astype(int),
        "premise": np.full(count, -1), "initiated": np.full(count, -1), "timed": np.ones(count),
    }  # fmt: skip
    words: dict[str, tuple[str, ...]] = dict.fromkeys(VOCABULARIES, ()) | {
        "code": codes,
        "beat": tuple(f"08{n}" for n in range(5)),
        "district": ("007", "008"),
        "block": tuple(f"{n:03d}XX S ELM ST" for n in range(5_001)),
    }
    rules = [OffenceRule("made", code, code, code, harm, "victim", True) for code, harm in HARM.items()]
    packed = {name: columns[name].astype(kind).tobytes() for name, kind in COLUMN_TYPES.items()}
    return build_frame([ColumnBlock(1, "made", count, packed, words, False)], rules)


def full(cells: int) -> Grid:
    """The city in ``cells`` x ``cells``."""
    return Grid(SIDE_M / cells, 0, 0, np.ones((cells, cells), dtype=bool))


@dataclass(frozen=True)
class Spent:
    """Median milliseconds by the wall clock and of the processor."""

    wall: float
    processor: float


def timed(work: Callable[[], Any], runs: int) -> tuple[Spent, Any]:
    """What ``runs`` runs took, and the last result."""
    spent = []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        spent.append((time.perf_counter() - wall, time.process_time() - processor))
    wall, processor = np.median(np.array(spent), axis=0) * 1_000
    return Spent(float(wall), float(processor)), result


def line(what: str, peer: str, theirs: Spent, ours: Spent, bar: str) -> None:
    """One comparison."""
    print(
        f"  {what:<36} {peer:<22} {theirs.wall:9.1f} ({theirs.processor:.1f}) ms   "
        f"ours {ours.wall:8.3f} ({ours.processor:.3f}) ms   "
        f"{theirs.processor / ours.processor:6.0f} x   bar {bar}",
        flush=True,
    )


def queen(cells: int, *, own: bool = False) -> Any:
    """The peers' binary weights of a full grid; making them is not timed."""
    from libpysal.weights import fill_diagonal, lat2W

    weights = lat2W(cells, cells, rook=False)
    if own:
        weights = fill_diagonal(weights, 1.0)
    weights.transform = "B" if own else "R"
    return weights


def gi_closed() -> None:
    """Gi* in closed form."""
    from esda.getisord import G_Local

    x, y, _ = city(100_000)
    for cells in (40, 100, 200):
        grid = full(cells)
        lattice, counts = Lattice(grid), grid.counts(x, y)
        _ = lattice.unspread
        ours, z = timed(partial(gi_star_z, lattice, counts), 50)
        for own, bar in ((False, ">= 500 x, equal to 1e-12"), (True, "none set")):
            theirs, peer = timed(partial(G_Local, counts, queen(cells, own=own), "B", 0, star=True, n_jobs=1), 3)
            assert np.allclose(z, peer.Zs, rtol=1e-12, atol=1e-12), "not equal to esda's"
            line(f"Gi* z, {cells * cells:,} cells", "esda B, ready" if own else "esda B", theirs, ours, bar)


def gi_inference(quick: bool) -> None:
    """Gi* by permutation, and what is had instead exactly."""
    from esda.getisord import G_Local

    x, y, _ = city(100_000)
    cells = 100 if quick else 200
    grid = full(cells)
    lattice, counts, weights = Lattice(grid), grid.counts(x, y), queen(cells)
    sums, members = lattice.sums(counts), lattice.members
    theirs, peer = timed(
        lambda: G_Local(counts, weights, "B", 999, star=True, n_jobs=1, seed=1, keep_simulations=False), 1
    )
    ours, tails = timed(lambda: conditional_tails(counts, sums, members, 999, np.random.default_rng(1)), 9)
    # esda gives the smaller side, ties always on the upper one.
    as_high = np.rint(tails.upper * 1_000) - 1
    apart = np.abs((np.minimum(as_high, 999 - as_high) + 1) / 1_000 - peer.p_sim)
    line(f"999 permutations, {cells * cells:,} cells", "esda p_sim, no numba", theirs, ours, ">= 20 x")
    print(f"    mean difference of the two p, each by 999 draws: {apart.mean():.4f}")
    kinds: tuple[Inference, ...] = ("normal", "draws", "exact")
    for inference in kinds:
        spent, found = timed(partial(gi_star, lattice, counts, inference=inference), 5)
        hot = int(found.hot().sum())
        print(f"    ours, {found.inference:<8} p and FDR {spent.processor:9.2f} ms   hot cells {hot:6,}")


def moran_local(quick: bool) -> None:
    """Local Moran."""
    from esda.moran import Moran_Local

    x, y, _ = city(100_000)
    cells = 40 if quick else 100
    grid = full(cells)
    counts, weights, lattice = grid.counts(x, y), queen(cells), Lattice(grid)
    theirs, peer = timed(lambda: Moran_Local(counts, weights, permutations=999, n_jobs=1, seed=1), 1)
    ours, found = timed(lambda: local_moran(lattice, counts, exact=False, draws=999), 5)
    assert np.allclose(found.i, peer.Is, atol=1e-12), "not equal to esda's"
    line(f"local Moran, 999, {cells * cells:,} cells", "esda Moran_Local", theirs, ours, "none set")


def density(quick: bool) -> None:
    """Kernel density."""
    from scipy.stats import gaussian_kde

    x, y, _ = city(100_000)
    grid = full(100)
    east, north = grid.middles
    some = np.arange(0, len(grid), 100 if quick else 20)
    kde = gaussian_kde(np.stack([x, y]), bw_method=0.09)
    theirs, _ = timed(lambda: kde(np.stack([east[some], north[some]])), 1)
    scaled = len(grid) / len(some)
    theirs = Spent(theirs.wall * scaled, theirs.processor * scaled)

    def binned() -> Any:
        return Smoother(grid, 250.0).of_positions(x, y, binning="linear")

    ours, _ = timed(binned, 9)
    line("density, 100,000 on 10,000 cells", "scipy gaussian_kde", theirs, ours, "none set")
    print(f"    scipy was run on {len(some):,} of the cells and its time scaled up")
    smoother = Smoother(grid, 250.0)
    plain = smoother.of_positions(x, y, binning="linear", edge=False)[some]
    exact = density_at(east[some], north[some], x, y, 250.0)
    print(f"    binned beside exact: largest difference {np.abs(plain - exact).max() / exact.max():.2e} of the peak")


def clusters(quick: bool) -> None:
    """DBSCAN."""
    from sklearn.cluster import DBSCAN

    count = 10_000 if quick else 33_000
    x, y, _ = city(count)
    points = np.column_stack([x, y])
    theirs, peer = timed(lambda: DBSCAN(eps=100.0, min_samples=40).fit(points), 3)
    ours, labels = timed(lambda: dbscan(points, 100.0, 40), 3)
    assert ((labels < 0) == (peer.labels_ < 0)).all(), "not the same noise"
    line(f"DBSCAN, {count:,} events", "scikit-learn", theirs, ours, "no slower")


def look(count: int, runs: int) -> None:
    """Hot now, warm: the frame, its distinct points and the rows' cells are there, as in a running desk."""
    frame = frame_of(count)
    evidence = gather(frame, frame.all_rows, Limits(), NOW)
    for cells in (40, 200):
        grid = full(cells)
        placed = Placed(frame, grid)
        ask = partial(hot_now, frame, evidence, grid, NOW, days=DAYS, placed=placed)
        first, _ = timed(ask, 1)
        spent, found = timed(ask, runs)
        bar = {100_000: "<= 150 ms", 1_000_000: "<= 600 ms"}.get(count, "none set")
        hot = int(found.gi.hot().sum())
        print(
            f"  hot now, {count:,} events, {cells * cells:,} cells: "
            f"first {first.wall:.0f} ({first.processor:.0f}) ms, "
            f"warm {spent.wall:.0f} ({spent.processor:.0f}) ms   bar {bar}   (p {found.gi.inference}, {hot:,} hot)",
            flush=True,
        )


COLD: Final = """
import time
begun = time.perf_counter()
from benchmarks.analysis.where import cold
cold(begun)
"""


def cold(begun: float) -> None:
    """In a process of its own: from the first import to the finding, without the making of the city."""
    imported, imports = time.perf_counter() - begun, time.process_time()
    frame = frame_of(100_000)
    asked, before = time.perf_counter(), time.process_time()
    evidence = gather(frame, frame.all_rows, Limits(), NOW)
    hot_now(frame, evidence, full(40), NOW, days=DAYS)
    print(imported, time.perf_counter() - asked, imports + time.process_time() - before)


def look_cold(runs: int) -> None:
    """Hot now from a cold process."""
    spent = []
    for _ in range(runs):
        said = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
        spent.append([float(number) for number in said.stdout.split()])
    imports, answer, processor = np.median(np.array(spent), axis=0)
    print(
        f"  hot now, 100,000 events, cold process: imports {imports:.2f} s + answer {answer:.2f} s = "
        f"{imports + answer:.2f} s ({processor:.2f} of the processor, Python's start with it)   bar <= 1.5 s"
    )


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Surfaces and hot cells beside the peers.")
    parser.add_argument("--quick", action="store_true", help="smaller sizes where a peer is slow")
    options = parser.parse_args()
    # The peers warn of changes to come in their own defaults.
    warnings.simplefilter("ignore")
    print("Hot now; milliseconds by the wall clock (and of the processor)")
    look_cold(3)
    look(100_000, 7)
    look(1_000_000, 2 if options.quick else 5)
    print("Beside the peers (medians)")
    gi_closed()
    gi_inference(options.quick)
    moran_local(options.quick)
    density(options.quick)
    clusters(options.quick)


if __name__ == "__main__":
    main()
