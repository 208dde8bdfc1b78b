"""What a feed brings home: one file to load, and what the feed remembers once it is loaded."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from ilp_core.collect.feeds.fetch import Fetcher
from ilp_core.domain.feeds import Feed

Cursor: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Haul:
    """One file, or none where there is nothing to load but something to remember.

    ``cursor`` is what the feed remembers once the file is loaded; ``if_refused`` where the file itself cannot be
    used: without it the whole run has failed. ``replace_period`` says that the file is the newest publication of
    its periods. ``again_soon`` asks for another look before the schedule's time, ``waiting`` names what it is for.
    """

    path: Path | None
    cursor: Cursor
    replace_period: bool = False
    if_refused: Cursor | None = None
    again_soon: bool = False
    waiting: tuple[str, ...] = ()


#: A kind's way to ask: the feed, the client, a folder for its files, the moment. Each haul is answered with whether
#: its file was loaded.
Hauls = Callable[[Feed, Fetcher, Path, datetime], AsyncGenerator[Haul, bool | None]]
