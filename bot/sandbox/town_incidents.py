"""What is recorded in Port Harrow on one day, as a pure function of a seed and the day.

Every record comes from a ``Stream``: an offence that happens at a daily rate at certain sites and hours. Some
streams cover the town, some a chronic place, some follow patrols, and some last two weeks only (``runs_on``).
All rates, hours and delays are invented to look plausible; none is taken from a real town's figures.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from bot.sandbox.town_offences import (
    CHRONIC,
    HOME_PREMISES,
    HOURS,
    KINDS,
    PATROL_FOUND,
    RUN_PATTERNS,
    SITES_BY_SETTING,
    WEEKS,
    HoursName,
    Kind,
    RunPattern,
    Setting,
)
from bot.sandbox.town_streets import Frontage, block_sides, frontages

#: The columns of the desk's own CSV layout, format "beatdesk"; an empty string means unknown.
COLUMNS: Final[tuple[str, ...]] = (
    "id", "occurred_from", "occurred_to", "reported", "code", "description", "premise", "block", "beat",
    "district", "lat", "lon", "domestic", "officer_initiated",
)  # fmt: skip

#: Every record is reported within this many days of the start of the incident.
LATEST_REPORT_DAYS: Final = 30
#: Runs are drawn per stretch of this many days, so that a day's runs depend on the seed and the day alone.
EPOCH_DAYS: Final = 14
#: The officer of the demo patrols this beat; two in five runs choose it, the rest fall anywhere.
HOME_BEAT: Final = "0103"
HOME_BEAT_SHARE: Final = 0.4
#: Houses stand at ten positions along each side of a block.
HOUSES: Final[tuple[float, ...]] = tuple((number + 0.5) / 10 for number in range(10))

UNLOCATED_SHARE: Final = 0.01
#: Shares of assaults that are flagged domestic, in a home and elsewhere.
DOMESTIC_AT_HOME: Final = 0.75
DOMESTIC_ELSEWHERE: Final = 0.07
#: Offences noticed late are sometimes entered with a placeholder hour (noon or midnight) instead of a time.
PLACEHOLDER_SHARE: Final = 0.04
#: The day of the year around which summer streams peak: about 20 July.
SUMMER_DAY: Final = 201


@dataclass(frozen=True, slots=True)
class Sites:
    """Where a stream's incidents happen: frontages with running weights, and the houses used on each."""

    sides: tuple[Frontage, ...]
    running: tuple[float, ...]
    houses: tuple[float, ...] = HOUSES


@dataclass(frozen=True, slots=True)
class Stream:
    """An offence at a daily rate: ``hours`` are running weights of 24 hours, ``week`` factors from Monday."""

    kind: Kind
    daily: float
    hours: tuple[float, ...]
    week: tuple[float, ...]
    sites: Sites
    premises: tuple[str, ...]
    initiated: bool = False

    def candidates(self, day: date) -> float:
        """The expected number of candidates on a day, before the day of the week thins them out."""
        angle = 2 * math.pi * (day.timetuple().tm_yday - SUMMER_DAY) / 365.25
        peak = max(self.week) * len(self.week) / sum(self.week)
        return self.daily * peak * (1 + self.kind.summer * math.cos(angle))


@dataclass(frozen=True, slots=True)
class Run:
    """A short run of one offence in one place: ``days`` days from ``first``, fed by ``stream``."""

    code: str
    block: str
    beat: str
    first: date
    days: int
    stream: Stream

    def covers(self, day: date) -> bool:
        """Whether the run is on at a day."""
        return 0 <= (day - self.first).days < self.days


def _random(*parts: object) -> Random:
    """A generator that depends on the parts alone, equal on every platform and Python version."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return Random(int.from_bytes(digest[:16], "big"))  # noqa: S311  # invented data, nothing secret


def _sites(sides: tuple[Frontage, ...], houses: tuple[float, ...] = HOUSES) -> Sites:
    """Sites that are all equally likely."""
    return Sites(sides, tuple(accumulate(1.0 for _ in sides)), houses)


@cache
def _spread(setting: Setting) -> Sites:
    """The whole town, weighted by what stands there; some blocks carry far more than their neighbours."""
    east, north, reach_km, floor = SITES_BY_SETTING[setting]
    luck = _random("blocks", setting)
    weights = []
    for side in frontages():
        km = math.hypot((side.column - east) * 0.40, (side.row - north) * 0.38)
        weights.append((floor + math.exp(-((km / reach_km) ** 2))) * -math.log(1 - luck.random()))
    return Sites(frontages(), tuple(accumulate(weights)))


@cache
def _running(name: HoursName) -> tuple[float, ...]:
    return tuple(accumulate(HOURS[name]))


@cache
def _standing_streams() -> tuple[Stream, ...]:
    """The streams that never stop: the town's spread, its chronic places, and what patrols find."""
    streams = [
        Stream(kind, kind.daily, _running(kind.hours), WEEKS[kind.week], _spread(kind.setting), kind.premises)
        for kind in KINDS.values()
    ]
    for place in CHRONIC:
        sides = tuple(block_sides(street, hundred)[side] for street, hundred, side in place.sides)
        sites = _sites(sides, place.houses)
        streams += [
            Stream(KINDS[code], daily, _running(place.hours), WEEKS[place.week], sites, place.premises)
            for code, daily in place.daily
        ]
    for code, daily, hours, setting in PATROL_FOUND:
        streams.append(
            Stream(KINDS[code], daily, _running(hours), WEEKS["even"], _spread(setting), ("Street",), True)
        )
    return tuple(streams)


