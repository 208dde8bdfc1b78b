"""Data sets on a Socrata portal: the rows that changed since the last time, in pages joined to one file.

Pages follow the order of the column that tells when a row changed. The next page begins at the value with which the
last one ended, behind the rows of that value that are here already: a row that is changed while the pages are read
moves to the end, and so none is passed over. When the data set has changed, its last day is read again, for rows
that came late; what is here already is known by its key and changes nothing. Last-Modified is the whole data set's,
whatever page is asked for (dev.socrata.com: "Paging", "System fields", "Queries", and recorded answers).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ilp_core.collect.feeds.fetch import Fetcher, Got
from ilp_core.collect.feeds.file import sha256_of
from ilp_core.collect.feeds.haul import Cursor, Haul
from ilp_core.collect.feeds.pages import Page, append_page
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import Feed
from ilp_core.words import feeds as words

#: Every data set has a number of two times four signs (dev.socrata.com, "API endpoints").
_NUMBER: Final = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")
#: A column's name as the API spells it; it goes into a query as it is.
_COLUMN: Final = re.compile(r":?[a-z_][a-z0-9_]{0,99}")
_TIMESTAMP: Final = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:")
#: What the feed asks for itself; the address may filter by columns and by $where.
_OWN: Final = ("$select", "$order", "$limit", "$offset", "$query", "$group", "$having", "$q")
#: So much is read again each time [this project's choice].
OVERLAP: Final = timedelta(days=1)
#: A file is loaded when it has so many rows or bytes; the rest comes in the next [this project's choice].
HAUL_ROWS: Final = 500_000
HAUL_BYTES: Final = 256 * 1024 * 1024
#: How often a data set may change while rows of one moment are read, before the run gives up.
_MOST_CHANGES: Final = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the next page begins: at a value (None: the start, "": rows without one), behind ``offset`` rows."""

    value: str | None
    offset: int = 0


def settled(address: str, since_column: str) -> str:
    """The address of the data set's CSV, from that or from its page. Raises CallError for any other."""
    parts = urlsplit(address)
    number = next((piece for piece in re.split(r"[/.]", parts.path) if _NUMBER.fullmatch(piece)), None)
    if number is None:
        raise CallError(words.BAD_SOCRATA.format(address=address[:100]))
    if not _COLUMN.fullmatch(since_column):
        raise CallError(words.NO_SINCE.format(column=since_column[:60]))
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name.casefold() in _OWN:
            raise CallError(words.OWN_CLAUSE.format(clause=name))
    return urlunsplit((parts.scheme, parts.netloc, f"/resource/{number}.csv", parts.query, ""))


async def hauls(feed: Feed, fetcher: Fetcher, room: Path, now: datetime) -> AsyncGenerator[Haul, bool | None]:
    """Files of rows that changed since the last run, oldest change first. Raises FetchError."""
    reading = _Reading(feed, fetcher, room, _start(feed), now)
    while True:
        haul, more = await reading.haul()
        yield haul
        if not more:
            return


def _start(feed: Feed) -> _Place:
    resume, since = feed.cursor.get("resume"), feed.cursor.get("since")
    if resume is not None:
        return _Place(resume["value"], resume["offset"])
    return _Place(_earlier(since or "", feed.options.since_column))


