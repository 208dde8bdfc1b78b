"""Does the interval of an evaluation hold the truth: ``python -m benchmarks.evidence.effect [--write]``.

1. 500 synthetic operations of known effect in made cities, through everything: history, lock, rings, evaluation (D7).
2. The two intervals of the weighted displacement difference by size of the counts, on drawn counts.
3. Placebo operations on the Chicago file: places where nothing was done, so that every verdict but "no clear change"
   is a false alarm.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.hotspot_answers import CHICAGO, build, prepare
from ilp_core.analyse.effect.controls import NoControlsError, lock
from ilp_core.analyse.effect.evaluate import Effect, Operation, Verdict, evaluate
from ilp_core.analyse.effect.history import history_of
from ilp_core.analyse.effect.ring import Place, circle
from ilp_core.analyse.effect.wdd import coefficients, limits
from ilp_core.analyse.evidence import DAY_S, Limits
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import OffenceRule
from ilp_core.storage import open_store

REPORT = Path(__file__).resolve().parents[2] / "docs/evidence/effect.md"
BAND = (0.93, 0.97)
RULE = OffenceRule("made", "burglary", "Burglary", "burglary", 228.5, "victim", True)
#: Half a year before, half a year after, a year of history, in a city whose places stand a kilometre apart.
BEGINS, HALF, HISTORY = 600 * DAY_S, 182, 364
SIDE, TREATED = 10, 5


def made_frame(time: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> IncidentFrame:
    """A frame of burglaries at these times and places."""
    order = np.argsort(time, kind="stable")
    given = dict.fromkeys(("time", "end", "known", "local"), time[order])
    given |= {"x": x[order], "y": y[order], "incident": np.arange(len(time)) + 1}
    given |= {name: np.zeros(len(time)) for name in ("code", "domestic")} | {"timed": np.ones(len(time))}
    unknown = np.full(len(time), -1)
    columns = {name: given.get(name, unknown).astype(kind).tobytes() for name, kind in COLUMN_TYPES.items()}
    words = {name: ("burglary",) if name == "code" else () for name in VOCABULARIES}
    return build_frame([ColumnBlock(1, "made", len(time), columns, words, False)], [RULE])


def synthetic(seed: int, *, hottest: bool, apart: bool = False) -> tuple[Effect, float]:
    """One operation on a made city and its true effect in records of the half year after.

    Places have their own steady rates, the city a trend, the operation an effect of -50 to +20 % of which up to half
    moves into the ring. Treated are five places drawn by chance, or the five ``hottest`` of the year before. With
    ``apart`` the history ends where the period before begins.
    """
    draw = np.random.default_rng(seed)
    places = [circle(f"{n:03d}", 1_000.0 * (n % SIDE), 1_000.0 * (n // SIDE), 100) for n in range(SIDE**2)]
    rate, trend = draw.gamma(4, 0.08, len(places)), draw.uniform(0.85, 1.15)
    effect, moved = draw.uniform(-0.5, 0.2), draw.uniform(0, 0.5)
    times, spots, far = [], [], []

    def happen(place: int, mean: float, start: float, days: int, metres: float) -> None:
        number = draw.poisson(max(0.0, mean) * days)
        times.append(start + draw.uniform(1, days * DAY_S, number))
        spots.append(np.full(number, place))
        far.append(np.full(number, metres))

    days = HISTORY + HALF * apart
    for place, mean in enumerate(rate):
        happen(place, mean, BEGINS - days * DAY_S, days, 0.0)
        happen(place, mean * 1.5, BEGINS - days * DAY_S, days, 200.0)
    before = np.bincount(np.concatenate(spots)[np.concatenate(far) == 0], minlength=len(places))
    chosen = np.argsort(-before, kind="stable")[:TREATED] if hottest else draw.choice(len(places), TREATED, False)
    for place, mean in enumerate(rate):
        change = mean * trend * effect if place in chosen else 0.0
        happen(place, mean * trend + change, BEGINS, HALF, 0.0)
        happen(place, mean * 1.5 * trend - moved * change, BEGINS, HALF, 200.0)
    middles = np.array([(place.shape.centroid.x, place.shape.centroid.y) for place in places])
    where, turn = middles[np.concatenate(spots)], draw.uniform(0, 2 * np.pi, sum(map(len, far)))
    metres = np.concatenate(far)
    frame = made_frame(
        np.concatenate(times), where[:, 0] + metres * np.cos(turn), where[:, 1] + metres * np.sin(turn)
    )
    truth = float(rate[chosen].sum()) * HALF * trend * effect * (1 - moved)
    return judged(frame, places, set(chosen.tolist()), BEGINS, Limits(), HALF * apart), truth


def judged(
    frame: IncidentFrame,
    places: Sequence[Place],
    chosen: set[int],
    begins: float,
    limited: Limits,
    gap: int = 0,
) -> Effect:
    """Lock controls for the places ``chosen`` by a history that ends ``gap`` days before, and evaluate half a year
    against half a year."""
    edges = [begins - (28.0 * step + gap) * DAY_S for step in range(13, -1, -1)]
    history = history_of(frame, places, limited, edges=edges, begins=begins, at=begins)
    treated = [place for number, place in enumerate(places) if number in chosen]
    others = [place for number, place in enumerate(places) if number not in chosen]
    locked = lock(history, treated, others, at=begins)
    after = (begins, begins + HALF * DAY_S)
    operation = Operation("operation", (begins - HALF * DAY_S, begins), after, limited)
    return evaluate(frame, operation, locked, after[1])


def known_effects(count: int, *, hottest: bool, apart: bool = False) -> str:
    """A row of the first table."""
    held = {"poisson": 0, "difference": 0}
    off, seen = [], 0
    for seed in range(count):
        found, truth = synthetic(seed, hottest=hottest, apart=apart)
        off.append(found.poisson.estimate - truth)
        seen += found.verdict is Verdict.FEWER
        for name in held:
            one = getattr(found, name)
            held[name] += one.low <= truth <= one.high
    who = "the five hottest places of the year before" if hottest else "five places drawn by chance"
    who += ", history apart from the period before" if apart else ""
    plain, allowed = held["poisson"] / count, held["difference"] / count
    mark = "" if hottest else f" ({'in' if BAND[0] <= plain <= BAND[1] else 'NOT in'} 93 to 97 %)"
    return f"| {who} | {count} | {plain:.1%}{mark} | {allowed:.1%} | {np.mean(off):+.1f} | {seen / count:.0%} |"


def by_size(draws: int = 20_000) -> Iterator[str]:
    """Rows of the second table: how often each interval holds the truth, by the size of the counts."""
    draw = np.random.default_rng(2)
    weights = coefficients()
    for level in (1, 2, 5, 10, 30, 100, 300):
        effect, ring = draw.uniform(-0.5, 0.2, draws), level * draw.uniform(0.5, 2, draws)
        ones = np.ones(draws)
        expected = np.stack(
            [level * ones, level * (1 + effect), level * ones, level * ones, ring, ring, ring, ring], axis=1
        )
        counts, truth = draw.poisson(expected).astype(float), level * effect
        shares = []
        for interval in ("normal", "small"):
            low, high = limits(counts, weights, interval=interval)
            shares.append(float(np.mean((low <= truth) & (truth <= high))))
        heavy = np.concatenate([weights * 10, weights * 365])
        both = np.concatenate([expected, expected / 20], axis=1)
        counts, truth = draw.poisson(both).astype(float), both @ heavy
        for interval in ("normal", "small"):
            low, high = limits(counts, heavy, interval=interval)
            shares.append(float(np.mean((low <= truth) & (truth <= high))))
        yield f"| {level} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


async def chicago(database: Path | None) -> IncidentFrame:
    """The frame of the Chicago file."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "evidence.db"
        store = open_store(f"sqlite:///{database}") if database else await prepare(made, None)
        try:
            return (await build(store))[0]
        finally:
            await store.close()