@lru_cache(maxsize=64)
def _runs_of_epoch(seed: int, epoch: int) -> tuple[Run, ...]:
    """The runs that start in one stretch of ``EPOCH_DAYS`` days: one early, one in its second half."""
    rng = _random(seed, "runs", epoch)
    runs = []
    for earliest in (0, EPOCH_DAYS // 2):
        pattern = rng.choices(RUN_PATTERNS, [pattern.share for pattern in RUN_PATTERNS])[0]
        offset = earliest + int(rng.random() * 4)
        first = date.fromordinal(epoch * EPOCH_DAYS + offset)
        runs.append(_run(rng, pattern, first, 12 + int(rng.random() * 3)))
    return tuple(runs)


def _run(rng: Random, pattern: RunPattern, first: date, days: int) -> Run:
    """A run around one block: its two sides and those of the next block or blocks of the same street."""
    spread = _spread(KINDS[pattern.code].setting)
    anchor = rng.choices(spread.sides, cum_weights=spread.running)[0]
    if rng.random() < HOME_BEAT_SHARE:
        at_home = tuple(side for side in spread.sides if side.beat.code == HOME_BEAT)
        anchor = rng.choice(at_home)
    sides = tuple(
        side
        for hundred in range(anchor.hundred - pattern.neighbours, anchor.hundred + 2)
        for side in block_sides(anchor.street, hundred)
        if side.beat == anchor.beat
    )
    kind = KINDS[pattern.code]
    stream = Stream(kind, pattern.daily, _running(pattern.hours), WEEKS["even"], _sites(sides), pattern.premises)
    return Run(pattern.code, anchor.block, anchor.beat.code, first, days, stream)


def runs_on(seed: int, day: date) -> tuple[Run, ...]:
    """The runs that are on at a day, oldest first."""
    epoch = day.toordinal() // EPOCH_DAYS
    near = [run for part in (epoch - 2, epoch - 1, epoch) for run in _runs_of_epoch(seed, part)]
    return tuple(run for run in near if run.covers(day))


def incidents_of_day(seed: int, day: date) -> list[dict[str, str]]:
    """The records of incidents that began on a day, by start; keys as in ``COLUMNS``. About 25 a day.

    Times are local wall time without an offset. A record exists from its ``reported`` time on, which may be
    up to ``LATEST_REPORT_DAYS`` later.
    """
    rng = _random(seed, "day", day.toordinal())
    streams = (*_standing_streams(), *(run.stream for run in runs_on(seed, day)))
    found = sorted(record for stream in streams for record in _records(rng, stream, day))
    return [
        dict(zip(COLUMNS, (f"PH-{day:%Y%m%d}-{number:03d}", *record), strict=True))
        for number, record in enumerate(found, start=1)
    ]


def _records(rng: Random, stream: Stream, day: date) -> Iterator[tuple[str, ...]]:
    """One stream's records of a day, without their ids."""
    peak = max(stream.week)
    for _ in range(_poisson(rng, stream.candidates(day))):
        hour = rng.choices(range(24), cum_weights=stream.hours)[0]
        # The hours before six belong to the night that began the day before.
        weekday = (day.weekday() - (hour < 6)) % 7
        if rng.random() * peak < stream.week[weekday]:
            yield _record(rng, stream, day, hour)


def _record(rng: Random, stream: Stream, day: date, hour: int) -> tuple[str, ...]:
    """One record in the order of ``COLUMNS``, without its id."""
    kind = stream.kind
    start, end, reported = _times(rng, kind, day, hour)
    premise = stream.premises[int(rng.random() * len(stream.premises))]
    side = rng.choices(stream.sites.sides, cum_weights=stream.sites.running)[0]
    lat, lon = side.point(stream.sites.houses[int(rng.random() * len(stream.sites.houses))])
    located = rng.random() >= UNLOCATED_SHARE
    domestic_share = DOMESTIC_AT_HOME if premise in HOME_PREMISES else DOMESTIC_ELSEWHERE
    domestic = kind.code in ("13A", "13B") and rng.random() < domestic_share
    return (
        start.isoformat(),
        end.isoformat(),
        reported.isoformat(),
        kind.code,
        kind.description,
        premise,
        side.block,
        side.beat.code,
        side.beat.district,
        f"{lat:.6f}" if located else "",
        f"{lon:.6f}" if located else "",
        "true" if domestic else "false",
        "true" if stream.initiated else "false",
    )


def _times(rng: Random, kind: Kind, day: date, hour: int) -> tuple[datetime, datetime, datetime]:
    """Start, end and report of one incident; the end equals the start where the moment is known."""
    minute = int(rng.random() * 12) * 5
    if kind.window_hours and rng.random() < PLACEHOLDER_SHARE:
        hour, minute = (12 if rng.random() < 0.5 else 0), 0
    start = datetime.combine(day, time(hour, minute))
    end = start
    if kind.window_hours:
        hours = min(kind.window_hours * math.exp(0.6 * rng.gauss(0.0, 1.0)), 96.0)
        end = start + timedelta(minutes=5 * math.ceil(12 * hours))
    delay = kind.delay_minutes * math.exp(0.9 * rng.gauss(0.0, 1.0))
    latest = (LATEST_REPORT_DAYS - 5) * 1440
    return start, end, end + timedelta(minutes=1 + int(min(delay, latest)))


def _poisson(rng: Random, mean: float) -> int:
    """A Poisson count by multiplying uniforms (Knuth); meant for small means."""
    floor, product, count = math.exp(-mean), rng.random(), 0
    while product > floor:
        product *= rng.random()
        count += 1
    return count
