"""A feed that is one file at one address: fetched whole when its marks, or else its content, have changed."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ilp_core.collect.feeds.fetch import Fetcher
from ilp_core.collect.feeds.haul import Haul
from ilp_core.domain.feeds import Feed

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME: Final = 80


async def hauls(
    feed: Feed, fetcher: Fetcher, room: Path, _now: datetime, *, replace_period: bool = False
) -> AsyncGenerator[Haul, bool | None]:
    """The file, where it is not the one that was loaded last. Raises FetchError."""
    path = room / _name(feed)
    got = await fetcher.get(feed.address, path, known=feed.cursor.get("marks"))
    if got.unchanged:
        yield Haul(None, feed.cursor)
        return
    content = await asyncio.to_thread(sha256_of, path)
    cursor = {**feed.cursor, "marks": dict(got.marks), "sha256": content}
    same = content == feed.cursor.get("sha256")
    yield Haul(None if same else path, cursor, replace_period=replace_period)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(feed: Feed) -> str:
    """The address's own file name, in signs that are safe in a file name, so that reports name it."""
    last = urlsplit(feed.address).path.rpartition("/")[2]
    return _UNSAFE.sub("_", last).lstrip(".")[-_LONGEST_NAME:] or f"{feed.name}.csv"
