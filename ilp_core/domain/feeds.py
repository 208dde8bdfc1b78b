"""Feeds: where fresh records come from by themselves, when each is asked again, and what it remembers meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Self, get_args

FeedKind = Literal["folder", "file", "socrata", "police-uk"]
FEED_KINDS: Final[tuple[FeedKind, ...]] = get_args(FeedKind)

#: How often a feed is asked where nobody said so [this project's choice]: police.uk publishes once a month.
EVERY: Final[Mapping[FeedKind, timedelta]] = {
    "folder": timedelta(minutes=1),
    "file": timedelta(hours=1),
    "socrata": timedelta(hours=1),
    "police-uk": timedelta(days=1),
}
#: The shortest and the longest schedule [this project's choice].
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=31)
#: After a failure that may pass: a minute, doubled each time, six hours at most [this project's choice].
FIRST_WAIT: Final = timedelta(minutes=1)
LAST_WAIT: Final = timedelta(hours=6)
#: So much of a wait is left to chance, so that feeds that failed together do not return together.
JITTER: Final = 0.25
#: After a failure that will not pass by itself, and at most where a portal names the wait.
DAY: Final = timedelta(days=1)
#: After so many failures in a row a person should look [this project's choice].
MANY_FAILURES: Final = 3
#: Doubling further than this is past ``LAST_WAIT`` anyway, and would overflow one day.
_MOST_DOUBLINGS: Final = 16

#: File names a folder feed takes.
PATTERNS: Final = ("*.csv", "*.csv.gz", "*.zip", "*.parquet")
#: The system column of Socrata that tells when a row last changed.
UPDATED_AT: Final = ":updated_at"
#: Rows of one page of Socrata: the most that its 2.0 addresses give (dev.socrata.com, "Paging").
PAGE_ROWS: Final = 50_000
#: The most bytes of one file, unpacked [this project's choice].
MOST_BYTES: Final = 512 * 1024 * 1024

_EVERY: Final = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How a feed is fetched and loaded.

    ``format``, ``zone``, ``usual_zone`` (for files whose format has none), ``map`` (the path of a mapping file),
    ``live`` and ``replace_period`` (for whole files without keys) go to the loader. ``patterns`` are a folder's,
    ``since_column`` and ``page_rows`` a Socrata address's; ``force`` names the force of police.uk crimes.
    ``token_env`` names the environment variable with the portal's token. ``allow_private`` lets the address lie on
    this machine or in its network. ``most_bytes`` limits one file, unpacked.
    """

    format: str = "auto"
    zone: str | None = None
    usual_zone: str | None = None
    map: str | None = None
    live: bool = False
    replace_period: bool = False
    patterns: tuple[str, ...] = PATTERNS
    since_column: str = UPDATED_AT
    page_rows: int = PAGE_ROWS
    force: str = ""
    token_env: str | None = None
    allow_private: bool = False
    most_bytes: int = MOST_BYTES
    paused: bool = False

    def as_json(self) -> dict[str, Any]:
        """The options as plain data."""
        return {**asdict(self), "patterns": list(self.patterns)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The options that ``as_json`` wrote; what an older program did not know has its default."""
        known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        if "patterns" in known:
            known["patterns"] = tuple(known["patterns"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Files of a folder whose names a feed does not take: how many, and the ``first`` few by name."""

    count: int = 0
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """One source that is asked on a schedule.

    ``cursor`` is what the feed's kind remembers: how far it has come, and the marks by which unchanged files are
    known. ``failures`` counts runs that failed since the last one that did not. ``next_at`` is when it is asked
    again, ``last_at`` when it was last, ``last_result`` what came of that, in one sentence.
    """

    name: str
    kind: FeedKind
    address: str
    every: timedelta
    next_at: datetime
    by_whom: str
    created_at: datetime
    options: FeedOptions = FeedOptions()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0
    last_at: datetime | None = None
    last_result: str | None = None
    id: int = 0

    @property
    def refused(self) -> tuple[str, ...]:
        """Files of a folder that could not be loaded and have not changed since."""
        files: Mapping[str, Any] = self.cursor.get("files", {})
        return tuple(sorted(name for name, seen in files.items() if not seen["loaded"]))

    @property
    def left_alone(self) -> LeftAlone:
        """Files of a folder that the last look passed over because of their names."""
        seen: Mapping[str, Any] = self.cursor.get("left_alone", {})
        return LeftAlone(seen.get("count", 0), tuple(seen.get("first", ())))

    @property
    def needs_somebody(self) -> bool:
        """Whether a person should look: it failed three times in a row, or in a way that will not pass by itself."""
        planned_late = self.last_at is not None and self.next_at - self.last_at >= DAY
        return not self.options.paused and (self.failures >= MANY_FAILURES or (self.failures > 0 and planned_late))

    def due(self, now: datetime) -> bool:
        """Whether it is time to ask. A plan too far ahead to be one was made before the clock was set back."""
        if self.options.paused:
            return False
        set_back = self.last_at is not None and self.last_at > now
        return self.next_at <= now or set_back or self.next_at - now > max(self.every, DAY)

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been asked long ago: twice its schedule, and a quarter of an hour."""
        return not self.options.paused and now - self.next_at > max(self.every, timedelta(minutes=15))


def parse_every(text: str) -> timedelta:
    """Read ``15m``, ``1h`` or ``1d``. Raises ValueError for anything else and outside one minute to 31 days."""
    found = _EVERY.fullmatch(text.strip().casefold())
    if found is None:
        raise ValueError(text)
    every = int(found[1]) * _UNITS[found[2]]
    if not SHORTEST <= every <= LONGEST:
        raise ValueError(text)
    return every


def spell_every(every: timedelta) -> str:
    """A schedule as it is typed: in the largest unit that divides it."""
    for unit, length in reversed(_UNITS.items()):
        if not every % length:
            return f"{every // length}{unit}"
    return f"{every // _UNITS['m']}m"


def wait_after(failures: int, chance: float) -> timedelta:
    """The wait after so many failures in a row; ``chance``, 0 to 1, shortens it by up to a quarter."""
    whole = min(LAST_WAIT, FIRST_WAIT * (1 << min(failures - 1, _MOST_DOUBLINGS)))
    return max(FIRST_WAIT, whole * (1 - JITTER * chance))