def placebos(frame: IncidentFrame, offences: tuple[str, ...] | None, count: int) -> str:
    """A row of the third table: five places of 300 m that nobody treated, in one of three half years."""
    draw = np.random.default_rng(3)
    limited, located = Limits(offences=offences), np.flatnonzero(frame.located & frame.rankable)
    alarms, plain, spread, refused = 0, 0, [], 0
    for number in range(count):
        begins = datetime(2015, 1 + 3 * (number % 3), 15, tzinfo=UTC).timestamp() + 180 * DAY_S * (number % 2)
        # A thousand places by where crime is, so that busy ones come more often; those that overlap are left out.
        at = draw.choice(located, 250, replace=False)
        x, y = frame.column["x"][at], frame.column["y"][at]
        kept: list[int] = []
        for one in range(len(at)):
            if all(np.hypot(x[one] - x[other], y[one] - y[other]) > 700 for other in kept):
                kept.append(one)
        places = [circle(f"{n:03d}", float(x[one]), float(y[one]), 150) for n, one in enumerate(kept)]
        try:
            found = judged(frame, places, set(range(TREATED)), begins, limited)
        except NoControlsError:
            refused += 1
            continue
        alarms += found.verdict is not Verdict.NO_CLEAR_CHANGE
        plain += not found.poisson.low <= 0 <= found.poisson.high
        spread.append((found.difference.dispersion.near, found.difference.dispersion.ring))
    done = count - refused
    near, ring = np.median(spread, axis=0)
    what = "all that may rank" if offences is None else ", ".join(offences)
    return f"| {what} | {done} | {near:.2f}, {ring:.2f} | {plain / done:.1%} | {alarms / done:.1%} |"


