"""Does the desk's own ranking run away: the urn of Ensign et al. on the offence table in force.

Places of equal true crime are ranked by the desk, patrols go where the ranking points, and what patrols find is
recorded where they were. Where those records rank places, the place that chance put first draws ever more patrols
(Ensign, Friedler, Neville, Scheidegger & Venkatasubramanian 2018, "Runaway feedback loops in predictive policing",
PMLR 81:160). The desk's exclusions (G05) keep such records out of every ranking; this runs its real code on simulated
records, with the exclusions and as if they did not hold. Nothing outside this simulation can switch them off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ilp_core.analyse.chronic import YEAR_DAYS, rank_places
from ilp_core.analyse.evidence import DAY_S, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.places import CELL_M
from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.questions import Weighting

Shares = NDArray[np.float64]

#: "score": every visit is drawn by the ranking's scores, as in the urn. "top": all go to the first of the list.
Allocation = Literal["score", "top"]

#: No place may end above this many times the mean share (G06).
MOST_TIMES_MEAN: Final = 2.0
#: What patrols find and residents rarely report (G05): offences whose records follow enforcement.
ENFORCED: Final = ("weapons", "drugs", "prostitution")
#: What residents report, in about the proportions of a big city's records of what may rank [this project's choice].
REPORTED: Final = {
    "burglary": 0.15,
    "robbery": 0.1,
    "assault": 0.2,
    "vehicle_theft": 0.1,
    "theft_from_vehicle": 0.15,
    "other_theft": 0.15,
    "criminal_damage": 0.15,
}
#: Where a source records who initiated, half of what patrols find is of offences that may rank, seen on the street:
#: only the mark can tell them [this project's choice].
ON_VIEW: Final = 0.5
#: The clock of the simulation begins here: 1 January 2024, UTC. Any moment would do.
EPOCH: Final = 1_704_067_200
#: Places stand this far apart in metres, so that none touches another in the ranking.
_APART: Final = 5 * CELL_M


class NoLoopError(ValueError):
    """The source's offence table leaves nothing to report, or nothing for a patrol to find."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the city is patrolled. ``reported`` is what each place's residents report a cycle, the same for all;
    ``visits`` are made a cycle and find ``discovered`` records each, all means of Poisson laws. ``history`` cycles of
    reports lie before the first patrol."""

    places: int = 20
    cycles: int = 52
    cycle_days: int = 7
    reported: float = 1.0
    visits: int = 40
    discovered: float = 5.0
    history: int = 8
    allocation: Allocation = "top"
    top: int = 3
    weighting: Weighting = "harm"


#: Two equal areas for 1,000 days, one patrol a day drawn by the ranking.
TWO_AREAS: Final = Setting(
    places=2, cycles=1_000, cycle_days=1, reported=0.2, visits=1, discovered=5.0, history=28, allocation="score"
)


@dataclass(frozen=True)
class Loop:
    """How it ended: each place's share of the ranking's scores, and of all visits; ``curve`` is the largest share of
    the scores as a multiple of the mean, after every cycle."""

    shares: Shares
    patrols: Shares
    curve: Shares

    @property
    def times_mean(self) -> float:
        """The largest final share of the scores as a multiple of the mean share."""
        return float(self.shares.max() * len(self.shares))

    @property
    def runs_away(self) -> bool:
        """True where a place ended above twice the mean share (G06)."""
        return self.times_mean > MOST_TIMES_MEAN


@dataclass(frozen=True)
class _Codes:
    """Codes of the source, the chance of each, and the mean harm of a record that a patrol makes."""

    names: tuple[str, ...]
    reported: Shares
    discovered: Shares
    harm: float


@dataclass
class _Records:
    """The records so far, in the order in which they came."""

    time: NDArray[np.int64]
    place: NDArray[np.int64]
    code: NDArray[np.int64]
    by_patrol: NDArray[np.bool_]

    def add(self, draw: np.random.Generator, start: int, days: int, place: NDArray[np.int64], chances: Shares) -> int:
        """One record at each of ``place`` within ``days`` from ``start``; gives how many."""
        size = len(place)
        self.time = np.concatenate([self.time, draw.integers(start + 1, start + days * DAY_S, size)])
        self.place = np.concatenate([self.place, place])
        self.code = np.concatenate([self.code, draw.choice(len(chances), size, p=chances)])
        return size

    def mark(self, by_patrol: bool, size: int) -> None:
        """Say of the last ``size`` records whether a patrol made them."""
        self.by_patrol = np.concatenate([self.by_patrol, np.full(size, by_patrol)])


def run_loop(
    rules: Sequence[OffenceRule],
    source: str,
    setting: Setting,
    *,
    recording: bool,
    exclusions: bool,
    seed: int,
) -> Loop:
    """One city under the offence table ``rules`` of ``source``, ranked by the desk every cycle.

    ``recording`` is whether the source says who initiated a record; else it is inferred from the offence. Without
    ``exclusions`` every record counts as a resident's report of an offence that may rank. Raises NoLoopError where
    the source has no offence to report or to find.
    """
    own = [rule for rule in rules if rule.source == source]
    codes = _codes(own, recording)
    in_force = [rule for rule in own if rule.code in codes.names]
    if not exclusions:
        in_force = [replace(rule, initiation="victim", rankable=True) for rule in in_force]
    # What residents report must not hang on what patrols found, not even by the order of the draws.
    home, street = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    none = np.empty(0, dtype=np.int64)
    records = _Records(none, none, none, np.empty(0, dtype=bool))
    everywhere = np.arange(setting.places)
    visited, curve = np.zeros(setting.places), np.empty(setting.cycles)
    shares = np.full(setting.places, 1 / setting.places)
    for cycle in range(-setting.history, setting.cycles):
        start = EPOCH + cycle * setting.cycle_days * DAY_S
        at_home = np.repeat(everywhere, home.poisson(setting.reported, setting.places))
        records.mark(False, records.add(home, start, setting.cycle_days, at_home, codes.reported))
        if cycle >= 0:
            visits = _sent(street, shares, setting)
            visited += visits
            found = np.repeat(everywhere, street.poisson(setting.discovered * visits))
            records.mark(True, records.add(street, start, setting.cycle_days, found, codes.discovered))
        if cycle >= -1:
            at = float(start + setting.cycle_days * DAY_S)
            frame = simulated_frame(records, codes.names, source, in_force, recording, exclusions, at)
            shares = rank_shares(frame, setting.places, at, setting.weighting)
        if cycle >= 0:
            curve[cycle] = shares.max() * setting.places
    return Loop(shares, visited / visited.sum(), curve)


def rank_shares(frame: IncidentFrame, places: int, at: float, weighting: Weighting) -> Shares:
    """Each place's share of the scores in the desk's own ranking of the year before ``at``; all equal where nothing
    is ranked."""
    rows = frame.seen(frame.all_rows[: frame.until(at)], at - YEAR_DAYS * DAY_S, at, at)
    evidence = gather(frame, rows, Limits(), at).rows
    ranked = rank_places(frame, evidence, None, evidence, at=at, weighting=weighting, advice=None)
    score = np.zeros(places)
    for hot in ranked:
        score[int(hot.x // _APART)] = hot.score
    return score / score.sum() if score.sum() > 0 else np.full(places, 1 / places)


def simulated_frame(
    records: _Records,
    codes: Sequence[str],
    source: str,
    rules: Sequence[OffenceRule],
    recording: bool,
    exclusions: bool,
    at: float,
) -> IncidentFrame:
    """The frame of the records of the year before ``at``: what the desk would hold of them."""
    lately = np.flatnonzero(records.time > at - YEAR_DAYS * DAY_S)
    order = lately[np.argsort(records.time[lately], kind="stable")]
    size, time = len(order), records.time[order]
    said = np.where(records.by_patrol[order] & exclusions, 1, 0) if recording else np.full(size, -1)
    given = {
        "incident": order + 1,
        "time": time,
        "end": time,
        "known": time,
        "local": time,
        "x": records.place[order] * float(_APART) + CELL_M / 2,
        "y": np.full(size, CELL_M / 2),
        "code": records.code[order],
        "initiated": said,
        "timed": np.ones(size),
        "domestic": np.zeros(size),
    }
    unknown = np.full(size, -1)
    columns = {name: given.get(name, unknown).astype(kind).tobytes() for name, kind in COLUMN_TYPES.items()}
    words = {name: tuple(codes) if name == "code" else () for name in VOCABULARIES}
    return build_frame([ColumnBlock(1, source, size, columns, words, False)], rules)


def _codes(rules: Sequence[OffenceRule], recording: bool) -> _Codes:
    """What residents report and what patrols find, as chances of those codes of the source that occur at all."""
    may_rank = [rule.rankable and rule.initiation == "victim" and rule.slug not in ENFORCED for rule in rules]
    kinds = [rule.slug if ranks else "" for rule, ranks in zip(rules, may_rank, strict=True)]
    common = {kind: share for kind, share in REPORTED.items() if kind in kinds}
    weights = common or dict.fromkeys(set(kinds) - {""}, 1.0)
    reported = np.array([weights.get(kind, 0.0) / max(1, kinds.count(kind)) for kind in kinds])
    enforced = np.array([float(rule.slug in ENFORCED) for rule in rules])
    if not reported.sum():
        raise NoLoopError("no offence of this source may rank a place")
    if not enforced.sum() and not recording:
        raise NoLoopError("this source has no offence whose records follow enforcement")
    reported = reported / reported.sum()
    share = (ON_VIEW if enforced.sum() else 1.0) if recording else 0.0
    discovered = share * reported + (1 - share) * enforced / max(1.0, enforced.sum())
    used = (reported > 0) | (discovered > 0)
    names = tuple(rule.code for rule, occurs in zip(rules, used, strict=True) if occurs)
    harm = np.array([rule.harm_days or 0.0 for rule in rules])
    return _Codes(names, reported[used], discovered[used], float(discovered @ harm))


def weighs(rules: Sequence[OffenceRule], source: str, weighting: Weighting, *, recording: bool) -> bool:
    """True where what patrols find would weigh anything in a ranking: offences of no harm cannot move one by harm.

    Raises NoLoopError as ``run_loop`` does.
    """
    return _codes([rule for rule in rules if rule.source == source], recording).harm > 0 or weighting == "count"


def plain_urn(days: int, seed: int, *, start: int = 1, added: int = 1) -> Shares:
    """The shares of visits of two equal areas by Pólya's urn: each day one is visited with the chance of its share of
    all records, and ``added`` records are found there. What the desk would be without its exclusions, its residents'
    reports and its shrinkage; from one record each, any final share is as likely as any other (Pólya 1930)."""
    draw = np.random.default_rng(seed).random(days)
    first = 0
    for day in range(days):
        first += int(draw[day] * (2 * start + added * day) < start + added * first)
    return np.array([first, days - first]) / days


def _sent(draw: np.random.Generator, shares: Shares, setting: Setting) -> NDArray[np.int64]:
    """How many visits each place gets this cycle."""
    if setting.allocation == "score":
        return np.asarray(draw.multinomial(setting.visits, shares))
    first = np.argsort(-shares, kind="stable")[: setting.top]
    return np.bincount(first[np.arange(setting.visits) % len(first)], minlength=setting.places)
