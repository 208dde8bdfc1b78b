"""A folder that is watched: files that are new or changed and no longer being written.

A file is known by name, size, time of change and content. One that could not be loaded is tried again when it has
changed, or when something was agreed on by hand since. Nothing outside the folder is read, wherever a link points.
"""

from __future__ import annotations

import asyncio
import fnmatch
import stat
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ilp_core.collect.feeds.fetch import Fetcher
from ilp_core.collect.feeds.file import sha256_of
from ilp_core.collect.feeds.haul import Haul
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import Feed
from ilp_core.words import feeds as words

#: A file that has not changed for so long is whole [this project's choice].
SETTLED: Final = timedelta(seconds=5)
#: So many files that a feed passes over are remembered by name [this project's choice].
_NAMED: Final = 3
#: Ends of the names that copying programs give to files under way.
_UNDER_WAY: Final = (".part", ".tmp", ".filepart", ".crdownload", ".partial", "~")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as one look found it."""

    name: str
    path: Path
    size: int
    changed_ns: int

    @property
    def stamp(self) -> list[int]:
        """Size and time of change, as the feed remembers them."""
        return [self.size, self.changed_ns]


def settled(address: str) -> str:
    """The folder's absolute path. Raises CallError where there is none."""
    folder = Path(address).expanduser()
    if not folder.is_dir():
        raise CallError(words.NO_FOLDER.format(folder=address[:200]))
    return str(folder.resolve())


async def hauls(feed: Feed, _fetcher: Fetcher, _room: Path, now: datetime) -> AsyncGenerator[Haul, bool | None]:
    """The folder's files that are to be loaded, the oldest first. Raises FetchError where it cannot be read.

    ``agreed`` in the feed's memory is the mark of what had been agreed on by hand when this look began.
    """
    present, others = await asyncio.to_thread(_look, Path(feed.address), feed.options.patterns)
    before, looked = feed.cursor.get("files", {}), feed.cursor.get("waiting", {})
    # What is gone from the folder is forgotten, so that the memory does not grow for ever.
    files = {seen.name: before[seen.name] for seen in present if seen.name in before}
    agreed = feed.cursor.get("agreed")
    changed = [seen for seen in present if _is_to_take(seen, files.get(seen.name, {}), agreed)]
    waiting = [seen for seen in changed if not _is_settled(seen, looked, now)]
    left = {"count": len(others), "first": others[:_NAMED]}
    rest = {**feed.cursor, "waiting": {seen.name: seen.stamp for seen in waiting}, "left_alone": left}
    for seen in changed:
        if seen in waiting:
            continue
        content = await asyncio.to_thread(_content, seen.path)
        known = files.get(seen.name, {})
        entry = {"stamp": seen.stamp, "sha256": content, "loaded": True}
        if content is not None and content == known.get("sha256") and not _may_fit_now(known, agreed):
            files = {**files, seen.name: {**known, "stamp": seen.stamp}}
            continue
        refused = {**files, seen.name: {**entry, "loaded": False, "agreed": agreed}}
        loaded = {**files, seen.name: entry}
        done = yield Haul(seen.path, {**rest, "files": loaded}, if_refused={**rest, "files": refused})
        files = loaded if done else refused
    yield Haul(None, {**rest, "files": files}, again_soon=bool(waiting), waiting=tuple(seen.name for seen in waiting))


def _is_to_take(seen: _Seen, known: Mapping[str, Any], agreed: object) -> bool:
    return known.get("stamp") != seen.stamp or _may_fit_now(known, agreed)


def _may_fit_now(known: Mapping[str, Any], agreed: object) -> bool:
    """Whether a file was refused when less, or something else, had been agreed on."""
    return not known.get("loaded", True) and known.get("agreed") != agreed


def _look(folder: Path, patterns: Sequence[str]) -> tuple[list[_Seen], list[str]]:
    """The files that the feed may take, those changed longest ago first; and the names of those that it passes over
    because of their endings."""
    try:
        home = folder.resolve(strict=True)
        entries = list(home.iterdir())
    except FileNotFoundError:
        raise FetchError(words.NO_FOLDER.format(folder=folder), "folder", lasting=True) from None
    except OSError as error:
        sentence = words.CLOSED_FOLDER.format(folder=folder, why=error.strerror)
        raise FetchError(sentence, "folder", lasting=True) from None
    found = [seen for entry in entries if _is_whole(entry.name) and (seen := _seen(entry, home))]
    wanted = [seen for seen in found if _is_wanted(seen.name, patterns)]
    others = sorted(seen.name for seen in found if not _is_wanted(seen.name, patterns))
    return sorted(wanted, key=lambda seen: (seen.changed_ns, seen.name)), others


def _is_whole(name: str) -> bool:
    """Whether a name is one that a file keeps, and that a report can tell."""
    # A name that is no text could not be named in a report.
    return not name.startswith(".") and not name.casefold().endswith(_UNDER_WAY) and name.isprintable()


def _is_wanted(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def _seen(entry: Path, home: Path) -> _Seen | None:
    """The file as it is now; None for what is no plain file, is gone, or lies outside the folder."""
    try:
        path = entry.resolve(strict=True)
        facts = path.stat()
    except (OSError, RuntimeError):
        return None
    if not stat.S_ISREG(facts.st_mode) or not path.is_relative_to(home):
        return None
    return _Seen(entry.name, path, facts.st_size, facts.st_mtime_ns)


def _is_settled(seen: _Seen, looked: Mapping[str, Any], now: datetime) -> bool:
    """Whether the file is whole: unchanged for a while, or since the look before."""
    age = now.timestamp() - seen.changed_ns / 1_000_000_000
    return age >= SETTLED.total_seconds() or looked.get(seen.name) == seen.stamp


def _content(path: Path) -> str | None:
    """The SHA-256 of a file; None where it cannot be read, which the load says better."""
    try:
        return sha256_of(path)
    except OSError:
        return None