def main() -> None:
    """Read the call, run, print."""
    parser = argparse.ArgumentParser(description="Operations of known effect, and placebos.")
    parser.add_argument("--operations", type=int, default=500)
    parser.add_argument("--placebos", type=int, default=200, help="placebo operations on Chicago; 0 for none")
    parser.add_argument("--database", type=Path, help="a SQLite file with the Chicago data; default: import it now")
    parser.add_argument("--write", action="store_true", help=f"also write {REPORT.name} into docs/evidence")
    options = parser.parse_args()
    out: list[str] = []

    def say(*lines: str) -> None:
        out.extend(lines)
        print("\n".join(lines), flush=True)

    say("## Operations of known effect", "")
    say("| treated | operations | Poisson interval holds the truth | with dispersion | mean error | said: fewer |")
    say("|---|---|---|---|---|---|")
    for hottest, apart in ((False, False), (False, True), (True, False)):
        say(known_effects(options.operations, hottest=hottest, apart=apart))
    say("", "## The two intervals by the records of each area and half year", "")
    say("| records | normal | small | harm: normal | harm: small |", "|---|---|---|---|---|")
    say(*by_size())
    if options.placebos and CHICAGO.exists():
        frame = asyncio.run(chicago(options.database))
        say("", "## Placebos on Chicago, 2015 and 2016: false alarms", "")
        say(
            "| offences | placebos | median dispersion of places, rings | Poisson | with dispersion |",
            "|---|---|---|---|---|",
        )
        for offences in (None, ("burglary",), ("robbery",)):
            say(placebos(frame, offences, options.placebos))
    if options.write:
        command = f"python -m benchmarks.evidence.effect --operations {options.operations} --placebos "
        head = [
            "# Did it work: does the interval hold the truth",
            "",
            "Method: ../analysis/effect.md; weighted displacement difference, Wheeler & Ratcliffe 2018.",
            f"Command: `{command}{options.placebos} --write`.",
            f"Run on {datetime.now(UTC):%Y-%m-%d}.",
            "",
        ]
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text("\n".join([*head, *out]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