class _Reading:
    """One run over a data set: where it stands, and how far it has come."""

    def __init__(self, feed: Feed, fetcher: Fetcher, room: Path, place: _Place, now: datetime) -> None:
        self._feed, self._fetcher, self._room, self._now = feed, fetcher, room, now
        self._host = urlsplit(feed.address).hostname or ""
        self._place = place
        self._highest: str = feed.cursor.get("since") or ""
        self._pages = 0
        self._changes = 0
        self._before: Page | None = None
        resume = feed.cursor.get("resume")
        self._modified: str | None = resume["modified"] if resume else None
        # Whether the data set was the same all the while, and so can be told by its date next time.
        self._steady = resume is None or self._modified is not None

    async def haul(self) -> tuple[Haul, bool]:
        """The next file, and whether there is more after it."""
        into = self._room / f"{self._feed.name}.csv"
        into.unlink(missing_ok=True)
        header: tuple[str, ...] | None = None
        rows = 0
        while True:
            address, first = self._address(), self._pages == 0
            got = await self._fetcher.get(address, self._room / "page", known=self._known(address) if first else None)
            if got.unchanged:
                return Haul(None, self._feed.cursor), False
            page = await asyncio.to_thread(
                append_page,
                self._room / "page",
                into,
                self._feed.options.since_column,
                header=header,
                host=self._host,
            )
            header, rows = page.header, rows + page.rows
            again = self._move(page, got)
            if page.rows < self._feed.options.page_rows and not again:
                # A first page that was not the only one can stay as it is while others change.
                page_marks = {"etag": got.marks.get("etag"), "asked": address} if first else {}
                return await self._done(into if rows else None, page_marks), False
            if rows >= HAUL_ROWS or into.stat().st_size >= HAUL_BYTES:
                modified = self._modified if self._steady else None
                resume = {"value": self._place.value, "offset": self._place.offset, "modified": modified}
                return Haul(into, {**self._kept(), "resume": resume}), True

    async def _done(self, path: Path | None, marks: Mapping[str, Any]) -> Haul:
        """The last file of the run; none where it is the same as the last time."""
        content = await asyncio.to_thread(sha256_of, path) if path else None
        if content is not None and content == self._feed.cursor.get("sha256"):
            path = None
        modified = self._modified if self._steady else None
        return Haul(path, {**self._kept(), **marks, "modified": modified, "sha256": content})

    def _known(self, address: str) -> dict[str, str]:
        """The marks by which the portal can say that nothing has changed: the data set's date, the page's own tag."""
        cursor = self._feed.cursor
        tag = cursor.get("etag") if cursor.get("asked") == address else None
        return {name: text for name, text in (("modified", cursor.get("modified")), ("etag", tag)) if text}

    def _kept(self) -> Cursor:
        """What is remembered whatever else is: how far the rows reach, and never into the future."""
        own = ("since", "resume", "modified", "etag", "asked", "sha256")
        others = {name: value for name, value in self._feed.cursor.items() if name not in own}
        return {**others, "since": _capped(self._highest, self._now, self._feed.options.since_column)}

    def _move(self, page: Page, got: Got) -> bool:
        """Stand behind this page, or once more at its beginning; True where it is to be read again."""
        paged, before = page.rows <= self._feed.options.page_rows, self._before
        if not paged or (before is not None and page.rows and page.first == before.first):
            raise FetchError(words.NOT_PAGED.format(host=self._host), "paging", lasting=True)
        asked, modified = self._place, got.marks.get("modified")
        differs = (self._pages > 0 or self._modified is not None) and modified != self._modified
        self._steady = self._steady and modified is not None and not differs
        changed = differs and asked.offset > 0
        self._pages, self._modified, self._before = self._pages + 1, modified, page
        self._highest = max(self._highest, page.highest)
        _moment_of(page.highest, self._feed.options.since_column)
        if changed:
            # Rows of one moment are passed by counting, and the count no longer holds.
            self._changes += asked.offset >= self._feed.options.page_rows
            if self._changes > _MOST_CHANGES:
                raise FetchError(words.RESTLESS, "restless")
            self._place, self._before = _Place(asked.value), None
        elif page.rows and page.last == asked.value:
            self._place = _Place(asked.value, asked.offset + page.rows)
        elif page.rows:
            self._place = _Place(page.last, page.tied)
        return changed

    def _address(self) -> str:
        """The address of the next page."""
        parts = urlsplit(self._feed.address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        column = self._feed.options.since_column
        wheres = [value for name, value in pairs if name.casefold() == "$where"]
        if self._place.value is not None:
            value = self._place.value.replace("'", "''")
            wheres.append(f"{column} >= '{value}'" if value else f"{column} IS NULL")
        query = [(name, value) for name, value in pairs if name.casefold() != "$where"]
        if wheres:
            query.append(("$where", " AND ".join(f"({each})" for each in wheres)))
        query += [
            ("$select", f":id,{column},*" if column.startswith(":") else ":id,*"),
            ("$order", f"{column},:id"),
            ("$limit", str(self._feed.options.page_rows)),
            ("$offset", str(self._place.offset)),
        ]
        return urlunsplit(parts._replace(query=urlencode(query, safe="$:,*()", quote_via=quote)))


def _moment_of(text: str, column: str) -> datetime | None:
    """A fixed or floating timestamp of SoQL; a floating one is taken as UTC, which a day's overlap makes harmless.

    None for a blank. Raises FetchError where the column holds something else.
    """
    if not text:
        return None
    try:
        if not _TIMESTAMP.match(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = words.BAD_SINCE.format(column=column, value=text[:40])
        raise FetchError(sentence, "column", lasting=True) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spelled(moment: datetime, like: str) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return f"{text}Z" if like.endswith("Z") else text


def _earlier(since: str, column: str) -> str | None:
    reached = _moment_of(since, column)
    return _spelled(reached - OVERLAP, since) if reached else None


def _capped(highest: str, now: datetime, column: str) -> str | None:
    """How far the rows reach; a stamp from the future would hide all that come before it is reached."""
    reached = _moment_of(highest, column)
    if reached is None:
        return None
    return _spelled(now + OVERLAP, highest) if reached > now + OVERLAP else highest
